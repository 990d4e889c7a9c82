-- a cell of one's own with states of 5, 2 and 9: the second looks 2 steps back, the third begins with what is learned
local nn = require "nn"

local time = nn.axis("time", 8)
local x    = nn.input("x", nn.real(2), time)
local y    = nn.target("y", nn.real(2))

local function three(name, o)
  o = nn.options("three", o, { { "sizes", "list" } })
  local p, q, r = o.sizes[1], o.sizes[2], o.sizes[3]
  return nn.layer("three", name, function(first)
    local see, echo = nn.linear(name .. ".see", p), nn.linear(name .. ".echo", q)
    local keep, write = nn.linear(name .. ".keep", r), nn.linear(name .. ".write", r, { bias = false })
    local start = nn.param(name .. ".start", r, nn.uniform(0.3))
    return function(x)
      local a = nn.state(p, { name = name .. ".a", axis = x.axis })
      local b = nn.state(q, { name = name .. ".b", delay = 2, axis = x.axis })
      local c = nn.state(r, { name = name .. ".c", init = start, axis = x.axis })
      a.next = nn.tanh(see(x .. a .. b .. c))
      b.next = nn.sigmoid(echo(a.next)) * nn.slice(a, 1, q) + 0.5 * b
      c.next = nn.sigmoid(keep(a .. b)) * c + nn.tanh(write(x .. b.next))
      return a.next .. b.next .. c.next
    end
  end)
end

local h = three("cell", { sizes = { 5, 2, 9 } })(x)
local guess = nn.dense("out", 2)(nn.last(h))

return nn.model {
  name   = "three_states", batch = 4,
  output = { y = guess },
  loss   = nn.mse(guess, y),
  train  = { optimizer = nn.adam { lr = 1e-2 }, steps = 300, clip_norm = 1 },
  data   = nn.csv { each = "row", feeds = { { x, columns = "u1:u9" }, { y, columns = { "next", "sum" } } },
    inline = "u1,u2,u3,u4,u5,u6,u7,u8,u9,next,sum\n0,.3,.6,.8,.9,1,1,.9,.7,.5,.5\n.3,.6,.8,.9,1,1,.9,.7,.5,.3,.3\n"
          .. "1,1,.9,.7,.5,.3,0,-.3,-.6,-.8,.2\n-.3,-.6,-.8,-.9,-1,-1,-.9,-.7,-.5,-.3,-.6\n0,0,0,0,0,0,0,0,0,0,0\n" },
}

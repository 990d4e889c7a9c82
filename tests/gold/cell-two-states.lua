-- a cell of one's own with a fast state of 7 and a slow one of 3 that steer each other through products, in both
-- directions over examples of unequal length
local nn = require "nn"

local time  = nn.axis("time", 9, { ragged = true })
local text  = nn.input("text", nn.class(8), time)
local label = nn.target("label", nn.class(2))

-- fast' = gate(slow) * fast + (1 - gate) * tanh(x, fast); slow' = slow + rate(slow, fast) * (tanh(fast') - slow)
local function two_speeds(name, o)
  o = nn.options("two_speeds", o, { { "fast", "count" }, { "slow", "count" }, { "reverse", "flag", false } })
  return nn.layer("two_speeds", name, function(first)
    local gate = nn.linear(name .. ".gate", o.fast)
    local fresh = nn.linear(name .. ".fresh", o.fast)
    local pull = nn.linear(name .. ".pull", o.slow, { bias = false })
    local left = nn.param(name .. ".left", { o.slow, o.slow }, nn.uniform(0.5))
    local right = nn.param(name .. ".right", { o.slow, o.fast }, nn.uniform(0.5))
    return function(x)
      local back = o.reverse and -1 or 1
      local fast = nn.state(o.fast, { name = name .. ".fast", delay = back, axis = x.axis })
      local slow = nn.state(o.slow, { name = name .. ".slow", delay = back, axis = x.axis })
      local open = nn.sigmoid(gate(x .. slow))
      fast.next = open * fast + (1 - open) * nn.tanh(fresh(x .. fast))
      local rate = nn.sigmoid(nn.matmul(left, slow) * nn.matmul(right, fast))
      slow.next = slow + rate * (nn.tanh(pull(fast.next)) - slow)
      return fast.next .. slow.next
    end
  end)
end

local x = nn.onehot(text)
local there = two_speeds("there", { fast = 7, slow = 3 })(x)
local back = two_speeds("back", { fast = 7, slow = 3, reverse = true })(x)
local logits = nn.dense("out", 2)(nn.last(there) .. nn.first(back) .. nn.mean(there * back, time))

return nn.model {
  name   = "two_states", batch = 3,
  output = { label = nn.softmax(logits) },
  loss   = nn.cross_entropy(logits, label),
  train  = { optimizer = nn.adam { lr = 1e-2 }, steps = 200 },
  data   = nn.labelled { text = text, label = label, unit = "char",
    inline = "even\tabab\nodd\tababa\neven\tabcabc\nodd\tc\neven\tba\nodd\tcabcabc\neven\tcabc\nodd\tbaa\n" },
}

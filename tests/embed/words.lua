-- Names that are words of C or C++, or that differ in their dots or their case only.
local nn = require "nn"

local time = nn.axis("time", 4)
local X    = nn.input("X", nn.class(4), time)
local x    = nn.input("x", nn.real(3), time)
local y    = nn.target("double", nn.class(4), time)
local h    = nn.state(3, { name = "class" })
local i    = nn.state(3, { name = "a.b" })
local j    = nn.state(3, { name = "a_b" })
local k    = nn.param("packed_0", { 3 }, nn.normal(1)) * nn.param("step", { 3 }, nn.normal(1))
h.next = nn.tanh(nn.linear("new", 3)(x .. nn.onehot(X)) + h * i)
i.next = 0.5 * i + nn.linear("p.q", 3)(h.next)
j.next = 0.5 * j + nn.linear("p_q", 3)(i.next) + k
local logits = nn.dense("int", 4)(h.next + j.next)

return nn.model {
  name   = "words", batch = 2,
  output = { int = nn.softmax(logits), x = logits },
  loss   = nn.cross_entropy(logits, y),
}

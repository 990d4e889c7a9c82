-- A state that is a matrix, carried over the end of ragged examples; delays of matrices with initial rows, last and first.
local nn = require "nn"
local time = nn.axis("time", 4, { ragged = true })
local x = nn.input("x", nn.real(3), time)
local m = nn.state({ 3, 3 }, { name = "m", delay = 2 })
local one = nn.state({ 3, 3 }, { name = "one" })
m.next = m * 0.5 + nn.reshape(x, 3, 1) * nn.reshape(nn.tanh(x), 1, 3)
one.next = one * 0.3 + nn.tanh(m.next * nn.last(m.next)) + nn.first(m) * 0.2
local y = nn.matmul(one.next + nn.delay(m.next, 1, nn.param("w", { 1, 3, 3 }, nn.normal(1))), x)
return nn.model { name = "matrix_state", batch = 3, output = { y = y }, loss = nn.mse(y, nn.target("y", nn.real(3), time)),
    train = { carry_state = true } }

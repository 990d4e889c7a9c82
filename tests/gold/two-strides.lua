-- two-strides.lua: numbers stored twice as far apart as they are read, in doubles too: GCC 12 takes such a function for one that
-- changes nothing and leaves out its call, unless it may not look into it.
local nn = require "nn"
local time = nn.axis("time", 7)
local x = nn.input("x", nn.real(1), time)
local m = nn.reshape(x * nn.param("w", 4, nn.normal(1)), 4, 1) * nn.reshape(nn.linear("two", 2, { bias = false })(x), 1, 2)
local y = nn.tanh(nn.matmul(m, x .. x))
local late = nn.less(4.5, nn.index(time))
return nn.model { name = "two_strides", batch = 3, output = { y = y },
    loss = nn.cross_entropy(y, nn.softmax(nn.target("t", nn.real(4), time)), { weight = late, reduction = "mean" }) }

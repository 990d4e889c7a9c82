-- T5: tanh RNN 1 -> 20 -> 20, dense 1, squared error at every step; T 50, B 32. Training.
local nn = require "nn"
local time = nn.axis("time", nn.define("steps", 50))
local x, y = nn.input("x", nn.real(1), time), nn.target("y", nn.real(1), time)
local guess = nn.dense("out", 1)(nn.rnn("rnn", { size = 20, layers = 2 })(x))
return nn.model { name = "T5", batch = 32, output = { y = guess }, loss = nn.mse(guess, y) }

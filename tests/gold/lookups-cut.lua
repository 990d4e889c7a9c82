-- lookups-cut.lua: found by review; verify holds it
local nn = require "nn"
local time = nn.axis("time", 5)
local id = nn.input("id", nn.class(7), time)
local W = nn.param("W", {6, 7}, nn.normal(1))
local f = nn.matmul(W, nn.onehot(id))
local a, b = nn.slice(f,1,2), nn.slice(f,1,4)
local c = nn.slice(f,3,6)
local y = nn.sum(nn.tanh(a)) + nn.sum(nn.sigmoid(b)) + nn.sum(nn.exp(c)*0.1)
local t = nn.target("t", nn.real(), time)
return nn.model{ name = "lookups_cut", batch=2, output={ y = y }, loss = nn.mse(y, t) }

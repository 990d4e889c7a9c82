-- an encoder and a decoder on two ragged axes, both kinds of attention
local nn = require "nn"
local source, words = nn.axis("source", 5, { ragged = true }), nn.axis("words", 4, {ragged=true})
local x = nn.input("x", nn.real(4), source)
local d = nn.input("d", nn.real(3), words)
local y = nn.target("y", nn.class(6), words)
local enc, h = nn.gru("enc", { size = 8, final = true })(x)
local dec = nn.gru("dec", { size = 8, start = h })(d)
local ctx = nn.dot_attention(dec, enc)
local ctx2 = nn.additive_attention("att", 7)(dec, enc)
local logits = nn.dense("out", 6)(nn.tanh(nn.dense("mix", 5)(ctx .. dec .. ctx2)))
return nn.model { name = "attention", batch = 3, output = { o = nn.softmax(logits) }, loss = nn.cross_entropy(logits, y) }

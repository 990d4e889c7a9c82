-- data.lua: a small network for each way that data are read; -D kind= says which. For tests/fuzz/data_fuzz.c.
local nn = require "nn"

local kind = nn.define("kind", "text")
local ragged = nn.axis("t", 4, { ragged = true })
local fixed = nn.axis("u", 3)

local function model(x, y, z, loss, data, carry)
  return nn.model { name = kind, batch = 2, output = { z = z }, loss = loss, train = { valid = 0.25, carry_state = carry }, data = data }
end

local function of_ids(symbols, classes, axis, each)
  local x, y = nn.input("x", nn.class(symbols), axis), nn.target("y", nn.class(classes), each and axis or nil)
  local h = nn.rnn("rnn", { size = 2 })(nn.onehot(x))
  local z = nn.dense("out", classes)(each and h or nn.last(h))
  return x, y, z, nn.cross_entropy(z, y)
end

if kind == "char" or kind == "byte" then
  local n = kind == "byte" and 256 or 6
  local x, y, z, loss = of_ids(n, n, fixed, true)
  return model(x, y, z, loss, nn.text { into = x, shifted = y, unit = kind }, true)
elseif kind == "series" or kind == "ahead" then
  local x, y = nn.input("x", nn.real(2), fixed), nn.target("y", nn.real(kind == "ahead" and 4 or 2), kind == "ahead" and fixed or nil)
  local h = nn.rnn("rnn", { size = 2 })(x)
  local z = nn.dense("out", kind == "ahead" and 4 or 2)(kind == "ahead" and h or nn.last(h))
  return model(x, y, z, nn.mse(z, y), nn.csv { into = x, target = y, columns = { "a", "b" }, horizon = kind == "ahead" and 1 or 2 },
    kind == "ahead")
elseif kind == "rows" then
  local x, y, k = nn.input("x", nn.real(2), fixed), nn.target("y", nn.class(3)), nn.input("k", nn.class(5))
  local word = nn.input("word", nn.class(6), ragged)
  local h = nn.concat(nn.last(nn.rnn("rnn", { size = 2 })(x)), nn.last(nn.rnn("words", { size = 2 })(nn.onehot(word))), nn.onehot(k))
  local z = nn.dense("out", 3)(h)
  return model(x, y, z, nn.cross_entropy(z, y), nn.csv { each = "row", feeds = { { x, columns = "v0:v3", scale = 2 }, { y, columns = "name" },
    { k, columns = "id", ids = true }, { word, columns = "word", spelled = "char", stop = true, reverse = true } }, longer = "skip" })
elseif kind == "labelled" or kind == "words" then
  local x, y, z, loss = of_ids(6, 3, ragged, false)
  return model(x, y, z, loss, nn.labelled { text = x, label = y, unit = kind == "words" and "word" or "char", least = 2 })
elseif kind == "tagged" then
  local x, y, z, loss = of_ids(8, 3, ragged, true)
  return model(x, y, z, loss, nn.tagged { text = x, tags = y, longer = "refuse" })
elseif kind == "slots" then
  local a, b, y = nn.input("a", nn.class(7), ragged), nn.input("b", nn.class(7), ragged), nn.target("y", nn.class(3), ragged)
  local z = nn.dense("out", 3)(nn.rnn("rnn", { size = 2 })(nn.concat(nn.onehot(a), nn.onehot(b))))
  return model(a, y, z, nn.cross_entropy(z, y), nn.tagged { words = { a, b }, tags = y })
elseif kind == "pairs" then
  local s, i = nn.input("s", nn.class(6), ragged), nn.input("i", nn.class(6), nn.axis("out", 5, { ragged = true }))
  local y = nn.target("y", nn.class(6), i.axis)
  local _, h = nn.gru("encoder", { size = 2, final = true })(nn.onehot(s))
  local z = nn.dense("out", 6)((nn.gru("decoder", { size = 2, start = h })(nn.onehot(i))))
  return model(s, y, z, nn.cross_entropy(z, y), nn.pairs { source = s, target = y, input = i, unit = "byte" })
end
local x, y, k = nn.input("x", nn.real(2), ragged), nn.target("y", nn.real(1)), nn.target("k", nn.class(3), ragged)
local h = nn.rnn("rnn", { size = 2 })(x)
local z, zk = nn.dense("out", 1)(nn.last(h)), nn.dense("each", 3)(h)
return nn.model { name = "arrays", batch = 2, output = { z = z, k = zk }, loss = nn.mse(z, y) + nn.cross_entropy(zk, k, { ignore_missing = true }),
  train = { valid = 0.25 }, data = nn.npy { into = { x = x }, target = { y = y, k = k }, length = "length" } }

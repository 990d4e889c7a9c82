-- expect: data-symbols.lua:9: nn.text: text: expected 5 different characters, as into has classes, found 7
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local logits = nn.dense("out", 5)(nn.onehot(chars))
return nn.model {
  name = "m", output = { next = logits }, loss = nn.cross_entropy(logits, next),
  data = nn.text { into = chars, shifted = next, unit = "char", text = "hello yellow" },
}

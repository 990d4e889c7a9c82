-- digit_to_word.lua: one to many: the picture of a digit starts the state of a GRU, which spells its name, letter by letter. Each
-- letter is given the one before (teacher forcing); symbol 0 begins and ends a word. A row of the CSV file is an example:
--     rnnc train models/digit_to_word.lua --data digits_train.csv --valid-data digits_test.csv
--     rnnc predict models/digit_to_word.lua --weights digit_to_word.run/best.safetensors --input digits_test.csv --score
-- Without a file it learns the tiny pictures below: rnnc train models/digit_to_word.lua -D tiny=true
local nn = require "nn"

local tiny    = nn.define("tiny", false)                        -- 2 by 2 pixels: one, two, six
local side    = tiny and 2 or 8
local symbols = nn.define("symbols", 27)                        -- start and stop, letters
local time    = nn.axis("time", nn.define("steps", 6), { ragged = true })
local pixels  = nn.input("pixels", nn.real(side * side))
local before  = nn.input("before", nn.class(symbols), time)
local letter  = nn.target("letter", nn.class(symbols), time)

local size    = nn.define("hidden", 64)
local start   = nn.dense("start", size, { activation = nn.tanh })(pixels)
local logits  = nn.dense("out", symbols)(nn.gru("rnn", { size = size, start = start })(nn.onehot(before)))

return nn.model {
  name   = "digit_to_word", batch = nn.define("batch", tiny and 3 or 50),
  output = { letter = nn.softmax(logits) },
  loss   = nn.cross_entropy(logits, letter),
  train  = { optimizer = nn.adam { lr = 2e-3 }, epochs = nn.define("epochs", tiny and 300.0 or 40.0) },
  data   = nn.csv { each = "row", feeds = {
      { pixels, columns = tiny and "p0:p3" or "p0:p63", scale = 1 / 16 },
      { before, columns = "word", spelled = "char", start = true, unknown = false },
      { letter, columns = "word", spelled = "char", stop = true, unknown = false },
    }, inline = tiny and "p0,p1,p2,p3,word\n16,16,0,0,one\n16,0,16,0,two\n16,0,0,16,six\n" or nil },
}

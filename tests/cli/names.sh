# Names and values that are no C: what generated programs say of them ends no comment and no string.
# expect: trainer: edit m.lua instead.
# expect: the name of a description may hold no quotation mark, backslash or control character
# expect: done
# refuse: error
# refuse: warning
cat >m.lua <<'L'
local nn = require "nn"
local s = nn.define("s", "x")
local x, y = nn.input("x", nn.real(2), nn.axis("t", 3)), nn.target("y", nn.real(2))
local z = nn.dense("out", 2)(nn.last(nn.rnn("rnn", { size = 2 })(x)))
return nn.model { name = "m", batch = 2, output = { z = z }, loss = nn.mse(z, y),
  data = nn.csv { into = x, target = y, columns = { 'a"*/', "b\\" }, target_columns = { "a??/", "%s" } } }
L
"$RNNC" trainer m.lua -D 's=*/ int evil; /* "\' -o t
"$RNNC" predictor m.lua -D 's=*/ int evil; /* "\' -q -o p
echo "trainer: $(grep -o 'edit .* instead.' t/m_train.c)"
cc -std=c99 -D_GNU_SOURCE -O0 -Wall -It -c t/m_train.c
cc -std=c99 -O0 -Wall -c p/m.c
cp m.lua 'b"\.lua'
if "$RNNC" trainer 'b"\.lua' -o t; then exit 1; fi
# a comment of their file's own, not code
sed 's,/\*.*\*/,,' t/m_train.c p/m.c p/m.h | grep 'evil' | grep -v '^ \*' || true
# inputs, outputs and axes named as what headers define: the header may come after theirs
cat >k.lua <<'L'
local nn = require "nn"
local time = nn.axis("size_t", 4, { ragged = true })
local function input(name) return nn.input(name, nn.real(3), time) end
local x = input("class") + input("class_") + input("length_size_t") + input("EOF") + input("I") + input("errno") + input("s")
local z, y = nn.dense("out", 2)(nn.lstm("M_PI", { size = 4, bidirectional = true })(x)), nn.target("y", nn.real(2), time)
return nn.model { name = "k", output = { size_t = z, EOF = z, class = nn.tanh(z) }, loss = nn.mse(z, y) }
L
"$RNNC" predictor k.lua -q --no-dispatch -o k
printf '#include <%s.h>\n' complex errno math stddef stdio stdlib >user.c
echo '#include "k.h"' >>user.c
cc -std=c99 -O0 -Wall -Wextra -Wpedantic -Wshadow -c k/k.c && cc -D_GNU_SOURCE -Wall -Wextra -Ik -c user.c
if command -v g++ >/dev/null; then sed -i /complex/d user.c; g++ -Wall -Wextra -Ik -x c++ -c user.c; fi
echo done

# the graph of models/hello.lua after derive, in the language's own terms
"$RNNC" inspect "$ROOT/models/hello.lua" -d derive | sed -n '1,/^hello (/p' | sed '$d' | sed "s,$ROOT/,,g"

# expect: 6 lengths gave answers of their own
"$RNNC" predictor "$TESTS/embed/ragged.lua" -q
cc -std=c99 -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -I. ragged.c "$TESTS/embed/ragged.c" ragged_weights.c -lm -o try
./try

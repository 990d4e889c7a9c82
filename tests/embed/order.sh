# Predictors take terms in another order only where rounding does not tell: compared with the formulas as they are written.
# expect: in the order of the description
"$RNNC" predictor -q "$TESTS/embed/order.lua" 2>&1
cc -O2 -march=native -std=c99 -Wall -Wextra -I. "$TESTS/embed/order.c" order.c order_weights.c -lm -o order
./order

# Generated code in doubles, where GCC 12 left out a call whose stores it had moved (tests/gold/two-strides.lua says more).
# expect: gradients against central differences: agree
"$RNNC" verify "$TESTS/gold/two-strides.lua" --precision f64 --rtol 1e-12

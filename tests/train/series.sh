# CSV: columns by name behind quotes, normalisation in the metadata, windows in a new order each pass, RMSE in the units of
# the file; an epoch is what it says; the weights of a run and its evaluation agree.
# expect: "mean.into":"
# expect: "std.target":"
# expect: 31 steps a pass
# expect: seed 2 takes another order
# expect: evaluation agrees
# expect: learned
# expect: semicolons and a byte order mark: the same
# refuse: differ
. "$TESTS/train/toy.bash"
build csv -DTOY_CSV -DTOY_TRAIN='.kind = RT_ADAM, .lr = 0.02, .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8, .epochs = 40'
series 200 | sed '1s/.*/day,a,"b ""x""",b/' >s.csv
./csv --data s.csv 2>&1 | tail -n 4
head -c 800 toy.run/best.safetensors | grep -ao '"mean.into":"[^"]*"'
head -c 800 toy.run/best.safetensors | grep -ao '"std.target":"[^"]*"'
./csv --data s.csv --out epochs --epochs 0.4 2>&1 | grep -q '^toy: 13 steps' && echo "31 steps a pass" || true
./csv --data s.csv --out one --epochs 1 --seed 1 --quiet
./csv --data s.csv --out two --epochs 1 --seed 2 --quiet
./csv --data s.csv --out again --epochs 1 --seed 1 --quiet
cmp one/best.safetensors again/best.safetensors || echo "equal runs differ"
cmp -s <(weights one/last.safetensors 108) <(weights two/last.safetensors 108) || echo "seed 2 takes another order"
best=$(./csv --data s.csv --evaluate)
echo "$best"
rmse=$(echo "$best" | sed 's/.*RMSE \(.*\))/\1/')
awk -v r="$rmse" 'BEGIN { if (r > 0 && r < 0.15) print "learned" }'
logged=$(cut -d, -f3 toy.run/log.csv | grep -v valid | grep . | sort -g | head -n 1)
awk -v a="$logged" -v b="$best" 'BEGIN { split(b, w, " "); if (w[3] > 0 && a / w[3] > 0.99999 && a / w[3] < 1.00001) print "evaluation agrees" }'
(printf '\357\273\277'; sed 's/,/;/g' s.csv) >semi.csv
./csv --data semi.csv --out semi --quiet
cmp <(weights semi/best.safetensors 36) <(weights toy.run/best.safetensors 36) && echo "semicolons and a byte order mark: the same"

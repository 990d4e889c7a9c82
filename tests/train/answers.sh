# --predict on the rows that were learned: one answer a window, in the units of the file, close to what came next.
# expect: row,ahead
# expect: 197 answers
# expect: close
. "$TESTS/train/toy.bash"
build csv -DTOY_CSV -DTOY_TRAIN='.kind = RT_ADAM, .lr = 0.02, .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8, .epochs = 40'
series 200 | sed '1s/.*/day,a,"b ""x""",b/' >s.csv
./csv --data s.csv --quiet
./csv --predict s.csv --weights toy.run/best.safetensors >out.csv
head -n 1 out.csv
echo "$(tail -n +2 out.csv | wc -l) answers"
tail -n +2 s.csv | cut -d, -f2 >rows.txt
awk -F, 'NR == FNR { a[FNR] = $1; next } FNR > 1 && ($1 + 1) in a { d = a[$1 + 1] - $2; s += d * d; n++ }
    END { if (n == 196 && s / n < 0.01) print "close"; else print n, s / n }' rows.txt out.csv

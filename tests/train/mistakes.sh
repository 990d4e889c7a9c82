# Mistakes in data, weights and options: each names what, where, and the nearest correct name.
# expect: toy: unknown option '--stesp', did you mean --steps?
# expect: toy: --steps: expected a whole number from 1 on, found '10x'
# expect: toy: --lr: expected a number from 0 to 1e+09, found 'nan'
# expect: toy: --valid: expected a number from 0 to 1, found '1.5'
# expect: toy: --seed: expected a whole number from 0 to 18446744073709551615, found '-1'
# expect: toy: --out: expected DIR after it, found the end of the line
# expect: toy: --lr has no effect with --evaluate
# expect: toy: --prime needs --sample N
# expect: toy: --steps and --epochs both say how long to train; give one
# expect: toy: which data? --data FILE (text)
# expect: toy: none.txt: No such file or directory
# expect: toy: bad.txt:2: byte 5 of the file (0xff) is not UTF-8
# expect: toy: short.txt: the training part has 8 symbols; 3 examples of 5 steps side by side need at least 16
# expect: toy: many.txt: 21 distinct characters, 12 classes: the 11 most frequent are kept, the others (
# expect: toy: other.safetensors: tensor out.weight: expected shape [12, 12], found [8, 8]
# expect: toy: text.safetensors: not a safetensors file
# expect: toy: nowhere.run/last.safetensors: there is no run to resume
# expect: toy: toy.run/last.safetensors: cannot resume: --seed was 1 and is 2 now
# expect: toy: toy.run/last.safetensors: cannot resume: the content of the data was
# expect: toy: toy.run/last.safetensors: cannot resume: the size of the data was
# expect: toy: toy.run/last.safetensors: cannot resume: the description was 0000000000000007 and is 0000000000000008 now
# expect: toy: toy.run/last.safetensors: cannot resume: the share for validation (--valid) was
# expect: toy: --prime: U+0071 is not in the vocabulary of the weights
# expect: toy: text of bytes has 256 classes; input chars has 12
# expect: toy: wrong.csv:3: column 2 (a): 'x12' is not a number
# expect: toy: wrong2.csv:4: no column 4 (b): the row has 3
# expect: toy: s2.csv: no column b; there are day, a, bb
# expect: toy: s3.csv: column a is asked for by name, but the first line is no header
# expect: toy: tiny.csv: the training part has 6 rows, 2 windows of 4 steps; a batch needs 5
# expect: toy: step 20: the gradient's norm is not finite (nan); every value forwards is finite; the first gradient that is not is that of out.bias (nan). The last good state is boom.run/last.safetensors
# expect: toy: step 1: the loss is not finite
# expect: the first value that is not finite is loss (toy.lua:5) (inf)
# expect: the last good step was resumed
# expect: earlier run, kept as toy.run/previous.*
# refuse: instead of
. "$TESTS/train/toy.bash"
build toy
text 300 >t.txt
must_fail 2 ./toy --data t.txt --stesp 10
must_fail 2 ./toy --data t.txt --steps 10x
must_fail 2 ./toy --data t.txt --lr nan
must_fail 2 ./toy --data t.txt --valid 1.5
must_fail 2 ./toy --data t.txt --seed -1
must_fail 2 ./toy --data t.txt --out
must_fail 2 ./toy --data t.txt --evaluate --lr 1
must_fail 2 ./toy --data t.txt --prime a
must_fail 2 ./toy --data t.txt --steps 1 --epochs 1
must_fail 1 ./toy
must_fail 1 ./toy --data none.txt
printf 'ab\nab\377\n' >bad.txt
must_fail 1 ./toy --data bad.txt
printf 'abcabcabca' >short.txt
must_fail 1 ./toy --data short.txt
(text 300; printf 'klmnopqrstuvw') >many.txt
./toy --data many.txt --out many 2>&1
build small -DTOY_CLASSES=8
printf 'abcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabc' >abc.txt
./small --data abc.txt --out small.run --quiet
cp small.run/best.safetensors other.safetensors
must_fail 1 ./toy --data t.txt --weights other.safetensors
cp t.txt text.safetensors
must_fail 1 ./toy --data t.txt --weights text.safetensors
must_fail 1 ./toy --data t.txt --out nowhere.run --resume
./toy --data t.txt --quiet
must_fail 1 ./toy --data t.txt --resume --steps 300 --seed 2
sed 's/abc/acb/' t.txt >t2.txt
must_fail 1 ./toy --data t2.txt --resume --steps 300
text 301 >t3.txt
must_fail 1 ./toy --data t3.txt --resume --steps 300
build toy8 -DTOY_HASH=8
must_fail 1 ./toy8 --data t.txt --resume --steps 300
must_fail 1 ./toy --data t.txt --resume --steps 300 --valid 0.1
./toy --data abc.txt --out abc --quiet
must_fail 0 ./toy --out abc --sample 5 --prime aq --weights toy.run/best.safetensors    # an unused class stands for it
build full -DTOY_CLASSES=8
./full --data t.txt --out full.run --quiet
must_fail 1 ./full --out full.run --sample 5 --prime aq
build bytes -DTOY_CHARS=0
must_fail 1 ./bytes --data t.txt
build csv -DTOY_CSV
series 200 >s.csv
sed '3s/,[^,]*/,x12/' s.csv >wrong.csv
must_fail 1 ./csv --data wrong.csv
sed '4s/,[^,]*$//' s.csv >wrong2.csv
must_fail 1 ./csv --data wrong2.csv
printf 'day,a,bb\n1,2,3\n' >s2.csv
must_fail 1 ./csv --data s2.csv
printf '1,2,3\n' >s3.csv
must_fail 1 ./csv --data s3.csv
head -n 9 s.csv >tiny.csv
must_fail 1 ./csv --data tiny.csv
build boom -DTOY_EXPLODE=20
must_fail 1 ./boom --data t.txt --out boom.run --every 5
./toy --data t.txt --out boom.run --steps 30 --resume 2>&1 | grep -q 'going on from step 15' && echo "the last good step was resumed"
build huge -DTOY_TRAIN='.kind = RT_SGD, .lr = 1e38, .steps = 50'
must_fail 1 ./huge --data t.txt --out huge.run | sed 's/step [0-9]*: the/step 1: the/'
./toy --data t.txt --steps 5 2>&1

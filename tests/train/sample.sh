# Sampling from a checkpoint: what the text allows and nothing else, the same for the same seed, continuing a text.
# expect: only what the text allows
# expect: the same seed, the same text
# expect: another seed, another text
# expect: likeliest: abc abc
# expect: 50 symbols and a line's end
# expect: toy: the network cannot be run step by step
# expect: toy: toy.run/best.safetensors: its metadata has no vocabulary
# refuse: instead of
. "$TESTS/train/toy.bash"
build toy
printf 'abc %.0s' $(seq 400) >abc.txt
./toy --data abc.txt --quiet --steps 1500 --lr 0.05
./toy --sample 50 --seed 3 --prime a >one.txt
grep -qx '\(abc \)*a\?b\?c\?' one.txt && echo "only what the text allows"
./toy --sample 50 --seed 3 --prime a | cmp one.txt && echo "the same seed, the same text"
text 3000 >t.txt
./toy --data t.txt --quiet --out t.run
./toy --sample 50 --seed 3 --out t.run >three.txt
./toy --sample 50 --seed 4 --out t.run | cmp -s three.txt || echo "another seed, another text"
echo "likeliest: $(./toy --sample 6 --prime a --temperature 0)"
[ "$(LC_ALL=C.UTF-8 wc -m <three.txt)" -eq 51 ] && echo "50 symbols and a line's end"
build csv -DTOY_CSV
must_fail 1 ./csv --sample 5
build plain -DTOY_CHARS=0 -DTOY_CLASSES=256
./plain --data t.txt --out plain.run --quiet --steps 100 2>&1
./plain --sample 5 --out plain.run | wc -c
build other -DTOY_CLASSES=12
sed 's/"vocabulary":/"vocabularx":/' toy.run/best.safetensors >x && cp x toy.run/best.safetensors
must_fail 1 ./other --sample 5

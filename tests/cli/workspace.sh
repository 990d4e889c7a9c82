# The workspace of every program of every model and row of the benchmark is within 10 % of the least that lifetimes allow.
# expect: all within 10 %
# refuse: too large
programs=0
for m in "$ROOT"/models/*.lua "$ROOT"/bench/rows/*.lua; do
    case $m in */cells.lua | */layers.lua) continue ;; esac
    while read -r work least; do
        programs=$((programs + 1))
        [ $((work * 10)) -le $((least * 11)) ] || echo "$m: too large: $work bytes, $least would do"
    done < <("$RNNC" inspect "$m" | sed -n 's/.*workspace \([0-9]*\) bytes, of which \([0-9]*\) could.*/\1 \2/p')
done
[ $programs -gt 60 ] && echo "all within 10 %: $programs programs"

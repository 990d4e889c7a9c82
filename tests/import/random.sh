# Recurrent operators with attributes drawn at random, and, where PyTorch is at hand, its networks: four in each run, from a seed that is printed
# (tests/import/random_cases.py FIRST LAST runs any).
# expect: seeds
# expect: 4 cases, 0 failed
python=python3
for p in python3 /usr/bin/python3; do if $p -c "import onnx" 2>/dev/null; then python=$p; fi; done
for p in python3 /usr/bin/python3; do if $p -c "import onnx, torch" 2>/dev/null; then python=$p; fi; done
$python -c "import onnx" 2>/dev/null || { echo "no python3 with onnx"; exit 77; }
seed=${SEED:-$((RANDOM * 2))}
echo "seeds $seed to $((seed + 3))"
$python "$TESTS/import/random_cases.py" "$seed" $((seed + 3))

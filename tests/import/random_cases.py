"""Random attributes of RNN, LSTM and GRU, held to onnx_reference.py (and through it to the specification), and, where PyTorch is at hand,
random exports of torch.nn held to PyTorch. Not in the suite. python3 tests/import/random_cases.py FIRST LAST; RNNC: the compiler"""
import importlib.util
import os
import random
import subprocess
import sys
import tempfile

sys.argv, seeds = sys.argv[:1] + ["-"], range(int(sys.argv[1]), int(sys.argv[2]) + 1)      # "-": makes none of the suite's files
import make_onnx  # noqa: E402

RNNC = os.environ.get("RNNC", os.path.join(os.path.dirname(__file__), "../../build/release/rnnc"))
NAMES = ["Relu", "Tanh", "Sigmoid", "Affine", "LeakyRelu", "ThresholdedRelu", "ScaledTanh", "HardSigmoid", "Elu", "Softsign", "Softplus"]


DEFINES = []


def operator(seed):
    r = random.Random(seed)
    op = r.choice(["RNN", "LSTM", "GRU"])
    a = {"direction": r.choice(["forward", "reverse", "bidirectional"]), "layout": r.randint(0, 1)}
    count = {"RNN": 1, "LSTM": 3, "GRU": 2}[op] * (2 if a["direction"] == "bidirectional" else 1)
    if r.random() < 0.4:
        a["activations"] = [r.choice(NAMES) for _ in range(count)]
        takes = [make_onnx.onnx_reference.TAKES.get(n, 0) for n in a["activations"]]
        for key, least in (("activation_alpha", 1), ("activation_beta", 2)):
            given = [round(r.uniform(0.1, 0.9), 3) for t in takes if t >= least]
            if given and r.random() < 0.7:
                a[key] = given
    if r.random() < 0.3:
        a["clip"] = round(r.uniform(0.2, 1.5), 3)
    if op == "LSTM" and r.random() < 0.3:
        a["input_forget"] = 1
    if op == "GRU" and r.random() < 0.5:
        a["linear_before_reset"] = 1
    steps, batch = r.randint(2, 6), r.randint(1, 3)
    lens = [r.randint(1, steps) for _ in range(batch)] if r.random() < 0.4 else None
    make_onnx.attributes("case", op, seed=seed, H=r.randint(1, 5), F=r.randint(1, 4), T=steps, N=batch, lens=lens, bias=r.random() < 0.7,
                         peep=op == "LSTM" and r.random() < 0.5, start=r.choice([None, "input", "constant"]), **a)
    return "%s %s lens %s" % (op, a, lens)


def network(seed):
    import torch
    from torch import nn
    r = random.Random(seed)
    torch.manual_seed(seed)
    kind, first, both = r.choice([nn.RNN, nn.LSTM, nn.GRU]), r.random() < 0.5, r.random() < 0.5
    size, layers, n, steps, batch = r.randint(1, 5), r.randint(1, 3), r.randint(1, 4), r.randint(2, 6), r.randint(1, 3)
    options, given = {"bias": r.random() < 0.8, "dropout": r.choice([0, 0.3]) if layers > 1 else 0}, r.random() < 0.4
    if kind is nn.RNN:
        options["nonlinearity"] = r.choice(["relu", "tanh"])
    how, opset = r.choice(["steps", "last", "mean", "final", "parts", "pooled", "asked"]), r.randint(9, 17)
    dirs = 2 if both else 1

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.rnn = kind(n, size, layers, batch_first=first, bidirectional=both, **options)
            self.out = nn.Linear(size * (2 if both and how != "final" else 1), 3)

        def forward(self, x, *start):
            y, h = self.rnn(x, *([tuple(start)] if kind is nn.LSTM else start) if start else [])
            h = h[0] if kind is nn.LSTM else h
            time = 1 if first else 0
            if how == "last":
                y = y[:, -1] if first else y[-1]
            elif how == "mean":
                y = y.mean(time)
            elif how == "final":
                y = h[-1]
            elif how == "parts":         # each step but the first, less the one before
                y = y[:, 1:] - y[:, :-1] if first else y[1:] - y[:-1]
            elif how == "pooled":        # weighted by a softmax over the steps
                y = (torch.softmax(y[..., :1], time) * y).sum(time)
            elif how == "asked":         # the mean of the steps, as one of them asks all
                z = y if first else y.transpose(0, 1)
                q = z[:, -1:]
                y = torch.matmul(torch.softmax(torch.matmul(q, z.transpose(1, 2)), -1), z)[:, 0]
            return self.out(y)

    x = torch.randn(*((batch, steps, n) if first else (steps, batch, n)))
    start = [torch.randn(layers * dirs, batch, size) for _ in range(2 if kind is nn.LSTM else 1)] if given else []
    names = ["h0", "c0"][:len(start)]
    net = Net().eval()
    open_ = {"x": {(1 if first else 0): "time", (0 if first else 1): "batch"}} if r.random() < 0.25 and steps > 2 else None
    torch.onnx.export(net, (x, *start), os.path.join(make_onnx.HERE, "case.onnx"), opset_version=opset, input_names=["x"] + names,
                      output_names=["y"], dynamic_axes=open_)
    spec = "btf" if first else "tbf"
    lead = "l" if layers * dirs > 1 else "1"
    ins = {"x": (x.numpy(), spec), **{k: (v.numpy(), lead + "bf") for k, v in zip(names, start)}}
    make_onnx.numbers("case", ins, {"y": (net(x, *start).detach().numpy(), spec if how in ("steps", "parts") else "bf")})
    if open_:
        DEFINES.append("steps=%d" % steps)
    return "%s layers %d both %s first %s %s %s opset %d start %s open %s" % (kind.__name__, layers, both, first, options, how, opset, given, open_)


bad, torch_is_here = 0, importlib.util.find_spec("torch")
with tempfile.TemporaryDirectory() as folder:
    make_onnx.HERE, make_onnx.ONLY = folder, []
    for seed in seeds:
        DEFINES.clear()
        what = (network if torch_is_here and seed % 2 == 0 else operator)(seed)
        case = os.path.join(folder, "case")
        run = subprocess.run([RNNC, "import", case + ".onnx", "-o", folder + "/out", "-q"], capture_output=True, text=True)
        if run.returncode == 0:
            run = subprocess.run([RNNC, "verify", folder + "/out/case.lua", "--weights", folder + "/out/case.safetensors", "--golden",
                                  case + ".safetensors"] + [a for d in DEFINES for a in ("-D", d)], capture_output=True, text=True)
        if run.returncode:
            bad += 1
            print("seed %d: %s\n%s%s" % (seed, what, run.stdout, run.stderr))
print("%d cases, %d failed" % (len(seeds), bad))
sys.exit(bad > 0)

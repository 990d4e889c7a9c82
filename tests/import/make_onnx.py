"""Makes the files of this folder: NAME.onnx, a small network, and NAME.safetensors, inputs and what must come out. Needs Python with onnx
and torch (Debian: python3-onnx, python3-torch); the suite needs neither. From the repository: python3 tests/import/make_onnx.py [NAME...]"""
import json
import os
import struct
import sys
import warnings

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

import onnx_reference

HERE = os.path.dirname(os.path.abspath(__file__))
ONLY = sys.argv[1:]
warnings.filterwarnings("ignore")


def save(name, tensors):
    header, data = {}, b""
    for key, a in tensors.items():
        a = np.ascontiguousarray(a)
        kind = {"float32": "F32", "float64": "F64", "int32": "I32"}[str(a.dtype)]
        header[key] = {"dtype": kind, "shape": list(a.shape), "data_offsets": [len(data), len(data) + a.nbytes]}
        data += a.tobytes()
    text = json.dumps(header).encode()
    with open(os.path.join(HERE, name + ".safetensors"), "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + data)


def ordered(a, spec):
    """our order, time, batch, features, of an array whose dimensions are t, b, f, l (features too) or 1 (dropped)"""
    a = np.asarray(a)
    keep = sorted((i for i, c in enumerate(spec) if c != "1"), key=lambda i: {"t": 0, "b": 1}.get(spec[i], 2 + i))
    return a.transpose(keep + [i for i, c in enumerate(spec) if c == "1"]).reshape([a.shape[i] for i in keep])


def numbers(name, ins, outs, lengths=None):
    t = {}
    for key, (a, spec) in ins.items():
        a = ordered(a, spec)
        t["input." + key] = a.astype(np.float32 if a.dtype.kind == "f" else np.int32)
    for key, (a, spec) in outs.items():
        t["output." + key] = ordered(a, spec).astype(np.float64)
    if lengths is not None:
        t["length.time"] = np.asarray(lengths, dtype=np.int32)
    save(name, t)


def write(name, nodes, inputs, outputs, arrays, opset=14):
    """inputs: name -> (type, dims); arrays: name -> numbers"""
    graph = helper.make_graph(
        nodes, name, [helper.make_tensor_value_info(n, k, d) for n, (k, d) in inputs.items()],
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, d) for n, d in outputs.items()],
        [numpy_helper.from_array(np.asarray(a), n) for n, a in arrays.items()])
    model = helper.make_model(graph, producer_name="make_onnx", opset_imports=[helper.make_opsetid("", opset)])
    onnx.save(model, os.path.join(HERE, name + ".onnx"))


# ---- the cases of the ONNX project for recurrent operators ----------------------------------------------------------

def onnx_cases():
    from onnx.backend.test.case.node import gru, lstm, rnn

    def expect(node, inputs, outputs, name):
        name = name.replace("test_", "onnx_")
        if ONLY and name not in ONLY:
            return
        layout = next((a.i for a in node.attribute if a.name == "layout"), 0)
        given = [n for n in node.input if n]
        arrays = dict(zip(given, inputs))
        x = arrays.pop("X")
        made = [n for n in node.output if n]
        write(name, [node], {"X": (TensorProto.FLOAT, x.shape)}, {n: a.shape for n, a in zip(made, outputs)}, arrays)
        shapes = {("Y", 0): "t1bf", ("Y", 1): "bt1f", ("Y_h", 0): "1bf", ("Y_h", 1): "b1f"}
        numbers(name, {"X": (x, "btf" if layout else "tbf")},
                {n: (a.astype(np.float64), shapes[n, layout]) for n, a in zip(made, outputs)})

    for module, case in ((rnn, "RNN"), (lstm, "LSTM"), (gru, "GRU")):
        module.expect = expect
        for key, f in vars(getattr(module, case)).items():
            if key.startswith("export"):
                f.__func__() if isinstance(f, staticmethod) else f()


# ---- every attribute ------------------------------------------------------------------------------------------------

GATES = {"RNN": 1, "LSTM": 4, "GRU": 3}


def attributes(name, op, seed=1, H=3, F=2, T=5, N=2, lens=None, bias=True, peep=False, start=None, **a):
    """one operator with these attributes; start: None, "input" or "constant" """
    if ONLY and name not in ONLY:
        return
    r = np.random.RandomState(seed)
    D, g, layout = 2 if a.get("direction") == "bidirectional" else 1, GATES[op], a.get("layout", 0)

    def draw(*shape):
        return r.uniform(-0.8, 0.8, shape).astype(np.float32)

    W, R = draw(D, g * H, F), draw(D, g * H, H)
    B = draw(D, 2 * g * H) if bias else None
    P = draw(D, 3 * H) if peep else None
    X = 2 * draw(*((N, T, F) if layout else (T, N, F)))
    letters = ["h", "c"] if op == "LSTM" else ["h"]
    state_shape = (N, D, H) if layout else (D, N, H)
    states = {}
    for k in letters:
        if start == "input":
            states[k] = draw(*state_shape)
        elif start == "constant":
            states[k] = np.broadcast_to(draw(1, D, H) if layout else draw(D, 1, H), state_shape).copy()
    y, yh, yc = onnx_reference.run(op, X, W, R, B, lens, states.get("h"), states.get("c"), P, **a)
    arrays = {"W": W, "R": R}
    slots = ["X", "W", "R", "B" if bias else "", "lens" if lens else ""] + ["initial_" + k if states else "" for k in letters]
    if bias:
        arrays["B"] = B
    if peep:
        slots.append("P")
        arrays["P"] = P
    inputs = {"X": (TensorProto.FLOAT, X.shape)}
    if lens:
        inputs["lens"] = (TensorProto.INT32, (N,))
    lead = "l" if D == 2 else "1"
    state_spec = "b" + lead + "f" if layout else lead + "bf"
    ins = {"X": (X, "btf" if layout else "tbf")}
    for k, v in states.items():
        if start == "input":
            inputs["initial_" + k] = (TensorProto.FLOAT, v.shape)
            ins["initial_" + k] = (v, state_spec)
        else:
            arrays["initial_" + k] = v
    outs = {"Y": (y, "bt" + lead + "f" if layout else "t" + lead + "bf"), "Y_h": (yh, state_spec)}
    if op == "LSTM":
        outs["Y_c"] = (yc, state_spec)
    while slots and not slots[-1]:
        slots.pop()
    node = helper.make_node(op, slots, list(outs), name="net", hidden_size=H, **a)
    write(name, [node], inputs, {k: v.shape for k, (v, _) in outs.items()}, arrays)
    numbers(name, ins, outs, lens)


def attribute_cases():
    attributes("rnn_reverse", "RNN", direction="reverse", start="input")
    attributes("rnn_relu", "RNN", direction="bidirectional", activations=["Relu", "Relu"], bias=False)
    attributes("rnn_mixed", "RNN", direction="bidirectional", activations=["Affine", "LeakyRelu"], activation_alpha=[0.5, 0.3],
               activation_beta=[0.1], clip=0.7)
    attributes("rnn_elu", "RNN", activations=["Elu"], activation_alpha=[0.7], layout=1, start="constant")
    attributes("lstm_both", "LSTM", direction="bidirectional", start="input", peep=True)
    attributes("lstm_lengths", "LSTM", direction="bidirectional", lens=[5, 3], start="constant")
    attributes("lstm_clip", "LSTM", clip=0.4, peep=True, start="input", layout=1)
    attributes("lstm_coupled", "LSTM", direction="reverse", input_forget=1, lens=[2, 5])
    attributes("lstm_activations", "LSTM", direction="bidirectional",
               activations=["HardSigmoid", "ScaledTanh", "Softsign", "Sigmoid", "Softplus", "ThresholdedRelu"],
               activation_alpha=[0.3, 1.5, 0.25], activation_beta=[0.4, 0.6])
    attributes("gru_before", "GRU", direction="bidirectional", start="input", lens=[4, 5])
    attributes("gru_after", "GRU", direction="reverse", linear_before_reset=1, layout=1)
    attributes("gru_clip", "GRU", clip=0.5, start="constant")
    attributes("gru_clip_after", "GRU", clip=0.5, linear_before_reset=1, activations=["HardSigmoid", "Tanh"], direction="reverse")


# ---- operators by hand ------------------------------------------------------------------------------------------------

def operator_cases():
    r = np.random.RandomState(4)
    N = helper.make_node

    def draw(*shape):
        return r.uniform(-1, 1, shape).astype(np.float32)

    x, W, R, scale, bias, G = draw(2, 6, 3), draw(1, 4, 3), draw(1, 4, 4), draw(4), draw(4), draw(3, 2)
    name = "operators_sequence"
    if not ONLY or name in ONLY:
        write(name, [
            N("Transpose", ["x"], ["t"], perm=[1, 0, 2]), N("RNN", ["t", "W", "R"], ["r"], hidden_size=4),
            N("Squeeze", ["r", "one"], ["s"]), N("LayerNormalization", ["s", "scale", "bias"], ["n"], epsilon=1e-4),
            N("Split", ["n", "parts"], ["a", "b"], axis=2), N("Softplus", ["a"], ["p"]), N("Mul", ["p", "b"], ["m"]),
            N("ReduceMean", ["m"], ["mean"], axes=[0], keepdims=0), N("Clip", ["mean", "low", "high"], ["c"]),
            N("Gemm", ["c", "G", "half"], ["g"], alpha=0.5, beta=2.0), N("LeakyRelu", ["g"], ["l"], alpha=0.2),
            N("Identity", ["l"], ["y"])],
            {"x": (TensorProto.FLOAT, x.shape)}, {"y": (2, 2)},
            {"W": W, "R": R, "one": np.array([1]), "scale": scale, "bias": bias, "parts": np.array([1, 3]), "G": G,
             "low": np.float32(-0.2), "high": np.float32(0.3), "half": np.array([0.5], dtype=np.float32)}, 17)
        v = onnx_reference.run("RNN", x.transpose(1, 0, 2), W, R)[0][:, 0]
        v = (v - v.mean(-1, keepdims=True)) / np.sqrt(v.var(-1, keepdims=True) + 1e-4) * scale + bias
        v = np.clip((np.log1p(np.exp(v[..., :1])) * v[..., 1:]).mean(0), np.float32(-0.2), np.float32(0.3))
        v = 0.5 * v @ G + 1
        numbers(name, {"x": (x, "btf")}, {"y": (np.where(v > 0, v, 0.2 * v), "bf")})

    name = "operators_convolution"
    x, W, G = draw(2, 3, 8), draw(4, 3, 3), draw(5, 32)
    if not ONLY or name in ONLY:
        write(name, [
            N("Pad", ["x", "pads"], ["p"]), N("Conv", ["p", "W"], ["c"], kernel_shape=[3]), N("Softsign", ["c"], ["s"]),
            N("Transpose", ["s"], ["t"], perm=[0, 2, 1]), N("Shape", ["t"], ["shape"]), N("Gather", ["shape", "zero"], ["b"]),
            N("Unsqueeze", ["b", "zero1"], ["b1"]), N("Concat", ["b1", "rest"], ["to"], axis=0), N("Reshape", ["t", "to"], ["f"]),
            N("Gemm", ["f", "G"], ["g"], transB=1), N("ReduceMax", ["c"], ["most"], axes=[2], keepdims=0),
            N("Concat", ["g", "most"], ["y"], axis=1)],
            {"x": (TensorProto.FLOAT, ("n", 3, 8))}, {"y": ("n", 9)},
            {"pads": np.array([0, 0, 2, 0, 0, 0]), "W": W, "zero": np.array(0), "zero1": np.array([0]), "rest": np.array([-1]), "G": G}, 13)
        padded = np.pad(x.astype(np.float64), ((0, 0), (0, 0), (2, 0)))
        c = np.stack([np.einsum("nik,oik->no", padded[:, :, t:t + 3], W) for t in range(8)], 2)
        f = (c / (1 + np.abs(c))).transpose(0, 2, 1).reshape(2, -1)
        numbers(name, {"x": (x, "bft")}, {"y": (np.concatenate([f @ G.T, c.max(2)], 1), "bf")})


# ---- what PyTorch exports ---------------------------------------------------------------------------------------------

def torch_cases():
    import torch
    from torch import nn

    class Language(nn.Module):
        def __init__(self):
            super().__init__()
            self.emb, self.rnn, self.out = nn.Embedding(9, 3), nn.LSTM(3, 4, 2, batch_first=True, dropout=0.5), nn.Linear(4, 9)

        def forward(self, x):
            return torch.log_softmax(self.out(self.rnn(self.emb(x))[0]), -1)

    class Classifier(nn.Module):
        def __init__(self):
            super().__init__()
            self.gru, self.fc = nn.GRU(3, 4, 2, batch_first=True, bidirectional=True), nn.Linear(8, 3)

        def forward(self, x):
            h = self.gru(x)[1]
            return torch.softmax(self.fc(torch.cat([h[-2], h[-1]], 1)), 1)

    class Regressor(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv, self.bn = nn.Conv1d(2, 5, 3, stride=2), nn.BatchNorm1d(5)
            self.rnn, self.ln, self.fc = nn.LSTM(5, 4, batch_first=True), nn.LayerNorm(4), nn.Linear(4, 1)
            self.bn.running_mean.normal_()
            self.bn.running_var.uniform_(0.5, 2)

        def forward(self, x):
            y = self.rnn(self.bn(torch.relu(self.conv(x))).transpose(1, 2))[0]
            return self.fc(self.ln(y[:, -1]))

    class Stack(nn.Module):
        def __init__(self):
            super().__init__()
            self.rnn, self.out = nn.LSTM(3, 4, 2), nn.Linear(4, 2)

        def forward(self, x, h0, c0):
            y, (h, c) = self.rnn(x, (h0, c0))
            return torch.tanh(self.out(y.view(-1, 4))).view(x.shape[0], x.shape[1], 2), h, c

    def export(name, make, ins, outs, opset, dynamic=None):
        if ONLY and name not in ONLY:
            return
        torch.manual_seed(1)
        network = make().eval()
        args = tuple(torch.from_numpy(a) for a, _ in ins.values())
        torch.onnx.export(network, args, os.path.join(HERE, name + ".onnx"), opset_version=opset, input_names=list(ins),
                          output_names=list(outs), dynamic_axes=dynamic)
        with torch.no_grad():
            y = network(*args)
        y = y if isinstance(y, tuple) else (y,)
        numbers(name, ins, {k: (v.numpy(), spec) for v, (k, spec) in zip(y, outs.items())})

    r = np.random.RandomState(2)

    def draw(*shape):
        return r.standard_normal(shape).astype(np.float32)

    for opset in (9, 13, 16):
        suffix = "_%d" % opset
        export("torch_language" + suffix, Language, {"x": (r.randint(0, 9, (2, 5)), "bt")}, {"y": "btf"}, opset)
        export("torch_classifier" + suffix, Classifier, {"x": (draw(2, 5, 3), "btf")}, {"y": "bf"}, opset)
        export("torch_regressor" + suffix, Regressor, {"x": (draw(2, 2, 9), "bft")}, {"y": "bf"}, opset)
        export("torch_stack" + suffix, Stack, {"x": (draw(20, 2, 3), "tbf"), "h0": (draw(2, 2, 4), "lbf"), "c0": (draw(2, 2, 4), "lbf")},
               {"y": "tbf", "hn": "lbf", "cn": "lbf"}, opset,
               {"x": {0: "seq", 1: "batch"}, "h0": {1: "batch"}, "c0": {1: "batch"}} if opset > 9 else None)


# ---- what is refused: NAME.txt is the message -------------------------------------------------------------------------

def refused_cases():
    r = np.random.RandomState(3)

    def refuse(name, nodes, message, arrays=None, x=(4, 2, 3), opset=14, kind=TensorProto.FLOAT):
        if ONLY and name not in ONLY:
            return
        write(name, nodes, {"x": (kind, x)}, {"y": None}, arrays or {}, opset)
        with open(os.path.join(HERE, name + ".txt"), "w") as f:
            f.write(message + "\n")

    def draw(*shape):
        return r.uniform(-1, 1, shape).astype(np.float32)

    def node(op, inputs, **a):
        return helper.make_node(op, inputs, ["y"], name="it", **a)

    refuse("no_operator", [node("MatMull", ["x", "x"])], "MatMull 'it': this operator is not supported; the nearest is MatMul")
    refuse("no_product", [node("MatMul", ["x", "x"])], "MatMul 'it': the product of two values: 3 and 2 do not fit")
    refuse("no_group", [node("Conv", ["x", "W"], group=3)], "Conv 'it': attribute 'group': 3 groups of 2", {"W": draw(2, 1, 3)})
    refuse("no_plane", [node("Conv", ["x", "W"])], "Conv 'it': only over one dimension, time, is it supported",
           {"W": draw(2, 3, 3, 3)}, (1, 3, 4, 4))
    refuse("no_attribute", [node("Relu", ["x"], slope=2.0)], "Relu 'it': attribute 'slope' is not supported")
    refuse("no_activation", [node("RNN", ["x", "W", "R"], hidden_size=2, activations=["Swish"])],
           "RNN 'it': attribute 'activations': 'Swish' is not known", {"W": draw(1, 2, 3), "R": draw(1, 2, 2)})
    refuse("no_shape", [node("GRU", ["x", "W", "R"], hidden_size=2)],
           "GRU 'it': W: expected the shape [1, 6, 3], found [1, 6, 4]", {"W": draw(1, 6, 4), "R": draw(1, 6, 2)})
    refuse("no_start", [node("RNN", ["x", "W", "R", "", "", "h"], hidden_size=2)],
           "RNN 'it': initial_h: a constant that differs between the examples of the batch",
           {"W": draw(1, 2, 3), "R": draw(1, 2, 2), "h": draw(1, 2, 2)})
    refuse("no_part", [helper.make_node("RNN", ["x", "W", "R"], ["z"], hidden_size=2),
                       helper.make_node("Slice", ["z", "from", "to", "axes", "steps"], ["y"], name="it")],
           "Slice 'it': steps: a reversed order of steps",
           {"W": draw(1, 2, 3), "R": draw(1, 2, 2), "from": np.array([-1]), "to": np.array([-9]), "axes": np.array([0]), "steps": np.array([-1])})
    refuse("no_integers", [node("Relu", ["x"])], "Relu 'it': its operand: expected real numbers, found class ids; they may go to Gather",
           kind=TensorProto.INT64)
    refuse("no_version", [node("Relu", ["x"])], "operators of version 6; those of 7 to 22 are read", opset=6)
    refuse("no_input", [node("Relu", ["z"])], "Relu 'it': its input 'z' is nothing that the file has before it")
    weights = {"W": draw(1, 8, 3), "R": draw(1, 8, 2)}
    refuse("no_clip", [node("LSTM", ["x", "W", "R"], hidden_size=2, clip=-0.5)],
           "LSTM 'it': attribute 'clip': expected a number above 0, found -0.5", weights)
    refuse("no_lengths", [node("LSTM", ["x", "W", "R", "", "lens"], hidden_size=2)],
           "LSTM 'it': sequence_lens: of 3 examples, X has 2", {**weights, "lens": np.array([4, 4, 4], dtype=np.int32)})
    refuse("no_more", [node("LSTM", ["x", "W", "R", "", "", "", "", "", "more"], hidden_size=2)],
           "LSTM 'it': its input 9, 'more', is not supported", {**weights, "more": draw(3)})
    twice = node("LSTM", ["x", "W", "R"], hidden_size=2, clip=1.0)
    twice.attribute.append(helper.make_attribute("clip", 2.0))
    refuse("no_twice", [twice], "LSTM 'it': attribute 'clip' is there twice", weights)


onnx_cases()
attribute_cases()
operator_cases()
refused_cases()
torch_cases()

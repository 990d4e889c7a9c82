#!/usr/bin/env python3
"""Recorded numbers of PyTorch for the descriptions beside this file: parameters, inputs, outputs, loss, all gradients.

    python3 make_goldens.py [NAME...]        writes NAME.safetensors (default: all)

What goes in is drawn in float64, rounded to float32 and stored so; PyTorch computes in float64, and what comes out is
stored as float64. Arrays are time-major. The same numbers come out of every run: the seed is the test's name.
"""
import json, os, struct, sys, zlib
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

T, B, I, H, V = 5, 3, 3, 17, 11
here = os.path.dirname(os.path.abspath(__file__))


def save(path, tensors):
    """safetensors: length of the header, header in JSON, data; 8-byte values aligned because they come first."""
    kinds = {np.dtype(np.float64): "F64", np.dtype(np.float32): "F32", np.dtype(np.int32): "I32"}
    names = sorted(tensors, key=lambda n: (-tensors[n].dtype.itemsize, n))
    head, data = {"__metadata__": {"format": "pt", "torch": torch.__version__}}, b""
    for n in names:
        raw = np.ascontiguousarray(tensors[n]).tobytes()
        head[n] = {"dtype": kinds[tensors[n].dtype], "shape": list(tensors[n].shape),
                   "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(head, separators=(",", ":"))
    text += " " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text.encode() + data)


def real(*shape, scale=1.0):
    """Random, a float64 with the value of a float32, with a gradient."""
    return (torch.randn(*shape) * scale).float().double().requires_grad_()


def ids(n, *shape):
    return torch.randint(0, n, shape)


def rounded(module):
    """Its parameters in float64, rounded to float32."""
    module.double()
    with torch.no_grad():
        for p in module.parameters():
            p.copy_(p.float().double())
    return module


class Golden:
    def __init__(self, name):
        torch.manual_seed(zlib.crc32(name.encode()))
        self.name, self.given, self.params, self.out = name, {}, {}, {}

    def give(self, key, x):
        self.given[key] = x
        return x

    def layer(self, name, module):
        self.params.update({name + "." + k: p for k, p in rounded(module).named_parameters()})
        return module

    def finish(self, loss, **outputs):
        loss.backward()
        t = {"loss": loss.detach().numpy()}
        for k, x in outputs.items():
            t["output." + k] = x.detach().numpy()
        for k, p in self.params.items():
            t["param." + k] = p.detach().numpy().astype(np.float32)
            t["grad." + k] = p.grad.numpy()
        for k, x in self.given.items():
            t[k] = x.detach().numpy().astype(np.float32 if x.is_floating_point() else np.int32)
            if x.requires_grad and not k.startswith("target."):
                t[k.replace("input.", "grad_input.").replace("state.", "grad_state.")] = x.grad.numpy()
        save(os.path.join(here, self.name + ".safetensors"), t)


def plain(name, cell):
    """A recurrent layer on real vectors, its output held to a target."""
    g = Golden(name)
    x, y = g.give("input.x", real(T, B, I)), g.give("target.y", real(T, B, H))
    h, _ = g.layer("rnn", cell(I, H))(x)
    g.finish(F.mse_loss(h, y), h=h)


def gru_before():
    """The original paper's GRU, by hand: PyTorch's resets after the product."""
    g = Golden("gru-before")
    x, y = g.give("input.x", real(T, B, I)), g.give("target.y", real(T, B, H))
    c = g.layer("rnn", nn.GRU(I, H))
    h, all_h = torch.zeros(B, H).double(), []
    Wr, Wz, Wn = c.weight_ih_l0.split(H)
    Ur, Uz, Un = c.weight_hh_l0.split(H)
    br, bz, bn = (c.bias_ih_l0 + c.bias_hh_l0).split(H)
    for t in range(T):
        r = torch.sigmoid(x[t] @ Wr.T + h @ Ur.T + br)
        z = torch.sigmoid(x[t] @ Wz.T + h @ Uz.T + bz)
        n = torch.tanh(x[t] @ Wn.T + (r * h) @ Un.T + bn)
        h = (1 - z) * n + z * h
        all_h.append(h)
    h = torch.stack(all_h)
    g.finish(F.mse_loss(h, y), h=h)


def lstm_text():
    """Class ids, two layers, dense, cross-entropy; the state of the window before is given."""
    g = Golden("lstm-text")
    c, y = g.give("input.chars", ids(V, T, B)), g.give("target.next", ids(V, T, B))
    rnn, out = g.layer("rnn", nn.LSTM(V, H, 2)), g.layer("out", nn.Linear(H, V))
    s = {k: [g.give("state.rnn.%s_l%d" % (k, l), real(B, H, scale=0.5)) for l in (0, 1)] for k in "hc"}
    h, (hn, cn) = rnn(F.one_hot(c, V).double(), (torch.stack(s["h"]), torch.stack(s["c"])))
    logits = out(h)
    g.finish(F.cross_entropy(logits.reshape(-1, V), y.reshape(-1)), next=logits.softmax(-1))


def mgu():
    """A cell of one's own: embedding, minimal gated unit, dense, cross-entropy."""
    g = Golden("mgu")
    c, y = g.give("input.chars", ids(V, T, B)), g.give("target.next", ids(V, T, B))
    e, out = g.layer("embed", nn.Embedding(V, 7)), g.layer("out", nn.Linear(H, V))
    W, U, C = (g.layer("mgu." + n, nn.Linear(i, o, bias=b)) for n, i, o, b in
               (("x", 7, 2 * H, True), ("f", H, H, False), ("c", H, H, False)))
    x, h, all_h = e(c), torch.zeros(B, H).double(), []
    for t in range(T):
        xf, xc = W(x[t]).split(H, -1)
        f = torch.sigmoid(xf + U(h))
        h = (1 - f) * h + f * torch.tanh(xc + C(f * h))
        all_h.append(h)
    logits = out(torch.stack(all_h))
    g.finish(F.cross_entropy(logits.reshape(-1, V), y.reshape(-1)), next=logits.softmax(-1))


def ragged():
    """Many to one over examples of different lengths, a whole one and one of a single step among them."""
    g = Golden("gru-ragged")
    x, y = g.give("input.x", real(T, B, I)), g.give("target.y", real(B, 4))
    n = g.give("length.time", torch.tensor([T, 1, 3]))
    rnn, out = g.layer("rnn", nn.GRU(I, H)), g.layer("out", nn.Linear(H, 4))
    packed = nn.utils.rnn.pack_padded_sequence(x, n, enforce_sorted=False)
    _, last = rnn(packed)
    guess = out(last[0])
    g.finish(F.mse_loss(guess, y), guess=guess)


tests = {
    "rnn-tanh": lambda: plain("rnn-tanh", nn.RNN),
    "rnn-relu": lambda: plain("rnn-relu", lambda i, h: nn.RNN(i, h, nonlinearity="relu")),
    "lstm": lambda: plain("lstm", lambda i, h: nn.LSTM(i, h, 2)),
    "gru": lambda: plain("gru", lambda i, h: nn.GRU(i, h, 2)),
    "gru-before": gru_before,
    "gru-ragged": ragged,
    "lstm-text": lstm_text,
    "mgu": mgu,
}

if __name__ == "__main__":
    torch.set_num_threads(1)
    for name in sys.argv[1:] or tests:
        tests[name]()

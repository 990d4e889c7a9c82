"""Makes more files of this folder: networks of PyTorch around recurrent layers, as torch.onnx.export writes them. As make_onnx.py, whose
functions it uses: python3 tests/import/make_networks.py [NAME...]"""
import os
import sys

import numpy as np

wanted, sys.argv = sys.argv[1:], sys.argv[:1] + ["-"]       # "-": make_onnx makes none of its files
import make_onnx  # noqa: E402

import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402
from torch import nn  # noqa: E402


def export(name, network, ins, outs, opset, dynamic=None, lengths=None):
    if wanted and name not in wanted:
        return
    torch.manual_seed(1)
    network = network().eval()
    args = tuple(torch.from_numpy(a) for a, _ in ins.values())
    args += () if lengths is None else (torch.tensor(lengths),)
    torch.onnx.export(network, args, os.path.join(make_onnx.HERE, name + ".onnx"), opset_version=opset,
                      input_names=list(ins) + ["lengths"] * (lengths is not None), output_names=list(outs), dynamic_axes=dynamic)
    with torch.no_grad():
        y = network(*args)
    y = y if isinstance(y, tuple) else (y,)
    make_onnx.numbers(name, ins, {k: (v.numpy(), spec) for v, (k, spec) in zip(y, outs.items())}, lengths)


class Query(nn.Module):                  # the last state asks all of them
    def __init__(self):
        super().__init__()
        self.rnn, self.out = nn.GRU(3, 4, batch_first=True), nn.Linear(8, 2)

    def forward(self, x):
        y, h = self.rnn(x)
        scores = torch.bmm(h[-1].unsqueeze(1), y.transpose(1, 2))
        context = torch.bmm(torch.softmax(scores, -1), y).squeeze(1)
        return self.out(torch.cat([context, h[-1]], 1)), scores.squeeze(1)


class Pooled(nn.Module):                 # additive attention over the steps, and both ways to weight them
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(3, 4, batch_first=True, bidirectional=True)
        self.key, self.score, self.out = nn.Linear(8, 5), nn.Linear(5, 1, bias=False), nn.Linear(8, 2)

    def forward(self, x):
        y = self.rnn(x)[0]
        w = torch.softmax(self.score(torch.tanh(self.key(y))), 1)
        return self.out((w * y).sum(1) + torch.bmm(w.transpose(1, 2), y).squeeze(1))


class Self(nn.Module):                   # every step asks all steps, scaled and causal
    def __init__(self):
        super().__init__()
        self.q, self.k, self.v = nn.Linear(3, 4), nn.Linear(3, 4), nn.Linear(3, 5)
        self.norm = nn.LayerNorm(5)
        self.register_buffer("later", torch.triu(torch.ones(6, 6), 1).bool())

    def forward(self, x):
        scores = torch.matmul(self.q(x), self.k(x).transpose(1, 2)) / 2
        scores = scores.masked_fill(self.later, float("-inf"))
        return self.norm(torch.matmul(torch.softmax(scores, -1), self.v(x)))


class Translate(nn.Module):              # an encoder, a decoder that looks at it: two axes
    def __init__(self):
        super().__init__()
        self.emb, self.enc = nn.Embedding(7, 3), nn.GRU(3, 4, batch_first=True)
        self.dec, self.out = nn.GRU(3, 4, batch_first=True), nn.Linear(8, 7)

    def forward(self, source, given):
        e, h = self.enc(self.emb(source))
        d, _ = self.dec(self.emb(given), h)
        context = torch.matmul(torch.softmax(torch.matmul(d, e.transpose(1, 2)), -1), e)
        return torch.log_softmax(self.out(torch.cat([d, context], -1)), -1)


class Block(nn.Module):                  # of a temporal convolutional network: pads both ends, cuts one off
    def __init__(self, n, out, dilation):
        super().__init__()
        self.pad = 2 * dilation
        self.conv = nn.utils.weight_norm(nn.Conv1d(n, out, 3, padding=self.pad, dilation=dilation))
        self.down = nn.Conv1d(n, out, 1)

    def forward(self, x):
        return torch.relu(torch.relu(self.conv(x)[:, :, :-self.pad]) + self.down(x))


class Tcn(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.out = Block(2, 4, 1), Block(4, 4, 2), nn.Linear(4, 1)

    def forward(self, x):
        return self.out(self.b(self.a(x))[:, :, -1])


class Separable(nn.Module):              # depthwise, grouped and odd convolutions, pooling, a norm, a recurrent layer
    def __init__(self):
        super().__init__()
        self.deep, self.point = nn.Conv1d(4, 4, 3, padding=1, groups=4), nn.Conv1d(4, 6, 1)
        self.group, self.bn = nn.Conv1d(6, 4, 2, stride=2, groups=2, bias=False), nn.BatchNorm1d(4)
        self.gru, self.out = nn.GRU(4, 3, batch_first=True), nn.Linear(3, 2)
        self.bn.running_mean.normal_()
        self.bn.running_var.uniform_(0.5, 2)

    def forward(self, x):
        y = F.max_pool1d(F.hardswish(self.point(self.deep(x))), 2)
        y = F.avg_pool1d(F.elu(self.bn(self.group(y))), 2, stride=1)
        return self.out(self.gru(y.transpose(1, 2))[1][-1])


class Parts(nn.Module):                  # ranges of steps, sums over one of two dimensions, norms, choices
    def __init__(self):
        super().__init__()
        self.rnn, self.up = nn.RNN(3, 6, batch_first=True), nn.Linear(6, 6)

    def forward(self, x):
        y = self.rnn(x)[0]
        d = y[:, 1:] - y[:, :-1]
        halves = self.up(d).view(d.shape[0], d.shape[1], 2, 3)
        z = torch.cat([halves.mean(2), halves.sum(3)], -1)
        z = torch.where(z > 0.1, z, -z)
        return z, F.normalize(y[:, ::2].mean(1), dim=-1), y[:, 2:5].max(1)[0]


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb, self.rnn = nn.Embedding(9, 4, padding_idx=0), nn.GRU(4, 4, batch_first=True)
        self.bias = nn.Parameter(torch.randn(9))

    def forward(self, x):
        return torch.log_softmax(F.linear(self.rnn(self.emb(x))[0], self.emb.weight, self.bias), -1)


class Packed(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn, self.out = nn.LSTM(3, 4, 2, batch_first=True, bidirectional=True), nn.Linear(16, 2)

    def forward(self, x, lengths):
        p = nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        h, c = self.rnn(p)[1]
        return self.out(torch.cat([h[-2], h[-1], c[-2], c[-1]], 1))


class Unpacked(nn.Module):               # the same with its steps, and states that are given
    def __init__(self):
        super().__init__()
        self.emb, self.rnn, self.out = nn.Embedding(9, 3), nn.GRU(3, 4), nn.Linear(4, 2)

    def forward(self, x, h0, lengths):
        p = nn.utils.rnn.pack_padded_sequence(self.emb(x), lengths, enforce_sorted=False)
        y, h = self.rnn(p, h0)
        y, _ = nn.utils.rnn.pad_packed_sequence(y)
        return self.out(y), h[0]


class Sorted(nn.Module):                 # by hand, and left so
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(3, 4, batch_first=True)

    def forward(self, x, lengths):
        lengths, order = lengths.sort(descending=True)
        return self.rnn(nn.utils.rnn.pack_padded_sequence(x[order], lengths, batch_first=True))[1][0][0]


r = np.random.RandomState(6)


def draw(*shape):
    return r.standard_normal(shape).astype(np.float32)


export("torch_query", Query, {"x": (draw(2, 5, 3), "btf")}, {"y": "bf", "scores": "bt"}, 13)
export("torch_pooled", Pooled, {"x": (draw(2, 20, 3), "btf")}, {"y": "bf"}, 12, {"x": {0: "batch", 1: "time"}})
export("torch_self", Self, {"x": (draw(2, 6, 3), "btf")}, {"y": "btf"}, 17)
export("torch_translate", Translate, {"source": (r.randint(0, 7, (2, 5)), "bt"), "given": (r.randint(0, 7, (2, 4)), "bt")}, {"y": "btf"}, 11)
export("torch_tcn", Tcn, {"x": (draw(2, 2, 9), "bft")}, {"y": "bf"}, 13)
export("torch_separable", Separable, {"x": (draw(2, 4, 16), "bft")}, {"y": "bf"}, 14)
export("torch_parts", Parts, {"x": (draw(2, 7, 3), "btf")}, {"z": "btf", "n": "bf", "m": "bf"}, 15)
export("torch_tied", Tied, {"x": (r.randint(0, 9, (2, 5)), "bt")}, {"y": "btf"}, 10)
export("torch_packed", Packed, {"x": (draw(3, 6, 3), "btf")}, {"y": "bf"}, 13, {"x": {0: "batch", 1: "time"}, "lengths": {0: "batch"}}, [2, 6, 4])
export("torch_unpacked", Unpacked, {"x": (r.randint(0, 9, (6, 3)), "tb"), "h0": (draw(1, 3, 4), "1bf")}, {"y": "tbf", "h": "bf"}, 17, None, [5, 6, 1])
export("no_order", Sorted, {"x": (draw(2, 4, 3), "btf")}, {"y": "bf"}, 11, None, [3, 4])

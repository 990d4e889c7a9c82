#!/usr/bin/env python3
"""The rows of bench/rows in PyTorch: `row<TAB>system<TAB>microseconds[<TAB>peak megabytes]`, median of 11; one thread and CPU time
of the process, or THREADS threads and wall time.

Training rows: forward, backpropagation, every gradient. Inference: one step a call (`step`, the fastest of nn.LSTMCell and
the like and a traced, frozen module) and 256 steps a call (`sequence`), per step. OPENBLAS_CORETYPE should be set: see run.
"""
import os
import resource
import statistics
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", os.environ.get("THREADS", "1"))
import torch
from torch import nn
import torch.nn.functional as F

THREADS = int(os.environ.get("THREADS", "1"))
torch.set_num_threads(THREADS)
clock = time.perf_counter if THREADS > 1 else time.process_time
torch.manual_seed(1)


def microseconds(f, least=0.05, rounds=11):
    f()
    f()
    begun = clock()
    f()
    calls = max(1, int(least / max(clock() - begun, 1e-7)))
    took = []
    for _ in range(rounds):
        begun = clock()
        for _ in range(calls):
            f()
        took.append((clock() - begun) / calls * 1e6)
    return statistics.median(took)


class Written(nn.Module):                                    # cells of one's own, step by step, layer on layer
    def __init__(self, cell, sizes):
        super().__init__()
        self.cells = nn.ModuleList(cell(a, b) for a, b in zip(sizes, sizes[1:]))

    def forward(self, x):                                    # [steps, batch, features]
        for cell in self.cells:
            state, out = cell.start(x.shape[1]), []
            for seen in x:
                state = cell(seen, state)
                out.append(state[0])
            x = torch.stack(out)
        return x, None


class Mgu(nn.Module):                                        # the minimal gated unit
    def __init__(self, a, b):
        super().__init__()
        self.x, self.f, self.c, self.size = nn.Linear(a, 2 * b), nn.Linear(b, b, False), nn.Linear(b, b, False), b

    def start(self, batch):
        return (torch.zeros(batch, self.size),)

    def forward(self, x, state):
        h = state[0]
        xf, xc = self.x(x).chunk(2, -1)
        f = torch.sigmoid(xf + self.f(h))
        return ((1 - f) * h + f * torch.tanh(xc + self.c(f * h)),)


class NormLstm(nn.Module):                                   # LN(W x), LN(U h), tanh(LN(c))
    def __init__(self, a, b):
        super().__init__()
        self.x, self.h, self.size = nn.Linear(a, 4 * b), nn.Linear(b, 4 * b), b
        self.nx, self.nh, self.nc = nn.LayerNorm(4 * b), nn.LayerNorm(4 * b), nn.LayerNorm(b)

    def start(self, batch):
        return torch.zeros(batch, self.size), torch.zeros(batch, self.size)

    def forward(self, x, state):
        i, f, g, o = (self.nx(self.x(x)) + self.nh(self.h(state[0]))).chunk(4, -1)
        c = torch.sigmoid(f) * state[1] + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(self.nc(c)), c


class Network(nn.Module):
    def __init__(self, recurrent, size, out, classes=0, embedding=0, last=False):
        super().__init__()
        self.embed = nn.Embedding(classes, embedding) if embedding else None
        self.classes, self.last = classes, last
        self.rnn, self.out = recurrent, nn.Linear(size, out)

    def forward(self, x):
        if self.embed:
            x = self.embed(x)
        elif self.classes:
            x = F.one_hot(x, self.classes).float()
        h = self.rnn(x)[0]
        return self.out(h[-1] if self.last else h)


def training(row):
    ids, real = torch.randint, torch.randn
    if row == "T1":
        return Network(nn.RNN(65, 100), 100, 65, 65), ids(65, (25, 1)), ids(65, (25,))
    if row == "T2":
        return Network(nn.LSTM(65, 128, 2), 128, 65, 65), ids(65, (50, 50)), ids(65, (2500,))
    if row == "T3":
        return Network(nn.LSTM(256, 512), 512, 256), real(64, 64, 256), ids(256, (4096,))
    if row == "T4":
        return Network(nn.GRU(64, 64), 64, 2, 1000, 64, True), ids(1000, (100, 32)), ids(2, (32,))
    if row in ("T6", "T7"):
        layers = Written(Mgu if row == "T6" else NormLstm, (65, 128, 128))
        return Network(layers, 128, 65, 65), ids(65, (50, 50)), ids(65, (2500,))
    return Network(nn.RNN(1, 20, 2), 20, 1), real(50, 32, 1), real(50, 32, 1)


def train(row):
    net, x, y = training(row)

    def step():
        z = net(x)
        loss = F.mse_loss(z, y) if y.is_floating_point() else F.cross_entropy(z.flatten(0, -2), y)
        net.zero_grad(set_to_none=True)
        loss.backward()
    return microseconds(step)


def peak():                                                  # of this process so far: one row a process
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


class Convolutions(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(nn.Conv1d(16, 16, 3, dilation=1 << i) for i in range(8))

    def forward(self, x):                                    # [1, 16, steps]
        for i, layer in enumerate(self.layers):
            x = torch.tanh(layer(F.pad(x, (2 << i, 0))))
        return x


SHAPES = {"I1": ("LSTM", 1, 16, 1), "I2": ("LSTM", 1, 40, 1), "I3": ("GRU", 32, 64, 0), "I4": ("LSTM", 64, 128, 0),
          "I5": ("LSTM", 256, 256, 0), "I6": ("LSTM", 512, 512, 0), "I7": ("RNN", 65, 100, 65)}


class Recurrent(nn.Module):
    def __init__(self, kind, size_in, size, out):
        super().__init__()
        self.rnn = getattr(nn, kind)(size_in, size)
        self.out = nn.Linear(size, out) if out else nn.Identity()

    def forward(self, x):
        return self.out(self.rnn(x)[0])


class One(nn.Module):                                        # one step of a cell of one's own
    def __init__(self, cell):
        super().__init__()
        self.cell, self.out = cell, nn.Linear(cell.size, 1)

    def forward(self, x, state):
        state = self.cell(x, state)
        return self.out(state[0]), state


class Cell(nn.Module):
    def __init__(self, kind, size_in, size, out):
        super().__init__()
        self.cell = getattr(nn, kind + "Cell")(size_in, size)
        self.out = nn.Linear(size, out) if out else nn.Identity()

    def forward(self, x, h):
        h = self.cell(x, h)
        return self.out(h[0] if isinstance(h, tuple) else h), h


def infer(row):
    with torch.inference_mode():
        if row == "I8":
            net, x = Convolutions().eval(), torch.randn(1, 16, 256)
            traced = torch.jit.freeze(torch.jit.trace(net, x))
            return None, min(microseconds(lambda: f(x)) for f in (net, traced)) / 256
        if row in ("I9", "I10"):
            cell, x = (Mgu if row == "I9" else NormLstm)(1, 40), torch.randn(1, 1)
            start, one = cell.start(1), One(cell).eval()
            traced = torch.jit.freeze(torch.jit.trace(one, (x, start)))
            return min(microseconds(lambda: f(x, start)) for f in (one, traced)), None
        kind, size_in, size, out = SHAPES[row]
        cell, x = Cell(kind, size_in, size, out).eval(), torch.randn(1, size_in)
        zero = torch.zeros(1, size)
        h = (zero, zero) if kind == "LSTM" else zero
        net, long = Recurrent(kind, size_in, size, out).eval(), torch.randn(256, 1, size_in)
        traced = torch.jit.freeze(torch.jit.trace(net, long))
        return microseconds(lambda: cell(x, h)), min(microseconds(lambda: f(long)) for f in (net, traced)) / 256


for row in sys.argv[1:]:
    if row[0] == "T":
        print(f"{row}\tpytorch\t{train(row):.4g}\t{peak():.4g}", flush=True)
    else:
        step, sequence = infer(row)
        if step is not None:
            print(f"{row}\tpytorch\t{step:.4g}", flush=True)
        if sequence is not None:
            print(f"{row}.sequence\tpytorch\t{sequence:.4g}", flush=True)

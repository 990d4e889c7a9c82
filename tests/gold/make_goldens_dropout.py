#!/usr/bin/env python3
"""The golden file of dropout, from PyTorch: python3 make_goldens_dropout.py

Two layers of LSTM with given masks: on the input and between the layers at every step, on each h(t-1) one a sequence. What is
drawn stands under random.NAME; the masks hold 1/(1-p) where they keep.
"""
import torch
from torch import nn
import torch.nn.functional as F
from golden_kit import given, record, single

torch.manual_seed(5)
T, B, I, H = 5, 3, 4, 17


def mask(p, *shape):
    return (torch.bernoulli(torch.full(shape, 1 - p)) / (1 - p)).float().double()


def layer(x, W, U, b, c, keep):
    h, s, out = torch.zeros(B, H), torch.zeros(B, H), []
    for xt in x:
        i, f, g, o = (xt @ W.T + b + (h * keep) @ U.T + c).chunk(4, -1)
        s = f.sigmoid() * s + i.sigmoid() * g.tanh()
        h = o.sigmoid() * s.tanh()
        out.append(h)
    return torch.stack(out)


rnn, out = single(nn.LSTM(I, H, 2)), single(nn.Linear(H, 2))
x, y = given(T, B, I), given(T, B, 2).detach()
drawn = {"random1": mask(0.25, T, B, I), "random2": mask(0.5, B, H), "random3": mask(0.4, T, B, H), "random4": mask(0.5, B, H)}
a, b, c, d = drawn.values()
h = layer(x * a, *rnn._flat_weights[:4], b)
h = layer(h * c, *rnn._flat_weights[4:], d)
guess = out(h)
record("dropout", {"rnn": rnn, "out": out}, F.mse_loss(guess, y), {"x": x}, {"y": y}, {"guess": guess}, drawn=drawn)

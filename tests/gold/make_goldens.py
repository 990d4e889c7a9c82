#!/usr/bin/env python3
"""Writes the golden files of the cells, torch_*.safetensors beside this script, from PyTorch: python3 make_goldens.py

Each holds what goes into the description of the same name and what PyTorch makes of it, in double precision: outputs, loss,
every parameter's gradient, gradients of inputs and given states. `rnnc verify torch_lstm.lua --golden torch_lstm.safetensors`
compares. Sizes are awkward on purpose (17 units, 3 examples, 5 steps); the files are small and belong to the repository.
"""
import torch
from torch import nn
import torch.nn.functional as F
from golden_kit import given, record, single

torch.manual_seed(1)
T, B, I, H, V = 5, 3, 4, 17, 6


def sequence_to_sequence(name, make, state_names):
    """a recurrent layer with given states, a dense head, mean squares at every step"""
    rnn, out = single(make()), single(nn.Linear(H, 2))
    x, y = given(T, B, I), given(T, B, 2).detach()
    layers, kinds = rnn.num_layers, len(state_names)
    states = [[given(B, H) for _ in range(layers)] for _ in state_names]
    packed = tuple(torch.stack(s) for s in states)
    h, last = rnn(x, packed if kinds > 1 else packed[0])
    last = last if kinds > 1 else (last,)
    guess = out(h)
    named = {f"rnn.{n}_l{l}": states[k][l] for k, n in enumerate(state_names) for l in range(layers)}
    finals = {f"rnn.{n}_l{l}": last[k][l] for k, n in enumerate(state_names) for l in range(layers)}
    record(name, {"rnn": rnn, "out": out}, F.mse_loss(guess, y), {"x": x}, {"y": y}, {"guess": guess}, named, finals)


def language_model():
    """class ids, two layers of LSTM, softmax cross-entropy: the shape of charlm"""
    rnn, out = single(nn.LSTM(V, H, 2)), single(nn.Linear(H, V))
    ids, nexts = torch.randint(V, (T, B)), torch.randint(V, (T, B))
    h0, c0 = [given(B, H) for _ in range(2)], [given(B, H) for _ in range(2)]
    h, (hn, cn) = rnn(F.one_hot(ids, V).double(), (torch.stack(h0), torch.stack(c0)))
    logits = out(h)
    named = {f"rnn.{n}_l{l}": s[l] for n, s in (("h", h0), ("c", c0)) for l in range(2)}
    finals = {f"rnn.{n}_l{l}": s[l] for n, s in (("h", hn), ("c", cn)) for l in range(2)}
    record("language", {"rnn": rnn, "out": out}, F.cross_entropy(logits.flatten(0, 1), nexts.flatten()), {"chars": ids},
           {"next": nexts}, {"next": logits.softmax(-1)}, named, finals)


def last_state():
    """embedding, GRU, the last state to a dense layer: many to one"""
    embed, rnn, out = single(nn.Embedding(V, 3)), single(nn.GRU(3, H)), single(nn.Linear(H, 2))
    ids, label = torch.randint(V, (T, B)), torch.randint(2, (B,))
    logits = out(rnn(embed(ids))[0][-1])
    record("last", {"embed": embed, "rnn": rnn, "out": out}, F.cross_entropy(logits, label), {"chars": ids}, {"label": label},
           {"label": logits.softmax(-1)})


class Mgu(nn.Module):
    """the minimal gated unit (Zhou et al. 2016), written out"""
    def __init__(self):
        super().__init__()
        self.x, self.f, self.c = nn.Linear(I, 2 * H), nn.Linear(H, H, bias=False), nn.Linear(H, H, bias=False)

    def forward(self, x, h):
        all_h = []
        for xt in x:
            xf, xc = self.x(xt).chunk(2, -1)
            f = torch.sigmoid(xf + self.f(h))
            h = (1 - f) * h + f * torch.tanh(xc + self.c(f * h))
            all_h.append(h)
        return torch.stack(all_h), h


def own_cell():
    cell, out = single(Mgu()), single(nn.Linear(H, 2))
    x, y, h0 = given(T, B, I), given(T, B, 2).detach(), given(B, H)
    h, last = cell(x, h0)
    guess = out(h)
    record("mgu", {"mgu": cell, "out": out}, F.mse_loss(guess, y), {"x": x}, {"y": y}, {"guess": guess}, {"mgu.h": h0}, {"mgu.h": last})


def reset_before():
    """the original paper's GRU, by hand: PyTorch's own resets after the product"""
    cell = single(nn.GRU(I, H))
    x, y, h0 = given(T, B, I), given(T, B, H).detach(), given(B, H)
    (Wr, Wz, Wn), (Ur, Uz, Un) = cell.weight_ih_l0.split(H), cell.weight_hh_l0.split(H)
    br, bz, bn = (cell.bias_ih_l0 + cell.bias_hh_l0).split(H)
    h, all_h = h0, []
    for xt in x:
        r = torch.sigmoid(xt @ Wr.T + h @ Ur.T + br)
        z = torch.sigmoid(xt @ Wz.T + h @ Uz.T + bz)
        h = (1 - z) * torch.tanh(xt @ Wn.T + (r * h) @ Un.T + bn) + z * h
        all_h.append(h)
    seq = torch.stack(all_h)
    record("gru_before", {"rnn": cell}, F.mse_loss(seq, y), {"x": x}, {"y": y}, {"h": seq}, {"rnn.h_l0": h0}, {"rnn.h_l0": h})


def ragged():
    """many to one over examples of different lengths, a whole one and one of a single step among them"""
    rnn, out = single(nn.GRU(I, H)), single(nn.Linear(H, 2))
    x, y, length = given(T, B, I), given(B, 2).detach(), torch.tensor([T, 1, 3])
    _, last = rnn(nn.utils.rnn.pack_padded_sequence(x, length, enforce_sorted=False))
    guess = out(last[0])
    record("gru_ragged", {"rnn": rnn, "out": out}, F.mse_loss(guess, y), {"x": x}, {"y": y}, {"guess": guess},
           lengths={"time": length})


sequence_to_sequence("rnn_tanh", lambda: nn.RNN(I, H), ["h"])
sequence_to_sequence("rnn_relu", lambda: nn.RNN(I, H, 2, nonlinearity="relu"), ["h"])
sequence_to_sequence("lstm", lambda: nn.LSTM(I, H, 2), ["h", "c"])
sequence_to_sequence("gru", lambda: nn.GRU(I, H, 2), ["h"])
language_model()
last_state()
own_cell()
reset_before()
ragged()

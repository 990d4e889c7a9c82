#!/usr/bin/env python3
"""Golden files of cells and directions that make_goldens.py does not have, from PyTorch: python3 make_goldens_cells.py

Over lengths each example is computed alone, on the steps that it has: nothing here knows padding or masks.
"""
import torch
from torch import nn
import torch.nn.functional as F
from golden_kit import Params, given, inside, masked_mean, padded, record, single, squares

torch.manual_seed(2)


def scan(step, x, states):
    """x: [T, ...]; step(x_t, states) -> (h, states); gives [T, ...] and the states after it"""
    out = []
    for xt in x:
        h, states = step(xt, states)
        out.append(h)
    return torch.stack(out), states


def joined():
    """W [x; h] + b, one unit, one example"""
    T, B, I, H = 6, 1, 3, 1
    p = Params()
    W, b = p("rnn.weight_l0", H, I + H), p("rnn.bias_l0", H)
    x, y, h0 = given(T, B, I), given(T, B, H).detach(), given(B, H)
    def step(xt, h):
        h = torch.tanh(torch.cat([xt, h], -1) @ W.T + b)
        return h, h
    seq, last = scan(step, x, h0)
    record("joined", {"": p}, F.mse_loss(seq, y), {"x": x, "h0": h0}, {"y": y}, {"h": seq, "last": last})


def peephole():
    """i and f see the last cell, o the new one"""
    T, B, I, H = 5, 3, 4, 17
    p = Params()
    W, U = p("rnn.weight_ih_l0", 4 * H, I), p("rnn.weight_hh_l0", 4 * H, H)
    b = p("rnn.bias_ih_l0", 4 * H), p("rnn.bias_hh_l0", 4 * H)
    ci, cf, co = (p(f"rnn.weight_c{g}_l0", H) for g in "ifo")
    x, y, h0, c0 = given(T, B, I), given(T, B, H).detach(), given(B, H), given(B, H)
    def step(xt, s):
        h, c = s
        i, f, g, o = (xt @ W.T + b[0] + h @ U.T + b[1]).chunk(4, -1)
        c = torch.sigmoid(f + cf * c) * c + torch.sigmoid(i + ci * c) * torch.tanh(g)
        h = torch.sigmoid(o + co * c) * torch.tanh(c)
        return h, (h, c)
    seq, (h, c) = scan(step, x, (h0, c0))
    record("peephole", {"": p}, F.mse_loss(seq, y) + (c ** 2).mean(), {"x": x, "h0": h0, "c0": c0}, {"y": y},
           {"h": seq, "c": c}, small=True)


def norm_rnn():
    """tanh(LN(W x + U h + b)), learned initial state, lengths from 0"""
    T, B, I, H = 6, 9, 3, 31
    rnn, norm, head = single(nn.RNNCell(I, H)), nn.LayerNorm(H), single(nn.Linear(H, 2))
    norm.weight.data, norm.bias.data = given(H).detach() + 1, given(H).detach()
    single(norm)
    names = {f"rnn.{k}_l0": v for k, v in rnn.named_parameters()}
    names.update({f"rnn.norm_l0.{k}": v for k, v in norm.named_parameters()})
    names["h0"] = given(H)
    x, y, length = given(T, B, I), given(B, 2).detach(), torch.tensor([6, 0, 1, 3, 6, 2, 0, 5, 4])
    def step(xt, h):
        h = torch.tanh(norm(xt @ rnn.weight_ih.T + rnn.bias_ih + h @ rnn.weight_hh.T + rnn.bias_hh))
        return h, h
    last = [scan(step, x[:n, b], names["h0"])[1] if n else names["h0"] for b, n in enumerate(length)]
    guess = head(torch.stack(last))
    record("norm_rnn", {"": names, "out": head}, F.mse_loss(guess, y), {"x": x}, {"y": y}, {"guess": guess},
           lengths={"time": length}, small=True)


def norm_lstm():
    """layer normalisation (Ba, Kiros, Hinton 2016): LN(W x) + LN(U h), tanh(LN(c))"""
    T, B, I, H = 4, 3, 5, 3
    p = Params()
    W, U = p("rnn.weight_ih_l0", 4 * H, I), p("rnn.weight_hh_l0", 4 * H, H)
    b = p("rnn.bias_ih_l0", 4 * H), p("rnn.bias_hh_l0", 4 * H)
    def norm(kind, v):
        return F.layer_norm(v, v.shape[-1:], p(f"rnn.norm_{kind}_l0.weight", v.shape[-1]), p(f"rnn.norm_{kind}_l0.bias", v.shape[-1]))
    x, y = given(T, B, I), given(T, B, H).detach()
    def step(xt, s):
        h, c = s
        i, f, g, o = (norm("ih", xt @ W.T + b[0]) + norm("hh", h @ U.T + b[1])).chunk(4, -1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(norm("c", c))
        return h, (h, c)
    h0, c0 = given(B, H), given(B, H)
    seq, _ = scan(step, x, (h0, c0))
    record("norm_lstm", {"": p}, F.mse_loss(seq, y), {"x": x, "h0": h0, "c0": c0}, {"y": y}, {"h": seq})


def alone(rnn, x, length, start):
    """each example by itself on its own steps: outputs padded with 0, final states [layers * directions, B, H]"""
    seq, finals = [], []
    for b, n in enumerate(length):
        s = tuple(v[:, b:b + 1].contiguous() for v in start)
        if n:
            y, s = rnn(x[:n, b:b + 1], s if len(s) > 1 else s[0])
            s = s if isinstance(s, tuple) else (s,)
        seq.append(y[:, 0] if n else torch.zeros(0, rnn.hidden_size * (2 if rnn.bidirectional else 1)))
        finals.append(s)
    width = rnn.hidden_size * (2 if rnn.bidirectional else 1)
    return padded(seq, x.shape[0], width), tuple(torch.cat([f[k] for f in finals], 1) for k in range(len(start)))


def both_directions():
    """two layers of bidirectional LSTM, given states, every output and the four final states of h"""
    T, B, I, H = 7, 9, 3, 17
    rnn, out = single(nn.LSTM(I, H, 2, bidirectional=True)), single(nn.Linear(2 * H, 2))
    x, y, length = given(T, B, I), given(T, B, 2).detach(), torch.tensor([7, 0, 1, 3, 7, 2, 1, 6, 5])
    z = given(B, 4 * H).detach()
    h0, c0 = [given(B, H) for _ in range(4)], [given(B, H) for _ in range(4)]
    seq, (h, c) = alone(rnn, x, length, (torch.stack(h0), torch.stack(c0)))
    guess = out(seq)
    ends = torch.cat(list(h), -1)
    loss = masked_mean(squares(guess, y), length) + F.mse_loss(ends, z) + (c[3] ** 2).mean()
    inputs = {"x": x, **{f"h{k}": v for k, v in enumerate(h0)}, **{f"c{k}": v for k, v in enumerate(c0)}}
    record("both_directions", {"rnn": rnn, "out": out}, loss, inputs, {"y": y, "z": z},
           {"guess": guess * inside(length, T)[:, :, None], "ends": ends}, lengths={"time": length}, small=True)


def packed():
    """PyTorch's own way over lengths: a packed bidirectional GRU, the final states of both directions (many to one)"""
    T, B, V, H = 6, 3, 5, 65
    embed, rnn, out = single(nn.Embedding(V, 3)), single(nn.GRU(3, H, bidirectional=True)), single(nn.Linear(2 * H, 2))
    ids, label, length = torch.randint(V, (T, B)), torch.randint(2, (B,)), torch.tensor([1, 6, 4])
    _, h = rnn(nn.utils.rnn.pack_padded_sequence(embed(ids), length, enforce_sorted=False))
    logits = out(torch.cat([h[0], h[1]], -1))
    record("packed", {"embed": embed, "rnn": rnn, "out": out}, F.cross_entropy(logits, label), {"chars": ids}, {"label": label},
           {"label": logits.softmax(-1)}, lengths={"time": length}, small=True)


def residual_sum():
    """three layers of bidirectional GRU, directions added, each layer but the first added to its input"""
    T, B, I, H = 5, 3, 4, 3
    layers = [single(nn.GRU(I if l == 0 else H, H, bidirectional=True)) for l in range(3)]
    names = {"rnn." + k.replace("_l0", f"_l{l}"): v for l, m in enumerate(layers) for k, v in m.named_parameters()}
    x, y, length = given(T, B, I), given(T, B, H).detach(), torch.tensor([5, 1, 3])
    h, zero = x, torch.zeros(2, B, H)
    for l, m in enumerate(layers):
        s, _ = alone(m, h, length, (zero,))
        s = s[..., :H] + s[..., H:]
        h = h + s if l else s
    record("residual_sum", {"": names}, masked_mean(squares(h, y), length), {"x": x}, {"y": y}, {"h": h}, lengths={"time": length})


def dropped():
    """masks of dropout that are given: on inputs, between layers, on h with one mask a sequence"""
    T, B, I, H = 6, 3, 4, 5
    first, second = single(nn.RNNCell(I, H)), single(nn.RNNCell(H, H))
    names = {f"{n}.{k}": v for n, m in (("a", first), ("b", second)) for k, v in m.named_parameters()}
    x, y = given(T, B, I), given(T, B, H).detach()
    def mask(*shape):
        return torch.bernoulli(torch.full(shape, 0.7)) / 0.7
    mx, mh, ml = mask(T, B, I).float().double(), mask(B, H).float().double(), mask(T, B, H).float().double()
    def cell(m, keep):
        def step(xt, h):
            h = m(xt, h * keep)
            return h, h
        return step
    h, _ = scan(cell(first, mh), x * mx, torch.zeros(B, H))
    h, _ = scan(cell(second, 1), h * ml, torch.zeros(B, H))
    record("dropped", {"": names}, F.mse_loss(h, y), {"x": x, "mask_x": mx, "mask_h": mh, "mask_l": ml}, {"y": y}, {"h": h})


def window():
    """truncated backpropagation: the second of two windows starts from what the first left, no gradient goes back to it"""
    T, B, I, H = 4, 3, 3, 31
    rnn, out = single(nn.LSTM(I, H)), single(nn.Linear(H, 2))
    x, y = given(2 * T, B, I).detach(), given(T, B, 2).detach()
    _, (h, c) = rnn(x[:T])
    h0, c0, x = (v.detach().float().double().requires_grad_() for v in (h[0], c[0], x[T:]))
    seq, (h, c) = rnn(x, (h0[None], c0[None]))
    guess = out(seq)
    record("window", {"rnn": rnn, "out": out}, F.mse_loss(guess, y), {"x": x}, {"y": y}, {"guess": guess},
           {"rnn.h_l0": h0, "rnn.c_l0": c0}, {"rnn.h_l0": h[0], "rnn.c_l0": c[0]}, small=True)


joined()
peephole()
norm_rnn()
norm_lstm()
both_directions()
packed()
residual_sum()
dropped()
window()

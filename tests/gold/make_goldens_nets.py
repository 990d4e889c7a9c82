#!/usr/bin/env python3
"""Golden files of whole networks (topologies, attention, convolution), from PyTorch: python3 make_goldens_nets.py

Over lengths each example is computed alone, on the steps that it has: nothing here knows padding or masks.
"""
import torch
from torch import nn
import torch.nn.functional as F
from golden_kit import Params, given, inside, masked_mean, padded, record, single, squares

torch.manual_seed(3)


def dense():
    """one to one: no time at all"""
    B, I, H = 9, 3, 31
    a, b = single(nn.Linear(I, H)), single(nn.Linear(H, 1))
    x, y = given(B, I), given(B, 1).detach()
    guess = b(F.relu(a(x)))
    record("dense", {"a": a, "b": b}, F.mse_loss(guess, y), {"x": x}, {"y": y}, {"guess": guess})


def one_to_many(own):
    """a vector starts the state; then no input, or the network's own last output"""
    T, B, I, H, N = 5, 3, 4, 17, 2
    start, cell, out = single(nn.Linear(I, H)), single(nn.RNNCell(N, H)), single(nn.Linear(H, N))
    names = {f"start.{k}": v for k, v in start.named_parameters()}
    names.update({f"out.{k}": v for k, v in out.named_parameters()})
    names.update({f"cell.{k}": v for k, v in cell.named_parameters() if own or not k.endswith("ih")})
    v, y = given(B, I), given(T, B, N).detach()
    h, o, all_o = torch.tanh(start(v)), torch.zeros(B, N), []
    for _ in range(T):
        h = cell(o, h) if own else torch.tanh(h @ cell.weight_hh.T + cell.bias_hh)
        o = out(h)
        all_o.append(o)
        o = torch.tanh(o)
    seq = torch.stack(all_o)
    record("one_to_many_own" if own else "one_to_many", {"": names}, F.mse_loss(seq, y), {"v": v}, {"y": y}, {"o": seq})


def pooled():
    """many to one: largest, mean and last h over lengths from 0"""
    T, B, I, H = 6, 9, 3, 3
    rnn, out = single(nn.LSTM(I, H)), single(nn.Linear(3 * H, 2))
    x, y, length = given(T, B, I), given(B, 2).detach(), torch.tensor([6, 0, 1, 3, 6, 2, 0, 5, 4])
    rows = []
    for b, n in enumerate(length):
        h = rnn(x[:n, b:b + 1])[0][:, 0] if n else None
        rows.append(torch.cat([h.max(0)[0], h.mean(0), h[-1]]) if n else torch.zeros(3 * H))
    guess = out(torch.stack(rows))
    record("pooled", {"rnn": rnn, "out": out}, F.mse_loss(guess, y), {"x": x}, {"y": y}, {"guess": guess}, lengths={"time": length})


def translate(kind):
    """encoder and decoder on two axes, teacher forcing, attention of that kind; lengths 0, 1 and the maximum on both axes"""
    S, T, B, V, W, E, H, A = 5, 6, 4, 7, 6, 3, 17 if kind == "dot" else 5, 7
    source, target = single(nn.Embedding(V, E)), single(nn.Embedding(W, E))
    enc, dec = single(nn.GRU(E, H)), single(nn.GRU(E, H))
    mix, out = single(nn.Linear(2 * H if kind else H, 4)), single(nn.Linear(4, W))
    modules = {"source": source, "target": target, "enc": enc, "dec": dec, "mix": mix, "out": out}
    query, key, score = single(nn.Linear(H, A, bias=False)), single(nn.Linear(H, A)), single(nn.Linear(A, 1, bias=False))
    if kind == "additive":
        modules.update({"att.query": query, "att.key": key, "att.score": score})
    x, w, y = torch.randint(V, (S, B)), torch.randint(W, (T, B)), torch.randint(W, (T, B))
    n, m = torch.tensor([5, 1, 3, 0]), torch.tensor([6, 3, 1, 4])
    total, shown = 0, []
    for b in range(B):
        h = torch.zeros(1, 1, H)
        e = torch.zeros(0, H)
        if n[b]:
            e, h = enc(source(x[:n[b], b:b + 1]))
            e = e[:, 0]
        d = dec(target(w[:m[b], b:b + 1]), h)[0][:, 0]                       # [m, H]
        if kind == "dot":
            d = torch.cat([(d @ e.T).softmax(-1) @ e, d], -1)
        elif kind == "additive":
            s = score(torch.tanh(query(d)[:, None] + key(e)[None]))[..., 0]  # [m, n]
            d = torch.cat([s.softmax(-1) @ e, d], -1)
        logits = out(torch.tanh(mix(d)))
        total = total + F.cross_entropy(logits, y[:m[b], b], reduction="sum")
        shown.append(logits.softmax(-1))
    record(f"translate_{kind or 'plain'}", modules, total / m.sum(), {"x": x, "w": w}, {"y": y}, {"p": padded(shown, T, W)},
           lengths={"source": n, "words": m}, small=True)


def scheduled():
    """scheduled sampling with coins that are given: the decoder reads the true symbol, or the best of its own"""
    T, B, V, H = 6, 3, 5, 17
    cell, out = single(nn.GRUCell(V, H)), single(nn.Linear(H, V))
    names = {f"dec.{k}_l0": v for k, v in cell.named_parameters()}
    names.update({f"out.{k}": v for k, v in out.named_parameters()})
    y, coin, h = torch.randint(V, (T, B)), torch.randint(2, (T, B)).double(), given(B, H)
    h0, own, true, all_logits = h, torch.zeros(B, V), torch.zeros(B, V), []
    for t in range(T):
        h = cell(torch.where(coin[t][:, None] > 0, true, own), h)
        logits = out(h)
        all_logits.append(logits)
        own, true = F.one_hot(logits.argmax(-1), V).double(), F.one_hot(y[t], V).double()
    seq = torch.stack(all_logits)
    record("scheduled", {"": names}, F.cross_entropy(seq.flatten(0, 1), y.flatten()), {"coin": coin, "h0": h0, "w": y}, {"y": y}, {"p": seq.softmax(-1)})


def convolved():
    """causal and dilated, the same and a number of zeros on both sides; a strided one shortens the input of a recurrence"""
    T, B, I, H = 12, 3, 3, 17
    a, b, c = single(nn.Conv1d(I, 5, 3, dilation=2)), single(nn.Conv1d(5, 4, 4, padding="same")), single(nn.Conv1d(4, 4, 3, padding=1))
    d, e = single(nn.Conv1d(4, 3, 4, stride=2)), single(nn.Conv1d(4, 3, 4, stride=2, bias=False))
    rnn, out = single(nn.GRU(3, H)), single(nn.Linear(H, 2))
    x, y, length = given(T, B, I), given(B, 2).detach(), torch.tensor([12, 4, 7])
    rows, same, short = [], [], []
    for k, n in enumerate(length):
        v = x[:n, k].T[None]                                                 # [1, I, n]
        v = torch.tanh(a(F.pad(v, (4, 0))))
        v = torch.tanh(c(torch.tanh(b(v))))
        same.append(v[0].T)
        s = torch.tanh(d(v)) * torch.sigmoid(e(v))
        short.append(s[0].T)
        rows.append(rnn(s[0].T[:, None])[0][-1, 0])
    guess = out(torch.stack(rows))
    record("convolved", {"a": a, "b": b, "c": c, "d": d, "e": e, "rnn": rnn, "out": out}, F.mse_loss(guess, y), {"x": x}, {"y": y},
           {"guess": guess, "same": padded(same, T, 4), "short": padded(short, 5, 3)}, lengths={"time": length}, small=True)


def wavenet():
    """gates, residual and skip connections, dilations 1 2 4, the next two values after every step"""
    T, B, C = 16, 3, 3
    first, out = single(nn.Conv1d(1, C, 1)), single(nn.Conv1d(C, 2, 1))
    dilations = (1, 2, 4)
    gate = [single(nn.Conv1d(C, 2 * C, 2, dilation=d)) for d in dilations]
    res, skip = [single(nn.Conv1d(C, C, 1)) for _ in dilations[:-1]], [single(nn.Conv1d(C, C, 1)) for _ in dilations]
    x, y = given(T, B, 1), given(T, B, 2).detach()
    v, total = first(x.permute(1, 2, 0)), 0
    for i, d in enumerate(dilations):
        p, q = gate[i](F.pad(v, (d, 0))).chunk(2, 1)
        z = torch.tanh(p) * torch.sigmoid(q)
        total = total + skip[i](z)
        if i < len(res):
            v = v + res[i](z)
    guess = out(torch.relu(total)).permute(2, 0, 1)
    modules = {"first": first, "out": out, **{f"gate.{i}": m for i, m in enumerate(gate)}, **{f"res.{i}": m for i, m in enumerate(res)},
               **{f"skip.{i}": m for i, m in enumerate(skip)}}
    record("wavenet", modules, F.mse_loss(guess, y), {"x": x}, {"y": y}, {"guess": guess})


def losses():
    """every loss with its options, over lengths from 0"""
    T, B, I = 5, 9, 3
    a, b, c = single(nn.Linear(I, 3)), single(nn.Linear(I, 3)), single(nn.Linear(I, 1))
    x, y, w = given(T, B, I), given(T, B, 3).detach(), given(T, B).abs().detach()
    label, yes = torch.randint(3, (T, B)), torch.randint(2, (T, B))
    length = torch.tensor([5, 0, 1, 3, 5, 2, 0, 4, 1])
    keep = inside(length, T).bool()
    late = keep & (torch.arange(T)[:, None] >= length[None] - 2)
    u, v, s = a(x), b(x), c(x)[..., 0]
    weight, weight2 = torch.tensor([0.5, 0.5, 2.0]), torch.tensor([1.0, 2.0, 3.0])
    parts = [
        F.cross_entropy(u[keep], label[keep], weight=weight, label_smoothing=0.125),
        F.cross_entropy(u[keep], label[keep], reduction="sum", label_smoothing=0.25),
        F.cross_entropy(u[keep], y.softmax(-1)[keep], weight=weight2, label_smoothing=0.125),
        (F.cross_entropy(u.flatten(0, 1), label.flatten(), reduction="none").view(T, B) * w)[keep].sum() / w[keep].sum(),
        F.cross_entropy(u[late], label[late]),
        F.l1_loss(v[keep], y[keep]),
        F.huber_loss(v[keep], y[keep], delta=0.25),
        F.huber_loss(v[late], y[late], reduction="sum"),
        F.mse_loss(v[late], y[late]),
        F.binary_cross_entropy_with_logits(v[keep], y.sigmoid()[keep], pos_weight=weight2),
        F.binary_cross_entropy_with_logits(8 * s[keep], yes[keep].double(), pos_weight=torch.tensor(3.0)),
    ]
    each = torch.stack(parts)
    record("losses", {"a": a, "b": b, "c": c}, each.sum(), {"x": x, "w": w}, {"y": y, "label": label, "yes": yes}, {},
           lengths={"time": length})
    print("losses:", *(f"{p:.4f}" for p in parts))


dense()
one_to_many(False)
one_to_many(True)
pooled()
for kind in (None, "dot", "additive"):
    translate(kind)
scheduled()
convolved()
wavenet()
losses()

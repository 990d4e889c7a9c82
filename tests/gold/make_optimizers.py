#!/usr/bin/env python3
"""Writes tests/runtime/optimizers.h from torch.optim: python3 make_optimizers.py

Twenty updates of five parameters by each optimizer with each of its options, in double precision, with clipping by
torch.nn.utils where a row says so (by norm first, then by value). optimizer_test.c holds the runtime to them.
"""
import os
import torch

torch.set_default_dtype(torch.float64)
STEPS, N = 20, 5
KIND = {"SGD": "RT_SGD", "Adagrad": "RT_ADAGRAD", "RMSprop": "RT_RMSPROP", "Adam": "RT_ADAM", "AdamW": "RT_ADAMW"}
FIELD = {"initial_accumulator_value": "initial"}

rows = [
    ("SGD", dict(lr=0.1), {}),
    ("SGD", dict(lr=0.1, weight_decay=0.05), {}),
    ("SGD", dict(lr=0.1, momentum=0.9), {}),
    ("SGD", dict(lr=0.1, momentum=0.9, dampening=0.3), {}),
    ("SGD", dict(lr=0.1, momentum=0.9, dampening=0.3, weight_decay=0.05), {}),
    ("SGD", dict(lr=0.1, momentum=0.9, nesterov=True), {}),
    ("SGD", dict(lr=0.1, momentum=0.8, nesterov=True, weight_decay=0.05), dict(clip_norm=1.0)),
    ("SGD", dict(lr=0.1, momentum=0.9), dict(clip_value=0.5)),
    ("Adagrad", dict(lr=0.1, eps=1e-10), {}),
    ("Adagrad", dict(lr=0.1, eps=1e-10, weight_decay=0.01), dict(clip_value=0.6)),
    ("Adagrad", dict(lr=0.1, eps=1e-10, lr_decay=0.1), {}),
    ("Adagrad", dict(lr=0.1, eps=1e-6, initial_accumulator_value=0.5, lr_decay=0.02), dict(clip_norm=0.9)),
    ("RMSprop", dict(lr=0.01, alpha=0.95, eps=1e-8), {}),
    ("RMSprop", dict(lr=0.01, alpha=0.95, eps=1e-8, weight_decay=0.01), {}),
    ("RMSprop", dict(lr=0.01, alpha=0.99, eps=1e-8, momentum=0.5), {}),
    ("RMSprop", dict(lr=0.01, alpha=0.9, eps=1e-4, momentum=0.9, weight_decay=0.1), dict(clip_norm=1.2)),
    ("Adam", dict(lr=0.02, betas=(0.9, 0.999), eps=1e-8), {}),
    ("Adam", dict(lr=0.02, betas=(0.8, 0.99), eps=1e-3, weight_decay=0.1), dict(clip_norm=0.7)),
    ("Adam", dict(lr=0.02, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.1), dict(clip_value=0.4)),
    ("AdamW", dict(lr=0.02, betas=(0.9, 0.999), eps=1e-8, weight_decay=0), {}),
    ("AdamW", dict(lr=0.02, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.5), {}),
    ("AdamW", dict(lr=0.02, betas=(0.85, 0.98), eps=1e-6, weight_decay=0.01), dict(clip_norm=1.0, clip_value=0.45)),
]


def run(name, options, clip):
    p = torch.nn.Parameter(torch.tensor([i * 0.25 - 0.5 for i in range(N)]))
    optimizer = getattr(torch.optim, name)([p], **options)
    for s in range(1, STEPS + 1):
        p.grad = torch.tensor([((i * 7 + s * 3) % 11 - 5) / 4 for i in range(N)])
        if "clip_norm" in clip:
            torch.nn.utils.clip_grad_norm_([p], clip["clip_norm"])
        if "clip_value" in clip:
            torch.nn.utils.clip_grad_value_([p], clip["clip_value"])
        optimizer.step()
    return p.tolist()


def fields(name, options, clip):
    out = [f".kind = {KIND[name]}"]
    for k, v in {**options, **clip}.items():
        if k == "betas":
            out += [f".beta1 = {v[0]}", f".beta2 = {v[1]}"]
        else:
            out.append(f".{FIELD.get(k, k)} = {int(v) if isinstance(v, bool) else v}")
    return ", ".join(out)


path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "runtime", "optimizers.h")
with open(path, "w") as f:
    f.write("/* optimizers.h -- written by tests/gold/make_optimizers.py from torch.optim: what twenty updates make of five\n"
            " * parameters. */\n")
    f.write(f"enum {{ STEPS = {STEPS}, PARAMETERS = {N} }};\n")
    f.write("static const struct { rt_training t; double want[PARAMETERS]; } rows[] = {\n")
    for row in rows:
        f.write(f"    {{ {{ {fields(*row)} }},\n      {{ {', '.join('%.12g' % x for x in run(*row))} }} }},\n")
    f.write("};\n")

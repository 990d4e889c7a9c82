"""Weights between rnnc and PyTorch, with the LSTM and dense layer of models/charlm.lua.

    torch_check.py new CLASSES HIDDEN LAYERS FILE      writes the state_dict of a new network as safetensors
    torch_check.py check CLASSES HIDDEN LAYERS FILE OUTPUTS
        loads FILE by name, strictly, and compares with OUTPUTS, what tests/embed/step_run.c prints
"""
import json
import struct
import sys

import torch


def read(path):
    with open(path, "rb") as f:
        size, = struct.unpack("<Q", f.read(8))
        header = json.loads(f.read(size))
        data = f.read()
    header.pop("__metadata__", None)
    tensors = {}
    for name, t in header.items():
        begin, end = t["data_offsets"]
        kind = {"F32": torch.float32, "F64": torch.float64}[t["dtype"]]
        tensors[name] = torch.frombuffer(bytearray(data[begin:end]), dtype=kind).reshape(t["shape"])
    return tensors


def write(path, tensors):
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, t in tensors.items():
        piece = bytes(t.detach().contiguous().float().view(-1).numpy().tobytes())
        header[name] = {"dtype": "F32", "shape": list(t.shape), "data_offsets": [len(data), len(data) + len(piece)]}
        data += piece
    text = json.dumps(header).encode()
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + data)


class Network(torch.nn.Module):
    def __init__(self, classes, hidden, layers):
        super().__init__()
        self.rnn = torch.nn.LSTM(classes, hidden, layers)
        self.out = torch.nn.Linear(hidden, classes)

    def forward(self, x):
        return torch.softmax(self.out(self.rnn(x)[0]), -1)


def inputs(classes, steps=137):
    seed, ids = 7, []
    for _ in range(steps):
        seed = (seed * 1103515245 + 12345) % 2**32
        ids.append((seed >> 16) % classes)
    return torch.tensor(ids)


def main(what, classes, hidden, layers, path, outputs=None):
    torch.manual_seed(3)
    classes = int(classes)
    network = Network(classes, int(hidden), int(layers))
    if what == "new":
        with torch.no_grad():
            for p in network.parameters():
                p *= 3
        write(path, network.state_dict())
        return 0
    network.load_state_dict({k: v for k, v in read(path).items() if not k.startswith("train.")})
    with torch.no_grad():
        y = network.double()(torch.nn.functional.one_hot(inputs(classes), classes).double().unsqueeze(1)).view(-1)
    x = torch.tensor([float(line) for line in open(outputs)], dtype=torch.float64)
    error = float((x - y).norm() / y.norm()) if x.shape == y.shape else float("inf")
    print("%s: %d outputs, spread %.2g, %s" % (path, len(x), float(y.std()),
                                              "within 1e-5" if error <= 1e-5 else "differ by %g" % error))
    return 0 if error <= 1e-5 else 1


sys.exit(main(*sys.argv[1:]))

"""What the scripts make_goldens*.py share: parameters and inputs of single precision, masks over lengths, the file."""
import json, os, struct
import torch

torch.set_default_dtype(torch.float64)
here = os.path.dirname(os.path.abspath(__file__))


def save(name, tensors, small=False):
    """safetensors: 8 bytes of header length, a JSON header, the bytes; parameters and inputs as F32, results as F64, or F32 if small"""
    header, data = {}, b""
    for key, t in tensors.items():
        t = t.detach().contiguous()
        given = small or key.split(".")[0] in ("param", "input", "target", "state", "length", "random")
        t = t.to(torch.int32) if not t.is_floating_point() else t.to(torch.float32) if given else t
        kind = {torch.int32: "I32", torch.float32: "F32", torch.float64: "F64"}[t.dtype]
        raw = t.numpy().tobytes()
        header[key] = {"dtype": kind, "shape": list(t.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(os.path.join(here, f"torch_{name}.safetensors"), "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + data)


def single(module):
    """the numbers that a file of single precision holds"""
    for p in module.parameters():
        p.data = p.data.float().double()
    return module


def given(*shape):
    return torch.randn(*shape).mul(0.5).float().double().requires_grad_()


def record(name, modules, loss, inputs, targets, outputs, states=(), finals=(), lengths=(), small=False, drawn=()):
    """modules: prefix -> module, or names -> parameters; states: name -> leaf"""
    params = {}
    for prefix, m in modules.items():
        for k, p in m.named_parameters() if isinstance(m, torch.nn.Module) else m.items():
            params[f"{prefix}.{k}" if prefix else k] = p
    leaves = {f"grad.{k}": p for k, p in params.items()}
    leaves.update({f"grad_input.{k}": v for k, v in inputs.items() if v.requires_grad})
    leaves.update({f"grad_state.{k}": v for k, v in dict(states).items()})
    grads = torch.autograd.grad(loss, list(leaves.values()))
    tensors = {f"param.{k}": p for k, p in params.items()}
    tensors.update({f"input.{k}": v for k, v in inputs.items()})
    tensors.update({f"target.{k}": v for k, v in targets.items()})
    tensors.update({f"state.{k}": v for k, v in dict(states).items()})
    tensors.update({f"random.{k}": v for k, v in dict(drawn).items()})
    tensors.update({f"length.{k}": v for k, v in dict(lengths).items()})
    tensors.update({f"output.{k}": v for k, v in outputs.items()})
    tensors.update({f"final.{k}": v for k, v in dict(finals).items()})
    tensors["loss"] = loss
    tensors.update(dict(zip(leaves, grads)))
    save(name, tensors, small)


class Params(dict):
    """parameters that no module of PyTorch has, made where they are first named"""
    def __call__(self, name, *shape, scale=0.4):
        if name not in self:
            self[name] = torch.randn(*shape).mul(scale).float().double().requires_grad_()
        return self[name]


def inside(length, steps):
    """[T, B]: 1 where the step exists"""
    return (torch.arange(steps)[:, None] < length[None, :]).double()


def masked_mean(each, length):
    """of a number at each step [T, B], over the steps that exist"""
    keep = inside(length, each.shape[0])
    return torch.where(keep > 0, each, torch.zeros(())).sum() / keep.sum()


def squares(x, y):
    """[..., n] -> [...]: mean over features"""
    return ((x - y) ** 2).mean(-1)


def padded(rows, steps, width):
    """per example a tensor [length, width] -> [T, B, width], 0 past the length"""
    return torch.stack([torch.cat([r, torch.zeros(steps - len(r), width)]) for r in rows], 1)

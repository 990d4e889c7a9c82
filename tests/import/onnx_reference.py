"""The recurrent operators of ONNX as its specification defines them, with every attribute, in NumPy: what the tests of import are held to
where nobody else's numbers are at hand. Gates i o f c (LSTM), z r h (GRU)."""
import numpy as np


def activation(name, alpha=None, beta=None):
    def pick(x, default):
        return default if x is None else x
    a, b = alpha, beta
    return {
        "Relu": lambda x: np.maximum(x, 0),
        "Tanh": np.tanh,
        "Sigmoid": lambda x: 1 / (1 + np.exp(-x)),
        "Affine": lambda x: pick(a, 1.0) * x + pick(b, 0.0),
        "LeakyRelu": lambda x: np.where(x >= 0, x, pick(a, 0.01) * x),
        "ThresholdedRelu": lambda x: np.where(x >= pick(a, 1.0), x, 0),
        "ScaledTanh": lambda x: pick(a, 1.0) * np.tanh(pick(b, 1.0) * x),
        "HardSigmoid": lambda x: np.clip(pick(a, 0.2) * x + pick(b, 0.5), 0, 1),
        "Elu": lambda x: np.where(x >= 0, x, pick(a, 1.0) * np.expm1(x)),
        "Softsign": lambda x: x / (1 + np.abs(x)),
        "Softplus": lambda x: np.log1p(np.exp(x)),
    }[name]


TAKES = {"Affine": 2, "LeakyRelu": 1, "ThresholdedRelu": 1, "ScaledTanh": 2, "HardSigmoid": 2, "Elu": 1}
DEFAULT = {"RNN": ["Tanh"], "LSTM": ["Sigmoid", "Tanh", "Tanh"], "GRU": ["Sigmoid", "Tanh"]}


def functions(op, directions, names=None, alpha=(), beta=(), clip=None):
    names = list(names or DEFAULT[op] * directions)
    alpha, beta, out = list(alpha or ()), list(beta or ()), []
    for name in names:
        takes = TAKES.get(name, 0)
        f = activation(name, alpha.pop(0) if takes > 0 and alpha else None, beta.pop(0) if takes > 1 and beta else None)
        out.append((lambda g: lambda x: g(np.clip(x, -clip, clip)))(f) if clip else f)
    n = len(DEFAULT[op])
    return [out[i * n:(i + 1) * n] for i in range(directions)]


def run(op, X, W, R, B=None, lens=None, h0=None, c0=None, P=None, direction="forward", layout=0, activations=None,
        activation_alpha=None, activation_beta=None, clip=None, input_forget=0, linear_before_reset=0):
    """Y, Y_h, Y_c in double precision, with ONNX's shapes"""
    X, W, R = (np.asarray(v, dtype=np.float64) for v in (X, W, R))
    if layout:
        X = X.swapaxes(0, 1)
        h0, c0 = (None if v is None else v.swapaxes(0, 1) for v in (h0, c0))
    steps, batch, _ = X.shape
    D, H = R.shape[0], R.shape[2]
    f_of = functions(op, D, activations, activation_alpha, activation_beta, clip)
    lens = [steps] * batch if lens is None else list(lens)
    Y, Yh, Yc = np.zeros((steps, D, batch, H)), np.zeros((D, batch, H)), np.zeros((D, batch, H))
    for d in range(D):
        f = f_of[d]
        b = np.zeros(2 * W.shape[1]) if B is None else np.asarray(B[d], dtype=np.float64)
        wb, rb = np.split(b, 2)
        p = np.split(np.zeros(3 * H) if P is None else np.asarray(P[d], dtype=np.float64), 3)
        back = direction == "reverse" or d == 1
        for e in range(batch):
            h = np.zeros(H) if h0 is None else np.asarray(h0[d][e], dtype=np.float64)
            c = np.zeros(H) if c0 is None else np.asarray(c0[d][e], dtype=np.float64)
            order = range(lens[e])
            for t in reversed(order) if back else order:
                x = X[t, e]
                if op == "RNN":
                    h = f[0](W[d] @ x + wb + R[d] @ h + rb)
                elif op == "LSTM":
                    i, o, g, n = np.split(W[d] @ x + wb + R[d] @ h + rb, 4)
                    i = f[0](i + p[0] * c)
                    g = 1 - i if input_forget else f[0](g + p[2] * c)
                    c = g * c + i * f[1](n)
                    h = f[0](o + p[1] * c) * f[2](c)
                else:
                    wz, wr, wh = np.split(W[d] @ x + wb, 3)
                    rz, rr, rh = np.split(R[d], 3)
                    bz, br, bh = np.split(rb, 3)
                    z, r = f[0](wz + rz @ h + bz), f[0](wr + rr @ h + br)
                    n = f[1](wh + (r * (rh @ h + bh) if linear_before_reset else rh @ (r * h) + bh))
                    h = (1 - z) * n + z * h
                Y[t, d, e] = h
            Yh[d, e], Yc[d, e] = h, c
    if layout:
        return Y.transpose(2, 0, 1, 3), Yh.swapaxes(0, 1), Yc.swapaxes(0, 1)
    return Y, Yh, Yc

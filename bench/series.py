#!/usr/bin/env python3
"""bench/series.py AHEAD DIR: the time series of Hands-On Machine Learning, chapter 15, from a portable generator, as .npy files.

Writes DIR/train, DIR/valid, DIR/test (7000, 2000, 1000 series), each with x.npy [N, 50, 1], the first 50 values; every.npy
[N, 50, AHEAD], after each step the AHEAD next values; last.npy [N, AHEAD], those after the last step. Two sines of random
frequency and phase and a little noise; u(i) is the i-th output of splitmix64 with seed 42. Needs nothing but Python.
"""
import math
import os
import struct
import sys

MASK = (1 << 64) - 1


def u(i):
    """uniform in [0, 1): the i-th output of splitmix64, 53 bits"""
    z = (42 + (i + 1) * 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return ((z ^ (z >> 31)) >> 11) * 2.0 ** -53


def series(k, n):
    f1, f2, o1, o2 = (u(64 * k + i) for i in range(4))
    out = []
    for s in range(n):
        t = s / (n - 1)
        out.append(0.5 * math.sin((t - o1) * (10 * f1 + 10)) + 0.2 * math.sin((t - o2) * (20 * f2 + 20))
                   + 0.1 * (u(64 * k + 4 + s) - 0.5))
    return out


def npy(path, shape, values):
    head = "{'descr': '<f4', 'fortran_order': False, 'shape': (%s), }" % ", ".join(str(d) for d in shape)
    head += " " * (-(10 + len(head) + 1) % 64) + "\n"
    with open(path, "wb") as f:
        f.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode())
        f.write(struct.pack("<%df" % len(values), *values))


def main():
    ahead, folder = int(sys.argv[1]), sys.argv[2]
    if ["%.8f" % u(i) for i in range(3)] != ["0.74156488", "0.15991039", "0.27860113"]:
        sys.exit("the generator does not give its check values")
    for part, first, count in ("train", 0, 7000), ("valid", 7000, 2000), ("test", 9000, 1000):
        here = os.path.join(folder, part)
        os.makedirs(here, exist_ok=True)
        x, every, last = [], [], []
        for k in range(first, first + count):
            v = series(k, 50 + ahead)
            x += v[:50]
            last += v[50:]
            for t in range(50):
                every += v[t + 1:t + 1 + ahead]
        npy(os.path.join(here, "x.npy"), (count, 50, 1), x)
        npy(os.path.join(here, "every.npy"), (count, 50, ahead), every)
        npy(os.path.join(here, "last.npy"), (count, ahead), last)


main()

#!/usr/bin/env python3
"""bench/series.py AHEAD DIR: the time series of Hands-On Machine Learning, chapter 15, from a portable generator.

Writes DIR/train.csv (7000 series to train with, then 2000 to validate with) and DIR/test.csv (1000), each of 50 + AHEAD values in
columns v0, v1, ... Two sines of random frequency and phase and a little noise; u(i) is the i-th output of splitmix64 with
seed 42. Needs nothing but Python.
"""
import math
import os
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


def write(path, first, count, n):
    """a CSV file with a series in each row, in the precision of floats"""
    with open(path, "w") as f:
        f.write(",".join("v%d" % i for i in range(n)) + "\n")
        for k in range(first, first + count):
            f.write(",".join("%.9g" % v for v in series(k, n)) + "\n")


def main():
    ahead, folder = int(sys.argv[1]), sys.argv[2]
    if ["%.8f" % u(i) for i in range(3)] != ["0.74156488", "0.15991039", "0.27860113"]:
        sys.exit("the generator does not give its check values")
    os.makedirs(folder, exist_ok=True)
    write(os.path.join(folder, "train.csv"), 0, 9000, 50 + ahead)
    write(os.path.join(folder, "test.csv"), 9000, 1000, 50 + ahead)


main()

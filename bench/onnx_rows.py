#!/usr/bin/env python3
"""onnx_rows.py DIR ROW...: the inference rows of bench/rows as ONNX files with random weights, DIR/ROW.1.onnx for one step a
call and DIR/ROW.256.onnx for 256. Inputs x, s0, s1 ...; outputs y, n0, n1 ...: the states that go in next time.
"""
import os
import sys

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

ROWS = {"I1": ("LSTM", 1, 16, 1), "I2": ("LSTM", 1, 40, 1), "I3": ("GRU", 32, 64, 0), "I4": ("LSTM", 64, 128, 0),
        "I5": ("LSTM", 256, 256, 0), "I6": ("LSTM", 512, 512, 0), "I7": ("RNN", 65, 100, 65), "I8": ("convolutions", 16, 16, 0)}
random = numpy.random.default_rng(1)


def weights(name, *shape):
    bound = 1 / numpy.sqrt(shape[-1])
    return numpy_helper.from_array(random.uniform(-bound, bound, shape).astype(numpy.float32), name)


def whole(name, *values):
    return numpy_helper.from_array(numpy.array(values, numpy.int64), name)


def port(name, *shape):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def recurrent(kind, size_in, size, out, steps):
    gates = {"LSTM": 4, "GRU": 3, "RNN": 1}[kind]
    states = 2 if kind == "LSTM" else 1
    given = [weights("W", 1, gates * size, size_in), weights("R", 1, gates * size, size), weights("B", 1, 2 * gates * size), whole("one", 1)]
    ins = [port("x", steps, 1, size_in)] + [port(f"s{i}", 1, 1, size) for i in range(states)]
    outs = [port("y", steps, 1, out or size)] + [port(f"n{i}", 1, 1, size) for i in range(states)]
    more = {"linear_before_reset": 1} if kind == "GRU" else {}
    nodes = [helper.make_node(kind, ["x", "W", "R", "B", ""] + [f"s{i}" for i in range(states)], ["Y"] + [f"n{i}" for i in range(states)],
                              hidden_size=size, **more),
             helper.make_node("Squeeze", ["Y", "one"], ["h" if out else "y"])]
    if out:
        given += [weights("D", size, out), weights("E", out)]
        nodes += [helper.make_node("MatMul", ["h", "D"], ["d"]), helper.make_node("Add", ["d", "E"], ["y"])]
    return nodes, ins, outs, given


def convolutions(steps):
    nodes, ins, outs, given = [], [port("x", 1, 16, steps)], [port("y", 1, 16, steps)], [whole("time", 2), whole("end", 1 << 30), whole("from", steps)]
    x = "x"
    for i in range(8):
        d, y = 1 << i, "y" if i == 7 else f"y{i}"
        ins.append(port(f"s{i}", 1, 16, 2 * d))
        outs.append(port(f"n{i}", 1, 16, 2 * d))
        given += [weights(f"W{i}", 16, 16, 3), weights(f"B{i}", 16)]
        nodes += [helper.make_node("Concat", [f"s{i}", x], [f"all{i}"], axis=2),
                  helper.make_node("Slice", [f"all{i}", "from", "end", "time"], [f"n{i}"]),
                  helper.make_node("Conv", [f"all{i}", f"W{i}", f"B{i}"], [f"c{i}"], kernel_shape=[3], dilations=[d]),
                  helper.make_node("Tanh", [f"c{i}"], [y])]
        x = y
    return nodes, ins, outs, given


for row in sys.argv[2:]:
    kind, size_in, size, out = ROWS[row]
    for steps in 1, 256:
        parts = convolutions(steps) if kind == "convolutions" else recurrent(kind, size_in, size, out, steps)
        model = helper.make_model(helper.make_graph(parts[0], row, *parts[1:]), opset_imports=[helper.make_opsetid("", 13)])
        model.ir_version = 7
        onnx.checker.check_model(model)
        onnx.save(model, os.path.join(sys.argv[1], f"{row}.{steps}.onnx"))

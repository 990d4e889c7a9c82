"""Makes more files of this folder: what tf2onnx writes for layers of Keras, by hand (tf2onnx itself is not at hand), and what of it is refused.
As make_onnx.py, whose functions it uses: python3 tests/import/make_keras.py [NAME...]"""
import os
import sys

import numpy as np

wanted, sys.argv = sys.argv[1:], sys.argv[:1] + ["-"]       # "-": make_onnx makes none of its files
import make_onnx  # noqa: E402
from make_onnx import TensorProto, helper, onnx_reference  # noqa: E402

N = helper.make_node
r = np.random.RandomState(8)


def draw(*shape):
    return r.uniform(-0.8, 0.8, shape).astype(np.float32)


def sigmoid_softmax(v):
    e = np.exp(v - v.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def make(name, nodes, inputs, outputs, arrays, ins, outs, opset=13):
    if not wanted or name in wanted:
        make_onnx.write(name, nodes, inputs, outputs, arrays, opset)
        make_onnx.numbers(name, ins, outs)


def zeros_of_batch(of, at, size, out, prefix):
    """the initial state that Keras gives: Fill of the batch's size"""
    return [N("Shape", [of], [prefix + "s"]), N("Slice", [prefix + "s", "begin%d" % at, "end%d" % at, "axis0"], [prefix + "b"]),
            N("Concat", [prefix + "b", "size%d" % size], [prefix + "bs"], axis=0),
            N("ConstantOfShape", [prefix + "bs"], [prefix + "z"], value=helper.make_tensor("v", TensorProto.FLOAT, [1], [0.0])),
            N("Unsqueeze", [prefix + "z", "axis0"], [out])]


common = {"axis0": np.array([0]), "axis1": np.array([1]), "axis2": np.array([2]), "begin0": np.array([0]), "end0": np.array([1]),
          "begin1": np.array([1]), "end1": np.array([2]), "size4": np.array([4]), "size3": np.array([3])}

# LSTM(4, return_sequences=True), GRU(3, reset_after=True), Dense(2, softmax)
x = draw(2, 5, 3)
W1, R1, B1, W2, R2, B2, D, d = draw(1, 16, 3), draw(1, 16, 4), draw(1, 32), draw(1, 9, 4), draw(1, 9, 3), draw(1, 18), draw(3, 2), draw(2)
y = onnx_reference.run("LSTM", x.swapaxes(0, 1), W1, R1, B1)[0][:, 0]
h = onnx_reference.run("GRU", y, W2, R2, B2, linear_before_reset=1)[1][0]
make("keras_lstm", zeros_of_batch("x", 0, 4, "h0", "p") + zeros_of_batch("x", 0, 4, "c0", "q") + [
    N("Transpose", ["x"], ["model/lstm/t"], perm=[1, 0, 2]),
    N("LSTM", ["model/lstm/t", "W1", "R1", "B1", "", "h0", "c0"], ["Y", "", ""], name="model/lstm/LSTM__9", hidden_size=4, direction="forward"),
    N("Squeeze", ["Y", "axis1"], ["sq"]), N("Transpose", ["sq"], ["seq"], perm=[1, 0, 2]), N("Transpose", ["seq"], ["back"], perm=[1, 0, 2]),
    N("GRU", ["back", "W2", "R2", "B2"], ["", "Yh"], name="model/gru/GRU__12", hidden_size=3, linear_before_reset=1),
    N("Squeeze", ["Yh", "axis0"], ["h"]), N("MatMul", ["h", "model/dense/MatMul/ReadVariableOp:0"], ["m"], name="model/dense/MatMul"),
    N("Add", ["m", "d"], ["a"], name="model/dense/BiasAdd"), N("Softmax", ["a"], ["dense"], name="model/dense/Softmax", axis=-1)],
    {"x": (TensorProto.FLOAT, ("unk__13", 5, 3))}, {"dense": ("unk__14", 2)},
    {**common, "W1": W1, "R1": R1, "B1": B1, "W2": W2, "R2": R2, "B2": B2, "model/dense/MatMul/ReadVariableOp:0": D, "d": d},
    {"x": (x, "btf")}, {"dense": (sigmoid_softmax(h @ D + d), "bf")})

# Embedding(7, 3) of numbers, Bidirectional(LSTM(4, return_sequences=True)), TimeDistributed(Dense(2)) as a product of all steps
ids, E = r.randint(0, 7, (2, 5)), draw(7, 3)
W, R, B, D, d = draw(2, 16, 3), draw(2, 16, 4), draw(2, 32), draw(8, 2), draw(2)
y = onnx_reference.run("LSTM", E[ids].swapaxes(0, 1), W, R, B, direction="bidirectional")[0]
y = np.concatenate([y[:, 0], y[:, 1]], -1).swapaxes(0, 1)
make("keras_tagger", [
    N("Cast", ["x"], ["ids"], to=TensorProto.INT32), N("Gather", ["E", "ids"], ["e"], name="model/embedding/embedding_lookup"),
    N("Transpose", ["e"], ["t"], perm=[1, 0, 2]),
    N("LSTM", ["t", "W", "R", "B"], ["Y"], name="model/bidirectional/LSTM__7", hidden_size=4, direction="bidirectional"),
    N("Split", ["Y"], ["f", "b"], axis=1), N("Squeeze", ["f", "axis1"], ["f2"]), N("Squeeze", ["b", "axis1"], ["b2"]),
    N("Concat", ["f2", "b2"], ["both"], axis=-1), N("Transpose", ["both"], ["seq"], perm=[1, 0, 2]),
    N("Reshape", ["seq", "rows"], ["flat"]), N("MatMul", ["flat", "D"], ["m"], name="model/time_distributed/dense/MatMul"),
    N("Shape", ["seq"], ["s"]), N("Slice", ["s", "begin0", "two", "axis0"], ["s2"]), N("Concat", ["s2", "two"], ["to"], axis=0),
    N("Reshape", ["m", "to"], ["back"]), N("Add", ["back", "d"], ["tags"])],
    {"x": (TensorProto.FLOAT, ("unk__1", 5))}, {"tags": ("unk__1", 5, 2)},
    {**common, "E": E, "W": W, "R": R, "B": B, "D": D, "d": d, "rows": np.array([-1, 8]), "two": np.array([2])},
    {"x": (ids, "bt")}, {"tags": (y @ D + d, "btf")})

# Conv1D(4, 3, padding="causal", relu), MaxPooling1D(2), LSTM(3): convolutions of planes one row high
x, C, c, W, R, B = draw(2, 8, 3), draw(4, 3, 1, 3), draw(4), draw(1, 12, 4), draw(1, 12, 3), draw(1, 24)
padded = np.pad(x.astype(np.float64), ((0, 0), (2, 0), (0, 0)))
y = np.maximum(np.stack([np.einsum("nti,oit->no", padded[:, t:t + 3], C[:, :, 0]) for t in range(8)], 1) + c, 0)
y = np.maximum(y[:, ::2], y[:, 1::2])
h = onnx_reference.run("LSTM", y.swapaxes(0, 1), W, R, B)[1][0]
make("keras_conv", [
    N("Pad", ["x", "pads"], ["p"], mode="constant"), N("Unsqueeze", ["p", "axis1"], ["p4"]), N("Transpose", ["p4"], ["nchw"], perm=[0, 3, 1, 2]),
    N("Conv", ["nchw", "C", "c"], ["y4"], name="model/conv1d/Conv1D", kernel_shape=[1, 3], strides=[1, 1], dilations=[1, 1], group=1,
      auto_pad="VALID"),
    N("Squeeze", ["y4", "axis2"], ["y3"]), N("Transpose", ["y3"], ["y"], perm=[0, 2, 1]), N("Relu", ["y"], ["a"]),
    N("Unsqueeze", ["a", "axis2"], ["a4"]), N("Transpose", ["a4"], ["a_nchw"], perm=[0, 3, 1, 2]),
    N("MaxPool", ["a_nchw"], ["m4"], kernel_shape=[2, 1], strides=[2, 1], auto_pad="VALID"),
    N("Transpose", ["m4"], ["m_nhwc"], perm=[0, 2, 3, 1]), N("Squeeze", ["m_nhwc", "axis2"], ["m"]),
    N("Transpose", ["m"], ["t"], perm=[1, 0, 2]), N("LSTM", ["t", "W", "R", "B"], ["", "Yh"], name="model/lstm/LSTM", hidden_size=3),
    N("Squeeze", ["Yh", "axis0"], ["lstm"])],
    {"x": (TensorProto.FLOAT, ("unk__1", 8, 3))}, {"lstm": ("unk__1", 3)},
    {**common, "C": C, "c": c, "W": W, "R": R, "B": B, "pads": np.array([0, 2, 0, 0, 0, 0])},
    {"x": (x, "btf")}, {"lstm": (h, "bf")})

# LSTM(3), RepeatVector(4), LSTM(3, return_sequences=True), Dense(2)
x, W1, R1, W2, R2, D, d = draw(2, 5, 3), draw(1, 12, 3), draw(1, 12, 3), draw(1, 12, 3), draw(1, 12, 3), draw(3, 2), draw(2)
h = onnx_reference.run("LSTM", x.swapaxes(0, 1), W1, R1)[1][0]
y = onnx_reference.run("LSTM", np.repeat(h[None], 4, 0), W2, R2)[0][:, 0].swapaxes(0, 1)
make("keras_repeat", [
    N("Transpose", ["x"], ["t"], perm=[1, 0, 2]), N("LSTM", ["t", "W1", "R1"], ["", "Yh"], name="model/lstm/LSTM", hidden_size=3),
    N("Squeeze", ["Yh", "axis0"], ["h"]), N("Unsqueeze", ["h", "axis1"], ["h3"]), N("Tile", ["h3", "times"], ["rep"]),
    N("Transpose", ["rep"], ["t2"], perm=[1, 0, 2]), N("LSTM", ["t2", "W2", "R2"], ["Y"], name="model/lstm_1/LSTM", hidden_size=3),
    N("Squeeze", ["Y", "axis1"], ["s"]), N("Transpose", ["s"], ["seq"], perm=[1, 0, 2]), N("MatMul", ["seq", "D"], ["m"], name="model/dense/Tensordot"),
    N("Add", ["m", "d"], ["y"])],
    {"x": (TensorProto.FLOAT, ("unk__1", 5, 3))}, {"y": ("unk__1", 4, 2)},
    {**common, "W1": W1, "R1": R1, "W2": W2, "R2": R2, "D": D, "d": d, "times": np.array([1, 4, 1])},
    {"x": (x, "btf")}, {"y": (y @ D + d, "btf")})


def refuse(name, nodes, message, arrays=None, x=(4, 2, 3), kind=TensorProto.FLOAT):
    if wanted and name not in wanted:
        return
    make_onnx.write(name, nodes, {"x": (kind, x)}, {"y": None}, arrays or {}, 13)
    with open(os.path.join(make_onnx.HERE, name + ".txt"), "w") as f:
        f.write(message + "\n")


body = helper.make_graph([N("Identity", ["i"], ["o"])], "body", [], [])
refuse("no_loop", [N("Loop", ["", "", "x"], ["y"], name="model/masking/while", body=body)],
       "Loop 'model/masking/while': loops and branches are not supported; a mask exports as one: leave it out, or give lengths")
refuse("no_scan", [N("Scan", ["x"], ["y"], name="scan", body=body, num_scan_inputs=1)], "Scan 'scan': loops and branches are not supported; "
       "a mask exports as one: leave it out, or give lengths")
refuse("no_padding", [N("Pad", ["x", "pads"], ["p"], name="pad"), N("RNN", ["p", "W", "R"], ["y"], hidden_size=2, name="it")],
       "RNN 'it': steps of zeros that Pad adds are known only to a convolution", {"pads": np.array([2, 0, 0, 0, 0, 0]), "W": draw(1, 2, 3), "R": draw(1, 2, 2)})
if not wanted or "no_file" in wanted:
    make_onnx.write("no_file", [N("MatMul", ["x", "W"], ["y"], name="it")], {"x": (TensorProto.FLOAT, (2, 3))}, {"y": None}, {"W": draw(3, 2)}, 13)
    import onnx
    path = os.path.join(make_onnx.HERE, "no_file.onnx")
    model = onnx.load(path)
    t = model.graph.initializer[0]
    t.ClearField("raw_data")
    t.data_location = TensorProto.EXTERNAL
    e = t.external_data.add()
    e.key, e.value = "location", "../../../etc/passwd"
    with open(path, "wb") as f:
        f.write(model.SerializeToString())
    with open(path[:-5] + ".txt", "w") as f:
        f.write("the initializer 'W': its numbers are in another file, which is not read; save the model as one file\n")

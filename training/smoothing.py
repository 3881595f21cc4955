"""Prepare a graph for plain 8-bit arithmetic: move outliers from activations into weights, and fix ranges.

One scale for a whole tensor of activations is what makes 8-bit products fast, and a few channels a hundred
times larger than the rest are what makes them wrong. Dividing each channel by a factor and multiplying the
weights that read it by the same leaves the product as it is and takes the outliers away (SmoothQuant; Xiao
et al. 2023). The factor is ``activation ** a / weight ** (1 - a)``, with the ``a`` of least error on sample
inputs chosen for each product by itself. Products that stay inexact are left to the caller.

The scale is fixed here too, from the samples. A scale found anew for each batch would make a pair's score
depend on the pairs that happen to be read with it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
from onnx import helper, numpy_helper

Floats = npt.NDArray[np.float32]
Feed = Mapping[str, npt.NDArray[np.int64]]

STRENGTHS = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9)
"""Values of ``a`` that are tried; zero leaves the product as it was."""

CLIPS = (1.0, 0.85, 0.7, 0.55)
"""Shares of the range seen on the samples that are tried; what lies outside is clipped."""

LARGEST_ERROR = 0.021
"""Relative error from which a product counts as inexact (docs/decisions/0003 has the comparison)."""

AT_ONCE = 8
"""Tensors of activations held in memory at a time."""


@dataclass(frozen=True)
class Smoothed:
    """What 8 bits compute well.

    Attributes:
        products: names of the nodes.
        ranges: least and largest value of each tensor of activations that they read.
    """

    products: list[str]
    ranges: dict[str, tuple[float, float]]


@dataclass(frozen=True)
class _Plan:
    """How one tensor of activations is rounded, and the relative error that makes of its products."""

    error: float
    factor: Floats
    low: float
    high: float


def smooth(model: onnx.ModelProto, path: Path, feeds: Sequence[Feed]) -> Smoothed:
    """Rescale the products of a graph in place; give those that 8 bits compute well.

    Args:
        model: a float32 graph.
        path: a place for a graph that shows its inner values.
        feeds: inputs like those the graph will see.
    """
    weights = {tensor.name: tensor for tensor in model.graph.initializer}
    readers: dict[str, list[onnx.NodeProto]] = {}
    for node in model.graph.node:
        if node.op_type == "MatMul" and node.input[1] in weights:
            readers.setdefault(node.input[0], []).append(node)
    good = Smoothed([], {})
    factors: dict[str, Floats] = {}
    for name, samples in _activations(model, path, list(readers), feeds):
        product = np.concatenate(
            [numpy_helper.to_array(weights[node.input[1]]) for node in readers[name]], axis=1
        )
        plan = _best(samples, product)
        if plan.error <= LARGEST_ERROR:
            factors[name] = plan.factor
            good.products.extend(node.name for node in readers[name])
            good.ranges[_divided(name)] = plan.low, plan.high
    _rescale(model.graph, weights, readers, factors)
    return good


def _activations(
    model: onnx.ModelProto, path: Path, names: Sequence[str], feeds: Sequence[Feed]
) -> Iterator[tuple[str, list[Floats]]]:
    """What each tensor holds for each feed, [rows, channels]."""
    probe = onnx.ModelProto()
    probe.CopyFrom(model)
    probe.graph.output.extend(helper.make_tensor_value_info(name, 1, None) for name in names)
    onnx.save(probe, path)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    for at in range(0, len(names), AT_ONCE):
        part = list(names[at : at + AT_ONCE])
        runs = [session.run(part, dict(feed)) for feed in feeds]
        for i, name in enumerate(part):
            yield name, [run[i].reshape(-1, run[i].shape[-1]) for run in runs]


def _best(samples: Sequence[Floats], weights: Floats) -> _Plan:
    """The factors and the range with the least error of ``samples @ weights`` in 8 bits."""
    rows = np.concatenate(samples)
    activation, weight = np.maximum(np.abs(rows).max(0), 1e-5), np.maximum(np.abs(weights).max(1), 1e-5)
    exact = rows @ weights
    size = float((exact**2).sum())

    def plan(strength: float, clip: float) -> _Plan:
        factor = activation**strength / weight ** (1 - strength) if strength else np.ones_like(activation)
        scaled = rows / factor
        low, high = clip * min(float(scaled.min()), 0.0), clip * max(float(scaled.max()), 0.0)
        lost = _rounded(scaled, low, high) @ _rounded_columns(weights * factor[:, None]) - exact
        return _Plan((float((lost**2).sum()) / size) ** 0.5, factor.astype(np.float32), low, high)

    strength = min(STRENGTHS, key=lambda strength: plan(strength, 1.0).error)
    return min((plan(strength, clip) for clip in CLIPS), key=lambda plan: plan.error)


def zero_and_scale(low: float, high: float) -> tuple[int, float]:
    """Zero point and scale of unsigned 8 bits over a range that holds zero."""
    scale = max(high - low, 1e-12) / 255
    return round(-low / scale), scale


def _rounded(rows: Floats, low: float, high: float) -> Floats:
    """Unsigned 8 bits with one scale and zero point, as ONNX's QuantizeLinear."""
    zero, scale = zero_and_scale(low, high)
    return np.asarray((np.clip(np.round(rows / scale) + zero, 0, 255) - zero) * scale, np.float32)


def _rounded_columns(weights: Floats) -> Floats:
    """Signed 8 bits with one scale for each column."""
    scale = np.maximum(np.abs(weights).max(0, keepdims=True), 1e-12) / 127
    return np.asarray(np.round(weights / scale) * scale, np.float32)


def _rescale(
    graph: onnx.GraphProto,
    weights: Mapping[str, onnx.TensorProto],
    readers: Mapping[str, Sequence[onnx.NodeProto]],
    factors: Mapping[str, Floats],
) -> None:
    """Divide tensors by their factors and multiply the weights that read them."""
    nodes: list[onnx.NodeProto] = []
    written: set[str] = set()
    for node in graph.node:
        name = node.input[0] if node.input else ""
        if name in factors and any(node is reader for reader in readers[name]):
            if name not in written:
                written.add(name)
                inverse = numpy_helper.from_array(1 / factors[name], f"{name}_inverse")
                graph.initializer.append(inverse)
                nodes.append(helper.make_node("Mul", [name, inverse.name], [_divided(name)]))
            tensor = weights[node.input[1]]
            scaled = numpy_helper.to_array(tensor) * factors[name][:, None]
            tensor.CopyFrom(numpy_helper.from_array(scaled.astype(np.float32), tensor.name))
            node.input[0] = _divided(name)
        nodes.append(node)
    ordered = [onnx.NodeProto.FromString(node.SerializeToString()) for node in nodes]
    del graph.node[:]
    graph.node.extend(ordered)


def _divided(name: str) -> str:
    """A tensor of activations after it was divided by its factors."""
    return f"{name}_smooth"

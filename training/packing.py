"""Turn a PyTorch model into the folder that ships: a quantised ONNX graph, its weights in parts, checksums.

Two kinds of 8-bit arithmetic, and docs/decisions/0003 has what each costs. Plain quantisation, one scale per
tensor of activations, fixed, and one per column of weights, is twice as fast and needs `training.smoothing`
first. Products that stay inexact even then, and all of them where there are no samples
to smooth with, have weights and activations quantised in blocks along the input (ONNX Runtime's
``MatMulNBits``, accuracy level 4). Word embeddings become 8-bit integers with one scale per word.
"""

import hashlib
import json
import logging
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from onnx.external_data_helper import set_external_data
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

from training.smoothing import Feed, smooth, zero_and_scale

PART_BYTES = 90_000_000
"""Largest weights file: hosts of git repositories refuse files of 100 MB."""

TABLE_BYTES = 4_000_000
"""Larger look-up tables are quantised (word embeddings; not positions or token types)."""

INLINE_BYTES = 1024
"""Smaller tensors stay inside the graph."""

TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")


def trace(module: torch.nn.Module, output: str, path: Path) -> None:
    """Write a module of (input_ids, attention_mask), both int64 [n, tokens], as an fp32 ONNX graph."""
    example = torch.ones((2, 8), dtype=torch.int64)
    axes = {0: "batch", 1: "tokens"}
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        module.eval(),
        (example, example),
        str(path),
        input_names=["input_ids", "attention_mask"],
        output_names=[output],
        dynamic_axes={"input_ids": axes, "attention_mask": axes, output: {0: "batch"}},
        opset_version=20,
        dynamo=False,
    )


def quantize(path: Path, block: int, feeds: Sequence[Feed] = ()) -> onnx.ModelProto:
    """Read an fp32 graph and return it with 8-bit weights (see the module's text).

    Args:
        path: of the graph; files are written beside it.
        block: weights that share a scale where blocks are used, a power of two from 16.
        feeds: sample inputs to smooth with; none leaves everything in blocks.
    """
    logging.getLogger().setLevel(logging.WARNING)  # it reports every tensor to the root
    model = onnx.load(path)
    products = {node.name for node in model.graph.node if node.op_type == "MatMul"}
    if feeds:
        smoothed, plain = path.with_name("smoothed.onnx"), path.with_name("plain.onnx")
        good = smooth(model, path.with_name("probe.onnx"), feeds)
        onnx.save(model, smoothed)
        quantize_dynamic(
            smoothed,
            plain,
            ["MatMul"],
            per_channel=True,
            weight_type=QuantType.QInt8,
            nodes_to_quantize=good.products,
        )
        model = onnx.load(plain)
        _fix_ranges(model.graph, good.ranges)
    _quantize_tables(model.graph)
    # the head was no product before; it is small and stays exact
    head = [node.name for node in model.graph.node if node.op_type == "MatMul" and node.name not in products]
    quantizer = MatMulNBitsQuantizer(
        model, bits=8, block_size=block, is_symmetric=True, accuracy_level=4, nodes_to_exclude=head
    )
    quantizer.process()
    return quantizer.model.model


def _fix_ranges(graph: onnx.GraphProto, ranges: Mapping[str, tuple[float, float]]) -> None:
    """Replace the scale that each batch would find for itself by the one of a known range."""
    for node in graph.node:
        if node.op_type != "DynamicQuantizeLinear":
            continue
        (values,), (whole, scale, zero) = node.input, node.output
        fixed_zero, fixed_scale = zero_and_scale(*ranges[values])
        graph.initializer.append(numpy_helper.from_array(np.array(fixed_scale, np.float32), scale))
        graph.initializer.append(numpy_helper.from_array(np.array(fixed_zero, np.uint8), zero))
        node.CopyFrom(helper.make_node("QuantizeLinear", [values, scale, zero], [whole], node.name))


def _quantize_tables(graph: onnx.GraphProto) -> None:
    """Replace each large float table that is read by row with int8 rows and one scale per row."""
    tables = {tensor.name: tensor for tensor in graph.initializer}
    nodes: list[onnx.NodeProto] = []
    for node in graph.node:
        table = tables.get(node.input[0]) if node.op_type == "Gather" else None
        if table is None or len(table.raw_data) < TABLE_BYTES:
            nodes.append(node)
            continue
        rows = numpy_helper.to_array(table)
        scales = np.maximum(np.abs(rows).max(1, keepdims=True) / 127, 1e-12).astype(np.float32)
        whole = np.round(rows / scales).astype(np.int8)
        name, ids, output = table.name, node.input[1], node.output[0]
        graph.initializer.remove(table)
        graph.initializer.append(numpy_helper.from_array(whole, f"{name}_int8"))
        graph.initializer.append(numpy_helper.from_array(scales, f"{name}_scale"))
        nodes += [
            helper.make_node("Gather", [f"{name}_int8", ids], [f"{output}_int8"], axis=0),
            helper.make_node("Gather", [f"{name}_scale", ids], [f"{output}_scale"], axis=0),
            helper.make_node("Cast", [f"{output}_int8"], [f"{output}_whole"], to=TensorProto.FLOAT),
            helper.make_node("Mul", [f"{output}_whole", f"{output}_scale"], [output]),
        ]
    del graph.node[:]
    graph.node.extend(nodes)


def pack(graphs: Mapping[str, onnx.ModelProto], tokenizer: Path, folder: Path) -> None:
    """Write graphs, their weights in parts of `PART_BYTES` and the tokenizer's files into a folder.

    Each graph's weights begin a part of their own; a tensor that an earlier graph has too is stored once. Old
    weights there are removed first. ``config.json`` is the caller's; call `seal` when all is written.

    Args:
        graphs: by file name.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in (*folder.glob("*.bin"), *folder.glob("*.onnx")):
        old.unlink()
    parts = _Parts(folder)
    for name, graph in graphs.items():
        parts.begin()
        for tensor in _large(graph.graph.initializer):
            set_external_data(tensor, *parts.place(tensor.raw_data))
            tensor.ClearField("raw_data")
            tensor.data_location = TensorProto.EXTERNAL
        (folder / name).write_bytes(graph.SerializeToString())
    for name in TOKENIZER_FILES:
        if (tokenizer / name).is_file():
            shutil.copyfile(tokenizer / name, folder / name)


class _Parts:
    """``weights-0.bin``, ``weights-1.bin``, ...: tensors one behind the other."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        self._size = 0
        self._stored: dict[bytes, tuple[str, int, int]] = {}

    def begin(self) -> None:
        """Go on in a new file."""
        self._count, self._size = self._count + 1, 0

    def place(self, raw: bytes) -> tuple[str, int, int]:
        """Where a tensor's bytes stand: file name, offset, length."""
        digest = hashlib.sha256(raw).digest()
        if digest not in self._stored:
            if self._size + len(raw) > PART_BYTES:
                self.begin()
            name = f"weights-{self._count - 1}.bin"
            padding = -self._size % 64  # aligned, so that a runtime may map the file into memory
            with (self._folder / name).open("ab") as file:
                file.write(bytes(padding) + raw)
            self._stored[digest] = name, self._size + padding, len(raw)
            self._size += padding + len(raw)
        return self._stored[digest]


def _large(tensors: Iterable[TensorProto]) -> Iterable[TensorProto]:
    for tensor in tensors:
        if not tensor.HasField("raw_data"):
            tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor), tensor.name))
        if len(tensor.raw_data) > INLINE_BYTES:
            yield tensor


def seal(folder: Path) -> None:
    """Write ``checksums.json`` (file name -> sha256) over all that came out of one export.

    ``calibration.json`` is left out: it may be made again for the same weights and carries its own version.
    """
    sums = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if path.name not in ("checksums.json", "calibration.json")
    }
    (folder / "checksums.json").write_text(json.dumps(sums, indent=2) + "\n", encoding="utf-8")

"""Turn a folder that ships back into a checkpoint, so that training can go on from it.

    python -m training.unpack --model models/contradiction --out checkpoints/shipped

The weights are those a reader's machine computes with: eight bits are multiplied out, nothing else changes.
What the rounding cost can be trained away again, and nobody needs the checkpoints of earlier stages.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import numpy_helper
from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer

from workers.contradictions.model import verify

PREFIX = "model."
"""In front of every name in the graph: the module that was traced holds the classifier as ``model``."""

ZERO_POINT = 128
"""What unsigned 8-bit weights hold for zero."""


def main() -> None:
    """Read the arguments and write the checkpoint."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="folder written by training.export")
    parser.add_argument("--out", type=Path, required=True, help="checkpoint folder")
    arguments = parser.parse_args()
    unpack(arguments.model, arguments.out)


def unpack(folder: Path, out: Path) -> None:
    """Write a checkpoint with the weights of a shipped folder.

    Raises:
        CannotWork: a file of the folder is missing or damaged.
        RuntimeError: the graph and the architecture named in ``config.json`` don't match.
    """
    verify(folder)
    model = AutoModelForSequenceClassification.from_config(AutoConfig.from_pretrained(folder))
    graph = onnx.load(folder / "model.onnx").graph
    found = {name: torch.from_numpy(weights) for name, weights in weights_of(graph)}
    missing, unknown = model.load_state_dict(found, strict=False)
    if unknown or set(missing) & {name for name, _ in model.named_parameters()}:
        raise RuntimeError(f"missing {missing}, unknown {unknown}")
    model.save_pretrained(out)
    AutoTokenizer.from_pretrained(folder).save_pretrained(out)


def weights_of(graph: onnx.GraphProto) -> Iterator[tuple[str, npt.NDArray[np.float32]]]:
    """The parameters of the traced model by their PyTorch names, as float32."""
    tensors = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    for name, values in tensors.items():
        if name.endswith("_Transposed"):
            yield name.removeprefix(PREFIX).removesuffix("_Transposed"), values.T.copy()
        elif name.startswith(PREFIX) and values.dtype == np.float32 and not name.endswith("_scale"):
            yield name.removeprefix(PREFIX), values.copy()
        elif name.endswith("_int8"):
            scales = tensors[name.removesuffix("_int8") + "_scale"]
            yield name.removeprefix(PREFIX).removesuffix("_int8"), values.astype(np.float32) * scales
    divided = {node.output[0]: tensors[node.input[1]] for node in graph.node if _is_smoothing(node)}
    read_by = {node.output[0]: node.input[0] for node in graph.node if node.op_type == "QuantizeLinear"}
    for node in graph.node:
        if node.op_type == "MatMulNBits":
            whole, scales = tensors[node.input[1]], tensors[node.input[2]]
            blocks = (whole.astype(np.float32) - ZERO_POINT) * scales.reshape(*whole.shape[:2], 1)
            columns = next(attribute.i for attribute in node.attribute if attribute.name == "K")
            yield _parameter(node), blocks.reshape(len(whole), -1)[:, :columns].copy()
        elif node.op_type == "MatMulInteger":
            scales = tensors[node.input[1].removesuffix("_quantized") + "_scale"]
            product = tensors[node.input[1]].astype(np.float32) * scales
            inverse = divided.get(read_by[node.input[0]])
            yield _parameter(node), (product if inverse is None else product * inverse[:, None]).T.copy()


def _is_smoothing(node: onnx.NodeProto) -> bool:
    return node.op_type == "Mul" and node.output[0].endswith("_smooth")


def _parameter(node: onnx.NodeProto) -> str:
    """Name of the weights of the linear layer that a product was traced from."""
    return node.name.removeprefix("/").rsplit("/", 1)[0].replace("/", ".").removeprefix(PREFIX) + ".weight"


if __name__ == "__main__":
    main()

"""Load a transformer once per process: its tokenizer by `transformers`, its weights by ONNX Runtime.

A folder of ours carries ``checksums.json`` (file name -> sha256) and is verified before use, so that a
damaged download or a half-written disk says so plainly. Any other sequence-classification model, by
folder or Hugging Face id, runs through its own ``model.onnx`` or, with the ``torch`` extra, its weights.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from workers.errors import CannotWork

Floats = npt.NDArray[np.float32]
Run = Callable[[dict[str, npt.NDArray[np.int64]]], Floats]

BATCH = 16
"""Rows per call: texts are sorted by length, so padding stays small; more rows gain nothing on a CPU."""


def missing(detail: str) -> CannotWork:
    """The error for a model that cannot be used; ``detail`` says what to do."""
    return CannotWork("model-missing", "The model cannot be loaded", detail, 503)


def verify(folder: Path) -> str:
    """Check a shipped folder against its ``checksums.json`` and return its version.

    Returns:
        The first 12 hex digits of the sha256 of the checksums, which name the weights exactly.

    Raises:
        CannotWork: a file is missing or differs (``model-missing``).
    """
    listing = (folder / "checksums.json").read_bytes()
    for name, expected in json.loads(listing).items():
        path = folder / name
        if not path.is_file():
            raise missing(f"{path} is missing; get the project's models folder again.")
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != expected:
                raise missing(f"{path} is damaged (checksum differs); get the project's models folder again.")
    return hashlib.sha256(listing).hexdigest()[:12]


class Transformer:
    """A tokenizer and weights that turn texts, or pairs of texts, into one row of numbers each.

    Args:
        source: folder or Hugging Face id.
        threads: CPU threads for one call.
        max_tokens: longer inputs are cut here (of a pair, the longer text first).
        graph: which of a folder's graphs to run.

    Attributes:
        version: names the weights in findings.
        labels: class names by column, lower case; empty for an encoder.

    Raises:
        CannotWork: nothing usable there (``model-missing``).
    """

    def __init__(self, source: str, threads: int, max_tokens: int = 128, graph: str = "model.onnx") -> None:
        from transformers import AutoConfig, AutoTokenizer

        folder = Path(source)
        shipped = (folder / "checksums.json").is_file()
        self.version = verify(folder) if shipped else source.rstrip("/").rsplit("/", 1)[-1]
        try:
            config = AutoConfig.from_pretrained(source, local_files_only=folder.is_dir())
            self._tokenizer = AutoTokenizer.from_pretrained(source, local_files_only=folder.is_dir())
        except (OSError, ValueError) as error:
            raise missing(
                f"{source!r} is neither a model folder nor a Hugging Face model that can be reached "
                f"({str(error).splitlines()[0]}). Correct ONRECORD_MODEL or unset it."
            ) from error
        self.labels = [str(config.id2label[i]).lower() for i in sorted(config.id2label)]
        self._max_tokens = max_tokens
        onnx = folder / graph
        self._run = _onnx(onnx, threads) if onnx.is_file() else _torch(source, threads)

    def __call__(self, texts: Sequence[str], second: Sequence[str] | None = None) -> Floats:
        """Run the model over texts, or over the pairs (texts[i], second[i]).

        Returns:
            float32 of shape [len(texts), columns], in the order of ``texts``.
        """
        lengths = [len(text) + (len(second[i]) if second else 0) for i, text in enumerate(texts)]
        order = sorted(range(len(texts)), key=lengths.__getitem__)
        rows: dict[int, Floats] = {}
        for at in range(0, len(order), BATCH):
            part = order[at : at + BATCH]
            encoded = self._tokenizer(
                [texts[i] for i in part],
                [second[i] for i in part] if second else None,
                padding=True,
                truncation="longest_first",
                max_length=self._max_tokens,
                return_tensors="np",
            )
            output = self._run({name: array.astype(np.int64) for name, array in encoded.items()})
            rows.update(zip(part, output, strict=True))
        return np.stack([rows[i] for i in range(len(texts))]) if texts else np.empty((0, 0), np.float32)


def _onnx(path: Path, threads: int) -> Run:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    try:
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's exceptions share no base class below Exception
        raise missing(f"{path} cannot be read by ONNX Runtime: {error}") from error
    wanted = {node.name for node in session.get_inputs()}

    def run(inputs: dict[str, npt.NDArray[np.int64]]) -> Floats:
        output = session.run(None, {name: array for name, array in inputs.items() if name in wanted})[0]
        return np.asarray(output, dtype=np.float32)

    return run


def _torch(source: str, threads: int) -> Run:
    try:
        import torch
        from transformers import AutoModelForSequenceClassification
    except ImportError as error:
        raise missing(
            f"{source!r} has no model.onnx; its own weights need PyTorch: pip install 'on-record[torch]'."
        ) from error
    torch.set_num_threads(threads)
    model: Any = AutoModelForSequenceClassification.from_pretrained(source).eval()

    def run(inputs: dict[str, npt.NDArray[np.int64]]) -> Floats:
        with torch.inference_mode():
            logits = model(**{name: torch.from_numpy(array) for name, array in inputs.items()}).logits
        return np.asarray(logits.float().numpy(), dtype=np.float32)

    return run

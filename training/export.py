"""Export a fine-tuned checkpoint as the folder that ships, and say what 8 bits cost.

    python -m training.export --checkpoint checkpoints/stage-2 --out models/contradiction \\
        --samples checkpoints/data/context.jsonl --check checkpoints/data/held_out_nli.jsonl

The graph's one output is ``logits``, float32 [n, 3], columns as in ``config.json``'s id2label. A
``calibration.json`` of earlier weights is removed: run `training.calibrate` next.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from training.measure import inference
from training.packing import pack, quantize, seal, trace
from training.pairs import Pair, read
from workers.contradictions.judge import Nli

BLOCK = 256
"""Weights that share a scale: a third faster than 64 and nearly as exact (docs/decisions/0003)."""

SAMPLES, AT_ONCE = 64, 8
"""Pairs to learn the ranges of activations from, and how many of them share a run."""

MACHINE_KEYS = ("is_local", "local_files_only")
"""Keys that the tokenizer's file gets from where it was loaded, and that mean nothing elsewhere."""


class Logits(torch.nn.Module):
    """A sequence classifier as a function of two tensors."""

    def __init__(self, checkpoint: Path) -> None:
        super().__init__()
        self.model = AutoModelForSequenceClassification.from_pretrained(
            checkpoint, attn_implementation="eager"
        )

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Token ids and mask [n, tokens] -> logits [n, 3]."""
        return self.model(input_ids=input_ids, attention_mask=attention_mask).logits


def main() -> None:
    """Read the arguments, write the folder, print the figures of both precisions."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--samples", type=Path, required=True, help="pairs like those it will read")
    parser.add_argument("--check", type=Path, required=True, help="labelled pairs never trained on")
    parser.add_argument("--rows", type=int, default=400, help="how many of them to check")
    arguments = parser.parse_args()
    module = Logits(arguments.checkpoint).eval()
    export(module, arguments.checkpoint, arguments.out, list(read(arguments.samples))[:SAMPLES])
    pairs = list(read(arguments.check))[: arguments.rows]
    labels = [pair.label for pair in pairs]
    shipped = Nli(str(arguments.out), torch.get_num_threads())
    quantized = shipped([pair.premise for pair in pairs], [pair.hypothesis for pair in pairs])
    for name, table in (("fp32", probabilities(module, arguments.checkpoint, pairs)), ("int8", quantized)):
        print(json.dumps({"precision": name, **inference(table, labels)}), flush=True)


def export(module: Logits, checkpoint: Path, folder: Path, samples: Sequence[Pair]) -> None:
    """Write graph, weights, tokenizer, config and checksums; ``samples`` show what it will read."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "model.onnx"
        trace(module, "logits", path)
        graph = quantize(path, BLOCK, list(feeds(checkpoint, samples)))
        pack({"model.onnx": graph}, checkpoint, folder)
    module.model.config.to_json_file(folder / "config.json", use_diff=False)
    tokenizer = folder / "tokenizer_config.json"
    settings = json.loads(tokenizer.read_text(encoding="utf-8"))
    kept = {key: value for key, value in settings.items() if key not in MACHINE_KEYS}
    tokenizer.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    (folder / "calibration.json").unlink(missing_ok=True)
    seal(folder)


def feeds(checkpoint: Path, pairs: Sequence[Pair]) -> Iterator[dict[str, npt.NDArray[np.int64]]]:
    """The graph's inputs for some pairs, a few of similar length at a time."""
    tokenizer = AutoTokenizer.from_pretrained(checkpoint)
    ordered = sorted(pairs, key=lambda pair: pair.length)
    for at in range(0, len(ordered), AT_ONCE):
        part = ordered[at : at + AT_ONCE]
        encoded = tokenizer(
            [pair.premise for pair in part],
            [pair.hypothesis for pair in part],
            padding=True,
            truncation=True,
            max_length=128,
            return_tensors="np",
        )
        yield {name: encoded[name].astype(np.int64) for name in ("input_ids", "attention_mask")}


def probabilities(module: Logits, checkpoint: Path, pairs: Sequence[Pair]) -> np.ndarray:
    """Class probabilities [n, 3] of the weights before quantisation, one pair at a time."""
    tokenizer = AutoTokenizer.from_pretrained(checkpoint)
    rows = []
    with torch.inference_mode():
        for pair in pairs:
            inputs = tokenizer(
                pair.premise, pair.hypothesis, truncation=True, max_length=128, return_tensors="pt"
            )
            rows.append(module(inputs["input_ids"], inputs["attention_mask"]).softmax(1)[0].numpy())
    return np.stack(rows)


if __name__ == "__main__":
    main()

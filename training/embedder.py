"""Export the sentence encoder that says which statements share a topic, and the first pass beside it.

    python -m training.embedder --backbone MINILM --first-pass checkpoints/first-pass \\
        --samples checkpoints/data/final.jsonl --out models/embedder

The encoder is all-MiniLM-L6-v2, not retrained. Its graph pools and normalises by itself, so that its one
output ``sentence_embedding``, float32 [n, 384], can be compared by dot product. Mean pooling over real
tokens follows Reimers and Gurevych (2019). The first pass (`training.first_pass`) reads pairs with the same
word vectors, which are stored once; its output ``conflict``, float32 [n, 1], is the log-odds of a
contradiction.
"""

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import torch
from transformers import AutoModel, AutoModelForSequenceClassification

from training.export import SAMPLES, feeds
from training.packing import pack, quantize, seal, trace
from training.pairs import Pair, read
from workers.contradictions.comparer import QUICK_GRAPH

BLOCK = 64
"""Weights that share a scale: exact, and the encoder is fast enough."""


class SentenceEncoder(torch.nn.Module):
    """A BERT-like encoder with mean pooling and normalisation."""

    def __init__(self, backbone: str) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(backbone, attn_implementation="eager")

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Token ids and mask [n, tokens] -> unit vectors [n, 384]."""
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        weights = attention_mask.unsqueeze(-1).to(states.dtype)
        return torch.nn.functional.normalize((states * weights).sum(1) / weights.sum(1), dim=1)


class FirstPass(torch.nn.Module):
    """A distilled cross-encoder as a function of two tensors."""

    def __init__(self, checkpoint: Path) -> None:
        super().__init__()
        self.model = AutoModelForSequenceClassification.from_pretrained(
            checkpoint, attn_implementation="eager"
        )

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Token ids and mask [n, tokens] -> log-odds of a contradiction [n, 1]."""
        logits = self.model(input_ids=input_ids, attention_mask=attention_mask).logits
        other, contradiction = logits[:, :-1], logits[:, -1:]
        return contradiction - other.logsumexp(1, keepdim=True)


def main() -> None:
    """Read the arguments and write the folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--backbone", type=Path, required=True, help="folder with model.safetensors")
    parser.add_argument("--first-pass", type=Path, required=True, help="checkpoint of training.first_pass")
    parser.add_argument("--samples", type=Path, required=True, help="pairs like those the first pass reads")
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    arguments = parser.parse_args()
    export(arguments.backbone, arguments.first_pass, list(read(arguments.samples))[:SAMPLES], arguments.out)


def export(backbone: Path, first_pass: Path, samples: Sequence[Pair], folder: Path) -> None:
    """Write both graphs with the word vectors they share, the tokenizer, the config and the checksums."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "model.onnx"
        trace(SentenceEncoder(str(backbone)), "sentence_embedding", path)
        encoder = quantize(path, BLOCK)
        trace(FirstPass(first_pass), "conflict", path)
        quick = quantize(path, BLOCK, list(feeds(first_pass, samples)))
        pack({"model.onnx": encoder, QUICK_GRAPH: quick}, backbone, folder)
    config = json.loads((backbone / "config.json").read_text(encoding="utf-8"))
    config.pop("_name_or_path", None)
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    seal(folder)


if __name__ == "__main__":
    main()

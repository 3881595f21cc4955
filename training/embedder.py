"""Export the sentence encoder that says which statements share a topic: all-MiniLM-L6-v2, not retrained.

    python -m training.embedder --backbone checkpoints/minilm/... --out models/embedder

The graph pools and normalises by itself, so that its one output ``sentence_embedding``, float32 [n, 384],
can be compared by dot product. Mean pooling over real tokens follows Reimers and Gurevych (2019).
"""

import argparse
import json
import tempfile
from pathlib import Path

import torch
from transformers import AutoModel

from training.packing import pack, quantize, seal, trace

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


def main() -> None:
    """Read the arguments and write the folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--backbone", type=Path, required=True, help="folder with model.safetensors")
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "model.onnx"
        trace(SentenceEncoder(str(arguments.backbone)), "sentence_embedding", path)
        pack(quantize(path, BLOCK), arguments.backbone, arguments.out)
    config = json.loads((arguments.backbone / "config.json").read_text(encoding="utf-8"))
    config.pop("_name_or_path", None)
    (arguments.out / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    seal(arguments.out)


if __name__ == "__main__":
    main()

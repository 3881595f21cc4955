"""Average the weights of checkpoints of one run: what each learned, with less of its noise.

    python -m training.average --checkpoints checkpoints/stage-6 checkpoints/stage-7 --weights 1 2 \\
        --out checkpoints/average

Stages that start from each other lie in one basin, where the mean of weights is at least as good as any of
them, above all on data of another kind (Wortsman et al., Model Soups, ICML 2022).
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer


def main() -> None:
    """Read the arguments and write the checkpoint."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--checkpoints", type=Path, nargs="+", required=True)
    parser.add_argument(
        "--weights", type=float, nargs="+", help="one for each checkpoint; equal ones if left out"
    )
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    weights = arguments.weights or [1.0] * len(arguments.checkpoints)
    if len(weights) != len(arguments.checkpoints):
        parser.error("there must be as many weights as checkpoints")
    average(arguments.checkpoints, weights, arguments.out)


def average(checkpoints: Sequence[Path], weights: Sequence[float], out: Path) -> None:
    """Write the weighted mean of checkpoints of one architecture, with the tokenizer of the first."""
    models = [AutoModelForSequenceClassification.from_pretrained(path) for path in checkpoints]
    states = [model.state_dict() for model in models]
    total = sum(weights)
    mean = {
        name: torch.stack([state[name] * (w / total) for state, w in zip(states, weights, strict=True)]).sum(
            0
        )
        if tensor.is_floating_point()
        else tensor
        for name, tensor in states[0].items()
    }
    models[0].load_state_dict(mean)
    models[0].save_pretrained(out)
    AutoTokenizer.from_pretrained(checkpoints[0]).save_pretrained(out)


if __name__ == "__main__":
    main()

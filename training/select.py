"""Keep the pairs a model has something to learn from, and write down what it says of each.

    python -m training.select --model models/contradiction --pairs checkpoints/data/wide.jsonl --out
    checkpoints/data/hard.jsonl

A pair whose label the model already gives more than `KNOWN` teaches next to nothing and costs as much as any
other; one whose label gets less than `WRONG` is mostly a slip of its annotator (Swayamdipta et al., Dataset
Cartography, EMNLP 2020). What the 8-bit model reads in a minute takes eight to train on. Beside the output
stands ``NAME.scores.jsonl``, every pair with the model's ``probabilities`` (entailment, neutral,
contradiction): the same command goes on from it, and `training.first_pass` learns from it.
"""

import argparse
import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from training.pairs import CLASSES, Pair, read, write
from workers.contradictions.judge import Nli

KNOWN, WRONG = 0.9, 0.02
"""Probabilities of a pair's own label; only what lies between is kept."""

AT_ONCE = 2_048
"""Pairs scored between two writes."""


def main() -> None:
    """Read the arguments, score what is not scored yet, write what is worth training on."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="folder written by training.export")
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--rows", type=int, help="read only so many of the pairs")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    scores = arguments.out.with_suffix(".scores.jsonl")
    score(arguments.model, list(read(arguments.pairs))[: arguments.rows], scores, arguments.threads)
    kept = [pair for pair, probabilities in scored(scores) if WRONG < of_label(pair, probabilities) < KNOWN]
    write(arguments.out, kept)
    print(f"{len(kept)} pairs, {dict(Counter(pair.label for pair in kept))}")


def score(model: Path, pairs: list[Pair], out: Path, threads: int) -> None:
    """Append what the model says of each pair to a file, leaving out as many as are there already."""
    out.parent.mkdir(parents=True, exist_ok=True)
    done = sum(1 for _ in scored(out)) if out.is_file() else 0
    nli = Nli(str(model), threads)
    with out.open("a", encoding="utf-8") as file:
        for at in range(done, len(pairs), AT_ONCE):
            part = pairs[at : at + AT_ONCE]
            table = nli([pair.premise for pair in part], [pair.hypothesis for pair in part])
            for pair, row in zip(part, table.round(4).tolist(), strict=True):
                file.write(json.dumps(asdict(pair) | {"probabilities": row}, ensure_ascii=False) + "\n")
            file.flush()
            print(f"{at + len(part)}/{len(pairs)}", flush=True)


def scored(path: Path) -> list[tuple[Pair, list[float]]]:
    """The pairs of a file with scores, and the scores."""
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line)["probabilities"] for line in lines]
    return list(zip(read(path), rows, strict=True))


def of_label(pair: Pair, probabilities: list[float]) -> float:
    """What the model gives the pair's own label; the first two classes together where nobody says which."""
    if pair.label == "consistent":
        return 1 - probabilities[CLASSES.index("contradiction")]
    return probabilities[CLASSES.index(pair.label)]


if __name__ == "__main__":
    main()

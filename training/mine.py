"""Real pairs of one official on one topic, with what a model says of each: to learn from and to read.

    python -m training.mine --model models/contradiction --embedder models/embedder \\
        --archive FILE... --measuring FILE... --out checkpoints/data/mined.scores.jsonl

What a worker compares is not a random pair but an official's closest earlier statements, so that is what a
first pass should learn to rank, and where the strong model's false alarms are. FILE holds dated statements,
one object {official or speaker, said_on or date, text} a line. Of each official up to `PER_OFFICIAL`
sentences are drawn; each is paired with its closest earlier ones in other words. Pairs that resemble a
measuring file's are left out. The output is as `training.select` writes it, labelled ``consistent`` until
somebody has read them, the likeliest conflicts first.
"""

import argparse
import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np

from training.data import SEED, measuring_texts, unlike
from training.pairs import Pair
from workers.contradictions.candidates import same_words
from workers.contradictions.judge import Nli
from workers.contradictions.model import Transformer

PER_OFFICIAL, LEAST = 200, 2_000
"""Sentences drawn of one official, and how many an official must have."""

CLOSEST = 1
"""Earlier statements paired with each statement."""

TOPIC_MIN = 0.35
SHORTEST, LONGEST = 40, 180
"""Characters of a sentence."""


def main() -> None:
    """Read the arguments, pair, score, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--embedder", type=Path, required=True)
    parser.add_argument("--archive", type=Path, nargs="+", required=True)
    parser.add_argument("--measuring", type=Path, nargs="*", default=[])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    encoder = Transformer(str(arguments.embedder), arguments.threads)
    drawn = list(dated(arguments.archive, random.Random(SEED)))
    pairs = [pair for official, rows in drawn for pair in closest(official, rows, encoder)]
    measured = [text for path in arguments.measuring for text in measuring_texts(path)]
    pairs = unlike(pairs, measured)
    table = Nli(str(arguments.model), arguments.threads)(
        [pair.premise for pair in pairs], [pair.hypothesis for pair in pairs]
    )
    with arguments.out.open("w", encoding="utf-8") as file:
        for i in np.argsort(-table[:, 2]):
            row = asdict(pairs[i]) | {"probabilities": table[i].round(4).tolist()}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    print(f"{len(pairs)} pairs of {len(drawn)} officials")


def dated(paths: list[Path], rng: random.Random) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """For each official with enough of them, sentences with their day, the oldest first."""
    for path in paths:
        found: dict[str, list[tuple[str, str]]] = {}
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                if SHORTEST <= len(row["text"]) <= LONGEST:
                    said = (row.get("said_on") or row["date"], row["text"])
                    found.setdefault(row.get("official") or row["speaker"], []).append(said)
        for official, rows in found.items():
            if len(rows) >= LEAST:
                yield official, sorted(rng.sample(rows, min(PER_OFFICIAL, len(rows))))


def closest(official: str, rows: list[tuple[str, str]], encoder: Transformer) -> Iterator[Pair]:
    """Each statement with its closest earlier ones."""
    vectors = encoder([text for _, text in rows])
    cosines = vectors @ vectors.T
    for now, (day, text) in enumerate(rows):
        kept = 0
        for then in np.argsort(-cosines[now, :now]):
            earlier, before = rows[then]
            if kept == CLOSEST or cosines[now, then] < TOPIC_MIN:
                break
            if earlier < day and not same_words(before, text):
                yield Pair(before, text, "consistent", f"political/mined/{official}")
                kept += 1


if __name__ == "__main__":
    main()

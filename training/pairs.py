"""Labelled pairs of statements and their files: one JSON object a line, plain or gzipped."""

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

Label = Literal["entailment", "neutral", "contradiction", "consistent"]

CLASSES: tuple[Label, ...] = ("entailment", "neutral", "contradiction")
"""The model's columns. A pair labelled ``consistent`` is one of the first two, nobody says which."""


@dataclass(frozen=True)
class Pair:
    """A premise (the earlier statement) and a hypothesis (the later one).

    Attributes:
        source: where the pair is from, for counting and error analysis.
    """

    premise: str
    hypothesis: str
    label: Label
    source: str

    def swapped(self) -> "Pair":
        """The pair in the other order; not for entailment, which has a direction."""
        return Pair(self.hypothesis, self.premise, self.label, self.source)

    @property
    def length(self) -> int:
        """Characters of both texts, a stand-in for tokens."""
        return len(self.premise) + len(self.hypothesis)


def read(path: Path) -> Iterator[Pair]:
    """Yield the pairs of a file; other keys of a line are ignored."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield Pair(row["premise"], row["hypothesis"], row["label"], row["source"])


def write(path: Path, pairs: Iterable[Pair]) -> None:
    """Write pairs, making the folder when needed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(asdict(pair), ensure_ascii=False) + "\n" for pair in pairs)

"""Measure shipped models as a reader meets them: NLI sets by class, pairs of one official by decision.

    python -m training.measure --model models/contradiction --embedder models/embedder FILE...

A file's rows are either {premise, hypothesis, label} or {earlier: {text}, later: {text}, label} with the
labels contradiction, shift and consistent. Figures go to standard output, one JSON object a file.
"""

import argparse
import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import average_precision_score, precision_recall_curve

from training.pairs import CLASSES, read
from workers.contradictions.comparer import Comparer
from workers.contradictions.finding import Reading
from workers.quotes import Day

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Said:
    """Two statements of one official, what a careful reader calls them, and what else is known of them."""

    earlier: str
    later: str
    label: str
    official: str = ""
    topic: str = ""
    days: int | None = None

    @property
    def conflict(self) -> bool:
        """Whether a finding would be right."""
        return self.label in ("contradiction", "shift")


def said(path: Path) -> list[Said]:
    """Read labelled pairs of one official."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        Said(
            row["earlier"]["text"],
            row["later"]["text"],
            row["label"],
            row.get("official", ""),
            row.get("topic", ""),
            Day.parse(row["earlier"].get("date")).days_until(Day.parse(row["later"].get("date"))),
        )
        for row in rows
    ]


def ranking(scores: Floats, positive: npt.NDArray[np.bool_], precision: float = 0.9) -> dict[str, float]:
    """Average precision, and the largest recall at which precision is still at least ``precision``."""
    precisions, recalls, _ = precision_recall_curve(positive, scores)
    return {
        "base_rate": float(positive.mean()),
        "ap": float(average_precision_score(positive, scores)),
        f"recall_at_p{precision:.2f}": float(recalls[precisions >= precision].max()),
    }


def inference(probabilities: Floats, labels: Sequence[str]) -> dict[str, float]:
    """Accuracy over the classes [n, 3] and the ranking of contradiction among them."""
    right = np.array([CLASSES[row] for row in probabilities.argmax(1)]) == np.array(labels)
    ranked = ranking(probabilities[:, 2], np.array(labels) == "contradiction")
    return {"pairs": len(labels), "accuracy": float(right.mean())} | {
        f"contradiction_{name}": value for name, value in ranked.items()
    }


def decisions(comparer: Comparer, pairs: Sequence[Said]) -> dict[str, Any]:
    """Ranking by the calibrated score, and what would be shown at the shipped thresholds."""
    earlier, later = [pair.earlier for pair in pairs], [pair.later for pair in pairs]
    topics = (comparer.embed(earlier) * comparer.embed(later)).sum(1).tolist()
    readings = [
        Reading(pair.earlier, pair.later, topic, pair.days) for pair, topic in zip(pairs, topics, strict=True)
    ]
    judged = comparer.judge(readings)
    conflict = np.array([pair.conflict for pair in pairs])
    shown = np.array([judgement.kind is not None for judgement in judged])
    return {"pairs": len(pairs), **ranking(np.array([j.score for j in judged]), conflict)} | {
        "shown": int(shown.sum()),
        "shown_right": int((shown & conflict).sum()),
        "recall": float((shown & conflict).sum() / conflict.sum()),
        "kinds": {kind: sum(j.kind == kind for j in judged) for kind in ("contradiction", "shift")},
    }


def main() -> None:
    """Read the arguments and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--embedder", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rows", type=int, help="read only so many rows of an NLI set")
    parser.add_argument("files", type=Path, nargs="+")
    arguments = parser.parse_args()
    comparer = Comparer(str(arguments.model), str(arguments.embedder), arguments.threads)
    for path in arguments.files:
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8") as lines:
            statements = "earlier" in json.loads(next(lines))
        if statements:
            figures = decisions(comparer, said(path))
        else:
            pairs = [pair for pair in read(path) if pair.label in CLASSES][: arguments.rows]
            probabilities = comparer.classify([p.premise for p in pairs], [p.hypothesis for p in pairs])
            figures = inference(probabilities, [pair.label for pair in pairs])
        print(json.dumps({"file": path.name, **comparer.versions, **figures}), flush=True)


if __name__ == "__main__":
    main()

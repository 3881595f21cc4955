"""Pairs of statements -> score and flag, as a reader would be shown them (``onrecord eval pairs``)."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.gold import batches, rows
from settings import settings
from workers.contradictions import Reading, comparer
from workers.quotes import Day


def predict(paths: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """Yield {"id", "score", "flag", "kind"} for each pair of {"id", "earlier", "later"}."""
    judge = comparer(settings())
    for batch in batches(rows(paths), 64):
        vectors = judge.embed([row[side]["text"] for row in batch for side in ("earlier", "later")])
        topics = (vectors[::2] * vectors[1::2]).sum(1).tolist()
        verdicts = judge.judge([_reading(row, topic) for row, topic in zip(batch, topics, strict=True)])
        for row, verdict in zip(batch, verdicts, strict=True):
            flag = verdict.kind is not None
            yield {"id": row["id"], "score": round(verdict.score, 6), "flag": flag, "kind": verdict.kind}


def _reading(row: dict[str, Any], topic: float) -> Reading:
    earlier, later = row["earlier"], row["later"]
    days = Day.parse(earlier.get("date")).days_until(Day.parse(later.get("date")))
    return Reading(earlier["text"], later["text"], topic, days)

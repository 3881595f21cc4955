"""Pairs of statements -> score and flag, as a reader would be shown them (``onrecord eval pairs``)."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.gold import batches, rows
from settings import settings
from workers.contradictions import comparer


def predict(paths: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """Yield {"id", "score", "flag", "kind"} for each pair of {"id", "earlier", "later"}."""
    judge = comparer(settings())
    for batch in batches(rows(paths), 64):
        earlier = [row["earlier"]["text"] for row in batch]
        later = [row["later"]["text"] for row in batch]
        topics = (judge.embed(earlier) * judge.embed(later)).sum(1).tolist()
        verdicts = judge.judge(list(zip(earlier, later, strict=True)), topics)
        for row, verdict in zip(batch, verdicts, strict=True):
            flag = verdict.kind is not None
            yield {"id": row["id"], "score": round(verdict.score, 6), "flag": flag, "kind": verdict.kind}

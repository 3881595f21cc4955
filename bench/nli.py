"""Premise and hypothesis -> class probabilities of the shipped model (``onrecord eval nli``)."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.gold import batches, rows
from settings import settings
from workers.contradictions import comparer

CLASSES = ("entailment", "neutral", "contradiction")


def predict(paths: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """Yield {"i", "label", "entailment", "neutral", "contradiction"}; ``i`` counts all rows from 0."""
    model = comparer(settings())
    numbered = enumerate(rows(paths))
    for batch in batches(numbered, 128):
        table = model.classify([row["premise"] for _, row in batch], [row["hypothesis"] for _, row in batch])
        for (i, _), classes in zip(batch, table.tolist(), strict=True):
            label = CLASSES[classes.index(max(classes))]
            named = {name: round(value, 6) for name, value in zip(CLASSES, classes, strict=True)}
            yield {"i": i, "label": label, **named}

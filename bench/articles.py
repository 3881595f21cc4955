"""Whole articles -> the findings a reader would see (``onrecord eval articles``)."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from bench.gold import rows
from workers.pipeline import examine_text


def predict(paths: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """Yield {"id", "flags": [{"official", "later_quote", "earlier_quote", "score"}]} for each article."""
    for row in rows(paths):
        published_on = date.fromisoformat(row["date"][:10]) if row.get("date") else None
        flags = [
            {
                "official": finding.now.official,
                "later_quote": finding.now.text,
                "earlier_quote": finding.then.text,
                "score": round(finding.score, 6),
            }
            for finding in examine_text(row["text"], published_on)
        ]
        yield {"id": row["id"], "flags": flags}

"""Whole articles -> the findings a reader would see (``onrecord eval articles``)."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from bench.gold import rows
from workers.pipeline import examine_text
from workers.quotes.marks import Span, sentences


def predict(paths: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """Yield {"id", "flags": [{"official", "later_quote", "earlier_quote", "score"}]} for each article.

    Of a quote of several sentences the one that a reader would see marked is given.
    """
    for row in rows(paths):
        published_on = date.fromisoformat(row["date"][:10]) if row.get("date") else None
        flags = [
            {
                "official": finding.now.official,
                "later_quote": _marked(finding.now.text, finding.clash_now),
                "earlier_quote": _marked(finding.then.text, finding.clash_then),
                "score": round(finding.score, 6),
            }
            for finding in examine_text(row["text"], published_on)
        ]
        yield {"id": row["id"], "flags": flags}


def _marked(text: str, clashes: Sequence[Span]) -> str:
    first, last = min(start for start, _ in clashes), max(end for _, end in clashes)
    spans = [span for span in sentences(text, (0, len(text))) if span[0] < last and first < span[1]]
    return text[spans[0][0] : spans[-1][1]]

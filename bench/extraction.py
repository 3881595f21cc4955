"""Page HTML -> text, title and day, as the shipped code reads it (``onrecord eval extraction``).

python -m bench.extraction GOLD... --predictions OUT      # the same
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.gold import rows
from workers.articles import parse
from workers.errors import CannotWork
from workers.fetching import Page


def predict(paths: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """Yield {"id", "text", "title", "date", "extractor"}; a refused page has an empty text."""
    for row in rows(paths):
        try:
            article = parse(Page(row["url"], row["html"]))
        except CannotWork as refusal:
            yield {"id": row["id"], "text": "", "title": "", "date": None, "extractor": refusal.code}
            continue
        yield {
            "id": row["id"],
            "text": article.text,
            "title": article.title,
            "date": article.published_on.isoformat() if article.published_on else None,
            "extractor": article.extractor,
        }


if __name__ == "__main__":
    from cli import main

    main(["eval", "extraction", *sys.argv[1:]])

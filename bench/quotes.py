"""Articles -> quotes with speakers, as the shipped rules find them (``onrecord eval quotes``)."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.gold import rows
from workers.officials import AttributedQuote, attribute
from workers.quotes import find_quotes


def predict(paths: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """Yield {"id", "quotes"} for each document; offsets count characters of its text."""
    for row in rows(paths):
        found = attribute(row["text"], find_quotes(row["text"], None))
        yield {"id": row["id"], "quotes": [_prediction(one) for one in found]}


def _prediction(one: AttributedQuote) -> dict[str, Any]:
    quote, speaker = one.quote, one.quote.speaker
    return {
        "start": quote.start,
        "end": quote.end,
        "segments": [list(segment) for segment in quote.segments],
        "type": quote.type,
        "speaker_start": speaker.start if speaker else None,
        "speaker_end": speaker.end if speaker else None,
        "speaker_text": speaker.text if speaker else None,
        "speaker_name": one.person.name if one.person else None,
    }


if __name__ == "__main__":
    from cli import main

    main(["eval", "quotes", *sys.argv[1:]])

"""Articles and quotes of invented people, for the tests of the ledger."""

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ledger.articles import NewArticle, NewQuote

TEXT = 'Foreign Minister Marta Vellin said on Monday: "We will talk to Sorland."'


def new_article(**changes: Any) -> NewArticle:
    """An article with one quote in it, or a variation."""
    values: dict[str, Any] = {
        "url": "https://courier.example/talks",
        "title": "Vellin will talk",
        "outlet": "The Norland Courier",
        "published_on": date(2031, 8, 4),
        "text": TEXT,
        "extractor": "newspaper3k",
        "origin": "fetched",
    }
    return NewArticle(**values | changes)


def new_quote(**changes: Any) -> NewQuote:
    """The quote of `new_article`, or a variation."""
    start = TEXT.index("We will")
    values: dict[str, Any] = {
        "start": start,
        "end": len(TEXT) - 1,
        "segments": [(start, len(TEXT) - 1)],
        "type": "direct",
        "text": TEXT[start:-1],
        "statement": "We will talk to Sorland.",
        "speaker": "Marta Vellin",
        "said_first": date(2031, 8, 4),
        "said_last": date(2031, 8, 4),
        "precision": "day",
        "asserted": True,
        "confidence": 0.9,
    }
    return NewQuote(**values | changes)


def vector(seed: int = 0) -> NDArray[np.float32]:
    """A unit vector, another one for each seed."""
    numbers = np.random.default_rng(seed).normal(size=384).astype(np.float32)
    return numbers / np.float32(np.linalg.norm(numbers))

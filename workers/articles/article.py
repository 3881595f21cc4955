"""What parsing gives: the article as later steps and the ledger see it."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Article:
    """One news article.

    Attributes:
        url: canonical address when the page names a trustworthy one, else the page's.
        title: headline.
        outlet: name of the publication ("The Norland Courier"), or its host.
        published_on: day of publication as the page writes it, in its own time zone; None when unknown.
        text: body; paragraphs are separated by one blank line. Every offset in the project counts
            characters (code points) of this string.
        extractor: which rule gave the body (``newspaper3k``, ``trafilatura``, ``plain``).
        authors: names of the writers, in the page's order.
    """

    url: str
    title: str
    outlet: str
    published_on: date | None
    text: str
    extractor: str
    authors: tuple[str, ...] = ()

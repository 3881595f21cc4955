"""Articles and their quotes, stored once however often the work is repeated."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, selectinload, undefer

from ledger.columns import upsert
from ledger.models import Article, Origin, Precision, Quote, QuoteType


@dataclass(frozen=True)
class NewQuote:
    """A quote to store; the fields mean what they mean in `ledger.models.Quote`."""

    start: int
    end: int
    segments: Sequence[tuple[int, int]]
    type: QuoteType
    text: str
    statement: str
    speaker: str | None
    said_first: date | None
    said_last: date | None
    precision: Precision
    asserted: bool
    confidence: float
    official_id: int | None = None
    vector: NDArray[np.float32] | None = None


@dataclass(frozen=True)
class NewArticle:
    """An article to store; the fields mean what they mean in `ledger.models.Article`."""

    url: str
    title: str
    outlet: str
    published_on: date | None
    text: str
    extractor: str
    origin: Origin
    private: bool = False


def store(session: Session, article: NewArticle, quotes: Sequence[NewQuote]) -> Article:
    """Store an edition of an article and its quotes (with vectors loaded), or give back the stored one.

    Storing the same reading again adds only what was unknown: an official who wasn't on record then, a
    vector that was missing. A public copy of a page that a reader supplied earlier makes it public.
    """
    digest = content_hash(article, quotes)
    session.execute(
        upsert(session, Article)
        .values(content_hash=digest, **vars(article))
        .on_conflict_do_nothing(index_elements=[Article.content_hash])
    )
    id = session.scalars(select(Article.id).where(Article.content_hash == digest)).one()
    if not article.private:
        session.execute(
            update(Article)
            .where(Article.id == id, Article.private)
            .values(private=False, origin=article.origin)
        )
    for quote in quotes:
        insert = upsert(session, Quote).values(
            **vars(quote) | {"article_id": id, "segments": [list(span) for span in quote.segments]}
        )
        session.execute(
            insert.on_conflict_do_update(
                index_elements=[Quote.article_id, Quote.start, Quote.end],
                set_={
                    "official_id": func.coalesce(Quote.official_id, insert.excluded.official_id),
                    "vector": func.coalesce(Quote.vector, insert.excluded.vector),
                },
            )
        )
    return session.scalars(
        select(Article)
        .where(Article.id == id)
        .options(selectinload(Article.quotes).options(undefer(Quote.vector), selectinload(Quote.official)))
        .execution_options(populate_existing=True)
    ).one()


def known(session: Session, readings: Sequence[tuple[NewArticle, Sequence[NewQuote]]]) -> list[bool]:
    """Which of these readings are stored, in order."""
    digests = [content_hash(article, quotes) for article, quotes in readings]
    stored = set(session.scalars(select(Article.content_hash).where(Article.content_hash.in_(digests))))
    return [digest in stored for digest in digests]


def content_hash(article: NewArticle, quotes: Sequence[NewQuote]) -> str:
    """SHA-256 of everything that was read on the page; a better reading of it is another edition."""
    read = [
        article.url,
        article.title,
        str(article.published_on),
        article.text,
        [
            [
                *(quote.start, quote.end, list(quote.segments), quote.type, quote.statement, quote.speaker),
                *(str(quote.said_first), str(quote.said_last), quote.precision, quote.asserted),
            ]
            for quote in quotes
        ],
    ]
    return sha256(json.dumps(read).encode()).hexdigest()

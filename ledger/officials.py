"""Officials on record, the names they go by, and what each has said."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Float, LargeBinary, Select, exists, func, select, type_coerce
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, selectinload, undefer

from ledger.columns import StatementVector, upsert
from ledger.models import Alias, Article, Official, Quote

LONGEST_NAME = 200
"""Characters."""

NEAREST = 100
"""Earlier statements looked at for one of today. Many more than are compared in the end, because some turn
out to be the same words printed elsewhere."""


_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})


def normalized(name: str) -> str:
    """A name as it is compared: without accents, case and punctuation ("José Álvarez" -> "jose alvarez")."""
    plain = unicodedata.normalize("NFKD", name)
    letters = "".join(char for char in plain if not unicodedata.combining(char)).casefold()
    return " ".join(re.findall(r"\w+", letters))


def surname_of(name: str) -> str:
    """The last word of the name, normalised, "Jr." and the like left out; empty without letters."""
    words = normalized(name).split()
    while len(words) > 1 and words[-1] in _SUFFIXES:
        words.pop()
    return words[-1] if words else ""


def slug_of(name: str) -> str:
    """The name in addresses, ``marta-vellin``; empty for what is no name: no letters, or a paragraph."""
    slug = normalized(name).replace(" ", "-")
    return slug if len(slug) <= LONGEST_NAME else ""


def by_slug(session: Session, slug: str) -> Official | None:
    """The official with this address and their aliases, or None; never one met only privately."""
    return session.scalars(
        select(Official)
        .where(Official.slug == slug, ~Official.private)
        .options(selectinload(Official.aliases))
    ).one_or_none()


def known_with_surname(session: Session, surname: str) -> Sequence[Official]:
    """Officials with this last name (any case or accents) and their aliases, in the order first met.

    None met only privately: what one reader supplies makes nobody an official for others.
    """
    return session.scalars(
        select(Official)
        .where(Official.surname == surname_of(surname), ~Official.private)
        .order_by(Official.id)
        .options(selectinload(Official.aliases))
    ).all()


def ensure(
    session: Session,
    name: str,
    aliases: Iterable[str] = (),
    office: str | None = None,
    private: bool = False,
) -> Official:
    """The official of this name, made when new; learns further names, and the office when none is known.

    With ``private`` (the page was supplied by a reader) nothing is learnt about an official on record, and
    a new one stays out of everybody else's sight until met in public. Safe when several workers meet the
    same official at once.

    Raises:
        ValueError: it is no name (`slug_of`).
    """
    slug = slug_of(name)
    if not slug:
        raise ValueError(f"not a name: {name!r}")
    session.execute(
        upsert(session, Official)
        .values(slug=slug, name=name, surname=surname_of(name), office=office, private=private)
        .on_conflict_do_nothing(index_elements=[Official.slug])
    )
    official = session.scalars(select(Official).where(Official.slug == slug)).one()
    if not private:
        learn(session, official, aliases, office)
    return official


def learn(
    session: Session, official: Official, aliases: Iterable[str] = (), office: str | None = None
) -> None:
    """Keep what a public page says of an official: further names, and the office when none is known."""
    official.private = False
    if office and not official.office:
        official.office = office
    for alias in aliases:
        if slug_of(alias) and normalized(alias) != normalized(official.name):
            session.execute(
                upsert(session, Alias)
                .values(official_id=official.id, name=alias, normalized=normalized(alias))
                .on_conflict_do_nothing(index_elements=[Alias.official_id, Alias.normalized])
            )
    session.flush()


def quotes_of(session: Session, official_id: int, limit: int = 200) -> Sequence[Quote]:
    """What the official said, by the newest editions of public articles, latest first, with sources."""
    return (
        session.scalars(
            _on_record(official_id).order_by(Quote.said_last.desc().nulls_last(), Quote.id).limit(limit)
        )
        .unique()
        .all()
    )


def earlier(
    session: Session,
    official_id: int,
    sought: Sequence[tuple[date, NDArray[np.float32]]],
    not_in: str = "",
) -> tuple[Sequence[Quote], int]:
    """What the official asserted before, on the topics sought.

    Only what others may see counts: never a page that some reader supplied.

    Args:
        sought: day and vector float32[384] of each later statement.
        not_in: URL of an article whose editions are left out.

    Returns:
        For each statement sought the `NEAREST` ones by cosine of all that were said on certainly earlier
        days, together, with vectors and sources; and how many there are at all before the latest day.
    """
    comparable = _on_record(official_id).where(
        Quote.asserted, Quote.vector.is_not(None), Article.url != not_in
    )
    if session.get_bind().dialect.name == "postgresql":
        near = _nearest_by_pgvector(session, comparable, sought)
    else:
        near = _nearest_by_numpy(session, comparable, sought)
    latest = max(day for day, _ in sought)
    counted = comparable.with_only_columns(func.count()).where(Quote.said_last < latest)
    quotes = session.scalars(
        select(Quote)
        .where(Quote.id.in_(near))
        .order_by(Quote.said_last.desc(), Quote.id)
        .options(joinedload(Quote.article), undefer(Quote.vector))
    )
    return quotes.all(), session.scalar(counted) or 0


def _nearest_by_pgvector(
    session: Session, comparable: Select[tuple[Quote]], sought: Sequence[tuple[date, NDArray[np.float32]]]
) -> set[int]:
    return {
        id
        for day, vector in sought
        for id in session.scalars(
            comparable.with_only_columns(Quote.id)
            .where(Quote.said_last < day)
            # pgvector's negative inner product: with unit vectors the order of the cosine
            .order_by(Quote.vector.op("<#>", return_type=Float)(vector), Quote.id)
            .limit(NEAREST)
        )
    }


def _nearest_by_numpy(
    session: Session, comparable: Select[tuple[Quote]], sought: Sequence[tuple[date, NDArray[np.float32]]]
) -> set[int]:
    rows = session.execute(
        # the vectors as bytes: unpacking them one by one would take longer than the scan
        comparable.with_only_columns(Quote.id, Quote.said_last, type_coerce(Quote.vector, LargeBinary)).where(
            Quote.said_last < max(day for day, _ in sought)
        )
    ).all()
    if not rows:
        return set()
    ids, days, packed = zip(*rows, strict=True)
    said, matrix = np.array(days, "datetime64[D]"), StatementVector.unpack(packed)
    near: set[int] = set()
    for day, vector in sought:
        # all rows, later ones too: picking the rows first would copy them
        cosines = np.where(said < np.datetime64(day), matrix @ vector, -np.inf)
        best = np.argsort(-cosines, kind="stable")[:NEAREST]
        near.update(ids[row] for row in best if np.isfinite(cosines[row]))
    return near


def _on_record(official_id: int) -> Select[tuple[Quote]]:
    newer = aliased(Article)
    superseded = exists().where(
        newer.url == Article.url, newer.origin == Article.origin, ~newer.private, newer.id > Article.id
    )
    return (
        select(Quote)
        .join(Quote.article)
        .where(
            Quote.official_id == official_id,
            ~Article.private,
            # Each imported statement is an article of its own, so editions don't replace each other.
            (Article.origin == "import") | ~superseded,
        )
        .options(contains_eager(Quote.article))
    )

"""Between the steps and the ledger: people become officials on record, quotes become rows and back.

Also imports statements from elsewhere, see `import_statements`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from ledger import Ledger, articles, checks, officials
from ledger.models import Article as StoredArticle
from ledger.models import Official, Origin
from ledger.models import Quote as StoredQuote
from workers.articles import Article
from workers.contradictions import Comparer, Finding, Statement
from workers.officials import AttributedQuote, KnownOfficial, Person, match
from workers.quotes import Day

IMPORT_BATCH = 256
"""Statements embedded and stored at a time."""


def officials_among(
    session: Session, attributed: Iterable[AttributedQuote], private: bool
) -> dict[Person, int]:
    """The ledger's id of each person who is an official; people who aren't are absent.

    Somebody whom the article doesn't call an official is one when the record knows them by that name. A new
    official needs a name of two words: "Vellin" alone may be anybody.
    """
    people = {found.person for found in attributed if found.person is not None}
    # In a fixed order, so that two workers never wait for each other's new rows crosswise.
    ids = {person: _official(session, person, private) for person in sorted(people, key=lambda one: one.name)}
    return {person: id for person, id in ids.items() if id is not None}


def new_article(article: Article, origin: Origin, private: bool) -> articles.NewArticle:
    """The article as the ledger stores it."""
    return articles.NewArticle(
        url=article.url,
        title=article.title,
        outlet=article.outlet,
        published_on=article.published_on,
        text=article.text,
        extractor=article.extractor,
        origin=origin,
        private=private,
    )


def new_quotes(
    attributed: Sequence[AttributedQuote], known: Mapping[Person, int], compare_with: Comparer
) -> list[articles.NewQuote]:
    """The quotes as the ledger stores them; what officials assert is embedded, here and never again."""
    owners = [known.get(found.person) if found.person else None for found in attributed]
    wanted = [
        index
        for index, (found, owner) in enumerate(zip(attributed, owners, strict=True))
        if owner is not None and found.quote.asserted
    ]
    vectors = dict(
        zip(wanted, compare_with.embed([attributed[i].quote.statement for i in wanted]), strict=True)
    )
    return [
        articles.NewQuote(
            start=found.quote.start,
            end=found.quote.end,
            segments=found.quote.segments,
            type=found.quote.type,
            text=found.quote.text,
            statement=found.quote.statement,
            speaker=found.quote.speaker.text if found.quote.speaker else None,
            said_first=found.quote.said.first,
            said_last=found.quote.said.last,
            precision=found.quote.said.precision,
            asserted=found.quote.asserted,
            confidence=found.quote.confidence,
            official_id=owner,
            vector=vectors.get(index),
        )
        for index, (found, owner) in enumerate(zip(attributed, owners, strict=True))
    ]


def to_compare(session: Session, article: StoredArticle) -> tuple[list[Statement], list[Statement], int]:
    """What officials assert in an article, what they asserted on certainly earlier days, and how often.

    The earlier ones come from the record, other editions of this article left out, and from the article
    itself, which may tell of March and of today. Of a long record only the nearest topics are given; the
    number counts all.
    """
    now = [
        statement_of(quote)
        for quote in article.quotes
        if quote.official_id is not None and quote.asserted and quote.said_first is not None
    ]
    then = [one for one in now if any(_same_earlier(one, other) for other in now)]
    count = len(then)
    for official in {statement.official for statement in now}:
        sought = [
            (statement.said.first, np.frombuffer(statement.vector, "<f4"))
            for statement in now
            if statement.official == official and statement.said.first and statement.vector
        ]
        on_record, all_of_them = officials.earlier(session, int(official), sought, not_in=article.url)
        then += [statement_of(quote) for quote in on_record]
        count += all_of_them
    return now, then, count


def statement_of(quote: StoredQuote) -> Statement:
    """A stored quote of an official as the comparison sees it, named by its id."""
    return Statement(
        id=str(quote.id),
        official=str(quote.official_id),
        text=quote.text,
        statement=quote.statement,
        said=Day(quote.said_first, quote.said_last, quote.precision),
        article=str(quote.article_id),
        vector=None if quote.vector is None else quote.vector.astype("<f4").tobytes(),
        direct=quote.type == "direct",
    )


def new_finding(finding: Finding) -> checks.NewFinding:
    """A finding among statements of `statement_of`, as the ledger stores it."""
    return checks.NewFinding(
        official_id=int(finding.now.official),
        now_quote_id=int(finding.now.id),
        then_quote_id=int(finding.then.id),
        kind=finding.kind,
        score=finding.score,
        reason=finding.reason,
        clash_now=finding.clash_now,
        clash_then=finding.clash_then,
        versions=finding.versions,
    )


def import_statements(
    ledger: Ledger, rows: Iterable[Mapping[str, Any]], compare_with: Comparer
) -> tuple[int, int]:
    """Put dated statements on record; those that are there already stay as they are.

    Args:
        rows: {"official", "office", "said_on", "text", "source_url", "title", "outlet"} each, and
            "statement" where the text needs its context to be understood.

    Returns:
        how many rows were read and how many of them were new.

    Raises:
        ValueError: a row lacks something or has an unreadable day; the message tells its number. Rows
            before its batch are on record, so that a corrected file can be imported again.
    """
    read = new = 0
    numbered = enumerate(rows, start=1)
    while batch := [_imported(number, row) for number, row in islice(numbered, IMPORT_BATCH)]:
        read += len(batch)
        new += _import_batch(ledger, batch, compare_with)
    return read, new


_Imported = tuple[str, str | None, articles.NewArticle, articles.NewQuote]
"""Name and office of the official, and an article that holds just this statement."""


def _imported(number: int, row: Mapping[str, Any]) -> _Imported:
    try:
        text, said = str(row["text"]), Day.parse(row["said_on"])
        article = articles.NewArticle(
            url=row["source_url"],
            title=row["title"],
            outlet=row["outlet"],
            published_on=None,
            text=text,
            extractor="import",
            origin="import",
        )
        quote = articles.NewQuote(
            start=0,
            end=len(text),
            segments=[(0, len(text))],
            type="direct",
            text=text,
            statement=row.get("statement") or text,
            speaker=row["official"],
            said_first=said.first,
            said_last=said.last,
            precision=said.precision,
            asserted=True,
            confidence=1.0,
        )
        if not officials.slug_of(row["official"]):
            raise ValueError(f"not a name: {row['official']!r}")
        if not text.strip():
            raise ValueError("no text")
        return row["official"], row["office"], article, quote
    except KeyError as error:
        raise ValueError(f"row {number} lacks {error}") from error
    except (TypeError, ValueError) as error:
        raise ValueError(f"row {number}: {error}") from error


def _import_batch(ledger: Ledger, batch: Sequence[_Imported], compare_with: Comparer) -> int:
    with ledger.reading() as session:
        known = articles.known(session, [(article, [quote]) for _, _, article, quote in batch])
    fresh = {
        articles.content_hash(article, [quote]): (name, office, article, quote)
        for (name, office, article, quote), there in zip(batch, known, strict=True)
        if not there
    }
    vectors = compare_with.embed([quote.statement for *_, quote in fresh.values()])
    with ledger.session() as session:
        for (name, office, article, quote), vector in zip(fresh.values(), vectors, strict=True):
            official = officials.ensure(session, name, office=office)
            articles.store(session, article, [replace(quote, official_id=official.id, vector=vector)])
    return len(fresh)


def _official(session: Session, person: Person, private: bool) -> int | None:
    on_record = officials.known_with_surname(session, person.name)
    found = match(person, [_known(official) for official in on_record])
    if found is not None:
        official = next(one for one in on_record if one.slug == found.slug)
        if not private:
            officials.learn(session, official, person.aliases, person.office)
        return official.id
    slug = officials.slug_of(person.name)
    unsure = any(official.slug == slug for official in on_record)
    if not person.official or unsure or "-" not in slug:
        return None
    return officials.ensure(session, person.name, person.aliases, person.office, private).id


def _known(official: Official) -> KnownOfficial:
    return KnownOfficial(
        slug=official.slug,
        name=official.name,
        aliases=tuple(alias.name for alias in official.aliases),
        office=official.office,
    )


def _same_earlier(one: Statement, other: Statement) -> bool:
    return one.official == other.official and one.said.before(other.said)

"""Storing an article again changes nothing; reading it anew makes an edition."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pytest

from ledger import Ledger, articles, officials
from ledger.models import Article, Quote
from tests.unit.ledger.samples import new_article, new_quote, vector


def count(ledger: Ledger, model: type) -> int:
    with ledger.reading() as session:
        return session.query(model).count()


def test_storing_again_gives_the_same_rows(ledger: Ledger) -> None:
    ids = set()
    for _ in range(2):
        with ledger.session() as session:
            article = articles.store(session, new_article(), [new_quote(vector=vector())])
            ids.add((article.id, *(quote.id for quote in article.quotes)))
    assert len(ids) == 1
    assert article.quotes[0].text == "We will talk to Sorland."
    assert np.allclose(article.quotes[0].vector, vector(), atol=1e-3)


def test_many_at_once_store_one(ledger: Ledger) -> None:
    together = Barrier(6)

    def one(_: int) -> int:
        together.wait()
        with ledger.session() as session:
            return articles.store(session, new_article(), [new_quote()]).id

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(one, range(6)))) == 1
    assert (count(ledger, Article), count(ledger, Quote)) == (1, 1)


@pytest.mark.parametrize(
    ("article", "quote"),
    [({"title": "Corrected"}, {}), ({}, {"statement": "Norland will talk to Sorland."}), ({}, {"end": 50})],
    ids=["title", "statement", "extent"],
)
def test_another_reading_is_another_edition(
    ledger: Ledger, article: dict[str, str], quote: dict[str, str]
) -> None:
    with ledger.session() as session:
        articles.store(session, new_article(), [new_quote()])
        articles.store(session, new_article(**article), [new_quote(**quote)])
    assert count(ledger, Article) == 2


def test_storing_again_adds_what_was_unknown(ledger: Ledger) -> None:
    with ledger.session() as session:
        articles.store(session, new_article(), [new_quote()])
        vellin = officials.ensure(session, "Marta Vellin")
    with ledger.session() as session:
        articles.store(session, new_article(), [new_quote(official_id=vellin.id, vector=vector())])
    with ledger.session() as session:
        (quote,) = articles.store(session, new_article(), [new_quote()]).quotes
        assert quote.official_id == vellin.id
        assert quote.vector is not None


def test_a_public_copy_makes_a_readers_copy_public(ledger: Ledger) -> None:
    with ledger.session() as session:
        articles.store(session, new_article(origin="reader", private=True), [new_quote()])
    with ledger.session() as session:
        article = articles.store(session, new_article(), [new_quote()])
        assert (article.private, article.origin) == (False, "fetched")
    with ledger.session() as session:
        again = articles.store(session, new_article(origin="reader", private=True), [new_quote()])
        assert (again.id, again.private) == (article.id, False)


def test_known_tells_which_readings_are_stored(ledger: Ledger) -> None:
    with ledger.session() as session:
        articles.store(session, new_article(), [new_quote()])
        assert articles.known(
            session,
            [
                (new_article(), [new_quote()]),
                (new_article(url="https://tribune.example/"), [new_quote()]),
                (new_article(), []),
            ],
        ) == [True, False, False]

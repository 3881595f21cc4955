"""Moments and vectors come back as they were put in, on both databases."""

import random
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from sqlalchemy import select

from ledger import Ledger, articles, checks
from ledger.models import Check, Quote
from tests.unit.ledger.samples import new_article, new_quote


def test_moments_are_utc(ledger: Ledger) -> None:
    noon = datetime(2017, 8, 1, 12, 30, 15, 123456, tzinfo=timezone(timedelta(hours=5)))
    with ledger.session() as session:
        session.add(Check(url="u", page="u", created_at=noon))
    with ledger.reading() as session:
        (kept,) = session.scalars(select(Check.created_at))
        assert kept == noon
        assert kept.tzinfo is UTC


def test_naive_moments_are_refused() -> None:
    from ledger.columns import Moment

    with pytest.raises(ValueError, match="time zone"):
        Moment().process_bind_param(datetime(2017, 8, 1), None)  # type: ignore[arg-type]


def test_any_text_can_be_stored_and_offsets_stay(ledger: Ledger) -> None:
    with ledger.session() as session:
        session.add(Check(url="a\0b\ud83dc\U0001f600", page="p"))
    with ledger.reading() as session:
        assert session.scalars(select(Check.url)).one() == "a\ufffdb\ufffdc\U0001f600"


def test_addresses_of_any_length_can_be_stored(ledger: Ledger) -> None:
    noise = "".join(random.Random(7).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=60_000))
    with ledger.session() as session:
        long = f"https://courier.example/?{noise}"
        assert checks.accept(session, long)[0].id == checks.accept(session, long)[0].id
        assert checks.accept(session, long + "x")[1]
        articles.store(session, new_article(url=long), [])


def test_vectors_keep_their_direction(ledger: Ledger) -> None:
    vector = np.random.default_rng(7).normal(size=384).astype(np.float32)
    vector /= np.linalg.norm(vector)
    with ledger.session() as session:
        articles.store(session, new_article(), [new_quote(vector=vector)])
    with ledger.reading() as session:
        (kept,) = session.scalars(select(Quote.vector))
        assert kept.dtype == np.float32
        assert kept @ vector == pytest.approx(1.0, abs=1e-3)


def test_vectors_of_another_length_are_refused(ledger: Ledger) -> None:
    with ledger.session() as session, pytest.raises(Exception, match="384"):
        articles.store(session, new_article(), [new_quote(vector=np.ones(3, np.float32))])

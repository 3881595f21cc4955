"""The application on a real ledger of its own, with a real queue where one is asked for."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from ledger import Ledger, articles, checks, officials, open_ledger
from ledger.articles import NewArticle, NewQuote
from ledger.checks import NewFinding
from server import create_app
from settings import Settings
from tests.unit.ledger.samples import new_article, new_quote, vector
from workers.app import celery

HOSTILE = "<script>alert('x')</script><img src=x onerror=alert(1)>"


@pytest.fixture
def settings(settings_for: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings whose queue is away: nothing listens on port 1."""
    _ask(monkeypatch, "redis://127.0.0.1:1/0")
    return settings_for()


@pytest.fixture
def record(settings: Settings) -> Ledger:
    """The ledger of the application."""
    ledger = open_ledger(settings.ledger_url)
    ledger.migrate()
    return ledger


@pytest.fixture
def client(settings: Settings, record: Ledger) -> FlaskClient:
    """A client of the application."""
    return create_app(settings).test_client()


@pytest.fixture
def queue(valkey_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A real queue for the application."""
    _ask(monkeypatch, valkey_url)
    return valkey_url


def _ask(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Let Celery use a queue; it keeps connections to the one before otherwise."""
    monkeypatch.setattr(celery.conf, "broker_url", url)
    monkeypatch.setattr(celery, "_pool", None)
    monkeypatch.setattr(celery.amqp, "_producer_pool", None)


def done_check(
    ledger: Ledger,
    *,
    url: str = "https://courier.example/talks",
    findings: bool = True,
    html: str | None = None,
    words: str = "",
    source: str = "https://star.example/winter",
) -> str:
    """Put a finished check on record and give its id; ``words`` stand in everything a page can say."""
    private = html is not None
    with ledger.session() as session:
        official = officials.ensure(session, "Marta Vellin", (), f"foreign minister{words}", private)
        now = _quote(official.id, date(2031, 8, 4), words)
        then = replace(_quote(official.id, date(2031, 1, 9), words), text=f"No talks{words}")
        article = articles.store(
            session,
            _article(url=url, title=f"Vellin will talk{words}", outlet=f"Courier{words}", private=private),
            [now],
        )
        earlier = articles.store(
            session, _article(url=source, title=f"No talks{words}", text=then.text), [_whole(then)]
        )
        check, _ = checks.accept(session, url, html, fresh_for=0)
        attempt = checks.claim(session, check.id)
        found = NewFinding(
            official.id,
            article.quotes[0].id,
            earlier.quotes[0].id,
            "shift",
            0.71,
            f"In January: “No talks”{words}",
            [(0, 7)],
            [(0, 2)],
            {"model": "m", "calibration": "c", "thresholds": "t"},
        )
        assert checks.finish(
            session,
            check.id,
            attempt,
            article.id,
            {"quotes": 1, "officials": 1, "earlier": 1 if findings else 0},
            [found] if findings else [],
        )
        return check.id


def _article(**changes: Any) -> NewArticle:
    return new_article(**changes)


def _quote(official_id: int, day: date, words: str) -> NewQuote:
    quote = new_quote(said_first=day, said_last=day, official_id=official_id, vector=vector())
    return replace(quote, text=quote.text + words)


def _whole(quote: NewQuote) -> NewQuote:
    return replace(quote, start=0, end=len(quote.text), segments=[(0, len(quote.text))])

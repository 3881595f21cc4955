"""A worker's world: settings, an open ledger, and articles of an invented country on a site of our own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ledger import checks, open_ledger
from ledger.models import Check
from settings import Settings
from tests.conftest import Site, eventually
from tests.unit.contradictions.conftest import CLASSES, VOCABULARY, write_model
from workers.app import celery, enqueue

ARTICLE = """<!doctype html><html lang="en"><head><title>Vellin offers Sorland talks</title>
<meta property="og:site_name" content="The Norland Courier">
<meta property="article:published_time" content="2031-08-04T09:00:00+00:00"></head><body><article>
<h1>Vellin offers Sorland talks</h1>
<p>Foreign Minister Marta Vellin said on Monday that Norland was ready to talk with Sorland about the
northern fisheries, after a summer in which boats of both countries had met too often.</p>
<p>“We will sit down with the government of Sorland and negotiate, without any conditions,” Vellin told
reporters in the capital. “There is no other way to settle the northern fisheries.”</p>
<p>The harbour towns of the north, which live from herring and from those who come to see it landed, received
the news with relief. Two of their mayors had asked for talks in a letter to the ministry in the spring.</p>
<p>President Osric Dane did not comment on the offer. His office said that he would speak to parliament next
week, when the budget of the coast guard is on the agenda.</p>
</article></body></html>"""

RECORD = [
    {
        "official": "Marta Vellin",
        "office": "foreign minister",
        "said_on": "2031-03-12",
        "text": "We will never negotiate with the government of Sorland about the northern fisheries.",
        "source_url": "https://tribune.example/vellin-rules-out-talks",
        "title": "Vellin rules out talks",
        "outlet": "The Norland Tribune",
    },
]


class World:
    """Settings and the open ledger that a test and its workers share."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.ledger = open_ledger(settings.ledger_url)
        self.ledger.migrate()
        celery.conf.broker_url = settings.redis_url

    def accept(self, url: str, html: str | None = None) -> str:
        """Accept a check as the server does, without queueing it, and give its id."""
        with self.ledger.session() as session:
            return checks.accept(session, url, html)[0].id

    def ask(self, url: str, html: str | None = None) -> str:
        """Accept a check and put it on the queue."""
        id = self.accept(url, html)
        enqueue(id)
        return id

    def check(self, id: str) -> Check:
        """The check as it is now."""
        with self.ledger.reading() as session:
            found = checks.get(session, id)
        assert found is not None
        return found

    def end_of(self, id: str) -> Check:
        """The check at its end, waited for."""
        eventually(lambda: self.check(id).finished_at)
        return self.check(id)


@pytest.fixture
def tiny_model(tmp_path: Path) -> str:
    """Folder of an NLI model for which any statement with the word "never" conflicts with the other one.

    Real, but small and certain: these tests are about what happens around the model.
    """
    table = [[0.0, 0.0, 0.0] for _ in VOCABULARY]
    table[VOCABULARY.index("never")] = [6.0, 0.0, 0.0]
    return str(write_model(tmp_path / "model", table, CLASSES))


@pytest.fixture
def make_world(
    settings_for: Callable[..., Settings], valkey_url: str, tiny_model: str, site: Site
) -> Iterator[Callable[[str], World]]:
    """Make a world around a ledger; articles are fetched from ``site``."""
    made: list[World] = []

    def make(ledger_url: str) -> World:
        settings = settings_for(
            redis_url=valkey_url,
            database_url=ledger_url,
            model=tiny_model,
            model_threads=1,
            fetch_allow_hosts=frozenset({site.host}),
        )
        made.append(World(settings))
        return made[-1]

    yield make
    for world in made:
        world.ledger.dispose()


@pytest.fixture
def world(make_world: Callable[[str], World], ledger_url: str) -> World:
    """A world on SQLite."""
    return make_world(ledger_url)


@pytest.fixture
def any_world(make_world: Callable[[str], World], any_ledger_url: str) -> World:
    """A world on each database."""
    return make_world(any_ledger_url)

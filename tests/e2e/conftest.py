"""What a reader has: a browser with the extension, a news site, and On Record in real processes.

The site is reached as ``localhost`` and the API as ``127.0.0.1``: the extension may always talk to the
latter, so only the former shows that it sees a page because of the click and for no other reason.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
from flask import request
from werkzeug.serving import BaseWSGIServer, make_server

from bench.reader import Reader, chromium, reader
from ledger import open_ledger
from server import create_app
from settings import ROOT, Settings
from tests.conftest import Site, Worker, free_port
from workers.app import celery
from workers.contradictions import comparer
from workers.record import import_statements

SAMPLE = (ROOT / "demo" / "article.html").read_text()
"""Our own article about invented officials of invented Norland."""

LIBRARY = """<!doctype html><html lang="en"><head><title>Vellin opens the library of Varn</title>
<meta property="og:site_name" content="The Norland Courier">
<meta property="article:published_time" content="2024-05-20T09:00:00+00:00"></head><body><article>
<h1>Vellin opens the library of Varn</h1>
<p>Foreign Minister Marta Vellin opened the new public library of Varn on Monday, in the street where she
was born, and read to forty children from a book about whales that she had brought from home.</p>
<p>“My grandmother taught me to read in this street, with a newspaper and a great deal of patience,” Vellin
said to the children. “I hope that you will find a chair by the window and stay until it is dark.”</p>
<p>The library holds ninety thousand volumes and a room for maps. It is open every day of the week except on
the first Sunday of the month, when its volunteers dust the shelves and mend what has come loose.</p>
<p>The building was a fish market until the nineties. Its iron columns were kept, as was the clock above the
door, which nobody has been able to set right since the winter of the great storm.</p>
</article></body></html>"""
"""An article with nothing in it that could conflict with anything."""

FRONT = """<!doctype html><html lang="en"><head><title>The Norland Courier</title></head><body>
<h1>The Norland Courier</h1>
<ul><li><a href="/a">Ferry cancelled again</a></li><li><a href="/b">Grain prices fall</a></li></ul>
</body></html>"""
"""A page that is no article."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark these tests, and skip them where there is no browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if chromium() is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


class Api:
    """The API in a thread of this process, which can go away and come back at the same address."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.address = settings.address
        self.polls = 0
        """How often somebody asked how a check is getting on."""
        self._server: BaseWSGIServer | None = None

    def start(self) -> None:
        """Begin to answer."""
        app = create_app(self.settings)
        app.before_request(self._count)
        self._server = make_server("127.0.0.1", self.settings.port, app, threaded=True)
        Thread(target=self._server.serve_forever, daemon=True).start()

    def _count(self) -> None:
        self.polls += request.method == "GET" and request.path.startswith("/api/v1/checks/")

    def stop(self) -> None:
        """Answer no more."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


@pytest.fixture(scope="session")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger that holds the sample's record and nothing else; tests take copies."""
    file = tmp_path_factory.mktemp("record") / "ledger.sqlite3"
    ledger = open_ledger(f"sqlite:///{file}")
    ledger.migrate()
    lines = (ROOT / "demo" / "record.jsonl").read_text().splitlines()
    import_statements(ledger, map(json.loads, lines), comparer(Settings()))
    ledger.dispose()
    return file


@pytest.fixture
def local_site(site: Site) -> str:
    """Address of the news site, by the name under which the extension has no right to it."""
    return f"http://localhost:{site.server_address[1]}"


@pytest.fixture
def settings(
    settings_for: Callable[..., Settings], valkey_url: str, record: Path, tmp_path: Path, local_site: str
) -> Settings:
    """Settings of an On Record of this test's own, with the sample's record in it."""
    shutil.copy(record, tmp_path / "ledger.sqlite3")
    celery.conf.broker_url = valkey_url
    allowed = frozenset({local_site.removeprefix("http://")})
    return settings_for(redis_url=valkey_url, port=free_port(), fetch_allow_hosts=allowed)


@pytest.fixture
def api(settings: Settings) -> Iterator[Api]:
    """The API, answering."""
    one = Api(settings)
    one.start()
    yield one
    one.stop()


@pytest.fixture
def at_work(settings: Settings, worker: Callable[..., Worker]) -> Worker:
    """A worker that takes checks."""
    return worker(settings)


@pytest.fixture
def person(api: Api) -> Iterator[Reader]:
    """A reader at a browser whose extension asks the API."""
    with reader(api.address) as someone:
        yield someone

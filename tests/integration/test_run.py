"""`onrecord run` as a person meets it: a real supervisor with Valkey, worker and API, started and stopped."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from settings import ROOT

Start = Callable[..., "Run"]


class Run:
    """A started `onrecord run` on a data folder, and what it printed."""

    def __init__(self, folder: Path, port: int, *options: str, **variables: str) -> None:
        self.folder, self.address = folder, f"http://127.0.0.1:{port}"
        self.printed = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cli", "run", "--data-dir", folder, "--port", str(port), *options],
            cwd=ROOT,
            env=os.environ | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def until(self, words: str) -> "Run":
        """Read what it prints up to a line with these words."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.printed += line
            if words in line:
                return self
        pytest.fail(f"ended with {self.process.wait()} before {words!r}:\n{self.printed}")

    def ready(self) -> "Run":
        """Wait until it asks for Ctrl-C."""
        return self.until("Press Ctrl-C to stop.")

    def end(self) -> int:
        """Read to the end of its output; give its exit status."""
        assert self.process.stdout is not None
        self.printed += self.process.stdout.read()
        return self.process.wait()

    def signal(self, number: int) -> "Run":
        """Send it a signal, as a terminal or the system would."""
        self.process.send_signal(number)
        return self

    def parts(self) -> dict[str, int]:
        """Process ids of its parts by name."""
        # a longer note may not have been cut off yet
        noted, _ = json.JSONDecoder().raw_decode((self.folder / "run.json").read_text())
        return {part["name"]: part["pid"] for part in noted["parts"]}

    def family(self) -> list[psutil.Process]:
        """All its processes, and theirs."""
        parts = map(psutil.Process, self.parts().values())
        return [one for part in parts for one in (part, *part.children(recursive=True))]

    def get(self, path: str) -> httpx.Response:
        """Ask its API."""
        return httpx.get(self.address + path, timeout=30)


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture
def port() -> int:
    # with the next one free, too, for the sample article
    while True:
        with socket.create_server(("127.0.0.1", 0)) as first:
            number = int(first.getsockname()[1])
            try:
                socket.create_server(("127.0.0.1", number + 1)).close()
            except OSError:
                continue
            return number


@pytest.fixture
def start(tmp_path: Path, port: int) -> Iterator[Start]:
    started: list[Run] = []

    def one(*options: str, folder: Path = tmp_path / "data", **variables: str) -> Run:
        started.append(Run(folder, port, *options, **variables))
        return started[-1]

    yield one
    for run in started:
        if run.process.poll() is None:
            run.signal(signal.SIGTERM).end()


def test_the_sample_is_checked_shown_and_everything_stops(start: Start) -> None:
    run = start("--demo").ready()

    assert "1. Marta Vellin, " in run.printed
    assert "Osric Dane, " not in run.printed
    assert str(ROOT / "extension") in run.printed
    address = next(line.split()[-1] for line in run.printed.splitlines() if line.startswith("Sample article"))
    assert "Vellin says Norland is ready" in httpx.get(address).text
    assert run.get("/readyz").status_code == 200

    second = start()
    assert second.end() == 2
    assert f"already running on {run.folder} at {run.address}" in second.printed
    elsewhere = start(folder=run.folder.with_name("other"))
    assert elsewhere.end() == 2
    assert f"Another On Record already answers at {run.address}" in elsewhere.printed

    family = run.family()
    assert set(run.parts()) == {"valkey", "worker", "api"}
    assert run.signal(signal.SIGINT).end() == 0
    assert "Stopped." in run.printed
    assert alive(family) == []


def test_a_killed_run_leaves_nothing_in_the_way_of_the_next(start: Start) -> None:
    first = start().ready()
    orphans = first.family()
    first.signal(signal.SIGKILL).end()
    assert alive(orphans)

    second = start().ready()
    assert alive(orphans) == []
    assert second.get("/readyz").status_code == 200


def test_a_part_that_dies_is_replaced(start: Start, eventually: Callable[..., Any]) -> None:
    run = start().ready()
    before = run.parts()
    for name in ("api", "worker", "valkey"):
        os.kill(before[name], signal.SIGKILL)
    eventually(
        lambda: set(run.parts()) == set(before) and not set(before.values()) & set(run.parts().values())
    )

    def green() -> bool:
        try:
            return run.get("/readyz").status_code == 200
        except httpx.TransportError:
            return False

    assert eventually(green)


def test_an_accepted_check_survives_the_end_of_everything(
    start: Start, site: Any, eventually: Callable[..., Any]
) -> None:
    url = site.add("/article", (ROOT / "demo" / "article.html").read_text())
    site.may_answer.clear()
    run = start(ONRECORD_FETCH_ALLOW_HOSTS=site.host).ready()
    check = httpx.post(f"{run.address}/api/v1/checks", json={"url": url}).json()
    eventually(lambda: site.requests("/article"))
    run.signal(signal.SIGTERM).end()
    site.may_answer.set()

    again = start(ONRECORD_FETCH_ALLOW_HOSTS=site.host).ready()
    ended = eventually(
        lambda: (
            (now := again.get(f"/api/v1/checks/{check['id']}").json())["state"] in ("done", "failed") and now
        )
    )
    assert ended["state"] == "done", ended


def test_a_folder_that_cannot_be_written(start: Start, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    run = start(folder=tmp_path / "file")
    assert run.end() == 2
    assert f"Cannot write to {tmp_path / 'file'}" in run.printed
    assert "ONRECORD_DATA_DIR=" in run.printed


def test_a_part_that_cannot_start_shows_its_last_words(start: Start) -> None:
    run = start(ONRECORD_DATABASE_URL="postgresql://nobody@127.0.0.1:9/none")
    assert run.end() == 2
    assert "migrate ended with status 2. The end of " in run.printed
    assert "ONRECORD_DATABASE_URL" in run.printed
    assert "Traceback" not in run.printed

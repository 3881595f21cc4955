"""Starts processes, keeps them running, and stops every one of them, also those of a run that was killed.

One file in the data folder, ``run.json``, is locked for as long as a run lives (the kernel lets go of the
lock when the process dies, however it dies) and names what the run has started. Whoever gets the lock and
finds names in it stops those processes first, recognised by id *and* start time.
"""

import fcntl
import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from time import monotonic
from types import FrameType
from typing import Any

import psutil

from settings import ROOT

RESTARTS = 3
"""A part that ends more often than this within `RESTART_WINDOW` won't be started again."""
RESTART_WINDOW = 60.0
POLL = 0.1
"""Seconds between two looks at the parts."""
LARGEST_STATE = 65536
LARGEST_LOG = 5_000_000
"""Bytes; at the next start a longer log is put aside as ``NAME.log.1``."""


class Stopped(Exception):
    """The person at the terminal (or the system) asked the run to end."""


class AlreadyRunning(Exception):
    """Another run has this data folder; the attribute ``address`` says where it answers, if known."""

    def __init__(self, address: str | None) -> None:
        super().__init__(address)
        self.address = address


class PartFailed(Exception):
    """A part ended and can't be kept running."""

    def __init__(self, name: str, status: int, log: Path) -> None:
        super().__init__(f"{name} ended with status {status}")
        self.name, self.status, self.log = name, status, log

    def last_lines(self, count: int = 15) -> str:
        """The end of the part's log."""
        with suppress(OSError):
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])
        return ""


@dataclass
class Part:
    """One process to keep running."""

    name: str
    command: Sequence[str]
    patience: float
    """Seconds it gets to end by itself when asked to."""
    process: subprocess.Popen[bytes]
    ends: list[float] = field(default_factory=list)
    """When it ended lately, on the monotonic clock."""


class Supervisor:
    """The parts of one run. Make it with `supervising`, which also stops them."""

    def __init__(self, state: int, folder: Path) -> None:
        self.environment: dict[str, str] = dict(os.environ)
        """What the parts see; add to it before starting them."""
        self.parts: list[Part] = []
        self._state = state
        self._address: str | None = None
        self._logs = folder / "logs"
        self._logs.mkdir(exist_ok=True)
        self._asked = Event()
        self._hurry = False

    def start(self, name: str, command: Sequence[str], patience: float = 5.0) -> None:
        """Start a part and keep it running; parts are stopped in the reverse order."""
        self.parts.append(Part(name, command, patience, self._spawn(name, command)))
        self._note()

    def finish(self, name: str, command: Sequence[str]) -> str:
        """Run a command to its end, with the parts kept running meanwhile; give its output.

        Raises:
            PartFailed: it ended with another status than 0.
            Stopped: the run was asked to end.
        """
        log = self._log(name)
        begin = log.stat().st_size if log.exists() else 0
        process = self._spawn(name, command)
        try:
            self.watch(lambda: process.poll() is not None)
        finally:
            _stop(process, patience=2.0)
        if process.returncode:
            raise PartFailed(name, process.returncode, log)
        return log.read_bytes()[begin:].decode(errors="replace")

    def watch(self, until: Callable[[], bool] = lambda: False) -> None:
        """Keep the parts running until something is true.

        Raises:
            PartFailed: a part ends again and again.
            Stopped: the run was asked to end.
        """
        while not until():
            for part in self.parts:
                if part.process.poll() is not None:
                    self._restart(part)
            if self._asked.wait(POLL):
                raise Stopped

    def announce(self, address: str) -> None:
        """Leave word for a second run of where this one answers."""
        self._address = address
        self._note()

    def stop(self) -> None:
        """Stop every part, the last started first, and wait for its end."""
        for part in reversed(self.parts):
            _stop(part.process, part.patience, hurry=lambda: self._hurry)
        self.parts.clear()
        self._note()

    def ask(self, number: int, frame: FrameType | None) -> None:
        """Handle a signal: end in order; asked twice, end at once."""
        self._hurry = self._asked.is_set()
        self._asked.set()

    def reap(self) -> None:
        """Stop what an earlier run left behind when it was killed."""
        left = _noted(self._state).get("parts", [])
        _stop_trees([process for child in left if (process := _same(child))])
        self._note()

    def _restart(self, part: Part) -> None:
        now = monotonic()
        part.ends = [at for at in part.ends if now - at < RESTART_WINDOW] + [now]
        _kill_group(part.process.pid)
        if len(part.ends) > RESTARTS:
            raise PartFailed(part.name, part.process.returncode, self._log(part.name))
        if self._asked.wait(0.25 * 2 ** len(part.ends)):
            raise Stopped
        part.process = self._spawn(part.name, part.command)
        self._note()

    def _spawn(self, name: str, command: Sequence[str]) -> subprocess.Popen[bytes]:
        path = self._log(name)
        if path.exists() and path.stat().st_size > LARGEST_LOG:
            path.replace(path.with_suffix(".log.1"))
        with path.open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own commands
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.environment,
                # the packages are found from here, whatever folder the command was given in
                cwd=ROOT,
                # Ctrl-C at the terminal reaches us alone; we stop the parts in order
                start_new_session=True,
            )

    def _log(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def _note(self) -> None:
        parts: list[dict[str, Any]] = []
        for part in self.parts:
            with suppress(psutil.NoSuchProcess):
                started = psutil.Process(part.process.pid).create_time()
                parts.append({"name": part.name, "pid": part.process.pid, "started": started})
        text = json.dumps({"pid": os.getpid(), "address": self._address, "parts": parts}).encode()
        # In one write, what was longer cut off after: killed in between, it can still be read.
        os.pwrite(self._state, text, 0)
        os.ftruncate(self._state, len(text))


@contextmanager
def supervising(folder: Path) -> Iterator[Supervisor]:
    """The one run of a data folder; everything it started has ended when the block is left.

    Raises:
        AlreadyRunning: another run has the folder.
    """
    state = os.open(folder / "run.json", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(state, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(_noted(state).get("address")) from None
        supervisor = Supervisor(state, folder)
        before = {number: signal.signal(number, supervisor.ask) for number in _ASKING}
        try:
            supervisor.reap()
            yield supervisor
        finally:
            supervisor.stop()
            for number, handler in before.items():
                signal.signal(number, handler)
    finally:
        os.close(state)


_ASKING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _noted(state: int) -> dict[str, Any]:
    """What the last run noted; nothing when that cannot be read."""
    with suppress(ValueError):
        noted, _ = json.JSONDecoder().raw_decode(os.pread(state, LARGEST_STATE, 0).decode())
        if isinstance(noted, dict):
            return noted
    return {}


def _stop(
    process: subprocess.Popen[bytes], patience: float, hurry: Callable[[], bool] = lambda: False
) -> None:
    """Ask a process to end, then make its whole group end."""
    deadline = monotonic() + patience
    with suppress(ProcessLookupError):
        process.terminate()
    while process.poll() is None and monotonic() < deadline and not hurry():
        with suppress(subprocess.TimeoutExpired):
            process.wait(POLL)
    _kill_group(process.pid)
    process.wait()


def _kill_group(leader: int) -> None:
    # The group outlives its leader as long as one child does.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def _same(child: Mapping[str, Any]) -> psutil.Process | None:
    """The process that an earlier run noted, unless its id belongs to another one by now."""
    with suppress(psutil.NoSuchProcess, KeyError, TypeError):
        process = psutil.Process(child["pid"])
        if abs(process.create_time() - child["started"]) < 2 and process.status() != psutil.STATUS_ZOMBIE:
            return process
    return None


def _stop_trees(leaders: Sequence[psutil.Process]) -> None:
    for leader in reversed(leaders):  # the last started first, as in an orderly end
        with suppress(psutil.NoSuchProcess):
            leader.terminate()
        psutil.wait_procs([leader], timeout=5)
        _kill_group(leader.pid)
    psutil.wait_procs(leaders, timeout=5)

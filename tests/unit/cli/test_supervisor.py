"""The supervisor, with real processes."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from cli import supervisor as module
from cli.supervisor import AlreadyRunning, PartFailed, Stopped, supervising

SLEEPER = ("sleep", "600")


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def orphan() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(SLEEPER, start_new_session=True)
    yield process
    process.kill()
    process.wait()


def test_parts_are_stopped_the_last_started_first(tmp_path: Path) -> None:
    told = tmp_path / "told"
    command = 'trap "echo $0 >> {told}; exit 0" TERM; echo ready >> {told}; while :; do sleep 0.05; done'
    with supervising(tmp_path) as supervisor:
        for number, name in enumerate(("queue", "worker", "api"), 1):
            supervisor.start(name, ("sh", "-c", command.format(told=told), name))
            supervisor.watch(lambda number=number: len(lines(told)) == number)
    assert lines(told)[3:] == ["api", "worker", "queue"]


def test_a_part_that_ends_is_started_again(tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    once = f'echo x >> {starts}; test "$(wc -l < {starts})" -ge 2 && exec sleep 600; exit 3'
    with supervising(tmp_path) as supervisor:
        supervisor.start("part", ("sh", "-c", once))
        supervisor.watch(lambda: len(lines(starts)) == 2)
        assert supervisor.parts[0].process.poll() is None


def test_a_part_that_ends_again_and_again_is_given_up_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RESTARTS", 1)
    with supervising(tmp_path) as supervisor:
        supervisor.start("part", ("sh", "-c", "echo no database here >&2; exit 7"))
        with pytest.raises(PartFailed) as failed:
            supervisor.watch()
    assert failed.value.status == 7
    assert failed.value.last_lines().splitlines() == ["no database here"] * 2


def test_what_a_dead_part_left_running_is_stopped_with_it(
    tmp_path: Path, eventually: Callable[[Callable[[], bool]], bool]
) -> None:
    children = tmp_path / "children"
    with supervising(tmp_path) as supervisor:
        supervisor.start("part", ("sh", "-c", f"sleep 600 & echo $! >> {children}; wait"))
        supervisor.watch(lambda: len(lines(children)) == 1)
        supervisor.parts[0].process.kill()
        supervisor.watch(lambda: len(lines(children)) == 2)
        first, second = map(int, lines(children))
        eventually(lambda: not is_alive(first))
        assert is_alive(second)
    # nobody waits for a dead part's children: the kernel takes a moment to end them
    eventually(lambda: not is_alive(second))


def test_a_part_that_will_not_end_is_killed(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    stubborn = f'trap "" TERM; echo x > {ready}; while :; do sleep 600; done'
    with supervising(tmp_path) as supervisor:
        supervisor.start("part", ("sh", "-c", stubborn), patience=0.1)
        supervisor.watch(ready.exists)
        process = supervisor.parts[0].process
    assert process.returncode == -signal.SIGKILL


def test_a_command_gives_its_output_or_fails_with_it(tmp_path: Path) -> None:
    with supervising(tmp_path) as supervisor:
        assert supervisor.finish("step", ("echo", "first")) == "first\n"
        assert supervisor.finish("step", ("echo", "second")) == "second\n"
        with pytest.raises(PartFailed) as failed:
            supervisor.finish("step", ("sh", "-c", "echo cannot; exit 4"))
    assert failed.value.status == 4
    assert failed.value.last_lines(1) == "cannot"


def test_a_signal_ends_the_watch(tmp_path: Path) -> None:
    with supervising(tmp_path) as supervisor:
        supervisor.start("part", SLEEPER)
        os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(Stopped):
            supervisor.watch()


def test_one_run_at_a_time_in_a_folder(tmp_path: Path) -> None:
    with supervising(tmp_path) as first:
        first.announce("http://127.0.0.1:9000")
        with pytest.raises(AlreadyRunning) as refused, supervising(tmp_path):
            pass
        assert refused.value.address == "http://127.0.0.1:9000"
    with supervising(tmp_path):
        pass


def test_what_a_killed_run_left_is_stopped(tmp_path: Path) -> None:
    killed = (
        "import os, signal; from pathlib import Path; from cli.supervisor import supervising\n"
        f"with supervising(Path({str(tmp_path)!r})) as s:\n"
        "    s.start('part', ('sleep', '600')); os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", killed]).returncode == -signal.SIGKILL
    left = json.loads((tmp_path / "run.json").read_text())["parts"][0]["pid"]
    assert is_alive(left)
    with supervising(tmp_path):
        assert not is_alive(left)


def test_a_process_that_only_has_the_same_id_is_left_alone(
    tmp_path: Path, orphan: subprocess.Popen[bytes]
) -> None:
    started = psutil.Process(orphan.pid).create_time()
    stale = {"pid": 1, "address": None, "parts": [{"name": "a", "pid": orphan.pid, "started": started - 60}]}
    (tmp_path / "run.json").write_text(json.dumps(stale))
    with supervising(tmp_path):
        pass
    assert is_alive(orphan.pid)


def test_a_damaged_state_file_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text('{"parts": [{"pid": ')
    with supervising(tmp_path) as supervisor:
        assert supervisor.finish("step", ("echo", "fine")) == "fine\n"

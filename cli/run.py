"""``onrecord run``: everything on this machine with one command, nothing to install by hand.

Starts Valkey, a worker and the API, waits until they are ready, keeps them running, and stops them in
order. See docs/decisions/0070-embedded-default.md.
"""

import errno
import os
import shutil
import sys
from contextlib import ExitStack
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import click

from cli.problems import Problem, read_settings, unwritable, writable_folder

if TYPE_CHECKING:
    from cli.supervisor import Supervisor
    from settings import Settings

READY_WITHIN = 120.0
"""Seconds the parts get to become ready; a first start on a cold disk takes about ten."""
LEAST_ROOM = 100_000_000
"""Bytes free on the data folder's disk, below which nothing is started."""
WORKERS = 2
"""Checks at a time: one may wait for a slow site while the other computes."""


@click.command(short_help="Start everything on this machine (--demo adds a sample).")
@click.option("--demo", is_flag=True, help="Add a sample article of invented officials and check it.")
@click.option("--host", help="Address to listen on (ONRECORD_HOST).  [default: 127.0.0.1]")
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Port to listen on (ONRECORD_PORT).  [default: 8321]"
)
@click.option("--data-dir", type=click.Path(path_type=Path), help="Folder for all data (ONRECORD_DATA_DIR).")
def run(demo: bool, host: str | None, port: int | None, data_dir: Path | None) -> None:
    """Run On Record on this machine: queue, worker and API, until Ctrl-C."""
    named = {"HOST": host, "PORT": port, "DATA_DIR": data_dir.expanduser().resolve() if data_dir else None}
    # Options are settings: the parts read them from their environment like every other.
    os.environ.update({f"ONRECORD_{name}": str(value) for name, value in named.items() if value is not None})
    settings = read_settings()
    folder = settings.data_dir
    writable_folder(folder)
    if shutil.disk_usage(folder).free < LEAST_ROOM:
        raise Problem(unwritable(folder, OSError(errno.ENOSPC, "full")))
    try:
        from cli.supervisor import AlreadyRunning, PartFailed, Stopped, supervising
    except ImportError:
        raise Problem(
            "onrecord run needs Linux or macOS; see docs/operating.md for Docker Compose."
        ) from None
    try:
        with supervising(folder) as supervisor, ExitStack() as stack:
            try:
                _serve(supervisor, settings, stack, demo)
            except Stopped:
                click.echo("\nStopping...")
        click.echo("Stopped. Nothing is lost: unfinished checks go on at the next start.")
    except AlreadyRunning as other:
        where = f" at {other.address}" if other.address else ""
        raise Problem(
            f"On Record is already running on {folder}{where}.\n"
            "Use that one, stop it with Ctrl-C where it runs, or take another folder and port: "
            "onrecord run --data-dir FOLDER --port PORT"
        ) from None
    except PartFailed as failed:
        raise Problem(f"{failed}. The end of {failed.log}:\n\n{failed.last_lines()}") from None
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Problem(unwritable(folder, error)) from None


def _serve(supervisor: "Supervisor", settings: "Settings", stack: ExitStack, demo: bool) -> None:
    started = monotonic()
    _claim_port(settings)
    onrecord = (sys.executable, "-m", "cli")
    supervisor.environment["ONRECORD_DATA_DIR"] = str(settings.data_dir.resolve())
    if settings.redis_url is None:
        from cli.valkey import configured

        valkey = configured(settings.data_dir.resolve() / "valkey")
        supervisor.environment["ONRECORD_REDIS_URL"] = valkey.url
        supervisor.start("valkey", valkey.command)
    article = None
    if demo:
        from cli import sample

        # beside the API, so that the address stays the same from start to start
        article = stack.enter_context(sample.served(settings.port + 1))
        allowed = settings.fetch_allow_hosts | {article.split("/")[2]}
        supervisor.environment["ONRECORD_FETCH_ALLOW_HOSTS"] = ",".join(sorted(allowed))
    click.echo("Starting On Record...")
    supervisor.finish("migrate", (*onrecord, "migrate"))
    supervisor.start("worker", (*onrecord, "worker", "--concurrency", str(WORKERS)), patience=10)
    supervisor.start("api", (*onrecord, "serve"))
    supervisor.announce(settings.address)
    if demo:
        supervisor.finish("import", (*onrecord, "import", str(sample.RECORD)))
    _wait_until_ready(supervisor, settings)
    click.echo(f"Ready after {monotonic() - started:.0f} s.\n")
    if article:
        _show_sample(supervisor, settings, article)
    _say_where(settings, article)
    supervisor.watch()


def _claim_port(settings: "Settings") -> None:
    """Make sure that the API can listen where it should.

    Raises:
        Problem: it can't, with the way out.
    """
    from cli.valkey import free_port

    try:
        free_port(settings.port, settings.host)
        return
    except PermissionError:
        raise Problem(
            f"Port {settings.port} needs rights you don't have; use --port 8321 or above."
        ) from None
    except OSError as error:
        reason = error.strerror or str(error)
    other = next(
        (port for port in range(settings.port + 2, settings.port + 100) if _is_free(settings.host, port)), 0
    )
    way_out = f"Choose another port: onrecord run --port {other or 'PORT'}"
    if _is_free(settings.host, 0):
        if _is_on_record(_local(settings)):
            raise Problem(
                f"Another On Record already answers at {_local(settings)}: use it, or stop it.\n{way_out}"
            )
        raise Problem(f"Port {settings.port} is taken by another program.\n{way_out}")
    raise Problem(f"Cannot listen on {settings.host}: {reason}. Name an address of this machine with --host.")


def _is_free(host: str, port: int) -> bool:
    from cli.valkey import free_port

    try:
        return bool(free_port(port, host))
    except OSError:
        return False


def _is_on_record(address: str) -> bool:
    import httpx

    try:
        title = httpx.get(f"{address}/openapi.json", timeout=2).json()["info"]["title"]
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return False
    return bool(title == "On Record")


def _local(settings: "Settings") -> str:
    """Where this machine reaches the API, which may listen on every address and be public under a name."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)  # noqa: S104
    return f"http://{host}:{settings.port}"


def _wait_until_ready(supervisor: "Supervisor", settings: "Settings") -> None:
    import httpx

    deadline = monotonic() + READY_WITHIN
    latest = "the API does not answer"

    def ready() -> bool:
        nonlocal latest
        try:
            answer = httpx.get(f"{_local(settings)}/readyz", timeout=5)
            latest = str(answer.json().get("detail", answer.status_code))
        except (httpx.HTTPError, ValueError) as error:
            latest = str(error)
            return monotonic() > deadline
        return answer.status_code == 200 or monotonic() > deadline

    supervisor.watch(ready)
    if monotonic() > deadline:
        raise Problem(
            f"On Record did not become ready within {READY_WITHIN:.0f} s: {latest}\n"
            f"The logs are in {settings.data_dir / 'logs'}"
        )


def _show_sample(supervisor: "Supervisor", settings: "Settings", article: str) -> None:
    import httpx

    from cli import sample
    from cli.findings import show

    click.echo("Checking the sample article (its officials and their words are invented):\n")
    try:
        check = sample.check(_local(settings), article, supervisor.watch)
    except httpx.HTTPError as error:
        click.echo(f"The sample could not be checked: {error}", err=True)
        return
    if check["state"] == "failed":
        click.echo(f"The sample could not be checked. {check['error']['detail']}", err=True)
        return
    show(check)


def _say_where(settings: "Settings", article: str | None) -> None:
    from settings import ROOT

    lines = [f"On Record      {settings.address}"]
    if article:
        lines.append(f"Sample article {article}")
    lines += [
        f"Extension      {ROOT / 'extension'}",
        "  Chrome:  chrome://extensions, switch on Developer mode, Load unpacked, choose that folder",
        "  Firefox: about:debugging, This Firefox, Load Temporary Add-on, choose manifest.json in it",
        f"Data and logs  {settings.data_dir}",
        "",
        "Press Ctrl-C to stop.",
    ]
    click.echo("\n" + "\n".join(lines))

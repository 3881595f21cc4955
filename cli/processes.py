"""``onrecord serve``, ``worker`` and ``migrate``: the parts one by one, for a larger installation."""

import os

import click

from cli.problems import opened_ledger, read_settings

THREADS = 8
"""Requests answered at a time: they wait for the database, never for a model."""


@click.command(short_help="Run the API and web pages only.")
def serve() -> None:
    """Run the API and the web pages only (ONRECORD_HOST, ONRECORD_PORT)."""
    settings = read_settings()
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "server:create_app",
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        blocking_threads=THREADS,
        backpressure=THREADS * 16,
        websockets=False,
        log_level=LogLevels.warning,
        workers_kill_timeout=5,
    ).serve()


@click.command(short_help="Run a worker only.")
@click.option(
    "--concurrency", type=click.IntRange(1, 64), default=1, show_default=True, help="Checks at a time."
)
def worker(concurrency: int) -> None:
    """Run a worker: takes checks from the queue and examines their pages."""
    read_settings()
    from workers.app import WORKER

    # Celery forks its children from a clean process, and gets our process's signals.
    os.execv(WORKER[0], [*WORKER, "--concurrency", str(concurrency)])  # noqa: S606 - a command line of ours


@click.command(short_help="Bring the record's tables up to date.")
def migrate() -> None:
    """Bring the record's tables up to date; safe to run at any time, also from several machines."""
    with opened_ledger(read_settings()):
        click.echo("The record's tables are up to date.")

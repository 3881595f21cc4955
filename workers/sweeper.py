"""Sees to it that every accepted check ends, whatever message was lost and whatever worker died.

Runs beside the pool in each worker's main process, not as a task: a task would wait in line behind the
very checks it should rescue. Any number of sweepers may run: `ledger.checks` hands each check to one.
"""

import os
from datetime import timedelta
from threading import Event, Lock, Thread

import structlog
from sqlalchemy.exc import SQLAlchemyError

from ledger import Ledger, checks
from workers.app import QueueDown, enqueue, waiting

INTERVAL = 2.0
"""Seconds between two sweeps."""

LOST = timedelta(seconds=10)
"""A check that waits this long at an empty queue has lost its message."""

OVERDUE = timedelta(minutes=5)
"""At a busy queue a check may rightly wait; it is queued once more after this long, to be sure."""

log = structlog.get_logger(__name__)


class Sweeper:
    """A thread that sweeps until it is stopped."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="sweeper", daemon=True)
        self._at_work = Lock()

    def start(self) -> None:
        """Begin sweeping."""
        # A child forked in the middle of a sweep would inherit the database library's locks, taken by a
        # thread that doesn't exist there. So the fork waits for the sweep.
        os.register_at_fork(
            before=self._at_work.acquire,
            after_in_parent=self._at_work.release,
            after_in_child=self._at_work.release,
        )
        self._thread.start()

    def stop(self) -> None:
        """Sweep no more."""
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.wait(INTERVAL):
            with self._at_work:
                try:
                    sweep(self._ledger)
                except (SQLAlchemyError, QueueDown) as error:
                    log.warning("cannot sweep now", error=str(error))


def sweep(ledger: Ledger) -> None:
    """Fail the checks that used up their attempts, and queue the abandoned ones again.

    Raises:
        QueueDown, SQLAlchemyError: a part cannot be reached; a later sweep will do it.
    """
    with ledger.session() as session:
        given_up = checks.quarantine(session)
    for check in given_up:
        log.error("check quarantined", check=check)
    patience = OVERDUE if waiting() else LOST
    with ledger.session() as session:
        again = checks.abandoned(session, older_than=patience)
    for check in again:
        log.warning("check queued again", check=check)
        enqueue(check)

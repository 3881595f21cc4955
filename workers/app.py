"""The Celery application, light: who only puts checks on the queue imports no model.

    enqueue(check.id)          # after the check's row is committed

A worker is started with `WORKER`; its task lives in `workers.tasks`.
"""

import sys

from celery import Celery
from kombu.exceptions import OperationalError

celery = Celery("on-record")
celery.config_from_object("workers.celeryconfig")

CHECK = "on_record.check"
"""Name of the one task; its argument is the id of a check."""

WORKER = (
    sys.executable,
    *("-m", "celery", "--app", "workers.app", "worker", "--loglevel", "INFO"),
    # Workers have nothing to tell each other: what they share is in the ledger.
    *("--without-gossip", "--without-mingle", "--without-heartbeat"),
)
"""Command line of a worker; add ``--concurrency N`` for N checks at a time."""

QueueDown = OperationalError
"""Raised when the queue cannot be reached, after a few seconds at most."""


def enqueue(check_id: str) -> None:
    """Ask a worker to look at a check.

    Raises:
        QueueDown: nobody was asked.
    """
    celery.send_task(CHECK, [check_id])


def waiting() -> int:
    """How many messages wait in the queue, those excepted that a worker holds already.

    Raises:
        QueueDown: the queue cannot be reached.
    """
    with celery.connection_for_write() as connection:
        connection.ensure_connection(max_retries=1, interval_start=0.1)
        return int(connection.default_channel.queue_declare(celery.conf.task_default_queue).message_count)

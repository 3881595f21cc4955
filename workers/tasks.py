"""What a worker process does: prepare itself, sweep, and run checks. The work itself is in `pipeline`."""

from functools import lru_cache
from typing import Any

import structlog
from celery.signals import setup_logging, worker_process_init, worker_ready, worker_shutting_down

from ledger import Ledger, open_ledger
from settings import settings
from workers import pipeline
from workers.app import CHECK, celery
from workers.contradictions import comparer
from workers.errors import CheckError
from workers.logs import log_json
from workers.sweeper import Sweeper

log = structlog.get_logger(__name__)


@lru_cache(maxsize=1)
def _ledger() -> Ledger:
    return open_ledger(settings().ledger_url)


@lru_cache(maxsize=1)
def _sweeper() -> Sweeper:
    return Sweeper(_ledger())


@celery.task(name=CHECK)  # type: ignore[untyped-decorator]
def check(check_id: str) -> None:
    """Run one check. Harmless for a check that has ended, is unknown, or runs elsewhere."""
    with structlog.contextvars.bound_contextvars(check=check_id):
        pipeline.run(_ledger(), check_id, settings())


@setup_logging.connect  # type: ignore[untyped-decorator]
def _log(**_: Any) -> None:
    log_json()


@worker_process_init.connect  # type: ignore[untyped-decorator]
def _prepare(**_: Any) -> None:
    # The parent's connections must not be used, nor closed, by its children.
    _ledger().dispose(close=False)
    try:
        # After the fork: threads of a model loaded before it would be missing here.
        comparer(settings())
    except CheckError as error:
        # The worker stays up: each check tells its reader what is missing.
        log.error("models cannot be loaded", error=str(error))


@worker_ready.connect  # type: ignore[untyped-decorator]
def _start_sweeping(**_: Any) -> None:
    _sweeper().start()


@worker_shutting_down.connect  # type: ignore[untyped-decorator]
def _stop_sweeping(**_: Any) -> None:
    _sweeper().stop()

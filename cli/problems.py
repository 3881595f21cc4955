"""Faults that the person at the terminal can put right, told in a sentence and without a traceback."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ledger import Ledger
    from settings import Settings


ELSEWHERE = "To keep the data elsewhere, name a folder: ONRECORD_DATA_DIR=/path"


class Problem(click.ClickException):
    """Ends the command with its message on stderr and exit status 2: it could not do its work."""

    exit_code = 2


def read_settings() -> "Settings":
    """The settings.

    Raises:
        Problem: a variable has a value that cannot be used; the message names each one.
    """
    from pydantic import ValidationError

    from settings import settings

    try:
        return settings()
    except ValidationError as error:
        wrong = [
            f"ONRECORD_{str(e['loc'][0]).upper()}: {e['msg']}, not {e['input']!r}" for e in error.errors()
        ]
        raise Problem("A setting cannot be used.\n  " + "\n  ".join(wrong)) from None


@contextmanager
def opened_ledger(settings: "Settings") -> Iterator["Ledger"]:
    """The record, with its tables up to date.

    Raises:
        Problem: it cannot be opened or written.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from ledger import open_ledger

    if settings.database_url is None:
        writable_folder(settings.data_dir)
    try:
        ledger = open_ledger(settings.ledger_url)
        ledger.migrate()
    except (SQLAlchemyError, ValueError, ImportError) as error:
        raise Problem(_unusable_record(settings, error)) from None
    try:
        yield ledger
    except SQLAlchemyError as error:
        raise Problem(_unusable_record(settings, error)) from None
    finally:
        ledger.dispose()


def writable_folder(folder: Path) -> None:
    """Make sure that a folder exists and takes files.

    Raises:
        Problem: it doesn't, with the way out.
    """
    probe = folder / ".writable"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"x" * 4096)
        probe.unlink()
    except OSError as error:
        raise Problem(unwritable(folder, error)) from None


def unwritable(folder: Path, error: OSError) -> str:
    """Why nothing can be written to the data folder, and what to do about it."""
    if error.errno == errno.ENOSPC:
        return f"The disk that holds {folder} is full. {ELSEWHERE}"
    return f"Cannot write to {folder}: {error.strerror}. {ELSEWHERE}"


def _unusable_record(settings: "Settings", error: Exception) -> str:
    reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
    if settings.database_url is None:
        return f"The record in {settings.data_dir} cannot be used: {reason}"
    return f"The record that ONRECORD_DATABASE_URL names cannot be used: {reason}"

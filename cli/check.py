"""``onrecord check``: examine one page inside this process, without a server or a queue."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, Any

import click

from cli.problems import Problem, opened_ledger, read_settings

if TYPE_CHECKING:
    from ledger import Ledger
    from settings import Settings

STAGES = {
    "fetching": "Fetching the page",
    "reading": "Reading the article",
    "quotes": "Finding quotes and who said them",
    "comparing": "Comparing with the record",
}
LARGEST_FILE = 20_000_000
"""Bytes; no news page comes near, and a disk image named by mistake should not be read."""


@click.command(short_help="Examine one page, without a server.")
@click.argument("what", metavar="URL|FILE")
@click.option("--json", "as_json", is_flag=True, help="Print the check as JSON (docs/api.md).")
@click.option(
    "--html",
    "html_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Read the page at URL from FILE.",
)
@click.option(
    "--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Day of publication, if the page's is wrong."
)
@click.option("--no-store", is_flag=True, help="Compare with the record but leave no trace in it.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 when there are findings, too.")
def check(
    what: str, as_json: bool, html_file: Path | None, day: datetime | None, no_store: bool, exit_zero: bool
) -> None:
    """Examine one page: a URL, saved HTML, or plain text (title, blank line, paragraphs).

    What its officials say is compared with what they said before, in the same article and on record, and
    then put on record itself. A FILE stays out of what other people's checks are compared with.

    Exit status: 0 nothing found, 1 findings, 2 could not be checked.
    """
    request = _request(what, html_file, day.date() if day else None)
    settings = read_settings()
    _log_to_stderr()
    with opened_ledger(settings) as record:
        if no_store:
            with record.rehearsal() as rehearsal:
                result = examine(rehearsal, request, settings)
        else:
            result = examine(record, request, settings)
    if as_json:
        ascii_only = not (sys.stdout.encoding or "").lower().startswith("utf")
        click.echo(json.dumps(result, indent=2, ensure_ascii=ascii_only))
    elif result["state"] == "done":
        from cli.findings import show

        show(result)
    if result["state"] != "done":
        problem = result["error"] or {"title": "The check did not end", "detail": "Try again."}
        raise Problem(f"{problem['title']}. {problem['detail']}")
    sys.exit(1 if result["findings"] and not exit_zero else 0)


@dataclass(frozen=True)
class Request:
    """What is to be examined: an address, with the page itself where it isn't to be fetched."""

    url: str
    body: str | None = None
    plain: bool = False
    published_on: date | None = None


def examine(record: "Ledger", request: Request, settings: "Settings") -> dict[str, Any]:
    """Run a check to its end and give it in the form of the API, with progress on stderr."""
    from ledger import checks
    from server.schemas import check_json
    from workers import pipeline
    from workers.fetching import Page

    page = None
    if request.body is not None:
        page = Page(request.url, request.body, origin="file", plain=request.plain)
    with record.session() as session:
        accepted, _ = checks.accept(session, request.url, html=request.body, fresh_for=0)
        id = accepted.id
    try:
        with _progress() as told:
            while True:
                pipeline.run(record, id, settings, told, page, request.published_on)
                with record.reading() as session:
                    found = checks.get(session, id)
                    if found is None or found.state in ("done", "failed"):
                        break
                sleep(0.5)  # a worker of a running server is at the same page: wait for its result
    except KeyboardInterrupt:
        with record.session() as session:
            checks.fail(session, id, _stopped())
        raise
    with record.reading() as session:
        found = checks.get(session, id)
        if found is None:
            raise Problem("The check vanished from the record while it ran.")
        return check_json(found, settings)


def _request(what: str, html_file: Path | None, day: date | None) -> Request:
    if what.lower().startswith(("http://", "https://")):
        body = _text_of(html_file) if html_file else None
        return Request(what, body, False, day)
    if html_file:
        raise Problem("--html gives the page at a URL, so it needs one: onrecord check URL --html FILE")
    if "://" in what:
        raise Problem(f"Only http and https pages can be fetched, not {what}")
    path = Path(what)
    body = _text_of(path)
    return Request(path.resolve().as_uri(), body, not _is_html(path, body), day)


def _text_of(path: Path) -> str:
    try:
        if path.is_dir():
            raise Problem(f"{path} is a folder; name one saved page or text file.")
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise Problem(f"There is no file {path}. A page's address begins with http:// or https://") from None
    except (OSError, ValueError) as error:
        raise Problem(f"Cannot read {path}: {getattr(error, 'strerror', None) or error}") from None
    if len(content) > LARGEST_FILE:
        raise Problem(f"{path} is larger than {LARGEST_FILE // 1_000_000} MB; that is no article.")
    if not content.strip():
        raise Problem(f"{path} is empty.")
    text = _decoded(content)
    if text is None:
        raise Problem(f"{path} is not text. Save the page as HTML or as plain text.")
    return text


def _decoded(content: bytes) -> str | None:
    """The text of a file: UTF-8, UTF-16 with a mark, else the encoding its HTML names, else Western."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    if b"\x00" in content or content.startswith(b"%PDF-"):
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        from lxml import html

        try:
            named = html.fromstring(content).getroottree().docinfo.encoding
            # what calls itself Latin-1, lxml's default, is Windows' in practice, and for browsers
            latin = not named or named.lower() in ("iso-8859-1", "latin-1", "us-ascii")
            return content.decode("cp1252" if latin else named, "replace")
        except (LookupError, ValueError, html.etree.LxmlError):  # type: ignore[attr-defined]
            return content.decode("cp1252", "replace")


def _is_html(path: Path, body: str) -> bool:
    start = body.lstrip()[:500].lower()
    return path.suffix.lower() in (".html", ".htm", ".xhtml") or start.startswith(
        ("<!doctype", "<html", "<?xml")
    )


@contextmanager
def _progress() -> Iterator[Callable[[str, float], None]]:
    """Tells the stages on stderr: one moving line on a terminal, plain lines elsewhere."""
    if not sys.stderr.isatty():
        seen: list[str] = []

        def tell(stage: str, _: float) -> None:
            if stage not in seen:
                seen.append(stage)
                click.echo(f"{STAGES[stage]}...", err=True)

        yield tell
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

    columns = (SpinnerColumn(), BarColumn(bar_width=24), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Loading the models", total=1.0)
        yield lambda stage, done: progress.update(task, completed=done, description=STAGES[stage])


def _log_to_stderr() -> None:
    import logging

    import structlog

    logging.basicConfig(level=logging.ERROR)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _stopped() -> dict[str, Any]:
    return {
        "type": "/problems/stopped",
        "title": "The check was stopped",
        "status": 499,
        "detail": "It was stopped at the terminal before it ended.",
    }

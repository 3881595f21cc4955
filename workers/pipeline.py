"""One check from its URL to its findings: fetch, read, find quotes, name speakers, store, compare.

    run(ledger, check_id, settings)              # in a worker, or inside the command
    examine_text(text, published_on, title)      # one article by itself, nothing stored

The steps are pure; this module joins them, tells the reader's check where it is, and keeps a sign of life
going while it works.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from threading import Event, Thread
from time import monotonic

import structlog
from sqlalchemy.exc import SQLAlchemyError

from ledger import Ledger, articles, checks
from ledger.models import Article as StoredArticle
from ledger.models import Check
from settings import Settings, settings
from workers import record
from workers.articles import Article, parse
from workers.contradictions import Comparer, Finding, Statement, comparer
from workers.errors import CannotWork, CheckError, TryAgain
from workers.fetching import Page, fetch
from workers.officials import AttributedQuote, attribute
from workers.quotes import find_quotes

HEARTBEAT = 1.0
"""Seconds between two signs of life, well below `ledger.checks.LEASE`."""

MARGIN = 5.0
"""Seconds before a worker's time limit at which the check is ended in good order."""

Progress = Callable[[str, float], None]
"""Is told the stage (fetching, reading, quotes, comparing) and how much is done, 0..1."""

log = structlog.get_logger(__name__)


def run(
    ledger: Ledger,
    check_id: str,
    settings: Settings,
    on_progress: Progress | None = None,
    page: Page | None = None,
    published_on: date | None = None,
) -> None:
    """Bring a check to its end, unless it has ended or another worker is at it.

    Args:
        page: the page itself, when it isn't to be fetched (a file on the command line).
        published_on: overrides what the page says.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the ledger failed; the check will be tried again.
    """
    with ledger.session() as session:
        attempt = checks.claim(session, check_id)
        found = session.get(Check, check_id)
    if not attempt or found is None:
        return
    work = _Attempt(ledger, check_id, attempt, settings.check_time_limit, on_progress)
    try:
        with work.alive():
            _examine(work, found, settings, page, published_on)
    except _Superseded:
        log.warning("attempt is over", attempt=attempt)
    except CheckError as error:
        log.info("check failed", code=error.code)
        work.fail(error)
    except SQLAlchemyError:
        raise
    except Exception:
        log.exception("check failed")
        work.fail(_unexpected())


def examine_text(text: str, published_on: date | None, title: str = "") -> list[Finding]:
    """Findings inside one article, given its text and day, with nothing else on record.

    Raises:
        CannotWork: a model is missing.
    """
    statements = [
        Statement(
            id=str(index),
            official=found.person.name,
            text=found.quote.text,
            statement=found.quote.statement,
            said=found.quote.said,
            article="",
            direct=found.quote.type == "direct",
        )
        for index, found in enumerate(_attributed(text, published_on, title))
        if found.person is not None and found.person.official and found.quote.asserted
    ]
    return comparer(settings()).compare(statements, statements)


class _Superseded(Exception):
    """This attempt is over: its time was up, or it went silent for too long and another one began."""


@dataclass(frozen=True)
class _Attempt:
    """One attempt at one check, and all that it writes to the check."""

    ledger: Ledger
    check_id: str
    number: int
    time_limit: float
    on_progress: Progress | None

    def at(self, stage: str, progress: float) -> None:
        with self.ledger.session() as session:
            mine = checks.advance(session, self.check_id, self.number, stage, progress)
        if not mine:
            raise _Superseded
        log.info("check", stage=stage)
        if self.on_progress:
            self.on_progress(stage, progress)

    def finish(
        self, article_id: int, compared: dict[str, int], findings: Sequence[checks.NewFinding]
    ) -> None:
        with self.ledger.session() as session:
            mine = checks.finish(session, self.check_id, self.number, article_id, compared, findings)
        if not mine:
            raise _Superseded
        log.info("check done", findings=len(findings), **compared)

    def fail(self, error: CheckError) -> bool:
        with self.ledger.session() as session:
            return checks.fail(session, self.check_id, error.problem(), self.number)

    @contextmanager
    def alive(self) -> Iterator[None]:
        """Show signs of life inside the block, until the time is up."""
        ended = Event()
        beat = Thread(target=self._beat, args=(ended,), name="heartbeat", daemon=True)
        beat.start()
        try:
            yield
        finally:
            ended.set()
            beat.join()

    def _beat(self, ended: Event) -> None:
        deadline = monotonic() + self.time_limit - MARGIN
        mine = True
        while mine and not ended.wait(HEARTBEAT):
            try:
                if monotonic() < deadline:
                    with self.ledger.session() as session:
                        mine = checks.touch(session, self.check_id, self.number)
                else:
                    # The work itself may be stuck anywhere; it notices at its next write.
                    self.fail(_took_too_long(self.time_limit))
                    mine = False
            except SQLAlchemyError as error:
                # The next beat may get through; if none does, another attempt takes over.
                log.warning("no sign of life", check=self.check_id, error=str(error))


def _examine(
    work: _Attempt, check: Check, settings: Settings, page: Page | None, published_on: date | None
) -> None:
    compare_with = comparer(settings)
    work.at("fetching", 0.05)
    page = page or _page(work, check, settings)
    work.at("reading", 0.3)
    article = parse(page)
    if published_on is not None:
        article = replace(article, published_on=published_on)
    work.at("quotes", 0.45)
    attributed = _attributed(article.text, article.published_on, article.title)
    work.at("comparing", 0.6)
    stored = _store(work, article, attributed, page, check.private, compare_with)
    with work.ledger.reading() as session:
        now, then, earlier = record.to_compare(session, stored)
    work.at("comparing", 0.75)
    findings = compare_with.compare(now, then)
    compared = {
        "quotes": len(now),
        "officials": len({statement.official for statement in now}),
        "earlier": earlier,
    }
    work.finish(stored.id, compared, [record.new_finding(finding) for finding in findings])


def _page(work: _Attempt, check: Check, settings: Settings) -> Page:
    if not check.private:
        return fetch(check.url, settings)
    with work.ledger.reading() as session:
        html = checks.supplied_html(session, check.id)
    if html is None:
        raise _Superseded
    return Page(check.url, html, origin="reader")


def _attributed(text: str, published_on: date | None, title: str) -> list[AttributedQuote]:
    return attribute(text, find_quotes(text, published_on, title), published_on)


def _store(
    work: _Attempt,
    article: Article,
    attributed: Sequence[AttributedQuote],
    page: Page,
    private: bool,
    compare_with: Comparer,
) -> StoredArticle:
    with work.ledger.session() as session:
        known = record.officials_among(session, attributed, private)
    quotes = record.new_quotes(attributed, known, compare_with)
    with work.ledger.session() as session:
        return articles.store(session, record.new_article(article, page.origin, private), quotes)


def _took_too_long(limit: float) -> TryAgain:
    return TryAgain(
        "took-too-long",
        "The check took too long",
        f"Examining this page was stopped after {limit:.0f} seconds. The site may be slow; try again later.",
        504,
    )


def _unexpected() -> CannotWork:
    return CannotWork(
        "worker-failed",
        "The check could not be finished",
        "Something unexpected happened while this page was examined. The server's log says what.",
        500,
    )

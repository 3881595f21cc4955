"""The life of a check: accepted, claimed by a worker, advanced, and ended exactly once.

Every change is one compare-and-set UPDATE, so that two workers with the same message, a worker that was
thought dead, and a sweeper can all act at once without harm (docs/decisions/0040 and 0041).

A running check belongs to one *attempt*, numbered from 1. Its worker shows a sign of life every second
(`touch`); after `LEASE` without one the attempt is over and a later claim takes the check, after which
nothing that the earlier attempt writes has any effect.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, or_, select, update
from sqlalchemy.orm import Session, selectinload

from ledger.addresses import page_of
from ledger.columns import upsert, utc_now
from ledger.models import Check, Finding, Kind, Quote, new_id

MAX_ATTEMPTS = 3
"""A check that killed this many workers is quarantined instead of killing another."""

LEASE = timedelta(seconds=6)
"""How long an attempt lives without a sign of life; six missed beats of one second."""

WORKER_FAILED: Mapping[str, Any] = {
    "type": "/problems/worker-failed",
    "title": "The check could not be finished",
    "status": 500,
    "detail": f"The program that examines pages stopped {MAX_ATTEMPTS} times while it worked on this page, "
    "so it won't be tried again by itself.",
}


@dataclass(frozen=True)
class NewFinding:
    """A finding to store: ids of the two quotes and what the comparison said of them."""

    official_id: int
    now_quote_id: int
    then_quote_id: int
    kind: Kind
    score: float
    reason: str
    clash_now: Sequence[tuple[int, int]]
    clash_then: Sequence[tuple[int, int]]
    versions: Mapping[str, str]


def accept(session: Session, url: str, html: str | None = None, fresh_for: int = 3600) -> tuple[Check, bool]:
    """The check that answers for this page, and whether it is a new one.

    A check at work on the same page, or one done less than ``fresh_for`` seconds ago, answers for it;
    also when several processes accept the same page at the same moment. A check of a page that the
    reader supplied (``html``) is always new and never shared.
    """
    if html is not None:
        check = Check(id=new_id(), url=url, page=page_of(url), html=html, private=True)
        session.add(check)
        session.flush()
        return check, True
    page = page_of(url)
    while True:
        known = session.scalars(_answering(page, utc_now() - timedelta(seconds=fresh_for))).first()
        if known is not None:
            return known, False
        id = new_id()
        if _insert_active(session, id, url, page):
            return session.get_one(Check, id), True
        # Another process was first. Its check is there now, unless it already failed: look again.


def get(session: Session, id: str) -> Check | None:
    """The check with its article, findings, their quotes and sources, or None."""
    whole_quote = (Quote.article, Quote.official)
    return session.scalars(
        select(Check)
        .where(Check.id == id)
        .options(
            selectinload(Check.article),
            selectinload(Check.findings).options(
                selectinload(Finding.official),
                *(selectinload(Finding.now).selectinload(part) for part in whole_quote),
                *(selectinload(Finding.then).selectinload(part) for part in whole_quote),
            ),
        )
    ).one_or_none()


def supplied_html(session: Session, id: str) -> str | None:
    """What the reader supplied; None when nothing was, and once the check has ended."""
    return session.scalar(select(Check.html).where(Check.id == id))


def recent(session: Session, limit: int = 20) -> Sequence[Check]:
    """The checks done last, newest first, with article and findings; none that a reader supplied."""
    return session.scalars(
        select(Check)
        .where(Check.state == "done", ~Check.private)
        .order_by(Check.finished_at.desc())
        .limit(limit)
        .options(selectinload(Check.article), selectinload(Check.findings))
    ).all()


def claim(session: Session, id: str) -> int:
    """Start an attempt: its number from 1 on, or 0 when there is nothing to do.

    Nothing is to do when the check is unknown or has ended, when another attempt is alive, and when this
    would be the fourth attempt: then the check fails with ``worker-failed``.
    """
    now = utc_now()
    taken = session.execute(
        update(Check)
        .where(Check.id == id, Check.attempts < MAX_ATTEMPTS, _free(now))
        .values(state="running", stage=None, progress=0.0, attempts=Check.attempts + 1, updated_at=now)
        .returning(Check.attempts)
    ).scalar_one_or_none()
    if taken is not None:
        return taken
    quarantine(session, now)
    return 0


def touch(session: Session, id: str, attempt: int) -> bool:
    """Show a sign of life; False when this attempt is over."""
    return _write(session, id, attempt, {})


def advance(session: Session, id: str, attempt: int, stage: str, progress: float) -> bool:
    """Tell the reader where the attempt is, progress 0..1; False when this attempt is over."""
    return _write(session, id, attempt, {"stage": stage, "progress": progress})


def finish(
    session: Session,
    id: str,
    attempt: int,
    article_id: int,
    compared: Mapping[str, int],
    findings: Sequence[NewFinding],
) -> bool:
    """End the check with its findings, all at once; False when this attempt is over."""
    ended = {"state": "done", "article_id": article_id, "compared": dict(compared), "progress": 1.0}
    if not _end(session, id, attempt, ended):
        return False
    for finding in findings:
        session.add(
            Finding(
                check_id=id,
                official_id=finding.official_id,
                now_quote_id=finding.now_quote_id,
                then_quote_id=finding.then_quote_id,
                kind=finding.kind,
                score=finding.score,
                reason=finding.reason,
                clash_now=[list(span) for span in finding.clash_now],
                clash_then=[list(span) for span in finding.clash_then],
                versions=dict(finding.versions),
            )
        )
    session.flush()
    return True


def fail(session: Session, id: str, problem: Mapping[str, Any], attempt: int | None = None) -> bool:
    """End the check with an RFC 9457 problem; False when it has ended already.

    With ``attempt``, also False when that attempt is over; without, whoever works on it loses it.
    """
    return _end(session, id, attempt, {"state": "failed", "error": dict(problem)})


def quarantine(session: Session, now: datetime | None = None) -> Sequence[str]:
    """Fail the checks whose last attempt died, and name them."""
    now = now or utc_now()
    return session.scalars(
        update(Check)
        .where(Check.attempts >= MAX_ATTEMPTS, _free(now))
        .values(
            state="failed",
            error=dict(WORKER_FAILED),
            stage=None,
            html=None,
            updated_at=now,
            finished_at=now,
        )
        .returning(Check.id)
    ).all()


def abandoned(session: Session, older_than: timedelta) -> Sequence[str]:
    """Take note of checks nobody seems to work on, and name them so that they can be queued again.

    These are checks whose attempt died, and checks that have waited longer than ``older_than``: their
    message may be lost. Each is named once per such time, whoever asks: naming it counts as a sign of life.
    """
    now = utc_now()
    return session.scalars(
        update(Check)
        .where(
            Check.attempts < MAX_ATTEMPTS,
            or_(
                and_(Check.state == "running", Check.updated_at < now - LEASE),
                and_(Check.state == "queued", Check.updated_at < now - older_than),
            ),
        )
        .values(state="queued", stage=None, progress=0.0, updated_at=now)
        .returning(Check.id)
    ).all()


def _answering(page: str, since: datetime) -> Any:
    at_work = Check.state.in_(("queued", "running"))
    fresh = and_(Check.state == "done", Check.finished_at > since)
    return (
        select(Check)
        .where(Check.page == page, ~Check.private, or_(at_work, fresh))
        .order_by(case((at_work, 0), else_=1), Check.finished_at.desc())
        .limit(1)
    )


def _insert_active(session: Session, id: str, url: str, page: str) -> bool:
    inserted = session.execute(
        upsert(session, Check).values(id=id, url=url, page=page).on_conflict_do_nothing().returning(Check.id)
    )
    return inserted.scalar_one_or_none() is not None


def _free(now: datetime) -> Any:
    """Waiting, or running without a sign of life."""
    return or_(Check.state == "queued", and_(Check.state == "running", Check.updated_at < now - LEASE))


def _write(session: Session, id: str, attempt: int, values: dict[str, Any]) -> bool:
    done = session.execute(
        update(Check)
        .where(Check.id == id, Check.state == "running", Check.attempts == attempt)
        .values(updated_at=utc_now(), **values)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]  # an UPDATE gives a CursorResult


def _end(session: Session, id: str, attempt: int | None, values: dict[str, Any]) -> bool:
    now = utc_now()
    mine = () if attempt is None else (Check.attempts == attempt,)
    done = session.execute(
        update(Check)
        .where(Check.id == id, Check.state.in_(("queued", "running")), *mine)
        .values(stage=None, html=None, updated_at=now, finished_at=now, **values)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]

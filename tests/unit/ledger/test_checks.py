"""The life of a check: each step counts once, whoever repeats it and whenever."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from ledger import Ledger, articles, checks, officials
from ledger.checks import LEASE, MAX_ATTEMPTS, NewFinding
from ledger.columns import utc_now
from ledger.models import Check, Finding
from tests.unit.ledger.samples import new_article, new_quote

URL = "https://courier.example/talks"
PROBLEM = {"type": "/problems/paywall", "title": "Paywall", "status": 402, "detail": "Subscribers only."}


def accept(ledger: Ledger, url: str = URL, **options: object) -> str:
    with ledger.session() as session:
        return checks.accept(session, url, **options)[0].id  # type: ignore[arg-type]


def claim(ledger: Ledger, id: str) -> int:
    with ledger.session() as session:
        return checks.claim(session, id)


def go_silent(ledger: Ledger, id: str, since: timedelta = LEASE) -> None:
    """Pretend that the last sign of life lies further back."""
    with ledger.session() as session:
        session.execute(
            update(Check).where(Check.id == id).values(updated_at=utc_now() - since - timedelta(seconds=1))
        )


def look(ledger: Ledger, id: str) -> Check:
    with ledger.reading() as session:
        check = checks.get(session, id)
        assert check is not None
        return check


def stored(ledger: Ledger) -> tuple[int, NewFinding]:
    """An article on record with two quotes, and a finding about them."""
    with ledger.session() as session:
        official = officials.ensure(session, "Marta Vellin", office="foreign minister")
        article = articles.store(
            session,
            new_article(),
            [new_quote(official_id=official.id), new_quote(start=0, official_id=official.id)],
        )
        then, now = article.quotes
        finding = NewFinding(
            official_id=official.id,
            now_quote_id=now.id,
            then_quote_id=then.id,
            kind="contradiction",
            score=0.8,
            reason="Talks now, none before.",
            clash_now=[(0, 2)],
            clash_then=[(3, 5)],
            versions={"model": "m", "calibration": "c", "thresholds": "t"},
        )
        return article.id, finding


def finish(ledger: Ledger, id: str, attempt: int = 1) -> bool:
    article_id, finding = stored(ledger)
    with ledger.session() as session:
        return checks.finish(
            session, id, attempt, article_id, {"quotes": 1, "officials": 1, "earlier": 1}, [finding]
        )


class TestAccepting:
    def test_a_new_check_waits(self, ledger: Ledger) -> None:
        check = look(ledger, accept(ledger))
        assert (check.state, check.stage, check.progress, check.attempts) == ("queued", None, 0.0, 0)

    def test_a_check_at_work_answers_for_its_page(self, ledger: Ledger) -> None:
        id = accept(ledger)
        same = "HTTPS://Courier.example:443/talks?utm_source=letter#top"
        with ledger.session() as session:
            check, created = checks.accept(session, same)
            assert (check.id, created) == (id, False)
        claim(ledger, id)
        assert accept(ledger) == id
        assert accept(ledger, URL + "?page=2") != id

    def test_a_fresh_result_answers_for_its_page(self, ledger: Ledger) -> None:
        id = accept(ledger)
        claim(ledger, id)
        assert finish(ledger, id)
        assert accept(ledger) == id
        assert accept(ledger, fresh_for=0) != id

    def test_a_failed_check_answers_for_nothing(self, ledger: Ledger) -> None:
        id = accept(ledger)
        with ledger.session() as session:
            assert checks.fail(session, id, PROBLEM)
        assert accept(ledger) != id

    def test_a_page_that_a_reader_supplied_is_never_shared(self, ledger: Ledger) -> None:
        private = accept(ledger, html="<p>Mine</p>")
        public = accept(ledger)
        assert len({private, public, accept(ledger, html="<p>Mine</p>")}) == 3
        assert accept(ledger) == public
        claim(ledger, private)
        assert finish(ledger, private)
        with ledger.reading() as session:
            assert checks.recent(session) == []

    def test_what_a_reader_supplied_is_erased_at_the_end(self, ledger: Ledger) -> None:
        done, failed, given_up = (accept(ledger, html=f"<p>{n}</p>") for n in range(3))
        for id in (done, failed):
            claim(ledger, id)
        finish(ledger, done)
        for _ in range(MAX_ATTEMPTS):
            assert claim(ledger, given_up)
            go_silent(ledger, given_up)
        assert not claim(ledger, given_up)
        with ledger.session() as session:
            assert checks.supplied_html(session, failed) == "<p>1</p>"
            checks.fail(session, failed, PROBLEM)
        with ledger.reading() as session:
            assert [checks.supplied_html(session, id) for id in (done, failed, given_up)] == [None] * 3

    def test_many_at_once_get_one_check(self, ledger: Ledger) -> None:
        together = Barrier(8)

        def one(_: int) -> tuple[str, bool]:
            together.wait()
            with ledger.session() as session:
                check, created = checks.accept(session, URL)
                return check.id, created

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(one, range(8)))
        assert len({id for id, _ in answers}) == 1
        assert [created for _, created in answers].count(True) == 1

    def test_the_database_itself_refuses_a_second_one(self, ledger: Ledger) -> None:
        accept(ledger)
        with pytest.raises(IntegrityError), ledger.session() as session:
            session.add(Check(url=URL, page=URL))


class TestClaiming:
    def test_only_one_worker_gets_it(self, ledger: Ledger) -> None:
        id = accept(ledger)
        together = Barrier(6)

        def one(_: int) -> int:
            together.wait()
            return claim(ledger, id)

        with ThreadPoolExecutor(6) as pool:
            assert sorted(pool.map(one, range(6))) == [0, 0, 0, 0, 0, 1]
        assert look(ledger, id).state == "running"

    def test_a_check_that_ended_is_left_alone(self, ledger: Ledger) -> None:
        id = accept(ledger)
        claim(ledger, id)
        finish(ledger, id)
        go_silent(ledger, id)
        assert claim(ledger, id) == 0
        assert look(ledger, id).state == "done"

    def test_an_unknown_check_is_nobodys(self, ledger: Ledger) -> None:
        assert claim(ledger, "f" * 32) == 0

    def test_a_silent_attempt_is_taken_over(self, ledger: Ledger) -> None:
        id = accept(ledger)
        claim(ledger, id)
        go_silent(ledger, id)
        assert claim(ledger, id) == 2

    def test_a_sign_of_life_keeps_it(self, ledger: Ledger) -> None:
        id = accept(ledger)
        attempt = claim(ledger, id)
        go_silent(ledger, id)
        with ledger.session() as session:
            assert checks.touch(session, id, attempt)
        assert claim(ledger, id) == 0

    def test_what_kills_every_worker_is_quarantined(self, ledger: Ledger) -> None:
        id = accept(ledger)
        for attempt in range(1, MAX_ATTEMPTS + 1):
            assert claim(ledger, id) == attempt
            go_silent(ledger, id)
        assert claim(ledger, id) == 0
        check = look(ledger, id)
        assert (check.state, check.error and check.error["type"]) == ("failed", "/problems/worker-failed")
        assert check.finished_at is not None


class TestWriting:
    def test_progress_is_seen(self, ledger: Ledger) -> None:
        id = accept(ledger)
        attempt = claim(ledger, id)
        with ledger.session() as session:
            assert checks.advance(session, id, attempt, "reading", 0.3)
        check = look(ledger, id)
        assert (check.state, check.stage, check.progress) == ("running", "reading", 0.3)

    @pytest.mark.parametrize(
        "write",
        [
            lambda session, id: checks.touch(session, id, 1),
            lambda session, id: checks.advance(session, id, 1, "reading", 0.9),
            lambda session, id: checks.finish(session, id, 1, 1, {}, []),
            lambda session, id: checks.fail(session, id, PROBLEM, 1),
        ],
        ids=["touch", "advance", "finish", "fail"],
    )
    def test_an_attempt_that_was_taken_over_writes_nothing(
        self, ledger: Ledger, write: Callable[..., bool]
    ) -> None:
        id = accept(ledger)
        claim(ledger, id)
        go_silent(ledger, id)
        assert claim(ledger, id) == 2
        with ledger.session() as session:
            assert not write(session, id)
        check = look(ledger, id)
        assert (check.state, check.stage, check.error) == ("running", None, None)

    def test_finishing_twice_gives_one_set_of_findings(self, ledger: Ledger) -> None:
        id = accept(ledger)
        claim(ledger, id)
        assert finish(ledger, id)
        assert not finish(ledger, id)
        check = look(ledger, id)
        assert (check.state, check.progress, check.stage) == ("done", 1.0, None)
        assert check.compared == {"quotes": 1, "officials": 1, "earlier": 1}
        (finding,) = check.findings
        assert finding.official.name == "Marta Vellin"
        assert (finding.clash_now, finding.clash_then) == ([[0, 2]], [[3, 5]])

    def test_findings_that_cannot_be_stored_leave_the_check_unfinished(self, ledger: Ledger) -> None:
        id = accept(ledger)
        claim(ledger, id)
        article_id, finding = stored(ledger)
        with pytest.raises(IntegrityError), ledger.session() as session:
            checks.finish(session, id, 1, article_id, {}, [finding, finding])
        assert look(ledger, id).state == "running"
        with ledger.reading() as session:
            assert session.query(Finding).count() == 0

    def test_an_end_is_written_once(self, ledger: Ledger) -> None:
        id = accept(ledger)
        attempt = claim(ledger, id)
        with ledger.session() as session:
            assert checks.fail(session, id, PROBLEM, attempt)
            assert not checks.fail(session, id, PROBLEM | {"detail": "other"})
        assert not finish(ledger, id)
        assert look(ledger, id).error == PROBLEM


class TestAbandoned:
    def test_a_check_whose_worker_died_is_named_once(self, ledger: Ledger) -> None:
        id = accept(ledger)
        claim(ledger, id)
        with ledger.session() as session:
            assert checks.abandoned(session, timedelta(minutes=1)) == []
        go_silent(ledger, id)
        with ledger.session() as session:
            assert checks.abandoned(session, timedelta(minutes=1)) == [id]
            assert checks.abandoned(session, timedelta(minutes=1)) == []
        assert look(ledger, id).state == "queued"
        assert claim(ledger, id) == 2

    def test_a_check_that_waits_too_long_is_named_once_per_while(self, ledger: Ledger) -> None:
        id = accept(ledger)
        go_silent(ledger, id, since=timedelta(seconds=10))
        with ledger.session() as session:
            assert checks.abandoned(session, timedelta(seconds=30)) == []
            assert checks.abandoned(session, timedelta(seconds=10)) == [id]
            assert checks.abandoned(session, timedelta(seconds=10)) == []

    def test_a_check_past_its_attempts_is_given_up_instead(self, ledger: Ledger) -> None:
        id = accept(ledger)
        for _ in range(MAX_ATTEMPTS):
            claim(ledger, id)
            go_silent(ledger, id)
        with ledger.session() as session:
            assert checks.abandoned(session, timedelta(0)) == []
            assert checks.quarantine(session) == [id]
            assert checks.quarantine(session) == []
        assert look(ledger, id).state == "failed"

    def test_checks_with_attempts_left_are_not_given_up(self, ledger: Ledger) -> None:
        waiting, silent = accept(ledger), accept(ledger, URL + "?2")
        claim(ledger, silent)
        for id in (waiting, silent):
            go_silent(ledger, id, since=timedelta(days=1))
        with ledger.session() as session:
            assert checks.quarantine(session) == []

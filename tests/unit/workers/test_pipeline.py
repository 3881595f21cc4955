"""A whole check inside this process: stages, ends, and who may write."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text, update

from ledger import Ledger, checks
from ledger.columns import utc_now
from ledger.models import Check
from settings import Settings
from tests.unit.contradictions.conftest import CLASSES, VOCABULARY, write_model
from workers import pipeline
from workers.fetching import Page

URL = "https://courier.example/talks"
PAGE = Page(
    URL,
    "Vellin offers talks\n\n"
    "Foreign Minister Marta Vellin said on Monday that Norland was ready to talk with Sorland about fish.\n\n"
    "“We will sit down with the government of Sorland and negotiate about the fisheries,” Vellin told "
    "reporters in the capital.\n\n"
    "In March, Vellin had said: “We will never negotiate with the government of Sorland.”\n\n"
    "The harbour towns of the north received the news with relief, and two of their mayors had asked.\n",
    origin="file",
    plain=True,
)
PUBLISHED = date(2031, 8, 4)


@pytest.fixture
def settings(settings_for: Callable[..., Settings], tmp_path: Path) -> Settings:
    """With a tiny model for which "never" conflicts with everything, and the shipped encoder."""
    table = [[0.0, 0.0, 0.0] for _ in VOCABULARY]
    table[VOCABULARY.index("never")] = [6.0, 0.0, 0.0]
    return settings_for(model=str(write_model(tmp_path / "model", table, CLASSES)), model_threads=1)


def accept(ledger: Ledger, **options: Any) -> str:
    with ledger.session() as session:
        return checks.accept(session, URL, **options)[0].id


def look(ledger: Ledger, id: str) -> Check:
    with ledger.reading() as session:
        found = checks.get(session, id)
    assert found is not None
    return found


def test_a_check_of_a_file_from_start_to_end(ledger: Ledger, settings: Settings) -> None:
    id = accept(ledger)
    stages: list[tuple[str, float]] = []
    pipeline.run(ledger, id, settings, lambda *told: stages.append(told), PAGE, PUBLISHED)
    check = look(ledger, id)
    assert (check.state, check.error) == ("done", None)
    assert check.article is not None
    assert (check.article.title, check.article.published_on, check.article.origin) == (
        "Vellin offers talks",
        PUBLISHED,
        "file",
    )
    assert list(dict.fromkeys(stage for stage, _ in stages)) == ["fetching", "reading", "quotes", "comparing"]
    assert [done for _, done in stages] == sorted(done for _, done in stages)
    # the tests' model finds a conflict with "never" in every statement
    assert {(one.official.name, one.then.precision) for one in check.findings} == {("Marta Vellin", "month")}
    assert all("never negotiate" in finding.then.text for finding in check.findings)
    assert any("sit down" in finding.now.text for finding in check.findings)


def test_a_check_that_ended_is_not_run_again(ledger: Ledger, settings: Settings) -> None:
    id = accept(ledger)
    pipeline.run(ledger, id, settings, page=PAGE, published_on=PUBLISHED)
    ended = look(ledger, id).finished_at
    pipeline.run(ledger, id, settings, lambda *_: pytest.fail("runs"), PAGE, PUBLISHED)
    assert look(ledger, id).finished_at == ended


def test_two_checks_of_one_page_share_the_article(ledger: Ledger, settings: Settings) -> None:
    first, second = accept(ledger), None
    pipeline.run(ledger, first, settings, page=PAGE, published_on=PUBLISHED)
    second = accept(ledger, fresh_for=0)
    pipeline.run(ledger, second, settings, page=PAGE, published_on=PUBLISHED)
    assert first != second
    assert look(ledger, first).article_id == look(ledger, second).article_id
    assert len(look(ledger, second).findings) == len(look(ledger, first).findings) > 0


def test_a_refused_address_is_told_to_the_reader(ledger: Ledger, settings: Settings) -> None:
    with ledger.session() as session:
        id = checks.accept(session, "http://127.0.0.1:9/inside")[0].id
    pipeline.run(ledger, id, settings)
    check = look(ledger, id)
    assert (check.state, check.error and check.error["type"]) == ("failed", "/problems/address-refused")


def test_a_mistake_of_ours_ends_the_check(
    ledger: Ledger, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "find_quotes", lambda *_: 1 / 0)
    id = accept(ledger)
    pipeline.run(ledger, id, settings, page=PAGE)
    check = look(ledger, id)
    assert (check.state, check.error and check.error["type"]) == ("failed", "/problems/worker-failed")
    assert "ZeroDivisionError" not in str(check.error)


def test_a_ledger_that_fails_leaves_the_check_for_another_attempt(
    ledger: Ledger, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        with ledger.session() as session:
            session.execute(text("SELECT * FROM nowhere"))

    monkeypatch.setattr(pipeline, "find_quotes", broken)
    id = accept(ledger)
    with pytest.raises(Exception, match="nowhere"):
        pipeline.run(ledger, id, settings, page=PAGE)
    assert look(ledger, id).state == "running"


def test_an_attempt_that_was_taken_over_stops_quietly(ledger: Ledger, settings: Settings) -> None:
    id = accept(ledger)

    def be_overtaken(stage: str, _: float) -> None:
        if stage == "reading":
            with ledger.session() as session:
                long_ago = utc_now() - timedelta(minutes=1)
                session.execute(update(Check).where(Check.id == id).values(updated_at=long_ago))
                assert checks.claim(session, id) == 2

    pipeline.run(ledger, id, settings, be_overtaken, PAGE, PUBLISHED)
    check = look(ledger, id)
    assert (check.state, check.attempts, check.stage, check.error) == ("running", 2, None, None)


def test_a_heartbeat_shows_that_the_work_goes_on(
    ledger: Ledger,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    eventually: Callable[[Callable[[], Any]], Any],
) -> None:
    monkeypatch.setattr(pipeline, "HEARTBEAT", 0.01)
    id = accept(ledger)

    def wait_for_a_beat(stage: str, _: float) -> None:
        before = look(ledger, id).updated_at
        eventually(lambda: look(ledger, id).updated_at > before)

    pipeline.run(ledger, id, settings, wait_for_a_beat, PAGE, PUBLISHED)
    assert look(ledger, id).state == "done"


def test_a_check_that_takes_too_long_is_ended(
    ledger: Ledger,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    eventually: Callable[[Callable[[], Any]], Any],
) -> None:
    monkeypatch.setattr(pipeline, "HEARTBEAT", 0.01)
    monkeypatch.setattr(pipeline, "MARGIN", settings.check_time_limit)
    id = accept(ledger)

    def wait_for_the_end(*_: object) -> None:
        eventually(lambda: look(ledger, id).finished_at)

    pipeline.run(ledger, id, settings, wait_for_the_end, PAGE, PUBLISHED)
    check = look(ledger, id)
    assert (check.state, check.error and check.error["type"]) == ("failed", "/problems/took-too-long")


def test_a_rehearsed_check_leaves_nothing(ledger: Ledger, settings: Settings) -> None:
    with ledger.rehearsal() as rehearsed:
        id = accept(rehearsed)
        pipeline.run(rehearsed, id, settings, page=PAGE, published_on=PUBLISHED)
        assert look(rehearsed, id).findings
    with ledger.reading() as session:
        assert checks.get(session, id) is None


def test_one_article_by_itself(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "settings", lambda: settings)
    found = pipeline.examine_text(PAGE.body, PUBLISHED)
    assert found
    assert all("never negotiate" in finding.then.text for finding in found)
    assert {finding.now.official for finding in found} == {"Marta Vellin"}

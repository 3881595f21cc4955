"""A check through the real queue and a real worker, from its URL to its end."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from settings import ROOT, Settings
from tests.conftest import Site, Worker, eventually
from tests.integration.conftest import ARTICLE, RECORD, World
from workers.app import CHECK, celery, enqueue, waiting
from workers.contradictions import comparer
from workers.record import import_statements

StartWorker = Callable[..., Worker]


def test_a_check_is_done_and_compared_with_the_record(
    any_world: World, site: Site, worker: StartWorker
) -> None:
    import_statements(any_world.ledger, RECORD, comparer(any_world.settings))
    url = site.add("/talks", ARTICLE)
    worker(any_world.settings)
    check = any_world.end_of(any_world.ask(url))
    assert (check.state, check.error, check.attempts) == ("done", None, 1)
    assert check.article is not None
    assert (check.article.title, str(check.article.published_on)) == (
        "Vellin offers Sorland talks",
        "2031-08-04",
    )
    assert check.compared is not None
    assert (check.compared["officials"], check.compared["earlier"]) == (1, 1)
    assert check.compared["quotes"] >= 2
    # the tests' model finds a conflict with "never" in every statement
    assert {finding.then.text for finding in check.findings} == {RECORD[0]["text"]}
    assert {finding.kind for finding in check.findings} == {"contradiction"}
    assert any("negotiate, without any conditions" in finding.now.text for finding in check.findings)


def test_a_page_that_is_no_article_fails_with_its_reason(
    world: World, site: Site, worker: StartWorker
) -> None:
    worker(world.settings)
    check = world.end_of(world.ask(f"http://{site.host}/nowhere"))
    assert (check.state, check.error and check.error["type"]) == ("failed", "/problems/not-found")


def test_a_page_that_the_reader_supplied_is_not_fetched_and_stays_private(
    world: World, site: Site, worker: StartWorker
) -> None:
    worker(world.settings)
    url = site.add("/talks", "never asked for")
    first, second = (world.end_of(world.ask(url, html=ARTICLE)) for _ in range(2))
    assert (first.state, second.state, site.asked) == ("done", "done", [])
    assert second.article is not None
    assert second.article.private
    assert second.compared is not None
    assert second.compared["earlier"] == 0


def test_delivered_many_times_examined_once(world: World, site: Site, worker: StartWorker) -> None:
    site.may_answer.clear()
    id = world.accept(site.add("/talks", ARTICLE))
    for _ in range(6):
        enqueue(id)
    busy = worker(world.settings, concurrency=2)
    eventually(lambda: site.requests("/talks"))
    assert world.check(id).stage == "fetching"
    site.may_answer.set()
    assert (world.end_of(id).state, world.check(id).attempts) == ("done", 1)
    enqueue(id)
    follow_up = world.end_of(world.ask(f"http://{site.host}/nowhere"))
    assert follow_up.state == "failed"
    assert (world.check(id).attempts, site.requests("/talks")) == (1, 1)
    assert len(busy.events("check done")) == 1


def test_a_slow_page_ends_at_the_time_limit(
    world: World, site: Site, worker: StartWorker, settings_for: Callable[..., Settings]
) -> None:
    site.may_answer.clear()
    limited = world.settings.model_copy(update={"check_time_limit": 10, "fetch_timeout": 100.0})
    worker(limited)
    check = world.end_of(world.ask(site.add("/talks", ARTICLE)))
    assert (check.state, check.error and check.error["type"]) == ("failed", "/problems/took-too-long")


def test_without_a_model_the_reader_is_told(world: World, site: Site, worker: StartWorker) -> None:
    bare = world.settings.model_copy(update={"model": str(ROOT / "models" / "none")})
    worker(bare)
    check = world.end_of(world.ask(site.add("/talks", ARTICLE)))
    assert (check.state, check.error and check.error["type"]) == ("failed", "/problems/model-missing")


def test_logs_carry_the_checks_id(world: World, site: Site, worker: StartWorker) -> None:
    started = worker(world.settings)
    id = world.ask(site.add("/talks", ARTICLE))
    world.end_of(id)
    assert [event["check"] for event in started.events("check done")] == [id]
    assert "negotiate" not in started.log.read_text()


def test_waiting_counts_what_no_worker_took(world: World) -> None:
    assert waiting() == 0
    world.ask("https://courier.example/talks")
    assert waiting() == 1


def test_messages_are_json(world: World) -> None:
    with pytest.raises(Exception, match="JSON"):
        celery.send_task(CHECK, [object()])


def test_publishing_to_a_dead_queue_fails_instead_of_hanging(
    environment: Callable[..., dict[str, str]],
) -> None:
    code = "from workers.app import QueueDown, enqueue, waiting\n" + "\n".join(
        f"try: {call}\nexcept QueueDown: print('down')" for call in ("enqueue('x')", "waiting()")
    )
    dead = Settings(redis_url="redis://127.0.0.1:1/0")
    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment(dead),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert told.stdout.split() == ["down", "down"], told.stderr


def test_importing_the_application_loads_no_model() -> None:
    code = "import sys, workers.app; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    heavy = {"numpy", "onnxruntime", "transformers", "sqlalchemy", "newspaper", "workers.pipeline"}
    assert heavy.isdisjoint(told.stdout.split())

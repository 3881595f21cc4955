"""Whatever dies, an accepted check ends and its reader is told."""

from collections.abc import Callable

import psutil
import redis

from tests.conftest import Site, Worker, eventually
from tests.integration.conftest import ARTICLE, World

StartWorker = Callable[..., Worker]


def hold(world: World, site: Site) -> str:
    """Queue a check of a page that doesn't answer yet."""
    site.may_answer.clear()
    return world.ask(site.add("/talks", ARTICLE))


def test_a_worker_child_killed_midway(world: World, site: Site, worker: StartWorker) -> None:
    id = hold(world, site)
    running = worker(world.settings)
    eventually(lambda: site.requests("/talks"))
    for child in running.children():
        child.kill()
    site.may_answer.set()
    check = world.end_of(id)
    assert (check.state, check.attempts) == ("done", 2)


def test_the_whole_worker_killed_midway(any_world: World, site: Site, worker: StartWorker) -> None:
    id = hold(any_world, site)
    first = worker(any_world.settings)
    eventually(lambda: site.requests("/talks"))
    first.kill()
    assert any_world.check(id).state == "running"
    site.may_answer.set()
    worker(any_world.settings)
    check = any_world.end_of(id)
    assert (check.state, check.attempts) == ("done", 2)


def test_the_main_process_killed_alone_leaves_no_orphan(
    world: World, site: Site, worker: StartWorker
) -> None:
    id = hold(world, site)
    running = worker(world.settings)
    eventually(lambda: site.requests("/talks"))
    children = running.children()
    running.process.kill()
    eventually(lambda: not any(child.is_running() for child in children))
    assert world.check(id).state == "running"


def test_another_worker_takes_over_from_a_killed_one(world: World, site: Site, worker: StartWorker) -> None:
    id = hold(world, site)
    first = worker(world.settings)
    eventually(lambda: site.requests("/talks"))
    worker(world.settings)
    first.kill()
    site.may_answer.set()
    assert world.end_of(id).attempts == 2


def test_a_frozen_worker_that_wakes_does_no_harm(world: World, site: Site, worker: StartWorker) -> None:
    id = hold(world, site)
    frozen = worker(world.settings)
    eventually(lambda: site.requests("/talks"))
    (child,) = frozen.children()
    child.suspend()
    site.may_answer.set()
    worker(world.settings)
    check = world.end_of(id)
    assert (check.state, check.attempts) == ("done", 2)
    child.resume()
    eventually(lambda: frozen.events("attempt is over"))
    assert world.check(id).updated_at == check.updated_at


def test_a_check_whose_message_never_reached_the_queue(world: World, site: Site, worker: StartWorker) -> None:
    id = world.accept(site.add("/talks", ARTICLE))
    worker(world.settings)
    assert world.end_of(id).state == "done"


def test_a_queue_that_lost_everything(world: World, site: Site, worker: StartWorker) -> None:
    id = world.ask(site.add("/talks", ARTICLE))
    with redis.Redis.from_url(str(world.settings.redis_url)) as client:
        client.flushall()
    worker(world.settings)
    assert world.end_of(id).state == "done"


def test_a_page_that_kills_every_worker_is_quarantined(world: World, site: Site, worker: StartWorker) -> None:
    id = hold(world, site)
    running = worker(world.settings)
    for attempt in (1, 2, 3):
        eventually(lambda n=attempt: site.requests("/talks") == n)  # type: ignore[misc]
        for child in running.children():
            child.kill()
    check = world.end_of(id)
    assert (check.state, check.error and check.error["type"]) == ("failed", "/problems/worker-failed")
    site.may_answer.set()
    assert world.end_of(world.ask(site.add("/harmless", ARTICLE))).state == "done"
    assert site.requests("/talks") == 3
    assert psutil.pid_exists(running.process.pid)

"""Whatever dies in the middle, the reader who clicked gets an answer."""

from collections.abc import Callable
from contextlib import suppress

from playwright.sync_api import Error, expect

from bench.reader import Reader
from settings import Settings
from tests.conftest import Site, Worker, eventually
from tests.e2e.conftest import SAMPLE, Api


def is_another(person: Reader) -> bool:
    """Whether the extension's worker is not the one that was marked as the first."""
    with suppress(Error):  # it may be ending, or starting, just now
        return person.worker().evaluate("self.first") is None
    return False


def test_the_extensions_worker_is_killed(
    person: Reader, at_work: Worker, site: Site, local_site: str
) -> None:
    page = person.open(site.add("/vellin", SAMPLE).replace("127.0.0.1", "localhost"))
    site.may_answer.clear()
    popup = person.click(page)
    expect(popup.locator("[aria-current=step]")).to_have_text("Fetching the page")
    person.worker().evaluate("self.first = true")
    person.kill_worker()
    eventually(lambda: is_another(person))
    site.may_answer.set()
    expect(popup.locator(".card").first).to_be_visible()
    eventually(lambda: person.badge() == str(popup.locator(".card").count()))


def test_the_extensions_worker_is_killed_with_the_popup_closed(
    person: Reader, api: Api, at_work: Worker, site: Site, local_site: str
) -> None:
    person.open(site.add("/vellin", SAMPLE).replace("127.0.0.1", "localhost"))
    site.may_answer.clear()
    popup = person.click(person.context.pages[-1])
    expect(popup.locator("[aria-current=step]")).to_have_text("Fetching the page")
    person.close_popup(popup)
    person.kill_worker()
    polls = api.polls
    site.may_answer.set()
    eventually(lambda: api.polls > polls)  # nobody looks: the alarm wakes it
    eventually(lambda: person.badge() not in ("", "…"))
    assert int(person.badge()) >= 1


def test_the_celery_worker_is_killed(
    person: Reader, settings: Settings, worker: Callable[..., Worker], site: Site, local_site: str
) -> None:
    page = person.open(site.add("/vellin", SAMPLE).replace("127.0.0.1", "localhost"))
    opened = site.requests("/vellin")
    site.may_answer.clear()
    doomed = worker(settings)
    popup = person.click(page)
    eventually(lambda: site.requests("/vellin") > opened)
    doomed.kill()
    site.may_answer.set()
    worker(settings)
    expect(popup.locator(".card").first).to_be_visible()


def test_the_api_restarts(person: Reader, api: Api, at_work: Worker, site: Site, local_site: str) -> None:
    page = person.open(site.add("/vellin", SAMPLE).replace("127.0.0.1", "localhost"))
    site.may_answer.clear()
    popup = person.click(page)
    expect(popup.locator("[aria-current=step]")).to_have_text("Fetching the page")
    api.stop()
    site.may_answer.set()
    api.start()
    expect(popup.locator(".card").first).to_be_visible()

"""What the reader is told when there are no findings, and what can be done about it."""

from playwright.sync_api import expect

from bench.reader import Reader, extension_id
from tests.conftest import Site, Worker, eventually
from tests.e2e.conftest import FRONT, LIBRARY, SAMPLE, Api


def test_nothing_leaves_before_the_click(person: Reader, site: Site, local_site: str, api: Api) -> None:
    site.add("/vellin", SAMPLE)
    sent: list[str] = []
    person.context.on("request", lambda request: sent.append(request.url))
    page = person.open(f"{local_site}/vellin")
    page.mouse.wheel(0, 500)
    page.reload()
    assert not [url for url in sent if not url.startswith(local_site)]


def test_the_server_is_not_running(
    person: Reader, api: Api, at_work: Worker, site: Site, local_site: str
) -> None:
    site.add("/vellin", SAMPLE)
    api.stop()
    page = person.open(f"{local_site}/vellin")
    popup = person.click(page)
    expect(popup.get_by_role("heading", name="The server isn’t running")).to_be_visible()
    expect(popup.get_by_text("python3 start.py")).to_be_visible()
    assert person.badge() == "!"
    api.start()
    popup.get_by_role("button", name="Try again").click()
    expect(popup.locator(".card").first).to_be_visible()


def test_a_page_that_is_no_article(person: Reader, at_work: Worker, site: Site, local_site: str) -> None:
    site.add("/", FRONT)
    popup = person.click(person.open(f"{local_site}/"))
    expect(popup.get_by_role("heading", name="This isn’t an article")).to_be_visible()


def test_an_article_with_nothing_in_conflict(
    person: Reader, at_work: Worker, site: Site, local_site: str
) -> None:
    site.add("/library", LIBRARY)
    page = person.open(f"{local_site}/library")
    popup = person.click(page)
    expect(popup.get_by_role("heading", name="No conflict found")).to_be_visible()
    expect(popup.get_by_text("by 1 official compared with")).to_be_visible()
    assert person.badge() == ""


def test_a_page_only_the_reader_may_see(person: Reader, at_work: Worker, site: Site, local_site: str) -> None:
    site.add("/paid", SAMPLE, status=403)
    page = person.open(f"{local_site}/paid")
    popup = person.click(page)
    consent = popup.locator(".consent")
    expect(consent).to_contain_text(
        person.worker().evaluate("chrome.storage.local.get().then(v => v.server)")
    )
    opened = site.requests("/paid")
    consent.get_by_role("button", name="Send this page’s text").click()
    expect(popup.locator(".card").first).to_be_visible()
    assert site.requests("/paid") == opened, "the server asked the site although it had the text"
    assert person.badge() == str(popup.locator(".card").count())


def test_a_page_of_the_browser(person: Reader) -> None:
    popup = person.click(person.open("chrome://version/"))
    expect(popup.get_by_role("heading", name="This page can’t be checked")).to_be_visible()


def test_the_settings(person: Reader, api: Api, at_work: Worker) -> None:
    page = person.open(f"chrome-extension://{extension_id()}/options/options.html")
    address, outcome = page.get_by_label("Address"), page.locator("#outcome")
    expect(address).to_have_value(api.address)
    for typed, told in {
        "": "type the address",
        "record": "not a web address",
        "http://record.example": "must begin with https://",
        f"{api.address}/checks": "without a path",
    }.items():
        address.fill(typed)
        page.get_by_role("button", name="Save and test").click()
        expect(outcome).to_contain_text(told)
        expect(address).to_have_attribute("aria-invalid", "true")
    address.fill(f"{api.address}/")
    page.get_by_role("button", name="Save and test").click()
    expect(outcome).to_have_text(f"Saved. The server at {api.address} is ready.")
    api.stop()
    page.get_by_role("button", name="Save and test").click()
    expect(outcome).to_contain_text("nothing answers")
    stored = "chrome.storage.local.get().then(values => values.server)"
    eventually(lambda: person.worker().evaluate(stored) == api.address)

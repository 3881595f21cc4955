"""axe finds nothing to object to, in light, dark and forced colours."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from bench.reader import Reader, extension_id
from tests.conftest import Site, Worker
from tests.e2e.conftest import FRONT, LIBRARY, SAMPLE, Api

THEMES = (
    {"color_scheme": "light", "forced_colors": "none"},
    {"color_scheme": "dark", "forced_colors": "none"},
    {"color_scheme": "dark", "forced_colors": "active"},
)


def examine(page: Page) -> None:
    """Fail when axe objects to a page in any theme."""
    for theme in THEMES:
        page.emulate_media(**theme)
        result = Axe().run(page)
        assert result.violations_count == 0, f"{theme}\n{result.generate_report()}"


def tab_order(page: Page, stops: int) -> list[str]:
    """Names of what the Tab key reaches, each of which must show that it has the focus."""
    names = []
    for _ in range(stops):
        page.keyboard.press("Tab")
        name, ring = page.evaluate(
            """() => {
                const { ariaLabel, textContent } = document.activeElement;
                return [ariaLabel || textContent, getComputedStyle(document.activeElement).outlineStyle];
            }"""
        )
        assert ring == "solid", f"{name} shows no focus"
        names.append(name)
    return names


def test_findings_and_their_pages(person: Reader, at_work: Worker, site: Site, local_site: str) -> None:
    site.add("/vellin", SAMPLE)
    popup = person.click(person.open(f"{local_site}/vellin"))
    card = popup.locator(".card").first
    expect(card).to_be_visible()
    assert tab_order(popup, 6) == [
        "Settings",
        "The Norland Courier",
        card.locator(".then a").inner_text(),
        "Show on page",
        "This isn’t a conflict",
        "Open permalink",
    ]
    examine(popup)
    card.get_by_role("button", name="This isn’t a conflict").click()
    examine(popup)
    permalink = card.get_by_role("link", name="Open permalink").get_attribute("href")
    assert permalink
    page = person.open(permalink)
    examine(page)
    page.get_by_role("link", name="Marta Vellin").first.click()
    expect(page.get_by_role("heading", name="Marta Vellin")).to_be_visible()
    assert "/officials/marta-vellin" in page.url
    examine(page)


def test_progress(person: Reader, at_work: Worker, site: Site, local_site: str) -> None:
    site.add("/vellin", SAMPLE)
    page = person.open(f"{local_site}/vellin")
    site.may_answer.clear()
    popup = person.click(page)
    expect(popup.locator("[aria-current=step]")).to_be_visible()
    examine(popup)


def test_the_other_answers(person: Reader, api: Api, at_work: Worker, site: Site, local_site: str) -> None:
    site.add("/front", FRONT)
    site.add("/library", LIBRARY)
    site.add("/paid", SAMPLE, status=403)
    for path, heading in {
        "/front": "This isn’t an article",
        "/library": "No conflict found",
        "/paid": "The server can’t read this page",
    }.items():
        popup = person.click(person.open(f"{local_site}{path}"))
        expect(popup.get_by_role("heading", name=heading)).to_be_visible()
        examine(popup)
        person.close_popup(popup)
    api.stop()
    popup = person.click(person.open(f"{local_site}/front?again"))
    expect(popup.get_by_role("heading", name="The server isn’t running")).to_be_visible()
    examine(popup)


def test_the_settings(person: Reader) -> None:
    page = person.open(f"chrome-extension://{extension_id()}/options/options.html")
    examine(page)
    page.get_by_label("Address").fill("http://record.example")
    page.get_by_role("button", name="Save and test").click()
    expect(page.locator("#outcome")).to_contain_text("Not saved")
    examine(page)

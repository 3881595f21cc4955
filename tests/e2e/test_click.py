"""From the click to findings on the page, as a reader meets it."""

import json
import re

from playwright.sync_api import expect

from bench.reader import Reader
from settings import ROOT
from tests.conftest import Site, Worker, eventually
from tests.e2e.conftest import SAMPLE

NOW = "sit down with Kestria"
"""Words of what the foreign minister says now, about which she spoke differently before."""

RECORD = [json.loads(line)["text"] for line in (ROOT / "demo" / "record.jsonl").read_text().splitlines()]

MARKED = "name => [...(CSS.highlights.get(name) ?? [])].map(range => range.toString())"
"""What is highlighted in a page under a name."""


def words(text: str) -> str:
    """A text without its line breaks, and without the marks around a direct quote."""
    return re.sub(r"\s+", " ", text).strip()


def test_a_click_leads_to_two_dated_statements(
    person: Reader, at_work: Worker, site: Site, local_site: str
) -> None:
    site.add("/vellin", SAMPLE)
    page = person.open(f"{local_site}/vellin")
    untouched = page.evaluate("document.documentElement.innerHTML")
    printed = words(page.locator("article").text_content() or "")
    assert person.badge() == ""
    popup = person.click(page)

    card = popup.locator(".card", has=popup.locator(".now", has_text=NOW)).first
    expect(card.locator("h3")).to_have_text("Marta Vellin")
    expect(card.locator(".office")).to_have_text("Foreign Minister of Norland")
    expect(card.locator(".now .side")).to_have_text("Now")
    expect(card.locator(".now .day")).to_have_text("14 May 2024")
    expect(card.locator(".then .side")).to_have_text("Then")
    expect(card.locator(".then .day")).to_have_text(re.compile(r"^(\d+ )?[A-Z][a-z]+ 202[34]$"))
    expect(card.locator(".now mark").first).to_be_visible()
    expect(card.locator(".then mark").first).to_be_visible()
    expect(card.locator(".kind")).to_have_text(re.compile("^(May conflict|Position has shifted)$"))
    expect(card.locator(".now a")).to_have_attribute("href", re.compile(re.escape(page.url) + "#:~:text="))
    for shown in popup.locator(".card").all():
        assert words(shown.locator(".now blockquote").text_content() or "") in printed
        then = words(shown.locator(".then blockquote").text_content() or "")
        assert then in printed or then in RECORD
    assert person.badge() == str(popup.locator(".card").count())

    show = card.get_by_role("button", name="Show on page")
    show.click()
    expect(card.locator(".status")).to_have_text("Highlighted on the page.")
    show.click()
    expect(card.locator(".status")).to_have_text("Highlighted on the page.")
    now = words(card.locator(".now blockquote").text_content() or "")
    assert [words(marked) for marked in page.evaluate(MARKED, "on-record-now")] == [now]
    expect(page.get_by_text(now).first).to_be_in_viewport()
    assert page.evaluate("document.documentElement.innerHTML") == untouched


def test_the_popup_may_close_and_the_badge_counts(
    person: Reader, at_work: Worker, site: Site, local_site: str
) -> None:
    site.may_answer.clear()
    site.add("/vellin", SAMPLE)
    site.may_answer.set()
    page = person.open(f"{local_site}/vellin")
    site.may_answer.clear()
    popup = person.click(page)
    expect(popup.locator("[aria-current=step]")).to_have_text("Fetching the page")
    assert person.badge() == "…"
    person.close_popup(popup)
    site.may_answer.set()
    eventually(lambda: person.badge() not in ("", "…"))
    count = person.badge()
    assert int(count) >= 1
    asked = site.requests("/vellin")

    expect(person.click(page).locator(".card")).to_have_count(int(count))
    assert site.requests("/vellin") == asked, "opening the popup again asks nothing anew"

    page.goto(f"{local_site}/elsewhere")
    eventually(lambda: person.badge() == "")


def test_a_report_reaches_the_server(person: Reader, at_work: Worker, site: Site, local_site: str) -> None:
    site.add("/vellin", SAMPLE)
    page = person.open(f"{local_site}/vellin")
    popup = person.click(page)
    card = popup.locator(".card").first
    card.get_by_role("button", name="This isn’t a conflict").click()
    card.get_by_label("They are about different things").check()
    card.get_by_label("Anything to add?").fill("One is about grain.")
    card.get_by_role("button", name="Send").click()
    expect(card.get_by_text("Thank you.")).to_be_visible()
    person.close_popup(popup)
    again = person.click(page).locator(".card").first
    expect(again.get_by_text("Thank you.")).to_be_visible()
    expect(again.get_by_role("button", name="This isn’t a conflict")).to_be_disabled()


def test_the_permalink_shows_the_same(person: Reader, at_work: Worker, site: Site, local_site: str) -> None:
    site.add("/vellin", SAMPLE)
    popup = person.click(person.open(f"{local_site}/vellin"))
    address = popup.locator(".card").first.get_by_role("link", name="Open permalink").get_attribute("href")
    assert address
    expect(person.open(address).get_by_text(NOW).first).to_be_visible()

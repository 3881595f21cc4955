"""From the click to the findings: how long a reader waits on the sample article, and where the time goes.

    python -m bench.click [--runs 10]

Drives the real browser, extension, API, queue, worker and models, all warm. Prints one JSON object; seconds
are medians over the runs. `stages` add up to about `seconds`:

- asking: from the click on the icon until the server has accepted the check
- waiting: until a worker has begun
- fetching, reading, quotes, comparing: the work, as the worker's log tells it
- telling: until the popup shows the findings
"""

import json
import os
import platform
import time
from datetime import datetime
from itertools import pairwise
from statistics import median
from typing import Any

import click
from playwright.sync_api import Page

from bench.demo import Demo, running_demo
from bench.reader import Reader, reader
from ledger import Ledger, checks, open_ledger

STAGES = ("asking", "waiting", "fetching", "reading", "quotes", "comparing", "telling")

WHEN_SHOWN = """() => new Promise(shown => {
    const look = () => document.querySelector(".card") && shown(Date.now());
    new MutationObserver(look).observe(document, { childList: true, subtree: true });
    look();
})"""
"""Gives the moment at which the first finding is in the popup, in milliseconds since the epoch."""


@click.command()
@click.option("--runs", default=10, show_default=True, type=click.IntRange(1), help="Clicks to measure.")
def main(runs: int) -> None:
    """Measure the time from a click to its findings on the sample article."""
    # a finished check would answer at once: here each click is to do all the work
    with running_demo(check_fresh_for="0") as demo, reader(demo.address) as person:
        ledger = open_ledger(f"sqlite:///{demo.folder / 'ledger.sqlite3'}")
        page = person.open(demo.article)
        clicked(person, page)  # warms browser, worker and models
        measured = [measure(demo, ledger, person, page) for _ in range(runs)]
        ledger.dispose()
    totals = [run["total"] for run in measured]
    summary: dict[str, Any] = {
        "what": "click",
        "runs": runs,
        "seconds": round(median(totals), 3),
        "fastest": round(min(totals), 3),
        "slowest": round(max(totals), 3),
        "stages": {stage: round(median(run[stage] for run in measured), 3) for stage in STAGES},
        "machine": {
            "cpus": os.cpu_count(),
            "platform": platform.platform(),
            "python": platform.python_version(),
        },
    }
    print(json.dumps(summary, indent=2))


def clicked(person: Reader, page: Page) -> tuple[str, float, float]:
    """Click, wait for findings, forget them; give the check's id, and when it began and ended (epoch)."""
    began = time.time()
    popup = person.click(page)
    shown: float = popup.evaluate(WHEN_SHOWN) / 1000
    link = popup.get_by_role("link", name="Open permalink").first.get_attribute("href") or ""
    person.close_popup(popup)
    # a reload of the same page keeps its result, so leave it and come back
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    return link.split("#")[0].rsplit("/", 1)[1], began, shown


def measure(demo: Demo, ledger: Ledger, person: Reader, page: Page) -> dict[str, float]:
    """Seconds of each stage of one click, and of all together."""
    id, began, shown = clicked(person, page)
    with ledger.reading() as session:
        check = checks.get(session, id)
        assert check is not None
        assert check.finished_at is not None
        accepted, ended = check.created_at.timestamp(), check.finished_at.timestamp()
    starts = [accepted, *begun(demo, id), ended]
    moments = [began, *starts, shown]
    seconds = [later - earlier for earlier, later in pairwise(moments)]
    return {**dict(zip(STAGES, seconds, strict=True)), "total": shown - began}


def begun(demo: Demo, id: str) -> list[float]:
    """When the worker began each of its four stages (epoch, seconds)."""
    first: dict[str, float] = {}
    for line in (demo.folder / "logs" / "worker.log").read_text().splitlines():
        if id in line and '"stage"' in line:
            told = json.loads(line)
            first.setdefault(told["stage"], datetime.fromisoformat(told["timestamp"]).timestamp())
    return [first[stage] for stage in ("fetching", "reading", "quotes", "comparing")]


if __name__ == "__main__":
    main()

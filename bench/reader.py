"""A reader at a real browser: Chromium without a screen, the shipped extension, clicks on its toolbar icon.

Used by the end-to-end tests, by the benchmark of a click and by the screenshots of the README.
"""

import hashlib
import json
import shutil
import tempfile
import time
from base64 import b64decode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import BrowserContext, CDPSession, Page, Playwright, Worker, expect, sync_playwright

from settings import ROOT

EXTENSION = ROOT / "extension"
"""The folder that is tested is the folder that ships."""

PATIENCE = 60_000
"""Milliseconds a step may take before it counts as failed; the model's first use is the slowest."""


def chromium() -> str | None:
    """Path of the system's Chromium, or None when there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def extension_id() -> str:
    """The id that the manifest's public key gives: 32 hex digits of its SHA-256, written a to p."""
    key = json.loads((EXTENSION / "manifest.json").read_text())["key"]
    digest = hashlib.sha256(b64decode(key)).hexdigest()[:32]
    return "".join(chr(ord("a") + int(digit, 16)) for digit in digest)


class Reader:
    """One browser profile with the extension in it."""

    def __init__(self, playwright: Playwright, context: BrowserContext, profile: Path) -> None:
        self.playwright = playwright
        self.context = context
        self._profile = profile
        browser = context.browser
        assert browser is not None
        self._cdp: CDPSession = browser.new_browser_cdp_session()
        self.context.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)

    def use_server(self, address: str) -> None:
        """Choose the server as the settings page would."""
        self.worker().evaluate("server => chrome.storage.local.set({ server })", address)

    def open(self, url: str) -> Page:
        """Open a page in a tab and bring it to the front."""
        page = self.context.new_page()
        page.goto(url)
        page.bring_to_front()
        return page

    def click(self, page: Page) -> Page:
        """Click the toolbar icon on a page, which opens the popup and grants access to the tab."""
        page.bring_to_front()
        tab = self._target("tab", page.url)
        self._cdp.send("Extensions.triggerAction", {"id": extension_id(), "targetId": tab})
        return self.popup()

    def popup(self) -> Page:
        """The open popup, as an ordinary page. It appears to new connections only, so one is made."""
        port = (self._profile / "DevToolsActivePort").read_text().split()[0]
        address = f"chrome-extension://{extension_id()}/popup/popup.html"
        deadline = time.monotonic() + PATIENCE / 1000
        while time.monotonic() < deadline:
            browser = self.playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
            for context in browser.contexts:
                for page in context.pages:
                    if page.url == address:
                        page.set_default_timeout(PATIENCE)
                        return page
            browser.close()
        raise TimeoutError("the popup did not open")

    def close_popup(self, popup: Page) -> None:
        """Close the popup as a click elsewhere does."""
        popup.close()

    def badge(self) -> str:
        """Text on the toolbar icon for the tab in front."""
        found = self.worker().evaluate(
            """async () => {
                const [tab] = await chrome.tabs.query({ active: true, lastFocusedWindow: true });
                return chrome.action.getBadgeText({ tabId: tab.id });
            }"""
        )
        return str(found)

    def worker(self) -> Worker:
        """The extension's service worker, waited for."""
        workers = self.context.service_workers
        return workers[0] if workers else self.context.wait_for_event("serviceworker")

    def kill_worker(self) -> None:
        """Stop the service worker as the browser does when it wants the memory back."""
        self._cdp.send("Target.closeTarget", {"targetId": self._target("service_worker", "background.js")})

    def _target(self, kind: Literal["tab", "service_worker"], url: str) -> str:
        targets: list[dict[str, Any]] = self._cdp.send("Target.getTargets", {"filter": [{}]})["targetInfos"]
        return next(str(t["targetId"]) for t in targets if t["type"] == kind and t["url"].endswith(url))


@contextmanager
def reader(server: str | None = None, args: Sequence[str] = (), **options: Any) -> Iterator[Reader]:
    """A fresh browser with the extension, asking `server`; `args` are Chromium's, other options Playwright's.

    Raises:
        FileNotFoundError: no Chromium is installed.
    """
    executable = chromium()
    if executable is None:
        raise FileNotFoundError("Chromium is needed to drive the extension: apt-get install chromium")
    with tempfile.TemporaryDirectory(prefix="on-record-browser-") as profile, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=executable,
            headless=True,
            no_viewport=True,
            args=[
                f"--disable-extensions-except={EXTENSION}",
                f"--load-extension={EXTENSION}",
                "--remote-debugging-port=0",
                *args,
            ],
            **options,
        )
        try:
            person = Reader(playwright, context, Path(profile))
            if server is not None:
                person.use_server(server)
            yield person
        finally:
            context.close()

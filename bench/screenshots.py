"""The pictures of the README: the real popup, with real findings of the real server on the sample article.

python -m bench.screenshots          # writes docs/images/popup-light.png and popup-dark.png
"""

from typing import Literal

from playwright.sync_api import expect

from bench.demo import running_demo
from bench.reader import reader
from settings import ROOT

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

SCREEN = ("--screen-info={2800x2400 devicePixelRatio=2}", "--window-size=1400,1200")
"""A screen on which the popup gets all the room that Chromium allows it, at twice the usual resolution."""


def main() -> None:
    """Write both pictures, at twice the usual resolution."""
    folder = ROOT / "docs" / "images"
    folder.mkdir(parents=True, exist_ok=True)
    with running_demo() as demo, reader(demo.address, args=SCREEN) as person:
        popup = person.click(person.open(demo.article))
        expect(popup.locator(".card").first).to_be_visible()
        for scheme in SCHEMES:
            popup.emulate_media(color_scheme=scheme)
            popup.screenshot(path=folder / f"popup-{scheme}.png")
            print(folder / f"popup-{scheme}.png")


if __name__ == "__main__":
    main()

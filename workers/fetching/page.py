"""What fetching gives: the HTML of one page and where it came from."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Page:
    """The HTML (or plain text) of one page.

    Attributes:
        url: final address, after redirects.
        body: decoded text of the response.
        origin: ``fetched`` by us, ``reader`` when the reader's browser sent it, ``file`` from a disk.
        plain: the body is plain text (title, blank line, paragraphs), not HTML.
    """

    url: str
    body: str
    origin: Literal["fetched", "reader", "file"] = "fetched"
    plain: bool = False

"""The one HTTP client: guarded addresses, every redirect checked again, caps on time and size.

It is httpx's transport without httpx's client: there is no cookie jar, no proxy and no redirect that anyone
but us could follow.
"""

import ssl
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from functools import lru_cache
from importlib.metadata import version
from time import monotonic
from urllib.parse import urljoin

import httpcore
import httpx

from settings import Settings
from workers.errors import CannotWork, TryAgain
from workers.fetching.addresses import PublicOnly, normal
from workers.fetching.decoding import decoded
from workers.fetching.page import Page
from workers.fetching.robots import Robots

REDIRECTS = 5
HTML = ("text/html", "application/xhtml+xml", "text/plain", "")
PACKINGS = ("", "identity", "gzip", "deflate")
"""Content codings that are unpacked. A single one at most: two on top of each other make a few
kilobytes into gigabytes before their size can be counted."""
ROBOTS_BYTES = 500_000
"""As much of a robots.txt as RFC 9309 asks a robot to read."""
ROBOTS_TIME = 5.0


class _Transport(httpx.HTTPTransport):
    """httpx's transport on a pool whose connections go through `PublicOnly`."""

    def __init__(self, settings: Settings, deadline: float) -> None:
        super().__init__(verify=_tls())
        # httpx offers no way to name a network backend; its transport only forwards to this pool
        self._pool = httpcore.ConnectionPool(
            ssl_context=_tls(), network_backend=PublicOnly(settings.fetch_allow_hosts, deadline)
        )


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context()


@dataclass(frozen=True)
class _Answer:
    url: str
    status: int
    headers: httpx.Headers
    body: bytes

    @property
    def kind(self) -> str:
        """Media type in lower case, without parameters."""
        return str(self.headers.get("content-type", "")).split(";")[0].strip().lower()


def fetch(url: str, settings: Settings) -> Page:
    """The page at an address, its site's robots.txt permitting.

    Raises:
        CannotWork: ``bad-address``, ``address-refused``, ``not-found``, ``paywall``, ``too-large``,
            ``not-html``, ``blocked-by-robots``.
        TryAgain: ``site-error``: time-outs, unreachable or overloaded sites.
    """
    deadline = monotonic() + settings.fetch_timeout
    with _Transport(settings, deadline) as transport:

        def robots_txt(address: str) -> str | None:
            until = min(deadline, monotonic() + ROBOTS_TIME)
            try:
                found = _followed(address, lambda hop: _get(transport, hop, settings, ROBOTS_BYTES, until))
            except (TryAgain, CannotWork):
                return None
            return found.body.decode("utf-8-sig", "replace") if found.status == 200 else None

        robots = Robots(user_agent(settings), robots_txt)

        def page(address: str) -> _Answer:
            if not robots.allow(address):
                raise _blocked()
            return _get(transport, address, settings, settings.fetch_max_bytes, deadline)

        answer = _followed(normal(url), page)
    _refuse_status(answer)
    if answer.kind not in HTML or answer.body.startswith(b"%PDF"):
        sent = "a PDF" if answer.kind in HTML else answer.kind
        raise CannotWork(
            "not-html",
            "This is not a web page",
            f"The site sent {sent}; only articles in HTML can be read. Look for the article as a web page.",
            415,
        )
    text = decoded(answer.body, answer.headers.get("content-type", ""))
    return Page(answer.url, text, plain=answer.kind == "text/plain")


def user_agent(settings: Settings) -> str:
    """Who we are, honestly, and where to learn more."""
    return f"OnRecord/{version('on-record')} (+{settings.fetch_contact})"


def _followed(url: str, get: Callable[[str], _Answer]) -> _Answer:
    """The answer at the end of a chain of redirects."""
    for _ in range(REDIRECTS + 1):
        answer = get(url)
        target = answer.headers.get("location")
        if answer.status not in (301, 302, 303, 307, 308) or not target:
            return answer
        url = normal(urljoin(url, target))
    raise CannotWork(
        "not-found", "The page cannot be found", "It redirects again and again. Open the article itself.", 404
    )


def _get(transport: _Transport, url: str, settings: Settings, most: int, deadline: float) -> _Answer:
    headers = {
        "User-Agent": user_agent(settings),
        "Accept": "text/html,application/xhtml+xml;q=0.9,text/plain;q=0.5",
        "Accept-Encoding": "gzip, deflate",
    }
    timeout = httpx.Timeout(max(0.1, deadline - monotonic())).as_dict()
    with _translated(settings):
        request = httpx.Request("GET", url, headers=headers, extensions={"timeout": timeout})
        response = transport.handle_request(request)
        response.request = request
    with _translated(settings), closing(response):
        answer = _Answer(url, response.status_code, response.headers, b"")
        if not 200 <= answer.status < 300 or answer.kind not in HTML:
            return answer
        return replace(answer, body=_body(response, most, deadline, settings))


def _body(response: httpx.Response, most: int, deadline: float, settings: Settings) -> bytes:
    """The unpacked body, given up as soon as it is too large or too late."""
    packing = response.headers.get("content-encoding", "").strip().lower()
    if packing not in PACKINGS:
        raise CannotWork(
            "not-html",
            "This is not a web page",
            f"The site packed it as {packing!r}, which nobody asked for. Look for the article elsewhere.",
            415,
        )
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > most:
            raise CannotWork(
                "too-large",
                "The page is too large",
                f"It has more than {most / 1_000_000:g} MB; no article has. If it is one, send its text.",
                413,
            )
        if monotonic() > deadline:
            raise _too_slow(settings)
    return bytes(body)


def _blocked() -> CannotWork:
    return CannotWork(
        "blocked-by-robots",
        "The site asks robots not to read this page",
        "We keep to that. If you can read it, you can send the page's text.",
        403,
    )


@contextmanager
def _translated(settings: Settings) -> Iterator[None]:
    try:
        yield
    except httpx.TimeoutException as error:
        raise _too_slow(settings) from error
    except httpx.InvalidURL as error:
        raise CannotWork("bad-address", "This is not a web address", f"{error} Check it.", 422) from error
    except (OSError, httpx.HTTPError) as error:
        raise TryAgain(
            "site-error",
            "The site cannot be reached",
            f"It did not answer as a web site should ({error}). Try again later.",
            502,
        ) from error


def _too_slow(settings: Settings) -> TryAgain:
    return TryAgain(
        "site-error",
        "The site is too slow",
        f"It took longer than {settings.fetch_timeout:.0f} seconds. Try again later.",
        504,
    )


def _refuse_status(answer: _Answer) -> None:
    status = answer.status
    if status < 400:
        return
    if status in (404, 410):
        raise CannotWork(
            "not-found",
            "The page cannot be found",
            "The site says there is no such page. Check the address.",
            404,
        )
    if status in (401, 402, 403, 451):
        raise CannotWork(
            "paywall",
            "The site does not let us read this page",
            f"It answered {status} (a subscription, a sign-in, a block). If you can read it, send its text.",
            402,
        )
    when = _when(answer.headers.get("retry-after", "").strip())
    raise TryAgain("site-error", "The site has a problem", f"It answered {status}. Try again {when}.", 502)


def _when(retry_after: str) -> str:
    """A Retry-After in words: a number of seconds or a date, as RFC 9110 allows."""
    if retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 8:
        return f"in {retry_after} seconds"
    try:
        return f"after {parsedate_to_datetime(retry_after[:40]):%-d %B %Y, %H:%M %Z}"
    except ValueError:
        return "later"

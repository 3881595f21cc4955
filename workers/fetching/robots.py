"""robots.txt: asked for once per site and hour, kept to; a site without one allows everything."""

from collections.abc import Callable
from threading import Lock
from time import monotonic
from urllib.parse import urlsplit, urlunsplit
from urllib.robotparser import RobotFileParser

KEPT_FOR = 3600.0
MOST_SITES = 1000

_cache: dict[str, tuple[float, RobotFileParser]] = {}
_lock = Lock()


class Robots:
    """What sites allow one robot.

    Args:
        agent: our User-Agent; the part before the slash is matched.
        read: gives the text at an address, or None when there is none.
    """

    def __init__(self, agent: str, read: Callable[[str], str | None]) -> None:
        self._agent, self._read = agent.split("/")[0], read

    def allow(self, url: str) -> bool:
        """Whether the site lets us fetch this address."""
        parts = urlsplit(url)
        site = urlunsplit((parts.scheme, parts.netloc, "", "", ""))
        return self._rules(site).can_fetch(self._agent, url)

    def _rules(self, site: str) -> RobotFileParser:
        with _lock:
            asked, rules = _cache.get(site, (-KEPT_FOR, None))
        if rules is None or monotonic() - asked > KEPT_FOR:
            rules = RobotFileParser()
            rules.parse((self._read(f"{site}/robots.txt") or "").splitlines())
            with _lock:
                if len(_cache) >= MOST_SITES:
                    _cache.clear()
                _cache[site] = (monotonic(), rules)
        return rules

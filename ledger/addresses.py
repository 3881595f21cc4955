"""When two URLs are the same page."""

import re
from hashlib import sha256
from urllib.parse import urlsplit, urlunsplit

LONGEST = 500
"""Characters; longer ones are told apart by their hash, because an index entry has its limits."""

# Parameters that tell where a reader came from. Only these are dropped, and the rest is left as it is
# written: cleaning more mixes pages up (courlan drops "?12345", on some sites the article's number).
_TRACKER = re.compile(
    r"(utm_\w*|at_(medium|campaign|custom\d)|mc_[ce]id|[fgy]bclid|gclid|dclid|msclkid|igshid|ref_src)(=|$)",
    re.I,
)


def page_of(url: str) -> str:
    """The URL without what doesn't choose the page: case of the host, default port, fragment, trackers.

    A URL that cannot be parsed stands for itself; fetching it tells the reader what is wrong.
    """
    page = url.strip()
    try:
        parts = urlsplit(page)
        default = {"http": 80, "https": 443}.get(parts.scheme)
        port = "" if parts.port in (None, default) else f":{parts.port}"
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
        user = parts.netloc.rpartition("@")[0]
        host = f"{user}@{host}" if user else host
        query = "&".join(part for part in parts.query.split("&") if not _TRACKER.match(part))
        page = urlunsplit((parts.scheme, host + port, parts.path or "/", query, ""))
    except ValueError:
        pass
    return page if len(page) <= LONGEST else sha256(page.encode(errors="replace")).hexdigest()

"""What a page says of its article in JSON-LD and Open Graph: title, outlet, day, authors, address."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml import html as lxml_html

from workers.articles.plain import clean

_DAY = re.compile(r"^\s*(\d{4})-(\d{2})-(\d{2})")
_COMPACT = re.compile(r"^\s*(\d{4})(\d{2})(\d{2})\b")
_ARTICLE = re.compile(r"Article|Posting|Report|Review", re.IGNORECASE)
_PUBLISHED = (
    "article:published_time", "og:article:published_time", "datepublished", "date", "dc.date",
    "dc.date.issued", "dcterms.created", "parsely-pub-date", "sailthru.date", "publishdate", "pubdate",
    "publication_date", "article.published", "cxenseparse:recs:publishtime",
)  # fmt: skip


@dataclass(frozen=True)
class Metadata:
    """What is known of an article besides its text; None or empty where the page is silent."""

    url: str
    title: str | None = None
    outlet: str | None = None
    published_on: date | None = None
    authors: tuple[str, ...] = ()
    is_article: bool = False
    """The page calls itself an article, or dates itself as one."""


def tree(html: str) -> Any:
    """The page as lxml reads it; None when there is nothing to read."""
    try:
        return lxml_html.fromstring(
            html.encode("utf-8", "replace"), parser=lxml_html.HTMLParser(encoding="utf-8")
        )
    except (etree.ParserError, ValueError, AssertionError):
        return None


def metadata(root: Any, url: str) -> Metadata:
    """Read a page's own description of itself; broken or hostile parts are passed over."""
    named = _meta(root)
    article = next(_articles(root), {})
    published_on = _published(article, named, root)
    return Metadata(
        url=_address(root, named, url),
        title=_short(named.get("og:title")) or _short(root.findtext(".//title")),
        outlet=_short(named.get("og:site_name")) or _name(article.get("publisher")),
        published_on=published_on,
        authors=_authors(article),
        is_article=bool(article or published_on) or named.get("og:type", "").lower().startswith("article"),
    )


def _meta(root: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in root.iter("meta"):
        key = element.get("property") or element.get("name") or element.get("itemprop")
        content = element.get("content")
        if key and content:
            found.setdefault(key.strip().lower(), content)
    return found


def _articles(root: Any) -> Iterator[dict[str, Any]]:
    for script in root.iter("script"):
        if (script.get("type") or "").strip().lower() != "application/ld+json" or not script.text:
            continue
        try:
            described = json.loads(script.text.strip().rstrip(";"), strict=False)
        except (ValueError, RecursionError):
            continue
        for one in _objects(described):
            kind = one.get("@type")
            kinds = kind if isinstance(kind, list) else [kind]
            if any(isinstance(name, str) and _ARTICLE.search(name) for name in kinds):
                yield one


def _objects(described: Any) -> Iterator[dict[str, Any]]:
    waiting = [described]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, list):
            waiting = one[:50] + waiting
        elif isinstance(one, dict):
            yield one
            if isinstance(one.get("@graph"), list):
                waiting = one["@graph"][:50] + waiting


def _published(article: dict[str, Any], named: dict[str, str], root: Any) -> date | None:
    candidates: list[Any] = [article.get("datePublished"), *(named.get(key) for key in _PUBLISHED)]
    candidates += [
        element.get("datetime") or element.get("content")
        for element in root.xpath('//*[@itemprop="datePublished"]')
    ]
    candidates += [element.get("datetime") for element in root.xpath("//article//time[@pubdate]")]
    return next((day for value in candidates if (day := _day(value))), None)


def _day(value: Any) -> date | None:
    """The day as written, with its own offset: "2017-08-01T23:30:00-05:00" is 1 August."""
    if not isinstance(value, str):
        return None
    match = _DAY.match(value[:40]) or _COMPACT.match(value[:40])
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def _authors(article: dict[str, Any]) -> tuple[str, ...]:
    authors = article.get("author")
    names = [_name(one) for one in (authors if isinstance(authors, list) else [authors])]
    return tuple(dict.fromkeys(name for name in names if name))[:20]


def _name(value: Any) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    return _short(value.get("name") if isinstance(value, dict) else value)


def _short(value: Any) -> str | None:
    words = " ".join(clean(value).split()) if isinstance(value, str) else ""
    return words[:200] or None


def _site(netloc: str) -> str:
    """A host without the edition it is for: www.courier.example and m.courier.example are one site."""
    return re.sub(r"^(?:www|m|mobile|amp)\.", "", netloc.lower())


def _address(root: Any, named: dict[str, str], url: str) -> str:
    """The canonical address, if it lies on the page's own site and names more than its front page."""
    links = root.xpath('//link[@rel="canonical"]/@href')
    for stated in (*links[:1], named.get("og:url")):
        if not stated:
            continue
        try:
            address = urljoin(url, str(stated).strip())
            theirs, ours = urlsplit(address), urlsplit(url)
        except ValueError:
            continue
        same = theirs.scheme in ("http", "https") and _site(theirs.netloc) == _site(ours.netloc)
        if same and (theirs.path not in ("", "/") or ours.path in ("", "/")):
            return address.split("#")[0]
    return url.split("#")[0]

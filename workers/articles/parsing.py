"""HTML -> `Article`: newspaper3k reads the page, trafilatura checks that it read the right part.

newspaper3k alone picks a wrong block on one page in eight. Its own choice of block, rendered by us
(its text loses paragraph breaks and puts blanks around inline tags), is kept when its length agrees with
trafilatura's; otherwise trafilatura's text is taken. See docs/decisions/0010-extraction.md.
"""

import re
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from workers.articles.article import Article
from workers.articles.metadata import Metadata, metadata, tree
from workers.articles.plain import LONGEST, SHORTEST, clean, host, no_article, plain, size
from workers.articles.rendering import rendered
from workers.errors import CannotWork
from workers.fetching import Page

LEAST_WORDS = 60
"""Of newspaper3k's block; a shorter one is a teaser or a caption more often than an article."""
AGREE = (0.8, 1.25)
"""Bounds of newspaper3k's length over trafilatura's."""
STUB = 150
"""Words; an article this short on a page that asks for a subscription is the free beginning of one."""
LINKED = 0.3
"""Share of words in paragraphs that are nothing but a link, from which on a page is a list of articles."""
HEADLINES = 10
"""Headlines that are links, from which on a page that doesn't call itself an article may be a list."""
TEASER = 40
"""Words; the longest paragraph of a list's teasers is shorter."""

# The readers' time grows with the square of some numbers. Beside each limit, the most of 527 real pages.
LARGEST = 4_000_000
"""Characters of HTML (2,845,105)."""
MOST_TAGS = 25_000
"""Opening and closing (7,659)."""
MOST_PARAGRAPHS = 4_000
"""(544)."""
MOST_ATTRIBUTES = 2_000
"""Equals signs in one tag (1,107)."""
DEEPEST = 400

_PAYWALL = re.compile(
    r"subscribe (?:now )?to (?:continue|read|keep reading)|to continue reading|subscribers? only"
    r"|already a subscriber|create (?:a free )?account to (?:continue|read)"
    r"|this (?:article|content) is (?:for|reserved for) subscribers",
    re.IGNORECASE,
)
_PARAGRAPH = re.compile(r"<p[\s>]", re.IGNORECASE)
_NESTING = re.compile(
    r"<(/?)(?:ul|ol|li|dl|dd|div|span|table|blockquote|section|article|font|b|i|em|strong|q)\b", re.IGNORECASE
)


def parse(page: Page) -> Article:
    """The article of a page; no part of it fetches anything.

    Raises:
        CannotWork: it is no article (``not-an-article``), or only its beginning is free to read
            (``paywall``).
    """
    return plain(page) if page.plain else _html(page)


def _html(page: Page) -> Article:
    html = clean(page.body)
    _refuse_monsters(html)
    root = tree(html)
    if root is None:
        raise no_article("The page is empty.")
    about = metadata(root, page.url)
    text, extractor, theirs = _text(html, page.url)
    _refuse_paywall(page, text, root)
    _refuse_lists(page.url, text, root, about)
    title = theirs.title or about.title or "Untitled"
    # a headline inside the body would be read as a statement of the person it names
    text = text.removeprefix(f"{title}\n\n")
    return Article(
        url=about.url,
        title=title,
        outlet=about.outlet or host(page.url),
        published_on=about.published_on or theirs.published_on or _last_resort(html, page.url),
        text=text,
        extractor=extractor,
        authors=about.authors or _authors(html, page.url),
    )


def _text(html: str, url: str) -> tuple[str, str, Metadata]:
    """Body, the rule that gave it, and what newspaper3k says of title and day."""
    other = _trafilatura(html, url)
    block, theirs = _newspaper(html, url)
    words, others = size(block), size(other)
    agree = others and AGREE[0] <= words / others <= AGREE[1]
    if block and words >= LEAST_WORDS and (agree or not others):
        return block, "newspaper3k", theirs
    return (other, "trafilatura", theirs) if other else (block, "newspaper3k", theirs)


def _newspaper(html: str, url: str) -> tuple[str, Metadata]:
    import newspaper

    config = newspaper.Config()
    # each of these would make parse() fetch something
    config.fetch_images = False
    config.follow_meta_refresh = False
    config.memoize_articles = False
    article = newspaper.Article(url, config=config)
    try:
        article.download(input_html=html)
        article.parse()
    except Exception:  # newspaper3k raises whatever its parts raise, on any odd page
        return "", Metadata(url)
    node: Any = article.clean_top_node
    published = article.publish_date
    day = published.date() if published is not None else None
    return rendered(node) if node is not None else "", Metadata(url, title=article.title, published_on=day)


def _trafilatura(html: str, url: str) -> str:
    import trafilatura

    try:
        text = trafilatura.extract(
            html, url=url, include_comments=False, favor_precision=True, with_metadata=False
        )
    except Exception:  # as above; the other reader may still manage
        return ""
    return "\n\n".join(line.strip() for line in (text or "").splitlines() if line.strip())


def _authors(html: str, url: str) -> tuple[str, ...]:
    import trafilatura

    try:
        named = trafilatura.extract_metadata(html, default_url=url).author
    except Exception:  # as above
        return ()
    return tuple(name.strip() for name in (named or "").split(";") if name.strip())


def _last_resort(html: str, url: str) -> date | None:
    import htmldate

    try:
        found = htmldate.find_date(html, url=url, original_date=True, extensive_search=True)
    except Exception:  # as above
        return None
    return date.fromisoformat(found) if found else None


def _refuse_monsters(html: str) -> None:
    if not html.strip():
        raise no_article("The page is empty.")
    if html.lstrip().startswith("%PDF"):
        raise no_article("This is a PDF, and only web pages can be read.")
    if (
        len(html) > LARGEST
        or html.count("<") > MOST_TAGS
        or len(_PARAGRAPH.findall(html)) > MOST_PARAGRAPHS
        or max(tag.partition(">")[0].count("=") for tag in html.split("<")) > MOST_ATTRIBUTES
        or _depth(html) > DEEPEST
    ):
        raise no_article("It is built far larger than any news article. Open the article itself.")


def _depth(html: str) -> int:
    """An upper bound of nesting that costs one pass: openings minus closings, at its highest."""
    depth = highest = 0
    for match in _NESTING.finditer(html):
        depth = max(0, depth + (-1 if match[1] else 1))
        highest = max(highest, depth)
    return highest


def _refuse_paywall(page: Page, text: str, root: Any) -> None:
    """Of a page that a reader sent, nothing more can be had: what they see is taken as it is."""
    if page.origin != "reader" and size(text) < STUB and _PAYWALL.search(rendered(root)):
        raise CannotWork(
            "paywall",
            "The article is behind a paywall",
            "Only its beginning is free to read. If you can read it, send the page's text.",
            402,
        )


def _refuse_lists(url: str, text: str, root: Any, about: Metadata) -> None:
    if size(text) < SHORTEST:
        raise no_article("No article text was found on it. Open the article itself and try again.")
    if len(text) > LONGEST:
        raise no_article("It is far longer than any news article. Open the article itself.")
    doubtful = not about.is_article and (urlsplit(url).path in ("", "/") or _teasers(text, root))
    if doubtful or linked(text, root) > LINKED:
        raise no_article("It seems to be a front page or a list of articles. Open one of them and try again.")


def _teasers(text: str, root: Any) -> bool:
    heads = root.xpath("//*[self::h1 or self::h2 or self::h3 or self::h4][descendant::a or ancestor::a]")
    return len(heads) >= HEADLINES and all(size(paragraph) < TEASER for paragraph in text.split("\n\n"))


def linked(text: str, root: Any) -> float:
    """Share of a text's words in paragraphs that are nothing but a link of the page, 0 to 1."""
    links = {" ".join(link.text_content().split()) for link in root.iter("a")}
    inside = sum(size(paragraph) for paragraph in text.split("\n\n") if paragraph in links)
    return inside / max(1, size(text))

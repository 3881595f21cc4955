"""Plain text -> `Article`: title, blank line, paragraphs; and what every article must keep to."""

import re
from urllib.parse import urlsplit

from workers.articles.article import Article
from workers.errors import CannotWork
from workers.fetching import Page

SHORTEST = 25
"""Words of a page's text; a page with fewer is no article."""
LONGEST = 200_000
"""Characters of text; the longest of 527 measured articles has 53,000."""
WRAPPED = (50, 100)
"""Length in characters of lines that an editor broke, not an author."""

_WORD = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]|[^\W\u3040-\u30ff\u4e00-\u9fff]+")
_CREDIT = re.compile(
    r"(?:©|\(c\)|(?:photo|photograph|image|picture|credit|caption)s?\s*[:/|])", re.IGNORECASE
)
_CREDIT_WORDS = 15
_ENDS = '.!?…:"”’»)'


def plain(page: Page) -> Article:
    """A text file: title, blank line, paragraphs. Where there is a title only, it is the text as well.

    Saved pages repeat the headline over the text and leave the credits of pictures in it; both go.

    Raises:
        CannotWork: it is empty, or far too long (``not-an-article``).
    """
    groups = [
        [line.strip() for line in group.split("\n") if line.strip()]
        for group in re.split(r"\n[^\S\n]*\n", clean(page.body).replace("\r\n", "\n").lstrip("\ufeff"))
    ]
    lines = [line for group in groups for line in group]
    if not lines:
        raise no_article("The file is empty. It needs a title, a blank line and the text.")
    title = lines[0]
    kept = [[line for line in group if line != title and not _credit(line)] for group in groups]
    paragraphs = [paragraph for group in _joined(kept) for paragraph in group]
    text = "\n\n".join(paragraphs) or title
    if len(text) > LONGEST:
        raise no_article("It is far longer than any news article. Cut it down to the article itself.")
    return Article(page.url, title, host(page.url), None, text, "plain")


def _credit(line: str) -> bool:
    return bool(_CREDIT.match(line)) and size(line) <= _CREDIT_WORDS


def _joined(groups: list[list[str]]) -> list[list[str]]:
    """Lines between two blank lines become one paragraph if the whole file is broken at a column."""
    broken = [line for group in groups for line in group[:-1]]
    in_sentence = [line for line in broken if line[-1] not in _ENDS]
    at_column = all(WRAPPED[0] <= len(line) <= WRAPPED[1] for line in broken)
    if broken and at_column and len(in_sentence) > len(broken) / 2:
        return [[" ".join(group)] for group in groups if group]
    return groups


def no_article(detail: str) -> CannotWork:
    """The error for a page or file that is no article."""
    return CannotWork("not-an-article", "This page is not an article", detail)


def clean(text: str) -> str:
    """Text without what no database stores: NUL characters and halves of surrogate pairs."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def size(text: str) -> int:
    """Words of a text; Chinese and Japanese are written without blanks, so each character counts."""
    return len(_WORD.findall(text))


def host(url: str) -> str:
    """What an outlet without a name is called."""
    return (urlsplit(url).hostname or "a file").removeprefix("www.")

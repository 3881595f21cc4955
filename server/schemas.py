"""The JSON of the API, typed: requests that are accepted, and a check as everybody outside sees it.

`ledger.documents` gives the check; here its links are added, and its shape is described for OpenAPI.
"""

from typing import Any, Literal
from urllib.parse import quote as percent

from pydantic import BaseModel, ConfigDict, Field

from ledger.documents import check_document
from ledger.models import Check
from settings import Settings

LONGEST_URL = 4096
LARGEST_HTML = 4_000_000
"""Characters of a page that a reader sends."""

FRAGMENT_WORDS = 6
"""Words at each end of a quote that a link looks for; more break on one odd character."""


Reason = Literal["same_meaning", "different_subject", "wrong_person", "wrong_day", "out_of_context", "other"]


class CheckRequest(BaseModel):
    """What to examine: a page's address, and its HTML when the reader agreed to send it."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    url: str = Field(min_length=1, max_length=LONGEST_URL, pattern=r"^[Hh][Tt][Tt][Pp][Ss]?://\S+$")
    html: str | None = Field(None, min_length=1, max_length=LARGEST_HTML)


class ReportRequest(BaseModel):
    """Why a reader thinks that a finding is no conflict."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    reason: Reason
    comment: str | None = Field(None, max_length=2000)


class CheckPath(BaseModel):
    """The id that accepting a check gave."""

    id: str = Field(max_length=64)


class FindingPath(BaseModel):
    """The id of a finding."""

    id: str = Field(max_length=64)


class Problem(BaseModel):
    """An error, RFC 9457."""

    type: str
    title: str
    status: int
    detail: str


class SourceView(BaseModel):
    """Where words stand; ``link`` scrolls to the very sentence."""

    url: str
    title: str
    outlet: str
    published_on: str | None
    link: str


class QuoteView(BaseModel):
    """One side of a finding: exact words, their day, and the ranges of ``text`` that clash."""

    text: str
    statement: str
    type: str
    said_on: str | None
    precision: Literal["day", "month", "year", "unknown"]
    start: int
    end: int
    clash: list[tuple[int, int]]
    source: SourceView


class OfficialView(BaseModel):
    """Who said both.

    ``url`` is their page; None for somebody met only on a page that a reader supplied, who has none.
    """

    name: str
    slug: str
    office: str | None
    url: str | None


class FindingView(BaseModel):
    """Two statements of one official that may conflict."""

    id: str
    kind: Literal["contradiction", "shift"]
    score: float
    reason: str
    official: OfficialView
    now: QuoteView
    then: QuoteView
    versions: dict[str, str]


class ArticleView(BaseModel):
    """The article that was read."""

    title: str
    outlet: str
    published_on: str | None
    extractor: str


class ComparedView(BaseModel):
    """How many statements of how many officials were compared with how many earlier ones."""

    quotes: int
    officials: int
    earlier: int


class LinksView(BaseModel):
    """Addresses of pages for people."""

    page: str


class CheckView(BaseModel):
    """A check, from acceptance to its findings."""

    id: str
    url: str
    state: Literal["queued", "running", "done", "failed"]
    stage: Literal["fetching", "reading", "quotes", "comparing"] | None
    progress: float
    error: Problem | None
    article: ArticleView | None
    compared: ComparedView | None
    findings: list[FindingView]
    links: LinksView

    @classmethod
    def of(cls, check: Check, settings: Settings) -> "CheckView":
        """The check of `ledger.checks.get` with its links."""
        document = check_document(check)
        hidden = {finding.official.slug for finding in check.findings if finding.official.private}
        for finding in document["findings"]:
            official = finding["official"]
            slug = official["slug"]
            official["url"] = None if slug in hidden else f"{settings.address}/officials/{slug}"
            for side in (finding["now"], finding["then"]):
                source = side["source"]
                source["link"] = link_to(source["url"], side["text"])
        return cls.model_validate({**document, "links": {"page": f"{settings.address}/checks/{check.id}"}})


def check_json(check: Check, settings: Settings) -> dict[str, Any]:
    """A check as JSON values, as the API answers and the command prints it."""
    return CheckView.of(check, settings).model_dump(mode="json")


def link_to(url: str, words: str) -> str:
    """The address with a text fragment that scrolls to the words (WICG URL fragment text directives)."""
    if not url.startswith(("http://", "https://")):
        return url
    parts = words.split("\n")[0].split()
    if len(parts) <= 2 * FRAGMENT_WORDS:
        text = _escaped(" ".join(parts))
    else:
        start, end = " ".join(parts[:FRAGMENT_WORDS]), " ".join(parts[-FRAGMENT_WORDS:])
        text = f"{_escaped(start)},{_escaped(end)}"
    return f"{url.split('#')[0]}#:~:text={text}"


def _escaped(words: str) -> str:
    # a dash or comma has a meaning of its own in a text directive
    return percent(words, safe="").replace("-", "%2D")

"""A check as the outside sees it: the object that the API answers and ``onrecord check --json`` prints."""

from typing import Any

from ledger.models import Article, Check, Finding, Quote

_DIGITS = {"day": 10, "month": 7, "year": 4, "unknown": 0}
"""How much of an ISO 8601 day is known at each precision."""


def said_on(quote: Quote) -> str | None:
    """``2017-08-01``, ``2017-03``, ``2017`` or None, as precisely as the day is known."""
    if quote.said_first is None:
        return None
    return quote.said_first.isoformat()[: _DIGITS[quote.precision]] or None


def check_document(check: Check) -> dict[str, Any]:
    """The check of `ledger.checks.get`, as JSON values; findings strongest first."""
    return {
        "id": check.id,
        "url": check.url,
        "state": check.state,
        "stage": check.stage,
        "progress": check.progress,
        "error": check.error,
        "article": None if check.article is None else article_document(check.article),
        "compared": check.compared,
        "findings": [finding_document(finding) for finding in check.findings],
    }


def article_document(article: Article) -> dict[str, Any]:
    """What a reader needs to know of the article that was read."""
    return {
        "title": article.title,
        "outlet": article.outlet,
        "published_on": _iso(article.published_on),
        "extractor": article.extractor,
    }


def finding_document(finding: Finding) -> dict[str, Any]:
    """One finding with both of its quotes."""
    official = finding.official
    return {
        "id": finding.id,
        "kind": finding.kind,
        "score": finding.score,
        "reason": finding.reason,
        "official": {"name": official.name, "slug": official.slug, "office": official.office},
        "now": quote_document(finding.now, finding.clash_now),
        "then": quote_document(finding.then, finding.clash_then),
        "versions": finding.versions,
    }


def quote_document(quote: Quote, clash: list[list[int]]) -> dict[str, Any]:
    """One side of a finding: the exact words, the day, and where they stand."""
    source = quote.article
    return {
        "text": quote.text,
        "statement": quote.statement,
        "type": quote.type,
        "said_on": said_on(quote),
        "precision": quote.precision,
        "start": quote.start,
        "end": quote.end,
        "clash": clash,
        "source": {
            "url": source.url,
            "title": source.title,
            "outlet": source.outlet,
            "published_on": _iso(source.published_on),
        },
    }


def _iso(day: Any) -> str | None:
    return None if day is None else day.isoformat()

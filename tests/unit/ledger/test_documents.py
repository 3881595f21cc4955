"""The object that scripts read: every key of the contract, nothing more, as JSON."""

import json

import pytest

from ledger import Ledger, articles, checks, findings, officials
from ledger.checks import NewFinding
from ledger.documents import check_document, said_on
from ledger.models import Quote
from tests.unit.ledger.samples import TEXT, new_article, new_quote


@pytest.fixture
def done(ledger: Ledger) -> str:
    """Id of a check with one finding."""
    with ledger.session() as session:
        check, _ = checks.accept(session, "https://courier.example/talks")
        attempt = checks.claim(session, check.id)
        vellin = officials.ensure(session, "Marta Vellin", office="foreign minister")
        now = articles.store(session, new_article(), [new_quote(official_id=vellin.id)]).quotes[0]
        past = new_quote(official_id=vellin.id, said_first=None, said_last=None, precision="unknown")
        then = articles.store(session, new_article(url="https://tribune.example/"), [past]).quotes[0]
        finding = NewFinding(
            *(vellin.id, now.id, then.id, "shift", 0.7, "A reason.", [(0, 2)], []),
            versions={"model": "m", "calibration": "c", "thresholds": "t"},
        )
        checks.finish(
            session, check.id, attempt, now.article_id, {"quotes": 1, "officials": 1, "earlier": 1}, [finding]
        )
        return check.id


def document(ledger: Ledger, id: str) -> dict[str, object]:
    with ledger.reading() as session:
        check = checks.get(session, id)
    assert check is not None
    return json.loads(json.dumps(check_document(check)))  # type: ignore[no-any-return]


def test_a_done_check(ledger: Ledger, done: str) -> None:
    found = document(ledger, done)
    (finding,) = found.pop("findings")  # type: ignore[misc, attr-defined]
    assert found == {
        "id": done,
        "url": "https://courier.example/talks",
        "state": "done",
        "stage": None,
        "progress": 1.0,
        "error": None,
        "article": {
            "title": "Vellin will talk",
            "outlet": "The Norland Courier",
            "published_on": "2031-08-04",
            "extractor": "newspaper3k",
        },
        "compared": {"quotes": 1, "officials": 1, "earlier": 1},
    }
    then = finding.pop("then")
    assert finding == {
        "id": finding["id"],
        "kind": "shift",
        "score": 0.7,
        "reason": "A reason.",
        "official": {"name": "Marta Vellin", "slug": "marta-vellin", "office": "foreign minister"},
        "now": {
            "text": "We will talk to Sorland.",
            "statement": "We will talk to Sorland.",
            "type": "direct",
            "said_on": "2031-08-04",
            "precision": "day",
            "start": TEXT.index("We will"),
            "end": len(TEXT) - 1,
            "clash": [[0, 2]],
            "source": {
                "url": "https://courier.example/talks",
                "title": "Vellin will talk",
                "outlet": "The Norland Courier",
                "published_on": "2031-08-04",
            },
        },
        "versions": {"model": "m", "calibration": "c", "thresholds": "t"},
    }
    assert (then["said_on"], then["precision"], then["clash"]) == (None, "unknown", [])


def test_a_waiting_check(ledger: Ledger) -> None:
    with ledger.session() as session:
        id = checks.accept(session, "https://courier.example/other")[0].id
    found = document(ledger, id)
    assert (found["state"], found["article"], found["compared"], found["findings"]) == (
        "queued",
        None,
        None,
        [],
    )


@pytest.mark.parametrize(
    ("precision", "text"), [("day", "2031-03-01"), ("month", "2031-03"), ("year", "2031"), ("unknown", None)]
)
def test_days_are_told_as_precisely_as_they_are_known(precision: str, text: str | None) -> None:
    from datetime import date

    first = None if precision == "unknown" else date(2031, 3, 1)
    assert said_on(Quote(said_first=first, precision=precision)) == text


def test_a_reader_can_report_a_finding(ledger: Ledger, done: str) -> None:
    with ledger.session() as session:
        check = checks.get(session, done)
        assert check is not None
        report = findings.report(session, check.findings[0].id, "same-meaning", "Both say talks.")
        assert report is not None
        assert report.id
        assert findings.report(session, "f" * 32, "other") is None

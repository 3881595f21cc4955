"""People become officials on record, and quotes become rows, statements and findings."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ledger import Ledger, articles, officials
from ledger.models import Article, Official, Quote
from settings import Settings
from tests.unit.contradictions.conftest import CLASSES, VOCABULARY, write_model
from workers import record
from workers.contradictions import Comparer
from workers.officials import AttributedQuote, Person
from workers.quotes import Day, Mention
from workers.quotes import Quote as FoundQuote

VELLIN = Person("Marta Vellin", ("Minister Vellin", "Vellin"), "foreign minister", official=True)
ROW = {
    "official": "Marta Vellin",
    "office": "foreign minister",
    "said_on": "2031-03",
    "text": "We will never negotiate.",
    "statement": "Norland will never negotiate with Sorland.",
    "source_url": "https://tribune.example/never",
    "title": "Never",
    "outlet": "The Norland Tribune",
}


@pytest.fixture
def comparer(tmp_path: Path, settings_for: Callable[..., Settings]) -> Comparer:
    """The shipped encoder, and a tiny model that isn't asked anything here."""
    model = write_model(tmp_path / "model", [[0.0, 0.0, 0.0] for _ in VOCABULARY], CLASSES)
    return Comparer(str(model), settings_for().embedder, threads=1)


def said(text: str, person: Person | None, day: str | None = "2031-08-04", **changes: Any) -> AttributedQuote:
    """A quote of its own article."""
    values: dict[str, Any] = {
        "start": 0,
        "end": len(text),
        "text": text,
        "segments": ((0, len(text)),),
        "type": "direct",
        "speaker": Mention(0, 6, "Vellin"),
        "said": Day.parse(day),
        "statement": text,
    }
    return AttributedQuote(FoundQuote(**values | changes), person, 0.9)


def ids(ledger: Ledger, *people: Person, private: bool = False) -> dict[Person, int]:
    with ledger.session() as session:
        return record.officials_among(session, [said("x", person) for person in people], private)


def store(ledger: Ledger, comparer: Comparer, *quotes: AttributedQuote, url: str = "u") -> Article:
    with ledger.session() as session:
        known = record.officials_among(session, quotes, private=False)
    rows = record.new_quotes(quotes, known, comparer)
    article = articles.NewArticle(url, "Title", "Outlet", date(2031, 8, 4), "Text", "plain", "fetched")
    with ledger.session() as session:
        return articles.store(session, article, rows)


class TestOfficialsAmong:
    def test_an_official_is_put_on_record_with_names_and_office(self, ledger: Ledger) -> None:
        known = ids(ledger, VELLIN)
        with ledger.reading() as session:
            official = officials.by_slug(session, "marta-vellin")
            assert official is not None
            assert known == {VELLIN: official.id}
            assert official.office == "foreign minister"
            assert {alias.name for alias in official.aliases} == {"Minister Vellin", "Vellin"}

    def test_the_same_official_is_found_again(self, ledger: Ledger) -> None:
        again = Person("Marta Vellin", ("Vellin",), None, official=True)
        assert ids(ledger, VELLIN)[VELLIN] == ids(ledger, again)[again]

    def test_somebody_known_as_an_official_is_one(self, ledger: Ledger) -> None:
        known = ids(ledger, VELLIN)
        unofficial = Person("Marta Vellin")
        assert ids(ledger, unofficial) == {unofficial: known[VELLIN]}

    def test_others_are_nobody(self, ledger: Ledger) -> None:
        assert ids(ledger, Person("Ilse Tamm"), Person("Vellin", official=True)) == {}
        with ledger.reading() as session:
            assert session.query(Official).count() == 0

    def test_a_page_that_a_reader_supplied_teaches_nothing(self, ledger: Ledger) -> None:
        assert set(ids(ledger, VELLIN, private=True)) == {VELLIN}
        assert ids(ledger, Person("Marta Vellin")) == {}
        with ledger.reading() as session:
            assert officials.by_slug(session, "marta-vellin") is None


class TestQuotes:
    def test_only_what_officials_assert_is_embedded(self, ledger: Ledger, comparer: Comparer) -> None:
        article = store(
            ledger,
            comparer,
            said("We will talk.", VELLIN),
            said("Will we talk?", VELLIN, start=1, asserted=False),
            said("I saw it.", Person("Ilse Tamm"), start=2),
            said("Nobody knows who said this.", None, start=3),
        )
        assert [quote.vector is not None for quote in article.quotes] == [True, False, False, False]
        assert [quote.official_id is not None for quote in article.quotes] == [True, True, False, False]
        assert article.quotes[0].speaker == "Vellin"

    def test_a_stored_quote_becomes_the_statement_it_was(self, ledger: Ledger, comparer: Comparer) -> None:
        article = store(ledger, comparer, said("“talk”", VELLIN, "2031-08", statement="Norland will talk."))
        statement = record.statement_of(article.quotes[0])
        assert (statement.text, statement.statement) == ("“talk”", "Norland will talk.")
        assert statement.said == Day.in_month(2031, 8)
        assert statement.vector is not None
        assert len(statement.vector) == 384 * 4


class TestToCompare:
    def test_the_record_and_the_article_itself_give_what_was_said_before(
        self, ledger: Ledger, comparer: Comparer
    ) -> None:
        store(ledger, comparer, said("We won't talk.", VELLIN, "2031-01"), url="january")
        store(ledger, comparer, said("We may talk.", VELLIN, "2031-12"), url="december")
        dane = Person("Osric Dane", official=True)
        store(ledger, comparer, said("Never.", dane, "2031-01"), url="dane")
        article = store(
            ledger,
            comparer,
            said("We will talk.", VELLIN),
            said("We ruled it out.", VELLIN, "2031-03", start=1),
            said("Some day we will.", VELLIN, None, start=2),
            said("Would we?", VELLIN, start=3, asserted=False),
            url="august",
        )
        with ledger.reading() as session:
            now, then, earlier = record.to_compare(session, article)
        assert [one.text for one in now] == ["We will talk.", "We ruled it out."]
        assert [one.text for one in then] == ["We ruled it out.", "We won't talk."]
        assert earlier == 2

    def test_nothing_by_officials_is_nothing_to_compare(self, ledger: Ledger, comparer: Comparer) -> None:
        article = store(ledger, comparer, said("I saw it.", Person("Ilse Tamm")))
        with ledger.reading() as session:
            assert record.to_compare(session, article) == ([], [], 0)


class TestImporting:
    def test_statements_come_on_record_once(self, ledger: Ledger, comparer: Comparer) -> None:
        rows = [ROW, ROW | {"text": "Talks are over.", "statement": None}]
        assert record.import_statements(ledger, rows, comparer) == (2, 2)
        assert record.import_statements(ledger, [*rows, ROW | {"said_on": "2031-04-02"}], comparer) == (3, 1)
        with ledger.session() as session:
            vellin = officials.by_slug(session, "marta-vellin")
            assert vellin is not None
            assert vellin.office == "foreign minister"
            sought = [(date(2031, 8, 4), comparer.embed(["talks"])[0])]
            found, count = officials.earlier(session, vellin.id, sought)
            assert {(quote.text, quote.statement, str(quote.said_last)) for quote in found} == {
                ("We will never negotiate.", "Norland will never negotiate with Sorland.", "2031-03-31"),
                ("Talks are over.", "Talks are over.", "2031-03-31"),
                ("We will never negotiate.", "Norland will never negotiate with Sorland.", "2031-04-02"),
            }
            assert count == 3

    def test_the_same_statement_twice_in_one_file_counts_once(
        self, ledger: Ledger, comparer: Comparer
    ) -> None:
        assert record.import_statements(ledger, [ROW, ROW], comparer) == (2, 1)

    @pytest.mark.parametrize(
        ("row", "message"),
        [
            ({key: value for key, value in ROW.items() if key != "outlet"}, "row 2 lacks 'outlet'"),
            (ROW | {"said_on": "last March"}, "row 2: .*last March"),
            (ROW | {"said_on": "2031-13-01"}, "row 2: month"),
            (ROW | {"official": "?"}, "row 2: not a name"),
            (ROW | {"text": "  "}, "row 2: no text"),
        ],
    )
    def test_a_row_that_cannot_be_read_is_named(
        self, ledger: Ledger, comparer: Comparer, row: dict[str, Any], message: str
    ) -> None:
        with pytest.raises(ValueError, match=message):
            record.import_statements(ledger, [ROW, row], comparer)
        with ledger.reading() as session:
            assert session.query(Quote).count() == 0

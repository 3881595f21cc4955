"""Officials are found again under any spelling, and what they said is theirs and public."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest

from ledger import Ledger, articles, officials
from ledger.models import Official
from tests.unit.ledger.samples import new_article, new_quote, vector


def said(ledger: Ledger, day: date | None, article: dict[str, Any] | None = None, **changes: Any) -> int:
    """Put a statement of Vellin's on record, in an article of its own, and give the quote's id."""
    source = {"url": f"https://courier.example/{day}"} | (article or {})
    days = {"said_first": day, "said_last": day, "precision": "day" if day else "unknown"}
    with ledger.session() as session:
        vellin = officials.ensure(session, "Marta Vellin")
        quote = new_quote(**{"official_id": vellin.id, "vector": vector(), **days, **changes})
        return articles.store(session, new_article(**source), [quote]).quotes[0].id


def earlier(ledger: Ledger, before: date, **options: Any) -> list[int]:
    with ledger.session() as session:
        vellin = officials.ensure(session, "Marta Vellin")
        found, count = officials.earlier(session, vellin.id, [(before, vector())], **options)
        assert count == len(found)
        return [quote.id for quote in found]


class TestNames:
    @pytest.mark.parametrize(
        ("name", "slug", "surname"),
        [
            ("Marta Vellin", "marta-vellin", "vellin"),
            ("José Ibáñez-Ruíz", "jose-ibanez-ruiz", "ruiz"),
            ("  O’Dane ", "o-dane", "dane"),
            ("Ægir Straße", "ægir-strasse", "strasse"),
            ("Osric Dane, Jr.", "osric-dane-jr", "dane"),
            ("…", "", ""),
            ("word " * 100, "", "word"),
        ],
    )
    def test_forms(self, name: str, slug: str, surname: str) -> None:
        assert (officials.slug_of(name), officials.surname_of(name)) == (slug, surname)

    def test_found_again_under_another_spelling(self, ledger: Ledger) -> None:
        with ledger.session() as session:
            first = officials.ensure(session, "José Ibáñez", ["Minister Ibáñez"], "interior minister")
            again = officials.ensure(session, "Jose Ibanez", ["minister ibanez", "Ibáñez"], "other office")
            assert first.id == again.id
            (known,) = officials.known_with_surname(session, "IBANEZ")
            assert known.id == first.id
        with ledger.reading() as session:
            kept = officials.by_slug(session, "jose-ibanez")
            assert kept is not None
            assert (kept.name, kept.office) == ("José Ibáñez", "interior minister")
            assert [alias.name for alias in kept.aliases] == ["Minister Ibáñez", "Ibáñez"]

    def test_many_at_once_make_one(self, ledger: Ledger) -> None:
        together = Barrier(6)

        def one(_: int) -> int:
            together.wait()
            with ledger.session() as session:
                return officials.ensure(session, "Marta Vellin", ["Vellin"]).id

        with ThreadPoolExecutor(6) as pool:
            assert len(set(pool.map(one, range(6)))) == 1

    def test_a_name_without_letters_is_refused(self, ledger: Ledger) -> None:
        with ledger.session() as session, pytest.raises(ValueError, match="not a name"):
            officials.ensure(session, "…")


class TestPrivacy:
    def test_an_official_met_privately_is_nobody_to_others(self, ledger: Ledger) -> None:
        with ledger.session() as session:
            private = officials.ensure(session, "Marta Vellin", office="spy", private=True)
            assert officials.by_slug(session, "marta-vellin") is None
            assert officials.known_with_surname(session, "Vellin") == []
            public = officials.ensure(session, "Marta Vellin", office="foreign minister")
            assert public.id == private.id
            assert officials.by_slug(session, "marta-vellin") is public

    def test_nothing_is_learnt_privately(self, ledger: Ledger) -> None:
        with ledger.session() as session:
            officials.ensure(session, "Marta Vellin")
            officials.ensure(session, "Marta Vellin", ["The Spy"], "spy", private=True)
        with ledger.reading() as session:
            kept = session.query(Official).one()
            assert (kept.private, kept.office, kept.aliases) == (False, None, [])

    def test_what_a_reader_supplied_is_never_earlier(self, ledger: Ledger) -> None:
        said(ledger, date(2031, 3, 1), {"private": True, "origin": "reader"})
        assert earlier(ledger, date(2031, 8, 4)) == []
        with ledger.session() as session:
            vellin = officials.ensure(session, "Marta Vellin")
            assert officials.quotes_of(session, vellin.id) == []


class TestEarlier:
    def test_only_certainly_earlier_days_count(self, ledger: Ledger) -> None:
        march = said(ledger, date(2031, 3, 1))
        said(ledger, date(2031, 8, 4))
        said(ledger, None)
        said(
            ledger,
            None,
            {"url": "https://courier.example/august"},
            said_first=date(2031, 8, 1),
            said_last=date(2031, 8, 31),
            precision="month",
        )
        assert earlier(ledger, date(2031, 8, 4)) == [march]

    def test_only_assertions_with_a_vector_count(self, ledger: Ledger) -> None:
        said(ledger, date(2031, 3, 1), asserted=False)
        said(ledger, date(2031, 3, 2), vector=None)
        assert earlier(ledger, date(2031, 8, 4)) == []

    def test_only_the_same_official_counts(self, ledger: Ledger) -> None:
        said(ledger, date(2031, 3, 1))
        with ledger.session() as session:
            dane = officials.ensure(session, "Osric Dane")
            assert officials.earlier(session, dane.id, [(date(2031, 8, 4), vector())]) == ([], 0)

    def test_only_the_newest_edition_counts(self, ledger: Ledger) -> None:
        page = {"url": "https://courier.example/corrected"}
        said(ledger, date(2031, 3, 1), page)
        corrected = said(ledger, date(2031, 3, 1), page | {"title": "Corrected"})
        said(ledger, date(2031, 3, 1), page | {"title": "Mine", "private": True, "origin": "reader"})
        assert earlier(ledger, date(2031, 8, 4)) == [corrected]

    def test_imported_statements_of_one_page_all_count(self, ledger: Ledger) -> None:
        page = {"url": "https://courier.example/interview", "origin": "import"}
        both = {said(ledger, date(2031, 3, 1), page | {"text": text}) for text in ("one", "two")}
        assert set(earlier(ledger, date(2031, 8, 4))) == both

    def test_the_article_itself_can_be_left_out(self, ledger: Ledger) -> None:
        said(ledger, date(2031, 3, 1), {"url": "https://courier.example/self"})
        assert earlier(ledger, date(2031, 8, 4), not_in="https://courier.example/self") == []

    def test_of_a_long_record_the_nearest_topics_of_each_day(
        self, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(officials, "NEAREST", 1)
        seeds = range(1, 6)
        ids = [said(ledger, date(2031, seed, 1), vector=vector(seed)) for seed in seeds]
        with ledger.session() as session:
            vellin = officials.ensure(session, "Marta Vellin")
            found, count = officials.earlier(
                session, vellin.id, [(date(2031, 8, 4), vector(2)), (date(2031, 2, 1), vector(5))]
            )
        assert ({quote.id for quote in found}, count) == ({ids[1], ids[0]}, 5)

    def test_latest_first_with_vector_and_source_after_the_session(self, ledger: Ledger) -> None:
        said(ledger, date(2031, 3, 1))
        said(ledger, date(2031, 5, 1))
        with ledger.session() as session:
            vellin = officials.ensure(session, "Marta Vellin")
            found, _ = officials.earlier(session, vellin.id, [(date(2031, 8, 4), vector())])
        assert [quote.said_last for quote in found] == [date(2031, 5, 1), date(2031, 3, 1)]
        assert all(quote.vector is not None and quote.article.outlet for quote in found)


def test_quotes_of_lists_undated_ones_last(ledger: Ledger) -> None:
    undated, first, second = (
        said(ledger, None),
        said(ledger, date(2031, 3, 1)),
        said(ledger, date(2031, 5, 1)),
    )
    with ledger.session() as session:
        vellin = officials.ensure(session, "Marta Vellin")
        assert [quote.id for quote in officials.quotes_of(session, vellin.id)] == [second, first, undated]
        assert len(officials.quotes_of(session, vellin.id, limit=1)) == 1

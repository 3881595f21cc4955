from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.contradictions.clash import alone, clauses, reason, when
from workers.contradictions.finding import Statement
from workers.quotes import Day


def words(text: str) -> list[str]:
    return [text[a:b] for a, b in clauses(text)]


def test_clauses_of_a_long_quote():
    text = (
        "And we hope that one day they come to understand that, and then we would like to sit at one table "
        "with them about the strait."
    )
    assert words(text) == [
        "And we hope that one day they come to understand that",
        "and then we would like to sit at one table with them about the strait",
    ]


def test_a_participle_belongs_to_the_clause_before():
    assert len(words("Talks can only begin after they disarm, giving up all of their missiles.")) == 1


def test_an_abbreviation_ends_no_clause():
    text = "I stand by what I said in Jan. 2019: Sen. Brandt changed the rules."
    assert words(text) == ["I stand by what I said in Jan. 2019", "Sen. Brandt changed the rules"]


def test_short_pieces_join_their_neighbours():
    assert words("No, never, not while I hold this office.") == ["No, never, not while I hold this office"]


@given(st.text(max_size=300))
def test_clauses_stay_inside_in_order_and_never_overlap(text):
    spans = clauses(text)
    assert spans
    assert all(0 <= a <= b <= len(text) for a, b in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (Day.on(date(2024, 5, 14)), "On 14 May 2024"),
        (Day.in_month(2024, 3), "In March 2024"),
        (Day.in_year(2019), "In 2019"),
        (Day.unknown(), "On an unknown day"),
    ],
)
def test_days_are_no_more_exact_than_known(day, expected):
    assert when(day) == expected


def test_the_reason_holds_the_two_statements_own_words():
    now = Statement("1", "v", "we want to talk with them now", "", Day.on(date(2024, 5, 14)), "a")
    then = Statement("2", "v", "talks can begin only after they disarm", "", Day.in_month(2024, 3), "b")
    assert reason(now, (0, 15), then, (0, 38)) == (
        "In March 2024: “talks can begin only after they disarm”. On 14 May 2024: “we want to talk”."
    )


def test_a_long_clause_is_cut_between_words():
    long = Statement("1", "v", "word " * 80, "", Day.in_year(2020), "a")
    line = reason(long, (0, 399), long, (0, 399))
    assert "…" in line
    assert "wor…" not in line


def test_a_clause_alone_keeps_topic_and_stance():
    text = "talks “can only begin, as we said, once they disarm.”"
    full = "On Kestria: ruled out negotiations: talks can only begin, as we said, once they disarm"
    said = Statement("1", "v", text, full, Day.in_month(2024, 3), "a")
    assert alone(said, (0, 21)) == "On Kestria: ruled out negotiations: talks can only begin"
    assert alone(Statement("1", "v", text, "other words", Day.in_month(2024, 3), "a"), (0, 5)) == "talks"

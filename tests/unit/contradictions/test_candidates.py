from datetime import date

import numpy as np
import pytest

from workers.contradictions.candidates import PER_ARTICLE, PER_STATEMENT, candidates, same_words
from workers.contradictions.finding import Statement
from workers.quotes import Day

TODAY = Day.on(date(2024, 5, 14))
MARCH = Day.in_month(2024, 3)


def statement(name: str, said: Day, official: str = "vellin", text: str = "") -> Statement:
    words = text or f"{name} {name}s {name}t"
    return Statement(name, official, words, words, said, "article")


def same_topic(count: int) -> np.ndarray:
    return np.tile(np.array([[1.0, 0.0]], np.float32), (count, 1))


def pairs(now: list[Statement], then: list[Statement], topic_min: float = 0.3) -> list[tuple[str, str]]:
    found = candidates(now, then, same_topic(len(now)), same_topic(len(then)), topic_min)
    return [(pair.now.id, pair.then.id) for pair in found]


def test_only_the_same_official():
    assert pairs([statement("a", TODAY)], [statement("b", MARCH, official="dane")]) == []
    assert pairs([statement("a", TODAY)], [statement("b", MARCH)]) == [("a", "b")]


@pytest.mark.parametrize(
    "said", [Day.unknown(), TODAY, Day.in_month(2024, 5), Day.in_year(2024), Day.in_year(2025)]
)
def test_then_must_certainly_be_earlier(said):
    assert pairs([statement("a", TODAY)], [statement("b", said)]) == []


def test_an_undated_statement_of_today_is_not_compared():
    assert pairs([statement("a", Day.unknown())], [statement("b", MARCH)]) == []


def test_one_quote_printed_twice_is_no_pair():
    words = "we will not raise the tax on bread this year or next"
    assert pairs([statement("a", TODAY, text=words)], [statement("b", MARCH, text=words + " again")]) == []


def test_a_part_of_a_quote_is_the_same_quote():
    assert same_words(
        "the harbour will open in spring",
        "We said the harbour will open in spring, weather permitting, and no later",
    )
    assert not same_words("the harbour will open in spring", "the harbour will never open")


def test_topics_that_disagree_are_left_out():
    vectors = np.array([[0.0, 1.0]], np.float32)
    found = candidates([statement("a", TODAY)], [statement("b", MARCH)], same_topic(1), vectors, 0.3)
    assert found == []


def test_best_topics_first_within_the_caps():
    now = [statement(f"n{i}", TODAY) for i in range(20)]
    then = [statement(f"t{i}", MARCH, text=f"words number {i} of {i * 7} others {i * 13}") for i in range(30)]
    angles = np.linspace(0, 1, 30)
    vectors = np.stack([np.cos(angles), np.sin(angles)], 1).astype(np.float32)
    found = candidates(now, then, same_topic(20), vectors, 0.3)
    assert len(found) == PER_ARTICLE
    assert [pair.topic for pair in found] == sorted((pair.topic for pair in found), reverse=True)
    assert max(sum(pair.now.id == s.id for pair in found) for s in now) <= PER_STATEMENT
    assert all(int(pair.then.id[1:]) < PER_STATEMENT for pair in found)

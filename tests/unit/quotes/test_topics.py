"""What a quote is about, in texts of our own."""

from tests.unit.quotes.effort import instructions
from workers.quotes.marks import paragraphs
from workers.quotes.topics import Topics

LINE = "The missiles that Kestria fired fell short.\n"


def topics(lines: int) -> Topics:
    text = LINE * lines
    return Topics(text, paragraphs(text), [])


def test_a_name_that_comes_back_is_the_topic():
    assert topics(3).of(len(LINE) + 4, len(LINE) + 12) == "Kestria"


def test_a_name_met_once_is_none():
    assert topics(1).of(4, 12) is None


def test_the_topic_of_a_quote_costs_the_same_in_a_long_article():
    short, long = (instructions(topics(lines).of, len(LINE) + 4, len(LINE) + 12) for lines in (20, 2000))
    assert long == short

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


def about(text: str, quote: str, title: str) -> str | None:
    at = text.index(quote)
    return Topics(text, paragraphs(text), [], title).of(at, at + len(quote))


def test_a_name_of_the_headline_is_the_topic_of_what_names_nothing():
    text = "Kestria wants the Harbour Treaty.\nThe Harbour Treaty is old.\nKestria waits.\n“I am not for it.”"
    assert about(text, "I am not", "Vellin and the Harbour Treaty") == "Harbour Treaty"


def test_what_a_headline_says_it_is_about_is_a_topic():
    text = "The toll road is dear.\nThe toll road is long.\n“I am not in favour of it.”"
    for headline in ("Vellin's changing position on the toll road", "Vellin flip-flops on toll road"):
        assert about(text, "I am not", headline) == "toll road"


def test_a_short_form_is_the_name_it_stands_for():
    text = "The Northern Trade Pact (NTP) is old.\nNTP rules bind Kestria.\n“The NTP is a gold standard.”"
    assert about(text, "The NTP is", "") == "Northern Trade Pact"


def test_a_capitalised_word_that_opens_a_sentence_is_a_name_only_if_it_is_one_elsewhere():
    text = "They met in Kestria.\n“Kestria is our friend.”\nHarbours matter. Harbours are old."
    assert about(text, "Kestria is", "") == "Kestria"
    assert about(text, "Harbours are", "") == "Kestria"

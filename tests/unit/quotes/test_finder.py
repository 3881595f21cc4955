"""Quotes in texts of our own about invented officials; the structures are those of real news."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.quotes.effort import instructions
from workers.quotes import Quote, find_quotes

TUESDAY = date(2024, 5, 14)


def found(text: str, published: date | None = TUESDAY) -> list[Quote]:
    return find_quotes(text, published)


def one(text: str) -> Quote:
    quotes = found(text)
    assert len(quotes) == 1, quotes
    return quotes[0]


@pytest.mark.parametrize(
    ("text", "content", "speaker", "type"),
    [
        ("“The port will stay open,” Vellin said.", "The port will stay open", "Vellin", "direct"),
        (
            "“The port will stay open,” said Marta Vellin.",
            "The port will stay open",
            "Marta Vellin",
            "direct",
        ),
        ('"The port will stay open," she told reporters.', "The port will stay open", "she", "direct"),
        ("''The port will stay open,'' Mr. Dane said.", "The port will stay open", "Mr. Dane", "direct"),
        ("«The port will stay open,» Vellin said.", "The port will stay open", "Vellin", "direct"),
        ("Vellin said: “The port will stay open.”", "The port will stay open", "Vellin", "direct"),
        ("Vellin said, “The port will stay open.”", "The port will stay open", "Vellin", "direct"),
        ("'The port will stay open,' Vellin said.", "The port will stay open", "Vellin", "direct"),
        (
            "“The port will stay open,” Vellin, the foreign minister, said.",
            "The port will stay open",
            "Vellin",
            "direct",
        ),
        (
            "“The port will stay open,” Sen. Orla Brandt (I-Varn) said Monday.",
            "The port will stay open",
            "Sen. Orla Brandt",
            "direct",
        ),
        ("Vellin said the port would stay open.", "the port would stay open", "Vellin", "indirect"),
        ("Vellin said that the port would stay open.", "the port would stay open", "Vellin", "indirect"),
        (
            "Vellin told reporters on Monday that the port would stay open.",
            "the port would stay open",
            "Vellin",
            "indirect",
        ),
        (
            "The port would stay open this winter, the minister said on Monday.",
            "The port would stay open this winter",
            "the minister",
            "indirect",
        ),
        (
            "According to Vellin, the port will stay open.",
            "the port will stay open",
            "Vellin",
            "indirect",
        ),
        (
            "The port will stay open, according to the foreign minister.",
            "The port will stay open",
            "the foreign minister",
            "indirect",
        ),
        (
            "Foreign Minister Marta Vellin on Tuesday said the port would “stay open for good.”",
            "the port would “stay open for good.”",
            "Foreign Minister Marta Vellin",
            "mixed",
        ),
        (
            "Vellin said Belmora has been “very clear” that it wants peace.",
            "Belmora has been “very clear” that it wants peace",
            "Vellin",
            "mixed",
        ),
    ],
)
def test_content_speaker_and_type(text, content, speaker, type):
    quote = one(text)
    assert (quote.text, quote.speaker.text, quote.type) == (content, speaker, type)
    assert text[quote.start : quote.end] == quote.text
    assert text[quote.speaker.start : quote.speaker.end] == speaker


def test_marks_reopened_in_the_next_paragraph_are_one_utterance():
    text = (
        "“We do not blame Belmora,” she told reporters. “The missiles are Kestria’s.\n\n"
        "“We are telling them that nobody can live under missiles,” she went on. "
        "“We would like to sit down with them.”"
    )
    quotes = found(text)
    assert [quote.text for quote in quotes] == [
        "We do not blame Belmora",
        "The missiles are Kestria’s",
        "We are telling them that nobody can live under missiles",
        "We would like to sit down with them",
    ]
    assert [quote.speaker.text for quote in quotes] == ["she"] * 4


def test_a_stray_mark_costs_no_more_than_its_paragraph():
    text = "The word “missile was left open here.\n\n“The port will stay open,” Vellin said."
    assert [quote.text for quote in found(text)] == ["The port will stay open"]


def test_scare_quotes_and_titles_are_no_speech():
    assert found("The so-called “rescue plan” was printed in the book “A Winter in Varn” last year.") == []


def test_the_writers_own_words_are_no_quote():
    assert found("The harbour was closed for three weeks. Nobody knows when it will open again.") == []


def test_a_stance_in_front_of_saying_is_kept_in_the_statement():
    quote = one("In March, Vellin ruled out negotiations, saying talks “can only begin once they disarm.”")
    assert quote.text == "talks “can only begin once they disarm.”"
    assert quote.statement == "Ruled out negotiations: talks can only begin once they disarm"
    assert quote.said.text == "2024-03"
    assert quote.speaker.text == "Vellin"


def test_a_statement_says_what_it_is_about():
    text = (
        "Marta Vellin spoke about missiles that Kestria fired. Talks with Kestria ended in winter.\n\n"
        "“We would like to have a dialogue with them,” Vellin said.\n\n"
        "In March, Vellin ruled out negotiations, saying talks “can only begin once they disarm.”"
    )
    assert [quote.statement for quote in found(text)] == [
        "On Kestria: We would like to have a dialogue with them",
        "On Kestria: ruled out negotiations: talks can only begin once they disarm",
    ]


def test_a_name_met_once_is_no_topic():
    text = "A ship of Belmora lay in the harbour.\n\n“It will leave soon,” Vellin said."
    assert found(text)[0].statement == "It will leave soon"


def test_a_post_has_its_author_and_day():
    text = '"Belmora has done NOTHING for us," Dane wrote in two posts on Sunday. "We will not go on!"'
    quotes = found(text)
    assert [quote.speaker.text for quote in quotes] == ["Dane", "Dane"]
    assert [quote.said.text for quote in quotes] == ["2024-05-12", "2024-05-12"]


@pytest.mark.parametrize(
    "text",
    [
        "“Will the port stay open?” Vellin asked.",
        "“If they disarm, we will talk,” Vellin said.",
        "Vellin denied that the port would close.",
        "“The moon is made of cheese,” Vellin joked.",
    ],
)
def test_what_claims_nothing_is_marked(text):
    assert [quote.asserted for quote in found(text)] == [False]


def test_an_undated_article_gives_no_days():
    (quote,) = found("“The port will stay open,” Vellin said on Tuesday.", None)
    assert quote.said.text is None


@given(st.text(alphabet="aB .,“”\"'’‘«»\n?!:said Vellin that", max_size=400))
def test_any_text_gives_exact_ordered_offsets(text):
    quotes = found(text)
    for quote in quotes:
        assert text[quote.start : quote.end] == quote.text
        assert all(quote.start <= a < b <= quote.end for a, b in quote.segments)
        if quote.speaker:
            assert text[quote.speaker.start : quote.speaker.end] == quote.speaker.text
    assert [quote.start for quote in quotes] == sorted(quote.start for quote in quotes)


@pytest.mark.parametrize(
    "text",
    [
        "“The port will stay open,” Vellin said on Monday after the March 3 attack.",
        "“The port will stay open,” Vellin said at a rally in the harbour of Varn.",
    ],
)
def test_a_reporting_verb_reports_once(text):
    assert one(text).text == "The port will stay open"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Vellin said Norland in 2016 had kept “the port open for all.”", "2024-05-14"),
        ("Vellin said in 2016 the port was “open for all.”", "2016"),
        ("In 2019, Vellin opposed the port. “It will never stay open for them,” she said.", None),
        ("In 2019, Vellin opposed the port. “It will stay open for them,” she says.", "2024-05-14"),
        ("On Monday, Vellin saw the port. “It will stay open for them,” she said.", "2024-05-14"),
        ("“The port will stay open,” said Vellin, who was elected in 2016.", "2024-05-14"),
        ("Vellin has said the port would stay open.", None),
    ],
)
def test_the_day_is_that_of_the_saying(text, day):
    assert one(text).said.text == day


@pytest.mark.parametrize(
    "unit",
    [
        "“said " * 20 + "\n",
        "Vellin said that, " * 20 + "\n",
        "“a” said " * 20 + "\n",
        "''\n",
        "“We left the marks open.\n",
        "“It is so,” Vellin said of Kestria.\n",
    ],
)
def test_a_hostile_text_is_read_in_linear_time(unit):
    """Twice the text costs about twice the work, counted in instructions of the interpreter."""
    once, twice = instructions(found, unit * 50), instructions(found, unit * 100)
    assert twice < 2.4 * once


def test_a_timeline_s_entry_gives_its_day_and_goes_on_with_its_speaker():
    text = (
        "Vellin has spoken about the port on many occasions.\n"
        "Nov. 5, 2012, remarks in Varn: “The port is the pride of this coast and will stay open.”\n"
        "July 2014, in her memoir: “It makes sense to wait for the final report.”"
    )
    first, second = found(text)
    assert (first.said.first, first.said.precision) == (date(2012, 11, 5), "day")
    assert (second.said.first, second.said.precision) == (date(2014, 7, 1), "month")
    assert first.speaker.text == second.speaker.text == "Vellin"


def test_an_undated_quote_behind_a_timeline_s_entry_is_not_of_today():
    text = (
        "October 2006: Vellin told a meeting that the port would close.\n"
        "“I support the towns making the decision,” she said."
    )
    reported, direct = found(text)
    assert reported.said.first == date(2006, 10, 1)
    assert direct.said.first is None


def test_a_quote_that_stands_alone_has_the_day_of_the_sentence_before_it():
    text = (
        "March 2013: After leaving office, Vellin announced a change of mind in a video.\n"
        "“The port belongs to all of us, and it will stay open.”"
    )
    quote = one(text)
    assert quote.speaker.text == "Vellin"
    assert (quote.said.first, quote.said.precision) == (date(2013, 3, 1), "month")


def test_an_occasion_of_speaking_lends_its_day_to_the_paragraph():
    text = "During a 2004 teleconference, Vellin was asked about the port. “It will stay open,” she said."
    assert one(text).said.first == date(2004, 1, 1)

from datetime import date

import pytest

from workers.quotes import Day
from workers.quotes.days import day_said

TUESDAY = date(2024, 5, 14)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("she said on Tuesday", "2024-05-14"),
        ("she said Tuesday", "2024-05-14"),
        ("she said on Monday", "2024-05-13"),
        ("in two posts Sunday", "2024-05-12"),
        ("late Wednesday", "2024-05-08"),
        ("last Tuesday", "2024-05-07"),
        ("last Friday", "2024-05-10"),
        ("yesterday", "2024-05-13"),
        ("today", "2024-05-14"),
        ("this morning", "2024-05-14"),
        ("earlier in the day", "2024-05-14"),
        ("last night", "2024-05-13"),
        ("three days ago", "2024-05-11"),
        ("In March, Vellin", "2024-03"),
        ("in March 2019", "2019-03"),
        ("in late April", "2024-04"),
        ("In May, Vellin", "2024-05"),
        ("in August", "2023-08"),
        ("last August", "2023-08"),
        ("last March", "2024-03"),
        ("in March of last year", "2023-03"),
        ("last month", "2024-04"),
        ("two months ago", "2024-03"),
        ("six months ago", "2023-11"),
        ("last year", "2023"),
        ("two years ago", "2022"),
        ("in 2016", "2016"),
        ("Back in 2016", "2016"),
        ("in a 2016 interview", "2016"),
        ("during a 2016 debate", "2016"),
        ("on March 3", "2024-03-03"),
        ("on 3 March", "2024-03-03"),
        ("on March 3, 2021", "2021-03-03"),
        ("on 3 March 2021", "2021-03-03"),
        ("on the 3rd of March 2021", "2021-03-03"),
        ("on Sept. 11, 2001", "2001-09-11"),
        ("on December 24", "2023-12-24"),
        ("June 2018", "2018-06"),
        ("in a speech on March 3, 2021, in Varn", "2021-03-03"),
        ("in Varn on Monday in a speech about 2016", "2024-05-13"),
        ("at the 2019 convention", "2019"),
        ("at Monday's rally", "2024-05-13"),
        ("Two years ago she", "2022"),
        ("on Monday after the March 3 attack", "2024-05-13"),
        ("Vellin, who took office in 2016, on Monday said", "2024-05-13"),
        ("had said on Monday", "2024-05-13"),
        ("After the test, Vellin said on Monday", "2024-05-13"),
    ],
)
def test_days_that_can_be_placed(words, expected):
    day = day_said(words, TUESDAY)
    assert day is not None
    assert day.text == expected


@pytest.mark.parametrize(
    "words",
    [
        "days later",
        "hours after the launch",
        "earlier this year",
        "had said",
        "once",
        "previously",
        "weeks before",
        "has long",
        "recently",
        "in 2031",
        "on February 30",
        "after the March 3 attack",
        "ahead of the June 2023 vote",
        "After the test, Vellin lashed out at Belmora, saying",
        "a day earlier",
        "at the time",
        "back then",
        "during her campaign",
        "As a candidate, Vellin",
        "Vellin has repeatedly warned",
    ],
)
def test_days_that_cannot_be_placed_are_unknown(words):
    day = day_said(words, TUESDAY)
    assert day == Day.unknown()


@pytest.mark.parametrize("words", ["", "she told reporters", "in a speech at the harbour", "to 400 people"])
def test_words_without_a_day(words):
    assert day_said(words, TUESDAY) is None


@pytest.mark.parametrize(
    "words",
    [
        "Vellin, who was elected in 2016, said",
        "said Vellin, elected in March 2015",
        "said of the 2016 treaty",
        "referring to the 2016 election",
        "the 2016 nominee",
        "the attacks of March 3, 2021",
        "mayor from 2010 to 2014",
        "about Monday's vote",
    ],
)
def test_the_day_of_something_else_says_nothing(words):
    assert day_said(words, TUESDAY) is None


@pytest.mark.parametrize("words", ["on Tuesday", "yesterday", "last month", "in March", "on March 3"])
def test_without_a_day_of_publication_nothing_relative_is_placed(words):
    assert day_said(words, None) == Day.unknown()


def test_a_full_date_needs_no_day_of_publication():
    assert day_said("on March 3, 2021", None) == Day.on(date(2021, 3, 3))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("2024-03", "2024-05-14", True),
        ("2024-05-13", "2024-05-14", True),
        ("2023", "2024", True),
        ("2024", "2024-05-14", False),
        ("2024-05", "2024-05-14", False),
        ("2024-05-14", "2024-05-14", False),
        (None, "2024-05-14", False),
        ("2023", None, False),
    ],
)
def test_before_means_certainly_before(one, other, expected):
    assert Day.parse(one).before(Day.parse(other)) is expected


@pytest.mark.parametrize("text", ["2017-08-01", "2017-03", "2017", None])
def test_days_are_written_as_they_are_read(text):
    assert Day.parse(text).text == text


@pytest.mark.parametrize("text", ["2017-13", "2017-02-30", "March", "2017-08-01-02"])
def test_other_forms_are_refused(text):
    with pytest.raises(ValueError, match=r"\w"):
        Day.parse(text)

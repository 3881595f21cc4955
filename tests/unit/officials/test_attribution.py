"""Who said it, in texts of our own about invented people. No case may name a wrong person."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.officials import attribute
from workers.quotes import find_quotes


def speakers(text: str) -> list[str | None]:
    quotes = find_quotes(text, date(2024, 5, 14))
    return [found.person.name if found.person else None for found in attribute(text, quotes)]


FAMILY = "Governor Paul Brandt and Senator Helen Brandt met in Varn. "
INTRODUCED = "Foreign Minister Marta Vellin arrived in Varn on Monday. "


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Foreign Minister Marta Vellin said the port would stay open.", ["Marta Vellin"]),
        (INTRODUCED + "Vellin said the port would stay open.", ["Marta Vellin"]),
        (INTRODUCED + "“It will stay open,” she said.", ["Marta Vellin"]),
        (INTRODUCED + "“It will stay open,” the foreign minister said.", ["Marta Vellin"]),
        (INTRODUCED + "“It will stay open,” the minister said.", ["Marta Vellin"]),
        (INTRODUCED + "“It will stay open,” Ms. Vellin said.", ["Marta Vellin"]),
        ("President Osric Dane said the port would stay open.", ["Osric Dane"]),
        ("Sen. Orla Brandt (I-Varn) said the port would stay open.", ["Orla Brandt"]),
        ("Orla Brandt, the mayor of Varn, said the port would stay open.", ["Orla Brandt"]),
        ("“It will stay open,” said Helen von Arden, a spokeswoman for the ministry.", ["Helen von Arden"]),
        # nobody, because nobody is named
        ("Analysts said the port would stay open.", [None]),
        ("A senior official said the port would stay open.", [None]),
        ("The two leaders said the port would stay open.", [None]),
        ("“It will stay open,” they said.", [None]),
        (INTRODUCED + "“It will stay open,” he said.", [None]),
        # families: a bare surname is nobody when two people share it
        (
            FAMILY + "Brandt said the port would stay open.",
            [None],
        ),
        (
            FAMILY + "Mrs. Brandt said the port would stay open.",
            ["Helen Brandt"],
        ),
        (
            FAMILY + "Paul Brandt said the port would stay open.",
            ["Paul Brandt"],
        ),
    ],
)
def test_speakers(text, expected):
    assert speakers(text) == expected


@pytest.mark.parametrize(
    ("text", "official", "office"),
    [
        ("Foreign Minister Marta Vellin said the port would stay open.", True, "foreign minister"),
        ("Former President Osric Dane said the port would stay open.", True, "former president"),
        ("Gov. Paul Brandt said the port would stay open.", True, "governor"),
        ("Helen Brandt, a spokeswoman for the ministry, said the port would stay open.", True, "spokeswoman"),
        ("Helen Brandt, a professor of history, said the port would stay open.", False, None),
        ("Helen Brandt said the port would stay open.", False, None),
    ],
)
def test_an_official_is_one_by_office(text, official, office):
    (found,) = attribute(text, find_quotes(text, None))
    assert (found.person.official, found.person.office) == (official, office)


def test_two_officials_in_one_article_stay_apart():
    text = (
        "President Osric Dane met Foreign Minister Marta Vellin in Varn.\n\n"
        "“Belmora alone could end this,” Dane said.\n\n"
        "“We do not blame Belmora,” Vellin told reporters."
    )
    assert speakers(text) == ["Osric Dane", "Marta Vellin"]


def test_all_names_of_one_person_are_gathered():
    text = INTRODUCED + "Vellin said the port would stay open. Minister Vellin said the ships would come."
    quotes = find_quotes(text, None)
    people = {found.person for found in attribute(text, quotes)}
    (person,) = people
    assert person.name == "Marta Vellin"
    assert "Vellin" in person.aliases


def test_confidence_belongs_to_a_person():
    text = INTRODUCED + "Vellin said the port would stay open. Analysts said it would not."
    first, second = attribute(text, find_quotes(text, None))
    assert first.confidence > 0.5
    assert (second.person, second.confidence) == (None, 0.0)


@given(st.text(alphabet="AbV elin.Mrs,“”\nsaidheT", max_size=300))
def test_any_text_is_read(text):
    quotes = find_quotes(text, None)
    assert len(attribute(text, quotes)) == len(quotes)


OPEN = " said the port would stay open."
MET = "President Osric Dane met Senator Orla Brandt in Varn. "


@pytest.mark.parametrize(
    "speaker",
    [
        "A spokesman for Vellin",
        "A spokeswoman for Marta Vellin",
        "Supporters of Vellin",
        "Critics of Ms. Vellin",
        "An aide to Vellin",
        "Advisers to Foreign Minister Marta Vellin",
        "Sources close to Vellin",
        "People familiar with Vellin’s thinking",
        "A letter from Vellin",
        "The lawyer for Vellin",
        "Vellin’s office",
        "Vellin's husband",
        "The Vellin campaign",
        "A former foreign minister",
        "A foreign minister",
        "Belmora’s foreign minister",
        "The finance minister",
    ],
)
def test_whoever_speaks_beside_or_against_an_official_is_not_the_official(speaker):
    assert set(speakers(f"{INTRODUCED}{speaker}{OPEN}")) == {None}


@pytest.mark.parametrize(
    "speaker",
    [
        "Anton Reis, a senior adviser to Vellin,",
        "Anton Reis, a spokesman for Ms. Vellin,",
        "Anton Reis, a critic of Vellin,",
        "Anton Reis, who ran against Vellin,",
        "Former Vellin aide Anton Reis",
        "Vellin campaign manager Anton Reis",
        "Vellin critic Anton Reis",
    ],
)
def test_the_name_before_the_description_speaks(speaker):
    assert speakers(f"{INTRODUCED}{speaker}{OPEN}") == ["Anton Reis"]


@pytest.mark.parametrize("both", ["Dane and Brandt", "Both Dane and Brandt", "Osric Dane and Orla Brandt"])
def test_two_who_speak_together_are_nobody(both):
    assert set(speakers(f"{MET}{both}{OPEN}")) == {None}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (MET + "“It will stay open,” he said.", "Osric Dane"),
        (MET + "“It will stay open,” she said.", "Orla Brandt"),
        (MET + "The president" + OPEN, "Osric Dane"),
        (MET + "The senator" + OPEN, "Orla Brandt"),
        ("President Osric Dane met President Ilan Toro. The president" + OPEN, None),
        ("Former President Osric Dane met President Ilan Toro. The president" + OPEN, None),
        ("Minister Marta Vellin and Minister Paul Reis met. The minister" + OPEN, None),
        (
            "Foreign Minister Marta Vellin and Finance Minister Paul Reis met. The finance minister" + OPEN,
            "Paul Reis",
        ),
        ("Governor Paul Brandt and his wife, Helen, met in Varn. “It will stay open,” she said.", None),
        ("Senator John Varga Jr. is a son of Governor John Varga Sr. of Norland. Varga" + OPEN, None),
        ("Mayor Anna Ruiz spoke in Varn. Mr. Ruiz" + OPEN, None),
        ("Mayor Anna Ruiz spoke in Varn. Luis Ruiz, a baker," + OPEN, "Luis Ruiz"),
        ("Minister José María de la Cruz spoke in Varn. De la Cruz" + OPEN, "José María de la Cruz"),
        ("Minister Ursa von der Holt spoke in Varn. Von der Holt" + OPEN, "Ursa von der Holt"),
        ("Minister Marta O’Vellin spoke in Varn. O'Vellin" + OPEN, "Marta O’Vellin"),
        ("Minister Marta Vellin-Dahl spoke in Varn. Vellin-Dahl" + OPEN, "Marta Vellin-Dahl"),
    ],
)
def test_hard_speakers(text, expected):
    assert speakers(text) == [expected]


@pytest.mark.parametrize(
    "description",
    [
        "an adviser to President Osric Dane",
        "a critic of the president",
        "a friend of Senator Orla Brandt",
        "brother of the mayor",
        "lawyer for the governor",
        "a candidate for governor",
        "who defeated Senator Brandt",
        "the mayor’s husband",
        "Senator Brandt’s aide",
        "an aide in the president’s office",
        "president of the Varn Institute",
        "secretary of the tennis club",
        "general counsel of the firm",
        "a general practitioner",
    ],
)
def test_somebody_elses_office_makes_no_official(description):
    text = f"Paul Reis, {description},{OPEN}"
    people = [found.person for found in attribute(text, find_quotes(text, None)) if found.person]
    assert not any(person.official for person in people if person.name == "Paul Reis")


@pytest.mark.parametrize(
    "description",
    [
        "the 54-year-old mayor of Varn",
        "her former foreign minister",
        "a Liberal senator",
        "the deputy prime minister",
    ],
)
def test_ones_own_office_makes_an_official(description):
    text = f"Paul Reis, {description},{OPEN}"
    (found,) = attribute(text, find_quotes(text, None))
    assert found.person is not None
    assert found.person.official


def test_a_page_full_of_one_surname_names_nobody_wrongly():
    names = [f"Anna K{chr(97 + i % 26)}{chr(97 + i // 26)} Varga" for i in range(100)]
    text = " ".join(f"{name} left." for name in names) + " Varga" + OPEN
    assert speakers(text) == [None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the one the article is about keeps the bare surname, the others are named in full
        (
            "Senator Helen Brandt has changed her mind on the port. Her husband, Paul Brandt, stayed away.\n"
            "Brandt said on Monday that the port would stay open.",
            ["Helen Brandt"],
        ),
        (
            "Senator Helen Brandt has changed her mind on the port.\n"
            "Paul Brandt was governor when the port was built. Brandt said then that it would stay open.",
            ["Paul Brandt"],
        ),
        # "he" may be either of two men of the same sentence
        (
            "President Osric Dane brought up Senator Ivan Toro’s words when he said the port would close.",
            [None],
        ),
    ],
)
def test_families_and_sentences_with_two_people(text, expected):
    assert speakers(text) == expected


def test_nobody_speaks_of_himself_by_name():
    met = "President Osric Dane met Senator Ivan Toro. Dane arrived late.\n"
    assert speakers(met + "“It was good to see Dane again,” he said.") == ["Ivan Toro"]
    assert (
        speakers(met + "Dane said: “The port will stay open.”\n“Is that so, President Dane, all year?”")[1]
        is None
    )

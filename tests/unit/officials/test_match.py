"""A person of an article and the officials on record: the same one, or nobody."""

import pytest

from workers.officials import KnownOfficial, Person, match
from workers.officials.names import compatible, parse


def known(*names: str, office: str | None = None, aliases: tuple[str, ...] = ()) -> list[KnownOfficial]:
    return [KnownOfficial(name.lower().replace(" ", "-"), name, aliases, office) for name in names]


@pytest.mark.parametrize(
    ("name", "on_record", "expected"),
    [
        ("Marta Vellin", ["Marta Vellin"], "Marta Vellin"),
        ("Marta Véllin", ["Marta Vellin"], "Marta Vellin"),
        ("Marta K. Vellin", ["Marta Vellin"], "Marta Vellin"),
        ("M. Vellin", ["Marta Vellin"], "Marta Vellin"),
        ("Bill Brandt", ["William Brandt"], "William Brandt"),
        ("Ted Brandt", ["Edward Brandt"], "Edward Brandt"),
        ("Helen von Arden", ["Helen von Arden"], "Helen von Arden"),
        # never
        ("Nora Vellin", ["Marta Vellin"], None),
        ("Marta Vellin", ["Marta Dane"], None),
        ("William Brandt Jr.", ["William Brandt Sr."], None),
        ("Marta K. Vellin", ["Marta B. Vellin"], None),
        ("M. Vellin", ["Marta Vellin", "Mina Vellin"], None),
        ("Bill Brandt", ["William Brandt", "Billy Brandt"], None),
        ("Helen Arden", ["Helen von Arden"], None),
    ],
)
def test_full_names(name, on_record, expected):
    found = match(Person(name, office="minister", official=True), known(*on_record))
    assert (found.name if found else None) == expected


def test_the_same_full_name_wins_over_a_compatible_one():
    found = match(Person("Bill Brandt"), known("Bill Brandt", "William Brandt"))
    assert found is not None
    assert found.name == "Bill Brandt"


def test_a_bare_surname_needs_an_agreeing_office():
    officials = known("Osric Dane", office="president")
    assert match(Person("Dane", office="president"), officials) is not None
    assert match(Person("Dane", office="mayor"), officials) is None
    assert match(Person("Dane"), officials) is None


def test_a_bare_surname_that_two_share_is_nobody():
    officials = known("Osric Dane", "Ottilie Dane", office="minister")
    assert match(Person("Dane", office="minister"), officials) is None


def test_an_alias_counts():
    assert match(Person("Greta Holm"), known("Margareta Holm", aliases=("Greta Holm",))) is not None


def test_nobody_on_record_is_nobody():
    assert match(Person("Marta Vellin"), []) is None
    assert match(Person("the minister"), known("Marta Vellin")) is None


@pytest.mark.parametrize(
    ("words", "given", "surname"),
    [
        ("Foreign Minister Marta Vellin", ("Marta",), "Vellin"),
        ("Secretary of State Marta J. Vellin", ("Marta", "J."), "Vellin"),
        ("Mr. Dane", (), "Dane"),
        ("President Dane's", (), "Dane"),
        ("Helen von Arden", ("Helen",), "von Arden"),
        ("Sen. Orla O'Brandt", ("Orla",), "O'Brandt"),
        ("William “Bill” Brandt", ("William",), "Brandt"),
        ("Jean-Luc Márquez", ("Jean-Luc",), "Márquez"),
    ],
)
def test_names_are_taken_apart(words, given, surname):
    name = parse(words)
    assert name is not None
    assert (name.given, name.surname) == (given, surname)


@pytest.mark.parametrize("words", ["the minister", "analysts", "Tuesday", "the United States", "NATO", ""])
def test_what_is_no_name(words):
    assert parse(words) is None


def test_compatible_names_are_symmetric():
    one, other = parse("Bill Brandt"), parse("William T. Brandt")
    assert one is not None
    assert other is not None
    assert compatible(one, other)
    assert compatible(other, one)

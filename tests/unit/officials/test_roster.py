"""The roster: who counts as an official where an article names no office. Invented people, but for the
file's form."""

import json
from datetime import date
from pathlib import Path

import pytest

from workers.officials import attribute, people, roster
from workers.officials.names import parse
from workers.quotes import find_quotes

ROWS = [
    {
        "name": "Marta Vellin",
        "aliases": ["Marta Ilse Vellin"],
        "sex": "f",
        "country": "XK",
        "offices": [
            {"title": "Senator", "of": "Norland", "from": "2010", "to": "2018"},
            {"title": "Foreign Minister", "from": "2018"},
        ],
    },
    {
        "name": "Tamar Dane",
        "aliases": [],
        "sex": "m",
        "country": "XK",
        "offices": [{"title": "Mayor", "of": "Varn", "from": "2001", "to": "2009"}],
    },
    *(
        {"name": "Paul Reis", "aliases": [], "sex": "m", "country": "XK", "offices": [office]}
        for office in ({"title": "Governor", "from": "2001"}, {"title": "Judge", "from": "2003"})
    ),
]
SAID = "Marta Vellin met Tamar Dane in Varn. “The port will stay open,” {} said."


@pytest.fixture
def listed(monkeypatch):
    known = roster.Roster(iter(ROWS))
    monkeypatch.setattr(people, "roster", lambda: known)
    return known


@pytest.mark.parametrize(
    ("name", "day", "office"),
    [
        ("Marta Vellin", date(2012, 5, 1), "senator of norland"),
        ("Marta Ilse Vellin", date(2020, 5, 1), "foreign minister"),
        ("Tamar Dane", date(2020, 5, 1), "former mayor of varn"),
        ("Tamar Dane", None, "former mayor of varn"),
        ("Tamar Dane", date(1999, 5, 1), None),
        ("M. Vellin", date(2020, 5, 1), None),
        ("Vellin", date(2020, 5, 1), None),
        ("Paul Reis", date(2020, 5, 1), None),  # two people
        ("Helen Vellin", date(2020, 5, 1), None),
    ],
)
def test_who_is_found(listed, name, day, office):
    found = listed.find(parse(name), day)
    assert (found.office(day) if found else None) == office


def test_a_listed_name_makes_an_official_beside_another_one(listed):
    text = SAID.format("Vellin")
    (found,) = attribute(text, find_quotes(text, date(2020, 5, 1)), date(2020, 5, 1))
    assert found.person.name == "Marta Vellin"
    assert found.person.official
    assert found.person.office == "foreign minister"


def test_a_listed_name_alone_may_be_anybody(listed):
    text = "Marta Vellin opened a bakery in Varn. “The port will stay open,” Vellin said."
    (found,) = attribute(text, find_quotes(text, date(2020, 5, 1)), date(2020, 5, 1))
    assert not found.person.official


def test_the_roster_tells_who_she_is(listed):
    text = SAID.format("she")
    (found,) = attribute(text, find_quotes(text, date(2020, 5, 1)), date(2020, 5, 1))
    assert found.person.name == "Marta Vellin"


def test_who_took_office_later_is_no_official_yet(listed):
    text = SAID.format("Vellin")
    (found,) = attribute(text, find_quotes(text, date(2005, 5, 1)), date(2005, 5, 1))
    assert not found.person.official


@pytest.mark.parametrize(
    "path", sorted(Path(roster.__file__).parent.glob("*.jsonl")), ids=lambda path: path.stem
)
def test_the_file_that_ships_is_well_formed(path):
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert len({row["name"] for row in rows}) == len(rows) > 300
    for row in rows:
        assert set(row) <= {"name", "family", "aliases", "sex", "country", "offices"}
        assert row["sex"] in ("m", "f", "x")
        assert row["offices"]
        for office in row["offices"]:
            assert 1900 < int(office["from"]) <= int(office.get("to", 2026)) <= 2030
    roster.Roster(iter(rows))

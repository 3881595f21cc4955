"""Who is known to hold or have held public office, for articles that name somebody without an office.

``*.jsonl`` beside this file, one person a line: ``name``, ``aliases``, ``sex``, ``country`` and
``offices``, each with ``title``, ``of`` and years ``from`` and ``to`` (left out where it goes on). Public
facts, written down for this project from general knowledge; a gap is no judgement, and a correction is one
line.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from workers.officials.names import Name, compatible, normalise, parse


@dataclass(frozen=True)
class Office:
    """A public office and the years it was held; ``until`` is None where it goes on."""

    title: str
    since: int
    until: int | None

    def label(self, year: int) -> str:
        """The office as an article of some year would call it."""
        return f"former {self.title}" if self.until is not None and self.until < year else self.title


@dataclass(frozen=True)
class Listed:
    """One person of the roster.

    Attributes:
        names: every full name in use.
        gender: ``m``, ``f`` or empty.
        offices: most important first.
    """

    names: tuple[Name, ...]
    gender: str
    offices: tuple[Office, ...]

    def office(self, on: date | None) -> str | None:
        """What the person was on a day, or had been; None for somebody not yet in any office."""
        year = on.year if on else date.max.year
        begun = [office for office in self.offices if office.since <= year]
        now = [office for office in begun if office.until is None or office.until >= year]
        return (now or begun)[0].label(year) if begun else None


class Roster:
    """People by surname."""

    def __init__(self, rows: Iterator[dict[str, object]]) -> None:
        self._families: dict[str, list[Listed]] = {}
        for row in rows:
            listed = _listed(row)
            for surname in {normalise(name.surname) for name in listed.names}:
                self._families.setdefault(surname, []).append(listed)

    def find(self, name: Name, on: date | None) -> Listed | None:
        """The one person in office by a day who has this full name; None when nobody or two could be
        meant."""
        if not name.given or len(normalise(name.given[0])) < 2:
            return None
        found = [
            one
            for one in self._families.get(normalise(name.surname), [])
            if one.office(on) and any(compatible(known, name) for known in one.names)
        ]
        return found[0] if len(found) == 1 else None


@lru_cache(maxsize=1)
def roster() -> Roster:
    """The roster that ships, read on first use."""
    return Roster(
        json.loads(line)
        for path in sorted(Path(__file__).parent.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    )


def _listed(row: dict) -> Listed:  # type: ignore[type-arg]
    names = [parse(form) for form in (row["name"], *row["aliases"])]
    offices = tuple(
        Office(
            " ".join(
                filter(None, (office["title"], "of" if "of" in office else "", office.get("of")))
            ).lower(),
            int(office["from"]),
            int(office["to"]) if "to" in office else None,
        )
        for office in row["offices"]
    )
    gender = row["sex"] if row["sex"] in ("m", "f") else ""
    return Listed(tuple(name for name in names if name and name.given), gender, offices)

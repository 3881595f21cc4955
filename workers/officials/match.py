"""A person of an article is somebody on record, or nobody we dare to name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from workers.officials import offices
from workers.officials.names import compatible, normalise, parse
from workers.officials.person import Person


@dataclass(frozen=True)
class KnownOfficial:
    """An official on record, as far as matching needs it."""

    slug: str
    name: str
    aliases: tuple[str, ...] = ()
    office: str | None = None


def match(person: Person, known: Sequence[KnownOfficial]) -> KnownOfficial | None:
    """The one official a person of an article is.

    A full name matches equal surnames with given names that do not conflict (initials and common short
    forms count as equal). A bare surname matches only with an office that agrees, and only when one
    official fits. Two that fit are none: a wrong person is worse than none.
    """
    name = parse(person.name)
    if name is None:
        return None
    fitting = [one for one in known if _fits(person, one)]
    if name.given:
        same = [one for one in fitting if _plain(one.name) == _plain(person.name)]
        fitting = same or [one for one in fitting if (other := parse(one.name)) and other.given]
    else:
        fitting = [
            one
            for one in fitting
            if one.office and person.office and offices.agree(one.office, person.office)
        ]
    return fitting[0] if len(fitting) == 1 else None


def _fits(person: Person, official: KnownOfficial) -> bool:
    name = parse(person.name)
    if name is None:
        return False
    others = [parse(form) for form in (official.name, *official.aliases)]
    full = [other for other in others if other and other.given]
    if name.given and full:
        return any(compatible(name, other) for other in full)
    return any(other is not None and compatible(name, other) for other in others)


def _plain(name: str) -> str:
    return " ".join(normalise(word) for word in re.split(r"\s+", name))

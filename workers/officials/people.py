"""The people of one article: every full name and title, merged, and who a mention or a pronoun means."""

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from workers.officials import offices
from workers.officials.names import (
    HONORIFICS,
    PARTICLES,
    RUN,
    Name,
    compatible,
    gender,
    known_given,
    normalise,
    parse,
)
from workers.officials.roster import Listed, roster

_HE, _SHE = {"he"}, {"she"}
_WINDOW = 700
"""Characters a pronoun may look back."""
_FAMILY = 20
"""People of one surname told apart in an article; a page with more is a list, and slow to compare."""
LEAST_PUBLIC = 2
"""People with an office, by the article or by the roster, that make an article one about public affairs."""
_RELATION = re.compile(
    r"\s(?:for|of|to|from|with|by|in|at|on|near|about|against|under|behind|including|who|whose|like)\s"
)
_SAID = re.compile(r"['’]?s?,?\s+(?:who\s+)?(?:said|says|told|tweeted|wrote|added|argued)\b")
_JOINT = re.compile(r"\s(?:and|or|&)\s")


@dataclass
class Someone:
    """One person while the article is read."""

    name: Name
    forms: set[str] = field(default_factory=set)
    places: list[tuple[int, int]] = field(default_factory=list)
    offices: list[str] = field(default_factory=list)
    gender: str = ""

    def add(self, name: Name, form: str, place: tuple[int, int], office: str | None, gender: str) -> None:
        """One more mention."""
        if len(name.given) > len(self.name.given) or (name.suffix and not self.name.suffix):
            self.name = name
        self.forms.add(form)
        self.places.append(place)
        if office and office not in self.offices:
            self.offices.append(office)
        self.gender = self.gender or gender


def names(words: str, one: Someone) -> bool:
    """Whether some words speak of a person by surname."""
    return re.search(rf"\b{re.escape(one.name.surname)}\b", words) is not None


class People:
    """Everybody an article names, and where."""

    def __init__(self, text: str, speakers: Iterable[int] = (), published_on: date | None = None) -> None:
        """Read an article; ``speakers`` are places where a speaker's mention begins."""
        self._text = text
        self._published_on = published_on
        self._speakers = sorted(speakers)
        self.all: list[Someone] = []
        self._mentions: list[tuple[int, int, Someone]] = []
        self._surnames: dict[str, list[Someone]] = {}
        self._holders: dict[str, list[tuple[int, Someone]]] = {}
        runs = [run for match in RUN.finditer(text) if (run := self._run(match)) is not None]
        for start, end, name in runs:
            if name.given:
                self._note(start, end, name)
        for start, end, name in runs:
            if not name.given:
                self._note(start, end, name)
        self._enrol()
        self._mentions.sort(key=lambda mention: mention[0])
        self._starts = [start for start, _, _ in self._mentions]

    def named(self, mention: str, at: int) -> Someone | None:
        """Whom a mention with a name means; None when it could be two people."""
        subject = self._subject(mention)
        name = parse(subject)
        if name is None:
            return None
        return self._one_of(self._settled(name), self._honorific(at, subject), at)

    def _subject(self, mention: str) -> str:
        """The part of a mention that names the speaker; empty when that is another or several.

        Only what stands before the first comma or preposition can, titles aside ("Secretary of State Marta
        Vellin"): a name behind it says whom the speaker works for, supports or opposes.
        """
        subject = mention.split(",", 1)[0].strip()
        if re.search(r"(?:['’]s|s['’])$", subject):
            return ""
        name = parse(subject)
        at = subject.rfind(name.full) if name else len(subject)
        untitled = offices.untitled(subject[: max(at, 0)])
        joint = _JOINT.search(untitled)
        if joint and (first := parse(untitled[: joint.start()])) and self._known(first):
            return ""
        relation = _RELATION.search(f" {untitled}")
        return subject if relation is None else untitled[: relation.start()].strip()

    def _known(self, name: Name) -> bool:
        return normalise(name.surname) in self._surnames

    def _settled(self, name: Name) -> Name:
        """A particle in capitals belongs to a surname that the article knows ("De la Cruz said")."""
        if name.given and all(normalise(part) in PARTICLES for part in name.given):
            whole = Name((), name.full, name.suffix)
            return whole if self._known(whole) else name
        return name

    def with_office(self, office: str, at: int) -> Someone | None:
        """Who holds an office that the article speaks of without a name, if only one does."""
        if office not in self._holders:
            self._holders[office] = [
                (min(one.places)[0], one)
                for one in self.all
                if any(offices.agree(office, held) for held in one.offices)
            ]
        holders = self._holders[office]
        found = [one for first, one in holders if first < at] or [one for _, one in holders]
        return found[0] if len(found) == 1 else None

    def pronoun(self, word: str, at: int, said: str = "") -> Someone | None:
        """Whom "he" or "she" means: the subject of the nearest sentence with one fitting person, or None.

        Args:
            said: words the person spoke; nobody whom they name does.
        """
        wanted = "m" if word in _HE else "f" if word in _SHE else ""
        if not wanted:
            return None
        first = bisect_left(self._starts, max(0, at - _WINDOW))
        last = bisect_left(self._starts, at)
        nearby = self._mentions[first:last]
        sentences: list[list[Someone]] = [[]]
        edge = at
        for start, _, one in reversed(nearby):
            if re.search(r"[.!?]['\"”’)]*\s+[A-Z“\"'‘]|\n", self._text[start:edge]):
                sentences.append([])
            edge = start
            if one.gender in ("", wanted) and not names(said, one):
                sentences[-1].insert(0, one)
        own = {id(one) for one in sentences[0]}
        if len(own) > 1:
            # "Toro quoted Dane's words of 1992 when he said ...": either may be meant
            return None
        for sentence in filter(None, sentences):
            sure = [one for one in sentence if one.gender == wanted] or sentence
            people = list({id(one): one for one in sure}.values())
            if len(people) == 1:
                return people[0]
            if people:
                # two people fit: the subject, unless it is far from opening its sentence
                return people[0] if len(sentence) <= 3 else None
        return None

    def _run(self, match: re.Match[str]) -> tuple[int, int, Name] | None:
        name = parse(match.group())
        if name is None:
            return None
        words = name.full
        at = match.group().rfind(words)
        if at < 0:
            return None
        start = match.start() + at
        return start, start + len(words), name

    def _note(self, start: int, end: int, name: Name) -> None:
        office = offices.before(self._text, start) or offices.behind(self._text, end)
        honorific = self._honorific(start, "")
        someone = self._one_of(name, honorific, start)
        if someone is None:
            if len(self._surnames.get(normalise(name.surname), ())) >= _FAMILY:
                return
            known = normalise(name.surname) in self._surnames
            titled = office is not None or honorific is not None
            if not name.given and (known or not titled):
                return
            if name.given and not (
                known_given(name) or titled or self._speaks(start, end) or self._listed(name)
            ):
                return
            someone = Someone(name)
            self.all.append(someone)
            self._surnames.setdefault(normalise(name.surname), []).append(someone)
        form = self._text[start:end]
        someone.add(name, form, (start, end), office, gender(name) or (honorific or ""))
        self._mentions.append((start, end, someone))

    def _listed(self, name: Name) -> Listed | None:
        return roster().find(name, self._published_on)

    def _enrol(self) -> None:
        """Give those an office whom the roster knows, where the article is about public affairs.

        One name may be two people's, and the other one holds no office: a listed name alone proves nothing.
        """
        listed = [(one, found) for one in self.all if (found := self._listed(one.name))]
        if (
            len(listed) + sum(bool(one.offices) for one in self.all if not self._listed(one.name))
            < LEAST_PUBLIC
        ):
            return
        for one, found in listed:
            one.gender = one.gender or found.gender
            office = found.office(self._published_on)
            if office and not one.offices:
                one.offices.append(office)

    def _speaks(self, start: int, end: int) -> bool:
        """Whether a speaker's mention begins at this name, or "said" follows it."""
        at = bisect_left(self._speakers, start)
        if at < len(self._speakers) and self._speakers[at] == start:
            return True
        return _SAID.match(self._text, end) is not None

    def _honorific(self, at: int, mention: str) -> str | None:
        words = (self._text[max(0, at - 8) : at] + " " + mention[:12]).split()
        for word in words:
            if normalise(word) in HONORIFICS and word[0].isupper():
                return HONORIFICS[normalise(word)]
        return None

    def _one_of(self, name: Name, honorific: str | None, at: int) -> Someone | None:
        family = [
            one for one in self._surnames.get(normalise(name.surname), []) if compatible(one.name, name)
        ]
        if honorific:
            family = [one for one in family if one.gender in ("", honorific)]
        if len(family) <= 1 or name.given:
            return family[0] if family else None
        return self._of_family(family, at)

    def _of_family(self, family: list[Someone], at: int) -> Someone | None:
        """A bare surname that several people share: hardly anybody else's, or whom the article is about.

        Newspapers keep the bare surname for the one they are about, whom they name first, and name the others
        in full; inside a paragraph it is the one it has just named.
        """
        counts = sorted(family, key=lambda one: -len(one.places))
        if len(counts[0].places) >= 4 * max(1, len(counts[1].places)):
            return counts[0]
        paragraph = self._text.rfind("\n", 0, at) + 1
        here = {id(one): one for one in family for start, _ in one.places if paragraph <= start < at}
        if here:
            return next(iter(here.values())) if len(here) == 1 else None
        first = min(family, key=lambda one: min(one.places))
        return first if 2 * len(first.places) >= len(counts[0].places) else None

"""Personal names as they stand in running text, and how to compare them.

Without a parser: runs of capitalised words, cleaned of titles and of words that never name a person.
"""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from pathlib import Path

_WORD = r"(?:[A-ZÀ-ÖØ-Þ][\w’'ʼ-]*[\wà-ÿ]|[A-Z]\.(?:[A-Z]\.)*|[A-Z])"
_PARTICLE = r"(?:de|del|della|der|den|di|da|dos|van|von|bin|ibn|al|el|la|le|ten|ter|y)"
RUN = re.compile(rf"(?<![\w@#]){_WORD}(?:[ \u00a0](?:{_PARTICLE}[ \u00a0])*{_WORD})*")

HONORIFICS = {
    "mr": "m",
    "mrs": "f",
    "ms": "f",
    "miss": "f",
    "sir": "m",
    "dame": "f",
    "lord": "m",
    "lady": "f",
    "dr": "",
    "prof": "",
    "professor": "",
    "rev": "",
}
SUFFIXES = {"jr", "sr", "ii", "iii", "iv"}
PARTICLES = frozenset(
    {
        "de",
        "del",
        "della",
        "der",
        "den",
        "di",
        "da",
        "dos",
        "van",
        "von",
        "bin",
        "ibn",
        "al",
        "el",
        "la",
        "le",
        "ten",
        "ter",
        "y",
    }
)

_LEXICON = tomllib.loads((Path(__file__).parent / "lexicon.toml").read_text(encoding="utf-8"))
_NEVER, _ROLES = frozenset(_LEXICON["never"]), frozenset(_LEXICON["roles"])
_SURNAMES_TOO = frozenset(_LEXICON["surnames_too"])
_MALE, _FEMALE = frozenset(_LEXICON["male"]), frozenset(_LEXICON["female"])
_GIVEN = _MALE | _FEMALE | frozenset(_LEXICON["either"])
_NICKNAMES = tuple(frozenset(group) for group in _LEXICON["nicknames"])


@dataclass(frozen=True)
class Name:
    """The parts of a personal name, as written.

    Attributes:
        given: first names and initials, in order; empty for a bare surname.
        surname: last word with its particles ("von Arden").
        suffix: "Jr", "III", or empty.
    """

    given: tuple[str, ...]
    surname: str
    suffix: str = ""

    @property
    def full(self) -> str:
        """The name as one string, without suffix."""
        return " ".join((*self.given, self.surname))


def normalise(word: str) -> str:
    """Lower case, without accents, full stops and possessive endings."""
    word = re.sub(r"['’]s$", "", word.strip())
    plain = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    return plain.casefold().replace(".", "").replace("’", "'").strip("'-")


def parse(words: str) -> Name | None:
    """The name that ends a phrase ("Secretary of State Marta Vellin" -> Marta Vellin), or None.

    Titles, roles and words that never name a person are dropped from the left; what is left must be one to
    five words that all look like a name.
    """
    parts = [part for part in re.sub(r"[“”\"(][^“”\")]*[”\")]", " ", words).replace(",", " ").split() if part]
    parts[-1:] = [re.sub(r"['’]s?$", "", part) for part in parts[-1:]]
    suffix = ""
    if len(parts) > 1 and normalise(parts[-1]) in SUFFIXES:
        suffix = parts.pop().strip(".")
    kept: list[str] = []
    for part in reversed(parts):
        plain = normalise(part)
        if not (plain in PARTICLES and kept) and not _can_name(part, plain, parts, len(kept)):
            break
        kept.insert(0, part)
    while kept and normalise(kept[0]) in PARTICLES and len(kept) > 1 and not kept[0][0].isupper():
        if len(kept) == 2:
            return Name((), " ".join(kept), suffix)
        kept.pop(0)
    if (
        not kept
        or len(kept) > 5
        or len(normalise(kept[-1])) < 2
        or (kept[-1].isupper() and len(kept[-1]) > 1 and len(kept) == 1)
    ):
        return None
    split = len(kept) - 1
    while split > 1 and normalise(kept[split - 1]) in PARTICLES:
        split -= 1
    return Name(tuple(kept[:split]), " ".join(kept[split:]), suffix)


def _can_name(part: str, plain: str, parts: list[str], behind: int) -> bool:
    """Whether a word can belong to a name that has ``behind`` words behind it already."""
    if not part[0].isupper() or plain in HONORIFICS or plain in _ROLES:
        return False
    if plain not in _NEVER or (behind and plain in _GIVEN):
        return True
    # Theresa May, Prime Minister May, Mr. White
    before = normalise(parts[-2]) if len(parts) > 1 and not behind else ""
    return plain in _SURNAMES_TOO and (before in _GIVEN or before in _ROLES or before in HONORIFICS)


def gender(name: Name) -> str:
    """``m``, ``f`` or empty, by the given name."""
    first = normalise(name.given[0]) if name.given else ""
    return "m" if first in _MALE else "f" if first in _FEMALE else ""


def known_given(name: Name) -> bool:
    """Whether the first given name is a common one."""
    return bool(name.given) and normalise(name.given[0]) in _GIVEN


def compatible(one: Name, other: Name) -> bool:
    """Whether two names can be one person's: equal surnames, given names that do not conflict."""
    if normalise(one.surname) != normalise(other.surname):
        return False
    if one.suffix and other.suffix and normalise(one.suffix) != normalise(other.suffix):
        return False
    if not one.given or not other.given:
        return True
    if not _same_given(one.given[0], other.given[0]):
        return False
    middle = zip(one.given[1:], other.given[1:], strict=False)
    return all(_same_given(a, b) for a, b in middle)


def _same_given(one: str, other: str) -> bool:
    a, b = normalise(one), normalise(other)
    if a == b or (min(len(a), len(b)) == 1 and a[:1] == b[:1]):
        return True
    return any(a in group and b in group for group in _NICKNAMES)

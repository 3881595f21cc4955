"""Words that report speech, and where they stand.

Some introduce a clause on their own ("said the plan works"); others lean on "that", a comma, a colon or a
quotation mark behind them ("noted that ...", "called it “absurd”"), because they have other uses.
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

LEXICON = tomllib.loads((Path(__file__).parent / "lexicon.toml").read_text(encoding="utf-8"))
"""The word lists of this step, see the comments in ``lexicon.toml``."""


def _either(words: list[str]) -> str:
    """A pattern for any of the words, the longest first."""
    return "|".join(word.replace(" ", r"\s+") for word in sorted(words, key=len, reverse=True))


CUE = re.compile(
    rf"\b(?:(?P<reports>{_either(LEXICON['reports'])})|(?P<leans>{_either(LEXICON['leans'])}))\b"
)
ACCORDING = re.compile(r"\b[Aa]ccording to\b")
STANCE = re.compile(rf"\b(?:{_either(LEXICON['stances'])})\b")
NOUNS = re.compile(
    r"(?:\b(?:the|a|an|his|her|its|their|no|any|all|what|which|some|many|these|those|recent|news|media|new"
    r"|to|who|poll|of)|['’]s)\s+$"
)
"""Before one of these "reports", "claims" or "calls" is no verb of saying with a subject."""

_NOUNS_TOO = frozenset(LEXICON["nouns_too"])


@dataclass(frozen=True)
class Cue:
    """A reporting verb.

    Attributes:
        start, end: its place.
        word: the verb in lower case.
        clause: it introduces a clause without help.
    """

    start: int
    end: int
    word: str
    clause: bool

    @property
    def participle(self) -> bool:
        """Whether its subject is that of the main clause ("..., saying")."""
        return self.word.endswith("ing")


def cues(text: str, start: int, end: int) -> list[Cue]:
    """Reporting verbs between two places, in order; nouns of the same form are left out."""
    found = []
    for match in CUE.finditer(text, start, end):
        word = " ".join(match.group().lower().split())
        before = text[max(start, match.start() - 12) : match.start()]
        if before.endswith("-") or (word in _NOUNS_TOO and NOUNS.search(before)):
            continue
        found.append(Cue(match.start(), match.end(), word, match["reports"] is not None))
    return found

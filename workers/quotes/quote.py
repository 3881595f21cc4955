"""What quote finding gives. All offsets count characters of `Article.text`, end exclusive."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Literal

Precision = Literal["day", "month", "year", "unknown"]
QuoteType = Literal["direct", "indirect", "mixed"]


@dataclass(frozen=True)
class Day:
    """When something was said: the first and the last day it can have been, and how exact that is.

    ``Day.unknown()`` has neither; it is never earlier or later than anything.
    """

    first: date | None
    last: date | None
    precision: Precision

    @classmethod
    def unknown(cls) -> "Day":
        """A day nobody knows."""
        return cls(None, None, "unknown")

    @classmethod
    def on(cls, day: date) -> "Day":
        """Exactly this day."""
        return cls(day, day, "day")

    @classmethod
    def in_month(cls, year: int, month: int) -> "Day":
        """Some day of this month."""
        return cls(date(year, month, 1), date(year, month, monthrange(year, month)[1]), "month")

    @classmethod
    def in_year(cls, year: int) -> "Day":
        """Some day of this year."""
        return cls(date(year, 1, 1), date(year, 12, 31), "year")

    @classmethod
    def parse(cls, text: str | None) -> "Day":
        """Read ``2017-08-01``, ``2017-03`` or ``2017`` (the form of `text`); None is unknown.

        Raises:
            ValueError: the text has another form.
        """
        if text is None:
            return cls.unknown()
        parts = [int(part) for part in text.split("-")]
        match parts:
            case [year]:
                return cls.in_year(year)
            case [year, month]:
                return cls.in_month(year, month)
            case [year, month, day]:
                return cls.on(date(year, month, day))
        raise ValueError(f"not a day, month or year: {text!r}")

    @property
    def text(self) -> str | None:
        """ISO 8601 at the precision known: ``2017-08-01``, ``2017-03``, ``2017`` or None."""
        if self.first is None:
            return None
        return self.first.isoformat()[: {"day": 10, "month": 7, "year": 4, "unknown": 0}[self.precision]]

    def before(self, other: "Day") -> bool:
        """Whether this is certainly earlier: its last possible day precedes the other's first."""
        return self.last is not None and other.first is not None and self.last < other.first

    def days_until(self, other: "Day") -> int | None:
        """Days that certainly lie between this and a later one; None where either is unknown."""
        return None if self.last is None or other.first is None else (other.first - self.last).days


@dataclass(frozen=True)
class Mention:
    """The words of the article that name a speaker: "Vellin", "the foreign minister", "she"."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Quote:
    """Words an article puts in a speaker's mouth.

    Attributes:
        start, end: extent of the content, without the outer quotation marks.
        text: exactly ``article.text[start:end]``; for a discontinuous quote it spans the gap.
        segments: the content proper, one (start, end) per contiguous part, in order.
        type: direct (in marks), indirect (reported), mixed (reported with words in marks).
        speaker: where the article names the speaker, or None when it does not.
        said: the day it was said (not published).
        statement: the words made to stand alone for comparison (segments joined, framing such as "ruled
            out negotiations" kept, referents filled in where the article makes them clear).
        asserted: False for questions, conditionals, jokes, denials and words quoted from somebody
            else: such quotes are shown but never compared.
        cue: the words that report ("said", "according to"), or None.
        confidence: of content and speaker mention together, 0..1.
    """

    start: int
    end: int
    text: str
    segments: tuple[tuple[int, int], ...]
    type: QuoteType
    speaker: Mention | None
    said: Day
    statement: str
    asserted: bool = True
    cue: Mention | None = None
    confidence: float = 1.0

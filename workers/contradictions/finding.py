"""What comparing takes and gives."""

from dataclasses import dataclass
from typing import Literal

from workers.quotes import Day

Kind = Literal["contradiction", "shift"]


@dataclass(frozen=True)
class Statement:
    """A quote as the comparison sees it.

    Attributes:
        id: the caller's name for the quote (a ledger id, or its index in the article).
        official: the caller's name for the official; only equal ones are ever compared.
        text: exact words, as shown; clash offsets count into it.
        statement: the words made to stand alone, as the model reads them.
        said: the day it was said.
        article: the caller's name for the article it stands in.
        vector: its embedding, float32 of unit length as little-endian bytes, when already known.
        direct: the speaker's own words rather than a report of them.
    """

    id: str
    official: str
    text: str
    statement: str
    said: Day
    article: str
    vector: bytes | None = None
    direct: bool = True


@dataclass(frozen=True)
class Candidate:
    """An earlier statement of the same official on the same topic, worth the model's time."""

    now: Statement
    then: Statement
    topic: float
    """Cosine of the two embeddings, -1..1."""
    among: int = 1
    """How many earlier statements of the official are on the topic of this one of today."""

    @property
    def reading(self) -> "Reading":
        """What the decision looks at."""
        days = self.then.said.days_until(self.now.said)
        return Reading(self.then.statement, self.now.statement, self.topic, days, self.among)


@dataclass(frozen=True)
class Reading:
    """What the decision looks at.

    Attributes:
        earlier, later: the two statements made to stand alone.
        topic: cosine of their embeddings, -1..1.
        days: that certainly lie between them; None when either day is unknown.
        among: how many earlier statements of the official the later one was measured against.
    """

    earlier: str
    later: str
    topic: float
    days: int | None = None
    among: int = 1


@dataclass(frozen=True)
class Finding:
    """A pair a reader should see.

    Attributes:
        kind: ``contradiction`` is worded "may conflict", ``shift`` "position has shifted".
        score: calibrated probability that a fair reader calls it a conflict, 0..1.
        reason: one plain line made of the two statements' own words.
        clash_now, clash_then: (start, end) ranges of each ``text`` that carry the conflict.
        versions: of model, calibration and thresholds.
    """

    now: Statement
    then: Statement
    kind: Kind
    score: float
    reason: str
    clash_now: tuple[tuple[int, int], ...]
    clash_then: tuple[tuple[int, int], ...]
    versions: dict[str, str]

"""Where in the words a conflict lies, and the one plain line that says so.

Each statement is cut into clauses; a clause carries the conflict when, with nothing but the statement's
topic and stance in front, it still contradicts the other statement the most. (Sufficiency rather than
occlusion: taking a clause away rarely changes the verdict when another says the same.) The reason quotes
those clauses and adds nothing.
"""

import re
from collections.abc import Iterator

from workers.contradictions.finding import Statement
from workers.quotes import Day
from workers.quotes.marks import abbreviated

Span = tuple[int, int]

_BREAK = re.compile(
    r"[.!?;:…]+[\"'”’)]*\s+|,\s+|\s+[—–-]+\s+|\s+(?=(?:because|although|though|while|unless|until)\b)"
    r"|\s+(?=(?:and|but|so|or)\s+(?:then\s+)?(?:I|we|he|she|they|it|you|there|that|nobody)\b)",
    re.IGNORECASE,
)
_PARTICIPLE = re.compile(r"\w{2,}ing\b")
_NO_MARKS = str.maketrans("", "", '“”«»"')
MIN_WORDS = 4
"""Shorter clauses say too little alone; they are joined to the next one, the last to the one before."""

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def clauses(text: str) -> list[Span]:
    """Cut a text into clauses of `MIN_WORDS` words or more: (start, end) without outer blanks or marks."""
    return [span for span in _joined(text, _pieces(text)) if span[0] < span[1]] or [(0, len(text))]


def _pieces(text: str) -> Iterator[Span]:
    at = 0
    for match in _BREAK.finditer(text):
        if abbreviated(text, match.start() + 1):
            continue
        yield at, match.start()
        at = match.end()
    yield at, len(text)


def _joined(text: str, pieces: Iterator[Span]) -> list[Span]:
    spans: list[Span] = []
    for start, end in pieces:
        # "..., giving up their weapons" says how, and belongs to the clause before
        if spans and (_words(text, spans[-1]) < MIN_WORDS or _PARTICIPLE.match(text, start, end)):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    if len(spans) > 1 and _words(text, spans[-1]) < MIN_WORDS:
        _, end = spans.pop()
        spans[-1] = (spans[-1][0], end)
    return [_trimmed(text, span) for span in spans]


def _words(text: str, span: Span) -> int:
    return len(text[span[0] : span[1]].split())


def _trimmed(text: str, span: Span) -> Span:
    start, end = span
    while start < end and not (text[start].isalnum() or text[start] in "@#$€£"):
        start += 1
    while end > start and not (text[end - 1].isalnum() or text[end - 1] in "%$€£"):
        end -= 1
    return start, end


def alone(statement: Statement, clause: Span) -> str:
    """A clause with what the statement puts in front of its words ("On Kestria: ruled out talks: ...")."""
    words = _plain(statement.text)
    at = statement.statement.casefold().find(words[:30].casefold())
    front = statement.statement[:at] if at > 0 else ""
    return front + _plain(statement.text[clause[0] : clause[1]])


def reason(now: Statement, clash_now: Span, then: Statement, clash_then: Span) -> str:
    """One line built only from the two statements' own words and days."""
    return (
        f"{when(then.said)}: “{_shown(then.text, clash_then)}”. "
        f"{when(now.said)}: “{_shown(now.text, clash_now)}”."
    )


def when(day: Day) -> str:
    """A day in words, no more exact than it is known: "On 1 August 2017", "In March 2017", "In 2017"."""
    if day.first is None:
        return "On an unknown day"
    month = MONTHS[day.first.month - 1]
    match day.precision:
        case "day":
            return f"On {day.first.day} {month} {day.first.year}"
        case "month":
            return f"In {month} {day.first.year}"
        case _:
            return f"In {day.first.year}"


def _shown(text: str, span: Span) -> str:
    words = _plain(text[span[0] : span[1]])
    return words if len(words) <= 160 else words[:159].rsplit(" ", 1)[0] + "…"


def _plain(words: str) -> str:
    # a clause may hold one mark of a pair, and the line around it has marks of its own
    return " ".join(words.translate(_NO_MARKS).split())

"""Where the text speaks in somebody's words: paragraphs, sentences, and spans between quotation marks.

Marks are paired inside one paragraph, so a stray one never costs more than its own paragraph. A paragraph
whose last mark stays open is continued by a next one that begins with a mark (the reopened marks of long
quotes); otherwise an opening mark without a partner is ignored.
"""

import re
from dataclasses import dataclass

Span = tuple[int, int]

_PARAGRAPH = re.compile(r"[^\n]+")
_OPENING = "“„«"
_CLOSING = "”»"
_STRAIGHT = '"'
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Prof|Rev|Hon|Jr|Sr|St|vs|etc|Inc|Corp|Co|No|Jan|Feb|Mar"
    r"|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)|\b[A-Z]|\b[a-z]\.[a-z])\.$"
)
_SENTENCE_END = re.compile(r"[.!?…]+[\"”’'»)\]]*(?=\s+[\"“‘'„«(\[]?[A-Z0-9@#]|\s*$)")


@dataclass(frozen=True)
class Marked:
    """Words between quotation marks.

    Attributes:
        start, end: extent of the words, without the marks.
        before, after: extent with the marks.
        closed: False when the marks stay open to the end of their paragraph.
    """

    start: int
    end: int
    before: int
    after: int
    closed: bool = True


def paragraphs(text: str) -> list[Span]:
    """Non-empty lines as (start, end), without outer blanks."""
    spans = []
    for match in _PARAGRAPH.finditer(text):
        words = match.group()
        if words.strip():
            start = match.start() + len(words) - len(words.lstrip())
            spans.append((start, match.start() + len(words.rstrip())))
    return spans


def sentences(text: str, paragraph: Span) -> list[Span]:
    """Cut a paragraph into sentences; a full stop after an abbreviation or an initial ends none."""
    spans: list[Span] = []
    start, end = paragraph
    for match in _SENTENCE_END.finditer(text, start, end):
        if match.end() < end and abbreviated(text, match.end(), start):
            continue
        spans.append((start, match.end()))
        start = match.end() + len(text[match.end() : end]) - len(text[match.end() : end].lstrip())
        if start >= end:
            return spans
    if start < end:
        spans.append((start, end))
    return spans


def abbreviated(text: str, stop: int, start: int = 0) -> bool:
    """Whether the full stop in front of ``stop`` belongs to an abbreviation or an initial."""
    return _ABBREVIATION.search(text[max(start, stop - 12) : stop]) is not None


def marked(text: str, blocks: list[Span]) -> list[list[Marked]]:
    """The marked spans of each paragraph, in order; nested marks belong to the outer span."""
    found = [_pairs(text, block) for block in blocks]
    for i, spans in enumerate(found):
        # marks left open are a quote only when the next paragraph reopens them
        if spans and not spans[-1].closed and not (i + 1 < len(blocks) and _reopens(text, blocks[i + 1])):
            found[i] = spans[:-1]
    return found


def _reopens(text: str, block: Span) -> bool:
    return text[block[0]] in _OPENING + _STRAIGHT or text.startswith("''", block[0])


def _pairs(text: str, block: Span) -> list[Marked]:
    spans: list[Marked] = []
    opened: tuple[int, int] | None = None
    single = not any(mark in text[block[0] : block[1]] for mark in _OPENING + _CLOSING + _STRAIGHT)
    at = block[0]
    while at < block[1]:
        width, opens, closes = _mark(text, at, block, single)
        if opened is None and opens:
            opened = (at, at + width)
        elif opened is not None and closes:
            if at > opened[1]:
                spans.append(Marked(opened[1], at, opened[0], at + width))
            opened = None
        elif opened is not None and opens and not closes and text[at] in _OPENING:
            # a second opening mark: the first one was never closed
            opened = (at, at + width)
        at += width
    if opened is not None and opened[1] < block[1]:
        spans.append(Marked(opened[1], block[1], opened[0], block[1], closed=False))
    return spans


def _mark(text: str, at: int, block: Span, single: bool) -> tuple[int, bool, bool]:
    """Width of the mark at a place (1 when it is none), whether it can open, whether it can close."""
    character = text[at]
    if character in _OPENING:
        return 1, True, False
    if character in _CLOSING:
        return 1, False, True
    straight = character == _STRAIGHT
    double = character == "'" and text.startswith("''", at)
    if straight or double:
        width = 2 if double else 1
        return width, _can_open(text, at, width, block), _can_close(text, at, width, block)
    if single and character in "'‘’":
        opens = character != "’" and _can_open(text, at, 1, block)
        return 1, opens, character != "‘" and _can_close(text, at, 1, block)
    return 1, False, False


def _can_open(text: str, at: int, width: int, block: Span) -> bool:
    before = text[at - 1] if at > block[0] else " "
    after = text[at + width] if at + width < block[1] else " "
    return (before.isspace() or before in "([—–-:,'") and not after.isspace()


def _can_close(text: str, at: int, width: int, block: Span) -> bool:
    before = text[at - 1] if at > block[0] else " "
    after = text[at + width] if at + width < block[1] else " "
    return not before.isspace() and (after.isspace() or after in ".,;:!?)]—–-'")

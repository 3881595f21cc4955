"""Find every quote of an article: words in marks, clauses behind reporting verbs, "according to".

Paragraph by paragraph, with two things carried along: the last speaker, and marks that a paragraph left
open. Linear in the length of the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from workers.quotes import cues as lexicon
from workers.quotes.assertions import brands, claims, reports
from workers.quotes.cues import Cue, cues
from workers.quotes.days import day_said, entry, names_a_day, tells_of_speaking
from workers.quotes.marks import Marked, Span, marked, paragraphs, sentences
from workers.quotes.quote import Day, Mention, Quote, QuoteType
from workers.quotes.speakers import PERSONAL, first_subject, subject_after, subject_before
from workers.quotes.statements import statement
from workers.quotes.topics import Topics

LONGEST_PARAGRAPH = 12_000
MOST_MARKS = 120
"""A paragraph with more characters or quotations is no prose, and would take long to read."""

NEWS = timedelta(days=7)
"""How far back days belong to the news an article reports."""

LONGEST_LINK = 120
"""Characters between a mark and its reporting verb; farther apart they have nothing to do with each other."""

_THAT = re.compile(
    r"""(?:\s+(?:to|in|at|during|on|after|from|of|by|late|early|with|via|through)\b[^“"”.;:]{0,80}?
        |\s+(?:on\s+)?(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)(?:\s+(?:morning|afternoon|evening|night))?
        |\s+(?:reporters|lawmakers|supporters|voters|viewers|him|her|them|me|us|[A-Z][\w.’']*(?:\s+[A-Z][\w.’']*){0,4}|(?:the|an?)\s+[\w ]{3,60}?)
        |\s+(?:yesterday|today|earlier|later|again))*?,?\s+that\s+""",
    re.VERBOSE,
)
_WHEN = re.compile(
    r"\s+(?:(?:on|late|early|last)\s+)*(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|yesterday|today)"
    r"(?:\s+(?:morning|afternoon|evening|night))?\b(?!['’]s),?"
)
_CLAUSE = re.compile(
    r"\s+(?=(?:the|a|an|this|these|those|there|he|she|it|they|we|I|his|her|its|their|our|my|if|no|not|some|many|most|all|both|every|each|any|in|at|as|when|while|after|“|\"|[A-Z0-9$])[\w’'$“\"]*)"
)
_OPENING = re.compile(r"[A-Z][^,.;:“”\"]{2,60},")
_BESIDE = re.compile(r"\s+(?:in|on|at|during|late|last|early|back)\b[^,“\"]*?(?=,|[“\"]|\bthat\b|$)")
_EDGE = " \t\u00a0,;:—–-"


@dataclass(frozen=True)
class _Found:
    """A quote before its day and statement are worked out."""

    segments: tuple[Span, ...]
    type: QuoteType
    speaker: Mention | None
    cue: Mention | None
    around: str
    """The words of the attribution, where the day is named."""
    framing: str | None = None
    inherits: bool = False
    """The day is that of the quote before (one utterance)."""
    earlier: str = ""
    """How an earlier sentence of the paragraph begins that names a day ("In 2019")."""
    entry: str = ""
    """The date in front of the paragraph, where it is the entry of a timeline."""
    behind_entry: bool = False
    """An entry of a timeline stands before: nothing here is of the day of publication for being undated."""


def find_quotes(text: str, published_on: date | None, title: str = "") -> list[Quote]:
    """All quotes of an article's text, in order of their first character.

    Args:
        text: `Article.text`; paragraphs end with a line break.
        published_on: day of publication, which days such as "on Tuesday" count from.
        title: of the article; it helps to tell what a quote is about.
    """
    blocks = paragraphs(text)
    spans = marked(text, blocks)
    found: list[_Found] = []
    speaker: Mention | None = None
    setting = ""
    open_before = behind_entry = False
    for block, inside in zip(blocks, spans, strict=True):
        if block[1] - block[0] > LONGEST_PARAGRAPH or len(inside) > MOST_MARKS:
            continue
        paragraph = _Paragraph(text, block, inside, speaker, setting, open_before)
        here = paragraph.quotes()
        found += [replace(one, behind_entry=behind_entry) for one in here]
        behind_entry |= paragraph.dated is not None
        speaker = next((one.speaker for one in reversed(here) if one.speaker), None)
        setting = ""
        if speaker is None and not inside:
            # somebody a paragraph without quotes ends with; the next paragraph's bare quote may be theirs
            start, end = sentences(text, block)[-1]
            speaker, setting = first_subject(text, entry(text, start, end) or start, end), text[start:end]
        open_before = bool(inside) and not inside[-1].closed
    topics = Topics(text, blocks, (one.speaker for one in found if one.speaker), title)
    quotes: list[Quote] = []
    for one in found:
        quotes.append(_finished(text, one, quotes[-1] if quotes else None, published_on, topics))
    return sorted(quotes, key=lambda quote: (quote.start, quote.end))


def _openings(text: str, block: Span) -> Iterator[tuple[int, str]]:
    """The end of each sentence that begins by naming a day, and that beginning."""
    for start, end in sentences(text, block):
        opening = _OPENING.match(text, start, end)
        if opening and names_a_day(opening.group()):
            yield end, opening.group()


class _Paragraph:
    """The quotes of one paragraph."""

    def __init__(
        self,
        text: str,
        block: Span,
        inside: list[Marked],
        speaker: Mention | None,
        setting: str,
        continued: bool,
    ) -> None:
        """Read a paragraph.

        Args:
            speaker: who spoke last before it, or was spoken of.
            setting: the sentence before it that spoke of them, where nobody was quoted there.
            continued: the paragraph before left its marks open.
        """
        self.text, self.block, self.inside = text, block, inside
        self.speaker, self.setting, self.continued = speaker, setting, continued
        self.dated = entry(text, *block)
        self.taken: list[Span] = []
        self.openings = list(_openings(text, block))
        self.used: set[int] = set()
        """Where the reporting verbs stand that already have their words."""

    def quotes(self) -> list[_Found]:
        found = list(self._in_marks())
        found += self._reported()
        date_in_front = self.text[self.block[0] : self.dated] if self.dated else ""
        found = [
            replace(one, earlier=self._opening_before(one.segments[0][0]), entry=date_in_front)
            for one in found
        ]
        return sorted(found, key=lambda one: one.segments[0])

    def _opening_before(self, at: int) -> str:
        """The nearest opening that names a day, of the sentences that end before a place."""
        return next((words for end, words in reversed(self.openings) if end <= at), "")

    # words in marks

    def _in_marks(self) -> Iterator[_Found]:
        previous: _Found | None = None
        for i, span in enumerate(self.inside):
            head = (self.inside[i - 1].after if i else self.block[0], span.before)
            tail = (span.after, self.inside[i + 1].before if i + 1 < len(self.inside) else self.block[1])
            one = self._attributed(span, head, tail, previous)
            if one is None:
                continue
            self.taken.append((span.start, span.end))
            if one.cue:
                self.used.add(one.cue.start)
            yield one
            previous = one

    def _attributed(self, span: Marked, head: Span, tail: Span, previous: _Found | None) -> _Found | None:
        one = self._behind(span, tail) or self._before(span, head)
        if one is not None:
            return one
        if not self._speaks(span, head, 2 if previous else 4):
            return None
        if previous is not None:
            return self._plain(span, previous.speaker, inherits=True)
        lead = self.text[head[0] : head[1]].rstrip()
        if self.dated and head[0] == self.block[0] and len(lead) + head[0] <= self.dated:
            return self._plain(span, self.speaker, inherits=False)
        if lead.endswith(":"):
            start = self._sentence_start(head)
            return self._plain(span, first_subject(self.text, start, head[1]), inherits=False)
        if not lead or self.continued:
            speaker = self._next_speaker(span, tail) or self.speaker
            inherits = self.speaker is not None and not self.setting
            return self._plain(span, speaker, inherits, self.setting)
        return None

    def _plain(self, span: Marked, speaker: Mention | None, inherits: bool, around: str = "") -> _Found:
        return _Found((self._trim(span.start, span.end),), "direct", speaker, None, around, inherits=inherits)

    def _speaks(self, span: Marked, head: Span, at_least: int) -> bool:
        """Whether words in marks without a reporting verb are a sentence somebody said."""
        words = self.text[span.start : span.end].split()
        if len(words) < at_least:
            return False
        begins = self.text[span.start].isupper() or self.text[span.start] in "'‘.…"
        lead = self.text[head[0] : head[1]].rstrip()
        return begins and (not lead or lead[-1] in '.!?:”"’')

    def _behind(self, span: Marked, tail: Span) -> _Found | None:
        """«"...," she said on Tuesday.»"""
        if not span.closed or self.text[span.end - 1 : span.end] == ".":
            return None
        end = self._sentence_end(tail)
        for cue in cues(self.text, tail[0], min(end, tail[0] + LONGEST_LINK)):
            between = self.text[tail[0] : cue.start]
            if re.search(r"[;:]|\b(?:that|which|because|and)\b", between) and not cue.participle:
                return None
            speaker = self._postposed(tail[0], cue, end)
            if speaker is None:
                return None
            around = self.text[tail[0] : end]
            return _Found((self._trim(span.start, span.end),), "direct", speaker, self._cue(cue), around)
        according = lexicon.ACCORDING.match(self.text, tail[0] + len(self._blanks(tail[0], end)), end)
        if according:
            speaker = subject_after(self.text, according.end(), end)
            cue_words = Mention(according.start(), according.end(), according.group())
            return _Found(
                (self._trim(span.start, span.end),),
                "direct",
                speaker,
                cue_words,
                self.text[according.end() : end],
            )
        return None

    def _blanks(self, start: int, end: int) -> str:
        words = self.text[start:end]
        return words[: len(words) - len(words.lstrip(" ,\t\u00a0"))]

    def _postposed(self, start: int, cue: Cue, end: int) -> Mention | None:
        before = self.text[start : cue.start].strip(_EDGE + "\"”’'")
        if before:
            return subject_before(self.text, start + len(self._blanks(start, cue.start)), cue.start)
        return subject_after(self.text, cue.end, end)

    def _before(self, span: Marked, head: Span) -> _Found | None:
        """«She said: "..."» and «she said talks "can only begin ..."»."""
        start = self._sentence_start(head)
        near = [cue for cue in cues(self.text, start, head[1]) if span.before - cue.end <= LONGEST_LINK]
        if not near:
            return self._according(span, start, head)
        cue = near[-1]
        link = self.text[cue.end : span.before]
        speaker = self._preposed(start, cue)
        if speaker is None and not self.text[start : cue.start].strip():
            speaker = subject_after(self.text, cue.end, span.before)
        if speaker is None and start > self.block[0] and cue.participle:
            speaker = self.speaker
        around = self.text[start : span.before]
        framing = self._framing(start, cue)
        if re.fullmatch(r"[\s,:]*(?:that[\s,:]*)?|.*[:,]\s*", link, re.S) and not re.match(
            r"\s*(?:that\s+)\w", link
        ):
            type: QuoteType = "mixed" if link.strip() == "that" else "direct"
            content = (span.start, span.end)
            if self.text[span.end - 1] not in ".!?,…" and span.closed and type == "mixed":
                content = (span.start, self._content_end(span.end))
        elif cue.word in ("told", "tells", "telling", "asked", "asks") and "that" not in link.split():
            content, type = (span.start, span.end), "direct"
        else:
            content = (self._content_start(cue, span.before), self._content_end(span.end))
            type = "mixed"
            beside = _BESIDE.match(self.text, cue.end, span.before) if content[0] == cue.end else None
            if cue.clause or content[0] > cue.end:
                # what follows is said, and names days of its own
                around = self.text[start : beside.end() if beside else content[0]]
        self.taken.append(content)
        return _Found((self._trim(*content),), type, speaker, self._cue(cue), around, framing)

    def _according(self, span: Marked, start: int, head: Span) -> _Found | None:
        match = lexicon.ACCORDING.search(self.text, start, head[1])
        if match is None:
            return None
        speaker = subject_after(self.text, match.end(), head[1])
        around = self.text[match.start() : head[1]]
        content = (span.start, span.end)
        return _Found(
            (self._trim(*content),),
            "mixed",
            speaker,
            Mention(match.start(), match.end(), match.group()),
            around,
        )

    def _preposed(self, start: int, cue: Cue) -> Mention | None:
        if not cue.participle:
            return subject_before(self.text, start, cue.start)
        earlier = cues(self.text, start, cue.start)
        if earlier and not earlier[0].participle:
            return subject_before(self.text, start, earlier[0].start)
        return first_subject(self.text, start, cue.start)

    def _framing(self, start: int, cue: Cue) -> str | None:
        """The stance of the main clause in front of ", saying"."""
        if not cue.participle:
            return None
        stance = lexicon.STANCE.search(self.text, start, cue.start)
        return self.text[stance.start() : cue.start] if stance else None

    # clauses without marks

    def _reported(self) -> list[_Found]:
        found: list[_Found] = []
        for start, end in sentences(self.text, self.block):
            if self._inside(start, end):
                continue
            one = self._clause(start, end)
            if one is not None:
                found.append(one)
        return found

    def _clause(self, start: int, end: int) -> _Found | None:
        for cue in cues(self.text, start, end):
            if (
                cue.start in self.used
                or any(a <= cue.start < b for a, b in self.taken)
                or any(s.start <= cue.start < s.end for s in self.inside)
            ):
                continue
            if any(a >= cue.start and a < end for a, _ in self.taken):
                return None
            fronted = self._fronted(start, cue, end)
            if fronted and not self._overlaps(fronted.segments[0]):
                return fronted
            content = self._reported_content(cue, end)
            if content is None or self._overlaps(content):
                continue
            speaker = self._preposed(start, cue)
            if speaker is None:
                continue
            return _Found(
                (content,),
                "indirect",
                speaker,
                self._cue(cue),
                self.text[start : content[0]],
                self._framing(start, cue),
            )
        return self._by_account(start, end)

    def _reported_content(self, cue: Cue, end: int) -> Span | None:
        that = _THAT.match(self.text, cue.end, end)
        if that and that.end() < end:
            return self._trim(that.end(), end)
        if not cue.clause:
            return None
        when = _WHEN.match(self.text, cue.end, end)
        at = when.end() if when else cue.end
        clause = _CLAUSE.match(self.text, at, end)
        return self._trim(clause.end(), end) if clause and end - clause.end() > 8 else None

    def _fronted(self, start: int, cue: Cue, end: int) -> _Found | None:
        """«The plan will work, the minister said on Tuesday.»"""
        if not (cue.clause or cue.word in ("told", "wrote", "noted", "explained")) or cue.participle:
            return None
        comma = self.text.rfind(",", start, cue.start)
        if (
            comma < 0
            or len(self.text[cue.end : end].split()) > 12
            or re.match(r"\s+that\b", self.text[cue.end : end])
        ):
            return None
        content = self.text[start:comma]
        if len(content.split()) < 4 or re.match(
            r"(?:In|On|At|After|Before|Speaking|When|While|As|If|During|Asked|But|Earlier|Last)\b", content
        ):
            return None
        between = self.text[comma + 1 : cue.start].split()
        speaker = (
            subject_before(self.text, comma + 1, cue.start)
            if between
            else subject_after(self.text, cue.end, end)
        )
        if speaker is None or len(between) > 6 or (between and self._reported_content(cue, end)):
            return None
        return _Found((self._trim(start, comma),), "indirect", speaker, self._cue(cue), self.text[comma:end])

    def _by_account(self, start: int, end: int) -> _Found | None:
        match = lexicon.ACCORDING.search(self.text, start, end)
        if match is None or any(a < match.start() < b for a, b in self.taken):
            return None
        speaker = subject_after(self.text, match.end(), end)
        if speaker is None:
            return None
        cue = Mention(match.start(), match.end(), match.group())
        if match.start() - start < 4:
            comma = self.text.find(",", speaker.end, end)
            content = self._trim(comma + 1, end) if comma >= 0 else None
        else:
            content = self._trim(start, match.start())
        if content is None or content[1] - content[0] < 8:
            return None
        return _Found((content,), "indirect", speaker, cue, self.text[match.start() : end])

    # places

    def _overlaps(self, content: Span) -> bool:
        return any(a < content[1] and content[0] < b for a, b in self.taken)

    def _inside(self, start: int, end: int) -> bool:
        return any(span.start <= start and end <= span.after for span in self.inside)

    def _sentence_start(self, head: Span) -> int:
        """Where the sentence begins that runs up to ``head``'s end; its end when none does."""
        spans = sentences(self.text, head) if head[0] < head[1] else []
        if not spans:
            return head[0]
        ended = self.text[spans[-1][0] : spans[-1][1]].rstrip("”\"’'») ").endswith((".", "!", "?"))
        return head[1] if ended else spans[-1][0]

    def _sentence_end(self, tail: Span) -> int:
        spans = sentences(self.text, tail) if tail[0] < tail[1] else []
        return spans[0][1] if spans else tail[1]

    def _content_start(self, cue: Cue, limit: int) -> int:
        that = _THAT.match(self.text, cue.end, limit)
        if that:
            return that.end()
        when = _WHEN.match(self.text, cue.end, limit)
        return when.end() if when else cue.end

    def _content_end(self, at: int) -> int:
        """End of the clause that goes on behind closing marks."""
        after = next((span.after for span in self.inside if span.end == at), at)
        tail = (after, self.block[1])
        if self.text[at - 1 : at] in (".", "!", "?") or not self.text[tail[0] : tail[1]].strip(' .”"’'):
            return at
        rest = self.text[tail[0] : tail[1]]
        if rest[:1] in ",;":
            return at
        end = self._sentence_end(tail)
        inner = next((span.start for span in self.inside if span.start > at), None)
        if inner is not None and inner < end:
            closing = next(span.end for span in self.inside if span.start == inner)
            return self._content_end(closing)
        return end

    def _next_speaker(self, span: Marked, tail: Span) -> Mention | None:
        """The speaker named behind a later part of the same paragraph's words."""
        for later in self.inside:
            if later.start > span.end:
                behind = self._behind(later, (later.after, self.block[1]))
                if behind:
                    return behind.speaker
        return None

    def _cue(self, cue: Cue) -> Mention:
        return Mention(cue.start, cue.end, self.text[cue.start : cue.end])

    def _trim(self, start: int, end: int) -> Span:
        while start < end and self.text[start] in _EDGE + "“\"”’‘'.":
            start += 1
        while end > start and self.text[end - 1] in _EDGE + "“\"”'.":
            end -= 1
        return start, self._closed(start, end)

    def _closed(self, start: int, end: int) -> int:
        """The end, behind the closing mark of an opening one inside."""
        inner = next(
            (span for span in reversed(self.inside) if start < span.before and span.end >= end - 1), None
        )
        return inner.after if inner and inner.closed and inner.start < end <= inner.after else end


def _finished(
    text: str, one: _Found, before: Quote | None, published_on: date | None, topics: Topics
) -> Quote:
    said = day_said(one.around, published_on) or day_said(one.entry, published_on)
    if said is None:
        said = before.said if one.inherits and before else _by_default(one, published_on)
    start, end = one.segments[0][0], one.segments[-1][1]
    content = " ".join(text[a:b] for a, b in one.segments)
    asserted = claims(_with_end(text, start, end)) and (
        one.cue is None
        or (reports(text, one.cue.start, one.cue.text) and not brands(one.cue.text, text[start:end]))
    )
    return Quote(
        start,
        end,
        text[start:end],
        one.segments,
        one.type,
        one.speaker,
        said,
        statement(content, one.framing, topics.of(start, end)),
        asserted,
        one.cue,
        _confidence(one),
    )


def _with_end(text: str, start: int, end: int) -> str:
    return text[start : end + 1] if text[end : end + 1] == "?" else text[start:end]


def _by_default(one: _Found, published_on: date | None) -> Day:
    """The day of words that name none: that of publication, unless the paragraph looks back."""
    present = one.cue is not None and one.cue.text.lower().endswith("s")
    frame = None if present else day_said(one.earlier, published_on)
    if frame is not None and frame.first is not None and tells_of_speaking(one.earlier):
        return frame
    if published_on is None or one.behind_entry or (frame is not None and not _recent(frame, published_on)):
        return Day.unknown()
    return Day.on(published_on)


def _recent(day: Day, published_on: date) -> bool:
    """Whether a day belongs to the news of the day of publication."""
    return day.first is not None and published_on - day.first <= NEWS


def _confidence(one: _Found) -> float:
    if one.speaker is None:
        return 0.3
    if one.cue is None:
        return 0.7
    sure = 0.95 if one.type == "direct" else 0.85 if one.type == "mixed" else 0.8
    return sure - 0.1 if one.speaker.text.lower() in PERSONAL else sure

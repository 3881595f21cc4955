"""What a quote is about when it doesn't say so itself: the name its surroundings keep coming back to.

"We would like to have a dialogue with them" can be compared with what was said in March only by a reader
who knows that both speak of Kestria. The article's names of places, bodies and people, weighed by how near
they stand, tell most of the time; a name met once tells nothing.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from workers.quotes.cues import LEXICON
from workers.quotes.marks import Span
from workers.quotes.quote import Mention

_NAME = re.compile(r"(?<![\w’'-])(?:[A-Z][\w-]*[a-z]\w*|[A-Z]{2,5}\b)(?:[ \u00a0][A-Z][\w-]*[a-z]\w*){0,3}")
_BEGINS = re.compile(r"(?:^|[.!?:…]['\"”’)]*\s+|[“\"‘(]|\n)$")
_ABOUT = re.compile(
    r"\b(?:on|over|about)\s+(?:(?:the|an?|his|her|their)\s+)?((?:[a-z][\w’'-]+\s+){0,3}[a-z][\w’'-]+)\s*$"
)
"""What a headline says it is about ("Vellin's changing position on same-sex marriage")."""
_SHORT_FORM = re.compile(r"\s+\(([A-Z]{2,6})\)")
_NO_TOPIC = frozenset(LEXICON["no_topic"])
INSIDE, HERE, BEFORE = 4, 2, 1
"""Weights of a name in the quote, in its paragraph, and in the paragraph before."""
LEAST = 2
"""How often an article must use a name for it to be a topic."""


class Topics:
    """The names of an article, and the one a quote is about.

    Args:
        paragraphs: of ``text``, in order.
        speakers: who is quoted; they are no topic of their own words.
        title: of the article; a name in it, or in the first paragraph, counts as standing in every paragraph.
    """

    def __init__(
        self, text: str, paragraphs: Sequence[Span], speakers: Iterable[Mention], title: str = ""
    ) -> None:
        self._paragraphs = paragraphs
        self._begins = [start for start, _ in paragraphs]
        said_by = {word for speaker in speakers for word in re.findall(r"[A-Z]\w+", speaker.text)}
        met = [
            (match.start(), name, _opens(text, match))
            for match in _NAME.finditer(text)
            if (name := _clean(match.group(), said_by)) is not None
        ]
        sure = {name for _, name, opens in met if not opens}
        # one capitalised word that opens a sentence may be any word, unless it is a name elsewhere
        found = [(at, name) for at, name, opens in met if not opens or name in sure]
        known = Counter(name for _, name in found)
        long_form = dict(_short_forms(text, said_by))
        self._places = [(at, long_form.get(name) or _root(name, known)) for at, name in found]
        if about := _ABOUT.search(title):
            self._places += [
                (at.start(), about[1]) for at in re.finditer(rf"\b{re.escape(about[1])}\b", text)
            ]
            self._places.sort()
        self._at = [start for start, _ in self._places]
        self._counts = Counter(name for _, name in self._places)
        lead = text[slice(*paragraphs[0])] if paragraphs else ""
        headline = " ".join(f"{title}\n{lead}".split()).casefold()
        self._in_front = {
            name for name in self._counts if re.search(rf"\b{re.escape(name.casefold())}", headline)
        }
        self._leading = self._most_used()

    def of(self, start: int, end: int) -> str | None:
        """The topic of what is said between two places, or None."""
        here = bisect_right(self._begins, start) - 1
        first, last = self._paragraphs[max(0, here - 1)][0], max(end, self._paragraphs[here][1])
        weights: Counter[str] = Counter()
        near_by = slice(bisect_left(self._at, first), bisect_left(self._at, last))
        for at, name in self._places[near_by]:
            if self._counts[name] >= LEAST:
                near = INSIDE if start <= at < end else HERE if at >= self._paragraphs[here][0] else BEFORE
                weights[name] += near
        for name in self._in_front:
            if self._counts[name] >= LEAST:
                weights[name] += HERE
        if not weights:
            return self._leading
        # of names equally near, the one the whole article is about
        return max(weights, key=lambda name: (weights[name] + self._counts[name] / 4, name))

    def _most_used(self) -> str | None:
        """The name the article comes back to clearly more often than to any other."""
        ranked = self._counts.most_common(2)
        if not ranked or ranked[0][1] < LEAST:
            return None
        runner_up = ranked[1][1] if len(ranked) > 1 else 0
        return ranked[0][0] if ranked[0][1] >= 1.5 * runner_up else None


def _clean(name: str, said_by: set[str]) -> str | None:
    words = name.split()
    while words and words[0].lower() in _NO_TOPIC:
        words = words[1:]
    while words and words[-1].lower() in _NO_TOPIC:
        words = words[:-1]
    return " ".join(words) if words and not said_by & set(words) else None


def _opens(text: str, match: re.Match[str]) -> bool:
    """Whether a name is one word at the beginning of a sentence."""
    begins = match.start() == 0 or _BEGINS.search(text[max(0, match.start() - 4) : match.start()])
    return bool(begins) and len(match.group().split()) == 1


def _short_forms(text: str, said_by: set[str]) -> Iterator[tuple[str, str]]:
    """ "TPP" for "Trans-Pacific Partnership", where the article says so itself."""
    for match in _NAME.finditer(text):
        short = _SHORT_FORM.match(text, match.end())
        name = _clean(match.group(), said_by) if short else None
        if short and name:
            yield short[1], name


def _root(name: str, known: Counter[str]) -> str:
    """ "North Koreans" counts for "North Korea"."""
    for cut in (1, 2, 3):
        if len(name) - cut >= 4 and name[:-cut] in known:
            return name[:-cut]
    return name

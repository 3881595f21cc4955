"""What can be read off the words of two statements without a model: common words, figures, hedges.

NLI models are quickest to see a contradiction where words are shared, read figures as tokens and overlook a
"might". Four plain numbers beside theirs let the decision weigh that.
"""

import re

FUNCTION_WORDS = frozenset((
    "a", "about", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by",
    "ca", "can", "could", "did", "do", "does", "done", "for", "from", "had", "has", "have", "he", "her",
    "him", "his", "how", "i", "if", "in", "into", "is", "it", "its", "just", "may", "me", "more", "most",
    "my", "no", "nor", "not", "of", "on", "only", "or", "our", "out", "over", "own", "shall", "she",
    "should", "so", "some", "such", "than", "that", "the", "their", "them", "then", "there", "these",
    "they", "this", "those", "to", "too", "up", "us", "very", "was", "we", "were", "what", "when",
    "where", "which", "who", "will", "with", "wo", "would", "you", "your",
))  # fmt: skip
"""Words that say nothing of what a statement is about."""

NEGATIONS = frozenset(
    ("not", "no", "never", "none", "nobody", "nothing", "neither", "nor", "without", "cannot", "n't")
)

OTHER_WORDS = 0.2
"""Share of all their words (or one word) that two statements may not have in common and be the same words."""

_WORD = re.compile(r"n't\b|\w+?(?=n't\b)|\w+")
_FRONT = re.compile(r"On [^:]{1,80}: ")
_FIGURE = re.compile(
    r"(?P<money>[$€£]\s?)?(?P<number>\d[\d,]*(?:\.\d+)?)(?P<scale>\s?(?:thousand|million|billion|trillion|bn|m)\b)?"
    r"(?P<percent>\s?(?:%|per\s?cent|percent|percentage))?",
    re.IGNORECASE,
)
_YEARS = range(1900, 2100)
_SCALES = {"thousand": 1e3, "m": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9, "trillion": 1e12}
_HEDGES = re.compile(
    r"\b(?:if|unless|whether|may|might|could|would|perhaps|maybe|possibly|probably|likely|hopes?|hoped|consider(?:s|ed|ing)?"
    r"|seems?|suppose|some\s+day|one\s+day|in\s+principle)\b",
    re.IGNORECASE,
)


def overlap(one: str, other: str) -> float:
    """Share of the shorter statement's own words that the other one has, 0..1.

    The topic in front of both ("On Kestria: ...") is there because they share it, and doesn't count. The same
    words with a negation in one statement only are no repetition: then the share is 0.
    """
    one, other = _without_front(one, other)
    a, b = ({*_words(text)} - FUNCTION_WORDS - NEGATIONS for text in (one, other))
    if _negated(one) != _negated(other) and len(a ^ b) <= max(1, OTHER_WORDS * len(a | b)):
        return 0.0
    return len(a & b) / max(1, min(len(a), len(b)))


def polarity(one: str, other: str) -> float:
    """1 where one statement is negated and the other is not ("will never raise" / "will raise"), else 0."""
    return float(_negated(one) != _negated(other))


def figures(one: str, other: str) -> float:
    """1 where both give figures of a kind (money, per cent, years, counts) and share none of them, else 0."""
    first, second = amounts(one), amounts(other)
    return float(any(first[kind].isdisjoint(second[kind]) for kind in first.keys() & second.keys()))


def amounts(text: str) -> dict[str, set[float]]:
    """The figures of a text by kind: ``money``, ``percent``, ``year`` and ``count``."""
    found: dict[str, set[float]] = {}
    for match in _FIGURE.finditer(text):
        value = float(match["number"].replace(",", "")) * _SCALES.get(
            (match["scale"] or "").strip().lower(), 1
        )
        if match["percent"]:
            kind = "percent"
        elif match["money"]:
            kind = "money"
        else:
            kind = (
                "year" if not match["scale"] and value in _YEARS and "," not in match["number"] else "count"
            )
        found.setdefault(kind, set()).add(value)
    return found


def hedged(one: str, other: str) -> float:
    """Share of the two statements that are conditional or unsure ("might", "if", "we would"): 0, .5 or 1."""
    return sum(bool(_HEDGES.search(text)) for text in (one, other)) / 2


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold().replace("’", "'"))


def _negated(text: str) -> bool:
    return sum(word in NEGATIONS for word in _words(text)) % 2 == 1


def _without_front(one: str, other: str) -> tuple[str, str]:
    front = _FRONT.match(one)
    if front and other.startswith(front.group()):
        return one[front.end() :], other[front.end() :]
    return one, other

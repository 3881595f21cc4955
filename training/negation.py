"""Negation that is known to change a label: more inference pairs, made from those that people labelled.

One or both sentences of a pair get a ``not``. What follows from people's label is kept, the rest left out:

| premise and hypothesis | hypothesis negated | premise negated | both negated |
|---|---|---|---|
| entailment | contradiction | contradiction, where the sentences say the same | |
| neutral | neutral | neutral | neutral |
| contradiction | no contradiction | neutral | neutral |

Sentences in which it is not plain where the ``not`` belongs are left alone.
"""

import random
import re
from collections.abc import Iterator, Sequence

from training.pairs import Pair

AUXILIARY = re.compile(
    r"\b(is|are|was|were|am|can|could|will|would|should|must|may|might"
    r"|(?:has|have|had)(?= (?:\w+ed|\w+en)\b))\b"
)

EARLY = 7
"""Words before the auxiliary, at most: further in, it belongs to another clause too often."""

BARRED = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|who|which|that|if|when|because|while|what|how|"
    r"whether|although|where|why)\b|n't",
    re.IGNORECASE,
)
"""Words that open a clause of their own, or negate already."""

SAME = 0.75
"""Share of the hypothesis's words in the premise from which the two say the same."""

WORD = re.compile(r"\w+")


def negate(sentence: str) -> str | None:
    """The sentence with ``not`` behind its first auxiliary, or None where that might not negate it."""
    found = AUXILIARY.search(sentence)
    if found is None or "?" in sentence or len(sentence[: found.start()].split()) not in range(1, EARLY):
        return None
    if BARRED.search(sentence[: found.start()]) or BARRED.match(sentence[found.end() :].lstrip()):
        return None
    return f"{sentence[: found.end()]} not{sentence[found.end() :]}"


def negated(pairs: Sequence[Pair], count: int, rng: random.Random) -> list[Pair]:
    """At most ``count`` pairs made from labelled ones, one from each at most, the classes evenly drawn."""
    made: dict[str, list[Pair]] = {}
    for pair in pairs:
        versions = list(_versions(pair))
        if versions:
            chosen = rng.choice(versions)
            made.setdefault(chosen.label, []).append(chosen)
    for group in made.values():
        rng.shuffle(group)
    return [pair for group in made.values() for pair in group[: count // len(made)]]


def _versions(pair: Pair) -> Iterator[Pair]:
    premise, hypothesis = negate(pair.premise), negate(pair.hypothesis)
    source = "negated"
    if hypothesis:
        label = {"entailment": "contradiction", "neutral": "neutral", "contradiction": "consistent"}
        yield Pair(pair.premise, hypothesis, label[pair.label], source)
    if premise and pair.label != "entailment":
        yield Pair(premise, pair.hypothesis, "neutral", source)
    if premise and pair.label == "entailment" and _same(pair):
        yield Pair(premise, pair.hypothesis, "contradiction", source)
    if premise and hypothesis and pair.label != "entailment":
        yield Pair(premise, hypothesis, "neutral", source)


def _same(pair: Pair) -> bool:
    ours, theirs = (set(WORD.findall(text.casefold())) for text in (pair.premise, pair.hypothesis))
    return len(ours & theirs) >= SAME * max(len(theirs), 0.6 * len(ours))

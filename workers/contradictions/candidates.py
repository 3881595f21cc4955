"""Which earlier statements are worth the model's time: same official, said before, same topic, other words.

The rules that keep the promises live here, in front of any model: no pair across officials, none without
two known days in the right order, none that is one quote printed twice.
"""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from workers.contradictions.finding import Candidate, Statement

PER_STATEMENT = 16
"""Candidates kept for one statement of today, best topic first."""

PER_ARTICLE = 240
"""Candidates kept for a whole article: what the first pass reads within half a second."""

SAME_WORDS = 0.7
"""Share of common words from which two statements are one statement printed twice."""

_WORD = re.compile(r"\w+")


def candidates(
    now: Sequence[Statement],
    then: Sequence[Statement],
    now_vectors: npt.NDArray[np.float32],
    then_vectors: npt.NDArray[np.float32],
    topic_min: float,
) -> list[Candidate]:
    """Pair statements of today with earlier ones, an exact scan per official.

    Args:
        now_vectors, then_vectors: unit embeddings [n, d] of the two lists, in their order.
        topic_min: least cosine of a pair.

    Returns:
        At most `PER_ARTICLE` pairs, the closest topics first.
    """
    kept: list[Candidate] = []
    by_official: dict[str, list[int]] = {}
    for i, statement in enumerate(then):
        by_official.setdefault(statement.official, []).append(i)
    for i, statement in enumerate(now):
        rows = by_official.get(statement.official, [])
        if not rows:
            continue
        topics = then_vectors[rows] @ now_vectors[i]
        best = np.argsort(-topics, kind="stable")
        among = int((topics >= topic_min).sum())
        found = 0
        for j in best:
            if topics[j] < topic_min or found == PER_STATEMENT:
                break
            earlier = then[rows[j]]
            if earlier.said.before(statement.said) and not same_words(statement.statement, earlier.statement):
                kept.append(Candidate(statement, earlier, float(topics[j]), among))
                found += 1
    kept.sort(key=lambda candidate: -candidate.topic)
    return kept[:PER_ARTICLE]


def same_words(a: str, b: str) -> bool:
    """Whether two texts are one quote printed twice (one may be a part of the other)."""
    x, y = set(_WORD.findall(a.casefold())), set(_WORD.findall(b.casefold()))
    if not x or not y:
        return False
    shorter = min(len(x), len(y))
    return len(x & y) >= SAME_WORDS * max(len(x), len(y)) or (shorter >= 6 and len(x & y) >= 0.95 * shorter)

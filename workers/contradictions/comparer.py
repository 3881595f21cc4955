"""The comparison of one article with the record: topic filter, model, decision, explanation.

Everything the model reads about an article goes through it in one batched call, and the few findings'
clauses in a second one.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from settings import Settings
from workers.contradictions.candidates import candidates
from workers.contradictions.clash import Span, alone, clauses, reason
from workers.contradictions.finding import Candidate, Finding, Kind, Statement
from workers.contradictions.judge import Calibration, Nli, features, overlap
from workers.contradictions.model import Transformer

PER_THEN = 2
"""Findings that may show the same earlier quote; more of them would say the same again."""


@dataclass(frozen=True)
class Judgement:
    """What the decision says of one pair.

    Attributes:
        score: calibrated probability of a conflict.
        kind: what a reader is shown; None means silence.
        both: the model's probability of contradiction in its less sure direction.
    """

    score: float
    kind: Kind | None
    both: float


class Comparer:
    """Loads the encoder and the NLI model; keep one per process, see `comparer`.

    Attributes:
        versions: of model, calibration and thresholds, stored with each finding.

    Raises:
        CannotWork: a model is missing or damaged (``model-missing``).
    """

    def __init__(self, model: str, embedder: str, threads: int, calibration: Path | None = None) -> None:
        self.calibration = Calibration.load(model, calibration)
        self._nli = Nli(model, threads, self.calibration.temperature)
        self._encoder = Transformer(embedder, threads)
        self.versions = {
            "model": self._nli.version,
            "calibration": self.calibration.version,
            "thresholds": f"{self.calibration.shift:.3f}/{self.calibration.contradiction:.3f}",
        }

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Unit vectors float32 [n, 384]; the dot product of two is their topic agreement, -1..1."""
        return self._encoder(texts) if texts else np.empty((0, 384), np.float32)

    def classify(self, premises: Sequence[str], hypotheses: Sequence[str]) -> npt.NDArray[np.float64]:
        """Calibrated-temperature NLI probabilities (entailment, neutral, contradiction), [n, 3]."""
        return self._nli(premises, hypotheses)

    def judge(
        self, pairs: Sequence[tuple[str, str]], topics: Sequence[float], thorough: bool = True
    ) -> list[Judgement]:
        """Decide pairs (earlier, later) whose topic agreement is known.

        Args:
            thorough: read every pair in both directions. Otherwise the second direction is left out where
                not even a reverse that is sure of a contradiction would make a finding; such a pair's score
                is then an upper bound.
        """
        earlier, later = [a for a, _ in pairs], [b for _, b in pairs]
        shared = [overlap(a, b) for a, b in pairs]
        forward = self._nli(earlier, later)
        surest = forward.copy()
        surest[:, 2] = 1.0
        bound = self.calibration.probability(features(forward, surest, topics, shared))
        open_ = [i for i in range(len(pairs)) if thorough or bound[i] >= self.calibration.shift]
        backward = surest
        backward[open_] = self._nli([later[i] for i in open_], [earlier[i] for i in open_])
        scores = self.calibration.probability(features(forward, backward, topics, shared)).tolist()
        both = np.minimum(forward[:, 2], backward[:, 2]).tolist()
        return [
            Judgement(score, self.calibration.kind(score, topic), least)
            for score, topic, least in zip(scores, topics, both, strict=True)
        ]

    def compare(self, now: Sequence[Statement], then: Sequence[Statement]) -> list[Finding]:
        """Findings among statements of today and earlier ones of the same officials, strongest first.

        Statements that carry a ``vector`` are not embedded again.
        """
        vectors = self._vectors([*now, *then])
        found = candidates(now, then, vectors[: len(now)], vectors[len(now) :], self.calibration.topic_min)
        judged = self.judge(
            [(pair.then.statement, pair.now.statement) for pair in found],
            [pair.topic for pair in found],
            thorough=False,
        )
        shown = _strongest(found, judged)
        spans = self._clashes([pair for pair, _, _ in shown])
        return [
            Finding(
                pair.now,
                pair.then,
                kind,
                score,
                reason(pair.now, clash_now, pair.then, clash_then),
                (clash_now,),
                (clash_then,),
                self.versions,
            )
            for (pair, kind, score), (clash_now, clash_then) in zip(shown, spans, strict=True)
        ]

    def _vectors(self, statements: Sequence[Statement]) -> npt.NDArray[np.float32]:
        fresh = [i for i, statement in enumerate(statements) if statement.vector is None]
        embedded = dict(zip(fresh, self.embed([statements[i].statement for i in fresh]), strict=True))
        rows = [
            embedded[i] if statement.vector is None else np.frombuffer(statement.vector, "<f4")
            for i, statement in enumerate(statements)
        ]
        return np.stack(rows) if rows else np.empty((0, 384), np.float32)

    def _clashes(self, pairs: Sequence[Candidate]) -> list[tuple[Span, Span]]:
        """For each pair the clause of now and the clause of then that conflict most with the other side.

        A clause is read as what the other statement would have to allow. Where there is but one, it is the
        one, and nothing is read.
        """
        cut = [(clauses(pair.now.text), clauses(pair.then.text)) for pair in pairs]
        asked: dict[tuple[int, int, Span], tuple[str, str]] = {}
        for at, (pair, sides) in enumerate(zip(pairs, cut, strict=True)):
            for side, (own, other) in enumerate(((pair.now, pair.then), (pair.then, pair.now))):
                if len(sides[side]) > 1:
                    for clause in sides[side]:
                        asked[at, side, clause] = other.statement, alone(own, clause)
        premises, hypotheses = zip(*asked.values(), strict=True) if asked else ((), ())
        table = self._nli(premises, hypotheses)
        conflict = dict(zip(asked, table[:, 2].tolist(), strict=True))

        def worst(at: int, side: int) -> Span:
            return max(cut[at][side], key=lambda clause: conflict.get((at, side, clause), 0.0))

        return [(worst(at, 0), worst(at, 1)) for at in range(len(pairs))]


def _strongest(
    found: Sequence[Candidate], judged: Sequence[Judgement]
) -> list[tuple[Candidate, Kind, float]]:
    """The pairs to show with kind and score, strongest first.

    A quote of today stands in one pair, an earlier one in `PER_THEN`. Where there is a choice, the
    speaker's own words go before a report of them, and then what the model is sure of in both directions.
    """
    ranked = sorted(zip(found, judged, strict=True), key=lambda item: (not item[0].now.direct, -item[1].both))
    kept: list[tuple[Candidate, Kind, float]] = []
    now: set[str] = set()
    then: Counter[str] = Counter()
    for pair, verdict in ranked:
        if verdict.kind and pair.now.id not in now and then[pair.then.id] < PER_THEN:
            kept.append((pair, verdict.kind, verdict.score))
            now.add(pair.now.id)
            then[pair.then.id] += 1
    return sorted(kept, key=lambda item: -item[2])


@lru_cache(maxsize=1)
def _comparer(model: str, embedder: str, threads: int, calibration: Path | None) -> Comparer:
    return Comparer(model, embedder, threads, calibration)


def comparer(settings: Settings) -> Comparer:
    """The comparer of this process, loaded on first use.

    Raises:
        CannotWork: a model is missing or damaged (``model-missing``).
    """
    return _comparer(settings.model, settings.embedder, settings.model_threads, settings.calibration)

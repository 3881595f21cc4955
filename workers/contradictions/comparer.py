"""The comparison of one article with the record: topic filter, first pass, model, decision, explanation.

A cascade: vectors find the earlier statements on one topic, a small model reads those few hundred pairs and
puts the likeliest conflicts in front, the strong model reads these. Everything a model reads about an article
goes through it in one batched call, and the few findings' clauses in another one.
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
from workers.contradictions.finding import Candidate, Finding, Kind, Reading, Statement
from workers.contradictions.judge import LIMIT, Calibration, Nli, features
from workers.contradictions.model import Transformer

STRONG = 32
"""Pairs of an article that the strong model reads: in both directions within a second on two cores."""

QUICK_GRAPH, QUICK_TOKENS = "first_pass.onnx", 64
"""The first pass beside the encoder, and how much of a pair it reads. Other encoders go without."""

TOPIC_WEIGHT = 4.0
"""What the cosine counts for beside the first pass's log-odds; bench/cascade.py tells what either keeps."""

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
        self._first_pass = (
            Transformer(embedder, threads, QUICK_TOKENS, QUICK_GRAPH)
            if (Path(embedder) / QUICK_GRAPH).is_file()
            else None
        )
        self.versions = {
            "model": self._nli.version,
            "calibration": self.calibration.version,
            "thresholds": "{:.3f}/{:.3f}".format(*self.calibration.thresholds()),
        }

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Unit vectors float32 [n, 384]; the dot product of two is their topic agreement, -1..1."""
        return self._encoder(texts) if texts else np.empty((0, 384), np.float32)

    def classify(self, premises: Sequence[str], hypotheses: Sequence[str]) -> npt.NDArray[np.float64]:
        """Calibrated-temperature NLI probabilities (entailment, neutral, contradiction), [n, 3]."""
        return self._nli(premises, hypotheses)

    def judge(self, readings: Sequence[Reading], thorough: bool = True) -> list[Judgement]:
        """Decide pairs of statements.

        Args:
            thorough: read every pair in both directions. Otherwise the second direction is left out where
                not even a reverse that is sure of a contradiction would make a finding; such a pair's score
                is then an upper bound.
        """
        forward = self._nli([one.earlier for one in readings], [one.later for one in readings])
        surest = forward.copy()
        surest[:, 2] = 1.0
        bound = self.calibration.probability(features(forward, surest, readings))
        open_ = [i for i in range(len(readings)) if thorough or bound[i] >= self.calibration.shift]
        backward = surest
        backward[open_] = self._nli([readings[i].later for i in open_], [readings[i].earlier for i in open_])
        scores = self.calibration.probability(features(forward, backward, readings)).tolist()
        both = np.minimum(forward[:, 2], backward[:, 2]).tolist()
        return [
            Judgement(score, self.calibration.kind(score, reading.topic, reading.among), least)
            for score, reading, least in zip(scores, readings, both, strict=True)
        ]

    def compare(self, now: Sequence[Statement], then: Sequence[Statement]) -> list[Finding]:
        """Findings among statements of today and earlier ones of the same officials, strongest first.

        Statements that carry a ``vector`` are not embedded again.
        """
        vectors = self._vectors([*now, *then])
        found = candidates(now, then, vectors[: len(now)], vectors[len(now) :], self.calibration.topic_min)
        found = self.likeliest(found)
        judged = self.judge([pair.reading for pair in found], thorough=False)
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
                self.versions
                | {"thresholds": "{:.3f}/{:.3f}".format(*self.calibration.thresholds(pair.among))},
            )
            for (pair, kind, score), (clash_now, clash_then) in zip(shown, spans, strict=True)
        ]

    def likeliest(self, pairs: Sequence[Candidate]) -> list[Candidate]:
        """The `STRONG` pairs that look most like conflicts to the first pass, in their own order.

        Without a first pass the closest topics, which `candidates` puts in front.
        """
        if len(pairs) <= STRONG or self._first_pass is None:
            return list(pairs[:STRONG])
        conflict = self.glance([(pair.then.statement, pair.now.statement) for pair in pairs])
        ranks = conflict + TOPIC_WEIGHT * np.array([pair.topic for pair in pairs])
        return [pairs[i] for i in sorted(np.argsort(-ranks, kind="stable")[:STRONG])]

    def glance(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        """Mean log-odds of a conflict in both directions, [n], by the first pass, of pairs (earlier, later).

        Raises:
            RuntimeError: there is no first pass.
        """
        if self._first_pass is None:
            raise RuntimeError("this encoder has no first pass")
        one, other = [a for a, _ in pairs], [b for _, b in pairs]
        table = self._first_pass([*one, *other], [*other, *one])
        limited: npt.NDArray[np.float32] = np.clip(table[:, 0], -LIMIT, LIMIT).reshape(2, -1).mean(0)
        return limited

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

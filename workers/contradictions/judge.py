"""Whether two statements conflict: the NLI model in both directions, then a small calibrated decision.

NLI asks whether a premise entails or contradicts a hypothesis; a conflict between two statements has no
direction, so both orders are read. Raw NLI scores are over-confident on politicians, so a logistic
regression fitted on development pairs (``calibration.json`` beside the weights, made by
``training.calibrate``) turns eight printed features into a probability. Two thresholds, chosen there for
precision, name the kind; below both there is silence.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from workers.contradictions.finding import Kind, Reading
from workers.contradictions.model import Floats, Transformer, missing
from workers.contradictions.wording import figures, hedged, overlap, polarity

FEATURES = (
    "contradiction_mean", "entailment_max", "topic", "overlap", "polarity", "figures", "hedged", "one_story"
)  # fmt: skip
"""Mean log-odds of contradiction over both directions, greater log-odds of entailment, cosine of the vectors,
what `wording` reads off the words, whether few days lie between (docs/quality/model.md).
"""

WORDING = (overlap, polarity, figures, hedged)

ONE_STORY = 30
"""Days within which a later statement is mostly the next step of one story, not a change of position."""

FEW = 12
"""Earlier statements on one topic that a statement of today may meet without the thresholds rising."""

LIMIT = 3.0
"""Largest log-odds that count, about .95: no direction outvotes the other by being surer than that."""


@dataclass(frozen=True)
class Calibration:
    """How features become a probability, and from where on a reader sees it.

    Attributes:
        temperature: divides the model's logits before anything else.
        weights: one per name in `FEATURES`.
        contradiction, shift: thresholds of the two kinds on the probability; ``shift`` <= ``contradiction``.
        topic_min: pairs whose cosine is lower are not compared at all.
        version: names this calibration in findings.
    """

    temperature: float
    weights: tuple[float, ...]
    intercept: float
    contradiction: float
    shift: float
    topic_min: float
    version: str

    @classmethod
    def load(cls, model: str, file: Path | None = None) -> "Calibration":
        """Read the calibration of a model: the file named, or ``calibration.json`` beside its weights.

        A model without one gets `cautious`.

        Raises:
            CannotWork: the named file is missing, or was made for other features (``model-missing``).
        """
        path = file or Path(model) / "calibration.json"
        if not path.is_file():
            if file is not None:
                raise missing(
                    f"{file} is missing; make it with `onrecord calibrate` or unset ONRECORD_CALIBRATION."
                )
            return cls.cautious()
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if tuple(values["features"]) != FEATURES:
            raise missing(f"{path} was made for other features than this version uses; make it again.")
        return cls(
            temperature=float(values["temperature"]),
            weights=tuple(map(float, values["weights"])),
            intercept=float(values["intercept"]),
            contradiction=float(values["thresholds"]["contradiction"]),
            shift=float(values["thresholds"]["shift"]),
            topic_min=float(values["topic_min"]),
            version=str(values["version"]),
        )

    @classmethod
    def cautious(cls) -> "Calibration":
        """For a model nobody calibrated: silence unless both directions are sure to more than .95."""
        return cls(1.0, (1.0, *[0.0] * (len(FEATURES) - 1)), 0.0, 0.95, 0.95, 0.35, "none")

    def probability(self, features: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Features [n, 8] -> probability that a fair reader calls the pair a conflict, [n]."""
        return np.asarray(1 / (1 + np.exp(-(features @ np.array(self.weights) + self.intercept))))

    def thresholds(self, among: int = 1) -> tuple[float, float]:
        """``shift`` and ``contradiction`` for a statement of today compared with so many earlier ones.

        The more there are, the likelier the worst of them looks like a conflict by chance. Beyond `FEW` the
        odds must be larger in proportion (a Bonferroni correction), so that a long record is no disadvantage.
        """
        factor = max(1.0, among / FEW)
        raised = (factor * p / (1 - p + factor * p) for p in (self.shift, self.contradiction))
        return next(raised), next(raised)

    def kind(self, probability: float, topic: float, among: int = 1) -> Kind | None:
        """What a reader is shown, or None for silence; see `thresholds` for ``among``."""
        shift, contradiction = self.thresholds(among)
        if topic < self.topic_min or probability < shift:
            return None
        return "contradiction" if probability >= contradiction else "shift"


def log_odds(probability: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """ln(p / (1 - p)), at most `LIMIT` and at least minus `LIMIT`."""
    clipped = np.clip(probability, 1e-6, 1 - 1e-6)
    return np.clip(np.log(clipped / (1 - clipped)), -LIMIT, LIMIT)


def features(
    forward: npt.NDArray[np.float64], backward: npt.NDArray[np.float64], readings: Sequence[Reading]
) -> npt.NDArray[np.float64]:
    """The columns of `FEATURES`, [n, 8].

    Args:
        forward, backward: class probabilities of both directions, [n, 3].
    """
    conflict = np.stack([log_odds(forward[:, 2]), log_odds(backward[:, 2])])
    entailed = np.stack([log_odds(forward[:, 0]), log_odds(backward[:, 0])])
    others = [
        (one.topic, *(measure(one.earlier, one.later) for measure in WORDING), one_story(one.days))
        for one in readings
    ]
    return np.column_stack([conflict.mean(0), entailed.max(0), np.reshape(others, (len(readings), 6))])


def one_story(days: int | None) -> float:
    """1 for statements so close in time that they mostly tell of one story as it unfolds, else 0."""
    return float(days is not None and days <= ONE_STORY)


class Nli:
    """A three-class NLI model whose columns are always entailment, neutral, contradiction.

    Raises:
        CannotWork: the model has no class named contradiction (``model-missing``).
    """

    def __init__(self, source: str, threads: int, temperature: float = 1.0) -> None:
        self._model = Transformer(source, threads)
        self._temperature = temperature
        self._columns = _columns(self._model.labels, source)
        self.version = self._model.version

    def __call__(self, premises: Sequence[str], hypotheses: Sequence[str]) -> npt.NDArray[np.float64]:
        """Probabilities of (entailment, neutral, contradiction) for each pair, shape [n, 3]."""
        if not premises:
            return np.empty((0, 3))
        logits: Floats = self._model(premises, hypotheses) / self._temperature
        weights = np.exp(logits.astype(float) - logits.max(1, keepdims=True))
        weights /= weights.sum(1, keepdims=True)
        # a two-class model may lack a column: its share is zero
        absent = np.zeros(len(weights))
        return np.stack([absent if c is None else weights[:, c] for c in self._columns], axis=1)


def _columns(labels: Sequence[str], source: str) -> tuple[int | None, int | None, int]:
    def find(stem: str) -> int | None:
        return next((i for i, label in enumerate(labels) if label.startswith(stem)), None)

    contradiction = find("contra")
    if contradiction is None:
        raise missing(f"{source!r} knows no contradiction, only {list(labels)}; choose an NLI model.")
    return find("entail"), find("neutral"), contradiction

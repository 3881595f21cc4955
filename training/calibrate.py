"""Fit what turns the model's scores into a decision, and choose its thresholds for precision.

    python -m training.calibrate --model models/contradiction --embedder models/embedder \\
        --real FLIPS... --written checkpoints/data/held_out_political.jsonl \\
        --record checkpoints/data/held_out_mined.jsonl

FLIPS are development pairs that people labelled (contradiction, shift, consistent), the written pairs come
from topics never trained on, and those of the record are an official's statements with the closest earlier
ones (`training.mine`), hardly any of which conflict. From them we learn, in this order:

1. the temperature that makes the probability of contradiction, mean of both directions, least surprising;
2. a logistic regression on `workers.contradictions.judge.FEATURES`. Each source counts equally, however many
   rows it has; strangers (the earlier side of one pair, the later of another) are a source too, and so are
   real pairs with their topic in front, as statements are read from an article;
3. a slope and an intercept on out-of-fold scores that make them probabilities among the labelled
   pairs (Platt, Probabilistic Outputs for Support Vector Machines, 1999): other sources have other shares of
   conflicts;
4. two thresholds on out-of-fold probabilities: ``shift`` is the lowest one at which `PRECISION` of the
   labelled pairs shown are right, and no more than `STRANGERS_SHOWN` of the strangers and `RECORD_SHOWN` of
   the record's pairs are; ``contradiction`` the lowest one at which `SURE` of the labelled pairs are right.

An official's pairs are never in two folds. What was chosen on what, and how it did, is written into
``calibration.json`` beside the weights. For a model of somebody else ``onrecord calibrate`` does the same.
"""

import argparse
import hashlib
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from training.measure import Said, ranking, said
from training.pairs import read
from workers.contradictions.finding import Reading
from workers.contradictions.judge import FEATURES, Nli, features
from workers.contradictions.model import Transformer

PRECISION, SURE = 0.88, 0.93
"""Shares of the labelled pairs shown that must be right, at the lower and at the upper threshold. Many of the
consistent pairs look opposed."""

STRANGERS_SHOWN, RECORD_SHOWN = 0.0125, 0.0175
"""Shares of unrelated pairs, and of closest pairs of one record, that may become findings by themselves.
Where many are compared, `Calibration.thresholds` asks for more."""

UNLABELLED = ("written", "strangers", "record")
"""Sources that nobody labelled pair by pair."""

IN_CONTEXT = " in context"
"""Behind the name of a source whose pairs have their topic in front."""

FOLDS = 10
STRANGERS, TRIES = 400, 20
TOPIC_QUANTILE = 0.1
"""The share of real conflicts that the topic filter may lose."""

SEED = 7

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Scored:
    """Pairs with everything the decision may look at.

    Attributes:
        logits: of both directions, [2, n, 3].
        source: file name without suffix, ``written`` or ``strangers``.
        group: pairs of one group stay in one fold.
    """

    pairs: list[Said]
    logits: Floats
    topics: Floats
    source: npt.NDArray[np.str_]
    group: npt.NDArray[np.str_]

    @property
    def conflict(self) -> npt.NDArray[np.bool_]:
        """Whether a finding would be right, [n]."""
        return np.array([pair.conflict for pair in self.pairs])

    def features(self, temperature: float) -> Floats:
        """The columns of `FEATURES`, [n, 8]."""
        forward, backward = (softmax(logits / temperature) for logits in self.logits)
        readings = [
            Reading(pair.earlier, pair.later, topic, pair.days)
            for pair, topic in zip(self.pairs, self.topics.tolist(), strict=True)
        ]
        return features(forward, backward, readings)


def main() -> None:
    """Read the arguments, fit, and write ``calibration.json``."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--embedder", type=Path, required=True)
    parser.add_argument("--real", type=Path, nargs="+", required=True)
    parser.add_argument("--written", type=Path, required=True)
    parser.add_argument("--record", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    ours = {"written": arguments.written, "record": arguments.record}
    made = calibration(str(arguments.model), str(arguments.embedder), arguments.threads, arguments.real, ours)
    text = json.dumps(made, indent=2) + "\n"
    (arguments.model / "calibration.json").write_text(text, encoding="utf-8")
    print(text)


def calibration(
    model: str,
    embedder: str,
    threads: int,
    labelled: Sequence[Path],
    ours: Mapping[str, Path] = MappingProxyType({}),
) -> dict[str, Any]:
    """What ``calibration.json`` of a model holds, fitted on files of labelled pairs.

    Args:
        model: folder or Hugging Face id.
        labelled: files of {earlier: {text}, later: {text}, label}, with official and topic where known.
        ours: pairs in our own format and never trained on, by their source: ``written``, ``record``.

    Raises:
        CannotWork: a model is missing.
        ValueError: too few pairs, or all with one label.
    """
    pairs = [pair for path in labelled for pair in said(path)]
    conflicts = sum(pair.conflict for pair in pairs)
    if min(conflicts, len(pairs) - conflicts) < FOLDS:
        raise ValueError(
            f"of {len(pairs)} pairs {conflicts} are conflicts; it takes {FOLDS} of each at least"
        )
    rows = real(labelled) + [row for name, path in ours.items() for row in own(path, name)]
    judge = Nli(model, threads)
    made = calibrate(score(rows, judge, Transformer(embedder, threads))) | {
        "made_on": [path.name for path in (*labelled, *ours.values())],
        "model": judge.version,
    }
    return made | {"version": hashlib.sha256(json.dumps(made).encode()).hexdigest()[:12]}


Row = tuple[Said, str, str]
"""A pair, its source and its group."""


def real(paths: Sequence[Path]) -> list[Row]:
    """People's pairs as they are and, where the topic is known, as an article's statements; and strangers."""
    rows: list[Row] = []
    for path in paths:
        name = path.name.split(".")[0]
        for i, pair in enumerate(said(path)):
            group = pair.official or f"{name}-{i}"
            rows.append((pair, name, group))
            if pair.topic:
                rows.append((in_context(pair, pair.topic), name + IN_CONTEXT, group))
    return rows + strangers([row for row in rows if not row[1].endswith(IN_CONTEXT)], random.Random(SEED))


def in_context(pair: Said, topic: str) -> Said:
    """The pair with a topic in front of both sides, as statements are read from an article."""
    front = f"On {topic}: "
    return replace(pair, earlier=front + pair.earlier, later=front + pair.later)


def strangers(rows: Sequence[Row], rng: random.Random) -> list[Row]:
    """Pairs on two topics, as the record is full of: most by one official, the others by anybody.

    Half of those whose topic is known have it in front of both sides: an article's topic is put in front of
    whatever is said in it.
    """
    mixed = [
        (Said(one.earlier, two.later, "consistent", topic=one.topic), "strangers", group)
        for one, _, group in rows
        for two, _, other in rows
        if one.official and group == other and one.topic != two.topic
    ]
    of_one = rng.sample(mixed, min(len(mixed), STRANGERS * 3 // 4))
    drawn = (rng.sample(list(rows), 2) for _ in range(TRIES * STRANGERS))
    anybody = (
        (Said(one.earlier, two.later, "consistent", topic=one.topic), "strangers", group)
        for (one, _, group), (two, _, other) in drawn
        if group != other and not (one.topic and one.topic == two.topic)
    )
    chosen = of_one + list(islice(anybody, STRANGERS - len(of_one)))
    return [
        (in_context(pair, pair.topic) if pair.topic and i % 2 else pair, source, group)
        for i, (pair, source, group) in enumerate(chosen)
    ]


def own(path: Path, source: str) -> list[Row]:
    """Pairs in our own format that were never trained on."""
    return [
        (Said(pair.premise, pair.hypothesis, pair.label), source, f"{source}-{i}")
        for i, pair in enumerate(read(path))
    ]


def score(rows: Sequence[Row], judge: Nli, embed: Transformer) -> Scored:
    """Run both models over all pairs, the first in both directions."""
    pairs = [pair for pair, _, _ in rows]
    earlier, later = [pair.earlier for pair in pairs], [pair.later for pair in pairs]
    return Scored(
        pairs,
        # whatever order the model's classes have, and for a model that lacks one of them
        np.log(np.clip([judge(earlier, later), judge(later, earlier)], 1e-9, None)),
        (embed(earlier) * embed(later)).sum(1).astype(float),
        np.array([source for _, source, _ in rows]),
        np.array([group for _, _, group in rows]),
    )


def calibrate(scored: Scored) -> dict[str, Any]:
    """Temperature, regression, thresholds and how they did; see the module's text."""
    conflict, weights = scored.conflict, balanced(scored.source)
    temperature = fitted_temperature(scored, weights)
    table = scored.features(temperature)
    model = regression()
    ranked: Floats = cross_val_predict(
        model,
        table,
        conflict,
        groups=scored.group,
        cv=GroupKFold(FOLDS),
        method="decision_function",
        params={"logisticregression__sample_weight": weights},
    )
    model.fit(table, conflict, logisticregression__sample_weight=weights)
    coefficients, intercept = unscaled(model)
    labelled = ~np.isin(scored.source, UNLABELLED)
    held_out, (slope, offset) = probabilities(ranked, conflict, labelled, scored.group)
    topic_min = float(np.quantile(scored.topics[labelled & conflict], TOPIC_QUANTILE))
    near = np.where(scored.topics >= topic_min, held_out, 0)
    shift = max(
        precise(near[labelled], conflict[labelled], PRECISION),
        quiet(near[scored.source == "strangers"], STRANGERS_SHOWN),
        quiet(near[scored.source == "record"], RECORD_SHOWN),
    )
    contradiction = max(shift, precise(near[labelled], conflict[labelled], SURE))
    plain = labelled & ~np.char.endswith(scored.source, IN_CONTEXT)
    return {
        "temperature": round(temperature, 4),
        "features": list(FEATURES),
        "weights": [round(float(slope * weight), 5) for weight in coefficients],
        "intercept": round(float(slope * intercept + offset), 5),
        "thresholds": {"contradiction": round(contradiction, 4), "shift": round(shift, 4)},
        "topic_min": round(topic_min, 3),
        "chosen": (
            f"thresholds on out-of-fold probabilities ({FOLDS} folds by official): shift for precision "
            f"{PRECISION} among the labelled pairs, at most {STRANGERS_SHOWN:.2%} of {STRANGERS} strangers "
            f"and {RECORD_SHOWN:.2%} of the record's pairs shown; topic_min keeps "
            f"{1 - TOPIC_QUANTILE:.0%} of the labelled conflicts"
        ),
        "calibration_error": round(calibration_error(held_out[plain], conflict[plain]), 4),
        "measured_out_of_fold": {
            source: outcome(near[rows], conflict[rows], shift)
            for source in sorted(set(scored.source.tolist()))
            if (rows := scored.source == source).any()
        },
    }


def probabilities(
    ranked: Floats,
    conflict: npt.NDArray[np.bool_],
    labelled: npt.NDArray[np.bool_],
    group: npt.NDArray[np.str_],
) -> tuple[Floats, tuple[float, float]]:
    """Scores as probabilities among the labelled pairs: out of fold, and by what slope and intercept for
    good."""
    column, platt = ranked[:, None], LogisticRegression(C=1e6)
    result = np.empty(len(ranked))
    result[labelled] = cross_val_predict(
        platt,
        column[labelled],
        conflict[labelled],
        groups=group[labelled],
        cv=GroupKFold(FOLDS),
        method="predict_proba",
    )[:, 1]
    platt.fit(column[labelled], conflict[labelled])
    if not labelled.all():
        result[~labelled] = platt.predict_proba(column[~labelled])[:, 1]
    return result, (float(platt.coef_[0, 0]), float(platt.intercept_[0]))


def calibration_error(probability: Floats, conflict: npt.NDArray[np.bool_], bins: int = 10) -> float:
    """Expected calibration error: distance of probability and share of conflicts, over bins of equal
    width."""
    index = np.minimum((probability * bins).astype(int), bins - 1)
    gaps = [abs(float((probability - conflict)[index == i].sum())) for i in range(bins)]
    return sum(gaps) / len(probability)


def softmax(logits: Floats) -> Floats:
    """Probabilities over the last axis."""
    raised = np.exp(logits - logits.max(-1, keepdims=True))
    return np.asarray(raised / raised.sum(-1, keepdims=True))


def balanced(source: npt.NDArray[np.str_]) -> Floats:
    """One weight a row so that every source has the same sum, 1 on average."""
    names, index, counts = np.unique(source, return_inverse=True, return_counts=True)
    return np.asarray(len(source) / len(names) / counts[index])


def fitted_temperature(scored: Scored, weights: Floats) -> float:
    """The temperature with the least weighted log-loss of contradiction, mean of both directions."""

    def surprise(temperature: float) -> float:
        p = np.clip(softmax(scored.logits / temperature)[:, :, 2].mean(0), 1e-6, 1 - 1e-6)
        return float(-(weights * np.where(scored.conflict, np.log(p), np.log(1 - p))).mean())

    return float(minimize_scalar(surprise, bounds=(0.5, 10), method="bounded").x)


def regression() -> Pipeline:
    """A logistic regression on columns brought to one scale, so that its penalty treats them alike."""
    return make_pipeline(StandardScaler(), LogisticRegression(C=1.0))


def unscaled(model: Pipeline) -> tuple[Floats, float]:
    """The regression's weights and intercept for columns as they come."""
    scaler, logistic = model["standardscaler"], model["logisticregression"]
    weights = logistic.coef_[0] / scaler.scale_
    return weights, float(logistic.intercept_[0] - (weights * scaler.mean_).sum())


def precise(probability: Floats, conflict: npt.NDArray[np.bool_], precision: float) -> float:
    """The lowest threshold at which that share of the pairs shown is right; 1 when there is none."""
    order = np.argsort(-probability)
    right = np.cumsum(conflict[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(right >= precision)
    return float(probability[order[enough[-1]]]) if len(enough) else 1.0


def quiet(probability: Floats, share: float) -> float:
    """The lowest threshold, to four digits, that at most this share of probabilities reaches; 0 without
    any."""
    if not len(probability):
        return 0.0
    allowed = int(share * len(probability))
    return float(np.floor(np.sort(probability)[::-1][allowed] * 1e4 + 1) / 1e4)


def outcome(probability: Floats, conflict: npt.NDArray[np.bool_], threshold: float) -> dict[str, float]:
    """How one source did at a threshold."""
    shown = probability >= threshold
    right = int((shown & conflict).sum())
    result: dict[str, float] = {"pairs": len(conflict), "shown": int(shown.sum()), "right": right}
    return result if not conflict.any() else result | ranking(probability, conflict)


if __name__ == "__main__":
    main()

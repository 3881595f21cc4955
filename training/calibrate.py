"""Fit what turns the model's scores into a decision, and choose its thresholds for precision.

    python -m training.calibrate --model models/contradiction --embedder models/embedder \\
        --real FLIPS... --written checkpoints/data/held_out_political.jsonl

FLIPS are development pairs that people labelled (contradiction, shift, consistent), the written pairs come
from topics never trained on. From both we learn, in this order:

1. the temperature that makes the probability of contradiction, mean of both directions, least surprising;
2. a logistic regression on `workers.contradictions.judge.FEATURES`. Each source counts equally, however many
   rows it has; strangers (the earlier side of one pair, the later of another) are a source too, and so are
   real pairs with their topic in front, as statements are read from an article;
3. two thresholds on out-of-fold probabilities of the real pairs and the strangers that pass the topic
   filter: ``shift`` is the lowest one at which `PRECISION` of the findings are right and not more than
   `STRANGERS_SHOWN` of the strangers are among them, ``contradiction`` the one that best tells the two kinds
   of finding apart. An official's pairs are never in two folds.

What was chosen on what, and how it did, is written into ``calibration.json`` beside the weights. For a model
of somebody else ``onrecord calibrate`` does the same.
"""

import argparse
import hashlib
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
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
from workers.contradictions.judge import FEATURES, Nli, features, overlap
from workers.contradictions.model import Transformer

PRECISION = 0.8
"""Share of findings that must be right among development pairs, a third of whose consistent ones were picked
because they look opposed."""

STRANGERS_SHOWN = 0.0125
"""Share of unrelated pairs that may become findings: an article has dozens of candidates, most unrelated."""

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
        """The columns of `FEATURES`, [n, 4]."""
        forward, backward = (softmax(logits / temperature) for logits in self.logits)
        shared = [overlap(pair.earlier, pair.later) for pair in self.pairs]
        return features(forward, backward, self.topics.tolist(), shared)


def main() -> None:
    """Read the arguments, fit, and write ``calibration.json``."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--embedder", type=Path, required=True)
    parser.add_argument("--real", type=Path, nargs="+", required=True)
    parser.add_argument("--written", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    made = calibration(
        str(arguments.model), str(arguments.embedder), arguments.threads, arguments.real, arguments.written
    )
    text = json.dumps(made, indent=2) + "\n"
    (arguments.model / "calibration.json").write_text(text, encoding="utf-8")
    print(text)


def calibration(
    model: str, embedder: str, threads: int, labelled: Sequence[Path], ours: Path | None = None
) -> dict[str, Any]:
    """What ``calibration.json`` of a model holds, fitted on files of labelled pairs.

    Args:
        model: folder or Hugging Face id.
        labelled: files of {earlier: {text}, later: {text}, label}, with official and topic where known.
        ours: pairs written for this project and never trained on.

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
    rows = real(labelled) + (written(ours) if ours else [])
    judge = Nli(model, threads)
    made = calibrate(score(rows, judge, Transformer(embedder, threads))) | {
        "made_on": [path.name for path in [*labelled, *([ours] if ours else [])]],
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
                rows.append((in_context(pair, pair.topic), f"{name} in context", group))
    return rows + strangers([row for row in rows if "context" not in row[1]], random.Random(SEED))


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


def written(path: Path) -> list[Row]:
    """Pairs of ours that were never trained on."""
    return [
        (Said(pair.premise, pair.hypothesis, pair.label), "written", f"written-{i}")
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
    held_out: Floats = cross_val_predict(
        model,
        table,
        conflict,
        groups=scored.group,
        cv=GroupKFold(FOLDS),
        method="predict_proba",
        params={"logisticregression__sample_weight": weights},
    )[:, 1]
    model.fit(table, conflict, logisticregression__sample_weight=weights)
    coefficients, intercept = unscaled(model)
    topic_min = float(np.quantile(scored.topics[(scored.source != "written") & conflict], TOPIC_QUANTILE))
    near = scored.topics >= topic_min
    judged = near & (scored.source != "written")
    shift = max(
        precise(held_out[judged], conflict[judged], PRECISION),
        quiet(np.where(near, held_out, 0)[scored.source == "strangers"], STRANGERS_SHOWN),
    )
    kinds = np.array([pair.label == "contradiction" for pair in scored.pairs])
    contradiction = divide(held_out[judged & conflict], kinds[judged & conflict], shift)
    return {
        "temperature": round(temperature, 4),
        "features": list(FEATURES),
        "weights": [round(float(weight), 5) for weight in coefficients],
        "intercept": round(intercept, 5),
        "thresholds": {"contradiction": round(contradiction, 4), "shift": round(shift, 4)},
        "topic_min": round(topic_min, 3),
        "chosen": (
            f"thresholds on out-of-fold probabilities ({FOLDS} folds by official) of the real pairs and "
            f"{STRANGERS} strangers: shift for precision {PRECISION} and at most {STRANGERS_SHOWN:.1%} of "
            f"strangers shown; topic_min keeps {1 - TOPIC_QUANTILE:.0%} of the real conflicts"
        ),
        "measured_out_of_fold": {
            source: outcome(np.where(near, held_out, 0)[rows], conflict[rows], shift)
            for source in sorted(set(scored.source.tolist()))
            if (rows := scored.source == source).any()
        },
    }


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
    """The lowest threshold, to four digits, that at most this share of probabilities reaches."""
    allowed = int(share * len(probability))
    return float(np.floor(np.sort(probability)[::-1][allowed] * 1e4 + 1) / 1e4)


def divide(probability: Floats, contradiction: npt.NDArray[np.bool_], least: float) -> float:
    """The threshold from ``least`` on that best tells contradictions from shifts (balanced accuracy)."""
    candidates = sorted({least, *probability[probability >= least].tolist()})
    sides = [side for side in (contradiction, ~contradiction) if side.any()]

    def quality(threshold: float) -> float:
        return sum(float(((probability >= threshold) == contradiction)[side].mean()) for side in sides)

    return float(max(candidates, key=quality))


def outcome(probability: Floats, conflict: npt.NDArray[np.bool_], threshold: float) -> dict[str, float]:
    """How one source did at a threshold."""
    shown = probability >= threshold
    right = int((shown & conflict).sum())
    result: dict[str, float] = {"pairs": len(conflict), "shown": int(shown.sum()), "right": right}
    return result if not conflict.any() else result | ranking(probability, conflict)


if __name__ == "__main__":
    main()

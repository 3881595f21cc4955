"""What each feature of the decision brings (docs/quality/model.md).

    python -m bench.features --real FLIPS... --written checkpoints/data/held_out_political.jsonl \\
        --record checkpoints/data/held_out_mined.jsonl

Fits the regression of `training.calibrate` again with one feature left out at a time, with NLI alone, and
with gradient boosting in its place, out of fold over `SHUFFLES` assignments of officials to folds. Prints a
table in Markdown.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import average_precision_score
from sklearn.model_selection import GroupKFold, cross_val_predict

from settings import settings
from training.calibrate import (
    FOLDS,
    IN_CONTEXT,
    SEED,
    UNLABELLED,
    Scored,
    balanced,
    fitted_temperature,
    own,
    quiet,
    real,
    regression,
    score,
)
from workers.contradictions.judge import FEATURES, Nli
from workers.contradictions.model import Transformer

SHUFFLES = 3
STRANGERS_SHOWN = 0.025
"""The share of strangers at whose threshold the variants are compared."""

Floats = npt.NDArray[np.float64]


def main() -> None:
    """Read the arguments and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--real", type=Path, nargs="+", required=True)
    parser.add_argument("--written", type=Path, required=True)
    parser.add_argument("--record", type=Path, required=True)
    arguments = parser.parse_args()
    used = settings()
    rows = real(arguments.real) + own(arguments.written, "written") + own(arguments.record, "record")
    scored = score(rows, Nli(used.model, used.model_threads), Transformer(used.embedder, used.model_threads))
    columns = scored.features(fitted_temperature(scored, balanced(scored.source)))
    sources = sorted(set(scored.source.tolist()) - set(UNLABELLED))
    print(f"| features | {' | '.join(sources)} | shown | right | found | of the record |")
    print("|---|" + "---|" * (len(sources) + 4))
    everything = list(range(len(FEATURES)))
    variants = {"all": everything, "contradiction alone": [0], "both classes of NLI": [0, 1]}
    variants |= {f"without {name}": [i for i in everything if i != at] for at, name in enumerate(FEATURES)}
    for name, chosen in variants.items():
        print(_row(name, scored, sources, _out_of_fold(scored, columns[:, chosen])))
    print(_row("all, boosted trees", scored, sources, _out_of_fold(scored, columns, boosted=True)))


def _out_of_fold(scored: Scored, columns: Floats, boosted: bool = False) -> Floats:
    """Mean probability over `SHUFFLES` assignments of groups to folds, [n]."""
    rng = np.random.default_rng(SEED)
    weights, groups = balanced(scored.source), np.unique(scored.group)
    total = np.zeros(len(columns))
    for _ in range(SHUFFLES):
        place = dict(zip(groups, rng.permutation(len(groups)), strict=True))
        model = (
            GradientBoostingClassifier(
                n_estimators=60, max_depth=2, learning_rate=0.08, subsample=0.7, random_state=SEED
            )
            if boosted
            else regression()
        )
        total += cross_val_predict(
            model,
            columns,
            scored.conflict,
            groups=np.array([place[group] for group in scored.group]),
            cv=GroupKFold(FOLDS),
            method="predict_proba",
            params={"sample_weight" if boosted else "logisticregression__sample_weight": weights},
        )[:, 1]
    return np.asarray(total / SHUFFLES)


def _row(name: str, scored: Scored, sources: Sequence[str], probability: Floats) -> str:
    conflict = scored.conflict
    precisions = [
        average_precision_score(conflict[rows], probability[rows])
        for source in sources
        for rows in [scored.source == source]
    ]
    threshold = quiet(probability[scored.source == "strangers"], STRANGERS_SHOWN)
    labelled = ~np.isin(scored.source, UNLABELLED) & ~np.char.endswith(scored.source, IN_CONTEXT)
    shown = labelled & (probability >= threshold)
    right = float(conflict[shown].mean()) if shown.any() else 0.0
    found = float((shown & conflict).sum() / (labelled & conflict).sum())
    false = float((probability[scored.source == "record"] >= threshold).mean())
    figures = " | ".join(f"{value:.3f}"[1:] for value in precisions)
    return f"| {name} | {figures} | {shown.sum()} | {right:.0%} | {found:.0%} | {false:.1%} |"


if __name__ == "__main__":
    main()

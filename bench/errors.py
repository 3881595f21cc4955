"""The worst errors on labelled pairs, to be read, and how groups of pairs fare (docs/quality/model.md).

    python -m bench.errors flipbench.dev.jsonl.gz polinc.dev.jsonl.gz --by topic_group official

Prints the consistent pairs with the highest scores and the conflicts with the lowest, then a table in
Markdown for each key of ``--by``: pairs, conflicts among them, mean score of either kind, how many are shown,
and how many of these are conflicts. Groups of fewer than `LEAST` pairs count as one.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from bench.gold import rows
from bench.pairs import predict

LEAST = 6
OTHERS = "fewer pairs"

Row = Mapping[str, Any]


def main() -> None:
    """Read the arguments and print errors and tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("pairs", type=Path, nargs="+")
    parser.add_argument("--by", nargs="*", default=["topic_group", "official"], help="keys of the pairs")
    parser.add_argument("--count", type=int, default=12, help="errors of each kind")
    arguments = parser.parse_args()
    judged = [
        {**row, "score": verdict["score"], "flag": verdict["flag"], "conflict": row["label"] != "consistent"}
        for row, verdict in zip(rows(arguments.pairs), predict(arguments.pairs), strict=True)
    ]
    judged.sort(key=lambda row: row["score"])
    conflicts = [row for row in judged if row["conflict"]]
    consistent = [row for row in judged if not row["conflict"]]
    _list("Consistent, highest scores", consistent[::-1][: arguments.count])
    _list("Conflicts, lowest scores", conflicts[: arguments.count])
    for key in arguments.by:
        _table(key, [row for row in judged if row.get(key)])


def _list(title: str, errors: Sequence[Row]) -> None:
    print(f"{title}:\n")
    for row in errors:
        shown = "shown" if row["flag"] else "silent"
        print(f"- {row['id']} {row['label']} {row['score']:.2f} {shown}")
        print(f"  Then: {row['earlier']['text']}\n  Now: {row['later']['text']}")
    print()


def _table(key: str, judged: Sequence[Row]) -> None:
    groups: dict[str, list[Row]] = {}
    for row in judged:
        groups.setdefault(str(row[key]), []).append(row)
    small = [name for name, group in groups.items() if len(group) < LEAST]
    groups[OTHERS] = [row for name in small for row in groups.pop(name)]
    print(f"| {key} | pairs | conflicts | mean score of these | of the others | shown | right |")
    print("|---|---|---|---|---|---|---|")
    for name in sorted(groups, key=lambda name: (name == OTHERS, -len(groups[name]))):
        group = groups[name]
        shown = [row["conflict"] for row in group if row["flag"]]
        sides = [_mean([row["score"] for row in group if row["conflict"] is side]) for side in (True, False)]
        count = sum(row["conflict"] for row in group)
        print(f"| {name} | {len(group)} | {count} | {' | '.join(sides)} | {len(shown)} | {sum(shown)} |")
    print()


def _mean(scores: Sequence[float]) -> str:
    return f"{fmean(scores):.2f}" if scores else "-"


if __name__ == "__main__":
    main()

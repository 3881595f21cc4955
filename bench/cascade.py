"""What the cascade costs and what it loses: topic filter and first pass against the strong model alone.

    python -m bench.cascade --pairs flipbench.dev.jsonl.gz polinc.dev.jsonl.gz --crowd pm_statements.jsonl.gz
    python -m bench.cascade ... --checkpoint checkpoints/stage-8        # and the same weights in PyTorch

An article has `QUOTES` statements by as many officials, who have each said ``--record`` other things before,
all drawn from the crowd; but `CONFLICTS` of them say the later statement of a labelled conflict and have the
earlier one on their record. Counted is how many of these pairs each step still has, of all, and of those that
the strong model would show if it read nothing else; and how many other pairs become findings, which with so
many statements drawn at random are nearly all false. Times are medians over the articles, vectors known
beforehand as in the ledger; everything runs in one process, and figures go to standard output as JSON.
"""

import argparse
import gzip
import json
import random
import resource
import statistics
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt

from settings import settings
from workers.contradictions import Reading, Statement, comparer
from workers.contradictions.candidates import candidates
from workers.contradictions.comparer import Comparer
from workers.quotes import Day

QUOTES, CONFLICTS = 20, 4
BEFORE, TODAY = Day.on(date(2019, 3, 1)), Day.on(date(2020, 3, 1))
SEED = 7
AT_ONCE = 96
"""Pairs timed in one call."""

Pair = tuple[str, str]
Said = tuple[str, bytes]
"""A text and its vector."""

CROWD = 4_000
"""Statements the officials' other words are drawn from."""


def main() -> None:
    """Read the arguments and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--pairs", type=Path, nargs="+", required=True, help="{earlier, later, label} a line")
    parser.add_argument("--crowd", type=Path, required=True, help="other statements, {text} a line")
    parser.add_argument("--record", type=int, default=300, help="earlier statements of each official")
    parser.add_argument("--checkpoint", help="the strong model's weights before export, for PyTorch")
    arguments = parser.parse_args()
    compare = comparer(settings())
    conflicts = [pair for path in arguments.pairs for pair in _conflicts(path)]
    rng = random.Random(SEED)  # noqa: S311
    rng.shuffle(conflicts)
    crowd = _embedded(compare, _crowd(arguments.crowd, rng))
    figures = losses(compare, conflicts, crowd, arguments.record, rng)
    figures["pairs_per_second"] = speeds(compare, conflicts, arguments.checkpoint)
    figures["resident_mb"] = _resident()
    print(json.dumps(figures | compare.versions, indent=2))


def losses(
    compare: Comparer, conflicts: Sequence[Pair], crowd: Sequence[Said], record: int, rng: random.Random
) -> dict[str, Any]:
    """How many conflicts each step of the cascade keeps, and how long the whole of it takes."""
    # what the strong model would show if it read nothing but the labelled pairs
    vectors = compare.embed([text for pair in conflicts for text in pair])
    topics = (vectors[::2] * vectors[1::2]).sum(1).tolist()
    readings = [Reading(*pair, topic) for pair, topic in zip(conflicts, topics, strict=True)]
    shown = [judged.kind is not None for judged in compare.judge(readings)]
    kept: dict[str, list[bool]] = {"filter": [], "first_pass": [], "cascade": []}
    seconds, others = [], 0
    for at in range(0, len(conflicts) - CONFLICTS + 1, CONFLICTS):
        now, then = _article(compare, conflicts[at : at + CONFLICTS], crowd, record, rng)
        found = candidates(now, then, _vectors(now), _vectors(then), compare.calibration.topic_min)
        began = perf_counter()
        findings = compare.compare(now, then)
        seconds.append(perf_counter() - began)
        others += sum(one.then.id != f"{one.now.id}-then" for one in findings)
        for name, pairs in (
            ("filter", found), ("first_pass", compare.likeliest(found)), ("cascade", findings)
        ):  # fmt: skip
            survivors = {pair.now.id for pair in pairs if pair.then.id == f"{pair.now.id}-then"}
            kept[name] += [str(i) in survivors for i in range(CONFLICTS)]
    placed = len(seconds) * CONFLICTS
    return {
        "conflicts": placed,
        "strong_model_shows": sum(shown[:placed]),
        "kept_of_all": {name: sum(rows) / placed for name, rows in kept.items()},
        "kept_of_shown": {
            name: sum(a and b for a, b in zip(rows, shown, strict=False)) / max(1, sum(shown[:placed]))
            for name, rows in kept.items()
        },
        "articles": len(seconds),
        "other_findings_per_article": others / len(seconds),
        "statements_on_record": QUOTES * record,
        "seconds_per_article": statistics.median(seconds),
    }


def speeds(compare: Comparer, pairs: Sequence[Pair], checkpoint: str | None) -> dict[str, float]:
    """Pairs a second, one direction each: strong model, first pass, and PyTorch with the same weights."""
    timed = (list(pairs) * (AT_ONCE // len(pairs) + 1))[:AT_ONCE]
    earlier, later = [a for a, _ in timed], [b for _, b in timed]
    ways: dict[str, Callable[[], object]] = {
        "strong": lambda: compare.classify(earlier, later),
        "first_pass": lambda: compare.glance(timed[: AT_ONCE // 2]),
    }
    if checkpoint:
        from transformers import pipeline

        classify = pipeline("text-classification", model=checkpoint, top_k=None, device="cpu")
        inputs = [{"text": a, "text_pair": b} for a, b in timed]
        ways["torch_pipeline"] = lambda: classify(inputs, batch_size=16)
    return {name: round(len(timed) / _best_of_three(way), 1) for name, way in ways.items()}


def _best_of_three(way: Callable[[], object]) -> float:
    def once() -> float:
        began = perf_counter()
        way()
        return perf_counter() - began

    once()
    return min(once() for _ in range(3))


def _conflicts(path: Path) -> list[Pair]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [(row["earlier"]["text"], row["later"]["text"]) for row in rows if row["label"] != "consistent"]


def _crowd(path: Path, rng: random.Random) -> list[str]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    return rng.sample([text for text in texts if 40 <= len(text) <= 200], CROWD)


def _article(
    compare: Comparer, pairs: Sequence[Pair], crowd: Sequence[Said], record: int, rng: random.Random
) -> tuple[list[Statement], list[Statement]]:
    """Statements of today and of the record, all with their vectors, as the ledger has them."""
    earlier = _embedded(compare, [text for text, _ in pairs])
    later = _embedded(compare, [text for _, text in pairs])
    later += rng.sample(crowd, QUOTES - len(pairs))
    now = [_statement(str(i), i, said, TODAY) for i, said in enumerate(later)]
    then = [_statement(f"{i}-then", i, said, BEFORE) for i, said in enumerate(earlier)]
    for i in range(QUOTES):
        then += [_statement(f"{i}-{k}", i, said, BEFORE) for k, said in enumerate(rng.sample(crowd, record))]
    return now, then


def _statement(id: str, official: int, said: Said, day: Day) -> Statement:
    text, vector = said
    return Statement(id, str(official), text, text, day, "", vector=vector)


def _embedded(compare: Comparer, texts: Sequence[str]) -> list[Said]:
    return [(text, row.tobytes()) for text, row in zip(texts, compare.embed(texts), strict=True)]


def _vectors(statements: Sequence[Statement]) -> npt.NDArray[np.float32]:
    return np.stack([np.frombuffer(one.vector or b"", "<f4") for one in statements])


def _resident() -> float:
    """Resident memory of this process in megabytes."""
    fields = Path("/proc/self/statm").read_text(encoding="ascii").split()
    return round(int(fields[1]) * resource.getpagesize() / 1e6, 1)


if __name__ == "__main__":
    main()

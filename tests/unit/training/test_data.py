"""Pairs in files, and what may be read by which stage."""

import gzip
import json
import random
from pathlib import Path

from training.data import LONGEST, general, split_off, statements, unlike, usable, with_topics
from training.pairs import Pair, read, write


def pairs(count: int) -> list[Pair]:
    return [Pair(f"Premise {i // 3}.", f"Hypothesis {i}.", "neutral", "made") for i in range(count)]


def packed(path: Path, rows: list[dict[str, str]]) -> None:
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


def test_pairs_survive_writing_and_reading(tmp_path: Path) -> None:
    written = [Pair("“We will.”", "We won’t.", "contradiction", "made"), *pairs(2)]
    write(tmp_path / "new" / "pairs.jsonl", written)
    assert list(read(tmp_path / "new" / "pairs.jsonl")) == written


def test_swapping_twice_gives_the_same_pair() -> None:
    pair = Pair("a", "b", "contradiction", "made")
    assert pair.swapped() == Pair("b", "a", "contradiction", "made")
    assert pair.swapped().swapped() == pair


def test_unlabelled_and_long_pairs_are_not_usable(tmp_path: Path) -> None:
    row = {"premise": "p", "hypothesis": "h", "label": "neutral", "source": "made"}
    packed(tmp_path / "small.train.jsonl.gz", [row, row | {"label": "-"}, row | {"premise": "p" * LONGEST}])
    assert list(usable(tmp_path, "small")) == [Pair("p", "h", "neutral", "made")]


def test_held_out_premises_are_never_trained_on(tmp_path: Path) -> None:
    every = pairs(60)
    packed(tmp_path / "small.train.jsonl.gz", [pair.__dict__ for pair in every])
    held_out = split_off(every, 20, random.Random(1))
    assert len(held_out) == 20
    premises = {pair.premise for pair in held_out}
    trained = general(tmp_path, {"small": 1_000}, premises, random.Random(1))
    assert premises.isdisjoint(pair.premise for pair in trained)
    assert len(trained) == 60 - 3 * len(premises)


def test_only_sentences_of_a_fitting_length_are_kept_by_official(tmp_path: Path) -> None:
    long_enough = "The committee will meet again in the second week of the month."
    packed(
        tmp_path / "archive.jsonl.gz",
        [
            {"official": "A", "text": long_enough},
            {"official": "A", "text": "Yes."},
            {"official": "B", "text": "No."},
        ],
    )
    assert statements(tmp_path / "archive.jsonl.gz", random.Random(1)) == {"A": [long_enough]}


def test_a_topic_in_front_is_the_same_on_both_sides_and_changes_no_label() -> None:
    plain = [
        Pair(f"We have asked Kestria to listen {i}.", f"I never asked Talmar {i}.", "contradiction", "made")
        for i in range(100)
    ]
    changed = with_topics(plain)
    assert [pair.label for pair in changed] == [pair.label for pair in plain]
    fronts = set()
    for before, after in zip(plain, changed, strict=True):
        front = after.premise.removesuffix(before.premise)
        assert after == Pair(front + before.premise, front + before.hypothesis, before.label, before.source)
        fronts.add(front)
    assert fronts == {"", "On Kestria: ", "On Talmar: "}


def test_what_resembles_a_measured_statement_is_not_trained_on() -> None:
    measured = ["There will be no carbon tax under the government that she leads."]
    copied = Pair(
        "No carbon tax will come under this government.", "We need a price on it.", "neutral", "political/x"
    )
    other = Pair("The carbon price works.", "The government is popular.", "neutral", "political/x")
    inference = Pair(measured[0], "A tax.", "neutral", "mnli")
    assert unlike([copied, other, inference], measured) == [other, inference]

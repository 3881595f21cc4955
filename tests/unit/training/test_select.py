"""What a model has to learn, and what it says of real pairs: with a tiny model, about invented officials."""

import json
import random
import sys
from pathlib import Path

import pytest

from tests.unit.contradictions.conftest import CLASSES, VOCABULARY, write_model
from training import data, mine, select
from training.pairs import Pair, read, write
from workers.contradictions.model import Transformer


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """ "never" contradicts everything, and "perhaps" a little."""
    table = [[0.0, 0.0, 0.0] for _ in VOCABULARY]
    table[VOCABULARY.index("never")] = [6.0, 0.0, 0.0]
    table[VOCABULARY.index("perhaps")] = [1.0, 0.0, 0.0]
    return write_model(tmp_path / "nli", table, CLASSES)


PAIRS = [
    Pair("tax", "never", "contradiction", "made"),  # known
    Pair("tax", "perhaps", "contradiction", "made"),  # not sure
    Pair("talks", "perhaps", "consistent", "made"),  # not sure
    Pair("talks", "never", "neutral", "made"),  # sure of the contrary: a slip of the annotator
]


def run(model: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, *more: str) -> list[Pair]:
    write(folder / "pairs.jsonl", PAIRS)
    files = ["--pairs", str(folder / "pairs.jsonl"), "--out", str(folder / "hard.jsonl")]
    monkeypatch.setattr(sys, "argv", ["select", "--model", str(model), *files, *more])
    select.main()
    return list(read(folder / "hard.jsonl"))


def test_what_is_known_and_what_is_mislabelled_is_left_out(model, tmp_path, monkeypatch):
    assert run(model, tmp_path, monkeypatch) == PAIRS[1:3]


def test_scoring_goes_on_where_it_stopped(model, tmp_path, monkeypatch):
    run(model, tmp_path, monkeypatch, "--rows", "2")
    scores = tmp_path / "hard.scores.jsonl"
    first = scores.read_text()
    assert len(first.splitlines()) == 2
    run(model, tmp_path, monkeypatch)
    assert scores.read_text().startswith(first)
    assert [pair for pair, _ in select.scored(scores)] == PAIRS


def test_a_statement_meets_its_closest_earlier_one_in_other_words(encoder_folder):
    rows = [
        ("2020-01-01", "tax tax perhaps"),
        ("2020-01-02", "talks talks perhaps"),
        ("2020-01-03", "tax always never"),
        ("2020-01-03", "tax again and once more"),  # the same day as the one before
        ("2020-01-04", "talks talks perhaps"),  # printed twice
    ]
    pairs = list(mine.closest("Vellin", rows, Transformer(str(encoder_folder), 1)))
    assert [(pair.premise, pair.hypothesis) for pair in pairs] == [
        ("tax tax perhaps", "tax always never"),
        ("tax tax perhaps", "tax again and once more"),
    ]
    assert {pair.source for pair in pairs} == {"political/mined/Vellin"}


def test_officials_without_much_to_say_are_not_mined(tmp_path, monkeypatch):
    monkeypatch.setattr(mine, "LEAST", 2)
    archive = tmp_path / "archive.jsonl.gz"
    said = [("Vellin", 1), ("Vellin", 2), ("Dane", 3)]
    text = "a sentence that is long enough to say something at all"
    with data.gzip.open(archive, "wt") as file:
        for official, day in said:
            file.write(json.dumps({"official": official, "said_on": f"2020-01-0{day}", "text": text}) + "\n")
    assert [official for official, _ in mine.dated([archive], random.Random(1))] == ["Vellin"]


def test_mined_pairs_of_held_out_officials_are_never_trained_on(tmp_path):
    held_out = "Ms. Psaki"
    rows = [Pair("a", "b", "consistent", f"political/mined/{name}") for name in ("Robert Menzies", held_out)]
    path = tmp_path / "mined.scores.jsonl"
    with path.open("w") as file:
        for pair, conflict in ((rows[0], 0.5), (rows[0].swapped(), 0.01), (rows[1], 0.01)):
            file.write(json.dumps(vars(pair) | {"probabilities": [0, 1 - conflict, conflict]}) + "\n")
    trained, measured = data.mined(path)
    assert trained == [rows[0]]
    assert measured == [rows[1]]

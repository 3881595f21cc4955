"""`onrecord check`, `import`, `verify` and `eval`, with the shipped models and no service."""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import CliRunner

from cli import main
from settings import ROOT, settings
from tests.unit.contradictions.conftest import CLASSES, VOCABULARY, write_model

Onrecord = Callable[..., subprocess.CompletedProcess[str]]
ARTICLE = ROOT / "demo" / "article.html"

NOTHING_EARLIER = """Vellin opens the new library

The new public library of Varn was opened on Monday, in the street in which the foreign minister was born.

“My grandmother taught me to read in this street,” Foreign Minister Marta Vellin said on Monday.

The library holds ninety thousand volumes, a room for maps, and a garden that is open on dry days.
"""


@pytest.fixture
def onrecord(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Onrecord]:
    """Run the command on this test's own data folder, in this process, whose models stay loaded."""

    def run(*arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
        for name, value in ({"ONRECORD_DATA_DIR": str(tmp_path / "data")} | variables).items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        result = CliRunner().invoke(main, [str(argument) for argument in arguments])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return subprocess.CompletedProcess(arguments, result.exit_code, result.stdout, result.stderr)

    yield run
    settings.cache_clear()
    structlog.reset_defaults()


def test_the_sample_holds_a_conflict_and_the_record_holds_more(onrecord: Onrecord) -> None:
    alone = onrecord("check", ARTICLE, "--json")
    assert alone.returncode == 1, alone.stderr
    check = json.loads(alone.stdout)
    assert check["state"] == "done"
    assert check["article"]["title"] == "Vellin says Norland is ready to sit down with Kestria over missiles"
    assert check["article"]["outlet"] == "The Norland Courier"
    assert check["article"]["published_on"] == "2024-05-14"
    assert {finding["official"]["name"] for finding in check["findings"]} == {"Marta Vellin"}
    assert ("2024-05-14", "2024-03") in {
        (f["now"]["said_on"], f["then"]["said_on"]) for f in check["findings"]
    }
    for finding in check["findings"]:
        for side in (finding["now"], finding["then"]):
            assert side["end"] - side["start"] == len(side["text"])
            assert all(0 <= start < end <= len(side["text"]) for start, end in side["clash"])

    imported = onrecord("import", ROOT / "demo" / "record.jsonl")
    assert imported.stdout == "record.jsonl: 25 statements read, 25 new on record.\n", imported.stderr
    again = onrecord("import", ROOT / "demo" / "record.jsonl")
    assert again.stdout == "record.jsonl: 25 statements read, 0 new on record.\n"
    with_record = json.loads(onrecord("check", ARTICLE, "--json").stdout)
    assert with_record["compared"]["earlier"] > check["compared"]["earlier"]
    assert {finding["official"]["name"] for finding in with_record["findings"]} == {"Marta Vellin"}


def test_a_finding_is_printed_for_people(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "cli", "check", ARTICLE, "--exit-zero"],
        cwd=ROOT,
        env=os.environ | {"ONRECORD_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    assert "Marta Vellin, " in result.stdout
    for words in ("Now  14 May 2024", "Then March 2024", "can only begin once they have", "Why"):
        assert words in result.stdout
    assert "\x1b" not in result.stdout + result.stderr
    assert result.stderr.splitlines() == [
        "Fetching the page...",
        "Reading the article...",
        "Finding quotes and who said them...",
        "Comparing with the record...",
    ]


def test_plain_text_with_nothing_to_find(onrecord: Onrecord, tmp_path: Path) -> None:
    (tmp_path / "library.txt").write_text(NOTHING_EARLIER)
    result = onrecord("check", tmp_path / "library.txt", "--date", "2024-05-20", "--json")
    assert result.returncode == 0, result.stderr
    check = json.loads(result.stdout)
    assert check["article"] == {
        "title": "Vellin opens the new library",
        "outlet": check["article"]["outlet"],
        "published_on": "2024-05-20",
        "extractor": "plain",
    }
    assert check["findings"] == []


def test_a_rehearsal_leaves_no_trace(onrecord: Onrecord) -> None:
    first = json.loads(onrecord("check", ARTICLE, "--json", "--no-store").stdout)
    onrecord("check", ARTICLE, "--no-store")
    last = json.loads(onrecord("check", ARTICLE, "--json").stdout)
    assert last["compared"] == first["compared"]


def test_a_page_fetched_and_the_same_page_supplied(onrecord: Onrecord, site: Any) -> None:
    url = site.add("/article", ARTICLE.read_text())
    fetched = onrecord("check", url, "--json", ONRECORD_FETCH_ALLOW_HOSTS=site.host)
    assert fetched.returncode == 1, fetched.stderr
    assert site.requests("/article") == 1
    supplied = onrecord("check", "https://courier.example/a", "--html", ARTICLE, "--json", "--no-store")
    assert supplied.returncode == 1, supplied.stderr
    assert json.loads(supplied.stdout)["url"] == "https://courier.example/a"


@pytest.mark.parametrize("arguments", [["--json"], []])
def test_what_cannot_be_checked_says_why(onrecord: Onrecord, site: Any, arguments: list[str]) -> None:
    url = site.add("/gone", "<title>Gone</title>", status=404)
    result = onrecord("check", url, *arguments, ONRECORD_FETCH_ALLOW_HOSTS=site.host)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert result.stderr.splitlines()[-1].startswith("Error: ")
    if arguments:
        check = json.loads(result.stdout)
        assert check["state"] == "failed"
        assert check["error"]["type"] == "/problems/not-found"


def test_a_private_address_is_not_fetched(onrecord: Onrecord, site: Any) -> None:
    result = onrecord("check", site.add("/article", ARTICLE.read_text()), "--json")
    assert json.loads(result.stdout)["error"]["type"] == "/problems/address-refused"
    assert site.asked == []


GOOD = {"official": "A B", "office": "Mayor", "said_on": "2024-02", "text": "x"}
GOOD |= {"source_url": "https://a.example/", "title": "t", "outlet": "o"}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "row 2: not JSON"),
        ("[]", "row 2: "),
        (json.dumps(GOOD | {"text": " "}), "row 2: no text"),
        (json.dumps({"official": "A B", "said_on": "2024"}), "row 2 lacks 'text'"),
        (json.dumps(GOOD | {"said_on": "March"}), "row 2: "),
    ],
)
def test_import_names_the_line_that_is_wrong(
    onrecord: Onrecord, tmp_path: Path, line: str, reason: str
) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps(GOOD) + "\n" + line + "\n")
    result = onrecord("import", tmp_path / "a.jsonl")
    assert result.returncode == 2
    assert f"Error: {tmp_path / 'a.jsonl'}, {reason}" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_finding_can_be_verified_from_its_words(onrecord: Onrecord, tmp_path: Path) -> None:
    check = onrecord("check", ARTICLE, "--json").stdout
    (tmp_path / "check.json").write_text(check)
    verified = onrecord("verify", tmp_path / "check.json")
    assert verified.returncode == 0, verified.stdout
    assert ": the same, " in verified.stdout

    finding = json.loads(check)["findings"][0]
    finding["then"]["statement"] = finding["now"]["statement"]
    finding["versions"]["model"] = "another"
    (tmp_path / "finding.json").write_text(json.dumps(finding))
    forged = onrecord("verify", tmp_path / "finding.json")
    assert forged.returncode == 1
    assert f"{finding['id']}: differs" in forged.stdout
    assert "(another version of: model)" in forged.stdout


def test_eval_writes_predictions_and_a_summary(onrecord: Onrecord, tmp_path: Path) -> None:
    gold, out = tmp_path / "pairs.jsonl.gz", tmp_path / "out.jsonl"
    pair = {
        "id": "1",
        "earlier": {"text": "We will never talk to Kestria."},
        "later": {"text": "We would like to talk to Kestria."},
    }
    with gzip.open(gold, "wt") as file:
        file.write(json.dumps(pair) + "\n")
    result = onrecord("eval", "pairs", gold, "--predictions", out)
    assert result.returncode == 0, result.stderr
    summary = json.loads(result.stdout)
    assert (summary["what"], summary["documents"]) == ("pairs", 1)
    assert summary["seconds"] > 0
    assert summary["versions"]["model"]
    prediction = json.loads(out.read_text())
    assert (prediction["id"], prediction["flag"]) == ("1", True)


def test_another_model_is_calibrated_and_then_judges_by_it(onrecord: Onrecord, tmp_path: Path) -> None:
    table = [[0.0, 0.0, 0.0] for _ in VOCABULARY]
    table[VOCABULARY.index("never")] = [3.0, 0.0, 0.0]
    table[VOCABULARY.index("always")] = [0.0, 3.0, 0.0]
    topics = [[float(word == "tax"), float(word == "talks")] for word in VOCABULARY]
    model = write_model(tmp_path / "other", table, CLASSES)
    encoder = write_model(tmp_path / "encoder", topics, ["x", "y"])
    pairs, out = tmp_path / "pairs.jsonl", tmp_path / "other.json"
    with pairs.open("w") as file:
        for i in range(120):
            matter, topic = (("tax", "revenue"), ("talks", "peace"))[i % 2]
            word, label = (("never", "contradiction"), ("always", "consistent"), ("perhaps", "consistent"))[
                i % 3
            ]
            sides = {"earlier": {"text": matter}, "later": {"text": f"{word} {matter}"}}
            file.write(
                json.dumps({"id": i, "official": f"o{i // 6}", "topic": topic, "label": label} | sides) + "\n"
            )
    variables = {"ONRECORD_MODEL": str(model), "ONRECORD_EMBEDDER": str(encoder)}

    made = onrecord("calibrate", pairs, "--out", out, **variables)
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout) == json.loads(out.read_text())

    flags = tmp_path / "flags.jsonl"
    judged = onrecord(
        "eval", "pairs", pairs, "--predictions", flags, **variables, ONRECORD_CALIBRATION=str(out)
    )
    assert json.loads(judged.stdout)["versions"]["calibration"] == json.loads(out.read_text())["version"]
    flagged = {row["id"] for row in map(json.loads, flags.read_text().splitlines()) if row["flag"]}
    assert flagged == set(range(0, 120, 3))


def test_a_calibration_that_cannot_be_made_or_found_is_told(onrecord: Onrecord, tmp_path: Path) -> None:
    (tmp_path / "few.jsonl").write_text(
        '{"earlier": {"text": "a"}, "later": {"text": "b"}, "label": "shift"}\n'
    )
    few = onrecord("calibrate", tmp_path / "few.jsonl", "--out", tmp_path / "x.json")
    assert few.returncode == 2
    assert "10 of each" in few.stderr
    gone = onrecord("check", ARTICLE, ONRECORD_CALIBRATION=str(tmp_path / "x.json"))
    assert gone.returncode == 2
    assert "onrecord calibrate" in gone.stderr

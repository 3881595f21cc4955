"""Choose the pairs each stage of training reads, and those that only measuring may read.

    python -m training.data --nli DIR --archive FILE --measuring FILE... --out checkpoints/data

DIR holds NLI sets as ``NAME.train.jsonl.gz``, one object {premise, hypothesis, label, source} a line; FILE
holds dated statements, one object {official, text} a line. No pair of ours that resembles a statement of the
measuring files ({earlier: {text}, later: {text}} a line) is written. Written to the output folder, with the
first digits of each file's sha256 on standard output, for the model card:

- ``nli.jsonl``: stage 1, general inference;
- ``political.jsonl``: stage 2, political pairs of ours, statements of one speaker, and more inference;
- ``context.jsonl``: stage 3, more political pairs, half of them with a topic in front ("On Kestria: ..."), as
  statements are read from an article;
- ``broad.jsonl``: stage 4, all the inference there was time for;
- ``task.jsonl``: stage 5, as stage 3 with more written positions;
- ``wide.jsonl``: all the inference there is, of which `training.select` keeps what is hard;
- ``hard.jsonl``: nothing is written here, but where `training.select` has left it, two more files are:
  ``deep.jsonl``, stage 6, most of it with political pairs of ours in between, and ``final.jsonl``, stage 7,
  as stage 5 with more single pairs and, where `training.mine` has left ``mined.scores.jsonl``, real pairs
  of one official that the model took for conflicts and are none;
- ``closing.jsonl``: stage 8, inference as it comes, not the hard part of it alone, more of it made by
  negation, and pairs of ours and mined ones as in stage 7;
- ``held_out_mined.jsonl``: such pairs of officials never trained on;
- ``held_out_nli.jsonl``: 2,000 pairs of MultiNLI mismatched, split off by premise;
- ``held_out_political.jsonl``: 400 political pairs from topics and names never trained on.
"""

import argparse
import gzip
import hashlib
import json
import random
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from training.negation import negated
from training.pairs import CLASSES, Pair, read, write
from training.political import SINGLE_PAIRS, Vocabulary, political
from training.select import scored

SEED = 7

MINED = Path(__file__).with_name("mined.toml")
"""What was read of the mined pairs, and whose are held out."""

LONGEST = 330
"""Characters of both texts; longer pairs cost more time than they teach."""

HELD_OUT = 2_000
HELD_OUT_SET = "mnli_mismatched"

GENERAL = {"mnli_12k": 5_000, "newprotocols": 3_500, "lingnli": 4_500, "cf_snli": 700}
"""Stage 1: pairs per set."""

REHEARSAL = {
    "mnli_mismatched": 4_500,
    "lingnli": 2_600,
    "newprotocols": 1_200,
    "snli_100k": 600,
    "infotabs": 500,
    "factcheck_fm2_healthver": 500,
    "cf_snli": 400,
    "semantoneg": 350,
    "wikifactcheck_refuted": 350,
}
"""Stage 2: pairs per set, so that general inference is not forgotten, and for negation and numbers."""

POLITICAL = 7_600
"""Stage 2: pairs of ours."""

CONTEXT, CONTEXT_REHEARSAL = 9_000, {"mnli_mismatched": 2_000, "lingnli": 1_000, "newprotocols": 500}
"""Stage 3: pairs of ours, and pairs per set."""

TASK, TASK_REHEARSAL = (
    14_000,
    {"mnli_12k": 2_500, "mnli_mismatched": 1_500, "lingnli": 1_500, "semantoneg": 300},
)
"""Stage 5: pairs of ours, and pairs per set."""

BROAD = {
    "mnli_12k": 12_100,
    "mnli_mismatched": 8_000,
    "lingnli": 24_000,
    "newprotocols": 14_000,
    "snli_100k": 5_000,
    "cf_snli": 3_000,
    "infotabs": 2_000,
    "semantoneg": 1_500,
    "factcheck_fm2_healthver": 1_500,
    "wikifactcheck_refuted": 500,
    "sentiment_negated": 300,
}
"""Stage 4: pairs per set."""

WIDE = {
    "mnli_12k": 12_100,
    "mnli_mismatched": 8_000,
    "lingnli": 44_940,
    "newprotocols": 33_964,
    "cf_snli": 5_000,
    "infotabs": 4_000,
    "conjnli_adv": 3_000,
    "semantoneg": 2_500,
    "factcheck_fm2_healthver": 2_888,
    "sentiment_negated": 500,
}
"""Stage 6: pairs per set, before the known ones are left out."""

DEEP, DEEP_HARD = 8_000, 40_000
"""Stage 6: pairs of ours, and hard ones of `WIDE`."""

FINAL, FINAL_HARD, FINAL_MINED = 13_000, 11_000, 1_500
"""Stage 7: pairs of ours, hard ones of `WIDE` that stage 6 didn't see where there are enough, and mined
ones."""

CLOSING = {
    "mnli_12k": 12_100,
    "mnli_mismatched": 8_000,
    "lingnli": 14_000,
    "newprotocols": 6_000,
    "cf_snli": 1_500,
    "infotabs": 800,
    "semantoneg": 1_200,
    "snli_100k": 1_500,
}
CLOSING_NEGATED, CLOSING_POLITICAL = 6_000, 10_000
"""Stage 8: pairs per set as they come, so that the hard ones don't pass for all there is; pairs made by
negation; and pairs of ours."""

MINED_LEAST = 0.08
"""Probability of contradiction from which a mined pair is worth a place."""

ALIKE_WORDS, ALIKE_SHARE = 3, 0.6
"""Two texts resemble each other from so many common rarer words, and such a share of the shorter one."""

WORD = re.compile(r"\w+")
LEAST_LETTERS = 4

NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}(?: [A-Z][a-z]+)?")
"""A name inside a sentence."""


def main() -> None:
    """Read the arguments and write the files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--nli", type=Path, required=True)
    parser.add_argument("--archive", type=Path, required=True)
    parser.add_argument("--measuring", type=Path, nargs="*", default=[])
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()

    held_out = split_off(list(usable(arguments.nli, HELD_OUT_SET)), HELD_OUT, random.Random(SEED))
    premises = {pair.premise for pair in held_out}
    real = statements(arguments.archive, random.Random(SEED))
    stages = {
        "nli": general(arguments.nli, GENERAL, premises, random.Random(SEED)),
        "political": general(arguments.nli, REHEARSAL, premises, random.Random(SEED + 1))
        + political(Vocabulary(random.Random(SEED + 2), real=real), POLITICAL),
        "context": with_topics(political(Vocabulary(random.Random(SEED + 4), real=real), CONTEXT))
        + general(arguments.nli, CONTEXT_REHEARSAL, premises, random.Random(SEED + 5)),
        "broad": general(arguments.nli, BROAD, premises, random.Random(SEED + 6)),
        "task": with_topics(political(Vocabulary(random.Random(SEED + 7), real=real), TASK))
        + general(arguments.nli, TASK_REHEARSAL, premises, random.Random(SEED + 8)),
        "wide": general(arguments.nli, WIDE, premises, random.Random(SEED + 9)),
        "closing": with_topics(
            political(Vocabulary(random.Random(SEED + 12), real=real), CLOSING_POLITICAL, SINGLE_PAIRS)
        )
        + general(arguments.nli, CLOSING, premises, random.Random(SEED + 13))
        + negated(
            general(arguments.nli, WIDE, premises, random.Random(SEED + 14)),
            CLOSING_NEGATED,
            random.Random(SEED + 15),
        ),
        "held_out_nli": held_out,
        "held_out_political": political(Vocabulary(random.Random(SEED + 3), held_out=True), 500)[:400],
    }
    if (arguments.out / "hard.jsonl").is_file():
        hard = list(read(arguments.out / "hard.jsonl"))
        stages["deep"] = (
            with_topics(political(Vocabulary(random.Random(SEED + 10), real=real), DEEP)) + hard[:DEEP_HARD]
        )
        stages["final"] = (
            with_topics(political(Vocabulary(random.Random(SEED + 11), real=real), FINAL, SINGLE_PAIRS))
            + hard[-FINAL_HARD:]
        )
    if (arguments.out / "mined.scores.jsonl").is_file():
        trained, stages["held_out_mined"] = mined(arguments.out / "mined.scores.jsonl")
        for name in {"final", "closing"} & stages.keys():
            stages[name] += trained[:FINAL_MINED]
    measured = [text for path in arguments.measuring for text in measuring_texts(path)]
    for name, pairs in stages.items():
        pairs = unlike(pairs, measured)
        random.Random(SEED).shuffle(pairs)
        path = arguments.out / f"{name}.jsonl"
        write(path, pairs)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        print(f"{name} {digest}: {len(pairs)} pairs, {dict(Counter(pair.label for pair in pairs))}")


def measuring_texts(path: Path) -> Iterator[str]:
    """Both texts of each pair of a measuring file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield row["earlier"]["text"]
            yield row["later"]["text"]


def unlike(pairs: list[Pair], measured: Sequence[str]) -> list[Pair]:
    """The pairs without those of ours in which a text shares most of its rarer words with a measured one."""
    theirs = [rarer(text) for text in measured]

    @cache
    def resembles(text: str) -> bool:
        own = rarer(text)
        return any(
            len(own & other) >= max(ALIKE_WORDS, ALIKE_SHARE * min(len(own), len(other))) for other in theirs
        )

    return [
        pair
        for pair in pairs
        if not pair.source.startswith("political/")
        or pair.source.startswith("political/mined/")
        or not (resembles(pair.premise) or resembles(pair.hypothesis))
    ]


def rarer(text: str) -> set[str]:
    """The words of a text that say what it is about, roughly: those of four letters and more."""
    return {word for word in WORD.findall(text.casefold()) if len(word) >= LEAST_LETTERS}


def mined(path: Path) -> tuple[list[Pair], list[Pair]]:
    """The pairs of `training.mine`: those to train on, the likeliest conflicts first, and all held out."""
    listed = tomllib.loads(MINED.read_text(encoding="utf-8"))
    trained, held_out = [], []
    for pair, probabilities in scored(path):
        digest = hashlib.sha256(f"{pair.premise}\n{pair.hypothesis}".encode()).hexdigest()
        if pair.source.rsplit("/", 1)[1] in listed["held_out"]:
            held_out.append(pair)
        elif (
            probabilities[CLASSES.index("contradiction")] > MINED_LEAST
            and digest[:12] not in listed["unsure"]
        ):
            trained.append(pair)
    return trained, held_out


def usable(folder: Path, name: str) -> Iterator[Pair]:
    """The pairs of a set that have one of three labels and are not too long."""
    for pair in read(folder / f"{name}.train.jsonl.gz"):
        if pair.label in CLASSES and pair.length < LONGEST:
            yield pair


def split_off(pairs: list[Pair], count: int, rng: random.Random) -> list[Pair]:
    """At least ``count`` pairs, whole premises at a time, cut to ``count``."""
    by_premise: dict[str, list[Pair]] = {}
    for pair in pairs:
        by_premise.setdefault(pair.premise, []).append(pair)
    premises = sorted(by_premise)
    rng.shuffle(premises)
    return [pair for premise in premises for pair in by_premise[premise]][:count]


def general(folder: Path, shares: dict[str, int], without: set[str], rng: random.Random) -> list[Pair]:
    """A random part of each set, leaving out every pair on a held-out premise."""
    chosen: list[Pair] = []
    for name, count in shares.items():
        pairs = [pair for pair in usable(folder, name) if pair.premise not in without]
        rng.shuffle(pairs)
        chosen += pairs[:count]
    return chosen


def with_topics(pairs: list[Pair], share: float = 0.5) -> list[Pair]:
    """Put one topic in front of both sides of some pairs, whatever their label: it says what both are about.

    Half of the topics are a name from the pair itself, the others any name, so that the model can neither
    ignore the words in front nor take them for agreement.
    """
    rng = random.Random(SEED)
    names = sorted({name for pair in pairs for name in NAME.findall(pair.premise)})
    changed: list[Pair] = []
    for pair in pairs:
        if rng.random() < share:
            own = NAME.findall(pair.premise) + NAME.findall(pair.hypothesis)
            topic = rng.choice(own) if own and rng.random() < 0.5 else rng.choice(names)
            front = f"On {topic}: "
            pair = replace(pair, premise=front + pair.premise, hypothesis=front + pair.hypothesis)
        changed.append(pair)
    return changed


def statements(path: Path, rng: random.Random, per_official: int = 300) -> dict[str, list[str]]:
    """Real sentences of 40 to 200 characters by official, at most ``per_official`` of each."""
    found: dict[str, list[str]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if 40 <= len(row["text"]) <= 200:
                found.setdefault(row["official"], []).append(row["text"])
    return {official: rng.sample(texts, min(per_official, len(texts))) for official, texts in found.items()}


if __name__ == "__main__":
    main()

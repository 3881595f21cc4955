import random

import pytest

from training.negation import negate, negated
from training.pairs import Pair


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The council was told of the delay.", "The council was not told of the delay."),
        ("They have signed it.", "They have not signed it."),
        ("They have a treaty.", None),  # "have" alone takes no plain "not"
        ("The bridge is not open.", None),
        ("Nobody is there.", None),
        ("The man who is late will pay.", None),  # which clause would it negate?
        ("Is it open?", None),
        ("Rain fell.", None),
    ],
)
def test_a_not_is_put_where_it_negates_the_sentence(sentence, expected):
    assert negate(sentence) == expected


def made(label):
    pair = Pair("The bridge was closed on Monday.", "The bridge was closed.", label, "x")
    versions = {negated([pair], 9, random.Random(seed))[0] for seed in range(20)}
    return {("not" in one.premise, "not" in one.hypothesis, one.label) for one in versions}


def test_the_label_follows_from_the_one_that_people_gave():
    assert made("entailment") == {(False, True, "contradiction"), (True, False, "contradiction")}
    assert made("neutral") == {(a, b, "neutral") for a, b in [(False, True), (True, False), (True, True)]}
    assert made("contradiction") == {
        (False, True, "consistent"), (True, False, "neutral"), (True, True, "neutral"),
    }  # fmt: skip


def test_the_classes_are_evenly_drawn():
    pairs = [Pair("The bridge was closed.", f"Lane {i} was closed.", "neutral", "x") for i in range(90)]
    pairs += [Pair("The road was wet and slippery.", "The road was wet.", "entailment", "x")] * 10
    assert [pair.label for pair in negated(pairs, 20, random.Random(1))].count("neutral") == 10

import json
from datetime import date

import numpy as np
import pytest

from workers.contradictions.comparer import STRONG, Comparer
from workers.contradictions.finding import Candidate, Reading, Statement
from workers.contradictions.judge import FEATURES, FEW, Calibration, features, one_story
from workers.contradictions.wording import amounts, figures, hedged, overlap, polarity
from workers.errors import CannotWork
from workers.quotes import Day

READING = Reading("We will build the dam.", "The forest is for sale.", 0.8)
TODAY, MARCH = Day.on(date(2024, 5, 14)), Day.in_month(2024, 3)


@pytest.fixture
def comparer(nli_folder, encoder_folder):
    return Comparer(str(nli_folder), str(encoder_folder), threads=1)


def statement(name: str, words: str, said: Day) -> Statement:
    return Statement(name, "vellin", words, words, said, "article")


def test_a_conflict_is_found_with_its_words(comparer):
    now = [statement("now", "never talks", TODAY), statement("other", "always tax", TODAY)]
    then = [statement("then", "talks begin tomorrow", MARCH), statement("tax", "tax always was", MARCH)]
    (finding,) = comparer.compare(now, then)
    assert (finding.now.id, finding.then.id, finding.kind) == ("now", "then", "contradiction")
    assert finding.score > 0.95
    assert finding.clash_now == ((0, 11),)
    assert finding.reason == "In March 2024: “talks begin tomorrow”. On 14 May 2024: “never talks”."
    assert set(finding.versions) == {"model", "calibration", "thresholds"}


def test_a_quote_of_today_stands_in_one_finding(comparer):
    then = [statement("t1", "talks tomorrow", MARCH), statement("t2", "many talks in spring", MARCH)]
    assert len(comparer.compare([statement("now", "never talks", TODAY)], then)) == 1


def test_an_earlier_quote_stands_in_two_findings_at_most(comparer):
    now = [statement(str(i), f"never {'ever ' * i}talks", TODAY) for i in range(4)]
    assert len(comparer.compare(now, [statement("then", "talks tomorrow", MARCH)])) == 2


def test_a_known_vector_is_used_as_it_is(comparer):
    elsewhere = np.array([1.0, 0.0], "<f4").tobytes()
    then = Statement("then", "vellin", "talks", "talks", MARCH, "article", elsewhere)
    assert comparer.compare([statement("now", "never talks", TODAY)], [then]) == []


def test_nothing_to_compare_gives_nothing(comparer):
    assert comparer.compare([], []) == []
    assert comparer.compare([statement("now", "never talks", TODAY)], []) == []


def test_both_directions_must_agree():
    sure, unsure = np.array([[0.0, 0.0, 1.0]]), np.array([[0.0, 0.9, 0.1]])
    one_sided = features(sure, unsure, [READING])
    two_sided = features(sure, sure, [READING])
    cautious = Calibration.cautious()
    assert cautious.kind(cautious.probability(one_sided)[0], 0.8) is None
    assert cautious.probability(two_sided)[0] > 0.95


def test_common_words_are_counted_without_topic_and_function_words():
    assert overlap("We will build the dam.", "The dam is what we will build!") == 1
    assert overlap("On Orrin: build the dam", "On Orrin: sell the forest") == 0
    assert overlap("On Orrin: build the dam", "On Kestria: build the dam at Orrin") == 1
    assert overlap("the of", "a dam") == 0


@pytest.mark.parametrize(
    "later", ["We won’t build the dam.", "We will never build the dam.", "No dam will we build."]
)
def test_the_same_words_negated_are_no_repetition(later):
    assert overlap("We will build the dam.", later) == 0
    assert overlap("We will not build the dam.", later) == 1
    assert overlap("We would like to build the dam.", later) == 0
    assert overlap("We would like to build the dam and the bridge.", later) == 1


def test_kinds_by_threshold():
    calibration = Calibration(1.0, (0.0,) * 4, 0.0, contradiction=0.9, shift=0.7, topic_min=0.4, version="t")
    assert calibration.kind(0.95, 0.5) == "contradiction"
    assert calibration.kind(0.8, 0.5) == "shift"
    assert calibration.kind(0.6, 0.5) is None
    assert calibration.kind(0.99, 0.3) is None


def test_a_calibration_for_other_features_is_refused(nli_folder):
    (nli_folder / "calibration.json").write_text(json.dumps({"features": ["length"]}))
    with pytest.raises(CannotWork, match="other features"):
        Calibration.load(str(nli_folder))


def test_a_calibration_is_read_back(nli_folder):
    values = {
        "version": "2",
        "temperature": 1.5,
        "features": list(FEATURES),
        "weights": [1, 2, 3, 4, 5, 6, 7, 8],
        "intercept": -1,
        "thresholds": {"contradiction": 0.9, "shift": 0.8},
        "topic_min": 0.3,
    }
    (nli_folder / "calibration.json").write_text(json.dumps(values))
    loaded = Calibration.load(str(nli_folder))
    assert loaded == Calibration(1.5, (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0), -1.0, 0.9, 0.8, 0.3, "2")


def test_the_speakers_own_words_are_shown_rather_than_a_report(comparer):
    reports = [
        Statement(f"r{i}", "vellin", words, words, TODAY, "article", direct=False)
        for i, words in enumerate(["never talks", "never any talks", "never such talks"])
    ]
    own = statement("own", "never ever any more talks", TODAY)
    found = comparer.compare([*reports, own], [statement("then", "talks tomorrow", MARCH)])
    assert "own" in {finding.now.id for finding in found}


def test_leaving_the_second_direction_out_changes_no_decision(comparer):
    texts = ["never talks", "always tax", "perhaps talks", "talks tomorrow", "tax never", "always never"]
    readings = [Reading(a, b, 0.9) for a in texts for b in texts]
    thorough, quick = comparer.judge(readings), comparer.judge(readings, thorough=False)
    assert [one.kind for one in thorough] == [one.kind for one in quick]
    assert all(one.score <= other.score + 1e-9 for one, other in zip(thorough, quick, strict=True))


CROWD = [statement(f"then{i}", f"talks {'and so on ' * i}", MARCH) for i in range(STRONG + 40)]


def pairs_of(now: Statement) -> list[Candidate]:
    return [Candidate(now, then, 1.0) for then in CROWD]


def test_the_first_pass_puts_the_likeliest_conflicts_in_front(nli_folder, quick_encoder_folder):
    comparer = Comparer(str(nli_folder), str(quick_encoder_folder), threads=1)
    likely = Candidate(statement("now", "never talks", TODAY), CROWD[0], 0.9)
    found = comparer.likeliest([*pairs_of(statement("other", "always talks", TODAY)), likely])
    assert len(found) == STRONG
    assert likely in found


def test_few_pairs_need_no_first_pass(nli_folder, quick_encoder_folder):
    comparer = Comparer(str(nli_folder), str(quick_encoder_folder), threads=1)
    few = pairs_of(statement("now", "never talks", TODAY))[:STRONG]
    assert comparer.likeliest(few) == few


def test_without_a_first_pass_the_closest_topics_are_read(comparer):
    found = pairs_of(statement("now", "never talks", TODAY))
    assert comparer.likeliest(found) == found[:STRONG]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("We will raise the toll.", "We will never raise the toll.", 1),
        ("We won't raise the toll.", "The toll will be raised.", 1),
        ("We will not raise it.", "It never was raised.", 0),
        ("It is not that we won't raise it.", "We raise it.", 0),
    ],
)
def test_polarity(one, other, expected):
    assert polarity(one, other) == polarity(other, one) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("It will cost $4.2 billion.", "It will cost €4,200 million.", 0),
        ("It will cost $4.2 billion.", "It will cost $5 billion.", 1),
        ("Unemployment is 5 per cent.", "Unemployment is 7%.", 1),
        ("Done by 2030.", "Done by 2035.", 1),
        ("Done by 2030.", "It will cost 2,030 crowns.", 0),
        ("Done by 2030, in 12 towns.", "In 12 towns, by 2030.", 0),
        ("No figures here.", "There were 12.", 0),
    ],
)
def test_figures_are_compared_with_their_own_kind(one, other, expected):
    assert figures(one, other) == figures(other, one) == expected


def test_amounts_by_kind():
    assert amounts("In 1998 we spent $1.5m on 40 trams, 3.5 percent more") == {
        "year": {1998},
        "money": {1_500_000},
        "count": {40},
        "percent": {3.5},
    }


def test_hedges_are_counted_per_statement():
    assert hedged("We might sell.", "If pressed, we would sell.") == 1
    assert hedged("We will sell.", "We could sell.") == 0.5
    assert hedged("We will sell.", "We sold.") == 0


@pytest.mark.parametrize(("days", "expected"), [(None, 0), (0, 1), (-3, 1), (30, 1), (31, 0)])
def test_statements_of_few_days_tell_one_story(days, expected):
    assert one_story(days) == expected


def test_the_days_between_are_the_ones_that_are_certain():
    assert Candidate(statement("a", "x", TODAY), statement("b", "y", MARCH), 1.0).reading.days == 44
    assert Candidate(statement("a", "x", TODAY), statement("b", "y", Day.unknown()), 1.0).reading.days is None


def test_a_long_record_asks_for_a_surer_decision():
    calibration = Calibration(1.0, (1.0,) * len(FEATURES), 0.0, 0.9, 0.8, 0.3, "made")
    assert calibration.kind(0.85, 0.9, among=FEW) == "shift"
    assert calibration.kind(0.85, 0.9, among=4 * FEW) is None
    assert calibration.kind(0.98, 0.9, among=4 * FEW) == "contradiction"
    assert calibration.kind(1.0, 0.9, among=1_000) == "contradiction"

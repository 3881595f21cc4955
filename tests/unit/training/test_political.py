"""The pairs we write: balanced, labelled as their frames say, and split without a leak."""

import random
from collections import Counter
from itertools import islice

import pytest

from training.political import (
    ACTIONS,
    GENERATORS,
    PARTIES,
    Vocabulary,
    conditions,
    figures,
    political,
    positions,
    same_speaker,
)

REAL = {"A": ["The road is long.", "We met the farmers."], "B": ["The budget is before the house."]}


def vocabulary(held_out: bool = False) -> Vocabulary:
    return Vocabulary(random.Random(3), held_out, REAL)


def test_same_seed_gives_the_same_pairs() -> None:
    assert political(vocabulary(), 300) == political(vocabulary(), 300)


def test_conflicts_are_outnumbered_by_pairs_that_only_look_like_it() -> None:
    labels = Counter(pair.label for pair in political(vocabulary(), 2_000))
    assert 0.25 < labels["contradiction"] / labels.total() < 0.45
    assert labels["neutral"] + labels["consistent"] > 1.2 * labels["contradiction"]


@pytest.mark.parametrize("name", sorted(set(GENERATORS) - {"same_speaker"}))
def test_every_generator_gives_conflicts_and_their_doubles(name: str) -> None:
    generator = GENERATORS[name]
    drawn = list(islice(generator(vocabulary()), 60))
    labels = {label for _, _, label in drawn}
    assert "contradiction" in labels
    assert labels & {"neutral", "consistent"}
    assert not [text for earlier, later, _ in drawn for text in (earlier, later) if "{" in text]


def test_held_out_positions_share_no_sentence_with_the_trained_ones() -> None:
    def sentences(held_out: bool) -> set[str]:
        return {text for drawn in islice(positions(vocabulary(held_out)), 3_000) for text in drawn[:2]}

    assert sentences(False).isdisjoint(sentences(True))


def test_held_out_actions_are_never_trained_on() -> None:
    def objects(held_out: bool) -> set[str]:
        words = vocabulary(held_out)
        return {words.action()[0]["do"] for _ in range(3_000)}

    trained, held_out = objects(False), objects(True)
    assert trained.isdisjoint(held_out)
    assert len(trained | held_out) == sum(map(len, ACTIONS.values()))


def test_conditions_conflict_with_talks_at_once_about_the_same_party_only() -> None:
    for earlier, later, label in islice(conditions(vocabulary()), 200):
        if label == "contradiction":
            assert any(party in earlier and party in later for party in PARTIES)


def test_a_figure_conflicts_only_with_another_figure_in_the_same_claim() -> None:
    def claim(text: str) -> str:
        return "".join(character for character in text if not character.isdigit())

    for earlier, later, label in islice(figures(vocabulary()), 200):
        if label == "contradiction":
            assert claim(earlier) == claim(later)
            assert earlier != later


def test_statements_of_one_speaker_are_neutral_and_never_mixed_with_another() -> None:
    drawn = list(islice(same_speaker(vocabulary()), 20))
    assert {label for _, _, label in drawn} == {"neutral"}
    assert {text for earlier, later, _ in drawn for text in (earlier, later)} == set(REAL["A"])


def test_every_topic_has_both_sides_and_something_beside_the_point() -> None:
    topics = vocabulary().topics() + vocabulary(held_out=True).topics()
    assert all(topic.sides[0] and topic.sides[1] and topic.beside for topic in topics)
    for topic in topics:
        sentences = [*topic.sides[0], *topic.sides[1], *topic.reasons[0], *topic.reasons[1], *topic.beside]
        assert len(sentences) == len(set(sentences))


def test_every_clipping_has_a_subject_two_texts_and_a_label() -> None:
    clippings = vocabulary().clippings()
    assert {label for *_, label in clippings} == {"contradiction", "consistent"}
    for subject, earlier, later, _ in clippings:
        assert all((subject, earlier, later))
        assert earlier != later
    assert not vocabulary(held_out=True).clippings()

"""What is an assertion and what is not, in sentences about invented officials."""

from datetime import date

import pytest

from workers.quotes import find_quotes


def asserted(text: str) -> list[bool]:
    return [quote.asserted for quote in find_quotes(text, date(2024, 5, 14))]


@pytest.mark.parametrize(
    "text",
    [
        "Vellin never said the port would close.",
        "Vellin did not say the port would close.",
        "Vellin hasn’t said the port would close.",
        "Vellin refused to say the port would close.",
        "Vellin could say that the port would close.",
        "Vellin is expected to say that the port will close.",
        "Nobody said that the port would close.",
        "If Vellin said the port would close, nobody heard it.",
        "“The port will stay open,” Vellin will say on Thursday.",
    ],
)
def test_what_somebody_did_not_say(text):
    assert asserted(text) == [False]


@pytest.mark.parametrize(
    "words",
    [
        "We would close the port if Kestria attacked",
        "If Kestria attacked, we could close the port",
        "Should the port close, we would all lose",
        "My opponent says the port should close forever",
        "They told me, ‘The port must close at once,’",
        "That is why we call upon them to close the port",
        "We have been urging him to close the port",
    ],
)
def test_conditions_requests_and_the_words_of_others(words):
    assert asserted(f"“{words},” Vellin said.") == [False]


@pytest.mark.parametrize(
    "text",
    [
        "“The port will stay open for good,” Vellin said.",
        "“I said the port will stay open for good,” Vellin said.",
        "“We should open the port at once,” Vellin said.",
        "“We call upon Kestria to open the port at once,” Vellin said.",
        "Vellin went on to say that the port would stay open.",
        "Vellin did say the port would stay open.",
        "“The port is not going to close,” Vellin said.",
    ],
)
def test_plain_claims(text):
    assert asserted(text) == [True]


def test_a_name_somebody_is_called_is_no_claim_but_a_judgement_is():
    assert asserted("Vellin called Dane “confused” and “mistaken” for saying the port would close.") == [
        False
    ]
    assert asserted("Vellin called the treaty “the worst deal ever signed by this country.”") == [True]

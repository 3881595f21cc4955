"""Each quote gets its person, or none when unsure."""

from collections.abc import Sequence
from datetime import date

from workers.officials import offices
from workers.officials.people import People, Someone, names
from workers.officials.person import AttributedQuote, Person
from workers.quotes import Quote

NAMED, BY_OFFICE, BY_PRONOUN = 0.97, 0.85, 0.75
"""How sure each way of resolving a mention is; 0030 says which of them are measured."""

LEAST = 0.5
"""Below this confidence of quote and person together there is no person."""


def attribute(text: str, quotes: Sequence[Quote], published_on: date | None = None) -> list[AttributedQuote]:
    """Name the person behind each quote's speaker mention, in the order of the quotes.

    Args:
        published_on: day of publication; who took office later is no official yet.
    """
    people = People(text, [quote.speaker.start for quote in quotes if quote.speaker], published_on)
    named: list[tuple[Someone | None, float]] = [_resolve(people, quote) for quote in quotes]
    persons = {id(one): _person(one) for one, _ in named if one is not None}
    return [
        AttributedQuote(quote, persons[id(one)], sure * quote.confidence)
        if one is not None and sure * quote.confidence >= LEAST
        else AttributedQuote(quote, None)
        for quote, (one, sure) in zip(quotes, named, strict=True)
    ]


def _resolve(people: People, quote: Quote) -> tuple[Someone | None, float]:
    mention = quote.speaker
    if mention is None:
        return None, 0.0
    word = mention.text.lower()
    if word in ("he", "she"):
        own = "" if quote.type == "indirect" else quote.text
        return people.pronoun(word, mention.start, own), BY_PRONOUN
    office = offices.alone(mention.text)
    if office:
        return people.with_office(office, mention.start), BY_OFFICE
    one = people.named(mention.text, mention.start)
    if one is not None and quote.cue is None and names(quote.text, one):
        # words that nobody is said to say, and that speak of the last speaker: it is somebody else's turn
        return None, 0.0
    return one, NAMED


def _person(one: Someone) -> Person:
    full = one.name.full
    aliases = tuple(sorted(one.forms - {full}, key=lambda form: (-len(form), form)))
    office = max(one.offices, key=len) if one.offices else None
    return Person(full, aliases, office, official=bool(one.offices))

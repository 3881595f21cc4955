"""Each quote gets its person, or none when unsure."""

from collections.abc import Sequence
from datetime import date

from workers.officials import offices
from workers.officials.people import People, Someone
from workers.officials.person import AttributedQuote, Person
from workers.quotes import Mention, Quote

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
    named: list[tuple[Someone | None, float]] = [_resolve(people, quote.speaker) for quote in quotes]
    persons = {id(one): _person(one) for one, _ in named if one is not None}
    return [
        AttributedQuote(quote, persons[id(one)], sure * quote.confidence)
        if one is not None and sure * quote.confidence >= LEAST
        else AttributedQuote(quote, None)
        for quote, (one, sure) in zip(quotes, named, strict=True)
    ]


def _resolve(people: People, mention: Mention | None) -> tuple[Someone | None, float]:
    if mention is None:
        return None, 0.0
    word = mention.text.lower()
    if word in ("he", "she"):
        return people.pronoun(word, mention.start), BY_PRONOUN
    office = offices.alone(mention.text)
    if office:
        return people.with_office(office, mention.start), BY_OFFICE
    return people.named(mention.text, mention.start), NAMED


def _person(one: Someone) -> Person:
    full = one.name.full
    aliases = tuple(sorted(one.forms - {full}, key=lambda form: (-len(form), form)))
    office = max(one.offices, key=len) if one.offices else None
    return Person(full, aliases, office, official=bool(one.offices))

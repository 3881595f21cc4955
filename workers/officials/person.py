"""What attribution gives: people of one article, and each quote with its person."""

from dataclasses import dataclass

from workers.quotes import Quote


@dataclass(frozen=True)
class Person:
    """One person under all the names an article gives them.

    Attributes:
        name: fullest name in the article ("Marta Vellin"), without titles.
        aliases: every other form met ("Vellin", "Minister Vellin"), longest first.
        office: best description of the office ("foreign minister"), or None.
        official: holds or held public office, or speaks for one. Only officials are compared.
    """

    name: str
    aliases: tuple[str, ...] = ()
    office: str | None = None
    official: bool = False


@dataclass(frozen=True)
class AttributedQuote:
    """A quote and who said it; ``person`` is None when unsure (a wrong person is worse than none).

    Attributes:
        confidence: that the person is right, 0..1; 0 when there is none.
    """

    quote: Quote
    person: Person | None
    confidence: float = 0.0

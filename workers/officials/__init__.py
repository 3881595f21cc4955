"""Step 4, speakers become people: who each mention means, and which of them are officials."""

from workers.officials.attribution import attribute
from workers.officials.match import KnownOfficial, match
from workers.officials.person import AttributedQuote, Person

__all__ = ["AttributedQuote", "KnownOfficial", "Person", "attribute", "match"]

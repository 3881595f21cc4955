"""Step 3, text becomes `Quote`s: words put in a speaker's mouth, the speaker's mention, the day said."""

from workers.quotes.finder import find_quotes
from workers.quotes.quote import Day, Mention, Quote

__all__ = ["Day", "Mention", "Quote", "find_quotes"]

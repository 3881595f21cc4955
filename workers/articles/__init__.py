"""Step 2, a `Page` becomes an `Article`: title, outlet, day of publication and clean text."""

from workers.articles.article import Article
from workers.articles.parsing import parse

__all__ = ["Article", "parse"]

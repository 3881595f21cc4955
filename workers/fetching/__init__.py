"""Step 1, a URL becomes a `Page`: address policy, the one HTTP client, manners."""

from workers.fetching.client import fetch
from workers.fetching.page import Page

__all__ = ["Page", "fetch"]

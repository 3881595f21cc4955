"""Commands run inside the tests' own process, so what they set there is undone."""

import os
from collections.abc import Iterator

import pytest

from settings import settings


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Give back the environment, and forget the settings read from it."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)
    settings.cache_clear()

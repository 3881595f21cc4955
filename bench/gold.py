"""Read gold files, one JSON object a line, plain or gzipped, and cut them into batches."""

import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


def rows(paths: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """All objects of all files, in order.

    Raises:
        OSError: a file cannot be read.
        json.JSONDecodeError: a line is not JSON.
    """
    for path in paths:
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8") as lines:
            yield from (json.loads(line) for line in lines if line.strip())


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Cut items into lists of ``size``, the last one shorter (``itertools.batched`` is Python 3.12)."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch

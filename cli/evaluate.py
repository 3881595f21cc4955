"""``onrecord eval``: run the shipped code over a benchmark's gold files and write what it predicts.

Scoring is left to the benchmark, so that nothing here can flatter itself.
"""

import json
import os
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

import click

from cli.problems import Problem, read_settings

READERS = ("newspaper3k", "trafilatura", "htmldate")
"""Packages whose versions decide what an article's text is."""

VERSIONS = {
    "pairs": "model",
    "nli": "model",
    "articles": "model",
    "quotes": "code",
    "extraction": "packages",
}


@click.command("eval", short_help="Run a benchmark over its gold files.")
@click.argument("what", type=click.Choice(list(VERSIONS)), metavar="WHAT")
@click.argument(
    "gold",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="GOLD...",
)
@click.option(
    "--predictions", type=click.Path(dir_okay=False, path_type=Path), help="Write predictions, one a line."
)
def evaluate(what: str, gold: tuple[Path, ...], predictions: Path | None) -> None:
    """Run a benchmark: WHAT is pairs, nli, articles, quotes or extraction; GOLD its .jsonl(.gz) files.

    Prints a summary as JSON: documents, seconds and the versions used.
    """
    settings = read_settings()
    from workers.errors import CheckError

    started = perf_counter()
    documents = 0
    try:
        with (predictions or Path(os.devnull)).open("w", encoding="utf-8") as out:
            for prediction in import_module(f"bench.{what}").predict(list(gold)):
                out.write(json.dumps(prediction, ensure_ascii=False) + "\n")
                documents += 1
        seconds = perf_counter() - started
        used = {"on-record": version("on-record")}
        if VERSIONS[what] == "model":
            from workers.contradictions import comparer

            used |= comparer(settings).versions
        elif VERSIONS[what] == "packages":
            used |= {package: version(package) for package in READERS}
    except CheckError as error:
        raise Problem(str(error)) from None
    except (OSError, ValueError, KeyError) as error:
        raise Problem(f"Cannot read the gold or write the predictions: {error!r}") from error
    summary = {"what": what, "documents": documents, "seconds": round(seconds, 3), "versions": used}
    json.dump(summary | {"predictions": str(predictions) if predictions else None}, sys.stdout, indent=2)
    click.echo()

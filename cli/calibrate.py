"""``onrecord calibrate``: choose the thresholds of another model on pairs that people labelled."""

import json
from pathlib import Path

import click

from cli.problems import Problem, read_settings


@click.command("calibrate", short_help="Choose the thresholds of another model.")
@click.argument(
    "pairs",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="PAIRS...",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the calibration; name it in ONRECORD_CALIBRATION afterwards.",
)
def calibrate(pairs: tuple[Path, ...], out: Path) -> None:
    """Fit the decision for the model in ONRECORD_MODEL, and choose its thresholds for precision.

    PAIRS are files of one JSON object a line, plain or gzipped: {"earlier": {"text"}, "later": {"text"},
    "label"} with the labels contradiction, shift and consistent, and "official" and "topic" where known.
    A few hundred are needed, by many officials. Prints what was chosen, and how it does on pairs held back.
    """
    settings = read_settings()
    try:
        from training.calibrate import calibration
    except ImportError as error:
        raise Problem(f"{error.name} is missing: pip install 'on-record[calibration]'") from error
    from workers.errors import CheckError

    try:
        made = calibration(settings.model, settings.embedder, settings.model_threads, pairs)
        text = json.dumps(made, indent=2) + "\n"
        out.write_text(text, encoding="utf-8")
    except CheckError as error:
        raise Problem(str(error)) from None
    except (OSError, ValueError, KeyError) as error:
        raise Problem(f"Cannot calibrate: {error}") from error
    click.echo(text, nl=False)

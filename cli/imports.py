"""``onrecord import``: statements of officials from elsewhere, one JSON object a line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from cli.problems import Problem, opened_ledger, read_settings


@click.command("import", short_help="Put earlier statements on record.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
def import_(files: tuple[Path, ...]) -> None:
    """Put earlier statements of officials on record (JSON lines, see demo/README.md).

    Importing a file again adds nothing twice.
    """
    settings = read_settings()
    from workers.contradictions import comparer
    from workers.errors import CheckError
    from workers.record import import_statements

    with opened_ledger(settings) as record:
        for path in files:
            try:
                read, new = import_statements(record, _rows(path), comparer(settings))
            except CheckError as error:
                raise Problem(str(error)) from None
            except (OSError, UnicodeDecodeError) as error:
                raise Problem(f"Cannot read {path}: {getattr(error, 'strerror', None) or error}") from None
            except ValueError as error:
                raise Problem(f"{path}, {error}") from None
            click.echo(f"{path.name}: {read} statements read, {new} new on record.")


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield json.loads(line)
            except json.JSONDecodeError as error:
                raise ValueError(f"row {number}: not JSON ({error.msg})") from None

"""The ``onrecord`` command.

Each command lives in its own module and imports what it needs when it runs, so that ``--help`` and
mistakes in the options answer at once.
"""

import os

import click

from cli.calibrate import calibrate
from cli.check import check
from cli.evaluate import evaluate
from cli.imports import import_
from cli.processes import migrate, serve, worker
from cli.run import run
from cli.verify import verify

__all__ = ["main"]


class InOrder(click.Group):
    """Lists its commands in the order a newcomer meets them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order in which they were added."""
        return list(self.commands)


@click.group(cls=InOrder, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="on-record", message="On Record %(version)s")
def main() -> None:
    """On Record: where an official now says something that conflicts with what they said before.

    \b
    onrecord run --demo                    start everything here, with a sample to click on
    onrecord check https://example.com/a   examine one page, no server needed
    onrecord check saved.html --json       the same for a file, for scripts

    Settings are ONRECORD_* variables, listed in docs/operating.md.
    """
    # transformers advises everybody without torch to get it, but its tokenizers are all that is used
    os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")


for command in (run, check, import_, serve, worker, migrate, verify, evaluate, calibrate):
    main.add_command(command)

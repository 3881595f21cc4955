"""On Record with its sample, started by the very command a person would type, on a data folder of its own."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cli.sample import PATH
from cli.valkey import free_port
from settings import ROOT


@dataclass(frozen=True)
class Demo:
    """Where the running On Record is: the address of its API, of the sample article, and its data folder."""

    address: str
    article: str
    folder: Path


@contextmanager
def running_demo(**settings: str) -> Iterator[Demo]:
    """Run ``onrecord run --demo`` until the block ends; settings are those of `Settings`, as text.

    Raises:
        RuntimeError: it did not start; the message is what it printed.
    """
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="on-record-demo-") as folder:
        process = subprocess.Popen(  # noqa: S603 - a command line of ours
            [sys.executable, "-m", "cli", "run", "--demo", "--port", str(port), "--data-dir", folder],
            cwd=ROOT,
            env={**os.environ, **{f"ONRECORD_{name.upper()}": value for name, value in settings.items()}},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            yield Demo(f"http://127.0.0.1:{port}", _article(process), Path(folder))
        finally:
            process.terminate()
            process.communicate()


def _article(process: "subprocess.Popen[str]") -> str:
    """Wait until everything is ready; give the address of the sample article, which is printed then."""
    assert process.stdout is not None
    printed = ""
    article = ""
    for line in process.stdout:
        printed += line
        if line.startswith("Sample article"):
            article = line.split()[-1]
        if line.startswith("Press Ctrl-C"):
            assert article.endswith(PATH)
            return article
    raise RuntimeError(f"onrecord run --demo did not start:\n{printed}")

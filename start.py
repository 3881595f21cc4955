#!/usr/bin/env python3
"""The one line that needs nothing but Python 3.11: sets up what is missing, then runs or tests On Record.

    python3 start.py [OPTIONS]     make .venv, install, then `onrecord run --demo [OPTIONS]`
    python3 start.py test [ARGS]   the same with all that tests need, then every check; ARGS go to pytest

Only the standard library is imported here. What was installed is remembered by the hash of the lock file
and pyproject.toml, so a second start installs nothing.
"""

from __future__ import annotations  # so that an old Python gets as far as being told

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
NODE_FILES = (ROOT / "package.json", ROOT / "package-lock.json")
NODE_MARK = ROOT / "node_modules" / ".installed"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def main(arguments: Sequence[str]) -> int:
    """Run or test; gives the exit status."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is what says so
        found = sys.version.split()[0]
        return refuse(f"On Record needs Python 3.11 or newer; {sys.executable} is {found}.")
    if os.name != "posix":
        return refuse("On Record runs on Linux and macOS; elsewhere use docker compose (docs/operating.md).")
    if arguments[:1] == ["test"]:
        return test(arguments[1:])
    install("requirements.lock")
    command = [str(BIN / "onrecord"), "run", "--demo", *arguments]
    os.execv(command[0], command)  # Ctrl-C and exit status are the command's own


def test(arguments: Sequence[str]) -> int:
    """Run linters, types, and the tests of the extension and of everything else; all of them, then judge."""
    install("requirements-dev.lock")
    chromium()
    status = 0
    for name, command in checks():
        print(f"== {name}", flush=True)
        status = subprocess.run(command, cwd=ROOT).returncode or status
    print("== pytest", flush=True)
    # last, so that its summary is the last line
    # two at a time: most of what the slow ones do is wait for processes and for the browser
    command = [BIN / "pytest", "--numprocesses", "2", "--dist", "worksteal", *arguments]
    return subprocess.run(command, cwd=ROOT).returncode or status


def checks() -> list[tuple[str, list[str]]]:
    """The checks that come before pytest, by name."""
    found = [
        ("ruff", [str(BIN / "ruff"), "check", "."]),
        ("ruff format", [str(BIN / "ruff"), "format", "--check", "."]),
        ("mypy", [str(BIN / "mypy")]),
    ]
    npm = shutil.which("npm")
    if npm is None:
        print("Node is not installed: the extension's own unit tests are left out.", file=sys.stderr)
        return found
    if not is_marked(NODE_MARK, NODE_FILES):
        print("Installing the tools of the extension's tests (once)...", flush=True)
        if subprocess.run([npm, "ci", "--no-audit", "--no-fund", "--silent"], cwd=ROOT).returncode:
            sys.exit(refuse("npm ci failed; the lines above say why."))
        NODE_MARK.write_text(digest(NODE_FILES))
    return found + [(f"npm run {name}", [npm, "run", "--silent", name]) for name in ("lint", "check", "test")]


def install(lock: str) -> None:
    """Make the virtual environment and install what the lock file names, unless that is done already."""
    mark, files = VENV / f"installed-{lock}", (ROOT / lock, ROOT / "pyproject.toml")
    if is_marked(mark, files) and (BIN / "onrecord").exists():
        return
    make_venv()
    print("Installing (once; about 600 MB)...", flush=True)
    pip = [str(BIN / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    for what in (["-r", str(ROOT / lock)], ["--no-deps", "--editable", str(ROOT)]):
        if subprocess.run([*pip, *what]).returncode:
            sys.exit(refuse("The packages could not be installed; the lines above say why."))
    mark.write_text(digest(files))


def is_marked(mark: Path, files: Sequence[Path]) -> bool:
    """Whether an installation was made from just these files."""
    return mark.is_file() and mark.read_text() == digest(files)


def digest(files: Sequence[Path]) -> str:
    """SHA-256 of files, one after the other."""
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def make_venv() -> None:
    """Make .venv, with Debian's python3-venv where it is missing and may be installed."""
    if (BIN / "python").exists() and succeeds([str(BIN / "python"), "-m", "pip", "--version"]):
        return
    make = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    if succeeds(make):
        return
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    if not (apt(f"python{version}-venv") and succeeds(make)):
        sys.exit(refuse("Python's venv is missing. On Debian and Ubuntu: sudo apt-get install python3-venv"))


def chromium() -> None:
    """See to a browser for the end-to-end tests."""
    if any(map(shutil.which, CHROMIUM)) or apt("chromium"):
        return
    sys.exit(refuse("The tests of the extension need Chromium. On Debian: sudo apt-get install chromium"))


def apt(package: str) -> bool:
    """Install a package of the system where that is possible without asking anybody."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    print(f"Installing the system package {package}...", flush=True)
    quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", package]):
        if subprocess.run(command, env=quietly, stdout=subprocess.DEVNULL).returncode:
            return False
    return True


def succeeds(command: Sequence[str]) -> bool:
    """Whether a command ends well; it says nothing."""
    return subprocess.run(command, capture_output=True).returncode == 0


def refuse(reason: str) -> int:
    """Say why nothing can be done; the exit status for it."""
    print(reason, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

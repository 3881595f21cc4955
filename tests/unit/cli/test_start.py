"""start.py: what it refuses, and when it installs."""

import ast
import importlib.util
import re
import shutil
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

from settings import ROOT


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script as a module, working on a folder of its own."""
    spec = importlib.util.spec_from_file_location("start", ROOT / "start.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "BIN", tmp_path / ".venv" / "bin")
    return module


def test_only_the_standard_library_is_imported() -> None:
    tree = ast.parse((ROOT / "start.py").read_text())
    imported = {
        name.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for name in node.names
    }
    imported |= {
        str(node.module).split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
    }
    assert imported <= sys.stdlib_module_names


def test_an_old_python_is_told(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(sys, "version_info", (3, 10, 4, "final", 0))
        assert start.main([]) == 2
    assert "On Record needs Python 3.11 or newer" in capsys.readouterr().err


def test_nothing_is_installed_twice_and_a_changed_lock_is(start: ModuleType, tmp_path: Path) -> None:
    files = (tmp_path / "a.lock", tmp_path / "pyproject.toml")
    for file in files:
        file.write_text("one")
    mark = tmp_path / "mark"
    assert not start.is_marked(mark, files)
    mark.write_text(start.digest(files))
    assert start.is_marked(mark, files)
    for file in files:
        file.write_text("another")
        assert not start.is_marked(mark, files)
        file.write_text("one")


def test_a_missing_venv_module_is_told(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(start.sys, "executable", shutil.which("false"))
    monkeypatch.setattr(start.os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit) as ended:
        start.make_venv()
    assert ended.value.code == 2
    assert "sudo apt-get install python3-venv" in capsys.readouterr().err


def locked(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text().splitlines()
    return dict(line.split(";")[0].strip().lower().split("==") for line in lines if "==" in line)


def test_the_locks_agree_and_hold_what_is_needed() -> None:
    running, testing = locked("requirements.lock"), locked("requirements-dev.lock")
    assert running.items() <= testing.items()
    assert not {name for name in testing if name.startswith(("torch", "nvidia"))}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    def names(requirements: list[str]) -> set[str]:
        return {re.split(r"[\[<>=;~! ]", one)[0].lower() for one in requirements} - {"on-record"}

    def canonical(names: set[str]) -> set[str]:
        return {name.replace("_", "-").replace(".", "-") for name in names}

    extras = project["optional-dependencies"]
    assert canonical(names(project["dependencies"])) <= canonical(set(running))
    assert canonical(names(extras["dev"] + extras["postgres"])) <= canonical(set(testing))

"""What the commands refuse, in words that help, before any work begins."""

import importlib
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import main
from cli.check import LARGEST_FILE, Request
from settings import settings

check_module = importlib.import_module("cli.check")
run_module = importlib.import_module("cli.run")


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ONRECORD_DATA_DIR", str(tmp_path / "data"))
    settings.cache_clear()


def onrecord(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def refused(*arguments: object) -> str:
    result = onrecord(*arguments)
    assert result.exit_code == 2, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.stderr


def request_for(path: Path) -> Request:
    return check_module._request(str(path), None, None)


def test_help_loads_nothing_heavy() -> None:
    heavy = "{'numpy', 'sqlalchemy', 'celery', 'flask', 'rich', 'pydantic', 'onnxruntime', 'transformers'}"
    program = f"import sys, cli; print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout == "[]\n"


def test_help_names_every_command() -> None:
    result = onrecord("--help")
    assert result.exit_code == 0
    for name in ("run", "check", "import", "verify", "eval", "serve", "worker", "migrate"):
        assert f"\n  {name} " in result.output


def test_check_names_a_missing_file(tmp_path: Path) -> None:
    assert f"There is no file {tmp_path}/none.html" in refused("check", tmp_path / "none.html")


def test_check_refuses_a_folder(tmp_path: Path) -> None:
    assert "is a folder" in refused("check", tmp_path)


@pytest.mark.parametrize("content", [b"", b" \n\t\n"])
def test_check_refuses_an_empty_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.txt").write_bytes(content)
    assert "is empty" in refused("check", tmp_path / "a.txt")


@pytest.mark.parametrize("content", [b"%PDF-1.7 ...", b"\x89PNG\r\n\x1a\n\x00\x00", b"PK\x03\x04\x00\x00"])
def test_check_refuses_what_is_not_text(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.html").write_bytes(content)
    assert "is not text" in refused("check", tmp_path / "a.html")


def test_check_refuses_a_huge_file(tmp_path: Path) -> None:
    with (tmp_path / "a.txt").open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    assert "larger than 20 MB" in refused("check", tmp_path / "a.txt")


@pytest.mark.parametrize("address", ["ftp://a.example/x", "file:///etc/passwd", "chrome://version"])
def test_check_fetches_from_the_web_only(address: str) -> None:
    assert "Only http and https" in refused("check", address)


def test_check_needs_the_url_of_supplied_html(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<p>Text")
    assert "onrecord check URL --html FILE" in refused(
        "check", tmp_path / "a.html", "--html", tmp_path / "a.html"
    )


def test_check_refuses_a_day_that_is_none(tmp_path: Path) -> None:
    assert "'2024-13-40'" in refused("check", "https://a.example/", "--date", "2024-13-40")


def test_a_file_is_html_or_plain_text_by_what_it_holds(tmp_path: Path) -> None:
    for name, content, plain in (
        ("a.html", "Title\n\nText", False),
        ("b.txt", "<!DOCTYPE html><p>Text", False),
        ("c.txt", "Title\n\nText", True),
    ):
        (tmp_path / name).write_text(content)
        request = request_for(tmp_path / name)
        assert request.plain is plain
        assert request.url == (tmp_path / name).as_uri()


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("“Nö”".encode(), "“Nö”"),
        (b"\xef\xbb\xbfText", "Text"),
        ("“Nö”".encode("utf-16"), "“Nö”"),
        ("“Nö”".encode("cp1252"), "“Nö”"),
    ],
)
def test_encodings(tmp_path: Path, content: bytes, text: str) -> None:
    (tmp_path / "a.txt").write_bytes(content)
    assert request_for(tmp_path / "a.txt").body == text


def test_an_encoding_named_by_the_page(tmp_path: Path) -> None:
    page = '<html><head><meta charset="iso-8859-2"></head><p>Łódź</p></html>'
    (tmp_path / "a.html").write_bytes(page.encode("iso-8859-2"))
    assert request_for(tmp_path / "a.html").body == page


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"now": {}, "then": {}}', '"findings"'])
def test_verify_refuses_what_is_no_finding(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.json").write_text(content)
    assert "holds no finding" in refused("verify", tmp_path / "a.json")


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_PORT", "many")
    assert "ONRECORD_PORT: " in refused("migrate")


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("ONRECORD_DATA_DIR", str(tmp_path / "file" / "data"))
    for command in ("migrate", "run"):
        told = refused(command)
        assert str(tmp_path / "file") in told
        assert "ONRECORD_DATA_DIR=" in told
        settings.cache_clear()


def test_another_database_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_DATABASE_URL", "mysql://localhost/x")
    assert "ONRECORD_DATABASE_URL" in refused("migrate")


def test_run_stops_before_the_disk_is_full(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(run_module, "LEAST_ROOM", 10**18)
    told = refused("run")
    assert f"The disk that holds {tmp_path / 'data'} is full" in told
    assert "ONRECORD_DATA_DIR=" in told


def test_run_says_which_port_is_taken_and_names_a_free_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        told = refused("run", "--port", port)
    assert f"Port {port} is taken by another program" in told
    assert "onrecord run --port " in told


def test_run_says_when_an_address_is_not_of_this_machine() -> None:
    assert "Cannot listen on 192.0.2.1" in refused("run", "--host", "192.0.2.1")

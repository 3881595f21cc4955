"""Opening, migrating and rehearsing, on both databases."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from ledger import Ledger, checks, open_ledger
from ledger.models import Alias, Base, Check
from settings import ROOT


def test_migrations_make_the_tables_of_the_models(ledger: Ledger) -> None:
    with ledger.reading() as session:
        context = MigrationContext.configure(
            session.connection(), opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_migrations_can_be_undone_and_done_again(ledger: Ledger) -> None:
    ledger.migrate("base")
    with ledger.reading() as session:
        assert inspect(session.connection()).get_table_names() == ["alembic_version"]
    ledger.migrate()
    ledger.ping()


def test_several_processes_may_migrate_at_once(any_ledger_url: str) -> None:
    code = "import sys; from ledger import open_ledger; open_ledger(sys.argv[1]).migrate()"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code, any_ledger_url], cwd=ROOT, stderr=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    errors = [process.communicate()[1] for process in started]
    assert [process.returncode for process in started] == [0] * 4, errors
    open_ledger(any_ledger_url).ping()


def test_ping_tells_of_missing_tables(any_ledger_url: str) -> None:
    with pytest.raises(SQLAlchemyError):
        open_ledger(any_ledger_url).ping()


def test_a_session_that_raises_leaves_nothing(ledger: Ledger) -> None:
    def accept_and_stumble() -> None:
        with ledger.session() as session:
            checks.accept(session, "https://courier.example/a")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        accept_and_stumble()
    with ledger.reading() as session:
        assert session.query(Check).count() == 0


def test_a_rehearsal_sees_the_record_and_leaves_no_trace(ledger: Ledger) -> None:
    with ledger.session() as session:
        known, _ = checks.accept(session, "https://courier.example/known")
    with ledger.rehearsal() as rehearsed:
        with rehearsed.session() as session:
            new, _ = checks.accept(session, "https://courier.example/new")
        with pytest.raises(IntegrityError), rehearsed.session() as session:
            session.add(Alias(official_id=404, name="x", normalized="x"))
        with rehearsed.reading() as session:
            assert {check.id for check in session.query(Check)} == {known.id, new.id}
    with ledger.reading() as session:
        assert {check.id for check in session.query(Check)} == {known.id}


def test_a_rehearsal_does_not_keep_others_waiting(ledger: Ledger) -> None:
    with ledger.rehearsal() as rehearsed:
        with rehearsed.session() as session:
            checks.accept(session, "https://courier.example/a")
        with ledger.session() as session:
            assert checks.accept(session, "https://courier.example/b")[1]


def test_sqlite_runs_with_a_write_ahead_log_and_foreign_keys(ledger_url: str) -> None:
    with open_ledger(ledger_url).reading() as session:
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"
        assert session.scalar(text("PRAGMA foreign_keys")) == 1
        assert session.scalar(text("PRAGMA busy_timeout")) == 15_000


def test_sqlite_makes_its_folder(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "down" / "ledger.sqlite3"
    open_ledger(f"sqlite:///{file}").migrate()
    assert file.is_file()


@pytest.mark.parametrize("url", ["mysql://localhost/x", "sqlite://"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="SQLite"):
        open_ledger(url)

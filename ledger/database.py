"""Opening the ledger: engines, transactions, migrations and rehearsals, on SQLite and PostgreSQL."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import RLock
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session

BUSY_TIMEOUT = 15.0
"""Seconds a SQLite connection waits for another writer; transactions here take milliseconds."""


class Ledger:
    """The open record. Safe to share between threads; after a fork call `dispose` with ``close=False``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        # SQLite lets one writer in at a time. Saying so at BEGIN queues writers up; a transaction that
        # begins by reading and turns to writing later would fail at once instead of waiting.
        self._writer = engine.execution_options(sqlite_begin="IMMEDIATE")

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A transaction: committed at the end of the block, rolled back when the block raises.

        Keep it short and never nest it: on SQLite it holds the write lock from its first statement.
        Rows stay readable after the block as far as they were loaded in it.
        """
        with Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads, and so waits for no writer."""
        with Session(self._engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def rehearsal(self) -> Iterator["Ledger"]:
        """A ledger in which everything works as in this one and nothing lasts.

        SQLite rehearses on a temporary copy (one long transaction would lock the other processes out),
        PostgreSQL in one transaction that is undone at the end.
        """
        if self._engine.dialect.name == "sqlite":
            with TemporaryDirectory(prefix="on-record-") as folder:
                copy = Path(folder) / "rehearsal.sqlite3"
                self._copy_to(copy)
                rehearsed = open_ledger(f"sqlite:///{copy}")
                try:
                    yield rehearsed
                finally:
                    rehearsed.dispose()
        else:
            with self._engine.connect() as connection, connection.begin() as transaction:
                try:
                    yield _Rehearsal(connection)
                finally:
                    transaction.rollback()

    def migrate(self, revision: str = "head") -> None:
        """Bring the tables to ``revision`` (by default the newest; ``base`` removes them all).

        Several processes may do so at once: the first one migrates, the others wait and find it done.
        """
        config = Config()
        config.set_main_option("script_location", "ledger:migrations")
        with self._writer.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('on-record migrations'))"))
            config.attributes["connection"] = connection
            (command.downgrade if revision == "base" else command.upgrade)(config, revision)

    def ping(self) -> None:
        """Prove that the record can be read.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: it cannot be reached, or has no tables yet.
        """
        with self._engine.connect() as connection:
            connection.execute(text("SELECT 1 FROM official LIMIT 1"))

    def dispose(self, close: bool = True) -> None:
        """Let go of the connections; ``close=False`` in a forked child, whose parent still uses them."""
        self._engine.dispose(close=close)

    def _copy_to(self, target: Path) -> None:
        connection = self._engine.raw_connection()
        try:
            source = connection.driver_connection
            assert isinstance(source, sqlite3.Connection)
            copy = sqlite3.connect(target)
            source.backup(copy)
            copy.close()
        finally:
            connection.close()


class _Rehearsal(Ledger):
    """A ledger inside one transaction of one connection; its threads take turns."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection.engine)
        self._connection = connection
        self._turn = RLock()

    @contextmanager
    def session(self) -> Iterator[Session]:
        with (
            self._turn,
            Session(
                self._connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
            ) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self.session() as session:
            yield session


def open_ledger(url: str) -> Ledger:
    """Open the record at a SQLAlchemy URL, ``sqlite:///path`` or ``postgresql://...``.

    Nothing is read or written yet, except that SQLite's folder is made; see `Ledger.migrate`.

    Raises:
        ValueError: another kind of database.
    """
    address = make_url(url)
    match address.get_backend_name():
        case "sqlite":
            if address.database is None or address.database == ":memory:":
                raise ValueError("the ledger is shared by processes: SQLite needs a file")
            Path(address.database).parent.mkdir(parents=True, exist_ok=True)
            engine = create_engine(address, connect_args={"timeout": BUSY_TIMEOUT})
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
        case "postgresql":
            # pre-ping: a server that was restarted costs one round trip, not one failed check
            engine = create_engine(address.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
        case other:
            raise ValueError(f"the ledger lives in SQLite or PostgreSQL, not {other!r}")
    return Ledger(engine)


def _prepare_sqlite(connection: DBAPIConnection, _record: Any) -> None:
    # None: the driver starts no transaction by itself; `_begin_sqlite` does.
    connection.isolation_level = None
    cursor = connection.cursor()
    # WAL: readers and the writer don't wait for each other, and a kill -9 loses no commit.
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    kind = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {kind}")

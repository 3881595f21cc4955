"""What both databases share: moments in UTC, any text, statement vectors, and INSERT .. ON CONFLICT."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import DateTime, Dialect, LargeBinary, Text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator, TypeEngine

DIMENSIONS = 384
"""Length of every stored vector; another sentence encoder needs a migration and new vectors."""


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def upsert(session: Session, model: type[DeclarativeBase]) -> Any:
    """An INSERT that knows ON CONFLICT, of the session's database; both spell it alike."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(model)


class Moment(TypeDecorator[datetime]):
    """An aware datetime. SQLite has no zones, so it is kept there as UTC and comes back aware."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive values (whose zone nobody knows) and store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text from pages and readers, of any length.

    Two things that it may hold can't be stored: NUL (PostgreSQL) and halves of a surrogate pair (both).
    Each becomes one other character, so that offsets into the text stay right.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Replace what can't be stored."""
        return None if value is None else _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Give the text back as it is."""
        return value


_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class StatementVector(TypeDecorator[NDArray[np.float32]]):
    """float32[384] of unit length, kept at half precision.

    PostgreSQL keeps pgvector's ``halfvec(384)``, SQLite 768 bytes of little-endian float16. Half
    precision moves a cosine by less than 0.001 and halves the record.
    """

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """``halfvec`` on PostgreSQL, bytes elsewhere."""
        if dialect.name == "postgresql":
            from pgvector.sqlalchemy import HALFVEC  # an extra: only PostgreSQL needs it

            return dialect.type_descriptor(HALFVEC(DIMENSIONS))
        return dialect.type_descriptor(LargeBinary(2 * DIMENSIONS))

    def process_bind_param(self, value: NDArray[np.float32] | None, dialect: Dialect) -> Any:
        """Check the shape and pack."""
        if value is None:
            return None
        if value.shape != (DIMENSIONS,):
            raise ValueError(f"a vector has {DIMENSIONS} numbers, not {value.shape}")
        return value.tolist() if dialect.name == "postgresql" else value.astype("<f2").tobytes()

    def process_result_value(self, value: Any, dialect: Dialect) -> NDArray[np.float32] | None:
        """Unpack to float32[384]."""
        if value is None:
            return None
        if dialect.name == "postgresql":
            return np.asarray(value.to_numpy() if hasattr(value, "to_numpy") else value, dtype=np.float32)
        vector: NDArray[np.float32] = self.unpack([value])[0]
        return vector

    @staticmethod
    def unpack(packed: Sequence[bytes]) -> NDArray[np.float32]:
        """Vectors float32 [n, 384] from what SQLite keeps of each."""
        return np.frombuffer(b"".join(packed), dtype="<f2").reshape(-1, DIMENSIONS).astype(np.float32)

"""The tables of the record.

Officials and what they said are permanent; a `Check` is one request and carries its own truth (state,
stage, error) so that a reader can ask for it whatever process died. See docs/decisions/0040 and 0042.
"""

from datetime import date, datetime
from typing import Any, Literal
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    MetaData,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from ledger.columns import Moment, StatementVector, Words, utc_now

State = Literal["queued", "running", "done", "failed"]
Origin = Literal["fetched", "reader", "file", "import"]
QuoteType = Literal["direct", "indirect", "mixed"]
Precision = Literal["day", "month", "year", "unknown"]
Kind = Literal["contradiction", "shift"]


def new_id() -> str:
    """An identifier nobody can guess: 32 hexadecimal digits."""
    return uuid4().hex


class Base(DeclarativeBase):
    """Names every constraint, so that migrations can speak of it on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: Moment,
        dict[str, Any]: JSON(none_as_null=True),
        list[list[int]]: JSON(none_as_null=True),
    }


class Official(Base):
    """A person who holds or held public office, or speaks for one. Other people are not recorded."""

    __tablename__ = "official"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(200), unique=True)
    """Name in addresses: ``marta-vellin``."""
    name: Mapped[str] = mapped_column(Words)
    surname: Mapped[str] = mapped_column(String(200), index=True)
    """Last word of the name, normalised; how known officials are looked up."""
    office: Mapped[str | None] = mapped_column(Words)
    """First description of the office met ("foreign minister")."""
    private: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Met only on pages that readers supplied: shown to nobody else, and known to no other check."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)

    aliases: Mapped[list["Alias"]] = relationship(
        back_populates="official", order_by="Alias.id", cascade="all, delete-orphan"
    )


class Alias(Base):
    """Another form of an official's name ("Minister Vellin")."""

    __tablename__ = "alias"
    __table_args__ = (UniqueConstraint("official_id", "normalized"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Words)
    normalized: Mapped[str] = mapped_column(String(200))

    official: Mapped[Official] = relationship(back_populates="aliases")


class Article(Base):
    """One edition of an article: what its page said, as it was read at that time."""

    __tablename__ = "article"
    # A hash index, where there is one, because a URL may be longer than an ordered index can hold.
    __table_args__ = (Index("ix_article_url", "url", postgresql_using="hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(Words)
    content_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of all that was read (URL, title, day, text, quotes); another reading is another edition."""
    title: Mapped[str] = mapped_column(Words)
    outlet: Mapped[str] = mapped_column(Words)
    published_on: Mapped[date | None]
    text: Mapped[str] = mapped_column(Words)
    extractor: Mapped[str] = mapped_column(String(40))
    origin: Mapped[Origin] = mapped_column(String(10))
    private: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Supplied by a reader: its quotes are never "earlier" in another reader's check."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)

    quotes: Mapped[list["Quote"]] = relationship(back_populates="article", order_by="Quote.start")


class Quote(Base):
    """Words an article puts in a speaker's mouth; offsets count characters of the article's text."""

    __tablename__ = "quote"
    __table_args__ = (
        UniqueConstraint("article_id", "start", "end"),
        Index("ix_quote_official_id_said_last", "official_id", "said_last"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    official_id: Mapped[int | None] = mapped_column(ForeignKey("official.id"))
    start: Mapped[int]
    end: Mapped[int]
    segments: Mapped[list[list[int]]]
    """(start, end) of each contiguous part, in order."""
    type: Mapped[QuoteType] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Words)
    """Exactly ``article.text[start:end]``."""
    statement: Mapped[str] = mapped_column(Words)
    """The words made to stand alone, as the model reads them."""
    speaker: Mapped[str | None] = mapped_column(Words)
    """The words that name the speaker in the article."""
    said_first: Mapped[date | None]
    said_last: Mapped[date | None]
    precision: Mapped[Precision] = mapped_column(String(10))
    """How exact the day is; ``unknown`` goes with two empty days."""
    asserted: Mapped[bool] = mapped_column(default=True)
    """False for questions, conditionals, jokes and words quoted from others: never compared."""
    confidence: Mapped[float]
    vector: Mapped[NDArray[np.float32] | None] = mapped_column(StatementVector, deferred=True)
    """Embedding of ``statement``; only officials' assertions have one."""

    article: Mapped[Article] = relationship(back_populates="quotes")
    official: Mapped[Official | None] = relationship()


class Check(Base):
    """One request to examine one page, from acceptance to the end the reader sees."""

    __tablename__ = "check"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name="state"),
        # One check at work per page: this, not a lock, is what makes accepting idempotent.
        Index(
            "uq_check_active_page",
            "page",
            unique=True,
            sqlite_where=text("state IN ('queued', 'running') AND NOT private"),
            postgresql_where=text("state IN ('queued', 'running') AND NOT private"),
        ),
        Index("ix_check_page_finished_at", "page", "finished_at"),
        Index("ix_check_state_updated_at", "state", "updated_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    url: Mapped[str] = mapped_column(Words)
    """As the reader gave it."""
    page: Mapped[str] = mapped_column(Words)
    """The URL normalised (`ledger.addresses.page_of`): equal pages share a check."""
    state: Mapped[State] = mapped_column(String(10), default="queued")
    stage: Mapped[str | None] = mapped_column(String(20))
    """``fetching``, ``reading``, ``quotes`` or ``comparing`` while running, else None."""
    progress: Mapped[float] = mapped_column(default=0.0)
    error: Mapped[dict[str, Any] | None]
    """RFC 9457 problem of a failed check."""
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id"))
    compared: Mapped[dict[str, Any] | None]
    """{"quotes", "officials", "earlier"} of a done check."""
    attempts: Mapped[int] = mapped_column(default=0)
    """How often a worker has started it; also the fencing token of the attempt that may write."""
    private: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The reader supplied the page: never shared with another request, never listed."""
    html: Mapped[str | None] = mapped_column(Words, deferred=True)
    """What the reader supplied; erased when the check ends."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(default=utc_now)
    """Last sign of life of whoever is responsible for it."""
    finished_at: Mapped[datetime | None]

    article: Mapped[Article | None] = relationship()
    findings: Mapped[list["Finding"]] = relationship(
        back_populates="check", order_by="Finding.score.desc(), Finding.id"
    )


class Finding(Base):
    """A pair of quotes of one official that a reader of this check should see."""

    __tablename__ = "finding"
    __table_args__ = (UniqueConstraint("check_id", "now_quote_id", "then_quote_id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    check_id: Mapped[str] = mapped_column(ForeignKey("check.id", ondelete="CASCADE"))
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"))
    now_quote_id: Mapped[int] = mapped_column(ForeignKey("quote.id"))
    then_quote_id: Mapped[int] = mapped_column(ForeignKey("quote.id"))
    kind: Mapped[Kind] = mapped_column(String(20))
    score: Mapped[float]
    reason: Mapped[str] = mapped_column(Words)
    clash_now: Mapped[list[list[int]]]
    """(start, end) ranges of the now quote's text that carry the conflict."""
    clash_then: Mapped[list[list[int]]]
    versions: Mapped[dict[str, Any]]
    """{"model", "calibration", "thresholds"}: what judged it."""

    check: Mapped[Check] = relationship(back_populates="findings")
    official: Mapped[Official] = relationship()
    now: Mapped[Quote] = relationship(foreign_keys=now_quote_id)
    then: Mapped[Quote] = relationship(foreign_keys=then_quote_id)
    reports: Mapped[list["Report"]] = relationship(back_populates="finding")


class Report(Base):
    """A reader's word on a finding ("this isn't a conflict")."""

    __tablename__ = "report"

    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[str] = mapped_column(ForeignKey("finding.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(Words)
    comment: Mapped[str | None] = mapped_column(Words)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)

    finding: Mapped[Finding] = relationship(back_populates="reports")

"""First tables: officials, articles, quotes, checks, findings, reports.

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op

from ledger.columns import Moment, StatementVector, Words

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables; on PostgreSQL also the vector type (its extension needs to be installed)."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE EXTENSION IF NOT EXISTS vector")
    op.create_table(
        "official",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("slug", sa.String(200), nullable=False),
        sa.Column("name", Words, nullable=False),
        sa.Column("surname", sa.String(200), nullable=False),
        sa.Column("office", Words),
        sa.Column("private", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_official"),
        sa.UniqueConstraint("slug", name="uq_official_slug"),
    )
    op.create_index("ix_official_surname", "official", ["surname"])
    op.create_table(
        "alias",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("official_id", sa.Integer, nullable=False),
        sa.Column("name", Words, nullable=False),
        sa.Column("normalized", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alias"),
        sa.ForeignKeyConstraint(
            ["official_id"], ["official.id"], name="fk_alias_official_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("official_id", "normalized", name="uq_alias_official_id_normalized"),
    )
    op.create_table(
        "article",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("url", Words, nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("title", Words, nullable=False),
        sa.Column("outlet", Words, nullable=False),
        sa.Column("published_on", sa.Date),
        sa.Column("text", Words, nullable=False),
        sa.Column("extractor", sa.String(40), nullable=False),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.Column("private", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_article"),
        sa.UniqueConstraint("content_hash", name="uq_article_content_hash"),
    )
    op.create_index("ix_article_url", "article", ["url"], postgresql_using="hash")
    op.create_table(
        "quote",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("article_id", sa.Integer, nullable=False),
        sa.Column("official_id", sa.Integer),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("segments", sa.JSON, nullable=False),
        sa.Column("type", sa.String(10), nullable=False),
        sa.Column("text", Words, nullable=False),
        sa.Column("statement", Words, nullable=False),
        sa.Column("speaker", Words),
        sa.Column("said_first", sa.Date),
        sa.Column("said_last", sa.Date),
        sa.Column("precision", sa.String(10), nullable=False),
        sa.Column("asserted", sa.Boolean, nullable=False),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("vector", StatementVector),
        sa.PrimaryKeyConstraint("id", name="pk_quote"),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_quote_article_id"),
        sa.ForeignKeyConstraint(["official_id"], ["official.id"], name="fk_quote_official_id"),
        sa.UniqueConstraint("article_id", "start", "end", name="uq_quote_article_id_start_end"),
    )
    op.create_index("ix_quote_official_id_said_last", "quote", ["official_id", "said_last"])
    op.create_table(
        "check",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("url", Words, nullable=False),
        sa.Column("page", Words, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("stage", sa.String(20)),
        sa.Column("progress", sa.Float, nullable=False),
        sa.Column("error", sa.JSON),
        sa.Column("article_id", sa.Integer),
        sa.Column("compared", sa.JSON),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("private", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.Column("html", Words),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("updated_at", Moment, nullable=False),
        sa.Column("finished_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_check"),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_check_article_id"),
        sa.CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name=op.f("ck_check_state")),
    )
    active = sa.text("state IN ('queued', 'running') AND NOT private")
    op.create_index(
        "uq_check_active_page",
        "check",
        ["page"],
        unique=True,
        sqlite_where=active,
        postgresql_where=active,
    )
    op.create_index("ix_check_page_finished_at", "check", ["page", "finished_at"])
    op.create_index("ix_check_state_updated_at", "check", ["state", "updated_at"])
    op.create_table(
        "finding",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("check_id", sa.String(32), nullable=False),
        sa.Column("official_id", sa.Integer, nullable=False),
        sa.Column("now_quote_id", sa.Integer, nullable=False),
        sa.Column("then_quote_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("score", sa.Float, nullable=False),
        sa.Column("reason", Words, nullable=False),
        sa.Column("clash_now", sa.JSON, nullable=False),
        sa.Column("clash_then", sa.JSON, nullable=False),
        sa.Column("versions", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_finding"),
        sa.ForeignKeyConstraint(["check_id"], ["check.id"], name="fk_finding_check_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["official_id"], ["official.id"], name="fk_finding_official_id"),
        sa.ForeignKeyConstraint(["now_quote_id"], ["quote.id"], name="fk_finding_now_quote_id"),
        sa.ForeignKeyConstraint(["then_quote_id"], ["quote.id"], name="fk_finding_then_quote_id"),
        sa.UniqueConstraint(
            "check_id",
            "now_quote_id",
            "then_quote_id",
            name="uq_finding_check_id_now_quote_id_then_quote_id",
        ),
    )
    op.create_table(
        "report",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("finding_id", sa.String(32), nullable=False),
        sa.Column("reason", Words, nullable=False),
        sa.Column("comment", Words),
        sa.Column("created_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_report"),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name="fk_report_finding_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_report_finding_id", "report", ["finding_id"])


def downgrade() -> None:
    """Remove every table, with all that is on record."""
    for table in ("report", "finding", "check", "quote", "article", "alias", "official"):
        op.drop_table(table)

"""full text over briefing documents, published entries and questions; when an entry was erased

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

from inbox_bot.store import columns

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# What may be shown outside. Questions are thousands with much the same words: in the index they would
# make each search for a paper as slow as the register is long.
PUBLIC = "kind IN ('briefing', 'entry')"


def upgrade() -> None:
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("erased_at", columns.UtcDateTime(timezone=True), nullable=True))
    op.create_table(
        "search_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=400), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "key", name="uq_search_text"),
    )
    op.create_index("ix_search_text_kind_id", "search_text", ["kind", "id"])
    if op.get_bind().dialect.name == "postgresql":
        # terms are stems already: taken as they stand, without PostgreSQL's own dictionaries
        op.execute(
            "CREATE INDEX ix_search_text_terms ON search_text "
            f"USING gin (array_to_tsvector(string_to_array(terms, ' '))) WHERE {PUBLIC}"
        )
        return
    # FTS5 rebuilds itself from what it is told is its content: the public rows.
    op.execute(
        "CREATE VIEW search_public AS SELECT id, terms FROM search_text WHERE kind IN ('briefing', 'entry')"
    )
    op.execute(
        "CREATE VIRTUAL TABLE search_fts USING fts5(terms, content='search_public', content_rowid='id', "
        "tokenize=\"unicode61 remove_diacritics 0 tokenchars ':'\")"
    )
    gone = "INSERT INTO search_fts(search_fts, rowid, terms) VALUES ('delete', old.id, old.terms);"
    come = "INSERT INTO search_fts(rowid, terms) VALUES (new.id, new.terms);"
    for name, when, row, what in (
        ("come", "INSERT", "new", come),
        ("gone", "DELETE", "old", gone),
        ("changed", "UPDATE", "new", gone + come),  # no row becomes another kind
    ):
        op.execute(
            f"CREATE TRIGGER search_text_{name} AFTER {when} ON search_text "
            f"WHEN {row}.{PUBLIC} BEGIN {what} END"
        )

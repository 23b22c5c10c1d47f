"""The chain of seals and the lists behind it: added to, never changed."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SAME = {
    "seal": "number = NEW.number",
    "sealed_response": "response_id = NEW.response_id",
    "sealed_change": "seal_number = NEW.seal_number AND table_name = NEW.table_name AND row_key = NEW.row_key",
}


def upgrade() -> None:
    op.create_table(
        "seal",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_seal")),
    )
    op.create_table(
        "sealed_response",
        sa.Column("response_id", sa.String(length=32), nullable=False),
        sa.Column("seal_number", sa.Integer(), nullable=False),
        sa.Column("round_code", sa.String(length=40), nullable=False),
        sa.Column("receipt", sa.LargeBinary(length=32), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["seal_number"], ["seal.number"], name=op.f("fk_sealed_response_seal_number")
        ),
        sa.PrimaryKeyConstraint("response_id", name=op.f("pk_sealed_response")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sealed_response_receipt", "sealed_response", ["receipt"])
    op.create_index("ix_sealed_response_seal_number", "sealed_response", ["seal_number"])
    op.create_table(
        "sealed_change",
        sa.Column("seal_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("table_name", sa.String(length=40), nullable=False),
        sa.Column("row_key", sa.String(length=100), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("deed", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["seal_number"], ["seal.number"], name=op.f("fk_sealed_change_seal_number")),
        sa.PrimaryKeyConstraint("seal_number", "table_name", "row_key", name=op.f("pk_sealed_change")),
    )
    op.create_index("ix_sealed_change_row", "sealed_change", ["table_name", "row_key"])
    _make_immutable()


def _make_immutable() -> None:
    for table, same in SAME.items():
        if op.get_bind().dialect.name != "sqlite":
            op.execute(
                f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
            continue
        for event in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{event} BEFORE {event.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is immutable'); END"
            )
        op.execute(
            f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) "
            f"BEGIN SELECT RAISE(ABORT, '{table} is immutable'); END"
        )


def downgrade() -> None:
    op.drop_table("sealed_change")
    op.drop_table("sealed_response")
    op.drop_table("seal")

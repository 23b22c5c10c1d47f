"""Mergers and splits of units, files between sending and confirming, and where a round's frame comes from."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unit_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("share", sa.Double(), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["from_id"], ["unit.id"], name=op.f("fk_unit_change_from_id")),
        sa.ForeignKeyConstraint(["to_id"], ["unit.id"], name=op.f("fk_unit_change_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_change")),
    )
    op.create_index("uq_unit_change_from_to", "unit_change", ["from_id", "to_id"], unique=True)
    op.create_table(
        "upload",
        sa.Column("token", sa.String(length=43), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("who", sa.String(length=60), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_upload")),
    )
    op.create_index("ix_upload_uploaded_at", "upload", ["uploaded_at"])
    _create_frame_tables()
    _make_loads_immutable()


def _create_frame_tables() -> None:
    op.create_table(
        "frame_load",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("dossiers", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(length=60), nullable=False),
        sa.Column("loaded_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_frame_load_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frame_load")),
    )
    op.create_index("ix_frame_load_round_id", "frame_load", ["round_id"])
    op.create_table(
        "frame_margin",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("margin", sa.String(length=20), nullable=False),
        sa.Column("category", sa.String(length=80), nullable=False),
        sa.Column("dossiers", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_frame_margin_round_id")),
        sa.PrimaryKeyConstraint("round_id", "margin", "category", name=op.f("pk_frame_margin")),
    )
    op.create_table(
        "column_role",
        sa.Column("header", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("header", name=op.f("pk_column_role")),
    )
    op.create_table(
        "label_meaning",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("kind", "label", name=op.f("pk_label_meaning")),
    )


def _make_loads_immutable() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for event in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER frame_load_refuses_{event} BEFORE {event.upper()} ON frame_load "
                "BEGIN SELECT RAISE(ABORT, 'frame_load is immutable'); END"
            )
        op.execute(
            "CREATE TRIGGER frame_load_refuses_replace BEFORE INSERT ON frame_load "
            "WHEN EXISTS (SELECT 1 FROM frame_load WHERE id = NEW.id) "
            "BEGIN SELECT RAISE(ABORT, 'frame_load is immutable'); END"
        )
        return
    op.execute(
        "CREATE TRIGGER frame_load_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON frame_load "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    for table in ("label_meaning", "column_role", "frame_margin", "frame_load", "upload", "unit_change"):
        op.drop_table(table)

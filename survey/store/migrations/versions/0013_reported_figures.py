"""Figures that the survey does not measure, entered by officers: added to, never changed."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLE = "reported_figure"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(length=30), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("who", sa.String(length=60), nullable=False),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_reported_figure_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reported_figure")),
    )
    op.create_index("ix_reported_figure_round_id", TABLE, ["round_id"])
    _make_append_only()


def _make_append_only() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.execute(
            f"CREATE TRIGGER {TABLE}_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {TABLE} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    for event in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {TABLE}_refuses_{event} BEFORE {event.upper()} ON {TABLE} "
            f"BEGIN SELECT RAISE(ABORT, '{TABLE} is immutable'); END"
        )
    op.execute(
        f"CREATE TRIGGER {TABLE}_refuses_replace BEFORE INSERT ON {TABLE} "
        f"WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id) "
        f"BEGIN SELECT RAISE(ABORT, '{TABLE} is immutable'); END"
    )


def downgrade() -> None:
    op.drop_table(TABLE)

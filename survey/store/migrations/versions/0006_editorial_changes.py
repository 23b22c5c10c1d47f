"""Declarations that a rewording between two versions is editorial: added to, never changed."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "editorial_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("earlier_id", sa.Integer(), nullable=False),
        sa.Column("later_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("who", sa.String(length=60), nullable=False),
        sa.Column("declared_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["earlier_id"], ["version.id"], name=op.f("fk_editorial_change_earlier_id")),
        sa.ForeignKeyConstraint(["later_id"], ["version.id"], name=op.f("fk_editorial_change_later_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editorial_change")),
    )
    if op.get_bind().dialect.name == "sqlite":
        for event in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER editorial_change_refuses_{event} BEFORE {event.upper()} ON editorial_change "
                "BEGIN SELECT RAISE(ABORT, 'editorial_change is immutable'); END"
            )
        op.execute(
            "CREATE TRIGGER editorial_change_refuses_replace BEFORE INSERT ON editorial_change "
            "WHEN EXISTS (SELECT 1 FROM editorial_change WHERE id = NEW.id) "
            "BEGIN SELECT RAISE(ABORT, 'editorial_change is immutable'); END"
        )
        return
    op.execute(
        "CREATE TRIGGER editorial_change_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON editorial_change "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("editorial_change")

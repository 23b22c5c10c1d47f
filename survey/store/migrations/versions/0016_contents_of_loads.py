"""Digests of the rows of loaded files, so that the same rows are known again whatever columns are chosen."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "load_content",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("digests", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["load_id"], ["source_load.id"], name=op.f("fk_load_content_load_id")),
        sa.PrimaryKeyConstraint("load_id", name=op.f("pk_load_content")),
    )


def downgrade() -> None:
    op.drop_table("load_content")

"""A pile of paper forms that was begun by mistake is dropped: its row stays, so that its number is never given again."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pile", sa.Column("dropped_at", sa.DateTime(), nullable=True))


def downgrade() -> None:
    # Without the column they would be open again.
    op.execute("DELETE FROM pile WHERE dropped_at IS NOT NULL")
    op.drop_column("pile", "dropped_at")

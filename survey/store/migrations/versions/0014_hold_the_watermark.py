"""One function in PostgreSQL, so that a usual response is stored by one statement.

It keeps the counts' watermark where it is until the transaction ends, and then says whether it lies above an hour. The
statement that calls it sees the database as it was before it waited for the lock; a volatile function looks anew.
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

WATERMARK_LOCK = 0x5349_5041_53


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.execute(
            "CREATE FUNCTION held_below_watermark(hour timestamp) RETURNS boolean VOLATILE LANGUAGE plpgsql AS "
            f"$$ BEGIN PERFORM pg_advisory_xact_lock_shared({WATERMARK_LOCK}); "
            "RETURN EXISTS (SELECT 1 FROM watermark WHERE counted_before > hour); END $$"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION held_below_watermark(timestamp)")

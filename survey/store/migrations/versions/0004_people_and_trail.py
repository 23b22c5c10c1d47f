"""The unit tree, people limited to a part of it, sessions that end, and a trail that cannot be rewritten."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NEW_COLUMNS = {
    "unit": (("valid_from", sa.Date()), ("valid_to", sa.Date())),
    "account": (
        ("totp_secret", sa.String(length=64)),
        ("totp_step", sa.Integer()),
        ("identity", sa.String(length=255)),
        ("withdrawn_at", sa.DateTime()),
    ),
}
UNIT_OF = {"unit": "parent_id", "account": "unit_id"}


def upgrade() -> None:
    for table, columns in NEW_COLUMNS.items():
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind, nullable=True))
    for table, name in UNIT_OF.items():
        # Written out: SQLite takes a foreign key only within the column that it adds.
        reference = f"CONSTRAINT fk_{table}_{name} REFERENCES unit (id)"
        op.execute(f"ALTER TABLE {table} ADD COLUMN {name} INTEGER {reference}")
    op.create_index("uq_account_identity", "account", ["identity"], unique=True)
    op.create_table(
        "staff_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_staff_session_account_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_session")),
    )
    op.create_index("ix_staff_session_account_id", "staff_session", ["account_id"])
    op.create_table(
        "sign_in_failure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name_hash", sa.String(length=64), nullable=False),
        sa.Column("device_hash", sa.String(length=64), nullable=False),
        sa.Column("failed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_failure")),
    )
    op.create_index("ix_sign_in_failure_name_hash", "sign_in_failure", ["name_hash"])
    op.create_table(
        "trail",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=False),
        sa.Column("who", sa.String(length=60), nullable=False),
        sa.Column("deed", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_trail")),
    )
    _make_immutable()


def _make_immutable() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for event in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER trail_refuses_{event} BEFORE {event.upper()} ON trail "
                "BEGIN SELECT RAISE(ABORT, 'trail is immutable'); END"
            )
        op.execute(
            "CREATE TRIGGER trail_refuses_replace BEFORE INSERT ON trail "
            "WHEN EXISTS (SELECT 1 FROM trail WHERE number = NEW.number) "
            "BEGIN SELECT RAISE(ABORT, 'trail is immutable'); END"
        )
        return
    op.execute(
        "CREATE TRIGGER trail_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON trail "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("trail")
    op.drop_index("ix_sign_in_failure_name_hash", table_name="sign_in_failure")
    op.drop_table("sign_in_failure")
    op.drop_index("ix_staff_session_account_id", table_name="staff_session")
    op.drop_table("staff_session")
    op.drop_index("uq_account_identity", table_name="account")
    for table, name in UNIT_OF.items():
        op.drop_column(table, name)
    for table, columns in NEW_COLUMNS.items():
        for name, _kind in columns:
            op.drop_column(table, name)

"""Reports: what officers write, what waits for approval, what was published and its files."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

APPEND_ONLY = {
    "report_text": "round_id = NEW.round_id AND number = NEW.number",
    "published_report": "round_id = NEW.round_id AND number = NEW.number",
    "report_release": "id = NEW.id",
    "published_file": "round_id = NEW.round_id AND number = NEW.number AND language = NEW.language",
}


def upgrade() -> None:
    _create_texts()
    _create_published()
    _create_files()
    for table, same in APPEND_ONLY.items():
        _append_only(table, same)


def _create_texts() -> None:
    op.create_table(
        "report_text",
        sa.Column("round_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("who", sa.String(length=60), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_report_text_round_id")),
        sa.PrimaryKeyConstraint("round_id", "number", name=op.f("pk_report_text")),
    )
    op.create_table(
        "report_submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("text_number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("submitted_by", sa.String(length=60), nullable=False),
        sa.Column("submitted_at", sa.DateTime(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_report_submission_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_submission")),
    )
    op.create_index("ix_report_submission_round_id", "report_submission", ["round_id"])


def _create_published() -> None:
    op.create_table(
        "published_report",
        sa.Column("round_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text_number", sa.Integer(), nullable=False),
        sa.Column("freeze_digest", sa.String(length=64), nullable=False),
        sa.Column("seal_number", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("small_cell", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("pdf_vi", sa.String(length=64), nullable=False),
        sa.Column("pdf_en", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("submitted_by", sa.String(length=60), nullable=False),
        sa.Column("published_by", sa.String(length=60), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_published_report_round_id")),
        sa.PrimaryKeyConstraint("round_id", "number", name=op.f("pk_published_report")),
    )


def _create_files() -> None:
    issue = ["published_report.round_id", "published_report.number"]
    op.create_table(
        "report_release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("who", sa.String(length=60), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["round_id", "number"], issue, name=op.f("fk_report_release_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_release")),
    )
    op.create_table(
        "published_file",
        sa.Column("round_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["round_id", "number"], issue, name=op.f("fk_published_file_round_id")),
        sa.PrimaryKeyConstraint("round_id", "number", "language", name=op.f("pk_published_file")),
    )


def _append_only(table: str, same: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
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
        return
    op.execute(
        f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("published_file")
    op.drop_table("report_release")
    op.drop_table("published_report")
    op.drop_table("report_submission")
    op.drop_table("report_text")

"""Sources other than counters: files of tallies and responses, what of them was withdrawn, and keyed paper forms."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SAME = {
    "source_load": "id = NEW.id",
    "source_withdrawal": "load_id = NEW.load_id",
    "tally": "load_id = NEW.load_id AND row = NEW.row",
}


def upgrade() -> None:
    op.create_table(
        "source_load",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(length=60), nullable=False),
        sa.Column("loaded_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_source_load_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_load")),
    )
    op.create_index("ix_source_load_round_id", "source_load", ["round_id"])
    _create_tables_of_a_load()
    _create_tables_of_keying()
    for table, same in SAME.items():
        _make_immutable(table, same)


def _create_tables_of_a_load() -> None:
    op.create_table(
        "source_withdrawal",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("who", sa.String(length=60), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["load_id"], ["source_load.id"], name=op.f("fk_source_withdrawal_load_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_source_withdrawal_round_id")),
        sa.PrimaryKeyConstraint("load_id", name=op.f("pk_source_withdrawal")),
    )
    op.create_table(
        "tally",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("field_id", sa.Integer(), nullable=True),
        sa.Column("factor", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("scale", sa.Text(), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("forms", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["load_id"], ["source_load.id"], name=op.f("fk_tally_load_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_tally_round_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_tally_unit_id")),
        sa.ForeignKeyConstraint(["field_id"], ["field.id"], name=op.f("fk_tally_field_id")),
        sa.PrimaryKeyConstraint("load_id", "row", name=op.f("pk_tally")),
    )


def _create_tables_of_keying() -> None:
    columns = ("round", "version", "unit", "field", "counter")
    op.create_table(
        "pile",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(f"{name}_id", sa.Integer(), nullable=False) for name in columns),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("forms", sa.Integer(), nullable=False),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(length=60), nullable=False),
        sa.Column("stored_at", sa.DateTime(), nullable=True),
        *(
            sa.ForeignKeyConstraint([f"{name}_id"], [f"{name}.id"], name=op.f(f"fk_pile_{name}_id"))
            for name in columns
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pile")),
    )
    op.create_index("ix_pile_round_id", "pile", ["round_id"])
    op.create_table(
        "keyed_form",
        sa.Column("pile_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("form", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("who", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["pile_id"], ["pile.id"], name=op.f("fk_keyed_form_pile_id")),
        sa.PrimaryKeyConstraint("pile_id", "form", "turn", name=op.f("pk_keyed_form")),
    )


def _make_immutable(table: str, same: str) -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.execute(
            f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
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
    for table in ("keyed_form", "pile", "tally", "source_withdrawal", "source_load"):
        op.drop_table(table)

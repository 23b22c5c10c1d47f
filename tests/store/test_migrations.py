"""The schema goes up and down on both databases, step by step and with data at every step."""

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy.exc import DBAPIError

from survey.store import schema
from survey.store.database import Database
from survey.store.tables import Base
from tests.places import fill_small
from tests.store.migration_trials import FIRST_ROWS, TRIALS
from tests.store.raw import contents, sorted_rows, write

FILES = sorted((schema.MIGRATIONS / "versions").glob("*.py"))
STEPS: list[Script] = list(ScriptDirectory(str(schema.MIGRATIONS)).walk_revisions())[::-1]

each_step = pytest.mark.parametrize("step", STEPS, ids=lambda step: step.revision)


def step_before(step: Script) -> str:
    assert step.down_revision is None or isinstance(step.down_revision, str)
    return step.down_revision or "base"


def differences(database: Database) -> list[object]:
    """What Alembic would still have to do to reach the models."""
    with database.reading() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        return compare_metadata(context, Base.metadata)


# --- every step has its trial ------------------------------------------------------------------------


def test_every_migration_file_has_a_trial_with_data_and_every_trial_its_file() -> None:
    assert {file.name.split("_")[0] for file in FILES} == set(TRIALS)


def test_alembic_walks_exactly_the_files_in_one_line_and_in_their_order() -> None:
    assert [step.revision for step in STEPS] == [file.name.split("_")[0] for file in FILES]
    assert [step_before(step) for step in STEPS] == ["base", *(step.revision for step in STEPS[:-1])]


@each_step
def test_upgrading_by_one_step_does_with_the_data_what_it_should(
    empty_database: Database, step: Script
) -> None:
    trial = TRIALS[step.revision]
    if step.down_revision:
        schema.upgrade(empty_database, step_before(step))
    trial.fill_before(empty_database)
    schema.upgrade(empty_database, step.revision)
    assert schema.current_revision(empty_database) == step.revision
    trial.check_upgraded(empty_database)


@each_step
def test_downgrading_by_one_step_does_with_the_data_what_it_should(
    empty_database: Database, step: Script
) -> None:
    trial = TRIALS[step.revision]
    schema.upgrade(empty_database, step.revision)
    trial.fill_after(empty_database)
    schema.downgrade(empty_database, step_before(step))
    assert schema.current_revision(empty_database) == step.down_revision
    trial.check_downgraded(empty_database)


@each_step
def test_a_step_taken_back_can_be_taken_again(empty_database: Database, step: Script) -> None:
    schema.upgrade(empty_database, step.revision)
    schema.downgrade(empty_database, step_before(step))
    schema.upgrade(empty_database, step.revision)
    assert schema.current_revision(empty_database) == step.revision


# --- the whole way -----------------------------------------------------------------------------------


def test_upgrade_reaches_the_newest_revision_from_nothing(empty_database: Database) -> None:
    assert schema.current_revision(empty_database) is None
    schema.upgrade(empty_database)
    assert schema.current_revision(empty_database) == schema.head_revision() == STEPS[-1].revision


def test_upgrading_what_is_newest_already_changes_nothing(small: Database) -> None:
    with small.reading() as session:
        before = contents(session)
    schema.upgrade(small)
    with small.reading() as session:
        assert contents(session) == before


def test_the_schema_after_all_upgrades_is_that_of_the_models(database: Database) -> None:
    assert differences(database) == []


def test_the_comparison_with_the_models_would_see_a_missing_column_index_or_table(database: Database) -> None:
    with database.writing() as session:
        session.execute(sa.text("ALTER TABLE account DROP COLUMN display_name"))
        session.execute(sa.text("DROP INDEX ix_response_round_unit"))
        session.execute(sa.text("DROP TABLE frame"))
    found = {difference[0] for difference in differences(database) if isinstance(difference, tuple)}
    assert found == {"add_column", "add_index", "add_table"}


def test_data_of_the_first_step_survive_all_later_ones(empty_database: Database) -> None:
    schema.upgrade(empty_database, STEPS[0].revision)
    with empty_database.writing() as session:
        write(session, FIRST_ROWS)
    schema.upgrade(empty_database)
    with empty_database.reading() as session:
        found = contents(session)
    kept = {
        name: [{column: row[column] for column in FIRST_ROWS[name][0]} for row in found[name]]
        for name in FIRST_ROWS
    }
    assert kept == sorted_rows(FIRST_ROWS)


def test_all_the_way_down_leaves_nothing_and_the_way_up_is_open_again(small: Database) -> None:
    schema.downgrade(small, "base")
    with small.reading() as session:
        assert contents(session) == {}
    schema.upgrade(small)
    assert differences(small) == []
    fill_small(small)


def test_an_upgrade_that_fails_half_way_leaves_nothing_behind(empty_database: Database) -> None:
    with empty_database.writing() as session:
        session.execute(
            sa.text("CREATE TABLE response (mine text)")
        )  # in the way of the first step's last table
    with pytest.raises(DBAPIError, match="response"):
        schema.upgrade(empty_database)
    with empty_database.reading() as session:
        assert set(contents(session)) == {"response"}
    assert schema.current_revision(empty_database) is None


def test_responses_on_sqlite_keep_no_row_numbers_that_tell_who_came_first(sqlite_small: Database) -> None:
    with sqlite_small.reading() as session, pytest.raises(DBAPIError, match="no such column: rowid"):
        session.execute(sa.text("SELECT rowid FROM response"))
    with sqlite_small.reading() as session:
        session.execute(sa.text("SELECT rowid FROM account"))  # where a table has them, this works


# --- who may work on which schema --------------------------------------------------------------------


def test_the_newest_schema_is_accepted(database: Database) -> None:
    schema.require_current(database)


def test_an_empty_database_is_refused(empty_database: Database) -> None:
    with pytest.raises(schema.SchemaOutdated, match=f"∅ → {schema.head_revision()}"):
        schema.require_current(empty_database)


def test_a_schema_behind_this_program_is_refused(empty_database: Database) -> None:
    schema.upgrade(empty_database, STEPS[0].revision)
    with pytest.raises(schema.SchemaOutdated, match=f"{STEPS[0].revision} → {schema.head_revision()}"):
        schema.require_current(empty_database)


def test_a_schema_ahead_of_this_program_is_refused(database: Database) -> None:
    with database.writing() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(schema.SchemaOutdated, match="9999"):
        schema.require_current(database)

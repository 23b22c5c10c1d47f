"""Two servers on one database: what an officer changes at one, citizens see at the other with their next page.

Pages and plans of questionnaires are kept in memory; who serves, in which round and with which version never is.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import text

from survey.actions.publishing import publish, put_to_use
from survey.actions.rounds import close_round
from survey.library import shipped_definitions
from survey.store.database import Database
from tests.conftest import application
from tests.places import MIXED, NOW, OFFICER, ROUND
from tests.web.reading import Reading
from tests.web.visitor import Visitor, stored

ADDRESS = f"/q/{MIXED}"


@pytest.fixture
def here(small: Database, tmp_path: Path, compiled_templates: FileSystemBytecodeCache) -> Visitor:
    """A citizen at the server whose memory is warm: it has shown the form and taken an answer."""
    app = application(small, tmp_path)
    app.jinja_env.bytecode_cache = compiled_templates
    visitor = Visitor(app.test_client())
    visitor.send(ADDRESS, visitor.filled(MIXED))
    visitor.get(ADDRESS)
    return visitor


@pytest.fixture
def elsewhere(small: Database) -> Iterator[Database]:
    """The database as another process has it open."""
    database = Database(small.url)
    yield database
    database.close()


def changing(statement: str) -> Callable[[Database], None]:
    def change(database: Database) -> None:
        with database.writing() as session:
            session.execute(text(statement))

    return change


def another_version(database: Database) -> None:
    put_to_use(database, publish(database, shipped_definitions()["rut_gon_khmer"], now=NOW), ROUND, now=NOW)


def close(database: Database) -> None:
    close_round(database, ROUND, by=OFFICER, now=NOW)


CHANGES: dict[str, tuple[Callable[[Database], None], str]] = {
    "a counter is retired": (changing("UPDATE counter SET retired = TRUE"), "Quầy này đã ngừng phục vụ"),
    "a round is closed": (close, "Hiện không có đợt khảo sát"),
    "a counter is renamed": (changing("UPDATE counter SET name = 'Quầy mới đặt tên'"), "Quầy mới đặt tên"),
    "a unit is renamed": (changing("UPDATE unit SET name = 'Xã mới sáp nhập'"), "Xã mới sáp nhập"),
    "a counter moves": (changing("UPDATE counter SET unit_id = 3"), "Phường Hòa Thuận"),
    "a field is renamed": (changing("UPDATE field SET name_vi = 'Lĩnh vực mới'"), "Lĩnh vực mới"),
    "another version is asked": (another_version, shipped_definitions()["rut_gon_khmer"].title.vi),
}


@pytest.mark.parametrize(("change", "said"), CHANGES.values(), ids=CHANGES.keys())
def test_the_next_page_says_what_was_changed_at_another_server(
    here: Visitor, elsewhere: Database, change: Callable[[Database], None], said: str
) -> None:
    assert said not in Reading(here.get(ADDRESS)).main
    change(elsewhere)
    assert said in Reading(here.get(ADDRESS)).main


def test_the_next_page_names_the_agency_that_was_set_at_another_server(
    here: Visitor, elsewhere: Database
) -> None:
    changing("UPDATE instance SET agency = 'Sở Mới'")(elsewhere)
    assert "Sở Mới" in here.get(ADDRESS)


def test_what_was_finished_after_the_round_was_closed_at_another_server_is_not_taken(
    here: Visitor, elsewhere: Database
) -> None:
    opened_before = here.filled(MIXED)
    close(elsewhere)
    here.send(ADDRESS, opened_before, 409)
    assert len(stored(elsewhere)) == 1


def test_a_form_opened_before_a_new_version_is_still_taken_as_the_version_that_was_shown(
    here: Visitor, elsewhere: Database
) -> None:
    opened_before = here.filled(MIXED)
    another_version(elsewhere)
    here.send(ADDRESS, opened_before)
    assert [row["version_id"] for row in stored(elsewhere)] == [1, 1]


def test_a_response_belongs_to_the_unit_to_which_another_server_moved_its_counter(
    here: Visitor, elsewhere: Database
) -> None:
    opened_before = here.filled(MIXED)
    changing("UPDATE counter SET unit_id = 3")(elsewhere)
    here.send(ADDRESS, opened_before)
    assert sorted(row["unit_id"] for row in stored(elsewhere)) == [2, 3]

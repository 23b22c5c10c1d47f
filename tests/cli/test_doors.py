"""What stands in the way of a command is said before anything is touched."""

import socket
from pathlib import Path

import pytest

from survey.actions.people import add_account
from survey.core.account import Account
from survey.store import places, schema
from survey.store.database import Database
from tests.places import NOW, PASSWORD
from tests.server import Installation, free_port


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """Settings for a database that does not exist yet."""
    return Installation(f"sqlite:///{tmp_path / 'sipas.sqlite'}", tmp_path, free_port())


def test_serving_on_a_port_in_use_is_refused_with_the_port(sqlite_small: Database, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        installation = Installation(sqlite_small.url, tmp_path, port)
        with pytest.raises(AssertionError, match=rf"^sipas: không mở được 127.0.0.1:{port} \(.*\n"):
            installation.run("serve", "--port", str(port))


def test_a_mistyped_path_makes_no_empty_database(installation: Installation, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="sipas: không có tệp cơ sở dữ liệu"):
        installation.run("serve", "--port", str(installation.port))
    assert not (tmp_path / "sipas.sqlite").exists()


def test_a_password_that_cannot_be_asked_for_is_said_to_be_missing(
    sqlite_small: Database, tmp_path: Path
) -> None:
    with pytest.raises(AssertionError, match="SIPAS_PASSWORD"):
        Installation(sqlite_small.url, tmp_path, 8000).run("user", "add", "moi")


def test_the_demo_refuses_a_database_with_an_account_and_leaves_it_as_it_was(
    installation: Installation, tmp_path: Path
) -> None:
    installation.run("database", "upgrade")
    database = Database(installation.database_url)
    add_account(database, Account("canbo", "Cán bộ thật", "officer"), PASSWORD, by="sipas", now=NOW)
    with pytest.raises(AssertionError, match="dữ liệu thật"):
        installation.run("demo", "--no-serve", "--out", str(tmp_path))
    with database.reading() as session:
        assert places.instance(session) is None
    database.close()


def test_the_demo_does_not_even_upgrade_an_older_database(installation: Installation, tmp_path: Path) -> None:
    database = Database(installation.database_url)
    schema.upgrade(database, "0001")
    with pytest.raises(AssertionError, match="sipas database upgrade"):
        installation.run("demo", "--no-serve", "--out", str(tmp_path))
    assert schema.current_revision(database) == "0001"
    database.close()


def test_a_wrong_word_is_answered_in_vietnamese(installation: Installation) -> None:
    with pytest.raises(AssertionError, match=r"không có tùy chọn này: .*--sai"):
        installation.run("serve", "--sai")

"""What goes wrong at the command line: one clear line, exit code 2, and nothing half-written."""

import resource
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from survey.cli.files import write_whole
from survey.core.place import Instance
from survey.library import QUESTIONNAIRES
from survey.store import places, schema
from survey.store.database import Database
from tests.cli.conftest import Run, files
from tests.places import EARLIER, PASSWORD, ROUND
from tests.server import free_port

FORM = QUESTIONNAIRES / "phieu-quay-5-yeu-to.yaml"
OTHER_FORM = QUESTIONNAIRES / "danh-gia-nd61.yaml"
UNREACHABLE = {
    "no server": "postgresql://sipas:tres-secret@127.0.0.1:1/sipas",
    "no such host": "postgresql://sipas:tres-secret@nowhere.invalid/sipas",
    "a port that is no number": "postgresql://sipas:tres-secret@127.0.0.1:port/sipas",
    "no such folder": "sqlite:////nowhere/at/all/sipas.sqlite",
    "a folder": "sqlite:////tmp",
    "another kind of file": f"sqlite:///{FORM}",
}

WRONG = {
    "an unknown command": ("print",),
    "an unknown command of a group": ("user", "remove", "canbo"),
    "an unknown option": ("posters", "--format", "png"),
    "a missing argument": ("questionnaire", "check"),
    "too many arguments": ("questionnaire", "check", FORM, FORM),
    "a missing option": ("report",),
    "an option without its value": ("report", "--round"),
    "a missing file": ("questionnaire", "check", "nowhere.yaml"),
    "a folder instead of a file": ("questionnaire", "publish", "."),
    "an unknown round to report": ("report", "--round", "1999-q1"),
    "an unknown language": ("report", "--round", ROUND, "--language", "fr"),
    "an unknown unit": ("posters", "--unit", "ZZ"),
    "an unknown role": ("user", "add", "x", "--role", "king"),
    "a name that is taken": ("user", "add", "canbo"),
    "an empty name": ("user", "add", ""),
    "a blank name": ("user", "add", "  "),
    "a folder to write to": ("posters", "--out", "."),
}

NEEDS_DATABASE = {
    "questionnaire list": ("questionnaire", "list"),
    "questionnaire publish": ("questionnaire", "publish", FORM),
    "posters": ("posters",),
    "report": ("report", "--round", ROUND),
    "user add": ("user", "add", "nguoimoi"),
}

TOO_SHORT = "short"

BAD_FORM = """\
code: Thu
title: {vi: Phiếu thử}
introduction: {vi: Xin chào}
thanks: {vi: Cảm ơn}
population: {vi: }
source_note: Phiếu thử
scales:
  ba_muc:
    options:
      - {code: 1, text: {vi: Kém}}
      - {code: 1, text: {vi: Tốt}}
sections:
  - code: mot
    title: {vi: Phần một}
    items:
      - {code: a1, text: {vi: Câu một}, scale: bon_muc}
scoring: {rule: top_codes, satisfied: [3], provenance: {vi: tự đặt}, extra: 1}
"""


@contextmanager
def nearly_full_disk(room: int) -> Iterator[None]:
    """No file may grow beyond ``room`` bytes; the system itself refuses, in the middle of a write."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def tables(database: Database) -> dict[str, int]:
    """How many rows each table has."""
    names = ("version", "round", "account", "response", "counter")
    with database.reading() as session:
        count = "SELECT count(*) FROM "
        return {name: session.execute(text(count + name)).scalar_one() for name in names}


# --- wrong words -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_command_gets_one_clear_line_and_leaves_nothing(
    sipas: Run, filled: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    monkeypatch.setenv("SIPAS_PASSWORD", PASSWORD)
    before = tables(filled)
    assert len(sipas(*WRONG[case]).refusal) > 10
    assert files(tmp_path) == {}
    assert tables(filled) == before


@pytest.mark.parametrize("password", ["x", "x" * 11])
def test_a_short_password_is_refused_without_being_printed(
    sipas: Run, filled: Database, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    before = tables(filled)
    monkeypatch.setenv("SIPAS_PASSWORD", password)
    said = sipas("user", "add", "nguoimoi").refusal
    assert "12 ký tự" in said
    assert "x" not in said
    assert tables(filled) == before


@pytest.mark.parametrize("round_code", ["1999-q1", EARLIER])
def test_publishing_for_a_round_that_is_not_open_publishes_nothing(
    sipas: Run, filled: Database, round_code: str
) -> None:
    before = tables(filled)
    outcome = sipas("questionnaire", "publish", OTHER_FORM, "--round", round_code)
    assert round_code in outcome.refusal
    assert tables(filled) == before


@pytest.mark.parametrize("command", ["check", "publish"])
def test_a_faulty_questionnaire_gets_one_line_per_fault_with_its_file_and_line(
    sipas: Run, filled: Database, tmp_path: Path, command: str
) -> None:
    file = tmp_path / "phiếu lỗi.yaml"
    file.write_text(BAD_FORM, encoding="utf-8")
    before = tables(filled)
    lines = sipas("questionnaire", command, file).faults
    numbers = [int(line.removeprefix(f"{file}:").split(":")[0]) for line in lines]
    assert numbers == sorted(numbers)
    assert {1, 5, 16, 17} < set(numbers)
    assert tables(filled) == before


@pytest.mark.parametrize(
    "content", [b"", b"code: [1", b"\tcode: x", b"- 1\n- 2", b"code: \xff\xfe", b"x" * 1_100_000, b"\x00"]
)
def test_a_file_that_is_no_questionnaire_at_all_gets_a_clear_answer(
    sipas: Run, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(content)
    outcome = sipas("questionnaire", "check", file)
    assert outcome.code == 2
    assert outcome.err.startswith("sipas: ")
    assert str(file) in outcome.err
    assert 1 <= len(outcome.err.splitlines()) < 20


# --- the database ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", NEEDS_DATABASE)
def test_a_database_without_its_schema_is_refused_and_the_remedy_is_named(
    sipas: Run, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    data.mkdir()
    monkeypatch.setenv("SIPAS_PASSWORD", PASSWORD)
    assert "sipas database upgrade" in sipas(*NEEDS_DATABASE[command]).refusal
    assert files(tmp_path) == {}


@pytest.mark.parametrize("revision", ["0001", "base"])
def test_a_database_with_an_older_schema_is_refused(sipas: Run, filled: Database, revision: str) -> None:
    schema.downgrade(filled, revision)
    assert "sipas database upgrade" in sipas("posters").refusal


@pytest.mark.parametrize("case", UNREACHABLE)
def test_a_database_that_cannot_be_reached_is_one_line_without_the_password(
    sipas: Run, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", UNREACHABLE[case])
    before = FORM.read_bytes()
    outcome = sipas("questionnaire", "list")
    assert outcome.code == 2
    assert outcome.err.startswith("sipas: ")
    assert "tres-secret" not in outcome.err
    assert len(outcome.err.splitlines()) <= 2
    assert FORM.read_bytes() == before


def test_the_installed_program_refuses_an_unreachable_database_without_a_traceback(program: Run) -> None:
    outcome = program("posters", DATABASE_URL=UNREACHABLE["no server"])
    assert "cơ sở dữ liệu không trả lời" in outcome.refusal


def test_a_data_folder_that_is_a_file_is_one_line(sipas: Run, data: Path) -> None:
    data.write_text("a file")
    assert str(data) in sipas("database", "upgrade").refusal
    assert data.read_text() == "a file"


def test_serving_a_database_without_its_schema_is_refused_before_the_port_is_touched(
    program: Run, data: Path
) -> None:
    data.mkdir()
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        # Whoever tried to bind would complain about the port instead.
        assert "sipas database upgrade" in program("serve", "--port", port).refusal


def test_a_demo_whose_port_is_taken_is_refused_before_anything_is_built(
    sipas: Run, data: Path, tmp_path: Path
) -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        assert f"không mở được 127.0.0.1:{port}" in sipas("demo", "--port", port).refusal
    assert not data.exists()
    assert files(tmp_path) == {}


def test_serving_with_faulty_settings_is_refused_with_all_of_them(program: Run) -> None:
    outcome = program("serve", "--port", free_port(), PUBLIC_URL="khaosat.vn", SECRET_KEY=TOO_SHORT)
    assert sorted(line.split(":")[0] for line in outcome.faults) == ["PUBLIC_URL", "SECRET_KEY"]


@pytest.mark.parametrize("port", ["0", "65536", "http"])
@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_port_that_does_not_exist_is_refused_before_the_database_is_touched(
    sipas: Run, monkeypatch: pytest.MonkeyPatch, command: str, port: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", UNREACHABLE["no server"])
    assert "--port" in sipas(command, "--port", port).refusal


# --- files to write ------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("filled")
def test_a_place_that_cannot_be_written_to_is_one_line(sipas: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"kept")
    assert "file" in sipas("posters", "--out", tmp_path / "file" / "a.pdf").refusal
    assert files(tmp_path) == {"file": b"kept"}


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    "arguments", [("posters", "--unit", "ZZ"), ("report", "--round", "1999-q1"), ("posters", "--wrong")]
)
def test_a_refused_command_leaves_the_file_that_was_there(
    sipas: Run, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "a.pdf").write_bytes(b"kept")
    assert sipas(*arguments, "--out", tmp_path / "a.pdf").refusal
    assert files(tmp_path) == {"a.pdf": b"kept"}


def test_a_disk_that_fills_up_while_a_file_is_written_leaves_the_old_file_and_no_scraps(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.pdf").write_bytes(b"kept")
    with nearly_full_disk(10_000), pytest.raises(OSError, match="File too large"):
        write_whole(tmp_path / "a.pdf", b"x" * 50_000)
    assert files(tmp_path) == {"a.pdf": b"kept"}


@pytest.mark.usefixtures("filled")
def test_a_disk_that_fills_up_is_one_line(sipas: Run, tmp_path: Path) -> None:
    with nearly_full_disk(40_000):
        outcome = sipas("posters", "--out", tmp_path / "a.pdf")
    assert "không đọc hay ghi được tệp" in outcome.refusal


# --- the demo ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("extra", [(), ("--reset",)])
def test_the_demo_does_not_touch_real_data(
    sipas: Run, filled: Database, tmp_path: Path, extra: tuple[str, ...]
) -> None:
    with filled.writing() as session:
        session.execute(text("DELETE FROM instance"))
        places.set_instance(session, Instance("Tỉnh thật", "Sở thật", "Thật", "BC", simulated=False))
    before = tables(filled)
    outcome = sipas("demo", "--no-serve", "--out", tmp_path / "out", *extra)
    assert "không đụng vào" in outcome.refusal
    assert tables(filled) == before
    assert not (tmp_path / "out").exists()

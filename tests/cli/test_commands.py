"""The commands as they should go: help for all of them, and what each leaves behind."""

import os
import pty
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from survey.actions.answering import open_counter
from survey.actions.signing_in import Attempt, check_password
from survey.cli import cli
from survey.core.counter import readable_code
from survey.library import QUESTIONNAIRES
from survey.store import schema
from survey.store.database import Database
from tests.cli.conftest import PROGRAM, Run, files
from tests.conftest import application
from tests.papers import pages
from tests.places import COUNTERS, DOSSIERS, LAND_ONLY, MIXED, NOW, PASSWORD, ROUND, UNITS, add_responses
from tests.web.visitor import Visitor

SHIPPED = sorted(QUESTIONNAIRES.glob("*.yaml"))
FORM = next(file for file in SHIPPED if "quay-5-yeu-to" in file.name)
FIRST_PAGES = {
    "administrator": "Đợt khảo sát",
    "officer": "Đợt khảo sát",
    "approver": "Đợt khảo sát",
    "leader": "Báo cáo",
    "auditor": "Đợt khảo sát",
}
IN_SERVICE = [counter for counter in COUNTERS if not counter.retired]


def commands(
    command: click.Command, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command and group with the words that call it."""
    yield path, command
    if isinstance(command, click.Group):
        for name, part in command.commands.items():
            yield from commands(part, (*path, name))


ALL = dict(commands(cli))


# --- help ----------------------------------------------------------------------------------------------


def test_there_are_commands() -> None:
    assert {("demo",), ("serve",), ("database", "upgrade"), ("questionnaire", "publish")} <= set(ALL)


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_a_command_explains_itself_and_each_of_its_options(sipas: Run, path: tuple[str, ...]) -> None:
    command = ALL[path]
    shown = " ".join(sipas(*path, "--help").success.split())
    assert command.help
    assert command.help in shown
    for option in (p for p in command.params if isinstance(p, click.Option)):
        assert option.help, option.name
        assert option.opts[0] in shown


def test_the_program_alone_names_every_command(sipas: Run) -> None:
    outcome = sipas()
    assert outcome.code == 2
    assert outcome.err.startswith("sipas: ")
    assert [name for name in cli.commands if name not in outcome.err] == []


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_help_is_vietnamese_in_the_words_of_the_library_too(sipas: Run, path: tuple[str, ...]) -> None:
    shown = sipas(*path, "--help").success
    assert shown.startswith("Cách dùng: ")
    assert "\nTùy chọn:\n" in shown
    for english in (
        "Usage",
        "Options",
        "OPTIONS",
        "Commands",
        "COMMAND",
        "Show this",
        "default:",
        "required",
    ):
        assert english not in shown


def test_the_installed_program_shows_its_help(program: Run) -> None:
    assert "khảo sát" in program("--help", LC_ALL="C").success


# --- database ----------------------------------------------------------------------------------------------


def test_upgrading_an_empty_folder_makes_a_database_and_a_secret(
    sipas: Run, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SECRET_KEY")
    assert schema.head_revision() in sipas("database", "upgrade").success
    assert stat.S_IMODE((data / "secret_key").stat().st_mode) == 0o600
    assert sipas("questionnaire", "list").success == ""


def test_upgrading_twice_changes_nothing(sipas: Run, filled: Database) -> None:
    first = sipas("database", "upgrade").success
    assert sipas("database", "upgrade").success == first
    assert open_counter(filled, MIXED, now=NOW).round.code == ROUND


def test_upgrading_brings_an_older_database_to_the_newest_schema(sipas: Run, filled: Database) -> None:
    schema.downgrade(filled, "0001")
    assert schema.head_revision() in sipas("database", "upgrade").success
    assert open_counter(filled, MIXED, now=NOW).round.code == ROUND


# --- questionnaires --------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_a_shipped_questionnaire_is_valid(sipas: Run, file: Path) -> None:
    assert sipas("questionnaire", "check", file).success.startswith("Hợp lệ: ")


def test_checking_needs_no_database_and_no_settings(
    sipas: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("DATABASE_URL", "SECRET_KEY"):
        monkeypatch.delenv(name)
    assert "19 tiêu chí" in sipas("questionnaire", "check", FORM).success
    assert files(tmp_path) == {}


def test_publishing_twice_is_publishing_once(sipas: Run) -> None:
    sipas("database", "upgrade")
    first = sipas("questionnaire", "publish", FORM).success.splitlines()
    again = sipas("questionnaire", "publish", FORM).success.splitlines()
    assert first[0] == "Đã ban hành: quay_5_yeu_to phiên bản 1"
    assert again[0] == "Đã ban hành từ trước: quay_5_yeu_to phiên bản 1"
    assert first[1] == again[1]
    assert len(sipas("questionnaire", "list").success.splitlines()) == 1


def test_a_changed_letter_makes_the_next_version(sipas: Run, tmp_path: Path) -> None:
    sipas("database", "upgrade")
    sipas("questionnaire", "publish", FORM)
    file = tmp_path / "phieu.yaml"
    file.write_text(
        FORM.read_text(encoding="utf-8").replace("Xin trân trọng", "Trân trọng"), encoding="utf-8"
    )
    assert "phiên bản 2" in sipas("questionnaire", "publish", file).success
    listed = sipas("questionnaire", "list").success.splitlines()
    assert [line.split()[:2] for line in listed] == [["quay_5_yeu_to", "1"], ["quay_5_yeu_to", "2"]]


def test_a_published_version_can_be_put_to_use_at_once(sipas: Run, filled: Database) -> None:
    before = open_counter(filled, MIXED, now=NOW).version
    file = next(file for file in SHIPPED if file != FORM)
    said = sipas("questionnaire", "publish", file, "--round", ROUND).success
    after = open_counter(filled, MIXED, now=NOW).version
    assert after.fingerprint != before.fingerprint
    assert after.fingerprint in said


# --- people ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", FIRST_PAGES)
def test_an_added_account_can_sign_in(
    sipas: Run, filled: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    monkeypatch.setenv("SIPAS_PASSWORD", PASSWORD)
    said = sipas("user", "add", "nguoimoi", "--role", role, "--display-name", "Người Mới").success
    assert PASSWORD not in said
    page = Visitor(application(filled, tmp_path).test_client()).sign_in("nguoimoi")
    assert f"<h1>{FIRST_PAGES[role]}</h1>" in page
    assert "Người Mới" in page


def test_the_password_can_be_typed_and_is_asked_for_twice(filled: Database) -> None:
    assert typed("user", "add", "tudanh", answers=[PASSWORD, PASSWORD]) == 0
    attempt = Attempt("tudanh", "", b"a key for tests only")
    assert check_password(filled, attempt, PASSWORD, now=NOW).name == "tudanh"


def typed(*arguments: str, answers: list[str]) -> int:
    """Run the program at a terminal, answer each question, and give the exit code."""
    outside, inside = pty.openpty()
    with subprocess.Popen(
        [PROGRAM, *arguments], stdin=inside, stdout=inside, stderr=inside, start_new_session=True
    ) as process:
        os.close(inside)
        for answer in answers:
            said = ""
            while not said.endswith(": "):
                said += os.read(outside, 1024).decode(errors="replace")
            assert answer not in said
            os.write(outside, f"{answer}\n".encode())
        code = process.wait(timeout=300)
    os.close(outside)
    return code


# --- papers ----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("filled")
def test_posters_of_all_counters_in_service_are_written(sipas: Run, tmp_path: Path) -> None:
    assert sipas("posters").success == "Đã ghi ap-phich.pdf\n"
    printed = pages(tmp_path / "ap-phich.pdf")
    assert len(printed) == len(IN_SERVICE)
    codes = [readable_code(counter.code) for counter in IN_SERVICE]
    assert [sum(code in page for page in printed) for code in codes] == [1] * len(codes)


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("unit", [unit.code for unit in UNITS])
def test_posters_of_one_unit_are_written_into_a_new_folder(sipas: Run, tmp_path: Path, unit: str) -> None:
    file = tmp_path / "mới" / "áp phích.pdf"
    sipas("posters", "--unit", unit, "--out", file)
    assert len(pages(file)) == sum(counter.unit_code == unit for counter in IN_SERVICE)
    assert list(files(tmp_path)) == ["mới/áp phích.pdf"]


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("options", "codes", "sheets"),
    [
        (("--field", "land", "--format", "2xa5"), {LAND_ONLY, IN_SERVICE[3].code}, 1),
        (
            ("--search", "phuong quay", "--format", "tent"),
            {c.code for c in IN_SERVICE if c.unit_code == "PH"},
            2,
        ),
        (("--counter", readable_code(MIXED), "--counter", LAND_ONLY.lower()), {MIXED, LAND_ONLY}, 2),
        (("--format", "4xa6"), {counter.code for counter in IN_SERVICE}, 1),
    ],
)
def test_posters_are_chosen_and_printed_in_any_format(
    sipas: Run, tmp_path: Path, options: tuple[str, ...], codes: set[str], sheets: int
) -> None:
    assert sipas("posters", *options).success
    printed = pages(tmp_path / "ap-phich.pdf")
    assert len(printed) == sheets
    assert {c.code for c in IN_SERVICE if any(readable_code(c.code) in page for page in printed)} == codes


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("options", "said"),
    [(("--counter", "XYZ"), "không phải là mã in"), (("--search", "zzz"), "không có quầy nào để in")],
)
def test_posters_of_nothing_are_refused(
    sipas: Run, tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    assert said in sipas("posters", *options).refusal
    assert not (tmp_path / "ap-phich.pdf").exists()


@pytest.mark.usefixtures("filled")
def test_a_file_that_exists_is_replaced_as_a_whole(sipas: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(b"old" * 100_000)
    assert sipas("posters", "--out", file).success
    assert len(pages(file)) == len(IN_SERVICE)
    assert list(files(tmp_path)) == ["a.pdf"]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_report_is_written(sipas: Run, filled: Database, tmp_path: Path, language: str) -> None:
    answer_everywhere(filled)
    assert sipas("report", "--round", ROUND, "--language", language).success == "Đã ghi bao-cao.pdf\n"
    assert len(pages(tmp_path / "bao-cao.pdf")) > 3


@pytest.mark.parametrize("name", ["bao-cao.docx", "bao-cao.XLSX"])
def test_the_ending_of_the_file_chooses_word_or_excel(
    sipas: Run, filled: Database, tmp_path: Path, name: str
) -> None:
    answer_everywhere(filled)
    assert sipas("report", "--round", ROUND, "--out", name).success == f"Đã ghi {name}\n"
    assert (tmp_path / name).read_bytes().startswith(b"PK")


def test_a_report_of_another_kind_is_refused(sipas: Run) -> None:
    assert ".pdf, .docx, .xlsx" in sipas("report", "--round", ROUND, "--out", "bao-cao.txt").refusal


@pytest.mark.parametrize(
    ("ending", "start"), [("csv", b"\xef\xbb\xbflevel,"), ("JSON", b"{"), ("xml", b"<?xml")]
)
def test_open_data_are_written(
    sipas: Run, filled: Database, tmp_path: Path, ending: str, start: bytes
) -> None:
    answer_everywhere(filled)
    name = f"mo.{ending}"
    assert sipas("open-data", "--round", ROUND, "--out", name).success == f"Đã ghi {name}\n"
    assert (tmp_path / name).read_bytes().startswith(start)


def test_records_of_an_open_round_and_files_of_another_kind_are_refused(
    sipas: Run, filled: Database, tmp_path: Path
) -> None:
    answer_everywhere(filled)
    assert "chưa chốt" in sipas("open-data", "--round", ROUND, "--out", "mo.sav").refusal
    assert ".csv, .json, .xml, .sav, .xlsx" in sipas("open-data", "--round", ROUND, "--out", "mo.txt").refusal
    assert not list(tmp_path.glob("mo.*"))


def test_the_same_data_give_the_same_report(sipas: Run, filled: Database, tmp_path: Path) -> None:
    answer_everywhere(filled)
    for name in ("a.pdf", "b.pdf"):
        assert sipas("report", "--round", ROUND, "--out", name).success
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def answer_everywhere(database: Database) -> None:
    """Ten answers in every stratum of the open round."""
    for unit, field in DOSSIERS:
        add_responses(database, unit, field, [5, 4, 4, 3, 2] * 2)

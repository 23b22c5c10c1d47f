"""The command `estimate`: what it prints, writes and refuses."""

import json
import re
import shlex
from pathlib import Path

import pytest

from questionnaires.definition import Value
from survey.actions import estimating
from survey.microdata import specification
from survey.settings import PROJECT
from survey.wording import translator
from tests.cli.conftest import Run, files
from tests.cli.test_refusals import nearly_full_disk
from tests.microdata.studies import laid_out, small

DOCUMENTS = [PROJECT / "docs" / "estimate.md", PROJECT / "docs" / "estimate.vi.md"]
RESULTS = {"out/nho.json", "out/nho.xlsx"}
MODELS = [
    kind
    for kind in vars(specification).values()
    if isinstance(kind, type) and issubclass(kind, Value) and kind.__module__ == specification.__name__
]
SAID = re.compile(r"```sh\n(.+)\n```\n+```text\n(.+?)```", re.DOTALL)


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    folder = tmp_path / "study"
    folder.mkdir()
    return laid_out(folder, small())


def results(folder: Path) -> set[str]:
    return {name for name in files(folder) if not name.startswith("study/")}


def test_an_estimate_is_printed_and_written_twice(sipas: Run, spec: Path, tmp_path: Path) -> None:
    said = sipas("estimate", spec, "--out", "out").success.splitlines()
    assert said[-1] == "Đã ghi out/nho.json, out/nho.xlsx"
    assert any(
        line.startswith("Chỉ số chung (trung bình các tiêu chí): 52,50% (khoảng tin cậy 95%: ")
        for line in said
    )
    assert results(tmp_path) == RESULTS
    assert json.loads((tmp_path / "out/nho.json").read_bytes())["schema"] == "sipas-estimate/1"


def test_an_estimate_in_english_says_in_english_what_was_written(sipas: Run, spec: Path) -> None:
    said = sipas("estimate", spec, "--out", "out", "--language", "en").success.splitlines()
    assert said[-1] == translator("en")("Đã ghi %(files)s") % {"files": "out/nho.json, out/nho.xlsx"}


def test_results_are_written_to_the_present_folder_unless_told_otherwise(
    sipas: Run, spec: Path, tmp_path: Path
) -> None:
    assert sipas("estimate", spec).success
    assert results(tmp_path) == {"nho.json", "nho.xlsx"}


def test_results_that_exist_are_kept_unless_forced(sipas: Run, spec: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/nho.json").write_text("kept")
    assert "--force" in sipas("estimate", spec, "--out", "out").refusal
    assert files(tmp_path / "out") == {"nho.json": b"kept"}
    assert sipas("estimate", spec, "--out", "out", "--force").success
    assert results(tmp_path) == RESULTS


def test_every_fault_is_listed_and_nothing_is_written(sipas: Run, spec: Path, tmp_path: Path) -> None:
    (spec.parent / "answers.csv").write_text("unit,sex,q1,q2\nA,M,7,4\nZ,F,4,8\n", encoding="utf-8")
    lines = sipas("estimate", spec, "--out", "out").faults
    assert [line.split(": ")[0] for line in lines] == ["answers.csv:2", "answers.csv:3", "answers.csv:3"]
    assert results(tmp_path) == set()


def test_a_full_disk_leaves_neither_file(sipas: Run, spec: Path, tmp_path: Path) -> None:
    with nearly_full_disk(6000):
        assert sipas("estimate", spec, "--out", "out").refusal
    assert results(tmp_path) == set()


def test_a_specification_that_is_not_there_is_refused(sipas: Run) -> None:
    assert "nowhere.yaml" in sipas("estimate", "nowhere.yaml").refusal


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_the_documented_command_prints_what_the_document_says(
    sipas: Run, document: Path, tmp_path: Path
) -> None:
    command, promised = SAID.findall(document.read_text(encoding="utf-8"))[0]
    program, *arguments = shlex.split(command)
    assert program == ".venv/bin/sipas"
    (tmp_path / "docs").symlink_to(PROJECT / "docs")
    assert sipas(*arguments).success == promised
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["example.json", "example.xlsx"]


def test_the_reference_explains_every_key(spec: Path) -> None:
    text = DOCUMENTS[0].read_text(encoding="utf-8")
    fields = {name for model in MODELS for name in model.model_fields}
    assert {name for name in fields if f"`{name}`" not in text} == set()
    written = json.loads(estimating.estimate(spec, "vi").files["nho.json"])
    assert {key for key in keys_of(written) if f"`{key}`" not in text} == set()


def keys_of(part: object) -> set[str]:
    """Every key of the JSON but those of the settings, which repeat the specification, and of groups."""
    if isinstance(part, list):
        return {key for one in part for key in keys_of(one)}
    if not isinstance(part, dict):
        return set()
    return set(part) | {
        key for name, one in part.items() if name not in {"settings", "group"} for key in keys_of(one)
    }

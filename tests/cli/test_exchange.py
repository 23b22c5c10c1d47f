"""Questionnaires written for other tools and read from them at the command line."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from questionnaires.loading import DefinitionFaults
from questionnaires.reading import read_definition
from survey.cli import cli
from survey.cli.refusals import Refused
from survey.library import shipped_definitions

CODE = "quay_5_yeu_to"


def run(*arguments: str | Path) -> str:
    done = CliRunner().invoke(cli, ["questionnaire", *map(str, arguments)], catch_exceptions=False)
    return done.output


@pytest.mark.parametrize("ending", [".xlsx", ".json", ".yaml"])
def test_a_shipped_form_is_exported_and_imported_again_whole(tmp_path: Path, ending: str) -> None:
    out, back = tmp_path / f"phieu{ending}", tmp_path / "lai.yaml"
    assert str(out) in run("export", CODE, "--out", out)
    assert "19 tiêu chí" in run("import", out, "--out", back)
    assert read_definition(back.read_bytes(), "lai.yaml") == shipped_definitions()[CODE]


def test_an_import_overwrites_nothing_unless_it_is_told_to(tmp_path: Path) -> None:
    form, mine = tmp_path / "phieu.json", tmp_path / "mine.yaml"
    run("export", CODE, "--out", form)
    mine.write_text("của tôi", encoding="utf-8")
    with pytest.raises(Refused, match="--force"):
        run("import", form, "--out", mine)
    assert mine.read_text(encoding="utf-8") == "của tôi"
    run("import", form, "--out", mine, "--force")
    assert mine.read_text(encoding="utf-8") != "của tôi"


def test_an_unknown_format_is_named_with_those_that_are_known(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"\.docx.*\.xlsx"):
        run("export", CODE, "--out", tmp_path / "phieu.docx")
    strange = tmp_path / "phieu.docx"
    strange.write_bytes(b"x")
    with pytest.raises(DefinitionFaults, match=r"\.xlsx"):
        run("import", strange, "--out", tmp_path / "lai.yaml")

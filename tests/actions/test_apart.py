"""Work done by a process of its own: once for all who ask, told when it fails, and begun again when it dies."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from survey.actions import apart
from survey.actions.apart import StillWorking, Work, WorkFailed, made
from survey.store.shelf import Shelf

PATIENCE = 60.0


def counted(folder: Path, result: str) -> str:
    """Works once it may, and tells that it did."""
    (folder / str(os.getpid())).touch()
    while not (folder / "go").exists():
        time.sleep(0.02)
    return result.upper()


def refused(folder: Path) -> None:
    (folder / str(os.getpid())).touch()
    raise ValueError("không có số liệu")


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    folder = tmp_path / "begun"
    folder.mkdir()
    return folder


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "results")


def processes(begun: Path) -> list[int]:
    return [int(file.name) for file in begun.iterdir() if file.name.isdigit()]


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def tried_again(shelf: Shelf, work: Work, begun: Path) -> bool:
    """The process before holds its name until its very end, so it is asked for again and again."""
    with suppress(StillWorking, WorkFailed):
        made(shelf, work)
    return len(processes(begun)) > 1


def waited(shelf: Shelf, work: Work) -> object:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return made(shelf, work)
        except StillWorking:
            assert time.monotonic() < end
            time.sleep(0.05)


def test_all_who_ask_meanwhile_wait_for_one_process_and_then_have_its_result(
    shelf: Shelf, begun: Path
) -> None:
    work = Work("name", "key", counted, (begun, "được"))
    for _ in range(3):
        with pytest.raises(StillWorking):
            made(shelf, work)
    until(lambda: processes(begun))
    with pytest.raises(StillWorking) as told:
        made(Shelf(shelf.folder), work)
    assert told.value.seconds > 0
    (begun / "go").touch()
    assert waited(shelf, work) == "ĐƯỢC"
    assert made(Shelf(shelf.folder), work) == "ĐƯỢC"
    assert len(processes(begun)) == 1


def test_a_result_for_what_was_before_is_made_anew(shelf: Shelf, begun: Path) -> None:
    (begun / "go").touch()
    assert waited(shelf, Work("name", "old", counted, (begun, "cũ"))) == "CŨ"
    assert waited(shelf, Work("name", "new", counted, (begun, "mới"))) == "MỚI"
    assert len(processes(begun)) == 2


def test_a_process_that_is_killed_is_started_anew(shelf: Shelf, begun: Path) -> None:
    work = Work("name", "key", counted, (begun, "được"))
    with pytest.raises(StillWorking):
        made(shelf, work)
    until(lambda: processes(begun))
    [first] = processes(begun)
    os.kill(first, signal.SIGKILL)
    (begun / "go").touch()
    assert waited(shelf, work) == "ĐƯỢC"
    assert len(processes(begun)) == 2


def test_what_fails_says_so_and_is_not_tried_again_at_once(
    shelf: Shelf, begun: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    work = Work("name", "key", refused, (begun,))
    for _ in range(2):
        with pytest.raises(WorkFailed, match="không có số liệu"):
            waited(shelf, work)
    assert len(processes(begun)) == 1
    monkeypatch.setattr(apart, "FORGIVEN", -1.0)
    until(lambda: tried_again(shelf, work, begun))
    assert "ValueError: không có số liệu" in capfd.readouterr().err


def test_a_result_is_not_believed_for_ever(
    shelf: Shelf, begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (begun / "go").touch()
    work = Work("name", "key", counted, (begun, "được"))
    waited(shelf, work)
    monkeypatch.setattr(apart, "KEPT", -1.0)
    until(lambda: tried_again(shelf, work, begun))


LEAVING = """
import sys
from contextlib import suppress
from pathlib import Path

from survey.actions.apart import StillWorking, Work, made
from survey.store.shelf import Shelf
from tests.actions.test_apart import counted

folder = Path(sys.argv[1])
with suppress(StillWorking):
    made(Shelf(folder / "results"), Work("name", "key", counted, (folder / "begun", "được")))
"""


def test_a_server_that_ends_first_leaves_the_process_to_its_work_without_a_word(
    shelf: Shelf, begun: Path, tmp_path: Path
) -> None:
    said = tmp_path / "said"
    with said.open("w") as errors:  # a pipe would be open for as long as the process works
        command = [sys.executable, "-W", "error", "-c", LEAVING, str(tmp_path)]
        subprocess.run(command, stderr=errors, check=True)
    assert said.read_text() == ""
    (begun / "go").touch()
    assert waited(shelf, Work("name", "key", counted, (begun, "được"))) == "ĐƯỢC"
    assert len(processes(begun)) == 1

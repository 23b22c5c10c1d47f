"""Results kept in files: found under what they were made from, whole or not at all, one maker at a time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from survey.store.shelf import Shelf

HOLDING = "import sys, time; print('holding', flush=True); time.sleep(60)"


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    found = Shelf(tmp_path / "results")
    lock = found.lock("figures")
    assert lock is not None
    os.close(lock)
    return found


def test_a_result_is_found_by_every_process_under_what_it_was_made_from(shelf: Shelf) -> None:
    shelf.put("figures", "a", {"index": 0.84})
    found = Shelf(shelf.folder).find("figures", "a")
    assert found is not None
    assert (found.result, found.failure) == ({"index": 0.84}, "")


def test_a_result_made_from_something_else_is_not_found(shelf: Shelf) -> None:
    shelf.put("figures", "a", 1)
    assert shelf.find("figures", "b") is None
    assert shelf.find("others", "a") is None
    shelf.put("figures", "b", 2)
    assert shelf.find("figures", "a") is None


@pytest.mark.parametrize("kept", [0, 1, 7, 20])
def test_a_file_that_was_cut_off_is_no_result(shelf: Shelf, kept: int) -> None:
    shelf.put("figures", "a", list(range(100)))
    [file] = shelf.folder.glob("*.result")
    file.write_bytes(file.read_bytes()[:kept])
    assert shelf.find("figures", "a") is None


def test_only_the_owner_reads_the_folder(shelf: Shelf) -> None:
    assert shelf.folder.stat().st_mode & 0o077 == 0


def test_a_name_has_one_holder_and_other_names_are_free(shelf: Shelf) -> None:
    lock = shelf.lock("figures")
    assert lock is not None
    assert shelf.lock("figures") is None
    other = shelf.lock("others")
    assert other is not None
    os.close(other)
    os.close(lock)
    again = shelf.lock("figures")
    assert again is not None
    os.close(again)


def test_a_lock_ends_with_the_process_that_inherited_it_however_that_ends(shelf: Shelf) -> None:
    lock = shelf.lock("figures")
    assert lock is not None
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING], stdout=subprocess.PIPE, pass_fds=(lock,)
    ) as holder:
        os.close(lock)
        assert holder.stdout is not None
        holder.stdout.readline()
        assert shelf.lock("figures") is None
        holder.kill()
    free = shelf.lock("figures")
    assert free is not None
    os.close(free)


def test_only_the_results_of_names_that_are_kept_stay(shelf: Shelf) -> None:
    for name in ("kept", "gone"):
        shelf.put(name, "a", name)
        lock = shelf.lock(name)
        assert lock is not None
        os.close(lock)
    shelf.keep_only({"kept", "never put"})
    assert shelf.find("kept", "a") is not None
    assert shelf.find("gone", "a") is None
    assert len(list(shelf.folder.iterdir())) == 2
    shelf.keep_only(())
    assert list(shelf.folder.iterdir()) == []
    Shelf(shelf.folder / "never made").keep_only(())


def test_a_name_is_held_while_a_process_has_its_lock(shelf: Shelf) -> None:
    assert not shelf.is_held("figures")
    lock = shelf.lock("figures")
    assert lock is not None
    assert Shelf(shelf.folder).is_held("figures")
    os.close(lock)
    assert not shelf.is_held("figures")

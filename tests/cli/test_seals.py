"""Sealing and checking from the command line: one command proves that nothing was taken out or changed, or says what was."""

import pytest

from questionnaires.version import short_fingerprint
from survey.actions.seals import chain
from survey.cli.seals import ROWS
from survey.core.sealed_tables import TABLES
from survey.store.database import Database
from tests.cli.conftest import Run
from tests.places import add_responses
from tests.tampering import Hand

BROKEN = 1


@pytest.fixture
def sealed(filled: Database, sipas: Run) -> Database:
    """The instance's database with answers, all of them sealed."""
    add_responses(filled, "XA", "land", [5, 4, 1])
    assert "niêm phong số 2: 3 phiếu" in sipas("seal", "write").success
    return filled


def test_an_untouched_database_is_proved_to_be_whole_with_the_digest_to_be_noted(
    sipas: Run, sealed: Database
) -> None:
    said = sipas("seal", "verify").success
    assert "Nguyên vẹn: 2 niêm phong, 3 phiếu; 0 phiếu chờ niêm phong" in said
    assert chain(sealed)[0].digest in said


@pytest.mark.usefixtures("sealed")
def test_sealing_again_says_that_nothing_is_new(sipas: Run) -> None:
    assert "Không có gì mới" in sipas("seal", "write").success


def test_what_was_changed_and_what_was_removed_is_named_and_the_exit_code_is_1(
    sipas: Run, sealed: Database
) -> None:
    hand = Hand(sealed)
    first, second, *_rest = hand.rows("response")
    hand.change("response", first, "answers", '{"a1":5}')
    hand.remove("response", second)
    hand.sql("UPDATE frame SET dossiers = 61 WHERE dossiers = 60 AND round_id = 2")
    outcome = sipas("seal", "verify")
    assert outcome.code == BROKEN
    where = "2026-q4 · XA · land · 10:00 20/11/2026"
    assert outcome.out.splitlines() == [
        f"Phiếu trả lời {first['id']} ({where}) đã bị sửa sau khi niêm phong; niêm phong số 2",
        f"Phiếu trả lời {second['id']} (2026-q4) đã bị xóa sau khi niêm phong; niêm phong số 2",
        "Số hồ sơ của tầng 2/2/1 (2026-q4 · XA · land) đã bị sửa sau khi niêm phong; niêm phong số 1",
    ]
    assert "3 chỗ không đúng" in outcome.err


def test_the_digest_printed_on_a_report_shows_that_the_end_of_the_chain_was_cut_off(
    sipas: Run, sealed: Database
) -> None:
    noted = chain(sealed)[0].digest
    printed = short_fingerprint(noted)
    assert sipas("seal", "verify", "--noted", printed).success
    Hand(sealed).sql(
        "DELETE FROM sealed_response WHERE seal_number = 2",
        "DELETE FROM sealed_change WHERE seal_number = 2",
        "DELETE FROM seal WHERE number = 2",
    )
    outcome = sipas("seal", "verify", "--noted", printed)
    assert outcome.code == BROKEN
    assert "đã bị cắt" in outcome.out


def test_nothing_is_sealed_after_a_seal_that_was_tampered_with(sipas: Run, sealed: Database) -> None:
    Hand(sealed).sql("UPDATE seal SET content = '{}' WHERE number = 2")
    assert "sipas seal verify" in sipas("seal", "write").refusal
    outcome = sipas("seal", "verify")
    assert outcome.code == BROKEN
    assert "Niêm phong 2 không nối tiếp" in outcome.out


def test_a_row_of_every_sealed_table_is_named_in_vietnamese() -> None:
    assert set(TABLES) <= set(ROWS)
    assert len(set(ROWS.values())) == len(ROWS)

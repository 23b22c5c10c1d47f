"""`sipas report verify` says that what was published still holds, or what does not."""

import pytest

from survey.actions import report_checking
from survey.store.database import Database
from tests.actions.test_issuing import closed, published
from tests.cli.conftest import Run
from tests.places import EARLIER, ROUND
from tests.tampering import Hand


@pytest.fixture
def issued(filled: Database) -> Database:
    """The small place with a published report of its newer round."""
    published(closed(filled))
    return filled


@pytest.mark.usefixtures("issued")
def test_a_published_report_holds(sipas: Run) -> None:
    said = sipas("report", "verify", ROUND).success
    assert f"Báo cáo đợt {ROUND}, bản số 1: nguyên vẹn" in said
    assert "Mã nội dung: " in said


def test_what_was_changed_is_named_and_ends_with_1(sipas: Run, issued: Database) -> None:
    Hand(issued).sql(
        "UPDATE frame SET dossiers = dossiers * 5 WHERE unit_id = (SELECT id FROM unit WHERE code = 'XA')",
        "UPDATE report_text SET content = replace(content, 'Chỉ số', 'Con số')",
    )
    found = sipas("report", "verify", ROUND)
    assert found.code == 1
    for words in (
        "số hồ sơ của đơn vị XA đã bị sửa",
        "lời báo cáo đã bị sửa",
        "chỉ số hài lòng chung lúc ban hành là",
    ):
        assert words in found.err
    assert "tệp PDF tiếng Việt lập lại khác" in found.err


@pytest.mark.usefixtures("issued")
def test_without_a_round_every_published_report_is_checked(sipas: Run) -> None:
    found = sipas("report", "verify")
    # That of the earlier round was never made from what is stored.
    assert found.code == 1
    assert f"Báo cáo đợt {ROUND}, bản số 1: nguyên vẹn" in found.out
    assert f"Báo cáo đợt {EARLIER}, bản số 1" in found.err


def test_another_program_is_named_where_only_the_bytes_differ(
    sipas: Run, issued: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    Hand(issued).sql("UPDATE published_report SET pdf_en = 'a'")
    monkeypatch.setattr(report_checking, "running", lambda: "sipas 9.9")
    said = sipas("report", "verify", ROUND).err
    assert "bây giờ: sipas 9.9" in said
    assert "tệp PDF tiếng Anh đang lưu không phải tệp đã ban hành" in said


@pytest.mark.usefixtures("filled")
def test_what_was_never_published_is_refused(sipas: Run) -> None:
    assert f"“{ROUND}”" in sipas("report", "verify", ROUND).refusal
    assert "mã đợt" in sipas("report", "verify", "--issue", "1").refusal

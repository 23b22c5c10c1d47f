"""The demo: one command from nothing to papers, the same bytes every time, on both databases."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from survey.actions import demo, keying
from survey.actions.rounds import boards
from survey.core.place import Instance
from survey.store import accounts, counts, places, published_reports, rounds
from survey.store.database import Database
from survey.store.tables import ResponseRow, RoundRow
from tests.papers import decoded, pages
from tests.server import Installation, free_port

SIMULATED = "Dữ liệu mô phỏng"
FILES = ("bao-cao.pdf", "bao-cao-da-ban-hanh.pdf", "ap-phich.pdf")


@pytest.fixture
def installation(empty_database: Database, tmp_path: Path) -> Installation:
    """An empty database on either engine."""
    return Installation(empty_database.url, tmp_path, free_port())


def test_the_demo_leaves_a_full_province_and_its_papers(
    installation: Installation, empty_database: Database, tmp_path: Path
) -> None:
    said = installation.run("demo", "--no-serve", "--out", str(tmp_path / "first"))
    assert "Đăng nhập: canbo (officer), canbo2 (officer), lanhdao (leader), quantri (administrator)" in said
    assert "Mật khẩu" in said
    assert str(tmp_path / "first" / "bao-cao.pdf") in said

    with empty_database.reading() as session:
        held = rounds.all_rounds(session, now=datetime.now(UTC))
        counters = places.counters(session)
        answered = [counts.of_round(session, round_.code) for round_ in held]
    assert [round_.is_open(datetime.now(UTC)) for round_ in held] == [True, False]
    assert 39_500 <= answered[0] <= 40_500

    report, posters = pages(tmp_path / "first" / "bao-cao.pdf"), pages(tmp_path / "first" / "ap-phich.pdf")
    assert all(SIMULATED in page for page in report)
    for matter in (
        "84,39 %",
        "khoảng tin cậy 95%",
        "không đạt",
        "So với Đợt khảo sát quý III",
        "Nên xem trước",
        "Độ tin cậy",
    ):
        assert matter in report[0]
    issued = pages(tmp_path / "first" / "bao-cao-da-ban-hanh.pdf")
    assert all(SIMULATED in page for page in issued)
    whole = " ".join(" ".join(issued).split())
    for matter in (
        "Số: 215/BC-SNV",
        "Lam Giang, ngày 20 tháng 10 năm 2026",
        "Căn cứ Nghị định số 118/2025/NĐ-CP ngày 09 tháng 6 năm 2025 của Chính phủ",
        "ĐÁNH GIÁ CHUNG",
        "TỒN TẠI, HẠN CHẾ VÀ NGUYÊN NHÂN",
        "KIẾN NGHỊ, ĐỀ XUẤT",
        "Đã báo cáo 9 trong 11 chỉ tiêu",
        "Nguyễn Văn Mẫu (mô phỏng)",
    ):
        assert matter in whole
    assert "{" not in whole, "every live field is filled in"
    assert "bản số 1: nguyên vẹn" in installation.run("report", "verify")
    assert "Nguyên vẹn: 2 niêm phong" in installation.run("seal", "verify")
    with empty_database.reading() as session:
        [issue] = published_reports.issues(session, held[1].code)
        assert published_reports.public_numbers(session, held[1].code) == {1}
    assert (issue.submitted_by, issue.published_by) == ("canbo", "duyet")
    assert len(posters) == len(counters)
    for counter, poster in zip(counters, posters, strict=True):
        assert SIMULATED in poster
        assert f"{installation.address}/q/{counter.code}" in poster
    for number in (0, len(counters) // 2, len(counters) - 1):
        assert decoded(tmp_path / "first" / "ap-phich.pdf", number) == [
            f"{installation.address}/q/{counters[number].code}"
        ]


def test_two_officers_of_the_demo_try_keying_twice_and_who_left_is_not_offered(tmp_path: Path) -> None:
    installation = Installation(f"sqlite:///{tmp_path / 'sipas.sqlite'}", tmp_path, 8000)
    installation.run("demo", "--no-serve", "--out", str(tmp_path))
    database, now = Database(installation.database_url), datetime.now(UTC)
    round_ = keying.pile_board(
        database, boards(database, within=None, now=now)[0].round.code, within=None, now=now
    )
    with database.reading() as session:
        counter = next(c for c in places.counters(session) if c.field_code and not c.retired)
    code, item = round_.round.code, round_.round.version.definition.items[0].code
    number = keying.begin_pile(
        database, code, unit_code=counter.unit_code, field_code=counter.field_code or "", day=now.date(), forms=1,
        every=1, by=demo.OFFICER, now=now,
    )  # fmt: skip
    for turn, by, said in ((1, demo.OFFICER, "4"), (2, demo.SECOND_OFFICER, "5"), (3, demo.OFFICER, "5")):
        keying.key_form(database, code, number, form=1, turn=turn, keys={item: said}, by=by, now=now)
    assert len(keying.keying(database, code, number, within=None, now=now).review.resolved) == 1
    assert keying.store_pile(database, code, number, by=demo.SECOND_OFFICER, now=now, key=b"k" * 32) == 1
    with database.writing() as session:
        accounts.withdraw(session, "canbo2", at=now)
    database.close()
    again = installation.run("demo", "--no-serve", "--out", str(tmp_path))
    assert "Đăng nhập: canbo (officer), lanhdao (leader)" in again


def test_the_demo_is_the_same_bytes_every_time_and_keeps_what_was_answered(tmp_path: Path) -> None:
    papers = []
    for name in ("one", "two"):
        folder = tmp_path / name
        installation = Installation(f"sqlite:///{folder / 'sipas.sqlite'}", folder, 8000)
        installation.run("demo", "--no-serve", "--out", str(folder))
        papers.append([(folder / file).read_bytes() for file in FILES])
    assert papers[0] == papers[1]

    database = Database(f"sqlite:///{tmp_path / 'two' / 'sipas.sqlite'}")
    stored = _responses(database)
    again = installation.run("demo", "--no-serve", "--out", str(tmp_path / "again"))
    assert "dùng lại" in again
    assert _responses(database) == stored
    database.close()
    assert [(tmp_path / "again" / file).read_bytes() for file in FILES] == papers[0]


def test_a_demo_that_was_broken_off_is_built_anew(tmp_path: Path) -> None:
    installation = Installation(f"sqlite:///{tmp_path / 'sipas.sqlite'}", tmp_path, 8000)
    installation.run("database", "upgrade")
    database = Database(installation.database_url)
    with database.writing() as session:
        places.set_instance(session, Instance("", "Sở", "Nơi", "BC", simulated=True))
    assert demo.is_filled(database)
    database.close()
    assert "dở dang" in installation.run("demo", "--no-serve", "--out", str(tmp_path))
    assert "bản số 1: nguyên vẹn" in installation.run("report", "verify")


def test_the_demo_never_touches_a_database_with_other_data(sqlite_small: Database, tmp_path: Path) -> None:
    with sqlite_small.writing() as session:
        owner = places.instance(session)
        assert owner is not None
        places.set_instance(
            session, type(owner)(owner.superior, owner.agency, owner.place, "BC", simulated=False)
        )
    installation = Installation(sqlite_small.url, tmp_path, 8000)
    with pytest.raises(AssertionError, match="dữ liệu thật"):
        installation.run("demo", "--no-serve", "--reset", "--out", str(tmp_path))
    with sqlite_small.reading() as session:
        assert session.scalar(select(func.count()).select_from(RoundRow)) == 2


def _responses(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(ResponseRow.id).order_by(ResponseRow.id)))

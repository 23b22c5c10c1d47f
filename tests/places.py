"""A small place to test in: two communes and a department, two fields, five counters, an open round."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from hashlib import sha256
from itertools import count

import sqlalchemy as sa

from questionnaires.definition import Definition
from questionnaires.drafting import draft_of
from survey.actions import seals
from survey.actions.people import hash_password
from survey.core.account import Account
from survey.core.counter import Counter, with_check_character
from survey.core.device import KINDS, secret_hash
from survey.core.keying import Pile
from survey.core.place import Field, Instance, Unit
from survey.core.published_report import PublishedReport
from survey.core.question_kinds import Answer
from survey.core.response import Response
from survey.core.round import Round
from survey.core.tally import Option, Tally
from survey.core.ticket import Ticket, ticket_code, ticket_hash
from survey.library import shipped_definitions, shipped_target_sheets
from survey.store import (
    accounts,
    devices,
    drafts,
    piles,
    places,
    published_reports,
    responses,
    rounds,
    sources,
    target_sheets,
    tickets,
    uploads,
    versions,
)
from survey.store.database import Database
from survey.store.sources import SourceLoad
from survey.store.tables import RoundRow
from survey.store.uploads import Upload

NOW = datetime(2026, 11, 20, 3, 25, 40, tzinfo=UTC)
HOUR = datetime(2026, 11, 20, 3, tzinfo=UTC)
SECRET = "a secret for tests only, long enough"
KEY = SECRET.encode()
PASSWORD = "mat khau cua bai thu"

INSTANCE = Instance("Ủy ban nhân dân tỉnh Thử", "Sở Nội vụ", "Thử", "BC-SNV", simulated=True)
UNITS = (
    Unit("SO", "Sở Thử nghiệm", "department"),
    Unit("XA", "Xã Bình An", "commune"),
    Unit("PH", "Phường Hòa Thuận", "commune"),
)
FIELDS = (
    Field("land", "Đất đai", "Land"),
    Field("civil_status", "Hộ tịch – Chứng thực", "Civil status"),
)
DOSSIERS = {
    ("SO", "land"): 400,
    ("XA", "land"): 60,
    ("XA", "civil_status"): 1500,
    ("PH", "land"): 90,
    ("PH", "civil_status"): 3000,
}

MIXED = with_check_character([0, 1, 2, 3, 4, 5, 6])
"""Counter of the commune that serves several fields."""
LAND_ONLY = with_check_character([7, 8, 9, 10, 11, 12, 13])
"""Counter of the department that serves one field."""
RETIRED = with_check_character([30, 29, 28, 27, 26, 25, 24])
COUNTERS = (
    Counter(LAND_ONLY, "SO", "land", "Quầy số 1 – Đất đai", "Trung tâm Phục vụ hành chính công tỉnh"),
    Counter(MIXED, "XA", None, "Quầy số 1", "Trung tâm Phục vụ hành chính công xã Bình An"),
    Counter(with_check_character([1] * 7), "PH", None, "Quầy số 1", "Trung tâm phường"),
    Counter(with_check_character([2] * 7), "PH", "land", "Quầy số 2 – Đất đai", "Trung tâm phường"),
    Counter(RETIRED, "PH", None, "Quầy cũ", "Trụ sở cũ", retired=True),
)
ROUND = "2026-q4"
DOSSIER = "H40.16-261120-0001"
TICKET = ticket_code(ROUND, DOSSIER, key=KEY)
"""The one-time ticket of a land dossier at the commune's counter for several fields."""
EARLIER = "2026-q3"
OFFICER = Account("canbo", "Cán bộ", "officer")
LEADER = Account("lanhdao", "Lãnh đạo", "leader")
ADMINISTRATOR = Account("quantri", "Người quản trị", "administrator")
APPROVER = Account("duyet", "Người duyệt phiếu", "approver")
AUDITOR = Account("kiemtra", "Người kiểm tra", "auditor")
PEOPLE = (OFFICER, LEADER, ADMINISTRATOR, APPROVER, AUDITOR)

KIOSK = "kiosk-secret-for-tests"
SCREEN = "screen-secret-for-tests"
"""The secret addresses of a tablet and a screen at the commune's counter for several fields."""

FRAME_FILE, UNITS_FILE = "a-frame-that-waits", "a-list-that-waits"
TALLY_FILE, RESPONSE_FILE = "tallies-that-wait", "responses-that-wait"
"""Tokens of uploaded tables that wait to be confirmed."""

FRAME_TABLE = (
    "Đơn vị;Lĩnh vực;Số hồ sơ\nXã Bình An;Đất đai;1.234\nPhường Hòa Thuận;Đất đai;90\nTổng cộng;;1.324\n"
)
TALLY_TABLE = (
    "Đơn vị;Nội dung;Rất hài lòng;Hài lòng;Không hài lòng;Số phiếu\nXã Bình An;Thái độ phục vụ;5;4;1;10\n"
)
RESPONSE_TABLE = "Đơn vị;Lĩnh vực;Câu 1\nXã Bình An;Đất đai;5\n"
TALLY = Tally(
    2,
    "XA",
    "",
    "",
    "Nơi đón tiếp",
    "",
    (Option("Hài lòng", satisfied=True, count=45), Option("Không hài lòng", satisfied=False, count=5)),
    50,
)
"""What the small place has from paper."""
UNITS_TABLE = "Mã đơn vị;Tên đơn vị;Cấp;Từ ngày\nXA;Xã Bình An Mới;Xã;\nMOI;Xã Mới;Xã;01/07/2025\n"

PAPER = b"%PDF-1.7 a report that was published"
ISSUED = PublishedReport(
    number=1,
    text_number=0,
    freeze_digest="f" * 64,
    seal_number=0,
    address="/seal",
    small_cell=5,
    digest="d" * 64,
    parts={},
    figures={"responses": 0.0},
    program="sipas",
    pdf_vi=sha256(PAPER).hexdigest(),
    pdf_en=sha256(PAPER).hexdigest(),
    reason="",
    submitted_by="canbo",
    published_by="duyet",
    published_at=datetime(2026, 10, 20, tzinfo=UTC),
)
"""The report of the earlier round, published by an earlier program."""

_numbers = count(1)


@cache
def five_factors() -> Definition:
    """The shipped five-factor counter form."""
    return shipped_definitions()["quay_5_yeu_to"]


def fill_small(database: Database) -> None:
    """Fill an upgraded, empty database with the small place: an open round, a closed one, a draft, all roles, sealed once."""
    with database.writing() as session:
        places.set_instance(session, INSTANCE)
        places.add_units(session, UNITS)
        places.add_fields(session, FIELDS)
        places.add_counters(session, COUNTERS)
        target_sheets.add(session, "nghe-an-2024", shipped_target_sheets()["nghe-an-2024"])
        version = versions.add(session, five_factors(), published_at=NOW)
        for round_ in (
            Round(
                EARLIER, "Quý III năm 2026", "Third quarter of 2026", date(2026, 7, 1), date(2026, 9, 30),
                version, "nghe-an-2024", datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC), "nguồn thử",
            ),
            Round(
                ROUND, "Quý IV năm 2026", "Fourth quarter of 2026", date(2026, 10, 1), date(2026, 12, 31),
                version, "nghe-an-2024", datetime(2026, 10, 1, tzinfo=UTC), None, "nguồn thử",
            ),
        ):  # fmt: skip
            rounds.add(session, round_, DOSSIERS)
        for kind, secret in zip(KINDS, (KIOSK, SCREEN), strict=True):
            devices.add(session, kind, MIXED, kind, secret_hash=secret_hash(secret, key=KEY), at=NOW)
        tickets.add_new(session, ROUND, [Ticket(ticket_hash(TICKET, key=KEY), ROUND, MIXED, "land")])
        for purpose, subject, token, table in (
            ("frame", ROUND, FRAME_FILE, FRAME_TABLE),
            ("units", "", UNITS_FILE, UNITS_TABLE),
            ("tallies", ROUND, TALLY_FILE, TALLY_TABLE),
            ("responses", ROUND, RESPONSE_FILE, RESPONSE_TABLE),
        ):
            waiting = Upload(purpose, subject, f"{purpose}.csv", table.encode())
            # Files wait for a day of the real clock.
            uploads.add(session, waiting, token=token, who=OFFICER.name, at=datetime.now(UTC))
        load = SourceLoad(
            "tallies", "Phiếu giấy", date(2026, 11, 19), "giay.csv", "b" * 64, 1, 0, "canbo", NOW
        )
        sources.add_tallies(session, ROUND, sources.add(session, ROUND, load), [TALLY])
        sources.add(session, ROUND, replace(load, kind="responses", rows=0))
        pile = Pile(0, "XA", "land", MIXED, date(2026, 11, 19), forms=3, every=1, who="canbo")
        piles.add(session, ROUND, version.fingerprint, pile)
        drafts.add(session, draft_of(five_factors()), who=OFFICER.name, at=NOW)
        published_reports.add(session, EARLIER, ISSUED, {"vi": PAPER, "en": PAPER})
        published_reports.release(session, EARLIER, 1, is_public=True, who=APPROVER.name, at=NOW)
        # One hash for all: it takes its time on purpose.
        hashed = hash_password(PASSWORD)
        for account in PEOPLE:
            accounts.add(session, account, password_hash=hashed)
    seals.write(database, now=NOW, key=KEY)


def response_id() -> str:
    """A fresh id that looks like ours."""
    return f"{next(_numbers):032x}"


def all_answers(code: int = 4) -> dict[str, str]:
    """Form texts that answer every item of the five-factor form with one code."""
    return {item.code: str(code) for item in five_factors().items}


def make_response(
    *,
    unit: str = "XA",
    field: str = "land",
    round_code: str = ROUND,
    answers: Mapping[str, Answer] | None = None,
    id_: str | None = None,
    version: str,
    hour: datetime = HOUR,
) -> Response:
    """A response of the small place."""
    counter = next(c.code for c in COUNTERS if c.unit_code == unit and not c.retired)
    given = answers if answers is not None else {item.code: 4 for item in five_factors().items}
    return Response(id_ or response_id(), round_code, version, counter, unit, field, "qr", "vi", given, hour)


def add_responses(
    database: Database,
    unit: str,
    field: str,
    codes: list[int],
    round_code: str = ROUND,
    *,
    hour: datetime = HOUR,
) -> None:
    """Store one response per code, each answering every item with it."""
    with database.writing() as session:
        version = versions.published(session)[0].fingerprint
        items = [item.code for item in five_factors().items]
        responses.add_many(
            session,
            [
                make_response(
                    unit=unit,
                    field=field,
                    round_code=round_code,
                    answers=dict.fromkeys(items, code),
                    version=version,
                    hour=hour,
                )
                for code in codes
            ],
        )


def let_two_weeks_pass(database: Database) -> None:
    """As if the round had closed earlier, so that nothing can arrive any more and every answer counts."""
    then = datetime.now(UTC) - timedelta(days=15)
    with database.writing() as session:
        moments = {"opened_at": then - timedelta(days=60), "closed_at": then}
        session.execute(sa.update(RoundRow).where(RoundRow.code == ROUND).values(moments))

"""Fill an empty database with the simulated province."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, time, timedelta

import numpy as np
from sqlalchemy.orm import Session

from questionnaires.definition import Definition
from questionnaires.version import Version
from survey.actions import freezing, issuing, releasing, report_texts, seals
from survey.actions.people import hash_password
from survey.core.account import Account
from survey.core.counter import ALPHABET, BODY_LENGTH, Counter, with_check_character
from survey.core.evidence import NOT_ANSWERED_CODE, NOT_APPLICABLE_CODE
from survey.core.openings import OpenedAt, Openings
from survey.core.place import Field, Instance, Unit
from survey.core.question_kinds import NOT_APPLICABLE, Answer
from survey.core.response import Response
from survey.core.round import VIETNAM, Round
from survey.demo.answers import LANGUAGES, MODES
from survey.demo.elsewhere import FIGURES
from survey.demo.simulation import PLANS, SEED, Demo, DemoRound, simulate
from survey.demo.written import TEXTS
from survey.store import accounts, openings, places, reported, responses, rounds, target_sheets, versions
from survey.store.database import Database
from survey.store.schema import is_empty

PUBLISHED_AT = datetime(2026, 6, 22, 2, tzinfo=UTC)
QUESTIONNAIRE = "quay_5_yeu_to"
TARGET_SHEET = "nghe-an-2024"
CLOSED_AT = datetime(2026, 9, 30, 17, tzinfo=UTC)
"""The midnight after the last response of the first round."""
SETTLED_AT = datetime(2026, 10, 15, 2, tzinfo=UTC)
"""When nothing of it can arrive any more."""
WRITTEN_AT = datetime(2026, 10, 19, 8, tzinfo=UTC)
ISSUED_AT = datetime(2026, 10, 20, 2, tzinfo=UTC)
SEALED_AT = datetime(2026, 11, 20, 17, tzinfo=UTC)
"""The midnight after the last simulated response."""
SEAL_KEY = b"simulated receipts, which nobody holds"
"""The same in every instance, so that the demo's seal and its printed report are."""
FRAME_SOURCE = (
    "Hệ thống thông tin giải quyết thủ tục hành chính của tỉnh (mô phỏng), hồ sơ có kết quả trong kỳ"
)

OFFICER = Account("canbo", "Cán bộ khảo sát (mô phỏng)", "officer")
SECOND_OFFICER = Account("canbo2", "Cán bộ khảo sát thứ hai (mô phỏng)", "officer")
"""Paper forms of a sample are keyed by two people."""
LEADER = Account("lanhdao", "Lãnh đạo (mô phỏng)", "leader")
ADMINISTRATOR = Account("quantri", "Quản trị (mô phỏng)", "administrator")
APPROVER = Account("duyet", "Người duyệt (mô phỏng)", "approver")
AUDITOR = Account("kiemtra", "Kiểm tra (mô phỏng)", "auditor")
PEOPLE = (OFFICER, SECOND_OFFICER, LEADER, ADMINISTRATOR, APPROVER, AUDITOR)

Step = Callable[[str], None]


class NotEmpty(ValueError):
    """The database holds data that are not the demo's; nothing was changed."""


def is_filled(database: Database) -> bool:
    """Whether the database holds the demo already.

    Raises:
        NotEmpty: if it holds something else.
    """
    with database.reading() as session:
        owner = places.instance(session)
    if owner is not None and owner.simulated:
        return True
    if not is_empty(database):
        raise NotEmpty
    return False


def fill(
    database: Database,
    definitions: Mapping[str, Definition],
    sheets: Mapping[str, str],
    *,
    password: str,
    step: Step,
) -> None:
    """Load library, targets, province, both rounds and the accounts in one transaction.

    Args:
        database: upgraded and empty.
        definitions: the shipped questionnaires by code.
        sheets: text of the shipped target sheets by code.
        password: of all accounts.
        step: told in Vietnamese what begins.
    """
    step("mô phỏng tỉnh Lam Giang: đơn vị, hồ sơ, ý kiến")
    demo = simulate()
    codes = _counter_codes(len(demo.counters))
    with database.writing() as session:
        step("nạp bộ phiếu và chỉ tiêu của các kế hoạch")
        for definition in definitions.values():
            versions.add(session, definition, published_at=PUBLISHED_AT)
        for code, content in sheets.items():
            target_sheets.add(session, code, content)
        _add_places(session, demo, codes)
        version = next(v for v in versions.published(session) if v.definition.code == QUESTIONNAIRE)
        for demo_round in demo.rounds:
            step(f"nạp {len(demo_round.responses)} phiếu trả lời: {demo_round.name_vi}")
            round_ = _round(demo_round, version, is_last=demo_round is demo.rounds[-1])
            rounds.add(session, round_, demo_round.dossiers)
            responses.add_many(session, _responses(demo, demo_round, round_, codes))
            openings.add(session, dict(_openings(demo, demo_round, codes)))
        for code, figures in FIGURES.items():
            for figure in figures:
                reported.add(session, code, figure)
        for account in PEOPLE:
            accounts.add(session, account, password_hash=hash_password(password))


def people(database: Database) -> list[Account]:
    """The accounts with which the demo can be entered, as they are now; an older demo has fewer."""
    names = [account.name for account in PEOPLE]
    with database.reading() as session:
        found = [a for a in accounts.all_accounts(session) if a.name in names and not a.is_withdrawn]
    return sorted(found, key=lambda account: names.index(account.name))


def publish_closed_round(database: Database, *, public_url: str, small_cell: int) -> None:
    """Write, hand in and publish the report of the closed round and let everybody read it, each by whom it needs.

    What had arrived when the round closed is sealed before, since a report prints its seal.

    Args:
        database: just filled.
        public_url: where everybody reaches the site, to check the seal that the report prints.
        small_cell: groups with fewer responses show no figure.
    """
    code, author, second = PLANS[0].code, OFFICER.name, APPROVER.name
    seals.write(database, now=CLOSED_AT, key=SEAL_KEY)
    freezing.frozen(database, code, now=SETTLED_AT)
    report_texts.save(database, code, TEXTS.values, base=0, who=author, now=WRITTEN_AT)
    read = issuing.submit(database, code, "", who=author, now=WRITTEN_AT)
    issue = issuing.publish(
        database,
        code,
        read=read.id,
        public_url=public_url,
        small_cell=small_cell,
        who=second,
        now=ISSUED_AT,
    )
    releasing.set_public(database, code, issue.number, is_public=True, who=second, now=ISSUED_AT)


def published_paper(database: Database) -> bytes | None:
    """The report of the closed round as it was published; None in a demo of an earlier program."""
    try:
        return issuing.stored_file(database, PLANS[0].code, 1, "vi")
    except issuing.IssueUnknown:
        return None


def seal_all(database: Database) -> None:
    """Seal all that was filled in and done since."""
    seals.write(database, now=SEALED_AT, key=SEAL_KEY)


def is_whole(database: Database) -> bool:
    """Whether the demo was filled to its end; its last step is the seal."""
    return any(seal.sealed_at >= SEALED_AT for seal in seals.chain(database))


def _add_places(session: Session, demo: Demo, codes: list[str]) -> None:
    province = demo.province
    places.set_instance(
        session,
        Instance(
            superior=province.people_committee,
            agency=province.survey_agency,
            place=province.place,
            number_suffix="BC-SNV",
            simulated=True,
        ),
    )
    places.add_units(session, (Unit(unit.code, unit.name, unit.tier) for unit in province.units))
    places.add_fields(session, (Field(field.code, field.name_vi, field.name_en) for field in demo.fields))
    places.add_counters(
        session,
        [
            Counter(code, counter.unit_code, counter.field_code, counter.name_vi, counter.place)
            for code, counter in zip(codes, demo.counters, strict=True)
        ],
    )


def _counter_codes(number: int) -> list[str]:
    rng = np.random.Generator(np.random.PCG64(SEED + 1))
    drawn = rng.integers(0, len(ALPHABET), (number, BODY_LENGTH)).tolist()
    return [with_check_character(row) for row in drawn]


def _responses(demo: Demo, demo_round: DemoRound, round_: Round, codes: list[str]) -> Iterator[Response]:
    columns = demo_round.responses
    items = [item.code for item in round_.version.definition.items]
    for row, answers in enumerate(columns.answers.tolist()):
        given: dict[str, Answer] = {
            code: NOT_APPLICABLE if value == NOT_APPLICABLE_CODE else value
            for code, value in zip(items, answers, strict=True)
            if value != NOT_ANSWERED_CODE
        }
        for question, column in (("sex", columns.sex), ("age_group", columns.age_group)):
            if column[row] != NOT_ANSWERED_CODE:
                given[question] = int(column[row])
        yield Response(
            id=columns.rid[row],
            round_code=round_.code,
            version_fingerprint=round_.version.fingerprint,
            counter_code=codes[columns.counter_index[row]],
            unit_code=demo.province.units[columns.unit_index[row]].code,
            field_code=demo.fields[columns.field_index[row]].code,
            mode=MODES[columns.mode[row]],
            language=LANGUAGES[columns.language[row]],
            answers=given,
            received_hour=datetime.fromtimestamp(int(columns.received_hour[row]) * 3600, UTC),
            hurried=bool(columns.hurried[row]),
        )


def _openings(demo: Demo, demo_round: DemoRound, codes: list[str]) -> Iterator[tuple[OpenedAt, Openings]]:
    rows = demo_round.openings
    columns = (rows.counter_index, rows.mode, rows.opened, rows.started)
    for day, counter, mode, opened, started in zip(rows.day, *(c.tolist() for c in columns), strict=True):
        desk = demo.counters[counter]
        at = OpenedAt(demo_round.code, codes[counter], desk.unit_code, desk.field_code, MODES[mode], day)
        yield at, Openings(opened, started)


def _round(demo_round: DemoRound, version: Version, *, is_last: bool) -> Round:
    """The last round is still open, so that the demo can be answered."""
    opening = datetime.combine(demo_round.starts_on, time(), VIETNAM)
    closing = datetime.combine(demo_round.ends_on, time(), VIETNAM) + timedelta(days=1)
    return Round(
        code=demo_round.code,
        name_vi=demo_round.name_vi,
        name_en=demo_round.name_en,
        starts_on=demo_round.starts_on,
        ends_on=demo_round.ends_on,
        version=version,
        target_sheet_code=TARGET_SHEET,
        opened_at=opening,
        closed_at=None if is_last else closing,
        frame_source=FRAME_SOURCE,
    )

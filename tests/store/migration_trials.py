"""What every migration is tried with: data that it finds, and what must have become of it.

One trial per file in ``survey/store/migrations/versions``; tests/store/test_migrations.py refuses a migration
without one. The rows are written out here and never made with the program's models, because the models are
those of the newest step.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from survey.store.database import Database
from tests.store.raw import Rows, contents, sorted_rows, write


def stored(month: int, day: int, *time: int) -> datetime:
    """A moment of 2026 as it is stored: UTC without saying so."""
    return datetime(2026, month, day, *time)  # noqa: DTZ001


FIRST_ROWS: Rows = {
    "instance": [
        {
            "id": 1,
            "superior": "Ủy ban nhân dân tỉnh",
            "agency": "Sở Nội vụ",
            "place": "Đông Hà",
            "number_suffix": "BC-SNV",
            "simulated": True,
        }
    ],
    "unit": [
        {"id": 1, "code": "SO", "name": "Sở Xây dựng", "tier": "department"},
        {"id": 2, "code": "XA", "name": "Xã Bình An", "tier": "commune"},
    ],
    "field": [
        {"id": 1, "code": "land", "name_vi": "Đất đai", "name_en": "Land"},
        {"id": 2, "code": "civil", "name_vi": "Hộ tịch", "name_en": ""},
    ],
    "counter": [
        {
            "id": 1,
            "code": "23456789",
            "unit_id": 2,
            "field_id": None,
            "name": "Quầy 1",
            "place": "Sảnh",
            "retired": False,
        },
        {
            "id": 2,
            "code": "98765432",
            "unit_id": 1,
            "field_id": 1,
            "name": "Quầy 2",
            "place": "Sảnh",
            "retired": True,
        },
    ],
    "version": [
        {
            "id": 1,
            "questionnaire_code": "thu",
            "number": 1,
            "fingerprint": "a" * 64,
            "definition": '{"title":{"vi":"Phiếu thử"}}',
            "published_at": stored(7, 1, 1, 2, 3),
        },
        {
            "id": 2,
            "questionnaire_code": "thu",
            "number": 2,
            "fingerprint": "b" * 64,
            "definition": '{"title":{"vi":"Phiếu thử, bản hai"}}',
            "published_at": stored(8, 1, 1, 2, 3),
        },
    ],
    "target_sheet": [{"id": 1, "code": "nghe-an-2024", "content": "code: nghe_an_2024\n# ghi chú\n"}],
    "round": [
        {
            "id": 1,
            "code": "2026-q3",
            "name_vi": "Quý III",
            "name_en": "Q3",
            "starts_on": date(2026, 7, 1),
            "ends_on": date(2026, 9, 30),
            "version_id": 1,
            "target_sheet_id": 1,
            "opened_at": stored(7, 1),
            "closed_at": None,
            "frame_source": "Cổng dịch vụ công",
        },
        {
            "id": 2,
            "code": "2026-q4",
            "name_vi": "Quý IV",
            "name_en": "Q4",
            "starts_on": date(2026, 10, 1),
            "ends_on": date(2026, 12, 31),
            "version_id": 1,
            "target_sheet_id": None,
            "opened_at": None,
            "closed_at": None,
            "frame_source": "",
        },
    ],
    "frame": [
        {"round_id": 1, "unit_id": 2, "field_id": 1, "dossiers": 120},
        {"round_id": 1, "unit_id": 2, "field_id": 2, "dossiers": 0},
    ],
    "response": [
        {
            "id": f"{number:032x}",
            "round_id": 1,
            "version_id": 1,
            "counter_id": 1,
            "unit_id": 2,
            "field_id": 1,
            "mode": "qr",
            "language": "vi",
            "answers": '{"a1":4,"comment":"Cán bộ “rất” tốt; 100%"}',
            "fingerprint": "c" * 64,
            "received_hour": stored(7, 2, 3),
        }
        for number in (1, 2, 3)
    ],
    "account": [
        {
            "id": 1,
            "name": "canbo",
            "display_name": "Cán bộ",
            "role": "officer",
            "password_hash": "$argon2id$v=19$…",
        }
    ],
}


@dataclass(frozen=True)
class Trial:
    """One migration, tried in both directions: whatever is not named here stays as it is, and ``before`` is found again.

    Attributes:
        before: what is stored before it.
        tables: its new tables, empty at first and gone on the way back, with rows that they must take.
        columns: its new columns by table, with what they hold for rows that were there before.
        immutable: statements that are refused from then on.
        allowed: statements that are taken from then on.
        holds: what else must be true from then on.
        after: what is stored before the way back; None for ``before`` and the rows of ``tables``.
        immutable_still: statements that are refused on the way back, too.
        allowed_again: statements that are taken again on the way back.
    """

    before: Rows
    tables: Rows = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    immutable: Sequence[str] = ()
    allowed: Sequence[str] = ()
    holds: Callable[[Database], None] = lambda _database: None
    after: Rows | None = None
    immutable_still: Sequence[str] = ()
    allowed_again: Sequence[str] = ()

    def fill_before(self, database: Database) -> None:
        """Store data at the step before the migration."""
        _write(database, self.before)

    def check_upgraded(self, database: Database) -> None:
        """Say what must have become of that data."""
        with_columns = {
            table: [row | dict(self.columns.get(table, {})) for row in map(dict, rows)]
            for table, rows in self.before.items()
        }
        _holds(database, with_columns | {table: [] for table in self.tables})
        _write(database, self.tables)
        _holds(database, with_columns | dict(self.tables))
        _refuses(database, self.immutable)
        _takes(database, self.allowed)
        self.holds(database)

    def fill_after(self, database: Database) -> None:
        """Store data at the step that the migration reaches."""
        _write(database, {**self.before, **self.tables} if self.after is None else self.after)

    def check_downgraded(self, database: Database) -> None:
        """Say what must have become of that data on the way back."""
        found = _holds(database, self.before)
        assert not set(found) & set(self.tables)
        for table, columns in self.columns.items():
            assert found[table]
            assert not set(found[table][0]) & set(columns)
        _refuses(database, self.immutable_still)
        _takes(database, self.allowed_again)


def _write(database: Database, rows: Rows) -> None:
    with database.writing() as session:
        write(session, {table: listed for table, listed in rows.items() if listed})


def _holds(database: Database, rows: Rows) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Check that just these rows are stored, with whatever other columns; gives all that is stored."""
    with database.reading() as session:
        found = contents(session)
    assert set(rows) <= set(found)
    for table, listed in found.items():
        expected = [dict(row) for row in rows.get(table, ())]
        named = expected[0].keys() if expected else ()
        kept = [{name: row[name] for name in named} for row in listed]
        assert sorted_rows({table: kept}) == sorted_rows({table: expected}), table
    return found


def _refuses(database: Database, statements: Sequence[str]) -> None:
    for statement in statements:
        with pytest.raises(DBAPIError, match="is immutable"):
            _changes(database, statement)


def _takes(database: Database, statements: Sequence[str]) -> None:
    assert [statement for statement in statements if not _changes(database, statement)] == []


def _changes(database: Database, statement: str) -> bool:
    with database.writing() as session:
        return session.execute(sa.text(statement)).rowcount == 1  # type: ignore[attr-defined]


def _knows_what_is_counted(database: Database) -> None:
    with database.reading() as session:
        for hour, is_below in ((4, True), (5, False), (6, False)) if not database.is_sqlite else ():
            asked = sa.text(f"SELECT held_below_watermark('2026-11-20 0{hour}:00')")
            assert session.scalar(asked) is is_below


ANSWERED = (
    "UPDATE response SET mode = 'paper' WHERE id LIKE '%3'",
    "DELETE FROM response WHERE id LIKE '%3'",
)
PUBLISHED = ("UPDATE version SET number = 9 WHERE id = 2", "DELETE FROM version WHERE id = 2")
LOAD = {
    "id": 1, "round_id": 1, "kind": "tallies", "source": "phiếu giấy", "dated": date(2026, 9, 30),
    "file_name": "a.csv", "sha256": "a" * 64, "rows": 1, "refused": 0, "who": "canbo", "loaded_at": stored(7, 1),
}  # fmt: skip
PILE = {
    "id": 1, "round_id": 1, "version_id": 1, "unit_id": 1, "field_id": 1, "counter_id": 1, "day": date(2026, 9, 30),
    "forms": 3, "every": 10, "who": "canbo", "stored_at": None,
}  # fmt: skip
KEYED = {"pile_id": 1, "form": 1, "turn": 1, "answers": "{}", "who": "canbo"}
COUNTED: Rows = {"watermark": [{"id": 1, "counted_before": stored(11, 20, 5)}]}

FROM_NOTHING_TO_ALL_TABLES = Trial(before={}, tables=FIRST_ROWS)

WHAT_IS_PUBLISHED_AND_ANSWERED_NEVER_CHANGES = Trial(
    before=FIRST_ROWS, immutable=(*PUBLISHED, *ANSWERED), allowed_again=(*PUBLISHED, *ANSWERED)
)

EARLIER_RESPONSES_WERE_NOT_LATE = Trial(
    before=FIRST_ROWS,
    tables={
        "ticket": [{"hash": "d" * 64, "round_id": 1, "counter_id": 1, "field_id": 1, "used": False}],
        "device": [], "response_count": [], "watermark": [],
    },
    columns={"response": {"late_hours": 0}},
    immutable=ANSWERED,
    after=FIRST_ROWS
    | {
        "response": [{**row, "late_hours": 5} for row in FIRST_ROWS["response"]],
        "ticket": [{"hash": "d" * 64, "round_id": 1, "counter_id": 1, "field_id": 1, "used": False}],
    },
    immutable_still=ANSWERED,
)  # fmt: skip

DEED = {
    "number": 1, "done_at": stored(7, 1), "who": "canbo", "deed": "round_closed", "subject": "2026-q3", "detail": "{}",
    "hash": "e" * 64,
}  # fmt: skip
NOBODY_HAS_A_SECOND_FACTOR_AND_THE_TRAIL_IS_EMPTY = Trial(
    before=FIRST_ROWS,
    tables={"staff_session": [], "sign_in_failure": [], "trail": [DEED]},
    columns={
        "unit": dict.fromkeys(("valid_from", "valid_to", "parent_id")),
        "account": dict.fromkeys(("totp_secret", "totp_step", "identity", "withdrawn_at", "unit_id")),
    },
    immutable=("UPDATE trail SET who = 'x'", "DELETE FROM trail"),
    after=FIRST_ROWS
    | {
        "unit": [{**row, "valid_from": date(2025, 7, 1)} for row in FIRST_ROWS["unit"]],
        "account": [{**row, "unit_id": 2, "identity": "x"} for row in FIRST_ROWS["account"]],
        "trail": [DEED],
    },
)

NO_DRAFTS_YET_AND_NO_VERSION_WITHDRAWN = Trial(
    before=FIRST_ROWS,
    tables={
        "draft": [
            {
                "id": 1, "questionnaire_code": "thu", "state": "approved", "current_number": 1,
                "submitted_by": "canbo", "note": "", "version_id": 2,
            }
        ],
        "draft_revision": [
            {"draft_id": 1, "number": 1, "parent": 0, "content": "{}", "who": "canbo", "saved_at": stored(7, 1)}
        ],
        "version_withdrawal": [
            {"version_id": 1, "reason": "sai câu chữ", "who": "nguoiduyet", "withdrawn_at": stored(7, 2)}
        ],
    },
    immutable=(
        "UPDATE draft_revision SET who = 'x'", "DELETE FROM draft_revision",
        "UPDATE version_withdrawal SET reason = 'x'", "DELETE FROM version_withdrawal",
    ),
)  # fmt: skip

NOTHING_IS_DECLARED_EDITORIAL_YET = Trial(
    before=FIRST_ROWS,
    tables={
        "editorial_change": [
            {
                "id": 1, "earlier_id": 1, "later_id": 2, "code": "a1", "holds": True, "reason": "sửa lỗi gõ",
                "who": "canbo", "declared_at": stored(8, 2),
            }
        ]
    },
    immutable=("UPDATE editorial_change SET holds = NOT holds", "DELETE FROM editorial_change"),
)  # fmt: skip

NO_UNIT_HAS_CHANGED_AND_NOTHING_WAS_LOADED = Trial(
    before=FIRST_ROWS,
    tables={
        "unit_change": [
            {"id": 1, "from_id": 1, "to_id": 2, "share": None, "since": date(2025, 7, 1), "basis": "Nghị quyết"}
        ],
        "upload": [
            {
                "token": "t", "purpose": "frame", "subject": "2026-q3", "file_name": "a.xlsx", "content": b"\0x",
                "who": "canbo", "uploaded_at": stored(7, 1),
            }
        ],
        "frame_load": [
            {
                "id": 1, "round_id": 1, "source": "một cửa", "dated": date(2026, 9, 30), "file_name": "a.xlsx",
                "sha256": "a" * 64, "rows": 3, "dossiers": 12, "who": "canbo", "loaded_at": stored(7, 1),
            }
        ],
        "frame_margin": [{"round_id": 1, "margin": "sex", "category": "Nữ", "dossiers": 7}],
        "column_role": [{"header": "đơn vị", "role": "unit"}],
        "label_meaning": [{"kind": "unit", "label": "xã bình an", "code": "XA"}],
    },
    immutable=("UPDATE frame_load SET who = 'x'", "DELETE FROM frame_load"),
)  # fmt: skip

DESK: Rows = {
    "round_freeze": [
        {
            "round_id": 1, "closed_at": stored(10, 1), "frozen_at": stored(10, 16), "responses": 3, "digest": "f" * 64,
            "parts": "{}",
        }
    ],
    "round_reopening": [
        {
            "id": 1, "round_id": 1, "closed_at": stored(9, 30), "reopened_at": stored(9, 30, 5),
            "reason": "đóng nhầm", "who": "canbo",
        }
    ],
    "planned_version": [{"round_id": 1, "starts_at": stored(8, 1), "version_id": 2}],
    "round_exclusion": [{"round_id": 1, "unit_id": 2}],
}  # fmt: skip
EARLIER_ROUNDS_ARE_ESTIMATED_AS_USUAL = Trial(
    before=FIRST_ROWS,
    tables=DESK,
    columns={"round": {"settings": "{}"}},
    immutable=(
        "UPDATE round_freeze SET responses = 4", "DELETE FROM round_freeze",
        "UPDATE round_reopening SET reason = 'x'", "DELETE FROM round_reopening",
    ),
    after={
        **FIRST_ROWS,
        **DESK,
        "round": [{**row, "settings": '{"confidence_percent":90}'} for row in FIRST_ROWS["round"]],
    },
)  # fmt: skip

NOTHING_IS_SEALED_YET = Trial(
    before=FIRST_ROWS,
    tables={
        "seal": [{"number": 1, "content": "{}", "digest": "d" * 64}],
        "sealed_response": [
            {"response_id": "f" * 32, "seal_number": 1, "round_code": "dot", "receipt": b"r", "digest": b"d"}
        ],
        "sealed_change": [
            {"seal_number": 1, "table_name": "unit", "row_key": "SO", "digest": "", "deed": None}
        ],
    },
    immutable=(
        "DELETE FROM sealed_response", "DELETE FROM sealed_change", "DELETE FROM seal",
        "UPDATE seal SET digest = 'x'", "UPDATE sealed_response SET round_code = 'x'",
        "UPDATE sealed_change SET digest = 'x'",
    ),
)  # fmt: skip

PAPERS_LOOK_AS_EVER_AND_NOBODY_HAS_RECOVERY_CODES = Trial(
    before=FIRST_ROWS,
    tables={
        "paper_look": [
            {
                "id": 1, "primary_colour": "#0b4f8a", "ink_colour": "#1c2733", "logo": b"",
                "changed_at": stored(7, 1),
            }
        ],
        "recovery_code": [{"account_id": 1, "hash": b"h" * 32}],
    },
)  # fmt: skip

NOTHING_WAS_LOADED_FROM_OTHER_SOURCES = Trial(
    before=FIRST_ROWS,
    tables={
        "source_load": [LOAD],
        "source_withdrawal": [
            {"load_id": 1, "round_id": 1, "reason": "nhầm tệp", "who": "canbo", "withdrawn_at": stored(7, 2)}
        ],
        "tally": [
            {
                "load_id": 1, "row": 2, "round_id": 1, "unit_id": None, "field_id": None, "factor": "",
                "item": "Nơi đón tiếp", "scale": "", "options": "[]", "forms": None,
            }
        ],
        "pile": [PILE],
        "keyed_form": [KEYED],
    },
    immutable=tuple(
        change
        for table in ("source_load", "source_withdrawal", "tally")
        for change in (f"UPDATE {table} SET round_id = 2", f"DELETE FROM {table}")  # noqa: S608
    ),
)  # fmt: skip

NO_REPORT_IS_WRITTEN_OR_PUBLISHED_YET = Trial(
    before=FIRST_ROWS,
    tables={
        "report_text": [
            {"round_id": 1, "number": 1, "content": "{}", "who": "canbo", "saved_at": stored(11, 1)}
        ],
        "report_submission": [
            {
                "id": 1, "round_id": 1, "text_number": 1, "reason": "", "state": "waiting", "submitted_by": "canbo",
                "submitted_at": stored(11, 1), "note": "",
            }
        ],
        "published_report": [
            {
                "round_id": 1, "number": 1, "text_number": 1, "freeze_digest": "f" * 64, "seal_number": 0,
                "address": "/seal", "small_cell": 5, "digest": "d" * 64, "parts": "{}", "figures": "{}",
                "program": "sipas", "pdf_vi": "a" * 64, "pdf_en": "b" * 64, "reason": "", "submitted_by": "canbo",
                "published_by": "duyet", "published_at": stored(11, 1),
            }
        ],
        "report_release": [
            {"id": 1, "round_id": 1, "number": 1, "is_public": True, "who": "duyet", "decided_at": stored(11, 2)}
        ],
        "published_file": [{"round_id": 1, "number": 1, "language": "vi", "content": b"%PDF"}],
    },
    immutable=(
        "UPDATE report_release SET is_public = NOT is_public", "DELETE FROM report_release",
        "UPDATE report_text SET content = 'x'", "DELETE FROM report_text",
        "UPDATE published_report SET pdf_vi = 'x'", "DELETE FROM published_report",
        "UPDATE published_file SET language = 'en'", "DELETE FROM published_file",
    ),
    allowed=("UPDATE report_submission SET state = 'recalled'",),
)  # fmt: skip

NO_FIGURE_IS_REPORTED_YET = Trial(
    before=FIRST_ROWS,
    tables={
        "reported_figure": [
            {
                "id": 1, "round_id": 1, "kind": "target", "name": "par_index", "value": None, "year": None,
                "source": "nhập nhầm", "dated": date(2026, 11, 1), "who": "canbo", "entered_at": stored(11, 2),
            },
            {
                "id": 2, "round_id": 1, "kind": "measure", "name": "points_61", "value": "15.5", "year": 2025,
                "source": "Cổng", "dated": date(2026, 11, 1), "who": "canbo", "entered_at": stored(11, 3),
            },
        ]
    },
    immutable=("UPDATE reported_figure SET value = '99'", "DELETE FROM reported_figure"),
)  # fmt: skip

POSTGRESQL_SAYS_WHETHER_AN_HOUR_IS_COUNTED = Trial(before=FIRST_ROWS | COUNTED, holds=_knows_what_is_counted)

A_PILE_THAT_WAS_DROPPED_IS_NONE_ON_THE_WAY_BACK_EITHER = Trial(
    before=FIRST_ROWS | {"pile": [PILE], "keyed_form": [KEYED]},
    columns={"pile": {"dropped_at": None}},
    after=FIRST_ROWS
    | {
        "pile": [PILE | {"dropped_at": None}, PILE | {"id": 2, "dropped_at": stored(10, 1)}],
        "keyed_form": [KEYED],
    },
)

NOTHING_IS_KNOWN_OF_THE_ROWS_OF_EARLIER_LOADS = Trial(
    before=FIRST_ROWS | {"source_load": [LOAD]},
    tables={"load_content": [{"load_id": 1, "names": '["câu 1"]', "digests": b"12345678"}]},
)

NO_OPENED_PAGE_WAS_COUNTED_YET = Trial(
    before=FIRST_ROWS,
    tables={
        "opening": [
            {
                "round_id": 1, "counter_id": 1, "unit_id": 1, "field_code": "", "mode": "qr",
                "day": date(2026, 11, 20), "opened": 7, "started": 5,
            }
        ]
    },
)  # fmt: skip

NO_EARLIER_RESPONSE_WAS_HURRIED = Trial(before=FIRST_ROWS, columns={"response": {"hurried": False}})

TRIALS: dict[str, Trial] = {
    "0001": FROM_NOTHING_TO_ALL_TABLES,
    "0002": WHAT_IS_PUBLISHED_AND_ANSWERED_NEVER_CHANGES,
    "0003": EARLIER_RESPONSES_WERE_NOT_LATE,
    "0004": NOBODY_HAS_A_SECOND_FACTOR_AND_THE_TRAIL_IS_EMPTY,
    "0005": NO_DRAFTS_YET_AND_NO_VERSION_WITHDRAWN,
    "0006": NOTHING_IS_DECLARED_EDITORIAL_YET,
    "0007": NO_UNIT_HAS_CHANGED_AND_NOTHING_WAS_LOADED,
    "0008": EARLIER_ROUNDS_ARE_ESTIMATED_AS_USUAL,
    "0009": NOTHING_IS_SEALED_YET,
    "0010": PAPERS_LOOK_AS_EVER_AND_NOBODY_HAS_RECOVERY_CODES,
    "0011": NOTHING_WAS_LOADED_FROM_OTHER_SOURCES,
    "0012": NO_REPORT_IS_WRITTEN_OR_PUBLISHED_YET,
    "0013": NO_FIGURE_IS_REPORTED_YET,
    "0014": POSTGRESQL_SAYS_WHETHER_AN_HOUR_IS_COUNTED,
    "0015": A_PILE_THAT_WAS_DROPPED_IS_NONE_ON_THE_WAY_BACK_EITHER,
    "0016": NOTHING_IS_KNOWN_OF_THE_ROWS_OF_EARLIER_LOADS,
    "0017": NO_OPENED_PAGE_WAS_COUNTED_YET,
    "0018": NO_EARLIER_RESPONSE_WAS_HURRIED,
}

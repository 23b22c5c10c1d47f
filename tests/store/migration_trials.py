"""What every migration is tried with: data that it finds, and what must have become of it.

One trial per file in ``survey/store/migrations/versions``; tests/store/test_migrations.py refuses a migration
without one. The rows are written out here and never made with the program's models, because the models are
those of the newest step.
"""

from datetime import date, datetime
from typing import ClassVar, Protocol

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from survey.store.database import Database
from tests.store.raw import Rows, contents, sorted_rows, write


class Trial(Protocol):
    """One migration, tried in both directions."""

    def fill_before(self, database: Database) -> None:
        """Store data at the step before the migration."""

    def check_upgraded(self, database: Database) -> None:
        """Say what must have become of that data."""

    def fill_after(self, database: Database) -> None:
        """Store data at the step that the migration reaches."""

    def check_downgraded(self, database: Database) -> None:
        """Say what must have become of that data on the way back."""


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
            "published_at": datetime(2026, 7, 1, 1, 2, 3),  # noqa: DTZ001  as stored: UTC without saying so
        },
        {
            "id": 2,
            "questionnaire_code": "thu",
            "number": 2,
            "fingerprint": "b" * 64,
            "definition": '{"title":{"vi":"Phiếu thử, bản hai"}}',
            "published_at": datetime(2026, 8, 1, 1, 2, 3),  # noqa: DTZ001  as stored: UTC without saying so
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
            "opened_at": datetime(2026, 7, 1),  # noqa: DTZ001  as stored: UTC without saying so
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
            "received_hour": datetime(2026, 7, 2, 3),  # noqa: DTZ001  as stored: UTC without saying so
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


def _fill(database: Database) -> None:
    with database.writing() as session:
        write(session, FIRST_ROWS)


def _holds_every_row(database: Database) -> None:
    with database.reading() as session:
        assert contents(session) == sorted_rows(FIRST_ROWS)


def _changes(database: Database, statement: str) -> bool:
    with database.writing() as session:
        return session.execute(sa.text(statement)).rowcount == 1  # type: ignore[attr-defined]


class FirstTables:
    """0001: from nothing to all tables, and back to nothing."""

    def fill_before(self, database: Database) -> None:
        with database.reading() as session:
            assert contents(session) == {}

    def check_upgraded(self, database: Database) -> None:
        with database.reading() as session:
            assert contents(session) == {name: [] for name in FIRST_ROWS}
        _fill(database)
        _holds_every_row(database)

    def fill_after(self, database: Database) -> None:
        _fill(database)

    def check_downgraded(self, database: Database) -> None:
        with database.reading() as session:
            assert contents(session) == {}


class PublishedNeverChanges:
    """0002: the rows stay as they are; what is published and answered cannot be changed any more."""

    CHANGES = (
        "UPDATE version SET number = 9 WHERE id = 2",
        "DELETE FROM version WHERE id = 2",
        "UPDATE response SET mode = 'paper' WHERE id LIKE '%3'",
        "DELETE FROM response WHERE id LIKE '%3'",
    )

    def fill_before(self, database: Database) -> None:
        _fill(database)

    def check_upgraded(self, database: Database) -> None:
        for change in self.CHANGES:
            with pytest.raises(DBAPIError, match="is immutable"):
                _changes(database, change)
        _holds_every_row(database)

    def fill_after(self, database: Database) -> None:
        _fill(database)

    def check_downgraded(self, database: Database) -> None:
        _holds_every_row(database)
        assert all(_changes(database, change) for change in self.CHANGES)


class DeliveriesTicketsDevicesCounts:
    """0003: earlier responses were not late; new tables begin empty and are gone on the way back."""

    NEW = ("ticket", "device", "response_count", "watermark")

    def fill_before(self, database: Database) -> None:
        _fill(database)

    def check_upgraded(self, database: Database) -> None:
        with database.reading() as session:
            found = contents(session)
            assert [row.pop("late_hours") for row in found["response"]] == [0, 0, 0]
            assert all(found.pop(name) == [] for name in self.NEW)
            assert found == sorted_rows(FIRST_ROWS)
        with pytest.raises(DBAPIError, match="is immutable"):
            _changes(database, PublishedNeverChanges.CHANGES[2])

    def fill_after(self, database: Database) -> None:
        late = [row | {"late_hours": 5} for row in FIRST_ROWS["response"]]
        ticket = {"hash": "d" * 64, "round_id": 1, "counter_id": 1, "field_id": 1, "used": False}
        with database.writing() as session:
            write(session, FIRST_ROWS | {"response": late, "ticket": [ticket]})

    def check_downgraded(self, database: Database) -> None:
        _holds_every_row(database)
        with pytest.raises(DBAPIError, match="is immutable"):
            _changes(database, PublishedNeverChanges.CHANGES[2])


class PeopleAndTrail:
    """0004: units have no parent and nobody a second factor yet; the trail is empty and cannot be changed."""

    NEW = ("staff_session", "sign_in_failure", "trail")
    COLUMNS: ClassVar = {
        "unit": {"valid_from", "valid_to", "parent_id"},
        "account": {"totp_secret", "totp_step", "identity", "withdrawn_at", "unit_id"},
    }
    DEED: ClassVar = {
        "number": 1, "done_at": datetime(2026, 7, 1), "who": "canbo", "deed": "round_closed",  # noqa: DTZ001  as stored
        "subject": "2026-q3", "detail": "{}", "hash": "e" * 64,
    }  # fmt: skip

    def fill_before(self, database: Database) -> None:
        _fill(database)

    def check_upgraded(self, database: Database) -> None:
        with database.reading() as session:
            found = contents(session)
        for table, columns in self.COLUMNS.items():
            assert all(row[column] is None for row in found[table] for column in columns)
        assert [found[name] for name in self.NEW] == [[], [], []]
        with database.writing() as session:
            write(session, {"trail": [self.DEED]})
        for change in ("UPDATE trail SET who = 'x'", "DELETE FROM trail"):
            with pytest.raises(DBAPIError, match="is immutable"):
                _changes(database, change)

    def fill_after(self, database: Database) -> None:
        rows = FIRST_ROWS | {
            "unit": [row | {"valid_from": date(2025, 7, 1)} for row in FIRST_ROWS["unit"]],
            "account": [row | {"unit_id": 2, "identity": "x"} for row in FIRST_ROWS["account"]],
        }
        with database.writing() as session:
            write(session, rows | {"trail": [self.DEED]})

    def check_downgraded(self, database: Database) -> None:
        with database.reading() as session:
            found = contents(session)
        assert not set(found) & set(self.NEW)
        assert {name: found[name] for name in self.COLUMNS} == {
            name: rows for name, rows in sorted_rows(FIRST_ROWS).items() if name in self.COLUMNS
        }


class DraftsOfQuestionnaires:
    """0005: no drafts yet and no version withdrawn; revisions and withdrawals cannot be changed."""

    ROWS: ClassVar[Rows] = {
        "draft": [
            {
                "id": 1, "questionnaire_code": "thu", "state": "approved", "current_number": 1,
                "submitted_by": "canbo", "note": "", "version_id": 2,
            }
        ],
        "draft_revision": [
            {
                "draft_id": 1, "number": 1, "parent": 0, "content": "{}", "who": "canbo",
                "saved_at": datetime(2026, 7, 1),  # noqa: DTZ001  as stored: UTC without saying so
            }
        ],
        "version_withdrawal": [
            {
                "version_id": 1, "reason": "sai câu chữ", "who": "nguoiduyet",
                "withdrawn_at": datetime(2026, 7, 2),  # noqa: DTZ001  as stored: UTC without saying so
            }
        ],
    }  # fmt: skip

    def fill_before(self, database: Database) -> None:
        _fill(database)

    def check_upgraded(self, database: Database) -> None:
        with database.reading() as session:
            found = contents(session)
        assert [found[name] for name in self.ROWS] == [[], [], []]
        with database.writing() as session:
            write(session, self.ROWS)
        for change in (
            "UPDATE draft_revision SET who = 'x'",
            "DELETE FROM draft_revision",
            "UPDATE version_withdrawal SET reason = 'x'",
            "DELETE FROM version_withdrawal",
        ):
            with pytest.raises(DBAPIError, match="is immutable"):
                _changes(database, change)

    def fill_after(self, database: Database) -> None:
        with database.writing() as session:
            write(session, FIRST_ROWS | self.ROWS)

    def check_downgraded(self, database: Database) -> None:
        with database.reading() as session:
            found = contents(session)
        assert not set(found) & set(self.ROWS)
        assert found["version"] == sorted_rows(FIRST_ROWS)["version"]


class EditorialChanges:
    """0006: nothing is declared yet; what is declared cannot be changed, and is gone on the way back."""

    DECLARED: ClassVar = {
        "id": 1, "earlier_id": 1, "later_id": 2, "code": "a1", "holds": True, "reason": "sửa lỗi gõ",
        "who": "canbo", "declared_at": datetime(2026, 8, 2),  # noqa: DTZ001  as stored
    }  # fmt: skip

    def fill_before(self, database: Database) -> None:
        _fill(database)

    def check_upgraded(self, database: Database) -> None:
        with database.reading() as session:
            assert contents(session)["editorial_change"] == []
        with database.writing() as session:
            write(session, {"editorial_change": [self.DECLARED]})
        for change in ("UPDATE editorial_change SET holds = NOT holds", "DELETE FROM editorial_change"):
            with pytest.raises(DBAPIError, match="is immutable"):
                _changes(database, change)

    def fill_after(self, database: Database) -> None:
        with database.writing() as session:
            write(session, FIRST_ROWS | {"editorial_change": [self.DECLARED]})

    def check_downgraded(self, database: Database) -> None:
        with database.reading() as session:
            found = contents(session)
        assert "editorial_change" not in found
        assert found["version"] == sorted_rows(FIRST_ROWS)["version"]


class PlacesAndFrames:
    """0007: no unit has changed, nothing was uploaded or loaded; what was loaded cannot be rewritten."""

    ROWS: ClassVar[Rows] = {
        "unit_change": [
            {"id": 1, "from_id": 1, "to_id": 2, "share": None, "since": date(2025, 7, 1), "basis": "Nghị quyết"}
        ],
        "upload": [
            {
                "token": "t", "purpose": "frame", "subject": "2026-q3", "file_name": "a.xlsx", "content": b"\0x",
                "who": "canbo", "uploaded_at": datetime(2026, 7, 1),  # noqa: DTZ001  as stored
            }
        ],
        "frame_load": [
            {
                "id": 1, "round_id": 1, "source": "một cửa", "dated": date(2026, 9, 30), "file_name": "a.xlsx",
                "sha256": "a" * 64, "rows": 3, "dossiers": 12, "who": "canbo",
                "loaded_at": datetime(2026, 7, 1),  # noqa: DTZ001  as stored
            }
        ],
        "frame_margin": [{"round_id": 1, "margin": "sex", "category": "Nữ", "dossiers": 7}],
        "column_role": [{"header": "đơn vị", "role": "unit"}],
        "label_meaning": [{"kind": "unit", "label": "xã bình an", "code": "XA"}],
    }  # fmt: skip

    def fill_before(self, database: Database) -> None:
        _fill(database)

    def check_upgraded(self, database: Database) -> None:
        with database.reading() as session:
            found = contents(session)
        assert [found[name] for name in self.ROWS] == [[] for _ in self.ROWS]
        with database.writing() as session:
            write(session, self.ROWS)
        for change in ("UPDATE frame_load SET who = 'x'", "DELETE FROM frame_load"):
            with pytest.raises(DBAPIError, match="is immutable"):
                _changes(database, change)

    def fill_after(self, database: Database) -> None:
        with database.writing() as session:
            write(session, FIRST_ROWS | self.ROWS)

    def check_downgraded(self, database: Database) -> None:
        with database.reading() as session:
            found = contents(session)
        assert not set(found) & set(self.ROWS)
        assert found["round"] == sorted_rows(FIRST_ROWS)["round"]


class RoundsOfTheDesk:
    """0008: earlier rounds are estimated as usual; what was frozen or opened again cannot be changed."""

    KEPT: ClassVar[Rows] = {
        "round_freeze": [
            {
                "round_id": 1, "closed_at": datetime(2026, 10, 1), "frozen_at": datetime(2026, 10, 16),  # noqa: DTZ001  as stored
                "responses": 3, "digest": "f" * 64, "parts": "{}",
            }
        ],
        "round_reopening": [
            {
                "id": 1, "round_id": 1, "closed_at": datetime(2026, 9, 30), "reopened_at": datetime(2026, 9, 30, 5),  # noqa: DTZ001  as stored
                "reason": "đóng nhầm", "who": "canbo",
            }
        ],
    }  # fmt: skip
    NEW: ClassVar[Rows] = KEPT | {
        "planned_version": [{"round_id": 1, "starts_at": datetime(2026, 8, 1), "version_id": 2}],  # noqa: DTZ001  as stored
        "round_exclusion": [{"round_id": 1, "unit_id": 2}],
    }

    def fill_before(self, database: Database) -> None:
        _fill(database)

    def check_upgraded(self, database: Database) -> None:
        with database.reading() as session:
            found = contents(session)
        assert [row.pop("settings") for row in found["round"]] == ["{}", "{}"]
        assert found["round"] == sorted_rows(FIRST_ROWS)["round"]
        assert [found[name] for name in self.NEW] == [[], [], [], []]
        with database.writing() as session:
            write(session, self.NEW)
        for change in (
            "UPDATE round_freeze SET responses = 4",
            "DELETE FROM round_freeze",
            "UPDATE round_reopening SET reason = 'x'",
            "DELETE FROM round_reopening",
        ):
            with pytest.raises(DBAPIError, match="is immutable"):
                _changes(database, change)

    def fill_after(self, database: Database) -> None:
        rounds = [row | {"settings": '{"confidence_percent":90}'} for row in FIRST_ROWS["round"]]
        with database.writing() as session:
            write(session, FIRST_ROWS | {"round": rounds} | self.NEW)

    def check_downgraded(self, database: Database) -> None:
        with database.reading() as session:
            found = contents(session)
        assert not set(found) & set(self.NEW)
        assert found["round"] == sorted_rows(FIRST_ROWS)["round"]


class Seals:
    """0009: nothing is sealed yet; what is sealed cannot be changed, and is gone on the way back."""

    ROWS: ClassVar[Rows] = {
        "seal": [{"number": 1, "content": "{}", "digest": "d" * 64}],
        "sealed_response": [
            {"response_id": "f" * 32, "seal_number": 1, "round_code": "dot", "receipt": b"r", "digest": b"d"}
        ],
        "sealed_change": [
            {"seal_number": 1, "table_name": "unit", "row_key": "SO", "digest": "", "deed": None}
        ],
    }

    def fill_before(self, database: Database) -> None:
        _fill(database)

    def check_upgraded(self, database: Database) -> None:
        with database.reading() as session:
            found = contents(session)
        assert [found[table] for table in self.ROWS] == [[], [], []]
        with database.writing() as session:
            write(session, self.ROWS)
        for change in (
            "DELETE FROM sealed_response",
            "DELETE FROM sealed_change",
            "DELETE FROM seal",
            "UPDATE seal SET digest = 'x'",
            "UPDATE sealed_response SET round_code = 'x'",
            "UPDATE sealed_change SET digest = 'x'",
        ):
            with pytest.raises(DBAPIError, match="is immutable"):
                _changes(database, change)

    def fill_after(self, database: Database) -> None:
        with database.writing() as session:
            write(session, FIRST_ROWS | self.ROWS)

    def check_downgraded(self, database: Database) -> None:
        with database.reading() as session:
            found = contents(session)
        assert not set(found) & set(self.ROWS)
        assert found["version"] == sorted_rows(FIRST_ROWS)["version"]


class LooksAndRecoveryCodes:
    """0010: papers look as ever and nobody has recovery codes; both are gone on the way back, accounts stay."""

    ROWS: ClassVar[Rows] = {
        "paper_look": [
            {
                "id": 1,
                "primary_colour": "#0b4f8a",
                "ink_colour": "#1c2733",
                "logo": b"",
                "changed_at": datetime(2026, 7, 1),  # noqa: DTZ001  as stored
            }
        ],
        "recovery_code": [{"account_id": 1, "hash": b"h" * 32}],
    }

    def fill_before(self, database: Database) -> None:
        _fill(database)

    def check_upgraded(self, database: Database) -> None:
        with database.reading() as session:
            found = contents(session)
        assert [found[table] for table in self.ROWS] == [[], []]
        with database.writing() as session:
            write(session, self.ROWS)

    def fill_after(self, database: Database) -> None:
        with database.writing() as session:
            write(session, FIRST_ROWS | self.ROWS)

    def check_downgraded(self, database: Database) -> None:
        with database.reading() as session:
            found = contents(session)
        assert not set(found) & set(self.ROWS)
        kept = [
            {name: row[name] for name in first}
            for row, first in zip(found["account"], FIRST_ROWS["account"], strict=True)
        ]
        assert kept == FIRST_ROWS["account"]


class OtherSources:
    """0011: nothing was loaded yet; what was loaded or withdrawn cannot be rewritten, and is gone on the way back."""

    ROWS: ClassVar[Rows] = {
        "source_load": [
            {
                "id": 1, "round_id": 1, "kind": "tallies", "source": "phiếu giấy", "dated": date(2026, 9, 30),
                "file_name": "a.csv", "sha256": "a" * 64, "rows": 1, "refused": 0, "who": "canbo",
                "loaded_at": datetime(2026, 7, 1),  # noqa: DTZ001  as stored
            }
        ],
        "source_withdrawal": [
            {
                "load_id": 1, "round_id": 1, "reason": "nhầm tệp", "who": "canbo",
                "withdrawn_at": datetime(2026, 7, 2),  # noqa: DTZ001  as stored
            }
        ],
        "tally": [
            {
                "load_id": 1, "row": 2, "round_id": 1, "unit_id": None, "field_id": None, "factor": "",
                "item": "Nơi đón tiếp", "scale": "", "options": "[]", "forms": None,
            }
        ],
    }  # fmt: skip
    NEW: ClassVar[Rows] = ROWS | {
        "pile": [
            {
                "id": 1, "round_id": 1, "version_id": 1, "unit_id": 1, "field_id": 1, "counter_id": 1,
                "day": date(2026, 9, 30), "forms": 3, "every": 10, "who": "canbo", "stored_at": None,
            }
        ],
        "keyed_form": [{"pile_id": 1, "form": 1, "turn": 1, "answers": "{}", "who": "canbo"}],
    }  # fmt: skip

    def fill_before(self, database: Database) -> None:
        _fill(database)

    def check_upgraded(self, database: Database) -> None:
        with database.reading() as session:
            found = contents(session)
        assert [found[table] for table in self.NEW] == [[] for _ in self.NEW]
        with database.writing() as session:
            write(session, self.ROWS)
        for table in self.ROWS:
            for change in (f"UPDATE {table} SET round_id = 2", f"DELETE FROM {table}"):  # noqa: S608
                with pytest.raises(DBAPIError, match="is immutable"):
                    _changes(database, change)

    def fill_after(self, database: Database) -> None:
        with database.writing() as session:
            write(session, FIRST_ROWS | self.NEW)

    def check_downgraded(self, database: Database) -> None:
        with database.reading() as session:
            found = contents(session)
        assert not set(found) & set(self.NEW)
        assert found["version"] == sorted_rows(FIRST_ROWS)["version"]


class Reports:
    """0012: nothing is written or published yet; what is cannot be changed, and is gone on the way back."""

    PUBLISHED: ClassVar = {
        "round_id": 1, "number": 1, "text_number": 1, "freeze_digest": "f" * 64, "seal_number": 0, "address": "/seal",
        "small_cell": 5, "digest": "d" * 64, "parts": "{}", "figures": "{}", "program": "sipas", "pdf_vi": "a" * 64,
        "pdf_en": "b" * 64, "reason": "", "submitted_by": "canbo", "published_by": "duyet",
        "published_at": datetime(2026, 11, 1),  # noqa: DTZ001  as stored: UTC without saying so
    }  # fmt: skip
    ROWS: ClassVar[Rows] = {
        "report_text": [
            {
                "round_id": 1, "number": 1, "content": "{}", "who": "canbo",
                "saved_at": datetime(2026, 11, 1),  # noqa: DTZ001  as stored: UTC without saying so
            }
        ],
        "report_submission": [
            {
                "id": 1, "round_id": 1, "text_number": 1, "reason": "", "state": "waiting", "submitted_by": "canbo",
                "submitted_at": datetime(2026, 11, 1), "note": "",  # noqa: DTZ001  as stored: UTC without saying so
            }
        ],
        "published_report": [PUBLISHED],
        "report_release": [
            {
                "id": 1, "round_id": 1, "number": 1, "is_public": True, "who": "duyet",
                "decided_at": datetime(2026, 11, 2),  # noqa: DTZ001  as stored: UTC without saying so
            }
        ],
        "published_file": [{"round_id": 1, "number": 1, "language": "vi", "content": b"%PDF"}],
    }  # fmt: skip

    def fill_before(self, database: Database) -> None:
        _fill(database)

    def check_upgraded(self, database: Database) -> None:
        with database.reading() as session:
            found = contents(session)
        assert [found[table] for table in self.ROWS] == [[], [], [], [], []]
        with database.writing() as session:
            write(session, self.ROWS)
        for change in (
            "UPDATE report_release SET is_public = NOT is_public",
            "DELETE FROM report_release",
            "UPDATE report_text SET content = 'x'",
            "DELETE FROM report_text",
            "UPDATE published_report SET pdf_vi = 'x'",
            "DELETE FROM published_report",
            "UPDATE published_file SET language = 'en'",
            "DELETE FROM published_file",
        ):
            with pytest.raises(DBAPIError, match="is immutable"):
                _changes(database, change)
        assert _changes(database, "UPDATE report_submission SET state = 'recalled'")

    def fill_after(self, database: Database) -> None:
        with database.writing() as session:
            write(session, FIRST_ROWS | self.ROWS)

    def check_downgraded(self, database: Database) -> None:
        with database.reading() as session:
            found = contents(session)
        assert not set(found) & set(self.ROWS)
        assert found["version"] == sorted_rows(FIRST_ROWS)["version"]


class ReportedFigures:
    """0013: nothing is reported yet; what is entered cannot be changed, and is gone on the way back."""

    ROWS: ClassVar[Rows] = {
        "reported_figure": [
            {
                "id": 1, "round_id": 1, "kind": "target", "name": "par_index", "value": None, "year": None,
                "source": "nhập nhầm", "dated": date(2026, 11, 1), "who": "canbo", "entered_at": datetime(2026, 11, 2),  # noqa: DTZ001  as stored
            },
            {
                "id": 2, "round_id": 1, "kind": "measure", "name": "points_61", "value": "15.5", "year": 2025,
                "source": "Cổng", "dated": date(2026, 11, 1), "who": "canbo", "entered_at": datetime(2026, 11, 3),  # noqa: DTZ001  as stored
            },
        ]
    }  # fmt: skip

    def fill_before(self, database: Database) -> None:
        _fill(database)

    def check_upgraded(self, database: Database) -> None:
        with database.reading() as session:
            assert contents(session)["reported_figure"] == []
        with database.writing() as session:
            write(session, self.ROWS)
        for change in (
            "UPDATE reported_figure SET value = '99'",
            "DELETE FROM reported_figure",
        ):
            with pytest.raises(DBAPIError, match="is immutable"):
                _changes(database, change)

    def fill_after(self, database: Database) -> None:
        with database.writing() as session:
            write(session, FIRST_ROWS | self.ROWS)

    def check_downgraded(self, database: Database) -> None:
        with database.reading() as session:
            found = contents(session)
        assert not set(found) & set(self.ROWS)
        assert found["version"] == sorted_rows(FIRST_ROWS)["version"]


class HoldTheWatermark:
    """0014: PostgreSQL says whether an hour is counted already; no data changes in either direction."""

    ROWS: ClassVar[Rows] = {
        "watermark": [{"id": 1, "counted_before": datetime(2026, 11, 20, 5)}],  # noqa: DTZ001  as stored
    }

    def fill_before(self, database: Database) -> None:
        with database.writing() as session:
            write(session, FIRST_ROWS | self.ROWS)

    def check_upgraded(self, database: Database) -> None:
        with database.reading() as session:
            assert contents(session)["watermark"] == self.ROWS["watermark"]
            if not database.is_sqlite:
                for hour, is_below in ((4, True), (5, False), (6, False)):
                    asked = sa.text(f"SELECT held_below_watermark('2026-11-20 0{hour}:00')")
                    assert session.scalar(asked) is is_below

    fill_after = fill_before

    def check_downgraded(self, database: Database) -> None:
        with database.reading() as session:
            assert contents(session)["watermark"] == self.ROWS["watermark"]
            assert contents(session)["version"] == sorted_rows(FIRST_ROWS)["version"]


class PilesDropped:
    """0015: every pile is kept as it is; one that was dropped is none on the way back either."""

    PILE: ClassVar = OtherSources.NEW["pile"][0]
    KEYED: ClassVar[Rows] = {"keyed_form": OtherSources.NEW["keyed_form"]}

    def fill_before(self, database: Database) -> None:
        with database.writing() as session:
            write(session, FIRST_ROWS | {"pile": [self.PILE]} | self.KEYED)

    def check_upgraded(self, database: Database) -> None:
        with database.reading() as session:
            found = contents(session)
        assert found["pile"] == [self.PILE | {"dropped_at": None}]
        assert found["keyed_form"] == self.KEYED["keyed_form"]

    def fill_after(self, database: Database) -> None:
        dropped = {"id": 2, "dropped_at": datetime(2026, 10, 1)}  # noqa: DTZ001  as stored
        piles = [self.PILE | {"dropped_at": None}, self.PILE | dropped]
        with database.writing() as session:
            write(session, FIRST_ROWS | {"pile": piles} | self.KEYED)

    def check_downgraded(self, database: Database) -> None:
        with database.reading() as session:
            found = contents(session)
        assert found["pile"] == [self.PILE]
        assert found["keyed_form"] == self.KEYED["keyed_form"]


class ContentsOfLoads:
    """0016: loads stay as they are, and nothing is known of their rows; what is known later is gone on the way back."""

    LOADS: ClassVar[Rows] = {"source_load": OtherSources.NEW["source_load"]}
    CONTENT: ClassVar[Rows] = {
        "load_content": [{"load_id": 1, "names": '["câu 1"]', "digests": b"12345678"}],
    }

    def fill_before(self, database: Database) -> None:
        with database.writing() as session:
            write(session, FIRST_ROWS | self.LOADS)

    def check_upgraded(self, database: Database) -> None:
        with database.reading() as session:
            found = contents(session)
        assert found["source_load"] == self.LOADS["source_load"]
        assert found["load_content"] == []

    def fill_after(self, database: Database) -> None:
        with database.writing() as session:
            write(session, FIRST_ROWS | self.LOADS | self.CONTENT)

    def check_downgraded(self, database: Database) -> None:
        with database.reading() as session:
            found = contents(session)
        assert found["source_load"] == self.LOADS["source_load"]
        assert "load_content" not in found


class OpeningsOfPages:
    """0017: everything stays as it is, and nothing was counted; what is counted later is gone on the way back."""

    COUNTED: ClassVar[Rows] = {
        "opening": [
            {
                "round_id": 1, "counter_id": 1, "unit_id": 1, "field_code": "", "mode": "qr",
                "day": date(2026, 11, 20), "opened": 7, "started": 5,
            }
        ]
    }  # fmt: skip

    def fill_before(self, database: Database) -> None:
        with database.writing() as session:
            write(session, FIRST_ROWS)

    def check_upgraded(self, database: Database) -> None:
        with database.reading() as session:
            found = contents(session)
        assert found["version"] == sorted_rows(FIRST_ROWS)["version"]
        assert found["opening"] == []

    def fill_after(self, database: Database) -> None:
        with database.writing() as session:
            write(session, FIRST_ROWS | self.COUNTED)

    def check_downgraded(self, database: Database) -> None:
        with database.reading() as session:
            found = contents(session)
        assert found["version"] == sorted_rows(FIRST_ROWS)["version"]
        assert "opening" not in found


TRIALS: dict[str, Trial] = {
    "0001": FirstTables(),
    "0002": PublishedNeverChanges(),
    "0003": DeliveriesTicketsDevicesCounts(),
    "0004": PeopleAndTrail(),
    "0005": DraftsOfQuestionnaires(),
    "0006": EditorialChanges(),
    "0007": PlacesAndFrames(),
    "0008": RoundsOfTheDesk(),
    "0009": Seals(),
    "0010": LooksAndRecoveryCodes(),
    "0011": OtherSources(),
    "0012": Reports(),
    "0013": ReportedFigures(),
    "0014": HoldTheWatermark(),
    "0015": PilesDropped(),
    "0016": ContentsOfLoads(),
    "0017": OpeningsOfPages(),
}

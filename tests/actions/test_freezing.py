"""A round is frozen once nothing can arrive any more; whatever changes afterwards is found and named."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from questionnaires.definition import Text
from questionnaires.version import fingerprint
from survey.actions import freezing
from survey.actions.answering import NoOpenRound, open_counter
from survey.actions.comparing import declare
from survey.actions.publishing import publish, put_to_use
from survey.actions.rounds import RoundUnknown, close_round
from survey.actions.scheduling import reopen
from survey.core.freeze import WHOLE, Difference, digest_of, fingerprint_of, response_parts
from survey.core.trail import Deed
from survey.store.database import Database
from tests.actions.test_answering import send
from tests.actions.test_making_rounds import newest_deed
from tests.core.variants import with_item
from tests.places import EARLIER, HOUR, MIXED, NOW, OFFICER, ROUND, add_responses, five_factors

SETTLED = NOW + timedelta(days=14, hours=1, seconds=1)


def closed(database: Database) -> Database:
    """The small place with a few answers and its open round closed."""
    add_responses(database, "XA", "land", [5, 4])
    add_responses(database, "PH", "land", [3])
    close_round(database, ROUND, by=OFFICER, now=NOW)
    return database


def test_a_closed_round_is_frozen_when_the_last_delivery_could_have_come_and_not_before(
    small: Database,
) -> None:
    closed(small)
    assert freezing.frozen(small, ROUND, now=SETTLED - timedelta(seconds=1)) is None
    kept = freezing.frozen(small, ROUND, now=SETTLED)
    assert kept is not None
    assert (kept.responses, kept.digest, kept.closed_at) == (3, digest_of(kept.parts), NOW)
    assert newest_deed(small) == (Deed.ROUND_FROZEN.value, ROUND)
    assert freezing.frozen(small, ROUND, now=SETTLED + timedelta(days=9)) == kept
    found = freezing.verify(small, ROUND, now=SETTLED)
    assert (found.holds, found.found) == (True, kept.digest)


def test_an_open_round_is_not_frozen(sqlite_small: Database) -> None:
    assert freezing.frozen(sqlite_small, ROUND, now=SETTLED) is None
    assert not freezing.verify(sqlite_small, ROUND, now=SETTLED).holds


def test_the_tick_freezes_what_is_due_once(small: Database) -> None:
    closed(small)
    assert [round_.code for round_, _kept in freezing.tick(small, now=NOW)] == [EARLIER]
    assert [round_.code for round_, _kept in freezing.tick(small, now=SETTLED)] == [ROUND]
    assert freezing.tick(small, now=SETTLED) == []


def test_a_late_delivery_counts_until_the_round_is_frozen_and_never_after(sqlite_small: Database) -> None:
    sheet = open_counter(sqlite_small, MIXED, now=NOW - timedelta(minutes=5))
    closed(sqlite_small)
    late = NOW + timedelta(days=14)
    opened = NOW - timedelta(minutes=5)
    assert send(sqlite_small, sheet, now=late, opened=opened, waited=timedelta(days=14)).is_new
    kept = freezing.frozen(sqlite_small, ROUND, now=SETTLED)
    assert kept is not None
    assert kept.responses == 4
    with pytest.raises(NoOpenRound):
        send(sqlite_small, sheet, now=SETTLED, opened=opened, waited=timedelta(days=14))
    assert freezing.verify(sqlite_small, ROUND, now=SETTLED).holds


def tampered(statement: str) -> Callable[[Database], None]:
    def tamper(database: Database) -> None:
        with database.writing() as session:
            if session.get_bind().dialect.name == "sqlite":
                for event in ("update", "delete"):
                    for table in ("response", "version"):
                        session.execute(sa.text(f"DROP TRIGGER IF EXISTS {table}_refuses_{event}"))
            else:
                session.execute(sa.text("SET LOCAL session_replication_role = replica"))
            session.execute(sa.text(statement))

    return tamper


TAMPERINGS = {
    "an answer": (
        "UPDATE response SET answers = '{}' WHERE unit_id = (SELECT id FROM unit WHERE code = 'XA')",
        ("responses", "XA", "changed"),
    ),
    "a response taken away": (
        (
            "DELETE FROM response WHERE id = "
            "(SELECT min(id) FROM response WHERE unit_id = (SELECT id FROM unit WHERE code = 'XA'))"
        ),
        ("responses", "XA", "changed"),
    ),
    "the only response of a unit": (
        "DELETE FROM response WHERE unit_id = (SELECT id FROM unit WHERE code = 'PH')",
        ("responses", "PH", "removed"),
    ),
    "a mode": (
        "UPDATE response SET mode = 'ticket' WHERE unit_id = (SELECT id FROM unit WHERE code = 'XA')",
        ("responses", "XA", "changed"),
    ),
    "an hour": (
        "UPDATE response SET late_hours = 9 WHERE unit_id = (SELECT id FROM unit WHERE code = 'XA')",
        ("responses", "XA", "changed"),
    ),
    "dossiers": (
        "UPDATE frame SET dossiers = dossiers + 1 WHERE unit_id = (SELECT id FROM unit WHERE code = 'SO')",
        ("population", "SO", "changed"),
    ),
    "the source": (
        "UPDATE round SET frame_source = 'x'",
        ("round", "", "changed"),
    ),
    "the settings": (
        """UPDATE round SET settings = '{"confidence_percent": 90}'""",
        ("settings", "", "changed"),
    ),
    "a unit left out": (
        "INSERT INTO round_exclusion SELECT round.id, unit.id FROM round, unit WHERE unit.code = 'PH'",
        ("round", "", "changed"),
    ),
    "the targets": (
        "UPDATE target_sheet SET content = content || '# x'",
        ("targets", "", "changed"),
    ),
    "the questionnaire": (
        "UPDATE version SET definition = replace(definition, 'Rất', 'Khá')",
        ("versions", "quay_5_yeu_to.1", "changed"),
    ),
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_whatever_is_changed_in_a_frozen_round_is_found_and_named(small: Database, what: str) -> None:
    statement, (part, name, kind) = TAMPERINGS[what]
    closed(small)
    freezing.frozen(small, ROUND, now=SETTLED)
    tampered(statement)(small)
    found = freezing.verify(small, ROUND, now=SETTLED)
    assert found.differences == (Difference(part, name, kind),)
    assert not found.holds


def test_a_rewording_declared_editorial_after_the_freeze_is_named(sqlite_small: Database) -> None:
    add_responses(sqlite_small, "XA", "land", [5])
    put_to_use(
        sqlite_small,
        publish(
            sqlite_small,
            with_item(
                five_factors(), "a1", text=Text(vi="Nơi chờ thoáng, sạch", en="The waiting place is clean")
            ),
            now=NOW,
        ),
        ROUND,
        now=NOW,
    )
    closed(sqlite_small)
    freezing.frozen(sqlite_small, ROUND, now=SETTLED)
    declare(
        sqlite_small, "quay_5_yeu_to.1", "quay_5_yeu_to.2", "a1",
        holds=True, reason="chỉ sửa câu chữ cho dễ hiểu", who="canbo", now=SETTLED,
    )  # fmt: skip
    assert freezing.verify(sqlite_small, ROUND, now=SETTLED).differences == (
        Difference("editorial", "", "changed"),
    )


def test_a_freeze_that_was_rewritten_does_not_fit_itself(sqlite_small: Database) -> None:
    closed(sqlite_small)
    freezing.frozen(sqlite_small, ROUND, now=SETTLED)
    with sqlite_small.writing() as session:
        session.execute(sa.text("DROP TRIGGER round_freeze_refuses_update"))
        session.execute(sa.text("UPDATE round_freeze SET parts = '{}'"))
    assert not freezing.verify(sqlite_small, ROUND, now=SETTLED).is_sound


def test_a_round_that_is_opened_again_is_frozen_anew_and_the_first_freeze_is_kept(small: Database) -> None:
    closed(small)
    first = freezing.frozen(small, ROUND, now=SETTLED)
    reopen(small, ROUND, "thiếu phiếu của hai xã vùng cao", by=OFFICER, now=SETTLED)
    assert freezing.verify(small, ROUND, now=SETTLED).was_reopened
    assert freezing.frozen(small, ROUND, now=SETTLED) is None
    add_responses(small, "SO", "land", [5])
    close_round(small, ROUND, by=OFFICER, now=SETTLED + timedelta(hours=2))
    second = freezing.frozen(small, ROUND, now=SETTLED + timedelta(days=30))
    assert first is not None
    assert second is not None
    assert (first.responses, second.responses) == (3, 4)
    assert freezing.verify(small, ROUND, now=SETTLED + timedelta(days=30)).holds
    with small.reading() as session:
        assert session.scalar(sa.text("SELECT count(*) FROM round_freeze")) == 2


def test_the_parts_are_made_of_codes_and_plain_values_and_so_the_same_on_either_engine(
    small: Database,
) -> None:
    add_responses(small, "XA", "land", [5], round_code=EARLIER)
    kept = freezing.frozen(small, EARLIER, now=datetime(2026, 12, 1, tzinfo=UTC))
    assert kept is not None
    print_ = fingerprint(five_factors())
    with small.reading() as session:
        [row] = session.execute(sa.text("SELECT id, answers, fingerprint FROM response")).all()
    values = [row.id, print_, MIXED, "land", "qr", "vi", row.answers, row.fingerprint, 0, HOUR.isoformat()]
    assert kept.parts["responses"] == response_parts([("XA", values)])[0]
    assert kept.parts["population"] == {
        "SO": fingerprint_of([["land", 400]]),
        "XA": fingerprint_of([["civil_status", 1500], ["land", 60]]),
        "PH": fingerprint_of([["civil_status", 3000], ["land", 90]]),
    }
    assert kept.parts["round"][WHOLE] == fingerprint_of([
        EARLIER, "2026-07-01", "2026-09-30", "2026-07-01T00:00:00+00:00", "2026-10-01T00:00:00+00:00",
        "nguồn thử", print_, [],
    ])  # fmt: skip


def test_a_round_that_does_not_exist_is_neither_frozen_nor_verified(sqlite_small: Database) -> None:
    for verb in (freezing.frozen, freezing.verify):
        with pytest.raises(RoundUnknown):
            verb(sqlite_small, "2031-q1", now=NOW)

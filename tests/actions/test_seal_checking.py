"""Whatever somebody changes by hand in any table that feeds a number is found, and named."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from survey.actions.counts import extend
from survey.actions.publishing import publish
from survey.actions.rounds import close_round
from survey.actions.seal_checking import Proof, verify
from survey.actions.seals import write
from survey.core.response import VERIFIED_MODE
from survey.core.seal import BEGINNING, RESPONSE, row_digest
from survey.core.seal_findings import Kind
from survey.core.sealed_tables import LATER_COLUMNS, NOT_SEALED, OUTSIDE, RESPONSE_COLUMNS, TABLES
from survey.core.trail import Deed
from survey.store import seals, trail
from survey.store.database import Database
from survey.store.tables import Base, ResponseRow
from tests.core.variants import without_item
from tests.places import EARLIER, HOUR, KEY, NOW, OFFICER, ROUND, add_responses, five_factors
from tests.tampering import Hand, Row, other

LATER = NOW + timedelta(hours=1)
SEALED = (RESPONSE, *TABLES)
BY_OTHER_MEANS = {"seal", "sealed_response", "sealed_change", "trail", "response_count", "published_file"}
"""Tables outside the digests in which every change is found all the same."""


@pytest.fixture
def sealed(small: Database) -> Database:
    """The small place with answers, a deed, a declaration, an older version and counts, all of it sealed."""
    add_responses(small, "XA", "land", [5, 4, 1])
    add_responses(small, "PH", "land", [2, 3])
    publish(small, without_item(five_factors(), "a1"), now=NOW)
    Hand(small).sql(
        "INSERT INTO editorial_change (id, earlier_id, later_id, code, holds, reason, who, declared_at) "
        "VALUES (1, 1, 2, 'a2', true, 'sửa lỗi gõ', 'canbo', '2026-11-20 03:00:00.000000')"
    )
    Hand(small).sql(
        "INSERT INTO unit_change (id, from_id, to_id, share, since, basis) "
        "VALUES (1, 1, 2, 0.5, '2025-07-01', 'Nghị quyết')",
        "INSERT INTO frame_margin (round_id, margin, category, dossiers) VALUES (1, 'sex', 'Nữ', 7)",
        "INSERT INTO frame_load (id, round_id, source, dated, file_name, sha256, rows, dossiers, who, loaded_at) "
        "VALUES (1, 1, 'một cửa', '2026-11-19', 'a.csv', 'a', 3, 12, 'canbo', '2026-11-19 03:00:00.000000')",
        "INSERT INTO source_withdrawal (load_id, round_id, reason, who, withdrawn_at) "
        "VALUES (1, 1, 'nhầm tệp', 'canbo', '2026-11-19 03:00:00.000000')",
        "INSERT INTO planned_version (round_id, starts_at, version_id) VALUES (1, '2026-11-25 00:00:00.000000', 1)",
        "INSERT INTO round_exclusion (round_id, unit_id) VALUES (1, 3)",
        "INSERT INTO round_reopening (id, round_id, closed_at, reopened_at, reason, who) VALUES "
        "(1, 1, '2026-11-18 03:00:00.000000', '2026-11-19 03:00:00.000000', 'đóng nhầm', 'canbo')",
        "INSERT INTO round_freeze (round_id, closed_at, frozen_at, responses, digest, parts) VALUES "
        "(1, '2026-10-01 03:00:00.000000', '2026-10-16 03:00:00.000000', 3, 'f', '{}')",
        "INSERT INTO reported_figure (id, round_id, kind, name, value, year, source, dated, who, entered_at) "
        "VALUES (1, 1, 'measure', 'points_61', '15.5', 2025, 'Cổng', '2026-11-01', 'canbo', '2026-11-02 03:00:00.000000')",
        "INSERT INTO report_text (round_id, number, content, who, saved_at) "
        "VALUES (1, 1, '{}', 'canbo', '2026-11-01 03:00:00.000000')",
    )
    with small.writing() as session:
        trail.record(session, Deed.EDITORIAL_DECLARED, "a2", who="canbo", at=NOW)
        of_round = (
            Deed.FRAME_LOADED,
            Deed.ROUND_VERSION_PLANNED,
            Deed.ROUND_UNITS_CHOSEN,
            Deed.ROUND_REOPENED,
            Deed.FIGURE_REPORTED,
            Deed.SOURCE_WITHDRAWN,
        )
        of_report = (Deed.REPORT_TEXT_SAVED, Deed.REPORT_PUBLISHED)
        deeds = [(deed, "round") for deed in (*of_round, Deed.ROUND_FROZEN, *of_report)]
        for deed, table in [(Deed.UNIT_CLOSED, "unit"), *deeds]:
            code = session.execute(sa.text(f"SELECT code FROM {table} WHERE id = 1")).scalar_one()  # noqa: S608  our names
            trail.record(session, deed, code, who="canbo", at=NOW)
    extend(small, now=LATER)
    assert write(small, now=LATER, key=KEY) is not None
    return small


def found(proof: Proof) -> set[tuple[Kind, str]]:
    return {(finding.kind, finding.table) for finding in proof.findings}


def named(proof: Proof, kind: Kind, table: str) -> set[str]:
    return {f.key for f in proof.findings if (f.kind, f.table) == (kind, table)}


def key_of(table: str, row: Row) -> str:
    if table == RESPONSE:
        return str(row["id"])
    return "/".join(str(row[name]) for name in TABLES[table].key)


def test_what_nobody_touched_holds(sealed: Database) -> None:
    proof = verify(sealed)
    assert (proof.seals, proof.sealed, proof.unsealed, proof.findings) == (2, 5, 0, ())


def test_every_table_is_sealed_or_has_a_reason_why_not() -> None:
    assert {*SEALED, *OUTSIDE} == {*Base.metadata.tables, "alembic_version"}
    assert not {*SEALED} & {*OUTSIDE}
    for table in SEALED:
        columns = RESPONSE_COLUMNS if table == RESPONSE else TABLES[table].columns
        left = {column.name for column in Base.metadata.tables[table].columns} - {*columns}
        assert {f"{table}.{name}" for name in left} == {n for n in NOT_SEALED if n.startswith(f"{table}.")}
    assert {*OUTSIDE} > BY_OTHER_MEANS


def test_what_was_sealed_before_a_column_was_kept_stays_sealed(sealed: Database) -> None:
    """A row in which it holds nothing has the digest that it had without it."""
    earlier = [getattr(ResponseRow, name) for name in RESPONSE_COLUMNS if name not in LATER_COLUMNS]
    with sealed.reading() as session:
        rows = session.execute(sa.select(*earlier)).mappings().all()
        sealed_as = {each.id: each.sealed for each in seals.responses(session)}
    assert sealed_as == {row["id"]: row_digest(RESPONSE, dict(row)) for row in rows}


@pytest.mark.parametrize("table", SEALED)
def test_a_change_of_any_sealed_column_is_found_and_its_row_named(sealed: Database, table: str) -> None:
    hand = Hand(sealed)
    row = hand.rows(table)[0]
    columns = RESPONSE_COLUMNS if table == RESPONSE else TABLES[table].columns
    primary = {column.name for column in Base.metadata.tables[table].primary_key.columns}
    for column in columns:
        value = other(row[column], Base.metadata.tables[table].columns[column])
        hand.change(table, row, column, value)
        proof = verify(sealed)
        changed = row | {column: value}
        if key_of(table, changed) == key_of(table, row):
            assert key_of(table, row) in named(proof, Kind.CHANGED, table), column
        else:
            assert key_of(table, row) in named(proof, Kind.REMOVED, table), column
            added = named(proof, Kind.BACKDATED if table == RESPONSE else Kind.ADDED, table)
            assert key_of(table, changed) in added, column
        hand.change(table, changed if column in primary else row, column, row[column])
        assert verify(sealed).findings == (), column


@pytest.mark.parametrize("table", SEALED)
def test_a_row_taken_out_is_found_and_named_and_so_is_one_put_in(sealed: Database, table: str) -> None:
    hand = Hand(sealed)
    row = hand.rows(table)[0]
    hand.remove(table, row)
    assert key_of(table, row) in named(verify(sealed), Kind.REMOVED, table)
    hand.insert(table, row)
    assert verify(sealed).findings == ()
    new = dict(row)
    places = Base.metadata.tables[table]
    names = {"id", "hash", "code", "number", "fingerprint", "dossiers", "to_id"} | {
        c.name for c in places.primary_key
    }
    for column in names & {*row} - {"round_id", "field_id"}:
        new[column] = other(row[column], places.columns[column])
    hand.insert(table, new)
    kind = Kind.BACKDATED if table == RESPONSE else Kind.ADDED
    assert key_of(table, new) in named(verify(sealed), kind, table)


def test_the_file_of_a_published_report_that_is_not_the_one_published_is_found(sealed: Database) -> None:
    hand = Hand(sealed)
    row = hand.rows("published_file")[0]
    name = f"{EARLIER}/1/{row['language']}"
    hand.change("published_file", row, "content", b"%PDG")
    assert named(verify(sealed), Kind.CHANGED, "published_file") == {name}
    hand.remove("published_file", row)
    assert named(verify(sealed), Kind.REMOVED, "published_file") == {name}
    hand.insert("published_file", row)
    assert verify(sealed).findings == ()
    hand.insert("published_file", row | {"number": 2})
    assert named(verify(sealed), Kind.ADDED, "published_file") == {f"{EARLIER}/2/{row['language']}"}


@pytest.mark.parametrize("table", ["seal", "sealed_response", "sealed_change"])
def test_a_change_in_the_seals_themselves_is_found(sealed: Database, table: str) -> None:
    hand = Hand(sealed)
    add_responses(sealed, "XA", "civil_status", [4, 4])
    row = hand.rows(table)[0]
    primary = {column.name for column in Base.metadata.tables[table].primary_key.columns}
    for column in Base.metadata.tables[table].columns:
        value = other(row[column.name], column)
        hand.change(table, row, column.name, value)
        proof = verify(sealed)
        assert {t for _kind, t in found(proof)} & {table, "seal", RESPONSE}, column.name
        changed = row | {column.name: value}
        hand.change(table, changed if column.name in primary else row, column.name, row[column.name])
    hand.remove(table, row)
    assert verify(sealed).findings


def test_a_seal_taken_out_of_the_middle_with_all_of_its_lists_is_found(sealed: Database) -> None:
    for hours in (2, 3):
        close_round(sealed, ROUND, by=OFFICER, now=NOW)
        Hand(sealed).sql("UPDATE round SET closed_at = NULL WHERE closed_at > '2026-11-01'")
        assert write(sealed, now=NOW + timedelta(hours=hours), key=KEY)
    Hand(sealed).sql(
        "DELETE FROM sealed_response WHERE seal_number = 3",
        "DELETE FROM sealed_change WHERE seal_number = 3",
        "DELETE FROM seal WHERE number = 3",
    )
    assert ("3", Kind.CHAIN_BROKEN) in {(f.key, f.kind) for f in verify(sealed).findings}


def test_an_end_that_was_cut_off_is_found_by_a_digest_noted_outside_and_by_nothing_else(
    sealed: Database,
) -> None:
    close_round(sealed, ROUND, by=OFFICER, now=LATER)
    write(sealed, now=LATER + timedelta(hours=1), key=KEY)
    noted = verify(sealed).newest
    assert verify(sealed, noted).findings == ()
    assert verify(sealed, noted[:12]).findings == ()
    Hand(sealed).sql("DELETE FROM sealed_change WHERE seal_number = 3", "DELETE FROM seal WHERE number = 3")
    assert verify(sealed).findings == ()
    assert found(verify(sealed, noted)) == {(Kind.CUT_OFF, "seal")}


def test_a_digest_that_is_too_short_to_tell_seals_apart_is_not_taken_as_noted(sealed: Database) -> None:
    assert found(verify(sealed, verify(sealed).newest[:11])) == {(Kind.CUT_OFF, "seal")}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE trail SET who = 'nguoi khac'",
        "UPDATE trail SET number = 77 WHERE number = 1",
        "DELETE FROM trail",
        "UPDATE trail SET detail = 'x'",
    ],
)
def test_a_trail_that_is_not_what_the_seal_saw_is_found(sealed: Database, statement: str) -> None:
    Hand(sealed).sql(statement)
    assert (Kind.TRAIL, "trail") in found(verify(sealed))


def test_a_derived_count_that_is_wrong_is_found(sealed: Database) -> None:
    Hand(sealed).sql("UPDATE response_count SET responses = responses + 1")
    assert found(verify(sealed)) == {(Kind.COUNT, "response_count")}
    Hand(sealed).sql(
        "UPDATE response_count SET responses = responses - 1",
        "UPDATE watermark SET counted_before = '2026-11-20 00:00:00'",
    )
    assert found(verify(sealed)) == {(Kind.COUNT, "response_count")}


def test_a_ticket_marked_as_used_by_hand_is_found_though_no_seal_joins_it_to_a_response(
    sealed: Database,
) -> None:
    Hand(sealed).sql("UPDATE ticket SET used = true")
    proof = verify(sealed)
    assert found(proof) == {(Kind.TICKETS, "ticket")}
    assert proof.findings[0].where == "1 ≠ 0"


def test_a_verified_response_without_a_used_ticket_is_found(sealed: Database) -> None:
    hand = Hand(sealed)
    row = hand.rows(RESPONSE)[0]
    hand.insert(
        RESPONSE, row | {"id": "f" * 32, "mode": VERIFIED_MODE, "received_hour": HOUR + timedelta(hours=5)}
    )
    assert found(verify(sealed)) == {(Kind.TICKETS, "ticket")}


def test_a_value_that_cannot_even_be_read_is_found_and_does_not_stop_the_rest(sealed: Database) -> None:
    if not sealed.is_sqlite:
        with pytest.raises(sa.exc.DataError):
            Hand(sealed).sql("UPDATE response SET received_hour = 'x'")
        return
    Hand(sealed).sql(
        "UPDATE response SET received_hour = 'x'", "UPDATE unit SET name = 'x' WHERE code = 'XA'"
    )
    assert found(verify(sealed)) >= {(Kind.UNREADABLE, RESPONSE), (Kind.CHANGED, "unit")}


def test_a_change_that_the_trail_explains_is_no_finding_before_and_after_it_is_sealed(
    sealed: Database,
) -> None:
    close_round(sealed, ROUND, by=OFFICER, now=LATER)
    assert verify(sealed).findings == ()
    write(sealed, now=LATER + timedelta(hours=1), key=KEY)
    assert verify(sealed).findings == ()


def test_the_same_change_without_a_deed_is_found_and_a_later_seal_does_not_wash_it(sealed: Database) -> None:
    Hand(sealed).sql("UPDATE round SET closed_at = '2026-11-20 03:00:00' WHERE code = '2026-q4'")
    assert named(verify(sealed), Kind.CHANGED, "round") == {ROUND}
    write(sealed, now=LATER + timedelta(hours=1), key=KEY)
    assert [(f.kind, f.table, f.key, f.seal_number) for f in verify(sealed).findings] == [
        (Kind.CHANGED, "round", ROUND, 3)
    ]


def test_sealing_again_does_not_wash_a_changed_or_removed_response(sealed: Database) -> None:
    hand = Hand(sealed)
    first, second, *_rest = hand.rows(RESPONSE)
    hand.change(RESPONSE, first, "answers", "{}")
    hand.remove(RESPONSE, second)
    write(sealed, now=LATER + timedelta(hours=1), key=KEY)
    proof = verify(sealed)
    assert named(proof, Kind.CHANGED, RESPONSE) == {first["id"]}
    assert named(proof, Kind.REMOVED, RESPONSE) == {second["id"]}
    [changed] = [f for f in proof.findings if f.kind is Kind.CHANGED]
    assert changed.seal_number == 2
    assert changed.where.startswith(f"{ROUND} · ")
    assert changed.where.endswith(" · 10:00 20/11/2026")


def test_a_response_planted_in_a_sealed_hour_shows_in_the_seal_that_takes_it_in(sealed: Database) -> None:
    hand = Hand(sealed)
    planted = hand.rows(RESPONSE)[0] | {"id": "e" * 32}
    hand.insert(RESPONSE, planted)
    assert named(verify(sealed), Kind.BACKDATED, RESPONSE) == {"e" * 32}
    seal = write(sealed, now=LATER + timedelta(hours=1), key=KEY)
    assert seal is not None
    assert (seal.count, seal.backdated) == (1, 1)


def test_a_place_that_was_never_sealed_has_nothing_to_prove(database: Database) -> None:
    proof = verify(database)
    assert (proof.seals, proof.newest, proof.sealed, proof.unsealed, proof.findings) == (
        0,
        BEGINNING,
        0,
        0,
        (),
    )


def test_a_rewording_declared_by_publishing_a_draft_is_explained_by_that_deed(sealed: Database) -> None:
    Hand(sealed).sql(
        "INSERT INTO editorial_change (id, earlier_id, later_id, code, holds, reason, who, declared_at) "
        "VALUES (2, 1, 2, 'a3', true, 'sửa lỗi gõ', 'canbo', '2026-11-20 04:30:00.000000')"
    )
    assert named(verify(sealed), Kind.ADDED, "editorial_change") == {"2"}
    with sealed.writing() as session:
        trail.record(session, Deed.VERSION_PUBLISHED, five_factors().code, who="duyet", at=LATER)
    assert verify(sealed).findings == ()

"""Tallies, files of responses and keyed forms on both databases."""

from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError

from survey.actions import counts, freezing, keying, loading, sent_files, storing_loads, tallies
from survey.actions.rounds import board, close_round
from survey.actions.withdrawing import LoadUnknown
from survey.core.account import Account
from survey.core.frame import Layout
from survey.core.keying import FIRST, SECOND
from survey.store import counts as stored_counts
from survey.store import responses, sources
from survey.store.database import Database
from survey.store.source_tables import TallyRow
from tests.places import KEY, NOW, OFFICER, ROUND, five_factors

OTHER = Account("khac", "Người khác", "officer")
ITEM = five_factors().items[0].code
ROLES = {0: "unit", 1: "field", 2: f"answer:{ITEM}"}
FILE = "Đơn vị;Lĩnh vực;Câu 1\nXA;land;5\nXA;land;5\nPH;land;1\n"
REASON = "Chọn nhầm cột"


def opened(
    database: Database, token: str, content: str = FILE, purpose: str = "responses"
) -> sent_files.Sent:
    now = datetime.now(UTC)
    sent_files.keep(database, purpose, ROUND, content.encode(), "a.csv", token=token, who="canbo", now=now)
    return sent_files.opened(database, purpose, ROUND, token, sheet=None, header=None, who="canbo", now=now)


def take(database: Database, token: str, content: str = FILE) -> loading.RowPreview:
    return loading.apply_responses(
        database, opened(database, token, content), Layout(0, ROLES), {},
        token=token, source="LimeSurvey", dated=date(2026, 11, 20), by=OFFICER, now=datetime.now(UTC), key=KEY,
    )  # fmt: skip


def counted(database: Database) -> dict[str, int]:
    found = board(database, ROUND, within=None, now=NOW)
    return {unit.unit.code: unit.responses for unit in found.units if unit.responses}


def newest(database: Database) -> int:
    return loading.load_board(database, ROUND, within=None, now=NOW).loads[0].load.number


def test_a_file_is_taken_once_set_aside_and_taken_again(small: Database) -> None:
    assert take(small, "a").new == {"XA": 2, "PH": 1}
    assert (take(small, "b").new.total(), take(small, "c").alike) == (0, 3)
    assert counted(small) == {"XA": 2, "PH": 1}
    loading.set_load_aside(small, ROUND, newest(small), REASON, by=OFFICER, now=NOW)
    assert counted(small) == {}
    counts.extend(small, now=datetime.now(UTC) + timedelta(hours=3))
    assert counted(small) == {}
    assert take(small, "d").new.total() == 3
    assert counted(small) == {"XA": 2, "PH": 1}
    assert counts.differences(small) == []


def test_of_two_people_who_load_the_same_file_at_once_one_loads_it(small: Database) -> None:
    outcomes: list[object] = []

    def load(token: str) -> None:
        try:
            outcomes.append(take(small, token).new.total())
        except storing_loads.ResponsesFaulty:
            outcomes.append("told to look again")

    threads = [Thread(target=load, args=(token,)) for token in ("a", "b", "c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counted(small) == {"XA": 2, "PH": 1}
    assert outcomes.count(3) == 1
    assert set(outcomes) <= {3, 0, "told to look again"}


def test_a_load_is_set_aside_once_and_not_after_the_numbers_are_frozen(small: Database) -> None:
    take(small, "a")
    number = newest(small)
    with pytest.raises(LoadUnknown):
        loading.set_load_aside(small, ROUND, number + 9, REASON, by=OFFICER, now=NOW)
    loading.set_load_aside(small, ROUND, number, REASON, by=OFFICER, now=NOW)
    with pytest.raises(LoadUnknown):
        loading.set_load_aside(small, ROUND, number, REASON, by=OFFICER, now=NOW)
    take(small, "b")
    close_round(small, ROUND, by=OFFICER, now=NOW)
    later = NOW + timedelta(days=40)
    [(_round, frozen)] = [pair for pair in freezing.tick(small, now=later) if pair[0].code == ROUND]
    assert frozen.responses == 3
    assert freezing.verify(small, ROUND, now=later).differences == ()
    with pytest.raises(storing_loads.RoundTakesNone):
        loading.set_load_aside(small, ROUND, newest(small), REASON, by=OFFICER, now=later)


def test_what_was_set_aside_is_in_no_evidence(small: Database) -> None:
    take(small, "a")
    loading.set_load_aside(small, ROUND, newest(small), REASON, by=OFFICER, now=NOW)
    with small.reading() as session:
        round_ = board(small, ROUND, within=None, now=NOW).round
        evidence, arrivals = responses.evidence_with_arrivals(session, round_)
        assert evidence.responses == 0
        assert len(arrivals.hour) == 0
        assert stored_counts.of_round(session, ROUND) == 0
        assert sources.withdrawn(session, ROUND)


def test_tallies_are_kept_with_their_load_and_cannot_be_rewritten(small: Database) -> None:
    table = "Nội dung;Hài lòng;Không hài lòng\nNơi đón;9;1\n"
    sent = opened(small, "t", table, "tallies")
    layout = tallies.guessed_layout(small, sent)
    tallies.apply_tallies(
        small, sent, layout, token="t", unit_code="XA", forms=10, only_sound=False, source="giấy",  # noqa: S106  opens nothing
        dated=date(2026, 11, 20), by=OFFICER, now=datetime.now(UTC),
    )  # fmt: skip
    found = tallies.tally_board(small, ROUND, within="XA", now=NOW).loads[0]
    assert [(t.unit_code, t.item, t.share, t.forms) for t in found.tallies] == [("XA", "Nơi đón", 0.9, 10)]
    with pytest.raises(DBAPIError, match="is immutable"), small.writing() as session:
        session.query(TallyRow).update({"forms": 0})


def test_a_pile_is_stored_once_whoever_asks_at_the_same_moment(small: Database) -> None:
    for form in (1, 2, 3):
        for turn, who in ((FIRST, OFFICER), (SECOND, OTHER)):
            keying.key_form(small, ROUND, 1, form=form, turn=turn, keys={ITEM: "4"}, by=who, now=NOW)
    outcomes: list[object] = []

    def store() -> None:
        try:
            outcomes.append(keying.store_pile(small, ROUND, 1, by=OFFICER, now=NOW, key=KEY))
        except (keying.PileClosed, IntegrityError) as fault:
            outcomes.append(type(fault))

    threads = [Thread(target=store) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, outcomes)) == sorted(map(str, (3, keying.PileClosed, keying.PileClosed)))
    assert counted(small) == {"XA": 3}


def test_of_storing_and_dropping_a_pile_at_the_same_moment_one_happens(small: Database) -> None:
    number = keying.begin_pile(
        small, ROUND, unit_code="XA", field_code="land", day=date(2026, 11, 19), forms=3, every=0, by=OFFICER, now=NOW
    )  # fmt: skip
    for form in (1, 2, 3):
        keying.key_form(small, ROUND, number, form=form, turn=FIRST, keys={ITEM: "4"}, by=OFFICER, now=NOW)
    outcomes: list[str] = []

    def store() -> None:
        try:
            keying.store_pile(small, ROUND, number, by=OFFICER, now=NOW, key=KEY)
            outcomes.append("stored")
        except keying.PileDropped:
            outcomes.append("gone")

    def drop() -> None:
        try:
            keying.drop_pile(small, ROUND, number, by=OFFICER, now=NOW)
            outcomes.append("dropped")
        except keying.PileKept:
            outcomes.append("kept")

    threads = [Thread(target=act) for act in (drop, store)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) in (["dropped", "gone"], ["kept", "stored"])
    assert counted(small) == ({"XA": 3} if "stored" in outcomes else {})

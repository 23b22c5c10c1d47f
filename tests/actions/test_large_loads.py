"""Large loads of responses: stored in many short transactions, counted all at once or not at all."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from survey.actions import counts, freezing, loading, seals, sent_files, storing_loads, tallies
from survey.actions.rounds import board, close_round
from survey.actions.seal_checking import verify
from survey.core.frame import Layout
from survey.store import responses, sources
from survey.store.database import Database
from survey.store.tables import ResponseRow
from tests.places import KEY, NOW, OFFICER, ROUND, add_responses, five_factors

ITEM = five_factors().items[0].code
COLUMNS = Layout(0, {0: "unit", 1: "field", 2: "form", 3: f"answer:{ITEM}"})
MANY = "Đơn vị;Lĩnh vực;Mã phiếu;Câu 1\n" + "".join(f"XA;land;{n};5\n" for n in range(30))
AT_ONCE = 10


class Watched(Database):
    """A database whose long work something happens to between two transactions."""

    happens: Callable[[], None] = staticmethod(lambda: None)

    def let_others_write(self) -> None:
        self.happens()


@pytest.fixture
def large(small: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    """The small place, where ten responses at once are many."""
    monkeypatch.setattr(storing_loads, "AT_ONCE", AT_ONCE)
    database = Watched(small.url)
    yield database
    database.close()


def send(database: Database, token: str, content: str = MANY, purpose: str = "responses") -> None:
    now = datetime.now(UTC)
    sent_files.keep(database, purpose, ROUND, content.encode(), "a.csv", token=token, who="canbo", now=now)


def take(database: Database, token: str) -> loading.RowPreview:
    now = datetime.now(UTC)
    sent = sent_files.opened(
        database, "responses", ROUND, token, sheet=None, header=None, who="canbo", now=now
    )
    return loading.apply_responses(
        database, sent, COLUMNS, {}, token=token, source="LimeSurvey", dated=date(2026, 11, 20), by=OFFICER,
        now=now, key=KEY,
    )  # fmt: skip


def counted(database: Database) -> dict[str, int]:
    found = board(database, ROUND, within=None, now=NOW)
    return {unit.unit.code: unit.responses for unit in found.units if unit.responses}


def in_evidence(database: Database) -> int:
    round_ = board(database, ROUND, within=None, now=NOW).round
    with database.reading() as session:
        return responses.evidence_with_arrivals(session, round_)[0].responses


def stored(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(ResponseRow)) or 0


def test_a_large_load_counts_all_at_once_and_lets_others_write_meanwhile(
    large: Watched, small: Database
) -> None:
    send(small, "a")
    seen: list[tuple[int, dict[str, int], int]] = []

    def happens() -> None:
        add_responses(small, "PH", "land", [4])
        counts.extend(small, now=datetime.now(UTC))
        seen.append((stored(small), counted(small), in_evidence(small)))

    large.happens = happens
    before = stored(small)
    assert take(large, "a").new == {"XA": 30}
    assert seen == [(before + 11, {"PH": 1}, 1), (before + 22, {"PH": 2}, 2)]
    assert (counted(small), in_evidence(small)) == ({"XA": 30, "PH": 2}, 32)
    assert counts.differences(small) == []
    assert loading.load_board(small, ROUND, within=None, now=NOW).loads[0].by_unit == {"XA": 30}


def test_a_load_that_is_broken_off_counts_nothing_and_can_be_taken_again_from_the_same_file(
    large: Watched, small: Database
) -> None:
    def breaks() -> None:
        if stored(small) > AT_ONCE:
            raise ConnectionError

    send(small, "a")
    large.happens = breaks
    with pytest.raises(ConnectionError):
        take(large, "a")
    assert (counted(small), in_evidence(small)) == ({}, 0)
    assert stored(small) == 2 * AT_ONCE
    large.happens = lambda: None
    assert take(large, "a").new == {"XA": 30}
    assert (counted(small), in_evidence(small)) == ({"XA": 30}, 30)
    assert take_again(large) == 30
    assert counts.differences(small) == []
    seals.write(small, now=datetime.now(UTC), key=KEY)
    assert not verify(small).findings


def take_again(database: Database) -> int:
    """How many of the same file are known already."""
    send(database, "again")
    return take(database, "again").known


def test_a_machine_that_stops_half_way_leaves_nothing_counted_and_the_same_file_is_taken_whole(
    large: Watched, small: Database
) -> None:
    def stops() -> None:
        raise SystemExit

    send(small, "a")
    large.happens = stops
    with pytest.raises(SystemExit):
        take(large, "a")
    large.happens = lambda: None
    assert (counted(small), in_evidence(small)) == ({}, 0)
    assert take(large, "a").new == {"XA": 30}
    assert (counted(small), in_evidence(small)) == ({"XA": 30}, 30)


def test_of_two_people_who_load_the_same_responses_at_once_one_load_counts(
    large: Watched, small: Database
) -> None:
    send(small, "a")
    send(small, "b")
    others: list[loading.RowPreview] = []

    def happens() -> None:
        if not others:
            others.append(take(small, "b"))

    large.happens = happens
    with pytest.raises(storing_loads.ResponsesFaulty):
        take(large, "a")
    assert others[0].new == {"XA": 30}
    assert counted(small) == {"XA": 30}
    large.happens = lambda: None
    assert take(large, "a").known == 30
    assert (counted(small), in_evidence(small)) == ({"XA": 30}, 30)


def test_a_file_that_is_taken_twice_at_once_counts_once(large: Watched, small: Database) -> None:
    send(small, "a")
    others: list[loading.RowPreview] = []

    def happens() -> None:
        if not others:
            others.append(take(small, "a"))

    large.happens = happens
    with pytest.raises(sent_files.UploadGone):
        take(large, "a")
    assert others[0].new == {"XA": 30}
    assert (counted(small), in_evidence(small)) == ({"XA": 30}, 30)
    assert counts.differences(small) == []


def test_a_round_that_is_settled_meanwhile_stays_as_it_was_frozen(large: Watched, small: Database) -> None:
    send(small, "a")
    add_responses(small, "PH", "land", [4, 5])

    def happens() -> None:
        close_round(small, ROUND, by=OFFICER, now=NOW.replace(month=10, day=2))
        assert freezing.frozen(small, ROUND, now=NOW) is not None

    large.happens = happens
    with pytest.raises(storing_loads.RoundTakesNone):
        take(large, "a")
    assert (counted(small), in_evidence(small)) == ({"PH": 2}, 2)
    frozen = freezing.frozen(small, ROUND, now=NOW)
    assert frozen is not None
    assert frozen.responses == 2


def test_tallies_that_are_loaded_meanwhile_get_a_number_of_their_own(large: Watched, small: Database) -> None:
    send(small, "a")

    def happens() -> None:
        token = f"t{stored(small)}"
        send(small, token, f"Nội dung;Hài lòng;Không hài lòng\nChỗ {token};9;1\n", "tallies")
        now = datetime.now(UTC)
        sent = sent_files.opened(
            small, "tallies", ROUND, token, sheet=None, header=None, who="canbo", now=now
        )
        tallies.apply_tallies(
            small, sent, tallies.guessed_layout(small, sent), token=token, unit_code="XA", forms=10,
            only_sound=False, source="giấy", dated=date(2026, 11, 20), by=OFFICER, now=now,
        )  # fmt: skip

    large.happens = happens
    take(large, "a")
    assert (counted(small), in_evidence(small)) == ({"XA": 30}, 30)
    with small.reading() as session:
        numbers = [
            load.number for kind in ("tallies", "responses") for load in sources.loads(session, ROUND, kind)
        ]
    assert len(numbers) == len(set(numbers)) == 5
    with small.reading() as session:
        assert sources.set_aside(session) is None

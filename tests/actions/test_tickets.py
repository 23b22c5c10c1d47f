"""One-time tickets on both engines: loaded all or none, used once, and no row points from one to the other."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from survey.actions.answering import (
    Acknowledgement,
    AnswersFaulty,
    NotAPage,
    Sheet,
    TicketOutOfTime,
    TicketUnknown,
    TicketUsed,
    open_ticket,
    reopen,
    submit,
)
from survey.actions.rounds import RoundUnknown, board, close_round
from survey.actions.tickets import TicketsClosed, load_list, preview_list
from survey.core.response import VERIFIED_MODE
from survey.core.ticket import MistypedTicket, readable_ticket, ticket_code, ticket_hash
from survey.core.ticket_list import Fault, ListFaulty
from survey.core.visit import Visit
from survey.store import tickets
from survey.store.database import Database
from tests.places import (
    COUNTERS,
    DOSSIER,
    EARLIER,
    KEY,
    LAND_ONLY,
    MIXED,
    NOW,
    OFFICER,
    ROUND,
    TICKET,
    all_answers,
    response_id,
)
from tests.store.raw import contents

URL = "https://khaosat.example"
LIST = "H1,XA,land\nH2,XA,civil_status\nH3,SO,land\nH4,PH,land\n"
PH_LAND = COUNTERS[3].code


def load(database: Database, text: str, round_code: str = ROUND) -> list[str]:
    """The tickets of a list, as they are printed."""
    loaded = load_list(database, round_code, text, public_url=URL, who="canbo", now=NOW, key=KEY)
    return [slip.code_text.replace("-", "") for slip in loaded.slips]


def opened(database: Database, code: str = TICKET, id_: str | None = None) -> tuple[Sheet, Visit]:
    """What a phone has after scanning a slip."""
    sheet, hash_ = open_ticket(database, code, key=KEY, now=NOW)
    visit = sheet.visit(id_ or response_id(), mode=VERIFIED_MODE, now=NOW, ticket=hash_)
    return reopen(database, visit), visit


def send(database: Database, sheet: Sheet, visit: Visit, code: int = 4, **more: timedelta) -> Acknowledgement:
    return submit(
        database,
        sheet,
        visit,
        all_answers(code),
        response_id=visit.response_id,
        language="vi",
        now=NOW + timedelta(minutes=2),
        key=KEY,
        **more,
    )


def stored(database: Database) -> list[dict[str, object]]:
    query = sa.text(
        "SELECT response.*, counter.code AS counter, field.code AS field FROM response "
        "JOIN counter ON counter.id = response.counter_id JOIN field ON field.id = response.field_id"
    )
    with database.reading() as session:
        return [dict(row) for row in session.execute(query).mappings()]


def counted(database: Database) -> tuple[int, int]:
    """Tickets given out and used."""
    found = board(database, ROUND, within=None, now=NOW)
    return found.issued, found.used


# --- loading -----------------------------------------------------------------------------------------


def test_a_list_is_shown_before_it_is_loaded(small: Database) -> None:
    before = contents_of(small)
    found = preview_list(small, ROUND, f"{LIST}{DOSSIER},XA,land", key=KEY, now=NOW)
    assert (found.new, found.known) == (4, 1)
    assert [(unit.code, new) for unit, new in found.units] == [("SO", 1), ("XA", 2), ("PH", 1)]
    assert contents_of(small) == before


def test_every_dossier_gets_the_ticket_of_its_round_at_the_counter_of_its_field(small: Database) -> None:
    codes = load(small, LIST)
    assert codes == [ticket_code(ROUND, f"H{number}", key=KEY) for number in (1, 2, 3, 4)]
    with small.reading() as session:
        found = tickets.among(session, [ticket_hash(code, key=KEY) for code in codes])
    places = [found[ticket_hash(code, key=KEY)] for code in codes]
    assert [(t.counter_code, t.field_code, t.used) for t in places] == [
        (MIXED, "land", False),
        (MIXED, "civil_status", False),
        (LAND_ONLY, "land", False),
        (PH_LAND, "land", False),
    ]


def test_the_same_list_again_adds_nothing_and_prints_the_same_bytes(small: Database) -> None:
    first = load_list(small, ROUND, LIST, public_url=URL, who="canbo", now=NOW, key=KEY)
    after = contents_of(small)
    again = load_list(small, ROUND, LIST.lower().replace("xa", "XA").replace("so", "SO").replace("ph", "PH"),
                      public_url=URL, who="canbo", now=NOW, key=KEY)  # fmt: skip
    assert contents_of(small) == after
    assert (again.pdf(), again.csv()) == (first.pdf(), first.csv())


def test_loading_again_after_use_gives_no_second_chance(small: Database) -> None:
    [code] = load(small, "H1,XA,land")
    send(small, *opened(small, code))
    assert load(small, "H1,XA,land") == [code]
    with pytest.raises(TicketUsed):
        open_ticket(small, code, key=KEY, now=NOW)
    assert counted(small) == (2, 1)


def test_a_list_with_one_fault_loads_nothing(small: Database) -> None:
    before = contents_of(small)
    with pytest.raises(ListFaulty) as raised:
        load(small, LIST + "H5,XA,nothing\nH6,YY,land")
    assert [(fault.row, fault.column) for fault in raised.value.faults] == [(5, 3), (6, 2)]
    assert contents_of(small) == before


@pytest.mark.parametrize(
    ("row", "column", "about"),
    [
        ("H4,XA,land", 2, "PH"),
        ("H4,PH,civil_status", 3, "land"),
        (f"H4,PH,land,{COUNTERS[2].code}", 4, PH_LAND),
    ],
)
def test_a_dossier_that_was_loaded_otherwise_is_refused(
    small: Database, row: str, column: int, about: str
) -> None:
    load(small, LIST)
    with pytest.raises(ListFaulty) as raised:
        load(small, row)
    [fault] = raised.value.faults
    assert (fault.column, fault.fault, fault.about) == (column, Fault.LOADED_OTHERWISE, about)


def test_two_officers_loading_the_same_list_at_once_both_get_it_and_it_is_stored_once(
    small: Database,
) -> None:
    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(lambda text: load(small, text), [LIST, LIST]))
    assert codes[0] == codes[1]
    assert counted(small)[0] == 5


def test_an_unknown_or_a_closed_round_takes_no_list(small: Database) -> None:
    with pytest.raises(RoundUnknown):
        load(small, LIST, "1999-q1")
    with pytest.raises(TicketsClosed):
        load(small, LIST, EARLIER)
    with pytest.raises(TicketsClosed):
        preview_list(small, EARLIER, LIST, key=KEY, now=NOW)


def test_neither_a_dossier_nor_a_ticket_is_stored_anywhere(small: Database) -> None:
    codes = load(small, "H40.99-SECRET-DOSSIER,XA,land")
    everything = repr(contents_of(small))
    for text in ("SECRET-DOSSIER", codes[0], readable_ticket(codes[0]), DOSSIER, TICKET):
        assert text not in everything


# --- opening -----------------------------------------------------------------------------------------


def test_a_ticket_opens_the_form_of_its_counter_without_asking_for_the_field(small: Database) -> None:
    sheet, visit = opened(small)
    assert (sheet.counter.code, sheet.counter.field_code, sheet.fields) == (MIXED, "land", ())
    assert not any(question.kind == "field" for question in sheet.questions)
    assert (visit.mode, visit.ticket) == ("ticket", ticket_hash(TICKET, key=KEY))


def test_a_ticket_is_read_as_people_type_it(small: Database) -> None:
    sheet, _ = open_ticket(small, readable_ticket(TICKET).lower(), key=KEY, now=NOW)
    assert sheet.counter.code == MIXED


def test_what_is_no_ticket_opens_nothing(small: Database) -> None:
    with pytest.raises(MistypedTicket):
        open_ticket(small, TICKET[:-1] + "2" if TICKET[-1] != "2" else TICKET[:-1] + "3", key=KEY, now=NOW)
    with pytest.raises(TicketUnknown):
        open_ticket(small, ticket_code(ROUND, "never loaded", key=KEY), key=KEY, now=NOW)
    with pytest.raises(TicketUnknown):
        open_ticket(small, TICKET, key=b"another instance's key", now=NOW)


def test_a_ticket_opens_nothing_once_its_round_is_closed(small: Database) -> None:
    close_round(small, ROUND, by=OFFICER, now=NOW)
    with pytest.raises(TicketOutOfTime):
        open_ticket(small, TICKET, key=KEY, now=NOW)


def test_a_visit_with_a_ticket_that_does_not_exist_is_no_page_of_ours(small: Database) -> None:
    _, visit = opened(small)
    with pytest.raises(NotAPage):
        reopen(small, replace(visit, ticket="0" * 64))


# --- using -------------------------------------------------------------------------------------------


def test_a_response_with_a_ticket_is_verified_and_counted_apart(small: Database) -> None:
    acknowledged = send(small, *opened(small))
    assert acknowledged.is_new
    [row] = stored(small)
    assert (row["mode"], row["counter"], row["field"]) == ("ticket", MIXED, "land")
    found = board(small, ROUND, within=None, now=NOW)
    assert (found.responses, found.verified, found.open) == (1, 1, 0)
    assert (found.issued, found.used) == (1, 1)


def test_a_ticket_counts_once_even_with_two_pages_open(small: Database) -> None:
    first, second = opened(small), opened(small)
    send(small, *first)
    with pytest.raises(TicketUsed):
        send(small, *second)
    assert len(stored(small)) == 1


def test_the_same_response_again_gets_the_same_receipt_although_its_ticket_is_used(small: Database) -> None:
    sheet, visit = opened(small)
    first = send(small, sheet, visit)
    again = send(small, sheet, visit)
    assert (again.receipt, again.is_new) == (first.receipt, False)
    other = send(small, sheet, visit, code=1)
    assert (other.receipt, other.kept_first) == (first.receipt, True)


def test_faulty_answers_leave_the_ticket_unused(small: Database) -> None:
    sheet, visit = opened(small)
    with pytest.raises(AnswersFaulty):
        submit(small, sheet, visit, {}, response_id=visit.response_id, language="vi", now=NOW, key=KEY)
    assert counted(small) == (1, 0)
    send(small, sheet, visit)
    assert counted(small) == (1, 1)


@pytest.mark.parametrize("trial", range(5))
def test_phones_that_send_the_same_ticket_at_the_same_moment_store_exactly_one_response(
    small: Database, trial: int
) -> None:
    del trial
    phones = [opened(small) for _ in range(4)]
    start = Barrier(len(phones))

    def race(phone: tuple[Sheet, Visit]) -> bool:
        start.wait()
        try:
            return send(small, *phone).is_new
        except TicketUsed:
            return False

    with ThreadPoolExecutor(len(phones)) as pool:
        assert sorted(pool.map(race, phones)) == [False, False, False, True]
    assert len(stored(small)) == 1
    assert counted(small) == (1, 1)


def test_a_double_tap_with_a_ticket_is_one_response_and_one_receipt(small: Database) -> None:
    sheet, visit = opened(small)
    with ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(lambda _: send(small, sheet, visit), range(4)))
    assert len({acknowledged.receipt for acknowledged in sent}) == 1
    assert sum(acknowledged.is_new for acknowledged in sent) == 1
    assert len(stored(small)) == 1


def test_who_opened_a_ticket_before_the_round_closed_may_finish(small: Database) -> None:
    phone = opened(small)
    close_round(small, ROUND, by=OFFICER, now=NOW + timedelta(minutes=1))
    assert send(small, *phone).is_new


def test_a_ticket_never_counts_in_another_round(small: Database) -> None:
    sheet, visit = opened(small)
    close_round(small, ROUND, by=OFFICER, now=NOW - timedelta(hours=3))
    with small.writing() as session:  # another round is open by now
        session.execute(sa.text("UPDATE round SET closed_at = NULL WHERE code = :code"), {"code": EARLIER})
    with pytest.raises(TicketOutOfTime):
        send(small, sheet, visit)
    assert stored(small) == []


# --- nothing points from one to the other ------------------------------------------------------------


def test_no_stored_value_links_a_response_to_its_ticket(small: Database) -> None:
    codes = load(small, "".join(f"D{number},XA,land\n" for number in range(8)))
    for code in codes:
        send(small, *opened(small, code))
    everything = contents_of(small)
    shared = {"round_id", "counter_id", "field_id"}
    for ticket in everything["ticket"]:
        assert set(ticket) == {"hash", "used", *shared}
        assert ticket["used"] in {True, False}
    hashes = {ticket["hash"] for ticket in everything["ticket"]}
    used = [ticket for ticket in everything["ticket"] if ticket["used"]]
    for response in everything["response"]:
        assert not hashes & {str(value) for value in response.values()}
        # Whatever both rows hold is the same for every used ticket of the place.
        agreeing = [t for t in used if all(t[name] == response[name] for name in shared)]
        assert len(agreeing) == len(codes)


def test_closing_a_round_wipes_out_in_which_order_tickets_were_used(small: Database) -> None:
    codes = load(small, "".join(f"D{number},XA,land\n" for number in range(12)))
    for code in codes:
        send(small, *opened(small, code))
    order = [ticket_hash(code, key=KEY) for code in codes]
    if not small.is_sqlite:
        assert used_in_physical_order(small) == order  # what there is to wipe out
        assert linked_by_transaction(small) == len(codes)
    close_round(small, ROUND, by=OFFICER, now=NOW + timedelta(hours=1))
    assert used_in_physical_order(small) == sorted(order)
    if not small.is_sqlite:
        assert linked_by_transaction(small) == 0
    assert counted(small) == (13, 12)


def used_in_physical_order(database: Database) -> list[str]:
    """The used tickets as they lie on the disk."""
    order = "" if database.is_sqlite else " ORDER BY ctid"
    with database.reading() as session:
        rows = session.execute(sa.text(f"SELECT hash, used FROM ticket{order}"))  # noqa: S608
        return [row.hash for row in rows if row.used]


def linked_by_transaction(database: Database) -> int:
    """How many responses PostgreSQL notes as written in the same transaction as a ticket."""
    query = "SELECT count(*) FROM response r JOIN ticket t ON r.xmin::text = t.xmin::text"
    with database.reading() as session:
        return int(session.scalar(sa.text(query)) or 0)


def contents_of(database: Database) -> dict[str, list[dict[str, object]]]:
    """Everything that is stored, but for the trail, which notes every deed."""
    with database.reading() as session:
        return {name: rows for name, rows in contents(session).items() if name != "trail"}

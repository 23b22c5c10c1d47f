"""One-time tickets: the same dossier always gets the same, nobody can guess one or trace one back."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.core.counter import ALPHABET, Counter, MistypedCode, parse_code, with_check_character
from survey.core.response import Response
from survey.core.ticket import (
    TICKET_LENGTH,
    MistypedTicket,
    dossier_code,
    parse_ticket,
    readable_ticket,
    ticket_code,
    ticket_hash,
)
from survey.core.ticket_list import (
    COUNTER,
    DOSSIER,
    FIELD,
    MOST_ROWS,
    UNIT,
    Directory,
    Fault,
    ListFaulty,
    RowFault,
    counter_for,
    read_dossiers,
)

KEY = b"the key of this instance"
ROUND = "2026-q4"

GENERAL = Counter(with_check_character([1] * 7), "XA", None, "Quầy chung", "")
LAND = Counter(with_check_character([2] * 7), "XA", "land", "Quầy đất đai", "")
LAND_TOO = Counter(with_check_character([3] * 7), "XA", "land", "Quầy đất đai 2", "")
ELSEWHERE = Counter(with_check_character([4] * 7), "SO", "land", "Quầy số 1", "")
DIRECTORY = Directory(
    frozenset({"XA", "SO", "PH"}), frozenset({"land", "civil"}), (GENERAL, LAND, LAND_TOO, ELSEWHERE)
)

dossiers = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=40)


def faults(text: str) -> list[RowFault]:
    with pytest.raises(ListFaulty) as raised:
        read_dossiers(text, DIRECTORY)
    return list(raised.value.faults)


def one_fault(text: str) -> tuple[int, int, Fault]:
    [fault] = faults(text)
    return fault.row, fault.column, fault.fault


# --- codes -------------------------------------------------------------------------------------------


@given(dossiers, st.binary(min_size=1, max_size=64))
def test_the_same_dossier_in_the_same_round_always_gets_the_same_ticket(dossier: str, key: bytes) -> None:
    code = ticket_code(ROUND, dossier, key=key)
    assert code == ticket_code(ROUND, dossier, key=key)
    assert parse_ticket(readable_ticket(code).lower()) == code
    assert len(code) == TICKET_LENGTH


@given(dossiers)
def test_another_round_dossier_or_key_gives_another_ticket(dossier: str) -> None:
    code = ticket_code(ROUND, dossier, key=KEY)
    others = {
        ticket_code("2026-q3", dossier, key=KEY),
        ticket_code(ROUND, dossier + "1", key=KEY),
        ticket_code(ROUND, dossier, key=KEY + b"1"),
    }
    assert code not in others
    assert len(others) == 3


def test_ten_thousand_dossiers_get_ten_thousand_tickets_that_use_the_whole_alphabet() -> None:
    codes = {ticket_code(ROUND, f"H40-{number}", key=KEY) for number in range(10_000)}
    assert len(codes) == 10_000
    for place in range(TICKET_LENGTH):
        assert {code[place] for code in codes} == set(ALPHABET)


def test_a_separator_inside_a_part_cannot_make_two_dossiers_one() -> None:
    with pytest.raises(ValueError, match="separator"):
        ticket_code("a\0b", "c", key=KEY)
    assert ticket_code("a", "b|c", key=KEY) != ticket_code("a|b", "c", key=KEY)


def test_what_is_stored_shows_neither_the_code_nor_the_dossier() -> None:
    code = ticket_code(ROUND, "H40-1", key=KEY)
    stored = ticket_hash(code, key=KEY)
    assert len(stored) == 64
    assert code not in stored
    assert stored != ticket_hash(code, key=b"another key")


@given(st.integers(0, TICKET_LENGTH - 1), st.sampled_from(ALPHABET))
def test_a_single_wrong_character_is_noticed(place: int, character: str) -> None:
    code = ticket_code(ROUND, "H40-1", key=KEY)
    typed = code[:place] + character + code[place + 1 :]
    if typed != code:
        with pytest.raises(MistypedTicket):
            parse_ticket(typed)


@pytest.mark.parametrize("text", ["", "K7M29QFX", "0" * 12, "K7M2-9QFX-3HT", "É" * 12, "x" * 1000])
def test_what_cannot_be_a_ticket_is_refused(text: str) -> None:
    with pytest.raises(MistypedTicket):
        parse_ticket(text)


def test_a_ticket_is_not_taken_for_a_counter() -> None:
    with pytest.raises(MistypedCode):
        parse_code(ticket_code(ROUND, "H40-1", key=KEY))


@pytest.mark.parametrize("text", ["h40-ấ", " H40-Ấ ", "H40-A\u0302\u0301", "\u00a0h40-ấ\t"])
def test_a_dossiers_code_has_one_spelling(text: str) -> None:
    assert dossier_code(text) == "H40-Ấ"


@pytest.mark.parametrize("mode", ["ticket", "qr", "kiosk", "screen", "paper"])
def test_only_a_response_with_a_ticket_is_verified(mode: str) -> None:
    hour = datetime(2026, 11, 20, 3, tzinfo=UTC)
    response = Response("0" * 32, ROUND, "f" * 64, LAND.code, "XA", "land", mode, "vi", {}, hour)
    assert response.verified is (mode == "ticket")


# --- lists -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "h1,XA,land\nh2,SO,land",
        "\ufeffMã hồ sơ;Mã đơn vị;Mã lĩnh vực\r\nH1;XA;land\r\nH2;SO;land\r\n",
        "H1\tXA\tland\n\n \t\t\nH2\tSO\tland\t\n",
        '"H1","XA","land",\n"H2"," SO ",land,,',
        "H1,XA,land\rH2,SO,land",
    ],
)
def test_a_list_is_read_however_a_spreadsheet_wrote_it(text: str) -> None:
    found = [(d.code, d.unit_code, d.field_code, d.counter_code) for d in read_dossiers(text, DIRECTORY)]
    assert found == [("H1", "XA", "land", LAND.code), ("H2", "SO", "land", ELSEWHERE.code)]


def test_a_dossier_belongs_to_the_counter_of_its_field_first_and_to_the_general_one_otherwise() -> None:
    assert counter_for((GENERAL, LAND, LAND_TOO), "land") == LAND
    assert counter_for((GENERAL, LAND), "civil") == GENERAL
    assert counter_for((LAND,), "civil") is None


def test_a_row_may_name_its_counter_as_it_is_printed() -> None:
    readable = f"{LAND_TOO.code[:4]}-{LAND_TOO.code[4:].lower()}"
    [dossier] = read_dossiers(f"H1,XA,land,{readable}", DIRECTORY)
    assert (dossier.counter_code, dossier.names_counter) == (LAND_TOO.code, True)


@pytest.mark.parametrize(
    ("row", "column", "fault"),
    [
        ("H1", 0, Fault.COLUMNS),
        ("H1,XA,land,,,x", 0, Fault.COLUMNS),
        (",XA,land", DOSSIER, Fault.DOSSIER_EMPTY),
        (f"{'H' * 65},XA,land", DOSSIER, Fault.DOSSIER_UNUSABLE),
        ("H\0001,XA,land", DOSSIER, Fault.DOSSIER_UNUSABLE),
        ("H\u202e1,XA,land", DOSSIER, Fault.DOSSIER_UNUSABLE),
        ("H1,ZZ,land", UNIT, Fault.UNIT_UNKNOWN),
        ("H1,XA,fish", FIELD, Fault.FIELD_UNKNOWN),
        ("H1,PH,land", UNIT, Fault.NO_COUNTER),
        ("H1,XA,land,K7M29QFX", COUNTER, Fault.COUNTER_UNKNOWN),
        ("H1,XA,land,x", COUNTER, Fault.COUNTER_UNKNOWN),
        (f"H1,XA,land,{ELSEWHERE.code}", COUNTER, Fault.COUNTER_OF_ANOTHER_UNIT),
        (f"H1,XA,civil,{LAND.code}", COUNTER, Fault.COUNTER_OF_ANOTHER_FIELD),
        ('"H1,XA,land', 0, Fault.UNREADABLE),
    ],
)
def test_a_fault_is_named_by_its_row_and_column(row: str, column: int, fault: Fault) -> None:
    assert one_fault(f"mã hồ sơ,mã đơn vị,mã lĩnh vực\nOK,XA,land\n\n{row}\nOK2,XA,land\n") == (
        4,
        column,
        fault,
    )


def test_all_faults_are_told_at_once_in_the_order_of_the_rows() -> None:
    found = faults('"A,XA,land\nB,ZZ,land\nC,XA,fish\nD,XA,land\nd ,XA,land')
    assert [(fault.row, fault.fault) for fault in found] == [
        (1, Fault.UNREADABLE),
        (2, Fault.UNIT_UNKNOWN),
        (3, Fault.FIELD_UNKNOWN),
        (5, Fault.DOSSIER_TWICE),
    ]
    assert found[3].about == "4"


@pytest.mark.parametrize("text", ["", "\n\n", "mã hồ sơ,mã đơn vị,mã lĩnh vực", "\ufeff", " , , "])
def test_an_empty_list_is_refused(text: str) -> None:
    assert one_fault(text) == (1, 0, Fault.EMPTY)


def test_a_list_that_is_too_long_names_the_first_row_that_is_too_much() -> None:
    rows = [f"H{number},XA,land" for number in range(MOST_ROWS + 2)]
    assert one_fault("\n".join(rows)) == (MOST_ROWS + 1, 0, Fault.TOO_MANY)
    assert len(read_dossiers("\n".join(rows[:MOST_ROWS]), DIRECTORY)) == MOST_ROWS


@given(st.text(max_size=200))
def test_no_text_at_all_makes_the_reader_fail_otherwise(text: str) -> None:
    try:
        assert read_dossiers(text, DIRECTORY)
    except ListFaulty as fault:
        assert all(found.row >= 1 for found in fault.faults)  # noqa: PT017  either outcome is fine

"""Responses from somebody's table: every cell gives an answer, is empty, has to be explained, or is a fault."""

from typing import Any

import pytest

from questionnaires.definition import Definition
from questionnaires.uploads import Sheet
from questionnaires.version import Version, fingerprint
from survey.core.answer_columns import guessed_answer_roles, is_answer_role, is_chosen
from survey.core.frame import Layout
from survey.core.labels import Directory
from survey.core.question_kinds import NOT_APPLICABLE, NOT_SHOWN
from survey.core.response_reading import ResponseTable
from survey.core.response_table import ReadRow, RowReading, RowSetting, answer_label
from tests.places import COUNTERS, FIELDS, LAND_ONLY, MIXED, UNITS, five_factors
from tests.web.tiny import tiny

Rows = list[list[Any]]


def version(definition: Definition) -> Version:
    return Version(1, definition, fingerprint(definition))


def read(
    rows: Rows, roles: tuple[str, ...], definition: Definition | None = None, **setting: Any
) -> tuple[list[ReadRow], RowReading]:
    reading = RowReading()
    asked = version(definition or five_factors())
    units = Directory([(unit.code, unit.name) for unit in UNITS], {})
    fields = Directory([(field.code, field.name_vi) for field in FIELDS], {})
    table = ResponseTable(
        Sheet([list(roles), *rows]),
        Layout(0, {at: role for at, role in enumerate(roles) if role}),
        RowSetting(asked, units, fields, COUNTERS, **setting),
    )
    return list(table.rows(reading)), reading


PLAIN = ("unit", "field", "answer:a1", "answer:a2")


def said(reading: RowReading) -> list[tuple[int, int | None, str, str]]:
    return [(f.row, f.column, f.fault.name, f.about) for f in reading.faults]


def test_a_row_becomes_one_response_at_a_counter_of_its_unit_and_field() -> None:
    rows, reading = read([["Xã Bình An", "Đất đai", "Rất hài lòng", 4], ["SO", "land", "5", None]], PLAIN)
    assert reading.is_valid
    assert [(r.row, r.unit_code, r.field_code, r.counter_code) for r in rows] == [
        (2, "XA", "land", MIXED), (3, "SO", "land", LAND_ONLY),
    ]  # fmt: skip
    assert [dict(row.answers) for row in rows] == [{"a1": 5, "a2": 4}, {"a1": 5}]
    assert reading.by_unit == {"XA": 1, "SO": 1}


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ([None, "land", 5, 5], (2, 0, "EMPTY", "")),
        (["XA", None, 5, 5], (2, 1, "EMPTY", "")),
        (["SO", "civil_status", 5, 5], (2, None, "NO_COUNTER", "")),
        (["XA", "land", None, None], (2, None, "NO_ANSWERS", "")),
        (["XA", "land", "-", ""], (2, None, "NO_ANSWERS", "")),
    ],
)
def test_a_row_that_cannot_be_placed_or_says_nothing_is_refused_at_its_cell(
    row: list[Any], fault: tuple[int, int | None, str, str]
) -> None:
    rows, reading = read([row], PLAIN)
    assert said(reading) == [fault]
    assert rows == []


def test_a_text_that_is_no_option_has_to_be_explained_once_for_all_questions_of_its_scale() -> None:
    table: Rows = [["XA", "land", "OK", "ok"], ["XA", "land", "Tạm", "9"]]
    _rows, reading = read(table, PLAIN)
    scale = f"{five_factors().code}.{five_factors().items[0].scale}"
    assert [(key[1], unknown.rows) for key, unknown in reading.unknown.items()] == [
        (answer_label(scale, "OK"), 2), (answer_label(scale, "Tạm"), 1), (answer_label(scale, "9"), 1),
    ]  # fmt: skip
    meanings = {answer_label(scale, "OK"): "4", answer_label(scale, "Tạm"): "", answer_label(scale, "9"): "1"}
    rows, reading = read(table, PLAIN, meanings=meanings)
    assert reading.is_valid
    assert [dict(row.answers) for row in rows] == [{"a1": 4, "a2": 4}, {"a2": 1}]


def test_what_was_said_of_a_text_counts_more_than_what_it_looks_like() -> None:
    scale = f"{five_factors().code}.{five_factors().items[0].scale}"
    rows, _reading = read([["XA", "land", 1, 5]], PLAIN, meanings={answer_label(scale, "1"): "5"})
    assert dict(rows[0].answers) == {"a1": 5, "a2": 5}


def test_units_outside_the_part_or_the_round_are_refused() -> None:
    rows, reading = read([["PH", "land", 5, 5], ["XA", "land", 5, 5]], PLAIN, part=frozenset({"XA"}))
    assert said(reading) == [(2, 0, "UNIT_BEYOND", "PH")]
    assert len(rows) == 1
    _rows, reading = read([["PH", "land", 5, 5]], PLAIN, left_out=frozenset({"PH"}))
    assert said(reading) == [(2, 0, "UNIT_LEFT_OUT", "PH")]


def test_a_counter_says_the_field_where_it_serves_only_one() -> None:
    roles = ("unit", "counter", "answer:a1")
    rows, reading = read([["PH", "Quầy số 2 – Đất đai", 5]], roles)
    assert (rows[0].field_code, rows[0].counter_code) == ("land", COUNTERS[3].code)
    _rows, reading = read([["PH", "Quầy số 1", 5], ["PH", "Quầy 9", 5]], roles)
    assert said(reading) == [(2, 1, "COUNTER_UNKNOWN", "Quầy số 1"), (3, 1, "COUNTER_UNKNOWN", "Quầy 9")]


def test_the_number_of_a_form_stands_once_in_a_file_and_names_the_response_wherever_it_stands() -> None:
    roles = ("unit", "field", "answer:a1", "form")
    rows, reading = read([["XA", "land", 5, 7], ["PH", "land", 5, 7], ["XA", "land", 4, "7"]], roles)
    assert said(reading) == [(4, 3, "FORM_TWICE", "2")]
    assert len({row.identity for row in rows}) == 2
    again, _reading = read([["XA", "land", 3, "7"]], roles)
    assert again[0].identity == rows[0].identity


def test_equal_rows_without_a_number_are_several_people_and_the_same_ones_in_a_longer_file() -> None:
    row = ["XA", "land", 5, 5]
    twice = [r.identity for r in read([row, row], PLAIN)[0]]
    longer = [r.identity for r in read([row, ["XA", "land", 1, 1], row, row], PLAIN)[0]]
    assert len(set(longer)) == 4
    assert set(twice) < set(longer)


def test_a_column_of_each_kind_is_read_as_the_form_reads_it() -> None:
    place = ("unit", "field")
    several, reading = read(
        [["XA", "land", "1; 2"], ["XA", "land", 2]], (*place, "answer:reasons"), _with_multiple()
    )
    assert reading.is_valid, reading
    assert [row.answers["reasons"] for row in several] == [(1, 2), (2,)]
    bounded = tiny("number_bounds")
    number = next(q for q in bounded.questions if q.kind == "number")
    rows, reading = read(
        [["XA", "land", "x"], ["XA", "land", 10**9]], (*place, f"answer:{number.code}"), bounded
    )
    assert [fault.fault.name for fault in reading.faults] == ["NOT_A_NUMBER", "OUT_OF_BOUNDS"]
    assert rows == []


def _with_multiple() -> Definition:
    definition = tiny("multiple_optional")
    question = next(q for q in definition.questions if q.kind == "multiple")
    others = tuple(q for q in definition.questions if q.code != question.code)
    renamed = question.model_copy(update={"code": "reasons"})
    return definition.model_copy(update={"questions": (*others, renamed)})


OPTION_ROLES = ("unit", "field", "answer:reasons=1", "answer:reasons=2", "answer:a1")


@pytest.mark.parametrize(
    ("cells", "chosen"),
    [
        (("Y", "Y"), (1, 2)),
        (("Y", "N"), (1,)),
        ((0, 1), (2,)),
        ((True, False), (1,)),
        (("Có", "Không"), (1,)),
        (("", "x"), (2,)),
        ((1.0, None), (1,)),
    ],
)
def test_columns_of_single_options_are_one_answer(
    cells: tuple[object, object], chosen: tuple[int, ...]
) -> None:
    definition = _with_multiple()
    rows, reading = read([["XA", "land", *cells]], OPTION_ROLES[:4], definition)
    assert reading.is_valid, reading
    assert [row.answers["reasons"] for row in rows] == [chosen]


def test_an_option_is_chosen_where_its_column_repeats_its_words_and_doubtful_words_are_never_guessed() -> (
    None
):
    [first, *_rest] = next(q for q in _with_multiple().questions if q.code == "reasons").options
    assert is_chosen(first.text.vi.upper(), first) is True
    assert is_chosen("có lẽ", first) is None
    nothing = first.model_copy(update={"text": first.text.model_copy(update={"vi": "Không"})})
    assert is_chosen("Không", nothing) is None


def test_no_option_chosen_is_no_answer_and_a_word_that_says_neither_is_a_fault() -> None:
    definition = _with_multiple()
    item = next(iter(definition.items)).code
    roles = (*OPTION_ROLES[:4], f"answer:{item}")
    best = definition.options_of(definition.items[0])[0].code
    rows, reading = read([["XA", "land", "N", "", best]], roles, definition)
    assert reading.is_valid
    assert dict(rows[0].answers) == {item: best}
    rows, reading = read(
        [["XA", "land", "Y", "có lẽ", best], ["XA", "land", "2", "Y", best]], roles, definition
    )
    assert said(reading) == [(2, 3, "NOT_A_TICK", "có lẽ"), (3, 2, "NOT_A_TICK", "2")]
    assert rows == []


def test_a_question_is_in_one_column_or_in_its_options_columns_and_not_in_both() -> None:
    roles = ("unit", "field", "answer:reasons=1", "answer:reasons")
    rows, reading = read([["XA", "land", "Y", "1"]], roles, _with_multiple())
    assert (rows, said(reading)) == ([], [(0, None, "ROLE_TWICE", "")])


def test_options_that_exclude_one_another_are_refused_where_the_first_is_ticked() -> None:
    definition = _with_multiple()
    question = next(q for q in definition.questions if q.code == "reasons")
    alone = question.model_copy(update={"alone": (2,)})
    others = tuple(alone if q.code == "reasons" else q for q in definition.questions)
    definition = definition.model_copy(update={"questions": others})
    rows, reading = read([["XA", "land", "Y", "Y"]], OPTION_ROLES[:4], definition)
    assert (rows, said(reading)) == ([], [(2, 2, "NOT_TOGETHER", "1, 2")])


@pytest.mark.parametrize(
    "heading",
    ["reasons[1]", "reasons[SQ001]", "reasons/1", "Reasons [sq001]", "reasons[SQ001]. Vì sao? [Vì gần]", "Q{n}[1]",
     "Câu {n} [{first}]", "{text} [{first}]"],
)  # fmt: skip
def test_the_columns_of_options_are_guessed_as_survey_tools_name_them(heading: str) -> None:
    definition = _with_multiple()
    asked = version(definition)
    codes = [part.code for part, _conditions in definition.asked()]
    question = next(q for q in definition.questions if q.code == "reasons")
    name = heading.format(
        n=codes.index("reasons") + 1, text=question.text.vi, first=question.options[0].text.vi
    )
    assert guessed_answer_roles(["Đơn vị", name], {}, asked) == {0: "unit", 1: "answer:reasons=1"}
    assert is_answer_role("answer:reasons=1", asked)
    assert not is_answer_role("answer:reasons=99", asked)
    assert guessed_answer_roles(["reasons[other]", "reasons[77]", "a/b"], {}, asked) == {}


def test_what_was_answered_to_a_question_that_is_not_shown_is_not_kept() -> None:
    definition = tiny("condition_on_choice")
    hidden = next(p for p, conditions in definition.asked() if conditions)
    trigger = next(c for _p, conditions in definition.asked() for c in conditions)
    asked = next(q for q in definition.questions if q.code == trigger.question)
    other = next(option.code for option in asked.options if option.code not in trigger.codes)
    roles = ("unit", "field", f"answer:{asked.code}", f"answer:{hidden.code}")
    rows, reading = read([["XA", "land", other, "1"]], roles, definition)
    assert reading.is_valid
    assert rows[0].answers[hidden.code] is NOT_SHOWN


def test_not_applicable_is_understood_where_the_item_allows_it() -> None:
    definition = tiny("not_applicable")
    item = next(i for i in definition.items if i.allow_not_applicable)
    rows, reading = read(
        [["XA", "land", "Không áp dụng"]], ("unit", "field", f"answer:{item.code}"), definition
    )
    assert reading.is_valid
    assert rows[0].answers[item.code] == NOT_APPLICABLE


def test_columns_are_guessed_by_words_codes_numbers_and_what_was_said_before() -> None:
    asked = version(five_factors())
    first, second, third = (question.text.vi for question in five_factors().items[:3])
    codes = [item.code for item in five_factors().items]
    header = ["Tên đơn vị", "LĨNH VỰC", first.upper(), f"  {second} ", codes[2], "Ghi chú", "Ý kiến"]
    roles = guessed_answer_roles(header, {"ý kiến": f"answer:{codes[3]}", "ghi chú": ""}, asked)
    assert roles == {
        0: "unit", 1: "field", **{at + 2: f"answer:{code}" for at, code in enumerate(codes[:3])}, 6: f"answer:{codes[3]}",
    }  # fmt: skip
    assert third


def test_a_table_without_its_columns_or_rows_says_so() -> None:
    _rows, reading = read([["x"]], ("form",))
    assert {fault.fault.name for fault in reading.faults} == {
        "NO_UNIT_COLUMN", "NO_FIELD_COLUMN", "NO_ANSWER_COLUMN",
    }  # fmt: skip
    _rows, reading = read([], PLAIN)
    assert [fault.fault.name for fault in reading.faults] == ["NO_ROWS"]


def test_hundreds_of_strange_texts_are_one_fault_and_end_the_reading() -> None:
    rows, reading = read([["XA", "land", f"ý kiến {n}", 5] for n in range(1000)], PLAIN)
    assert [fault.fault.name for fault in reading.faults] == ["LABELS"]
    assert not reading.unknown
    assert rows == []

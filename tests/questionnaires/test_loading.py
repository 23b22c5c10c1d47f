"""Faults of a questionnaire file: all at once, each with its line, its place and what to do in Vietnamese."""

import re
import unicodedata

import pytest

from questionnaires.loading import DefinitionFaults, load_definition
from questionnaires.source import MAX_BYTES, Fault

SMALL = """\
code: thu
title: {vi: Phiếu thử}
introduction: {vi: Xin chào}
thanks: {vi: Cảm ơn}
population: {vi: Người dân}
source_note: Phiếu thử của nhóm kiểm thử
languages: [vi]
modes: [qr]
scales:
  ba_muc:
    options:
      - {code: 1, text: {vi: Kém}}
      - {code: 2, text: {vi: Vừa}}
      - {code: 3, text: {vi: Tốt}}
sections:
  - code: mot
    title: {vi: Phần một}
    items:
      - code: a1
        text: {vi: Câu một}
        scale: ba_muc
      - code: a2
        text: {vi: Câu hai}
        scale: ba_muc
questions:
  - code: tuoi
    kind: single
    text: {vi: Tuổi}
    options: [{code: 1, text: {vi: Trẻ}}, {code: 2, text: {vi: Già}}]
scoring:
  rule: top_codes
  satisfied: [3]
  provenance: {vi: theo cấu hình của đơn vị}
"""


def faults_of(text: str) -> tuple[Fault, ...]:
    with pytest.raises(DefinitionFaults) as caught:
        load_definition(text, name="thu.yaml")
    return caught.value.faults


def changed(old: str, new: str) -> str:
    assert SMALL.count(old) == 1
    return SMALL.replace(old, new)


def test_a_sound_file_loads() -> None:
    definition = load_definition(SMALL, name="thu.yaml")
    assert [item.code for item in definition.items] == ["a1", "a2"]


TITLE = "title: {vi: Phiếu thử}"
KIND = "    kind: single"
LOW = "code: 1, text: {vi: Kém}"
LAST = "{vi: Câu hai}\n        scale: ba_muc"
SCALES = "scales:\n"
BAD_SCALE = "scales:\n  Ba mức: {options: [{code: 1, text: {vi: a}}, {code: 2, text: {vi: b}}]}\n"
CHOICE = "    kind: single\n    text: {vi: Tuổi}\n    options: [{code: 1, text: {vi: Trẻ}}, {code: 2, text: {vi: Già}}]"
NUMBER = "    kind: number\n    text: {vi: Tuổi}"
THANKS = "thanks: {vi: Cảm ơn}"


@pytest.mark.parametrize(
    ("old", "new", "line", "place", "words"),
    [
        (TITLE + "\n", "", 1, "title", "Thiếu mục này"),
        (TITLE, "title: {vi: }", 2, "title.vi", "Đang để trống"),
        (TITLE, "title: {vi: '  '}", 2, "title.vi", "Đang để trống"),
        (TITLE, "title: {vi: 2026}", 2, "title.vi", "dấu ngoặc kép"),
        (TITLE, f"title: {{vi: {'a' * 2001}}}", 2, "title.vi", "quá 2000 ký tự"),
        (TITLE, "title: Phiếu thử", 2, "title", "các dòng “tên: nội dung”"),
        (TITLE, "title: {vi: Phiếu, fr: Fiche}", 2, "title.fr", "không dùng ngôn ngữ “fr”"),
        ("code: thu", "code: Thử nghiệm", 1, "code", "chữ thường không dấu"),
        ("modes: [qr]", "modes: [qr, zalo]", 8, "modes[2]", "qr, ticket, kiosk, screen, paper, imported"),
        ("modes: [qr]", "modes: qr", 8, "modes", "Phải là danh sách"),
        ("languages: [vi]", "languages: [vi, ENG]", 7, "languages[2]", "Mã ngôn ngữ"),
        ("languages: [vi]", "languages: [en]", 7, "languages", "phải có tiếng Việt"),
        (LOW, LOW.replace("1", "'1'"), 12, "scales.ba_muc.options[1].code", "số nguyên"),
        (LOW, LOW.replace("1", "1.5"), 12, "scales.ba_muc.options[1].code", "số nguyên"),
        (LOW, LOW.replace("1", "true"), 12, "scales.ba_muc.options[1].code", "số nguyên"),
        (LOW, LOW.replace("1", "2"), 10, "scales.ba_muc", "Hai phương án trùng mã"),
        (SCALES, BAD_SCALE, 10, "scales.Ba mức", "Mã không hợp lệ"),
        (KIND, "    kind: nhiều", 27, "questions[tuoi].kind", "field, single, multiple, number, text"),
        (KIND, "    kind: text", 26, "questions[tuoi]", "câu hỏi khác không có phương án"),
        (KIND, KIND + "\n    min: 1", 26, "questions[tuoi]", "loại single không có mục min"),
        (KIND, KIND + "\n    alone: [2]", 26, "questions[tuoi]", "loại single không có mục alone"),
        (KIND, "    kind: multiple\n    alone: [3]", 26, "questions[tuoi]", "alone có mã [3]"),
        (CHOICE, NUMBER + "\n    min: 3\n    max: 2", 26, "questions[tuoi]", "lớn hơn số lớn nhất"),
        (CHOICE, NUMBER + "\n    max: 2.5", 29, "questions[tuoi].max", "số nguyên"),
        (CHOICE, NUMBER + f"\n    max: {10**13}", 29, "questions[tuoi].max", "Số quá lớn"),
        (
            CHOICE,
            NUMBER + "\n    counted_in: lần",
            29,
            "questions[tuoi].counted_in",
            "các dòng “tên: nội dung”",
        ),
        ("languages: [vi]", "languages: [vi, xyz]", 7, "languages[2]", "Chưa có tên của ngôn ngữ “xyz”"),
        (TITLE, "title: {vi: Phiếu, KM: a}", 2, "title.KM", "Mã ngôn ngữ"),
        (KIND, KIND + "\n    required: 1", 28, "questions[tuoi].required", "true hoặc false"),
        (KIND, KIND + "\n    max_length: 0", 28, "questions[tuoi].max_length", "từ 1 trở lên"),
        (KIND, KIND + "\n    max_length: 9999", 28, "questions[tuoi].max_length", "quá 1000"),
        ("code: a2", "code: a1", 22, "sections[mot].items[a1].code", "đã dùng ở dòng 19"),
        ("code: tuoi", "code: a1", 19, "sections[mot].items[a1].code", "đã dùng ở dòng 26"),
        (LAST, LAST.replace("ba_muc", "x"), 24, "sections[mot].items[a2].scale", "đã có: “ba_muc”"),
        ("satisfied: [3]", "satisfied: [3, 4]", 32, "scoring.satisfied[2]", "“4” không có trong"),
        ("rule: top_codes", "rule: points", 30, "scoring", "quy tắc points cần max_points"),
        (THANKS, THANKS + "\nthanks: {vi: Chào}", 5, "thanks", "đã có ở dòng 4"),
        (THANKS, 'thanks: {vi: "Cảm\\u200b ơn"}', 4, "thanks.vi", "U+200B"),
        (THANKS, THANKS + "\n? [a]\n: b", 5, "cả tệp", "Tên mục phải là một từ"),
    ],
)
def test_a_fault_names_line_and_place_and_says_what_to_do(
    old: str, new: str, line: int, place: str, words: str
) -> None:
    [fault] = faults_of(changed(old, new))
    assert (fault.name, fault.line, fault.place) == ("thu.yaml", line, place)
    assert words in fault.message
    assert str(fault) == f"thu.yaml:{line}: {place}: {fault.message}"
    assert is_a_vietnamese_sentence(fault.message)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "Tệp trống"),
        ("# chỉ có ghi chú\n", 1, "Tệp trống"),
        ("code: thu\ntitle: {vi: Phiếu", 2, "dấu ngoặc đóng"),
        ("code: thu\ntitle: {vi: Hài lòng không?}", 2, "câu có dấu hỏi thì đặt trong ngoặc kép"),
        ('code: thu\ntitle: "Phiếu\n', 3, "dấu nháy đóng"),
        ("code: thu\ntitle: phiếu: thử\n", 2, "Dấu hai chấm ở sai chỗ"),
        ("code: thu\ntitle:\n\tvi: Phiếu\n", 3, "phím Tab"),
        ("code: thu\n  title: x\n", 2, "Dấu hai chấm ở sai chỗ"),
        ("a:\n  - b\n c: d\n", 3, "Lùi dòng không thẳng hàng"),
        ("code: @thu\n", 1, "dấu ngoặc kép"),
        ("code: &neo thu\n", 1, "neo"),
        ("code: *neo\n", 1, "neo"),
        ("code: !!python/object/apply:os.getcwd []\n", 1, "thẻ kiểu"),
        ("code: thu\n---\ncode: hai\n", 2, "“---”"),
        ("code: th\x07u\n", 1, "U+0007"),
        ("a: " + "[" * 100_000, 1, "lồng nhau quá 20 tầng"),
        ("x" * (MAX_BYTES + 1), 1, "lớn hơn 1 MB"),
        ("ờ" * (MAX_BYTES // 2), 1, "lớn hơn 1 MB"),
        ("- một\n- hai\n", 1, "các dòng “tên: nội dung”"),
    ],
)
def test_a_file_that_cannot_be_read_says_where_and_what_to_do(text: str, line: int, words: str) -> None:
    [fault] = faults_of(text)
    assert (fault.line, fault.place) == (line, "cả tệp")
    assert words in fault.message
    assert is_a_vietnamese_sentence(fault.message)


WHEN = "\n        shown_when: {question: a1, is: [1]}"
FIELD = "  - {code: field, kind: field, text: {vi: Lĩnh vực}, place: before"


def governed(words: str) -> str:
    """The small file with a condition on its second item."""
    return changed(LAST, LAST + words)


@pytest.mark.parametrize(
    ("text", "line", "place", "words"),
    [
        (governed(WHEN.replace("a1", "xx")), 25, "sections[mot].items[a2].shown_when.question", "không có trong"),
        (governed(WHEN.replace("a1", "a2")), 25, "sections[mot].items[a2].shown_when.question", "chính là câu này"),
        (governed(WHEN.replace("a1", "tuoi")), 25, "sections[mot].items[a2].shown_when.question", "đứng sau"),
        (governed(WHEN.replace("a1", "mot")), 25, "sections[mot].items[a2].shown_when.question", "không có trong"),
        (governed(WHEN.replace("1]", "1, 7]")), 25, "sections[mot].items[a2].shown_when.is[2]", "các mã: 1, 2, 3"),
        (governed(WHEN.replace("[1]", "[]")), 25, "sections[mot].items[a2].shown_when.is", "ít nhất 1 mục"),
        (governed(WHEN.replace("[1]", "1")), 25, "sections[mot].items[a2].shown_when.is", "Phải là danh sách"),
        (governed(WHEN.replace("[1]", "['1']")), 25, "sections[mot].items[a2].shown_when.is[1]", "số nguyên"),
        (governed(WHEN.replace("is", "codes")), 25, "sections[mot].items[a2].shown_when.is", "Thiếu mục này"),
        (changed("title: {vi: Phần một}", "title: {vi: Phần}" + WHEN[:1] + "    " + WHEN.strip()), 18,
         "sections[mot].shown_when.question", "đứng sau hoặc"),
        (changed("questions:\n", "questions:\n" + FIELD + ", shown_when: {question: a1, is: [1]}}\n"), 26,
         "questions[field].shown_when.question", "đứng sau hoặc"),
        (changed("questions:\n", "questions:\n" + FIELD + "}\n").replace(LAST, LAST + WHEN.replace("a1", "field")),
         25, "sections[mot].items[a2].shown_when.question", "không có phương án"),
    ],
)  # fmt: skip
def test_a_condition_must_look_back_to_an_option_of_an_earlier_question(
    text: str, line: int, place: str, words: str
) -> None:
    found = {fault.place: fault for fault in faults_of(text)}
    assert (found[place].line, words in found[place].message) == (line, True), found
    assert is_a_vietnamese_sentence(found[place].message)


def test_the_question_for_the_field_is_always_asked() -> None:
    text = changed("questions:\n", "questions:\n" + FIELD.replace("before", "after") + "}\n")
    load_definition(text, name="thu.yaml")
    [fault] = faults_of(text.replace("place: after", "place: after, shown_when: {question: a1, is: [1]}"))
    assert "luôn được hỏi" in fault.message


@pytest.mark.parametrize(
    "odd", ["[]", "{}", "x", "1", "[a, b]", "{question: [a1], is: {a: 1}}", "{question: a1, is: [[1]]}"]
)
@pytest.mark.parametrize("part", ["code", "scale", "shown_when"])
def test_a_misshapen_condition_or_code_is_a_fault_and_nothing_worse(odd: str, part: str) -> None:
    text = SMALL.replace("code: a2", "code: a2\n        shown_when: {question: a1, is: [1]}")
    old = {"code": "code: a1", "scale": "scale: ba_muc", "shown_when": "shown_when: {question: a1, is: [1]}"}[
        part
    ]
    assert all(
        is_a_vietnamese_sentence(fault.message) for fault in faults_of(text.replace(old, f"{part}: {odd}"))
    )


def test_a_condition_on_an_earlier_item_or_question_loads() -> None:
    definition = load_definition(governed(WHEN), name="thu.yaml")
    condition = definition.items[1].shown_when
    assert condition is not None
    assert (condition.question, condition.codes) == ("a1", (1,))
    assert [len(conditions) for _part, conditions in definition.asked()] == [0, 1, 0]


def test_all_faults_are_named_at_once_in_the_order_of_the_file() -> None:
    text = SMALL.replace("code: a2", "code: a1").replace("satisfied: [3]", "satisfied: [9]")
    text = text.replace("languages: [vi]", "languages: [en]").replace("modes: [qr]", "modes: [fax]")
    found = faults_of(text.replace("thanks: {vi: Cảm ơn}", "thank: {vi: Cảm ơn}"))
    assert [(fault.line, fault.place) for fault in found] == [
        (1, "thanks"),
        (4, "thank"),
        (7, "languages"),
        (8, "modes[1]"),
        (22, "sections[mot].items[a1].code"),
        (32, "scoring.satisfied[1]"),
    ]


def test_the_message_of_the_exception_has_one_line_for_each_fault() -> None:
    with pytest.raises(DefinitionFaults) as caught:
        load_definition("code: 'a\n\n  b'\n'x\n\n  y': 1\n", name="thu.yaml")
    lines = str(caught.value).splitlines()
    assert len(lines) == len(caught.value.faults)
    assert all(re.match(r"thu\.yaml:\d+: [^:]+: .+", line) for line in lines)


def test_two_sections_with_one_code_are_refused() -> None:
    second = (
        "  - {code: mot, title: {vi: Hai}, items: [{code: b1, text: {vi: Ba}, scale: ba_muc}]}\nquestions:"
    )
    [fault] = faults_of(changed("questions:", second))
    assert (fault.line, fault.place) == (25, "sections[mot].code")


def test_words_that_yaml_would_turn_into_other_things_stay_words() -> None:
    text = changed("title: {vi: Phiếu thử}", "title: {vi: No, en: 2026-01-01}")
    text = text.replace("languages: [vi]", "languages: [vi, en]")
    title = load_definition(text, name="thu.yaml").title
    assert (title.vi, title.en) == ("No", "2026-01-01")


def test_text_typed_in_decomposed_letters_is_composed_on_entry() -> None:
    decomposed = unicodedata.normalize("NFD", SMALL)
    assert decomposed != SMALL
    assert load_definition(decomposed, name="thu.yaml") == load_definition(SMALL, name="thu.yaml")


def test_a_byte_order_mark_from_a_windows_editor_does_no_harm() -> None:
    text = "\ufeff" + SMALL.replace("\n", "\r\n")
    assert load_definition(text, name="thu.yaml") == load_definition(SMALL, name="thu.yaml")


def is_a_vietnamese_sentence(message: str) -> bool:
    return message[0].isupper() and message.endswith(".") and any(letter > "\x7f" for letter in message)

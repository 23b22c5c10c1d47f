"""Every behaviour of the definition language, walked from the file to the stored answer."""

from typing import Any

import orjson
import pytest

from survey.core.question_kinds import READERS
from survey.core.response import questions_in_order
from survey.store import responses, rounds
from survey.store.database import Database
from survey.web.answer_form import CONTROLS
from tests.places import LAND_ONLY, MIXED, NOW, ROUND
from tests.web.reading import Reading
from tests.web.tiny import FILES, in_use, tiny
from tests.web.visitor import Visitor, hidden, stored

ADDRESS = f"/q/{LAND_ONLY}"
MILLION = 1_000_000

# What is sent, and what is stored of it; null stands where a question was not shown.
TAKEN: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("rating_required", {"a1": "2"}, {"a1": 2}),
    ("rating_optional", {}, {}),
    ("rating_optional", {"a1": ""}, {}),
    ("rating_optional", {"a1": "3"}, {"a1": 3}),
    ("not_applicable", {"a1": "na"}, {"a1": "na"}),
    ("scale_descending", {"a1": "3"}, {"a1": 3}),
    ("single_required", {"a1": "1", "device": "9"}, {"a1": 1, "device": 9}),
    ("single_optional", {"a1": "1", "device": ""}, {"a1": 1}),
    ("single_optional", {"a1": "1", "device": "2"}, {"a1": 1, "device": 2}),
    ("single_optional", {"a1": ["1", "1"], "device": ["", "2"]}, {"a1": 1, "device": 2}),
    ("multiple_optional", {"a1": "1"}, {"a1": 1}),
    ("multiple_optional", {"a1": "1", "devices": ["9", "1", "9"]}, {"a1": 1, "devices": [1, 9]}),
    ("multiple_with_none_of_these", {"a1": "1", "devices": ["9"]}, {"a1": 1, "devices": [9]}),
    ("multiple_with_none_of_these", {"a1": "1", "devices": ["2", "1"]}, {"a1": 1, "devices": [1, 2]}),
    ("number_bounds", {"a1": "1", "visits": " 20 "}, {"a1": 1, "visits": 20}),
    ("number_bounds", {"a1": "1", "visits": "01"}, {"a1": 1, "visits": 1}),
    ("number_unbounded", {"a1": "1", "balance": "-1.000.000"}, {"a1": 1, "balance": -MILLION}),
    ("number_unbounded", {"a1": "1", "balance": "−5", "other": "0"}, {"a1": 1, "balance": -5, "other": 0}),
    ("number_unbounded", {"a1": "1", "other": "1 000 000"}, {"a1": 1, "other": MILLION}),
    ("number_unbounded", {"a1": "1", "other": "1,000"}, {"a1": 1, "other": 1000}),
    ("text_limit", {"a1": "1", "comment": "ế" * 20}, {"a1": 1, "comment": "ế" * 20}),
    ("text_required", {"a1": "1", "comment": " Tốt\r\nlắm "}, {"a1": 1, "comment": "Tốt\nlắm"}),
    ("condition_on_item", {"a1": "1", "why": "Chậm"}, {"a1": 1, "why": "Chậm"}),
    ("condition_on_item", {"a1": "3"}, {"a1": 3, "why": None}),
    ("condition_on_item", {"a1": "3", "why": "Chậm"}, {"a1": 3, "why": None}),
    (
        "condition_on_choice",
        {"online": "2", "a1": "1", "a2": "1", "devices": ["1"], "phones": "2"},
        {"online": 2, "a1": 1, "a2": None, "devices": None, "phones": None},
    ),
    (
        "condition_on_choice",
        {"online": "1", "a1": "1", "a2": "3", "devices": ["2", "1"], "phones": "2"},
        {"online": 1, "a1": 1, "a2": 3, "devices": [1, 2], "phones": 2},
    ),
    (
        "condition_on_choice",
        {"online": "1", "a1": "1", "a2": "3", "phones": "không"},
        {"online": 1, "a1": 1, "a2": 3, "phones": None},
    ),
    ("condition_on_section", {"a1": "2", "b1": "1", "b2": "1"}, {"a1": 2, "b1": None, "b2": None}),
    ("condition_on_section", {"a1": "1", "b1": "3"}, {"a1": 1, "b1": 3, "b2": None}),
    ("condition_on_section", {"a1": "1", "b1": "2", "b2": "3"}, {"a1": 1, "b1": 2, "b2": 3}),
    ("condition_chain", {"a1": "2", "second": "1", "third": "x"}, {"a1": 2, "second": None, "third": None}),
    ("condition_chain", {"a1": "1", "second": "2", "third": "x"}, {"a1": 1, "second": 2, "third": None}),
    ("condition_chain", {"a1": "1", "second": "1", "third": "x"}, {"a1": 1, "second": 1, "third": "x"}),
    ("two_languages", {"a1": "1", "device": "2"}, {"a1": 1, "device": 2}),
    ("incomplete_language", {"a1": "3", "days": "9"}, {"a1": 3, "days": 9}),
]  # fmt: skip

CHOOSE, ANSWER = "Xin chọn một phương án", "Xin trả lời câu này"
UNKNOWN, NUMBER = "không có trong phiếu", "Xin viết một số nguyên"

# What is sent, and what is said about which question.
REFUSED: list[tuple[str, dict[str, Any], dict[str, str]]] = [
    ("rating_required", {}, {"a1": CHOOSE}),
    ("rating_required", {"a1": "na"}, {"a1": UNKNOWN}),
    ("rating_required", {"a1": ["1", "2"]}, {"a1": UNKNOWN}),
    ("single_required", {"a1": "1", "device": " "}, {"device": CHOOSE}),
    ("single_optional", {"a1": "1", "device": "3"}, {"device": UNKNOWN}),
    ("multiple_optional", {"a1": "1", "devices": ["1", "3"]}, {"devices": UNKNOWN}),
    ("multiple_with_none_of_these", {"a1": "1", "devices": ["", ""]}, {"devices": CHOOSE}),
    ("multiple_with_none_of_these", {"a1": "1", "devices": ["1", "9"]}, {"devices": "không chọn cùng"}),
    ("number_bounds", {"a1": "1"}, {"visits": ANSWER}),
    ("number_bounds", {"a1": "1", "visits": "0"}, {"visits": "từ 1 trở lên"}),
    ("number_bounds", {"a1": "1", "visits": "21"}, {"visits": "không quá 20"}),
    *(
        ("number_bounds", {"a1": "1", "visits": text}, {"visits": NUMBER})
        for text in ("hai", "2.5", "2,5", "1.0000", "1.000,000", "18 24", "٣", "1e3", "--1", "+1", "1" * 21, "0x1")
    ),
    ("number_unbounded", {"a1": "1", "other": "1" * 20}, {"other": "không quá 1.000.000.000.000"}),
    ("number_unbounded", {"a1": "1", "balance": "-1000000001"}, {"balance": "từ −1.000.000.000 trở lên"}),
    ("text_limit", {"a1": "1", "comment": "ế" * 21}, {"comment": "quá dài"}),
    ("text_required", {"a1": "1", "comment": "\r\n"}, {"comment": ANSWER}),
    ("condition_on_item", {"a1": "2"}, {"why": ANSWER}),
    ("condition_on_item", {"why": "Chậm"}, {"a1": CHOOSE}),
    ("condition_on_choice", {"online": "1", "a1": "1"}, {"a2": CHOOSE}),
    ("condition_on_section", {"a1": "1"}, {"b1": CHOOSE}),
    ("condition_on_section", {"a1": "1", "b1": "1"}, {"b2": CHOOSE}),
    ("condition_chain", {"a1": "1", "second": "1"}, {"third": ANSWER}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "sent", "kept"), TAKEN)
def test_what_is_answered_is_stored_as_codes_numbers_and_words(
    visitor: Visitor, sqlite_small: Database, name: str, sent: dict[str, Any], kept: dict[str, Any]
) -> None:
    in_use(sqlite_small, tiny(name))
    visitor.send(ADDRESS, visitor.opened(LAND_ONLY) | sent)
    [row] = stored(sqlite_small)
    assert orjson.loads(row["answers"]) == kept


@pytest.mark.parametrize(("name", "sent", "said"), REFUSED)
def test_what_cannot_be_taken_is_said_beside_the_question_and_everything_is_kept(
    visitor: Visitor, sqlite_small: Database, name: str, sent: dict[str, Any], said: dict[str, str]
) -> None:
    in_use(sqlite_small, tiny(name))
    form = visitor.opened(LAND_ONLY) | sent
    page = Reading(visitor.post(ADDRESS, form, 422))
    assert stored(sqlite_small) == []
    assert set(page.summary) == set(said)
    for code, words in said.items():
        assert words in page.error(code)
    assert hidden(page.html, "id") == form["id"]
    offered = {code: {choice.value for choice in page.choices(code)} for code in page.questions}
    for code, value in page.given.items():
        assert value == sent[code] or value in sent[code]
    typed = {code for code in sent if not offered[code] and str(sent[code]).strip()}
    assert typed <= set(page.given)


def test_every_tiny_questionnaire_is_walked() -> None:
    assert {name for name, *_ in TAKEN} | {"field_choice"} == set(FILES)
    assert {file.stem for file in FILES.values()} == {tiny(name).code for name in FILES}


def test_every_kind_can_be_read_and_drawn_and_is_tried() -> None:
    tried = {part.kind for name in FILES for part in questions_in_order(tiny(name), ["land"])}
    assert tried == set(READERS) == set(CONTROLS)


def test_a_field_question_of_ones_own_decides_the_field(visitor: Visitor, sqlite_small: Database) -> None:
    in_use(sqlite_small, tiny("field_choice"))
    page = Reading(visitor.get(f"/q/{MIXED}"))
    assert page.questions == ["a1", "linh_vuc"]
    assert [choice.value for choice in page.choices("linh_vuc")] == ["land", "civil_status"]
    visitor.post(f"/q/{MIXED}", visitor.opened(MIXED) | {"a1": "1"}, 422)
    visitor.send(f"/q/{MIXED}", visitor.opened(MIXED) | {"a1": "1", "linh_vuc": "civil_status"})
    [row] = stored(sqlite_small)
    assert orjson.loads(row["answers"]) == {"a1": 1}


# --- the page --------------------------------------------------------------------------------------------


def page_of(visitor: Visitor, database: Database, name: str, language: str = "vi") -> Reading:
    in_use(database, tiny(name))
    return Reading(visitor.get(f"{ADDRESS}?lang={language}"))


@pytest.mark.parametrize("name", ["single_optional", "rating_optional"])
def test_an_optional_choice_can_be_taken_back_without_a_script(
    visitor: Visitor, sqlite_small: Database, name: str
) -> None:
    page = page_of(visitor, sqlite_small, name)
    last = page.choices(page.questions[-1])[-1]
    assert (last.value, last.label, last.chosen) == ("", "Không trả lời", False)


@pytest.mark.parametrize("name", ["single_required", "rating_required"])
def test_a_required_choice_offers_no_way_out(visitor: Visitor, sqlite_small: Database, name: str) -> None:
    page = page_of(visitor, sqlite_small, name)
    assert all(choice.value for code in page.questions for choice in page.choices(code))


def test_a_number_says_its_bounds_and_what_it_counts(visitor: Visitor, sqlite_small: Database) -> None:
    page = page_of(visitor, sqlite_small, "number_bounds")
    assert page.error("visits") == "Số từ 1 đến 20. lần"
    assert page.control("visits").get("inputmode") == "numeric"
    negative = page_of(visitor, sqlite_small, "number_unbounded")
    assert negative.control("balance").get("inputmode") == "text"
    assert negative.error("other") == ""


def test_a_condition_is_told_to_people_and_to_the_script(visitor: Visitor, sqlite_small: Database) -> None:
    page = page_of(visitor, sqlite_small, "condition_on_item")
    block = page.block("why")
    assert (block.get("data-when"), block.get("data-is"), block.get("id")) == ("a1", "1 2", "q-why")
    assert page.error("why") == "Chỉ trả lời nếu ở câu 1 đã chọn “Kém” hoặc “Vừa”."
    assert block.get("data-required") is not None
    assert page.block("a1").get("data-when") is None


def test_a_condition_on_a_question_without_a_number_names_it(
    visitor: Visitor, sqlite_small: Database
) -> None:
    page = page_of(visitor, sqlite_small, "condition_on_choice")
    assert page.error("a2") == "Chỉ trả lời nếu ở câu Ông/Bà nộp trực tuyến? đã chọn “Có”."


def test_a_section_carries_its_condition_once_for_all(visitor: Visitor, sqlite_small: Database) -> None:
    page = page_of(visitor, sqlite_small, "condition_on_section")
    [section] = [e for e in page.root.iter("section") if e.get("data-when")]
    assert (section.get("data-when"), section.get("data-is")) == ("a1", "1")
    assert "Chỉ trả lời nếu ở câu 1 đã chọn “Kém”." in page.main
    assert page.block("b1").get("data-when") is None
    assert page.block("b2").get("data-when") == "b1"


def test_the_summary_of_errors_gives_the_numbers_of_the_questions(
    visitor: Visitor, sqlite_small: Database
) -> None:
    in_use(sqlite_small, tiny("number_bounds"))
    page = Reading(visitor.post(ADDRESS, visitor.opened(LAND_ONLY), 422))
    assert list(page.summary.values()) == ["1. Câu một", "2. Ông/Bà phải đến mấy lần?"]


# --- what the round makes of it --------------------------------------------------------------------------


def test_an_item_that_was_not_shown_is_told_apart_from_one_that_was_not_answered(
    visitor: Visitor, sqlite_small: Database
) -> None:
    in_use(sqlite_small, tiny("condition_on_section"))
    for sent in ({"a1": "2"}, {"a1": "1", "b1": "3"}, {"a1": "1", "b1": "1", "b2": "2"}):
        visitor.send(ADDRESS, visitor.opened(LAND_ONLY) | sent)
    with sqlite_small.reading() as session:
        round_ = rounds.with_code(session, ROUND, now=NOW)
        assert round_ is not None
        answers = responses.evidence_with_arrivals(session, round_)[0].answers
    assert sorted(answers.tolist()) == [[1, 1, 2], [1, 3, -4], [2, -4, -4]]

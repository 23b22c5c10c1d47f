"""What a citizen's form becomes: checked against the version shown, stored as codes."""

import random
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaires.definition import Definition, Option, Question, Text
from survey.core.question_kinds import NOT_APPLICABLE, NOT_SHOWN, Answers, Problem
from survey.core.response import (
    ForeignAnswer,
    Response,
    check_answers,
    fingerprint_of,
    is_response_id,
    to_the_hour,
)
from survey.library import shipped_definitions
from tests.core.variants import checked, with_item

SHIPPED = shipped_definitions()
FIVE_FACTORS = SHIPPED["quay_5_yeu_to"]
WARD = SHIPPED["phuong_phu_luong"]
EVALUATION = SHIPPED["danh_gia_nd61"]
FIELDS = ("land", "civil_status")
ID = "0123456789abcdef" * 2
HOUR = datetime(2026, 11, 20, 3, tzinfo=UTC)

each_questionnaire = pytest.mark.parametrize("asked", SHIPPED.values(), ids=SHIPPED.keys())


def filled(asked: Definition, **changes: str) -> dict[str, str]:
    """A complete form: the first printed option of every item, and a field."""
    raw = {item.code: str(asked.scale_of(item).options[0].code) for item in asked.items}
    return raw | {"field": FIELDS[0]} | changes


def outcome(asked: Definition, **changes: str) -> tuple[Answers, Mapping[str, Problem]]:
    return check_answers(asked, filled(asked, **changes), fields=FIELDS)


def answered(**changes: object) -> Response:
    values = {
        "id": ID,
        "round_code": "2026-q4",
        "version_fingerprint": "f" * 64,
        "counter_code": "23456782",
        "unit_code": "XA",
        "field_code": "land",
        "mode": "qr",
        "language": "vi",
        "answers": {"a1": 4},
        "received_hour": HOUR,
    }
    return Response(**(values | changes))  # type: ignore[arg-type]


# --- options are codes, never positions --------------------------------------------------------------


@each_questionnaire
def test_every_option_of_every_item_is_accepted_and_stored_as_its_code(asked: Definition) -> None:
    for item in asked.items:
        for option in asked.scale_of(item).options:
            answers, problems = outcome(asked, **{item.code: str(option.code)})
            assert (answers[item.code], problems) == (option.code, {})
            assert type(answers[item.code]) is int


@each_questionnaire
def test_every_option_of_every_choice_is_accepted_and_stored_as_its_code(asked: Definition) -> None:
    conditions = {part.code: conditions for part, conditions in asked.asked()}
    for question in asked.questions:
        shown = {condition.question: str(condition.codes[0]) for condition in conditions[question.code]}
        for option in question.options:
            answers, problems = outcome(asked, **shown, **{question.code: str(option.code)})
            code = (option.code,) if question.kind == "multiple" else option.code
            assert (answers[question.code], problems) == (code, {})


def test_the_ward_form_printed_from_five_down_to_one_stores_the_code_and_not_the_position() -> None:
    for position, (printed, code) in enumerate(
        [
            ("Rất hài lòng", 5),
            ("Hài lòng", 4),
            ("Bình thường", 3),
            ("Không hài lòng", 2),
            ("Rất không hài lòng", 1),
        ]
    ):
        assert WARD.scales["hai_long_5_1"].options[position].text.vi == printed
        assert outcome(WARD, n1=str(code))[0]["n1"] == code


def test_the_same_words_are_stored_alike_whichever_way_a_form_prints_its_scale() -> None:
    for option in FIVE_FACTORS.scales["hai_long"].options:
        [same] = [o for o in WARD.scales["hai_long_5_1"].options if o.text == option.text]
        assert (
            outcome(FIVE_FACTORS, a1=str(option.code))[0]["a1"] == outcome(WARD, n1=str(same.code))[0]["n1"]
        )


@each_questionnaire
@pytest.mark.parametrize(
    "text", ["6", "-1", "04", "4.0", "+4", "٤", "4 5", "4,5", "na na", "NA", "Hài lòng", "true"]
)
def test_what_is_not_an_option_is_refused_and_not_stored(asked: Definition, text: str) -> None:
    for item in asked.items:
        answers, problems = outcome(asked, **{item.code: text})
        assert problems == {item.code: Problem.NOT_AN_OPTION}
        assert item.code not in answers


def test_zero_is_an_option_of_the_evaluation_form_only() -> None:
    assert outcome(EVALUATION, total_time="0")[0]["total_time"] == 0
    assert outcome(FIVE_FACTORS, a1="0")[1] == {"a1": Problem.NOT_AN_OPTION}
    assert outcome(WARD, n1="0")[1] == {"n1": Problem.NOT_AN_OPTION}


@each_questionnaire
def test_not_applicable_is_accepted_exactly_where_the_form_offers_it(asked: Definition) -> None:
    for item in asked.items:
        answers, problems = outcome(asked, **{item.code: "na"})
        if item.allow_not_applicable:
            assert (answers[item.code], problems) == (NOT_APPLICABLE, {})
        else:
            assert problems == {item.code: Problem.NOT_AN_OPTION}


def test_the_three_forms_differ_in_where_they_offer_not_applicable() -> None:
    offered = {
        code: [item.code for item in asked.items if item.allow_not_applicable]
        for code, asked in SHIPPED.items()
    }
    assert len(offered["quay_5_yeu_to"]) == 19
    assert offered["phuong_phu_luong"] == []
    assert offered["danh_gia_nd61"] == ["agency_time", "explanation", "online"]


def test_not_applicable_is_no_answer_to_a_choice() -> None:
    assert outcome(FIVE_FACTORS, sex="na")[1] == {"sex": Problem.NOT_AN_OPTION}


# --- what must be answered ---------------------------------------------------------------------------


@each_questionnaire
@pytest.mark.parametrize("nothing", ["", " ", "\n\t "])
def test_every_required_item_left_empty_is_named(asked: Definition, nothing: str) -> None:
    for item in asked.items:
        answers, problems = outcome(asked, **{item.code: nothing})
        assert problems == ({item.code: Problem.REQUIRED} if item.required else {})
        assert item.code not in answers


@each_questionnaire
def test_everything_missing_is_named_at_once(asked: Definition) -> None:
    answers, problems = check_answers(asked, {}, fields=FIELDS)
    hidden = [part.code for part, conditions in asked.asked() if conditions]
    assert answers == dict.fromkeys(hidden, NOT_SHOWN)
    required = [item.code for item in asked.items if item.required]
    assert problems == dict.fromkeys(["field", *required], Problem.REQUIRED)


def test_an_item_that_is_not_required_may_stay_empty_and_is_then_absent() -> None:
    optional = with_item(FIVE_FACTORS, "a1", required=False)
    answers, problems = outcome(optional, a1="")
    assert problems == {}
    assert "a1" not in answers


def test_questions_about_the_person_may_stay_empty_and_are_then_absent() -> None:
    answers, problems = outcome(FIVE_FACTORS)
    assert problems == {}
    assert not {"sex", "age_group", "comment"} & set(answers)


def test_a_required_question_about_the_person_is_required() -> None:
    sex = next(question for question in FIVE_FACTORS.questions if question.code == "sex")
    asked = checked(
        FIVE_FACTORS.model_copy(
            update={
                "questions": tuple(
                    question.model_copy(update={"required": True}) if question is sex else question
                    for question in FIVE_FACTORS.questions
                )
            }
        )
    )
    assert outcome(asked)[1] == {"sex": Problem.REQUIRED}


def test_one_faulty_answer_does_not_lose_the_others() -> None:
    answers, problems = outcome(FIVE_FACTORS, a1="9", a2="5", comment="Tốt")
    assert problems == {"a1": Problem.NOT_AN_OPTION}
    assert (answers["a2"], answers["comment"]) == (5, "Tốt")


# --- the field ---------------------------------------------------------------------------------------


def test_the_field_is_required_where_there_is_a_choice() -> None:
    assert outcome(FIVE_FACTORS, field="")[1] == {"field": Problem.REQUIRED}


def test_only_a_field_on_offer_is_accepted() -> None:
    assert outcome(FIVE_FACTORS, field="civil_status")[0]["field"] == "civil_status"
    assert outcome(FIVE_FACTORS, field="construction")[1] == {"field": Problem.NOT_AN_OPTION}


def test_a_counter_of_a_single_field_asks_for_none_and_accepts_none() -> None:
    raw = filled(FIVE_FACTORS)
    with pytest.raises(ForeignAnswer, match="field"):
        check_answers(FIVE_FACTORS, raw, fields=())
    del raw["field"]
    answers, problems = check_answers(FIVE_FACTORS, raw, fields=())
    assert problems == {}
    assert "field" not in answers


def test_an_answer_to_a_question_that_was_not_asked_is_refused_with_its_name() -> None:
    with pytest.raises(ForeignAnswer, match="cccd, phone"):
        check_answers(FIVE_FACTORS, filled(FIVE_FACTORS, phone="0912", cccd="001"), fields=FIELDS)


# --- text --------------------------------------------------------------------------------------------

SENTENCE = "Cán bộ nhiệt tình, hướng dẫn rõ ràng; chỉ mong chỗ để xe rộng hơn."


def test_vietnamese_typed_with_combining_marks_is_stored_composed() -> None:
    typed = unicodedata.normalize("NFD", SENTENCE)
    assert typed != SENTENCE
    assert outcome(FIVE_FACTORS, comment=typed)[0]["comment"] == SENTENCE


def test_text_is_stored_without_the_space_around_it_and_otherwise_letter_for_letter() -> None:
    written = "Dòng một\n  dòng hai, “ngoặc”, 100% & <b>"
    assert outcome(FIVE_FACTORS, comment=f"  {written}\n")[0]["comment"] == written


def test_text_may_have_its_greatest_length_and_not_one_character_more() -> None:
    assert outcome(FIVE_FACTORS, comment="đ" * 500)[0]["comment"] == "đ" * 500
    assert outcome(FIVE_FACTORS, comment="đ" * 501)[1] == {"comment": Problem.TOO_LONG}


def test_length_counts_letters_as_people_see_them_however_they_were_typed() -> None:
    typed = unicodedata.normalize("NFD", "ế" * 500)
    assert len(typed) == 1500
    assert outcome(FIVE_FACTORS, comment=typed)[0]["comment"] == "ế" * 500


def test_a_line_break_counts_as_one_character_although_browsers_send_two() -> None:
    written = "đ" * 249 + "\n" + "đ" * 250
    assert outcome(FIVE_FACTORS, comment=written.replace("\n", "\r\n"))[0]["comment"] == written


texts = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(["1", " 5 ", "na", "0", "land"])


@settings(deadline=None)
@given(
    st.sampled_from(sorted(SHIPPED)),
    st.data(),
    st.sampled_from([(), FIELDS]),
)
def test_whatever_is_sent_every_question_is_answered_or_faulty_or_left_empty_on_purpose(
    name: str, data: st.DataObject, fields: tuple[str, ...]
) -> None:
    asked = SHIPPED[name]
    codes = [code for code in asked.codes() if code != "field" or fields]
    raw = data.draw(st.dictionaries(st.sampled_from(codes), texts))
    answers, problems = check_answers(asked, raw, fields=fields)
    assert not set(answers) & set(problems)
    for item in asked.items:
        if item.code in answers:
            allowed = asked.scale_of(item).codes | ({NOT_APPLICABLE} if item.allow_not_applicable else set())
            assert answers[item.code] in allowed
        else:
            assert item.code in problems or not item.required
    if fields:
        assert answers.get("field") in fields or "field" in problems


# --- the response itself -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "foreign",
    ["", ID[:-1], ID + "0", ID.upper(), ID[:-1] + "g", ID + "\n", " " + ID[1:], ID[:-1] + "٣", "0x" + ID[2:]],
)
def test_an_id_that_this_program_did_not_make_is_refused(foreign: str) -> None:
    assert not is_response_id(foreign)
    with pytest.raises(ValueError, match="not a response id"):
        answered(id=foreign)


def test_an_id_of_thirty_two_hexadecimal_digits_is_ours() -> None:
    assert is_response_id(ID)
    assert answered().id == ID


@pytest.mark.parametrize(
    "finer", [timedelta(minutes=1), timedelta(seconds=1), timedelta(microseconds=1), timedelta(minutes=59)]
)
def test_a_time_finer_than_the_hour_is_refused(finer: timedelta) -> None:
    with pytest.raises(ValueError, match="hour"):
        answered(received_hour=HOUR + finer)


@given(st.datetimes(timezones=st.just(UTC)))
def test_the_hour_keeps_the_hour_and_nothing_finer(moment: datetime) -> None:
    hour = to_the_hour(moment)
    assert timedelta(0) <= moment - hour < timedelta(hours=1)
    assert (hour.minute, hour.second, hour.microsecond) == (0, 0, 0)
    assert answered(received_hour=hour).received_hour == hour


def test_the_hour_is_the_same_hour_in_vietnam() -> None:
    there = datetime(2026, 11, 20, 10, 25, 40, tzinfo=timezone(timedelta(hours=7)))
    assert to_the_hour(there) == HOUR


# --- the fingerprint of answers ----------------------------------------------------------------------

answer_sets = st.dictionaries(
    st.sampled_from(["a1", "a2", "b1", "comment"]), st.integers(0, 5) | st.just("na") | st.text(max_size=5)
)


@given(answer_sets, st.randoms(use_true_random=False))
def test_the_order_of_the_answers_leaves_no_trace_in_the_fingerprint(
    answers: Answers, chance: random.Random
) -> None:
    codes = list(answers)
    chance.shuffle(codes)
    assert fingerprint_of("v", "land", {code: answers[code] for code in codes}) == fingerprint_of(
        "v", "land", answers
    )


@given(answer_sets, answer_sets)
def test_other_answers_have_another_fingerprint(one: Answers, other: Answers) -> None:
    assert (fingerprint_of("v", "land", one) == fingerprint_of("v", "land", other)) == (one == other)


@given(answer_sets)
def test_the_same_answers_to_another_version_have_another_fingerprint(answers: Answers) -> None:
    assert fingerprint_of("v", "land", answers) != fingerprint_of("w", "land", answers)


@given(answer_sets)
def test_the_same_answers_about_another_field_have_another_fingerprint(answers: Answers) -> None:
    assert fingerprint_of("v", "land", answers) != fingerprint_of("v", "civil_status", answers)


def test_a_number_and_its_text_are_different_answers() -> None:
    assert fingerprint_of("v", "land", {"a1": 4}) != fingerprint_of("v", "land", {"a1": "4"})


def test_a_fingerprint_is_sixty_four_hexadecimal_digits_and_does_not_drift() -> None:
    assert fingerprint_of("v", "land", {"a2": "na", "a1": 4, "comment": "đẹp"}) == (
        "7b15c3badd93639c45d12d51ff78c52d186c6a9e04aa716bbb8d7b63206d5436"
    )


def test_a_question_of_ones_own_is_asked_with_its_own_codes() -> None:
    options = (Option(code=10, text=Text(vi="Có")), Option(code=20, text=Text(vi="Không")))
    again = Question(code="again", kind="single", text=Text(vi="Ông/Bà đến lại không?"), options=options)
    asked = checked(FIVE_FACTORS.model_copy(update={"questions": (*FIVE_FACTORS.questions, again)}))
    assert outcome(asked, again="20")[0]["again"] == 20
    assert outcome(asked, again="1")[1] == {"again": Problem.NOT_AN_OPTION}

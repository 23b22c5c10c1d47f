"""A citizen reads a questionnaire, answers it, is told what is missing, and gets a receipt."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import html5lib
import orjson
import pytest
from flask import Flask
from pydantic import ValidationError
from sqlalchemy.exc import OperationalError

from questionnaires.definition import Definition
from survey.actions.publishing import publish, publish_for, put_to_use
from survey.actions.rounds import close_round
from survey.library import shipped_definitions
from survey.store.database import Database
from survey.web import citizen
from tests.places import LAND_ONLY, MIXED, NOW, OFFICER, ROUND, five_factors
from tests.web.reading import Reading
from tests.web.visitor import EVERY_ITEM, Visitor, hidden, stored

FORM = five_factors()
FORMS = shipped_definitions()
OTHER = next(form for form in FORMS.values() if form != FORM)
LANGUAGES = ("vi", "en")
ADDRESS = f"/q/{MIXED}"
SEND = f"/q/{MIXED}/send"
COMMENT = "“Cán bộ” <b>rất</b> nhiệt tình & nhanh; 100% hài lòng\r\n' OR 1=1 --"
KEPT_COMMENT = COMMENT.replace("\r\n", "\n")
LENGTHS = (2000, 1000, 500, 250)


def in_use(database: Database, definition: Definition) -> None:
    """Let the open round ask this questionnaire."""
    put_to_use(database, publish(database, definition, now=NOW), ROUND, now=NOW)


def is_valid(definition: Definition) -> bool:
    """Whether the questionnaire's own rules accept it; what they refuse never reaches a page."""
    try:
        Definition.model_validate(definition.model_dump())
    except ValidationError:
        return False
    return True


# --- the questionnaire as it is opened ----------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_is_asked_in_the_printed_order(visitor: Visitor, language: str) -> None:
    page = Reading(visitor.get(f"{ADDRESS}?lang={language}"))
    before, after = (
        [q for q in FORM.questions if q.place == "before"],
        [q for q in FORM.questions if q.place == "after"],
    )
    asked = [q.code for q in before] + [item.code for item in FORM.items] + [q.code for q in after]
    assert page.questions == asked
    texts = [item.text.in_language(language) for item in FORM.items]
    assert [page.group(item.code) for item in FORM.items] == [f"{n}. {t}" for n, t in enumerate(texts, 1)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_choice_carries_its_whole_label_in_the_printed_order(visitor: Visitor, language: str) -> None:
    page = Reading(visitor.get(f"{ADDRESS}?lang={language}"))
    for item in FORM.items:
        *rated, last = page.choices(item.code)
        options = FORM.scale_of(item).options
        printed = [(str(option.code), option.text.in_language(language)) for option in options]
        assert [(choice.value, choice.label) for choice in rated] == printed
        assert last.value == "na"
        assert len(last.label) > 10


@pytest.mark.parametrize("code", FORMS)
def test_a_scale_printed_from_good_to_bad_is_shown_from_good_to_bad(
    visitor: Visitor, sqlite_small: Database, code: str
) -> None:
    if FORMS[code] != FORM:
        in_use(sqlite_small, FORMS[code])
    page = Reading(visitor.get(ADDRESS))
    for item in FORMS[code].items:
        shown = [choice.value for choice in page.choices(item.code) if choice.value not in {"na", ""}]
        assert shown == [str(option.code) for option in FORMS[code].scale_of(item).options]


def test_the_shipped_questionnaires_hold_scales_of_both_directions() -> None:
    firsts = {scale.options[0].code for form in FORMS.values() for scale in form.scales.values()}
    assert {1, 5} <= firsts


@pytest.mark.parametrize("code", [MIXED, LAND_ONLY])
def test_nothing_is_chosen_in_advance(visitor: Visitor, code: str) -> None:
    assert Reading(visitor.get(f"/q/{code}")).given == {}


def test_the_page_is_no_table_and_nothing_in_it_needs_a_script(visitor: Visitor) -> None:
    tags = set(Reading(visitor.get(ADDRESS)).tags())
    assert tags & {"table", "iframe", "object", "select"} == set()


def test_a_counter_of_several_fields_asks_for_the_field_that_the_unit_serves(visitor: Visitor) -> None:
    page = Reading(visitor.get(ADDRESS))
    choices = [(choice.value, choice.label) for choice in page.choices("field")]
    assert choices == [("land", "Đất đai"), ("civil_status", "Hộ tịch – Chứng thực")]


def test_a_counter_of_one_field_does_not_ask_for_it(visitor: Visitor) -> None:
    assert "field" not in Reading(visitor.get(f"/q/{LAND_ONLY}")).questions


def test_the_page_says_which_unit_and_counter_it_is_about(visitor: Visitor) -> None:
    assert "Xã Bình An · Quầy số 1" in Reading(visitor.get(ADDRESS)).main


def test_two_visits_get_two_ids(visitor: Visitor) -> None:
    assert visitor.opened(MIXED)["id"] != visitor.opened(MIXED)["id"]


# --- answered ------------------------------------------------------------------------------------------


def test_an_answer_is_stored_and_leads_to_the_receipt_page(visitor: Visitor, sqlite_small: Database) -> None:
    form = visitor.filled(MIXED)
    response = visitor.send(ADDRESS, form | {"comment": COMMENT, "a1": "na", "sex": "2"}, 303)
    row = stored(sqlite_small)[0]
    given = {item.code: 4 for item in FORM.items} | {"a1": "na", "sex": 2, "comment": KEPT_COMMENT}
    assert orjson.loads(row["answers"]) == given
    assert (row["id"], row["language"], row["mode"]) == (form["id"], "vi", "qr")
    page = Reading(visitor.get(response.location))
    assert page.heading == "Cảm ơn Ông/Bà"
    assert "Đã ghi nhận." in page.main
    receipt = response.location.removeprefix("/x/").partition("?")[0]
    assert f"{receipt[:5]}-{receipt[5:]}" in page.main


@pytest.mark.parametrize(
    ("code", "language", "said"),
    [
        ("quay_5_yeu_to", "vi", ("Xin trân trọng cảm ơn Ông/Bà!", None)),
        ("quay_5_yeu_to", "en", ("Thank you very much!", None)),
        ("rut_gon_khmer", "km", ("សូមអរគុណ!", "km")),
    ],
)
def test_the_thank_you_page_says_what_the_questionnaire_says_in_the_language_of_the_response(
    visitor: Visitor, sqlite_small: Database, code: str, language: str, said: tuple[str, str | None]
) -> None:
    publish_for(sqlite_small, FORMS[code], ROUND, now=NOW)
    answers = {item.code: "4" for item in FORMS[code].items} | {"field": "land"}
    form = visitor.opened(MIXED, language) | answers
    location = visitor.send(ADDRESS, form, 303).location
    page = html5lib.parse(visitor.get(location), namespaceHTMLElements=False)
    [words] = [part for part in page.iter("p") if part.get("class") == "said"]
    assert (words.text, words.get("lang")) == said


def test_where_the_thanks_are_not_translated_they_are_vietnamese(visitor: Visitor) -> None:
    page = visitor.get("/x/2222222222?of=quay_5_yeu_to.1&lang=km")
    assert "Xin trân trọng cảm ơn Ông/Bà!" in page


@pytest.mark.parametrize("name", ["", "x", "quay_5_yeu_to.99", "<b>", "quay_5_yeu_to.1'"])
def test_a_receipt_of_an_unknown_questionnaire_is_shown_without_its_words(
    visitor: Visitor, name: str
) -> None:
    page = visitor.get(f"/x/2222222222?of={quote(name)}")
    assert "22222-22222" in page
    assert 'class="said"' not in page


def test_an_acknowledgement_is_shown_though_the_store_has_fallen_silent(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    location = visitor.send(ADDRESS, visitor.filled(MIXED), 303).location

    def silent(*_: object) -> None:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(citizen, "published_version", silent)
    assert "Đã ghi nhận." in visitor.get(location)


def test_an_answer_is_kept_with_the_hour_only(visitor: Visitor, sqlite_small: Database) -> None:
    visitor.send(ADDRESS, visitor.filled(MIXED))
    received = datetime.fromisoformat(stored(sqlite_small)[0]["received_hour"])
    assert (received.minute, received.second, received.microsecond) == (0, 0, 0)
    assert abs((datetime.now(UTC).replace(tzinfo=None) - received).total_seconds()) < 2 * 3600


def test_an_answer_at_a_counter_of_one_field_needs_no_field(visitor: Visitor, sqlite_small: Database) -> None:
    visitor.send(f"/q/{LAND_ONLY}", visitor.opened(LAND_ONLY) | EVERY_ITEM)
    assert len(stored(sqlite_small)) == 1


def test_an_answer_in_english_is_recorded_as_english(visitor: Visitor, sqlite_small: Database) -> None:
    page = Reading(visitor.get(f"{ADDRESS}?lang=en"))
    assert page.heading == FORM.title.in_language("en")
    response = visitor.send(ADDRESS, visitor.filled(MIXED, "en"))
    assert stored(sqlite_small)[0]["language"] == "en"
    assert response.location.endswith("&lang=en")


def test_only_what_is_required_must_be_answered(visitor: Visitor, sqlite_small: Database) -> None:
    visitor.send(ADDRESS, visitor.filled(MIXED))
    assert set(orjson.loads(stored(sqlite_small)[0]["answers"])) == {item.code for item in FORM.items}


def test_a_form_sent_twice_counts_once_and_gets_the_same_receipt(
    visitor: Visitor, sqlite_small: Database
) -> None:
    form = visitor.filled(MIXED)
    first, second = (visitor.send(ADDRESS, form).location for _ in range(2))
    assert first == second
    assert "được giữ nguyên" not in Reading(visitor.get(second)).main
    assert len(stored(sqlite_small)) == 1


@pytest.mark.parametrize(
    "change", [{"a1": "1"}, {"a1": "na"}, {"comment": "Thêm"}, {"field": "civil_status"}]
)
def test_a_form_sent_again_with_another_answer_hears_that_the_first_is_kept(
    visitor: Visitor, sqlite_small: Database, change: dict[str, str]
) -> None:
    form = visitor.filled(MIXED)
    first = visitor.send(ADDRESS, form).location
    kept = stored(sqlite_small)
    second = visitor.send(ADDRESS, form | change).location
    assert second.split("?")[0] == first.split("?")[0]
    assert "Câu trả lời gửi lần đầu được giữ nguyên" in Reading(visitor.get(second)).main
    assert stored(sqlite_small) == kept


def test_an_answer_begun_before_a_new_version_is_stored_under_the_version_that_was_read(
    visitor: Visitor, sqlite_small: Database
) -> None:
    form = visitor.filled(MIXED)
    in_use(sqlite_small, OTHER)
    assert visitor.opened(MIXED)["visit"] != form["visit"]
    visitor.send(ADDRESS, form)
    assert orjson.loads(stored(sqlite_small)[0]["answers"]) == {item.code: 4 for item in FORM.items}


def test_where_a_counter_serves_several_fields_a_questionnaire_without_that_question_still_asks(
    visitor: Visitor, sqlite_small: Database
) -> None:
    without = [question for question in FORM.questions if question.kind != "field"]
    form = FORM.model_copy(update={"questions": tuple(without)})
    in_use(sqlite_small, form)
    visitor.post(ADDRESS, visitor.opened(MIXED) | EVERY_ITEM, 422)
    assert stored(sqlite_small) == []
    visitor.send(ADDRESS, visitor.filled(MIXED))
    assert len(stored(sqlite_small)) == 1


@pytest.mark.parametrize(
    "code", ["id", "visit", "lang", "data", "errors", "meta", "process", "main", "summary", "name"]
)
def test_a_question_whose_code_the_page_needs_itself_is_refused_or_can_be_answered(
    visitor: Visitor, sqlite_small: Database, code: str
) -> None:
    first = FORM.sections[0]
    items = (first.items[0].model_copy(update={"code": code}), *first.items[1:])
    section = first.model_copy(update={"items": items})
    form = FORM.model_copy(update={"sections": (section, *FORM.sections[1:])})
    if is_valid(form):
        in_use(sqlite_small, form)
        given = {item.code: "4" for item in form.items} | {"field": "land"}
        visitor.send(ADDRESS, visitor.opened(MIXED) | given)
        assert orjson.loads(stored(sqlite_small)[0]["answers"])[code] == 4


@pytest.mark.parametrize("code", ["id", "visit", "lang", "field", "data", "main"])
def test_a_field_question_whose_code_the_page_needs_itself_is_refused_or_can_be_answered(
    visitor: Visitor, sqlite_small: Database, code: str
) -> None:
    (field,) = (question for question in FORM.questions if question.kind == "field")
    others = tuple(question for question in FORM.questions if question != field)
    form = FORM.model_copy(update={"questions": (field.model_copy(update={"code": code}), *others)})
    if is_valid(form):
        if form != FORM:
            in_use(sqlite_small, form)
        visitor.send(ADDRESS, visitor.opened(MIXED) | EVERY_ITEM | {code: "land"})
        assert len(stored(sqlite_small)) == 1


# --- answered with mistakes ------------------------------------------------------------------------------


@pytest.fixture
def faulty(visitor: Visitor) -> tuple[dict[str, str], Reading]:
    """A form with four mistakes as it was sent, and the page that comes back."""
    form = visitor.filled(MIXED) | {"b1": "9", "comment": "ô" * 501, "sex": "1"}
    del form["field"], form["a2"]
    return form, Reading(visitor.post(ADDRESS, form, 422))


FAULTS = {
    "field": "Lỗi: Xin chọn một phương án cho câu này.",
    "a2": "Lỗi: Xin chọn một phương án cho câu này.",
    "b1": "Lỗi: Phương án này không có trong phiếu. Xin chọn lại.",
    "comment": "Lỗi: Ý kiến quá dài. Xin rút gọn.",
}


@pytest.mark.usefixtures("faulty")
def test_nothing_is_stored_while_something_is_missing(sqlite_small: Database) -> None:
    assert stored(sqlite_small) == []


def test_each_error_stands_beside_its_question_and_nowhere_else(
    faulty: tuple[dict[str, str], Reading],
) -> None:
    _form, page = faulty
    assert {code: error for code in page.questions if (error := page.error(code))} == FAULTS


def test_a_summary_leads_to_each_question_with_an_error(faulty: tuple[dict[str, str], Reading]) -> None:
    _form, page = faulty
    assert set(page.summary) == set(FAULTS)
    assert all(text in page.group(code) for code, text in page.summary.items())
    assert page.with_id("summary").get("role") == "alert"
    assert page.title.startswith("Lỗi:")


def test_every_answer_already_given_is_kept(faulty: tuple[dict[str, str], Reading]) -> None:
    form, page = faulty
    hidden_or_wrong = {"id", "visit", "lang", "b1"}
    assert page.given == {name: text for name, text in form.items() if name not in hidden_or_wrong}


def test_the_page_with_errors_carries_the_same_id_and_visit(
    faulty: tuple[dict[str, str], Reading],
) -> None:
    form, page = faulty
    assert hidden(page.html, "id") == form["id"]
    assert hidden(page.html, "lang") == form["lang"]
    assert hidden(page.html, "visit") == form["visit"]


def test_the_corrected_form_is_taken_once(
    faulty: tuple[dict[str, str], Reading], visitor: Visitor, sqlite_small: Database
) -> None:
    form, page = faulty
    carried = {name: hidden(page.html, name) for name in ("id", "visit", "lang")}
    corrected = carried | page.given | {"field": "land", "a2": "5", "b1": "2", "comment": "Tốt"}
    visitor.send(ADDRESS, corrected)
    assert [row["id"] for row in stored(sqlite_small)] == [form["id"]]


def test_an_empty_form_names_every_required_question(visitor: Visitor) -> None:
    page = Reading(visitor.post(ADDRESS, visitor.opened(MIXED), 422))
    assert list(page.summary) == ["field", *(item.code for item in FORM.items)]
    assert page.given == {}


def test_typed_text_comes_back_letter_for_letter(visitor: Visitor) -> None:
    page = Reading(visitor.post(ADDRESS, visitor.opened(MIXED) | {"comment": COMMENT}, 422))
    assert page.given["comment"].replace("\r\n", "\n") == KEPT_COMMENT


def test_errors_in_english_come_on_an_english_page(visitor: Visitor) -> None:
    page = Reading(visitor.post(ADDRESS, visitor.opened(MIXED, "en"), 422))
    assert page.root.get("lang") == "en"
    assert page.choices("a1")[0].label == "Very dissatisfied"


def test_a_comment_of_full_length_with_line_breaks_as_browsers_send_them_is_taken(visitor: Visitor) -> None:
    """A browser counts a line break as one character (maxlength) and sends it as two."""
    lines = "\n".join(["chín chữ."] * 50)
    assert len(lines) == 499
    visitor.send(ADDRESS, visitor.filled(MIXED) | {"comment": lines.replace("\n", "\r\n")})


@pytest.mark.parametrize("number", [1, 2, 4])
def test_the_longest_texts_that_a_questionnaire_may_ask_for_fit_into_a_request(
    visitor: Visitor, sqlite_small: Database, number: int
) -> None:
    (field,) = (question for question in FORM.questions if question.kind == "field")
    (comment,) = (question for question in FORM.questions if question.kind == "text")
    codes = [f"comment_{n}" for n in range(number)]
    forms = [
        FORM.model_copy(
            update={
                "questions": (
                    field,
                    *(comment.model_copy(update={"code": c, "max_length": length}) for c in codes),
                )
            }
        )
        for length in LENGTHS
    ]
    form = next(form for form in forms if is_valid(form))
    in_use(sqlite_small, form)
    longest = "ệ" * form.questions[-1].max_length
    visitor.send(ADDRESS, visitor.filled(MIXED) | dict.fromkeys(codes, longest))
    assert len(stored(sqlite_small)) == 1


# --- when the round ends -----------------------------------------------------------------------------------


def test_a_form_opened_after_the_round_closed_is_refused_kindly(
    visitor: Visitor, sqlite_small: Database
) -> None:
    form = visitor.filled(MIXED)
    assert close_round(sqlite_small, ROUND, by=OFFICER, now=NOW)
    page = Reading(visitor.post(ADDRESS, form, 409))
    assert page.heading == "Hiện không có đợt khảo sát"
    assert "Cảm ơn Ông/Bà" in page.main
    assert "Xã Bình An" in page.main
    assert stored(sqlite_small) == []


def test_a_form_that_was_taken_gets_its_receipt_again_even_after_the_round_closed(
    visitor: Visitor, sqlite_small: Database
) -> None:
    form = visitor.filled(MIXED)
    first = visitor.send(ADDRESS, form).location
    assert close_round(sqlite_small, ROUND, by=OFFICER, now=NOW)
    assert visitor.send(ADDRESS, form).location == first


# --- what a script is told --------------------------------------------------------------------------------

SCRIPT = {"Accept": "application/json"}


def test_a_script_is_acknowledged_with_the_id_that_it_sent(app: Flask, visitor: Visitor) -> None:
    form = visitor.filled(MIXED)
    first, again, changed = (
        app.test_client().post(SEND, data=data, headers=SCRIPT)
        for data in (form, form | {"age": "30"}, form | {"a1": "1"})
    )
    assert [reply.status_code for reply in (first, again, changed)] == [201, 200, 200]
    assert [reply.json["kept_first"] for reply in (first, again, changed)] == [False, False, True]
    assert {(reply.json["id"], reply.json["receipt"]) for reply in (first, again, changed)} == {
        (form["id"], first.json["receipt"])
    }
    assert Reading(visitor.get(first.json["thanks"])).heading == "Cảm ơn Ông/Bà"
    assert "gửi lần đầu" in visitor.get(changed.json["thanks"])


def test_a_script_is_told_each_fault_by_its_question(app: Flask, visitor: Visitor) -> None:
    reply = app.test_client().post(SEND, data=visitor.filled(MIXED) | {"a1": "", "a2": "9"}, headers=SCRIPT)
    assert reply.status_code == 422
    assert set(reply.json["problems"]) == {"a1", "a2"}
    assert reply.json["problems"]["a1"].startswith("Xin chọn")


def test_a_script_is_told_why_a_form_is_refused(app: Flask, visitor: Visitor, sqlite_small: Database) -> None:
    form = visitor.filled(MIXED)
    week = timedelta(days=7)
    replies = {
        "Phiếu gửi quá muộn": (410, form | {"age": str(15 * 24 * 3600)}),
        "Phiếu gửi đến không hợp lệ": (400, form | {"age": "-1"}),
    }
    for title, (status, data) in replies.items():
        reply = app.test_client().post(SEND, data=data, headers=SCRIPT)
        assert (reply.status_code, reply.json["title"]) == (status, title)
    assert close_round(sqlite_small, ROUND, by=OFFICER, now=datetime.now(UTC) - week)
    reply = app.test_client().post(SEND, data=form, headers=SCRIPT)
    assert (reply.status_code, reply.json["title"]) == (409, "Hiện không có đợt khảo sát")
    assert stored(sqlite_small) == []


# --- no trace ----------------------------------------------------------------------------------------------


def test_no_citizens_page_ever_sets_or_reads_a_cookie(app: Flask) -> None:
    client = app.test_client()
    visitor = Visitor(client)
    form = visitor.filled(MIXED)
    requests = [
        client.get(path)
        for path in (
            "/",
            "/privacy",
            ADDRESS,
            f"{ADDRESS}?lang=en",
            f"/q?code={MIXED}",
            "/x/2222222222",
            "/q/x",
        )
    ]
    requests += [
        client.post(ADDRESS, data=data)
        for data in (form, form, form | {"a1": "1"}, {**form, "a1": ""}, {**form, "id": ""}, {})
    ]
    assert [r.status_code for r in requests[-6:]] == [303, 303, 303, 422, 400, 400]
    for response in requests:
        assert "Set-Cookie" not in response.headers
        assert "Cookie" not in response.headers.get("Vary", "")


def test_a_citizens_page_is_the_same_for_an_officer_who_is_signed_in(officer: Visitor) -> None:
    page = officer.client.get(ADDRESS)
    assert "Set-Cookie" not in page.headers
    assert "Cán bộ</span>" not in page.text

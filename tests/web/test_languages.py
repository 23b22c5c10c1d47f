"""A questionnaire is read in the languages that it declares; what is missing is shown in Vietnamese and says so."""

from xml.etree.ElementTree import Element

import pytest

from questionnaires.languages import OWN_NAMES
from survey.library import shipped_definitions
from survey.store.database import Database
from tests.places import LAND_ONLY, MIXED
from tests.web.page_rules import text_of
from tests.web.reading import Reading
from tests.web.tiny import in_use, tiny
from tests.web.visitor import Visitor, hidden, stored

ADDRESS = f"/q/{LAND_ONLY}"
KHMER = shipped_definitions()["rut_gon_khmer"]


def read_in(visitor: Visitor, language: str) -> Reading:
    return Reading(visitor.get(f"{ADDRESS}?lang={language}"))


def language_of(page: Reading, element: Element) -> str:
    """The language that a screen reader takes an element to be in."""
    parents = {child: parent for parent in page.root.iter() for child in parent}
    while element.get("lang") is None:
        element = parents[element]
    return element.get("lang") or ""


def switches(page: Reading) -> dict[str, str]:
    """The buttons that show the form in another language: code and name."""
    return {e.get("value", ""): text_of(e) for e in page.root.iter("button") if e.get("name") == "lang_to"}


def switched(visitor: Visitor, page: Reading, language: str, **answers: object) -> Reading:
    """The page after such a button was pressed with some answers given."""
    [button] = [e for e in page.root.iter("button") if e.get("value") == language]
    form = {name: hidden(page.html, name) for name in ("id", "visit", "lang")}
    sent = form | answers | {"lang_to": language}
    return Reading(visitor.post(button.get("formaction", ""), sent))  # type: ignore[arg-type]


def test_the_page_offers_the_languages_of_the_questionnaire_under_their_own_names(
    visitor: Visitor, sqlite_small: Database
) -> None:
    assert switches(read_in(visitor, "vi")) == {"en": "English"}
    in_use(sqlite_small, KHMER)
    assert switches(read_in(visitor, "vi")) == {"en": "English", "km": "ភាសាខ្មែរ"}
    assert switches(read_in(visitor, "km")) == {"vi": "Tiếng Việt", "en": "English"}
    in_use(sqlite_small, tiny("text_limit"))
    assert switches(read_in(visitor, "en")) == {}


def test_every_phrase_is_shown_in_the_language_that_it_is_marked_with(
    visitor: Visitor, sqlite_small: Database
) -> None:
    in_use(sqlite_small, KHMER)
    page = read_in(visitor, "km")
    assert page.root.get("lang") == "km"
    assert page.heading == "ការស្ទង់មតិអំពីការពេញចិត្ត"
    shown = {
        text_of(e): language_of(page, e) for e in page.root.iter() if e.tag in {"span", "h1", "h2", "legend"}
    }
    assert shown["ពេញចិត្តខ្លាំង"] == shown[page.heading] == "km"
    assert shown["Không áp dụng / không có ý kiến"] == "vi"
    for item in KHMER.items:
        legend = page.block(item.code).find("legend")
        assert legend is not None
        assert item.text.vi in text_of(legend)
        assert language_of(page, legend) == "vi"
    [send] = [e for e in page.root.iter("button") if text_of(e) == "Gửi phiếu" and not e.get("aria-hidden")]
    assert language_of(page, send) == "vi"
    assert all(
        language_of(page, e) == "vi" for e in page.root.iter() if e.get("class") in {"agency", "where"}
    )


@pytest.mark.parametrize("name", ["incomplete_language", "two_languages"])
def test_nothing_is_blank_where_a_translation_is_missing(
    visitor: Visitor, sqlite_small: Database, name: str
) -> None:
    in_use(sqlite_small, tiny(name))
    for language in tiny(name).languages:
        page = read_in(visitor, language)
        assert page.heading
        assert all(page.group(code).rstrip("0123456789. ") for code in page.questions)
        assert all(choice.label for code in page.questions for choice in page.choices(code))


def test_a_gap_in_english_is_marked_as_vietnamese(visitor: Visitor, sqlite_small: Database) -> None:
    page = read_in(visitor, "en")
    [where] = [e for e in page.root.iter("p") if e.get("class") == "where"]
    assert language_of(page, where) == "vi"
    item = KHMER.items[0].model_copy(update={"text": KHMER.items[0].text.model_copy(update={"en": None})})
    section = KHMER.sections[0].model_copy(update={"items": (item, *KHMER.items[1:])})
    in_use(sqlite_small, KHMER.model_copy(update={"sections": (section,)}))
    page = read_in(visitor, "en")
    legends = [page.block(item.code).find("legend") for item in KHMER.items]
    assert [language_of(page, legend) for legend in legends if legend is not None] == ["vi"] + ["en"] * 4


@pytest.mark.parametrize("language", ["xx", "KM", "", "km'", "lo", "vi-VN"])
def test_an_unknown_language_is_vietnamese(visitor: Visitor, sqlite_small: Database, language: str) -> None:
    in_use(sqlite_small, KHMER)
    assert read_in(visitor, language).root.get("lang") == "vi"


def test_a_language_that_the_questionnaire_does_not_have_is_vietnamese_throughout(
    visitor: Visitor, sqlite_small: Database
) -> None:
    in_use(sqlite_small, tiny("text_limit"))
    page = read_in(visitor, "en")
    assert page.root.get("lang") == "vi"
    assert "Gửi phiếu" in page.main
    assert hidden(page.html, "lang") == "vi"


@pytest.mark.parametrize("language", ["vi", "en", "km"])
def test_the_language_that_was_read_is_stored(
    visitor: Visitor, sqlite_small: Database, language: str
) -> None:
    in_use(sqlite_small, KHMER)
    answers = {item.code: "4" for item in KHMER.items}
    response = visitor.send(f"{ADDRESS}/send", visitor.opened(LAND_ONLY, language) | answers)
    assert stored(sqlite_small)[0]["language"] == language
    visitor.get(response.location)


def test_a_language_that_was_not_offered_is_stored_as_vietnamese(
    visitor: Visitor, sqlite_small: Database
) -> None:
    visitor.send(f"{ADDRESS}/send?lang=km", visitor.opened(LAND_ONLY) | {"lang": "km"} | every_item())
    assert stored(sqlite_small)[0]["language"] == "vi"


def every_item() -> dict[str, str]:
    return {item.code: "4" for item in shipped_definitions()["quay_5_yeu_to"].items}


# --- switching ---------------------------------------------------------------------------------------------


def test_another_language_keeps_every_answer_and_the_id_and_stores_nothing(
    visitor: Visitor, sqlite_small: Database
) -> None:
    in_use(sqlite_small, KHMER)
    page = read_in(visitor, "vi")
    answers = {"a1": "4", "c1": "1", "attitude": ["2", "3"], "sex": "", "comment": "Dòng một\r\n<b>hai</b>"}
    for language in ("km", "en", "vi", "km"):
        page = switched(visitor, page, language, **answers)
        assert page.root.get("lang") == language
        assert hidden(page.html, "lang") == language
        assert {c.value for c in page.choices("attitude") if c.chosen} == {"2", "3"}
        assert {c.value for c in page.choices("sex") if c.chosen} == {""}
        given = {name: text.replace("\n", "\r\n") for name, text in page.given.items() if name != "attitude"}
        assert given == {name: answers[name] for name in ("a1", "c1", "sex", "comment")}
        assert "Lỗi" not in page.title
    assert stored(sqlite_small) == []
    first = hidden(page.html, "id")
    rest = {item.code: "5" for item in KHMER.items}
    form = {name: hidden(page.html, name) for name in ("id", "visit", "lang")} | rest
    visitor.send(f"{ADDRESS}/send", form)
    assert [(row["id"], row["language"]) for row in stored(sqlite_small)] == [(first, "km")]


def test_a_refused_form_can_be_read_in_another_language_with_its_answers(
    visitor: Visitor, sqlite_small: Database
) -> None:
    in_use(sqlite_small, KHMER)
    refused = Reading(visitor.post(f"{ADDRESS}/send", visitor.opened(LAND_ONLY) | {"a1": "2"}, 422))
    page = switched(visitor, refused, "en", **refused.given)
    assert page.root.get("lang") == "en"
    assert page.given == {"a1": "2"}
    assert hidden(page.html, "id") == hidden(refused.html, "id")


def test_errors_in_a_language_without_an_interface_are_vietnamese_and_say_so(
    visitor: Visitor, sqlite_small: Database
) -> None:
    in_use(sqlite_small, KHMER)
    form = visitor.opened(LAND_ONLY, "km")
    page = Reading(visitor.post(f"{ADDRESS}/send", form, 422))
    assert page.root.get("lang") == "km"
    assert page.error("a1") == "Lỗi: Xin chọn một phương án cho câu này."
    assert language_of(page, page.with_id("q-a1-error")) == "vi"


def test_the_key_enter_sends_the_form_and_does_not_change_the_language(visitor: Visitor) -> None:
    """Browsers press the first button of a form."""
    page = Reading(visitor.get(f"/q/{MIXED}"))
    first = next(button for button in page.root.iter("button") if button.get("type") == "submit")
    assert (first.get("name"), first.get("tabindex"), first.get("aria-hidden")) == (None, "-1", "true")


@pytest.mark.parametrize("language", ["xx", "", "km"])
def test_a_switch_to_a_language_that_is_not_there_shows_vietnamese(visitor: Visitor, language: str) -> None:
    form = visitor.opened(MIXED) | {"lang_to": language, "a1": "4"}
    page = Reading(visitor.post(f"/q/{MIXED}/send", form))
    assert (page.root.get("lang"), page.given) == ("vi", {"a1": "4"})


@pytest.mark.parametrize("change", [{"id": "<b>"}, {"id": ""}, {"visit": "x"}, {"phone": "0912"}])
def test_a_forged_form_is_not_shown_in_another_language(visitor: Visitor, change: dict[str, str]) -> None:
    visitor.post(f"/q/{MIXED}/send", visitor.opened(MIXED) | {"lang_to": "en"} | change, 400)


def test_every_own_name_is_written_in_composed_letters_and_once() -> None:
    assert len(set(OWN_NAMES.values())) == len(OWN_NAMES)
    assert all(name.strip() == name and name for name in OWN_NAMES.values())

"""A questionnaire is written, checked, approved by a second person and published, from the browser alone."""

import io
import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from questionnaires.version import canonical_json
from survey.actions.drafting import all_drafts, desk
from survey.actions.publishing import VersionWithdrawn, published_versions, put_to_use
from survey.core.draft import State
from survey.library import QUESTIONNAIRES
from survey.store import editorial_changes, trail
from survey.store.database import Database
from tests.places import MIXED, NOW, ROUND, five_factors
from tests.web.addresses import DRAFTS, PRINT, TRIAL
from tests.web.conftest import signed_in
from tests.web.page_rules import text_of
from tests.web.reading import Reading
from tests.web.visitor import EVERY_ITEM, Visitor, stored

NEW = "/officer/questionnaires/new"
SHELVES = "/officer/questionnaires"
OUTLINE = f"{DRAFTS}/1"
ITEM = f"{OUTLINE}/items/a1"
CHECK = f"{OUTLINE}/check"
HARMLESS = "<script>alert(1)</script> & “dấu”"


@dataclass
class Writer:
    """An officer at work on the draft with the number 1."""

    visitor: Visitor
    database: Database
    open_pages: dict[str, dict[str, Any]] = field(default_factory=dict)

    def form(self, address: str) -> dict[str, Any]:
        """What a page of the editor would send if nobody touched it."""
        return sent_by(self.visitor.get(address))

    def save(self, address: str, status: int = 200, **values: object) -> str:
        """Open a page, change values, press save."""
        data = {key: value for key, value in {**self.form(address), **values}.items() if value is not None}
        return self.visitor.post(address, data, status)

    def press(self, do: str, **values: str) -> str:
        """Press a button of the outline."""
        data = {"csrf_token": self.visitor.token(OUTLINE), "do": do, **values}
        return self.visitor.post(f"{OUTLINE}/arrange", data)

    def deed(self, name: str, **values: str) -> str:
        """Press undo, redo, submit or the like, as the page that stands offers it."""
        data = {"csrf_token": self.visitor.token(OUTLINE), "revision": str(self.revision), **values}
        return self.visitor.post(f"{OUTLINE}/{name}", data)

    @property
    def revision(self) -> int:
        """The revision that stands."""
        return desk(self.database, 1).draft.current.number

    @property
    def definition(self) -> dict[str, Any]:
        """What stands."""
        content: dict[str, Any] = desk(self.database, 1).content["definition"]
        return content

    def codes(self, section: int = 0) -> list[str]:
        """The items of a section in their order."""
        return [item["code"] for item in self.definition["sections"][section]["items"]]


def sent_by(page: str) -> dict[str, Any]:
    """The values of the last form of a page, as a browser sends them."""
    form = [f for f in Reading(page).root.iter("form") if f.get("data-autosave") is not None][-1]
    sent: dict[str, Any] = {}
    for control in form.iter():
        name = control.get("name") or ""
        if control.tag == "textarea":
            sent[name] = (control.text or "").removeprefix("\n")
        elif control.tag == "select":
            chosen = [o for o in control.iter("option") if o.get("selected") is not None]
            sent[name] = (chosen or list(control.iter("option")))[0].get("value", "")
        elif control.tag == "input" and control.get("type") == "checkbox":
            if control.get("checked") is not None:
                sent.setdefault(name, []).append(control.get("value", "on"))
        elif control.tag == "input":
            sent[name] = control.get("value", "")
    return sent


@pytest.fixture
def writer(officer: Visitor, sqlite_small: Database) -> Writer:
    """The officer at the draft of the small place."""
    return Writer(officer, sqlite_small)


@pytest.fixture
def approver(app: Flask) -> Visitor:
    """The second person."""
    return signed_in(app, "duyet")


def approve(approver: Visitor, revision: int, status: int = 200) -> Reading:
    """Press the button that publishes."""
    data = {"csrf_token": approver.token(CHECK), "revision": str(revision)}
    return Reading(approver.post(f"{OUTLINE}/approve", data, status))


# --- the whole way ------------------------------------------------------------------------------------------


def test_a_questionnaire_goes_from_the_library_to_citizens(
    writer: Writer, approver: Visitor, visitor: Visitor
) -> None:
    officer, database = writer.visitor, writer.database
    data = {"source": "library:phuong_phu_luong", "csrf_token": officer.token(NEW)}
    page = Reading(officer.post(NEW, data))
    assert page.heading.startswith("Khảo sát đo lường mức độ hài lòng")
    draft = all_drafts(database)[0]
    at = f"{DRAFTS}/{draft.id}"
    officer.post(f"{at}/submit", {"csrf_token": officer.token(at), "revision": "1"})
    assert all_drafts(database)[0].state is State.SUBMITTED
    page = Reading(approver.get(f"{at}/check"))
    assert "Đây là phiên bản đầu tiên" in page.main
    done = approver.post(f"{at}/approve", {"csrf_token": approver.token(f"{at}/check"), "revision": "1"})
    assert "Đã ban hành phiên bản 1" in done
    version = next(v for v in published_versions(database) if v.definition.code == "phuong_phu_luong")
    put_to_use(database, version, ROUND, now=NOW)
    assert "CÔNG CHỨC TRỰC TIẾP" in Reading(visitor.get(f"/q/{MIXED}")).main
    with database.reading() as session:
        deeds = [(entry.who, entry.deed, entry.subject) for entry in trail.entries(session)]
    assert ("canbo", "draft_begun", "phuong_phu_luong") in deeds
    assert ("canbo", "draft_submitted", "phuong_phu_luong") in deeds
    assert ("duyet", "version_published", "phuong_phu_luong") in deeds


def test_a_copy_under_another_code_is_a_questionnaire_of_its_own(writer: Writer) -> None:
    data = {"source": f"version:{PRINT}", "code": "phieu_xa", "title": "Phiếu của xã"}
    writer.visitor.post(NEW, {**data, "csrf_token": writer.visitor.token(NEW)})
    draft = all_drafts(writer.database)[0]
    assert (draft.code, draft.title) == ("phieu_xa", "Phiếu của xã")


@pytest.mark.parametrize("ending", ["yaml", "json"])
def test_a_draft_begins_from_a_file(writer: Writer, ending: str) -> None:
    content = (QUESTIONNAIRES / "danh-gia-nd61.yaml").read_bytes()
    name = f"phieu.{ending}"
    if ending == "json":
        content = canonical_json(published_versions(writer.database)[0].definition)
    token = writer.visitor.token(NEW)
    data = {"source": "file", "csrf_token": token, "file": (io.BytesIO(content), name)}
    response = writer.visitor.client.post(NEW, data=data, content_type="multipart/form-data")
    assert response.status_code == 303
    expected = "danh_gia_nd61" if ending == "yaml" else "quay_5_yeu_to"
    assert all_drafts(writer.database)[0].code == expected


@pytest.mark.parametrize("sent", ["file", "text"])
def test_what_is_sent_goes_before_what_the_list_happens_to_show(writer: Writer, sent: str) -> None:
    """Whoever chooses a file and overlooks the list must not get another questionnaire without a word."""
    content = (QUESTIONNAIRES / "phieu-phuong-phu-luong.yaml").read_bytes()
    data = {"source": "library:danh_gia_nd61", "csrf_token": writer.visitor.token(NEW)}
    if sent == "file":
        data["file"] = (io.BytesIO(content), "phieu.yaml")  # type: ignore[assignment]
    else:
        data["text"] = content.decode()
    response = writer.visitor.client.post(NEW, data=data, content_type="multipart/form-data")
    assert response.status_code == 303
    assert all_drafts(writer.database)[0].code == "phuong_phu_luong"


def test_after_a_faulty_file_the_list_stands_at_the_file(writer: Writer) -> None:
    data = {"source": "library:danh_gia_nd61", "text": "code: X", "csrf_token": writer.visitor.token(NEW)}
    page = Reading(writer.visitor.post(NEW, data, 422))
    shown = [each.get("value") for each in page.root.iter("option") if each.get("selected") is not None]
    assert shown == ["file"]
    assert [draft.code for draft in all_drafts(writer.database)] == ["quay_5_yeu_to"]


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"code: X\n", "a.yaml", "Mã không hợp lệ"),
        (b"\xff\xfe", "a.yaml", "UTF-8"),
        (b"{", "a.json", "JSON"),
        (b"a", "a.exe", "Chưa đọc được loại tệp này"),
        (b"", "a.yaml", "Tệp trống"),
        (b"a: " + b"x" * 100_000, "a.yaml", "Thiếu mục này"),
        (b"[" * 100_000, "a.json", "JSON"),
    ],
)
def test_a_faulty_file_begins_nothing_and_says_where_it_is_wrong(
    writer: Writer, content: bytes, name: str, said: str
) -> None:
    token = writer.visitor.token(NEW)
    data = {"source": "file", "csrf_token": token, "file": (io.BytesIO(content), name)}
    response = writer.visitor.client.post(NEW, data=data, content_type="multipart/form-data")
    assert response.status_code == 422
    assert said in text_of(Reading(response.text).with_id("faults"))
    assert len(all_drafts(writer.database)) == 1


def test_pasted_text_is_shown_again_when_it_is_faulty(writer: Writer) -> None:
    data = {"source": "file", "text": f"code: {HARMLESS}", "csrf_token": writer.visitor.token(NEW)}
    page = writer.visitor.post(NEW, data, 422)
    assert Reading(page).given["text"].strip() == f"code: {HARMLESS}"


# --- editing ------------------------------------------------------------------------------------------------


def test_what_is_written_is_saved_as_a_further_revision_and_shown_as_text(writer: Writer) -> None:
    page = writer.save(ITEM, text=HARMLESS)
    assert "<script>alert" not in page
    assert writer.definition["sections"][0]["items"][0]["text"]["vi"] == HARMLESS
    assert writer.revision == 2
    assert "Lần lưu 2" in Reading(writer.visitor.get(f"{OUTLINE}/history")).main


def test_a_page_that_was_not_touched_saves_nothing(writer: Writer) -> None:
    for address in ("/details", "/scoring", "/items/a1", "/questions/field", "/sections/access"):
        if "sections" in address:
            address = f"/sections/{writer.definition['sections'][0]['code']}"  # noqa: PLW2901
        writer.save(f"{OUTLINE}{address}")
    assert writer.revision == 1


def test_buttons_move_a_part_and_its_code_travels_with_it(writer: Writer) -> None:
    before = writer.codes()
    page = writer.press(f"down items {before[0]}")
    assert writer.codes() == [before[1], before[0], *before[2:]]
    assert f'id="items-{before[0]}"' in page
    writer.press(f"up items {before[0]}")
    assert writer.codes() == before


def test_an_item_moved_beyond_its_section_goes_into_the_next_one(writer: Writer) -> None:
    last = writer.codes(0)[-1]
    writer.press(f"down items {last}")
    assert writer.codes(1)[0] == last
    assert last not in writer.codes(0)


def test_what_was_removed_comes_back_with_undo_and_goes_again_with_redo(writer: Writer) -> None:
    before = writer.codes()
    writer.press(f"remove items {before[0]}")
    assert writer.codes() == before[1:]
    writer.deed("undo")
    assert writer.codes() == before
    writer.deed("redo")
    assert writer.codes() == before[1:]


def test_an_earlier_revision_is_restored_as_a_new_one(writer: Writer) -> None:
    writer.save(ITEM, text="Câu đã sửa")
    writer.deed("restore", number="1")
    assert writer.revision == 3
    assert writer.definition["sections"][0]["items"][0]["text"]["vi"] != "Câu đã sửa"


def test_the_history_shows_the_words_that_were_taken_out_and_put_in(writer: Writer) -> None:
    writer.save(ITEM, text=f"{writer.form(ITEM)['text']} hoàn toàn mới")
    page = Reading(writer.visitor.get(f"{OUTLINE}/history"))
    assert [text_of(e) for e in page.root.iter("ins")] == ["[thêm: hoàn toàn mới]"]


@pytest.mark.parametrize("kind", ["single", "multiple", "number", "text"])
def test_every_kind_of_question_can_be_added_and_written(writer: Writer, kind: str) -> None:
    page = writer.press("add questions - after", **{"kind-after": kind, "code-questions-after": "moi"})
    assert Reading(page).heading == "Câu hỏi moi"
    writer.save(f"{OUTLINE}/questions/moi", text="Câu mới?")
    added = writer.definition["questions"][-1]
    assert (added["code"], added["kind"], added["text"]["vi"]) == ("moi", kind, "Câu mới?")


def test_an_option_is_added_under_a_number_that_no_version_used(writer: Writer) -> None:
    scale = next(iter(writer.definition["scales"]))
    at = f"{OUTLINE}/scales/{scale}"
    writer.save(at, do=f"remove-option scales {scale} 5")
    writer.save(at, do=f"add-option scales {scale}")
    codes = [option["code"] for option in writer.definition["scales"][scale]["options"]]
    assert 5 not in codes
    assert 6 in codes


def test_a_button_on_a_page_keeps_what_was_typed_on_it(writer: Writer) -> None:
    scale = next(iter(writer.definition["scales"]))
    writer.save(f"{OUTLINE}/scales/{scale}", **{"option-5": "Tuyệt vời", "do": f"up-option scales {scale} 5"})
    words = {o["code"]: o["text"]["vi"] for o in writer.definition["scales"][scale]["options"]}
    assert words[5] == "Tuyệt vời"


def test_a_condition_is_chosen_from_the_questions_before(writer: Writer) -> None:
    second = writer.codes()[1]
    at = f"{OUTLINE}/items/{second}"
    page = Reading(writer.save(at, when_question="a1"))
    assert {choice.value for choice in page.choices("when_codes")} == {"1", "2", "3", "4", "5"}
    writer.save(at, when_codes=["1", "2"])
    assert writer.definition["sections"][0]["items"][1]["shown_when"] == {"question": "a1", "is": [1, 2]}
    later = {o.get("value") for o in Reading(writer.visitor.get(ITEM)).root.iter("option")}
    assert second not in later


@pytest.mark.parametrize("code", ["A B", "id", "a1", "á", "x" * 41, "lang"])
def test_a_code_that_cannot_be_used_is_refused_with_the_reason(writer: Writer, code: str) -> None:
    section = writer.definition["sections"][0]["code"]
    page = writer.press(f"add items {section}", **{f"code-items-{section}": code})
    assert "không dùng được" in page
    assert writer.revision == 1


@pytest.mark.parametrize("do", ["", "fly items a1", "up planets a1", "up"])
def test_a_button_that_no_page_has_is_refused(writer: Writer, do: str) -> None:
    data = {"csrf_token": writer.visitor.token(OUTLINE), "do": do}
    assert writer.visitor.client.post(f"{OUTLINE}/arrange", data=data).status_code == 400


@pytest.mark.parametrize("address", ["/items/none", "/sections/x", "/scales/x", "/questions/x"])
def test_a_part_that_is_gone_says_so(writer: Writer, address: str) -> None:
    assert "Không còn mục này" in writer.visitor.get(f"{OUTLINE}{address}", 404)


@pytest.mark.parametrize("address", [f"{DRAFTS}/999", f"{DRAFTS}/999/history", f"{OUTLINE}/translations/xx"])
def test_an_unknown_draft_or_language_is_not_found(writer: Writer, address: str) -> None:
    writer.visitor.get(address, 404)


# --- two people at once -------------------------------------------------------------------------------------


def test_what_two_people_change_in_different_places_is_kept_from_both(writer: Writer, app: Flask) -> None:
    other = Writer(signed_in(app, "canbo"), writer.database)
    mine, theirs = writer.form(ITEM), other.form(ITEM)
    writer.visitor.post(ITEM, {**mine, "text": "Của tôi"})
    theirs.pop("required")
    other.visitor.post(ITEM, theirs)
    item = writer.definition["sections"][0]["items"][0]
    assert (item["text"]["vi"], item["required"]) == ("Của tôi", False)


def test_what_two_people_change_in_the_same_place_is_shown_to_the_second_one_and_nothing_is_lost(
    writer: Writer, app: Flask
) -> None:
    other = Writer(signed_in(app, "canbo"), writer.database)
    mine, theirs = writer.form(ITEM), other.form(ITEM)
    writer.visitor.post(ITEM, {**mine, "text": "Bản thứ nhất"})
    page = other.visitor.post(ITEM, {**theirs, "text": "Bản thứ hai"}, 409)
    assert "Bản thứ nhất" in page
    assert "Bản thứ hai" in page
    assert writer.definition["sections"][0]["items"][0]["text"]["vi"] == "Bản thứ nhất"
    hidden = {
        box.get("name", ""): box.get("value", "")
        for box in list(Reading(page).root.iter("form"))[-1].iter("input")
    }
    other.visitor.post(ITEM, hidden)
    assert writer.definition["sections"][0]["items"][0]["text"]["vi"] == "Bản thứ hai"
    assert writer.revision == 3


def test_undoing_what_somebody_else_just_did_is_refused(writer: Writer) -> None:
    writer.save(ITEM, text="Một")
    data = {"csrf_token": writer.visitor.token(OUTLINE), "revision": "1"}
    assert "vừa sửa bản nháp này" in writer.visitor.post(f"{OUTLINE}/undo", data)
    assert writer.revision == 2


def test_a_script_saves_without_leaving_the_page_and_hears_of_a_conflict(writer: Writer) -> None:
    client, stale_form = writer.visitor.client, writer.form(ITEM)
    asking = {"Accept": "application/json"}
    saved = client.post(ITEM, data={**stale_form, "text": "Gõ dở"}, headers=asking)
    assert (saved.status_code, saved.json["revision"]) == (200, 2)
    refused = client.post(ITEM, data={**stale_form, "text": "Khác"}, headers=asking)
    assert refused.status_code == 409
    assert "vừa sửa cùng chỗ này" in refused.json["text"]


# --- translations -------------------------------------------------------------------------------------------


def test_a_translation_is_marked_when_its_vietnamese_changed_and_until_it_was_looked_at(
    writer: Writer,
) -> None:
    at = f"{OUTLINE}/translations/en"
    writer.save(ITEM, text="Câu mới hẳn")
    page = Reading(writer.visitor.get(at))
    marked = [e.get("id") for e in page.root.iter("div") if "stale" in (e.get("class") or "")]
    assert marked == ["row-items/a1/text"]
    writer.save(at, right=["items/a1/text"])
    assert "stale" not in writer.visitor.get(at)


def test_a_translation_is_written_beside_the_vietnamese(writer: Writer) -> None:
    at = f"{OUTLINE}/translations/en"
    writer.save(at, **{"to-items/a1/text": HARMLESS})
    assert writer.definition["sections"][0]["items"][0]["text"]["en"] == HARMLESS


def test_two_translators_keep_each_others_words(writer: Writer) -> None:
    at = f"{OUTLINE}/translations/en"
    first, second = writer.form(at), writer.form(at)
    writer.visitor.post(at, {**first, "to-items/a1/text": "First"})
    writer.visitor.post(at, {**second, "to-items/a2/text": "Second"})
    words = [item["text"]["en"] for item in writer.definition["sections"][0]["items"][:2]]
    assert words == ["First", "Second"]


def test_a_declared_language_without_its_words_is_held_back_unless_it_may_stay_unfinished(
    writer: Writer,
) -> None:
    details = f"{OUTLINE}/details"
    writer.save(details, languages=["en", "km"])
    assert "Thiếu bản dịch ភាសាខ្មែរ" in writer.visitor.get(CHECK)
    writer.save(details, unfinished=["km"])
    page = writer.visitor.get(CHECK)
    assert "Thiếu bản dịch" not in page
    assert "chưa dịch sang ភាសាខ្មែរ" in page


# --- the gate and the second person --------------------------------------------------------------------------


def test_a_changed_meaning_under_an_old_code_is_held_back_and_a_new_code_opens_the_gate(
    writer: Writer,
) -> None:
    writer.save(ITEM, text="Một câu hoàn toàn khác")
    writer.save(f"{OUTLINE}/translations/en", right=["items/a1/text"])
    assert "vẫn giữ mã “a1”" in writer.visitor.get(CHECK)
    writer.deed("submit")
    assert desk(writer.database, 1).draft.state is State.EDITING
    writer.press("recode items a1")
    assert "a1" not in writer.codes()
    assert "Không có lỗi nào chặn" in writer.visitor.get(CHECK)


def test_a_reason_why_the_meaning_is_the_same_opens_the_gate_keeps_the_trend_and_stays_in_the_trail(
    app: Flask, writer: Writer, approver: Visitor
) -> None:
    writer.save(ITEM, text=f"{writer.form(ITEM)['text']}.")
    writer.save(ITEM, editorial="Thêm dấu chấm")
    writer.deed("submit")
    page = approver.get(CHECK)
    assert "Đứt chuỗi so sánh" not in page
    assert "So sánh được nhờ lý do đã ghi: a1" in page
    assert "Đã ban hành phiên bản 2" in approve(approver, writer.revision).html
    with writer.database.reading() as session:
        published = [e for e in trail.entries(session) if e.deed == "version_published"]
        told = editorial_changes.standing(session)
    assert published[0].detail["editorial"] == {"items/a1": "Thêm dấu chấm"}
    assert [change.code for change in told] == ["a1"]
    assert "items/a1: Thêm dấu chấm" in signed_in(app, "kiemtra").get("/officer/trail")


def submitted(writer: Writer) -> None:
    """The draft with another word of thanks, handed in."""
    writer.save(f"{OUTLINE}/details", thanks="Trân trọng cảm ơn.")
    writer.deed("submit")


def test_publishing_fixes_number_and_fingerprint_and_changes_no_earlier_version(
    writer: Writer, approver: Visitor
) -> None:
    earlier = canonical_json(published_versions(writer.database)[0].definition)
    submitted(writer)
    assert "chỉ số chung so sánh được tiếp" in approver.get(CHECK)
    page = approve(approver, writer.revision)
    versions = published_versions(writer.database)
    assert [version.number for version in versions] == [1, 2]
    assert canonical_json(versions[0].definition) == earlier
    assert versions[1].fingerprint in page.main
    assert desk(writer.database, 1).draft.version_fingerprint == versions[1].fingerprint


def test_an_officer_cannot_approve_and_an_author_who_became_an_approver_cannot_either(
    writer: Writer, app: Flask
) -> None:
    submitted(writer)
    data = {"csrf_token": writer.visitor.token(OUTLINE), "revision": str(writer.revision)}
    assert writer.visitor.client.post(f"{OUTLINE}/approve", data=data).status_code == 403
    with writer.database.writing() as session:
        session.execute(text("UPDATE account SET role = 'approver' WHERE name = 'canbo'"))
    page = approve(signed_in(app, "canbo"), writer.revision)
    assert "cần một người khác duyệt" in page.html
    assert len(published_versions(writer.database)) == 1


def test_a_draft_that_changed_after_it_was_read_is_not_published(writer: Writer, approver: Visitor) -> None:
    submitted(writer)
    assert "đã đổi sau khi" in approve(approver, writer.revision - 1).html
    assert len(published_versions(writer.database)) == 1


def test_publishing_twice_publishes_once(writer: Writer, approver: Visitor) -> None:
    submitted(writer)
    approve(approver, writer.revision)
    assert "không duyệt được" in approve(approver, writer.revision).html
    assert len(published_versions(writer.database)) == 2


def test_a_returned_draft_carries_its_note_and_can_be_changed_again(
    writer: Writer, approver: Visitor
) -> None:
    submitted(writer)
    token = approver.token(CHECK)
    assert "ghi rõ cần sửa gì" in approver.post(f"{OUTLINE}/return", {"csrf_token": token, "note": "  "})
    approver.post(f"{OUTLINE}/return", {"csrf_token": token, "note": HARMLESS})
    page = writer.visitor.get(OUTLINE)
    assert HARMLESS in Reading(page).main
    writer.save(ITEM, required=None)
    assert writer.revision == 3


def test_what_was_handed_in_cannot_be_changed_until_it_is_recalled(writer: Writer) -> None:
    form = writer.form(ITEM)
    submitted(writer)
    before = writer.revision
    assert "không sửa được" in writer.visitor.post(ITEM, {**form, "text": "Lén sửa"})
    assert writer.revision == before
    writer.deed("recall")
    writer.save(ITEM, text="Sửa đàng hoàng")
    assert writer.revision == before + 1


def test_an_unchanged_draft_is_not_published_again(writer: Writer) -> None:
    assert "Không có gì khác phiên bản 1" in writer.visitor.get(CHECK)


def test_a_discarded_draft_stays_readable(writer: Writer) -> None:
    assert "Bỏ bản nháp?" in writer.visitor.get(f"{OUTLINE}/discard")
    writer.deed("discard")
    assert "Lần lưu 1" in writer.visitor.get(f"{OUTLINE}/history")
    assert "Bản nháp đã bỏ" in writer.visitor.get(SHELVES)


# --- withdrawing --------------------------------------------------------------------------------------------


def test_a_withdrawn_version_stays_readable_and_is_put_to_no_further_use(
    writer: Writer, approver: Visitor, visitor: Visitor
) -> None:
    at = f"{SHELVES}/versions/{PRINT}"
    token = approver.token(f"{at}/withdraw")
    approver.post(f"{at}/withdraw", {"csrf_token": token, "reason": " "}, 422)
    page = approver.post(f"{at}/withdraw", {"csrf_token": token, "reason": HARMLESS})
    assert HARMLESS in Reading(page).main
    assert "đã rút từ trước" in approver.post(f"{at}/withdraw", {"csrf_token": token, "reason": "nữa"})
    assert five_factors().items[0].text.vi in Reading(writer.visitor.get(at)).main
    with pytest.raises(VersionWithdrawn):
        put_to_use(writer.database, published_versions(writer.database)[0], ROUND, now=NOW)
    assert Reading(visitor.get(f"/q/{MIXED}")).heading == five_factors().title.vi


# --- trying out ---------------------------------------------------------------------------------------------


def test_a_trial_goes_to_the_end_and_stores_nothing(writer: Writer, visitor: Visitor) -> None:
    writer.save(ITEM, text="Câu đang thử")
    page = Reading(visitor.get(f"/try/{TRIAL}"))
    assert "Câu đang thử" in page.main
    assert "Bản thử" in page.html
    answers = EVERY_ITEM | {"field": "land", "id": "", "visit": "", "lang": "vi"}
    missing = visitor.post(f"/try/{TRIAL}/send", {"lang": "vi"}, 422)
    assert "Còn 20 câu" in missing
    assert "Không có gì được lưu" in visitor.post(f"/try/{TRIAL}/send", answers)
    assert stored(writer.database) == []


def test_a_trial_shows_a_draft_that_is_not_finished(writer: Writer, visitor: Visitor) -> None:
    section = writer.definition["sections"][0]["code"]
    writer.press(f"add items {section}")
    writer.press("add sections")
    assert "…" in Reading(visitor.get(f"/try/{TRIAL}")).main


def test_a_trial_ends_with_its_draft_and_a_forged_address_opens_nothing(
    writer: Writer, visitor: Visitor
) -> None:
    assert "Bản thử này đã hết" in visitor.get("/try/MQ.forged", 410)
    writer.deed("discard")
    assert "Bản thử này đã hết" in visitor.get(f"/try/{TRIAL}", 410)


def test_only_our_own_pages_may_frame_a_trial_and_nothing_may_frame_the_editor(
    writer: Writer, visitor: Visitor
) -> None:
    policy = visitor.fetch(f"/try/{TRIAL}").headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy
    policy = writer.visitor.fetch(OUTLINE).headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "frame-src 'self'" in policy


def test_an_answer_to_a_trial_cannot_be_delivered_to_a_counter(writer: Writer, visitor: Visitor) -> None:
    del writer
    answers = EVERY_ITEM | {"field": "land", "id": "0" * 32, "visit": "", "lang": "vi"}
    assert visitor.client.post(f"/q/{MIXED}/send", data=answers).status_code == 400


def test_the_shelves_list_library_drafts_and_versions(writer: Writer) -> None:
    page = Reading(writer.visitor.get(SHELVES)).main
    for words in ("Bản nháp", "Đã ban hành", "Thư viện", "Phiên bản 1", "đang soạn"):
        assert words in page
    assert json.dumps(PRINT)[1:5] in page

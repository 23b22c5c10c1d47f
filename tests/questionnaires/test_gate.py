"""The publish gate: each check is shown to hold back, or warn of, what it is for, and to let the rest pass."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from questionnaires import drafting
from questionnaires.definition import Definition
from questionnaires.draft_texts import Content, translate
from questionnaires.draft_values import values_of, with_values
from questionnaires.drafting import draft_of
from questionnaires.gate import Remark, judge
from questionnaires.version import Version, fingerprint
from questionnaires.wording import judgements, longest_sentence, seconds, syllables
from survey.library import shipped_definitions
from tests.web.tiny import FILES, tiny

SHIPPED = shipped_definitions()
FIVE = SHIPPED["quay_5_yeu_to"]


def published(*definitions: Definition) -> list[Version]:
    """Versions of one questionnaire."""
    return [Version(number, one, fingerprint(one)) for number, one in enumerate(definitions, start=1)]


def changed(content: Content, page: Any, code: str, **values: Any) -> Content:
    """A draft with values of one page changed."""
    return with_values(content, page, code, {**values_of(content, page, code), **values})


def places(remarks: tuple[Remark, ...], words: str) -> set[str]:
    """The places of the remarks that say something."""
    return {remark.place for remark in remarks if words in remark.message}


@pytest.mark.parametrize("definition", [*SHIPPED.values(), *map(tiny, FILES)], ids=lambda d: d.code)
def test_a_sound_questionnaire_passes(definition: Definition) -> None:
    verdict = judge(draft_of(definition, unfinished=definition.languages), [])
    assert verdict.blocking == ()
    assert verdict.definition == definition


def _later(content: Content) -> Content:
    return changed(content, "items", "a1", when_question="a2", when_codes=["1"])


def _later_again(content: Content) -> Content:
    """The condition was right until its question moved behind it."""
    earlier = changed(content, "items", "a2", when_question="a1", when_codes=["1"])
    return drafting.move(earlier, "items", "a1", 1)


def _twice(content: Content) -> Content:
    content["definition"]["sections"][1]["items"][0]["code"] = "a1"
    return content


def _no_words(content: Content) -> Content:
    return translate(content, "en", {"items/a1/text": ""})


def _numbers_for_words(content: Content) -> Content:
    scale = next(iter(content["definition"]["scales"]))
    return changed(content, "scales", scale, **{"option-5": "5"})


def _contradiction(content: Content) -> Content:
    """The third asks those who chose 1 at the first and, through the second, those who chose 2 there."""
    content = changed(content, "items", "a2", when_question="a1", when_codes=["2"])
    section = content["definition"]["sections"][1]
    content = changed(content, "sections", section["code"], when_question="a1", when_codes=["1"])
    return changed(content, "items", section["items"][0]["code"], when_question="a2", when_codes=["1"])


BLOCKED: dict[str, tuple[Callable[[Content], Content], str, str]] = {
    "a condition on a later question": (_later, "đứng sau", "items/a1/shown_when/question"),
    "a condition that a move turned round": (_later_again, "đứng sau", "items/a2/shown_when/question"),
    "a missing translation": (_no_words, "Thiếu bản dịch English", "items/a1/text"),
    "a duplicate code": (_twice, "dùng hai lần", "items/a1"),
    "a scale whose end is a number": (_numbers_for_words, "chưa có lời", "scales/{scale}/5"),
    "a question that nobody can reach": (_contradiction, "Không ai đến được", "items/{second}"),
    "an empty wording": (lambda c: changed(c, "items", "a1", text=""), "để trống", "items/a1/text"),
    "an empty section": (lambda c: drafting.add_section(c, "moi"), "chưa có tiêu chí", "sections/moi"),
    "a number that is none": (
        lambda c: changed(c, "scoring", "", satisfied="bốn"), "số nguyên", "scoring/satisfied/0"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BLOCKED)
def test_a_fault_holds_a_draft_back_and_names_its_place(name: str) -> None:
    spoil, words, place = BLOCKED[name]
    verdict = judge(spoil(draft_of(FIVE)), [])
    second = FIVE.sections[1].items[0].code
    scale = next(iter(FIVE.scales))
    assert place.format(scale=scale, second=second) in places(verdict.blocking, words)
    assert not verdict.is_open
    assert verdict.definition is None


CHANGES: dict[str, Callable[[Content], Content]] = {
    "other words": lambda c: changed(c, "items", "a1", text="Một câu khác hẳn"),
    "an option that means something else": lambda c: changed(
        c, "scales", next(iter(FIVE.scales)), **{"option-5": "Rất tệ"}
    ),
    "another kind under an item's code": lambda c: drafting.add_question(
        drafting.remove(c, "items", "a1"), "a1", "text"
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_meaning_under_an_old_code_is_held_back(name: str) -> None:
    content = CHANGES[name](draft_of(FIVE))
    if name.startswith("another"):
        content = changed(content, "questions", "a1", text="Ý kiến khác")
        content = translate(content, "en", {"questions/a1/text": "Other"})
    verdict = judge(content, published(FIVE))
    assert {place.split("/")[1] for place in places(verdict.blocking, "vẫn giữ mã")} >= {"a1"}


def test_the_same_words_are_no_changed_meaning_whatever_their_order_or_translation() -> None:
    content = drafting.move(draft_of(FIVE), "items", "a1", 1)
    scale = next(iter(FIVE.scales))
    content = drafting.move_option(content, "scales", scale, 5, -1)
    content = translate(content, "en", {"items/a1/text": "Other words"})
    assert judge(content, published(FIVE)).is_open


def test_a_code_that_an_older_version_used_otherwise_is_held_back_though_the_newest_lacks_it() -> None:
    without = drafting.remove(draft_of(FIVE), "items", "a1")["definition"]
    versions = published(FIVE, Definition.model_validate(without))
    content = changed(draft_of(FIVE), "items", "a1", text="Nghĩa khác")
    assert places(judge(content, versions).blocking, "khác với phiên bản 1") == {"items/a1"}


def test_a_code_that_comes_back_with_its_old_meaning_passes() -> None:
    without = drafting.remove(draft_of(FIVE), "items", "a1")["definition"]
    other = changed(draft_of(FIVE), "details", "", thanks="Cảm ơn nhiều")
    assert judge(other, published(FIVE, Definition.model_validate(without))).is_open


def test_a_reason_lets_an_editorial_change_pass() -> None:
    content = changed(draft_of(FIVE), "items", "a1", text=f"{FIVE.items[0].text.vi}.")
    content = changed(content, "items", "a1", editorial="Thêm dấu chấm")
    assert judge(content, published(FIVE)).is_open


def test_the_very_same_questionnaire_is_not_published_twice() -> None:
    assert places(judge(draft_of(FIVE), published(FIVE)).blocking, "Không có gì khác phiên bản 1") == {""}


WARNED: dict[str, tuple[dict[str, str], str]] = {
    "long": ({"text": " ".join(["tiếng"] * 26)}, "dài 26 tiếng"),
    "double-barrelled": ({"text": "Công chức lịch sự và nhanh chóng."}, "gộp nhiều ý"),
    "hard to read": ({"text": " ".join(["tiếng"] * 22)}, "Khó đọc: có câu dài 22"),
    "abbreviated": ({"text": "Hồ sơ TTHC gọn nhẹ."}, "viết tắt TTHC"),
}


@pytest.mark.parametrize("name", WARNED)
def test_a_hard_wording_warns_and_does_not_hold_back(name: str) -> None:
    values, words = WARNED[name]
    verdict = judge(changed(draft_of(FIVE), "items", "a1", **values), [])
    assert "items/a1" in places(verdict.warnings, words)
    assert verdict.is_open


def test_a_long_questionnaire_warns_of_its_time_and_a_short_one_does_not() -> None:
    assert seconds(FIVE) > 180
    assert places(judge(draft_of(FIVE), []).warnings, "3 phút") == {""}
    short = SHIPPED["danh_gia_nd61"]
    assert seconds(short) < 180
    assert places(judge(draft_of(short), []).warnings, "phút") == set()


def test_a_stale_translation_warns() -> None:
    content = changed(draft_of(FIVE), "items", "a1", text="Câu mới")
    assert places(judge(content, []).warnings, "đã đổi sau khi dịch") == {"items/a1/text"}


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("Công chức lịch sự và nhanh chóng", ["lịch sự", "nhanh chóng"]),
        ("Công chức lịch sự hoặc thân thiện", ["lịch sự", "thân thiện"]),
        ("Cán bộ, công chức và viên chức lịch sự", ["lịch sự"]),
        ("Phí và lệ phí được công khai", ["công khai"]),
        ("Nhà vệ sinh", []),
    ],
)
def test_only_judgements_that_are_joined_count_as_two_questions(text: str, joined: list[str]) -> None:
    assert judgements(text) == joined


def test_syllables_and_sentences_are_counted_as_vietnamese_is_written() -> None:
    assert syllables("Ông/Bà – hài lòng, 24/7 …") == 4
    assert longest_sentence("Một hai. Ba bốn năm? Sáu") == 3
    assert longest_sentence("") == 0


def test_options_that_cannot_be_chosen_together_make_a_question_unreachable() -> None:
    content = draft_of(tiny("multiple_with_none_of_these"))
    content = drafting.add_question(content, "q1", "text")
    content = changed(content, "questions", "q1", text="Một", when_question="devices", when_codes=["9"])
    content = drafting.add_question(content, "q2", "single")
    content = changed(
        content, "questions", "q2", text="Hai", when_question="devices", when_codes=["1"],
        **{"option-1": "Có", "option-2": "Không"},
    )  # fmt: skip
    assert judge(content, []).is_open
    content = drafting.add_question(content, "q3", "text")
    content = changed(content, "questions", "q3", text="Ba", when_question="q2", when_codes=["1"])
    assert judge(content, []).is_open


def test_the_gate_changes_nothing_in_the_draft() -> None:
    content = draft_of(FIVE)
    before = copy.deepcopy(content)
    judge(content, published(FIVE))
    assert content == before

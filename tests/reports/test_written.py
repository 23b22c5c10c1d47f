"""What officers write stands in the report as they wrote it, with figures that are never stale."""

import re
from dataclasses import replace
from datetime import date

import pytest

from reports.document import Bullets, Document, Heading, Note, Paragraph, Signature
from reports.edition import Edition
from reports.formats import Language, roman
from reports.live_fields import ENGLISH, FIELDS, FieldUnknown, filled, present, unknown
from reports.pdf import write_pdf
from reports.report import build_report
from survey.core.published_report import Difference, Issue, differences, figures_of
from survey.core.report_texts import NAMES, Excess, ReportTexts, excess
from survey.wording import translator
from tests.reports.reading import page_texts
from tests.reports.test_attention import edition


def written(**texts: str) -> Edition:
    return replace(edition(), texts=ReportTexts(**texts))


def after(document: Document, heading: str) -> list[object]:
    """The blocks between a heading and the next main one."""
    titles = [block.text if isinstance(block, Heading) else "" for block in document.blocks]
    start = next(at for at, title in enumerate(titles) if heading in title)
    rest = document.blocks[start + 1 :]
    end = next((at for at, block in enumerate(rest) if isinstance(block, Heading)), len(rest))
    return list(rest[:end])


def test_a_chapter_is_paragraphs_and_lists_in_their_order() -> None:
    report = build_report(
        written(proposals_vi="Kiến nghị:\n\n- Một\n– Hai\n\nXong.\n+1,5 điểm là mức tăng.\n-3 thì không.")
    )
    blocks = after(report, "KIẾN NGHỊ, ĐỀ XUẤT")
    assert blocks[:5] == [
        Paragraph("Kiến nghị:"),
        Bullets(("Một", "Hai")),
        Paragraph("Xong."),
        Paragraph("+1,5 điểm là mức tăng."),
        Paragraph("-3 thì không."),
    ]


def test_chapters_that_nobody_wrote_are_left_out_and_the_others_numbered_on() -> None:
    titles = [block.text for block in build_report(edition()).blocks if isinstance(block, Heading)]
    assert not any("ĐÁNH GIÁ CHUNG" in title or "KIẾN NGHỊ" in title for title in titles)
    report = build_report(written(assessment_vi="Tốt.", proposals_vi="Giữ."))
    titles = [block.text for block in report.blocks if isinstance(block, Heading)]
    parts = [title for title in titles if re.match(r"[IVX]+\. ", title)]
    assert parts == [f"{roman(number)}. {title.split('. ')[1]}" for number, title in enumerate(parts, 1)]
    assert [title.split(". ")[1] for title in parts[-2:]] == ["ĐÁNH GIÁ CHUNG", "KIẾN NGHỊ, ĐỀ XUẤT"]


def test_the_other_language_says_that_a_chapter_is_not_in_it() -> None:
    english = replace(written(assessment_vi="Tốt."), language="en")
    assert isinstance(after(build_report(english), "ĐÁNH GIÁ CHUNG")[0], Note)


def test_a_live_field_says_what_the_result_says() -> None:
    found = edition()
    text = "Chỉ số {chỉ số}, khoảng {KHOẢNG  tin cậy}, {số phiếu} phiếu, {đơn vị cao nhất}."
    assert filled(text, found) == (
        f"Chỉ số {found.percent(found.result.index.value)}, khoảng {found.interval(found.result.index)}, 24 phiếu, "
        f"Xã An ({found.percent(found.result.units[0].measure.value)})."
    )
    changed = edition([("A", "land", [5, 5, 5]), ("A", "land", [5, 5, 1])])
    assert filled("{số phiếu}", changed) == "2"


def test_every_field_has_a_meaning_and_a_value_with_and_without_answers() -> None:
    for found in (edition(), edition([])):
        offered = present(found)
        assert [field.name for field in offered] == list(FIELDS)
        assert all(field.meaning and field.value and "nan" not in field.value for field in offered)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("{chỉ sô}", ("chỉ sô",)),
        ("{chỉ số} và {x} và {x} và {y}", ("x", "y")),
        ("mở { mà không đóng", ("{",)),
        ("đóng } mà không mở", ("}",)),
        ("{}", ("{}",)),
        ("{{chỉ số}}", ("{", "}")),
        ("{chỉ\nsố}", ("{", "}")),
    ],
)
def test_an_unknown_field_is_refused_and_named(text: str, names: tuple[str, ...]) -> None:
    assert unknown(text) == names
    with pytest.raises(FieldUnknown) as refused:
        filled(text, edition())
    assert refused.value.names == names


def test_what_is_as_high_as_another_is_said_to_be_so() -> None:
    found = edition([("A", "land", [5, 5, 5]), ("A", "land", [5, 5, 1])])
    assert (
        filled("{tiêu chí cao nhất}", found)
        == "Tiêu chí a1 (100,00\N{NO-BREAK SPACE}%, ngang với 1 mục khác)"
    )
    assert filled("{tiêu chí thấp nhất}", found) == "Tiêu chí b1 (50,00\N{NO-BREAK SPACE}%)"


def test_a_field_typed_in_pieces_of_letters_is_known() -> None:
    assert unknown("{chi\u0309 sô\u0301}") == ()


def test_the_value_of_a_field_is_not_read_as_a_mark_or_a_field() -> None:
    found = written(assessment_vi="{tên đợt}\nxong")
    renamed = replace(found.result.round, name_vi="- {chỉ số} quý")
    report = build_report(replace(found, result=replace(found.result, round=renamed)))
    assert after(report, "ĐÁNH GIÁ CHUNG")[:2] == [Paragraph("- {chỉ số} quý"), Paragraph("xong")]


def test_number_date_bases_and_signature_are_those_that_were_set() -> None:
    report = build_report(
        written(
            number="5",
            signed_on="2027-01-05",
            legal_bases="Căn cứ Luật A;\nCăn cứ Nghị định B",
            recipients="- UBND tỉnh\nLưu: VT",
            authority="KT. GIÁM ĐỐC",
            title="PHÓ GIÁM ĐỐC",
            signer="Nguyễn Văn Thử",
        )
    )
    assert report.letterhead.number == "Số: 05/BC"
    assert report.letterhead.place_and_date == "Huế, ngày 05 tháng 01 năm 2027"
    assert report.dated == date(2027, 1, 5)
    legal = [b.text for b in report.blocks if isinstance(b, Paragraph) and b.role == "legal"]
    assert legal == ["Căn cứ Luật A;", "Căn cứ Nghị định B."]
    signature = next(block for block in report.blocks if isinstance(block, Signature))
    assert signature == Signature(
        ("UBND tỉnh;", "Lưu: VT."), "KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Nguyễn Văn Thử"
    )
    text = " ".join(" ".join(page_texts(write_pdf(report))).split())
    assert "PHÓ GIÁM ĐỐC" in text
    assert "Nguyễn Văn Thử" in text


@pytest.mark.parametrize(
    "text",
    [
        "{tiêu chí thấp nhất}" * 150,
        "{khoảng tin cậy}, " * 166,
        "1%–" * 100,
        "1%2" * 200,
        "ữ" * 3_000,
        "a" * 3_000,
        "- 💛\n" * 100,
        "#set text(red) $x^2$ *b* _i_ `c` <a> @ref = H \\ [x] // /* #",
    ],
)
def test_whatever_may_be_saved_can_be_typeset(text: str) -> None:
    assert excess(text) is None
    everywhere = {
        name: text for name in NAMES if name not in {"number", "signed_on", "authority", "title", "signer"}
    }
    found = written(**everywhere, authority=text[:200], title=text[:200], signer=text[:200])
    assert write_pdf(build_report(found)).startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("text", "much"),
    [
        ("{chỉ số}" * 201, Excess.FIGURES),
        ("1%" * 201, Excess.FIGURES),
        ("ữ" * 3_001, Excess.LONG_PARAGRAPH),
        ("a\n" * 101, Excess.PARAGRAPHS),
    ],
)
def test_what_could_not_be_typeset_is_not_saved(text: str, much: Excess) -> None:
    assert excess(text) is much


def test_without_texts_the_standard_letterhead_and_signature_stand() -> None:
    report = build_report(edition())
    assert report.letterhead.number == "Số: …/BC"
    signature = next(block for block in report.blocks if isinstance(block, Signature))
    assert (signature.authority, signature.title, signature.name) == ("", "THỦ TRƯỞNG CƠ QUAN", "")


def test_what_is_not_published_says_that_it_is_a_draft() -> None:
    assert "Dự thảo" in build_report(edition()).banner
    issued = build_report(replace(edition(), issue=Issue(1, "a" * 64, published_on=date(2027, 2, 3))))
    assert issued.letterhead.place_and_date == "Huế, ngày 03 tháng 02 năm 2027"
    assert issued.dated == date(2027, 2, 3)
    assert "Dự thảo" not in issued.banner
    assert "bản ban hành số 1, mã nội dung aaaaaaaaaaaa" in issued.footer


def test_an_issue_that_replaces_another_says_why_and_what_differs() -> None:
    changed = (
        Difference("index", 0.5, 0.512345),
        Difference("responses", 20.0, 24.0),
        Difference("unit/A", 0.5, None),
        Difference("target/1", "met", "not_enough"),
    )
    report = build_report(replace(edition(), issue=Issue(2, "b" * 64, "Sửa số hồ sơ của Xã An.", changed)))
    note = next(block for block in report.blocks if isinstance(block, Note))
    assert note.text == "Bản ban hành số 2 thay bản số 1. Lý do: Sửa số hồ sơ của Xã An."
    said = next(block for block in report.blocks if isinstance(block, Bullets))
    assert said.items == (
        "Chỉ số hài lòng chung: 50,00\N{NO-BREAK SPACE}% → 51,23\N{NO-BREAK SPACE}%",
        "Số phiếu trả lời: 20 → 24",
        "1: đạt → chưa đủ căn cứ",
        "số đơn vị có chỉ số khác: 1",
    )


def test_main_figures_differ_exactly_where_results_do() -> None:
    before, now = figures_of(edition().result), figures_of(edition(None, satisfied=(5,)).result)
    assert differences(before, before) == ()
    names = {each.name for each in differences(before, now)}
    assert {"index", "factor/access", "unit/A", "field/land"} <= names
    # Every answer to the staff's only item is 5 or 2, so that it is counted as before.
    assert names.isdisjoint({"factor/staff", "responses"})


@pytest.mark.parametrize(
    ("language", "words"),
    [("vi", "Dự thảo, số liệu đến ngày 20 tháng 11 năm 2026"), ("en", "20 November 2026")],
)
def test_a_draft_is_not_dated_as_if_it_were_signed(language: Language, words: str) -> None:
    draft = replace(edition(), dated=date(2026, 11, 20), language=language)
    assert words in build_report(draft).letterhead.place_and_date
    assert "Huế" not in build_report(draft).letterhead.place_and_date


def test_a_day_that_was_set_dates_an_issue_whenever_it_was_published() -> None:
    issue = Issue(1, "a" * 64, published_on=date(2027, 2, 3))
    set_day = replace(written(signed_on="2027-01-05"), issue=issue)
    assert build_report(set_day).letterhead.place_and_date == "Huế, ngày 05 tháng 01 năm 2027"
    earlier_program = replace(edition(), issue=Issue(1, "a" * 64))
    assert build_report(earlier_program).dated == earlier_program.dated


def test_a_field_has_an_english_name_that_means_the_same_in_both_languages() -> None:
    assert set(ENGLISH) == set(FIELDS)
    assert len({*ENGLISH.values(), *FIELDS}) == 2 * len(FIELDS)
    for language in ("vi", "en"):
        shown = replace(edition(), language=language, translate=translator(language))
        for name, other in ENGLISH.items():
            assert filled(f"{{{other.upper()}}}", shown) == filled(f"{{{name}}}", shown)
        offered = [field.name for field in present(shown)]
        assert offered == list(ENGLISH.values() if language == "en" else FIELDS)
        assert not unknown(" ".join(f"{{{name}}}" for name in offered))
    assert unknown("{indx}") == ("indx",)


def test_nobody_is_reported_to_where_no_agency_stands_above() -> None:
    alone = edition()
    nobody = replace(alone, instance=replace(alone.instance, superior=""))
    above, below = (
        next(block for block in build_report(each).blocks if isinstance(block, Signature))
        for each in (alone, nobody)
    )
    assert above.recipients[0].endswith("(để báo cáo);")
    assert below.recipients == above.recipients[1:]

"""A report on paper keeps its letters, its layout by NĐ 30/2020 and its promises to every reader."""

import hashlib
import os
import re
import subprocess
import sys
import unicodedata
from dataclasses import replace
from datetime import date

import pytest

from reports.charts import gauge, target_bars
from reports.document import (
    Bullets,
    Column,
    Document,
    Figure,
    Heading,
    Headline,
    Number,
    PageBreak,
    Paragraph,
    Table,
    Verdicts,
)
from reports.pdf import TypesettingFailed, write_pdf
from tests.reports.every_block import one_of_each
from tests.reports.reading import (
    document,
    fonts,
    in_words,
    page_texts,
    pixels,
    squeezed,
    text_within,
    vietnamese_letters,
)
from tests.reports.sample import sample_document
from tests.reports.sample_numbers import factors

BANNER = "DỮ LIỆU MÔ PHỎNG"
OUR_FONTS = {
    ("Tinos-Regular", True),
    ("Tinos-Bold", True),
    ("Tinos-Italic", True),
    ("Tinos-BoldItalic", True),
    ("BeVietnamPro-Regular", True),
    ("BeVietnamPro-SemiBold", True),
}


@pytest.fixture(scope="module")
def pages() -> list[str]:
    """The texts of the sample report's pages."""
    return page_texts(write_pdf(sample_document()))


@pytest.mark.parametrize("kind", one_of_each("x"))
def test_every_vietnamese_letter_comes_back_from_every_kind_of_block(kind: str) -> None:
    text = in_words(vietnamese_letters())
    block, times = one_of_each(text)[kind]
    found = squeezed("".join(page_texts(write_pdf(document(block)))))
    assert found.count(squeezed(text)) == times
    assert unicodedata.is_normalized("NFC", found)


def test_every_vietnamese_letter_comes_back_from_head_foot_banner_and_charts() -> None:
    text = in_words(vietnamese_letters(), 6)
    rows = [replace(factors()[0], label=word) for word in text.split()]
    chart = Figure("Hình", target_bars(rows, title="Chữ"), "Chữ")
    found = squeezed("".join(page_texts(write_pdf(document(chart, text=text, banner=text)))))
    # superior, agency, number, date, kind, subject, footer and the heading; the banner; the chart
    assert found.count(squeezed(text)) >= 10


def test_letters_typed_in_pieces_and_control_characters_are_mended_on_the_way_in() -> None:
    pieces = unicodedata.normalize("NFD", "Tiếng Việt đầy đủ")
    found = page_texts(write_pdf(document(Paragraph(f"{pieces}\x00\x1b[31m\u202eđỏ\u2066"))))[0]
    assert "Tiếng Việt đầy đủ" in found
    assert not {"\x00", "\x1b", "\u202e", "\u2066"} & set(found)


def test_only_the_shipped_fonts_draw_and_all_are_embedded() -> None:
    assert fonts(write_pdf(sample_document())) == OUR_FONTS


def test_the_file_declares_that_it_is_archivable_and_accessible() -> None:
    pdf = write_pdf(sample_document())
    for mark in (b"<pdfaid:part>2", b"<pdfaid:conformance>A", b"<pdfuaid:part>1", b"/MarkInfo", b"/Lang"):
        assert mark in pdf


def test_equal_documents_give_equal_bytes_in_any_process_and_unequal_ones_do_not() -> None:
    here = hashlib.sha256(write_pdf(sample_document())).hexdigest()
    program = (
        "import hashlib; from reports.pdf import write_pdf; from tests.reports.sample import sample_document;"
        "print(hashlib.sha256(write_pdf(sample_document())).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "America/New_York"}
    there = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, env=environment)
    assert there.stdout.decode().strip() == here
    later = replace(sample_document(), dated=date(2026, 1, 6))
    assert hashlib.sha256(write_pdf(later)).hexdigest() != here


def test_the_banner_stands_on_every_page_and_on_none_when_there_is_none(pages: list[str]) -> None:
    assert len(pages) >= 10
    assert all(BANNER in page for page in pages)
    assert not any(BANNER in page for page in page_texts(write_pdf(sample_document(banner=""))))


def test_the_banner_and_the_footer_are_seen_and_not_only_read() -> None:
    bare, marked = (pixels(write_pdf(sample_document(4, banner)), 2, 50) for banner in ("", BANNER))
    strip = (0, 0, marked.width, int(18 / 297 * marked.height))
    assert marked.crop(strip).tobytes() != bare.crop(strip).tobytes()


def test_a_banner_of_any_length_leaves_the_page_number_free() -> None:
    pdf = write_pdf(sample_document(4, BANNER * 9))
    image = pixels(pdf, 2, 100)
    top = image.crop((0, 0, image.width, int(18 / 297 * image.height))).convert("L")
    dark = top.point(lambda grey: 255 if grey < 200 else 0)
    number = dark.crop((0, 0, int(image.width * 0.56), top.height)).getbbox()
    assert number is not None
    assert number[2] < image.width * 0.545


def test_the_first_page_has_no_number_and_the_others_have_theirs_on_top(pages: list[str]) -> None:
    pdf = write_pdf(sample_document())
    # the middle of the text is 30 mm + 165 mm / 2 from the left edge
    shown = [text_within(pdf, page, (107.5, 5, 117.5, 18)).strip() for page in range(len(pages))]
    assert shown == ["", *(str(page + 1) for page in range(1, len(pages)))]


def test_the_leaders_first_page_holds_index_verdicts_and_what_to_do(pages: list[str]) -> None:
    first = pages[0]
    for text in ("83,94", "Chưa đủ căn cứ", "Không đạt", "Đạt", "mỗi đơn vị khoảng 180 phiếu."):
        assert text in first
    assert "MỤC LỤC" in pages[1]


def test_a_fuller_first_page_is_set_smaller_and_stays_one_page() -> None:
    base = sample_document(4)
    verdicts = next(block for block in base.blocks if isinstance(block, Verdicts))
    fuller = replace(verdicts, rows=(*verdicts.rows, verdicts.rows[1]), notes=("Ghi chú " * 30,))
    blocks = tuple(fuller if block is verdicts else block for block in base.blocks)
    texts = page_texts(write_pdf(replace(base, blocks=blocks)))
    assert "mỗi đơn vị khoảng 180 phiếu." in texts[0]
    assert "MỤC LỤC" in texts[1]


def test_the_contents_give_the_page_where_each_part_begins(pages: list[str]) -> None:
    contents = dict(re.findall(r"^(.+?) \.[ .]+(\d+)\s*$", pages[1], re.MULTILINE))
    headings = [block.text for block in sample_document().blocks if isinstance(block, Heading)]
    assert list(contents) == headings
    for text, page in contents.items():
        assert re.search(rf"^{re.escape(text)}\s*$", pages[int(page) - 1], re.MULTILINE)


def test_a_short_document_has_no_contents_page() -> None:
    short = document(*(Heading(1, f"Phần {i}", f"phan-{i}") for i in range(5)))
    assert "MỤC LỤC" not in "".join(page_texts(write_pdf(short)))
    long = document(*(Heading(1, f"Phần {i}", f"phan-{i}") for i in range(6)))
    assert "MỤC LỤC" in "".join(page_texts(write_pdf(long)))


def test_a_long_table_repeats_its_head_on_every_page(pages: list[str]) -> None:
    annex = [page for page in pages if "Chưa đủ căn cứ" in page and "Toàn tỉnh" not in page][-2:]
    assert len(annex) == 2
    for page in annex:
        assert re.search(r"TT\s+Đơn vị\s+Hồ sơ\s+Phiếu", page)


def test_no_row_is_parted_by_a_page_break() -> None:
    rows = tuple((f"đầu{i} " + "chữ " * 40 + f"cuối{i}.", f"{i}") for i in range(60))
    texts = page_texts(write_pdf(document(Table("Bảng dài", (Column("A"), Column("B", "right")), rows))))
    assert len(texts) >= 3
    for i in range(60):
        page = next(text for text in texts if re.search(rf"đầu{i}\b", text))
        assert f"cuối{i}." in page


@pytest.mark.parametrize("lines", range(20, 44, 2))
def test_no_heading_and_no_table_caption_stands_alone_at_the_foot_of_a_page(lines: int) -> None:
    filler = Bullets(tuple(f"dòng {i}" for i in range(lines)))
    table = Table("BẢNG THỬ", (Column("ĐẦU BẢNG"),), tuple((f"hàng {i}",) for i in range(9)))
    texts = page_texts(
        write_pdf(document(filler, Heading(2, "ĐỀ MỤC THỬ", "thu"), Paragraph("LỜI ĐẦU"), table))
    )
    assert page_of("ĐỀ MỤC THỬ", texts) == page_of("LỜI ĐẦU", texts)
    assert page_of("BẢNG THỬ", texts) == page_of("ĐẦU BẢNG", texts) == page_of("hàng 0", texts)


@pytest.mark.parametrize("lines", range(22, 40, 3))
def test_a_small_table_stays_in_one_piece(lines: int) -> None:
    filler = Bullets(tuple(f"dòng {i}" for i in range(lines)))
    table = Table("BẢNG THỬ", (Column("ĐẦU BẢNG"),), tuple((f"hàng {i}.",) for i in range(12)))
    texts = page_texts(write_pdf(document(filler, table)))
    assert page_of("BẢNG THỬ", texts) == page_of("hàng 11.", texts)


def page_of(text: str, pages: list[str]) -> int:
    """The first page that says so."""
    return next(number for number, page in enumerate(pages) if text in page)


def test_a_range_of_numbers_is_not_parted_at_the_end_of_a_line() -> None:
    text = " ".join("82,87–85,01\N{NO-BREAK SPACE}%" for _ in range(60))
    lines = page_texts(write_pdf(document(Paragraph(text))))[0].splitlines()
    assert not [line for line in lines if line.rstrip().endswith("–") or line.lstrip().startswith("%")]


def test_a_report_may_begin_with_a_section_heading() -> None:
    blocks = (
        Heading(2, "Điều cần biết", "a"),
        PageBreak(),
        Heading(1, "I. Phần", "b"),
        Heading(2, "1. Mục", "c"),
    )
    base = sample_document(1)
    assert "Điều cần biết" in page_texts(write_pdf(replace(base, blocks=blocks)))[0]


def test_two_headings_may_share_an_anchor_and_an_anchor_may_be_empty() -> None:
    write_pdf(document(Heading(1, "A", "x"), Heading(1, "B", "x"), Heading(1, "C", "")))


def test_a_refusal_says_what_was_wrong() -> None:
    silent = Headline(
        "Chỉ số", Number(0.84, "84 %"), "83–85 %", "", gauge(0.84, 0.83, 0.85, title="Chỉ số"), alt=""
    )
    with pytest.raises(TypesettingFailed, match="alt text"):
        write_pdf(document(silent))


def test_what_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.pdf.LONGEST", 0.001)
    with pytest.raises(TypesettingFailed, match="took longer than"):
        write_pdf(sample_document(1))


def test_empty_parts_are_left_out_and_not_refused() -> None:
    empty: Document = document(Bullets(()), Table("Trống", (Column("A"),), ()), Paragraph(""))
    assert "Trống" in page_texts(write_pdf(empty))[0]


def test_an_english_edition_speaks_english() -> None:
    texts = page_texts(write_pdf(replace(sample_document(), language="en")))
    assert "Table 1." in "".join(texts)
    assert "CONTENTS" in texts[1]
    assert "SOCIALIST REPUBLIC OF VIET NAM" in texts[0]

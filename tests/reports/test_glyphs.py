"""What the shipped fonts cannot draw is replaced before it could refuse a report."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.document import Paragraph, clean
from reports.glyphs import _CHART_FONTS, _DOCUMENT_FONTS, _covered, drawable, drawable_in_charts, drawable_svg
from reports.pdf import write_pdf
from tests.reports.reading import document, page_texts, vietnamese_letters


def test_all_vietnamese_letters_can_be_drawn_by_every_font() -> None:
    letters = vietnamese_letters()
    assert len(set(letters)) == 134 + 52
    assert drawable(letters) == letters
    assert drawable_in_charts(letters) == letters


@pytest.mark.parametrize("odd", ["😊", "中文", "ភាសា", "\U0001f1fb\U0001f1f3", "\ue000"])
def test_characters_without_a_glyph_become_question_marks_or_spaces(odd: str) -> None:
    assert set(drawable(f"{odd}")) <= {"?", " "}
    assert "Tốt" in page_texts(write_pdf(document(Paragraph(f"Tốt {odd}"))))[0]


def test_every_character_believed_to_be_drawable_is_accepted_by_the_strictest_standards() -> None:
    believed = sorted(letter for letter in _covered(_DOCUMENT_FONTS) if drawable(letter) == letter)
    write_pdf(document(*(Paragraph(" ".join(believed[i : i + 90])) for i in range(0, len(believed), 90))))


@given(st.text(st.sampled_from("aêệe\u0302\u0323\u00ad\u200b\u202e\t\x07 ﬁ中😊\u212b–")) | st.text())
def test_what_is_not_cleaned_letter_by_letter_needed_no_cleaning(text: str) -> None:
    covered = _covered(_CHART_FONTS)
    assert drawable_in_charts(text) == "".join(c if c in covered else "?" for c in clean(text))


def test_markup_of_a_chart_survives_the_replacement() -> None:
    assert drawable_svg("<svg>\n<text>Xã 😊</text></svg>") == "<svg>\n<text>Xã ?</text></svg>"
    assert _covered(_CHART_FONTS) >= set("≥≤–−…“”")

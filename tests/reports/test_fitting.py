"""Texts are broken and sized so that they stay in their room, whatever they say."""

from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageFont

from reports.fitting import Text, fitted, one_line
from reports.glyphs import FONTS
from tests.reports.reading import squeezed

BOLD = ImageFont.truetype(FONTS / "BeVietnamPro-Bold.ttf", 1000)
names = st.text(st.sampled_from("aàẩWiI.- ưỢ1"), max_size=300).map(lambda text: " ".join(text.split()))


def wide(text: str, size: float) -> float:
    """Points across."""
    return BOLD.getlength(text) * size / 1000


@given(names, st.floats(60, 600))
def test_no_line_is_wider_than_its_room_and_no_letter_is_lost(name: str, room: float) -> None:
    (found,) = fitted([Text(name, 15, "Bold")], room, 70, leading=2)
    assert squeezed("".join(found.lines)) == squeezed(name)
    assert all(wide(line, found.size) <= room for line in found.lines)
    assert len(found.lines) * (found.size + 2) <= 70 or found.size <= 3


@given(names.filter(bool), st.floats(60, 600))
def test_one_line_is_as_large_as_its_room_allows(name: str, room: float) -> None:
    found = one_line(Text(name, 15, "Bold"), room)
    assert found.lines == (name,)
    assert wide(name, found.size) <= room
    assert found.size == 15 or wide(name, found.size) > room * 0.95


def test_lines_are_even_and_few() -> None:
    name = "Trung tâm Phục vụ hành chính công phường Trường Vinh"
    (found,) = fitted([Text(name, 15, "Bold")], 350, 68, leading=2)
    assert found.lines == ("Trung tâm Phục vụ hành chính", "công phường Trường Vinh")
    assert found.size == 15


def test_a_text_without_words_takes_no_line() -> None:
    assert fitted([Text("", 15, "Bold")], 350, 68, leading=2)[0].lines == ()
    assert one_line(Text("", 15, "Bold"), 100).lines == ()

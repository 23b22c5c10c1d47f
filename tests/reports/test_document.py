"""A document refuses what no reader could use, before any writer meets it."""

from collections.abc import Callable

import pytest

from reports.document import Column, Figure, Heading, Table, clean
from tests.reports.sample import sample_document


@pytest.mark.parametrize(
    "make",
    [
        lambda: Heading(1, " ", "muc"),
        lambda: Figure("Hình", "<svg/>", ""),
        lambda: Table("Bảng", (Column("a"), Column("b")), (("chỉ một ô",),)),
    ],
)
def test_a_blank_heading_a_figure_without_words_and_a_ragged_table_are_refused(
    make: Callable[[], object],
) -> None:
    with pytest.raises(ValueError, match=r"must not be blank|has 1 cells"):
        make()


def test_a_document_without_title_is_refused() -> None:
    good = sample_document()
    with pytest.raises(ValueError, match="title"):
        type(good)(" ", good.language, good.dated, good.letterhead, good.banner, good.footer, good.blocks)


def test_text_enters_a_document_composed_and_without_hidden_characters() -> None:
    decomposed = "Pho\u031b\u0300ng \u202ebo\u00adn\u0000"
    assert clean(decomposed) == "Phờng  bon "

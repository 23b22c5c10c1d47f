"""Units by factor and in the funnel: pictures, the words beside them, and the tables behind them."""

from datetime import date

import pytest

from reports.document import Block, Figure, Paragraph, Table
from reports.edition import Edition
from reports.formats import Language
from reports.unit_charts import annex, blocks
from survey.core.place import Instance
from survey.core.result import RoundResult
from survey.core.small_cells import protect
from survey.wording import translator
from tests.core.test_funnel import province


def edition(result: RoundResult, language: Language = "vi") -> Edition:
    owner = Instance("UBND", "Sở", "Huế", "BC", simulated=False)
    return Edition(protect(result, 5), owner, date(2026, 11, 22), language, translator(language))


@pytest.fixture(scope="module")
def found() -> Edition:
    return edition(province(3, worse=0.35))


def figures(made: list[Block]) -> list[Figure]:
    return [block for block in made if isinstance(block, Figure)]


def test_the_lowest_units_are_drawn_and_the_others_counted(found: Edition) -> None:
    heat, _funnel = figures(blocks(found))
    assert "20 trong 40 đơn vị" in heat.caption
    assert "Xã 39" in heat.svg
    assert heat.svg.count("Xã ") == 20
    assert "Chung tất cả đơn vị" in heat.svg
    assert "Phụ lục" in heat.alt


def test_a_unit_far_below_is_named_in_words_and_picture(found: Edition) -> None:
    _heat, funnel = figures(blocks(found))
    assert "1. Xã 39" in funnel.alt
    assert "Xã 39" in funnel.svg
    text = " ".join(block.text for block in blocks(found) if isinstance(block, Paragraph))
    assert "1 đơn vị dưới" in text


def test_the_annex_has_every_unit_with_its_factors_and_its_limits(found: Edition) -> None:
    by_factor, limits = annex(found)
    assert isinstance(by_factor, Table)
    assert isinstance(limits, Table)
    assert len(by_factor.rows) == len(limits.rows) == 40
    assert limits.rows[-1][0] == "Xã 39"
    assert limits.rows[-1][-1] == "dưới giới hạn 99,8%"


def test_a_round_of_one_unit_has_neither_picture_nor_table() -> None:
    made = edition(province(1, units=1))
    assert blocks(made) == []
    assert annex(made) == []


@pytest.mark.parametrize(("spread", "said"), [(0.0, False), (0.08, True)])
def test_the_report_says_which_limits_it_draws(spread: float, *, said: bool) -> None:
    shown = edition(province(3, spread=spread))
    text = " ".join(block.text for block in blocks(shown) if isinstance(block, Paragraph))
    *_others, limits = annex(shown)
    assert isinstance(limits, Table)
    for words in ("cộng cả chênh lệch thường thấy" in text, "hiệu chỉnh cộng" in limits.note):
        assert words is said
    assert ("không cộng thêm gì" in text) is not said
    funnel = figures(blocks(shown))[-1]
    assert text.split("Đơn vị ít phiếu")[1] in funnel.alt

"""Charts are plain, well-formed, readable pictures of their numbers."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from PIL import ImageFont

from reports.charts import (
    GROUNDS,
    MAX_HEIGHT,
    PALETTE,
    PAPER,
    PHONE,
    WIDTH,
    Change,
    FunnelCurve,
    FunnelPoint,
    FunnelWords,
    HeatRow,
    LikertRow,
    Measured,
    Point,
    Sheet,
    TrendMark,
    change_dots,
    funnel_plot,
    gauge,
    heat_map,
    likert_bars,
    priority_map,
    split_units,
    target_bars,
    trend_line,
    unit_dots,
    unit_figures,
)
from reports.charts.bars import _SCALES
from reports.charts.measure import width, wrap
from reports.charts.scale import span_of
from reports.glyphs import FONTS
from tests.reports.sample import sample_document
from tests.reports.sample_numbers import (
    LEVELS,
    OUTCOMES,
    TARGET,
    TARGET_LABEL,
    changes,
    factors,
    items,
    units,
)

NAMESPACE = "{http://www.w3.org/2000/svg}"
ELEMENTS = {"svg", "title", "text", "line", "rect", "path", "circle", "polygon"}
FORBIDDEN = {"style", "class", "id", "href", "onclick", "onload"}
NASTY = """<b>Xã "A" & 'B'</b>"""


SHEETS = pytest.mark.parametrize("sheet", [PAPER, PHONE], ids=["paper", "phone"])


def every_chart(name: str = "", sheet: Sheet = PAPER) -> dict[str, str]:
    """One chart of each kind; ``name`` replaces the labels."""

    def named(row: Measured) -> Measured:
        return Measured(name or row.label, row.value, row.low, row.high, row.text, row.tone)

    rows = [named(unit.index) for unit in units(20)]
    moved = [Change(name or row.label, row.previous, row.now, row.text, row.tone) for row in changes()]
    asked = [LikertRow(name or row.label, row.shares, row.text) for row in items()]
    return {
        "gauge": gauge(
            0.8394, 0.8287, 0.8501, TARGET, name or TARGET_LABEL, title=name or "Thang đo", sheet=sheet
        ),
        "priorities": priority_map(
            [Point(str(k), k / 12, k / 900, name or f"Yếu tố {k}") for k in range(1, 6)],
            title=name or "Nên xem trước",
            across=name or "Tầm quan trọng",
            up=name or "Dư địa (điểm %)",
            sheet=sheet,
        ),
        "heat": heat_map(
            [
                HeatRow(name or "Chung", (0.8, 0.9, 0.7, None, 1.0), is_total=True),
                *(HeatRow(row.label, (row.value, 0.9, None, 0.612, 0.0)) for row in rows),
            ],
            [name or f"Yếu tố {k}" for k in range(5)],
            title=name or "Đơn vị và yếu tố",
            sheet=sheet,
        ).svg,
        "funnel": funnel(name, sheet=sheet),
        "target": target_bars(
            [named(row) for row in factors()], TARGET, name or TARGET_LABEL, title="Yếu tố", sheet=sheet
        ),
        "likert": likert_bars(asked, LEVELS, title="Tiêu chí", column="Mức 4 và 5", sheet=sheet),
        "units": unit_dots(rows, TARGET, TARGET_LABEL, title="Đơn vị", legend=OUTCOMES, sheet=sheet),
        "change": change_dots(
            moved, ("Quý III", "Quý IV"), title="Thay đổi", column="Thay đổi", tones=OUTCOMES, sheet=sheet
        ),
        "trend": over_time(name, sheet=sheet),
    }


def over_time(
    name: str = "", joins: Sequence[bool] = (False, True, True, False, True), sheet: Sheet = PAPER
) -> str:
    """A year of quarters and the one before; nobody answered in the second."""
    marks = [
        TrendMark(
            Measured(
                name or f"Đợt khảo sát quý {k} năm 2026", 0.8 + k / 50, 0.78 + k / 50, 0.83 + k / 50, f"{k} %"
            ),
            k != 1,
            joined,
        )
        for k, joined in enumerate(joins)
    ]
    broken = name or "đường bị ngắt: phiếu hỏi đã thay đổi, không so sánh được"
    return trend_line(
        marks, TARGET, name or TARGET_LABEL, title=name or "Qua các đợt", broken=broken, sheet=sheet
    )


def funnel(name: str = "", most: float = 1700.0, sheet: Sheet = PAPER) -> str:
    """A funnel with units of every kind."""
    tones = [*OUTCOMES]
    points = [
        FunnelPoint(most * (k + 1) / 20, 0.6 + 0.02 * k, tones[k % 3], (name or f"Xã {k}") if k < 8 else "")
        for k in range(20)
    ]
    limits = [(most * k / 40, 0.84 - 0.5 / k, 0.84 + 0.5 / k) for k in range(1, 41)]
    curves = (
        FunnelCurve(tuple(limits), name or "giới hạn 95%"),
        FunnelCurve(tuple(limits), name or "giới hạn 99,8%"),
    )
    words = FunnelWords(name or "Phễu", name or "Số phiếu", name or "Chỉ số", name or "Mức chung")
    return funnel_plot(points, curves, 0.84, words, sheet=sheet)


@SHEETS
@pytest.mark.parametrize("kind", every_chart())
def test_a_chart_is_well_formed_and_uses_plain_elements_with_presentation_attributes_only(
    kind: str, sheet: Sheet
) -> None:
    root = ET.fromstring(every_chart(sheet=sheet)[kind])  # noqa: S314 - our own text
    assert root.get("viewBox", "").startswith(f"0 0 {sheet.wide:.0f} ")
    assert root[0].tag == f"{NAMESPACE}title"
    for element in root.iter():
        assert element.tag.removeprefix(NAMESPACE) in ELEMENTS
        assert not FORBIDDEN & set(element.attrib)
        assert not any(name.startswith("on") for name in element.attrib)


def test_names_are_escaped_and_come_back_as_they_were_given() -> None:
    for svg in every_chart(NASTY).values():
        texts = {element.text for element in ET.fromstring(svg).iter() if element.text}  # noqa: S314
        assert NASTY in texts or any(NASTY.startswith(text) for text in texts if text.startswith("<b>"))
        assert "<b>" not in svg


def test_control_characters_in_a_name_do_not_break_the_xml() -> None:
    ET.fromstring(every_chart("Xã\x00\x1b A\ud800")["units"])  # noqa: S314


@pytest.mark.parametrize("kind", every_chart())
def test_no_text_is_smaller_than_eight_and_a_half_points_when_printed_sixteen_centimetres_wide(
    kind: str,
) -> None:
    root = ET.fromstring(every_chart()[kind])  # noqa: S314
    assert root.get("font-family") == "Be Vietnam Pro"
    sizes = [float(element.get("font-size", root.get("font-size", "0"))) for element in root.iter()]
    points_per_unit = 160 / WIDTH * 72 / 25.4
    assert min(sizes) * points_per_unit >= 8.5


LONG = "Trung tâm Phục vụ hành chính công và Hỗ trợ doanh nghiệp phường Trường Vinh, khu kinh tế Đông Nam tỉnh Nghệ An"


@SHEETS
@pytest.mark.parametrize("name", ["", LONG, "Quỳnhlưunghiệpđoàn" * 9])
def test_every_text_stays_inside_its_figure(name: str, sheet: Sheet) -> None:
    for kind, svg in every_chart(name, sheet).items():
        root = ET.fromstring(svg)  # noqa: S314
        height = float(root.get("viewBox", "").split()[3])
        for left, right, bottom in text_boxes(root):
            assert left >= -0.5, (kind, left)
            assert right <= sheet.wide + 0.5, (kind, right)
            assert 8 <= bottom <= height, (kind, bottom)


def words_of(svg: str) -> list[str]:
    """All that a figure says, its lines put together again, in no order."""
    texts = [element.text or "" for element in ET.fromstring(svg).iter(f"{NAMESPACE}text")]  # noqa: S314
    return sorted(" ".join(texts).split())


@pytest.mark.parametrize("kind", ["target", "likert", "units", "change", "priorities"])
def test_a_phone_shows_every_figure_and_name_that_paper_shows(kind: str) -> None:
    def printed(sheet: Sheet) -> set[str]:
        return {word for word in words_of(every_chart(sheet=sheet)[kind]) if word not in {"%", "…"}}

    scales = {f"{share}" for share in range(0, 101, 5)}
    assert printed(PAPER) - scales == printed(PHONE) - scales


@SHEETS
def test_no_two_texts_of_a_figure_lie_on_one_another(sheet: Sheet) -> None:
    for name in ("", LONG):
        for kind, svg in every_chart(name, sheet).items():
            boxes = list(text_boxes(ET.fromstring(svg)))  # noqa: S314
            for at, (left, right, base) in enumerate(boxes):
                for other_left, other_right, other in boxes[:at]:
                    apart = abs(base - other) >= 9 or right <= other_left + 1 or other_right <= left + 1
                    assert apart, (kind, name, left, base)


def text_boxes(root: ET.Element) -> Iterator[tuple[float, float, float]]:
    """Left end, right end and baseline of every text, in units, by the font file's own widths."""
    for element in root.iter(f"{NAMESPACE}text"):
        face = "SemiBold" if element.get("font-weight") == "600" else "Regular"
        font = ImageFont.truetype(str(FONTS / f"BeVietnamPro-{face}.ttf"), 1000)
        wide = font.getlength(element.text or "") * 12 / 1000
        x = float(element.get("x", "0"))
        left = {"start": x, "middle": x - wide / 2, "end": x - wide}[element.get("text-anchor", "start")]
        yield left, left + wide, float(element.get("y", "0"))


def test_the_widths_known_to_the_charts_are_those_of_the_font_file() -> None:
    names = [
        LONG,
        *LEVELS,
        *(unit.name for unit in units(117)),
        *(row.label for row in items()),
        "Ằ ỗ Ự ỹ 0123456789",
    ]
    for weight, face in ((400, "Regular"), (600, "SemiBold")):
        font = ImageFont.truetype(str(FONTS / f"BeVietnamPro-{face}.ttf"), 1000)
        for name in names:
            assert 1.0 <= width(name, 1000, weight) / font.getlength(name) <= 1.1, (name, face)


def test_a_long_name_wraps_and_a_longer_one_ends_in_an_ellipsis() -> None:
    assert " ".join(wrap(LONG, 12, 228, 9)) == LONG
    lines = wrap(LONG, 12, 228, 2)
    assert len(lines) == 2
    assert lines[-1].endswith("…")
    assert all(width(line, 12) <= 228 for line in wrap("a" * 99, 12, 228))


def test_verdicts_differ_in_shape_and_dash_and_not_only_in_colour() -> None:
    def drawn(tone: str) -> list[str]:
        row = Measured("Xã A", 0.8, 0.75, 0.85, "80 %", tone)  # type: ignore[arg-type]
        svg = unit_dots([row], None, "", title="t", legend={})
        return re.findall(r"stroke-dasharray|<circle|<polygon", re.sub(r"#[0-9a-f]{6}", "", svg))

    shapes = [drawn(tone) for tone in OUTCOMES]
    assert len({tuple(shape) for shape in shapes}) == len(OUTCOMES)


def test_units_are_sorted_and_split_into_figures_that_fit_a_page_on_one_scale() -> None:
    sampled = [unit.index for unit in units(120)]
    parts = split_units(sampled)
    assert [row for part in parts for row in part] == sorted(sampled, key=lambda row: -row.value)
    assert max(len(part) for part in parts) - min(len(part) for part in parts) <= 4
    figures = unit_figures(sampled, TARGET, TARGET_LABEL, title="Đơn vị", legend=OUTCOMES)
    assert [figure.first for figure in figures[1:]] == [figure.last + 1 for figure in figures[:-1]]
    assert figures[-1].last == 120
    scales = {tuple(re.findall(r">(\d+\s%)<", figure.svg)) for figure in figures}
    assert len(scales) == 1
    for figure in figures:
        assert float(re.findall(r'viewBox="0 0 640 ([\d.]+)"', figure.svg)[0]) <= MAX_HEIGHT


def test_very_long_names_still_fit_the_page() -> None:
    sampled = [Measured(LONG, 0.8, 0.7, 0.9, "80 %") for _ in range(120)]
    for figure in unit_figures(sampled, None, "", title="t", legend={}):
        assert float(re.findall(r'viewBox="0 0 640 ([\d.]+)"', figure.svg)[0]) <= MAX_HEIGHT


@pytest.mark.parametrize(
    ("values", "ends"),
    [
        ((0.83, 0.85, 0.86), (0.75, 0.95)),
        ((0.99, 1.0), (0.8, 1.0)),
        ((0.0, 0.02), (0.0, 0.2)),
        ((0.0, 1.0), (0.0, 1.0)),
    ],
)
def test_a_scale_ends_on_round_numbers_that_hold_its_values(
    values: tuple[float, ...], ends: tuple[float, float]
) -> None:
    assert span_of(values) == pytest.approx(ends)


def test_empty_charts_and_rows_without_answers_are_drawn_and_not_refused() -> None:
    empty = LikertRow("Chưa có phiếu", (0.0, 0.0, 0.0, 0.0, 0.0), "–")
    charts = [
        likert_bars([empty], LEVELS, title="t", column=""),
        likert_bars([], LEVELS, title="t", column=""),
        target_bars([], title="t"),
        change_dots([], ("a", "b"), title="t"),
        unit_dots([], None, "", title="t", legend={}),
    ]
    for svg in charts:
        ET.fromstring(svg)  # noqa: S314
    assert unit_figures([], None, "", title="t", legend={}) == ()


@pytest.mark.parametrize("levels", [2, 3, 4, 5])
def test_a_scale_of_two_to_five_levels_is_centred_on_its_middle(levels: int) -> None:
    row = LikertRow("Tiêu chí", tuple(1 / levels for _ in range(levels)), "")
    svg = likert_bars([row], LEVELS[:levels], title="t", column="")
    bars = [
        (float(x), float(wide))
        for x, wide, high in re.findall(
            r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="(18)" fill="#', svg
        )
    ]
    axis = float(re.findall(r'<line x1="([\d.]+)"', svg)[0])
    left, right = bars[0][0], bars[-1][0] + bars[-1][1]
    assert axis == pytest.approx((left + right) / 2, abs=0.5)


def luminance(colour: str) -> float:
    """Relative luminance by WCAG."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio by WCAG."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", ["ink", "muted", "primary", "met", "not_met", "not_enough"])
def test_every_text_colour_is_readable_on_white_and_on_its_soft_ground(name: str) -> None:
    grounds = [PALETTE["paper"], PALETTE["primary_faint"], PALETTE.get(f"{name}_soft", "#ffffff")]
    grounds = grounds[:2] if name == "primary" else grounds
    assert min(contrast(PALETTE[name], ground) for ground in grounds) >= 4.5


def test_levels_side_by_side_differ_in_lightness_and_their_numbers_are_readable() -> None:
    levels = _SCALES[5]
    for one, other in pairwise(levels):
        assert contrast(one.fill, other.fill) >= 1.5
    for level in levels:
        assert contrast(level.fill, level.ink) >= 4.5
    assert [bool(level.hatch) for level in levels] == [True, True, False, False, False]


def test_the_sample_report_draws_all_its_charts_in_a_few_kilobytes() -> None:
    for block in sample_document().blocks:
        svg = getattr(block, "svg", getattr(block, "gauge_svg", ""))
        assert len(svg) < 20_000


def test_every_figure_of_a_heat_map_is_printed_in_its_cell_and_readable_on_its_ground() -> None:
    rows = [HeatRow(f"Xã {k}", (k / 20, 1 - k / 20)) for k in range(20)]
    root = ET.fromstring(heat_map(rows, ("Một", "Hai"), title="t").svg)  # noqa: S314
    ground, read = "", []
    for element in root.iter():
        ground = element.get("fill", "") if element.tag == f"{NAMESPACE}rect" else ground
        if re.fullmatch(r"\d+,\d", element.text or ""):
            assert contrast(element.get("fill", ""), ground) >= 4.5
            read.append(element.text)
    assert len(read) == 40
    assert read[2:4] == ["5,0", "95,0"]


def test_the_grounds_of_a_heat_map_only_get_lighter_so_that_they_read_in_black_and_white() -> None:
    light = [luminance(ground) for ground in GROUNDS]
    assert all(later > earlier * 1.15 for earlier, later in pairwise(light))


@pytest.mark.parametrize("values", [(0.5,), (0.8, 0.8001), (0.0, 1.0), (0.999, 1.0), (0.0, 0.0)])
def test_a_heat_map_has_a_ground_for_every_value(values: tuple[float, ...]) -> None:
    svg = heat_map([HeatRow("Xã", values)], [str(k) for k in range(len(values))], title="t").svg
    assert svg.count("%") == 5


def test_a_heat_map_never_grows_beyond_a_page_and_says_how_many_units_it_holds() -> None:
    drawn = heat_map([HeatRow(LONG, (0.8, 0.9))] * 120, (LONG, LONG), title="t")
    assert 5 < drawn.rows < 40
    assert float(re.findall(r'viewBox="0 0 640 ([\d.]+)"', drawn.svg)[0]) <= 640
    assert drawn.svg.count("80,0") == drawn.rows


@pytest.mark.parametrize("most", [3.0, 20.0, 400.0, 90_000.0])
def test_the_ticks_of_a_funnel_never_touch(most: float) -> None:
    root = ET.fromstring(funnel(most=most))  # noqa: S314
    boxes = sorted((left, right) for left, right, bottom in text_boxes(root) if 380 < bottom < 384)
    assert len(boxes) >= 2
    assert all(earlier[1] < later[0] for earlier, later in pairwise(boxes))


def lines_between_rounds(joins: Sequence[bool]) -> int:
    """How many slanting or level lines lead from a round to the next."""
    root = ET.fromstring(over_time(joins=joins))  # noqa: S314
    drawn = [element.attrib for element in root.iter(f"{NAMESPACE}line")]
    return sum(
        line["stroke"] == PALETTE["primary"] and float(line["x2"]) - float(line["x1"]) > 20 for line in drawn
    )


def test_the_line_over_rounds_is_broken_where_the_questionnaire_changed_and_says_so() -> None:
    """The round after the first has no answers, so that no line leads to it or from it."""
    whole, broken = (False, True, True, True, True), (False, True, True, False, True)
    assert lines_between_rounds(whole) == 2
    assert lines_between_rounds(broken) == 1
    assert "đường bị ngắt" in over_time(joins=broken)
    assert "đường bị ngắt" not in over_time(joins=whole)

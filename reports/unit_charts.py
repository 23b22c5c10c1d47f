"""Two pictures of all units: by factor, and against what chance alone would do; with the tables behind them."""

from collections import Counter
from math import sqrt

import numpy as np

from reports.charts import (
    PAPER,
    PHONE,
    FunnelCurve,
    FunnelPoint,
    FunnelWords,
    HeatRow,
    Sheet,
    funnel_plot,
    heat_map,
)
from reports.document import Block, Cell, Column, Figure, Heading, Paragraph, Range, Table, Tone, clean
from reports.edition import Edition
from survey.core.funnel import INNER, OUTER, Funnel, FunnelUnit, Place, funnel_of
from survey.core.measure import Measure
from survey.core.result import UnitResult

MOST_ROWS = 20
"""Units in the heat map; all are in the annex."""

MOST_NAMES = 8
"""Units named beside the funnel; all are in the annex."""

CURVE_POINTS = 120

TONES: dict[Place, Tone] = {
    Place.FAR_BELOW: "not_met",
    Place.BELOW: "not_enough",
    Place.INSIDE: "neutral",
    Place.ABOVE: "not_enough",
    Place.FAR_ABOVE: "met",
}


def blocks(edition: Edition) -> list[Block]:
    """The heat map of the units with the lowest index, and the funnel of all."""
    return [*_heat(edition), *_funnel(edition)]


def annex(edition: Edition) -> list[Block]:
    """The figures behind both pictures, unit by unit."""
    _ = edition.translate
    found: list[Block] = []
    if _lowest_first(edition):
        found.append(_factor_table(edition))
    funnel = funnel_of(edition.result)
    if funnel is not None:
        found.append(_limits_table(edition, funnel))
    return found


def _lowest_first(edition: Edition) -> list[UnitResult]:
    return sorted(_with_factors(edition), key=lambda unit: unit.measure.value)


def _with_factors(edition: Edition) -> list[UnitResult]:
    """Units with a value and its factors, in the tree's order; none where there is only one factor, or one unit."""
    if len(edition.result.factors) < 2:  # noqa: PLR2004 - one factor is the index itself
        return []
    known = [
        unit for unit in edition.result.units if unit.measure.is_known and any(map(_is_shown, unit.factors))
    ]
    return known if len(known) > 1 else []


def _is_shown(factor: Measure) -> bool:
    return factor.value == factor.value


def _names(edition: Edition) -> list[str]:
    return [clean(factor.section.title.in_language(edition.language)) for factor in edition.result.factors]


def _heat(edition: Edition) -> list[Block]:
    _ = edition.translate
    units = _lowest_first(edition)
    if not units:
        return []
    total = HeatRow(
        _("Chung tất cả đơn vị"),
        _values([factor.measure for factor in edition.result.factors]),
        is_total=True,
    )
    rows = [HeatRow(clean(unit.unit.name), _values(unit.factors)) for unit in units[:MOST_ROWS]]
    title = _("Tỷ lệ hài lòng theo đơn vị và yếu tố")
    drawn = heat_map([total, *rows], _names(edition), title=title, language=edition.language)
    shown = drawn.rows - 1
    narrow = heat_map(
        [total, *rows[:shown]], _names(edition), title=title, language=edition.language, sheet=PHONE
    )
    caption = _("Tỷ lệ hài lòng theo yếu tố của %(shown)s trong %(all)s đơn vị, chỉ số thấp nhất trước")
    text = _(
        "Ô càng đậm thì tỷ lệ càng thấp; dấu “–” là yếu tố không có đủ câu trả lời hoặc được ẩn. Xếp theo chỉ số để dễ tìm, "
        "không phải xếp hạng; số liệu của mọi đơn vị ở Phụ lục."
    )
    alt = _("Số liệu của từng đơn vị ở bảng trong Phụ lục.")
    counts = {"shown": edition.count(shown), "all": edition.count(len(units))}
    return [
        Heading(2, _("Đơn vị nào yếu ở yếu tố nào"), "units-factors"),
        Paragraph(text),
        Figure(caption % counts, drawn.svg, clean(f"{_lows(edition, units[:shown])} {alt}"), narrow.svg),
    ]


def _lows(edition: Edition, units: list[UnitResult]) -> str:
    """The lowest factor of every unit drawn, in words."""
    names = _names(edition)
    lows = []
    for unit in units:
        at = min(range(len(names)), key=lambda place: _or_one(unit.factors[place].value))
        lows.append(f"{unit.unit.name}: {names[at]} {edition.percent(unit.factors[at].value, 1)}")
    return "; ".join(lows) + "."


def _or_one(value: float) -> float:
    return value if value == value else 1.0  # noqa: PLR0124  nan


def _values(factors: list[Measure] | tuple[Measure, ...]) -> tuple[float | None, ...]:
    return tuple(factor.value if _is_shown(factor) else None for factor in factors)


def _factor_table(edition: Edition) -> Table:
    _ = edition.translate
    return Table(
        _("Tỷ lệ hài lòng theo đơn vị và yếu tố"),
        (Column(_("Đơn vị"), width=2.4), *(Column(name, "right") for name in _names(edition))),
        tuple(
            (
                clean(unit.unit.name),
                *(edition.number(f.value) if _is_shown(f) else "–" for f in unit.factors),
            )
            for unit in _with_factors(edition)
        ),
        note=_(
            "Dấu “–”: không có phiếu, quá ít phiếu để ước lượng, hoặc được ẩn để không suy ra được câu trả lời của ai."
        ),
    )


def _funnel(edition: Edition) -> list[Block]:
    _ = edition.translate
    funnel = funnel_of(edition.result)
    if funnel is None:
        return []
    text = _chance_alone(edition, funnel) if not funnel.between else _beyond_chance(edition, funnel)
    counts = Counter(unit.place for unit in funnel.units)
    drawn = _(
        "Chỉ nên gọi là khác mức chung những đơn vị ngoài đường liền: %(below)s đơn vị dưới, %(above)s đơn vị trên; "
        "%(between)s đơn vị giữa hai cặp đường cần theo dõi thêm."
    )
    words = {
        "below": counts[Place.FAR_BELOW],
        "above": counts[Place.FAR_ABOVE],
        "between": counts[Place.BELOW] + counts[Place.ABOVE],
    }
    text = f"{text} {drawn % words}"
    caption = _("Chỉ số của đơn vị theo số phiếu và giới hạn kiểm soát quanh mức chung")
    alt = _("%(inside)s đơn vị trong giới hạn. Vị trí của từng đơn vị ở bảng trong Phụ lục.") % {
        "inside": counts[Place.INSIDE]
    }
    named = "; ".join(
        f"{number}. {unit.unit.unit.name}" for number, unit in enumerate(_named(funnel), start=1)
    )
    return [
        Heading(2, _("Khác mức chung hay chỉ do ngẫu nhiên"), "units-funnel"),
        Paragraph(text),
        Figure(
            caption,
            _drawn(edition, funnel, caption, PAPER),
            clean(f"{text} {alt} {named}"),
            _drawn(edition, funnel, caption, PHONE),
        ),
    ]


def _chance_alone(edition: Edition, funnel: Funnel) -> str:
    _ = edition.translate
    text = _(
        "Đơn vị ít phiếu dao động nhiều hơn chỉ vì ngẫu nhiên. Nếu mọi đơn vị đều thật sự bằng mức chung %(centre)s, thì "
        "%(inner)s số đơn vị nằm trong hai đường đứt và %(outer)s trong hai đường liền. Các đơn vị không chênh nhau quá mức "
        "ngẫu nhiên, nên giới hạn không cộng thêm gì."
    )
    return text % _limit_words(edition, funnel)


def _beyond_chance(edition: Edition, funnel: Funnel) -> str:
    _ = edition.translate
    text = _(
        "Đơn vị ít phiếu dao động nhiều hơn chỉ vì ngẫu nhiên, và các đơn vị còn chênh nhau quá mức ngẫu nhiên. Giới hạn đã "
        "cộng cả chênh lệch thường thấy ấy, độ lệch chuẩn %(spread)s: nếu các đơn vị chỉ chênh nhau như thường thấy quanh "
        "mức chung %(centre)s, thì khoảng %(inner)s số đơn vị nằm trong hai đường đứt và %(outer)s trong hai đường liền."
    )
    spread = edition.points(sqrt(funnel.between)).lstrip("+")
    return text % {**_limit_words(edition, funnel), "spread": spread}


def _limit_words(edition: Edition, funnel: Funnel) -> dict[str, str]:
    return {
        "centre": edition.percent(funnel.centre),
        "inner": edition.percent(INNER, 0),
        "outer": edition.percent(OUTER, 1),
    }


def _named(funnel: Funnel) -> list[FunnelUnit]:
    """The units farthest below the outer limits, in units of the way from the centre to its limit."""
    below = [unit for unit in funnel.units if unit.place is Place.FAR_BELOW]

    def reach(unit: FunnelUnit) -> float:
        return (unit.unit.measure.value - funnel.centre) / (funnel.centre - unit.limits.outer_low)

    return sorted(below, key=reach)[:MOST_NAMES]


def _drawn(edition: Edition, funnel: Funnel, title: str, sheet: Sheet) -> str:
    _ = edition.translate
    most = max(unit.limits.responses for unit in funnel.units) * 1.04
    limits = funnel.limits(np.geomspace(min(5.0, most / 2), most, CURVE_POINTS))
    named = [unit.unit.unit.code for unit in _named(funnel)]
    order = {code: place for place, code in enumerate(named)}
    units = sorted(funnel.units, key=lambda unit: order.get(unit.unit.unit.code, len(order)))
    return funnel_plot(
        [
            FunnelPoint(
                unit.limits.responses,
                unit.unit.measure.value,
                TONES[unit.place],
                clean(unit.unit.unit.name) if unit.unit.unit.code in order else "",
            )
            for unit in units
        ],
        (
            FunnelCurve(
                tuple((one.responses, one.inner_low, one.inner_high) for one in limits), _("giới hạn 95%")
            ),
            FunnelCurve(
                tuple((one.responses, one.outer_low, one.outer_high) for one in limits),
                _("giới hạn 99,8%"),
            ),
        ),
        funnel.centre,
        FunnelWords(
            title=title,
            across=_("Số phiếu (thang căn bậc hai)"),
            up=_("Chỉ số"),
            centre=_("Mức chung: %(value)s") % {"value": edition.percent(funnel.centre, 1)},
        ),
        language=edition.language,
        sheet=sheet,
    )


def _limits_table(edition: Edition, funnel: Funnel) -> Table:
    _ = edition.translate
    words = {
        Place.FAR_BELOW: _("dưới giới hạn 99,8%"),
        Place.BELOW: _("dưới giới hạn 95%"),
        Place.INSIDE: _("trong giới hạn"),
        Place.ABOVE: _("trên giới hạn 95%"),
        Place.FAR_ABOVE: _("trên giới hạn 99,8%"),
    }
    return Table(
        _("Đơn vị so với giới hạn kiểm soát quanh mức chung"),
        (
            Column(_("Đơn vị"), width=2.4),
            Column(_("Phiếu"), "right", 0.8),
            Column(_("Chỉ số"), "right"),
            Column(_("Giới hạn 95%"), "right", 1.5),
            Column(_("Giới hạn 99,8%"), "right", 1.5),
            Column(_("Vị trí"), width=1.4),
        ),
        tuple(
            (
                clean(unit.unit.unit.name),
                edition.whole(unit.unit.measure.responses),
                edition.number(unit.unit.measure.value),
                _span(edition, unit.limits.inner_low, unit.limits.inner_high),
                _span(edition, unit.limits.outer_low, unit.limits.outer_high),
                words[unit.place],
            )
            for unit in funnel.units
        ),
        note=_limits_note(edition, funnel),
    )


def _limits_note(edition: Edition, funnel: Funnel) -> str:
    _ = edition.translate
    note = _(
        "Giới hạn nhị thức chính xác quanh chỉ số chung với cỡ mẫu hiệu dụng, một phiếu bằng %(worth)s câu trả lời độc "
        "lập (Spiegelhalter 2005). Đơn vị trong giới hạn không có nghĩa là đạt chỉ tiêu."
    )
    words = {"worth": edition.decimal(funnel.worth)}
    if funnel.between:
        note = _(
            "Giới hạn nhị thức quanh chỉ số chung với cỡ mẫu hiệu dụng, một phiếu bằng %(worth)s câu trả lời độc lập, cộng "
            "phương sai giữa các đơn vị, độ lệch chuẩn %(spread)s (Spiegelhalter 2005, hiệu chỉnh cộng). Đơn vị trong giới "
            "hạn không có nghĩa là đạt chỉ tiêu."
        )
        words["spread"] = edition.points(sqrt(funnel.between)).lstrip("+")
    return note % words


def _span(edition: Edition, low: float, high: float) -> Cell:
    return Range(low, high, edition.span(low, high))

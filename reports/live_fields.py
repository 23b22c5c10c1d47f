"""Live fields: figures that officers' sentences name in braces and that are filled in when a document is made.

The list is closed. Each field has a Vietnamese and an English name, which mean the same in every text, whatever language
it is written in. A name is compared without regard to capitals, composition of letters and surplus spaces.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from reports import formats
from reports.attention import first, first_items
from reports.edition import Edition
from reports.fieldwork import last_day
from survey.core.measure import Measure
from survey.core.result import UnitResult
from survey.core.target import Outcome

NOISE = 1e-12
"""Two proportions that differ by less are the same one computed twice."""

_IN_BRACES = re.compile(r"\{([^{}\n]*)\}")


class FieldUnknown(ValueError):
    """A text names fields that do not exist, or has a brace without its other half.

    Attributes:
        names: the unknown fields, or "{" and "}" for lone braces.
    """

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(", ".join(names))
        self.names = tuple(names)


@dataclass(frozen=True)
class LiveField:
    """A field as it stands now: how it is written, what it means, its value."""

    name: str
    meaning: str
    value: str


def present(edition: Edition) -> tuple[LiveField, ...]:
    """Every field with its present value, in the order in which they are offered."""
    meanings = _meanings(edition)
    names = ENGLISH if edition.language == "en" else {name: name for name in FIELDS}
    return tuple(LiveField(names[name], meanings[name], value(edition)) for name, value in FIELDS.items())


def unknown(text: str) -> tuple[str, ...]:
    """The names in braces that are no fields, each once, and lone braces."""
    named = [" ".join(name.split()) for name in _IN_BRACES.findall(text)]
    rest = _IN_BRACES.sub("", text)
    strange = [name or "{}" for name in named if _key(name) not in _BY_KEY]
    return tuple(dict.fromkeys((*strange, *(brace for brace in "{}" if brace in rest))))


def filled(text: str, edition: Edition) -> str:
    """A text with every field replaced by its value.

    Raises:
        FieldUnknown: if it names a field that does not exist or has a lone brace.
    """
    if strange := unknown(text):
        raise FieldUnknown(strange)
    return _IN_BRACES.sub(lambda found: FIELDS[_BY_KEY[_key(found[1])]](edition), text)


def _key(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _index(edition: Edition) -> str:
    return _known(
        edition, edition.result.index, edition.against(edition.result.index, edition.result.main_target)
    )


def _interval(edition: Edition) -> str:
    return _known(edition, edition.result.index, edition.interval(edition.result.index))


def _known(edition: Edition, measure: Measure, text: str) -> str:
    _ = edition.translate
    return text if measure.is_known else _("chưa đủ phiếu để ước lượng")


def _verdict(edition: Edition) -> str:
    _ = edition.translate
    target = edition.result.main_target
    if target is None:
        return _("không so với chỉ tiêu nào")
    return edition.outcome(next((t.verdict for t in edition.result.targets if t.target == target), None))


def _reason(edition: Edition) -> str:
    """Why the verdict is what it is, as the clause of a sentence."""
    _ = edition.translate
    target = edition.result.main_target
    verdict = next((t.verdict for t in edition.result.targets if t.target == target), None)
    if target is None:
        return _("không so với chỉ tiêu nào")
    if verdict is None or verdict.low is None:
        return _("chưa đủ phiếu để ước lượng")
    words = {
        Outcome.MET: _("cả khoảng tin cậy đều đạt chỉ tiêu"),
        Outcome.NOT_MET: _("cả khoảng tin cậy đều không đạt chỉ tiêu"),
        Outcome.NOT_ENOUGH: _("khoảng tin cậy có phần đạt, có phần không đạt chỉ tiêu"),
    }
    return words[verdict.outcome]


def _period(edition: Edition) -> str:
    _ = edition.translate
    round_ = edition.result.round
    names = {"start": formats.day(round_.starts_on), "end": formats.day(last_day(edition))}
    return _("từ %(start)s đến %(end)s") % names


def _units_with(outcome: Outcome) -> Callable[[Edition], str]:
    """How many units have a verdict; those that cannot be estimated have not enough evidence."""

    def counted(edition: Edition) -> str:
        _ = edition.translate
        if edition.result.main_target is None:
            return _("không so với chỉ tiêu nào")
        found = (
            unit.verdict.outcome if unit.verdict else Outcome.NOT_ENOUGH for unit in edition.result.units
        )
        return edition.count(sum(one is outcome for one in found))

    return counted


def _factors_first(edition: Edition) -> str:
    """The factors of the first page, in its order."""
    _ = edition.translate
    names = [f"“{one.section.title.in_language(edition.language)}”" for one in first(edition)]
    return "; ".join(names) or _("chưa xếp được thứ tự")


def _items_first(edition: Edition) -> str:
    """The lowest item of each of those factors; the lowest of all where there is no honest order."""
    _ = edition.translate
    names = [
        f"“{one.item.text.in_language(edition.language).rstrip('.')}” ({edition.percent(one.measure.value)})"
        for one in first_items(edition)
    ]
    return "; ".join(names) or _("chưa đủ phiếu để ước lượng")


def _target(edition: Edition) -> str:
    _ = edition.translate
    target = edition.result.main_target
    return edition.rule(target) if target else _("không so với chỉ tiêu nào")


def _change(edition: Edition) -> str:
    _ = edition.translate
    if edition.result.change is None:
        return _("không so sánh được")
    return f"{edition.change(edition.result.change)} ({edition.movement(edition.result.change)})"


def _previous(edition: Edition) -> str:
    _ = edition.translate
    before = edition.result.previous
    return before.name(edition.language) if before else _("chưa có đợt trước")


def _extreme(
    edition: Edition, measured: Sequence[tuple[str, Measure]], choose: Callable[..., tuple[str, Measure]]
) -> str:
    """The name with the highest or lowest value, and the value."""
    _ = edition.translate
    known = [pair for pair in measured if pair[1].is_known]
    if not known:
        return _("chưa đủ phiếu để ước lượng")
    name, measure = choose(known, key=lambda pair: pair[1].value)
    value = edition.percent(measure.value)
    equal = sum(abs(other.value - measure.value) < NOISE for _name, other in known) - 1
    if not equal:
        return f"{name} ({value})"
    tied = _("%(value)s, ngang với %(count)s mục khác") % {"value": value, "count": edition.count(equal)}
    return f"{name} ({tied})"


def _unit(edition: Edition, choose: Callable[..., UnitResult], rank: Callable[[UnitResult], bool]) -> str:
    """As :func:`_extreme`, and whether the data tell the unit apart from the others."""
    _ = edition.translate
    known = [unit for unit in edition.result.units if unit.measure.is_known]
    if not known:
        return _("chưa đủ phiếu để ước lượng")
    found = choose(known, key=lambda unit: unit.measure.value)
    value = edition.percent(found.measure.value)
    if len(known) == 1 or rank(found):
        return f"{found.unit.name} ({value})"
    apart = _("chưa tách biệt rõ với đơn vị khác")
    return f"{found.unit.name} ({value}, {apart})"


def _highest_unit(edition: Edition) -> str:
    return _unit(edition, max, lambda unit: unit.ranks is not None and unit.ranks.worst == 1)


def _lowest_unit(edition: Edition) -> str:
    ranked = sum(unit.ranks is not None for unit in edition.result.units)
    return _unit(edition, min, lambda unit: unit.ranks is not None and unit.ranks.best == ranked)


def _factors(edition: Edition) -> list[tuple[str, Measure]]:
    return [(f.section.title.in_language(edition.language), f.measure) for f in edition.result.factors]


def _items(edition: Edition) -> list[tuple[str, Measure]]:
    return [(i.item.text.in_language(edition.language).rstrip("."), i.measure) for i in edition.result.items]


def _fields(edition: Edition) -> list[tuple[str, Measure]]:
    return [(f.field.name(edition.language), f.measure) for f in edition.result.fields]


FIELDS: Mapping[str, Callable[[Edition], str]] = {
    "tên đợt": lambda e: e.result.round.name(e.language),
    "kỳ khảo sát": _period,
    "chỉ số": _index,
    "khoảng tin cậy": _interval,
    "chỉ tiêu": _target,
    "kết luận": _verdict,
    "lý do kết luận": _reason,
    "thay đổi": _change,
    "đợt trước": _previous,
    "số phiếu": lambda e: e.count(e.result.index.responses),
    "số hồ sơ": lambda e: e.count(e.result.index.dossiers),
    "số đơn vị": lambda e: e.count(len(e.result.units)),
    "số đơn vị đạt": _units_with(Outcome.MET),
    "số đơn vị không đạt": _units_with(Outcome.NOT_MET),
    "số đơn vị chưa đủ căn cứ": _units_with(Outcome.NOT_ENOUGH),
    "độ phủ": lambda e: e.percent(e.result.weighting.coverage, 1),
    "đơn vị cao nhất": _highest_unit,
    "đơn vị thấp nhất": _lowest_unit,
    "lĩnh vực cao nhất": lambda e: _extreme(e, _fields(e), max),
    "lĩnh vực thấp nhất": lambda e: _extreme(e, _fields(e), min),
    "yếu tố cao nhất": lambda e: _extreme(e, _factors(e), max),
    "yếu tố thấp nhất": lambda e: _extreme(e, _factors(e), min),
    "tiêu chí cao nhất": lambda e: _extreme(e, _items(e), max),
    "tiêu chí thấp nhất": lambda e: _extreme(e, _items(e), min),
    "yếu tố nên xem trước": _factors_first,
    "tiêu chí nên xem trước": _items_first,
}
"""Every field by its Vietnamese name."""

ENGLISH: Mapping[str, str] = {
    "tên đợt": "round",
    "kỳ khảo sát": "period",
    "chỉ số": "index",
    "khoảng tin cậy": "interval",
    "chỉ tiêu": "target",
    "kết luận": "verdict",
    "lý do kết luận": "reason for verdict",
    "thay đổi": "change",
    "đợt trước": "previous round",
    "số phiếu": "responses",
    "số hồ sơ": "dossiers",
    "số đơn vị": "units",
    "số đơn vị đạt": "units that met",
    "số đơn vị không đạt": "units that did not meet",
    "số đơn vị chưa đủ căn cứ": "units without enough evidence",
    "độ phủ": "coverage",
    "đơn vị cao nhất": "highest unit",
    "đơn vị thấp nhất": "lowest unit",
    "lĩnh vực cao nhất": "highest field",
    "lĩnh vực thấp nhất": "lowest field",
    "yếu tố cao nhất": "highest factor",
    "yếu tố thấp nhất": "lowest factor",
    "tiêu chí cao nhất": "highest item",
    "tiêu chí thấp nhất": "lowest item",
    "yếu tố nên xem trước": "factors to look at first",
    "tiêu chí nên xem trước": "items to look at first",
}
"""The English name of every field."""

_BY_KEY = {_key(name): field for field in FIELDS for name in (field, ENGLISH[field])}


def _meanings(edition: Edition) -> Mapping[str, str]:
    _ = edition.translate
    return {
        "tên đợt": _("Tên của đợt khảo sát"),
        "kỳ khảo sát": _("Ngày đầu và ngày cuối của kỳ khảo sát"),
        "chỉ số": _("Chỉ số hài lòng chung"),
        "khoảng tin cậy": _("Khoảng tin cậy của chỉ số"),
        "chỉ tiêu": _("Chỉ tiêu chính của kế hoạch"),
        "kết luận": _("Đạt, không đạt hay chưa đủ căn cứ"),
        "lý do kết luận": _("Vì sao kết luận như thế: khoảng tin cậy nằm ở đâu so với chỉ tiêu"),
        "thay đổi": _("Chỉ số tăng hay giảm so với đợt trước"),
        "đợt trước": _("Tên của đợt trước"),
        "số phiếu": _("Số phiếu trả lời"),
        "số hồ sơ": _("Số hồ sơ của tổng thể"),
        "số đơn vị": _("Số đơn vị được khảo sát"),
        "số đơn vị đạt": _("Số đơn vị đạt chỉ tiêu chính"),
        "số đơn vị không đạt": _("Số đơn vị không đạt chỉ tiêu chính"),
        "số đơn vị chưa đủ căn cứ": _("Số đơn vị chưa đủ căn cứ để kết luận"),
        "độ phủ": _("Phần hồ sơ thuộc tầng có phiếu"),
        "đơn vị cao nhất": _("Đơn vị có chỉ số cao nhất"),
        "đơn vị thấp nhất": _("Đơn vị có chỉ số thấp nhất"),
        "lĩnh vực cao nhất": _("Lĩnh vực có chỉ số cao nhất"),
        "lĩnh vực thấp nhất": _("Lĩnh vực có chỉ số thấp nhất"),
        "yếu tố cao nhất": _("Yếu tố có tỷ lệ hài lòng cao nhất"),
        "yếu tố thấp nhất": _("Yếu tố có tỷ lệ hài lòng thấp nhất"),
        "tiêu chí cao nhất": _("Tiêu chí có tỷ lệ hài lòng cao nhất"),
        "tiêu chí thấp nhất": _("Tiêu chí có tỷ lệ hài lòng thấp nhất"),
        "yếu tố nên xem trước": _("Các yếu tố nêu ở “Nên xem trước” của trang đầu"),
        "tiêu chí nên xem trước": _("Tiêu chí thấp nhất của các yếu tố ấy"),
    }

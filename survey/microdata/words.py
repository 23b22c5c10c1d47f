"""What the workbook and the summary call things, in Vietnamese; English comes from the catalogue."""

from survey.core.target import Outcome
from survey.microdata.specification import ALL_ITEMS, INDEX, Specification, Target
from survey.wording import Translate


def measure_name(spec: Specification, measure: str, _: Translate) -> str:
    """What a measure is called: its own words where the specification has them."""
    if measure in ALL_ITEMS:
        return _("Chỉ số chung (trung bình các tiêu chí)") if measure == INDEX else _("Tỷ lệ hài lòng gộp")
    texts = {item.code: item.text for item in spec.items} | {f.code: f.title for f in spec.factors}
    return texts[measure] or measure


def measure_kind(spec: Specification, measure: str, _: Translate) -> str:
    """Whether a measure is an item, a factor or the index."""
    if measure in ALL_ITEMS:
        return _("Chỉ số")
    return _("Yếu tố") if measure in {factor.code for factor in spec.factors} else _("Tiêu chí")


def outcome_word(outcome: Outcome | None, _: Translate) -> str:
    """A verdict in words."""
    if outcome is None:
        return _("không đo được")
    words = {
        Outcome.MET: _("đạt"),
        Outcome.NOT_MET: _("không đạt"),
        Outcome.NOT_ENOUGH: _("chưa đủ căn cứ"),
    }
    return words[outcome]


def rule_of(target: Target, language: str) -> str:
    """The target as a comparison, for example ``≥ 90%``."""
    sign = {">=": "≥", "<=": "≤"}.get(target.comparator.value, target.comparator.value)
    return f"{sign} {percent(float(target.value) / 100, language, digits=None)}"


def percent(share: float, language: str, digits: int | None = 2) -> str:
    """A proportion as a percentage; with all its digits where their number is None."""
    text = f"{100 * share:.10g}" if digits is None else f"{100 * share:.{digits}f}"
    return f"{text.replace('.', ',') if language == 'vi' else text}%"

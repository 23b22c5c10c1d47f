"""The few lines that the command prints: the index, its interval, the verdicts, and what to beware of."""

from collections.abc import Iterator
from math import isfinite

from survey.microdata.result import Estimated, Figure, Judged
from survey.microdata.words import measure_name, outcome_word, percent, rule_of
from survey.wording import translator


def summary(estimated: Estimated, language: str) -> str:
    """Sum up an estimate for people, in Vietnamese or English."""
    return "\n".join(_lines(estimated, language))


def _lines(estimated: Estimated, language: str) -> Iterator[str]:
    _ = translator(language)
    spec, quality = estimated.specification, estimated.quality
    yield spec.title or spec.name
    yield _("Phiếu trả lời: %(rows)s; đại diện cho %(total)s; cỡ mẫu hiệu dụng %(effective)s.") % {
        "rows": estimated.overall.respondents,
        "total": f"{quality.total:.0f}",
        "effective": f"{quality.effective_size:.0f}",
    }
    heard = estimated.weighed.coverage
    if heard:
        yield _("Độ phủ: %(share)s; %(silent)s tầng có hồ sơ nhưng không có phiếu.") % {
            "share": percent(heard.share, language),
            "silent": len(heard.uncovered),
        }
    if estimated.outside:
        yield _("Bỏ %(rows)s phiếu thuộc tầng không có hồ sơ.") % {"rows": estimated.outside}
    for figure in reversed(estimated.overall.figures[-2:]):
        yield f"{measure_name(spec, figure.measure, _)}: {_with_interval(figure, spec.interval.level, language)}"
    if isfinite(estimated.unweighted):
        yield _("Chỉ số khi không có trọng số: %(share)s.") % {
            "share": percent(estimated.unweighted, language)
        }
    if quality.negative:
        yield _("Cảnh báo: %(rows)s trọng số âm; hãy đặt giới hạn cho phép hiệu chỉnh.") % {
            "rows": quality.negative
        }
    for judged in estimated.judged:
        yield _verdict(judged, spec.interval.level, language)


def _with_interval(figure: Figure, level: float, language: str) -> str:
    _ = translator(language)
    if figure.low is None or figure.high is None:
        value = percent(figure.estimate, language) if isfinite(figure.estimate) else "–"
        return _("%(value)s, không có khoảng tin cậy") % {"value": value}
    return _("%(value)s (khoảng tin cậy %(level)s: %(low)s–%(high)s)") % {
        "value": percent(figure.estimate, language),
        "level": percent(level, language, digits=None),
        "low": percent(figure.low, language),
        "high": percent(figure.high, language),
    }


def _verdict(judged: Judged, level: float, language: str) -> str:
    _ = translator(language)
    target = judged.target
    group = f" ({' / '.join(target.group.values())})" if target.group else ""
    return _("Chỉ tiêu “%(name)s”%(group)s %(rule)s: %(verdict)s; đo được %(measured)s.") % {
        "name": target.sentence or target.indicator,
        "group": group,
        "rule": rule_of(target, language),
        "verdict": outcome_word(judged.outcome, _).upper(),
        "measured": _with_interval(judged.figure, level, language),
    }

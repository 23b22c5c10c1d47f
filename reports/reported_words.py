"""Reported figures in words: their amounts, what is asked of them, and how other measures differ from the survey."""

from dataclasses import dataclass
from decimal import Decimal

from reports import formats
from reports.edition import Translate
from survey.core.reported import OtherMeasure, Standing
from survey.core.target import Comparator, Group, Target, Unit


@dataclass(frozen=True, eq=False)
class Words:
    """Words for one language; ``translate`` is its gettext."""

    language: formats.Language
    translate: Translate

    def amount(self, value: Decimal, unit: Unit) -> str:
        """A value in the unit of a target, with the decimals that were entered."""
        _ = self.translate
        if unit is Unit.PERCENT:
            return self._percent(value)
        number = formats.count(float(value), self.language)
        if unit is Unit.RANK:
            return _("hạng %(number)s") % {"number": number}
        if unit is Unit.RANK_PLACES:
            return _("%(number)s bậc") % {"number": f"+{number}" if value > 0 else number}
        return number

    def rule(self, target: Target) -> str:
        """What a target asks, and whether the plan itself says how to compare."""
        _ = self.translate
        least = self.amount(target.value, target.unit)
        if target.value_max is not None:
            most = self.amount(target.value_max, target.unit)
            said = _("từ %(least)s đến %(most)s") % {"least": least, "most": most}
        else:
            words = {
                Comparator.ABOVE: _("trên %(number)s"),
                Comparator.AT_LEAST: _("từ %(number)s trở lên"),
                Comparator.AT_MOST: _("không quá %(number)s"),
            }
            said = words[target.comparator] % {"number": least}
        return said if target.comparator_stated else _("%(rule)s (kế hoạch chỉ nêu con số)") % {"rule": said}

    def standing(self, standing: Standing) -> str:
        """Whether a target is met, in words."""
        _ = self.translate
        words = {
            Standing.MET: _("đạt"),
            Standing.NOT_MET: _("không đạt"),
            Standing.NOT_REPORTED: _("chưa báo cáo"),
        }
        return words[standing]

    def group(self, group: Group) -> str:
        """A group of targets."""
        _ = self.translate
        words = {
            Group.SATISFACTION: _("Hài lòng đo bằng phiếu khác"),
            Group.PROCESS: _("Giải quyết hồ sơ"),
            Group.DIGITAL: _("Dịch vụ trực tuyến, số hóa"),
            Group.INDEX: _("Chỉ số, xếp hạng do cơ quan khác chấm"),
            Group.MANAGEMENT: _("Chỉ đạo, tổ chức, công chức"),
            Group.FINANCE: _("Tài chính, ngân sách"),
        }
        return words[group]

    def measure(self, measure: OtherMeasure) -> str:
        """The name of another measure."""
        _ = self.translate
        words = {
            OtherMeasure.HOUSEHOLDS: _("Chỉ số SIPAS do Bộ Nội vụ công bố (điều tra hộ gia đình)"),
            OtherMeasure.RATIO_766: _("Mức độ hài lòng theo Bộ chỉ số 766 (Quyết định 766/QĐ-TTg)"),
            OtherMeasure.POINTS_61: _("Điểm đánh giá theo Nghị định 61/2018/NĐ-CP"),
        }
        return words[measure]

    def measured(self, measure: OtherMeasure, value: Decimal) -> str:
        """A value of another measure: per cent, or points out of all."""
        _ = self.translate
        if measure is OtherMeasure.POINTS_61:
            return _("%(points)s trên 18 điểm") % {"points": self._decimal(value)}
        return self._percent(value)

    def difference(self, measure: OtherMeasure) -> str:
        """Why another measure is not the survey's index."""
        _ = self.translate
        words = {
            OtherMeasure.HOUSEHOLDS: _(
                "Hỏi người dân tại nhà, kể cả người không làm thủ tục trong kỳ, và hỏi cả về chính sách; mẫu, phiếu hỏi và "
                "kỳ đo khác. Khảo sát này chỉ hỏi người vừa làm thủ tục."
            ),
            OtherMeasure.RATIO_766: _(
                "Tính trên mọi hồ sơ: hồ sơ không có đánh giá không hài lòng, phản ánh hay quá hạn được coi là hài lòng, "
                "nên người không trả lời được tính là hài lòng. Khảo sát này chỉ tính người trả lời."
            ),
            OtherMeasure.POINTS_61: _(
                "Chấm 0, 1 hoặc 2 điểm cho chín tiêu chí, gồm cả số liệu của hệ thống như thời hạn giải quyết; là điểm, "
                "không phải tỷ lệ người hài lòng."
            ),
        }
        return words[measure]

    def _percent(self, value: Decimal) -> str:
        return formats.percent(float(value.scaleb(-2)), self.language, _decimals(value))

    def _decimal(self, value: Decimal) -> str:
        return formats.decimal(float(value), self.language, _decimals(value))


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0

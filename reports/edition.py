"""One edition of a report: a result, whose it is, and the language it is told in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from reports import formats
from reports.document import Cell, Number, Range, Tone
from survey.core.freeze import Freeze
from survey.core.measure import Measure
from survey.core.place import Instance
from survey.core.published_report import Issue
from survey.core.raking import Raked
from survey.core.released import Steps
from survey.core.report_texts import NOTHING_WRITTEN, ReportTexts
from survey.core.reported import Reported
from survey.core.result import RoundResult
from survey.core.round import LONGEST_WAIT, Reopening
from survey.core.seal import RoundSeal
from survey.core.target import Comparator, Outcome, Target, Verdict
from survey.statistics.compare import Difference

Translate = Callable[[str], str]

TONES: dict[Outcome, Tone] = {
    Outcome.MET: "met",
    Outcome.NOT_MET: "not_met",
    Outcome.NOT_ENOUGH: "not_enough",
}

SIGNIFICANT = 0.05
"""A change counts as more than noise when its two-sided p-value is below this."""


@dataclass(frozen=True, eq=False)
class Edition:
    """What every part of the report is written from.

    Attributes:
        result: what the round says.
        instance: whose report it is.
        dated: day of the data.
        language: "vi" or "en".
        translate: gettext for this language; the source language is Vietnamese.
        seal: what the seals hold of the round, or None before the first.
        reopenings: how often the round was closed and opened again, and why.
        frozen: the digest of what the numbers are made from, once the round is frozen.
        steps: how answers count while any can still arrive; None once all count.
        reported: figures from other sources; None where nobody was asked for any.
        texts: what officers wrote.
        issue: which published issue it is, or None for a draft.
        until: the moment up to which answers are in the figures; None before the first.
        every_stratum: whether it is for the workbook, which has every stratum, however many there are.
    """

    result: RoundResult
    instance: Instance
    dated: date
    language: formats.Language
    translate: Translate
    seal: RoundSeal | None = None
    reopenings: tuple[Reopening, ...] = ()
    frozen: Freeze | None = None
    steps: Steps | None = None
    reported: Reported | None = None
    texts: ReportTexts = NOTHING_WRITTEN
    issue: Issue | None = None
    until: datetime | None = None
    every_stratum: bool = False

    @property
    def silent_strata(self) -> str:
        """What strata without counted responses are called: while answers can arrive, some only have too few."""
        _ = self.translate
        if self.steps is not None:
            return _("Tầng có hồ sơ, chưa có phiếu hoặc chưa đủ phiếu để tính")
        return _("Tầng có hồ sơ nhưng không có phiếu")

    @property
    def is_provisional(self) -> bool:
        """Whether further answers can still arrive."""
        return self.steps is not None or self.result.round.closed_at is None

    @property
    def standing(self) -> str:
        """That the figures are provisional, and until when where that is known; empty once they are final."""
        if not self.is_provisional:
            return ""
        _ = self.translate
        settles = self.result.round.settles_at
        if settles is None:
            return _("Số liệu tạm tính, đợt khảo sát chưa đóng")
        return _("Số liệu tạm tính đến hết %(moment)s") % {"moment": formats.moment(settles)}

    def so_far(self) -> str:
        """How answers count while any can still arrive, in sentences; empty once all count."""
        if self.steps is None:
            return ""
        _ = self.translate
        text = _(
            "Số liệu tạm tính chỉ đổi theo từng bậc để không ai suy ra được câu trả lời của vài người: phiếu của mỗi "
            "đơn vị và lĩnh vực được tính thêm khi đủ ít nhất %(fewest)s phiếu mới và bậc sau cũng đã đủ. Còn "
            "%(waiting)s phiếu chưa tính; mọi phiếu được tính khi số liệu chốt."
        )
        said = text % {"fewest": self.count(self.steps.fewest), "waiting": self.count(self.steps.waiting)}
        said += f" {self._settling()}"
        if isinstance(self.result.raked, Raked):
            said += " " + _(
                "Đợt này cân chỉnh trọng số theo biên nên khi còn phiếu gửi đến chỉ hiện số liệu chung: số liệu của từng đơn "
                "vị và lĩnh vực, xem ở hai thời điểm, có thể để lộ câu trả lời của vài người; chúng hiện khi số liệu chốt."
            )
        return said

    def _settling(self) -> str:
        """When the figures become final."""
        _ = self.translate
        settles = self.result.round.settles_at
        if settles is None:
            return _("Số liệu chốt khi đợt đã đóng và hết hạn nhận phiếu gửi muộn (%(days)s ngày).") % {
                "days": self.count(LONGEST_WAIT.days)
            }
        return _(
            "Đợt đã đóng, nhưng phiếu điền xong trước giờ đóng còn có thể được gửi đến hết %(moment)s; sau đó số liệu chốt."
        ) % {"moment": formats.moment(settles)}

    def with_moment(self, caption: str) -> str:
        """A caption of figures with the moment up to which answers are in them."""
        if self.until is None:
            return caption
        _ = self.translate
        words = _("%(caption)s; tính đến %(moment)s")
        return words % {"caption": caption, "moment": formats.moment(self.until)}

    def percent(self, value: float, decimals: int = 2) -> str:
        """A proportion as printed; a dash where there is none."""
        return "–" if value != value else formats.percent(value, self.language, decimals)  # noqa: PLR0124  nan

    def count(self, value: float) -> str:
        """A whole number as printed."""
        return formats.count(value, self.language)

    def number(self, value: float) -> Number:
        """A proportion for a table cell."""
        return Number(value, self.percent(value))

    def whole(self, value: int) -> Number:
        """A count for a table cell."""
        return Number(float(value), self.count(value), "count")

    def at_level(self, text: str) -> str:
        """A text that says 95 %, with the level that the round's intervals have."""
        return text.replace("95%", f"{self.result.round.settings.confidence_percent}%")

    def interval(self, measure: Measure) -> str:
        """The interval as printed; a dash where there is none."""
        if measure.interval is None:
            return "–"
        return self.span(measure.interval.low, measure.interval.high)

    def span(self, low: float, high: float) -> str:
        """Two proportions as an interval is printed."""
        return formats.interval(low, high, self.language)

    def decimal(self, value: float) -> str:
        """A number that is neither a proportion nor a count, with two decimals."""
        return formats.decimal(value, self.language)

    def range(self, measure: Measure) -> Cell:
        """The 95 % interval for a table cell; a dash where there is none."""
        if measure.interval is None:
            return self.interval(measure)
        return Range(measure.interval.low, measure.interval.high, self.interval(measure))

    def against(self, measure: Measure, target: Target | None) -> str:
        """A value with as many decimals as show on which side of the target it lies; a dash without interval."""
        if not measure.is_known:
            return "–"
        if target is None:
            return self.percent(measure.value)
        return formats.percent_against(measure.value, target.threshold, self.language)

    def points(self, difference: float) -> str:
        """A difference of proportions as printed, in points with its sign."""
        return formats.points(difference, self.language)

    def change(self, change: Difference | None) -> str:
        """A change in points as printed."""
        return "–" if change is None else formats.points(change.value, self.language)

    def shift(self, change: Difference | None) -> Cell:
        """A change in points for a table cell; a dash where there is none."""
        return self.change(change) if change is None else Number(change.value, self.change(change), "points")

    def movement(self, change: Difference | None) -> str:
        """Whether a change is more than noise, in words."""
        _ = self.translate
        if change is None or change.p_value is None:
            return _("không so sánh được")
        if change.p_value >= SIGNIFICANT:
            return _("trong phạm vi sai số")
        return _("tăng rõ rệt") if change.value > 0 else _("giảm rõ rệt")

    def movement_tone(self, change: Difference | None) -> Tone:
        """The colour and shape of a change."""
        if change is None or change.p_value is None:
            return "neutral"
        if change.p_value >= SIGNIFICANT:
            return "not_enough"
        return "met" if change.value > 0 else "not_met"

    def outcome(self, verdict: Verdict | None) -> str:
        """The verdict in words."""
        _ = self.translate
        words = {
            Outcome.MET: _("đạt"),
            Outcome.NOT_MET: _("không đạt"),
            Outcome.NOT_ENOUGH: _("chưa đủ căn cứ"),
        }
        return words[verdict.outcome if verdict else Outcome.NOT_ENOUGH]

    def tone(self, verdict: Verdict | None) -> Tone:
        """The colour and shape of a verdict."""
        return TONES[verdict.outcome if verdict else Outcome.NOT_ENOUGH]

    def rule(self, target: Target) -> str:
        """The target's comparator and number in words."""
        _ = self.translate
        number = formats.percent(target.threshold, self.language, 0)
        words = {
            Comparator.ABOVE: _("trên %(number)s"),
            Comparator.AT_LEAST: _("từ %(number)s trở lên"),
            Comparator.AT_MOST: _("không quá %(number)s"),
        }
        return words[target.comparator] % {"number": number}

"""The first page: what a leader reads in a minute."""

from reports import formats
from reports.attention import advice
from reports.document import Block, Bullets, Heading, Headline, Number, VerdictRow, Verdicts, clean
from reports.edition import Edition
from reports.fieldwork import last_day
from reports.measures import gauges
from survey.core.result import TargetResult
from survey.core.target import Outcome, Verdict


def blocks(edition: Edition) -> list[Block]:
    """Index with interval, verdict per target, what moved, what to mend first."""
    _ = edition.translate
    return [
        headline(edition),
        *_verdicts(edition),
        Heading(2, _("Điều cần biết"), "key-points"),
        Bullets((_asked(edition), _moved(edition), _trust(edition))),
        *_to_mend(edition),
    ]


def headline(edition: Edition) -> Headline:
    """The province's index with its interval and how many stand behind it."""
    _ = edition.translate
    index, target = edition.result.index, edition.result.main_target
    value = edition.against(index, target)
    label = _("Chỉ số hài lòng chung")
    interval = edition.at_level(_("khoảng tin cậy 95%%: %(interval)s")) % {
        "interval": edition.interval(index)
    }
    if not index.is_known:
        interval = _("chưa đủ phiếu để ước lượng")
    counts = {
        "responses": edition.count(index.responses),
        "dossiers": edition.count(index.dossiers),
        "units": edition.count(len(edition.result.units)),
    }
    caption = _("%(responses)s phiếu trả lời, tính trọng số theo %(dossiers)s hồ sơ của %(units)s đơn vị")
    wide, narrow = gauges(edition, index, label)
    return Headline(
        label=label,
        value=Number(index.value, value),
        interval=interval,
        caption=edition.with_moment(caption % counts),
        gauge_svg=wide,
        alt=f"{label}: {value}, {interval}.",
        phone_svg=narrow,
    )


def _verdicts(edition: Edition) -> list[Block]:
    _ = edition.translate
    sheet = edition.result.sheet
    if sheet is None:
        return []
    years = f"{sheet.year_from}–{sheet.year_to}" if sheet.year_to > sheet.year_from else str(sheet.year_from)
    words = _("Đối chiếu với chỉ tiêu hài lòng: %(place)s, %(years)s")
    if edition.instance.simulated:
        words = _("Đối chiếu thử với chỉ tiêu hài lòng có thật: %(place)s, %(years)s")
    caption = words % {"place": sheet.place, "years": years}
    targets = list(enumerate(edition.result.targets, start=1))
    rows = tuple(_verdict_row(edition, number, target) for number, target in targets)
    notes = [
        f"({number}) {text.in_language(edition.language)}"
        for number, target in targets
        for text in (target.target.note, target.measurement.caveat)
        if text is not None and target.measure is not None
    ]
    return [Verdicts(clean(caption), rows, (clean("; ".join(notes)),) if notes else ())]


def _verdict_row(edition: Edition, number: int, result: TargetResult) -> VerdictRow:
    _ = edition.translate
    sentence = clean(f"({number}) {formats.opening(result.target.sentence)}")
    if result.measure is None:
        reason = result.measurement.reason
        return VerdictRow(
            sentence=sentence,
            scope="",
            measured="–",
            interval="",
            tone="neutral",
            outcome=_("không đo trong đợt này"),
            point_result=clean(reason.in_language(edition.language)) if reason else "",
        )
    return VerdictRow(
        sentence=sentence,
        scope="",
        measured=edition.against(result.measure, result.target),
        interval=edition.interval(result.measure) if result.measure.is_known else "",
        tone=edition.tone(result.verdict),
        outcome=edition.outcome(result.verdict),
        point_result=_certainty(edition, result.verdict if result.measure.is_known else None),
    )


def _certainty(edition: Edition, verdict: Verdict | None) -> str:
    """How sure a verdict is: what the whole interval says, and where that is open, what the measured value says."""
    _ = edition.translate
    if verdict is None:
        return _("chưa đủ phiếu để ước lượng")
    if verdict.outcome is Outcome.MET:
        return _("cả khoảng tin cậy đạt")
    if verdict.outcome is Outcome.NOT_MET:
        return _("cả khoảng tin cậy không đạt")
    return _("riêng con số đo được: đạt") if verdict.point_meets else _("riêng con số đo được: không đạt")


def _asked(edition: Edition) -> str:
    """Who was asked, and when."""
    _ = edition.translate
    round_ = edition.result.round
    names = {
        "population": round_.version.definition.population.in_language(edition.language).rstrip("."),
        "start": formats.day(round_.starts_on),
        "end": formats.day(last_day(edition)),
    }
    return clean(_("Hỏi ai: %(population)s, %(start)s đến %(end)s.") % names)


def _moved(edition: Edition) -> str:
    _ = edition.translate
    result = edition.result
    if result.previous is None:
        return _("Đây là đợt đầu tiên, chưa có đợt trước để so sánh.")
    before = result.previous.name(edition.language)
    if result.previous_index is not None and result.change is None:
        return _("Chưa so sánh được với %(round)s vì một trong hai đợt chưa đủ phiếu.") % {"round": before}
    if result.change is None or result.previous_index is None:
        return _("Không so sánh được với %(round)s vì phiếu hỏi đã thay đổi.") % {"round": before}
    text = _("So với %(round)s (%(before)s): %(change)s tính từ số chưa làm tròn, %(movement)s.")
    return clean(
        text
        % {
            "round": before,
            "before": edition.percent(result.previous_index.value),
            "change": edition.change(result.change),
            "movement": edition.movement(result.change),
        }
    )


def _to_mend(edition: Edition) -> list[Block]:
    _ = edition.translate
    found = advice(edition)
    return [Heading(2, _("Nên xem trước"), "mend-first"), Bullets(tuple(found))] if found else []


def _trust(edition: Edition) -> str:
    _ = edition.translate
    weighting = edition.result.weighting
    text = _(
        "Độ tin cậy: người trả lời tự chọn trả lời, không phải mẫu ngẫu nhiên; các tầng (đơn vị × lĩnh vực) có phiếu chiếm "
        "%(coverage)s số hồ sơ, %(silent)s tầng chưa có phiếu nào (phần “Tình hình triển khai”)."
    )
    if edition.steps is not None:
        text = _(
            "Độ tin cậy: người trả lời tự chọn trả lời, không phải mẫu ngẫu nhiên; các tầng (đơn vị × lĩnh vực) có phiếu đã "
            "tính chiếm %(coverage)s số hồ sơ, %(silent)s tầng chưa có phiếu hoặc chưa đủ phiếu để tính (phần "
            "“Tình hình triển khai”)."
        )
    if not weighting.silent:
        text = _(
            "Độ tin cậy: người trả lời tự chọn trả lời, không phải mẫu ngẫu nhiên; mọi tầng (đơn vị × lĩnh vực) đều có "
            "phiếu (phần “Tình hình triển khai”)."
        )
    return text % {
        "coverage": edition.percent(weighting.coverage, 1),
        "silent": edition.count(len(weighting.silent)),
    }

"""How the survey was carried out: its period and population, who could answer, who did and how."""

from datetime import date

from reports import formats
from reports.document import Block, Column, Heading, Paragraph, Table, clean
from reports.edition import Edition
from reports.groups import mode_name
from survey.core.response import VERIFIED_MODE


def blocks(edition: Edition) -> list[Block]:
    """Scope, what became of the round, coverage and modes."""
    _ = edition.translate
    return [
        Heading(1, _("TÌNH HÌNH TRIỂN KHAI"), "fieldwork"),
        Paragraph(_scope(edition)),
        *_history(edition),
        _coverage(edition),
        _modes(edition),
    ]


def last_day(edition: Edition) -> date:
    """The last day of the period; the day of the data where the round was closed before its end."""
    round_ = edition.result.round
    return round_.ends_on if round_.closed_at is None else min(round_.ends_on, edition.dated)


def _scope(edition: Edition) -> str:
    _ = edition.translate
    round_ = edition.result.round
    text = _(
        "Kỳ khảo sát từ %(start)s đến %(end)s. Tổng thể là hồ sơ có kết quả trong kỳ, nguồn: %(source)s. "
        "Phiếu hỏi: %(title)s, phiên bản %(number)s."
    )
    return clean(
        text
        % {
            "start": formats.day(round_.starts_on),
            "end": formats.day(last_day(edition)),
            "source": round_.frame_source,
            "title": round_.version.definition.title.in_language(edition.language),
            "number": round_.version.number,
        }
    )


def _history(edition: Edition) -> list[Block]:
    """That the round was opened again and why, and from when on its numbers stand."""
    _ = edition.translate
    said = [
        _("Đợt đóng %(closed)s, mở lại %(reopened)s vì: %(reason)s.")
        % {
            "closed": formats.moment(each.closed_at),
            "reopened": formats.moment(each.reopened_at),
            "reason": each.reason.rstrip("."),
        }
        for each in edition.reopenings
    ]
    if edition.frozen is not None:
        said.append(
            _(
                "Số liệu đã chốt với %(count)s phiếu, không nhận thêm phiếu nào; mã chốt (SHA-256): %(digest)s."
            )
            % {"count": edition.count(edition.frozen.responses), "digest": edition.frozen.digest}
        )
    if edition.steps is not None:
        said.append(edition.so_far())
    return [Paragraph(clean(sentence)) for sentence in said]


def _coverage(edition: Edition) -> Table:
    _ = edition.translate
    weighting = edition.result.weighting
    rows = (
        (_("Hồ sơ trong tổng thể"), edition.whole(weighting.dossiers)),
        (_("Hồ sơ thuộc các tầng có phiếu đã tính"), edition.whole(weighting.covered)),
        (_("Độ phủ"), edition.number(weighting.coverage)),
        (
            _("Phiếu đã tính") if edition.steps else _("Phiếu trả lời"),
            edition.whole(edition.result.index.responses + weighting.outside),
        ),
        (
            _("Phiếu ngoài tổng thể (tầng không có hồ sơ), không dùng để ước lượng"),
            edition.whole(weighting.outside),
        ),
        (edition.silent_strata, edition.whole(len(weighting.silent))),
        (_("Tầng chỉ có một phiếu"), edition.whole(len(weighting.single))),
        (_("Tầng có phiếu nhiều hơn hồ sơ"), edition.whole(len(weighting.overfull))),
    )
    return Table(
        _("Độ phủ của khảo sát (tầng = đơn vị × lĩnh vực)"),
        (Column(_("Nội dung"), width=3.5), Column(_("Giá trị"), "right")),
        rows,
        note=_("Các tầng cần xem lại được nêu ở Phụ lục; mọi tầng có trong tệp Excel của báo cáo."),
        is_ordered=True,
    )


def _modes(edition: Edition) -> Table:
    _ = edition.translate
    modes = edition.result.modes
    total = sum(modes.values())
    verified = modes.get(VERIFIED_MODE, 0)
    counts = [(mode_name(edition, mode), count) for mode, count in modes.items()]
    sums = [
        (_("Cộng phiếu đã xác thực bằng mã một lần"), verified),
        (_("Cộng phiếu mở, không xác thực"), total - verified),
    ]
    rows = [*counts, *sums] if total else []
    return Table(
        _("Phiếu trả lời theo hình thức"),
        (Column(_("Hình thức"), width=2.5), Column(_("Phiếu"), "right"), Column(_("Tỷ trọng"), "right")),
        tuple((name, edition.whole(count), edition.number(count / total)) for name, count in rows),
        strong=tuple(range(len(counts), len(rows))),
        note=_(
            "Phiếu đã xác thực: mỗi hồ sơ một mã, mỗi mã một phiếu. Phiếu mở: ai tại quầy cũng trả lời được."
        ),
    )

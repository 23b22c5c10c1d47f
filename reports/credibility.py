"""How far the number can be trusted: who was asked, who answered, what weighting changes."""

from reports import formats, suspicions
from reports.document import Block, Column, Heading, Note, Paragraph, Table, clean
from reports.edition import Edition
from reports.groups import mode_name
from survey.core.response import VERIFIED_MODE
from survey.core.round import VIETNAM


def blocks(edition: Edition) -> list[Block]:
    """Scope, coverage, modes and the effect of weights."""
    _ = edition.translate
    return [
        Heading(1, _("ĐỘ TIN CẬY"), "credibility"),
        Paragraph(_scope(edition)),
        *_history(edition),
        _coverage(edition),
        _modes(edition),
        *_weighting(edition),
        *suspicions.blocks(edition),
        *_seal(edition),
        Note(
            _(
                "Phiếu thu qua mã QR là phiếu tự nguyện tại nơi phục vụ. Trọng số đưa mỗi đơn vị và lĩnh vực về đúng tỷ "
                "trọng hồ sơ, nhưng không sửa được việc người hài lòng hoặc không hài lòng trả lời nhiều hơn. Con số này "
                "không thay cho chỉ số SIPAS do Bộ Nội vụ công bố và không đặt chung một đường xu hướng với chỉ số đó."
            )
        ),
    ]


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
            "end": formats.day(
                round_.ends_on if edition.is_provisional else min(round_.ends_on, edition.dated)
            ),
            "source": round_.frame_source,
            "title": round_.version.definition.title.in_language(edition.language),
            "number": round_.version.number,
        }
    )


def _history(edition: Edition) -> list[Block]:
    """That the round was opened again and why, and from when on its numbers stand."""
    _ = edition.translate
    round_ = edition.result.round
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
    elif round_.settles_at is not None:
        said.append(
            _(
                "Phiếu điền xong trước giờ đóng còn có thể được gửi đến hết %(moment)s; sau đó số liệu mới chốt."
            )
            % {"moment": formats.moment(round_.settles_at)}
        )
    return [Paragraph(clean(sentence)) for sentence in said]


def _coverage(edition: Edition) -> Table:
    _ = edition.translate
    weighting = edition.result.weighting
    rows = (
        (_("Hồ sơ trong tổng thể"), edition.whole(weighting.dossiers)),
        (_("Hồ sơ thuộc các tầng có phiếu"), edition.whole(weighting.covered)),
        (_("Độ phủ"), edition.number(weighting.coverage)),
        (_("Phiếu trả lời"), edition.whole(edition.result.index.responses + weighting.outside)),
        (
            _("Phiếu ngoài tổng thể (tầng không có hồ sơ), không dùng để ước lượng"),
            edition.whole(weighting.outside),
        ),
        (_("Tầng có hồ sơ nhưng không có phiếu"), edition.whole(len(weighting.silent))),
        (_("Tầng chỉ có một phiếu"), edition.whole(len(weighting.single))),
        (_("Tầng có phiếu nhiều hơn hồ sơ"), edition.whole(len(weighting.overfull))),
    )
    return Table(
        _("Độ phủ của khảo sát (tầng = đơn vị × lĩnh vực)"),
        (Column(_("Nội dung"), width=3.5), Column(_("Giá trị"), "right")),
        rows,
        note=_("Danh sách các tầng được nêu tên ở Phụ lục."),
    )


def _modes(edition: Edition) -> Table:
    _ = edition.translate
    modes = edition.result.modes
    total = sum(modes.values())
    verified = modes.get(VERIFIED_MODE, 0)
    counts = [(mode_name(edition, mode), count) for mode, count in modes.items()]
    if total:
        counts.append((_("Cộng phiếu đã xác thực bằng mã một lần"), verified))
        counts.append((_("Cộng phiếu mở, không xác thực"), total - verified))
    return Table(
        _("Phiếu trả lời theo hình thức"),
        (Column(_("Hình thức"), width=2.5), Column(_("Phiếu"), "right"), Column(_("Tỷ trọng"), "right")),
        tuple((name, edition.whole(count), edition.number(count / total)) for name, count in counts),
        note=_(
            "Phiếu đã xác thực: mỗi hồ sơ một mã, mỗi mã một phiếu. Phiếu mở: ai tại quầy cũng trả lời được."
        ),
    )


def _weighting(edition: Edition) -> list[Block]:
    _ = edition.translate
    result = edition.result
    if not result.index.is_known:
        return []
    text = _(
        "Tính thẳng không trọng số thì chỉ số là %(plain)s; gia quyền theo hồ sơ là %(weighted)s. Chênh lệch "
        "%(difference)s là do các đơn vị, lĩnh vực có tỷ lệ phiếu trên hồ sơ khác nhau."
    )
    names = {
        "plain": edition.percent(result.unweighted),
        "weighted": edition.percent(result.index.value),
        "difference": formats.points(result.index.value - result.unweighted, edition.language),
    }
    return [Paragraph(text % names)]


def _seal(edition: Edition) -> list[Block]:
    _ = edition.translate
    heading = Heading(2, _("Niêm phong"), "seal")
    if edition.seal is None:
        return [heading, Paragraph(_("Phiếu của đợt này chưa được niêm phong lần nào."))]
    newest = edition.seal.newest
    text = _(
        "Báo cáo dùng %(responses)s phiếu; %(sealed)s phiếu của đợt đã được niêm phong. Lần mới nhất là niêm phong số "
        "%(number)s, lúc %(time)s, mã %(digest)s. Xóa hay sửa phiếu đã niêm phong, hoặc chèn phiếu vào giờ đã niêm "
        "phong, đều bị phát hiện khi kiểm tra; ai cũng xem được chuỗi niêm phong và tra được mã biên nhận của mình tại "
        "%(address)s."
    )
    index = edition.result.index
    names = {
        "responses": edition.count(index.responses + edition.result.weighting.outside),
        "sealed": edition.count(edition.seal.responses),
        "number": newest.number,
        "time": f"{newest.sealed_at.astimezone(VIETNAM):%H:%M %d/%m/%Y}",
        "digest": newest.digest,
        "address": edition.seal.address,
    }
    return [heading, Paragraph(clean(text % names))]

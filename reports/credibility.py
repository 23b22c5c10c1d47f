"""How far the number can be trusted: what weighting changes, what is suspicious, what is sealed."""

from reports import formats, raking, strata, suspicions
from reports.document import Block, Heading, Note, Paragraph, clean
from reports.edition import Edition
from survey.core.raking import Raked
from survey.core.round import VIETNAM


def blocks(edition: Edition) -> list[Block]:
    """The effect of weights, flags, the seal, and what no weight repairs."""
    _ = edition.translate
    return [
        Heading(1, _("ĐỘ TIN CẬY"), "credibility"),
        *strata.funnel(edition),
        *_weighting(edition),
        *raking.blocks(edition),
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
    if isinstance(result.raked, Raked):
        text = _(
            "Tính thẳng không trọng số thì chỉ số là %(plain)s; gia quyền theo hồ sơ và cân chỉnh theo biên là "
            "%(weighted)s. Chênh lệch %(difference)s là do các đơn vị, lĩnh vực và nhóm người có tỷ lệ phiếu trên hồ sơ "
            "khác nhau."
        )
    return [Paragraph(text % names), *_other_weights(edition)]


def _other_weights(edition: Edition) -> list[Block]:
    """That the change since the round before is also one of method."""
    _ = edition.translate
    result = edition.result
    known = result.previous if result.previous_index is not None else None
    if known is None or known.settings.weights == result.round.settings.weights:
        return []
    return [
        Paragraph(
            _(
                "Đợt trước và đợt này gia quyền theo hai cách khác nhau (một đợt có đặt cân chỉnh theo biên), nên thay đổi "
                "so với đợt trước gồm cả phần do đổi cách tính."
            )
        )
    ]


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

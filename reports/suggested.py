"""Wording that is offered to officers for their parts of a report.

Every figure in it is a live field, and its verdict is told by fields too, so what was taken follows the result. Nothing of
it is printed unless an officer puts it into a text.
"""

from collections.abc import Mapping, Sequence

from reports.edition import Edition, Translate
from survey.core.report_texts import CHAPTERS

GENERAL_BASES = """\
Căn cứ Nghị quyết số 76/NQ-CP ngày 15 tháng 7 năm 2021 của Chính phủ ban hành Chương trình tổng thể cải cách hành chính nhà \
nước giai đoạn 2021 - 2030
Căn cứ Nghị định số 118/2025/NĐ-CP ngày 09 tháng 6 năm 2025 của Chính phủ về thực hiện thủ tục hành chính theo cơ chế một \
cửa, một cửa liên thông tại Bộ phận Một cửa và Cổng Dịch vụ công quốc gia"""
"""Laws of the whole country; an agency adds its own plan of the survey."""


def suggestions(edition: Edition, languages: Mapping[str, Translate]) -> dict[str, str]:
    """The suggested text of each part for which there is one, by the part's name.

    Args:
        edition: what the report is written from; it decides which sentences make sense, not what they say.
        languages: how the chapters are told, by language.
    """
    found = {"legal_bases": "\n".join((*edition.result.round.version.definition.legal_basis, GENERAL_BASES))}
    for language, translate in languages.items():
        chapters = (
            _assessment(edition, translate),
            _shortcomings(edition, translate),
            _proposals(edition, translate),
        )
        for name, said in zip(CHAPTERS, chapters, strict=True):
            found[f"{name}_{language}"] = "\n".join(said)
    return found


def _assessment(edition: Edition, _: Translate) -> Sequence[str]:
    result = edition.result
    said = [
        _(
            "Đợt khảo sát lấy ý kiến về {số đơn vị} cơ quan, đơn vị, {kỳ khảo sát}; có {số phiếu} phiếu trả lời được tính, "
            "với trọng số theo {số hồ sơ} hồ sơ."
        ),
        _("Chỉ số hài lòng chung là {chỉ số}, khoảng tin cậy {khoảng tin cậy}."),
    ]
    if result.main_target is not None:
        said.append(
            _("Đối chiếu với chỉ tiêu {chỉ tiêu}, kết luận là {kết luận}: {lý do kết luận}."),
        )
    if result.previous is not None:
        said.append(_("So với {đợt trước}, chỉ số thay đổi {thay đổi}."))
    said += [
        _("Mức độ hài lòng không đều:"),
        _("- Theo yếu tố: cao nhất là {yếu tố cao nhất}, thấp nhất là {yếu tố thấp nhất}."),
        _("- Theo lĩnh vực: cao nhất là {lĩnh vực cao nhất}, thấp nhất là {lĩnh vực thấp nhất}."),
    ]
    if result.main_target is not None:
        said.append(
            _(
                "- Theo đơn vị: {số đơn vị đạt} đơn vị đạt chỉ tiêu, {số đơn vị không đạt} đơn vị không đạt, {số đơn vị chưa "
                "đủ căn cứ} đơn vị chưa đủ căn cứ để kết luận."
            )
        )
    return said


def _shortcomings(edition: Edition, _: Translate) -> Sequence[str]:
    said = [
        _(
            "Các yếu tố cần xem trước là {yếu tố nên xem trước}. Người dân ít hài lòng nhất với: {tiêu chí nên xem trước}."
        )
    ]
    if edition.result.weighting.silent:
        said.append(
            _("Các nơi có phiếu trả lời chiếm {độ phủ} số hồ sơ; kết quả chưa nói gì về những nơi còn lại.")
        )
    return [*said, _("Người trả lời tự chọn trả lời, nên kết quả chưa chắc đúng với người không trả lời.")]


def _proposals(edition: Edition, _: Translate) -> Sequence[str]:
    said = [_("Đề nghị các cơ quan, đơn vị:")]
    if edition.instance.superior:
        words = _("Kính đề nghị %(agency)s xem xét, chỉ đạo các cơ quan, đơn vị:")
        said = [words % {"agency": edition.instance.superior}]
    said += [
        _("- Tập trung trước vào: {tiêu chí nên xem trước}."),
        _("- Rà soát việc giải quyết thủ tục của lĩnh vực thấp nhất là {lĩnh vực thấp nhất}."),
    ]
    if edition.result.main_target is not None:
        said.append(
            _(
                "- Tìm nguyên nhân ở {số đơn vị không đạt} đơn vị không đạt chỉ tiêu; lấy thêm phiếu ở {số đơn vị chưa đủ "
                "căn cứ} đơn vị chưa đủ căn cứ trước khi kết luận."
            )
        )
    return said

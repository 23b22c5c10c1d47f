"""Anonymous records as a file for SPSS, R and the like, and the variables that its codebook describes."""

from collections.abc import Collection

from reports.edition import Edition
from reports.spss import Value, Variable, write_sav
from survey.core.evidence import NOT_ANSWERED_CODE, NOT_APPLICABLE_CODE, NOT_IN_VERSION_CODE, NOT_SHOWN_CODE
from survey.core.place import Field
from survey.core.public_records import NOT_TOLD, PublicRecords

FIELD, MONTH, WEIGHT = "linh_vuc", "thang", "trong_so"
WEIGHT_NUMBER = 3
"""Where the weight stands among the variables, from 1."""

RESERVED = frozenset(["all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"])
"""Words of SPSS, which no variable may be called."""

MISSING = (NOT_SHOWN_CODE, NOT_ANSWERED_CODE)
"""The lowest and the highest code of a missing rating."""

UNTOLD_FIELD = 0


def variables(edition: Edition, fields: tuple[Field, ...]) -> tuple[Variable, ...]:
    """The columns of the file: field, month, weight, and every item under its code."""
    _ = edition.translate
    definition = edition.result.round.version.definition
    language = edition.language
    names = {UNTOLD_FIELD: _("không nêu")}
    names |= {number: field.name(language) for number, field in enumerate(fields, start=1)}
    codes = RESERVED | {item.code for item in definition.items}
    first = (
        Variable(_free(FIELD, codes), _("Lĩnh vực của hồ sơ"), "nominal", names),
        Variable(
            _free(MONTH, codes),
            _("Tháng nhận phiếu (năm-tháng), để trống khi không nêu"),
            "nominal",
            is_text=True,
        ),
        Variable(_free(WEIGHT, codes), _("Trọng số: số hồ sơ mà một phiếu đại diện"), "scale", decimals=4),
    )
    missing = _missing(edition)
    items = (
        Variable(
            _free(item.code, RESERVED),
            item.text.in_language(language),
            "ordinal",
            missing
            | {
                option.code: option.text.in_language(language)
                for option in sorted(definition.scale_of(item).options, key=lambda option: option.code)
            },
            MISSING,
        )
        for item in definition.items
    )
    return (*first, *items)


def _free(name: str, taken: Collection[str]) -> str:
    """A variable's name, longer where it is taken."""
    while name in taken:
        name += "_"
    return name


def _missing(edition: Edition) -> dict[int, str]:
    _ = edition.translate
    return {
        NOT_SHOWN_CODE: _("không được hỏi"),
        NOT_IN_VERSION_CODE: _("không có trong phiên bản đã trả lời"),
        NOT_APPLICABLE_CODE: _("không áp dụng"),
        NOT_ANSWERED_CODE: _("không trả lời"),
    }


def public_sav(edition: Edition, records: PublicRecords) -> bytes:
    """The records as an SPSS system file, weighted."""
    rows: list[list[Value]] = [
        [
            UNTOLD_FIELD if field == NOT_TOLD else field + 1,
            None if month == NOT_TOLD else records.months[month],
            weight,
            *answers,
        ]
        for field, month, weight, answers in zip(
            records.field.tolist(),
            records.month.tolist(),
            records.weight.tolist(),
            records.answers.tolist(),
            strict=True,
        )
    ]
    columns = variables(edition, records.fields)
    return write_sav(
        columns,
        rows,
        label=edition.result.round.name(edition.language),
        notes=public_notes(edition, records.left_out),
        made=edition.dated,
        weight=columns[WEIGHT_NUMBER - 1].name,
    )


def public_notes(edition: Edition, left_out: int | None) -> tuple[str, ...]:
    """How the records were made anonymous; without the number left out where there is no file yet."""
    _ = edition.translate
    found = [_("Dữ liệu mô phỏng")] if edition.instance.simulated else []
    found += [
        _(
            "Tệp phiếu ẩn danh: chỉ có lĩnh vực, tháng và các câu đánh giá. Không có đơn vị, quầy, hình thức, ngôn ngữ, giờ "
            "gửi và mọi câu trả lời khác; các phiếu được xếp theo nội dung nên không còn thứ tự gửi."
        ),
        _(
            "Tháng có quá ít phiếu của một lĩnh vực, và lĩnh vực có quá ít phiếu, không được nêu. Trọng số là trung bình của "
            "lĩnh vực, nên số tính từ tệp này gần đúng chứ không bằng số của báo cáo; khoảng tin cậy cần "
            "tầng theo đơn vị, chỉ báo cáo có."
        ),
    ]
    if left_out is not None:
        text = _("Số phiếu không có trong tệp (ngoài tổng thể hoặc quá ít để nêu): %(count)s.")
        found.append(text % {"count": edition.count(left_out)})
    return tuple(found)

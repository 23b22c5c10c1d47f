"""A table of responses in words: what a column may hold, what is wrong in it and what to do."""

from collections.abc import Iterator

from flask_babel import gettext as _

from questionnaires.definition import Option
from questionnaires.version import Version
from survey.core.answer_columns import option_columns
from survey.core.frame import FIELD, UNIT, Unknown
from survey.core.place import Field, Unit
from survey.core.question_kinds import NOT_APPLICABLE
from survey.core.response_table import (
    ANSWER,
    COUNTER,
    FORM,
    OF_SCALE,
    RowFault,
    TableFault,
    questions_to_map,
    scale_key,
)
from survey.web import language
from survey.web.sent_columns import LEFT_OUT
from survey.web.sent_tables import located

LONGEST_QUESTION = 90


def response_roles(version: Version) -> list[tuple[str, str]]:
    """What a column may hold, with its words."""
    questions = []
    for number, question in enumerate(questions_to_map(version), 1):
        words = f"{number}. {_short(question.part.text.in_language(language.current()))}"
        questions.append((f"{ANSWER}{question.code}", words))
        questions += [
            (role, _("%(question)s: có chọn “%(option)s”?", question=words, option=_option(option)))
            for role, asked, option in option_columns(version)
            if asked.code == question.code
        ]
    return [
        ("", _("không dùng")),
        (UNIT, _("đơn vị (tên hoặc mã)")),
        (FIELD, _("lĩnh vực (tên hoặc mã)")),
        (COUNTER, _("quầy (tên hoặc mã)")),
        (FORM, _("mã phiếu của nguồn, không trùng trong một đơn vị")),
        *questions,
    ]


def choices_for(
    unknown: Unknown, label: str, version: Version, units: tuple[Unit, ...], fields: tuple[Field, ...]
) -> list[tuple[str, str]]:
    """What a text may mean, with the words: units, fields, or the options of its scale."""
    if unknown.kind == UNIT:
        return [(unit.code, unit.name) for unit in units]
    if unknown.kind == FIELD:
        return [(field.code, field.name_vi) for field in fields]
    return option_choices(version, label)


def option_choices(version: Version, label: str) -> list[tuple[str, str]]:
    """The options that a text may mean, by its remembered label."""
    return [(LEFT_OUT, _("không trả lời")), *_options(version, label.split(OF_SCALE, maxsplit=1)[0])]


def row_sentence(fault: TableFault) -> str:
    """What is wrong, where, and what to do."""
    words = _of_the_table() | _of_rows()
    return located(fault.row, fault.column, words[fault.fault] % {"about": fault.about})


def _options(version: Version, scale: str) -> Iterator[tuple[str, str]]:
    for question in questions_to_map(version):
        if question.choices and scale_key(version.definition, question) == scale:
            for option in version.definition.options_of(question.part):
                yield str(option.code), f"{option.code}: {option.text.in_language(language.current())}"
            if NOT_APPLICABLE in question.choices:
                yield NOT_APPLICABLE, _("không áp dụng")
            return


def _option(option: Option) -> str:
    return _short(option.text.in_language(language.current()))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_QUESTION else f"{text[:LONGEST_QUESTION]}…"


def _of_the_table() -> dict[RowFault, str]:
    return {
        RowFault.NO_UNIT_COLUMN: _("Chưa chọn cột nào là đơn vị."),
        RowFault.NO_FIELD_COLUMN: _("Chưa chọn cột nào là lĩnh vực hoặc quầy."),
        RowFault.NO_ANSWER_COLUMN: _("Chưa chọn cột nào là câu trả lời."),
        RowFault.ROLE_TWICE: _("Một nội dung được chọn cho hai cột; xin bỏ một."),
        RowFault.NO_ROWS: _("không có dòng số liệu nào dưới dòng này; xin xem lại dòng tên cột"),
        RowFault.LABELS: _("quá nhiều tên lạ, ví dụ “%(about)s”; có lẽ chọn nhầm cột"),
    }


def _of_rows() -> dict[RowFault, str]:
    return {
        RowFault.EMPTY: _("ô trống; xin điền"),
        RowFault.LONG: _("nội dung quá dài; có lẽ chọn nhầm cột"),
        RowFault.UNIT_BEYOND: _("“%(about)s” nằm ngoài phạm vi được giao"),
        RowFault.UNIT_LEFT_OUT: _("“%(about)s” không tham gia đợt khảo sát này"),
        RowFault.COUNTER_UNKNOWN: _(
            "đơn vị này không có quầy “%(about)s”; hoặc quầy có nhiều lĩnh vực mà thiếu lĩnh vực"
        ),
        RowFault.NO_COUNTER: _("đơn vị này không có quầy nào phục vụ lĩnh vực này; xin thêm quầy trước"),
        RowFault.FORM_TWICE: _("mã phiếu trùng với dòng %(about)s; xin bỏ một dòng"),
        RowFault.KNOWN_OTHERWISE: _(
            "phiếu này đã được nạp với câu trả lời khác; nếu lần nạp trước sai thì rút lần nạp đó trước"
        ),
        RowFault.NO_ANSWERS: _("không có câu trả lời nào; xin xóa dòng"),
        RowFault.FORMULA: _("công thức chưa có kết quả trong tệp; xin mở bằng Excel, lưu lại rồi nạp"),
        RowFault.NOT_A_NUMBER: _("“%(about)s” không phải là số nguyên"),
        RowFault.OUT_OF_BOUNDS: _("“%(about)s” nằm ngoài khoảng mà câu hỏi cho phép"),
        RowFault.TOO_LONG: _("ý kiến dài hơn mức câu hỏi cho phép: “%(about)s…”"),
        RowFault.NOT_A_TICK: _(
            "“%(about)s”: cột của một phương án chỉ ghi có chọn (Y, 1, có) hoặc không (N, 0, trống)"
        ),
        RowFault.NOT_TOGETHER: _("“%(about)s”: các phương án này không chọn cùng nhau được"),
    }

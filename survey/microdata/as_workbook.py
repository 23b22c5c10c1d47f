"""An estimate as a workbook: numbers as numbers, words as words, nothing that a spreadsheet would run.

Words are always written as text, so that a label that begins with ``=``, ``+``, ``-`` or ``@`` stays a label.
The same estimate gives the same bytes: no hour of making is written into the file.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from math import isfinite

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from survey.microdata.result import Estimated, Figure, GroupFigures
from survey.microdata.specification import Specification
from survey.microdata.words import measure_kind, measure_name, outcome_word, percent, rule_of
from survey.wording import Translate, translator

Cell = str | float | bool | None
NO_HOUR = datetime(2000, 1, 1)  # noqa: DTZ001 - the file format has no time zone
LONGEST_TEXT = 32_000  # a spreadsheet takes 32 767 letters
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
WIDEST = 80


@dataclass(frozen=True)
class _Sheet:
    """One sheet (private to this module); ``formats`` is the number format of each column, "" for none."""

    name: str
    head: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    formats: Sequence[str] = ()


def as_workbook(estimated: Estimated, language: str) -> bytes:
    """Write an estimate as XLSX in Vietnamese or English."""
    _ = translator(language)
    stream = BytesIO()
    book = Workbook(stream, OPTIONS)
    book.set_properties(
        {"title": estimated.specification.title or estimated.specification.name, "created": NO_HOUR}
    )
    for sheet in (
        _guide(estimated, language),
        _estimates(estimated, language),
        _weights(estimated, _),
        _verdicts(estimated, language),
    ):
        _write(book, sheet)
    book.close()
    return stream.getvalue()


def _write(book: Workbook, sheet: _Sheet) -> None:
    page = book.add_worksheet(sheet.name)
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    plain = book.add_format({"valign": "top", "text_wrap": True})
    formats = [book.add_format({"num_format": f, "valign": "top"}) if f else plain for f in sheet.formats]
    rows = [list(row) for row in sheet.rows]
    for column, title in enumerate(sheet.head):
        longest = max((len(cell) for row in rows if isinstance(cell := row[column], str)), default=0)
        page.set_column(column, column, max(12, min(longest + 2, WIDEST)))
        page.write_string(0, column, title, head)
    for number, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            _write_cell(page, number, column, cell, formats[column] if formats else plain)
    page.freeze_panes(1, 0)


def _write_cell(page: Worksheet, row: int, column: int, cell: Cell, style: Format) -> None:
    """Write a cell by its type; what is undefined stays blank."""
    if isinstance(cell, str):
        page.write_string(row, column, cell[:LONGEST_TEXT], style)
    elif cell is not None and isfinite(cell):
        page.write_number(row, column, cell, style)


def _guide(estimated: Estimated, language: str) -> _Sheet:
    """What the columns mean, and from which files the numbers came."""
    _ = translator(language)
    spec = estimated.specification
    rows: list[tuple[str, str]] = [
        (_("Tiêu đề"), spec.title or spec.name),
        (
            _("Ước lượng"),
            _(
                "Tỷ lệ có trọng số, 0 đến 1 (hiện theo phần trăm). Chỉ số là trung bình các tiêu chí; ô không làm tròn."
            ),
        ),
        (
            _("Sai số chuẩn"),
            _("Tuyến tính hóa Taylor theo thiết kế mẫu; bằng 0 nghĩa là mẫu không có biến động."),
        ),
        (
            _("Khoảng tin cậy"),
            _("Chỉ tính đến ngẫu nhiên chọn mẫu, không tính đến người không trả lời. Mức: %(level)s.")
            % {"level": percent(spec.interval.level, language, digits=None)},
        ),
        (
            _("Hiệu ứng thiết kế"),
            _("Phương sai so với mẫu ngẫu nhiên đơn cùng cỡ; lớn hơn 1 là kém chính xác hơn."),
        ),
        (_("Cỡ mẫu hiệu dụng"), _("Số phiếu chia cho hiệu ứng thiết kế.")),
        (
            _("Kết luận"),
            _(
                "Đạt khi cả khoảng tin cậy thỏa chỉ tiêu, không đạt khi cả khoảng không thỏa, còn lại là chưa đủ căn cứ."
            ),
        ),
        (_("Ô trống"), _("Không xác định; cột ghi chú nêu lý do.")),
        (_("Tầng chỉ có một phiếu"), f"{spec.design.lonely}: {', '.join(estimated.weighed.lonely) or '–'}"),
    ]
    rows += [(_("Tệp"), f"{origin.file} (SHA-256 {origin.sha256})") for origin in estimated.origins]
    return _Sheet(_("Hướng dẫn đọc"), (_("Mục"), _("Ý nghĩa")), rows)


ESTIMATE_FORMATS = (
    "",
    "",
    "",
    "",
    "",
    *("0.00%",) * 4,
    "",
    "0",
    "0.000",
    "0.000",
    "0",
    "0",
    "0.0",
    "#,##0.0",
    "",
)


def _estimates(estimated: Estimated, language: str) -> _Sheet:
    _ = translator(language)
    head = (
        _("Phân nhóm theo"),
        _("Nhóm"),
        _("Loại"),
        _("Mã"),
        _("Nội dung"),
        _("Ước lượng"),
        _("Sai số chuẩn"),
        _("Cận dưới"),
        _("Cận trên"),
        _("Phương pháp khoảng"),
        _("Bậc tự do"),
        _("Hiệu ứng thiết kế"),
        _("Hiệu ứng thiết kế (câu hợp lệ)"),
        _("Số phiếu"),
        _("Số câu trả lời hợp lệ"),
        _("Cỡ mẫu hiệu dụng"),
        _("Tổng trọng số"),
        _("Ghi chú"),
    )
    spec = estimated.specification
    rows = [_row(spec, group, figure, language) for group in estimated.groups for figure in group.figures]
    return _Sheet(_("Ước lượng"), head, rows, ESTIMATE_FORMATS)


def _row(spec: Specification, group: GroupFigures, figure: Figure, language: str) -> list[Cell]:
    _ = translator(language)
    return [
        " × ".join(group.by),
        " / ".join(group.labels) or _("Tất cả"),
        measure_kind(spec, figure.measure, _),
        figure.measure,
        measure_name(spec, figure.measure, _),
        figure.estimate,
        figure.standard_error,
        figure.low,
        figure.high,
        figure.method or "",
        figure.degrees_of_freedom,
        figure.design_effect,
        figure.design_effect_of_mean,
        group.respondents,
        figure.valid_answers,
        figure.effective_answers,
        group.weight,
        figure.silence.sentence(language) if figure.silence else "",
    ]


def _weights(estimated: Estimated, _: Translate) -> _Sheet:
    """The quality of the weights, and the strata that the rules touched."""
    quality, weighed = estimated.quality, estimated.weighed
    rows: list[list[Cell]] = [
        [_("Tổng trọng số"), quality.total],
        [_("Trọng số nhỏ nhất"), quality.smallest],
        [_("Trọng số lớn nhất"), quality.largest],
        [_("Số trọng số âm"), quality.negative],
        [_("Tỷ số hiệu chỉnh nhỏ nhất"), quality.smallest_g],
        [_("Tỷ số hiệu chỉnh lớn nhất"), quality.largest_g],
        [_("Cỡ mẫu hiệu dụng (Kish)"), quality.effective_size],
        [_("Số phiếu dùng để ước lượng"), len(weighed.sample.weights)],
        [_("Số phiếu ngoài khung"), estimated.outside],
        [_("Số tầng"), len(weighed.strata)],
    ]
    if weighed.coverage:
        rows += [
            [_("Số hồ sơ trong khung"), weighed.coverage.population],
            [_("Độ phủ"), weighed.coverage.share],
        ]
        rows += [
            [_("Tầng có hồ sơ nhưng không có phiếu"), weighed.strata[h]] for h in weighed.coverage.uncovered
        ]
    rows += [[_("Tầng chỉ có một phiếu"), label] for label in weighed.lonely]
    rows += [[_("Tầng có nhiều phiếu hơn hồ sơ"), label] for label in weighed.overfull]
    rows += [[_("Gộp tầng để tính phương sai"), f"{m.stratum} → {m.into}"] for m in weighed.merged]
    rows += [
        [_("Chuyển hồ sơ của tầng không có phiếu"), f"{m.stratum} → {m.into}"] for m in weighed.collapsed
    ]
    return _Sheet(_("Trọng số"), (_("Mục"), _("Giá trị")), rows, ("", "#,##0.0000"))


VERDICT_FORMATS = ("", "", "", "", "", "", *("0.00%",) * 3, "", "")


def _verdicts(estimated: Estimated, language: str) -> _Sheet:
    _ = translator(language)
    head = (
        _("Chỉ tiêu"),
        _("Nguyên văn"),
        _("Đại lượng"),
        _("Phân nhóm theo"),
        _("Nhóm"),
        _("Mức"),
        _("Ước lượng"),
        _("Cận dưới"),
        _("Cận trên"),
        _("Kết luận"),
        _("Giá trị điểm"),
    )
    rows: list[list[Cell]] = [
        [
            judged.target.indicator,
            judged.target.sentence or "",
            judged.target.measure,
            " × ".join(judged.target.group),
            " / ".join(judged.target.group.values()) or _("Tất cả"),
            rule_of(judged.target, language),
            judged.figure.estimate,
            judged.figure.low,
            judged.figure.high,
            outcome_word(judged.outcome, _),
            "" if judged.point_meets is None else _("đạt") if judged.point_meets else _("không đạt"),
        ]
        for judged in estimated.judged
    ]
    return _Sheet(_("Kết luận"), head, rows, VERDICT_FORMATS)

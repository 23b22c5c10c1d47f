"""The officer's pages for one-time tickets: load a list of dossiers, print its slips, save its links."""

from flask import Blueprint, g, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey.actions.rounds import board
from survey.actions.tickets import Loaded, load_list, preview_list
from survey.core.account import Permission
from survey.core.ticket_list import MOST_ROWS, Fault, ListFaulty, RowFault
from survey.web.access import guard, needs
from survey.web.downloads import csv, pdf
from survey.web.site import now, services

pages = Blueprint("tickets", __name__, url_prefix="/officer/rounds/<code>/tickets")

guard(pages)

SHOWN_FAULTS = 100


@pages.get("")
@needs(Permission.LOAD_POPULATION)
def show(code: str) -> str:
    """What tickets are, how many there are, and where a list is put in."""
    return _page(code)


@pages.post("")
@needs(Permission.LOAD_POPULATION)
def preview(code: str) -> tuple[str, int] | str:
    """What loading this list would do; nothing is stored yet."""
    text = _text()
    if text is None:
        return _page(code, unreadable=True), 422
    try:
        found = preview_list(services().database, code, text, now=now(), key=services().key)
    except ListFaulty as fault:
        return _page(code, text=text, faults=fault.faults), 422
    return render_template("officer/tickets_preview.html", preview=found, text=text)


@pages.post("/slips.pdf")
@needs(Permission.LOAD_POPULATION)
def slips(code: str) -> Response:
    """Load the list and print its slips."""
    return pdf(_load(code).pdf(), f"phieu-moi-{code}.pdf")


@pages.post("/links.csv")
@needs(Permission.LOAD_POPULATION)
def links(code: str) -> Response:
    """Load the list and save its links."""
    return csv(_load(code).csv(), f"lien-ket-{code}.csv")


def sentence(fault: RowFault) -> str:
    """What is wrong in a row, and what to do."""
    words: dict[Fault, str] = {
        Fault.UNREADABLE: _("dấu ngoặc kép chưa khép; xin xóa hoặc khép lại"),
        Fault.COLUMNS: _(
            "có %(about)s cột; cần 3 cột (mã hồ sơ, mã đơn vị, mã lĩnh vực) hoặc thêm cột mã quầy"
        ),
        Fault.DOSSIER_EMPTY: _("thiếu mã hồ sơ"),
        Fault.DOSSIER_UNUSABLE: _("mã hồ sơ dài quá %(about)s ký tự hoặc có ký tự không in được"),
        Fault.DOSSIER_TWICE: _("hồ sơ này đã có ở dòng %(about)s; xin bỏ một dòng"),
        Fault.UNIT_UNKNOWN: _("không có đơn vị nào mang mã “%(about)s”"),
        Fault.FIELD_UNKNOWN: _("không có lĩnh vực nào mang mã “%(about)s”"),
        Fault.COUNTER_UNKNOWN: _("không có quầy nào đang phục vụ mang mã “%(about)s”"),
        Fault.COUNTER_OF_ANOTHER_UNIT: _("quầy này không thuộc đơn vị “%(about)s”"),
        Fault.COUNTER_OF_ANOTHER_FIELD: _("quầy này không phục vụ lĩnh vực “%(about)s”"),
        Fault.NO_COUNTER: _("đơn vị “%(about)s” không có quầy nào phục vụ lĩnh vực này; xin thêm quầy trước"),
        Fault.LOADED_OTHERWISE: _("hồ sơ này đã được nạp với “%(about)s”; xin giữ như lần nạp trước"),
        Fault.TOO_MANY: _("danh sách có quá %(about)s hồ sơ; xin chia thành nhiều lần nạp"),
        Fault.EMPTY: _("danh sách chưa có hồ sơ nào"),
    }
    where: str = _("dòng %(row)s", row=fault.row)
    if fault.column:
        where = _("dòng %(row)s, cột %(column)s", row=fault.row, column=fault.column)
    return f"{where}: {words[fault.fault] % {'about': fault.about}}"


def _page(code: str, *, text: str = "", faults: tuple[RowFault, ...] = (), unreadable: bool = False) -> str:
    sentences = [sentence(fault) for fault in faults[:SHOWN_FAULTS]]
    if unreadable:
        sentences = [_("Không đọc được tệp. Xin lưu lại trong bảng tính dưới dạng “CSV UTF-8” rồi chọn lại.")]
    return render_template(
        "officer/tickets.html",
        board=board(services().database, code, within=g.account.unit_code, now=now()),
        text=text,
        faults=sentences,
        hidden_faults=max(0, len(faults) - SHOWN_FAULTS),
        most_rows=MOST_ROWS,
    )


def _text() -> str | None:
    """The list that was sent: the file where there is one, else what was pasted; None if it is not text."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return request.form.get("list", "")
    content: bytes = file.read()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _load(code: str) -> Loaded:
    return load_list(
        services().database,
        code,
        request.form.get("list", ""),
        public_url=services().settings.public_url,
        who=g.account.name,
        now=now(),
        key=services().key,
    )

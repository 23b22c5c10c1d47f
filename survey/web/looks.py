"""The officer's page for the look of printed papers: logo, colours, a picture, and back to the standard."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from reports.logo import LogoFault, LogoUnfit
from survey.actions.looks import current_look, reset_look, set_look
from survey.actions.posters import sample_picture
from survey.core.account import Permission
from survey.core.look import ColourUnfit, colour
from survey.web.access import guard, needs
from survey.web.downloads import picture
from survey.web.place_forms import LookForm
from survey.web.sent_tables import sent_file
from survey.web.site import now, services

pages = Blueprint("looks", __name__, url_prefix="/officer/look")

guard(pages)

Page = str | Response | tuple[str, int]


@pages.route("", methods=["GET", "POST"])
@needs(Permission.SET_LOOK)
def show() -> Page:
    """How papers look, and another look."""
    look, is_own = current_look(services().database)
    form = LookForm(data={"primary": look.primary, "ink": look.ink})
    if form.is_submitted() and form.validate() and _is_set(form):
        return redirect(url_for("looks.show"), 303)
    page = render_template("places/look.html", form=form, look=look, is_own=is_own)
    return (page, 422) if form.is_submitted() else page


@pages.get("/sample.png")
@needs(Permission.SET_LOOK)
def sample() -> Response:
    """A poster in the look there is."""
    return picture(sample_picture(services().settings.public_url, current_look(services().database)[0]))


@pages.route("/reset", methods=["GET", "POST"])
@needs(Permission.SET_LOOK)
def reset() -> str | Response:
    """Go back to the standard look, after asking."""
    if request.method == "GET":
        return render_template("places/look_reset.html")
    is_changed = reset_look(services().database, by=g.account.name, now=now())
    flash(
        _("Bản in đã về kiểu chuẩn.")
        if is_changed
        else _("Bản in đang ở kiểu chuẩn nên không có gì thay đổi.")
    )
    return redirect(url_for("looks.show"), 303)


def _is_set(form: LookForm) -> bool:
    """Whether it was set; if not, the reason stands at its field."""
    sent = sent_file()
    logo = sent[0] if sent else b"" if form.without_logo.data else None
    for field in (form.primary, form.ink):
        try:
            colour(field.data or "")
        except ColourUnfit:
            field.errors = [
                _("Màu này quá nhạt trên giấy trắng. Xin chọn màu đậm hơn (độ tương phản từ 4,5).")
            ]
    if form.errors:
        return False
    try:
        is_changed = set_look(
            services().database, form.primary.data, form.ink.data, logo, by=g.account.name, now=now()
        )
    except LogoUnfit as fault:
        form.file.errors = [_sentence(fault.fault)]
        return False
    flash(_("Đã lưu logo và màu của bản in.") if is_changed else _("Không có gì thay đổi."))
    return True


def _sentence(fault: LogoFault) -> str:
    """What is wrong with a logo, and what to do."""
    words: dict[LogoFault, str] = {
        LogoFault.TOO_LARGE: _("Tệp quá lớn. Xin chọn tệp dưới 2 MB."),
        LogoFault.NO_PICTURE: _("Đây không phải là ảnh PNG hoặc JPEG. Xin xuất logo thành PNG rồi chọn lại."),
        LogoFault.TOO_MANY_PIXELS: _(
            "Ảnh có quá nhiều điểm ảnh. Xin thu nhỏ, rộng khoảng 1000 điểm ảnh là đủ."
        ),
        LogoFault.TOO_SMALL: _("Ảnh quá nhỏ nên in sẽ mờ. Xin chọn ảnh mỗi chiều ít nhất 32 điểm ảnh."),
        LogoFault.BROKEN: _("Tệp ảnh bị hỏng. Xin xuất lại logo rồi chọn lại."),
    }
    return words[fault]

"""The officer's pages for fields of service."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey.actions.places import FieldTaken, add_field, change_field, register
from survey.core.account import Permission
from survey.web.access import guard, needs
from survey.web.place_forms import FieldForm, NewFieldForm
from survey.web.site import now, services

pages = Blueprint("fields", __name__, url_prefix="/officer")

guard(pages)

Page = str | Response | tuple[str, int]


@pages.get("/fields")
@needs(Permission.MANAGE_PLACES)
def show() -> str:
    """All fields, and a form to add one."""
    return _page(NewFieldForm())


@pages.post("/fields")
@needs(Permission.MANAGE_PLACES)
def add() -> Page:
    """Add a field."""
    form = NewFieldForm()
    if form.validate():
        try:
            add_field(services().database, form.field(form.code.data), by=g.account.name, now=now())
        except FieldTaken:
            form.code.errors = [_("Mã này đã có lĩnh vực dùng. Xin chọn mã khác.")]
        else:
            flash(_("Đã thêm lĩnh vực %(name)s.", name=form.name_vi.data))
            return redirect(url_for("fields.show"), 303)
    return _page(form), 422


@pages.route("/field/<code>", methods=["GET", "POST"])
@needs(Permission.MANAGE_PLACES)
def change(code: str) -> Page:
    """Give a field other names."""
    field = register(services().database).field(code)
    form = FieldForm(data={"name_vi": field.name_vi, "name_en": field.name_en})
    if form.is_submitted() and form.validate():
        change_field(services().database, form.field(code), by=g.account.name, now=now())
        flash(_("Đã lưu."))
        return redirect(url_for("fields.show"), 303)
    page = render_template("places/field.html", form=form, field=field)
    return (page, 422) if form.is_submitted() else page


def _page(form: NewFieldForm) -> str:
    known = register(services().database)
    return render_template("places/fields.html", form=form, fields=known.fields)

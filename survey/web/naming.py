"""The page that says whose platform this is."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey.actions.naming import name_owner, owner
from survey.core.account import Permission
from survey.web.access import guard, needs
from survey.web.place_forms import OwnerForm
from survey.web.site import now, services

pages = Blueprint("naming", __name__, url_prefix="/officer")

guard(pages)


@pages.route("/agency", methods=["GET", "POST"])
@needs(Permission.MANAGE_PLACES)
def show() -> str | Response | tuple[str, int]:
    """The agency on every page and in the letterhead of reports."""
    form = OwnerForm(obj=owner(services().database))
    if form.is_submitted() and form.validate():
        is_changed = name_owner(
            services().database,
            superior=form.superior.data,
            agency=form.agency.data,
            place=form.place.data,
            number_suffix=form.number_suffix.data,
            by=g.account.name,
            now=now(),
        )
        flash(_("Đã lưu.") if is_changed else _("Không có gì thay đổi."))
        return redirect(url_for("units.tree"), 303)
    page = render_template("places/agency.html", form=form)
    return (page, 422) if form.is_submitted() else page

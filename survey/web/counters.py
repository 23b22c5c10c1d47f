"""The officer's pages for counters: add, rename, move, retire; what is printed stays good."""

import secrets

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey.actions.places import Register, add_counter, change_counter, register, set_retired
from survey.core.account import Permission
from survey.core.place import Unit
from survey.core.round import VIETNAM
from survey.web.access import guard, needs
from survey.web.place_forms import CounterForm
from survey.web.site import now, services

pages = Blueprint("counters", __name__, url_prefix="/officer")

guard(pages)

Page = str | Response | tuple[str, int]
CHANCE_BYTES = 16


@pages.route("/unit/<code>/counters/new", methods=["GET", "POST"])
@needs(Permission.MANAGE_PLACES)
def add(code: str) -> Page:
    """Add a counter to a unit."""
    known = register(services().database)
    form = CounterForm(data={"unit": known.unit(code).code, "field": ""})
    form.offer(_serving(known, code), known.fields)
    if form.is_submitted() and form.validate():
        added = add_counter(
            services().database,
            form.counter(""),
            draw=lambda: secrets.token_bytes(CHANCE_BYTES),
            by=g.account.name,
            now=now(),
        )
        flash(_("Đã thêm quầy. Mã in trên áp phích là %(code)s.", code=f"{added.code[:4]}-{added.code[4:]}"))
        return redirect(url_for("units.show", code=added.unit_code), 303)
    page = render_template("places/counter_new.html", form=form, unit=known.unit(code))
    return (page, 422) if form.is_submitted() else page


@pages.route("/counter/<code>", methods=["GET", "POST"])
@needs(Permission.MANAGE_PLACES)
def show(code: str) -> Page:
    """One counter, to be renamed or moved."""
    known = register(services().database)
    counter = known.counter(code)
    form = CounterForm(
        data={
            "name": counter.name,
            "place": counter.place,
            "field": counter.field_code or "",
            "unit": counter.unit_code,
        }
    )
    form.offer(_serving(known, counter.unit_code), known.fields)
    if form.is_submitted() and form.validate():
        changed = form.counter(code, retired=counter.retired)
        change_counter(services().database, changed, by=g.account.name, now=now())
        flash(_("Đã lưu."))
        return redirect(url_for("units.show", code=changed.unit_code), 303)
    unit = known.unit(counter.unit_code)
    page = render_template("places/counter.html", form=form, counter=counter, unit=unit)
    return (page, 422) if form.is_submitted() else page


@pages.get("/counter/<code>/retire")
@needs(Permission.MANAGE_PLACES)
def ask_to_retire(code: str) -> str:
    """What retiring means, or putting back into service, before it is done."""
    known = register(services().database)
    counter = known.counter(code)
    return render_template("places/counter_retire.html", counter=counter, unit=known.unit(counter.unit_code))


@pages.post("/counter/<code>/retire")
@needs(Permission.MANAGE_PLACES)
def retire(code: str) -> Response:
    """Retire the counter."""
    return _set(code, retired=True, done=_("Quầy đã ngừng phục vụ."))


@pages.post("/counter/<code>/restore")
@needs(Permission.MANAGE_PLACES)
def restore(code: str) -> Response:
    """Put the counter back into service."""
    return _set(code, retired=False, done=_("Quầy đã phục vụ lại."))


def _set(code: str, *, retired: bool, done: str) -> Response:
    changed = set_retired(services().database, code, retired=retired, by=g.account.name, now=now())
    flash(done if changed else _("Quầy đã ở tình trạng này nên không có gì thay đổi."))
    return redirect(url_for("units.show", code=register(services().database).counter(code).unit_code), 303)


def _serving(known: Register, own: str) -> list[Unit]:
    """The units to which a counter may belong: those that have not ended, and its own."""
    today = now().astimezone(VIETNAM).date()
    return [
        unit for unit in known.units if unit.code == own or unit.valid_to is None or unit.valid_to >= today
    ]

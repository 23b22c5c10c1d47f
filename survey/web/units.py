"""The officer's pages for units: the tree, one unit with its counters and its history, its end."""

from datetime import timedelta

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey.actions.closing_units import carry_out_due, close_unit, planned
from survey.actions.places import (
    Register,
    UnitFaulty,
    add_unit,
    change_unit,
    register,
)
from survey.core.account import Permission
from survey.core.labels import is_found
from survey.core.place import Unit
from survey.core.round import VIETNAM
from survey.core.unit_history import ChangeFault, UnitChange
from survey.core.unit_tree import in_tree_order
from survey.web.access import guard, needs
from survey.web.place_forms import (
    SUCCESSORS,
    TIER_NAMES,
    ClosingForm,
    NewUnitForm,
    UnitForm,
    change_sentence,
    unit_choices,
)
from survey.web.site import now, services

pages = Blueprint("units", __name__, url_prefix="/officer")

guard(pages)

Page = str | Response | tuple[str, int]
PERCENT = 100


@pages.get("/units")
@needs(Permission.READ_PLACES)
def tree() -> str:
    """All units as a tree, or those that a search finds."""
    carry_out_due(services().database, now=now())
    known, wanted = register(services().database), request.args.get("q", "").strip()
    today = now().astimezone(VIETNAM).date()
    past = [unit for unit in known.units if unit.valid_to is not None and unit.valid_to < today]
    shown = known.units if request.args.get("past") else [u for u in known.units if u not in past]
    return render_template(
        "places/units.html",
        placed=[
            placed for placed in in_tree_order(shown) if is_found(wanted, placed.unit.name, placed.unit.code)
        ],
        wanted=wanted,
        with_past=bool(request.args.get("past")),
        past=len(past),
        total=len(known.units),
        in_service=known.in_service(),
        tier_names=TIER_NAMES,
        today=today,
    )


@pages.route("/units/new", methods=["GET", "POST"])
@needs(Permission.MANAGE_PLACES)
def add() -> Page:
    """Add a unit."""
    form, known = NewUnitForm(), register(services().database)
    form.offer(known.units)
    if not form.is_submitted():
        return render_template("places/unit_new.html", form=form)
    if form.validate():
        unit = form.unit(form.code.data)
        try:
            add_unit(services().database, unit, by=g.account.name, now=now())
        except UnitFaulty as fault:
            form.explain(fault.faults)
        else:
            flash(_("Đã thêm %(name)s. Bây giờ có thể thêm quầy.", name=unit.name))
            return redirect(url_for("units.show", code=unit.code), 303)
    return render_template("places/unit_new.html", form=form), 422


@pages.get("/unit/<code>")
@needs(Permission.READ_PLACES)
def show(code: str) -> str:
    """One unit."""
    carry_out_due(services().database, now=now())
    known = register(services().database)
    return _unit_page(known, known.unit(code), _form_of(known, known.unit(code)))


@pages.post("/unit/<code>")
@needs(Permission.MANAGE_PLACES)
def change(code: str) -> Page:
    """Change what is said of a unit."""
    known = register(services().database)
    unit = known.unit(code)
    form = _form_of(known, unit)
    if form.validate():
        try:
            change_unit(services().database, form.unit(code), by=g.account.name, now=now())
        except UnitFaulty as fault:
            form.explain(fault.faults)
        else:
            flash(_("Đã lưu."))
            return redirect(url_for("units.show", code=code), 303)
    return _unit_page(known, unit, form), 422


@pages.route("/unit/<code>/close", methods=["GET", "POST"])
@needs(Permission.MANAGE_PLACES)
def close(code: str) -> Page:
    """End a unit: merged, split or dissolved."""
    known, form = register(services().database), ClosingForm()
    unit, faults = known.unit(code), []
    if form.is_submitted() and form.validate():
        try:
            successors = _successors(code, form)
            close_unit(
                services().database,
                code,
                form.valid_to.data,
                successors,
                form.counters.data,
                by=g.account.name,
                now=now(),
            )
        except UnitFaulty as fault:
            ours = UnitForm(formdata=None)
            ours.explain(fault.faults)
            form.valid_to.errors = [*ours.valid_to.errors]
            faults = [change_sentence(f) for f in fault.faults if isinstance(f, ChangeFault)]
        else:
            flash(_("Đã ghi ngày kết thúc và các đơn vị kế thừa."))
            return redirect(url_for("units.show", code=code), 303)
    page = render_template(
        "places/unit_close.html",
        form=form,
        unit=unit,
        faults=faults,
        choices=unit_choices(known.others(code), _("Không có")),
        given=_given(),
        counters=[counter for counter in known.counters_of(code) if not counter.retired],
    )
    return (page, 422) if form.is_submitted() else page


def _form_of(known: Register, unit: Unit) -> UnitForm:
    said = {name: getattr(unit, name) for name in ("name", "tier", "valid_from", "valid_to")}
    form = UnitForm(data=said | {"parent_code": unit.parent_code or ""})
    form.offer(known.others(unit.code))
    return form


def _unit_page(known: Register, unit: Unit, form: UnitForm) -> str:
    return render_template(
        "places/unit.html",
        unit=unit,
        form=form,
        counters=known.counters_of(unit.code),
        planned={one.before.code: one for one in planned(services().database, unit.code)},
        field_names={field.code: field.name_vi for field in known.fields},
        unit_names={other.code: other.name for other in known.units},
        tier_names=TIER_NAMES,
        below=[other for other in known.units if other.parent_code == unit.code],
        followed=[change for change in known.changes if change.from_code == unit.code],
        came_from=[change for change in known.changes if change.to_code == unit.code],
    )


def _given() -> list[tuple[str, str]]:
    """The rows for successors as they were filled in."""
    sent = request.form
    return [(sent.get(f"to_{row}", ""), sent.get(f"share_{row}", "")) for row in range(SUCCESSORS)]


def _successors(code: str, form: ClosingForm) -> list[UnitChange]:
    """What the unit passes on.

    Raises:
        UnitFaulty: if a share is no number.
    """
    rows = [(to, share.strip()) for to, share in _given() if to]
    since = form.valid_to.data + timedelta(days=1)
    return [UnitChange(code, to, _share(share, len(rows)), since, form.basis.data) for to, share in rows]


def _share(text: str, rows: int) -> float | None:
    """A share from a percentage; a single successor takes everything, of several an empty one is unknown."""
    if not text:
        return 1.0 if rows == 1 else None
    try:
        return float(text.removesuffix("%").strip().replace(",", ".")) / PERCENT
    except ValueError:
        raise UnitFaulty([ChangeFault.SHARE]) from None

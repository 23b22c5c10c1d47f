"""The officer's pages for tablets and screens at counters: list, add, withdraw."""

import secrets
from base64 import b64encode

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from reports.qr import qr_svg
from survey.actions.devices import (
    add_device,
    counters_in_service,
    placed_device,
    placed_devices,
    withdraw_device,
)
from survey.core.account import Permission
from survey.web.access import guard, needs
from survey.web.forms import DeviceForm
from survey.web.site import now, services

pages = Blueprint("devices", __name__, url_prefix="/officer/devices")

guard(pages)

SECRET_BYTES = 16


@pages.get("")
@needs(Permission.MANAGE_PLACES)
def show() -> str:
    """All devices, and a form to add one."""
    return _page(_form())


@pages.post("")
@needs(Permission.MANAGE_PLACES)
def add() -> tuple[str, int] | str:
    """Add a device and show its secret address, this once."""
    form = _form()
    if not form.validate():
        return _page(form), 422
    secret = secrets.token_urlsafe(SECRET_BYTES)
    kind, counter, name = form.kind.data, form.counter.data, form.name.data
    added = add_device(
        services().database,
        kind,
        counter,
        name,
        secret=secret,
        who=g.account.name,
        now=now(),
        key=services().key,
    )
    if not added:
        form.name.errors = [_("Đã có thiết bị đang dùng mang tên này. Xin đặt tên khác.")]
        return _page(form), 422
    path = url_for(f"at_counter.{kind}", secret=secret, lang=None)
    address = f"{services().settings.public_url}{path}"
    return render_template(
        "officer/device_added.html", name=name, kind=kind, address=address, picture=picture_of(address)
    )


@pages.get("/<int:number>/withdraw")
@needs(Permission.MANAGE_PLACES)
def ask_to_withdraw(number: int) -> str:
    """What withdrawing means, before it is done."""
    return render_template("officer/device_withdraw.html", placed=placed_device(services().database, number))


@pages.post("/<int:number>/withdraw")
@needs(Permission.MANAGE_PLACES)
def withdraw(number: int) -> Response:
    """Withdraw the device."""
    if withdraw_device(services().database, number, who=g.account.name, now=now()):
        flash(_("Đã thu hồi thiết bị. Địa chỉ của thiết bị không dùng được nữa."))
    else:
        flash(_("Thiết bị này không còn được dùng nên không có gì thay đổi."))
    return redirect(url_for("devices.show"), 303)


def picture_of(address: str) -> str:
    """An address as a QR code for the ``src`` of a picture."""
    return f"data:image/svg+xml;base64,{b64encode(qr_svg(address).encode()).decode()}"


def _form() -> DeviceForm:
    form = DeviceForm()
    form.counter.choices = [
        SelectChoice(counter.code, f"{unit.name} – {counter.name}")
        for counter, unit in counters_in_service(services().database)
    ]
    return form


def _page(form: DeviceForm) -> str:
    return render_template("officer/devices.html", form=form, devices=placed_devices(services().database))

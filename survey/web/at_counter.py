"""What devices at a counter show: a tablet's form for one person after the other, a screen's changing code."""

from flask import Blueprint, current_app, make_response, render_template
from werkzeug.wrappers import Response

from survey.actions.answering import NoOpenRound
from survey.actions.devices import open_kiosk, screen_code
from survey.core.device import WINDOW_SECONDS
from survey.web.citizen import fresh_page
from survey.web.devices import picture_of
from survey.web.site import now, services

pages = Blueprint("at_counter", __name__)


@pages.get("/s/<secret>")
def screen(secret: str) -> str:
    """A code that changes every half minute, so that a photograph of it is of no use."""
    shown = screen_code(
        services().database, secret, public_url=services().settings.public_url, now=now(), key=services().key
    )
    picture = picture_of(shown.url) if shown.url else ""
    return render_template("device/screen.html", shown=shown, picture=picture, window=WINDOW_SECONDS)


@pages.get("/k/<secret>")
def kiosk(secret: str) -> Response | str:
    """The form on a tablet: its script gives every person a fresh one and an id of their own."""
    try:
        sheet, device = open_kiosk(services().database, secret, now=now(), key=services().key)
    except NoOpenRound as fault:
        return render_template("device/kiosk_waiting.html", unit=fault.unit)
    visit = sheet.visit("", mode="kiosk", now=now(), device=device)
    return fresh_page(sheet, visit, "device/kiosk.html")


@pages.get("/k/worker.js")
def worker() -> Response:
    """The script that lets a tablet start without network; it can only serve addresses beside its own."""
    response = make_response(current_app.send_static_file("kiosk-worker.js"))
    response.headers["Cache-Control"] = "no-store"
    return response

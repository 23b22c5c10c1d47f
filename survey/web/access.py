"""Who may see a page: every staff page names the permission that it demands, and none is open by oversight."""

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, abort, current_app, g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from survey.actions.signing_in import account_of
from survey.core.account import BeyondPart, Permission
from survey.web.site import now, services

View = TypeVar("View", bound=Callable[..., object])

_OPEN = object()


def needs(permission: Permission) -> Callable[[View], View]:
    """Declare what a page demands of its reader."""
    return _mark(permission)


def open_to_strangers(view: View) -> View:
    """Declare that a page in a staff blueprint is for people who have not signed in."""
    return _mark(_OPEN)(view)


def guard(pages: Blueprint) -> None:
    """Let into a blueprint's pages only who has what each page demands; a page that demands nothing is shut."""
    pages.before_request(_check)


def is_signed_in() -> bool:
    """Whether a page that nobody guards is read by somebody who is signed in, then found in ``g``."""
    if "account" not in g and (token := session.get("token")):
        account = account_of(services().database, token, now=now())
        if account is not None:
            g.account = account
    return "account" in g


def _mark(demand: object) -> Callable[[View], View]:
    def keep(view: View) -> View:
        view.demand = demand  # type: ignore[attr-defined]
        return view

    return keep


def _check() -> Response | None:
    demand = getattr(current_app.view_functions[request.endpoint or ""], "demand", None)
    if demand is _OPEN:
        return None
    account = account_of(services().database, session.get("token", ""), now=now())
    if account is None:
        return redirect(url_for("signing_in.enter"))
    g.account = account
    if not isinstance(demand, Permission) or not account.has(demand):
        abort(403)
    if not account.may(demand):
        raise BeyondPart(request.path)
    return None

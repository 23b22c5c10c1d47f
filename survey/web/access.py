"""Who may see a page."""

from flask import abort, g, redirect, session, url_for
from werkzeug.wrappers import Response

from survey.actions.people import account_named
from survey.core.account import Role
from survey.web.site import services


def require(*roles: Role) -> Response | None:
    """Let through who has one of the roles; send strangers to the sign-in, refuse the others."""
    account = account_named(services().database, session.get("account", ""))
    if account is None:
        return redirect(url_for("officer.enter"))
    if account.role not in roles:
        abort(403)
    g.account = account
    return None

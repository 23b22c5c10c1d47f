"""The frame of staff pages: which pages the head offers to whom."""

from flask import Flask, g
from flask_babel import gettext as _

from survey.core.account import Permission


def install(app: Flask) -> None:
    """Give the staff templates their head."""
    app.jinja_env.globals["desk_pages"] = desk_pages


def desk_pages() -> list[tuple[str, str]]:
    """Endpoint and name of the pages in the head that the reader may open."""
    offered = [
        ("officer.rounds", _("Đợt khảo sát"), Permission.SEE_ROUNDS),
        ("comparing.side_by_side", _("So sánh phiếu hỏi"), Permission.SEE_ROUNDS),
        ("leader.reports", _("Báo cáo"), Permission.READ_REPORTS),
    ]
    return [(page, name) for page, name, permission in offered if g.account.may(permission)]

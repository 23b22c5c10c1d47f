"""The frame of staff pages: which pages the head offers to whom."""

from collections.abc import Mapping

from flask import Flask, g, request
from flask_babel import gettext as _

from survey.core.account import Permission

LARGER: Mapping[str, int] = {"questionnaires": 2_000_000, "editor": 500_000}
"""Bytes that a staff blueprint takes where a citizen's limit would be too small."""


def install(app: Flask) -> None:
    """Give the staff templates their head."""
    app.jinja_env.globals["desk_pages"] = desk_pages
    app.before_request(_let_staff_send_more)


def _let_staff_send_more() -> None:
    """Files and long forms are for people who write questionnaires; citizens send a few kilobytes."""
    if (larger := LARGER.get(request.blueprint or "")) is not None:
        request.max_content_length = request.max_form_memory_size = larger


def desk_pages() -> list[tuple[str, str]]:
    """Endpoint and name of the pages in the head that the reader may open."""
    offered = [
        ("officer.rounds", _("Đợt khảo sát"), Permission.SEE_ROUNDS),
        ("questionnaires.shelves", _("Phiếu hỏi"), Permission.SEE_ROUNDS),
        ("leader.reports", _("Báo cáo"), Permission.READ_REPORTS),
    ]
    return [(page, name) for page, name, permission in offered if g.account.may(permission)]

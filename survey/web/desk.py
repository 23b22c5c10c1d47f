"""The frame of staff pages: which pages the head offers to whom."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Flask, g, request
from flask_babel import gettext as _

from questionnaires.uploads import MOST_BYTES
from reports.logo import MOST_BYTES as LARGEST_LOGO
from survey.actions.people import SHORTEST_PASSWORD
from survey.actions.setting_up import Beginnings, beginnings
from survey.actions.to_approve import Waiting, waiting_for_approval
from survey.core.account import Permission
from survey.web.access import is_signed_in
from survey.web.site import now, services


@dataclass(frozen=True)
class Step:
    """A step towards the first answer.

    Attributes:
        title: what is to be done.
        text: how.
        page: endpoint where the reader can do it, or None.
        is_done: whether it is done; None where nobody can tell.
        values: what the address of the page needs.
    """

    title: str
    text: str
    page: str | None
    is_done: bool | None
    values: Mapping[str, str] = field(default_factory=dict)


LARGER: Mapping[str, int] = {
    "questionnaires": 2_000_000,
    "editor": 500_000,
    "tickets": 400_000,
    "report_texts": 1_500_000,
    "unit_import": MOST_BYTES + 100_000,
    "frame": MOST_BYTES + 100_000,
    "looks": LARGEST_LOGO + 100_000,
    "tallies": MOST_BYTES + 100_000,
    "loading": MOST_BYTES + 100_000,
}
"""Bytes that a staff blueprint takes where a citizen's limit would be too small.

A list of dossiers for tickets stays below what would be put into a temporary file.
"""

LARGEST_FIELDS = 2_000_000
"""Bytes of a form's fields besides its file; they are held in memory."""


def install(app: Flask) -> None:
    """Give the staff templates their head."""
    app.jinja_env.globals["desk_pages"] = desk_pages
    app.jinja_env.globals["first_steps"] = first_steps
    app.jinja_env.globals["to_approve"] = to_approve
    app.jinja_env.globals["shortest_password"] = SHORTEST_PASSWORD
    app.jinja_env.globals["may"] = lambda permission: g.account.may(Permission(permission))
    app.before_request(_let_staff_send_more)


def _let_staff_send_more() -> None:
    """Files, lists and long forms are for staff who are signed in; citizens send a few kilobytes."""
    larger = LARGER.get(request.blueprint or "")
    if larger is not None and request.method == "POST" and is_signed_in():
        request.max_content_length = larger
        request.max_form_memory_size = min(larger, LARGEST_FIELDS)


def desk_pages() -> list[tuple[str, str]]:
    """Endpoint and name of the pages in the head that the reader may open."""
    offered = [
        ("officer.rounds", _("Đợt khảo sát"), Permission.SEE_ROUNDS),
        ("questionnaires.shelves", _("Phiếu hỏi"), Permission.SEE_ROUNDS),
        ("units.tree", _("Đơn vị và quầy"), Permission.READ_PLACES),
        ("devices.show", _("Thiết bị tại quầy"), Permission.MANAGE_PLACES),
        ("leader.reports", _("Báo cáo"), Permission.READ_REPORTS),
        ("people.everybody", _("Người dùng"), Permission.MANAGE_PEOPLE),
        ("trail.show", _("Nhật ký"), Permission.READ_TRAIL),
    ]
    return [(page, name) for page, name, permission in offered if g.account.may(permission)]


def to_approve() -> Waiting | None:
    """What waits for the reader's approval; None for those who do not approve."""
    if not g.account.may(Permission.APPROVE):
        return None
    return waiting_for_approval(services().database, who=g.account.name, now=now())


def first_steps() -> list[Step]:
    """What leads from an empty instance to the first open round and its posters."""
    done = beginnings(services().database, now=now())
    return [*_before_a_round(done), *_with_a_round(done)]


def _before_a_round(done: Beginnings) -> list[Step]:
    return [
        Step(
            _("Cơ quan chủ trì"),
            _("Tên ở đầu mọi trang, kể cả phiếu của người dân, và ở đầu báo cáo."),
            _if_allowed("naming.show", Permission.MANAGE_PLACES),
            done.has_name,
        ),
        Step(
            _("Người dùng"),
            _("Người quản trị thêm cán bộ khảo sát, người duyệt, lãnh đạo và người kiểm tra."),
            _if_allowed("people.everybody", Permission.MANAGE_PEOPLE),
            None,
        ),
        Step(
            _("Đơn vị và quầy"),
            _("Khai báo các đơn vị, lĩnh vực và quầy phục vụ."),
            _if_allowed("units.tree", Permission.MANAGE_PLACES),
            done.has_units and done.has_counters,
        ),
        Step(
            _("Phiếu hỏi"),
            _(
                "Chọn phiếu có sẵn hoặc soạn phiếu mới, trình duyệt; người duyệt ban hành thành một phiên bản."
            ),
            _if_allowed("questionnaires.shelves", Permission.SEE_ROUNDS),
            done.has_versions,
        ),
    ]


def _with_a_round(done: Beginnings) -> list[Step]:
    first = {"code": done.first_round} if done.first_round else {}
    return [
        Step(
            _("Đợt khảo sát"),
            _("Lập đợt: kỳ, phiếu, chỉ tiêu, cách ước lượng. Sau đó nạp số hồ sơ của từng đơn vị."),
            _if_allowed("rounds.ask_for_new" if done.has_versions else None, Permission.RUN_ROUNDS),
            bool(first),
        ),
        Step(
            _("Mở đợt"),
            _("Mở ngay hoặc hẹn giờ. Từ lúc đó mọi mã QR tại quầy nhận phiếu."),
            _if_allowed("round_schedule.ask_to_open" if first else None, Permission.RUN_ROUNDS),
            done.has_opened,
            first,
        ),
        Step(
            _("Áp phích"),
            _("In áp phích có mã QR và đặt tại quầy."),
            _if_allowed("posters.show" if done.has_counters else None, Permission.PRINT),
            None,
        ),
    ]


def _if_allowed(page: str | None, permission: Permission) -> str | None:
    return page if g.account.may(permission) else None

"""Two versions of a questionnaire side by side, rewordings declared editorial, versions as files."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from questionnaires.comparison import Aspect, Change, PartChange
from questionnaires.xlsform import NotExchangeable
from survey.actions import comparing
from survey.actions.publishing import VersionUnknown, published_versions
from survey.core.account import Permission
from survey.web.access import guard, needs
from survey.web.downloads import attachment
from survey.web.forms import ReasonForm
from survey.web.site import now, services

pages = Blueprint("comparing", __name__, url_prefix="/officer/questionnaires")

guard(pages)

KINDS = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".json": "application/json",
    ".yaml": "application/yaml",
}


@pages.get("/compare")
@needs(Permission.SEE_ROUNDS)
def side_by_side() -> str:
    """The comparison, or the choice of two versions."""
    versions = published_versions(services().database)
    earlier, later = request.args.get("from", ""), request.args.get("to", "")
    found, new = (None, None)
    if earlier and later:
        found, new = comparing.side_by_side(services().database, earlier, later)
    return render_template(
        "comparing/compare.html",
        versions={comparing.version_name(version): version for version in versions},
        earlier=earlier,
        later=later,
        found=found,
        new=new,
        change_words=change_words(),
        aspect_words=aspect_words(),
        may_declare=g.account.may(Permission.DESIGN),
        only_changes=request.args.get("all") != "1",
    )


@pages.get("/compare/declare")
@needs(Permission.DESIGN)
def ask_to_declare() -> Response | str:
    """What declaring means, before it is done."""
    part, back = _wanted()
    if not part.may_be_declared:
        return _nothing_to_declare(back)
    return _declare_page(part, ReasonForm(), back)


@pages.post("/compare/declare")
@needs(Permission.DESIGN)
def declare() -> Response | tuple[str, int]:
    """Declare a rewording editorial, or withdraw that."""
    part, back = _wanted()
    form = ReasonForm()
    if not form.validate_on_submit():
        return _declare_page(part, form, back), 422
    holds = request.form.get("holds") == "1"
    try:
        comparing.declare(
            services().database,
            request.args.get("from", ""),
            request.args.get("to", ""),
            part.code,
            holds=holds,
            reason=form.reason.data or "",
            who=g.account.name,
            now=now(),
        )
    except comparing.NotEditorial:
        return _nothing_to_declare(back)
    flash(
        _("Đã ghi: sửa câu chữ không đổi nghĩa; tiêu chí này vẫn so sánh được.")
        if holds
        else _("Đã rút khai báo; tiêu chí này không còn so sánh được.")
    )
    return redirect(back, 303)


@pages.get("/versions/<name>/file<any('.xlsx', '.json', '.yaml'):ending>")
@needs(Permission.SEE_ROUNDS)
def version_file(name: str, ending: str) -> Response:
    """A published version as a file."""
    try:
        content = comparing.definition_file(services().database, name, ending)
    except NotExchangeable as fault:
        flash(_("XLSForm không chứa được phiếu này: %(why)s. Hãy tải JSON hoặc YAML.", why=str(fault)))
        return redirect(_address("side_by_side", {"from": name, "to": name}))
    return attachment(content, f"{name.replace('.', '-')}{ending}", KINDS[ending])


def change_words() -> dict[Change, str]:
    """What became of a part, in words."""
    return {
        Change.UNCHANGED: _("không đổi"),
        Change.EDITORIAL: _("sửa câu chữ, không đổi nghĩa"),
        Change.CHANGED: _("đã đổi"),
        Change.ADDED: _("thêm mới"),
        Change.REMOVED: _("đã bỏ"),
    }


def aspect_words() -> dict[Aspect, str]:
    """In what a part differs, in words."""
    return {
        Aspect.WORDING: _("câu chữ"),
        Aspect.OPTIONS: _("phương án trả lời"),
        Aspect.AUDIENCE: _("điều kiện hiện câu (người được hỏi)"),
        Aspect.SCORING: _("cách tính điểm của phiếu"),
        Aspect.KIND: _("loại câu hỏi"),
    }


def _wanted() -> tuple[PartChange, str]:
    """The part that the address names, and the way back to the comparison."""
    earlier, later = request.args.get("from", ""), request.args.get("to", "")
    code = request.args.get("code", "")
    found, _new = comparing.side_by_side(services().database, earlier, later)
    part = next((part for part in found.changes if part.code == code), None)
    if part is None:
        raise VersionUnknown(code)
    back = _address("side_by_side", {"from": earlier, "to": later})
    return part, f"{back}#part-{code}"


def _declare_page(part: PartChange, form: ReasonForm, back: str) -> str:
    return render_template(
        "comparing/declare.html",
        part=part,
        form=form,
        back=back,
        holds=part.change is not Change.EDITORIAL,
        address=_address("declare", {name: request.args.get(name, "") for name in ("from", "to", "code")}),
    )


def _nothing_to_declare(back: str) -> Response:
    flash(_("Không khai báo được: ngoài câu chữ còn có thứ khác thay đổi, hoặc không có gì thay đổi."))
    return redirect(back, 303)


def _address(page: str, query: Mapping[str, str]) -> str:
    """A page of this module with a query, whose names need not be Python's."""
    values: dict[str, Any] = dict(query)
    return url_for(f"comparing.{page}", **values)

"""The editor of a draft: its outline, a page for each part, translations, history, preview, the gate."""

import base64
from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, g, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from questionnaires.draft_texts import Content, stale, texts, translate
from questionnaires.draft_values import Page, values_of
from questionnaires.drafting import CodeUnfit, part, parts, tidy
from questionnaires.gate import Remark, label_of
from questionnaires.languages import own_name
from questionnaires.wording import seconds
from reports.qr import qr_svg
from survey.actions import drafting
from survey.actions.approving import effect
from survey.actions.drafting import BothChanged, ChangedMeanwhile, Desk, DraftShut, GateShut
from survey.core.account import Permission
from survey.web.access import guard, needs
from survey.web.arranging import arranged
from survey.web.draft_form import controls, part_remarks, sent
from survey.web.draft_words import kind_names, page_name, place_name, state_name, value_names
from survey.web.site import local_time, now, services, wants_json
from survey.web.trial import trial_address

pages = Blueprint("editor", __name__, url_prefix="/officer/questionnaires/drafts")

guard(pages)


@pages.get("/<int:draft>")
@needs(Permission.SEE_ROUNDS)
def outline(draft: int) -> str:
    """The whole draft: its parts in order, with buttons to add, move and remove them."""
    return _page("outline.html", _desk(draft), kind_names=kind_names())


@pages.post("/<int:draft>/arrange")
@needs(Permission.DESIGN)
def arrange(draft: int) -> Response:
    """Add, move, remove or recode a part, as a button says."""
    return redirect(_arranged(draft, request.form.get("do", "")), 303)


@pages.get("/<int:draft>/<any(details,scoring):page>")
@pages.get("/<int:draft>/<any(sections,items,questions,scales):page>/<code>")
@needs(Permission.DESIGN)
def show(draft: int, page: Page, code: str = "") -> str:
    """One part with its controls."""
    return _part_page(_desk(draft), page, code)


@pages.post("/<int:draft>/<any(details,scoring):page>")
@pages.post("/<int:draft>/<any(sections,items,questions,scales):page>/<code>")
@needs(Permission.DESIGN)
def save(draft: int, page: Page, code: str = "") -> Response | tuple[str | Response, int]:
    """Save one part; a script saves what was typed so far and stays on the page."""
    values = sent(_desk(draft).content, page, code, request.form)
    try:
        saved = drafting.save_values(
            services().database, draft, page, code, values, base=_revision(), who=g.account.name, now=now()
        )
    except BothChanged as fault:
        return _both_changed(fault, page, code)
    if wants_json():
        return jsonify(revision=saved.current.number, saved=_saved_words(_desk(draft))), 200
    if do := request.form.get("do"):
        return redirect(
            _arranged(draft, do, back=url_for("editor.show", draft=draft, page=page, code=code or None)), 303
        )
    flash(_("Đã lưu."))
    return redirect(url_for("editor.show", draft=draft, page=page, code=code or None), 303)


@pages.get("/<int:draft>/translations/<language>")
@needs(Permission.DESIGN)
def translations(draft: int, language: str) -> str:
    """Vietnamese and another language side by side."""
    return _page(
        "translations.html", _desk_with(draft, language), **_translation_words(_desk(draft), language)
    )


@pages.post("/<int:draft>/translations/<language>")
@needs(Permission.DESIGN)
def save_translations(draft: int, language: str) -> Response | tuple[Response, int]:
    """Save the translations that were changed; what others wrote meanwhile is kept beside them."""
    _desk_with(draft, language)
    form = request.form
    base = {name.removeprefix("was-"): text for name, text in form.items() if name.startswith("was-")}
    given = {name.removeprefix("to-"): tidy(text) for name, text in form.items() if name.startswith("to-")}
    words = {place: text for place, text in given.items() if text != tidy(base.get(place, ""))}
    right = form.getlist("right")
    saved = drafting.edit(
        services().database,
        draft,
        lambda content: translate(content, language, words, right),
        who=g.account.name,
        now=now(),
    )
    if wants_json():
        return jsonify(revision=saved.current.number, saved=_saved_words(_desk(draft))), 200
    flash(_("Đã lưu bản dịch."))
    return redirect(url_for("editor.translations", draft=draft, language=language), 303)


@pages.get("/<int:draft>/history")
@needs(Permission.SEE_ROUNDS)
def history(draft: int) -> str:
    """Who changed what."""
    return _page("history.html", _desk(draft), steps=drafting.history(services().database, draft))


@pages.post("/<int:draft>/restore")
@needs(Permission.DESIGN)
def restore(draft: int) -> Response:
    """Save an earlier revision again."""
    number = request.form.get("number", 0, int)
    drafting.restore(services().database, draft, number, who=g.account.name, now=now())
    flash(_("Đã khôi phục lần lưu %(number)s.", number=number))
    return redirect(url_for("editor.outline", draft=draft), 303)


@pages.post("/<int:draft>/undo")
@needs(Permission.DESIGN)
def undo(draft: int) -> Response:
    """Go back to how the draft stood before."""
    drafting.undo(services().database, draft, standing=_revision())
    flash(_("Đã hoàn tác."))
    return redirect(url_for("editor.outline", draft=draft), 303)


@pages.post("/<int:draft>/redo")
@needs(Permission.DESIGN)
def redo(draft: int) -> Response:
    """Go forward again."""
    drafting.redo(services().database, draft, standing=_revision())
    flash(_("Đã làm lại."))
    return redirect(url_for("editor.outline", draft=draft), 303)


@pages.get("/<int:draft>/preview")
@needs(Permission.SEE_ROUNDS)
def preview(draft: int) -> str:
    """The citizens' form at the size of a phone, with a code to try it on a real one."""
    address = f"{services().settings.public_url}{trial_address(draft)}"
    picture = base64.b64encode(qr_svg(address).encode()).decode()
    return _page(
        "preview.html", _desk(draft), address=address, picture=f"data:image/svg+xml;base64,{picture}"
    )


@pages.get("/<int:draft>/check")
@needs(Permission.SEE_ROUNDS)
def check(draft: int) -> str:
    """What the gate says, what changed since the last version, and what that does to the trend."""
    desk = _desk(draft)
    definition = desk.verdict.definition
    return _page(
        "check.html",
        desk,
        effect=effect(services().database, desk.draft, desk.versions),
        needed=round(seconds(definition)) if definition else None,
        may_approve=g.account.may(Permission.APPROVE),
        may_recall=g.account.may(Permission.DESIGN),
    )


@pages.post("/<int:draft>/submit")
@needs(Permission.DESIGN)
def submit(draft: int) -> Response:
    """Hand in for approval."""
    try:
        drafting.submit(services().database, draft, standing=_revision(), who=g.account.name, now=now())
        flash(_("Đã trình duyệt. Người duyệt khác sẽ xem và ban hành."))
    except GateShut:
        flash(_("Chưa trình được: còn lỗi phải sửa, xem bên dưới."), "warning")
    return redirect(url_for("editor.check", draft=draft), 303)


@pages.post("/<int:draft>/recall")
@needs(Permission.DESIGN)
def recall(draft: int) -> Response:
    """Take back what was handed in."""
    drafting.recall(services().database, draft, who=g.account.name, now=now())
    flash(_("Đã rút lại để sửa."))
    return redirect(url_for("editor.outline", draft=draft), 303)


@pages.get("/<int:draft>/discard")
@needs(Permission.DESIGN)
def ask_to_discard(draft: int) -> str:
    """What putting away means, before it is done."""
    return _page("discard.html", _desk(draft))


@pages.post("/<int:draft>/discard")
@needs(Permission.DESIGN)
def discard(draft: int) -> Response:
    """Put the draft away."""
    drafting.discard(services().database, draft, who=g.account.name, now=now())
    flash(_("Đã bỏ bản nháp. Lịch sử của nó vẫn xem được."))
    return redirect(url_for("questionnaires.shelves"), 303)


@pages.errorhandler(DraftShut)
def shut(fault: DraftShut) -> Response | tuple[Response, int]:
    """The draft cannot be changed any more: say so where it can be read."""
    words = _(
        "Bản nháp đang ở trạng thái “%(state)s” nên không sửa được.", state=state_name(fault.draft.state)
    )
    return _refused(fault.draft.id, words)


@pages.errorhandler(ChangedMeanwhile)
def changed_meanwhile(fault: ChangedMeanwhile) -> Response | tuple[Response, int]:
    """Somebody else saved first: nothing was done."""
    who = fault.draft.current.who
    return _refused(
        fault.draft.id,
        _("%(who)s vừa sửa bản nháp này nên thao tác của Ông/Bà chưa được làm. Xin xem lại.", who=who),
    )


def _refused(draft: int, words: str) -> Response | tuple[Response, int]:
    if wants_json():
        return jsonify(title=words, text=words), 409
    flash(words, "warning")
    return redirect(url_for("editor.outline", draft=draft), 303)


def _desk(draft: int) -> Desk:
    return drafting.desk(services().database, draft)


def _desk_with(draft: int, language: str) -> Desk:
    desk = _desk(draft)
    if language not in _other_languages(desk.content):
        abort(404)
    return desk


def _other_languages(content: Content) -> list[str]:
    return [language for language in content["definition"]["languages"] if language != "vi"]


def _revision() -> int:
    """The revision that the page showed."""
    return request.form.get("revision", 0, int)


def _arranged(draft: int, do: str, back: str = "") -> str:
    """Do what a button says; the address of what to look at next."""
    desk = _desk(draft)
    try:
        change, onward = arranged(desk, do, request.form)
        drafting.edit(services().database, draft, change, who=g.account.name, now=now())
    except CodeUnfit as fault:
        flash(
            _(
                "Mã “%(code)s” không dùng được: sai dạng, đã có hoặc dành riêng cho hệ thống.",
                code=str(fault)[:60],
            ),
            "warning",
        )
        return back or url_for("editor.outline", draft=draft)
    if onward.page:
        return url_for("editor.show", draft=draft, page=onward.page, code=onward.code)
    return back or url_for("editor.outline", draft=draft, _anchor=onward.anchor)


def _part_page(desk: Desk, page: Page, code: str) -> str:
    values_of(desk.content, page, code)
    place = f"{page}/{code}" if code else page
    return _page(
        "part.html",
        desk,
        page=page,
        code=code,
        name=page_name(page, code),
        words=label_of(desk.content, place),
        part=part(desk.content, page, code) if code else {},  # type: ignore[arg-type]
        controls=controls(desk.content, page, code, desk.verdict),
        blocking=part_remarks(desk.verdict.blocking, page, code),
        warnings=part_remarks(desk.verdict.warnings, page, code),
        has_new_meaning=any(remark.place == place for remark in desk.verdict.blocking)
        and page in {"items", "questions"},
    )


def _both_changed(fault: BothChanged, page: Page, code: str) -> tuple[str | Response, int]:
    """Both versions side by side; nothing is lost and nothing is saved yet."""
    words = _("%(who)s vừa sửa cùng chỗ này. Bấm Lưu để so sánh hai bản.", who=fault.draft.current.who)
    if wants_json():
        return jsonify(title=words, text=words), 409
    page_words = _page(
        "conflict.html", _desk(fault.draft.id), page=page, code=code, fault=fault, value_names=value_names()
    )
    return page_words, 409


def _translation_words(desk: Desk, language: str) -> dict[str, object]:
    old = stale(desk.content, language)
    rows = [
        {
            "place": place,
            "vi": words.get("vi") or "",
            "words": words.get(language) or "",
            "was": old.get(place),
        }
        for place, words in texts(desk.content)
    ]
    return {"to_language": language, "to_name": own_name(language), "rows": rows}


def _saved_words(desk: Desk) -> str:
    current = desk.draft.current
    return str(_("Đã lưu lúc %(time)s (%(who)s)", time=local_time(current.saved_at), who=current.who))


def _page(template: str, desk: Desk, **more: Any) -> str:  # noqa: ANN401  whatever a template needs
    """A page of the editor with what all of them show."""
    return render_template(
        f"questionnaires/{template}",
        desk=desk,
        draft=desk.draft,
        definition=desk.content["definition"],
        parts=_lister(desk.content),
        remarks_on=_counter(desk),
        state_name=state_name,
        place_name=place_name,
        own_name=own_name,
        other_translations=_other_languages(desk.content),
        may_write=desk.draft.is_editable and g.account.may(Permission.DESIGN),
        saved_words=_saved_words(desk),
        trial=trial_address(desk.draft.id),
        **more,
    )


def _lister(content: Content) -> Callable[[Any], list[Content]]:
    return lambda kind: parts(content, kind)


def _counter(desk: Desk) -> Callable[[str, str], tuple[list[Remark], list[Remark]]]:
    """What blocks and what warns, for a part."""

    def found(page: str, code: str = "") -> tuple[list[Remark], list[Remark]]:
        blocking, warning = desk.verdict.blocking, desk.verdict.warnings
        return part_remarks(blocking, page, code), part_remarks(warning, page, code)

    return found

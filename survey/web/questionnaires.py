"""The shelf of questionnaires: library, drafts, published versions; where drafts begin and versions are read."""

import json
from dataclasses import dataclass

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from questionnaires.definition import Definition
from questionnaires.draft_texts import texts
from questionnaires.drafting import draft_of, tidy
from questionnaires.reading import READERS, read_definition
from questionnaires.source import WHOLE_FILE, Fault, Faults
from questionnaires.uploads import check_workbook
from questionnaires.workbooks import Broken
from survey.actions.approving import NoReason, shelf, shelved, withdraw
from survey.actions.drafting import all_drafts, begin
from survey.core.account import Permission
from survey.core.draft import State
from survey.library import shipped_definitions
from survey.store.versions import Shelved
from survey.web.access import guard, needs
from survey.web.draft_words import mode_names, place_name, rule_names, state_name
from survey.web.site import now, services

pages = Blueprint("questionnaires", __name__, url_prefix="/officer/questionnaires")

guard(pages)

PASTED = "phieu.yaml"


@dataclass(frozen=True)
class Source:
    """Something to begin a draft from."""

    name: str
    code: str
    title: str
    origin: str


@pages.get("")
@needs(Permission.SEE_ROUNDS)
def shelves() -> str:
    """Drafts, published versions and the library."""
    listed = all_drafts(services().database)
    return render_template(
        "questionnaires/shelves.html",
        drafts=[draft for draft in listed if draft.state in {State.EDITING, State.SUBMITTED}],
        past=[draft for draft in listed if draft.state is State.WITHDRAWN],
        shelves=_by_questionnaire(shelf(services().database)),
        library=shipped_definitions().values(),
        state_name=state_name,
        may_write=g.account.may(Permission.DESIGN),
    )


@pages.get("/new")
@needs(Permission.DESIGN)
def ask_for_new() -> str:
    """What to begin from."""
    wanted = request.args.get("source", "")
    chosen = next((source for source in _sources() if source.name == wanted), None)
    return _new_page(chosen)


@pages.post("/new")
@needs(Permission.DESIGN)
def begin_new() -> Response | tuple[str, int]:
    """Begin a draft."""
    try:
        definition, origin = _asked_for()
    except Faults as fault:
        named = "" if _is_sent() else request.form.get("source")
        chosen = next((source for source in _sources() if source.name == named), None)
        return _new_page(chosen, fault.faults), 422
    draft = begin(services().database, definition, who=g.account.name, now=now(), source=origin)
    flash(_("Đã tạo bản nháp. Mọi thay đổi được lưu thành phiên riêng, có thể hoàn tác."))
    return redirect(url_for("editor.outline", draft=draft.id), 303)


@pages.get("/versions/<print_>")
@needs(Permission.SEE_ROUNDS)
def version(print_: str) -> str:
    """A published version, word by word; withdrawn ones too."""
    found = shelved(services().database, print_)
    content = draft_of(found.version.definition)
    return render_template(
        "questionnaires/version.html",
        shelved=found,
        definition=found.version.definition,
        texts=list(texts(content)),
        place_name=place_name,
        rule_name=rule_names().get(found.version.definition.scoring.rule, ""),
        mode_names=mode_names(),
        may_withdraw=g.account.may(Permission.APPROVE) and found.withdrawal is None,
        may_write=g.account.may(Permission.DESIGN),
    )


@pages.get("/versions/<print_>/withdraw")
@needs(Permission.APPROVE)
def ask_to_withdraw(print_: str) -> str:
    """What withdrawing means, before it is done."""
    return _withdraw_page(shelved(services().database, print_))


@pages.post("/versions/<print_>/withdraw")
@needs(Permission.APPROVE)
def withdraw_version(print_: str) -> Response | tuple[str, int]:
    """Offer a version no more."""
    try:
        reason = tidy(request.form.get("reason", ""))
        done = withdraw(services().database, print_, reason, who=g.account.name, now=now())
    except NoReason:
        error = _("Hãy ghi lý do rút phiên bản này.")
        return _withdraw_page(shelved(services().database, print_), error), 422
    if done:
        flash(_("Đã rút phiên bản. Không dùng cho đợt mới; nội dung vẫn đọc được mãi mãi."))
    else:
        flash(_("Phiên bản này đã rút từ trước nên không có gì thay đổi."), "warning")
    return redirect(url_for("questionnaires.version", print_=print_), 303)


def _withdraw_page(found: Shelved, error: str = "") -> str:
    return render_template("questionnaires/withdraw.html", shelved=found, error=error)


def _by_questionnaire(listed: list[Shelved]) -> dict[str, list[Shelved]]:
    """The versions of each questionnaire, the newest first."""
    found: dict[str, list[Shelved]] = {}
    for one in reversed(listed):
        found.setdefault(one.version.definition.code, []).append(one)
    return found


def _sources() -> list[Source]:
    library = [
        Source(f"library:{code}", code, definition.title.vi, _("thư viện"))
        for code, definition in shipped_definitions().items()
    ]
    published = [
        Source(
            f"version:{one.version.fingerprint}",
            one.version.definition.code,
            one.version.definition.title.vi,
            _("phiên bản %(number)s", number=one.version.number),
        )
        for one in reversed(shelf(services().database))
    ]
    return [*library, *published]


def _new_page(chosen: Source | None, faults: tuple[Fault, ...] = ()) -> str:
    given = request.form
    return render_template(
        "questionnaires/new.html",
        chosen=chosen,
        sources=_sources(),
        faults=faults,
        given={name: given.get(name, "") for name in ("text", "code", "title")},
        endings=",".join(READERS),
    )


def _asked_for() -> tuple[Definition, str]:
    """The questionnaire to begin from and where it comes from: what was sent goes before what is chosen in the list.

    Raises:
        Faults: with everything that is wrong with it.
    """
    chosen = "" if _is_sent() else request.form.get("source", "")
    source, _colon, name = chosen.partition(":")
    if source == "library" and name in shipped_definitions():
        return _renamed(shipped_definitions()[name]), f"library {name}"
    if source == "version":
        return _renamed(shelved(services().database, name).version.definition), f"version {name}"
    file = request.files.get("file")
    if file and file.filename:
        content = file.read()
        file.close()
        return _renamed(_read(content, file.filename)), f"file {file.filename[:100]}"
    return _renamed(read_definition(request.form.get("text", "").encode(errors="replace"), PASTED)), "text"


def _is_sent() -> bool:
    """Whether a questionnaire was sent, as a file or as text."""
    file = request.files.get("file")
    return bool((file and file.filename) or request.form.get("text", "").strip())


def _read(content: bytes, name: str) -> Definition:
    try:
        check_workbook(content)
    except Broken as fault:
        raise Faults([Fault(name, 1, WHOLE_FILE, str(fault))]) from fault
    return read_definition(content, name)


def _renamed(definition: Definition) -> Definition:
    """The same questionnaire under the code and title that were asked for.

    Raises:
        Faults: if they do not fit.
    """
    code, title = (tidy(request.form.get(name, "")) for name in ("code", "title"))
    data = definition.model_dump(mode="json")
    data["code"] = code or data["code"]
    data["title"]["vi"] = title or data["title"]["vi"]
    return read_definition(_as_json(data), "phieu.json")


def _as_json(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode()

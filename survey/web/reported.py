"""The officer's pages of figures that the survey does not measure: listed, entered with their source, taken back."""

import re

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from reports.reported_words import Words
from survey.actions.reported import (
    FIRST_YEAR,
    DayUnfit,
    FigureChanged,
    FigureUnknown,
    Said,
    Sheet,
    YearUnfit,
    enter,
    entry_number,
    one_of,
    sheet_of,
    withdraw,
)
from survey.core.account import Permission
from survey.core.reported import MOST, NumberUnfit, ReportedMeasure, ReportedTarget
from survey.core.target import Unit
from survey.web import language
from survey.web.access import guard, needs
from survey.web.reported_forms import FigureForm, WithdrawalForm
from survey.web.site import now, services
from survey.wording import translator

pages = Blueprint("reported", __name__, url_prefix="/officer/rounds/<code>/figures")

guard(pages)

Page = Response | str | tuple[str, int]
One = ReportedTarget | ReportedMeasure

ONE = "/<any(target, measure):kind>/<name>"


@pages.get("")
@needs(Permission.WRITE_REPORTS)
def show(code: str) -> str:
    """All that can be reported beside the round."""
    return render_template("reported/figures.html", sheet=_sheet(code), words=_words())


@pages.get(ONE)
@needs(Permission.WRITE_REPORTS)
def ask(code: str, kind: str, name: str) -> str:
    """One figure, as it stands."""
    sheet = _sheet(code)
    one = one_of(sheet, kind, name)
    form = FigureForm(seen=_number(code, kind, name))
    if one.figure is not None:
        form.value.data = _typed(one)
        form.year.data = str(one.figure.year or "")
        form.source.data, form.dated.data = one.figure.source, one.figure.dated
    return _form_page(form, sheet, one, kind, name)


@pages.post(ONE)
@needs(Permission.WRITE_REPORTS)
def keep(code: str, kind: str, name: str) -> Page:
    """Enter it."""
    sheet = _sheet(code)
    one = one_of(sheet, kind, name)
    form = FigureForm()
    if not form.validate_on_submit():
        return _form_page(form, sheet, one, kind, name), 422
    said = Said(form.value.data, form.source.data, form.dated.data, _whole(form.year.data), _seen(form))
    try:
        enter(services().database, code, kind, name, said, by=g.account, now=now())
    except NumberUnfit:
        form.value.errors = [_range(one)]
    except DayUnfit:
        form.dated.errors = [_("Ngày của số liệu không được ở sau hôm nay hay trước năm 2000.")]
    except YearUnfit:
        form.year.errors = [_("Hãy nhập năm gồm bốn chữ số, từ %(first)s đến năm nay.", first=FIRST_YEAR)]
    except FigureChanged:
        return _changed(form, code, kind, name)
    else:
        flash(_("Đã ghi số liệu. Báo cáo in kèm nguồn; số cũ nếu có vẫn được giữ trong sổ."))
        return redirect(url_for("reported.show", code=code), 303)
    return _form_page(form, sheet, one, kind, name), 422


@pages.get(f"{ONE}/withdraw")
@needs(Permission.WRITE_REPORTS)
def ask_to_withdraw(code: str, kind: str, name: str) -> Page:
    """What taking back means, before it is done."""
    sheet = _sheet(code)
    one = one_of(sheet, kind, name)
    if one.figure is None:
        return _nothing(code)
    return _withdrawal_page(WithdrawalForm(seen=_number(code, kind, name)), sheet, one, kind, name)


@pages.post(f"{ONE}/withdraw")
@needs(Permission.WRITE_REPORTS)
def take_back(code: str, kind: str, name: str) -> Page:
    """Take it back."""
    sheet = _sheet(code)
    one = one_of(sheet, kind, name)
    form = WithdrawalForm()
    if not form.validate_on_submit():
        return _withdrawal_page(form, sheet, one, kind, name), 422
    try:
        withdraw(
            services().database, code, kind, name, form.reason.data, seen=_seen(form), by=g.account, now=now()
        )
    except FigureUnknown:
        return _nothing(code)
    except FigureChanged:
        flash(_("Số liệu vừa được người khác thay nên chưa gỡ gì. Xin xem lại số mới ở trên."), "warning")
        form.seen.data = str(_number(code, kind, name))
        sheet = _sheet(code)
        return _withdrawal_page(form, sheet, one_of(sheet, kind, name), kind, name), 409
    flash(_("Đã gỡ số liệu. Báo cáo lại ghi “chưa báo cáo”."))
    return redirect(url_for("reported.show", code=code), 303)


def _sheet(code: str) -> Sheet:
    return sheet_of(services().database, code, now=now())


def _number(code: str, kind: str, name: str) -> int:
    return entry_number(services().database, code, kind, name)


def _whole(text: str | None) -> int | None:
    """A whole number of up to nine digits, or None."""
    return int(text) if text and re.fullmatch("[0-9]{1,9}", text) else None


def _seen(form: FigureForm | WithdrawalForm) -> int:
    """The number of the entry that the form's page showed; none of ours where somebody wrote something else."""
    found = _whole(form.seen.data)
    return -1 if found is None else found


def _words() -> Words:
    return Words(language.current(), translator(language.current()))


def _typed(one: One) -> str:
    """The value as somebody would type it."""
    return format(one.figure.value.normalize(), "f").replace(".", ",") if one.figure else ""


def _range(one: One) -> str:
    """Which values a figure can have."""
    if isinstance(one, ReportedMeasure):
        return str(_("Hãy nhập một số từ 0 đến %(most)s, ví dụ 15,5.", most=MOST[one.measure]))
    words = {
        Unit.PERCENT: _("Hãy nhập một số từ 0 đến 100, tính bằng phần trăm, ví dụ 97,5."),
        Unit.RANK: _("Hãy nhập thứ hạng là số nguyên từ 1."),
        Unit.RANK_PLACES: _("Hãy nhập số bậc tăng là số nguyên; giảm bậc thì nhập số âm, ví dụ -2."),
    }
    return str(words.get(one.target.unit, _("Hãy nhập một số nguyên từ 0.")))


def _form_page(form: FigureForm, sheet: Sheet, one: One, kind: str, name: str) -> str:
    return render_template(
        "reported/figure.html",
        form=form,
        sheet=sheet,
        one=one,
        kind=kind,
        name=name,
        words=_words(),
        hint=_range(one),
    )


def _withdrawal_page(form: WithdrawalForm, sheet: Sheet, one: One, kind: str, name: str) -> str:
    return render_template(
        "reported/withdraw.html", form=form, sheet=sheet, one=one, kind=kind, name=name, words=_words()
    )


def _changed(form: FigureForm, code: str, kind: str, name: str) -> Page:
    """The page again with what was typed, beside what somebody else entered meanwhile."""
    sheet = _sheet(code)
    form.seen.data = str(_number(code, kind, name))
    flash(
        _(
            "Trong lúc Ông/Bà nhập, người khác đã ghi số liệu này. Số của họ ở trên, số Ông/Bà vừa nhập ở dưới và chưa "
            "được ghi; bấm ghi lần nữa nếu vẫn muốn thay."
        ),
        "warning",
    )
    return _form_page(form, sheet, one_of(sheet, kind, name), kind, name), 409


def _nothing(code: str) -> Response:
    flash(_("Số liệu này chưa có hoặc đã được gỡ nên không có gì để gỡ."), "warning")
    return redirect(url_for("reported.show", code=code), 303)

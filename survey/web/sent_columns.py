"""What the steps between a sent table and what is made of it share: the file, its columns, its source, its day."""

import secrets
from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import Any

from flask import g, render_template, request
from flask_babel import gettext as _

from questionnaires.cells import letters, plain
from questionnaires.workbooks import Broken
from survey.actions.sent_files import Sent, keep
from survey.core.frame import Layout
from survey.core.labels import LONGEST_LABEL, same_label
from survey.core.round import VIETNAM, Round
from survey.web.place_forms import day, tidy
from survey.web.sent_tables import TOKEN_BYTES, sent_file
from survey.web.site import now, services

SAMPLE_ROWS = 5
LONGEST_SAMPLE = 60
LONGEST_SOURCE = 300
MOST_DIGITS = 3
NOTHING_MISSING = {"source": "", "dated": "", "others": ""}
LEFT_OUT = "-"
"""Chosen for a label that is left out, with its rows or its answer."""


def take_file(purpose: str, code: str) -> str:
    """Keep the file that was sent, for a round, until something is made of it: the token of its pages.

    Raises:
        Broken: no file, or none that can be read.
    """
    sent = sent_file()
    if sent is None:
        raise Broken(_("Hãy chọn tệp."))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    keep(services().database, purpose, code, *sent, token=token, who=g.account.name, now=now())
    return token


def sheet_and_header() -> dict[str, Any]:
    """Which sheet and which row of names the officer asks for; None to take the first and to guess."""
    header = request.values.get("header", "")
    is_row = header.isdecimal() and int(header[:7]) > 0
    return {"sheet": request.values.get("sheet") or None, "header": int(header) - 1 if is_row else None}


def columns_page(
    template: str, sent: Sent, layout: Layout, token: str, roles: Sequence[tuple[str, str]], **more: object
) -> str:
    """The page on which an officer says what each column holds."""
    rows, start = sent.sheet.rows, sent.header
    return render_template(
        template,
        looked=sent,
        token=token,
        header=start + 1,
        columns=[
            (at, letters(at), sample(sent, start, at), layout.roles.get(at, ""))
            for at in range(max((len(row) for row in rows[start : start + SAMPLE_ROWS + 1]), default=0))
        ],
        sample=[
            (row + 1, [sample(sent, row, at) for at in range(len(rows[start]))])
            for row in range(start + 1, min(start + 1 + SAMPLE_ROWS, len(rows)))
        ],
        roles=roles,
        carried=_said_beside_columns(),
        **more,
    )


def layout_said(sent: Sent, is_role: Callable[[str], bool]) -> Layout:
    """The columns as the officer says."""
    said = (
        (name.removeprefix("role_"), role) for name, role in request.form.items() if name.startswith("role_")
    )
    return Layout(
        sent.header,
        {int(at): role for at, role in said if at.isdecimal() and len(at) <= MOST_DIGITS and is_role(role)},
    )


def _said_beside_columns() -> list[tuple[str, str]]:
    """What the officer said before on the way: meanings of labels, source, day; the page itself sends the rest."""
    own = {"csrf_token", "header", "sheet"}
    return [(k, v) for k, v in request.form.items() if k not in own and not k.startswith("role_")]


def labels_said(kinds: Collection[str]) -> dict[tuple[str, str], str]:
    """What labels mean as the officer says: fields "mean_0" beside "kind_0" and "label_0"."""
    said = {}
    for name, code in request.form.items():
        number = name.removeprefix("mean_")
        if name.startswith("mean_") and code:
            kind = request.form.get(f"kind_{number}", "")
            label = same_label(request.form.get(f"label_{number}", ""))
            if kind in kinds and 0 < len(label) <= LONGEST_LABEL:
                said[kind, label] = "" if code == LEFT_OUT else code
    return said


def source_and_day() -> tuple[str, date | None, dict[str, str]]:
    """Source, day, and what of them still has to be filled in, by field; "" where nothing has."""
    source, dated = tidy(request.form.get("source", ""))[:LONGEST_SOURCE], day(request.form.get("dated", ""))
    missing = NOTHING_MISSING | {
        "source": "" if source else _("Hãy ghi nguồn số liệu."),
        "dated": "" if dated else _("Hãy nhập ngày."),
    }
    return source, dated, missing


def are_others() -> bool:
    """Whether the officer says that rows which may count already are others."""
    return "others" in request.form


def not_said_to_be_others() -> dict[str, str]:
    """What has to be said of rows that may count already."""
    return NOTHING_MISSING | {"others": _("Hãy xác nhận đây là số liệu khác, hoặc bỏ tệp này.")}


def source_filled_in(round_: Round) -> dict[str, object]:
    """What the fields for source and day begin with."""
    today = now().astimezone(VIETNAM).date()
    return {
        "source": request.form.get("source", ""),
        "dated": request.form.get("dated", "") or min(round_.ends_on, today),
    }


def sample(sent: Sent, row: int, column: int) -> str:
    """The beginning of a cell."""
    text = plain(sent.sheet.at(row, column))
    return text if len(text) <= LONGEST_SAMPLE else f"{text[:LONGEST_SAMPLE]}…"

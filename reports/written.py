"""What officers write, as parts of the document; where nothing is written, the standard text stands."""

import re
from collections.abc import Iterable
from datetime import date
from itertools import groupby

from reports import formats
from reports.document import Block, Bullets, Heading, Note, Paragraph, Signature, clean
from reports.edition import Edition
from reports.live_fields import filled
from survey.core.report_texts import CHAPTERS, lines

_MARK = re.compile(r"[-–•+]\s+(?=\S)")
"""Begins an entry of a list; a sign that stands right before a number is none."""


def chapters(edition: Edition) -> list[Block]:
    """The chapters that somebody wrote; a chapter that nobody wrote is left out.

    Raises:
        FieldUnknown: if a text names a live field that does not exist; none is saved that does.
    """
    texts = edition.texts
    present = [name for name in CHAPTERS if texts.chapter(name, "vi") or texts.chapter(name, "en")]
    blocks: list[Block] = []
    for name in present:
        blocks.append(Heading(1, _titles(edition)[name], f"chapter-{name}"))
        blocks.extend(_chapter(edition, texts.chapter(name, edition.language)))
    return blocks


def legal_bases(edition: Edition) -> list[Block]:
    """The bases chosen for the report, else those of the questionnaire; the last one ends with a full stop."""
    chosen = lines(edition.texts.legal_bases)
    if not chosen:
        of_form = edition.result.round.version.definition.legal_basis
        return [Paragraph(clean(basis), "legal") for basis in of_form]
    return [Paragraph(clean(basis), "legal") for basis in _ended(chosen)]


def dated(edition: Edition) -> date:
    """The date of the document: the one that was set, else the day of its publication, for a draft that of the data."""
    published = edition.issue.published_on if edition.issue else None
    return edition.texts.date or published or edition.dated


def place_and_date(edition: Edition) -> str:
    """The letterhead's line of place and date; a draft that nobody dated says which day its data are of."""
    if edition.issue is None and edition.texts.date is None:
        _ = edition.translate
        day = formats.long_day(edition.dated, edition.language)
        return _("Dự thảo, số liệu đến %(day)s") % {"day": day}
    return formats.place_and_date(clean(edition.instance.place), dated(edition), edition.language)


def number(edition: Edition) -> str:
    """The document's number and symbol; the registry office fills in a missing one when the report is signed."""
    _ = edition.translate
    given = edition.texts.number
    digits = f"{int(given):02d}" if given else "\N{HORIZONTAL ELLIPSIS}"
    return _("Số:") + f" {digits}/{edition.instance.number_suffix}"


def signature(edition: Edition) -> Signature:
    """Recipients, authority, title and name."""
    _ = edition.translate
    texts = edition.texts
    superior = edition.instance.superior
    reported_to = (clean(_("%(agency)s (để báo cáo);") % {"agency": superior}),) if superior else ()
    usual = (
        *reported_to,
        _("Các cơ quan, đơn vị được khảo sát;"),
        _("Lưu: VT."),
    )
    return Signature(
        recipients=tuple(map(clean, _ended(lines(texts.recipients)))) or usual,
        authority=clean(texts.authority),
        title=clean(texts.title) or _("THỦ TRƯỞNG CƠ QUAN"),
        name=clean(texts.signer),
    )


def _titles(edition: Edition) -> dict[str, str]:
    _ = edition.translate
    return {
        "assessment": _("ĐÁNH GIÁ CHUNG"),
        "shortcomings": _("TỒN TẠI, HẠN CHẾ VÀ NGUYÊN NHÂN"),
        "proposals": _("KIẾN NGHỊ, ĐỀ XUẤT"),
    }


def _chapter(edition: Edition, text: str) -> list[Block]:
    _ = edition.translate
    if not text:
        return [Note(_("Phần này cơ quan chỉ viết ở bản tiếng khác của báo cáo."))]
    # Marks are read before fields are filled in, so that no value can begin a list.
    marked = [(bool(_MARK.match(line)), _unmarked(line)) for line in lines(text)]
    blocks: list[Block] = []
    for is_list, some in groupby(marked, key=lambda pair: pair[0]):
        said = [clean(filled(line, edition)) for _mark, line in some]
        blocks.extend([Bullets(tuple(said))] if is_list else map(Paragraph, said))
    return blocks


def _ended(entries: Iterable[str]) -> list[str]:
    """Entries with the marks of an official list: a semicolon after each, a full stop after the last."""
    bare = [_unmarked(entry).rstrip(";., ") for entry in entries]
    kept = [entry for entry in bare if entry]
    return [f"{entry}{'.' if place == len(kept) else ';'}" for place, entry in enumerate(kept, start=1)]


def _unmarked(line: str) -> str:
    found = _MARK.match(line)
    return line[found.end() :] if found else line

"""From a round's result to its report as a document: the order of its parts."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import count

from questionnaires.version import short_fingerprint
from reports import annexes, credibility, findings, first_page, issued, method, plan_figures, written
from reports.document import Block, Document, Heading, Letterhead, Paragraph, clean
from reports.edition import Edition
from reports.formats import roman


def build_report(edition: Edition) -> Document:
    """The whole report: first page for leaders, findings, other figures, credibility, method, signature, annexes."""
    _ = edition.translate
    round_name = edition.result.round.name(edition.language)
    title = _("Kết quả khảo sát mức độ hài lòng đối với sự phục vụ hành chính")
    blocks: list[Block] = [
        *issued.blocks(edition),
        *first_page.blocks(edition),
        *findings.blocks(edition),
        *plan_figures.blocks(edition),
        *credibility.blocks(edition),
        *method.blocks(edition),
        *written.chapters(edition),
        *_closing(edition),
        *annexes.blocks(edition),
    ]
    return laid_out(edition, title, round_name, blocks)


def laid_out(edition: Edition, title: str, subject: str, blocks: Iterable[Block]) -> Document:
    """Blocks as a document of this edition: letterhead above, identification below, what is provisional marked."""
    return Document(
        title=clean(f"{title} – {subject}"),
        language=edition.language,
        dated=written.dated(edition),
        letterhead=_letterhead(edition, title, subject),
        banner=_banner(edition),
        footer=_footer(edition, edition.result.round.name(edition.language)),
        blocks=tuple(numbered(blocks)),
    )


def numbered(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks with the main parts numbered in Roman numerals as they come; annexes stay as they are."""
    parts = count(1)
    for block in blocks:
        if isinstance(block, Heading) and block.level == 1 and block.anchor != annexes.ANCHOR:
            yield replace(block, text=f"{roman(next(parts))}. {block.text}")
        else:
            yield block


def _letterhead(edition: Edition, title: str, subject: str) -> Letterhead:
    _ = edition.translate
    owner = edition.instance
    return Letterhead(
        superior=clean(owner.superior.upper()),
        agency=clean(owner.agency.upper()),
        number=written.number(edition),
        place_and_date=written.place_and_date(edition),
        kind=_("BÁO CÁO"),
        subject=f"{title}\n{clean(subject)}",
    )


def _banner(edition: Edition) -> str:
    _ = edition.translate
    parts = []
    if edition.instance.simulated:
        parts.append(_("Dữ liệu mô phỏng"))
    if edition.issue is None:
        parts.append(_("Dự thảo"))
    if edition.standing:
        parts.append(edition.standing)
    return " · ".join(parts)


def _footer(edition: Edition, round_name: str) -> str:
    version = edition.result.round.version
    _ = edition.translate
    text = _("%(round)s · phiếu %(code)s bản %(number)s (%(print)s)") % {
        "round": round_name,
        "code": version.definition.code,
        "number": version.number,
        "print": short_fingerprint(version.fingerprint),
    }
    if edition.seal is not None:
        newest = edition.seal.newest
        seal = _("niêm phong %(number)s: %(digest)s")
        text += " · " + seal % {"number": newest.number, "digest": short_fingerprint(newest.digest)}
    if edition.issue is not None:
        text += " · " + issued.name(edition, edition.issue)
    return clean(text)


def _closing(edition: Edition) -> list[Block]:
    _ = edition.translate
    sentence = _("Trên đây là báo cáo kết quả %(round)s, %(agency)s kính báo cáo.")
    names = {"round": edition.result.round.name(edition.language), "agency": edition.instance.agency}
    return [
        Paragraph(clean(sentence % names), "closing"),
        written.signature(edition),
    ]

"""Annexes: every unit, and every stratum that had to be named."""

from reports.document import Block, Column, Heading, PageBreak, Table, clean
from reports.edition import Edition
from survey.core.weighting import Stratum


def blocks(edition: Edition) -> list[Block]:
    """The table of units, then the named strata where there are any."""
    _ = edition.translate
    weighting = edition.result.weighting
    found: list[Block] = [PageBreak(), Heading(1, _("PHỤ LỤC"), "annex"), _units(edition)]
    named = (
        (weighting.silent, _("Tầng có hồ sơ nhưng không có phiếu")),
        (weighting.merged, _("Trong đó: tầng được tính theo lĩnh vực nhiều phiếu nhất của cùng đơn vị")),
        (weighting.single, _("Tầng chỉ có một phiếu")),
        (weighting.overfull, _("Tầng có phiếu nhiều hơn hồ sơ")),
    )
    found.extend(_strata(edition, strata, caption) for strata, caption in named if strata)
    return found


def _units(edition: Edition) -> Table:
    _ = edition.translate
    target = edition.result.main_target
    caption = _("Chỉ số hài lòng của từng đơn vị")
    if target:
        caption = _("Chỉ số hài lòng của từng đơn vị và kết luận theo chỉ tiêu “%(rule)s”") % {
            "rule": edition.rule(target)
        }
    return Table(
        caption,
        (
            Column(_("Đơn vị"), width=2.8),
            Column(_("Hồ sơ"), "right", 0.9),
            Column(_("Phiếu"), "right", 0.8),
            Column(_("Chỉ số"), "right", 1.0),
            Column(edition.at_level(_("Khoảng tin cậy 95%")), "right", 1.6),
            Column(_("Kết luận"), width=1.4),
        ),
        tuple(
            (
                clean(unit.unit.name),
                edition.whole(unit.measure.dossiers),
                edition.whole(unit.measure.responses),
                edition.number(unit.measure.value) if unit.measure.is_known else "–",
                edition.interval(unit.measure),
                edition.outcome(unit.verdict) if target else "–",
            )
            for unit in edition.result.units
        ),
        note=_("Dấu “–”: không có phiếu hoặc quá ít phiếu để ước lượng."),
    )


def _strata(edition: Edition, strata: tuple[Stratum, ...], caption: str) -> Table:
    _ = edition.translate
    return Table(
        caption,
        (
            Column(_("Đơn vị"), width=2.5),
            Column(_("Lĩnh vực"), width=2.0),
            Column(_("Hồ sơ"), "right"),
            Column(_("Phiếu"), "right"),
        ),
        tuple(
            (
                clean(s.unit.name),
                clean(s.field.name(edition.language)),
                edition.whole(s.dossiers),
                edition.whole(s.responses),
            )
            for s in strata
        ),
    )

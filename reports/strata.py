"""Who was reached and who answered: for the whole round, unit by unit, and for every stratum (unit × field)."""

from collections.abc import Iterable, Mapping, Sequence

from reports import formats
from reports.document import Block, Cell, Column, Heading, Number, Table, clean
from reports.edition import Edition
from reports.suspicions import rule_names
from survey.core.credibility import Concern, Credibility, Trust
from survey.core.openings import Openings

NAMED = 60
"""Strata on paper, some three pages; the workbook, a page of their own and the open data have all."""


def funnel(edition: Edition) -> list[Block]:
    """From dossiers to verified responses, for the whole round."""
    _ = edition.translate
    trust = edition.result.credibility
    if trust is None:
        return []
    dossiers, responses = (
        sum(getattr(unit, name) for unit in trust.units) for name in ("dossiers", "responses")
    )
    by_page, verified = (sum(getattr(unit, name) for unit in trust.units) for name in ("by_page", "verified"))
    steps: tuple[tuple[str, int | None], ...] = (
        (_("Hồ sơ trong tổng thể"), dossiers),
        (_("Mã một lần đã phát"), trust.invited),
        (_("Lượt mở trang của quầy"), trust.openings.opened if trust.openings else None),
        (_("Lượt bắt đầu trả lời, ít nhất"), trust.openings.started if trust.openings else None),
        (_("Phiếu gửi từ trang của quầy"), by_page),
        (_("Mọi phiếu, kể cả phiếu giấy và phiếu nhập"), responses),
        (_("Trong đó: đã xác thực bằng mã một lần"), verified),
    )
    return [
        Heading(2, _("Từ hồ sơ đến phiếu"), "funnel"),
        Table(
            _("Được mời, mở trang, bắt đầu và gửi phiếu"),
            (
                Column(_("Bước"), width=3.0),
                Column(_("Số lượng"), "right"),
                Column(_("So với hồ sơ"), "right"),
            ),
            tuple(_step(edition, name, number, dossiers) for name, number in steps),
            note=about_openings(edition, trust),
            is_ordered=True,
        ),
    ]


def line(edition: Edition, units: Iterable[Trust]) -> str:
    """From dossiers to verified responses in a sentence, for some units."""
    _ = edition.translate
    rows = list(units)
    openings = [row.openings for row in rows if row.openings is not None]
    responses, verified = sum(row.responses for row in rows), sum(row.verified for row in rows)
    steps = [_("%(count)s hồ sơ") % {"count": edition.count(sum(row.dossiers for row in rows))}]
    if invited := sum(row.invited for row in rows):
        steps.append(_("%(count)s mã một lần đã phát") % {"count": edition.count(invited)})
    if openings:
        whole = sum(openings, Openings())
        steps.append(_("%(count)s lượt mở trang") % {"count": edition.count(whole.opened)})
        steps.append(_("ít nhất %(count)s lượt bắt đầu") % {"count": edition.count(whole.started)})
    steps.append(_("%(count)s phiếu") % {"count": edition.count(responses)})
    if responses:
        steps.append(_("%(share)s đã xác thực") % {"share": edition.percent(verified / responses, 1)})
    return _("Từ hồ sơ đến phiếu: %(steps)s.") % {"steps": " → ".join(steps)}


def annex(edition: Edition) -> list[Block]:
    """Every unit, and the strata that somebody should look at; in the workbook all strata."""
    trust = edition.result.credibility
    return [] if trust is None else [_units(edition, trust), _strata(edition, trust)]


def listed(edition: Edition, trust: Credibility, units: Sequence[Trust]) -> Table:
    """Some units, each with its strata below."""
    _ = edition.translate
    below: dict[str, list[Trust]] = {unit.unit.code: [] for unit in units}
    for row in trust.strata:
        if row.unit.code in below:
            below[row.unit.code].append(row)
    rows: list[tuple[Cell, ...]] = []
    strong = []
    for unit in units:
        strong.append(len(rows))
        rows += _rows(edition, trust, [unit, *below[unit.unit.code]])
    return Table(
        _("Từng đơn vị và từng lĩnh vực của đơn vị"),
        (Column(_("Đơn vị, lĩnh vực")), *_counts_columns(edition), Column(_("Cần xem vì"))),
        tuple(rows),
        strong=tuple(strong),
        note=about_openings(edition, trust),
        is_ordered=True,
    )


def concern_names(edition: Edition) -> Mapping[Concern, str]:
    """Why to look at a stratum, in words; a flag is named by its rules."""
    _ = edition.translate
    return {
        Concern.OVERFULL: _("nhiều phiếu hơn hồ sơ"),
        Concern.UNFINISHED: _("nhiều lượt mở, ít phiếu"),
        Concern.SILENT: _("chưa có phiếu") if edition.steps is None else _("chưa có phiếu được tính"),
        Concern.FEW: _("quá ít phiếu"),
    }


def why(edition: Edition, stratum: Trust, fewest: int) -> str:
    """Why to look at a stratum: its flags with their numbers, then what else; a dash where nothing is."""
    names, rules = concern_names(edition), rule_names(edition)
    words = [f"{rules[rule]}: {edition.count(number)}" for rule, number in stratum.flagged.items()]
    words += [names[concern] for concern in stratum.concerns(fewest) if concern in names]
    return "; ".join(words) or "–"


def _step(edition: Edition, name: str, number: int | None, dossiers: int) -> tuple[Cell, ...]:
    _ = edition.translate
    if number is None:
        return name, _("chưa ghi"), "–"
    return name, edition.whole(number), edition.number(number / dossiers) if dossiers else "–"


def about_openings(edition: Edition, trust: Credibility) -> str:
    """From when to when pages were counted, and how far these numbers can be trusted."""
    _ = edition.translate
    if trust.since is None or trust.until is None:
        return _("Lượt mở trang và lượt bắt đầu của đợt này chưa được ghi.")
    names = {"since": formats.day(trust.since), "until": formats.day(trust.until)}
    period = _("Lượt mở trang và lượt bắt đầu được đếm từ ngày %(since)s đến hết ngày %(until)s.") % names
    return f"{period} " + _(
        "Hai số này gần đúng: tải lại trang và bản xem trước của liên kết cũng được đếm; điện thoại không chạy mã của "
        "trang không báo lượt bắt đầu, nên mỗi phiếu gửi từ trang được tính là ít nhất một lượt mở và một lượt bắt đầu."
    )


def _counts_columns(edition: Edition) -> tuple[Column, ...]:
    _ = edition.translate
    return (
        # Two short words that would else stand one below the other.
        Column(_("Hồ sơ").replace(" ", "\N{NO-BREAK SPACE}"), "right", 1.1),
        Column(_("Mã đã phát"), "right", 0.9),
        Column(_("Lượt mở"), "right", 1.0),
        Column(_("Bắt đầu"), "right", 1.0),
        Column(_("Phiếu"), "right", 0.95),
        Column(_("Đã xác thực"), "right", 1.15),
        Column(_("Giao muộn"), "right", 0.9),
    )


def _counts(edition: Edition, row: Trust, unknown: str) -> tuple[Cell, ...]:
    """The numbers of a row; ``unknown`` stands where nobody can tell how many pages were opened."""
    openings = row.openings
    return (
        edition.whole(row.dossiers),
        edition.whole(row.invited),
        unknown if openings is None else edition.whole(openings.opened),
        unknown if openings is None else edition.whole(openings.started),
        edition.whole(row.responses),
        "–" if row.verified_share is None else _share(edition, row.verified_share),
        edition.whole(row.late),
    )


def _share(edition: Edition, share: float) -> Number:
    return Number(share, edition.percent(share, 1))


def _units(edition: Edition, trust: Credibility) -> Table:
    _ = edition.translate
    unknown = _("chưa ghi")
    return Table(
        _("Độ tin cậy theo đơn vị: lời mời, lượt mở, phiếu, phiếu đã xác thực, phiếu giao muộn và cờ"),
        (Column(_("Đơn vị"), width=2.2), *_counts_columns(edition), Column(_("Cần xem vì"), width=1.5)),
        tuple(
            (
                clean(unit.unit.name),
                *_counts(edition, unit, unknown),
                why(edition, unit, trust.fewest),
            )
            for unit in trust.units
        ),
        note=about_openings(edition, trust),
    )


def _strata(edition: Edition, trust: Credibility) -> Table:
    """The strata to look at, and in the workbook then all others."""
    _ = edition.translate
    worrying = trust.worrying
    return Table(
        _("Độ tin cậy theo đơn vị và lĩnh vực: các tầng cần xem lại"),
        (
            Column(_("Đơn vị, lĩnh vực"), width=2.2),
            *_counts_columns(edition),
            Column(_("Cần xem vì"), width=1.5),
        ),
        _rows(edition, trust, worrying[:NAMED]),
        note=_where(edition, trust, worrying),
        further=_rows(edition, trust, _others(trust, worrying)) if edition.every_stratum else (),
        is_ordered=True,
    )


def _others(trust: Credibility, worrying: Sequence[Trust]) -> list[Trust]:
    """All strata that are not named on paper."""
    at = {id(row) for row in worrying}
    return [*worrying[NAMED:], *(row for row in trust.strata if id(row) not in at)]


def _rows(edition: Edition, trust: Credibility, strata: Sequence[Trust]) -> tuple[tuple[Cell, ...], ...]:
    _ = edition.translate
    unknown = _("chưa ghi") if trust.since is None else "–"
    return tuple(
        (
            stratum_name(edition, row),
            *_counts(edition, row, unknown),
            why(edition, row, trust.fewest),
        )
        for row in strata
    )


def stratum_name(edition: Edition, row: Trust) -> str:
    """Unit and field."""
    field = f" – {row.field.name(edition.language)}" if row.field else ""
    return clean(f"{row.unit.name}{field}")


def _where(edition: Edition, trust: Credibility, worrying: Sequence[Trust]) -> str:
    """What the table leaves out and where it is."""
    _ = edition.translate
    found = _(
        "Có %(worrying)s trên %(strata)s tầng cần xem lại, bảng này nêu %(shown)s tầng. Mọi tầng có trong tệp Excel của báo "
        "cáo, trang “Độ tin cậy từng tầng” và dữ liệu mở."
    ) % {
        "worrying": edition.count(len(worrying)),
        "strata": edition.count(len(trust.strata)),
        "shown": edition.count(min(len(worrying), NAMED)),
    }
    found += " " + _("Quá ít phiếu: dưới %(fewest)s phiếu, nên số liệu của tầng không được nêu.") % {
        "fewest": edition.count(trust.fewest)
    }
    if trust.since is not None and any(row.openings is None for row in trust.strata):
        found += " " + _(
            "Dấu “–” ở lượt mở: quầy phục vụ nhiều lĩnh vực, nên lượt mở chỉ biết theo đơn vị (bảng trên)."
        )
    if any(row.is_hidden for row in trust.strata):
        found += " " + _(
            "Cờ dựa vào câu trả lời không nêu ở tầng có ít phiếu, để không suy ra được câu trả lời của ai."
        )
    return found

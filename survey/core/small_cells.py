"""Small cells: what so few people answered is not shown, nor what would let anybody compute it.

How many answered tells nothing of what they answered and is shown everywhere; hidden are figures made from answers.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from math import nan
from typing import TypeVar

from survey.core.credibility import Credibility, Trust, Way
from survey.core.flags import FROM_ANSWERS
from survey.core.measure import Measure
from survey.core.raking import Raked, RakedMargin, Refused
from survey.core.response import VERIFIED_MODE
from survey.core.result import (
    FactorResult,
    FieldResult,
    Grouping,
    RespondentGroup,
    RoundResult,
    TargetResult,
    UnitResult,
)
from survey.core.scoring import Scored

Row = TypeVar("Row", FieldResult, UnitResult, RespondentGroup)


def hidden(counts: Sequence[int], fewest: int, already: Collection[int] = ()) -> list[bool]:
    """Which parts of a whole, whose total is shown, must be hidden.

    A part with fewer than ``fewest`` responses is hidden (primary suppression). The total less all shown parts gives the
    hidden ones together, so these must be two at least and have ``fewest`` responses together; until then the smallest
    shown part is hidden as well (complementary suppression). A part without responses has nothing to hide.

    Args:
        counts: responses of each part; together they are the whole.
        fewest: responses from which on a figure is shown, 1 or more.
        already: positions of parts that are hidden for another reason.
    """
    found = [0 < count < fewest or (count > 0 and at in already) for at, count in enumerate(counts)]
    while any(found):
        together = [count for count, is_hidden in zip(counts, found, strict=True) if is_hidden]
        shown = [at for at, count in enumerate(counts) if count and not found[at]]
        if not shown or (len(together) > 1 and sum(together) >= fewest):
            break
        found[min(shown, key=lambda at: (counts[at], at))] = True
    return found


def nested(
    parts: Sequence[Mapping[str, int]], shown: Mapping[str, int], fewest: int, already: Collection[int] = ()
) -> set[int]:
    """Which parts of one partition must be hidden because a part of another lies wholly inside them, or they in it.

    A part less the shown rows that lie wholly inside it leaves those of its responses that are elsewhere, and a shown
    row less the parts that lie wholly inside it leaves its others: neither remainder may be small.

    Args:
        parts: responses of each part by the rows of the other partition.
        shown: responses of the rows whose figures are shown.
        fewest: responses from which on a figure is shown.
        already: positions of parts that are hidden for another reason.
    """
    totals = [sum(part.values()) for part in parts]
    gone = {at for at, total in enumerate(totals) if 0 < total < fewest} | set(already)
    for at, part in enumerate(parts):
        inside = sum(count for row, count in part.items() if shown.get(row) == count)
        if inside and 0 < totals[at] - inside < fewest:
            gone.add(at)
    for row, count in shown.items():
        inner = sorted(
            (totals[at], at) for at, part in enumerate(parts) if at not in gone and set(part) == {row}
        )
        left = count - sum(total for total, _ in inner)
        while inner and 0 < left < fewest:
            total, at = inner.pop(0)
            gone.add(at)
            left += total
    return gone


def protect(
    result: RoundResult,
    fewest: int,
    together: Collection[str] | None = None,
    *,
    is_moving: bool = False,
    hidden_before: Collection[str] = (),
) -> RoundResult:
    """The result without the figures of small cells, before anything is written from it.

    Every partition of the round's responses that is shown beside its total is protected: units, fields, groups of
    respondents, and the ways in which the index is taken; fields and groups also against units and fields that lie
    wholly inside them or around them. What rules find in answers is hidden where few people of a unit or stratum are.
    Targets measured on some fields go where these contain a hidden field beside shown ones. A round with fewer responses
    than ``fewest`` shows no figure at all. While further answers can arrive, the index is taken in one way only and for no
    group of respondents: between two looks these could move by the answers of few. The index before raking goes where a
    category has few responses: with the index, it would tell their answers. What is hidden in the report of the round
    before is hidden here, too.

    Args:
        result: with all figures.
        fewest: responses from which on a figure is shown, 1 or more.
        together: codes of the units and fields that are hidden where unit × field is shown, too, see
            :mod:`survey.core.breakdown`; None where it is not.
        is_moving: whether further answers can arrive.
        hidden_before: codes of the units that are hidden in the round before.
    """
    result = _past(result, fewest, hidden_before)
    few = isinstance(result.raked, Raked) and result.raked.fewest < fewest
    if 0 < result.index.responses < fewest or (is_moving and few):
        return _nothing(replace(result, raked=_raked(result.raked, fewest)), fewest)
    units = _unjudged(_units(result, fewest, together))
    of_units = _shown({unit.unit.code: unit.measure for unit in units})
    fields = _fields(result, fewest, together, of_units)
    of_fields = _shown({row.field.code: row.measure for row in fields})
    gone = {row.field.code for row in fields if row.measure.is_hidden}
    parted = _groupings(result, of_units, of_fields, fewest, is_moving=is_moving)
    trust = _flags(result.credibility, fewest, {row.unit.code for row in units if row.measure.is_hidden})
    return replace(
        result,
        raked=_raked(result.raked, fewest),
        unraked=None if few or is_moving else result.unraked,
        fields=fields,
        units=_without_factors(units, fewest),
        targets=tuple(_target(target, gone, fewest) for target in result.targets),
        groupings=parted,
        credibility=_ways(trust, fewest, is_moving=is_moving, is_verified_hidden=_hides_verified(parted)),
    )


def shown_index(scored: Scored, fewest: int, *, is_moving: bool) -> Measure:
    """The index of a whole round as :func:`protect` leaves it."""
    index = scored.index()
    few = isinstance(scored.raked, Raked) and scored.raked.fewest < fewest
    return hide(index) if 0 < index.responses < fewest or (is_moving and few) else index


def hide(measure: Measure) -> Measure:
    """The same group without its figure."""
    estimate = replace(measure.estimate, value=nan, standard_error=nan, degrees_of_freedom=0, valid_answers=0)
    return replace(measure, estimate=estimate, interval=None, is_hidden=True)


def _shown(measures: Mapping[str, Measure]) -> dict[str, int]:
    return {code: m.responses for code, m in measures.items() if m.responses and not m.is_hidden}


def _groupings(
    result: RoundResult, units: Mapping[str, int], fields: Mapping[str, int], fewest: int, *, is_moving: bool
) -> tuple[Grouping, ...]:
    """Without groups that are small or nested with shown units and fields; none of them while answers can arrive."""
    found = []
    for grouping in result.groupings:
        everyone = range(len(grouping.groups))
        gone = everyone if is_moving else _nested_groups(grouping, units, fields, fewest)
        found.append(_parted(grouping, _rows(grouping.groups, fewest, gone)))
    return tuple(found)


def _nested_groups(
    grouping: Grouping, units: Mapping[str, int], fields: Mapping[str, int], fewest: int
) -> set[int]:
    gone = nested([group.by_unit for group in grouping.groups], units, fewest)
    return nested([group.by_field for group in grouping.groups], fields, fewest, gone)


def _rows(rows: tuple[Row, ...], fewest: int, already: Collection[int] = ()) -> tuple[Row, ...]:
    found = hidden([row.measure.responses for row in rows], fewest, already)
    return tuple(_without(row) if is_hidden else row for row, is_hidden in zip(rows, found, strict=True))


def _without(row: Row) -> Row:
    return replace(row, measure=hide(row.measure))


def _unjudged(units: tuple[UnitResult, ...]) -> tuple[UnitResult, ...]:
    """A verdict, a rank or a change would tell where a hidden figure lies."""
    return tuple(
        replace(unit, verdict=None, ranks=None, change=None) if unit.measure.is_hidden else unit
        for unit in units
    )


def _without_factors(units: tuple[UnitResult, ...], fewest: int) -> tuple[UnitResult, ...]:
    """Without the factors of units that would show a small group's answers to one of them.

    Hidden are all factors of a unit or none, since the index less the other factors gives the one that is left out.
    Every factor's total is shown, so that every factor on its own parts the responses like the units do.
    """
    counts = [[factor.estimate.valid_answers for factor in unit.factors] for unit in units]
    gone = {at for at, unit in enumerate(units) if unit.measure.is_hidden}
    while True:
        found = {
            at
            for column in zip(*counts, strict=True)
            for at, is_hidden in enumerate(hidden(column, fewest, gone))
            if is_hidden
        }
        if found <= gone:
            break
        gone |= found
    return tuple(
        replace(unit, factors=tuple(map(hide, unit.factors))) if at in gone else unit
        for at, unit in enumerate(units)
    )


def _past(result: RoundResult, fewest: int, hidden_before: Collection[str]) -> RoundResult:
    """Without figures of the round before that too few stand behind or that its own report hides."""
    units = tuple(_earlier(unit, fewest, hidden_before) for unit in result.units)
    if result.previous_index is None or not 0 < result.previous_index.responses < fewest:
        return replace(result, units=units)
    return replace(
        result,
        units=units,
        previous_index=hide(result.previous_index),
        change=None,
        factors=tuple(_new(factor) for factor in result.factors),
    )


def _new(factor: FactorResult) -> FactorResult:
    """A factor as if it had been asked for the first time."""
    items = tuple(replace(item, previous=None, change=None) for item in factor.items)
    return replace(factor, previous=None, change=None, items=items)


def _earlier(unit: UnitResult, fewest: int, hidden_before: Collection[str]) -> UnitResult:
    """A unit without its figure of the round before, where that would tell one that is hidden there."""
    parts = unit.lineage.parts if unit.lineage else ()
    is_hidden = any(part.code in hidden_before for part in parts)
    if unit.previous is None or not (is_hidden or unit.previous.responses < fewest):
        return unit
    return replace(unit, previous=hide(unit.previous), change=None)


def _target(target: TargetResult, gone: set[str], fewest: int) -> TargetResult:
    """A figure of some fields less the shown ones among them would give the hidden ones."""
    fields = set(target.measurement.fields)
    if target.measure is None or not (target.measure.responses < fewest or fields & gone):
        return target
    return replace(target, measure=hide(target.measure), verdict=None)


def _units(result: RoundResult, fewest: int, together: Collection[str] | None) -> tuple[UnitResult, ...]:
    if together is None:
        return _rows(result.units, fewest)
    return tuple(_without(row) if row.unit.code in together else row for row in result.units)


def _fields(
    result: RoundResult, fewest: int, together: Collection[str] | None, of_units: Mapping[str, int]
) -> tuple[FieldResult, ...]:
    if together is None:
        return _rows(result.fields, fewest, nested([row.by_unit for row in result.fields], of_units, fewest))
    return tuple(_without(row) if row.field.code in together else row for row in result.fields)


def _parted(grouping: Grouping, groups: tuple[RespondentGroup, ...]) -> Grouping:
    """Without the dossiers that hidden groups stand for: they would tell in which units these few people answered."""
    return replace(
        grouping,
        groups=tuple(
            replace(group, measure=replace(group.measure, dossiers=0)) if group.measure.is_hidden else group
            for group in groups
        ),
    )


def _hides_verified(groupings: tuple[Grouping, ...]) -> bool:
    """Whether those who answered with a ticket are hidden among the modes."""
    return any(
        group.measure.is_hidden
        for grouping in groupings
        if grouping.question is None
        for group in grouping.groups
        if group.key == VERIFIED_MODE
    )


def _ways(
    trust: Credibility | None, fewest: int, *, is_moving: bool, is_verified_hidden: bool
) -> Credibility | None:
    """All responses less those of another way are a part, too: neither may be small, nor hidden elsewhere."""
    if trust is None:
        return None
    everybody = trust.everybody.measure.responses

    def protected(way: Way) -> Way:
        kept = way.measure.responses
        left = everybody - kept
        is_few = 0 < kept < fewest or 0 < left < fewest or (is_moving and left > 0)
        return _hidden_way(way) if is_few else way

    verified = _hidden_way(trust.verified) if is_verified_hidden else protected(trust.verified)
    return replace(trust, unflagged=protected(trust.unflagged), verified=verified)


def _flags(trust: Credibility | None, fewest: int, gone: Collection[str]) -> Credibility | None:
    """Without what rules that look at answers find where few people are, nor where totals would give it.

    What is shown of such a rule is a tree: the round's number, those of its units, those of the strata of every shown unit.

    Args:
        trust: the credibility page, or None.
        fewest: responses from which on it is shown.
        gone: codes of the units whose figures are hidden.
    """
    if trust is None:
        return None
    already = [at for at, row in enumerate(trust.units) if row.unit.code in gone]
    is_hidden = hidden([row.responses for row in trust.units], fewest, already)
    units = tuple(map(_flagless, trust.units, is_hidden))
    hidden_units = {row.unit.code for row in units if row.is_hidden}
    strata: list[Trust] = []
    for code, group in groupby(trust.strata, key=lambda row: row.unit.code):
        rows = list(group)
        inside = range(len(rows)) if code in hidden_units else ()
        strata += map(_flagless, rows, hidden([row.responses for row in rows], fewest, inside))
    return replace(trust, units=units, strata=tuple(strata), fewest=fewest)


def _flagless(row: Trust, is_hidden: bool) -> Trust:  # noqa: FBT001  one of two lists that go together
    if not is_hidden:
        return row
    told = {rule: number for rule, number in row.flagged.items() if rule not in FROM_ANSWERS}
    return replace(row, flagged=told, is_hidden=True)


def _raked(raked: Raked | Refused | None, fewest: int) -> Raked | Refused | None:
    """Without the weights of margins in which few people are: with their number, these could tell where they live."""
    if not isinstance(raked, Raked):
        return raked
    return replace(raked, margins=tuple(_of_many(margin, fewest) for margin in raked.margins))


def _of_many(margin: RakedMargin, fewest: int) -> RakedMargin:
    if margin.fewest >= fewest:
        return margin
    categories = tuple(replace(category, before=nan) for category in margin.categories)
    return replace(margin, categories=categories)


def _nothing(result: RoundResult, fewest: int) -> RoundResult:
    """A round of which so few answered that every figure is about them."""
    trust = result.credibility
    trust = trust and _flags(trust, fewest, {row.unit.code for row in trust.units})
    return replace(
        result,
        index=hide(result.index),
        unweighted=nan,
        change=None,
        factors=tuple(_silent(factor) for factor in result.factors),
        fields=tuple(_without(row) for row in result.fields),
        units=tuple(
            replace(unit, previous=None, factors=tuple(map(hide, unit.factors)))
            for unit in _unjudged(tuple(map(_without, result.units)))
        ),
        attention=None,
        unraked=None,
        groupings=tuple(_parted(g, tuple(map(_without, g.groups))) for g in result.groupings),
        targets=tuple(
            replace(t, measure=hide(t.measure), verdict=None) if t.measure else t for t in result.targets
        ),
        parts=tuple(replace(part, measure=hide(part.measure)) for part in result.parts),
        further=tuple(replace(one, measure=hide(one.measure)) for one in result.further),
        credibility=trust
        and replace(
            trust,
            everybody=_hidden_way(trust.everybody),
            unflagged=_hidden_way(trust.unflagged),
            verified=_hidden_way(trust.verified),
            flagged={rule: number for rule, number in trust.flagged.items() if rule not in FROM_ANSWERS},
            any_flagged=None,
        ),
    )


def _hidden_way(way: Way) -> Way:
    return Way(hide(way.measure), None)


def _silent(factor: FactorResult) -> FactorResult:
    items = tuple(
        replace(i, measure=hide(i.measure), shares=dict.fromkeys(i.shares, 0.0), change=None)
        for i in factor.items
    )
    shares = dict.fromkeys(factor.shares, 0.0)
    return replace(factor, measure=hide(factor.measure), shares=shares, change=None, items=items)

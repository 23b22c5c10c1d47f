"""What must hold in a table of tallies: within a row, between rows and their totals."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from survey.core.tally import Finding, Tally, TallyFault, mean_share
from survey.core.tally_numbers import WHOLE, Fit, Printed, readable

Key = tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """A row of numbers as it is printed.

    Attributes:
        tally: the counts.
        columns: of the options, in their order.
        percents: by column of the option: the column of the percentage and the percentage.
        valid: said number of answers with its column.
        blank: said number of blanks with its column.
        good: said number of satisfied answers with its column.
        good_percent: said share of satisfied answers with its column.
    """

    tally: Tally
    columns: tuple[int, ...]
    percents: Mapping[int, tuple[int, Printed]] = field(default_factory=dict)
    valid: tuple[int, int] | None = None
    blank: tuple[int, int] | None = None
    good: tuple[int, int] | None = None
    good_percent: tuple[int, Printed] | None = None


def row_findings(line: Line) -> Iterator[Finding]:
    """Everything that does not fit within one row, and what is worth knowing of it."""
    tally = line.tally
    if not tally.valid:
        yield Finding(tally.row, None, TallyFault.NO_ANSWERS)
        return
    yield from _of_counts(line)
    yield from _of_percents(line)
    if tally.scale:
        yield Finding(tally.row, None, TallyFault.OWN_SCALE, tally.scale)


def _of_counts(line: Line) -> Iterator[Finding]:
    tally = line.tally
    row, valid, forms = tally.row, tally.valid, tally.forms
    if line.valid and line.valid[1] != valid:
        yield Finding(row, line.valid[0], TallyFault.VALID_UNEQUAL, str(line.valid[1]), str(valid))
    if line.good and line.good[1] != tally.satisfied:
        yield Finding(row, line.good[0], TallyFault.GOOD_UNEQUAL, str(line.good[1]), str(tally.satisfied))
    if forms is None:
        return
    if valid > forms:
        yield Finding(row, None, TallyFault.OVER_FORMS, str(valid), str(forms))
    elif line.blank and valid + line.blank[1] != forms:
        yield Finding(row, line.blank[0], TallyFault.BLANK_UNEQUAL, str(line.blank[1]), str(forms - valid))
    elif valid < forms and not line.blank:
        yield Finding(row, None, TallyFault.BLANKS, str(forms - valid), str(valid))


def _of_percents(line: Line) -> Iterator[Finding]:
    tally, row = line.tally, line.tally.row
    is_cut = False
    for option, at in zip(tally.options, line.columns, strict=True):
        if at not in line.percents:
            continue
        column, printed = line.percents[at]
        if not printed.is_possible:
            yield Finding(row, column, TallyFault.PERCENT_IMPOSSIBLE, readable(printed.value))
            continue
        fit = printed.fit(option.count, tally.valid)
        is_cut = is_cut or fit is Fit.CUT
        if fit is Fit.OFF:
            yield _off(line, column, printed, option.count)
    if line.good_percent:
        column, printed = line.good_percent
        fit = printed.fit(tally.satisfied, tally.valid)
        is_cut = is_cut or fit is Fit.CUT
        if fit is Fit.OFF:
            expected = readable(WHOLE * tally.satisfied / tally.valid)
            yield Finding(row, column, TallyFault.GOOD_PERCENT_OFF, readable(printed.value), expected)
    yield from _of_their_sum(line)
    if is_cut:
        yield Finding(row, None, TallyFault.CUT)


def _off(line: Line, column: int, printed: Printed, count: int) -> Finding:
    """A percentage that is not that of its count; perhaps it is one of the forms instead of the answers."""
    tally = line.tally
    expected = readable(WHOLE * count / tally.valid)
    is_of_forms = bool(tally.forms) and printed.fit(count, tally.forms or 1) is not Fit.OFF
    fault = TallyFault.PERCENT_OF_FORMS if is_of_forms else TallyFault.PERCENT_OFF
    return Finding(tally.row, column, fault, readable(printed.value), expected)


def _of_their_sum(line: Line) -> Iterator[Finding]:
    printed = [line.percents[at][1] for at in line.columns if at in line.percents]
    if len(printed) < len(line.columns):
        return
    total = sum(one.value for one in printed)
    # Each may be off by one unit of its last digit: cut off, or rounded.
    if abs(total - WHOLE) >= sum(one.step for one in printed):
        yield Finding(line.tally.row, None, TallyFault.PERCENT_SUM, readable(total))


def duplicate_findings(lines: Sequence[Line]) -> Iterator[Finding]:
    """Rows that say the same unit, field and item again."""
    seen: dict[Key, int] = {}
    for line in lines:
        first = seen.setdefault(_key(line.tally), line.tally.row)
        if first != line.tally.row:
            yield Finding(line.tally.row, None, TallyFault.DUPLICATE, str(first))


@dataclass(frozen=True)
class TotalRow:
    """A row that says the sum of other rows.

    Attributes:
        row: counted from 1.
        of: the rows that it may add up, nearest first; it must fit one of these groups.
        counts: said count by column.
    """

    row: int
    of: tuple[tuple[Line, ...], ...]
    counts: Mapping[int, int]


def total_findings(total: TotalRow) -> Iterator[Finding]:
    """The columns in which a row of totals is not the sum of its rows, by the group that fits best."""
    found = [list(_unequal(total, group)) for group in total.of if group]
    if found:
        yield from min(found, key=len)


def _unequal(total: TotalRow, group: Sequence[Line]) -> Iterator[Finding]:
    sums: dict[int, int] = {}
    for line in group:
        for at, option in zip(line.columns, line.tally.options, strict=True):
            sums[at] = sums.get(at, 0) + option.count
    for column, said in total.counts.items():
        if sums.get(column, 0) != said:
            yield Finding(total.row, column, TallyFault.TOTAL_UNEQUAL, str(said), str(sums.get(column, 0)))


def mean_finding(row: int, column: int, printed: Printed, lines: Sequence[Line]) -> Finding | None:
    """A mean that neither the items' shares nor all answers together give; None where one of them does."""
    tallies = [line.tally for line in lines if line.tally.share is not None]
    answers, satisfied = sum(t.valid for t in tallies), sum(t.satisfied for t in tallies)
    if not answers:
        return None
    mean = mean_share(tallies) or 0.0
    is_near = abs(float(printed.value) - 100 * mean) < float(printed.step)
    if is_near or printed.fit(satisfied, answers) is not Fit.OFF:
        return None
    return Finding(row, column, TallyFault.MEAN_OFF, readable(printed.value), readable(100 * mean))


def _key(tally: Tally) -> Key:
    return tally.unit_code, tally.field_code, tally.factor.casefold(), tally.item.casefold()

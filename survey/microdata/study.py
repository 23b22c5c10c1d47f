"""Tables checked against a specification, row by row: what is wrong is named with its row and column."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from questionnaires.source import Fault, quoted
from questionnaires.source import Path as Place
from survey.microdata.columns import Column, Table, limited
from survey.microdata.loading import EstimateFaults, Loaded, nearest
from survey.microdata.reading import Origin, read_table
from survey.microdata.specification import Poststratify, Rows, Specification, code_of
from survey.microdata.totals import Labels, Totals, read_totals, said
from survey.statistics.arrays import BoolArray, FloatArray, IntArray, NumberArray

MOST_ESTIMATES = 1_000_000


@dataclass(frozen=True, eq=False)
class Study:
    """Everything that was read, found to fit together.

    Attributes:
        loaded: the specification.
        table: the n rows that count, in an order of their own.
        frame: dossiers by stratum, None where there is no frame.
        margins: totals of every margin of every adjustment, in order.
        outside: rows left out because the frame does not hold their stratum.
        origins: the files, the data first.
    """

    loaded: Loaded
    table: Table
    frame: Totals | None
    margins: tuple[Totals, ...]
    outside: int
    origins: tuple[Origin, ...]

    @property
    def specification(self) -> Specification:
        """What was asked for."""
        return self.loaded.specification

    def numbers(self, name: str) -> FloatArray:
        """A column as numbers (n,)."""
        return self.table.columns[name].numbers(self.specification.data.decimal)

    def answers(self) -> tuple[BoolArray, NumberArray]:
        """Which answers count, and their scores 0 to 1: (n, q) each; scores of only 0 and 1 as booleans."""
        spec = self.specification
        valid = np.empty((self.table.rows, len(spec.items)), np.bool_)
        score = np.zeros(valid.shape, np.float64)
        for position, item in enumerate(spec.items):
            column, worth = self.table.columns[item.source], spec.scale_of(item).worth
            values = [worth.get(code_of(text)) for text in column.texts]
            valid[:, position] = np.array([value is not None for value in values])[column.codes]
            score[:, position] = np.array([value or 0.0 for value in values])[column.codes]
        whole = bool(np.isin(score, (0.0, 1.0)).all())
        return valid, score.astype(np.bool_) if whole else score


def read_study(loaded: Loaded, folder: Path) -> Study:
    """Read all tables that a specification names and check them against it.

    Raises:
        EstimateFaults: with every fault of every table, up to a limit for each.
    """
    spec, faults, origins = loaded.specification, list[Fault](), list[Origin]()
    wanted = dict.fromkeys((*(item.source for item in spec.items), *spec.labels, *spec.numbers))
    table: Table | None = None
    totals: list[Totals] = []
    try:
        table, origin = read_table(folder, spec.data.file, spec.data, tuple(wanted))
        origins.append(origin)
    except EstimateFaults as found:
        faults += found.faults
    for place, rows, by in _known_totals(spec):
        try:
            known, source = read_totals(loaded, place, rows, by, folder)
            totals.append(known)
            origins += [source] if source else []
        except EstimateFaults as found:
            faults += found.faults
    if faults or table is None:
        raise EstimateFaults(faults)
    frame = totals.pop(0) if spec.design.frame else None
    counted = _inside(table, spec, frame)
    faults = [
        *limited(_cell_faults(table, spec, frame, totals, counted)),
        *_target_faults(loaded, table.taken(counted)),
    ]
    if not faults and not counted.any():
        faults = [Fault(table.name, 1, "cả tệp", "Không dòng nào thuộc một tầng có trong khung.")]
    faults += [] if faults else _size_faults(loaded, table)
    if faults:
        raise EstimateFaults(faults)
    ordered = table.taken(counted).in_fixed_order()
    return Study(loaded, ordered, frame, tuple(totals), int((~counted).sum()), tuple(origins))


def _known_totals(spec: Specification) -> Iterator[tuple[Place, Rows, Labels]]:
    """Every table of totals with its place and its columns: the frame first, then the margins in order."""
    if spec.design.frame:
        yield ("design", "frame"), spec.design.frame, spec.design.strata
    for step, adjustment in enumerate(spec.adjust):
        kind, asked = adjustment.asked
        for at, margin in enumerate(adjustment.margins):
            place: Place = ("margin",) if isinstance(asked, Poststratify) else ("margins", at)
            yield ("adjust", step, kind, *place), margin, margin.by


def _inside(table: Table, spec: Specification, frame: Totals | None) -> BoolArray:
    """Mark the rows that count (n,): all, unless those outside the frame are to be left out."""
    if frame is None or spec.design.frame is None or spec.design.frame.outside == "refuse":
        return np.ones(table.rows, np.bool_)
    return ~_without_total(table, frame, zero_too=True)


def _without_total(table: Table, known: Totals, *, zero_too: bool) -> BoolArray:
    """Mark the rows (n,) whose labels have no known total, or (``zero_too``) one of 0."""
    place = known.place
    codes, labels = table.crossed(known.by)
    unknown = [label not in place or (zero_too and known.sizes[place[label]] == 0) for label in labels]
    marked: BoolArray = np.array(unknown, np.bool_)[codes]
    return marked


def _cell_faults(
    table: Table, spec: Specification, frame: Totals | None, margins: list[Totals], counted: BoolArray
) -> Iterator[Fault]:
    """Everything that is wrong with single cells, column by column."""
    for item in spec.items:
        scale, column = spec.scale_of(item), table.columns[item.source]
        known = {*scale.worth, *scale.not_counted, ""}
        codes = ", ".join(sorted(known - {""}))
        message = (
            f"Mã {{text}} không có trong thang đo (các mã: {codes}); hãy sửa ô, hoặc thêm mã vào not_counted."
        )
        yield from table.faults(
            column, column.rows_where([code_of(t) not in known for t in column.texts]), message
        )
    needed = dict.fromkeys((*spec.design.strata, *spec.design.clusters, *(n for m in margins for n in m.by)))
    for column in map(table.columns.__getitem__, needed):
        rows = column.rows_where([not text for text in column.texts])
        yield from table.faults(column, rows, "Ô trống; mỗi dòng phải có giá trị ở cột này.")
    yield from _number_faults(table, spec)
    if frame is not None:
        rows = np.flatnonzero(counted & _without_total(table, frame, zero_too=True))
        yield from _label_faults(table, frame.by, rows, "không có hồ sơ nào trong khung")
    for margin in margins:
        rows = np.flatnonzero(counted & _without_total(table, margin, zero_too=False))
        yield from _label_faults(table, margin.by, rows, f"không có tổng đã biết của biên {said(margin.by)}")


def _number_faults(table: Table, spec: Specification) -> Iterator[Fault]:
    """Cells that should be numbers and are not, or that are too small."""
    for name in spec.numbers:
        column = table.columns[name]
        values = column.values(spec.data.decimal)
        positive, weight = name in spec.design.populations, name == spec.design.weights
        wrong = [
            not (value > 0 if positive else value >= 0 if weight else np.isfinite(value)) for value in values
        ]
        kind = "số lớn hơn 0" if positive else "số từ 0 trở lên" if weight else "số"
        yield from table.faults(
            column,
            column.rows_where(wrong),
            f"{{text}} phải là {kind}, dấu thập phân là “{spec.data.decimal}”, không có dấu ngăn hàng nghìn.",
        )


def _label_faults(table: Table, by: Labels, rows: IntArray, wrong: str) -> Iterator[Fault]:
    """Rows whose labels together are not known."""
    columns: list[Column] = [table.columns[name] for name in by]
    for row in rows.tolist():
        label = [column.texts[column.codes[row]] for column in columns]
        if all(label):
            message = f"{quoted(said(label))} {wrong}; hãy thêm vào bảng tổng hoặc sửa ô."
            place = columns[0].place if columns else "cả dòng"
            yield Fault(table.name, int(table.numbering[row]), place, message)


def _size_faults(loaded: Loaded, table: Table) -> Iterator[Fault]:
    """More estimates than a sheet has rows: nearly always a grouping by a column that differs in every row."""
    spec = loaded.specification
    groups = sum(len(table.crossed(by)[1]) for by in spec.groupings)
    if groups * len(spec.measures) > MOST_ESTIMATES:
        message = f"Có {groups} nhóm, quá nhiều cho một trang tính; hãy phân nhóm theo cột có ít giá trị hơn."
        yield loaded.fault(("groups",), message)


def _target_faults(loaded: Loaded, table: Table) -> Iterator[Fault]:
    """Groups of targets that nobody belongs to."""
    for at, target in enumerate(loaded.specification.targets):
        _, labels = table.crossed(tuple(target.group))
        wanted = tuple(target.group.values())
        if wanted not in labels:
            message = (
                f"Không dòng nào thuộc {quoted(said(wanted))}{nearest(said(wanted), map(said, labels))}."
            )
            yield loaded.fault(("targets", at, "group"), message)

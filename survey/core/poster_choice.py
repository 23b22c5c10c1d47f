"""Which counters' posters are wanted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey.core.counter import Counter, readable_code
from survey.core.labels import is_found
from survey.core.place import Unit, units_within

SEVERAL = "-"
"""Stands for a field where counters are wanted that serve several."""


@dataclass(frozen=True)
class PosterChoice:
    """What somebody wants printed; empty means any.

    Attributes:
        unit: code of a unit: its counters and those of the units below it.
        field: code of the only field that a counter serves, or :data:`SEVERAL`.
        text: words in the names of counter, unit and place, or in the counter's code.
        counters: codes of single counters, of those that fit all the above.
    """

    unit: str = ""
    field: str = ""
    text: str = ""
    counters: frozenset[str] = frozenset()

    def fitting(self, units: Sequence[Unit], counters: Sequence[Counter]) -> tuple[Counter, ...]:
        """The counters in service of these units that fit all but the choice of single ones, in their order."""
        names = {unit.code: unit.name for unit in units_within(units, self.unit or None)}
        return tuple(counter for counter in counters if not counter.retired and self._fits(counter, names))

    def chosen(self, fitting: Sequence[Counter]) -> tuple[Counter, ...]:
        """Of the counters that fit, those chosen one by one; all where none is."""
        return tuple(c for c in fitting if not self.counters or c.code in self.counters)

    def _fits(self, counter: Counter, names: Mapping[str, str]) -> bool:
        if counter.unit_code not in names:
            return False
        if self.field and (counter.field_code or SEVERAL) != self.field:
            return False
        said = (
            counter.name,
            counter.place,
            names[counter.unit_code],
            counter.code,
            readable_code(counter.code),
        )
        return is_found(self.text, *said)

"""The figures of a run: what was tried how often, what went wrong, and what that proves."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.faults.ledger import Findings

KINDS = ("lost", "duplicated", "differing", "count_differences", "broken")
RULE_OF_THREE = 3
"""None in n trials: with 95 % confidence the true rate is below 3/n."""


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    Attributes:
        trial: what was done, and on what.
        times: how often.
        findings: of each comparison.
        must_fail: whether this is a control.
    """

    trial: str
    times: int
    findings: Sequence[Findings]
    must_fail: bool = False

    @property
    def found(self) -> dict[str, int]:
        """How many faults of each kind."""
        return {kind: sum(len(getattr(each, kind)) for each in self.findings) for kind in KINDS}

    @property
    def as_it_should_be(self) -> bool:
        """Whether there was no fault; for a control, whether it lost or doubled answers (and did not just break)."""
        found = self.found
        if self.must_fail:
            return found["lost"] + found["duplicated"] > 0 == found["broken"]
        return not any(found.values())


def table(figures: Sequence[Figure]) -> str:
    """A Markdown table with both denominators and, where nothing was found, the upper bound of each rate."""
    head = (
        "| Trial | Times | Sent | Acknowledged | Lost | Twice | Other answers | Count differences | Broken promises "
        "| Per trial | Per answer | Verdict |"
    )
    return "\n".join([head, "|---|" + "---:|" * 10 + "---|", *map(_line, figures)]) + "\n"


def _line(figure: Figure) -> str:
    sent = sum(each.sent for each in figure.findings)
    acknowledged = sum(each.acknowledged for each in figure.findings)
    clean = not any(figure.found.values())
    verdict = ("caught" if figure.must_fail else "holds") if figure.as_it_should_be else "**WRONG**"
    cells = [
        figure.trial,
        figure.times,
        sent,
        acknowledged,
        *figure.found.values(),
        _bound(figure.times, clean),
        _bound(acknowledged, clean),
        verdict,
    ]
    return f"| {' | '.join(f'{cell:,}' if isinstance(cell, int) else str(cell) for cell in cells)} |"


def _bound(n: int, clean: bool) -> str:  # noqa: FBT001  a cell of a table
    return f"< {RULE_OF_THREE / n:.2g}" if clean and n else "–"

"""Who is told how far a trial is."""

from collections.abc import Callable

from tests.faults.ledger import Ledger

Step = Callable[[int, Ledger], None]


def silent(_number: int, _ledger: Ledger) -> None:
    """Tell nobody."""

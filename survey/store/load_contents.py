"""Digests of what stood in the rows of loaded files."""

from collections.abc import Iterable

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.core.row_contents import Names
from survey.store.rounds import ids_by_code
from survey.store.source_tables import LoadContentRow, SourceLoadRow, SourceWithdrawalRow

DIGEST_BYTES = 8
"""A row of a million is taken for one of a million others once in some 18 million loads."""


def add(session: Session, number: int, names: Names, digests: Iterable[bytes]) -> None:
    """Keep what stood in the rows of a load."""
    content = b"".join(sorted(digests))
    row = LoadContentRow(load_id=number, names=orjson.dumps(names).decode(), digests=content)
    session.add(row)
    session.flush()


def of_round(session: Session, round_code: str) -> dict[Names, set[bytes]]:
    """What stood in the rows of the loads of a round that count, by the names of columns."""
    query = (
        select(LoadContentRow.names, LoadContentRow.digests)
        .join(SourceLoadRow, SourceLoadRow.id == LoadContentRow.load_id)
        .outerjoin(SourceWithdrawalRow, SourceWithdrawalRow.load_id == SourceLoadRow.id)
        .where(
            SourceLoadRow.round_id == ids_by_code(session)[round_code], SourceWithdrawalRow.load_id.is_(None)
        )
    )
    found: dict[Names, set[bytes]] = {}
    for names, content in session.execute(query):
        digests = (content[at : at + DIGEST_BYTES] for at in range(0, len(content), DIGEST_BYTES))
        found.setdefault(tuple(orjson.loads(names)), set()).update(digests)
    return found

"""Which rows of a file count already: by what names them, and by all that stands in them whatever columns are chosen."""

import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from questionnaires.uploads import Sheet
from survey.core.row_contents import Names, contents, names_of
from survey.store import load_contents, sources
from survey.store.load_contents import DIGEST_BYTES


@dataclass(frozen=True)
class KnownRows:
    """What was loaded into a round and counts.

    Attributes:
        by_digits: fingerprints of answers by the digits that name a row under the columns chosen then.
        alike: rows of the file, counted from 1, in which stands all that stood in a loaded row.
    """

    by_digits: Mapping[str, str]
    alike: frozenset[int]


def known_rows(session: Session, code: str, sheet: Sheet, header: int, key: bytes) -> KnownRows:
    """What of a file counts in a round already.

    Args:
        session: where it was loaded.
        code: the round's.
        sheet: the file's table.
        header: row of the names of columns, from 0.
        key: makes the digests, so that nobody can guess from them what was answered.
    """
    own, alike = names_of(sheet, header).keys(), set()
    for names, digests in load_contents.of_round(session, code).items():
        if names and own >= set(names):
            alike |= {
                row for row, said in contents(sheet, header, names) if _digest(key, code, said) in digests
            }
    return KnownRows(sources.loaded(session, code), frozenset(alike))


def content_of(
    code: str, sheet: Sheet, header: int, rows: Collection[int], key: bytes
) -> tuple[Names, list[bytes]]:
    """What is kept of the rows of a file that are taken: the names of all columns, and digests."""
    names = tuple(sorted(names_of(sheet, header)))
    return names, [_digest(key, code, said) for row, said in contents(sheet, header, names) if row in rows]


def _digest(key: bytes, code: str, said: str) -> bytes:
    return hmac.digest(key, f"content\x1f{code}\x1f{said}".encode(), "sha256")[:DIGEST_BYTES]

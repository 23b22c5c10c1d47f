"""A round's open data: the figures that its report may show, their codebook, and records that lead to nobody."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from questionnaires.xlsform_writing import to_xlsform
from reports.codebook import write_codebook
from reports.edition import Edition
from reports.open_data import open_csv, open_json
from reports.open_strata import strata_csv
from reports.public_file import public_sav
from survey.actions.drilling import Reader, edition_for
from survey.actions.figures import Shown, shown_result
from survey.actions.rounds import known_round
from survey.core.account import BeyondPart
from survey.core.public_records import PublicRecords, public_records
from survey.core.round import Round, State
from survey.core.scoring import score_round
from survey.store import responses
from survey.store.database import Database

ENDINGS = ("csv", "json", "xml", "sav", "xlsx")
"""Figures as CSV and JSON, codebook, records, and the questionnaire as XLSForm."""

MEDIA_TYPES: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xml": "application/xml",
    "sav": "application/x-spss-sav",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class NotSettled(Exception):
    """Answers may still arrive, so that two files of records would show what came between them."""


@dataclass(frozen=True)
class _Source:
    """What a file is written from."""

    edition: Edition
    shown: Shown
    records: PublicRecords | None


def has_records(database: Database, code: str, *, now: datetime) -> bool:
    """Whether a round's records can be given out: nothing can arrive any more.

    Raises:
        RoundUnknown: if there is no such round.
    """
    return _round(database, code, now).state(now) is State.SETTLED


def open_file(
    database: Database, code: str, ending: str, reader: Reader, *, now: datetime, shown: Shown | None = None
) -> bytes:
    """One of a round's open files.

    Args:
        database: where the evidence is.
        code: the round's.
        ending: one of :data:`ENDINGS`.
        reader: who sees the whole province.
        now: the server's clock.
        shown: the round's figures where they are at hand.

    Raises:
        BeyondPart: if the reader is limited to a part.
        NotSettled: if records are asked for while answers may still arrive.
        RoundUnknown: if there is no such round.
    """
    if reader.part is not None:
        raise BeyondPart(code)
    if ending == "xlsx":
        return to_xlsform(_round(database, code, now).version.definition)
    if ending == "sav" and not has_records(database, code, now=now):
        raise NotSettled(code)
    shown = shown or shown_result(database, code, small_cell=reader.small_cell, now=now)
    edition = edition_for(database, shown, reader, now)
    needs_records = ending in {"sav", "xml"} and has_records(database, code, now=now)
    records = _records(database, code, shown, reader.small_cell, now) if needs_records else None
    return _WRITERS[ending](_Source(edition, shown, records))


def credibility_file(
    database: Database, code: str, reader: Reader, *, now: datetime, shown: Shown | None = None
) -> bytes:
    """Every unit and stratum of a round with what tells how far it can be trusted, as CSV.

    Args:
        database: where the evidence is.
        code: the round's.
        reader: who sees the whole province.
        now: the server's clock.
        shown: the round's figures where they are at hand.

    Raises:
        BeyondPart: if the reader is limited to a part.
        RoundUnknown: if there is no such round.
    """
    if reader.part is not None:
        raise BeyondPart(code)
    shown = shown or shown_result(database, code, small_cell=reader.small_cell, now=now)
    return strata_csv(edition_for(database, shown, reader, now))


def _records(database: Database, code: str, shown: Shown, small_cell: int, now: datetime) -> PublicRecords:
    with database.reading() as session:
        evidence, arrivals = responses.evidence_with_arrivals(session, known_round(session, code, now=now))
    hidden = shown.breakdown.levels["field"].is_hidden
    return public_records(score_round(evidence), arrivals.hour, hidden, small_cell)


def _round(database: Database, code: str, now: datetime) -> Round:
    with database.reading() as session:
        return known_round(session, code, now=now)


def _sav(source: _Source) -> bytes:
    assert source.records is not None  # noqa: S101  the round has settled
    return public_sav(source.edition, source.records)


_WRITERS: Mapping[str, Callable[[_Source], bytes]] = {
    "csv": lambda source: open_csv(source.edition, source.shown.breakdown),
    "json": lambda source: open_json(source.edition, source.shown.breakdown),
    "xml": lambda source: write_codebook(source.edition, source.shown.breakdown.fields, source.records),
    "sav": _sav,
}

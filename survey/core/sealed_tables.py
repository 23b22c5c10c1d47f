"""Which tables the seal covers, with which columns, and which deed may explain that a row changed.

Every column of a sealed table is sealed or stands in :data:`NOT_SEALED` with its reason; every other table stands in
:data:`OUTSIDE` with its reason. A test keeps both complete.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from survey.core.trail import Deed


@dataclass(frozen=True)
class SealedTable:
    """How one table is sealed.

    Attributes:
        columns: what the digest of a row covers.
        key: the columns that name a row.
        subjects: the columns that a deed about the row may name as its subject; :data:`ROUND_CODE` for its round's code,
            :data:`LATER_QUESTIONNAIRE` for the code of the questionnaire whose rewording it is about, and
            :data:`CLOSED_UNIT` for the code of the unit that passed something on. Where they stand in the key, a row
            that has gone can be explained as well.
        deeds: deeds that explain a row that is new, changed or gone.
        frozen: whether a row, once sealed, can never rightly change or go.
    """

    columns: tuple[str, ...]
    key: tuple[str, ...]
    subjects: tuple[str, ...]
    deeds: frozenset[Deed] = frozenset()
    frozen: bool = False


ROUND_CODE = "code of round_id"
LATER_QUESTIONNAIRE = "questionnaire_code of later_id"
CLOSED_UNIT = "code of from_id"

RESPONSE_COLUMNS = (
    "id", "round_id", "version_id", "counter_id", "unit_id", "field_id", "mode", "language", "answers", "fingerprint",
    "received_hour", "late_hours", "hurried",
)  # fmt: skip

LATER_COLUMNS = frozenset({"hurried"})
"""Columns of responses younger than the first seals: they are sealed where they hold something, so that seals of rows from
before stay what they are."""

ROUND_DEEDS = frozenset(
    {
        Deed.ROUND_MADE, Deed.ROUND_CHANGED, Deed.ROUND_OPENING_SET, Deed.ROUND_CLOSING_SET, Deed.ROUND_OPENED,
        Deed.ROUND_CLOSED, Deed.ROUND_REOPENED,
    }
)  # fmt: skip

TABLES: Mapping[str, SealedTable] = {
    "instance": SealedTable(
        ("id", "superior", "agency", "place", "number_suffix", "simulated"),
        ("id",),
        ("agency",),
        frozenset({Deed.OWNER_NAMED}),
    ),
    "unit": SealedTable(
        ("id", "code", "name", "tier", "valid_from", "valid_to", "parent_id"),
        ("code",),
        ("code",),
        frozenset({Deed.UNIT_ADDED, Deed.UNIT_CHANGED, Deed.UNIT_CLOSED}),
    ),
    "unit_change": SealedTable(
        ("id", "from_id", "to_id", "share", "since", "basis"),
        ("from_id", "to_id"),
        (CLOSED_UNIT,),
        frozenset({Deed.UNIT_CLOSED}),
    ),
    "field": SealedTable(
        ("id", "code", "name_vi", "name_en"),
        ("code",),
        ("code",),
        frozenset({Deed.FIELD_ADDED, Deed.FIELD_CHANGED}),
    ),
    "counter": SealedTable(
        ("id", "code", "unit_id", "field_id", "name", "place", "retired"),
        ("code",),
        ("code",),
        frozenset(
            {Deed.COUNTER_ADDED, Deed.COUNTER_CHANGED, Deed.COUNTER_RETIRED, Deed.COUNTER_RESTORED}
        ),
    ),
    "version": SealedTable(
        ("id", "questionnaire_code", "number", "fingerprint", "definition", "published_at"),
        ("questionnaire_code", "number"),
        ("questionnaire_code",),
        frozenset({Deed.VERSION_PUBLISHED}),
        frozen=True,
    ),
    "editorial_change": SealedTable(
        ("id", "earlier_id", "later_id", "code", "holds", "reason", "who", "declared_at"),
        ("id",),
        ("code", LATER_QUESTIONNAIRE),
        frozenset({Deed.EDITORIAL_DECLARED, Deed.EDITORIAL_WITHDRAWN, Deed.VERSION_PUBLISHED}),
        frozen=True,
    ),
    "target_sheet": SealedTable(("id", "code", "content"), ("code",), ("code",)),
    "round": SealedTable(
        ("id", "code", "name_vi", "name_en", "starts_on", "ends_on", "version_id", "target_sheet_id", "opened_at",
         "closed_at", "frame_source", "settings"),
        ("code",),
        ("code",),
        ROUND_DEEDS | {Deed.VERSION_PUT_TO_USE, Deed.FRAME_LOADED},
    ),
    "planned_version": SealedTable(
        ("round_id", "starts_at", "version_id"),
        ("round_id", "starts_at"),
        (ROUND_CODE,),
        frozenset({Deed.ROUND_VERSION_PLANNED, Deed.ROUND_VERSION_UNPLANNED}),
    ),
    "round_exclusion": SealedTable(
        ("round_id", "unit_id"), ("round_id", "unit_id"), (ROUND_CODE,), frozenset({Deed.ROUND_UNITS_CHOSEN})
    ),
    "round_reopening": SealedTable(
        ("id", "round_id", "closed_at", "reopened_at", "reason", "who"),
        ("id",),
        (ROUND_CODE,),
        frozenset({Deed.ROUND_REOPENED}),
        frozen=True,
    ),
    "round_freeze": SealedTable(
        ("round_id", "closed_at", "frozen_at", "responses", "digest", "parts"),
        ("round_id", "closed_at"),
        (ROUND_CODE,),
        frozenset({Deed.ROUND_FROZEN}),
        frozen=True,
    ),
    "report_text": SealedTable(
        ("round_id", "number", "content", "who", "saved_at"),
        ("round_id", "number"),
        (ROUND_CODE,),
        frozenset({Deed.REPORT_TEXT_SAVED}),
        frozen=True,
    ),
    "published_report": SealedTable(
        ("round_id", "number", "text_number", "freeze_digest", "seal_number", "address", "small_cell", "digest", "parts",
         "figures", "program", "pdf_vi", "pdf_en", "reason", "submitted_by", "published_by", "published_at"),
        ("round_id", "number"),
        (ROUND_CODE,),
        frozenset({Deed.REPORT_PUBLISHED}),
        frozen=True,
    ),
    "frame": SealedTable(
        ("round_id", "unit_id", "field_id", "dossiers"),
        ("round_id", "unit_id", "field_id"),
        (ROUND_CODE,),
        frozenset({Deed.FRAME_LOADED}),
    ),
    "frame_margin": SealedTable(
        ("round_id", "margin", "category", "dossiers"),
        ("round_id", "margin", "category"),
        (ROUND_CODE,),
        frozenset({Deed.FRAME_LOADED}),
    ),
    "frame_load": SealedTable(
        ("id", "round_id", "source", "dated", "file_name", "sha256", "rows", "dossiers", "who", "loaded_at"),
        ("id",),
        (ROUND_CODE,),
        frozenset({Deed.FRAME_LOADED}),
        frozen=True,
    ),
    "reported_figure": SealedTable(
        ("id", "round_id", "kind", "name", "value", "year", "source", "dated", "who", "entered_at"),
        ("id",),
        (ROUND_CODE,),
        frozenset({Deed.FIGURE_REPORTED, Deed.FIGURE_WITHDRAWN}),
        frozen=True,
    ),
    "source_load": SealedTable(
        ("id", "round_id", "kind", "source", "dated", "file_name", "sha256", "rows", "refused", "who", "loaded_at"),
        ("id",),
        (ROUND_CODE,),
        frozenset({Deed.TALLIES_LOADED, Deed.RESPONSES_LOADED}),
        frozen=True,
    ),
    "source_withdrawal": SealedTable(
        ("load_id", "round_id", "reason", "who", "withdrawn_at"),
        ("load_id",),
        (ROUND_CODE,),
        frozenset({Deed.SOURCE_WITHDRAWN}),
        frozen=True,
    ),
    "tally": SealedTable(
        ("load_id", "row", "round_id", "unit_id", "field_id", "factor", "item", "scale", "options", "forms"),
        ("load_id", "row"),
        (ROUND_CODE,),
        frozenset({Deed.TALLIES_LOADED}),
        frozen=True,
    ),
    "ticket": SealedTable(
        ("hash", "round_id", "counter_id", "field_id"),
        ("hash",),
        (ROUND_CODE,),
        frozenset({Deed.TICKETS_LOADED}),
        frozen=True,
    ),
}  # fmt: skip
"""The tables beside the responses, by name."""

NOT_SEALED: Mapping[str, str] = {
    "ticket.used": (
        "sealed by batches, it would join a ticket to its response; instead the tickets used at a counter must be as "
        "many as its verified responses, which are sealed"
    ),
}
"""Columns of sealed tables that no digest covers, with the reason."""

OUTSIDE: Mapping[str, str] = {
    "seal": "is the chain itself",
    "sealed_response": "the list behind a seal, which holds its digest",
    "sealed_change": "the list behind a seal, which holds its digest",
    "trail": "chained by itself; every seal holds where it stood",
    "load_content": "says which rows of files look like loaded ones; the responses themselves are sealed",
    "response_count": "derived; checked against the responses",
    "opening": "how often pages were opened, approximately; feeds no estimate",
    "watermark": "derived; checked against the responses",
    "device": "says who may send next, never what was sent",
    "account": "who may sign in; feeds no number, and holds secrets",
    "staff_session": "who is signed in just now",
    "sign_in_failure": "wrong passwords of the last minutes",
    "upload": "a file that waits to be confirmed; what is made of it is sealed",
    "pile": "paper forms that are being keyed; what is made of them is sealed as responses",
    "keyed_form": "see pile; corrected until then",
    "column_role": "how the next file will be offered to be read",
    "label_meaning": "how the next file will be offered to be read",
    "paper_look": "how printed papers look; the trail says who changed it",
    "recovery_code": "opens an account whose phone is lost; feeds no number, and is a secret",
    "draft": "what is drafted is not asked yet; publishing makes a version, which is sealed",
    "draft_revision": "see draft",
    "report_submission": "who waits for an answer; each step is a deed, and what is published is sealed",
    "report_release": "who may read an issue without signing in; each word is a deed, and the issue itself is sealed",
    "published_file": "its SHA-256 stands in published_report, which is sealed; both are compared when seals are checked",
    "version_withdrawal": "whether a version is still offered for new rounds; what was asked stays as it is",
    "alembic_version": "which step the schema has reached",
}
"""Tables without a digest of their own, with the reason."""

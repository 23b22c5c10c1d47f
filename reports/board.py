"""The leader's board: what the first page of the report says now, or its one line for people limited to a part."""

from collections.abc import Collection

from reports import first_page, strata
from reports.document import Block, Paragraph
from reports.edition import Edition


def board_blocks(edition: Edition, *, part: Collection[str] | None) -> tuple[Block, ...]:
    """The first page as blocks.

    Args:
        edition: of the round's report.
        part: codes of the units to which the reader is limited, who reads of the whole province its overall value only,
            to compare, and how their own units were reached; None for the whole province.
    """
    blocks: list[Block] = [first_page.headline(edition)] if part is not None else first_page.blocks(edition)
    trust = edition.result.credibility
    own = [unit for unit in trust.units if part is None or unit.unit.code in part] if trust else []
    if own:
        blocks.append(Paragraph(strata.line(edition, own)))
    text = edition.so_far()
    return (*blocks, Paragraph(text)) if text else tuple(blocks)

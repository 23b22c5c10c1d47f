"""The leader's board: what the first page of the report says now, or its one line for people limited to a part."""

from reports import first_page
from reports.document import Block, Paragraph
from reports.edition import Edition


def board_blocks(edition: Edition, *, whole: bool) -> tuple[Block, ...]:
    """The first page as blocks.

    Args:
        edition: of the round's report.
        whole: whether the reader sees the whole province; others read its overall value only, to compare.
    """
    blocks = first_page.blocks(edition) if whole else [first_page.headline(edition)]
    text = edition.so_far()
    return (*blocks, Paragraph(text)) if text else tuple(blocks)

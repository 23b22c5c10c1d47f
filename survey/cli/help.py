"""The help of commands in Vietnamese, those words too that are not ours."""

import re
from collections.abc import Iterable

import click

WORDS = {
    "Usage: ": "Cách dùng: ",
    "Options": "Tùy chọn",
    "Commands": "Các lệnh",
    "[OPTIONS]": "[TÙY CHỌN]",
    "COMMAND [ARGS]...": "LỆNH [THAM SỐ]...",
    "[COMMAND] [ARGS]...": "[LỆNH] [THAM SỐ]...",
    "Show this message and exit.": "Xem trợ giúp này.",
    "[default: ": "[mặc định: ",
    "[required]": "[bắt buộc]",
    "; required]": "; bắt buộc]",
    "DIRECTORY": "THƯ_MỤC",
    "FILE": "TỆP",
    "INTEGER RANGE": "SỐ",
    "INTEGER": "SỐ",
    "TEXT": "CHỮ",
}
_ANY = re.compile("|".join(re.escape(word) for word in WORDS))


class VietnameseHelp(click.HelpFormatter):
    """Writes what click says of a command in Vietnamese."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The line that shows how a command is called."""
        super().write_usage(prog, _said(args), WORDS["Usage: "] if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        """The heading of a list."""
        super().write_heading(WORDS.get(heading, heading))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Options or commands with what they do."""
        super().write_dl([(_said(name), _said(words)) for name, words in rows], col_max, col_spacing)


def _said(text: str) -> str:
    return _ANY.sub(lambda found: WORDS[found[0]], text)

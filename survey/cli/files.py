"""Files that commands read and write."""

from collections.abc import Mapping
from pathlib import Path

import click

OLD_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)


def write_whole(file: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it."""
    write_together({file: content})


def write_together(files: Mapping[Path, bytes]) -> None:
    """Write files so that nobody ever sees half of one, nor one without the others for want of room."""
    parts = {file: file.with_name(f".{file.name}.part") for file in files}
    try:
        for file, content in files.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            parts[file].write_bytes(content)
        for file, part in parts.items():
            part.replace(file)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


def read_text(file: Path) -> str:
    """The text of a file that somebody wrote."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as fault:
        raise click.FileError(str(file), f"không phải văn bản UTF-8 (byte thứ {fault.start})") from fault

"""A questionnaire from a file that somebody hands in, by the ending of its name."""

import json
from collections.abc import Callable, Mapping
from pathlib import PurePath

from questionnaires.definition import Definition
from questionnaires.loading import DefinitionFaults, load_definition
from questionnaires.source import WHOLE_FILE, Fault

Reader = Callable[[bytes, str], Definition]


def read_definition(content: bytes, name: str) -> Definition:
    """The questionnaire in a file.

    Raises:
        DefinitionFaults: with every fault at once; the only one may be that no reader knows the ending.
    """
    reader = READERS.get(PurePath(name).suffix.lower())
    if reader is None:
        raise _fault(name, f"Chưa đọc được loại tệp này; các loại đọc được: {', '.join(READERS)}.")
    return reader(content, name)


def _yaml(content: bytes, name: str) -> Definition:
    return load_definition(_text(content, name), name=name)


def _json(content: bytes, name: str) -> Definition:
    """JSON is read as the YAML that it is, laid out so that lines can be named."""
    text = _text(content, name)
    try:
        text = json.dumps(json.loads(text), ensure_ascii=False, indent=1)
    except (ValueError, RecursionError) as error:
        raise _fault(name, "Không phải JSON hợp lệ; hãy xuất lại tệp từ nơi đã soạn.") from error
    return load_definition(text, name=name)


def _text(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _fault(name, "Tệp không ở dạng Unicode (UTF-8); hãy lưu lại với mã UTF-8.") from error


def _fault(name: str, message: str) -> DefinitionFaults:
    return DefinitionFaults([Fault(name, 1, WHOLE_FILE, message)])


READERS: Mapping[str, Reader] = {".yaml": _yaml, ".yml": _yaml, ".json": _json}
"""By ending; another format is one function and one entry."""

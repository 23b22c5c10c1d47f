"""Estimate from somebody's own files: read the specification and its tables, and give what is to be written."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from questionnaires.source import WHOLE_FILE, Fault
from survey.microdata.as_json import as_json
from survey.microdata.as_workbook import as_workbook
from survey.microdata.estimating import estimate_study
from survey.microdata.loading import EstimateFaults, load_specification
from survey.microdata.reading import Origin
from survey.microdata.study import read_study
from survey.microdata.summary import summary


@dataclass(frozen=True)
class Written:
    """What an estimate leaves behind: files by name, and a few lines to show."""

    files: dict[str, bytes]
    summary: str


def estimate(specification: Path, language: str) -> Written:
    """Estimate what a specification asks for.

    Args:
        specification: the YAML file; the tables it names lie beside it.
        language: ``vi`` or ``en``, of the workbook and the summary.

    Raises:
        EstimateFaults: with everything that stands in the way.
        OSError: the specification cannot be read.
    """
    content = specification.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        message = "Không phải văn bản UTF-8; hãy lưu lại tệp bằng mã hóa UTF-8."
        raise EstimateFaults([Fault(specification.name, line, WHOLE_FILE, message)]) from fault
    loaded = load_specification(text, name=specification.name)
    study = read_study(loaded, specification.parent)
    origin = Origin(specification.name, sha256(content).hexdigest(), None)
    estimated = estimate_study(study, origin)
    name = loaded.specification.name
    files = {f"{name}.json": as_json(estimated), f"{name}.xlsx": as_workbook(estimated, language)}
    return Written(files, summary(estimated, language))

"""What the columns of a frame's table are likely to hold, from their names; an officer confirms it."""

from collections.abc import Iterable, Mapping, Sequence

from questionnaires.cells import plain
from survey.core.frame import DOSSIER, DOSSIERS, FIELD, OF_FIELD, PERIOD, UNIT
from survey.core.labels import Directory, same_label, without_marks
from survey.core.margins import MARGINS
from survey.core.place import Field

WORDS: Mapping[str, tuple[str, ...]] = {
    UNIT: ("don vi", "co quan", "ten don vi", "don vi xu ly", "don vi giai quyet", "xa", "phuong", "ma don vi"),
    FIELD: ("linh vuc", "ten linh vuc", "ma linh vuc", "nhom linh vuc"),
    PERIOD: ("ky", "thang", "quy", "ky bao cao", "ngay tra", "ngay tra ket qua", "ngay ket thuc", "thoi gian"),
    DOSSIERS: (
        "so ho so", "so luong", "so luong ho so", "tong so ho so", "so ho so da giai quyet", "da giai quyet",
        "so ho so da tra ket qua",
    ),
    DOSSIER: ("ma ho so", "so bien nhan", "ma bien nhan"),
    "sex": ("gioi tinh", "gioi"),
    "age": ("nhom tuoi", "do tuoi", "tuoi"),
    "channel": ("kenh", "kenh tiep nhan", "hinh thuc", "hinh thuc nop", "hinh thuc tiep nhan"),
}  # fmt: skip


def guessed_roles(
    header: Sequence[object], remembered: Mapping[str, str], fields: Iterable[Field]
) -> dict[int, str]:
    """What each column holds: as it was said before for a column of this name, else what its name says.

    Args:
        header: the cells of the row of names.
        remembered: roles by name as :func:`survey.core.labels.same_label` gives it.
        fields: whose names may stand over columns of dossiers.
    """
    listed = list(fields)
    directory = Directory([(field.code, field.name_vi) for field in listed], {})
    roles: dict[int, str] = {}
    for column, cell in enumerate(header):
        name = same_label(plain(cell))
        role = remembered[name] if name in remembered else _guessed(name, directory)
        if role and role not in roles.values() and is_role(role, {field.code for field in listed}):
            roles[column] = role
    return roles


def is_role(role: str, fields: Iterable[str]) -> bool:
    """Whether a column can hold this."""
    if role.startswith(OF_FIELD):
        return role.removeprefix(OF_FIELD) in set(fields)
    return role in {UNIT, FIELD, PERIOD, DOSSIERS, DOSSIER, *MARGINS}


def _guessed(name: str, fields: Directory) -> str:
    plainly = without_marks(name)
    for role, words in WORDS.items():
        if plainly in words:
            return role
    code = fields.code(name) if name else None
    return f"{OF_FIELD}{code}" if code else ""

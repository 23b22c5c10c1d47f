"""A file that waits to be loaded is shown to whom sent it, and to nobody else."""

import pytest
import sqlalchemy as sa

from survey.store.database import Database
from tests.places import ROUND, UNITS_TABLE
from tests.web.test_frame import send
from tests.web.visitor import Visitor

OF_ROUND = f"/officer/rounds/{ROUND}"
FILES = {
    "a frame": (f"{OF_ROUND}/frame", f"{OF_ROUND}/frame", "Đơn vị;Lĩnh vực;Hồ sơ\nXA;land;7\n"),
    "responses": (f"{OF_ROUND}/loads", f"{OF_ROUND}/loads/send", "Đơn vị;Lĩnh vực\nXA;land\n"),
    "tallies": (f"{OF_ROUND}/tallies", f"{OF_ROUND}/tallies/send", "Nội dung;Hài lòng\nChỗ ngồi;9\n"),
    "units": ("/officer/units/import", "/officer/units/import", UNITS_TABLE),
}
"""Where each kind is chosen, where it is sent to, and one that can be read."""


@pytest.mark.parametrize("kind", FILES)
def test_somebody_elses_file_is_neither_shown_nor_applied_nor_dropped(
    officer: Visitor, sqlite_small: Database, kind: str
) -> None:
    page, to, content = FILES[kind]
    response = send(officer, content, page, to=to)
    assert response.status_code == 303, response.text[-3000:]
    waits = response.location
    token = officer.token(waits)
    with sqlite_small.writing() as session:
        session.execute(sa.text("UPDATE upload SET who = 'dong-nghiep'"))
    officer.get(waits, 404)
    for step in ("", "/preview", "/apply") if kind != "units" else ("",):
        officer.post(f"{waits}{step}", {"csrf_token": token, "header": "1"}, 404)
    officer.post(f"{waits}/drop", {"csrf_token": token})
    with sqlite_small.reading() as session:
        waiting = session.scalars(sa.text("SELECT token FROM upload")).all()
    assert waits.rsplit("/", 1)[1] in waiting

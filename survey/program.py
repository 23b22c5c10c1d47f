"""Which program is running: its version and a digest of its code, so that a document can name what made it."""

from functools import cache
from hashlib import sha256
from importlib.metadata import version

from survey.settings import PROJECT

CODE = ("questionnaires/**/*.py", "survey/**/*.py", "survey/translations/**/*.po", "reports/**/*.py")
LOOKS = ("reports/fonts/*.ttf", "templates/documents/*.typ")
SHORT = 12


@cache
def running() -> str:
    """Version, the first digits of SHA-256 over all code and layouts, and the version of the typesetter."""
    digest = sha256()
    for pattern in (*CODE, *LOOKS):
        for file in sorted(PROJECT.glob(pattern)):
            digest.update(f"{file.relative_to(PROJECT).as_posix()}\n".encode())
            digest.update(sha256(file.read_bytes()).digest())
    return f"sipas {version('sipas')} ({digest.hexdigest()[:SHORT]}), typst {version('typst')}"

"""The application for any WSGI server."""

import os

from survey.app import create_app
from survey.settings import settings_from

app = create_app(settings_from(os.environ))
app.extensions["sipas"].openings.carry_by_itself()

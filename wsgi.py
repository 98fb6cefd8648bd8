"""The WSGI application: `granian --interface wsgi wsgi:app`."""

import config
from lms.app import create_app

app = create_app(config.load())

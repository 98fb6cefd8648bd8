"""The application: extensions, blueprints, error pages. No logic, no migration, no query."""

import logging
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from lms import cli, wiring
from lms.accounts import login
from lms.accounts import views as accounts
from lms.boards import manage as boards_manage
from lms.boards import uploads as boards_uploads
from lms.boards import views as boards
from lms.certificates import manage as certificates_manage
from lms.certificates import views as certificates
from lms.core.db import db, prepare_engine
from lms.courses import manage as courses_manage
from lms.courses import views as courses
from lms.enrolment import manage as enrolment_manage
from lms.enrolment import views as enrolment
from lms.i18n import languages
from lms.jobs import queue
from lms.lessons import api as lessons_api
from lms.lessons import manage as lessons_manage
from lms.lessons import views as lessons
from lms.media import storage, uploads
from lms.notifications import channels
from lms.notifications import views as notifications
from lms.organisations import views as organisations
from lms.progress import api as progress_api
from lms.progress import manage as progress_manage
from lms.progress import views as progress
from lms.seminars import api as seminars_api
from lms.seminars import manage as seminars_manage
from lms.seminars import uploads as seminars_uploads
from lms.seminars import views as seminars
from lms.web import (
    compression,
    errors,
    form_tokens,
    frame,
    guards,
    headers,
    limits,
    page_globals,
    requests,
    static_files,
    templates,
    words,
)
from lms.web import views as web


def create_app(settings: dict[str, Any]) -> Flask:
    """Return the application made from these settings."""
    app = Flask("lms", template_folder="../templates", static_folder="../static")
    app.config.from_mapping(settings)
    templates.init_app(app)
    logging.basicConfig(level=logging.INFO)
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    for part in (
        queue,
        storage,
        uploads,
        channels,
        limits,
        languages,
        login,
        requests,
        headers,
        frame,
        words,
    ):
        part.init_app(app)
    form_tokens.init_app(app)
    compression.init_app(app)
    errors.init_app(app)
    page_globals.init_app(app)
    static_files.init_app(app)
    wiring.init()
    cli.init_app(app)
    for blueprint in (
        web.root,
        web.bp,
        accounts.bp,
        organisations.bp,
        notifications.bp,
        courses.bp,
        courses_manage.bp,
        enrolment.bp,
        enrolment_manage.bp,
        lessons.bp,
        lessons_manage.bp,
        lessons_api.bp,
        seminars.bp,
        seminars_manage.bp,
        seminars_api.bp,
        seminars_uploads.bp,
        progress.bp,
        progress_manage.bp,
        progress_api.bp,
        certificates.bp,
        certificates_manage.bp,
        boards.bp,
        boards_manage.bp,
        boards_uploads.bp,
    ):
        app.register_blueprint(blueprint)
    guards.check_every_view_is_guarded(app)
    proxies = app.config["TRUSTED_PROXIES"]
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, proxies, proxies, proxies)  # type: ignore[method-assign]
    return app

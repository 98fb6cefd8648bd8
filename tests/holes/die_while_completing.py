"""Complete a course and die at a moment: `die_while_completing.py FOLDER MOMENT`.

With "count" as the moment, print how many completions and certificates there are, and how many
certificates have been drawn once the waiting jobs were done.
"""

import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

import config
from lms import wiring
from lms.app import create_app
from lms.certificates.models import Certificate, CertificateState
from lms.core import clock, events, migrations
from lms.core.db import db
from lms.core.unit_of_work import after_commit, unit_of_work
from lms.enrolment.models import CourseRun
from lms.enrolment.services import enrol
from lms.jobs.queue import run_due_jobs
from lms.lessons.models import Lesson
from lms.progress.events import CourseCompleted
from lms.progress.models import CourseCompletion
from lms.progress.services import answer_question, record_watch
from tests.factories.accounts import make_person
from tests.site import CLIP_SECONDS, first_course


def die(*_event: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def wire_death(moment: str) -> None:
    """Put a deadly handler into the table, at the moment asked for."""
    handlers = tuple(wiring.HANDLERS[CourseCompleted])
    deadly = {
        "between the completion and its certificate": (die, *handlers),
        "after the commit": (lambda _event: after_commit(die), *handlers),
    }[moment]
    events.wire({**wiring.HANDLERS, CourseCompleted: deadly})


def study(folder: Path, moment: str) -> None:
    migrations.upgrade(db.engine)
    with unit_of_work():
        ids = first_course(folder)
    person = make_person()
    now = clock.now()
    with unit_of_work():
        enrolment = enrol(person, db.session.get_one(CourseRun, ids["run"]), now=now)
    lesson = db.session.get_one(Lesson, ids["lesson"])
    with unit_of_work():
        answer_question(enrolment, lesson, 0, now=now)
    wire_death(moment)
    with unit_of_work():
        played = [(0, CLIP_SECONDS)]
        opened_at = now - timedelta(hours=1)
        record_watch(enrolment, lesson, played, CLIP_SECONDS, opened_at=opened_at, now=now)


def count() -> None:
    def rows(model: type, *where: object) -> int:
        return db.session.scalar(select(func.count()).select_from(model).where(*where)) or 0

    before = rows(CourseCompletion), rows(Certificate)
    run_due_jobs()
    drawn = rows(Certificate, Certificate.state == CertificateState.ISSUED)
    print(*before, drawn)  # noqa: T201 - the test reads it


def main(folder: Path, moment: str) -> None:
    settings = config.load({"IEUM_ENV": "testing", "IEUM_INSTANCE": str(folder)})
    app = create_app(settings | {"MAIL_BACKEND": "locmem"})
    with app.app_context():
        if moment == "count":
            count()
        else:
            study(folder, moment)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])

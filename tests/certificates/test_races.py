"""Whatever races and whoever dies: one certificate per completion, one standing at any time."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from lms.accounts.models import Person
from lms.app import create_app
from lms.certificates import services
from lms.certificates.models import Certificate
from lms.certificates.queries import certificate_with_holder
from lms.core import clock
from lms.core.db import db
from lms.core.errors import Conflict
from lms.core.unit_of_work import unit_of_work
from lms.courses.queries import course_by_code
from lms.enrolment.models import CourseRun, Enrolment
from lms.jobs.models import Job
from lms.jobs.queue import run_due_jobs
from lms.progress.models import CourseCompletion
from tests.conftest import testing_settings
from tests.factories.accounts import make_person
from tests.factories.certificates import make_completion, make_foundation
from tests.factories.courses import make_course
from tests.factories.enrolment import make_enrolment, make_run
from tests.factories.lessons import make_lesson
from tests.tables import give_tables

ROOT = Path(__file__).resolve().parents[2]
AT_ONCE = 20


@pytest.fixture
def site(app_of_its_own):
    """An application with a database of its own, and a foundation that signs."""
    with app_of_its_own.app_context():
        make_foundation()
        db.session.remove()
    return app_of_its_own


def together(app, act, things):
    """Do the act on each thing in a thread of its own; return what came out, errors included."""

    def one(thing):
        with app.app_context():
            try:
                with unit_of_work():
                    return act(thing)
            except Conflict as conflict:
                return conflict

    with ThreadPoolExecutor(len(things)) as pool:
        return list(pool.map(one, things))


def test_twenty_completions_of_one_enrolment_give_one_certificate(site):
    with site.app_context():
        event = make_completion()

    ids = together(site, lambda e: services.issue_for_completion(e).id, [event] * AT_ONCE)

    assert len(set(ids)) == 1
    with site.app_context():
        assert db.session.scalar(select(func.count(Certificate.id))) == 1
        assert db.session.scalar(select(CourseRun.certificates_issued)) == 1
        assert db.session.scalar(select(func.count(Job.id))) == 1


def test_twenty_people_who_complete_at_once_get_twenty_numbers_in_a_row(site):
    with site.app_context():
        run = make_run()
        events = [make_completion(run) for _ in range(AT_ONCE)]

    together(site, lambda e: services.issue_for_completion(e).id, events)

    with site.app_context():
        serials = sorted(n[-4:] for n in db.session.scalars(select(Certificate.number)))
        assert serials == [f"{n:04}" for n in range(1, AT_ONCE + 1)]


def test_of_two_staff_who_correct_at_once_one_is_told_to_look_again(site):
    with site.app_context():
        staff = make_person("staff")
        with unit_of_work():
            number = services.issue_for_completion(make_completion()).id
        staff_id = staff.id
        db.session.remove()

    def correct(name):
        certificate = certificate_with_holder(number)
        return services.reissue(
            certificate,
            holder_name=name,
            holder_name_in_own_script="",
            languages=["en"],
            actor=db.session.get_one(Person, staff_id),
            reason="Spelling",
            now=clock.now(),
        ).id

    results = together(site, correct, [f"NAME {n}" for n in range(8)])

    assert sum(isinstance(result, Conflict) for result in results) == 7
    with site.app_context():
        standing = Certificate.state.in_(["queued", "issued"])
        assert db.session.scalar(select(func.count(Certificate.id)).where(standing)) == 1
        assert db.session.scalar(select(func.count(Certificate.id))) == 2


# A process that completes a course and draws its certificate, and is shot on the way.
STORY = """
import os, signal, sys
from pathlib import Path
from lms.app import create_app
from lms.certificates import services, tasks
from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.models import Enrolment
from lms.jobs.queue import run_due_jobs
from lms.lessons.models import Lesson
from lms.progress.services import mark_read
from tests.conftest import testing_settings

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

where = sys.argv[1]
with create_app(testing_settings(Path(sys.argv[2]))).app_context():
    if where == "before the file is kept":
        tasks.storage = die
    if where == "before the file is noted":
        services.keep_pdf = die
    with unit_of_work():
        enrolment, lesson = db.session.query(Enrolment).one(), db.session.query(Lesson).one()
        mark_read(enrolment, lesson, now=clock.now())
        if where == "before the commit":
            die()
    if where == "after the commit":
        die()
    run_due_jobs()
"""


@pytest.fixture
def own_site(tmp_path):
    """A site with one trainee, one reading away from completion."""
    app = create_app(testing_settings(tmp_path))
    with app.app_context():
        give_tables(db.engine)
        make_foundation()
        course = make_course()
        module = course_by_code(course.code).modules[0]
        make_lesson(module, question=False, kind="reading", duration_seconds=0)
        make_enrolment(make_run(course), make_person(), state="started")
        db.session.remove()
        yield tmp_path
        db.session.remove()
        db.engine.dispose()


def shoot(where, instance):
    done = subprocess.run(
        [sys.executable, "-c", STORY, where, str(instance)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
        timeout=120,
    )
    assert done.returncode == -signal.SIGKILL


def test_who_dies_before_the_commit_leaves_neither_completion_nor_certificate(own_site):
    shoot("before the commit", own_site)

    for table in (CourseCompletion, Certificate, Job):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0
    assert db.session.scalar(select(Enrolment.state)) == "started"
    assert db.session.scalar(select(CourseRun.certificates_issued)) == 0


@pytest.mark.parametrize(
    "where", ["after the commit", "before the file is kept", "before the file is noted"]
)
def test_who_dies_after_the_commit_leaves_both_and_the_drawing_is_done_later(own_site, where):
    shoot(where, own_site)

    assert db.session.scalar(select(func.count(CourseCompletion.id))) == 1
    assert db.session.scalar(select(Certificate.state)) == "queued"
    with unit_of_work():  # the minute is over for which the dead worker had the job
        db.session.execute(update(Job).values(leased_until=clock.now() - timedelta(seconds=1)))
    run_due_jobs()
    certificate = db.session.scalars(select(Certificate)).one()
    assert certificate.state == "issued"
    assert [path.name for path in (own_site / "files" / "certificates").iterdir()] == [
        f"{certificate.pdf_sha256}.pdf"
    ]
    mails = select(func.count(Job.id)).where(Job.kind == "notifications.mail")
    assert db.session.scalar(mails) == 1

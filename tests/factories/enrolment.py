from datetime import timedelta
from typing import Any

from lms.core import clock
from lms.courses.models import Course
from lms.courses.queries import newest_version
from lms.enrolment.models import CourseRun, Enrolment
from tests.factories import save
from tests.factories.courses import make_course


def make_run(course: Course | None = None, **values: Any) -> CourseRun:
    today = clock.now().date()
    course = course or make_course()
    defaults: dict[str, Any] = {
        "course_id": course.id,
        "course_version_id": newest_version(course.id).id,
        "cohort_no": 1,
        "state": "running",
        "starts_on": today - timedelta(days=7),
        "ends_on": today + timedelta(days=60),
        "enrolment_closes_at": clock.now() + timedelta(days=30),
        "working_language": "en",
        "created_at": clock.now(),
    }
    return save(CourseRun(**{**defaults, **values}))


def make_enrolment(run: CourseRun, person: Any, **values: Any) -> Enrolment:
    defaults: dict[str, Any] = {"state": "enrolled", "enrolled_at": clock.now()}
    return save(Enrolment(run_id=run.id, person_id=person.id, **{**defaults, **values}))

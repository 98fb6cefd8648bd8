"""A version of a course as a trainee would find it, before anybody is enrolled."""

from datetime import date

from sqlalchemy import select

from lms.core.db import db
from lms.courses.models import CatalogueVersion
from lms.enrolment.models import EnrolmentState, RunState
from lms.lessons.queries import EditedLesson
from lms.progress.queries import StudiedLesson, StudiedRun


def previewed(found: EditedLesson, language: str, today: date) -> tuple[StudiedRun, StudiedLesson]:
    """Return the run and the lesson of nobody: nothing done in it is recorded, in one statement."""
    run = StudiedRun(
        id=0,
        state=EnrolmentState.STARTED,
        run_id=0,
        run_state=RunState.DRAFT,
        cohort_no=0,
        starts_on=today,
        ends_on=today,
        working_language=language,
        completion_percent=found.version.completion_percent,
        version_id=found.version.id,
        course_code=found.course.code,
        course_title=found.version.title,
        last_lesson_id=None,
        city_languages=(language,),
        catalogue_version=db.session.scalar(select(CatalogueVersion.number)) or 0,
    )
    lesson = found.lesson
    return run, StudiedLesson(lesson.id, lesson.kind, lesson.title, lesson.duration_seconds)

"""A version of a course as a trainee would find it, before anybody is enrolled."""

from datetime import date

from lms.enrolment.models import EnrolmentState, RunState
from lms.lessons.queries import NOT_KEPT, EditedLesson
from lms.progress.queries import StudiedLesson, StudiedRun


def previewed(found: EditedLesson, language: str, today: date) -> tuple[StudiedRun, StudiedLesson]:
    """Return the run and the lesson of nobody: nothing done in it is recorded."""
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
        catalogue_version=NOT_KEPT,
    )
    lesson = found.lesson
    return run, StudiedLesson(lesson.id, lesson.kind, lesson.title, lesson.duration_seconds)

"""What people of the ground know and have written for: a task, and an answer for a reading."""

from typing import Any

from lms.accounts.models import Person
from lms.boards.models import Thread
from lms.boards.services.contributions import count_post, set_task
from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.models import CourseRun
from lms.lessons.models import LessonKind
from lms.lessons.queries import lessons_of_version
from tests.factories.accounts import make_person
from tests.factories.boards import make_answer, make_expertise
from tests.factories.progress import Study
from tests.factories.seminars import make_held_lesson

OF_READING = {"post_id": "reusable_post_id", "lesson_id": "draft_reading_id"}
PARTS = {
    "boards.show_person": {"person_id": "shown_person_id"},
    "boards_manage.count_post": {"post_id": "second_post_id"},
    "boards_manage.choose_reading": OF_READING,
    "boards_manage.use_as_reading": OF_READING,
}


def what_people_know(
    study: Study, instructor: Person, thread_id: int, draft_version_id: int
) -> dict[str, Any]:
    """Return somebody who shows what they know and somebody who does not, the trainee's answers in
    the thread that is a session's task, one of them counted, and the draft's reading."""
    shown, hidden = make_person(), make_person()
    make_expertise(shown)
    make_expertise(hidden, is_shown=False)
    trainee, teacher = (db.session.get_one(Person, who.id) for who in (study.person, instructor))
    run = db.session.get_one(CourseRun, study.run.id)
    discussion = make_held_lesson(run, kind="discussion", recognised_minutes=60)
    thread = db.session.get_one(Thread, thread_id)
    now = clock.now()
    with unit_of_work():
        set_task(thread, discussion.id, run_id=run.id, actor=teacher, now=now)
    counted = make_answer(thread, trainee, "By the day.", may_be_reused=True)
    second = make_answer(thread, trainee, "By the kilometre.")
    with unit_of_work():
        count_post(counted, thread=thread, run_id=study.run.id, actor=teacher, now=now)
    reading = next(
        lesson
        for lesson in lessons_of_version(draft_version_id)
        if lesson.kind == LessonKind.READING
    )
    return {
        "shown_person_id": shown.id,
        "hidden_person_id": hidden.id,
        "discussion_id": discussion.id,
        "reusable_post_id": counted.id,
        "second_post_id": second.id,
        "draft_reading_id": reading.id,
    }

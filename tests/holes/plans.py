"""What staff plan on the ground: a visit to come, a plan nobody knows of, a free day."""

from datetime import date
from typing import Any

from lms.accounts.models import Person
from lms.core import clock
from lms.core.db import db
from lms.enrolment.models import CourseRun
from lms.seminars.models import DayItem
from tests.factories import save, words
from tests.factories.progress import Study
from tests.factories.seminars import make_held_lesson, make_holder, make_sitting

# Under which name the addresses below know their sitting.
OF_VISIT = {"sitting_id": "visit_id"}
PARTS = {
    **dict.fromkeys(
        (
            "seminars_manage.change_sitting_state",
            "seminars_manage.confirm_holder",
            "seminars_manage.count_heads",
            "seminars_manage.edit_holders",
            "seminars_manage.edit_sitting",
            "seminars_manage.remove_holder",
            "seminars_manage.show_check_in_code",
            "seminars_manage.show_sitting",
        ),
        OF_VISIT,
    ),
    "seminars_manage.remove_sitting": {"sitting_id": "planned_sitting_id"},
}


def plan_of_run(study: Study, instructor: Person) -> dict[str, Any]:
    """Return what is planned in the trainee's run, and who holds the visit."""
    run = db.session.get_one(CourseRun, study.run.id)
    lesson = make_held_lesson(run, kind="field")
    visit = make_sitting(run, lesson, room_kind="venue", room_address="", venue=words("Port"))
    item = DayItem(
        run_id=run.id,
        uid="day-of-ground",
        title=words("Holiday"),
        first_on=date(2090, 1, 20),
        last_on=date(2090, 1, 20),
        updated_at=clock.now(),
    )
    return {
        "held_lesson_id": lesson.id,
        "visit_id": visit.id,
        "holder_id": make_holder(visit, instructor, confirmed_at=None).id,
        "planned_sitting_id": make_sitting(run, state="planned").id,
        "item_id": save(item).id,
    }

"""Sessions of the ground that are on now: online, on site and public, with links to them."""

from datetime import timedelta
from typing import Any

from lms.core import clock
from lms.core.db import db
from lms.enrolment.models import CourseRun
from lms.seminars import join_token
from lms.seminars.rules.presence import Pass, PassKind
from lms.seminars.services import presence
from tests.factories import words
from tests.factories.materials import make_material
from tests.factories.progress import Study
from tests.factories.seminars import make_guest, make_held_lesson, make_sitting

# Under which name the addresses below know their sitting, material and token.
OF_LIVE = {"sitting_id": "live_sitting_id", "material_id": "held_material_id"}
OF_PLACE = {"sitting_id": "place_sitting_id"}
OF_HELD = {"sitting_id": "held_sitting_id"}
OF_PUBLIC = {"sitting_id": "public_sitting_id"}
OF_LINK = {"token": "join_token"}
OF_GUEST = {"token": "guest_token"}
PARTS = {
    "seminars.show_sitting": OF_LIVE,
    "seminars.serve_material": OF_LIVE,
    "seminars.enter_room": OF_LIVE,
    "seminars.join": OF_LINK,
    "seminars.check_in": OF_PLACE,
    "seminars.evaluate": OF_HELD,
    "seminars.register_guest": OF_PUBLIC,
    "seminars.consent_as_guest": OF_PUBLIC,
    "seminars.send_guest_link": OF_PUBLIC,
    "seminars.thank_guest": OF_PUBLIC,
    "seminars.cancel_guest": OF_GUEST,
    "seminars_api.note_presence": OF_LIVE,
    "seminars_api.note_presence_by_link": OF_GUEST,
    "seminars_manage.show_evaluations": OF_HELD,
}


def sessions_on_now(study: Study) -> dict[str, Any]:
    """Return sessions of the trainee's run that are on, their link, and the link of a guest."""
    run = db.session.get_one(CourseRun, study.run.id)
    begun = clock.now() - timedelta(minutes=10)
    lesson = make_held_lesson(run)
    live = make_sitting(run, lesson, starts_at=begun)
    place = make_sitting(
        run, starts_at=begun, room_kind="venue", room_address="", venue=words("Hall")
    )
    public = make_sitting(run, starts_at=begun, is_public=True, guests_taken=1)
    guest = make_guest(public)
    trainee = Pass(PassKind.ENROLMENT, study.enrolment.id, live.id)
    as_guest = Pass(PassKind.GUEST, guest.id, public.id)
    for who in (trainee, as_guest):
        presence.enter(who, device="tab-of-ground", now=begun)
    db.session.commit()
    return {
        "live_sitting_id": live.id,
        "place_sitting_id": place.id,
        "public_sitting_id": public.id,
        "held_material_id": make_material(lesson, state="released").id,
        "join_token": join_token.make(trainee),
        "guest_token": join_token.make(as_guest),
    }

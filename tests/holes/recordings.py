"""Sessions of the ground with recordings: one that is out, one that could be, one under way."""

from base64 import b64encode
from datetime import timedelta
from typing import Any

from lms.accounts.models import Person
from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.models import CourseRun
from lms.progress import play_token
from lms.seminars.models import Sitting
from lms.seminars.services.recordings import begin_recording
from tests.factories.progress import Study
from tests.factories.recordings import caption, judged, make_recorded_sitting, record

OF_OUT = {"sitting_id": "recorded_sitting_id"}
OF_READY = {"sitting_id": "filmed_sitting_id"}
OF_FILE = {"intake_id": "recording_intake_id"}
OF_UPLOAD = {"token": "recording_token"}
PARTS = {
    **dict.fromkeys(
        (
            "progress.catch_up",
            "progress.answer_catch_up",
            "progress_api.record_catch_up",
            "seminars.show_recording",
            "seminars.serve_recording",
            "seminars.serve_recording_captions",
            "seminars_manage.show_recording",
            "seminars_manage.withdraw_recording",
            "seminars_manage.list_questions",
            "seminars_manage.edit_question",
            "seminars_manage.remove_question",
        ),
        OF_OUT,
    ),
    **dict.fromkeys(
        (
            "seminars_manage.send_recording",
            "seminars_manage.set_recording_start",
            "seminars_manage.add_recording_captions",
            "seminars_manage.remove_recording_captions",
            "seminars_manage.publish_recording",
            "seminars_manage.remove_recording",
            "seminars_manage.take_room_recording",
            "seminars_uploads.create_recording_upload",
        ),
        OF_READY,
    ),
    **dict.fromkeys(
        (
            "seminars_manage.show_recording_file",
            "seminars_manage.retry_recording_file",
            "seminars_manage.remove_recording_file",
        ),
        OF_FILE,
    ),
    **dict.fromkeys(
        (
            "seminars_uploads.show_recording_upload",
            "seminars_uploads.receive_recording_part",
            "seminars_uploads.cancel_recording_upload",
        ),
        OF_UPLOAD,
    ),
}


def sessions_recorded(study: Study, instructor: Person) -> dict[str, Any]:
    """Return sessions the trainee missed, with recordings, and a file an instructor sends."""
    run = db.session.get_one(CourseRun, study.run.id)
    out = make_recorded_sitting(run)
    judged(out, study.enrolment)
    record(out, published_at=clock.now() - timedelta(hours=1))
    caption(out)
    ready = make_recorded_sitting(run, room_kind="bigbluebutton", room_address="")
    record(ready)
    under_way = make_recorded_sitting(run)
    ids = out.id, ready.id, under_way.id
    with unit_of_work():
        intake = begin_recording(
            db.session.get_one(Sitting, ids[2]),
            db.session.get_one(Person, instructor.id),
            file_name="session.mp4",
            size=9,
            now=clock.now(),
        )
        assert intake.upload is not None
        intake_id, token = intake.id, intake.upload.token
    name = b64encode(b"session.mp4").decode()
    return {
        "recorded_sitting_id": ids[0],
        "filmed_sitting_id": ids[1],
        "recording_intake_id": intake_id,
        "recording_token": token,
        "recording_metadata": f"filename {name}",
        "recording_begins": (ready.starts_at + timedelta(hours=9)).strftime("%H:%M:%S"),
        "position": 1,
        "catch_up_token": play_token.make_token(
            study.enrolment.id, ids[0], clock.now(), play_token.SITTING
        ),
    }

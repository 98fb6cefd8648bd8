"""Files are sent in parts over HTTP: resumed, checked, refused before their bytes, kept apart."""

import hashlib
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from lms.core import clock
from lms.core.db import db
from lms.courses.models import CourseTeacher
from lms.jobs.models import Job
from lms.lessons.models import Intake, IntakeState, Lesson, Material, MaterialState
from lms.lessons.rules.intakes import MOST_UNFINISHED
from lms.media import uploads
from lms.media.models import Upload
from tests.factories import save
from tests.factories.accounts import make_person
from tests.factories.courses import make_course, make_module
from tests.factories.lessons import make_lesson
from tests.forms import token_on

ADDRESS = "/api/v1/uploads"
CONTENT = b"%PDF-1.7\n" + bytes(range(256)) * 400


class Sender:
    """Somebody who sends files, as a client of the protocol does."""

    def __init__(self, browser: FlaskClient) -> None:
        self.browser = browser
        self.token = token_on(browser, "/en/account")

    def ask(self, method: str, address: str, data: bytes = b"", **headers: Any) -> Any:
        own = {"Tus-Resumable": "1.0.0", "X-CSRFToken": self.token}
        named = {name.replace("_", "-"): str(value) for name, value in headers.items()}
        return self.browser.open(address, method=method, data=data, headers={**own, **named})

    def create(self, size: int = len(CONTENT), **metadata: Any) -> Any:
        values = {"filename": "자료.pdf", "purpose": "material", **metadata}
        pairs = (f"{key} {b64encode(str(v).encode()).decode()}" for key, v in values.items())
        return self.ask("POST", ADDRESS, Upload_Length=size, Upload_Metadata=",".join(pairs))

    def send(self, address: str, offset: int, data: bytes, **headers: Any) -> Any:
        kind = "application/offset+octet-stream"
        headers = {"Content_Type": kind, "Upload_Offset": offset, **headers}
        return self.ask("PATCH", address, data, **headers)

    def offset(self, address: str) -> int:
        return int(self.ask("HEAD", address).headers["Upload-Offset"])


@pytest.fixture
def lesson(app) -> Lesson:
    return make_lesson(make_module(make_course(state="draft"), position=2))


@pytest.fixture
def sender_of(signed_in_as, lesson) -> Callable[..., Sender]:
    """Return a function that signs somebody in who teaches the course of the session."""

    def sign_in(**values: Any) -> Sender:
        person = make_person("instructor", **values)
        save(CourseTeacher(course_id=course_id(lesson), person_id=person.id))
        return Sender(signed_in_as(person))

    return sign_in


@pytest.fixture
def sender(sender_of) -> Sender:
    return sender_of()


def course_id(lesson: Lesson) -> int:
    from lms.lessons.queries import edited_lesson

    found = edited_lesson(lesson.id)
    assert found is not None
    return found.course.id


def checksum(data: bytes, algorithm: str = "sha256") -> str:
    return f"{algorithm} {b64encode(hashlib.new(algorithm, data).digest()).decode()}"


def on_disk() -> bytes:
    return uploads.part_path(db.session.query(Upload).one()).read_bytes()


def test_a_file_in_parts_with_a_break_becomes_a_file_to_prepare(sender, lesson):
    created = sender.create(lesson_id=lesson.id, language="ko")
    assert created.status_code == 201
    assert created.headers["Tus-Resumable"] == "1.0.0"
    address = created.headers["Location"]
    intake = db.session.get(Intake, created.json["intake"])
    assert (intake.state, intake.file_name) == (IntakeState.RECEIVING, "자료.pdf")
    material = db.session.get(Material, intake.material_id)
    assert material.state == MaterialState.DRAFT
    assert (material.title.texts, material.kind) == ({"ko": "자료"}, "handout")

    first = sender.send(address, 0, CONTENT[:50_000])
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "50000")
    asked = sender.ask("HEAD", address)
    assert asked.status_code == 200
    assert asked.headers["Upload-Offset"] == "50000"
    assert asked.headers["Upload-Length"] == str(len(CONTENT))
    assert asked.headers["Cache-Control"] == "no-store"
    assert asked.headers["Upload-Expires"].endswith("GMT")
    rest = CONTENT[50_000:]
    last = sender.send(address, 50_000, rest, Upload_Checksum=checksum(rest))
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(len(CONTENT)))

    assert on_disk() == CONTENT
    assert db.session.get(Intake, intake.id).state == IntakeState.WAITING
    job = db.session.query(Job).filter_by(kind="prepare_intake").one()
    assert (job.key, job.payload) == (f"intake:{intake.id}", {"intake_id": intake.id})


def test_an_empty_part_at_the_end_has_the_file_prepared(sender, lesson):
    """The last byte had come, and the server died before that was noted."""
    address = sender.create(lesson_id=lesson.id).headers["Location"]
    upload = db.session.query(Upload).one()
    uploads.part_path(upload).write_bytes(CONTENT)
    assert sender.offset(address) == len(CONTENT)
    assert sender.send(address, len(CONTENT), b"").status_code == 204
    assert db.session.query(Intake).one().state == IntakeState.WAITING


def test_a_wrong_offset_is_a_conflict_and_changes_nothing(sender, lesson):
    address = sender.create(lesson_id=lesson.id).headers["Location"]
    sender.send(address, 0, CONTENT[:100])
    for offset in (0, 99, 101):
        assert sender.send(address, offset, b"x").status_code == 409
    assert sender.offset(address) == 100


def test_beyond_the_declared_size_is_refused(sender, lesson):
    address = sender.create(lesson_id=lesson.id).headers["Location"]
    assert sender.send(address, 0, CONTENT + b"x").status_code == 413
    assert sender.offset(address) == 0


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_damaged_part_is_refused_and_sent_again(sender, lesson, algorithm):
    address = sender.create(lesson_id=lesson.id).headers["Location"]
    part = CONTENT[:1000]
    damaged = sender.send(address, 0, b"X" + part[1:], Upload_Checksum=checksum(part, algorithm))
    assert damaged.status_code == 460
    assert sender.offset(address) == 0
    again = sender.send(address, 0, part, Upload_Checksum=checksum(part, algorithm))
    assert again.status_code == 204
    assert on_disk() == part


@pytest.mark.parametrize("header", ["md5 abc=", "sha256", "nonsense"])
def test_a_checksum_that_cannot_be_read_is_refused(sender, lesson, header):
    address = sender.create(lesson_id=lesson.id).headers["Location"]
    assert sender.send(address, 0, b"x", Upload_Checksum=header).status_code == 400
    assert sender.offset(address) == 0


def test_parts_larger_than_a_form_may_be_are_taken_from_those_who_teach(
    sender, lesson, signed_in_as
):
    large = b"v" * 5_000_000
    created = sender.create(lesson_id=lesson.id, filename="a.pdf", size=len(large))
    address = created.headers["Location"]
    stranger = Sender(signed_in_as(make_person()))
    assert stranger.send(address, 0, large).status_code == 413
    assert sender.offset(address) == 0
    assert sender.send(address, 0, large).status_code == 204
    assert on_disk() == large


def test_without_the_token_of_a_form_nothing_is_taken(sender, lesson):
    address = sender.create(lesson_id=lesson.id).headers["Location"]
    assert sender.send(address, 0, b"x", X_CSRFToken="").status_code == 400
    assert sender.offset(address) == 0


def test_others_find_nothing_there(sender, sender_of, lesson, signed_in_as, app):
    address = sender.create(lesson_id=lesson.id).headers["Location"]
    staff = Sender(signed_in_as(make_person("staff")))
    for other in (sender_of(), staff):
        assert other.ask("HEAD", address).status_code == 404
        assert other.send(address, 0, b"x").status_code == 404
        assert other.ask("DELETE", address).status_code == 404
    trainee = Sender(signed_in_as(make_person()))
    assert trainee.ask("HEAD", address).status_code == 403
    visitor = app.test_client().head(address, headers={"Tus-Resumable": "1.0.0"})
    assert visitor.status_code == 401
    assert sender.offset(address) == 0


def test_who_teaches_no_longer_sends_no_longer(sender, lesson):
    address = sender.create(lesson_id=lesson.id).headers["Location"]
    db.session.query(CourseTeacher).delete()
    assert sender.send(address, 0, b"x").status_code == 404


def test_past_its_time_it_is_gone(sender, lesson):
    address = sender.create(lesson_id=lesson.id).headers["Location"]
    upload = db.session.query(Upload).one()
    upload.expires_at = clock.now() - timedelta(seconds=1)
    gone = sender.send(address, 0, b"x")
    assert (gone.status_code, gone.json["error"]) == (410, 410)
    assert sender.ask("HEAD", address).status_code == 410


def test_cancelled_nothing_is_left_and_its_draft_goes_too(sender, lesson):
    address = sender.create(lesson_id=lesson.id).headers["Location"]
    sender.send(address, 0, b"x")
    path = uploads.part_path(db.session.query(Upload).one())
    assert sender.ask("DELETE", address).status_code == 204
    assert not path.exists()
    assert [db.session.query(table).count() for table in (Upload, Intake, Material)] == [0, 0, 0]
    assert sender.ask("DELETE", address).status_code == 404


def test_what_is_spoken_is_told(sender, lesson):
    told = sender.ask("OPTIONS", ADDRESS, Tus_Resumable="")
    assert told.status_code == 204
    assert told.headers["Tus-Version"] == "1.0.0"
    assert told.headers["Tus-Extension"] == "creation,expiration,checksum,termination"
    assert told.headers["Tus-Checksum-Algorithm"] == "sha1,sha256"
    other = sender.ask("POST", ADDRESS, Tus_Resumable="0.2.2")
    assert (other.status_code, other.headers["Tus-Version"]) == (412, "1.0.0")
    address = sender.create(lesson_id=lesson.id).headers["Location"]
    assert sender.send(address, 0, b"x", Content_Type="text/plain").status_code == 415


@pytest.mark.parametrize(
    "wish",
    [
        {"filename": "setup.exe"},
        {"filename": "drawing.svg"},
        {"filename": "a.pdf.exe"},
        {"filename": ""},
        {"filename": "a.mp4", "purpose": "light_material"},
        {"filename": "a.pdf", "purpose": "recording"},
        {"purpose": "anything"},
        {"size": 0},
        {"size": 200 * 2**20 + 1},
        {"filename": "a.mp4", "size": 4 * 2**30 + 1},
        {"purpose": "light_material"},
        {"language": "xx"},
    ],
)
def test_what_will_not_be_taken_is_refused_before_its_bytes(sender, lesson, wish):
    answer = sender.create(lesson_id=lesson.id, **wish)
    assert answer.status_code == 422
    assert answer.json["message"]
    assert [db.session.query(table).count() for table in (Upload, Intake, Material)] == [0, 0, 0]


def test_a_recording_goes_into_a_draft_only_a_material_also_into_what_runs_have(
    sender_of, signed_in_as
):
    published = make_lesson(make_module(make_course(), position=2))
    staff = Sender(signed_in_as(make_person("staff")))
    recording = {"filename": "a.mp4", "purpose": "recording", "lesson_id": published.id}
    refused = staff.create(**recording)
    assert refused.status_code == 409
    assert "draft" in refused.json["message"]
    assert staff.create(lesson_id=published.id).status_code == 201
    retired = make_lesson(make_module(make_course(state="retired"), position=2))
    # A run that began with it goes on, and its slides come the day before.
    assert staff.create(lesson_id=retired.id).status_code == 201


def test_a_material_of_another_session_is_not_found(sender, lesson, signed_in_as):
    sender.create(lesson_id=lesson.id)
    material = db.session.query(Material).one()
    other = make_lesson(make_module(make_course(state="draft"), position=2))
    staff = Sender(signed_in_as(make_person("staff")))
    wish = {"purpose": "light_material", "material_id": material.id}
    assert staff.create(lesson_id=other.id, **wish).status_code == 404
    assert staff.create(lesson_id=lesson.id, **wish).status_code == 201


def test_more_than_one_person_may_have_under_way_is_refused(sender, lesson):
    for _ in range(MOST_UNFINISHED):
        assert sender.create(lesson_id=lesson.id, size=1).status_code == 201
    refused = sender.create(lesson_id=lesson.id, size=1)
    assert refused.status_code == 409


def test_more_bytes_than_one_person_may_have_under_way_are_refused(sender, lesson):
    size = 4 * 2**30
    wish = {"filename": "a.mp4", "lesson_id": lesson.id}
    for _ in range(5):
        assert sender.create(size=size, **wish).status_code == 201
    assert sender.create(size=1, **wish).status_code == 409


def test_what_the_disk_has_no_room_for_is_refused(sender, lesson, app, monkeypatch):
    monkeypatch.setitem(app.config, "UPLOAD_DISK_RESERVE", 2**60)
    refused = sender.create(lesson_id=lesson.id)
    assert refused.status_code == 409
    assert "room" in refused.json["message"]

"""What was sent becomes what people are served: all of it at once, once, or a reason why not."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import current_app, g

from lms.core import clock
from lms.core.db import db
from lms.core.errors import Conflict
from lms.core.unit_of_work import unit_of_work
from lms.courses.models import CourseVersion, Module, PublicationState
from lms.courses.services.versions import begin_version
from lms.jobs import schedule
from lms.jobs.models import Job, JobState
from lms.jobs.queue import LEASE, RETRY_AFTER, run_due_jobs
from lms.lessons import services as lessons
from lms.lessons import tasks
from lms.lessons.models import (
    Intake,
    IntakePurpose,
    IntakeState,
    Lesson,
    LessonMedia,
    Material,
    MaterialFile,
    MaterialState,
    Rendition,
)
from lms.lessons.queries import edited_lesson
from lms.lessons.services import intakes, receiving
from lms.media import uploads
from lms.media.models import Upload
from lms.media.refusals import Refusal
from lms.media.storage import FolderStorage, storage
from tests.factories.accounts import make_person
from tests.factories.courses import make_course, make_module
from tests.factories.lessons import make_lesson
from tests.media import corpus
from tests.media.recordings import write_recording


@pytest.fixture(autouse=True)
def own_folders(app, tmp_path, monkeypatch):
    """Folders of this test alone: what other tests stored is not rolled back."""
    monkeypatch.setitem(app.extensions, "storage", FolderStorage(tmp_path / "files"))
    (tmp_path / "uploads").mkdir()
    monkeypatch.setitem(app.config, "UPLOAD_FOLDER", str(tmp_path / "uploads"))


@pytest.fixture
def lesson(app) -> Lesson:
    return make_lesson(make_module(make_course(state="draft"), position=2))


@pytest.fixture(scope="module")
def film(tmp_path_factory) -> bytes:
    path = tmp_path_factory.mktemp("films") / "film.mp4"
    return write_recording(path, seconds=1.5).read_bytes()


def send(lesson: Lesson, name: str, content: bytes, purpose: str = "material", **more: Any) -> int:
    """Send a file to its last byte and return its intake's id; nothing is prepared yet."""
    person = more.pop("person", None) or make_person("staff")
    found = edited_lesson(lesson.id)
    assert found is not None
    with unit_of_work():
        intake = intakes.begin_intake(
            found,
            person,
            purpose=IntakePurpose(purpose),
            file_name=name,
            size=len(content),
            language="en",
            now=clock.now(),
            **more,
        )
        intake_id, path = intake.id, uploads.part_path(intake.upload)
    path.write_bytes(content)
    with unit_of_work():
        intakes.receive_done(intake_of(intake_id), now=clock.now())
    return intake_id


def intake_of(intake_id: int) -> Intake:
    return db.session.get_one(Intake, intake_id)


def renditions(lesson: Lesson) -> dict[str, LessonMedia]:
    rows = db.session.query(LessonMedia).filter_by(lesson_id=lesson.id)
    return {row.rendition: row for row in rows}


def forms(material_id: int) -> dict[str, MaterialFile]:
    rows = db.session.query(MaterialFile).filter_by(material_id=material_id)
    return {row.form: row for row in rows}


def no_upload_is_left() -> bool:
    folder = Path(current_app.config["UPLOAD_FOLDER"])
    return db.session.query(Upload).count() == 0 and not list(folder.iterdir())


def stored_files() -> list[Path]:
    return [path for path in Path(storage().root).rglob("*") if path.is_file()]


def every_row_has_its_file() -> bool:
    tables = (LessonMedia, MaterialFile)
    keys = [row.storage_key for table in tables for row in db.session.query(table)]
    return all(storage().exists(key) for key in keys)


# --- what becomes of it ----------------------------------------------------------------


def test_a_recording_is_there_in_all_its_forms(lesson, film, run_jobs):
    intake_id = send(lesson, "lecture.mp4", film, "recording")
    assert renditions(lesson) == {}
    run_jobs()
    assert intake_of(intake_id).state == IntakeState.READY
    assert set(renditions(lesson)) == {"480p", "240p", "audio", "poster"}
    assert every_row_has_its_file()
    assert db.session.get_one(Lesson, lesson.id).duration_seconds == 2
    assert no_upload_is_left()


def test_a_new_recording_replaces_the_old_one_whole(lesson, film, tmp_path, run_jobs):
    send(lesson, "lecture.mp4", film, "recording")
    run_jobs()
    old = {row.storage_key for row in renditions(lesson).values()}
    sound = write_recording(tmp_path / "talk.m4a", size=None, seconds=3).read_bytes()
    send(lesson, "talk.m4a", sound, "recording")
    assert set(renditions(lesson)) == {"480p", "240p", "audio", "poster"}
    run_jobs()
    assert set(renditions(lesson)) == {"audio"}
    assert every_row_has_its_file()
    assert not [key for key in old if storage().exists(key)]


def test_a_film_as_material_is_kept_in_full_and_light(lesson, film, run_jobs):
    intake_id = send(lesson, "visit.mp4", film)
    run_jobs()
    files = forms(intake_of(intake_id).material_id)
    assert set(files) == {"full", "light", "thumbnail"}
    assert (files["full"].name, files["full"].mimetype) == ("visit.mp4", "video/mp4")


def test_a_document_is_kept_as_it_was_given(lesson, run_jobs):
    content = corpus.pdf()
    intake_id = send(lesson, "자료_1.pdf", content)
    run_jobs()
    material = db.session.get_one(Material, intake_of(intake_id).material_id)
    assert (material.kind, material.state) == ("handout", MaterialState.DRAFT)
    assert material.title.texts == {"en": "자료 1"}
    file = forms(material.id)["full"]
    assert (file.name, file.mimetype) == ("자료_1.pdf", "application/pdf")
    assert b"".join(storage().read(file.storage_key, 0, file.size)) == content


def test_an_image_is_made_anew_with_a_small_picture(lesson, run_jobs):
    intake_id = send(lesson, "map.png", corpus.picture("PNG"))
    run_jobs()
    files = forms(intake_of(intake_id).material_id)
    assert (files["full"].name, files["full"].mimetype) == ("map.webp", "image/webp")
    assert (files["full"].width, files["full"].height) == (60, 40)
    assert files["thumbnail"].size <= 30_000


def test_the_light_form_stands_beside_the_full_one(lesson, run_jobs):
    full = send(lesson, "plan.pdf", corpus.pdf())
    run_jobs()
    material = db.session.get_one(Material, intake_of(full).material_id)
    send(lesson, "small.pdf", corpus.pdf(b"/Lang(en)"), "light_material", material=material)
    run_jobs()
    assert {form: file.name for form, file in forms(material.id).items()} == {
        "full": "plan.pdf",
        "light": "small.pdf",
    }


# --- and why not -----------------------------------------------------------------------


def test_a_file_that_lies_is_refused_with_the_reason(lesson, run_jobs):
    intake_id = send(lesson, "page.pdf", corpus.HTML)
    run_jobs()
    intake = intake_of(intake_id)
    assert (intake.state, intake.refusal) == (IntakeState.REFUSED, Refusal.WRONG_TYPE)
    assert forms(intake.material_id) == {}
    assert no_upload_is_left()
    assert db.session.query(Job).one().state == JobState.DONE


def test_every_refusal_has_its_words():
    assert set(intakes.REFUSAL_WORDS) == {*Refusal, intakes.TOO_LATE}


@pytest.mark.parametrize("state", [PublicationState.IN_REVIEW, PublicationState.PUBLISHED])
def test_a_draft_that_has_gone_on_meanwhile_stays_as_it_was(lesson, film, run_jobs, state):
    intake_id = send(lesson, "lecture.mp4", film, "recording")
    module = db.session.get_one(Module, lesson.module_id)
    db.session.get_one(CourseVersion, module.version_id).state = state
    db.session.commit()
    run_jobs()
    intake = intake_of(intake_id)
    assert (intake.state, intake.refusal) == (IntakeState.REFUSED, intakes.TOO_LATE)
    assert renditions(lesson) == {}
    assert stored_files() == []


def test_what_a_teacher_submitted_meanwhile_keeps_its_file(lesson, run_jobs):
    teacher = make_person("instructor")
    full = send(lesson, "plan.pdf", corpus.pdf(), person=teacher)
    run_jobs()
    material = db.session.get_one(Material, intake_of(full).material_id)
    again = send(lesson, "other.pdf", corpus.pdf(b"/Lang(en)"), person=teacher, material=material)
    db.session.get_one(Material, material.id).state = MaterialState.SUBMITTED
    db.session.commit()
    run_jobs()
    assert intake_of(again).refusal == intakes.TOO_LATE
    assert forms(material.id)["full"].name == "plan.pdf"
    with pytest.raises(Conflict):
        send(lesson, "more.pdf", corpus.pdf(), person=teacher, material=material)


# --- done twice, killed, given up, taken away ------------------------------------------


def test_a_worker_killed_in_the_middle_is_followed_by_another(lesson, film, run_jobs):
    intake_id = send(lesson, "lecture.mp4", film, "recording")
    with unit_of_work():
        job = db.session.query(Job).one()
        job.state, job.leased_until, job.attempts = JobState.RUNNING, clock.now() + LEASE, 1
        assert receiving.begin_work(intake_of(intake_id))
        upload = db.session.query(Upload).one()
        left = uploads.part_path(upload).with_suffix(".left")
    left.mkdir()
    (left / "480p.mp4").write_bytes(b"half")
    assert run_jobs() == 0
    with time_machine.travel(clock.now() + LEASE + timedelta(seconds=1)):
        assert run_jobs() == 1
        assert intake_of(intake_id).state == IntakeState.READY
        assert every_row_has_its_file()
        with unit_of_work():
            intakes.tidy_intakes(clock.now())
    assert no_upload_is_left()


def test_prepared_twice_nothing_changes(lesson, run_jobs):
    intake_id = send(lesson, "plan.pdf", corpus.pdf())
    run_jobs()
    before = forms(intake_of(intake_id).material_id)["full"].storage_key
    tasks.prepare_intake(intake_id)
    with unit_of_work():
        intakes.receive_done(intake_of(intake_id), now=clock.now())
        intakes.cancel_intake(intake_of(intake_id))
    assert run_jobs() == 0
    assert forms(intake_of(intake_id).material_id)["full"].storage_key == before
    assert every_row_has_its_file()


def test_what_fails_by_our_fault_is_tried_again_and_at_last_left_to_be_retried(lesson, run_jobs):
    intake_id = send(lesson, "plan.pdf", corpus.pdf())
    Path(storage().root).write_text("a file where the folder should be")
    for _ in range(len(RETRY_AFTER) + 1):
        due = db.session.query(Job).one().run_after
        assert intake_of(intake_id).state != IntakeState.FAILED
        with time_machine.travel(due + timedelta(seconds=1)):
            assert run_jobs() == 0
    assert intake_of(intake_id).state == IntakeState.FAILED
    Path(storage().root).unlink()
    with unit_of_work():
        intakes.retry_intake(intake_of(intake_id))
        intakes.retry_intake(intake_of(intake_id))
    assert intake_of(intake_id).state == IntakeState.WAITING
    assert run_jobs() == 1
    assert intake_of(intake_id).state == IntakeState.READY


def test_what_was_taken_away_before_it_was_prepared_leaves_nothing(lesson, run_jobs):
    intake_id = send(lesson, "plan.pdf", corpus.pdf())
    with unit_of_work():
        intakes.cancel_intake(intake_of(intake_id))
    run_jobs()
    assert [db.session.query(table).count() for table in (Intake, Material, Upload)] == [0, 0, 0]
    assert no_upload_is_left()


def test_a_file_that_another_version_uses_stays(lesson, film, tmp_path, run_jobs):
    with unit_of_work():
        lessons.add_media(db.session.get_one(Lesson, lesson.id), Rendition.P480, b"old")
        key = renditions(lesson)["480p"].storage_key
    found = edited_lesson(lesson.id)
    found.version.state = PublicationState.PUBLISHED
    db.session.commit()
    with unit_of_work():
        version = begin_version(found.course, actor=None, now=clock.now())
    copy = (
        db.session.query(Lesson)
        .join(Module, Module.id == Lesson.module_id)
        .filter(Module.version_id == version.id)
        .one()
    )
    send(copy, "lecture.mp4", film, "recording")
    run_jobs()
    assert renditions(copy)["480p"].storage_key != key
    assert renditions(lesson)["480p"].storage_key == key
    assert storage().exists(key)


# --- time passes -----------------------------------------------------------------------


def test_what_was_never_sent_to_the_end_goes_and_what_was_is_prepared(lesson, run_jobs):
    found, now = edited_lesson(lesson.id), clock.now()
    person = make_person("staff")
    with unit_of_work():
        unfinished, whole = (
            intakes.begin_intake(
                found,
                person,
                purpose=IntakePurpose.MATERIAL,
                file_name=name,
                size=18,
                language="en",
                now=now,
            )
            for name in ("a.pdf", "b.pdf")
        )
        path = uploads.part_path(whole.upload)
    path.write_bytes(b"%PDF-1.7 and so on")
    with unit_of_work():
        intakes.tidy_intakes(now)
    assert whole.state == IntakeState.WAITING
    assert unfinished.state == IntakeState.RECEIVING
    with unit_of_work():
        intakes.tidy_intakes(now + uploads.LIFE)
    assert [intake.id for intake in db.session.query(Intake)] == [whole.id]
    assert db.session.query(Material).count() == 1


def test_what_was_refused_is_shown_for_thirty_days(lesson, run_jobs):
    intake_id = send(lesson, "page.pdf", corpus.HTML)
    run_jobs()
    for days, left in ((29, 1), (31, 0)):
        with unit_of_work():
            intakes.tidy_intakes(clock.now() + timedelta(days=days))
        assert db.session.query(Intake).filter_by(id=intake_id).count() == left
    assert db.session.query(Material).count() == 0


def test_the_purge_is_asked_for_every_hour_and_once_at_a_time(app, run_jobs):
    schedule.plan({"purge_uploads": 1})
    for _ in range(3):
        schedule.enqueue_periodic()
    assert db.session.query(Job).filter_by(kind="purge_uploads").count() == 1
    assert run_jobs() == 1
    schedule.enqueue_periodic()
    assert run_jobs() == 0
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        schedule.enqueue_periodic()
        assert run_jobs() == 1
    schedule.plan({"purge_uploads": 1})


def test_from_the_first_byte_to_what_is_served_on_both_databases(app_of_its_own):
    with app_of_its_own.app_context():
        g.page_language = "en"
        lesson = make_lesson(make_module(make_course(state="draft"), position=2))
        kept, refused, taken_away = (
            send(lesson, name, content)
            for name, content in (
                ("plan.pdf", corpus.pdf()),
                ("page.pdf", corpus.HTML),
                ("more.pdf", corpus.pdf()),
            )
        )
        with unit_of_work():
            intakes.cancel_intake(intake_of(taken_away))
        run_due_jobs()
        assert intake_of(kept).state == IntakeState.READY
        assert intake_of(refused).state == IntakeState.REFUSED
        assert every_row_has_its_file()
        with unit_of_work():
            intakes.tidy_intakes(clock.now() + timedelta(days=31))
        assert [intake.id for intake in db.session.query(Intake)] == [kept]
        assert db.session.query(Upload).count() == 0

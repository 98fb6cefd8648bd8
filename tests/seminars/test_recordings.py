"""The recording of a session: on its way in, out to those it is for, and away again."""

import hashlib
from base64 import b64encode
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from lms.core import clock
from lms.core.audit import history_of
from lms.core.db import db
from lms.core.errors import Conflict, Invalid
from lms.core.unit_of_work import unit_of_work
from lms.courses.models import CourseTeacher
from lms.enrolment.models import CourseRun, RunInstructor
from lms.jobs.models import Job
from lms.lessons.events import HeldFile, HeldRecordingReady
from lms.lessons.models import Intake, IntakeState, Lesson, Rendition
from lms.lessons.services.files import drop_unused
from lms.media.storage import FolderStorage, storage
from lms.notifications.models import Notice
from lms.seminars.models import Sitting, SittingCaption, SittingMedia, SittingPerson
from lms.seminars.queries.recordings import consents_of
from lms.seminars.services import recordings as services
from lms.seminars.services.telling_recordings import tell_recording
from tests.factories import save, words
from tests.factories.accounts import make_person
from tests.factories.enrolment import make_enrolment
from tests.factories.organisations import make_affiliation, make_city
from tests.factories.recordings import (
    CAPTIONS,
    caption,
    judged,
    make_recorded_sitting,
    record,
    stay,
)
from tests.factories.seminars import make_holder, make_sitting
from tests.factories.speakers import make_invitation
from tests.forms import fill_in, token_on
from tests.media.recordings import write_recording
from tests.seminars.bbb_server import Mood

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def own_folders(app, tmp_path, monkeypatch):
    """Folders of this test alone: what other tests stored is not rolled back."""
    monkeypatch.setitem(app.extensions, "storage", FolderStorage(tmp_path / "files"))
    (tmp_path / "uploads").mkdir()
    monkeypatch.setitem(app.config, "UPLOAD_FOLDER", str(tmp_path / "uploads"))


@pytest.fixture(scope="module")
def film(tmp_path_factory) -> bytes:
    path = tmp_path_factory.mktemp("films") / "film.mp4"
    return write_recording(path, seconds=1.5).read_bytes()


@pytest.fixture
def staff(app):
    return make_person("staff")


@pytest.fixture
def sitting(app) -> Sitting:
    return make_recorded_sitting()


def instructor_of(run):
    person = make_person("instructor")
    save(RunInstructor(run_id=run, person_id=person.id))
    return person


def enrolled(sitting, zone="Asia/Ulaanbaatar"):
    person = make_person(time_zone=zone)
    return person, make_enrolment(run_of(sitting), person)


def run_of(sitting) -> CourseRun:
    return db.session.get_one(CourseRun, sitting.run_id)


def media(sitting):
    db.session.expire_all()
    rows = db.session.scalars(select(SittingMedia).where(SittingMedia.sitting_id == sitting.id))
    return {row.rendition: row for row in rows}


def send(browser, sitting, content, name="session.mp4"):
    """Send a recording in parts, as a client of the protocol does; return its intake's id."""
    token = token_on(browser, "/en/account")
    own = {"Tus-Resumable": "1.0.0", "X-CSRFToken": token}
    begun = browser.post(
        f"/api/v1/sessions/{sitting.id}/recording",
        headers={
            **own,
            "Upload-Length": str(len(content)),
            "Upload-Metadata": f"filename {b64encode(name.encode()).decode()}",
        },
    )
    assert begun.status_code == 201, begun.text
    address, half = begun.headers["Location"], len(content) // 2
    for offset, part in ((0, content[:half]), (half, content[half:])):
        digest = b64encode(hashlib.sha256(part).digest()).decode()
        answer = browser.patch(
            address,
            data=part,
            headers={
                **own,
                "Content-Type": "application/offset+octet-stream",
                "Upload-Offset": str(offset),
                "Upload-Checksum": f"sha256 {digest}",
            },
        )
        assert answer.status_code == 204, answer.text
    return begun.json["intake"]


def publish(sitting, staff, until=None, now=None):
    with unit_of_work():
        services.publish_recording(sitting, until, actor=staff, now=now or clock.now())


# --- on its way in ---------------------------------------------------------------------


def test_a_recording_sent_in_parts_is_there_in_all_its_forms(sitting, film, signed_in_as, run_jobs):
    browser = signed_in_as(instructor_of(sitting.run_id))
    intake_id = send(browser, sitting, film)
    assert media(sitting) == {}
    run_jobs()
    assert db.session.get_one(Intake, intake_id).state == IntakeState.READY
    assert set(media(sitting)) == {"480p", "240p", "audio", "poster"}
    assert all(storage().exists(row.storage_key) for row in media(sitting).values())
    row = db.session.get_one(Sitting, sitting.id)
    assert (row.recording_seconds, row.recording_starts_at) == (2, row.starts_at)
    assert [change.new for change in history_of(("sitting_recording", sitting.id))] == ["ready"]


def test_a_new_recording_replaces_the_old_one_and_its_files_go(
    sitting, film, signed_in_as, run_jobs, tmp_path
):
    browser = signed_in_as(instructor_of(sitting.run_id))
    send(browser, sitting, film)
    run_jobs()
    old = [row.storage_key for row in media(sitting).values()]
    sound = write_recording(tmp_path / "talk.m4a", size=None, seconds=3).read_bytes()
    send(browser, sitting, sound, "talk.m4a")
    assert len(media(sitting)) == 4, "what is there stays until the new one is"
    run_jobs()
    assert set(media(sitting)) == {"audio"}
    assert not [key for key in old if storage().exists(key)]


def test_prepared_once_more_the_same_files_stay(sitting):
    """A worker that was thought dead comes back: the files it stored are in use."""
    storage().put("sessions/1/480p", b"film")
    ready = HeldRecordingReady(
        sitting.id,
        sitting.lesson_id,
        [HeldFile(Rendition.P480, "sessions/1/480p", "video/mp4", 4)],
        60,
        clock.now(),
    )
    for _time in range(2):
        with unit_of_work():
            services.take_recording(ready)
            drop_unused(["sessions/1/480p"])
    assert storage().exists("sessions/1/480p")
    assert len(media(sitting)) == 1


def test_a_recording_of_nothing_goes(sitting):
    storage().put("sessions/1/480p", b"film")
    file = HeldFile(Rendition.P480, "sessions/1/480p", "video/mp4", 4)
    with unit_of_work():
        services.take_recording(HeldRecordingReady(2_000_000, 1, [file], 60, clock.now()))
        drop_unused([file.storage_key])
    assert not storage().exists("sessions/1/480p")


@pytest.mark.parametrize(
    ("values", "words_of_it"),
    [
        ({"state": "scheduled", "starts_at": clock.now() + HOUR}, "not over yet"),
        ({"recording_policy": "none"}, "not recorded"),
        ({"recording_published_at": clock.now()}, "Withdraw it first"),
        ({"lesson_id": None, "title": words("Tech check")}, "extra session"),
    ],
)
def test_where_no_recording_belongs_none_is_taken(app, staff, values, words_of_it):
    sitting = make_recorded_sitting(**values)
    with pytest.raises(Conflict, match=words_of_it), unit_of_work():
        services.begin_recording(sitting, staff, file_name="a.mp4", size=10, now=clock.now())


def test_what_is_no_recording_is_refused_before_its_bytes(sitting, staff):
    with pytest.raises(Invalid, match="not accepted"), unit_of_work():
        services.begin_recording(sitting, staff, file_name="slides.pdf", size=10, now=clock.now())


def test_where_files_of_lessons_are_sent_no_recording_of_a_session_is_taken(
    sitting, staff, signed_in_as
):
    browser = signed_in_as(staff)
    wish = {"filename": "a.mp4", "purpose": "held_recording", "lesson_id": str(sitting.lesson_id)}
    pairs = (f"{name} {b64encode(value.encode()).decode()}" for name, value in wish.items())
    answer = browser.post(
        "/api/v1/uploads",
        headers={
            "Tus-Resumable": "1.0.0",
            "X-CSRFToken": token_on(browser, "/en/account"),
            "Upload-Length": "10",
            "Upload-Metadata": ",".join(pairs),
        },
    )
    assert answer.status_code == 422
    assert db.session.scalars(select(Intake)).all() == []


def test_a_form_without_a_script_sends_it_whole(sitting, film, signed_in_as, run_jobs):
    browser = signed_in_as(instructor_of(sitting.run_id))
    page = f"/en/manage/sessions/{sitting.id}/recording"
    nothing = fill_in(browser, page, send_to=f"{page}/file")
    assert nothing.status_code == 422
    assert "Choose a file." in nothing.text
    file = (BytesIO(film), "session.mp4")
    answer = fill_in(browser, page, send_to=f"{page}/file", file=file)
    assert answer.status_code == 303
    assert "It will be prepared in a moment" in browser.get(page).text
    run_jobs()
    assert set(media(sitting)) == {"480p", "240p", "audio", "poster"}


def test_a_file_on_its_way_is_seen_and_taken_away_by_those_who_manage_the_run(
    sitting, film, signed_in_as
):
    sender = instructor_of(sitting.run_id)
    intake_id = send(signed_in_as(sender), sitting, film)
    row = f"/en/manage/recording-files/{intake_id}"
    other = signed_in_as(instructor_of(sitting.run_id))
    fragment = other.get(row, headers={"X-Fragment": "1"})
    assert 'data-state="waiting"' in fragment.text
    assert other.get(row).location.endswith(f"/manage/sessions/{sitting.id}/recording#file")
    stranger = signed_in_as(make_person("instructor"))
    assert stranger.get(row).status_code == 404
    # The doors of lessons do not open to it, whoever may edit the course.
    staff = signed_in_as(make_person("staff"))
    assert staff.get(f"/en/manage/intakes/{intake_id}").status_code == 404
    page = f"/en/manage/sessions/{sitting.id}/recording"
    assert fill_in(other, page, send_to=f"{row}/remove").status_code == 303
    assert db.session.get(Intake, intake_id) is None


def test_it_does_not_stand_among_the_files_of_the_lesson(sitting, film, signed_in_as):
    send(signed_in_as(instructor_of(sitting.run_id)), sitting, film, "our session.mp4")
    editor = signed_in_as(make_person("staff"))
    assert "our session.mp4" not in editor.get(f"/en/manage/lessons/{sitting.lesson_id}").text


# --- when it begins --------------------------------------------------------------------


def test_its_first_second_is_told_on_busans_clock(sitting, staff, signed_in_as):
    record(sitting, seconds=7000)
    page = f"/en/manage/sessions/{sitting.id}/recording"
    browser = signed_in_as(staff)
    later = (sitting.starts_at + 9 * HOUR + timedelta(seconds=150)).strftime("%H:%M:%S")
    assert fill_in(browser, page, send_to=f"{page}/begin", begins=later).status_code == 303
    row = db.session.get_one(Sitting, sitting.id)
    assert row.recording_starts_at == row.starts_at + timedelta(seconds=150)
    assert f'value="{later}"' in browser.get(page).text
    assert "Not in the recording: 3 minutes" in browser.get(page).text


@pytest.mark.parametrize(("minutes", "words_of_it"), [(120, "has ended"), (-120, "before the")])
def test_a_beginning_that_leaves_nothing_is_refused(sitting, staff, minutes, words_of_it):
    record(sitting)
    with pytest.raises(Invalid, match=words_of_it), unit_of_work():
        services.set_recording_start(
            sitting, sitting.starts_at + minutes * MINUTE, actor=staff, now=clock.now()
        )


# --- consents --------------------------------------------------------------------------


def test_who_speaks_in_it_has_to_consent(sitting, staff, run_jobs):
    record(sitting)
    teacher, guest = make_person(full_name="Kim Teacher"), make_person(full_name="No Teacher")
    course_id = run_of(sitting).course_id
    teaching = save(CourseTeacher(course_id=course_id, person_id=teacher.id))
    lesson = db.session.get_one(Lesson, sitting.lesson_id)
    speaker, _token = make_invitation(lesson, invited_by_id=staff.id, name="Tran Speaker")
    make_holder(sitting, teacher)
    save(SittingPerson(sitting_id=sitting.id, role="moderator", speaker_id=speaker.id))
    make_holder(sitting, make_person(), role="interpreter", language="vi")
    stranger = make_holder(sitting, guest)
    found = {each.name: each for each in consents_of(sitting)}
    assert set(found) == {"Kim Teacher", "Tran Speaker", "No Teacher"}
    assert [each.is_teaching for each in found.values()] == [True, False, False]
    assert found["Tran Speaker"].is_invited
    for consent in (teaching, speaker):
        with pytest.raises(Conflict, match="consented"):
            publish(sitting, staff)
        consent.consents_to_recording_at = clock.now()
        save(consent)
    with pytest.raises(Conflict, match="consented"):
        publish(sitting, staff)
    db.session.delete(stranger)
    db.session.commit()
    publish(sitting, staff)
    assert sitting.recording_published_at is not None


def test_the_page_names_who_has_not_consented_and_what_they_do(sitting, staff, signed_in_as):
    record(sitting)
    make_holder(sitting, make_person(full_name="Kim Teacher"))
    page = signed_in_as(staff).get(f"/en/manage/sessions/{sitting.id}/recording").text
    assert "Has not consented" in page
    assert "add them to the teaching staff" in page
    assert "Not everybody who speaks in it has consented" in page
    assert "Publish the recording" not in page


# --- out -------------------------------------------------------------------------------


def test_published_it_is_told_once_to_each_with_what_they_missed(sitting, staff, run_jobs, outbox):
    record(sitting)
    missing, missing_at = enrolled(sitting)
    there, there_at = enrolled(sitting)
    stay(sitting, missing_at, 0, 79)
    judged(sitting, missing_at, "partial")
    stay(sitting, there_at, 0, 120)
    judged(sitting, there_at, "present")
    holder = make_person()
    save(SittingPerson(sitting_id=sitting.id, role="moderator", person_id=holder.id))
    now = clock.now().replace(microsecond=0)
    publish(sitting, staff, now=now)
    publish(sitting, staff)  # harmless
    run_jobs()
    (told,) = notices(missing)
    assert told.kind == "seminars.recording_published"
    assert told.endpoint == "progress.catch_up"
    assert told.context["missed_minutes"] == 41
    assert told.context["make_up_until_at"]
    (other,) = notices(there)
    assert (other.endpoint, other.context["missed_minutes"]) == ("seminars.show_recording", 0)
    assert len(notices(holder)) == 1
    assert len(outbox) == 3
    mail = next(each for each in outbox if each.to == [missing.email])
    assert "You missed 41 minutes of it" in mail.body
    assert "(UTC+8)" in mail.body
    assert "Busan" in mail.body
    assert f"/sessions/{sitting.id}/catch-up" in mail.body


def notices(person):
    return db.session.scalars(select(Notice).where(Notice.person_id == person.id)).all()


def test_withdrawn_before_the_job_ran_nobody_is_told(sitting, staff, run_jobs):
    record(sitting)
    person, _enrolment = enrolled(sitting)
    publish(sitting, staff)
    with unit_of_work():
        services.withdraw_recording(sitting, actor=staff, now=clock.now())
    run_jobs()
    assert notices(person) == []


def test_while_a_file_is_under_way_it_is_not_published(sitting, staff):
    record(sitting)
    with unit_of_work():
        services.begin_recording(sitting, staff, file_name="b.mp4", size=10, now=clock.now())
    with pytest.raises(Conflict, match="on its way"):
        publish(sitting, staff)


def test_a_last_day_before_the_seven_days_are_over_is_refused(sitting, staff, signed_in_as):
    record(sitting)
    page = f"/en/manage/sessions/{sitting.id}/recording"
    browser = signed_in_as(staff)
    today = (clock.now() + 9 * HOUR).date()
    early = (today + timedelta(days=7)).isoformat()
    answer = fill_in(browser, page, send_to=f"{page}/publish", until=early)
    assert answer.status_code == 422
    assert "eight days" in answer.text
    assert f'value="{early}"' in answer.text
    enough = (today + timedelta(days=8)).isoformat()
    assert fill_in(browser, page, send_to=f"{page}/publish", until=enough).status_code == 303
    row = db.session.get_one(Sitting, sitting.id)
    assert row.recording_until.isoformat() == enough
    assert db.session.scalars(select(Job.kind).where(Job.kind == "seminars.tell_recording")).all()


def test_instructors_send_it_and_staff_publish_it(sitting, signed_in_as):
    record(sitting)
    page = f"/en/manage/sessions/{sitting.id}/recording"
    browser = signed_in_as(instructor_of(sitting.run_id))
    assert "Staff publish it" in browser.get(page).text
    assert fill_in(browser, page, send_to=f"{page}/publish").status_code == 403


def test_deleted_nothing_of_it_is_left(sitting, staff):
    record(sitting)
    caption(sitting)
    keys = [row.storage_key for row in media(sitting).values()]
    publish(sitting, staff)
    with pytest.raises(Conflict, match="Withdraw"), unit_of_work():
        services.remove_recording(sitting, actor=staff, now=clock.now())
    with unit_of_work():
        services.withdraw_recording(sitting, actor=staff, now=clock.now())
        services.remove_recording(sitting, actor=staff, now=clock.now())
        services.remove_recording(sitting, actor=staff, now=clock.now())
    assert not [key for key in keys if storage().exists(key)]
    assert media(sitting) == {}
    assert db.session.scalars(select(SittingCaption)).all() == []
    said = [change.new for change in history_of(("sitting_recording", sitting.id))]
    assert said == ["published", "withdrawn", "removed"]


# --- who watches -----------------------------------------------------------------------


def answers_to(browser, sitting):
    places = (
        f"/en/sessions/{sitting.id}/recording",
        f"/media/sessions/{sitting.id}/480p",
        f"/media/sessions/{sitting.id}/captions/en.vtt",
    )
    return {browser.get(place).status_code for place in places}


def test_it_opens_to_those_in_the_run_once_published(sitting, staff, signed_in_as, client):
    record(sitting)
    caption(sitting)
    person, _enrolment = enrolled(sitting)
    stranger = make_person()
    assert answers_to(signed_in_as(person), sitting) == {404}
    assert answers_to(signed_in_as(staff), sitting) == {200}
    publish(sitting, staff)
    assert answers_to(signed_in_as(person), sitting) == {200}
    assert answers_to(signed_in_as(stranger), sitting) == {404}
    assert client.get(f"/en/sessions/{sitting.id}/recording").status_code == 302
    assert client.get(f"/media/sessions/{sitting.id}/480p").status_code == 404
    with unit_of_work():
        services.withdraw_recording(sitting, actor=staff, now=clock.now())
    assert answers_to(signed_in_as(person), sitting) == {404}


def test_a_public_one_opens_to_everybody(app, staff, client):
    sitting = record(make_recorded_sitting(recording_policy="public"))
    caption(sitting)
    assert client.get(f"/media/sessions/{sitting.id}/480p").status_code == 404
    publish(sitting, staff)
    assert answers_to(client, sitting) == {200}


def test_what_is_recorded_for_those_who_teach_is_seen_by_who_holds_it(app, signed_in_as):
    sitting = record(make_recorded_sitting(recording_policy="internal"))
    caption(sitting)
    holder = make_person()
    make_holder(sitting, holder)
    person, _enrolment = enrolled(sitting)
    assert answers_to(signed_in_as(holder), sitting) == {200}
    assert answers_to(signed_in_as(person), sitting) == {404}


def test_a_file_is_sent_in_ranges_and_asked_for_anew_each_time(sitting, staff, signed_in_as):
    record(sitting)
    browser = signed_in_as(staff)
    answer = browser.get(f"/media/sessions/{sitting.id}/240p", headers={"Range": "bytes=0-9"})
    assert (answer.status_code, len(answer.data)) == (206, 10)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert browser.get(f"/media/sessions/{sitting.id}/720p").status_code == 404


def test_the_page_offers_sizes_sound_alone_and_what_was_said(sitting, staff, signed_in_as):
    record(sitting)
    caption(sitting)
    publish(sitting, staff)
    browser = signed_in_as(enrolled(sitting)[0])
    page = browser.get(f"/en/sessions/{sitting.id}/recording").text
    for told in ("Video 480p", "Video 240p", "Audio only", "1 KB", "An hour later."):
        assert told in page, told
    assert "data-watch=" not in page
    quiet = browser.get(f"/en/sessions/{sitting.id}/recording?quality=audio")
    assert f"/media/sessions/{sitting.id}/audio" in quiet.text
    assert "quality=audio" in quiet.headers["Set-Cookie"]


def test_the_page_of_the_session_leads_to_it_and_to_what_was_missed(sitting, staff, signed_in_as):
    record(sitting)
    person, enrolment = enrolled(sitting)
    judged(sitting, enrolment)
    browser = signed_in_as(person)
    before = browser.get(f"/en/sessions/{sitting.id}").text
    assert "The recording is not here yet" in before
    assert "catch-up" not in before
    publish(sitting, staff)
    after = browser.get(f"/en/sessions/{sitting.id}").text
    assert f'href="/en/sessions/{sitting.id}/recording"' in after
    assert f'href="/en/sessions/{sitting.id}/catch-up"' in after


def test_watching_costs_eight_statements_at_the_most(
    sitting, staff, signed_in_as, count_statements
):
    record(sitting)
    publish(sitting, staff)
    trainee, manager = signed_in_as(enrolled(sitting)[0]), signed_in_as(staff)
    places = {
        f"/en/sessions/{sitting.id}/recording": trainee,
        f"/en/manage/sessions/{sitting.id}/recording": manager,
        f"/en/manage/sessions/{sitting.id}/questions": manager,
    }

    def costs():
        found = []
        for place, browser in places.items():
            with count_statements() as statements:
                assert browser.get(place).status_code == 200
            found.append(len(statements))
        return found

    costs()
    few = costs()
    for number in range(5):
        make_holder(sitting, make_person())
        caption(sitting, f"l{number}")
    assert costs() == few
    assert max(few) <= 8, few


# --- captions and questions ------------------------------------------------------------


def test_captions_are_kept_in_their_language_and_faults_are_told(sitting, staff, signed_in_as):
    record(sitting)
    page = f"/en/manage/sessions/{sitting.id}/recording"
    browser = signed_in_as(staff)

    def send_captions(text):
        file = (BytesIO(text.encode()), "talk.vtt")
        return fill_in(browser, page, send_to=f"{page}/captions", language_code="ko", captions=file)

    assert send_captions("no captions").status_code == 422
    assert send_captions(CAPTIONS).status_code == 303
    assert send_captions(CAPTIONS.replace("An hour", "One hour")).status_code == 303
    (row,) = db.session.scalars(select(SittingCaption)).all()
    assert row.language == "ko"
    assert "One hour later." in row.webvtt
    assert "2 captions" in browser.get(page).text
    assert fill_in(browser, page, send_to=f"{page}/captions/ko/remove").status_code == 303
    assert db.session.scalars(select(SittingCaption)).all() == []


def test_three_questions_are_written_changed_and_taken_away(sitting, signed_in_as):
    browser = signed_in_as(instructor_of(sitting.run_id))
    place = f"/en/manage/sessions/{sitting.id}/questions"
    question = {
        "prompt-en": "Which port?",
        "choices-en": "Busan\nGenoa",
        "prompt-ko": "어느 항?",
        "choices-ko": "부산\n제노바",
        "correct_choice": 1,
    }
    assert fill_in(browser, f"{place}/1", **question).status_code == 303
    assert fill_in(browser, f"{place}/1", **{**question, "correct_choice": 0}).status_code == 303
    page = browser.get(place).text
    assert "Which port?" in page
    assert page.count("Not written yet.") == 2
    one = fill_in(
        browser, f"{place}/2", **{**question, "choices-en": "Busan", "choices-ko": "부산"}
    )
    assert one.status_code == 422
    assert "Give two to six choices." in one.text
    assert browser.get(f"{place}/4").status_code == 404
    assert fill_in(browser, place, send_to=f"{place}/1/remove").status_code == 303
    assert "Which port?" not in browser.get(place).text


# --- on the room's server --------------------------------------------------------------


@pytest.fixture
def room(app, bbb_server, monkeypatch):
    for name, value in bbb_server.settings.items():
        monkeypatch.setitem(app.config, name, value)
    return make_recorded_sitting(room_kind="bigbluebutton", room_address="")


def take(browser, sitting):
    page = f"/en/manage/sessions/{sitting.id}/recording"
    return fill_in(browser, page, send_to=f"{page}/from-room")


def test_a_recording_on_the_rooms_server_is_offered_but_makes_nothing_up(
    room, bbb_server, staff, signed_in_as
):
    browser = signed_in_as(staff)
    assert "has no recording of this session" in take(browser, room).text
    bbb_server.record(room.uid, state="processing")
    assert "still preparing" in take(browser, room).text
    bbb_server.record(room.uid, presentation="https://bbb.example/p", video="https://bbb.example/v")
    assert take(browser, room).status_code == 303
    page = browser.get(f"/en/manage/sessions/{room.id}/recording").text
    assert "https://bbb.example/v" in page
    assert "It has no captions there." in page
    publish(room, staff)
    person, _enrolment = enrolled(room)
    trainee = signed_in_as(person)
    watching = trainee.get(f"/en/sessions/{room.id}/recording").text
    assert 'href="https://bbb.example/v" rel="noreferrer"' in watching
    assert "nobody can make up a missed session with it" in watching
    assert "cannot be made up with it" in trainee.get(f"/en/sessions/{room.id}/catch-up").text


def test_a_server_that_does_not_answer_changes_nothing_and_is_named(
    room, bbb_server, staff, signed_in_as
):
    bbb_server.mood = Mood.BROKEN
    answer = take(signed_in_as(staff), room)
    assert answer.status_code == 503
    assert "Nothing was changed" in answer.text
    assert db.session.get_one(Sitting, room.id).recording_address == ""


def test_a_session_held_elsewhere_has_no_recording_there(sitting, staff, signed_in_as):
    browser = signed_in_as(staff)
    token = token_on(browser, "/en/account")
    answer = browser.post(
        f"/en/manage/sessions/{sitting.id}/recording/from-room", data={"csrf_token": token}
    )
    assert answer.status_code == 404


def test_what_is_not_recorded_has_no_page_for_it(app, staff, signed_in_as):
    quiet = make_sitting(starts_at=clock.now() - 3 * HOUR)
    browser = signed_in_as(staff)
    assert browser.get(f"/en/manage/sessions/{quiet.id}/recording").status_code == 404
    assert browser.get(f"/en/manage/sessions/{quiet.id}/questions").status_code == 404


def test_trainees_of_another_city_have_their_own_seventh_day(sitting, staff, run_jobs):
    record(sitting)
    deadlines = {}
    for zone in ("America/Guayaquil", "Pacific/Auckland"):
        person, enrolment = enrolled(sitting)
        make_affiliation(person, make_city(time_zone=zone))
        judged(sitting, enrolment)
        deadlines[zone] = person
    publish(sitting, staff)
    run_jobs()
    moments = {
        zone: notices(person)[0].context["make_up_until_at"] for zone, person in deadlines.items()
    }
    assert len(set(moments.values())) == 2


def test_it_is_published_and_told_on_both_databases(app_of_its_own):
    with app_of_its_own.app_context():
        staff, person = make_person("staff"), make_person()
        sitting = record(make_recorded_sitting(), renditions=())
        make_holder(sitting, person, role="moderator")
        judged(sitting, make_enrolment(run_of(sitting), person))
        publish(sitting, staff)
        with unit_of_work():
            tell_recording(db.session.get_one(Sitting, sitting.id), now=clock.now())
        (told,) = notices(person)
        assert told.context["missed_minutes"] == 120
        db.session.remove()

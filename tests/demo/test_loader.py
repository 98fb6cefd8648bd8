"""The demonstration: real history made through the real services, once, and nobody real in it."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from lms.accounts.models import Consent, Person, PersonState
from lms.accounts.passwords import matches
from lms.accounts.queries import demo_accounts as accounts_on_the_sign_in_page
from lms.accounts.queries import person_by_email
from lms.app import create_app
from lms.boards.models import PostText, Thread
from lms.certificates.models import Certificate
from lms.core import clock
from lms.core.audit import StatusEvent
from lms.core.db import db
from lms.courses.models import Course
from lms.demo import loader, seasons
from lms.demo.people import ACCOUNTS, CLASS, DOMAIN, LAST_CLASS, STAFF, TRAINEE
from lms.enrolment.models import CourseRun, Enrolment
from lms.jobs.models import Job
from lms.lessons.models import Lesson, LessonCaption, LessonMedia
from lms.media.storage import storage
from lms.organisations.models import Affiliation, City, FocalPoint
from lms.progress.models import EnrolmentProgress
from lms.seminars.models import Attendance, Sitting
from lms.seminars.rules.sittings import phase
from tests.conftest import testing_settings
from tests.demo.conftest import PASSWORD, count, make_site
from tests.tables import give_tables

RECORDED = Course.code == "DEM-101"


def test_loading_is_quick_enough_for_a_first_start(loaded):
    assert loaded[1] < 12


def test_the_course_can_be_studied(site):
    courses = db.session.scalars(select(Course).where(Course.is_demo)).all()

    assert [course.code for course in courses] == ["DEM-101", "DEM-201", "DEM-301"]
    assert {course.state for course in courses} == {"published"}
    assert count(Course, Course.state == "published") == 32, "the catalogue is still there"
    assert count(Lesson) == 8 + 14 + 1
    assert count(LessonMedia) == 20 * 2, "the recordings are in two courses"
    assert count(LessonCaption) == 15 * 2
    for media in db.session.scalars(select(LessonMedia)):
        assert storage().size(media.storage_key) == media.size > 0
    bodies = db.session.scalars(select(Lesson.body)).all()
    assert all(body and body.texts["ko"] for body in bodies)


def test_a_recording_says_that_its_voice_is_a_computer_s(site):
    for body in db.session.scalars(select(Lesson.body).where(Lesson.kind == "recorded")):
        assert "computer's" in body.texts["en"]
        assert "컴퓨터로 합성한" in body.texts["ko"]
        assert "电脑合成" in body.texts["zh"]


def test_there_is_a_run_of_every_kind_relative_to_today(site):
    today = clock.now().date()
    of_course = select(CourseRun).join(CourseRun.course).where(RECORDED)
    runs = {run.state: run for run in db.session.scalars(of_course)}

    assert set(runs) == {"completed", "running", "approved", "draft"}
    assert all(run.is_demo for run in runs.values())
    assert runs["completed"].ends_on < today < runs["approved"].starts_on
    assert runs["running"].starts_on < today < runs["running"].ends_on
    assert runs["running"].enrolment_closes_at > clock.now() + timedelta(days=1)
    assert runs["running"].capacity is None, "whoever tries the site can enrol"


def test_every_role_has_one_account_that_can_sign_in(site):
    roles = {}
    for account in ACCOUNTS:
        person = person_by_email(account.email)
        assert matches(person.password_hash, PASSWORD)
        assert person.is_demo
        assert person.state == PersonState.ACTIVE
        roles[account.mailbox] = {str(role.role) for role in person.roles}

    assert roles == {
        "trainee": set(),
        "graduate": set(),
        "instructor": {"instructor"},
        "focal": set(),
        "staff": {"staff"},
        "admin": {"admin"},
    }
    assert count(FocalPoint) == 1
    assert count(Person, Person.password_hash != "") == len(ACCOUNTS)
    shown = [account.email for account in accounts_on_the_sign_in_page()]
    assert shown == [email for _, email in loader.demo_accounts()]


def test_the_class_comes_from_many_cities_and_nobody_in_it_is_real(site):
    people = db.session.scalars(select(Person)).all()
    cities = db.session.scalars(
        select(City.slug)
        .join(Affiliation, Affiliation.city_id == City.id)
        .join(Person, Person.id == Affiliation.person_id)
        .where(Person.email.like("class%"))
        .distinct()
    ).all()

    assert len(CLASS) == 24
    assert len(cities) >= 8
    assert len(people) == len(CLASS) + len(LAST_CLASS) + len(ACCOUNTS)
    assert all(person.is_demo and person.email.endswith(f"@{DOMAIN}") for person in people)
    assert len({person.full_name for person in people}) == len(people)
    assert all(re.fullmatch(r"[A-Z][A-Z -]*", person.full_name) for person in people)
    assert count(Consent) == len(people)
    scripts = {
        name
        for person in people
        for name, letters in SCRIPTS.items()
        if letters.search(person.name_in_own_script)
    }
    assert scripts == set(SCRIPTS)
    assert {"CONTOH", "TELADAN"} <= {person.full_name for person in people}, "mononyms"


SCRIPTS = {
    "Hangul": re.compile("[가-힣]"),
    "Han": re.compile("[一-鿿]"),
    "Cyrillic": re.compile("[А-я]"),
    "Lao": re.compile("[\u0e80-\u0eff]"),
    "Thai": re.compile("[\u0e00-\u0e7f]"),
    "Khmer": re.compile("[\u1780-\u17ff]"),
    "Burmese": re.compile("[\u1000-\u109f]"),
    "Devanagari": re.compile("[\u0900-\u097f]"),
    "Arabic": re.compile("[\u0600-\u06ff]"),
    "Vietnamese": re.compile("[ễầịụ]"),
    "Spanish": re.compile("[íé]"),
}


def test_somebody_stands_at_every_stage(site):
    rows = db.session.execute(
        select(Enrolment.state, EnrolmentProgress.earned_minutes, EnrolmentProgress.lessons_done)
        .select_from(Enrolment)
        .join(Enrolment.run)
        .join(Enrolment.person)
        .join(EnrolmentProgress, EnrolmentProgress.enrolment_id == Enrolment.id)
        .join(CourseRun.course)
        .where(CourseRun.state == "running", RECORDED, Person.email != TRAINEE.email)
    )
    stages = Counter((state, minutes) for state, minutes, _ in rows)

    assert stages == {
        ("enrolled", 0): 2,
        ("started", 0): 3,
        ("started", 24): 6,
        ("started", 36): 5,
        ("completed", 48): 4,
        ("completed", 60): 2,
        ("withdrawn", 0): 1,
        ("dropped_out", 0): 1,
    }
    running = select(CourseRun).join(CourseRun.course).where(CourseRun.state == "running", RECORDED)
    run = db.session.scalars(running).one()
    assert run.seats_taken == 23, "24 and the account to try, less the two who left"


def test_certificates_are_samples_drawn_and_in_every_state(site):
    certificates = db.session.scalars(select(Certificate)).all()

    assert Counter(c.state for c in certificates) == {"issued": 9, "reissued": 1, "revoked": 1}
    assert all(c.is_sample for c in certificates)
    assert all(storage().exists(c.pdf_key) for c in certificates)
    assert all(c.ends_on <= c.issued_on for c in certificates)
    assert {tuple(c.languages) for c in certificates} == {("ko", "en"), ("zh", "en"), ("en",)}
    successor = next(c for c in certificates if c.supersedes_id)
    assert successor.holder_name.endswith(" KHAM")


def test_history_is_in_order_and_nothing_lies_in_the_future(site):
    events = db.session.scalars(select(StatusEvent)).all()

    assert max(event.at for event in events) <= clock.now()
    histories = {}
    for event in sorted(events, key=lambda event: (event.at, event.id)):
        histories.setdefault((event.entity, event.entity_id), []).append(event)
    for (entity, _), history in histories.items():
        if entity in {"enrolment", "certificate", "course_run", "sitting"}:
            assert [e.old for e in history] == ["", *[e.new for e in history[:-1]]]
    staff = person_by_email(STAFF.email)
    (revoked,) = [e for e in events if (e.entity, e.new) == ("certificate", "revoked")]
    assert (revoked.actor_id, bool(revoked.reason)) == (staff.id, True)


# What is left to do once sittings are over, or a little before they begin.
TO_COME = {"seminars.remind", "seminars.close", "seminars.finalise"}


def test_only_what_is_to_come_waits_and_no_mail_is_sent_to_invented_people(site):
    waiting = db.session.scalars(select(Job).where(Job.state == "queued")).all()

    assert {job.kind for job in waiting} == TO_COME
    assert all(job.run_after > clock.now() - timedelta(minutes=5) for job in waiting)


def everything():
    """All rows that loading makes, as far as they could differ."""
    return {
        "people": count(Person),
        "runs": count(CourseRun),
        "enrolments": count(Enrolment),
        "lessons": count(Lesson),
        "certificates": count(Certificate),
        "events": count(StatusEvent),
        "jobs": count(Job),
        "sittings": count(Sitting),
        "attendances": count(Attendance),
        "states": sorted(map(tuple, db.session.execute(select(Enrolment.id, Enrolment.state)))),
    }


def test_loading_again_changes_nothing_but_the_password(loaded):
    app, _ = loaded
    with app.app_context():
        draft = db.session.scalars(select(Course).where(Course.code == "TRN-201")).one()
        draft.state = "draft"
        db.session.commit()
        before = everything()
        db.session.remove()

        loader.load_demo("another harbour 43", clock.now() + timedelta(days=3))

        assert everything() == before
        draft = db.session.scalars(select(Course).where(Course.code == "TRN-201")).one()
        assert draft.state == "draft", "staff's own work in the catalogue is left alone"
        draft.state = "published"
        db.session.commit()
        assert matches(person_by_email(STAFF.email).password_hash, "another harbour 43")
        loader.load_demo(PASSWORD, clock.now())
        db.session.remove()


def test_importing_the_catalogue_again_leaves_the_demonstration_alone(loaded):
    app, _ = loaded
    result = app.test_cli_runner().invoke(args=["catalogue", "import"])

    assert result.exit_code == 0
    assert "0 changed, 0 retired" in result.output
    with app.app_context():
        state = db.session.scalar(select(Course.state).where(Course.code == "DEM-101"))
        db.session.remove()
    assert state == "published"


def test_what_was_stopped_half_way_is_finished_the_next_time(tmp_path, monkeypatch):
    app = make_site(tmp_path)

    def stop(*_args):
        raise KeyboardInterrupt

    with app.app_context():
        # Between the class and what came after it: everything before is kept, nothing is doubled.
        with monkeypatch.context() as patched:
            patched.setattr(loader, "settle_this_season", stop)
            with pytest.raises(KeyboardInterrupt):
                loader.load_demo(PASSWORD, clock.now())
        assert count(Certificate, Certificate.state == "issued") == 10
        db.session.remove()

        loader.load_demo(PASSWORD, clock.now())

        assert count(Enrolment) == 30 + 14
        assert count(Certificate, Certificate.state == "revoked") == 1
        assert count(Certificate, Certificate.state == "issued") == 9
        db.session.remove()
        db.engine.dispose()


CHUSEOK = datetime(2027, 9, 19, 2, 30, tzinfo=UTC)  # a Sunday after three days off


@pytest.mark.parametrize(
    "now",
    [*(datetime(2027, 1, 1, hour, 30, tzinfo=UTC) for hour in (0, 5, 15, 23)), CHUSEOK],
    ids=str,
)
def test_it_can_be_loaded_at_any_hour(tmp_path, now, monkeypatch):
    app = make_site(tmp_path)
    monkeypatch.setattr(loader, "draw", lambda *_args, **_values: None)
    with app.app_context():
        loader.load_demo(PASSWORD, now)
        late = select(StatusEvent).where(StatusEvent.at > now)
        assert db.session.scalars(late).all() == []
        last = db.session.scalar(select(func.max(EnrolmentProgress.last_activity_at)))
        assert last < now
        phases = Counter(
            phase(row.state, row.starts_at, row.ends_at, now)
            for row in db.session.scalars(select(Sitting))
        )
        assert phases["live"] == 1
        assert phases["attendance_final"] >= 2
        assert phases["attendance_provisional"] >= 1
        assert phases["scheduled"] == 5
        assert phases["cancelled"] == 1
        db.session.remove()
        db.engine.dispose()


def test_a_site_that_had_the_demonstration_before_it_had_sessions_gets_them(tmp_path, monkeypatch):
    app = make_site(tmp_path)
    then = clock.now() - timedelta(days=60)
    with app.app_context():
        with monkeypatch.context() as patched:
            patched.setattr(loader, "_has_run", lambda _course: True)
            loader.load_demo(PASSWORD, then)
        assert count(Sitting) == 0
        people = count(Person)
        db.session.remove()

        loader.load_demo(PASSWORD, clock.now())

        assert count(Sitting) == 15
        assert count(Person) == people, "the class is the same"
        assert count(Enrolment) == 30 + 14
        db.session.remove()
        db.engine.dispose()


@pytest.mark.postgres
def test_it_loads_into_postgres_too(tmp_path, postgres_with_tables):
    app = make_site(tmp_path, IEUM_DATABASE_URL=postgres_with_tables)
    with app.app_context():
        loader.load_demo(PASSWORD, clock.now())
        assert count(Certificate, Certificate.state == "issued") == 9
        assert count(Job, Job.state == "queued", Job.kind.not_in(TO_COME)) == 0
        db.session.remove()
        db.engine.dispose()


def test_without_the_starting_data_it_says_what_is_missing(tmp_path):
    app = create_app(testing_settings(tmp_path))
    with app.app_context():
        give_tables(db.engine)
    result = app.test_cli_runner().invoke(args=["demo", "load", "--password", PASSWORD])

    assert result.exit_code == 1
    assert "Import the catalogue" in result.output
    with app.app_context():
        assert count(Person) == 0
        db.session.remove()
        db.engine.dispose()


def test_seasons_and_stages_are_all_told():
    told = {invented.stage for invented in CLASS}

    assert told == set(seasons.Stage)


def test_the_invented_people_talk_in_many_languages(site):
    threads = db.session.scalars(select(Thread)).all()
    assert {thread.kind for thread in threads} == {"question", "case", "notice", "discussion"}
    assert any(thread.accepted_number for thread in threads)
    languages = set(db.session.scalars(select(PostText.language).distinct()))
    assert languages >= {"ko", "en", "zh", "vi", "mn", "id", "fr"}
    assert count(PostText, ~PostText.is_original) >= 10

"""A generated data set: 2,000 people, 100 courses, one run of 1,000 trainees with progress."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select

import config
from lms.accounts.models import Person, PersonRole
from lms.accounts.services import start_session
from lms.app import create_app
from lms.core import clock, migrations
from lms.core.db import db
from lms.core.text import TextInLanguages
from lms.core.unit_of_work import unit_of_work
from lms.courses.models import CONTENT_COLUMNS, Course, CourseVersion, Curriculum, Module
from lms.enrolment.models import CourseRun, Enrolment
from lms.lessons.models import CheckQuestion, Lesson, LessonCaption, LessonMedia
from lms.organisations.models import Affiliation, City
from lms.progress.models import EnrolmentProgress, LessonProgress

PEOPLE, COURSES, IN_RUN, CITIES = 2000, 100, 1000, 45
MODULES, LESSONS = 5, 3


@dataclass(frozen=True)
class Ids:
    """What the pages are asked with."""

    course: str
    run: int
    lesson: int
    draft_lesson: int
    trainees: list[str]
    staff: list[str]


def make(environ: dict[str, str]) -> Ids:
    """Fill a fresh database and return what to ask for, with signed-in cookies."""
    app = create_app(config.load({name: environ[name] for name in environ if "IEUM" in name}))
    random.seed(20)
    with app.app_context():
        migrations.upgrade(db.engine)
        with unit_of_work():
            _catalogue()
            _people()
        with unit_of_work():
            _run()
        with unit_of_work():
            now = clock.now()
            people = [db.session.get_one(Person, number) for number in (*range(1, 9), PEOPLE)]
            cookies = [start_session(p, user_agent="", address="", now=now) for p in people]
            last = db.session.scalars(select(func.max(Lesson.id))).one()
        db.session.remove()
        db.engine.dispose()
    return Ids(
        course="BEN-1",
        run=1,
        lesson=1,
        draft_lesson=last,
        trainees=cookies[:8],
        staff=cookies[8:],
    )


def words(text: str) -> TextInLanguages:
    """Return a text in three languages."""
    return TextInLanguages("en", {"ko": f"{text} 과정", "en": text, "zh": f"{text} 课程"})


def _catalogue() -> None:
    fill = db.session.execute
    now = clock.now()
    fill(
        insert(Curriculum),
        [
            {
                "code": f"C{n}",
                "position": n,
                "state": "published",
                "title": words(f"Field {n}"),
                "summary": words("…"),
            }
            for n in range(1, 8)
        ],
    )
    fill(insert(Course), [_course(n) for n in range(1, COURSES + 1)])
    fill(
        insert(CourseVersion),
        [
            {**_content(n), "course_id": n, "number": 1, "state": "published", "created_at": now}
            for n in range(1, COURSES + 1)
        ],
    )
    fill(
        insert(Module),
        [
            {
                "version_id": course,
                "position": position,
                "title": words(f"Module {position} of course {course}"),
                "recorded_minutes": 60,
            }
            for course in range(1, COURSES + 1)
            for position in range(1, MODULES + 1)
        ],
    )
    fill(insert(Lesson), [_lesson(n) for n in range(1, MODULES * LESSONS + 1)])
    for lesson in range(1, MODULES * LESSONS + 1):
        _media_of(lesson)
    _long_draft(now)


def _long_draft(now: datetime) -> None:
    """Add a course in work with 200 sessions, ten modules of twenty."""
    add = db.session.add
    course = Course(**{**_course(0), "state": "draft", "curriculum_id": 1})
    add(course)
    db.session.flush()
    version = CourseVersion(
        **_content(0), course_id=course.id, number=1, state="draft", created_at=now
    )
    add(version)
    db.session.flush()
    for position in range(1, 11):
        module = Module(version_id=version.id, position=position, title=words(f"Part {position}"))
        add(module)
        db.session.flush()
        for place in range(1, 21):
            add(
                Lesson(
                    module_id=module.id,
                    position=place,
                    kind="recorded",
                    title=words(f"Session {position}.{place}"),
                    recognised_minutes=10,
                )
            )


def _course(n: int) -> dict[str, object]:
    return {
        "code": f"BEN-{n}",
        "curriculum_id": n % 7 + 1,
        "position": n,
        "state": "published",
        "title": words(f"Course number {n} of the benchmark"),
        "objectives": words("Say what it costs\nMeasure it"),
        "level": ("basic", "intermediate", "advanced")[n % 3],
        "delivery": ("online", "blended", "onsite")[n % 3],
        "languages": ["en", "vi"],
        "sdg_targets": ["11.2", "9.1"],
        "crs_code": "21010",
        "city_slugs": [f"city{n % CITIES}", f"city{(n + 7) % CITIES}"],
        "theory_minutes": 300,
        "practical_minutes": 0,
    }


def _content(n: int) -> dict[str, object]:
    return {name: value for name, value in _course(n).items() if name in CONTENT_COLUMNS}


def _lesson(n: int) -> dict[str, object]:
    return {
        "module_id": (n - 1) // LESSONS + 1,
        "position": (n - 1) % LESSONS + 1,
        "kind": "recorded",
        "title": words(f"Lesson {n}"),
        "recognised_minutes": 20,
        "duration_seconds": 1200,
    }


def _media_of(lesson: int) -> None:
    choices = [words(text).to_json() for text in ("First", "Second", "Third")]
    cues = "\n\n".join(
        f"00:{m:02}:00.000 --> 00:{m:02}:50.000\nWhat is said in minute {m} of this lesson."
        for m in range(20)
    )
    db.session.add_all(
        [
            CheckQuestion(
                lesson_id=lesson,
                prompt=words("Which one?"),
                stored_choices=choices,
                correct_choice=1,
                explanation=words("Because."),
            ),
            *(
                LessonMedia(
                    lesson_id=lesson,
                    rendition=rendition,
                    storage_key=f"bench/{lesson}-{rendition}",
                    mimetype="video/mp4",
                    size=5_000_000,
                )
                for rendition in ("480p", "240p", "audio")
            ),
            *(
                LessonCaption(lesson_id=lesson, language=language, webvtt=f"WEBVTT\n\n{cues}\n")
                for language in ("ko", "en", "zh")
            ),
        ]
    )


def _people() -> None:
    now = clock.now()
    fill = db.session.execute
    fill(
        insert(City),
        [
            {
                "slug": f"city{n}",
                "name": words(f"City {n}"),
                "region": "VN",
                "time_zone": "Asia/Ho_Chi_Minh",
                "main_language": "vi-VN",
                "training_languages": ["vi", "en"],
                "relation": "sister",
                "oda": "yes",
            }
            for n in range(CITIES)
        ],
    )
    fill(
        insert(Person),
        [
            {
                "email": f"person{n}@example.org",
                "state": "active",
                "full_name": f"Trainee Number {n}",
                "preferred_language": "en",
                "time_zone": "Asia/Ho_Chi_Minh",
                "email_confirmed_at": now,
                "created_at": now,
            }
            for n in range(1, PEOPLE + 1)
        ],
    )
    fill(
        insert(Affiliation),
        [
            {"person_id": n, "city_id": n % CITIES + 1, "organisation": "City", "position": ""}
            for n in range(1, PEOPLE + 1)
        ],
    )
    fill(insert(PersonRole), [{"person_id": PEOPLE, "role": "staff", "granted_at": now}])


def _run() -> None:
    now = clock.now()
    fill = db.session.execute
    total = MODULES * LESSONS
    fill(
        insert(CourseRun),
        [
            {
                "course_id": n,
                "course_version_id": n,
                "cohort_no": 1,
                "state": "running",
                "starts_on": now.date(),
                "ends_on": now.date() + timedelta(days=60),
                "enrolment_closes_at": now + timedelta(days=30),
                "working_language": "en",
                "seats_taken": IN_RUN if n == 1 else 0,
                "created_at": now,
            }
            for n in range(1, 13)
        ],
    )
    fill(
        insert(Enrolment),
        [
            {"run_id": 1, "person_id": n, "state": "started", "enrolled_at": now}
            for n in range(1, IN_RUN + 1)
        ],
    )
    done = {n: random.randrange(total) for n in range(1, IN_RUN + 1)}
    fill(
        insert(EnrolmentProgress),
        [
            {
                "enrolment_id": n,
                "run_id": 1,
                "earned_minutes": done[n] * 20,
                "required_minutes": total * 20,
                "lessons_done": done[n],
                "lessons_total": total,
                "last_lesson_id": max(1, done[n]),
                "last_activity_at": now - timedelta(hours=n),
            }
            for n in range(1, IN_RUN + 1)
        ],
    )
    fill(insert(LessonProgress), [_progress(n, i) for n in done for i in range(1, done[n] + 1)])


def _progress(enrolment: int, lesson: int) -> dict[str, object]:
    now = clock.now()
    return {
        "enrolment_id": enrolment,
        "lesson_id": lesson,
        "intervals": [[0, 1200]],
        "watched_seconds": 1200,
        "answered_at": now,
        "completed_at": now,
        "updated_at": now,
    }

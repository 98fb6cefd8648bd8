"""Who and what is on the site the pages are looked at: a full catalogue, and somebody of each kind.

Everything comes about as it does in service: people enrol, study, complete; the worker draws.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from PIL import Image
from sqlalchemy import select

from lms.accounts import login
from lms.accounts import services as accounts
from lms.accounts.models import LinkKind, Person, PersonRole, PersonState
from lms.certificates import services as certificates
from lms.certificates.models import Certificate, CertificateState
from lms.core import clock
from lms.core.db import db
from lms.core.text import TextInLanguages
from lms.courses import catalogue_file, catalogue_reading
from lms.courses import queries as courses
from lms.courses.catalogue_file import CatalogueFile
from lms.courses.models import Course, CourseTeacher
from lms.courses.queries import newest_version
from lms.courses.services.catalogue import import_catalogue
from lms.demo.encoding import poster, tone, write_audio
from lms.demo.media import CONTENT
from lms.enrolment import services as enrolments
from lms.enrolment.models import CourseRun, Enrolment, EnrolmentState, RunInstructor
from lms.lessons import services as lessons
from lms.lessons.models import (
    FileForm,
    Lesson,
    Licence,
    Material,
    MaterialFile,
    MaterialKind,
    MaterialState,
    Rendition,
)
from lms.lessons.rules.caption_files import parse_captions
from lms.lessons.rules.captions import Captions, to_webvtt
from lms.media.storage import storage
from lms.notifications import services as notifications
from lms.notifications import stop_token
from lms.notifications.models import Topic
from lms.notifications.rules import Stop
from lms.organisations import city_file
from lms.organisations.cli import STARTING_DATA
from lms.organisations.models import Affiliation, City
from lms.organisations.services import import_cities
from lms.progress import services as progress
from lms.progress.models import EnrolmentProgress
from tests.browser.attending import attend
from tests.browser.boards import write_on_boards
from tests.browser.conversations import write_messages
from tests.browser.courses_in_work import begin_curriculum, begin_next_version
from tests.browser.expertise import show_what_they_know
from tests.browser.films import record_sessions
from tests.browser.moderating import moderate_posts
from tests.browser.plans import plan_sessions
from tests.browser.reports import bring_in_reports
from tests.browser.rolls import call_rolls
from tests.browser.sent_files import send_files
from tests.browser.speakers import invite_speakers
from tests.browser.timetables import hold_sessions
from tests.site import CLIP_SECONDS, Site, wait_for

VISITOR = "visitor"
CROWD = 200
OPEN_RUNS = 12
POSTER_SIZE = (854, 480)
CAPTIONS, SPOKEN = CONTENT / "captions", "at-the-stop"
NAMES = (
    "NGUYEN THI VAN MAU",
    "견본 연수생",
    "范例学员",
    "Сургалтын Оролцогч",
    "متدرب نموذجي",
    "MARIA DE LOS ANGELES EJEMPLO Y MUESTRA",
)


@dataclass
class People:
    """Those who look at the pages, and the numbers the addresses of the pages need."""

    site: Site
    tokens: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, Any] = field(default_factory=dict)

    def cookies(self, reader: str) -> list[Any]:
        """Return what a browser holds in which this reader has signed in."""
        if reader == VISITOR:
            return []
        name = self.site.read(login.cookie_name)
        return [{"name": name, "value": self.tokens[reader], "url": self.site.address}]


def settle(site: Site) -> People:
    """Fill the site, and let its people do what they do."""
    people = People(site, numbers=dict(site.ids))
    for act in (
        _bring_catalogue, _plan_runs, _crowd_into_a_run, _study, _correct, _hand_out,
        invite_speakers, send_files, bring_in_reports, hold_sessions, plan_sessions, attend,
        call_rolls, record_sessions, write_messages, moderate_posts, write_on_boards,
        _hold_links_of_mails,
    ):  # fmt: skip
        people.numbers |= site.saved(act_on(people, act))
    wait_for(lambda: site.read(_all_are_drawn), "the certificates to be drawn")
    people.numbers |= site.saved(_lose_a_file)
    site.saved(lambda: _dress_the_lesson(site))
    for act in (begin_next_version, begin_curriculum, show_what_they_know):
        people.numbers |= site.saved(act_on(people, act))
    for name in ("trainee", "newcomer", "graduate", "former", "instructor", "staff"):
        people.tokens[name] = site.saved(lambda name=name: _sign_in(name))
    return people


def act_on(people: People, act: Callable[..., dict[str, Any]]) -> Callable[[], dict[str, Any]]:
    """Return the act with the numbers known so far and the moment."""
    return lambda: act(people.numbers, clock.now())


# --- the catalogue and its runs --------------------------------------------------------


def _bring_catalogue(_numbers: dict[str, Any], now: datetime) -> dict[str, Any]:
    import_cities(city_file.read((STARTING_DATA / "cities.json").read_bytes()), now=now)
    shipped = catalogue_reading.read(catalogue_file.STARTING_DATA.read_bytes())
    own = courses.catalogue_as_file().courses  # what is not in a file is retired by it
    import_catalogue(CatalogueFile(shipped.curricula, [*shipped.courses, *own]), now=now)
    return {}


def _plan_runs(numbers: dict[str, Any], now: datetime) -> dict[str, Any]:
    others = select(Course).where(Course.code != "TRY-101").order_by(Course.position)
    runs = [_run(course, now) for course in db.session.scalars(others.limit(OPEN_RUNS))]
    runs[0].capacity = runs[0].seats_taken = 1
    draft = _run(db.session.get_one(Course, runs[1].course_id), now, cohort_no=2, state="draft")
    db.session.flush()
    enrolments.note_catalogue_change()
    without_run = db.session.scalar(others.offset(OPEN_RUNS).limit(1))
    assert without_run is not None
    return {
        "full_run": runs[0].id,
        "crowded_run": runs[1].id,
        "draft_run": draft.id,
        "course_without_run": without_run.code,
    }


def _run(course: Course, now: datetime, **values: Any) -> CourseRun:
    today = now.date()
    defaults: dict[str, Any] = {
        "course_id": course.id,
        "course_version_id": newest_version(course.id).id,
        "cohort_no": 1,
        "state": "running",
        "starts_on": today - timedelta(days=3),
        "ends_on": today + timedelta(days=60),
        "enrolment_closes_at": now + timedelta(days=30),
        "working_language": "en",
        "created_at": now,
    }
    run = CourseRun(**{**defaults, **values})
    db.session.add(run)
    return run


def _crowd_into_a_run(numbers: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Enrol as many as one page of the table shows: other numbers and words in every row."""
    run_id = numbers["crowded_run"]
    cities = list(db.session.scalars(select(City.id).order_by(City.id)))
    crowd = [_person(f"crowd{n}", f"{NAMES[n % len(NAMES)]} {n}") for n in range(CROWD)]
    db.session.flush()
    rows = [
        Enrolment(run_id=run_id, person_id=each.id, state=EnrolmentState.STARTED, enrolled_at=now)
        for each in crowd
    ]
    db.session.add_all(rows)
    db.session.flush()
    for n, (row, each) in enumerate(zip(rows, crowd, strict=True)):
        db.session.add(Affiliation(person_id=each.id, city_id=cities[n % len(cities)]))
        db.session.add(
            EnrolmentProgress(
                enrolment_id=row.id,
                run_id=run_id,
                earned_minutes=n * 7 % 600,
                required_minutes=600,
                lessons_done=n % 12,
                lessons_total=12,
                last_activity_at=now - timedelta(hours=n * 5),
            )
        )
    db.session.get_one(CourseRun, run_id).seats_taken = CROWD
    return {}


# --- what people do --------------------------------------------------------------------


def _person(mailbox: str, full_name: str, *roles: str) -> Person:
    now = clock.now()
    person = Person(
        email=f"{mailbox}@pages.example",
        state=PersonState.ACTIVE,
        full_name=full_name,
        name_in_own_script=full_name,
        preferred_language="en",
        time_zone="Asia/Ulaanbaatar",
        email_confirmed_at=now,
        created_at=now,
    )
    person.roles = [PersonRole(role=role, granted_at=now) for role in roles]
    db.session.add(person)
    return person


def _study(numbers: dict[str, Any], now: datetime) -> dict[str, Any]:
    trainee = _person("trainee", "SURGALTYN OROLTSOGCH")
    graduate = _person("graduate", "HOANG VAN MAU")
    former = _person("former", "CONTOH PESERTA")
    corrected = _person("corrected", "EJEMPLO MUESTRA")
    newcomer = _person("newcomer", "NEWCOMER")
    instructor = _person("instructor", "GANGSA GYEONBON", "instructor")
    _person("staff", "JIKWON GYEONBON", "staff")
    db.session.flush()
    city = numbers["city"]
    for each in (trainee, graduate, former, corrected):
        db.session.add(Affiliation(person_id=each.id, city_id=city, organisation="City hall"))
    run = db.session.get_one(CourseRun, numbers["run"])
    db.session.add(RunInstructor(run_id=run.id, person_id=instructor.id))
    lesson = db.session.get_one(Lesson, numbers["lesson"])
    reading = db.session.get_one(Lesson, numbers["reading"])
    enrolled = {each: enrolments.enrol(each, run, now=now) for each in (trainee, former)}
    _watch(enrolled[trainee], lesson, CLIP_SECONDS // 2, now)
    for each in (graduate, former, corrected):
        enrolment = enrolments.enrol(each, run, now=now)
        _watch(enrolment, lesson, CLIP_SECONDS, now)
        progress.answer_question(enrolment, lesson, 0, now=now)
        progress.mark_read(enrolment, reading, now=now)
    return {
        "enrolment": db.session.scalars(
            select(Enrolment.id).where(Enrolment.person_id == graduate.id)
        ).one(),
        "confirm_token": accounts.make_link(_registered(), LinkKind.CONFIRM_EMAIL, now=now),
        "reset_token": accounts.make_link(newcomer, LinkKind.RESET_PASSWORD, now=now),
    }


def _watch(enrolment: Enrolment, lesson: Lesson, seconds: int, now: datetime) -> None:
    opened_at = now - timedelta(seconds=seconds)
    progress.record_watch(enrolment, lesson, [(0, seconds)], seconds, opened_at=opened_at, now=now)


def _registered() -> Person:
    person = _person("registered", "JUST SIGNED UP")
    person.state, person.email_confirmed_at = PersonState.REGISTERED, None
    db.session.flush()
    return person


def _correct(numbers: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Let staff revoke one certificate and correct the name on another."""
    staff = _known("staff")
    good, revoked, replaced = (_certificate(name) for name in ("graduate", "former", "corrected"))
    certificates.revoke(revoked, actor=staff, reason="Issued by mistake.", now=now)
    certificates.reissue(
        replaced,
        holder_name="EJEMPLO Y MUESTRA",
        holder_name_in_own_script="",
        languages=["en"],
        actor=staff,
        reason="The name lacked a word.",
        now=now,
    )
    return {
        "certificate": good.id,
        "revoked_certificate": revoked.id,
        "replaced_certificate": replaced.id,
        "code": good.verification_code,
        "revoked_code": revoked.verification_code,
        "replaced_code": replaced.verification_code,
        "corrected_enrolment": replaced.enrolment_id,
    }


def _hand_out(numbers: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Let the instructor hand out slides, a picture and a link, and begin what nobody sees yet."""
    lesson = db.session.get_one(Lesson, numbers["lesson"])
    teacher = _known("instructor")
    run = db.session.get_one(CourseRun, numbers["run"])
    db.session.add(CourseTeacher(course_id=run.course_id, person_id=teacher.id))
    made = {
        state: _material(lesson, position, MaterialState(state), teacher=teacher, now=now)
        for position, state in enumerate(("released", "draft", "submitted"), 1)
    }
    picture = Image.new("RGB", (320, 180), "teal")  # light: the poster weighs all there may be
    shown = _material(
        lesson, 4, MaterialState.RELEASED, teacher=teacher, now=now, kind=MaterialKind.IMAGE
    )
    shown.alternative_text = "A bus at its stop"
    for form in (FileForm.FULL, FileForm.THUMBNAIL):
        _file(shown, form, "stop.webp", "image/webp", poster(picture, picture.size))
    _file(made["released"], FileForm.FULL, "발표 자료 slides.pdf", "application/pdf", b"%PDF" * 9)
    _file(made["released"], FileForm.LIGHT, "slides-light.pdf", "application/pdf", b"%PDF" * 2)
    link = _material(
        lesson, 5, MaterialState.RELEASED, teacher=teacher, now=now, kind=MaterialKind.LINK
    )
    link.address = "https://data.example.org/buses"
    return {f"{state}_material": material.id for state, material in made.items()}


def _material(
    lesson: Lesson,
    position: int,
    state: MaterialState,
    *,
    teacher: Person,
    now: datetime,
    kind: MaterialKind = MaterialKind.SLIDES,
) -> Material:
    material = Material(
        lesson_id=lesson.id,
        position=position,
        kind=kind,
        state=state,
        title=TextInLanguages("ko", {"ko": "버스 도착 정보 자료", "en": "About bus arrivals"}),
        language="ko",
        rights_holder="Busan Metropolitan City",
        licence=Licence.KOGL_1,
        may_download=kind != MaterialKind.IMAGE,
        release_at=now,
        created_by_id=teacher.id,
        created_at=now,
    )
    db.session.add(material)
    db.session.flush()
    return material


def _file(material: Material, form: FileForm, name: str, mimetype: str, content: bytes) -> None:
    key = f"materials/{material.id}/{form}.bin"
    storage().put(key, content)
    is_image = mimetype.startswith("image/")
    db.session.add(
        MaterialFile(
            material_id=material.id,
            form=form,
            name=name,
            storage_key=key,
            mimetype=mimetype,
            size=len(content),
            width=320 if is_image else None,
            height=180 if is_image else None,
        )
    )


def _all_are_drawn() -> bool:
    queued = select(Certificate.id).where(Certificate.state == CertificateState.QUEUED)
    return db.session.scalar(queued.limit(1)) is None


def _hold_links_of_mails(_numbers: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Return links that stop mails: of one the mails still come, of the other they are stopped."""
    trainee, newcomer = _known("trainee"), _known("newcomer")
    notifications.stop_mails(newcomer, None, now=now)
    return {
        "stop_token": stop_token.make(Stop(trainee.id, Topic.REPLIES)),
        "stopped_token": stop_token.make(Stop(newcomer.id, None)),
    }


def _lose_a_file() -> dict[str, Any]:
    """Let the store have lost the file of one certificate: asking for it is a fault of ours."""
    _certificate("former").pdf_key = "lost.pdf"
    return {}


def _dress_the_lesson(site: Site) -> None:
    """Give the recording the words of a real lesson, and a picture as heavy as one may be."""
    lesson = db.session.get_one(Lesson, site.ids["lesson"])
    for language in ("ko", "en", "zh"):
        words = (CAPTIONS / f"{SPOKEN}.{language}.vtt").read_text()
        lessons.add_caption(lesson, language, _as_long_as_the_clip(words))
    picture = site.folder / "poster.webp"
    picture.write_bytes(poster(Image.effect_noise(POSTER_SIZE, 9).convert("RGB"), POSTER_SIZE))
    lessons.add_media(lesson, Rendition.POSTER, picture)
    sound = site.folder / "sound.m4a"
    write_audio(sound, tone(CLIP_SECONDS))
    lessons.add_media(lesson, Rendition.AUDIO, sound)


def _as_long_as_the_clip(webvtt: str) -> str:
    cues = parse_captions(webvtt).cues
    pace = CLIP_SECONDS * 1000 / cues[-1].end_ms
    squeezed = [
        replace(cue, start_ms=int(cue.start_ms * pace), end_ms=int(cue.end_ms * pace))
        for cue in cues
    ]
    return to_webvtt(Captions(tuple(squeezed)))


def _sign_in(mailbox: str) -> str:
    person = _known(mailbox)
    return accounts.start_session(person, user_agent="a test", address="127.0.0.1", now=clock.now())


def _known(mailbox: str) -> Person:
    return db.session.scalars(
        select(Person).where(Person.email == f"{mailbox}@pages.example")
    ).one()


def _certificate(mailbox: str) -> Certificate:
    """Return the first certificate of a person."""
    found = db.session.scalar(
        select(Certificate)
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Person.email == f"{mailbox}@pages.example")
        .order_by(Certificate.id)
    )
    assert found is not None
    return found

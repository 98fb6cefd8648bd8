"""Those who take part in a multilateral day: ten trainees on ten clocks, and who teaches them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from lms.accounts import login
from lms.accounts.models import Person
from lms.accounts.services import start_session
from lms.core import clock
from lms.core.db import db
from lms.courses.models import CourseTeacher
from lms.enrolment.events import PersonEnrolled
from lms.enrolment.models import CourseRun, RunInstructor
from lms.organisations import city_file
from lms.organisations.cli import STARTING_DATA
from lms.organisations.models import City, FocalPoint
from lms.organisations.services import import_cities
from lms.progress.services import open_progress
from tests.factories import save
from tests.factories.accounts import make_person
from tests.factories.courses import make_course
from tests.factories.enrolment import make_enrolment, make_run
from tests.factories.organisations import make_affiliation
from tests.factories.seminars import make_held_lesson
from tests.site import Site, Watched

CITIES = (
    "bandarabbas", "mumbai", "yangon", "vientiane", "ulaanbaatar",
    "hcmc", "guayaquil", "losangeles", "casablanca", "auckland",
)  # fmt: skip


@dataclass(frozen=True)
class Attendee:
    """Somebody with an account; who studies has an enrolment and a city."""

    person_id: int
    email: str
    zone: str
    cookie: str
    enrolment_id: int = 0


@dataclass(frozen=True)
class Run:
    """A run with three lessons held at a time, and everybody in it, by city or by task."""

    id: int
    lessons: tuple[int, int, int]
    people: Mapping[str, Attendee]
    cities: tuple[str, ...] = CITIES

    @property
    def trainees(self) -> list[Attendee]:
        """Return those who study."""
        return [self.people[city] for city in self.cities]


def settle(site: Site, language: str) -> Run:
    """Have ten people of ten cities enrol in a run that nothing is planned for yet."""
    return site.saved(lambda: _settle(language))


def _settle(language: str) -> Run:
    import_cities(city_file.read((STARTING_DATA / "cities.json").read_bytes()), now=clock.now())
    cities = {city.slug: city for city in db.session.scalars(select(City))}
    run = make_run(make_course(modules=0, city_slugs=list(CITIES)))
    lessons = [make_held_lesson(run).id for _lesson in range(3)]
    people = {}
    for slug in CITIES:
        person = _person(language, slug, cities[slug].time_zone)
        make_affiliation(person, cities[slug])
        people[slug] = _attendee(person, _enrol(run, person))
    for task, role in (("office", "staff"), ("teacher", "instructor"), ("speaker", "")):
        people[task] = _attendee(_person(language, task, "Asia/Seoul", role))
    teacher = {"person_id": people["teacher"].person_id}
    save(RunInstructor(run_id=run.id, **teacher))
    consent = {"consents_to_recording_at": clock.now()}
    save(CourseTeacher(course_id=run.course_id, **teacher, **consent))
    since = clock.now().date() - timedelta(days=30)
    focal = {"person_id": people["speaker"].person_id, "city_id": cities["yangon"].id}
    save(FocalPoint(**focal, valid_from=since))
    return Run(run.id, tuple(lessons), people)


def _person(language: str, name: str, zone: str, role: str = "") -> Person:
    values = {"preferred_language": language, "time_zone": zone, "full_name": name.upper()}
    return make_person(*filter(None, [role]), email=f"{name}-{language}@day.example", **values)


def _enrol(run: CourseRun, person: Person) -> int:
    enrolment = make_enrolment(run, person)
    open_progress(PersonEnrolled(enrolment.id, run.id, person.id, clock.now()))
    return enrolment.id


def _attendee(person: Person, enrolment_id: int = 0) -> Attendee:
    token = start_session(person, user_agent="", address="", now=clock.now())
    return Attendee(person.id, person.email, person.time_zone, token, enrolment_id)


def sign_in(site: Site, watched: Watched, who: Attendee) -> Watched:
    """Have somebody signed in in a browser."""
    name = site.read(login.cookie_name)
    cookie: Any = {"name": name, "value": who.cookie, "url": site.address}
    watched.context.add_cookies([cookie])
    return watched

"""Addresses from which calendars fetch a timetable, and files of it."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from ical.calendar_stream import IcsCalendarStream
from ical.event import EventStatus
from sqlalchemy import select

from lms.accounts.models import Person, PersonState
from lms.core import clock
from lms.core.audit import history_of
from lms.core.db import db
from lms.core.secrets import token_hash
from lms.core.unit_of_work import unit_of_work
from lms.courses.services import note_catalogue_change
from lms.enrolment.models import Enrolment, EnrolmentState
from lms.lessons.models import Lesson
from lms.seminars.models import CalendarFeed, DayItem
from lms.seminars.services.day_items import change_day_item
from lms.seminars.services.feeds import make_feed
from lms.seminars.services.sittings import cancel, change_sitting
from tests.factories import next_number, save, words
from tests.factories.accounts import make_person
from tests.factories.enrolment import make_enrolment, make_run
from tests.factories.seminars import make_held_lesson, make_holder, make_sitting
from tests.forms import fill_in

PAGE = "/en/timetable/feeds"
STARTS = datetime(2026, 11, 4, 6, tzinfo=UTC)


@pytest.fixture
def person(app):
    return make_person()


@pytest.fixture
def run(person):
    made = make_run()
    make_enrolment(made, person)
    return made


def feed_of(person: Person, run_id: int | None = None) -> str:
    """Make a feed and return the path of its address."""
    with unit_of_work():
        owner = db.session.get_one(Person, person.id)
        return f"/calendar/{make_feed(owner, run_id, now=clock.now())}.ics"


def feeds() -> list[CalendarFeed]:
    return list(db.session.scalars(select(CalendarFeed).order_by(CalendarFeed.id)))


def fetched(client, path: str):
    answer = client.get(path)
    assert answer.status_code == 200
    return IcsCalendarStream.calendar_from_ics(answer.text).events


def titled(run, title: str, **values):
    return make_sitting(run, make_held_lesson(run, title=words(title)), **values)


def title(text: str) -> str:
    return words(text).texts["en"]


def summaries(client, path: str) -> list[str]:
    return [event.summary for event in fetched(client, path)]


def make_days(run, **values) -> DayItem:
    given = {
        "uid": f"days-{next_number()}",
        "title": words("Reading week"),
        "first_on": date(2026, 11, 2),
        "last_on": date(2026, 11, 6),
        "updated_at": clock.now(),
    }
    return save(DayItem(run_id=run.id, **{**given, **values}))


# --- making and ending one -------------------------------------------------------------


def address_on(page: str) -> str:
    return re.search(r'id="address"[^>]*value="http://127.0.0.1:8000([^"]+)"', page)[1]


def test_an_address_is_shown_once_and_kept_as_a_hash(person, run, signed_in_as, client):
    titled(run, "Berths")
    browser = signed_in_as(person)
    answer = fill_in(browser, PAGE)
    assert answer.status_code == 303
    page = browser.get(PAGE).text
    path = address_on(page)
    assert f'href="webcal://127.0.0.1:8000{path}"' in page
    token = path.removeprefix("/calendar/").removesuffix(".ics")
    assert len(token) >= 43
    (feed,) = feeds()
    assert feed.token_hash == token_hash(token)
    assert (feed.person_id, feed.run_id, feed.revoked_at) == (person.id, None, None)
    assert [change.new for change in history_of(("calendar_feed", feed.id))] == ["living"]
    assert token not in browser.get(PAGE).text
    assert summaries(client, path) == [title("Berths")]


def test_a_new_address_ends_the_one_before_of_the_same_and_no_other(person, run, client):
    other = make_person()
    first, of_run, of_other = feed_of(person), feed_of(person, run.id), feed_of(other)
    second = feed_of(person)
    assert client.get(first).status_code == 404
    assert [client.get(path).status_code for path in (second, of_run, of_other)] == [200] * 3


def test_an_ended_address_is_dead_at_once_and_like_one_that_never_was(person, signed_in_as, client):
    path = feed_of(person)
    assert client.get(path).status_code == 200
    (feed,) = feeds()
    browser = signed_in_as(person)
    for _twice in range(2):
        answer = fill_in(browser, PAGE, send_to=f"{PAGE}/{feed.id}/revoke")
        assert answer.status_code == 303
    dead, never = client.get(path), client.get(f"/calendar/{'x' * 43}.ics")
    assert (dead.status_code, never.status_code) == (404, 404)
    assert dead.text.replace(path, "") == never.text.replace(f"/calendar/{'x' * 43}.ics", "")
    (feed,) = feeds()
    assert feed.revoked_at is not None
    assert [change.new for change in history_of(("calendar_feed", feed.id))] == [
        "living",
        "revoked",
    ]


def test_nobody_ends_the_feed_of_another(person, signed_in_as, client):
    path = feed_of(person)
    (feed,) = feeds()
    for stranger in (make_person(), make_person("staff")):
        answer = fill_in(signed_in_as(stranger), PAGE, send_to=f"{PAGE}/{feed.id}/revoke")
        assert answer.status_code == 404
    assert client.get(path).status_code == 200


def test_a_feed_of_a_run_is_for_those_in_it(person, run, signed_in_as):
    elsewhere, left = make_run(), make_run()
    make_enrolment(left, person, state="withdrawn")
    browser = signed_in_as(person)
    for run_id in (elsewhere.id, left.id, 2_000_000_000, 2**63, -1, "all"):
        assert fill_in(browser, PAGE, run_id=str(run_id)).status_code == 404
    assert feeds() == []
    assert fill_in(browser, PAGE, run_id=str(run.id)).status_code == 303
    (feed,) = feeds()
    assert (feed.run_id, feed.scope) == (run.id, str(run.id))


def test_the_page_lists_what_one_has_and_could_have(person, run, signed_in_as):
    held = make_sitting()
    make_holder(held, person)
    make_enrolment(over := make_run(state="completed"), person)
    make_enrolment(left := make_run(), person)
    feed_of(person, left.id)
    db.session.scalars(
        select(Enrolment).where(Enrolment.run_id == left.id)
    ).one().state = EnrolmentState.WITHDRAWN
    db.session.commit()
    page = signed_in_as(person).get(PAGE).text
    offered = {int(number) for number in re.findall(r'name="run_id" value="(\d+)"', page)}
    assert offered == {run.id, held.run_id, left.id}
    assert over.id not in offered
    assert page.count("No calendar has fetched it yet.") == 1
    assert page.count("End this address") == 1


def test_making_addresses_again_and_again_is_slowed_down(person, signed_in_as):
    browser = signed_in_as(person)
    statuses = [fill_in(browser, PAGE).status_code for _number in range(31)]
    assert statuses == [303] * 30 + [429]


def test_two_at_once_leave_one_that_lives(app_of_its_own):
    app = app_of_its_own
    with app.app_context():
        person_id = make_person().id
        db.session.rollback()

    def make(_number):
        with app.test_request_context("/en/"):
            try:
                with unit_of_work():
                    return make_feed(db.session.get_one(Person, person_id), None, now=clock.now())
            finally:
                db.session.remove()

    with ThreadPoolExecutor(4) as threads:
        tokens = list(threads.map(make, range(4)))
    browser = app.test_client()
    statuses = [browser.get(f"/calendar/{token}.ics").status_code for token in tokens]
    assert sorted(statuses) == [200, 404, 404, 404]


# --- what is in it ---------------------------------------------------------------------


def test_a_feed_holds_what_one_comes_to_and_what_one_holds(person, run, client):
    titled(run, "Attended", starts_at=STARTS)
    titled(run, "Only planned", starts_at=STARTS, state="planned")
    make_holder(titled(make_run(), "Held", starts_at=STARTS + timedelta(hours=3)), person)
    make_holder(titled(make_run(), "To be held", state="planned"), person)
    titled(make_run(), "Of others", starts_at=STARTS)
    make_days(run)
    make_days(make_run())
    path = feed_of(person)
    assert summaries(client, path) == [title("Attended"), title("Held"), title("Reading week")]
    assert summaries(client, feed_of(person, run.id)) == [
        title("Attended"),
        title("Reading week"),
    ]
    assert "Ieum: my sessions" in client.get(path).text


@pytest.mark.parametrize("state", ["withdrawn", "dropped_out", "participated"])
def test_what_one_has_left_is_gone_and_the_feed_stays(person, run, client, state):
    titled(run, "Attended")
    make_days(run)
    paths = feed_of(person), feed_of(person, run.id)
    assert [len(fetched(client, path)) for path in paths] == [2, 2]
    db.session.scalars(select(Enrolment)).one().state = EnrolmentState(state)
    db.session.commit()
    assert [fetched(client, path) for path in paths] == [[], []]


@pytest.mark.parametrize(
    "state", [PersonState.DISABLED, PersonState.INVITED, PersonState.REGISTERED]
)
def test_a_feed_ends_with_the_account(person, run, client, state):
    path = feed_of(person)
    assert client.get(path).status_code == 200
    db.session.get_one(Person, person.id).state = state
    db.session.commit()
    assert client.get(path).status_code == 404


def test_what_was_called_off_is_struck_for_sixty_days(person, run, client):
    staff = make_person("staff")
    with time_machine.travel(STARTS - timedelta(days=10), tick=False):
        made = titled(run, "Berths", starts_at=STARTS)
        days = make_days(run, last_on=date(2026, 11, 4))
        path = feed_of(person)
        with unit_of_work():
            cancel(made, reason="A typhoon.", actor=staff, now=clock.now())
        days.is_cancelled = True
        db.session.commit()
    over = made.ends_at
    for passed, struck in ((-9, 2), (0, 2), (59, 2), (61, 0)):
        with time_machine.travel(over + timedelta(days=passed), tick=False):
            events = fetched(client, path)
        assert len(events) == struck
        assert {event.status for event in events} <= {EventStatus.CANCELLED}
    titled(run, "Held", starts_at=STARTS, state="attendance_final")
    with time_machine.travel(over + timedelta(days=400), tick=False):
        assert summaries(client, path) == [title("Held")]


def test_it_is_written_for_its_person_whoever_fetches_it(run, person, signed_in_as):
    titled(run, "Berths", starts_at=STARTS)
    db.session.get_one(Person, person.id).preferred_language = "ko"
    db.session.commit()
    stranger = signed_in_as(make_person(time_zone="America/Guayaquil"))
    (event,) = fetched(stranger, feed_of(person))
    assert event.summary == words("Berths").texts["ko"]
    assert "/ko/sessions/" in event.url
    assert "14:00–16:00 (UTC+8)" in event.description
    assert "UTC−5" not in event.description


# --- how it is fetched -----------------------------------------------------------------


def test_calendars_are_told_what_it_is_and_get_no_cookie(person, run, client):
    titled(run, "Berths")
    answer = client.get(feed_of(person))
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, max-age=300"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "Set-Cookie" not in answer.headers


def test_what_has_not_changed_is_not_sent_again(person, run, client):
    made, staff = titled(run, "Berths", starts_at=STARTS), make_person("staff")
    path = feed_of(person)
    for packing in ({}, {"Accept-Encoding": "gzip"}):
        first = client.get(path, headers=packing)
        seen = {"If-None-Match": first.headers["ETag"], **packing}
        again = client.get(path, headers=seen)
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert first.headers.get("Content-Encoding") == packing.get("Accept-Encoding")
    with unit_of_work():
        cancel(made, reason="A typhoon.", actor=staff, now=clock.now())
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_what_is_kept_of_a_feed_is_made_anew_when_something_of_it_changes(person, run, client):
    """Its own words, those of the catalogue, and how its person reads it."""
    lesson = make_held_lesson(run, title=words("Berths"))
    made, days = make_sitting(run, lesson, starts_at=STARTS), make_days(run)
    staff, path = make_person("staff"), feed_of(person)
    before = client.get(path).text
    assert client.get(path).text == before

    with unit_of_work():
        place = {"room_kind": "venue", "venue": words("Pier One")}
        assert change_sitting(made, place, revision=1, reason="", actor=staff, now=clock.now())
    assert title("Pier One") in client.get(path).text

    with unit_of_work():
        db.session.get_one(Lesson, lesson.id).title = words("Cranes")
        note_catalogue_change()
    assert summaries(client, path) == [title("Cranes"), title("Reading week")]

    with unit_of_work():
        kept = days.first_on, days.last_on
        text = words("A week to read")
        assert change_day_item(days, text, *kept, sequence=0, actor=staff, now=clock.now())
    assert summaries(client, path) == [title("Cranes"), title("A week to read")]

    db.session.get_one(Person, person.id).time_zone = "America/Guayaquil"
    db.session.commit()
    assert "01:00–03:00 (UTC−5)" in fetched(client, path)[0].description


def test_two_who_read_the_same_sessions_otherwise_get_files_of_their_own(person, run, client):
    titled(run, "Berths", starts_at=STARTS)
    other = make_person(preferred_language="ko", time_zone="Asia/Seoul")
    make_enrolment(run, other)
    mine, theirs = (fetched(client, feed_of(each))[0] for each in (person, other))
    assert (mine.summary, theirs.summary) == (title("Berths"), words("Berths").texts["ko"])
    assert "14:00–16:00 (UTC+8)" in mine.description
    assert "UTC+8" not in theirs.description


def test_that_it_was_fetched_is_written_down_once_an_hour(person, client):
    path = feed_of(person)
    with time_machine.travel(STARTS, tick=False) as moment:
        for passed, noted in ((0, 0), (59, 0), (1, 60), (30, 60), (30, 120)):
            moment.shift(timedelta(minutes=passed))
            client.get(path)
            assert feeds()[0].fetched_at == STARTS + timedelta(minutes=noted)


@pytest.mark.parametrize("count", [1, 300])
def test_a_feed_costs_the_same_however_long_it_is(person, run, client, count_statements, count):
    lesson = make_held_lesson(run)
    for number in range(count):
        make_sitting(run, lesson, starts_at=STARTS + timedelta(hours=3 * number))
    for _number in range(min(count, 20)):
        make_days(run)
    path = feed_of(person)
    client.get(path)
    with count_statements() as statements:
        events = fetched(client, path)
    assert len(events) == count + min(count, 20)
    assert len(statements) == 3


def test_the_page_costs_the_same_however_many_runs_there_are(
    person, signed_in_as, count_statements
):
    browser = signed_in_as(person)
    counts = []
    for _number in range(6):
        run = make_run()
        make_enrolment(run, person)
        feed_of(person, run.id)
        browser.get(PAGE)
        with count_statements() as statements:
            browser.get(PAGE)
        counts.append(len(statements))
    assert len(set(counts)) == 1
    assert counts[0] <= 8


# --- files -----------------------------------------------------------------------------


def file_of(browser, path: str):
    answer = browser.get(path)
    if answer.status_code != 200:
        return answer.status_code
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["Cache-Control"] == "no-store"
    return IcsCalendarStream.calendar_from_ics(answer.text).events


def test_one_session_as_a_file_is_for_those_concerned(person, run, signed_in_as, client):
    made = titled(run, "Berths", starts_at=STARTS)
    path = f"/en/sessions/{made.id}.ics"
    (event,) = file_of(signed_in_as(person), path)
    assert (event.summary, event.dtstart) == (title("Berths"), STARTS)
    assert "Your time: Wed, 4 Nov 14:00–16:00 (UTC+8)" in event.description
    assert file_of(signed_in_as(make_person()), path) == 404
    assert file_of(client, path) == 404
    assert len(file_of(signed_in_as(make_person("staff")), path)) == 1


def test_a_public_session_as_a_file_is_for_everybody_and_a_plan_for_nobody(client, signed_in_as):
    shown = titled(make_run(), "Ports", is_public=True)
    (event,) = file_of(client, f"/en/sessions/{shown.id}.ics")
    assert event.summary == title("Ports")
    plan = titled(make_run(), "Ports", is_public=True, state="planned")
    for browser in (client, signed_in_as(make_person("staff"))):
        assert file_of(browser, f"/en/sessions/{plan.id}.ics") == 404


def test_the_timetable_of_a_run_as_a_file_is_for_those_in_it(person, run, signed_in_as, client):
    titled(run, "Berths", starts_at=STARTS)
    titled(run, "A plan", state="planned")
    make_days(run)
    path = f"/en/runs/{run.id}/timetable.ics"
    for browser in (signed_in_as(person), signed_in_as(make_person("staff"))):
        events = file_of(browser, path)
        assert [event.summary for event in events] == [title("Berths"), title("Reading week")]
    assert file_of(signed_in_as(make_person()), path) == 404
    assert file_of(client, path) == 302

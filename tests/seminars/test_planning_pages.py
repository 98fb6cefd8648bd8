"""Planning sittings through the pages of staff: one, a series, changes and steps."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
import segno
from sqlalchemy import select

from lms.core import clock
from lms.core.audit import history_of
from lms.core.db import db
from lms.enrolment.models import RunInstructor
from lms.jobs.models import Job
from lms.lessons.models import Lesson
from lms.seminars.models import Sitting
from lms.web.addresses import absolute_url
from tests.factories import save, words
from tests.factories.accounts import make_person
from tests.factories.enrolment import make_enrolment, make_run
from tests.factories.materials import make_material
from tests.factories.organisations import make_affiliation, make_city
from tests.factories.seminars import make_held_lesson, make_holder, make_sitting
from tests.forms import token_on

BUSAN = ZoneInfo("Asia/Seoul")
DAY = timedelta(days=1)
STATEMENTS = 8


@pytest.fixture
def staff(signed_in_as):
    return signed_in_as(make_person("staff", full_name="Kim Min-seo", time_zone="Asia/Seoul"))


def page_of(browser, path, status=200):
    answer = browser.get(path)
    assert answer.status_code == status, path
    return unescape(answer.text)


def send(browser, path, opened="", **data):
    token = token_on(browser, opened or path)
    fields = {name.replace("__", "-"): value for name, value in data.items()}
    return browser.post(path, data={"csrf_token": token, **fields})


def entered(lesson=None, **values):
    """What a tired person enters: 15:00 to 17:00 on 8 November in Busan, behind a link."""
    return {
        "lesson_id": str(lesson.id) if lesson else "",
        "kind": "live",
        "day": "2090-11-08",
        "begins": "15:00",
        "ends": "17:00",
        "breaks": "50-60, 110-120",
        "room_kind": "link",
        "room_address": "https://meet.example/room",
        "recording_policy": "none",
        "allows_make_up": "y",
        **values,
    }


def sittings():
    return db.session.scalars(select(Sitting).order_by(Sitting.id)).all()


def told():
    """How often those concerned are told something."""
    kinds = db.session.scalars(select(Job.kind))
    return list(kinds).count("seminars.tell_change")


def instructor_of(run, **values):
    person = make_person("instructor", **values)
    save(RunInstructor(run_id=run.id, person_id=person.id))
    return person


# --- one -------------------------------------------------------------------------------


def test_a_session_is_planned_on_busans_clock(staff):
    run = make_run()
    lesson = make_held_lesson(run)
    path = f"/en/manage/runs/{run.id}/sessions/new"
    answer = send(staff, path, **entered(lesson, slot_name="Asia", preparation__en="Bring data."))
    (made,) = sittings()
    assert answer.location == f"/en/manage/sessions/{made.id}"
    assert made.starts_at == datetime(2090, 11, 8, 6, tzinfo=UTC)
    assert made.ends_at == datetime(2090, 11, 8, 8, tzinfo=UTC)
    assert made.breaks == [[50, 60], [110, 120]]
    assert (made.lesson_id, made.kind, made.state) == (lesson.id, "live", "planned")
    assert (made.slot_name, made.room_kind) == ("Asia", "link")
    page = page_of(staff, answer.location)
    assert "Bring data." in page
    assert "100 minutes without breaks, which stand for 2 hours." in page
    assert "15:50" in page


def test_the_address_names_lesson_and_time(staff):
    run = make_run()
    lesson = make_held_lesson(run, recognised_minutes=60)
    path = f"/en/manage/runs/{run.id}/sessions/new"
    page = page_of(staff, f"{path}?lesson={lesson.id}&at=2090-11-08T15:30")
    assert re.search(rf'selected value="{lesson.id}"', page)
    values = dict(re.findall(r'name="(day|begins|ends)"[^>]*value="([^"]*)"', page))
    assert values == {"day": "2090-11-08", "begins": "15:30", "ends": "16:30"}
    for nothing in ("lesson=x&at=tomorrow", "at=9999-12-31T23:59", "at=2090-11-08T15:30Z"):
        assert 'selected value=""' in page_of(staff, f"{path}?{nothing}")


def test_pushed_twice_it_is_planned_once(staff):
    run = make_run()
    lesson = make_held_lesson(run)
    path = f"/en/manage/runs/{run.id}/sessions/new"
    places = {send(staff, path, **entered(lesson)).location for _push in range(2)}
    assert len(places) == len(sittings()) == 1
    for _push in range(2):
        send(staff, path, **entered(title__en="Welcome", kind="ceremony"))
    assert len(sittings()) == 2
    # Another room at the same time is another session: the run may be split in groups.
    send(staff, path, **entered(lesson, room_address="https://meet.example/second"))
    send(staff, path, **entered(title__en="Farewell", kind="ceremony"))
    assert len(sittings()) == 4


def test_an_extra_needs_a_title_and_counts_for_nothing(staff):
    run = make_run()
    path = f"/en/manage/runs/{run.id}/sessions/new"
    refused = send(staff, path, **entered(slot_name="kept"))
    assert refused.status_code == 422
    assert "Give a title" in refused.text
    assert 'value="kept"' in refused.text
    send(staff, path, **entered(title__en="Tech check"))
    (made,) = sittings()
    assert (made.lesson_id, made.kind, made.title.texts) == (None, "live", {"en": "Tech check"})
    assert "It does not count for hours." in page_of(staff, f"/en/manage/sessions/{made.id}")


@pytest.mark.parametrize("wrong, message", [
    ({"day": ""}, "Fill in this field."),
    ({"day": "2290-11-04"}, "Give a day between 2000 and 2100."),
    ({"begins": "noon"}, "Not a valid time value."),
    ({"begins": "15:00", "ends": "12:00"}, "The end comes before the beginning."),
    ({"begins": "08:00", "ends": "20:30"}, "twelve hours"),
    ({"breaks": "15:50-16:00"}, "Write breaks as minutes from the beginning"),
    ({"breaks": "110-130"}, "The breaks do not fit into the session."),
    ({"room_address": ""}, "Fill in this field."),
    ({"room_address": "http://meet.example/room"}, "must begin with https://"),
    ({"room_address": "https://me:secret@meet.example/"}, "carries a user name"),
    ({"room_kind": "venue"}, "Fill in this field in one language at least."),
    ({"room_kind": "bigbluebutton"}, "Not a valid choice."),
    ({"is_public": "y", "guest_capacity": "0"}, "Give a number from 1 to 10,000."),
    ({"lesson_id": "1999999999"}, "Not a valid choice."),
])  # fmt: skip
def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_lost(staff, wrong, message):
    run = make_run()
    lesson = make_held_lesson(run)
    path = f"/en/manage/runs/{run.id}/sessions/new"
    answer = send(staff, path, **entered(lesson, slot_name="Americas", **wrong))
    page = unescape(answer.text)
    assert answer.status_code == 422
    assert message in page
    assert 'value="Americas"' in page
    assert not sittings()


def test_a_session_past_midnight_ends_on_the_next_day(staff):
    run = make_run()
    path = f"/en/manage/runs/{run.id}/sessions/new"
    send(staff, path, **entered(make_held_lesson(run), begins="23:00", ends="01:00"))
    assert [each.ends_at - each.starts_at for each in sittings()] == [timedelta(hours=2)]


def test_what_does_not_belong_to_the_kind_of_room_is_not_kept(staff):
    run = make_run()
    path = f"/en/manage/runs/{run.id}/sessions/new"
    send(
        staff,
        path,
        **entered(
            make_held_lesson(run, kind="field"),
            room_kind="venue",
            venue__en="Control centre",
            meeting_point="Hotel, 09:00",
            room_passcode="1234",
            asks_photo_consent="y",
            guest_capacity="5",
        ),
    )
    (made,) = sittings()
    assert (made.room_address, made.room_passcode, made.guest_capacity) == ("", "", None)
    assert made.venue.texts == {"en": "Control centre"}
    assert made.asks_photo_consent
    assert "Hotel, 09:00" in page_of(staff, f"/en/manage/sessions/{made.id}")


def test_rooms_of_servers_are_offered_where_there_is_one(app, staff):
    run = make_run()
    path = f"/en/manage/runs/{run.id}/sessions/new"
    assert "BigBlueButton" not in page_of(staff, path)
    app.config.update(JITSI_URL="https://jitsi.example", BBB_URL="")
    try:
        page = page_of(staff, path)
    finally:
        app.config.update(JITSI_URL="")
    assert "Jitsi" in page
    assert "BigBlueButton" not in page


# --- changing --------------------------------------------------------------------------


def change_of(sitting, **values):
    busan, later = sitting.starts_at.astimezone(BUSAN), sitting.ends_at.astimezone(BUSAN)
    return entered(
        **{
            "day": f"{busan:%Y-%m-%d}",
            "begins": f"{busan:%H:%M}",
            "ends": f"{later:%H:%M}",
            "breaks": "",
            "revision": str(sitting.revision),
            **values,
        }
    )


def test_a_move_asks_why_and_keeps_what_was_typed(staff):
    sitting = make_sitting()
    path = f"/en/manage/sessions/{sitting.id}/edit"
    moved = change_of(sitting, day="2090-11-09", slot_name="Asia")
    refused = send(staff, path, **moved)
    assert refused.status_code == 422
    assert "Say why the time changes" in refused.text
    assert 'value="2090-11-09"' in refused.text
    assert not told()
    assert send(staff, path, **moved, reason="The mayor is away.").status_code == 303
    db.session.refresh(sitting)
    assert sitting.starts_at.astimezone(BUSAN).date() == date(2090, 11, 9)
    assert told() == 1
    page = page_of(staff, f"/en/manage/sessions/{sitting.id}")
    assert "Its time has changed" in page
    assert "The mayor is away." in page


def test_who_comes_second_sees_both_versions(staff):
    sitting = make_sitting()
    path = f"/en/manage/sessions/{sitting.id}/edit"
    mine = change_of(sitting, slot_name="Mine")
    assert send(staff, path, **change_of(sitting, slot_name="Theirs")).status_code == 303
    answer = send(staff, path, **mine)
    page = unescape(answer.text)
    assert answer.status_code == 409
    assert "Somebody else saved this while you were editing" in page
    assert "Mine" in page
    assert "Theirs" in page
    again = {**mine, "revision": re.search(r'name="revision"[^>]*value="(\d+)"', page)[1]}
    assert send(staff, path, **again).status_code == 303
    db.session.refresh(sitting)
    assert sitting.slot_name == "Mine"


def test_a_plan_can_be_moved_without_telling_anybody(staff):
    sitting = make_sitting(state="planned")
    path = f"/en/manage/sessions/{sitting.id}/edit"
    assert "Why the time changes" not in page_of(staff, path)
    assert send(staff, path, **change_of(sitting, day="2090-11-09")).status_code == 303
    assert not told()


def test_what_was_held_is_no_longer_changed(staff):
    sitting = make_sitting(state="ended")
    answer = staff.get(f"/en/manage/sessions/{sitting.id}/edit")
    assert answer.location == f"/en/manage/sessions/{sitting.id}"
    path = f"/en/manage/sessions/{sitting.id}"
    refused = send(staff, f"{path}/edit", opened="/en/account", **change_of(sitting))
    assert refused.status_code == 409


# --- steps -----------------------------------------------------------------------------


def step(browser, sitting, name, **data):
    path = f"/en/manage/sessions/{sitting.id}"
    values = {"step": name, "revision": str(sitting.revision), **data}
    return send(browser, f"{path}/state", opened="/en/account", **values)


def test_a_session_is_scheduled_once_nothing_is_missing(staff):
    sitting = make_sitting(state="planned")
    page = page_of(staff, f"/en/manage/sessions/{sitting.id}")
    assert "Name an instructor first." in page
    refused = step(staff, sitting, "scheduled")
    assert refused.status_code == 409
    assert "Name an instructor first." in refused.text
    make_holder(sitting, make_person("instructor"))
    assert step(staff, sitting, "scheduled").status_code == 303
    assert step(staff, sitting, "scheduled").status_code == 303  # pressed twice
    db.session.refresh(sitting)
    assert sitting.state == "scheduled"
    assert told() == 1


def test_nobody_announces_a_time_they_have_not_seen(staff):
    sitting = make_sitting(state="planned")
    make_holder(sitting, make_person("instructor"))
    old = sitting.revision
    send(staff, f"/en/manage/sessions/{sitting.id}/edit", **change_of(sitting, day="2090-11-09"))
    refused = step(staff, sitting, "scheduled", revision=str(old))
    assert refused.status_code == 409
    assert "Somebody has changed this session meanwhile." in refused.text
    db.session.refresh(sitting)
    assert sitting.state == "planned"


def test_calling_off_says_why(staff):
    sitting = make_sitting()
    refused = step(staff, sitting, "cancelled")
    assert refused.status_code == 422
    assert "Say why: everybody is told." in refused.text
    assert step(staff, sitting, "postponed", reason="Typhoon").status_code == 303
    db.session.refresh(sitting)
    assert "Typhoon" in page_of(staff, f"/en/manage/sessions/{sitting.id}")
    assert step(staff, sitting, "cancelled", reason="No new time").status_code == 303
    assert told() == 2
    assert [each.new for each in history_of(("sitting", sitting.id))] == ["postponed", "cancelled"]
    page = page_of(staff, f"/en/manage/sessions/{sitting.id}")
    assert "Next steps" not in page
    assert "Change time" not in page


@pytest.mark.parametrize("name", ["", "live", "ended", "attendance_final"])
def test_no_other_step_is_taken(staff, name):
    sitting = make_sitting()
    assert step(staff, sitting, name).status_code in {409, 422}
    db.session.refresh(sitting)
    assert sitting.state == "scheduled"


def test_only_a_plan_is_removed(staff):
    sitting, known = make_sitting(state="planned"), make_sitting()
    number, run_id = sitting.id, sitting.run_id
    path = f"/en/manage/sessions/{number}"
    answer = send(staff, f"{path}/remove", opened=path)
    assert answer.location == f"/en/manage/runs/{run_id}/sessions"
    assert db.session.get(Sitting, number) is None
    refused = send(staff, f"/en/manage/sessions/{known.id}/remove", opened="/en/account")
    assert refused.status_code == 409
    assert "cancel it instead" in refused.text


# --- a series --------------------------------------------------------------------------


def test_a_series_is_planned_after_a_look_at_its_dates(staff):
    run = make_run()
    lessons = [make_held_lesson(run) for _each in range(3)]
    path = f"/en/manage/runs/{run.id}/sessions/series"
    data = entered(lessons=[str(lesson.id) for lesson in lessons])
    seen = send(staff, path, **data)
    page = unescape(seen.text)
    assert seen.status_code == 200
    assert not sittings()
    assert "Plan 3 sessions" in page
    assert "22 November 2090" in page
    plan = re.search(r'name="previewed" value="([^"]+)"', page)[1]
    other = send(staff, path, **{**data, "begins": "14:00"}, previewed=plan)
    assert other.status_code == 200  # other dates: they are shown first
    assert not sittings()
    assert send(staff, path, **data, previewed=plan).status_code == 303
    starts = [each.starts_at for each in sittings()]
    assert [at - starts[0] for at in starts] == [0 * DAY, 7 * DAY, 14 * DAY]
    assert [each.lesson_id for each in sittings()] == [lesson.id for lesson in lessons]


def test_the_dates_say_for_whom_they_are_bad(staff):
    run = make_run()
    lesson = make_held_lesson(run)
    city = make_city(time_zone="America/Guayaquil", region="EC")
    person = make_person()
    make_affiliation(person, city)
    make_enrolment(run, person)
    path = f"/en/manage/runs/{run.id}/sessions/series"
    page = unescape(send(staff, path, **entered(lessons=[str(lesson.id)])).text)
    assert f"{city.name.texts['en']}: night" in page


def test_lessons_without_a_session_are_ticked_and_none_is_refused(staff):
    run = make_run()
    planned, waiting = make_held_lesson(run), make_held_lesson(run)
    make_sitting(run, planned)
    path = f"/en/manage/runs/{run.id}/sessions/series"
    ticked = re.findall(
        r'<input checked[^>]*name="lessons"[^>]*value="(\d+)"', page_of(staff, path)
    )
    assert ticked == [str(waiting.id)]
    assert send(staff, path, **entered()).status_code == 422


# --- the plan --------------------------------------------------------------------------


def test_the_plan_shows_what_is_missing(staff):
    run = make_run()
    unplanned = make_held_lesson(run)
    bare = make_sitting(run, state="planned", room_kind="none")
    lesson = make_held_lesson(run)
    whole = make_sitting(run, lesson)
    make_material(lesson, kind="slides", state="submitted")
    make_holder(whole, make_person("instructor", full_name="Park Ji-u"))
    page = page_of(staff, f"/en/manage/runs/{run.id}/sessions")
    assert f"lesson={unplanned.id}" in page
    assert "1 session not planned yet" in page
    assert "1 planned session lacks something" in page
    line = page[page.index(f"/sessions/{bare.id}") : page.index(f"/sessions/{whole.id}")]
    for gap in ("No place yet", "No instructor yet", "No slides yet"):
        assert gap in line
    assert "Park Ji-u" in page


def test_a_cancelled_session_leaves_its_lesson_to_be_planned(staff):
    sitting = make_sitting(state="cancelled")
    page = page_of(staff, f"/en/manage/runs/{sitting.run_id}/sessions")
    assert "Not planned yet" in page
    assert "Cancelled" in page


def test_somebody_in_two_runs_at_once_is_seen_in_both(staff):
    person = make_person("instructor", full_name="Park Ji-u")
    first, second = make_sitting(), make_sitting()
    for each in (first, second):
        make_holder(each, person)
    page = page_of(staff, f"/en/manage/runs/{first.run_id}/sessions")
    assert "Park Ji-u also holds a session" in page
    assert f"/en/manage/sessions/{second.id}" in page
    assert "Somebody is to be in two places" in page_of(staff, f"/en/manage/sessions/{second.id}")
    db.session.get_one(Sitting, second.id).state = "cancelled"
    db.session.commit()
    page = page_of(staff, f"/en/manage/runs/{first.run_id}/sessions")
    assert "also holds" not in page


def test_it_is_linked_from_the_run(staff):
    run = make_run()
    assert f"/en/manage/runs/{run.id}/sessions" in page_of(staff, f"/en/manage/runs/{run.id}")


def test_sessions_repeated_name_each_other(staff):
    run = make_run()
    asia = make_sitting(run)
    lesson = db.session.get_one(Lesson, asia.lesson_id)
    later = asia.starts_at + timedelta(hours=12)
    americas = make_sitting(run, lesson, starts_at=later, ends_at=later + timedelta(hours=2))
    page = page_of(staff, f"/en/manage/sessions/{asia.id}")
    assert f"/en/manage/sessions/{americas.id}" in page
    assert "They count as one" in page


# --- the code on the wall --------------------------------------------------------------


def test_the_code_leads_to_checking_in(app, signed_in_as):
    run = make_run()
    sitting = make_sitting(run, room_kind="venue", venue=words("Hall"), check_in_code="ACD347")
    browser = signed_in_as(instructor_of(run))
    path = f"/en/manage/sessions/{sitting.id}/check-in-code"
    assert path in page_of(browser, f"/en/manage/sessions/{sitting.id}")
    page = page_of(browser, path)
    assert ">ACD347<" in page
    with app.test_request_context("/en/"):
        address = absolute_url(f"/en/sessions/{sitting.id}/check-in?code=ACD347")
    expected = segno.make(address, error="m", micro=False).matrix
    drawn = {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", page)}
    assert drawn == {
        (x, y) for y, line in enumerate(expected) for x, is_dark in enumerate(line) if is_dark
    }
    online = make_sitting(run)
    assert "check-in-code" not in page_of(browser, f"/en/manage/sessions/{online.id}")


def test_once_it_has_begun_it_leads_to_who_was_there(staff):
    held = make_sitting(starts_at=clock.now() - 2 * DAY, state="ended")
    page = page_of(staff, f"/en/manage/sessions/{held.id}")
    for place in ("attendance", "reports", "evaluations"):
        assert f"/en/manage/sessions/{held.id}/{place}" in page
    coming = make_sitting()
    page = page_of(staff, f"/en/manage/sessions/{coming.id}")
    assert f"/en/manage/sessions/{coming.id}/attendance" not in page


# --- who, and at what cost -------------------------------------------------------------


def test_instructors_of_the_run_look_and_cannot_change(signed_in_as):
    run = make_run()
    sitting = make_sitting(run, room_passcode="2468")
    browser = signed_in_as(instructor_of(run))
    page = page_of(browser, f"/en/manage/runs/{sitting.run_id}/sessions")
    assert "Plan a session" not in page
    page = page_of(browser, f"/en/manage/sessions/{sitting.id}")
    assert "2468" in page
    assert "Postpone" not in page
    assert "Change time" not in page
    for path in ("edit", "people"):
        page_of(browser, f"/en/manage/sessions/{sitting.id}/{path}", 403)
    other = signed_in_as(make_person("instructor"))
    page_of(other, f"/en/manage/sessions/{sitting.id}", 404)
    page_of(other, f"/en/manage/runs/{sitting.run_id}/sessions", 404)
    page_of(signed_in_as(make_person()), f"/en/manage/sessions/{sitting.id}", 403)


def many(run, count, kind="live"):
    people = [instructor_of(run), make_person("instructor")]
    for number in range(count):
        sitting = make_sitting(
            run,
            make_held_lesson(run, kind=kind),
            kind=kind,
            starts_at=clock.now().replace(microsecond=0) + (number + 1) * DAY,
            ends_at=clock.now().replace(microsecond=0) + (number + 1) * DAY + timedelta(hours=1),
        )
        for person in people:
            make_holder(sitting, person)
    return people[0], sitting


@pytest.mark.parametrize("path", [
    "/en/manage/runs/{run}/sessions",
    "/en/manage/runs/{run}/sessions/new",
    "/en/manage/runs/{run}/sessions/series",
    "/en/manage/sessions/{sitting}",
    "/en/manage/sessions/{sitting}/edit",
    "/en/manage/sessions/{sitting}/people",
    "/en/manage/sessions/{sitting}/head-count",
    "/en/manage/sessions/{sitting}/check-in-code",
])  # fmt: skip
def test_pages_cost_the_same_however_many_sessions(signed_in_as, count_statements, path):
    staff = signed_in_as(make_person("staff"))
    counts = []
    for count in (1, 30):
        run = make_run()
        _person, sitting = many(run, count, kind="field")
        address = path.format(run=run.id, sitting=sitting.id)
        with count_statements() as statements:
            page_of(staff, address)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= STATEMENTS


@pytest.mark.parametrize("path", ["runs/{run}/sessions", "sessions/{sitting}"])
def test_pages_of_instructors_cost_no_more(signed_in_as, count_statements, path):
    run = make_run()
    person, sitting = many(run, 5, kind="field")
    browser = signed_in_as(person)
    address = "/en/manage/" + path.format(run=run.id, sitting=sitting.id)
    with count_statements() as statements:
        page_of(browser, address)
    assert len(statements) <= STATEMENTS

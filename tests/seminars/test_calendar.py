"""Files for calendars, read by a library that is not the one they are written with."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo, available_timezones

import pytest
from dateutil.tz import tzical
from flask import url_for
from flask_babel import gettext
from ical.calendar_stream import IcsCalendarStream
from ical.event import EventStatus

from lms.core.db import db
from lms.core.text import TextInLanguages
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.models import CourseRun, RunState
from lms.seminars.calendar import Addressee, calendar_file, clock_lines, event_file
from lms.seminars.models import RoomKind, Sitting, SittingState
from lms.seminars.queries import SittingRow, sitting_row
from lms.seminars.queries.feeds import DayRow
from lms.seminars.rules.timetable import on_clock
from lms.seminars.services.sittings import cancel, change_sitting, plan_series, postpone, schedule
from tests.factories import words
from tests.factories.accounts import make_person
from tests.factories.enrolment import make_run
from tests.factories.seminars import make_held_lesson, make_holder, make_sitting
from tests.seminars.golden_times import GOLDEN, Golden
from tests.work import times_the_work

NOW = datetime(2026, 10, 1, 3, tzinfo=UTC)
STARTS = datetime(2026, 11, 4, 6, tzinfo=UTC)
ENDS = STARTS + timedelta(hours=2)
HANOI = Addressee("en", "Asia/Ho_Chi_Minh")
SEOUL = ZoneInfo("Asia/Seoul")


@pytest.fixture
def row(app) -> SittingRow:
    run = make_run()
    lesson = make_held_lesson(run, title=words("Berths that burn less fuel"))
    made = make_sitting(
        run,
        lesson,
        starts_at=STARTS,
        ends_at=ENDS,
        room_address="https://zoom.example/j/8412",
        room_passcode="busan-2026",
        dial_in="+82 51 000 0000",
        changed_at=NOW,
    )
    return row_of(made.id)


def row_of(sitting_id: int) -> SittingRow:
    found = sitting_row(sitting_id)
    assert found is not None
    return found


def event_of(row: SittingRow, to: Addressee = HANOI):
    return only_event(event_file(row, to=to, now=NOW))


def events_in(text: str):
    return IcsCalendarStream.calendar_from_ics(text).events


def only_event(text: str):
    (event,) = events_in(text)
    return event


def lines_of(text: str) -> list[str]:
    """Return the lines of a file as they were before they were folded."""
    assert text.endswith("\r\n")
    return text.replace("\r\n ", "").split("\r\n")


# --- one event -------------------------------------------------------------------------


def test_an_event_says_what_when_where_and_which_word_on_it_this_is(row):
    event = event_of(replace(row, sequence=3))
    assert event.uid == f"{row.uid}@127.0.0.1"
    assert event.sequence == 3
    assert event.dtstamp == event.last_modified == NOW
    assert (event.dtstart, event.dtend) == (STARTS, ENDS)
    assert event.dtstart.tzinfo == SEOUL
    assert event.status == EventStatus.CONFIRMED
    assert event.summary == "Berths that burn less fuel"
    assert event.categories == [row.course_code]
    page = f"http://127.0.0.1:8000/en/sessions/{row.id}"
    assert event.url == page
    assert event.location == f"Online, {page}"
    assert event.description.split("\n") == [
        "Your time: Wed, 4 Nov 13:00–15:00 (UTC+7)",
        "Busan: Wed, 4 Nov 15:00–17:00 (UTC+9)",
        "UTC: Wed, 4 Nov 06:00–08:00",
        page,
    ]


def test_the_way_into_a_room_is_never_in_it(row):
    text = event_file(row, to=HANOI, now=NOW)
    for secret in ("zoom.example", "8412", "busan-2026", "000 0000"):
        assert secret not in text


def test_somebody_in_busan_is_told_their_time_once(row):
    lines = event_of(row, Addressee("en", "Asia/Seoul")).description.split("\n")
    assert [line.partition(":")[0] for line in lines[:-1]] == ["Busan", "UTC"]
    assert event_of(row, Addressee("en", "")).description.split("\n") == lines


def test_a_venue_is_named_and_a_slot_tells_repeats_apart(row):
    held = replace(row, room_kind=RoomKind.VENUE, venue=words("BEXCO, hall 3"))
    event = event_of(replace(held, slot_name="Americas"))
    assert event.location.startswith("BEXCO, hall 3, http")
    assert event.summary == "Berths that burn less fuel (Americas)"


def test_it_is_written_in_the_language_of_its_reader_wherever_it_is_made(app, row):
    with app.test_request_context("/en/"):
        text = event_file(row, to=Addressee("ko", "Asia/Ho_Chi_Minh"), now=NOW)
        assert url_for("seminars.show_sitting", sitting_id=1).startswith("/en/")
        assert gettext("Sign in") == "Sign in"
    event = only_event(text)
    assert event.summary == row.lesson_title.texts["ko"]
    assert "11월 4일(수) 15:00–17:00" in event.description
    assert event.url.endswith(f"/ko/sessions/{row.id}")


def test_a_title_falls_back_to_the_languages_of_the_city_then_of_the_run(row):
    title = TextInLanguages("mn", {"mn": "Боомт", "vi": "Cảng", "id": "Pelabuhan"})
    row = replace(row, own_title=title, working_language="id")
    assert event_of(row).summary == "Pelabuhan"
    assert event_of(row, replace(HANOI, city_languages=["vi"])).summary == "Cảng"


@pytest.mark.parametrize(
    "title",
    [
        "Ports, logistics; and \\ the sea",
        "Line\none\nBEGIN:VALARM",
        "항만 물류와 도시재생 🚢⚓ " * 20,
        "x" * 500,
        "👩🏽‍🚒" * 60,
    ],
)
def test_whatever_a_title_holds_the_file_stays_whole(row, title):
    text = event_file(
        replace(row, own_title=TextInLanguages("en", {"en": title})), to=HANOI, now=NOW
    )
    assert only_event(text).summary == title
    raw = text.encode()
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    for line in raw.split(b"\r\n"):
        line.decode()  # no letter is cut in two
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert lines_of(text).count("BEGIN:VALARM") == 0


# --- what becomes of it ----------------------------------------------------------------


def test_a_moved_event_keeps_its_uid_and_its_number_rises(app):
    staff = make_person("staff")
    made = make_sitting(starts_at=STARTS, ends_at=ENDS, changed_at=NOW)
    before = event_of(row_of(made.id))
    later = STARTS + timedelta(days=1)
    with unit_of_work():
        change_sitting(
            made,
            {"starts_at": later, "ends_at": later + timedelta(hours=1)},
            revision=1,
            reason="The hall is taken.",
            actor=staff,
            now=NOW + timedelta(hours=5),
        )
    after = event_of(row_of(made.id))
    assert after.uid == before.uid
    assert after.sequence > before.sequence
    assert (after.dtstart, after.dtend) == (later, later + timedelta(hours=1))
    assert after.last_modified == NOW + timedelta(hours=5)
    assert after.status == EventStatus.CONFIRMED


def test_a_cancelled_event_is_struck_and_says_so_in_its_title(app):
    staff = make_person("staff")
    made = make_sitting(starts_at=STARTS, ends_at=ENDS, changed_at=NOW)
    before = event_of(row_of(made.id))
    with unit_of_work():
        cancel(made, reason="A typhoon.", actor=staff, now=NOW + timedelta(hours=5))
    text = event_file(row_of(made.id), to=HANOI, now=NOW)
    after = only_event(text)
    assert after.uid == before.uid
    assert after.sequence > before.sequence
    assert after.status == EventStatus.CANCELLED
    assert after.summary == f"Cancelled: {before.summary}"
    assert after.transparency == "TRANSPARENT"
    assert (before.transparency, before.dtstart) == ("OPAQUE", after.dtstart)
    assert "METHOD:PUBLISH" in lines_of(text)  # nobody is asked for an answer


def test_a_postponed_event_stays_at_its_known_time_until_the_new_one_is_announced(app):
    staff = make_person("staff")
    made = make_sitting(starts_at=STARTS, ends_at=ENDS)
    make_holder(made, make_person("instructor"))
    later = STARTS + timedelta(days=7)
    with unit_of_work():
        postpone(made, reason="A typhoon.", actor=staff, now=NOW)
    with unit_of_work():
        new = {"starts_at": later, "ends_at": later + timedelta(hours=2)}
        change_sitting(made, new, revision=made.revision, reason="", actor=staff, now=NOW)
    event = event_of(row_of(made.id))
    assert event.status == EventStatus.TENTATIVE
    assert event.summary.startswith("Postponed: ")
    assert event.dtstart == STARTS
    assert event.transparency == "TRANSPARENT"
    with unit_of_work():
        schedule(made, actor=staff, now=NOW)
    again = event_of(row_of(made.id))
    assert (again.status, again.dtstart) == (EventStatus.CONFIRMED, later)
    assert again.sequence > event.sequence


def test_of_a_cancelled_run_what_was_to_come_is_struck(row):
    off = replace(row, run_state=RunState.CANCELLED)
    assert event_of(off).status == EventStatus.CANCELLED
    held = replace(off, state=SittingState.FINAL)
    assert event_of(held).status == EventStatus.CONFIRMED


def test_of_a_series_one_is_moved_and_one_cancelled_and_the_others_stay(app):
    staff = make_person("staff")
    run = make_run()
    lessons = [make_held_lesson(run) for _number in range(4)]
    with unit_of_work():
        made = plan_series(
            db.session.get_one(CourseRun, run.id),
            lessons,
            {
                "starts_at": STARTS,
                "ends_at": ENDS,
                "room_kind": "link",
                "room_address": "https://x",
            },
            actor=staff,
            now=NOW,
        )
        ids = [sitting.id for sitting in made]
    for sitting in map(sitting_by, ids):
        make_holder(sitting, make_person("instructor"))
        with unit_of_work():
            schedule(sitting, actor=staff, now=NOW)

    def read():
        rows = [row_of(number) for number in ids]
        text = calendar_file(None, rows, [], to=HANOI, now=NOW)
        assert not any(line.startswith(("RRULE", "RECURRENCE-ID")) for line in lines_of(text))
        return events_in(text)

    before = read()
    assert [event.dtstart for event in before] == [STARTS + timedelta(weeks=n) for n in range(4)]
    moved, off = sitting_by(ids[1]), sitting_by(ids[2])
    earlier = moved.starts_at - timedelta(hours=3)
    with unit_of_work():
        new = {"starts_at": earlier, "ends_at": earlier + timedelta(hours=2)}
        change_sitting(
            moved, new, revision=moved.revision, reason="A holiday.", actor=staff, now=NOW
        )
        cancel(off, reason="A holiday.", actor=staff, now=NOW)
    after = read()
    assert [event.uid for event in after] == [event.uid for event in before]
    assert after[0] == before[0]
    assert after[3] == before[3]
    assert after[1].dtstart == earlier
    assert after[1].sequence > before[1].sequence
    assert after[2].status == EventStatus.CANCELLED


def sitting_by(number: int) -> Sitting:
    return db.session.get_one(Sitting, number)


# --- whole days ------------------------------------------------------------------------


def whole_days(**values) -> DayRow:
    given = {
        "uid": "days-1",
        "sequence": 2,
        "title": words("Study in your own time"),
        "first_on": date(2026, 11, 2),
        "last_on": date(2026, 11, 4),
        "is_off": False,
        "updated_at": NOW,
        "course_code": "PRT-101",
        "working_language": "en",
    }
    return DayRow(**{**given, **values})


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu"])
def test_whole_days_are_the_same_days_everywhere(app, zone):
    text = calendar_file(None, [], [whole_days()], to=Addressee("en", zone), now=NOW)
    event = only_event(text)
    assert (event.dtstart, event.dtend) == (date(2026, 11, 2), date(2026, 11, 5))
    assert not isinstance(event.dtstart, datetime)
    assert "DTSTART;VALUE=DATE:20261102" in lines_of(text)
    assert (event.uid, event.sequence) == ("days-1@127.0.0.1", 2)
    assert event.summary == "Study in your own time"
    assert event.transparency == "TRANSPARENT"


def test_days_taken_out_are_struck(app):
    event = only_event(calendar_file(None, [], [whole_days(is_off=True)], to=HANOI, now=NOW))
    assert event.status == EventStatus.CANCELLED
    assert event.summary == "Cancelled: Study in your own time"


# --- the file around them --------------------------------------------------------------


def test_a_calendar_has_a_name_and_says_when_to_look_again(row):
    lines = lines_of(calendar_file(None, [row], [], to=HANOI, now=NOW))
    assert lines[0] == "BEGIN:VCALENDAR"
    assert "VERSION:2.0" in lines
    assert "METHOD:PUBLISH" in lines
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in lines
    assert "X-PUBLISHED-TTL:PT1H" in lines
    assert "X-WR-CALNAME:Ieum: my sessions" in lines
    course = calendar_file(row.course_title, [row], [], to=HANOI, now=NOW)
    assert f"X-WR-CALNAME:Ieum: {row.course_title.texts['en']}" in lines_of(course)


def test_without_sessions_it_is_a_calendar_still(app):
    assert events_in(calendar_file(None, [], [], to=HANOI, now=NOW)) == []


def test_what_has_not_changed_is_the_same_file_at_any_time(row):
    first = calendar_file(None, [row], [whole_days()], to=HANOI, now=NOW)
    assert first == calendar_file(None, [row], [whole_days()], to=HANOI, now=STARTS)


def test_three_hundred_sessions_cost_three_hundred_times_one(row):
    rows = [
        replace(row, id=number, uid=f"u{number}", starts_at=STARTS + timedelta(days=number))
        for number in range(300)
    ]
    text = calendar_file(None, rows, [], to=HANOI, now=NOW)

    def write(count):
        calendar_file(None, rows[:count], [], to=HANOI, now=NOW)

    assert times_the_work(write, of=75) < 4.5
    assert text.count("BEGIN:VEVENT") == 300
    assert text.count("BEGIN:VTIMEZONE") == 1


# --- times -----------------------------------------------------------------------------


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda each: f"{each.zone} {each.starts}")
def test_a_calendar_shows_what_clocks_show(row, golden: Golden):
    row = replace(row, starts_at=golden.starts_at, ends_at=golden.ends_at)
    event = event_of(row, Addressee("en", golden.zone))
    zone = ZoneInfo(golden.zone)
    assert f"{event.dtstart.astimezone(zone):%Y-%m-%d %H:%M}" == golden.first
    assert f"{event.dtend.astimezone(zone):%Y-%m-%d %H:%M}" == golden.last
    weekday = f"{golden.first_day:%a}, {golden.first_day.day} {golden.first_day:%b}"
    label = "Busan" if golden.zone == "Asia/Seoul" else "Your time"
    line = f"{label}: {weekday} {golden.span} ({golden.offsets})"
    assert event.description.split("\n")[0] == line
    assert clock_lines(golden.starts_at, golden.ends_at, golden.zone)[0] == line


def moments() -> list[datetime]:
    """Give a moment a week at hours that take turns, and some around each change of clocks."""
    first = datetime(2026, 1, 1, tzinfo=UTC)
    weekly = [first + timedelta(weeks=n, hours=n % 24, minutes=15 * (n % 4)) for n in range(157)]
    # On these days clocks change in America, Europe, Australia and New Zealand, Chile, Egypt.
    days = ["03-08", "03-29", "04-05", "04-24", "09-06", "09-27", "10-04", "10-25", "11-01"]
    changes = [
        datetime.fromisoformat(f"{year}-{day}T{hour:02}:30:00+00:00")
        for year in (2026, 2027, 2028)
        for day in days
        for hour in (0, 1, 2, 6, 9, 14)
    ]
    return sorted({*weekly, *changes})


def test_in_every_zone_a_calendar_shows_what_our_pages_show(row):
    spans = [(moment, moment + timedelta(minutes=100)) for moment in moments()]
    rows = [
        replace(row, uid=str(number), starts_at=starts, ends_at=ends)
        for number, (starts, ends) in enumerate(spans)
    ]
    text = calendar_file(None, rows, [], to=HANOI, now=NOW)
    events = events_in(text)
    assert len(events) == len(spans)
    # What a calendar knows that has no time zones but those of the file.
    busan = tzical(StringIO(text)).get("Asia/Seoul")
    for event, span in zip(events, spans, strict=True):
        read = [end.replace(tzinfo=busan).astimezone(UTC) for end in (event.dtstart, event.dtend)]
        assert read == list(span)

    assert available_timezones() > {"Asia/Seoul", "America/St_Johns", "Antarctica/Troll"}
    for name in available_timezones():
        zone = ZoneInfo(name)
        for event, span in zip(events, spans, strict=True):
            shown = on_clock(*span, name)
            starts, ends = event.dtstart.astimezone(zone), event.dtend.astimezone(zone)
            assert (starts.date(), starts.time()) == (shown.first_day, shown.first_time), name
            assert (ends.date(), ends.time()) == (shown.last_day, shown.last_time), name

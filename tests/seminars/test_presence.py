"""Being there: beats of open pages, what a room tells, and how they become stays."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.jobs.models import Job
from lms.jobs.queue import run_due_jobs
from lms.seminars import join_token
from lms.seminars.models import Presence
from lms.seminars.rooms.bigbluebutton import BigBlueButton, Meeting
from lms.seminars.rooms.entry import Visitor
from lms.seminars.rules.attendance import time_present
from lms.seminars.rules.presence import Pass, PassKind, goes_on, is_noted, read_code
from lms.seminars.services import presence
from lms.seminars.services import sittings as planning
from lms.seminars.tasks import note_attendees
from tests.factories import save, words
from tests.factories.accounts import make_person
from tests.factories.enrolment import make_enrolment, make_run
from tests.factories.seminars import make_guest, make_holder, make_sitting
from tests.forms import token_on
from tests.seminars.bbb_server import BBBServer, Mood

BEGIN = datetime(2027, 3, 1, 6, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TABS = ("tab-number-one", "tab-number-two")


@pytest.fixture
def at(monkeypatch):
    """Return a function that lets it be so many minutes after the beginning."""

    def move(minutes):
        move.minute = minutes
        moment = BEGIN + timedelta(minutes=minutes)
        monkeypatch.setattr(clock, "now", lambda: moment)
        return moment

    move(-60)
    return move


@pytest.fixture
def run(app, at):
    return make_run()


@pytest.fixture
def sitting(run):
    return make_sitting(run, starts_at=BEGIN)


@pytest.fixture
def seat(run):
    person = make_person()
    return person, make_enrolment(run, person)


@pytest.fixture
def who(sitting, seat):
    return Pass(PassKind.ENROLMENT, seat[1].id, sitting.id)


@pytest.fixture
def beat(app, at, signed_in_as, sitting, seat):
    """Return a function that beats from a page of the person; it gives the answer."""
    at(-15)
    browser = signed_in_as(seat[0])
    csrf = token_on(browser, "/en/account")
    place = f"/api/v1/sessions/{sitting.id}/presence"

    def send(minutes, tab=TABS[0], **sent):
        if at.minute != minutes:  # the clock of limits is another one
            app.extensions["rate_limits"].storage.reset()
        at(minutes)
        return browser.post(place, json={"tab": tab, **sent}, headers={"X-CSRFToken": csrf})

    return send


def enter(who, minutes, at, tab=TABS[0]):
    now = at(minutes)
    with unit_of_work():
        presence.enter(who, device=tab, now=now)


def stays():
    """Return the stays there are, as minutes after the beginning, by device."""
    rows = db.session.query(Presence).order_by(Presence.joined_at, Presence.id)
    return [
        (
            row.device,
            (row.joined_at - BEGIN) / MINUTE,
            row.left_at and (row.left_at - BEGIN) / MINUTE,
        )
        for row in rows
    ]


def counted(sitting):
    rows = db.session.query(Presence).filter(Presence.left_at.is_not(None))
    found = time_present(sitting, [(row.joined_at, row.left_at) for row in rows])
    return found.seconds // 60


# --- beats -----------------------------------------------------------------------------


def test_beats_draw_out_the_stay_that_an_entry_began(at, beat, who, sitting):
    enter(who, -5, at)
    for minute in range(-4, 31):
        answer = beat(minute)
        assert answer.status_code == 200
    assert stays() == [(TABS[0], -5, 30)]
    assert answer.json == {
        "since": (BEGIN - 5 * MINUTE).isoformat(),
        "until": (BEGIN + 30 * MINUTE).isoformat(),
        "opens": (BEGIN - 15 * MINUTE).isoformat(),
        "ends": (BEGIN + 120 * MINUTE).isoformat(),
    }
    assert counted(sitting) == 30


def test_an_open_page_of_who_has_not_entered_is_no_presence(beat):
    answer = beat(10).json
    assert (answer["since"], answer["until"]) == (None, None)
    assert stays() == []


def move(sitting, at, minutes, **to):
    """Give the sitting other times, said in minutes after the beginning it had."""
    now = at(minutes)
    times = {name: BEGIN + value * MINUTE for name, value in to.items()}
    with unit_of_work():
        planning.change_sitting(
            sitting,
            times,
            revision=sitting.revision,
            reason="Heat",
            actor=make_person("staff"),
            now=now,
        )


def test_who_was_in_it_before_it_was_moved_has_not_entered_it_again(at, beat, who, sitting):
    enter(who, 3, at)
    beat(5)
    move(sitting, at, 6, starts_at=60, ends_at=180)
    for minute in (7, 20, 44, 50):
        answer = beat(minute).json
        assert answer["since"] is None
        assert answer["opens"] == (BEGIN + 45 * MINUTE).isoformat()
    assert stays() == [(TABS[0], 3, 5)]
    enter(who, 51, at)
    assert beat(52).json["since"] == (BEGIN + 51 * MINUTE).isoformat()
    assert stays()[1:] == [(TABS[0], 51, 52)]


def test_a_page_is_told_of_a_moved_sitting_that_its_reader_is_not_in_it(
    at, signed_in_as, who, sitting, seat
):
    enter(who, 0, at)
    move(sitting, at, 6, starts_at=1440, ends_at=1560)
    at(1450)
    browser = signed_in_as(seat[0])
    for path in (f"sessions/{sitting.id}", f"join/{join_token.make(who)}"):
        text = browser.get(f"/en/{path}").text
        assert "Enter the room" in text
        assert "data-entered" not in text
        assert "Present since 1" not in text


def test_a_sitting_that_goes_on_longer_is_counted_to_its_new_end(at, beat, who, sitting):
    enter(who, 110, at)
    assert beat(112).json["ends"] == (BEGIN + 120 * MINUTE).isoformat()
    move(sitting, at, 113, ends_at=150)
    for minute in range(114, 160, 2):
        answer = beat(minute).json
        assert answer["ends"] == (BEGIN + 150 * MINUTE).isoformat()
    assert stays() == [(TABS[0], 110, 154)]
    assert counted(sitting) == 40


@pytest.mark.parametrize(
    ("to", "until"),
    [
        ({"ends_at": 150}, 150),  # it goes on longer
        ({"ends_at": 100}, 100),
        ({"starts_at": 60, "ends_at": 180}, 40),  # it begins anew, and so does checking in
        ({"starts_at": 1440, "ends_at": 1560}, 40),
    ],
)
def test_who_checked_in_is_there_until_the_end_as_it_becomes(at, run, seat, to, until):
    place = make_sitting(run, starts_at=BEGIN, room_kind="venue", venue=words("Hall"))

    def check_in(minutes):
        now = at(minutes)
        with unit_of_work():
            presence.check_in(place, seat[1], "ACD347", from_qr=False, now=now)

    check_in(-5)
    move(place, at, 40, **to)
    assert [(joined, left) for _device, joined, left in stays()] == [(-5, until)]
    begins = to.get("starts_at")
    if begins is None:
        check_in(50)
        assert len(stays()) == 1
    else:
        check_in(begins - 3)
        check_in(begins)
        assert [stay[1:] for stay in stays()[1:]] == [(begins - 3, to["ends_at"])]


def test_who_checked_in_was_there_until_it_was_put_off(at, run, seat):
    place = make_sitting(run, starts_at=BEGIN, room_kind="venue", venue=words("Hall"))
    now = at(0)
    with unit_of_work():
        presence.check_in(place, seat[1], "ACD347", from_qr=True, now=now)
    now = at(30)
    with unit_of_work():
        planning.postpone(place, reason="Fire alarm", actor=make_person("staff"), now=now)
    assert [stay[1:] for stay in stays()] == [(0, 30)]


def test_after_a_silence_another_stay_begins(at, beat, who, sitting):
    enter(who, 0, at)
    for minute in (1, 2, 5, 6, 10, 11):  # three minutes are bridged, four are not
        beat(minute)
    assert stays() == [(TABS[0], 0, 6), (TABS[0], 10, 11)]
    assert counted(sitting) == 7


def test_a_page_opened_again_after_a_power_cut_goes_on(at, beat, who):
    enter(who, 0, at)
    beat(1)
    # Another tab, which knows nothing of the entry: the server does.
    beat(20, TABS[1])
    beat(21, TABS[1])
    assert stays() == [(TABS[0], 0, 1), (TABS[1], 20, 21)]


def test_two_devices_are_kept_apart_and_never_added_up(at, beat, who, sitting):
    enter(who, 0, at)
    enter(who, 0, at, TABS[1])
    for minute in range(1, 31):
        for tab in TABS:
            beat(minute, tab)
    assert stays() == [(TABS[0], 0, 30), (TABS[1], 0, 30)]
    assert counted(sitting) == 30


def test_beats_before_the_room_opens_and_after_the_end_change_nothing(at, beat, who, sitting):
    enter(who, -15, at)
    beat(-14)
    for minute in range(118, 126):
        beat(minute)
    known = stays()
    assert known == [(TABS[0], -15, -14), (TABS[0], 118, 125)]
    for minute in (-30, 125.1, 126, 200, 100_000):
        beat(minute)
        assert stays() == known
    assert counted(sitting) == 2


@pytest.mark.parametrize("state", ["cancelled", "postponed", "planned", "attendance_final"])
def test_beats_of_what_is_not_held_change_nothing(at, beat, who, sitting, state):
    enter(who, 0, at)
    sitting.state = state
    beat(1)
    assert stays() == [(TABS[0], 0, None)]


def test_the_sender_cannot_say_when(at, beat, who):
    enter(who, 0, at)
    beat(1, joined_at="2020-01-01T00:00:00Z", left_at="2030-01-01T00:00:00Z", now=0, source="qr")
    assert stays() == [(TABS[0], 0, 1)]


def test_a_beat_that_is_overtaken_shortens_nothing(at, beat, who):
    enter(who, 0, at)
    beat(2)
    beat(1)
    assert stays() == [(TABS[0], 0, 2)]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        b"[]",
        b"null",
        b"{}",
        b'{"tab": 5}',
        b'{"tab": "short"}',
        b'{"tab": "' + b"x" * 41 + b'"}',
        b'{"tab": "a tab with spaces"}',
        b'{"tab": "' + b"x" * 5000 + b'"}',
        b"[" * 900,
        b'{"tab": "\xff\xfe"}',
    ],
)
def test_what_is_no_beat_is_refused(at, client, sitting, who, body):
    enter(who, 0, at)
    headers = {"X-CSRFToken": token_on(client, "/en/sign-in"), "Content-Type": "application/json"}
    place = f"/api/v1/join/{join_token.make(who)}/presence"
    assert client.post(place, data=body, headers=headers).status_code == 422
    assert stays() == [(TABS[0], 0, None)]


def test_a_flood_of_tabs_is_stopped(at, beat, who):
    enter(who, 0, at)
    statuses = [beat(1, f"made-up-tab-{number}").status_code for number in range(40)]
    assert statuses[:30] == [200] * 30
    assert statuses[-1] == 429


def test_only_a_seat_in_the_run_beats(client, signed_in_as, sitting, run):
    place = f"/api/v1/sessions/{sitting.id}/presence"
    token = token_on(client, "/en/sign-in")
    headers = {"X-CSRFToken": token}
    assert client.post(place, json={"tab": TABS[0]}, headers=headers).status_code == 401
    left = make_person()
    make_enrolment(run, left, state="withdrawn")
    for person in (make_person(), make_person("staff"), left):
        browser = signed_in_as(person)
        headers = {"X-CSRFToken": token_on(browser, "/en/account")}
        assert browser.post(place, json={"tab": TABS[0]}, headers=headers).status_code == 404
    assert browser.post(place, json={"tab": TABS[0]}).status_code == 400  # without its form's token


def test_a_guest_beats_by_their_link(at, app, client, sitting):
    guest = make_guest(sitting)
    who = Pass(PassKind.GUEST, guest.id, sitting.id)
    place = f"/api/v1/join/{join_token.make(who)}/presence"
    headers = {"X-CSRFToken": token_on(client, "/en/sign-in")}

    def beat(minutes):
        at(minutes)
        return client.post(place, json={"tab": TABS[0]}, headers=headers)

    assert beat(0).json["since"] is None
    enter(who, 0, at)
    assert beat(1).json["since"] == BEGIN.isoformat()
    assert stays() == [(TABS[0], 0, 1)]
    assert db.session.query(Presence).one().guest_id == guest.id
    guest.cancelled_at = clock.now()
    assert beat(2).status_code == 404
    holder = make_holder(sitting, make_person())
    place = f"/api/v1/join/{join_token.make(Pass(PassKind.HOLDER, holder.id, sitting.id))}/presence"
    assert beat(3).json["since"] is None


def test_a_beat_costs_little(at, beat, who, count_statements):
    enter(who, 0, at)
    beat(1)
    with count_statements() as statements:
        beat(2)
    assert len(statements) <= 5


# --- what a room tells -----------------------------------------------------------------


def test_codes_of_a_room_are_read_strictly():
    assert read_code("e12", 5) == Pass(PassKind.ENROLMENT, 12, 5)
    assert read_code("g7", 5) == Pass(PassKind.GUEST, 7, 5)
    for other in (
        "h3",
        "p9",
        "",
        "e",
        "e0",
        "e-1",
        "e1x",
        "E1",
        "w_1",
        "e١",
        "e1\n",
        "e" + "9" * 20,
    ):
        assert read_code(other, 5) is None, other


@pytest.fixture
def bbb(app, monkeypatch, bbb_server: BBBServer):
    for name, value in bbb_server.settings.items():
        monkeypatch.setitem(app.config, name, value)
    return bbb_server


@pytest.fixture
def come(bbb, sitting):
    """Return a function that lets somebody come into the room by the name it knows them by."""
    server = BigBlueButton(bbb.url, bbb.secret)
    meeting = Meeting(sitting.uid, "A room")

    def enter_room(code):
        visitor = Visitor(code, "Somebody", is_host=False, language="en")
        httpx.get(server.join(meeting.id, visitor, create_time=server.create(meeting)).address)

    return enter_room


def planned():
    rows = db.session.query(Job).filter_by(kind="seminars.note_attendees", state="queued")
    return [job.run_after for job in rows]


def test_a_room_is_asked_every_minute_from_its_opening_to_its_end(at, seat, bbb, come, sitting):
    sitting.room_kind = "bigbluebutton"
    guest = make_guest(sitting)
    stranger = make_enrolment(make_run(), make_person())
    make_holder(sitting, make_person())
    sitting.state, staff = "postponed", make_person("staff")
    db.session.commit()
    with unit_of_work():
        planning.schedule(sitting, actor=staff, now=clock.now())
    assert planned() == [BEGIN - 15 * MINUTE]
    seat_id, of_guest, uid = seat[1].id, f"g{guest.id}", sitting.uid
    for code in (f"e{seat_id}", of_guest, f"e{stranger.id}", "h1", "p1", "w_17"):
        come(code)

    def minute(number):
        now = at(number)
        run_due_jobs()
        return now

    for number in range(-15, 11):
        now = minute(number)
        assert planned() == [now + MINUTE]
    bbb.leave(uid, of_guest)
    bbb.mood = Mood.BROKEN  # for two minutes, which is bridged
    minute(11), minute(12)
    bbb.mood = Mood.WELL
    for number in range(13, 21):
        minute(number)
    bbb.close()  # and from then on it is gone; it is asked on all the same
    for number in range(21, 125):
        minute(number)
    assert planned() == [BEGIN + 125 * MINUTE]
    minute(125), minute(126)
    assert planned() == []
    rows = db.session.query(Presence).order_by(Presence.enrolment_id).all()
    found = {row.enrolment_id or "guest": (row.source, row.joined_at, row.left_at) for row in rows}
    assert found == {
        "guest": ("platform", BEGIN - 15 * MINUTE, BEGIN + 10 * MINUTE),
        seat_id: ("platform", BEGIN - 15 * MINUTE, BEGIN + 20 * MINUTE),
    }


def test_who_comes_back_into_the_room_later_has_two_stays(at, seat, bbb, come, sitting):
    code = f"e{seat[1].id}"
    for number in (0, 1, 2, 10, 11):
        now = at(number)
        with unit_of_work():
            presence.note_attendees(sitting.id, [code, code], now=now)
    assert stays() == [("bbb", 0, 2), ("bbb", 10, 11)]


def test_a_job_of_an_older_plan_or_another_room_does_nothing(at, bbb, come, seat, sitting):
    come(f"e{seat[1].id}")
    at(5)
    note_attendees(sitting.id, sequence=0)  # its room is a link now
    sitting.room_kind, sitting.sequence = "bigbluebutton", 3
    db.session.commit()
    note_attendees(sitting.id, sequence=2)
    note_attendees(2_000_000_000, sequence=0)
    sitting.state = "cancelled"
    db.session.commit()
    note_attendees(sitting.id, sequence=3)
    assert stays() == []
    assert planned() == []


def test_what_is_noted_and_what_goes_on():
    end = BEGIN + 120 * MINUTE
    moments = {-15.1: False, -15: True, 0: True, 120: True, 125: True, 125.1: False}
    for minutes, expected in moments.items():
        now = BEGIN + timedelta(minutes=minutes)
        assert is_noted("scheduled", BEGIN, end, now) is expected
        assert is_noted("ended", BEGIN, end, now) is expected
        assert not is_noted("cancelled", BEGIN, end, now)
    assert goes_on(BEGIN, BEGIN + timedelta(seconds=180))
    assert not goes_on(BEGIN, BEGIN + timedelta(seconds=181))


def test_evidence_that_was_taken_back_is_no_sign_of_life(at, beat, who, sitting, seat):
    now = at(0)
    save(
        Presence(
            sitting_id=sitting.id,
            enrolment_id=seat[1].id,
            source="link",
            device=TABS[0],
            joined_at=now,
            withdrawn_at=now,
        )
    )
    assert beat(1).json["since"] is None

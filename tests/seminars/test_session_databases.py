"""A session from the page to the evaluation, on SQLite and on PostgreSQL."""

from datetime import timedelta

from lms.accounts import login, services
from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.seminars import join_token
from lms.seminars.models import Evaluation, Guest, Presence
from lms.seminars.rules.presence import Pass, PassKind
from lms.seminars.services.guests import forget_guests
from lms.seminars.tasks import note_attendees
from tests.factories import words
from tests.factories.accounts import make_person
from tests.factories.enrolment import make_enrolment, make_run
from tests.factories.organisations import make_affiliation, make_city
from tests.factories.seminars import make_guest, make_held_lesson, make_holder, make_sitting
from tests.forms import token_on

MARKS = dict.fromkeys(("content", "instructor", "materials", "time_slot", "connection"), "4")


def browser_of(app, person):
    with unit_of_work():
        token = services.start_session(person, user_agent="", address="", now=clock.now())
    browser = app.test_client()
    browser.set_cookie(login.cookie_name(), token)
    return browser


def test_what_is_done_around_a_session(app_of_its_own, bbb_server):
    app_of_its_own.config.update(bbb_server.settings)
    with app_of_its_own.app_context():
        run = make_run()
        person = make_person()
        enrolment = make_enrolment(run, person)
        make_affiliation(person, make_city())
        begun = clock.now() - timedelta(minutes=10)
        room = make_sitting(
            run, make_held_lesson(run), starts_at=begun, room_kind="bigbluebutton", is_public=True
        )
        place = make_sitting(run, starts_at=begun, room_kind="venue", venue=words("Hall"))
        over = make_sitting(run, starts_at=begun - timedelta(days=1), state="attendance_final")
        guest = make_guest(room)
        holder = make_holder(room, make_person())
        passes = [
            Pass(PassKind.ENROLMENT, enrolment.id, room.id),
            Pass(PassKind.GUEST, guest.id, room.id),
            Pass(PassKind.HOLDER, holder.id, room.id),
        ]
        room_id, place_id, over_id = room.id, place.id, over.id
        trainee = browser_of(app_of_its_own, person)
        staff = browser_of(app_of_its_own, make_person("staff"))
        links = [join_token.make(who) for who in passes]
        db.session.remove()
    visitor = app_of_its_own.test_client()
    for browser, path in (
        (trainee, f"sessions/{room_id}"),
        (trainee, f"sessions/{over_id}"),
        (staff, f"sessions/{room_id}"),
        (visitor, f"sessions/{room_id}"),
        (trainee, f"sessions/{place_id}/check-in"),
        *((visitor, f"join/{token}") for token in links),
    ):
        assert browser.get(f"/en/{path}").status_code == 200, path

    def send(browser, path, **entered):
        csrf = token_on(browser, "/en/account" if browser is not visitor else "/en/sign-in")
        answer = browser.post(path, data={"csrf_token": csrf, **entered})
        assert answer.status_code in {200, 303}, (path, answer.text)

    def beat(browser, path):
        csrf = token_on(browser, "/en/account" if browser is not visitor else "/en/sign-in")
        headers = {"X-CSRFToken": csrf}
        answer = browser.post(path, json={"tab": "tab-of-both"}, headers=headers)
        assert answer.json["since"]

    send(trainee, f"/en/sessions/{room_id}/enter", tab="tab-of-both")
    for token in links:
        send(visitor, f"/en/join/{token}", tab="tab-of-both")
    beat(trainee, f"/api/v1/sessions/{room_id}/presence")
    beat(visitor, f"/api/v1/join/{links[1]}/presence")
    for _twice in range(2):
        send(trainee, f"/en/sessions/{place_id}/check-in", code="ACD347")
        send(trainee, f"/en/sessions/{over_id}/evaluate", **MARKS)
    register = f"/en/sessions/{room_id}/register"
    send(visitor, register, name="Ana", email="ana@example.org", time_zone="America/Guayaquil")
    send(visitor, f"{register}/consent", agrees="y")
    send(visitor, f"/en/join/{links[1]}/cancel")
    assert staff.get(f"/en/manage/sessions/{over_id}/evaluations").status_code == 200
    with app_of_its_own.app_context():
        note_attendees(room_id, sequence=0)
        assert db.session.query(Evaluation).count() == 1
        assert {guest.email: guest.cancelled_at is None for guest in db.session.query(Guest)} == {
            guest_email(): False,
            "ana@example.org": True,
        }
        assert db.session.query(Presence).count() == 3
        with unit_of_work():
            forget_guests(clock.now() + timedelta(days=182))
        assert db.session.query(Guest).count() == 0
        assert db.session.query(Presence).count() == 2


def guest_email():
    return db.session.query(Guest.email).order_by(Guest.id).limit(1).scalar()

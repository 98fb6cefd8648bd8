"""Sessions the pages are looked at with: to come, on, on site, over, called off, and public."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from playwright.sync_api import Page as Tab
from sqlalchemy import select

from lms.accounts.models import Person
from lms.core.db import db
from lms.core.text import TextInLanguages
from lms.enrolment.models import Enrolment
from lms.lessons.models import Lesson
from lms.seminars import join_token
from lms.seminars.models import (
    Attendance,
    Guest,
    InterpretingMode,
    Presence,
    Sitting,
    SittingPerson,
    SittingRole,
)
from lms.seminars.rules.presence import Pass, PassKind
from lms.seminars.services import evaluations, presence
from lms.seminars.services.evaluations import Opinion

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
TITLE = {"ko": "버스 우선 신호", "en": "Signals that let the bus pass", "zh": "公交信号优先"}
PREPARE = {
    "ko": "도시의 버스 노선도를 준비하세요.",
    "en": "Have the map of your bus lines at hand.",
}


def attend(numbers: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Hold sessions in the run of the trainee, and let people come."""
    run_id, lesson_id = numbers["run"], numbers["lesson"]
    lesson = db.session.get_one(Lesson, lesson_id)
    begun = now - 10 * MINUTE
    made = {
        "coming": hold(run_id, now + 3 * HOUR, now, lesson_id=lesson.id, slot_name="Asia"),
        "live": hold(run_id, begun, now, hours=9),
        "place": hold(run_id, begun, now, hours=9, room_kind="venue", venue=_text("Hall 3")),
        "after": hold(run_id, now - 5 * HOUR, now, state="attendance_provisional"),
        "called_off": hold(run_id, now + 5 * HOUR, now, state="cancelled", change_reason="Flood."),
        "public": hold(run_id, begun, now, hours=9, is_public=True, guest_capacity=400),
        "full": hold(run_id, begun, now, hours=9, is_public=True, guest_capacity=1),
        "evaluated": hold(run_id, now - 9 * HOUR, now, state="attendance_final"),
    }
    guest = _guest(made["public"], now)
    made["full"].guests_taken = 1
    trainee = _enrolment("trainee")
    _was_there(made["after"], trainee, now)
    for number, each in enumerate(("trainee", "graduate", "former", "corrected", "trainee")):
        _evaluate(made["evaluated"], number, each, now)
    who = Pass(PassKind.ENROLMENT, trainee.id, made["live"].id)
    presence.enter(who, device="tab-of-pages", now=now)
    return {
        **{f"{name}_sitting": sitting.id for name, sitting in made.items()},
        "join_token": join_token.make(who),
        "guest_token": join_token.make(Pass(PassKind.GUEST, guest.id, made["public"].id)),
    }


def hold(
    run_id: int, starts_at: datetime, now: datetime, *, hours: int = 2, **values: Any
) -> Sitting:
    """Hold a session in a run; nothing happens by itself before or after it."""
    defaults = {
        "state": "scheduled",
        "kind": "live",
        "room_kind": "bigbluebutton",  # without a server: nobody is led away from the page
        "room_passcode": "bus-774",
        "dial_in": "+82 51 000 0000",
        "preparation": TextInLanguages("ko", PREPARE),
        "check_in_code": "ACD347",
    }
    sitting = Sitting(
        run_id=run_id,
        uid=uuid4().hex,
        title=TextInLanguages("ko", TITLE),
        starts_at=starts_at,
        ends_at=starts_at + hours * HOUR,
        breaks=[[50, 60]],
        created_at=now,
        changed_at=now,
        **{**defaults, **values},
    )
    db.session.add(sitting)
    db.session.flush()
    for role, more in (
        (SittingRole.INSTRUCTOR, {"name": "GANGSA GYEONBON"}),
        (
            SittingRole.INTERPRETER,
            {
                "name": "TONGYEOKSA GYEONBON",
                "language": "vi",
                "mode": InterpretingMode.SIMULTANEOUS,
                "channel": "2",
            },
        ),
    ):
        db.session.add(SittingPerson(sitting_id=sitting.id, role=role, **more))
    return sitting


def _text(words: str) -> TextInLanguages:
    return TextInLanguages("en", {"en": words})


def _enrolment(mailbox: str) -> Enrolment:
    return db.session.scalars(
        select(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Person.email == f"{mailbox}@pages.example")
    ).one()


def _guest(sitting: Sitting, now: datetime) -> Guest:
    sitting.guests_taken += 1
    guest = Guest(
        sitting_id=sitting.id,
        name="INVITADA EJEMPLO",
        email="guest@pages.example",
        language="en",
        time_zone="America/Guayaquil",
        consent_version="1",
        consented_at=now,
        registered_at=now,
    )
    db.session.add(guest)
    db.session.flush()
    return guest


def _was_there(sitting: Sitting, enrolment: Enrolment, now: datetime) -> None:
    for first, last in ((0, 30), (45, 95)):
        db.session.add(
            Presence(
                sitting_id=sitting.id,
                enrolment_id=enrolment.id,
                source="link",
                device="tab-of-pages",
                joined_at=sitting.starts_at + first * MINUTE,
                left_at=sitting.starts_at + last * MINUTE,
            )
        )
    db.session.add(
        Attendance(
            sitting_id=sitting.id,
            enrolment_id=enrolment.id,
            status="partial",
            left_early=True,
            present_seconds=70 * 60,
            credited_minutes=60,
            decided_at=now,
        )
    )


def _evaluate(sitting: Sitting, number: int, mailbox: str, now: datetime) -> None:
    opinion = Opinion(5 - number % 2, 4, 3, 4, 2, 3, f"Remark {number}", "en")
    if not evaluations.evaluate(sitting.id, _enrolment(mailbox).id, opinion, now=now):
        # A fifth person, without bringing one into the run.
        evaluations.evaluate(sitting.id, _enrolment("crowd1").id, opinion, now=now)


# --- what is done on a page before it is looked at -------------------------------------


def enter_here(tab: Tab, _people: Any) -> None:
    """Press the button to enter, in this same tab."""
    tab.locator("[data-enter]").evaluate("form => { form.target = ''; form.submit() }")


def go_on_as_guest(tab: Tab, people: Any) -> None:
    """Fill in the first page for guests; it leads to the second."""
    language = tab.url.removeprefix(people.site.address).split("/")[1]
    first = f"/{language}/sessions/{people.numbers['public_sitting']}/register"
    tab.goto(first)
    tab.locator("main [name=name]").fill("INVITADO EJEMPLO")
    tab.locator("main [name=email]").fill(f"guest-{uuid4().hex}@pages.example")
    tab.locator("main [name=time_zone]").select_option("America/Guayaquil")
    tab.locator("main form button[type=submit]").click()
    tab.wait_for_url(f"**{first}/consent")


def ask_for_link_again(tab: Tab, people: Any) -> None:
    """Ask for the link of somebody once more."""
    language = tab.url.removeprefix(people.site.address).split("/")[1]
    register = f"/{language}/sessions/{people.numbers['public_sitting']}/register"
    tab.goto(f"{register}/again")
    tab.locator("main [name=email]").fill(f"guest-{uuid4().hex}@pages.example")
    tab.locator("main form button[type=submit]").click()
    tab.wait_for_url(f"**{register}/sent")

"""The page of a session: before, during and after it, to each what concerns them."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from lms.core import clock
from lms.core.db import db
from lms.core.text import TextInLanguages
from lms.lessons.models import Lesson
from lms.seminars.models import Attendance, EvaluationTurn, Presence
from lms.seminars.rules.presence import time_missed
from lms.seminars.sitting_page import minutes_until
from tests.factories import save, words
from tests.factories.accounts import make_person
from tests.factories.enrolment import make_enrolment, make_run
from tests.factories.materials import make_material
from tests.factories.organisations import make_affiliation, make_city
from tests.factories.seminars import make_held_lesson, make_holder, make_sitting

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SECRETS = ("meet.example", "passcode-774", "+82-51-000", "Gate 7", "ACD347")


def sitting_in(delta, run=None, **values):
    """Make a sitting that starts after some time, with all that not everybody may see."""
    defaults = {
        "room_passcode": "passcode-774",
        "dial_in": "+82-51-000",
        "meeting_point": "Gate 7",
        "venue": words("Hall"),
    }
    return make_sitting(run, starts_at=clock.now() + delta, **{**defaults, **values})


def enrolled(run, **values):
    person = make_person()
    return person, make_enrolment(run, person, **values)


def main_of(answer):
    return answer.text[answer.text.index("<main") : answer.text.index("</main>")]


def page_of(sitting):
    return f"/en/sessions/{sitting.id}"


# --- before ----------------------------------------------------------------------------


def test_before_it_tells_when_where_what_to_prepare_and_what_has_changed(app, signed_in_as):
    run = make_run()
    lesson = make_held_lesson(run)
    earlier = datetime(2026, 11, 3, 6, tzinfo=UTC)
    sitting = sitting_in(
        3 * HOUR + 12 * MINUTE - MINUTE / 2,
        run,
        lesson=lesson,
        preparation=words("Bring a map of your port."),
        previous_starts_at=earlier,
        previous_ends_at=earlier + 2 * HOUR,
        change_reason="The speaker is on a ship.",
    )
    make_holder(sitting, make_person(full_name="Kim Instructor"))
    make_holder(
        sitting,
        make_person(full_name="Tran Interpreter"),
        role="interpreter",
        language="vi",
        mode="simultaneous",
        channel="2",
    )
    make_sitting(run, lesson, starts_at=clock.now() + 50 * HOUR, slot_name="Americas")
    make_sitting(run, lesson, starts_at=clock.now() + 99 * HOUR, state="planned", slot_name="Plan")
    make_material(lesson, state="released", title=words("Slides of the day"))
    make_material(lesson, state="draft", title=words("Nobody's yet"))
    person, _enrolment = enrolled(run)
    page = main_of(signed_in_as(person).get(page_of(sitting)))
    for told in (
        "Starts in 3 h 12 min",
        "Bring a map of your port.",
        "The speaker is on a ship.",
        "Tue, 3 November 2026",
        "Kim Instructor",
        "Vietnamese · simultaneous · Channel 2",
        "Slides of the day",
        "whoever attends one has attended",
        "passcode-774",
        "+82-51-000",
        "(UTC+8) · Busan",
    ):
        assert told in page, told
    assert "Nobody&#39;s yet" not in page
    assert page.count('<dd><a href="/en/sessions/') == 1  # of the repeats the announced one


def test_of_other_slots_each_is_told_those_they_can_go_to(app, client, signed_in_as):
    run = make_run()
    lesson = make_held_lesson(run)
    seminar = make_sitting(run, lesson, is_public=True)
    public = make_sitting(run, lesson, is_public=True)
    of_run = make_sitting(run, lesson)
    plan = make_sitting(run, lesson, state="planned")
    holder = make_person()
    make_holder(seminar, holder)

    def told(browser):
        page = main_of(browser.get(page_of(seminar)))
        return {each.id for each in (public, of_run, plan) if f'"{page_of(each)}"' in page}

    assert told(client) == told(signed_in_as(holder)) == {public.id}
    assert told(signed_in_as(enrolled(run)[0])) == {public.id, of_run.id}
    assert told(signed_in_as(make_person("staff"))) == {public.id, of_run.id, plan.id}


def test_the_minutes_are_those_begun_and_never_negative():
    start = datetime(2026, 11, 4, 6, tzinfo=UTC)
    assert minutes_until(start, start - 10 * MINUTE) == 10
    assert minutes_until(start, start - 9.5 * MINUTE) == 10
    assert minutes_until(start, start) == 0
    assert minutes_until(start, start + HOUR) == 0


@pytest.mark.parametrize(
    ("delta", "is_open"), [(20 * MINUTE, False), (14 * MINUTE, True), (-HOUR, True)]
)
def test_the_button_waits_until_the_room_opens(app, signed_in_as, delta, is_open):
    run = make_run()
    sitting = sitting_in(delta, run)
    page = main_of(signed_in_as(enrolled(run)[0]).get(page_of(sitting)))
    (form,) = re.findall(r"<form class=\"enter\"[^>]*>", page)
    assert ("hidden" in form) is not is_open


@pytest.mark.parametrize(
    ("state", "words_of_it"),
    [("cancelled", "This session is cancelled"), ("postponed", "A new time is to follow")],
)
def test_what_is_called_off_says_why_and_has_no_way_in(app, signed_in_as, state, words_of_it):
    run = make_run()
    sitting = sitting_in(10 * MINUTE, run, state=state, change_reason="Typhoon")
    page = main_of(signed_in_as(enrolled(run)[0]).get(page_of(sitting)))
    assert words_of_it in page
    assert "Typhoon" in page
    assert "<s><time" in page
    assert "<form" not in page


def test_content_is_told_in_a_language_of_the_readers_city(app, signed_in_as):
    run = make_run()
    sitting = sitting_in(
        HOUR, run, preparation=TextInLanguages("ja", {"ja": "読む", "vi": "Hãy đọc."})
    )
    person, _enrolment = enrolled(run)
    make_affiliation(person, make_city(training_languages=["vi"]))
    assert 'lang="vi"' in main_of(signed_in_as(person).get(page_of(sitting)))


# --- who sees what ---------------------------------------------------------------------


def test_what_lets_people_in_is_shown_to_those_concerned_alone(app, client, signed_in_as):
    run = make_run()
    sitting = sitting_in(10 * MINUTE, run, is_public=True)
    left = enrolled(run, state="withdrawn")[0]
    for browser in (client, signed_in_as(make_person()), signed_in_as(left)):
        answer = browser.get(page_of(sitting))
        assert answer.status_code == 200
        assert not [secret for secret in SECRETS if secret in answer.text]
        assert "Register as a guest" in answer.text
    holder = make_person()
    make_holder(sitting, holder, role="interpreter")
    for person in (enrolled(run)[0], holder, make_person("staff")):
        page = signed_in_as(person).get(page_of(sitting)).text
        assert "passcode-774" in page
        assert "+82-51-000" in page
        # The address is led to, not shown: an entry must be noted.
        assert "meet.example" not in page
        assert "ACD347" not in page


def test_a_session_of_others_is_not_there_and_visitors_are_asked_to_sign_in(
    app, client, signed_in_as
):
    sitting = sitting_in(HOUR)
    assert signed_in_as(make_person()).get(page_of(sitting)).status_code == 404
    for address in (page_of(sitting), "/en/sessions/2000000000"):
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer.location.endswith(f"/en/sign-in?next={address}")


def test_a_plan_is_seen_by_those_who_manage_the_run_alone(app, signed_in_as):
    run = make_run()
    sitting = sitting_in(HOUR, run, state="planned")
    assert signed_in_as(enrolled(run)[0]).get(page_of(sitting)).status_code == 404
    assert signed_in_as(make_person("staff")).get(page_of(sitting)).status_code == 200


def test_materials_are_handed_to_those_concerned(app, client, signed_in_as):
    run = make_run()
    sitting = sitting_in(HOUR, run, is_public=True)
    lesson = db.session.get_one(Lesson, sitting.lesson_id)
    ours = make_material(lesson, state="released")
    draft = make_material(lesson, state="draft")
    others = make_material(make_held_lesson(run), state="released")
    interpreter = make_person()
    make_holder(sitting, interpreter, role="interpreter")

    def status(browser, material):
        place = f"/media/sessions/{sitting.id}/materials/{material.id}/full"
        return browser.get(place).status_code

    for person in (enrolled(run)[0], interpreter):
        assert status(signed_in_as(person), ours) == 200
        assert status(signed_in_as(person), draft) == 404
        assert status(signed_in_as(person), others) == 404
    assert status(signed_in_as(make_person()), ours) == 404
    assert status(client, ours) == 302


# --- after -----------------------------------------------------------------------------


def test_after_it_tells_what_somebody_attended_and_missed(app, signed_in_as):
    run = make_run()
    begin = datetime(2026, 11, 4, 6, tzinfo=UTC)
    sitting = make_sitting(run, starts_at=begin, state="attendance_provisional", breaks=[[50, 60]])
    person, enrolment = enrolled(run)
    for first, last in ((0, 30), (45, 100)):
        save(
            Presence(
                sitting_id=sitting.id,
                enrolment_id=enrolment.id,
                source="link",
                device="a",
                joined_at=begin + first * MINUTE,
                left_at=begin + last * MINUTE,
            )
        )
    save(
        Attendance(
            sitting_id=sitting.id,
            enrolment_id=enrolment.id,
            status="partial",
            left_early=True,
            present_seconds=75 * 60,
            credited_minutes=70,
            decided_at=begin,
        )
    )
    page = main_of(signed_in_as(person).get(page_of(sitting)))
    for told in (
        "Present in part",
        "left early",
        "75 of 110 minutes",
        "1.1 of 2 hours",
        "provisional",
    ):
        assert told in page, told
    # In Ulaanbaatar it began at 14:00: away from 14:30 to 14:45 and from 15:40 to the end.
    assert re.findall(r"14:30–14:45|15:40–16:00", page) == ["14:30–14:45", "15:40–16:00"]
    assert "Evaluate this session" in page
    assert "Enter the room" not in page
    save(EvaluationTurn(sitting_id=sitting.id, enrolment_id=enrolment.id))
    assert "You have evaluated" in main_of(signed_in_as(person).get(page_of(sitting)))


def test_until_it_is_counted_the_page_says_so(app, signed_in_as):
    run = make_run()
    sitting = sitting_in(-3 * HOUR, run)
    page = main_of(signed_in_as(enrolled(run)[0]).get(page_of(sitting)))
    assert "is being counted" in page
    assert "What you missed" in page


def test_breaks_and_moments_are_never_missed():
    class Held:
        starts_at = datetime(2026, 11, 4, 6, tzinfo=UTC)
        ends_at = starts_at + 2 * HOUR
        breaks = ((50, 60),)

    def at(minutes):
        return Held.starts_at + timedelta(minutes=minutes)

    assert time_missed(Held, []) == [(at(0), at(50)), (at(60), at(120))]
    assert time_missed(Held, [(at(-15), at(49.5)), (at(60.5), at(130))]) == []
    assert time_missed(Held, [(at(10), at(40)), (at(20), at(110))]) == [
        (at(0), at(10)),
        (at(110), at(120)),
    ]


# --- what it costs ---------------------------------------------------------------------


@pytest.mark.parametrize("delta", [HOUR, -HOUR, -5 * HOUR])
def test_the_page_takes_eight_statements_however_much_there_is(
    app, signed_in_as, count_statements, delta
):
    run = make_run()
    lesson = make_held_lesson(run)
    sitting = sitting_in(delta, run, lesson=lesson)
    person, enrolment = enrolled(run)
    browser, address = signed_in_as(person), page_of(sitting)

    def cost():
        with count_statements() as statements:
            assert browser.get(address).status_code == 200
        return len(statements)

    cost()
    few = cost()
    for number in range(5):
        make_holder(sitting, make_person())
        make_material(lesson, state="released", position=number + 1)
        make_sitting(run, lesson, starts_at=clock.now() + number * HOUR)
        save(
            Presence(
                sitting_id=sitting.id,
                enrolment_id=enrolment.id,
                source="link",
                device=f"tab-{number}",
                joined_at=sitting.starts_at,
                left_at=sitting.starts_at + HOUR,
            )
        )
    assert cost() == few <= 8

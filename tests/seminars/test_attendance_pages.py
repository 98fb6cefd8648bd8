"""Attendance on pages: the roll on a telephone, one person's verdict, corrections, outages."""

import gzip
import re
import zipfile
from datetime import UTC, date, datetime, timedelta
from html import unescape
from io import BytesIO

import pytest
import python_calamine
import time_machine
from pypdf import PdfReader
from sqlalchemy import insert, select

from lms.accounts.models import Person
from lms.core import clock
from lms.core.access_log import AccessEntry
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.models import RunInstructor
from lms.organisations.models import FocalPoint
from lms.organisations.services import name_focal_point
from lms.progress.models import EnrolmentProgress
from lms.seminars.models import Attendance, AttendanceCorrection, OutageCertificate
from lms.seminars.services import attendance as services
from tests.factories import save, words
from tests.factories.accounts import make_person
from tests.factories.certificates import make_foundation
from tests.factories.enrolment import make_enrolment, make_run
from tests.factories.organisations import make_affiliation, make_city
from tests.factories.progress import join
from tests.factories.seminars import (
    make_attendance,
    make_held_lesson,
    make_presence,
    make_sitting,
)
from tests.forms import token_on

# A Wednesday, 14:00 to 16:00 in Busan.
START = datetime(2026, 11, 4, 5, tzinfo=UTC)
END = START + timedelta(hours=2)


@pytest.fixture(autouse=True)
def moment():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def run(app):
    make_foundation()
    return make_run()


@pytest.fixture
def sitting(run):
    return make_sitting(run, make_held_lesson(run), starts_at=START, ends_at=END)


@pytest.fixture
def bat(run):
    return join(run, make_person(full_name="Bat")).enrolment


@pytest.fixture
def instructor(run):
    person = make_person("instructor", full_name="Kim")
    save(RunInstructor(run_id=run.id, person_id=person.id))
    return person


@pytest.fixture
def teacher(instructor, signed_in_as):
    return signed_in_as(instructor)


@pytest.fixture
def staff(app, signed_in_as):
    return signed_in_as(make_person("staff", full_name="Park", time_zone="Asia/Seoul"))


def page_of(sitting) -> str:
    return f"/en/manage/sessions/{sitting.id}/attendance"


def text_of(answer, status: int = 200) -> str:
    assert answer.status_code == status
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def ticked(answer) -> set[str]:
    boxes = re.findall(r'<input class="choice-control"[^>]*name="ticked"[^>]*>', answer.text)
    return {re.search(r'value="(\d+)"', box)[1] for box in boxes if " checked" in box}


def send(browser, address: str, page: str, **data):
    return browser.post(address, data={**data, "csrf_token": token_on(browser, page)})


def held(sitting, state="attendance_provisional"):
    with unit_of_work():
        services.close(sitting, END + timedelta(minutes=5))
    db.session.refresh(sitting)
    if state == "attendance_final":
        with unit_of_work():
            services.make_final(sitting, actor=None, now=sitting.final_due_at)


def verdict(enrolment) -> Attendance:
    db.session.expire_all()
    wanted = select(Attendance).where(Attendance.enrolment_id == enrolment.id)
    return db.session.scalars(wanted).one()


# --- the roll --------------------------------------------------------------------------


def test_while_it_runs_the_roll_shows_who_was_seen_and_takes_ticks(
    sitting, bat, run, teacher, moment
):
    other = join(run, make_person(full_name="Ana")).enrolment
    make_presence(sitting, bat, device="a")
    make_presence(sitting, bat, device="b")
    moment.move_to(START + timedelta(minutes=10))
    page = teacher.get(page_of(sitting))
    text = text_of(page)
    assert text.index("Ana") < text.index("Bat")
    assert "Seen" in text
    assert "link, 2 devices" in text
    assert "Not seen yet" in text
    assert ticked(page) == set()
    answer = send(
        teacher, page_of(sitting), page_of(sitting), ticked=[other.id], reason="Signed the sheet"
    )
    assert answer.status_code == 303
    page = teacher.get(page_of(sitting))
    assert ticked(page) == {str(other.id)}
    assert "ticked · Signed the sheet" in text_of(page)


def test_after_it_the_roll_shows_verdicts_with_their_evidence(sitting, bat, staff):
    make_presence(sitting, bat, START + timedelta(minutes=12), END)
    held(sitting)
    text = text_of(staff.get(page_of(sitting)))
    assert "Present, came late" in text
    assert "108 of 120 minutes · 2 of 2 hours" in text
    assert "Attendance is provisional" in text
    assert "Import a report" in text


def test_a_refused_tick_keeps_what_was_entered(sitting, bat, teacher):
    held(sitting)
    page = page_of(sitting)
    answer = send(teacher, page, page, ticked=[bat.id], first="14:30", before="")
    assert "Say why you tick it by hand" in text_of(answer, 422)
    assert ticked(answer) == {str(bat.id)}
    assert 'value="14:30"' in answer.text
    assert verdict(bat).status == "absent"
    answer = send(teacher, page, page, ticked=[bat.id], reason="Late bus", first="25:99", before="")
    assert answer.status_code == 422
    answer = send(teacher, page, page, ticked=[999_999], reason="Late bus", before="")
    assert answer.status_code == 422


def test_a_part_is_entered_on_the_readers_clock(sitting, bat, teacher, staff):
    held(sitting)
    page = page_of(sitting)
    # In Ulaanbaatar it begins at 13:00.
    answer = send(teacher, page, page, ticked=[bat.id], first="14:00", before="", reason="Bus")
    assert answer.status_code == 303
    assert (verdict(bat).status, verdict(bat).credited_minutes) == ("partial", 60)


def test_what_somebody_else_ticked_meanwhile_stays(sitting, bat, run, teacher, staff):
    other = join(run, make_person(full_name="Ana")).enrolment
    held(sitting)
    page = page_of(sitting)
    assert send(staff, page, page, ticked=[other.id], before="", reason="Seen").status_code == 303
    # The teacher's page is older: on it nobody was ticked.
    assert send(teacher, page, page, ticked=[bat.id], before="", reason="Seen").status_code == 303
    assert {verdict(bat).status, verdict(other).status} == {"present"}
    both = f"{bat.id} {other.id}"
    assert send(teacher, page, page, ticked=[bat.id], before=both).status_code == 303
    assert (verdict(bat).status, verdict(other).status) == ("present", "absent")


def test_once_final_nothing_is_ticked_and_late_evidence_is_told(sitting, bat, teacher):
    held(sitting, "attendance_final")
    make_presence(sitting, bat, source="report")
    page = teacher.get(page_of(sitting))
    assert 'name="ticked"' not in page.text
    assert "By what is known now: Present, 2 of 2 hours. Propose a correction." in text_of(page)
    answer = teacher.post(
        page_of(sitting),
        data={"ticked": bat.id, "reason": "Seen", "before": "", "csrf_token": _token(teacher)},
    )
    assert "Propose a correction instead" in text_of(answer, 409)


def _token(browser) -> str:
    return token_on(browser, "/en/account")


@pytest.mark.parametrize("people", [25, 200])
def test_the_roll_costs_eight_statements_at_most(sitting, run, teacher, people, count_statements):
    for _number in range(people):
        enrolment = join(run, make_person()).enrolment
        make_presence(sitting, enrolment)
    held(sitting)
    page = page_of(sitting)
    teacher.get(page)
    with count_statements() as statements:
        answer = teacher.get(page)
    assert answer.text.count('name="ticked"') == people
    assert len(statements) <= 8


def test_looking_at_the_roll_is_noted(sitting, bat, teacher, instructor):
    teacher.get(page_of(sitting))
    entry = db.session.scalars(select(AccessEntry)).one()
    assert (entry.actor_id, entry.action) == (instructor.id, "seminars_manage.list_attendance")


def test_staff_make_it_final_once_it_is_due(sitting, bat, signed_in_as, run_jobs, moment):
    staff = signed_in_as(make_person("staff"))
    make_presence(sitting, bat)
    held(sitting)
    page = page_of(sitting)
    assert "Make it final now" not in staff.get(page).text
    final = f"{page}/final"
    send(staff, final, page)
    assert "People may still object" in text_of(staff.get(page))
    moment.move_to(sitting.final_due_at)
    staff = signed_in_as(make_person("staff"))
    assert "Make it final now" in staff.get(page).text
    send(staff, final, page)
    run_jobs()
    assert db.session.get_one(EnrolmentProgress, bat.id).earned_minutes == 120
    assert "Attendance is final" in text_of(staff.get(page))


# --- one person ------------------------------------------------------------------------


def test_an_excuse_is_given_and_taken_back_by_staff(sitting, bat, staff, teacher):
    held(sitting)
    page = f"/en/manage/attendance/{verdict(bat).id}"
    assert "Say what excuses them" not in text_of(teacher.get(page))
    assert "Excuse" not in teacher.get(page).text.split("How it counts")[1].split("Evidence")[0]
    answer = send(staff, f"{page}/excuse", page, **{"excuse-reason": " "})
    assert "Fill in this field" in text_of(answer, 422)
    assert send(staff, f"{page}/excuse", page, **{"excuse-reason": "Summoned"}).status_code == 303
    text = text_of(staff.get(page))
    assert "0 of 2 hours attended, the rest excused" in text
    assert "Summoned" in text
    assert send(staff, f"{page}/withdraw-excuse", page).status_code == 303
    assert verdict(bat).status == "absent"


def test_an_instructor_proposes_and_staff_approve(sitting, bat, teacher, staff, signed_in_as):
    held(sitting, "attendance_final")
    page = f"/en/manage/attendance/{verdict(bat).id}"
    data = {"correction-status": "partial", "correction-minutes": "90"}
    answer = send(teacher, f"{page}/correction", page, **data)
    assert "Fill in this field" in text_of(answer, 422)
    assert 'value="90"' in answer.text
    data["correction-reason"] = "The report came late"
    assert send(teacher, f"{page}/correction", page, **data).status_code == 303
    assert "Somebody of the staff decides" in text_of(teacher.get(page))
    assert "Correction waits" in text_of(teacher.get(page_of(sitting)))
    correction = db.session.scalars(select(AttendanceCorrection)).one()
    waiting = text_of(staff.get("/en/manage/corrections"))
    assert "Bat" in waiting
    assert "The report came late" in waiting
    decide = f"/en/manage/corrections/{correction.id}/decide"
    assert send(teacher, decide, page, decision="approve").status_code == 403
    assert send(staff, decide, page, decision="approve").status_code == 303
    assert (verdict(bat).status, verdict(bat).credited_minutes) == ("partial", 90)
    text = text_of(staff.get(page))
    assert "Correction approved" in text
    assert "Kim" in text
    assert "Park" in text
    assert "No correction waits" in text_of(staff.get("/en/manage/corrections"))


def test_nobody_of_the_staff_decides_their_own_proposal(sitting, bat, staff):
    held(sitting, "attendance_final")
    page = f"/en/manage/attendance/{verdict(bat).id}"
    data = {"correction-status": "present", "correction-reason": "Was there"}
    send(staff, f"{page}/correction", page, **data)
    assert "Approve" not in staff.get(page).text
    correction = db.session.scalars(select(AttendanceCorrection)).one()
    send(staff, f"/en/manage/corrections/{correction.id}/decide", page, decision="approve")
    assert "somebody else has to decide" in text_of(staff.get(page))
    assert verdict(bat).status == "absent"


def test_one_verdict_costs_eight_statements_at_most(sitting, bat, teacher, count_statements):
    for _number in range(12):
        make_presence(sitting, bat)
    held(sitting, "attendance_final")
    page = f"/en/manage/attendance/{verdict(bat).id}"
    teacher.get(page)
    with count_statements() as statements:
        assert "120 of 120 minutes" in text_of(teacher.get(page))
    assert len(statements) <= 8


# --- outages ---------------------------------------------------------------------------


@pytest.fixture
def guayaquil(app):
    return make_city(name=words("Guayaquil"), slug="guayaquil")


@pytest.fixture
def focal_point(guayaquil, bat):
    """Speak for Bat's city."""
    make_affiliation(db.session.get_one(Person, bat.person_id), guayaquil)
    return speaker_for(guayaquil)


def speaker_for(city) -> Person:
    person = make_person(full_name="Ana")
    now = clock.now()
    with unit_of_work():
        name_focal_point(person, city, valid_from=now.date(), actor_id=None, now=now)
    return person


def outages(sitting) -> str:
    return f"/en/sessions/{sitting.id}/outages"


def test_a_focal_point_certifies_an_outage_for_their_own_city(
    sitting, run, bat, focal_point, signed_in_as
):
    stranger = join(run, make_person(full_name="Somebody else")).enrolment
    held(sitting)
    browser = signed_in_as(focal_point)
    page = outages(sitting)
    text = text_of(browser.get(page))
    assert "Bat" in text
    assert "Somebody else" not in text
    own = verdict(bat).id
    answer = send(browser, page, page, attendance_id=own, reason="")
    assert "Fill in this field" in text_of(answer, 422)
    others = verdict(stranger).id
    answer = send(browser, page, page, attendance_id=others, reason="Power cut")
    assert answer.status_code == 404
    for hostile in ("", "0", "-1", "9" * 30, "x", str(2**31)):
        answer = send(browser, page, page, attendance_id=hostile, reason="Power cut")
        assert answer.status_code == 404
    answer = send(browser, page, page, attendance_id=own, reason="Power cut 14:00 to 16:00")
    assert answer.status_code == 303
    assert "Outage certified" in text_of(browser.get(page))
    certificate = db.session.scalars(select(OutageCertificate)).one()
    assert certificate.certified_by_id == focal_point.id
    assert certificate.enrolment_id == bat.id


def test_nobody_else_finds_the_page(sitting, bat, focal_point, signed_in_as, staff):
    browser = signed_in_as(focal_point)
    assert browser.get(outages(sitting)).status_code == 404, "not held yet"
    held(sitting)
    assert browser.get(outages(sitting)).status_code == 200
    elsewhere = signed_in_as(speaker_for(make_city(name=words("Dili"), slug="dili")))
    trainee = signed_in_as(db.session.get_one(Person, bat.person_id))
    for other in (elsewhere, trainee, staff):
        assert other.get(outages(sitting)).status_code == 404


def test_the_right_to_speak_for_a_city_ends_with_its_last_day(
    sitting, bat, guayaquil, focal_point, signed_in_as
):
    held(sitting)
    browser = signed_in_as(focal_point)
    right = db.session.scalars(select(FocalPoint)).one()
    right.valid_to = START.date() - timedelta(days=2)
    db.session.commit()
    assert browser.get(outages(sitting)).status_code == 404


# --- the sheet -------------------------------------------------------------------------


@pytest.fixture
def story(run, guayaquil):
    """Three people, four sessions: one repeated, one provisional, a tech check without hours."""
    people = {
        name: join(run, make_person(full_name=name)).enrolment
        for name in ("Ana", "=HYPERLINK(1)", "Чимэг")
    }
    ana, formula, chimeg = people.values()
    make_affiliation(
        db.session.get_one(Person, ana.person_id), guayaquil, organisation="Port authority"
    )
    lesson, second = make_held_lesson(run), make_held_lesson(run, recognised_minutes=110)
    days = [START + timedelta(days=number) for number in range(5)]
    made = [
        make_sitting(
            run,
            of,
            starts_at=day,
            ends_at=day + timedelta(hours=2),
            state=state,
            slot_name=slot,
        )
        for of, day, state, slot in (
            (lesson, days[0], "attendance_final", "Asia"),
            (lesson, days[1], "attendance_final", "Americas"),
            (second, days[2], "attendance_provisional", ""),
        )
    ]
    tech = make_sitting(
        run,
        lesson,
        lesson_id=None,
        title=words("Tech check"),
        starts_at=days[3],
        ends_at=days[3] + timedelta(hours=1),
        state="attendance_final",
    )
    make_sitting(run, make_held_lesson(run), starts_at=days[4])
    asia, americas, last = made

    def was(sitting, enrolment, status, minutes=0, **values):
        make_attendance(sitting, enrolment, status=status, credited_minutes=minutes, **values)

    was(asia, ana, "present", 120, evidence="link report")
    was(americas, ana, "absent")
    was(last, ana, "present", 110, is_late=True, evidence="link")
    was(tech, ana, "present")
    was(asia, formula, "absent")
    was(americas, formula, "partial", 90)
    was(last, formula, "excused", 50, evidence="code")
    was(asia, chimeg, "absent")
    was(americas, chimeg, "made_up", 60, evidence="catch_up")
    was(last, chimeg, "absent")
    return people


def sheet_of(run) -> str:
    return f"/en/manage/runs/{run.id}/attendance"


def test_the_sheet_shows_marks_minutes_and_sums(run, story, teacher):
    text = text_of(teacher.get(sheet_of(run)))
    # Each lesson once: 120 + 110 minutes held, cut to a tenth of an hour.
    assert "Sessions held so far: 4, of which 3.8 hours are counted" in text
    assert "Ana Guayaquil Port authority O 120 – 0 late 110 O 0 3.8 0 0 100% link, report" in text
    assert "=HYPERLINK(1) – – X 0 △ 90 excused 50" in text
    assert "2.3 1 0 60.8% code" in text
    assert "Чимэг – – – 0 made up 60 X 0" in text
    assert "1 0 1 26% recording watched" in text
    assert text.count("provisional") == 1


def test_the_sheet_of_one_city_stays_that_in_the_file(run, story, staff):
    page = staff.get(f"{sheet_of(run)}?city=guayaquil")
    text = text_of(page)
    assert "1 trainee" in text
    assert "Чимэг" not in text
    export = f"{sheet_of(run)}/export?city=guayaquil"
    assert export in unescape(page.text)
    answer = send(staff, export, export, kind="xlsx", reason="Audit of the council")
    rows = rows_of(answer)
    assert rows[3][0] == "City: Guayaquil"
    assert [row[1] for row in rows[10:]] == ["Ana"]


def rows_of(answer):
    assert answer.status_code == 200
    book = python_calamine.load_workbook(BytesIO(answer.data))
    return book.get_sheet_by_index(0).to_python(skip_empty_area=False)


def test_the_workbook_has_dates_numbers_and_no_formula(run, story, staff, count_statements):
    export = f"{sheet_of(run)}/export"
    answer = send(staff, export, export, kind="xlsx", reason="Audit of the council")
    assert answer.headers["Cache-Control"] == "no-store"
    rows = rows_of(answer)
    assert rows[0][0] == "Attendance sheet"
    assert "Run 1" in rows[1][0]
    assert rows[2][0] == "As of Wed, 4 November 2026"
    assert rows[4][0] == "Made by Park"
    session, day, hours, heads, formula, ana, chimeg = rows[6:13]
    assert session[3:6] == ["Session", session[4], session[4]]
    assert day[4] == day[5] == date(2026, 11, 4)
    assert hours[4] == 2.0
    assert hours[8] == 1.8
    assert heads[:6] == ["No.", "Name", "City", "Organisation", "Mark", "Minutes"]
    assert heads[8] == "Mark (provisional)"
    assert ana[:4] == [2.0, "Ana", "Guayaquil", "Port authority"]
    assert ana[4:10] == ["O", 120.0, "–", 0.0, "late", 110.0]
    assert formula[1] == "=HYPERLINK(1)"
    assert formula[-5:] == [2.3, 1.0, 0.0, 60.8, "code"]
    assert chimeg[1] == "Чимэг"
    with zipfile.ZipFile(BytesIO(answer.data)) as parts:
        xml = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml
    assert "mergeCell" not in xml
    entry = db.session.scalars(select(AccessEntry).order_by(AccessEntry.id.desc())).first()
    assert (entry.action, entry.reason, entry.count) == (
        "seminars_manage.export_sheet",
        "Audit of the council",
        3,
    )


def test_the_document_says_the_same_and_repeats_its_heads(run, staff):
    lesson = make_held_lesson(run)
    for number in range(14):
        day = START + timedelta(days=number)
        make_sitting(
            run, lesson, starts_at=day, ends_at=day + timedelta(hours=2), state="attendance_final"
        )
    for number in range(60):
        join(run, make_person(full_name=f"Person of the run {number}"))
    export = f"{sheet_of(run)}/export"
    answer = send(staff, export, export, kind="pdf", reason="To be signed")
    assert answer.mimetype == "application/pdf"
    pages = PdfReader(BytesIO(answer.data)).pages
    assert (pages[0].mediabox.width, pages[0].mediabox.height) == (
        pytest.approx(841.9, abs=0.1),
        pytest.approx(595.3, abs=0.1),
    )
    texts = [page.extract_text() for page in pages]
    assert len(pages) > 3
    assert all("Organisation" in text for text in texts[:-1])
    assert "Person of the run 59" in "".join(texts)
    assert "Made by Park" in texts[0]
    assert "Attendance rate in percent" in texts[-1] + texts[-2]


def test_without_a_reason_nothing_leaves(run, story, teacher):
    export = f"{sheet_of(run)}/export"
    answer = send(teacher, export, export, kind="pdf", reason="Audit")
    assert "Give a reason of at least 10 characters" in text_of(answer, 422)
    answer = send(teacher, export, export, kind="exe", reason="Audit of the council")
    assert answer.status_code == 422


@pytest.mark.parametrize("people, sessions", [(25, 20), (200, 40)])
def test_the_sheet_costs_eight_statements_at_most(run, teacher, people, sessions, count_statements):
    enrolments = [make_enrolment(run, make_person()) for _number in range(people)]
    for number in range(sessions):
        day = START + timedelta(days=number)
        sitting = make_sitting(
            run,
            make_held_lesson(run, recognised_minutes=60),
            starts_at=day,
            ends_at=day + timedelta(hours=1),
            state="attendance_final",
        )
        rows = [
            {
                "sitting_id": sitting.id,
                "enrolment_id": enrolment.id,
                "status": "present",
                "is_late": False,
                "left_early": False,
                "present_seconds": 3600,
                "credited_minutes": 60,
                "evidence": "link",
                "reason": "",
                "decided_at": day,
            }
            for enrolment in enrolments
        ]
        db.session.execute(insert(Attendance), rows)
    db.session.commit()
    page = sheet_of(run)
    teacher.get(page)
    with count_statements() as statements:
        answer = teacher.get(page)
    assert answer.text.count("mark-present") == people * sessions
    assert len(statements) <= 8
    assert len(gzip.compress(answer.data, 6)) < 80_000

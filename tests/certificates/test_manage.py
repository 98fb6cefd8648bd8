"""The record of one enrolment, and what staff do with its certificates."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lms.certificates.models import Certificate
from lms.core import clock
from lms.core.access_log import AccessEntry
from lms.core.audit import history_of, record_change
from lms.core.db import db
from lms.courses.queries import course_by_code
from lms.enrolment.models import Enrolment, RunInstructor
from lms.progress.models import EnrolmentProgress, LessonProgress
from tests.factories import save, words
from tests.factories.accounts import make_person
from tests.factories.certificates import make_certificate, make_completion, make_foundation
from tests.factories.courses import make_course
from tests.factories.enrolment import make_enrolment, make_run
from tests.factories.lessons import make_lesson
from tests.factories.organisations import make_affiliation, make_city


def page(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.text).split())


def token(browser, address):
    """Return the form token of a page, as a browser sends it back."""
    return re.search(r'csrf_token" [^>]*value="([^"]+)"', browser.get(address).text)[1]


def a_story():
    """Return an enrolment with everything a record can hold, and its instructor."""
    course = make_course(title=words("Ports"))
    module = course_by_code(course.code).modules[0]
    lessons = [make_lesson(module, title=words(f"Session {n}")) for n in (1, 2)]
    run = make_run(course, cohort_no=4)
    instructor = make_person("instructor")
    save(RunInstructor(run_id=run.id, person_id=instructor.id))
    person = make_person(
        full_name="BATBAYAR ENKHTUYA", name_in_own_script="Энхтуяа", email="b@example.org"
    )
    make_affiliation(person, make_city(name=words("Ulaanbaatar")), organisation="Port authority")
    event = make_completion(run, person)
    save(
        LessonProgress(
            enrolment_id=event.enrolment_id,
            lesson_id=lessons[0].id,
            intervals=[[0, 95]],
            watched_seconds=95,
            tries=3,
            answered_at=clock.now(),
            completed_at=clock.now(),
            updated_at=clock.now(),
        )
    )
    save(
        EnrolmentProgress(
            enrolment_id=event.enrolment_id,
            run_id=run.id,
            earned_minutes=48,
            required_minutes=60,
            lessons_done=1,
            lessons_total=2,
        )
    )
    record_change(
        "enrolment", event.enrolment_id, old="", new="enrolled", actor_id=person.id, now=clock.now()
    )
    record_change(
        "enrolment",
        event.enrolment_id,
        old="enrolled",
        new="completed",
        actor_id=None,
        reason="",
        now=clock.now(),
    )
    db.session.commit()
    return event, instructor


def test_the_record_tells_the_whole_story(signed_in_as):
    event, _ = a_story()

    text = page(
        signed_in_as(make_person("staff")).get(f"/en/manage/enrolments/{event.enrolment_id}")
    )

    for told in (
        "BATBAYAR ENKHTUYA", "Энхтуяа", "b@example.org", "Ulaanbaatar", "Port authority",
        "Ports, cohort 4", "Session 1", "Session 2", "95%", "Right after 3 tries", "Not answered",
        "0.8 hours of 1 hour", "1 of 2 sessions", "80%", "2026-1", "by the rule, automatically",
        "Enrolled", "Completed",
    ):  # fmt: skip
        assert told in text, told
    assert "None. A certificate is issued automatically" in text


def test_who_has_no_affiliation_progress_or_certificate_has_a_record_too(signed_in_as):
    enrolment = make_enrolment(make_run(), make_person(full_name="SUHARTO"))

    response = signed_in_as(make_person("staff")).get(f"/en/manage/enrolments/{enrolment.id}")

    assert response.status_code == 200
    assert "Not decided yet" in response.text
    assert "no sessions yet" in response.text


@pytest.fixture
def people():
    event, instructor = a_story()
    other_instructor = make_person("instructor")
    save(RunInstructor(run_id=make_run().id, person_id=other_instructor.id))
    return event, {
        "staff": (make_person("staff"), 200),
        "admin": (make_person("admin"), 200),
        "instructor of the run": (instructor, 200),
        "instructor of another run": (other_instructor, 404),
        "instructor of no run": (make_person("instructor"), 404),
        "trainee": (make_person(), 403),
    }


def test_a_record_is_for_staff_and_the_runs_instructors(app, client, signed_in_as, people):
    event, readers = people
    address = f"/en/manage/enrolments/{event.enrolment_id}"

    found = {
        name: signed_in_as(person).get(address).status_code for name, (person, _) in readers.items()
    }

    assert found == {name: status for name, (_, status) in readers.items()}
    assert client.get(address).status_code == 302
    assert signed_in_as(readers["staff"][0]).get("/en/manage/enrolments/999999").status_code == 404


def test_each_look_at_a_record_is_kept(signed_in_as, people):
    event, readers = people
    for person, _ in readers.values():
        signed_in_as(person).get(f"/en/manage/enrolments/{event.enrolment_id}")

    entries = db.session.scalars(select(AccessEntry)).all()

    assert [entry.actor_id for entry in entries] == [
        readers[name][0].id for name in ("staff", "admin", "instructor of the run")
    ]
    assert {(e.action, e.subject, e.count, e.address) for e in entries} == {
        ("certificates.show_record", f"enrolment {event.enrolment_id}", 1, "127.0.0.1")
    }


def test_an_instructor_reads_without_address_and_without_buttons(signed_in_as, people):
    event, readers = people
    certificate = make_certificate(event_enrolment(event))
    browser = signed_in_as(readers["instructor of the run"][0])

    response = browser.get(f"/en/manage/enrolments/{event.enrolment_id}")

    assert certificate.number in response.text
    assert "b@example.org" not in response.text
    assert f"/certificates/{certificate.id}" not in response.text
    for act in ("revoke", "reissue"):
        assert browser.get(f"/en/manage/certificates/{certificate.id}/{act}").status_code == 403


def event_enrolment(event):
    return db.session.get_one(Enrolment, event.enrolment_id)


def test_a_longer_story_takes_no_more_statements(signed_in_as, count_statements):
    event, _ = a_story()
    browser = signed_in_as(make_person("staff"))
    address = f"/en/manage/enrolments/{event.enrolment_id}"
    browser.get(address)
    with count_statements() as few:
        browser.get(address)
    enrolment = event_enrolment(event)
    for _number in range(4):
        make_certificate(enrolment, state="reissued")
    with count_statements() as many:
        browser.get(address)

    assert len(few) == len(many) <= 8


# --- acts ------------------------------------------------------------------------------


@pytest.fixture
def desk(signed_in_as):
    """A member of staff, their browser, a certificate, and a way to send a form about it."""
    make_foundation()
    event, _ = a_story()
    certificate = make_certificate(event_enrolment(event), holder_name="BATBAYAR ENKHTUYA")
    staff = make_person("staff", full_name="PARK DAMDANG")
    return Desk(staff, signed_in_as(staff), certificate.id, certificate.number, event.enrolment_id)


class Desk:
    def __init__(self, staff, browser, certificate_id, number, enrolment_id):
        self.staff, self.browser, self.number = staff, browser, number
        self.certificate_id, self.enrolment_id = certificate_id, enrolment_id
        self.record = f"/en/manage/enrolments/{enrolment_id}"

    def send(self, act, certificate_id=None, **entered):
        fields = {f"{act}-{name}": value for name, value in entered.items()}
        fields[f"{act}-csrf_token"] = token(self.browser, self.record)
        return self.post(act, fields, certificate_id)

    def post(self, act, fields, certificate_id=None):
        address = f"/en/manage/certificates/{certificate_id or self.certificate_id}/{act}"
        return self.browser.post(address, data=fields)

    @property
    def certificate(self):
        return db.session.get_one(Certificate, self.certificate_id)


CORRECTION = {
    "holder_name": "BATBAYAR ENKHTUYAA",
    "holder_name_in_own_script": "Энхтуяа",
    "languages": "en",
    "reason": "Two letters were missing",
}


def test_revoking_takes_the_number_and_a_reason(desk):
    refused = desk.send("revoke", reason="Wrong person", confirmation="yes")
    assert refused.status_code == 422
    assert "Type the number of the certificate" in refused.text
    assert "Wrong person" in refused.text, "what was typed is still there"
    assert desk.certificate.state == "issued"
    assert desk.send("revoke", reason=" ", confirmation=desk.number).status_code == 422

    done = desk.send("revoke", reason="Wrong person", confirmation=f" {desk.number.lower()} ")

    assert (done.status_code, done.location) == (303, desk.record)
    assert desk.certificate.state == "revoked"
    text = page(desk.browser.get(desk.record))
    assert f"Certificate {desk.number} is revoked" in text
    assert "Wrong person" in text
    assert "PARK DAMDANG" in text
    assert "Reissue the certificate" not in text, "nothing stands any more"


def test_reissuing_puts_a_corrected_one_in_the_place(desk):
    started_from = desk.browser.get(desk.record).text
    assert 'value="BATBAYAR ENKHTUYA"' in started_from

    done = desk.send("reissue", **CORRECTION)

    assert (done.status_code, done.location) == (303, desk.record)
    new = db.session.scalars(
        select(Certificate).where(Certificate.supersedes_id == desk.certificate_id)
    ).one()
    assert (new.holder_name, new.state) == ("BATBAYAR ENKHTUYAA", "queued")
    assert desk.certificate.state == "reissued"
    (change,) = history_of(("certificate", new.id))
    assert (change.actor_id, change.reason) == (desk.staff.id, "Two letters were missing")
    text = page(desk.browser.get(desk.record))
    assert f"Reissued as certificate {new.number}" in text
    assert "PDF is being made" in text


@pytest.mark.parametrize("missing", ["holder_name", "languages", "reason"])
def test_a_correction_that_lacks_something_comes_back(desk, missing):
    response = desk.send("reissue", **{**CORRECTION, missing: ""})

    assert response.status_code == 422
    assert "There is a problem" in response.text
    assert "<title>Error:" in response.text
    assert desk.certificate.state == "issued"
    other = next(name for name in ("holder_name", "reason") if name != missing)
    assert CORRECTION[other] in response.text


@pytest.mark.parametrize("act", ["revoke", "reissue"])
def test_what_a_colleague_has_done_meanwhile_is_not_done_over(desk, signed_in_as, act):
    colleague = signed_in_as(make_person("staff"))
    stale = token(colleague, desk.record)
    desk.send("revoke", reason="First", confirmation=desk.number)
    entered = {"reason": "Second", "confirmation": desk.number, **CORRECTION}

    second = colleague.post(
        f"/en/manage/certificates/{desk.certificate_id}/{act}",
        data={f"{act}-csrf_token": stale, **{f"{act}-{k}": v for k, v in entered.items()}},
    )

    assert second.status_code == 409
    assert "in the meantime" in second.text
    assert desk.certificate.closing_reason == "First"
    assert db.session.scalar(select(func.count(Certificate.id))) == 1


def test_fields_nobody_asked_for_change_nothing(desk):
    desk.send(
        "reissue",
        **CORRECTION,
        recognised_minutes="99999",
        is_sample="1",
        state="issued",
        enrolment_id="1",
        number="BGCF-1",
        course_title="Other",
    )

    new = db.session.scalars(
        select(Certificate).where(Certificate.supersedes_id == desk.certificate_id)
    ).one()
    assert (new.recognised_minutes, new.is_sample, new.state) == (60, False, "queued")
    assert new.enrolment_id == desk.enrolment_id


@pytest.mark.parametrize("act", ["revoke", "reissue"])
def test_the_acts_are_for_staff_with_a_form_of_their_own(app, client, desk, signed_in_as, act):
    address = f"/en/manage/certificates/{desk.certificate_id}/{act}"
    assert desk.post(act, {}).status_code == 400, "no token"
    others_token = token(signed_in_as(make_person("staff")), desk.record)
    assert desk.post(act, {f"{act}-csrf_token": others_token}).status_code == 400
    assert client.post(address).status_code in {302, 400}
    assert signed_in_as(make_person()).get(address).status_code == 403
    back = desk.browser.get(address)
    assert (back.status_code, back.location) == (303, desk.record)
    assert desk.certificate.state == "issued"


@pytest.mark.parametrize(
    "name",
    ['"><svg onload=alert(1)>', "=HYPERLINK(1)", "{{7*7}}", "ÀÖ \u202eEVIL\u200b", "X" * 200],
)
def test_hostile_letters_in_a_correction_stay_letters(desk, name):
    response = desk.send("reissue", **{**CORRECTION, "holder_name": name, "reason": name})

    assert response.status_code == 303
    shown = desk.browser.get(desk.record).text
    assert "<svg onload" not in shown
    new = db.session.scalars(
        select(Certificate).where(Certificate.supersedes_id == desk.certificate_id)
    ).one()
    assert "\u202e" not in new.holder_name
    assert "\u200b" not in new.holder_name


def test_a_name_that_is_too_long_is_refused(desk):
    response = desk.send("reissue", **{**CORRECTION, "holder_name": "X" * 201})

    assert response.status_code == 422
    assert "at most 200" in response.text


def test_staff_learn_that_a_pdf_does_not_come(desk):
    certificate = desk.certificate
    certificate.state = "queued"
    certificate.issued_at = clock.now() - timedelta(hours=1)
    db.session.commit()

    assert "could not be made so far" in desk.browser.get(desk.record).text

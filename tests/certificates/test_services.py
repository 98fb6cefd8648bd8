"""Issued once, frozen, drawn after the commit; revoked and reissued by staff with a reason."""

import hashlib
import io
from datetime import UTC, datetime, timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from lms.certificates import services, tasks
from lms.certificates.models import Certificate, CertificateState
from lms.core import clock
from lms.core.audit import history_of
from lms.core.db import db
from lms.core.errors import Conflict, Invalid
from lms.core.unit_of_work import unit_of_work
from lms.jobs.models import Job
from lms.media.storage import storage
from tests.factories import save
from tests.factories.accounts import make_person
from tests.factories.certificates import make_certificate, make_completion, make_foundation
from tests.factories.courses import make_course
from tests.factories.enrolment import make_run
from tests.factories.organisations import make_affiliation, make_city

AT = datetime(2026, 11, 24, 6, tzinfo=UTC)


def issue(event):
    with unit_of_work():
        certificate = services.issue_for_completion(event)
    return db.session.get_one(Certificate, certificate.id)


def jobs(kind):
    return db.session.scalar(select(func.count()).where(Job.kind == kind, Job.state == "queued"))


def pdf_text(certificate):
    size = storage().size(certificate.pdf_key)
    pdf = b"".join(storage().read(certificate.pdf_key, 0, size))
    assert hashlib.sha256(pdf).hexdigest() == certificate.pdf_sha256
    return " ".join(PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())


def test_a_certificate_freezes_what_it_certifies(app):
    make_foundation()
    course = make_course(code="TRN-201")
    run = make_run(course, cohort_no=3, certificates_issued=6)
    holder = make_person(full_name="KIM MINSU", preferred_language="ko")
    make_affiliation(holder, make_city(main_language="ko-KR"))

    certificate = issue(make_completion(run, holder, decided_at=AT))
    title = course.title

    assert certificate.number == "BGCF-2026-TRN201-3-0007"
    assert certificate.state == CertificateState.QUEUED
    assert certificate.languages == ["ko", "en"]
    assert certificate.recognised_minutes == 60, "what the course is recognised for"
    assert certificate.holder_language == "ko-KR"
    assert str(certificate.issued_on) == "2026-11-24"
    assert certificate.supersedes_id is None
    holder.full_name = "SOMEBODY ELSE"
    course.title = make_course().title
    save(make_foundation(code="NEW", valid_from=AT.date() + timedelta(days=1)))
    db.session.expire_all()
    assert certificate.holder_name == "KIM MINSU"
    assert certificate.course_title == title
    assert certificate.foundation_name.texts["en"] == "Foundation"


@pytest.mark.parametrize(
    "moment, code, year",
    [
        (datetime(2023, 6, 30, 14, 59, tzinfo=UTC), "BFIC", 2023),
        (datetime(2023, 6, 30, 15, 0, tzinfo=UTC), "BGCF", 2023),
        (datetime(2026, 12, 31, 15, 0, tzinfo=UTC), "BGCF", 2027),
        (datetime(2001, 1, 1, tzinfo=UTC), "BFIC", 2001),
    ],
)
def test_the_foundation_signs_as_it_is_called_that_day_in_busan(app, moment, code, year):
    make_foundation(code="BFIC", valid_from=datetime(2006, 2, 1, tzinfo=UTC).date())
    make_foundation(code="BGCF", valid_from=datetime(2023, 7, 1, tzinfo=UTC).date())

    certificate = issue(make_completion(decided_at=moment))

    assert certificate.number.startswith(f"{code}-{year}-")


def test_no_certificate_without_a_foundation_and_then_no_completion_either(app):
    event = make_completion()

    with pytest.raises(LookupError), unit_of_work():
        services.issue_for_completion(event)

    assert db.session.scalar(select(func.count(Certificate.id))) == 0


def test_issuing_again_changes_nothing(app):
    make_foundation()
    event = make_completion()

    first = issue(event)
    again = issue(event)

    assert again.id == first.id
    assert jobs("certificates.render") == 1
    assert len(history_of(("certificate", first.id))) == 1
    assert again.enrolment_id == event.enrolment_id


def test_a_revoked_certificate_does_not_come_back_by_itself(app):
    make_foundation()
    event = make_completion()
    certificate = issue(event)
    with unit_of_work():
        services.revoke(certificate, actor=make_person("staff"), reason="Mistake", now=AT)

    assert issue(event).id == certificate.id
    assert db.session.get_one(Certificate, certificate.id).state == CertificateState.REVOKED


def test_serial_numbers_of_a_run_have_no_gap(app):
    make_foundation()
    run = make_run()

    numbers = [issue(make_completion(run)).number[-4:] for _ in range(3)]

    assert numbers == ["0001", "0002", "0003"]


@pytest.mark.parametrize("demo", ["site", "holder", "run", "course", "nothing"])
def test_in_the_demonstration_every_certificate_is_a_sample(app, monkeypatch, demo):
    make_foundation()
    monkeypatch.setitem(app.config, "DEMO", demo == "site")
    run = make_run(make_course(is_demo=demo == "course"), is_demo=demo == "run")

    certificate = issue(make_completion(run, make_person(is_demo=demo == "holder")))

    assert certificate.is_sample == (demo != "nothing")
    if demo == "site":
        tasks.render(certificate.id)
        assert "does not certify anything" in pdf_text(certificate)


def test_the_pdf_is_drawn_once_and_its_holder_told_once(app, run_jobs, outbox):
    make_foundation()
    holder = make_person(
        full_name="KIM MINSU", name_in_own_script="김민수", preferred_language="ko"
    )
    certificate = issue(make_completion(make_run(), holder))

    run_jobs()

    db.session.refresh(certificate)
    assert certificate.state == CertificateState.ISSUED
    text = pdf_text(certificate)
    assert "KIM MINSU" in text
    assert "김민수" in text
    address = f"{app.config['BASE_URL']}/ko/verify/{certificate.verification_code}"
    assert address in text
    with app.test_request_context():
        from flask import url_for

        path = url_for(
            "certificates.verify_certificate",
            language="ko",
            code=certificate.verification_code,
        )
    assert address.endswith(path)

    with unit_of_work():
        certificate.state = CertificateState.QUEUED  # as if the worker had died before noting it
        certificate.pdf_key = ""
    tasks.render(certificate.id)
    tasks.render(certificate.id)
    db.session.refresh(certificate)
    pdf_text(certificate)
    assert len(outbox) == 1
    assert jobs("notifications.mail") == 0, "who was told is not told again"


def test_the_mail_is_in_the_holders_language_and_leads_to_the_certificate(app, run_jobs, outbox):
    make_foundation()
    holder = make_person(full_name="MARÍA\r\nBcc: x@y.example", preferred_language="en")
    course = make_course()
    certificate = issue(make_completion(make_run(course), holder))

    run_jobs()

    (mail,) = outbox
    assert mail.to == [holder.email]
    assert "\n" not in mail.subject
    assert course.title.texts["en"] in mail.body
    assert certificate.number in mail.body
    assert f"{app.config['BASE_URL']}/en/certificates/{certificate.id}" in mail.body
    html = mail.alternatives[0][0]
    assert f'href="{app.config["BASE_URL"]}/en/certificates/{certificate.id}"' in html
    assert certificate.verification_code in html
    assert certificate.verification_code in mail.body
    assert "sample" not in mail.body


def test_revoking_keeps_the_reason_and_who_and_is_final(app):
    staff = make_person("staff")
    certificate = make_certificate()

    with pytest.raises(Invalid), unit_of_work():
        services.revoke(certificate, actor=staff, reason=" \u200b ", now=AT)
    with unit_of_work():
        services.revoke(certificate, actor=staff, reason="Somebody else watched", now=AT)

    assert certificate.state == CertificateState.REVOKED
    assert certificate.closed_at == AT
    (change,) = history_of(("certificate", certificate.id))
    assert (change.old, change.new, change.actor_id) == ("issued", "revoked", staff.id)
    assert change.reason == "Somebody else watched"
    for act in (
        lambda: services.revoke(certificate, actor=staff, reason="Again", now=AT),
        lambda: correct(certificate, staff),
    ):
        with pytest.raises(Conflict), unit_of_work():
            act()


def correct(certificate, actor, **values):
    defaults = {
        "holder_name": "BATBAYAR ENKHTUYAA",
        "holder_name_in_own_script": "Батбаярын Энхтуяа",
        "languages": ["zh", "en"],
        "reason": "Two letters were missing",
        "now": clock.now(),
    }
    return services.reissue(certificate, actor=actor, **{**defaults, **values})


def test_a_reissue_stands_in_the_place_of_the_old_one(app, run_jobs, outbox):
    make_foundation()
    staff = make_person("staff")
    old = issue(make_completion())
    run_jobs()
    outbox.clear()

    with unit_of_work():
        new_id = correct(old, staff).id
    run_jobs()

    new = db.session.get_one(Certificate, new_id)
    db.session.refresh(old)
    assert (old.state, new.state) == (CertificateState.REISSUED, CertificateState.ISSUED)
    assert old.closing_reason == "Two letters were missing"
    assert new.supersedes_id == old.id
    assert new.number[-4:] == "0002"
    assert new.verification_code != old.verification_code
    assert new.holder_name == "BATBAYAR ENKHTUYAA"
    assert new.languages == ["zh", "en"]
    assert (new.course_title, new.starts_on, new.recognised_minutes) == (
        old.course_title,
        old.starts_on,
        old.recognised_minutes,
    )
    assert old.number in pdf_text(new)
    assert len(outbox) == 1
    assert [change.new for change in history_of(("certificate", new.id))] == ["queued", "issued"]
    with pytest.raises(Conflict), unit_of_work():
        correct(old, staff)


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"holder_name": "\u202e \u200b"}, "holder_name"),
        ({"languages": ["ko"]}, "languages"),
        ({"languages": ["xx", "en"]}, "languages"),
        ({"languages": []}, "languages"),
        ({"reason": " "}, "reason"),
    ],
)
def test_a_reissue_that_lacks_something_changes_nothing(app, wrong, field):
    make_foundation()
    certificate = make_certificate()

    with pytest.raises(Invalid) as refusal, unit_of_work():
        correct(certificate, make_person("staff"), **wrong)

    assert refusal.value.field == field
    assert certificate.state == CertificateState.ISSUED
    assert db.session.scalar(select(func.count(Certificate.id))) == 1


def test_what_was_closed_before_it_was_drawn_is_not_drawn(app, run_jobs, outbox):
    make_foundation()
    certificate = issue(make_completion())
    with unit_of_work():
        services.revoke(certificate, actor=make_person("staff"), reason="Mistake", now=AT)

    run_jobs()

    assert db.session.get_one(Certificate, certificate.id).pdf_key == ""
    assert not outbox


def test_what_is_closed_while_it_is_drawn_stays_closed(app, outbox):
    make_foundation()
    certificate = issue(make_completion())
    with unit_of_work():
        services.revoke(certificate, actor=make_person("staff"), reason="Mistake", now=AT)
        services.keep_pdf(certificate, key="certificates/x.pdf", sha256="0" * 64, now=clock.now())

    assert certificate.state == CertificateState.REVOKED
    assert jobs("notifications.mail") == 0


def test_a_name_that_cannot_be_printed_waits_for_staff_to_correct_it(app, run_jobs, outbox):
    make_foundation()
    holder = make_person(full_name="བསྟན་འཛིན")
    email = holder.email
    certificate_id = issue(make_completion(make_run(), holder)).id

    run_jobs()

    certificate = db.session.get_one(Certificate, certificate_id)
    assert certificate.state == CertificateState.QUEUED, "valid, and never drawn with empty boxes"
    job = db.session.scalars(select(Job).where(Job.kind == "certificates.render")).one()
    assert "could not be displayed" in job.last_error
    with unit_of_work():
        new_id = correct(certificate, make_person("staff"), holder_name="SOK CHANTHY").id
    run_jobs()
    assert db.session.get_one(Certificate, new_id).state == CertificateState.ISSUED
    assert [mail.to for mail in outbox] == [[email]]

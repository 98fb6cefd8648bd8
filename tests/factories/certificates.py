from datetime import date, timedelta
from typing import Any

from lms.certificates.models import Certificate
from lms.core import clock
from lms.core.db import db
from lms.enrolment.models import CourseRun, Enrolment
from lms.organisations.models import FoundationProfile
from lms.progress.events import CourseCompleted
from lms.progress.models import CourseCompletion
from tests.factories import next_number, save, words
from tests.factories.accounts import make_person
from tests.factories.enrolment import make_enrolment, make_run


def make_foundation(**values: Any) -> FoundationProfile:
    defaults: dict[str, Any] = {
        "code": "BGCF",
        "name": words("Foundation"),
        "signatory_name": words("Signatory"),
        "signatory_title": words("President"),
        "valid_from": date(2023, 7, 1),
    }
    return save(FoundationProfile(**{**defaults, **values}))


def make_completion(
    run: CourseRun | None = None, person: Any = None, **values: Any
) -> CourseCompleted:
    """Return the event of a completion that is written, and of which nobody has heard yet."""
    run = run or make_run()
    person = person or make_person()
    enrolment = make_enrolment(run, person, state="completed")
    defaults: dict[str, Any] = {
        "rule_version": "2026-1",
        "figures": {"earned_minutes": 48, "required_minutes": 60, "percent_required": 80},
        "result": "completion",
        "decided_at": clock.now(),
    }
    completion = save(CourseCompletion(enrolment_id=enrolment.id, **{**defaults, **values}))
    return CourseCompleted(enrolment.id, run.id, person.id, completion.id, completion.decided_at)


def make_certificate(
    enrolment: Enrolment | None = None, *, person: Any = None, **values: Any
) -> Certificate:
    enrolment = enrolment or make_enrolment(make_run(), person or make_person(), state="completed")
    number = next_number()
    today = clock.now().date()
    defaults: dict[str, Any] = {
        "kind": "completion",
        "state": "issued",
        "number": f"BGCF-2026-TST1-1-{number:04}",
        "verification_code": f"ABCD-EFGH-JKMN-PQRS-{number:04}",
        "holder_name": "BATBAYAR ENKHTUYA",
        "course_code": "TST-1",
        "course_title": words("Urban Transport"),
        "languages": ["en"],
        "recognised_minutes": 60,
        "starts_on": today - timedelta(days=7),
        "ends_on": today,
        "issued_on": today,
        "issued_at": clock.now(),
        "foundation_name": words("Foundation"),
        "signatory_name": words("Signatory"),
        "signatory_title": words("President"),
    }
    certificate = save(Certificate(enrolment_id=enrolment.id, **{**defaults, **values}))
    db.session.expire_all()
    return certificate

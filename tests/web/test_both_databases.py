"""The pages of those who study and manage answer on SQLite and on PostgreSQL."""

from lms.accounts import login, services
from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from tests.factories.accounts import make_person
from tests.factories.organisations import make_affiliation, make_city
from tests.factories.progress import make_study


def session_of(person) -> str:
    with unit_of_work():
        return services.start_session(person, user_agent="", address="", now=clock.now())


def test_pages_answer_whatever_the_database(app_of_its_own):
    with app_of_its_own.app_context():
        study = make_study(lessons=2)
        make_affiliation(study.person, make_city())
        run, lesson, enrolment = study.run.id, study.lessons[0].id, study.enrolment.id
        tokens = {"trainee": session_of(study.person), "staff": session_of(make_person("staff"))}
        cookie = login.cookie_name()
        db.session.remove()
    pages = {
        "trainee": ["", "courses/", "my-learning", f"runs/{run}", f"runs/{run}/lessons/{lesson}",
                    "profile", "account", "certificates"],
        "staff": ["manage/runs", f"manage/runs/{run}", f"manage/runs/{run}?city=none&sort=hours",
                  f"manage/runs/{run}/export", f"manage/enrolments/{enrolment}"],
    }  # fmt: skip
    answers = {}
    for reader, paths in pages.items():
        browser = app_of_its_own.test_client()
        browser.set_cookie(cookie, tokens[reader])
        answers |= {path: browser.get(f"/en/{path}").status_code for path in paths}
    assert {path: status for path, status in answers.items() if status != 200} == {}

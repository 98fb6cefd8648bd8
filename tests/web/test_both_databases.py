"""The pages of those who study and manage answer on SQLite and on PostgreSQL."""

from lms.accounts import login, services
from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.courses.models import Course, CourseTeacher, Curriculum
from lms.courses.services.versions import begin_version
from tests.factories import save
from tests.factories.accounts import make_person
from tests.factories.materials import make_material
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
        course = db.session.get_one(Course, study.run.course_id)
        teacher = make_person("instructor")
        save(CourseTeacher(course_id=course.id, person_id=teacher.id))
        with unit_of_work():
            begin_version(course, actor=teacher, now=clock.now())
        make_material(study.lessons[0], state="submitted")
        code, curriculum = course.code, db.session.get_one(Curriculum, course.curriculum_id).code
        tokens = {
            "trainee": session_of(study.person),
            "staff": session_of(make_person("staff")),
            "instructor": session_of(teacher),
        }
        cookie = login.cookie_name()
        db.session.remove()
    pages = {
        "trainee": ["", "courses/", "my-learning", f"runs/{run}", f"runs/{run}/lessons/{lesson}",
                    "profile", "account", "certificates"],
        "staff": ["manage/runs", f"manage/runs/{run}", f"manage/runs/{run}?city=none&sort=hours",
                  f"manage/runs/{run}/export", f"manage/enrolments/{enrolment}",
                  "manage/curricula", f"manage/curricula/{curriculum}",
                  f"manage/courses/{code}/teachers"],
        "instructor": [f"manage/courses/{code}/consent"],
    }  # fmt: skip
    made = ["courses", f"courses/{code}", f"courses/{code}/edit", f"courses/{code}/compare",
            "materials", f"lessons/{lesson}", f"lessons/{lesson}/text/ko",
            f"lessons/{lesson}/question", f"lessons/{lesson}/captions",
            f"lessons/{lesson}/speakers/new", f"preview/lessons/{lesson}"]  # fmt: skip
    for reader in ("staff", "instructor"):
        pages[reader] += [f"manage/{page}" for page in made]
    answers = {}
    for reader, paths in pages.items():
        browser = app_of_its_own.test_client()
        browser.set_cookie(cookie, tokens[reader])
        answers |= {(reader, path): browser.get(f"/en/{path}").status_code for path in paths}
    assert {path: status for path, status in answers.items() if status != 200} == {}

"""Files sent whole by a form, and the row that tells how far each is."""

import io

import pytest

from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.lessons.models import Intake, IntakeState, Lesson, Material
from lms.lessons.services import intakes
from lms.media.models import Upload
from lms.media.refusals import Refusal
from tests.factories.accounts import make_person
from tests.factories.courses import make_course, make_module
from tests.factories.lessons import make_lesson
from tests.forms import token_on
from tests.media import corpus


@pytest.fixture
def lesson(app) -> Lesson:
    return make_lesson(make_module(make_course(state="draft"), position=2))


@pytest.fixture
def browser(signed_in_as):
    return signed_in_as(make_person("staff"))


def send(browser, lesson, *files, **fields):
    data = {
        "csrf_token": token_on(browser, "/en/account"),
        "purpose": "material",
        "language": "ko",
        "file": [(io.BytesIO(content), name) for name, content in files],
        **fields,
    }
    answer = browser.post(f"/en/manage/lessons/{lesson.id}/files", data=data)
    answer.request.input_stream.close()  # the test client keeps what is large in a file of its own
    return answer


def in_state(browser, lesson, state, **values) -> Intake:
    send(browser, lesson, ("plan.pdf", corpus.pdf()))
    intake = db.session.query(Intake).one()
    intake.state = state
    for name, value in values.items():
        setattr(intake, name, value)
    db.session.commit()
    return intake


def test_files_sent_whole_are_prepared_like_those_in_parts(browser, lesson, run_jobs):
    large = corpus.pdf(b"/Lang(en)", b"<<>>stream\n" + b"0" * 3_000_000 + b"\nendstream")
    answer = send(browser, lesson, ("one.pdf", corpus.pdf()), ("two.pdf", large))
    assert answer.status_code == 303
    page = browser.get(answer.location)
    assert "two.pdf" in page.text
    assert 'http-equiv="refresh"' in page.text
    run_jobs()
    rows = db.session.query(Intake).order_by(Intake.id).all()
    assert [(row.file_name, row.state) for row in rows] == [
        ("one.pdf", IntakeState.READY),
        ("two.pdf", IntakeState.READY),
    ]
    assert [row.title.source for row in db.session.query(Material)] == ["ko", "ko"]
    page = browser.get(answer.location)
    assert "Ready" in page.text
    assert 'http-equiv="refresh"' not in page.text


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("setup.exe", b"MZ", "Files of this type are not accepted here."),
        ("empty.pdf", b"", "The file is empty."),
        ("", b"", "Choose a file."),
    ],
)
def test_what_will_not_be_taken_is_said_beside_the_field(browser, lesson, name, content, words):
    answer = send(browser, lesson, (name, content))
    assert answer.status_code == 422
    assert answer.text.count(words) == 2
    assert db.session.query(Upload).count() == 0


def test_where_nothing_can_be_added_the_page_says_so(browser):
    published = make_lesson(make_module(make_course(), position=2))
    answer = send(browser, published, ("a.mp4", b"x"), purpose="recording")
    assert answer.status_code == 409
    assert "Only a draft can be changed." in answer.text


def test_a_body_past_the_limit_of_the_form_is_refused(browser, lesson):
    answer = send(browser, lesson, ("a.mp4", b"0" * 100_000_001))
    assert answer.status_code == 413
    assert db.session.query(Upload).count() == 0


def test_a_page_that_is_open_gets_the_row_alone(browser, lesson):
    intake = in_state(browser, lesson, IntakeState.WORKING, percent=40)
    row = browser.get(f"/en/manage/intakes/{intake.id}", headers={"X-Fragment": "1"})
    assert row.text.lstrip().startswith("<div")
    assert 'data-state="working"' in row.text
    assert "Being prepared: 40 %" in row.text


def test_a_refusal_is_told_in_words_and_what_was_refused_can_be_removed(browser, lesson):
    values = {"refusal": Refusal.ENCRYPTED, "upload_id": None}
    intake = in_state(browser, lesson, IntakeState.REFUSED, **values)
    page = browser.get(f"/en/manage/intakes/{intake.id}").text
    assert "The file is protected by a password. Save it without one." in page
    assert "Try again" not in page
    token = token_on(browser, "/en/account")
    removed = browser.post(f"/en/manage/intakes/{intake.id}/remove", data={"csrf_token": token})
    assert (removed.status_code, removed.location) == (303, f"/en/manage/lessons/{lesson.id}")
    assert [db.session.query(table).count() for table in (Intake, Material)] == [0, 0]


def test_what_failed_by_our_fault_can_be_tried_again(browser, lesson, run_jobs):
    intake = in_state(browser, lesson, IntakeState.FAILED)
    run_jobs()  # the job of before finds nothing to do
    assert db.session.get(Intake, intake.id).state == IntakeState.FAILED
    page = browser.get(f"/en/manage/intakes/{intake.id}").text
    assert "Try again" in page
    token = token_on(browser, "/en/account")
    address = f"/en/manage/intakes/{intake.id}/retry"
    for _ in range(2):
        assert browser.post(address, data={"csrf_token": token}).status_code == 303
    assert db.session.get(Intake, intake.id).state == IntakeState.WAITING
    run_jobs()
    assert db.session.get(Intake, intake.id).state == IntakeState.READY


def test_the_page_of_a_file_takes_few_statements(browser, lesson, count_statements):
    intake = in_state(browser, lesson, IntakeState.WORKING)
    with count_statements() as statements:
        assert browser.get(f"/en/manage/intakes/{intake.id}").status_code == 200
    assert len(statements) <= 8


def test_others_find_no_file(lesson, browser, signed_in_as):
    intake = in_state(browser, lesson, IntakeState.WORKING)
    other = signed_in_as(make_person("instructor"))
    assert other.get(f"/en/manage/intakes/{intake.id}").status_code == 404
    with unit_of_work():
        intakes.cancel_intake(db.session.get_one(Intake, intake.id))
    assert browser.get(f"/en/manage/intakes/{intake.id}").status_code == 404

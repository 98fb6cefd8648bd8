"""A notice is given to others or another time; whom it has not reached is told, once."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.accounts.models import PersonRole
from lms.boards.models import Audience, BoardKind, NoticeAudience, Thread, ThreadKind
from lms.core import clock
from lms.core.audit import history_of
from lms.core.db import db
from lms.enrolment.models import CourseRun, EnrolmentState, RunInstructor
from lms.enrolment.rules import busan_day, end_of_day
from lms.notifications.models import Notice
from tests.factories import save
from tests.factories.accounts import make_person
from tests.factories.boards import board_of_site, make_run_board, make_thread
from tests.factories.enrolment import make_enrolment, make_run
from tests.forms import fill_in, token_on

NOW = clock.now()


@pytest.fixture
def staff(app):
    return make_person("staff")


@pytest.fixture
def browser(staff, signed_in_as):
    return signed_in_as(staff)


@pytest.fixture
def alumnus(app):
    person = make_person()
    make_enrolment(make_run(), person, state=EnrolmentState.COMPLETED)
    return person


@pytest.fixture
def notice(staff, alumnus):
    return make_thread(
        board_of_site(BoardKind.NOTICES),
        staff,
        "The office is closed",
        kind=ThreadKind.NOTICE,
        audience=NoticeAudience.ALUMNI,
        expires_at=end_of_day(busan_day(NOW) + timedelta(days=3)),
    )


def send(browser, thread, **values):
    path = f"/en/manage/threads/{thread.id}/notice"
    data = {"audience": "alumni", "expires_on": "", "revision": "1", **values}
    return browser.post(path, data={"csrf_token": token_on(browser, path), **data})


def told() -> list[int]:
    rows = db.session.scalars(select(Notice).where(Notice.kind == "boards.notice"))
    return sorted(row.person_id for row in rows)


def test_those_a_notice_has_not_reached_are_told_and_nobody_twice(
    browser, notice, alumnus, run_jobs
):
    other, notice_id = make_person(), notice.id
    run_jobs()
    assert told() == [alumnus.id]
    page = browser.get(f"/en/manage/threads/{notice_id}/notice").text
    assert f'value="{busan_day(NOW) + timedelta(days=3)}"' in page
    assert send(browser, notice, audience="all").status_code == 303
    run_jobs()
    assert told() == [alumnus.id, other.id]
    [change] = [each for each in history_of(("thread", notice_id)) if "for " in each.new]
    assert change.old.startswith("for alumni until ")
    assert change.new == "for all"
    again = send(browser, notice, audience="all")
    assert again.status_code == 303
    assert db.session.get_one(Thread, notice_id).revision == 2


def test_with_a_day_that_is_over_it_ends_and_tells_nobody(
    browser, notice, alumnus, signed_in_as, run_jobs
):
    yesterday = str(busan_day(NOW) - timedelta(days=1))
    assert send(browser, notice, expires_on=yesterday).status_code == 303
    run_jobs()
    assert told() == []
    page = signed_in_as(alumnus).get(f"/en/boards/{notice.board_id}").text
    assert "The office is closed" not in page


def test_narrowed_it_is_out_of_reach_on_the_next_page(browser, notice, alumnus, signed_in_as):
    reader = signed_in_as(alumnus)
    assert reader.get(f"/en/threads/{notice.id}").status_code == 200
    assert send(browser, notice, audience="instructors").status_code == 303
    assert reader.get(f"/en/threads/{notice.id}").status_code == 404


def test_two_who_change_it_at_once_see_both_versions(browser, notice):
    assert send(browser, notice, audience="all").status_code == 303
    answer = send(browser, notice, audience="trainees")
    assert answer.status_code == 409
    assert "Somebody else saved this" in answer.text
    assert db.session.get_one(Thread, notice.id).audience == NoticeAudience.ALL


@pytest.mark.parametrize(
    "values",
    [
        {"audience": "everyone"},
        {"expires_on": "soon"},
        {"expires_on": "1999-12-31"},
        {"expires_on": "9999-12-31"},
    ],
)
def test_what_is_wrong_is_said_beside_its_field(browser, notice, values):
    answer = send(browser, notice, **values)
    assert answer.status_code == 422
    assert 'class="field-error"' in answer.text


def test_the_last_day_that_can_be_given_is_told_on_every_clock(
    browser, notice, alumnus, signed_in_as
):
    alumnus.time_zone = "Pacific/Kiritimati"
    db.session.commit()
    assert send(browser, notice, expires_on="2100-12-31").status_code == 303
    page = signed_in_as(alumnus).get(f"/en/threads/{notice.id}")
    assert page.status_code == 200
    assert "1 January 2101 04:59" in page.text


@pytest.fixture
def run_board(app):
    return make_run_board(make_run())


def make_teacher(board):
    person = make_person("instructor")
    save(RunInstructor(run_id=board.run_id, person_id=person.id))
    return person


@pytest.mark.parametrize("audience", ["trainees", "alumni", "focal_points"])
def test_a_notice_for_others_is_read_by_who_teaches_the_run(
    run_board, alumnus, signed_in_as, audience
):
    second, other, bystander = make_teacher(run_board), make_person("instructor"), make_person()
    make_enrolment(
        db.session.get_one(CourseRun, run_board.run_id),
        bystander,
        state=EnrolmentState.NOT_COMPLETED,
    )
    path = f"/en/boards/{run_board.id}/new/notice"
    teaching = signed_in_as(make_teacher(run_board))
    key = re.search(r'name="key"[^>]*value="([^"]+)"', teaching.get(path).text)[1]
    words = {"title": "Bring boots", "body": "We visit a site.", "audience": audience}
    posted = fill_in(teaching, path, key=key, act="post", **words)
    assert posted.status_code == 303
    page = teaching.get(posted.location, follow_redirects=True)
    assert page.status_code == 200
    assert "Bring boots" in page.text
    thread = db.session.scalars(select(Thread)).one()
    address, board_page = f"/en/threads/{thread.id}", f"/en/boards/{thread.board_id}"
    for browser in (teaching, signed_in_as(second)):
        assert browser.get(address).status_code == 200
        assert "Bring boots" in browser.get(board_page).text
    left_out = signed_in_as(bystander).get(board_page)
    assert (left_out.status_code, "Bring boots" in left_out.text) == (200, False)
    for reader in (alumnus, other, bystander):
        assert signed_in_as(reader).get(address).status_code == 404
    assert send(teaching, thread, audience="instructors").status_code == 303
    assert db.session.get_one(Thread, thread.id).audience == NoticeAudience.INSTRUCTORS


def test_a_notice_for_others_is_told_to_these_alone(run_board, run_jobs):
    teacher, trainee = make_teacher(run_board), make_person()
    make_teacher(run_board)
    make_enrolment(db.session.get_one(CourseRun, run_board.run_id), trainee)
    audience = NoticeAudience.TRAINEES
    make_thread(run_board, teacher, kind=ThreadKind.NOTICE, audience=audience)
    run_jobs()
    assert told() == [trainee.id]


def test_who_teaches_a_run_no_more_reads_no_notice_for_others(run_board, signed_in_as):
    former = make_person()
    save(RunInstructor(run_id=run_board.run_id, person_id=former.id))
    run_board.readable_by = Audience.SIGNED_IN
    db.session.commit()
    author = make_person("staff")
    audience = NoticeAudience.TRAINEES
    thread = make_thread(run_board, author, kind=ThreadKind.NOTICE, audience=audience)
    browser = signed_in_as(former)
    assert browser.get(f"/en/boards/{thread.board_id}").status_code == 200
    assert browser.get(f"/en/threads/{thread.id}").status_code == 404


def test_who_moderates_may_and_what_is_no_notice_is_not_there(browser, notice, signed_in_as):
    teacher, run = make_person(), make_run()
    save(PersonRole(person_id=teacher.id, role="instructor", granted_at=NOW))
    save(RunInstructor(run_id=run.id, person_id=teacher.id))
    board = make_run_board(run)
    own = make_thread(board, teacher, kind=ThreadKind.NOTICE)
    question = make_thread(board, teacher)
    teaching = signed_in_as(teacher)
    assert teaching.get(f"/en/manage/threads/{own.id}/notice").status_code == 200
    assert "For whom and how long" in teaching.get(f"/en/threads/{own.id}").text
    assert teaching.get(f"/en/manage/threads/{question.id}/notice").status_code == 404
    assert "For whom and how long" not in teaching.get(f"/en/threads/{question.id}").text
    assert teaching.get(f"/en/manage/threads/{notice.id}/notice").status_code in {403, 404}
    assert signed_in_as(make_person()).get(f"/en/manage/threads/{own.id}/notice").status_code == 403

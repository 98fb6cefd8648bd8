"""A question nobody has answered reaches those responsible after five days, and once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import event, select

from lms.accounts.models import Person
from lms.boards.models import (
    Audience,
    BoardKind,
    BoardMark,
    Following,
    PostState,
    Thread,
    ThreadMark,
)
from lms.boards.queries.escalation import open_boards, unanswered
from lms.boards.services.changing import lock_thread
from lms.boards.services.escalation import escalate
from lms.boards.tasks import escalate_questions
from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.courses.models import CourseTeacher
from lms.enrolment.models import RunInstructor
from lms.enrolment.rules import busan_day
from lms.notifications.models import Notice
from tests.factories import save
from tests.factories.accounts import make_person
from tests.factories.boards import (
    board_of_site,
    first_post,
    make_answer,
    make_board,
    make_run_board,
    make_thread,
)
from tests.factories.courses import make_course
from tests.factories.enrolment import make_run

NOW = clock.now().replace(microsecond=0)
LONG_AGO = NOW - timedelta(days=5, hours=1)


@pytest.fixture
def staff(app):
    return make_person("staff")


def told() -> dict[int, list[int]]:
    """Run the job, and return who has been told of which threads so far."""
    escalate_questions()
    db.session.expire_all()
    found: dict[int, list[int]] = {}
    for notice in db.session.scalars(select(Notice).where(Notice.kind == "boards.unanswered")):
        found.setdefault(notice.person_id, []).append(notice.values["thread_id"])
    return found


def ask(board=None, *, author=None, now=LONG_AGO, **values) -> Thread:
    return make_thread(board or board_of_site(), author or make_person(), now=now, **values)


def test_a_question_is_told_once_after_five_days(staff, run_jobs, outbox):
    old, address = ask(), staff.email
    ask(now=NOW - timedelta(days=4, hours=23))
    assert told() == {staff.id: [old.id]}
    assert told() == {staff.id: [old.id]}
    thread_id = old.id
    run_jobs()
    [mail] = [mail for mail in outbox if mail.to == [address]]
    assert "How do you pay drivers" in mail.subject
    assert f"/threads/{thread_id}" in mail.body
    assert "what other cities do" not in mail.body, "the words stay on the site"
    assert db.session.get_one(Thread, thread_id).escalated_at is not None


def test_an_answer_by_somebody_else_is_one_and_the_asker_s_own_is_not(staff):
    answered, own, hidden, waiting, talk = ask(), ask(), ask(), ask(), ask(kind="discussion")
    make_answer(answered, make_person())
    make_answer(own, db.session.get_one(Person, own.author_id))
    reply = make_answer(hidden, make_person())
    reply.state = PostState.HIDDEN
    db.session.get_one(Thread, hidden.id).answers = 0
    db.session.commit()
    make_answer(waiting, make_person(), is_held=True)
    assert sorted(told()[staff.id]) == [own.id, hidden.id, waiting.id]
    assert talk.id not in told()[staff.id]


def test_what_is_locked_hidden_or_of_a_board_that_is_shut_is_left(staff):
    locked, hidden, closed = ask(), ask(), ask(make_board(BoardKind.IDEAS))
    with unit_of_work():
        lock_thread(locked, is_locked=True, actor=staff, now=NOW)
    hidden.state = PostState.HIDDEN
    first_post(hidden).state = PostState.HIDDEN
    closed.board_id = make_board(BoardKind.IDEAS, closed_at=NOW).id
    today = busan_day(NOW)
    over = make_run(starts_on=today - timedelta(days=500), ends_on=today - timedelta(days=400))
    ask(make_run_board(over))
    ask(make_run_board(make_run(state="cancelled")))
    db.session.commit()
    assert told() == {}
    current = ask(make_run_board(make_run()))
    assert told() == {staff.id: [current.id]}


def test_a_run_s_question_reaches_its_instructors_a_field_s_its_teachers(staff):
    teacher, other, asker = make_person("instructor"), make_person("instructor"), make_person()
    run = make_run()
    save(RunInstructor(run_id=run.id, person_id=teacher.id))
    save(RunInstructor(run_id=make_run().id, person_id=other.id))
    of_run = ask(make_run_board(run), author=asker)
    assert told() == {staff.id: [of_run.id], teacher.id: [of_run.id]}
    course = make_course()
    save(CourseTeacher(course_id=course.id, person_id=other.id))
    of_field = ask(make_board(BoardKind.CURRICULUM, curriculum_id=course.curriculum_id))
    found = told()
    assert found[other.id] == [of_field.id]
    assert found[teacher.id] == [of_run.id]
    assert found[staff.id] == [of_run.id, of_field.id]


def test_who_teaches_no_more_or_may_not_read_the_board_is_not_told(staff):
    teacher, former = make_person("instructor"), make_person()
    course, run = make_course(), make_run()
    for each in (teacher, former):
        save(RunInstructor(run_id=run.id, person_id=each.id))
        save(CourseTeacher(course_id=course.id, person_id=each.id))
    board = make_run_board(run, readable_by=Audience.STAFF)
    of_run = ask(board)
    of_field = ask(make_board(BoardKind.CURRICULUM, curriculum_id=course.curriculum_id))
    assert told() == {staff.id: [of_run.id, of_field.id], teacher.id: [of_field.id]}
    board.readable_by = Audience.MEMBERS
    db.session.commit()
    later = ask(board)
    found = told()
    assert found[teacher.id] == [of_field.id, later.id]
    assert former.id not in found


def test_who_has_muted_it_or_asked_it_is_not_told(staff):
    second, third = make_person("staff"), make_person("admin")
    thread = ask(author=second)
    save(BoardMark(person_id=staff.id, board_id=thread.board_id, following=Following.MUTED))
    assert told() == {third.id: [thread.id]}
    muted = ask(author=second)
    save(
        ThreadMark(
            person_id=third.id, thread_id=muted.id, following=Following.MUTED, changed_at=NOW
        )
    )
    assert told() == {third.id: [thread.id]}
    assert db.session.get_one(Thread, muted.id).escalated_at is None, "it waits for somebody"


def test_an_answer_in_the_last_moment_counts(staff):
    thread = ask()
    make_answer(thread, make_person())
    with unit_of_work():
        assert not escalate(thread.id, now=NOW)
    assert not told()


def test_the_questions_are_found_by_the_indexes_of_boards(staff):
    ask()
    statements = []

    def note(_connection, _cursor, statement, values, *_rest) -> None:
        statements.append((statement, values))

    boards = open_boards(busan_day(NOW))
    connection = db.engines[None]
    event.listen(connection, "before_cursor_execute", note)
    unanswered(boards, NOW)
    event.remove(connection, "before_cursor_execute", note)
    plans = [
        " ".join(row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values))
        for sql, values in statements
        if sql.startswith("SELECT")
    ]
    assert len(plans) == 2
    assert all("SEARCH threads USING INDEX ix_threads" in plan for plan in plans)
    assert "ix_threads_unanswered" in plans[0]


def test_two_workers_tell_of_it_once(app_of_its_own):
    with app_of_its_own.app_context():
        make_person("staff")
        thread_id = ask().id
        db.session.remove()
    barrier = Barrier(2)

    def work(_number: int) -> None:
        with app_of_its_own.app_context():
            barrier.wait(30)
            escalate_questions()
            db.session.remove()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    with app_of_its_own.app_context():
        notices = db.session.scalars(select(Notice)).all()
        assert [notice.values for notice in notices if notice.kind == "boards.unanswered"] == [
            {"thread_id": thread_id}
        ]

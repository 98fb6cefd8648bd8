"""A post counts as the task of a discussion: for who wrote it, once, with what follows from it."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import pytest
from sqlalchemy import func, select

from lms.accounts.models import Person
from lms.boards.models import BoardKind, Contribution, Post, PostState, Thread
from lms.boards.queries.contributions import contributors, discussions_of_run, enrolment_in_run
from lms.boards.services.changing import delete_post
from lms.boards.services.contributions import count_post, set_task, withdraw
from lms.core import clock
from lms.core.audit import history_of
from lms.core.db import db
from lms.core.errors import Conflict, Invalid
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.models import Enrolment, RunInstructor
from lms.notifications.models import Notice
from lms.progress.models import EnrolmentProgress
from tests.factories import save
from tests.factories.accounts import make_person
from tests.factories.boards import board_of_site, make_answer, make_run_board, make_thread
from tests.factories.enrolment import make_run
from tests.factories.progress import Study, join, make_outline
from tests.factories.seminars import make_held_lesson
from tests.forms import token_on

NOW = clock.now().replace(microsecond=0)


class Talk:
    """A run with a discussion of an hour, a trainee, an instructor, and a thread as its task."""

    def __init__(self) -> None:
        self.teacher = make_person("instructor")
        self.run = make_run(make_outline(2))
        save(RunInstructor(run_id=self.run.id, person_id=self.teacher.id))
        self.lesson = make_held_lesson(self.run, kind="discussion", recognised_minutes=60)
        self.study: Study = join(self.run, make_person())
        self.trainee = self.study.person
        self.board = make_run_board(self.run)
        self.thread = make_thread(self.board, self.teacher, "What would you do?")
        self.make_task(self.thread)

    def make_task(self, thread: Thread, lesson_id: int | None = -1) -> None:
        wanted = self.lesson.id if lesson_id == -1 else lesson_id
        with unit_of_work():
            set_task(thread, wanted, run_id=self.run.id, actor=self.teacher, now=NOW)

    def count(self, post, *, actor=None) -> Contribution:
        thread = db.session.get_one(Thread, post.thread_id)
        with unit_of_work():
            return count_post(
                post, thread=thread, run_id=self.run.id, actor=actor or self.teacher, now=NOW
            )

    def withdraw(self, reason: str = "It was another's.") -> None:
        with unit_of_work():
            withdraw(self.enrolment, self.thread, reason=reason, actor=self.teacher, now=NOW)

    @property
    def enrolment(self) -> Enrolment:
        found = enrolment_in_run(self.study.enrolment.id, self.run.id)
        assert found is not None
        return found

    @property
    def earned(self) -> int:
        db.session.expire_all()
        return db.session.get_one(EnrolmentProgress, self.study.enrolment.id).earned_minutes

    def told(self) -> list[bool]:
        wanted = select(Notice).where(
            Notice.person_id == self.trainee.id, Notice.kind == "boards.contribution"
        )
        return [notice.context["counts"] for notice in db.session.scalars(wanted)]


@pytest.fixture
def talk(app) -> Talk:
    return Talk()


# --- what counts -----------------------------------------------------------------------


def test_a_post_that_counts_earns_the_session_once_and_its_author_is_told(talk):
    post, again = (make_answer(talk.thread, talk.trainee) for _n in range(2))
    first = talk.count(post).id
    assert talk.count(post).id == first
    with pytest.raises(Conflict, match="Another post of theirs counts"):
        talk.count(again)
    assert talk.earned == 60
    assert talk.told() == [True]
    assert db.session.scalar(select(func.count(Contribution.id))) == 1


def test_taken_back_with_a_reason_it_earns_nothing_and_can_count_again(talk):
    post = make_answer(talk.thread, talk.trainee)
    row_id = talk.count(post).id
    talk.withdraw("It was another's.")
    talk.withdraw("It was another's.")
    assert talk.earned == 0
    history = [(each.new, each.reason) for each in history_of(("contribution", row_id))]
    assert history == [("counts", ""), ("withdrawn", "It was another's.")]
    talk.count(post)
    assert talk.earned == 60
    assert talk.told() == [True, False, True]


def test_what_is_hidden_or_taken_back_later_stands_and_staff_see_it(talk, signed_in_as):
    post = make_answer(talk.thread, talk.trainee)
    talk.count(post)
    with unit_of_work():
        delete_post(post, author=talk.trainee, now=NOW)
    assert talk.earned == 60
    page = signed_in_as(talk.teacher).get(f"/en/manage/threads/{talk.thread.id}/contributions")
    assert "Taken back by its author since" in page.text


@pytest.mark.parametrize("state", [PostState.HELD, PostState.HIDDEN, PostState.DELETED])
def test_what_others_do_not_see_cannot_count(talk, state):
    post = make_answer(talk.thread, talk.trainee)
    post.state = state
    db.session.commit()
    with pytest.raises(Conflict):
        talk.count(post)
    assert talk.earned == 0


def test_only_posts_of_the_run_s_trainees_in_a_task_count_and_nobody_s_own(talk):
    both = join(talk.run, talk.teacher)
    own = make_answer(talk.thread, talk.teacher)
    with pytest.raises(Conflict, match="your own post"):
        talk.count(own)
    assert talk.count(own, actor=make_person("staff")).enrolment_id == both.enrolment.id
    other = make_thread(talk.board, talk.trainee)
    with pytest.raises(Conflict, match="not the task"):
        talk.count(make_answer(other, talk.trainee))
    stranger = make_answer(talk.thread, make_person("staff"))
    with pytest.raises(Conflict, match="not enrolled"):
        talk.count(stranger)
    talk.study.enrolment.state = "withdrawn"
    db.session.commit()
    with pytest.raises(Conflict, match="not enrolled"):
        talk.count(make_answer(talk.thread, talk.trainee))


def test_nothing_more_counts_once_a_run_is_closed(talk):
    post = make_answer(talk.thread, talk.trainee)
    talk.run.state = "archived"
    db.session.commit()
    with pytest.raises(Conflict, match="closed"):
        talk.count(post)


# --- the task --------------------------------------------------------------------------


def test_only_discussions_of_the_run_that_earn_hours_are_a_task(talk):
    live = make_held_lesson(talk.run, kind="live", recognised_minutes=60)
    nothing = make_held_lesson(talk.run, kind="discussion", recognised_minutes=0)
    elsewhere = make_held_lesson(make_run(), kind="discussion", recognised_minutes=60)
    assert [lesson.id for lesson in discussions_of_run(talk.run.id)] == [talk.lesson.id]
    for lesson in (live, nothing, elsewhere):
        with pytest.raises(Invalid):
            talk.make_task(talk.thread, lesson.id)
    assert db.session.get_one(Thread, talk.thread.id).task_lesson_id == talk.lesson.id


def test_a_task_is_not_changed_under_what_counts(talk):
    second = make_held_lesson(talk.run, kind="discussion", recognised_minutes=60)
    talk.count(make_answer(talk.thread, talk.trainee))
    for lesson_id in (second.id, None):
        with pytest.raises(Conflict):
            talk.make_task(talk.thread, lesson_id)
    talk.make_task(talk.thread)  # what it is already
    talk.withdraw()
    talk.make_task(talk.thread, None)
    assert db.session.get_one(Thread, talk.thread.id).task_lesson_id is None


# --- pages -----------------------------------------------------------------------------


def pages(talk) -> dict[str, str]:
    start = f"/en/manage/threads/{talk.thread.id}"
    return {
        "task": f"{start}/task",
        "list": f"{start}/contributions",
        "withdraw": f"{start}/contributions/{talk.study.enrolment.id}/withdraw",
    }


def test_staff_and_the_run_s_instructors_reach_the_pages_others_do_not(talk, signed_in_as):
    make_answer(talk.thread, talk.trainee)
    allowed = {200: [talk.teacher, make_person("staff")], 404: [make_person("instructor")]}
    allowed[403] = [talk.trainee, make_person()]
    for status, people in allowed.items():
        for person in people:
            browser = signed_in_as(person)
            answers = {browser.get(page).status_code for page in pages(talk).values()}
            assert answers == {status}, person.full_name


def test_a_thread_of_no_run_has_no_task(talk, signed_in_as):
    thread = make_thread(board_of_site(BoardKind.QUESTIONS), talk.trainee)
    staff = signed_in_as(make_person("staff"))
    for page in ("task", "contributions"):
        assert staff.get(f"/en/manage/threads/{thread.id}/{page}").status_code == 404


def test_somebody_of_another_run_is_not_reached_through_this_thread(talk, signed_in_as):
    other = Talk()
    page = f"/en/manage/threads/{talk.thread.id}/contributions/{other.study.enrolment.id}/withdraw"
    assert signed_in_as(make_person("staff")).get(page).status_code == 404


def test_an_instructor_makes_a_task_counts_a_post_and_takes_it_back(talk, signed_in_as):
    browser = signed_in_as(talk.teacher)
    thread = make_thread(talk.board, talk.teacher, "The second")
    page = f"/en/manage/threads/{thread.id}/task"
    sent = {"lesson": str(talk.lesson.id), "csrf_token": token_on(browser, page)}
    assert browser.post(page, data={**sent, "lesson": "12345"}).status_code == 422
    assert browser.post(page, data=sent).status_code == 303
    post = make_answer(thread, talk.trainee, "**By** the kilometre")
    listed = f"/en/manage/threads/{thread.id}/contributions"
    text = browser.get(listed).text
    assert "By the kilometre" in text
    token = {"csrf_token": token_on(browser, listed)}
    for _time in range(2):
        answer = browser.post(f"/en/manage/posts/{post.id}/contribution", data=token)
        assert answer.status_code == 303
    assert talk.earned == 60
    other = make_answer(thread, talk.trainee)
    answer = browser.post(f"/en/manage/posts/{other.id}/contribution", data=token)
    text = browser.get(answer.location).text
    assert "Another post of theirs counts already." in text
    run_page = signed_in_as(talk.trainee).get(f"/en/runs/{talk.run.id}").text
    assert "Counted for your contribution" in run_page
    page = f"{listed}/{talk.study.enrolment.id}/withdraw"
    empty = browser.post(page, data={"reason": "  ", **token})
    assert empty.status_code == 422
    for _time in range(2):
        assert browser.post(page, data={"reason": "Copied", **token}).status_code == 303
    assert talk.earned == 0
    assert talk.told() == [True, False]


def test_the_mail_says_what_counts_and_why_it_no_longer_does(talk, outbox, run_jobs):
    address = talk.trainee.email
    talk.count(make_answer(talk.thread, talk.trainee))
    talk.withdraw("It was copied.")
    run_jobs()
    mails = [mail for mail in outbox if mail.to == [address]]
    assert len(mails) == 2
    assert "It was copied." in mails[1].body
    assert "It was copied." not in mails[0].body


def test_the_list_costs_the_same_for_one_or_many(talk, signed_in_as, count_statements):
    browser, listed = signed_in_as(talk.teacher), pages(talk)["list"]
    costs = []
    for people in (1, 8):
        for _person in range(people):
            person = join(talk.run, make_person()).person
            for _post in range(7):
                post = make_answer(talk.thread, person)
            talk.count(post)
        with count_statements() as statements:
            page = browser.get(listed)
        assert page.status_code == 200
        costs.append(len(statements))
    assert costs[0] == costs[1] <= 8
    found = contributors(talk.thread, talk.run.id, talk.lesson.id)
    assert {(each.posts_total, len(each.posts)) for each in found} == {(0, 0), (7, 5)}


def test_two_who_count_at_once_count_once(app_of_its_own):
    with app_of_its_own.app_context():
        talk = Talk()
        post_ids = [make_answer(talk.thread, talk.trainee).id for _n in range(2)]
        ids = talk.thread.id, talk.run.id, talk.teacher.id, talk.study.enrolment.id
        db.session.remove()
    barrier = Barrier(4)

    def count(number: int) -> None:
        with app_of_its_own.app_context():
            barrier.wait(30)
            with suppress(Conflict), unit_of_work():  # the other post was first
                count_post(
                    db.session.get_one(Post, post_ids[number % 2]),
                    thread=db.session.get_one(Thread, ids[0]),
                    run_id=ids[1],
                    actor=db.session.get_one(Person, ids[2]),
                    now=NOW,
                )
            db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count, range(4)))
    with app_of_its_own.app_context():
        assert db.session.scalar(select(func.count(Contribution.id))) == 1
        assert db.session.get_one(EnrolmentProgress, ids[3]).earned_minutes == 60
        kinds = db.session.scalars(select(Notice.kind)).all()
        assert kinds.count("boards.contribution") == 1

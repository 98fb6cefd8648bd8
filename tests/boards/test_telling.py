"""Who hears of a post: each once, for the strongest reason, and nobody who may not read it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from lms.accounts.models import Person, PersonRole, PersonState
from lms.boards.models import (
    Audience,
    Board,
    BoardKind,
    Following,
    NoticeAudience,
    Post,
    PostState,
    Thread,
    ThreadKind,
    ThreadMark,
)
from lms.boards.queries import thread_for
from lms.boards.queries.reach import Reach, each_may_read
from lms.boards.rules.telling import Hearer, PostFacts, Reason, beginning, reason_to_tell
from lms.boards.services.marks import follow_board, follow_thread
from lms.boards.services.posting import publish
from lms.boards.services.telling import tell_of_post
from lms.boards.tasks import tell_of_post as job
from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.courses.models import Course, CourseTeacher
from lms.enrolment.models import Enrolment, EnrolmentState, RunInstructor
from lms.enrolment.rules import busan_day
from lms.enrolment.services import leave
from lms.notifications.models import How, Notice, Topic
from lms.notifications.services import save_choices
from lms.organisations.services import name_focal_point
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
from tests.factories.enrolment import make_enrolment, make_run
from tests.factories.organisations import make_affiliation, make_city

NOW = clock.now()


def told(post) -> dict[int, str]:
    """Return who has been told of a post, with the kind and the reason."""
    db.session.expire_all()
    rows = db.session.scalars(select(Notice).where(Notice.key == f"boards.post:{post.id}"))
    return {row.person_id: f"{row.kind}/{row.context['reason']}" for row in rows}


def follow(person, board=None, thread=None, how=Following.FOLLOWED):
    with unit_of_work():
        if board is not None:
            follow_board(person, board.id, how)
        if thread is not None:
            follow_thread(person, thread.id, how, now=NOW)


# --- why -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "hearer", "reason"),
    [
        (2, Hearer(7, True, True, False), Reason.MENTIONED),
        (1, Hearer(7, True, True, True), Reason.MENTIONED),
        (2, Hearer(5, True, True, False), Reason.TO_POST),
        (2, Hearer(4, True, True, False), Reason.IN_THREAD),
        (2, Hearer(4, False, False, False), Reason.IN_THREAD),
        (2, Hearer(1, True, False, False), Reason.NEW_POST),
        (2, Hearer(1, False, True, False), None),
        (1, Hearer(1, False, True, False), Reason.NEW_THREAD),
        (1, Hearer(1, False, True, True), Reason.NOTICE),
        (1, Hearer(1, True, False, False), None),
        (2, Hearer(1, False, False, True), None),
    ],
)
def test_the_strongest_reason_counts(number, hearer, reason):
    facts = PostFacts(number, 4, 5, frozenset({7}))
    assert reason_to_tell(facts, hearer) == reason


def test_an_excerpt_is_plain_short_and_of_a_case_too():
    assert beginning("## Head\n\nSome **bold** [word](https://x.example).", None) == (
        "Head Some bold word."
    )
    assert beginning("", {"tried": "Buses.", "situation": "No road."}) == "No road. Buses."
    long = beginning("word " * 500, None)
    assert len(long) <= 200
    assert long.endswith("word…")
    assert len(beginning("가" * 5000, None)) == 200
    assert beginning("", None) == ""


# --- who -------------------------------------------------------------------------------


def test_an_answer_tells_each_person_once(app, run_jobs):
    asker, first, named, follower, idle = (make_person() for _ in range(5))
    board = board_of_site()
    thread = make_thread(board, asker)
    answer = make_answer(thread, first)
    follow(follower, thread=thread)
    follow(named, thread=thread)
    follow(idle, board=board)  # of a board one hears of new threads only
    run_jobs()
    body = f"[@Bat](person:{named.id}) and [@me](person:{idle.id}) know."
    post = make_answer(thread, asker, body, reply_to=answer.number)
    run_jobs()
    assert told(post) == {
        first.id: "boards.replied/to_post",
        named.id: "boards.mentioned/mentioned",
        idle.id: "boards.mentioned/mentioned",
        follower.id: "boards.followed/new_post",
    }
    assert told(answer) == {
        asker.id: "boards.replied/in_thread",
        named.id: "boards.followed/new_post",
        follower.id: "boards.followed/new_post",
    }
    before = len(db.session.scalars(select(Notice)).all())
    job(post_id=post.id)
    assert len(db.session.scalars(select(Notice)).all()) == before, "a job may be done twice"


def test_a_new_thread_tells_followers_of_the_board_and_a_muted_one_tells_nothing(app, run_jobs):
    board, author = board_of_site(), make_person()
    follower, muted, bystander, gone = (make_person() for _ in range(4))
    follow(follower, board=board)
    follow(author, board=board)
    follow(gone, board=board)
    follow(muted, board=board, how=Following.MUTED)
    gone.state = PersonState.DISABLED
    db.session.commit()
    thread = make_thread(board, author, body=f"[@x](person:{muted.id})")
    run_jobs()
    assert told(first_post(thread)) == {follower.id: "boards.followed/new_thread"}
    follow(author, thread=thread, how=Following.MUTED)
    reply = make_answer(thread, bystander, f"[@x](person:{author.id})")
    run_jobs()
    assert told(reply) == {}, "not even that somebody mentions them"


def test_what_is_held_tells_nobody_until_it_is_seen(app, run_jobs):
    author, follower = make_person(), make_person()
    board = board_of_site()
    follow(follower, board=board)
    thread = make_thread(board, author, is_held=True)
    post = first_post(thread)
    job(post_id=post.id)
    assert told(post) == {}
    with unit_of_work():
        publish(db.session.get_one(Post, post.id), actor_id=None, now=NOW)
        post_id = post.id
    job(post_id=post_id)
    assert told(post) == {follower.id: "boards.followed/new_thread"}


@pytest.mark.parametrize("state", [PostState.HIDDEN, PostState.DELETED])
def test_what_was_taken_away_before_it_was_told_tells_nobody(app, state):
    author, follower = make_person(), make_person()
    board = board_of_site()
    follow(follower, board=board)
    thread = make_thread(board, author)
    post = first_post(thread)
    post.state = thread.state = state
    db.session.commit()
    job(post_id=post.id)
    assert told(post) == {}


def test_who_left_the_run_meanwhile_hears_nothing_and_gets_no_words(app, run_jobs, outbox):
    run = make_run(seats_taken=3)
    board = make_run_board(run)
    stays, leaves, outsider, teacher, former = (make_person() for _ in range(5))
    save(PersonRole(person_id=teacher.id, role="instructor", granted_at=NOW))
    save(RunInstructor(run_id=run.id, person_id=teacher.id))
    save(RunInstructor(run_id=run.id, person_id=former.id))  # and has the role no more
    staff, author = make_person("staff"), make_person()
    for each in (stays, leaves, author):
        make_enrolment(run, each)
    for each in (stays, leaves, outsider, teacher, former, staff):
        follow(each, board=board)
    addresses = {each.id: each.email for each in (stays, leaves, outsider, teacher, former, staff)}
    with unit_of_work():
        enrolment = db.session.scalars(select(Enrolment).where(Enrolment.person_id == leaves.id))
        leave(enrolment.one(), actor=leaves, now=NOW)
    for each in (stays, leaves, teacher, former, staff):
        with unit_of_work():
            save_choices(
                db.session.get_one(Person, each.id),
                {Topic.FOLLOWED: How.AT_ONCE},
                hour=8,
                weekday=0,
                now=NOW,
            )
    ids = {stays.id, teacher.id, staff.id}
    course_code = db.session.get_one(Course, run.course_id).code
    thread = make_thread(board, author, "Our port", body="The crane on pier 7 is ours.")
    run_jobs()
    assert set(told(first_post(thread))) == ids
    assert {mail.to[0] for mail in outbox} == {addresses[each] for each in ids}
    assert all("crane on pier 7" in mail.body for mail in outbox)
    notice = db.session.scalars(select(Notice).where(Notice.person_id == stays.id)).one()
    assert "crane" not in str(notice.context), "an inbox outlives the right to read"
    assert notice.group == course_code


def test_the_words_of_the_notices_and_the_way_to_the_post(app, run_jobs, outbox, signed_in_as):
    asker, other = make_person(preferred_language="ko"), make_person(full_name="Nguyen Van An")
    thread = make_thread(board_of_site(), asker, "Who pays <drivers>?")
    run_jobs()
    make_answer(thread, other, "**By** the kilometre.", language="en")
    run_jobs()
    [mail] = outbox
    assert "Who pays <drivers>?" in mail.subject
    assert "> By the kilometre." in mail.body
    assert "Nguyen Van An" in mail.body
    html = mail.alternatives[0][0]
    assert '<blockquote lang="en" dir="ltr">By the kilometre.</blockquote>' in html
    assert "<drivers>" not in html
    assert "List-Unsubscribe" in mail.extra_headers or "List-Unsubscribe" in mail.message()
    browser = signed_in_as(asker)
    page = browser.get("/en/notifications").text
    assert "has answered in your thread" in page
    assert "Questions and answers" in page
    post = db.session.scalars(select(Post).where(Post.number == 2)).one()
    assert f"/posts/{post.id}" in mail.body
    answer = browser.get(f"/en/posts/{post.id}")
    assert answer.status_code == 302
    assert answer.location.endswith("#post-2")


def test_it_costs_the_same_however_many_follow(app, count_statements):
    board, author = board_of_site(), make_person()
    thread = make_thread(board, author)
    reading = {}
    for many in (2, 12):
        for _each in range(many):
            person = make_person()
            save(
                ThreadMark(
                    person_id=person.id,
                    thread_id=thread.id,
                    following=Following.FOLLOWED,
                    changed_at=NOW,
                )
            )
        post = make_answer(thread, author)
        with count_statements() as statements, unit_of_work():
            tell_of_post(post.id, now=NOW)
        reading[many] = [each for each in statements if each.lstrip().startswith("SELECT")]
        assert len(told(post)) >= many
    assert len(reading[2]) == len(reading[12]) <= 8, reading[12]


def test_many_are_told_in_batches_each_by_what_is_so_then(app):
    board, author = board_of_site(), make_person()
    people = [make_person() for _ in range(5)]
    for each in people:
        follow(each, board=board)
    post = first_post(make_thread(board, author))
    with unit_of_work():
        after = tell_of_post(post.id, now=NOW, at_a_time=2)
    assert set(told(post)) == {people[0].id, people[1].id}
    post.state = PostState.HIDDEN
    db.session.commit()
    with unit_of_work():
        assert tell_of_post(post.id, now=NOW, after=after, at_a_time=2) is None
    assert len(told(post)) == 2, "hidden meanwhile, it tells nobody more"
    post.state = PostState.PUBLISHED
    db.session.commit()
    job(post_id=post.id)
    assert len(told(post)) == 5


def test_two_workers_tell_once(app_of_its_own):
    app = app_of_its_own
    with app.app_context():
        board, author, follower = board_of_site(), make_person(), make_person()
        follow(follower, board=board)
        post_id = first_post(make_thread(board, author)).id
    gate = Barrier(2)

    def work(_number):
        with app.app_context():
            gate.wait()
            job(post_id=post_id)
            db.session.remove()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    with app.app_context():
        rows = db.session.scalars(select(Notice)).all()
        assert [row.kind for row in rows] == ["boards.followed"]


# --- notices ---------------------------------------------------------------------------


def everybody_about():
    """Return one of each sort of people: by what they are told."""
    run, city = make_run(), make_city()
    trainee, alumnus, left, speaker = (make_person() for _ in range(4))
    make_enrolment(run, trainee)
    make_enrolment(make_run(), alumnus, state=EnrolmentState.COMPLETED)
    make_enrolment(run, left, state=EnrolmentState.WITHDRAWN)
    instructor, staff = make_person("instructor"), make_person("staff")
    with unit_of_work():
        name_focal_point(speaker, city, valid_from=busan_day(NOW), actor_id=None, now=NOW)
    return {
        "trainee": trainee.id,
        "alumnus": alumnus.id,
        "left": left.id,
        "focal point": speaker.id,
        "instructor": instructor.id,
        "staff": staff.id,
    }


@pytest.mark.parametrize(
    ("audience", "names"),
    [
        ("all", {"trainee", "alumnus", "left", "focal point", "instructor", "staff"}),
        ("trainees", {"trainee", "alumnus"}),  # who has completed one may take another
        ("alumni", {"alumnus"}),
        ("instructors", {"instructor"}),
        ("focal_points", {"focal point"}),
    ],
)
def test_a_notice_tells_its_audience(app, run_jobs, outbox, audience, names):
    people, author = everybody_about(), make_person("staff")
    thread = make_thread(
        board_of_site(BoardKind.NOTICES),
        author,
        "The office is closed",
        kind=ThreadKind.NOTICE,
        audience=NoticeAudience(audience),
        expires_at=NOW + timedelta(days=3),
    )
    run_jobs()
    found = told(first_post(thread))
    assert {name for name, id_ in people.items() if id_ in found} == names
    assert set(found.values()) == {"boards.notice/notice"}
    assert all(mail.subject == "Notice: The office is closed" for mail in outbox)
    assert "Valid until" in outbox[0].body


def test_a_notice_that_has_expired_before_it_was_told_tells_nobody(app):
    make_person()
    thread = make_thread(
        board_of_site(BoardKind.NOTICES),
        make_person("staff"),
        kind=ThreadKind.NOTICE,
        expires_at=NOW - timedelta(minutes=1),
    )
    job(post_id=first_post(thread).id)
    assert told(first_post(thread)) == {}


def test_a_run_s_notice_tells_its_people_and_a_city_s_its_own(app, run_jobs):
    run, city = make_run(), make_city()
    member, other, follower, staff = *(make_person() for _ in range(3)), make_person("staff")
    make_enrolment(run, member)
    make_affiliation(other, city)
    of_run, of_city = make_run_board(run), make_board(BoardKind.CITY, city_id=city.id)
    ideas = board_of_site(BoardKind.IDEAS)
    follow(follower, board=ideas)
    posts = [
        first_post(make_thread(board, make_person("staff"), kind=ThreadKind.NOTICE)).id
        for board in (of_run, of_city, ideas)
    ]
    run_jobs()
    of_run_told, of_city_told, ideas_told = (
        told(db.session.get_one(Post, post_id)) for post_id in posts
    )
    assert of_run_told == {member.id: "boards.notice/notice"}, "staff are not of the run"
    assert of_city_told == {other.id: "boards.notice/notice"}
    assert ideas_told == {follower.id: "boards.followed/new_thread"}
    assert staff.id not in of_run_told


# --- the reach of many is that of each -------------------------------------------------


def test_who_may_read_is_the_same_asked_for_many_and_for_one(app):
    people = everybody_about()
    course = make_course()
    run, draft = make_run(course), make_run(make_course(), state="draft")
    member, teacher = make_person(), make_person("instructor")
    make_enrolment(run, member)
    make_enrolment(draft, member)
    save(RunInstructor(run_id=run.id, person_id=teacher.id))
    save(RunInstructor(run_id=run.id, person_id=member.id))
    save(CourseTeacher(course_id=course.id, person_id=people["left"]))
    boards = [
        make_run_board(run),
        make_run_board(draft),
        make_board(BoardKind.CURRICULUM, curriculum_id=course.curriculum_id),
        make_board(BoardKind.ALUMNI),
        make_board(BoardKind.CITY, city_id=make_city().id),
        make_board(BoardKind.IDEAS, readable_by=Audience.STAFF),
        make_board(BoardKind.IDEAS, readable_by=Audience.EVERYBODY),
    ]
    author = make_person("staff")
    threads = [
        make_thread(board, author, kind=ThreadKind.NOTICE, audience=audience).id
        for board in boards
        for audience in NoticeAudience
    ]
    today, now = busan_day(clock.now()), clock.now()
    everyone = db.session.scalars(select(Person)).all()
    answers = set()
    for thread_id in threads:
        many = set(
            db.session.scalars(
                select(Person.id)
                .join(Thread, Thread.id == thread_id)
                .join(Board, Board.id == Thread.board_id)
                .where(each_may_read(today))
            )
        )
        for person in everyone:
            roles = set(
                db.session.scalars(select(PersonRole.role).where(PersonRole.person_id == person.id))
            )
            reach = Reach(person.id, today, bool(roles & {"staff", "admin"}), "instructor" in roles)
            one = thread_for(thread_id, reach) is not None
            assert (person.id in many) == one, (thread_id, person.id, now)
            answers.add(one)
    assert answers == {True, False}

"""Who reads, writes and moderates on which board; the same for lists as for doors."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from lms.accounts.login import Visitor
from lms.boards import permissions
from lms.boards.models import Audience, Board, BoardKind, PostState, Thread
from lms.boards.queries.reach import is_listed, is_readable, readable_boards
from lms.boards.rules.access import (
    Bar,
    BoardFacts,
    Standing,
    a_year_after,
    bar_to_writing,
)
from lms.core import clock
from lms.core.db import db
from lms.core.errors import Conflict, NotAllowed, NotFound
from lms.enrolment.models import RunInstructor
from lms.organisations.models import FocalPoint
from tests.factories import save
from tests.factories.accounts import make_person, reader_of
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

# r reads, w writes, m moderates; "-" is as if the board did not exist.
TABLE = {
    #                   run   curriculum city  alumni questions notices practice
    "visitor":          ("-",   "-",   "-",   "-",   "-",   "r",   "r"),
    "stranger":         ("-",   "-",   "r",   "-",   "rw",  "r",   "rw"),
    "trainee":          ("rw",  "rw",  "r",   "-",   "rw",  "r",   "rw"),
    "second trainee":   ("rw",  "rw",  "r",   "-",   "rw",  "r",   "rw"),
    "of another run":   ("-",   "rw",  "r",   "-",   "rw",  "r",   "rw"),
    "who left":         ("-",   "-",   "r",   "-",   "rw",  "r",   "rw"),
    "not completed":    ("rw",  "rw",  "r",   "-",   "rw",  "r",   "rw"),
    "alumnus":          ("rw",  "rw",  "r",   "rw",  "rw",  "r",   "rw"),
    "instructor":       ("rwm", "-",   "r",   "-",   "rw",  "r",   "rw"),
    "other instructor": ("-",   "-",   "r",   "-",   "rw",  "r",   "rw"),
    "focal point":      ("-",   "-",   "rw",  "-",   "rw",  "r",   "rw"),
    "former focal":     ("-",   "-",   "r",   "-",   "rw",  "r",   "rw"),
    "of the city":      ("-",   "-",   "rw",  "-",   "rw",  "r",   "rw"),
    "staff":            ("rwm", "rwm", "rwm", "rwm", "rwm", "rwm", "rwm"),
    "admin":            ("rwm", "rwm", "rwm", "rwm", "rwm", "rwm", "rwm"),
}  # fmt: skip
BOARDS = ("run", "curriculum", "city", "alumni", "questions", "notices", "practice")


@dataclass
class Site:
    boards: dict
    readers: dict


@pytest.fixture
def site(app):
    course = make_course()
    run, other_run = make_run(course), make_run(course, cohort_no=2)
    city = make_city()
    people = {name: make_person(*_roles(name)) for name in TABLE if name != "visitor"}
    make_enrolment(run, people["trainee"])
    make_enrolment(run, people["second trainee"], state="started")
    make_enrolment(other_run, people["of another run"])
    make_enrolment(run, people["who left"], state="withdrawn")
    make_enrolment(run, people["not completed"], state="not_completed")
    make_enrolment(run, people["alumnus"], state="completed")
    save(RunInstructor(run_id=run.id, person_id=people["instructor"].id))
    save(RunInstructor(run_id=other_run.id, person_id=people["other instructor"].id))
    make_affiliation(people["of the city"], city)
    _speaks(people["focal point"], city, None)
    _speaks(people["former focal"], city, date(2020, 1, 1))
    boards = {
        "run": make_run_board(run),
        "curriculum": make_board(BoardKind.CURRICULUM, curriculum_id=course.curriculum_id),
        "city": make_board(BoardKind.CITY, city_id=city.id, writable_by=Audience.MEMBERS),
        "alumni": board_of_site(BoardKind.ALUMNI),
        "questions": board_of_site(BoardKind.QUESTIONS),
        "notices": board_of_site(BoardKind.NOTICES),
        "practice": board_of_site(BoardKind.GOOD_PRACTICE),
    }
    readers = {name: reader_of(person) for name, person in people.items()}
    return Site(boards, {**readers, "visitor": Visitor()})


def _roles(name):
    return [role for role in ("instructor", "staff", "admin") if role in name.split()]


def _speaks(person, city, until):
    save(
        FocalPoint(
            person_id=person.id, city_id=city.id, valid_from=date(2019, 1, 1), valid_to=until
        )
    )


def rights(reader, board):
    now = clock.now()
    try:
        head = permissions.get_board_for_reading(reader, board.id, now)
    except NotFound:
        return "-"
    return "r" + "w" * head.can_write + "m" * head.moderates


def test_everybody_has_the_rights_of_the_table(site):
    found = {
        name: tuple(rights(reader, site.boards[board]) for board in BOARDS)
        for name, reader in site.readers.items()
    }
    assert found == TABLE


def test_lists_hold_the_boards_that_doors_open(site):
    for name, reader in site.readers.items():
        reach = permissions.reach_of(reader, clock.now())
        listed = set(db.session.scalars(readable_boards(reach)))
        opened = {board.id for board in site.boards.values() if rights(reader, board) != "-"}
        assert listed & {board.id for board in site.boards.values()} == opened, name


def test_a_thread_and_its_posts_are_out_of_reach_with_their_board(site):
    author = make_person("staff")
    thread = make_thread(site.boards["run"], author)
    post = first_post(thread)
    for name, reader in site.readers.items():
        is_theirs = TABLE[name][0] != "-"
        for door, row in (
            (permissions.get_thread_for_reading, thread),
            (permissions.get_post_for_reading, post),
        ):
            if is_theirs:
                assert door(reader, row.id, clock.now())
            else:
                with pytest.raises(NotFound):
                    door(reader, row.id, clock.now())


def test_each_verb_on_a_post_is_for_whom_it_is(site):
    mine = make_person()
    thread = make_thread(board_of_site(), make_person())
    post = make_answer(thread, mine)
    now = clock.now()
    readers = {**site.readers, "author": reader_of(mine)}
    doors = {
        permissions.get_post_for_editing: {"author"},
        permissions.get_post_for_deleting: {"author"},
        permissions.get_post_for_moderating: {"staff", "admin"},
    }
    for door, allowed in doors.items():
        for name, reader in readers.items():
            if name in allowed:
                assert door(reader, post.id, now)
            else:
                with pytest.raises((NotAllowed, NotFound)):
                    door(reader, post.id, now)


def test_what_waits_or_is_hidden_is_for_its_author_and_moderators(site):
    author = make_person()
    thread = make_thread(site.boards["questions"], author, is_held=True)
    for state in (PostState.HELD, PostState.HIDDEN):
        db.session.get_one(Thread, thread.id).state = state
        db.session.commit()
        for name, reader in {**site.readers, "author": reader_of(author)}.items():
            if name in {"author", "staff", "admin"}:
                assert permissions.get_thread_for_reading(reader, thread.id, clock.now())
            else:
                with pytest.raises(NotFound):
                    permissions.get_thread_for_reading(reader, thread.id, clock.now())


def test_a_deleted_thread_is_for_nobody(site):
    thread = make_thread(site.boards["questions"], make_person())
    db.session.get_one(Thread, thread.id).state = PostState.DELETED
    db.session.commit()
    for reader in site.readers.values():
        with pytest.raises(NotFound):
            permissions.get_thread_for_reading(reader, thread.id, clock.now())


@pytest.mark.parametrize(
    ("audience", "for_whom"),
    [
        ("all", set(TABLE)),
        ("trainees", {"trainee", "second trainee", "of another run", "alumnus", "staff", "admin"}),
        ("alumni", {"alumnus", "staff", "admin"}),
        ("instructors", {"instructor", "other instructor", "staff", "admin"}),
        ("focal_points", {"focal point", "staff", "admin"}),
    ],
)
def test_a_notice_is_for_its_audience(site, audience, for_whom):
    thread = make_thread(
        site.boards["notices"], make_person("staff"), kind="notice", audience=audience
    )
    found = set()
    for name, reader in site.readers.items():
        reach = permissions.reach_of(reader, clock.now())
        listed = db.session.scalar(
            select(Thread.id)
            .join(Board, Board.id == Thread.board_id)
            .where(Thread.id == thread.id, is_readable(reach), is_listed(reach, clock.now()))
        )
        try:
            permissions.get_thread_for_reading(reader, thread.id, clock.now())
        except NotFound:
            assert listed is None, name
        else:
            assert listed == thread.id, name
            found.add(name)
    assert found == for_whom


def test_an_expired_notice_is_in_no_list(site):
    reach = permissions.reach_of(Visitor(), clock.now())
    past = clock.now() - timedelta(days=1)
    make_thread(site.boards["notices"], make_person("staff"), kind="notice", expires_at=past)
    assert db.session.scalars(select(Thread.id).where(is_listed(reach, clock.now()))).all() == []


def test_the_board_of_a_draft_run_is_the_staffs(app):
    run = make_run(state="draft")
    trainee = make_person()
    make_enrolment(run, trainee)
    board = make_run_board(run)
    assert rights(reader_of(trainee), board) == "-"
    assert rights(reader_of(make_person("staff")), board) == "rm"


def test_nobody_speaks_for_a_board_of_which_they_only_read(app):
    with pytest.raises(NotAllowed):
        permissions.get_board_for_writing(
            reader_of(make_person()), board_of_site(BoardKind.NOTICES).id, clock.now()
        )


def test_a_run_board_closes_a_year_after_the_run(app):
    today = clock.now().date()
    run = make_run(starts_on=today - timedelta(days=500), ends_on=today - timedelta(days=400))
    trainee = make_person()
    make_enrolment(run, trainee)
    board = make_run_board(run)
    assert rights(reader_of(trainee), board) == "r"
    with pytest.raises(Conflict):
        permissions.get_board_for_writing(reader_of(trainee), board.id, clock.now())


MEMBER = Standing(is_signed_in=True, is_member=True)
LAST_DAY = date(2026, 3, 14)


@pytest.mark.parametrize(
    ("state", "today", "bar"),
    [
        ("draft", LAST_DAY, Bar.RUN_NOT_OPEN),
        ("approved", date(2025, 1, 1), None),
        ("running", LAST_DAY, None),
        ("completed", date(2027, 3, 14), None),
        ("completed", date(2027, 3, 15), Bar.RUN_LONG_OVER),
        ("cancelled", LAST_DAY, Bar.RUN_CANCELLED),
    ],
)
def test_a_run_board_is_open_from_approval_until_a_year_after(state, today, bar):
    board = BoardFacts(BoardKind.RUN, Audience.MEMBERS, False, state, LAST_DAY)
    assert bar_to_writing(board, MEMBER, today=today) == bar


def test_a_year_after_a_leap_day_is_the_last_of_february():
    assert a_year_after(date(2028, 2, 29)) == date(2029, 2, 28)

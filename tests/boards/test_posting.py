"""Threads begun and answered: one post a form, numbers without gaps, what waits is not seen."""

import pytest

from lms.boards.models import BoardKind, Following, PostState, Thread, ThreadMark
from lms.boards.services.changing import accept_answer, delete_post, edit_post
from lms.boards.services.marks import set_like
from lms.boards.services.posting import NewThread, open_thread
from lms.boards.services.words import Words
from lms.core import clock
from lms.core.db import db
from lms.core.errors import Conflict
from lms.core.unit_of_work import unit_of_work
from tests.factories.accounts import make_person
from tests.factories.boards import (
    as_staff,
    board_of_site,
    first_post,
    make_answer,
    make_thread,
)

pytestmark = pytest.mark.usefixtures("app")


def test_the_same_form_makes_one_thread():
    author = make_person()
    board = as_staff(board_of_site())
    new = NewThread("question", Words("ko", "버스 기사 급여는요?", "급여"))
    made = []
    for _time in range(2):
        with unit_of_work():
            post = open_thread(board, author, new, key="k", is_held=False, now=clock.now())
            made.append(post.id)
    assert made[0] == made[1]
    assert db.session.query(Thread).count() == 1


def test_answers_are_numbered_and_counted_and_followed():
    asker, other = make_person(), make_person()
    thread = make_thread(board_of_site(), asker)
    numbers = [make_answer(thread, other).number for _n in range(3)]
    assert numbers == [2, 3, 4]
    thread = db.session.get_one(Thread, thread.id)
    assert (thread.posts_count, thread.answers) == (4, 3)
    mark = db.session.get_one(ThreadMark, (other.id, thread.id))
    assert (mark.following, mark.last_read) == (Following.FOLLOWED, 4)


def test_what_waits_is_neither_seen_nor_counted():
    thread = make_thread(board_of_site(), make_person(), is_held=True)
    assert thread.state == PostState.HELD
    open_one = make_thread(board_of_site(BoardKind.IDEAS), make_person())
    make_answer(open_one, make_person(), is_held=True)
    assert db.session.get_one(Thread, open_one.id).answers == 0


def test_an_edit_keeps_what_stood_there_and_notices_another():
    author = make_person()
    post = first_post(make_thread(board_of_site(), author))
    now = clock.now()
    with unit_of_work():
        assert edit_post(post, Words("en", "New", "T"), revision=1, editor=author, now=now)
    with unit_of_work():
        assert edit_post(post, Words("en", "New", "T"), revision=1, editor=author, now=now)
    with unit_of_work():
        assert not edit_post(post, Words("en", "Newer", "T"), revision=1, editor=author, now=now)
    assert post.revision == 2


def test_a_question_others_answered_is_not_taken_back():
    asker = make_person()
    thread = make_thread(board_of_site(), asker)
    other = make_person()
    reply = make_answer(thread, other)
    with pytest.raises(Conflict), unit_of_work():
        delete_post(first_post(thread), author=asker, now=clock.now())
    with unit_of_work():
        accept_answer(thread, 2, actor=asker, now=clock.now())
    with unit_of_work():
        delete_post(reply, author=other, now=clock.now())
    thread = db.session.get_one(Thread, thread.id)
    assert (thread.accepted_number, thread.answers) == (None, 0)
    with unit_of_work():
        delete_post(first_post(thread), author=asker, now=clock.now())
    assert db.session.get_one(Thread, thread.id).state == PostState.DELETED


def test_nobody_likes_their_own_or_twice():
    author, reader = make_person(), make_person()
    post = first_post(make_thread(board_of_site(), author))
    for person in (author, reader, reader):
        with unit_of_work():
            set_like(post, person, likes=True, now=clock.now())
    assert post.likes == 1

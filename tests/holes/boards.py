"""The boards of the ground: one of the trainee's run with posts in every state, one for all."""

from typing import Any

from lms.accounts.models import Person
from lms.boards.models import BoardKind, Post, PostState, Thread, ThreadKind
from lms.boards.services.changing import take_from_sight
from lms.core import clock
from lms.core.audit import record_change
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.models import CourseRun
from tests.factories.boards import (
    board_of_site,
    first_post,
    make_answer,
    make_run_board,
    make_thread,
)
from tests.factories.progress import Study

OF_ANSWER = {"post_id": "answer_id"}
PARTS = {
    "boards_manage.edit_notice": {"thread_id": "notice_thread_id"},
    "boards.accept": OF_ANSWER,
    "boards.delete_post": {"post_id": "held_post_id"},
    "boards.like": OF_ANSWER,
    "boards.new_thread": {"kind": "thread_kind"},
    "boards.ask_for_draft": {"code": "translation_code"},
    "boards.show_translation": {"code": "translation_code"},
    "boards.translate_post": {"code": "translation_code"},
}


def boards_written(study: Study, instructor: Person, stranger: Person) -> dict[str, Any]:
    """Return a question of the trainee in their run, answered, and what others wrote there."""
    trainee = db.session.get_one(Person, study.person.id)
    teacher = db.session.get_one(Person, instructor.id)
    board = make_run_board(db.session.get_one(CourseRun, study.run.id))
    thread = make_thread(board, trainee, "Who pays for the last bus?")
    answer = make_answer(thread, teacher, "The city does.")
    held = make_answer(thread, trainee, "Buy a bus.", is_held=True)
    hidden = make_answer(thread, trainee, "Ask Mrs Dorj.")
    _hide(hidden)
    public = make_thread(
        board_of_site(BoardKind.GOOD_PRACTICE), db.session.get_one(Person, stranger.id), "One card"
    )
    notice = make_thread(board, teacher, "No bus on Monday", kind=ThreadKind.NOTICE)
    return {
        "board_id": board.id,
        "thread_id": thread.id,
        "thread_kind": "question",
        "post_id": first_post(thread).id,
        "answer_id": answer.id,
        "translation_code": "mn",
        "held_post_id": held.id,
        "hidden_post_id": hidden.id,
        "public_board_id": public.board_id,
        "first": 1,
        "notice_thread_id": notice.id,
        "public_thread_id": public.id,
        "public_post_id": first_post(public).id,
    }


def _hide(post: Post) -> None:
    with unit_of_work():
        record_change(
            "post",
            post.id,
            old=post.state,
            new=PostState.HIDDEN,
            actor_id=None,
            now=clock.now(),
            reason="Names a patient.",
        )
        thread = db.session.get_one(Thread, post.thread_id)
        take_from_sight(post, thread, PostState.HIDDEN)

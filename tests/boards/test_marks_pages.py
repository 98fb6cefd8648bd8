"""Buttons of readers and moderators: read, followed, liked, kept, accepted, pinned, locked."""

import pytest
from sqlalchemy import update

from lms.boards.models import (
    BoardMark,
    Following,
    Post,
    PostBookmark,
    PostState,
    Thread,
    ThreadMark,
)
from lms.boards.services.changing import take_from_sight
from lms.boards.services.marks import note_read
from lms.core import clock
from lms.core.audit import history_of
from lms.core.db import db, execute, locks_rows
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.models import RunInstructor
from tests.factories import save
from tests.factories.accounts import make_person
from tests.factories.boards import (
    board_of_site,
    first_post,
    make_answer,
    make_run_board,
    make_thread,
)
from tests.factories.enrolment import make_enrolment, make_run
from tests.forms import token_on


@pytest.fixture
def asker(app):
    return make_person()


@pytest.fixture
def reader(app):
    return make_person()


@pytest.fixture
def thread(asker):
    thread = make_thread(board_of_site(), asker)
    for _number in range(3):
        make_answer(thread, asker)
    return db.session.get_one(Thread, thread.id)


def press(browser, path: str, *, page: str = "/en/boards", **fields):
    """Send a form of one button with the token of a page."""
    token = token_on(browser, page)
    return browser.post(f"/en{path}", data={"csrf_token": token, **fields})


def mark_of(person, thread):
    db.session.expire_all()
    return db.session.get(ThreadMark, (person.id, thread.id))


# --- read and follow -------------------------------------------------------------------


def test_what_was_read_is_noted_and_never_taken_back(thread, reader, signed_in_as):
    browser = signed_in_as(reader)
    answer = press(browser, f"/threads/{thread.id}/read", up_to=3)
    assert answer.status_code == 303
    assert answer.location.endswith("#post-3")
    press(browser, f"/threads/{thread.id}/read", up_to=2)
    assert mark_of(reader, thread).last_read == 3
    press(browser, f"/threads/{thread.id}/read", up_to=4000)
    assert mark_of(reader, thread).last_read == 4


def test_of_two_tabs_the_one_further_back_sets_nothing_back(app_of_its_own):
    with app_of_its_own.test_request_context():
        reader = make_person()
        thread = make_thread(board_of_site(), make_person())
        with unit_of_work():
            note_read(reader, thread.id, up_to=1, now=clock.now())
        with unit_of_work():
            seen = db.session.get_one(ThreadMark, (reader.id, thread.id))
            assert seen.last_read == 1
            read_in_another_tab(4)
            note_read(reader, thread.id, up_to=2, now=clock.now())
        assert mark_of(reader, thread).last_read == 4


def read_in_another_tab(up_to: int) -> None:
    """Note as another request does; on SQLite none comes between, so on the same connection."""
    change = update(ThreadMark).values(last_read=up_to)
    if locks_rows():
        with db.engine.begin() as other:
            other.execute(change)
    else:
        execute(change)


def test_a_script_is_told_nothing_but_that_it_is_noted(thread, reader, signed_in_as):
    browser = signed_in_as(reader)
    token = token_on(browser, "/en/boards")
    answer = browser.post(
        f"/en/threads/{thread.id}/read",
        data={"csrf_token": token, "up_to": 2},
        headers={"X-Fragment": "1"},
    )
    assert (answer.status_code, answer.data) == (204, b"")
    assert mark_of(reader, thread).last_read == 2


@pytest.mark.parametrize("up_to", ["", "x", "0", "-1", "9" * 40])
def test_a_number_that_is_none_is_refused(thread, reader, signed_in_as, up_to):
    answer = press(signed_in_as(reader), f"/threads/{thread.id}/read", up_to=up_to)
    assert answer.status_code == 422
    assert mark_of(reader, thread) is None


def test_one_chooses_what_one_hears(thread, reader, signed_in_as):
    browser = signed_in_as(reader)
    for following in ("followed", "muted", "muted"):
        press(browser, f"/threads/{thread.id}/follow", following=following)
    assert mark_of(reader, thread).following == Following.MUTED
    page = browser.get(f"/en/threads/{thread.id}").text
    assert '<option value="muted" selected>' in page
    press(browser, f"/boards/{thread.board_id}/follow", following="followed")
    key = (reader.id, thread.board_id)
    assert db.session.get(BoardMark, key).following == Following.FOLLOWED
    press(browser, f"/boards/{thread.board_id}/follow", following="normal")
    assert db.session.get(BoardMark, key) is None
    assert press(browser, f"/threads/{thread.id}/follow", following="all").status_code == 422


# --- likes and bookmarks ---------------------------------------------------------------


def test_helpful_is_said_once_and_taken_back(thread, reader, asker, signed_in_as):
    post_id = first_post(thread).id
    browser = signed_in_as(reader)
    for on, likes in (("1", 1), ("1", 1), ("0", 0), ("0", 0), ("1", 1)):
        answer = press(browser, f"/posts/{post_id}/like", on=on)
        assert answer.location.endswith("#post-1")
        assert db.session.get_one(Post, post_id).likes == likes
    press(signed_in_as(asker), f"/posts/{post_id}/like", on="1")
    assert db.session.get_one(Post, post_id).likes == 1
    assert "Helpful to 1 person" in browser.get(f"/en/threads/{thread.id}").text


def test_a_bookmark_is_set_and_taken_back(thread, reader, signed_in_as):
    key = (first_post(thread).id, reader.id)
    browser = signed_in_as(reader)
    for on in ("1", "1"):
        press(browser, f"/posts/{key[0]}/bookmark", on=on)
    assert db.session.get(PostBookmark, key) is not None
    press(browser, f"/posts/{key[0]}/bookmark", on="0")
    db.session.expire_all()
    assert db.session.get(PostBookmark, key) is None


@pytest.mark.parametrize("act", ["like", "bookmark"])
def test_what_is_hidden_cannot_be_marked(thread, asker, reader, signed_in_as, act):
    post = make_answer(thread, asker)
    with unit_of_work():
        take_from_sight(post, db.session.get_one(Thread, thread.id), PostState.HIDDEN)
    address = f"/posts/{post.id}/{act}"
    assert press(signed_in_as(reader), address, on="1").status_code == 404
    assert press(signed_in_as(asker), address, on="1").status_code == 409


# --- the answer that has helped --------------------------------------------------------


def test_who_asked_says_what_has_helped(thread, asker, reader, signed_in_as):
    post = make_answer(thread, reader)
    accepted = lambda: db.session.get_one(Thread, thread.id).accepted_number  # noqa: E731
    assert press(signed_in_as(reader), f"/posts/{post.id}/accept", on="1").status_code == 403
    browser = signed_in_as(asker)
    for _time in range(2):
        press(browser, f"/posts/{post.id}/accept", on="1")
    assert accepted() == post.number
    assert len(history_of(("thread", thread.id))) == 1
    # Taking back what is no longer the answer leaves the one that is.
    other = make_answer(thread, reader)
    press(browser, f"/posts/{other.id}/accept", on="0")
    assert accepted() == post.number
    press(browser, f"/posts/{post.id}/accept", on="0")
    assert accepted() is None
    assert press(browser, f"/posts/{first_post(thread).id}/accept", on="1").status_code == 409


# --- pinning and locking ---------------------------------------------------------------


@pytest.mark.parametrize("act, column", [("pin", "is_pinned"), ("lock", "is_locked")])
def test_moderators_of_a_board_pin_and_lock(asker, reader, signed_in_as, act, column):
    run = make_run()
    make_enrolment(run, reader)
    teacher, other = make_person("instructor"), make_person("instructor")
    save(RunInstructor(run_id=run.id, person_id=teacher.id))
    make_enrolment(run, other)  # who studies here, and teaches elsewhere
    thread = make_thread(make_run_board(run), reader)
    address = f"/manage/threads/{thread.id}/{act}"
    for person in (reader, other):
        assert press(signed_in_as(person), address, on="1").status_code == 403
    assert press(signed_in_as(make_person("instructor")), address, on="1").status_code == 404
    browser = signed_in_as(teacher)
    for _time in range(2):
        assert press(browser, address, on="1").status_code == 303
    assert getattr(db.session.get_one(Thread, thread.id), column) is True
    assert len(history_of(("thread", thread.id))) == 1
    press(browser, address, on="0")
    assert getattr(db.session.get_one(Thread, thread.id), column) is False


def test_buttons_are_there_for_whom_they_are(thread, asker, reader, signed_in_as):
    page = f"/en/threads/{thread.id}"
    assert "Accept as answer" in signed_in_as(asker).get(page).text
    html = signed_in_as(reader).get(page).text
    assert "Accept as answer" not in html
    assert "Pin to the top" not in html
    assert "Pin to the top" in signed_in_as(make_person("staff")).get(page).text

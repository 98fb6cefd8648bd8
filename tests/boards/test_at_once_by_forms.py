"""What people send at the same moment, through the forms: one post, one number, one decision."""

import re
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Barrier

import pytest
from sqlalchemy import func, select

from lms.accounts import login
from lms.accounts.models import Person
from lms.accounts.services import start_session
from lms.boards.models import (
    Board,
    Draft,
    Moderation,
    Post,
    PostBookmark,
    PostLike,
    PostReport,
    PostState,
    PostTerms,
    PostText,
    Thread,
)
from lms.boards.queries.moderation import last_change
from lms.boards.rules.moderation import Seen
from lms.boards.rules.posting import MOST_OF_NEW_AN_HOUR
from lms.boards.services import posting
from lms.boards.services.words import Words
from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from tests.factories.accounts import make_person
from tests.factories.boards import as_staff, board_of_site, first_post, make_answer, make_thread

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Sender:
    """Somebody who has signed in and opened a form: sends from as many tabs as they like."""

    def __init__(self, app, person_id):
        self.app = app
        with app.app_context():
            with unit_of_work():
                self.login = start_session(
                    db.session.get_one(Person, person_id),
                    user_agent="test",
                    address="127.0.0.1",
                    now=clock.now(),
                )
            db.session.remove()
            self.name = None
        browser = self._browser()
        self.token = TOKEN.search(browser.get("/en/boards/mine").text)[1]
        self.cookies = [(each.key, each.value) for each in browser._cookies.values()]

    def _browser(self, cookies=()):
        browser = self.app.test_client()
        with self.app.test_request_context():
            browser.set_cookie(login.cookie_name(), self.login)
        for key, value in cookies:
            browser.set_cookie(key, value)
        return browser

    def send(self, path, headers=None, **data):
        """Return what is answered to a form."""
        browser = self._browser(self.cookies)
        return browser.post(path, data={"csrf_token": self.token, **data}, headers=headers)


def together(*acts):
    """Do acts in threads that begin together; return the status of each answer."""
    start = Barrier(len(acts))

    def run(act):
        start.wait(30)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        answers = list(pool.map(run, acts))
    assert all(answer.status_code < 500 for answer in answers), [a.status for a in answers]
    return answers


@pytest.fixture
def scene(app_of_its_own):
    """A thread by one person with an answer, and people; everything by its id."""
    app = app_of_its_own
    with app.app_context():
        author = make_person()
        thread = make_thread(board_of_site(), author)
        answer = make_answer(thread, author, "To be looked at.")
        ids = {
            "board": thread.board_id,
            "thread": thread.id,
            "post": first_post(thread).id,
            "answer": answer.id,
            "author": author.id,
            "people": [make_person().id for _each in range(4)],
            "staff": make_person("staff").id,
        }
        db.session.remove()
    return app, ids


def count(app, statement):
    with app.app_context():
        found = db.session.execute(statement).all()
        db.session.remove()
    return found


def test_a_form_sent_eight_times_at_once_is_one_post(scene):
    app, ids = scene
    sender = Sender(app, ids["people"][0])
    path = f"/en/boards/{ids['board']}/new/question"
    data = {"title": "Once", "body": "Only once.", "key": "k" * 24, "act": "post"}
    answers = together(*[lambda: sender.send(path, **data)] * 8)
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["Location"].split("?")[0] for answer in answers}) == 1
    assert len(count(app, select(Post.id).where(Post.form_key == "k" * 24))) == 1
    assert len(count(app, select(Thread.id))) == 2
    assert count(app, select(Draft.id)) == []


def test_an_answer_sent_at_once_with_its_draft_is_one_post(scene):
    app, ids = scene
    sender = Sender(app, ids["people"][0])
    path = f"/en/threads/{ids['thread']}/answer"
    data = {"body": "Only once.", "key": "d" * 24}
    posts = [lambda: sender.send(path, **data, act="post")] * 4
    saves = [lambda: sender.send(path, **data, act="save")] * 4
    answers = together(*posts, *saves)
    assert {answer.status_code for answer in answers} <= {303}
    assert len(count(app, select(Post.id).where(Post.form_key == "d" * 24))) == 1
    assert count(app, select(Draft.id)) == [], "a draft of what was posted would be posted again"


def test_what_saves_itself_while_it_is_posted_waits_and_leaves_no_draft(scene):
    app, ids = scene
    person, key = ids["people"][0], "s" * 24
    sender = Sender(app, person)
    path, data = f"/en/threads/{ids['thread']}/answer", {"body": "Only once.", "key": key}
    with ThreadPoolExecutor(1) as pool:
        with app.app_context():
            board = as_staff(db.session.get_one(Board, ids["board"]))
            with unit_of_work():
                posting.answer(
                    board,
                    db.session.get_one(Thread, ids["thread"]),
                    db.session.get_one(Person, person),
                    Words("en", data["body"]),
                    key=key,
                    is_held=False,
                    now=clock.now(),
                )
                saving = pool.submit(sender.send, path, headers={"X-Autosave": "1"}, **data)
                wait([saving], 1)  # one that did not wait for the post would be over by then
            db.session.remove()
        assert saving.result().status_code == 409
    assert count(app, select(Draft.id)) == []


def test_other_words_of_the_same_form_at_once_are_one_post_and_a_draft(scene):
    app, ids = scene
    sender = Sender(app, ids["people"][0])
    path, key = f"/en/threads/{ids['thread']}/answer", "o" * 24
    bodies = ["One tab says this.", "The other says that."]
    answers = together(
        *[lambda body=body: sender.send(path, body=body, key=key, act="post") for body in bodies]
    )
    assert sorted(each.status_code for each in answers) == [303, 409]
    of_post = select(PostText.body).join(Post).where(Post.form_key == key)
    said = [body for (body,) in [*count(app, of_post), *count(app, select(Draft.body))]]
    assert sorted(said) == bodies


def test_twelve_answers_at_once_are_numbered_without_gaps(scene):
    app, ids = scene
    senders = [Sender(app, person) for person in ids["people"]]
    path = f"/en/threads/{ids['thread']}/answer"

    def answer(number):
        who = senders[number % len(senders)]
        return lambda: who.send(path, body=f"Answer {number}.", key=f"{number:024}", act="post")

    answers = together(*map(answer, range(12)))
    assert {each.status_code for each in answers} == {303}
    rows = count(app, select(Post.number).where(Post.thread_id == ids["thread"]))
    assert sorted(number for (number,) in rows) == list(range(1, 15))
    wanted = select(Thread.posts_count, Thread.answers).where(Thread.id == ids["thread"])
    assert count(app, wanted) == [(14, 13)]
    assert count(app, select(func.count()).select_from(PostTerms)) == [(14,)]


def test_answers_at_once_do_not_outrun_how_many_a_new_account_may_write(scene):
    app, ids = scene
    with app.app_context():
        thread = db.session.get_one(Thread, ids["thread"])
        author = db.session.get_one(Person, ids["people"][0])
        for _each in range(MOST_OF_NEW_AN_HOUR - 1):
            make_answer(thread, author, is_held=True)
        db.session.remove()
    sender = Sender(app, ids["people"][0])
    path = f"/en/threads/{ids['thread']}/answer"

    def answer(number):
        return lambda: sender.send(path, body=f"No. {number}.", key=f"{number:024}", act="post")

    answers = together(*map(answer, range(6)))
    assert sorted(each.status_code for each in answers) == [303] + [422] * 5
    written = count(app, select(Post.id).where(Post.author_id == ids["people"][0]))
    assert len(written) == MOST_OF_NEW_AN_HOUR


@pytest.mark.parametrize(
    ("act", "table"), [("like", PostLike), ("bookmark", PostBookmark), ("report", PostReport)]
)
def test_what_is_said_of_a_post_at_once_is_said_once(scene, act, table):
    app, ids = scene
    senders = [Sender(app, person) for person in ids["people"][:2]]
    fields = {"like": {"on": "1"}, "bookmark": {"on": "1"}, "report": {"reason": "insult"}}[act]
    path = f"/en/posts/{ids['answer']}/{act}"
    with_all = [lambda who=who: who.send(path, **fields) for who in senders * 3]
    answers = together(*with_all)
    assert {each.status_code for each in answers} <= {302, 303, 409}
    found = count(app, select(table.post_id))
    assert len(found) == len(senders)
    if act == "like":
        assert count(app, select(Post.likes).where(Post.id == ids["answer"])) == [(2,)]


def test_accepting_and_taking_back_at_once_leaves_one_or_none(scene):
    app, ids = scene
    author = Sender(app, ids["author"])
    path = f"/en/posts/{ids['answer']}/accept"
    together(*[lambda on=on: author.send(path, on=on) for on in ("1", "", "1", "")])
    [(accepted,)] = count(app, select(Thread.accepted_number).where(Thread.id == ids["thread"]))
    assert accepted in {None, 2}


def test_following_at_once_is_following(scene):
    app, ids = scene
    sender = Sender(app, ids["people"][0])
    for path in (f"/en/threads/{ids['thread']}/follow", f"/en/boards/{ids['board']}/follow"):
        answers = together(*[lambda path=path: sender.send(path, following="followed")] * 6)
        assert {each.status_code for each in answers} <= {302, 303}


def test_a_post_deleted_while_it_is_hidden_stays_deleted(scene):
    app, ids = scene
    author, staff = Sender(app, ids["author"]), Sender(app, ids["staff"])
    with app.app_context():
        seen = str(Seen(last_change(ids["answer"]).id, 1))
        db.session.remove()
    hide = f"/en/manage/moderation/posts/{ids['answer']}/hide"
    together(
        lambda: author.send(f"/en/posts/{ids['answer']}/delete"),
        lambda: staff.send(hide, reason="insult", seen=seen),
    )
    [(state,)] = count(app, select(Post.state).where(Post.id == ids["answer"]))
    assert state in {PostState.DELETED, PostState.HIDDEN}
    author.send(f"/en/posts/{ids['answer']}/delete")
    [(state,)] = count(app, select(Post.state).where(Post.id == ids["answer"]))
    assert state == PostState.DELETED
    assert count(app, select(Thread.answers).where(Thread.id == ids["thread"])) == [(0,)]
    assert count(app, select(PostTerms.post_id)) == [(ids["post"],)], "nobody finds it any more"


def test_what_is_let_through_while_its_author_changes_it_has_been_read(scene):
    app, ids = scene
    with app.app_context():
        board = db.session.get_one(Board, ids["board"])
        board.moderation = Moderation.PRE
        db.session.commit()
        thread = db.session.get_one(Thread, ids["thread"])
        author = db.session.get_one(Person, ids["author"])
        held = make_answer(thread, author, "As it was read.", is_held=True).id
        seen = str(Seen(last_change(held).id, 1))
        db.session.remove()
    author, staff = Sender(app, ids["author"]), Sender(app, ids["staff"])
    release = f"/en/manage/moderation/posts/{held}/release"
    edited, _released = together(
        lambda: author.send(f"/en/posts/{held}/edit", body="Unread.", revision="1", act="post"),
        lambda: staff.send(release, seen=seen),
    )
    [(state, words)] = count(
        app,
        select(Post.state, PostText.body)
        .join(PostText, PostText.post_id == Post.id)
        .where(Post.id == held),
    )
    wanted = {303: (PostState.HELD, "Unread."), 409: (PostState.PUBLISHED, "As it was read.")}
    assert (state, words) == wanted[edited.status_code]


def test_a_change_of_what_is_deleted_meanwhile_brings_nothing_back(scene):
    app, ids = scene
    author = Sender(app, ids["author"])
    together(
        lambda: author.send(f"/en/posts/{ids['answer']}/delete"),
        lambda: author.send(f"/en/posts/{ids['answer']}/edit", body="Back again.", revision="1"),
    )
    [(state,)] = count(app, select(Post.state).where(Post.id == ids["answer"]))
    assert state == PostState.DELETED
    assert count(app, select(PostTerms.post_id)) == [(ids["post"],)], "nobody finds it any more"

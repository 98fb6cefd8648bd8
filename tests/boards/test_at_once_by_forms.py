"""What people send at the same moment, through the forms: one post, one number, one decision."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from lms.accounts import login
from lms.accounts.models import Person
from lms.accounts.services import start_session
from lms.boards.models import (
    Draft,
    Post,
    PostBookmark,
    PostLike,
    PostReport,
    PostState,
    PostTerms,
    Thread,
)
from lms.boards.queries.moderation import last_change
from lms.boards.rules.moderation import Seen
from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from tests.factories.accounts import make_person
from tests.factories.boards import board_of_site, first_post, make_answer, make_thread

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

    def send(self, path, **data):
        """Return what is answered to a form."""
        browser = self._browser(self.cookies)
        return browser.post(path, data={"csrf_token": self.token, **data})


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

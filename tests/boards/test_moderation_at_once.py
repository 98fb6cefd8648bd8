"""Two at once: one decision, one report, one hiding; whoever comes second is told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from lms.accounts.models import Person
from lms.boards.models import (
    BlockedWord,
    Post,
    PostAppeal,
    PostReport,
    PostState,
    ReportReason,
    Thread,
    WordAction,
)
from lms.boards.queries.moderation import cases, last_change
from lms.boards.queries.reach import Reach
from lms.boards.rules.moderation import Hiding, Seen, Tab
from lms.boards.services import moderation
from lms.boards.services.blocked_words import add_word
from lms.core import clock
from lms.core.audit import history_of
from lms.core.db import db
from lms.core.errors import Conflict
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.rules import busan_day
from tests.factories.accounts import make_person
from tests.factories.boards import board_of_site, make_answer, make_thread


def at_once(app, *acts):
    """Do acts in threads that begin together; return what each gave, or its Conflict."""
    start = Barrier(len(acts))

    def run(act):
        with app.app_context():
            start.wait()
            try:
                with unit_of_work():
                    return act()
            except Conflict as conflict:
                return conflict
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def in_thread(app, is_held=False):
    """Make a post, and give its id and what a moderator sees of it."""
    thread = make_thread(board_of_site(), make_person())
    post = make_answer(thread, make_person(), is_held=is_held)
    return post.id, Seen(last_change(post.id).id, post.revision)


def test_two_moderators_make_one_decision(app_of_its_own):
    app = app_of_its_own
    with app.app_context():
        post_id, seen = in_thread(app, is_held=True)
        one, two = (make_person("staff").id for _each in range(2))
        db.session.remove()

    def hide():
        moderation.hide_post(
            db.session.get_one(Post, post_id),
            Hiding(ReportReason.OTHER),
            moderator=db.session.get_one(Person, one),
            seen=seen,
            now=clock.now(),
        )

    def release():
        moderation.release_post(
            db.session.get_one(Post, post_id),
            "",
            moderator=db.session.get_one(Person, two),
            seen=seen,
            now=clock.now(),
        )

    found = at_once(app, hide, release)
    assert [type(each) for each in found].count(Conflict) == 1
    with app.app_context():
        post = db.session.get_one(Post, post_id)
        thread = db.session.get_one(Thread, post.thread_id)
        wanted = PostState.HIDDEN if found[0] is None else PostState.PUBLISHED
        assert (post.state, thread.answers) == (wanted, int(wanted == PostState.PUBLISHED))
        assert len(history_of(("post", post_id))) == 2


def test_three_reports_at_once_hide_once_and_a_double_click_is_one(app_of_its_own):
    app = app_of_its_own
    with app.app_context():
        post_id, _seen = in_thread(app)
        old = clock.now() - timedelta(days=30)
        people = [make_person(created_at=old).id for _each in range(3)]
        db.session.remove()

    def report(person_id):
        return lambda: (
            moderation.report_post(
                db.session.get_one(Post, post_id),
                db.session.get_one(Person, person_id),
                reason=ReportReason.INSULT,
                words="",
                now=clock.now(),
            ).id
        )

    at_once(app, *map(report, [people[0], *people]))
    with app.app_context():
        post = db.session.get_one(Post, post_id)
        assert (post.state, db.session.query(PostReport).count()) == (PostState.HIDDEN, 3)
        assert [e.new for e in history_of(("post", post_id))] == ["published", "hidden"]
        assert db.session.get_one(Thread, post.thread_id).answers == 0


def test_an_appeal_and_a_word_sent_twice_at_once_are_one(app_of_its_own):
    app = app_of_its_own
    with app.app_context():
        post_id, seen = in_thread(app)
        staff = make_person("staff")
        staff_id = staff.id
        with unit_of_work():
            moderation.hide_post(
                db.session.get_one(Post, post_id),
                Hiding(ReportReason.OTHER),
                moderator=staff,
                seen=seen,
                now=clock.now(),
            )
        db.session.remove()

    def appeal():
        post = db.session.get_one(Post, post_id)
        author = db.session.get_one(Person, post.author_id)
        return moderation.appeal_hiding(post, "No.", author=author, now=clock.now()).id

    def add(word):
        return lambda: (
            add_word(
                word, WordAction.HOLD, actor=db.session.get_one(Person, staff_id), now=clock.now()
            ).id
        )

    assert len(set(at_once(app, appeal, appeal))) == 1
    assert len(set(at_once(app, add("Casino"), add("casino")))) == 1
    with app.app_context():
        assert db.session.query(PostAppeal).count() == 1
        assert db.session.query(BlockedWord).count() == 1


def test_every_list_is_found_on_both_databases(app_of_its_own):
    with app_of_its_own.app_context():
        held, _seen = in_thread(app_of_its_own, is_held=True)
        other, seen = in_thread(app_of_its_own)
        reported, _seen = in_thread(app_of_its_own)
        staff, author = make_person("staff"), make_person()
        with unit_of_work():
            now = clock.now()
            post = db.session.get_one(Post, other)
            hiding = Hiding(ReportReason.OTHER)
            moderation.hide_post(post, hiding, moderator=staff, seen=seen, now=now)
            moderation.appeal_hiding(post, "No.", author=author, now=now)
            post = db.session.get_one(Post, reported)
            moderation.report_post(post, author, reason=ReportReason.OTHER, words="", now=now)
        reach = Reach(staff.id, busan_day(now), is_staff=True)
        for tab, post_id in zip(Tab, (held, reported, other, other), strict=True):
            (line,) = cases(reach, tab, after=None, limit=9)
            assert line.post_id == post_id
            assert cases(reach, tab, after=line.place, limit=9) == []

"""What is said within a run stays in it: by no page, list, search, feed, mail or file does anybody
else learn of it, nor of a board that is everybody's no more."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import url_for
from sqlalchemy import select

from lms.accounts.models import Person
from lms.boards.models import (
    Audience,
    Board,
    BoardKind,
    Following,
    NoticeAudience,
    Post,
    PostFile,
    PostState,
    ReportReason,
    TagKind,
    Thread,
    ThreadKind,
)
from lms.boards.services import moderation
from lms.boards.services.changing import edit_post, take_from_sight
from lms.boards.services.drafts import Written, save_draft
from lms.boards.services.marks import follow_board, follow_thread, set_bookmark, set_like
from lms.boards.services.translations import Basis, save_translation
from lms.boards.services.words import Words
from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.models import Enrolment, RunInstructor
from lms.enrolment.services import leave
from lms.lessons.models import IntakeState
from lms.media.storage import storage
from lms.notifications import services as notifications
from lms.notifications.models import How, Notice, Topic
from tests.factories import save, words
from tests.factories.accounts import make_person
from tests.factories.boards import (
    board_of_site,
    first_post,
    make_answer,
    make_board,
    make_expertise,
    make_run_board,
    make_thread,
)
from tests.factories.courses import make_course
from tests.factories.enrolment import make_enrolment, make_run
from tests.factories.organisations import make_affiliation, make_city
from tests.forms import token_on

KEY = "a-key-of-twenty-letters-or-more"

# Words that stand nowhere but in the run: its posts, a translation, older versions, a file.
SECRETS = (
    "zanzibar", "quokka", "첩보사항", "ptarmigan", "xylophone", "wilhelmina", "marsupial",
    "hushhush", "kookaburra",
)  # fmt: skip


@dataclass
class Secret:
    """What was written in a run, by the names of the parts of addresses."""

    ids: dict[str, Any]
    board: Board
    thread: Thread
    outsiders: dict[str, Person]
    member: Person


@pytest.fixture
def secret(app):
    course = make_course()
    run, other_run = make_run(course, seats_taken=3), make_run(course, cohort_no=2)
    author = make_person(full_name="Wilhelmina")
    member, other, left, stranger = (make_person() for _ in range(4))
    teacher, other_teacher = make_person("instructor"), make_person("instructor")
    make_affiliation(author, make_city())
    make_enrolment(run, author)
    make_enrolment(run, member)
    make_enrolment(other_run, other)
    enrolment = make_enrolment(run, left)
    save(RunInstructor(run_id=run.id, person_id=teacher.id))
    save(RunInstructor(run_id=other_run.id, person_id=other_teacher.id))
    make_expertise(author, about="Nothing to hide here.")
    board = make_run_board(run)
    thread = make_thread(
        board, author, "Zanzibar ferries", "The ptarmigan was here.",
        tags=frozenset({(TagKind.SDG, "11.2")}),
    )  # fmt: skip
    post = first_post(thread)
    answer = make_answer(thread, author, "Ask the quokka.", may_be_reused=True)
    hidden = make_answer(thread, author, "The marsupial pays.")
    now = clock.now()
    with unit_of_work():
        edit_post(
            post, Words("en", "Who pays the kookaburra?", "Zanzibar ferries"),
            revision=1, editor=author, now=now,
        )  # fmt: skip
        save_translation(
            post, Words("ko", "첩보사항 입니다", "첩보사항"), basis=Basis(post.revision, 0),
            translator=member, now=now,
        )  # fmt: skip
        for each in (left,):
            follow_board(each, board.id, Following.FOLLOWED)
            follow_thread(each, thread.id, Following.FOLLOWED, now=now)
            set_bookmark(answer, each, keeps=True, now=now)
            set_like(answer, each, likes=True, now=now)
            save_draft(
                each, KEY, board_id=board.id, thread_id=thread.id,
                written=Written(ThreadKind.QUESTION, "", "A hushhush matter", {}), now=now,
            )  # fmt: skip
        moderation.report_post(
            answer, member, reason=ReportReason.INSULT, words="hushhush", now=now
        )
    _take(hidden, PostState.HIDDEN)
    file = _file(answer, author)
    with unit_of_work():
        leave(db.session.get_one(Enrolment, enrolment.id), actor=left, now=now)
    ids = {
        "board_id": board.id,
        "thread_id": thread.id,
        "post_id": post.id,
        "run_id": run.id,
        "file_id": file.id,
        "person_id": author.id,
        "code": "ko",
        "kind": "question",
        "form": "full",
    }
    outsiders = {
        "stranger": stranger,
        "of another run": other,
        "who left": left,
        "other instructor": other_teacher,
    }
    return Secret(ids, board, thread, outsiders, member)


def _take(post: Post, state: PostState) -> None:
    with unit_of_work():
        take_from_sight(post, db.session.get_one(Thread, post.thread_id), state)


def _file(post: Post, person: Person) -> PostFile:
    storage().put("boards/leak/xylophone.pdf", b"%PDF-1.7 xylophone")
    return save(
        PostFile(
            post_id=post.id, person_id=person.id, state=IntakeState.READY, name="xylophone.pdf",
            size=8, mimetype="application/pdf", storage_key="boards/leak/xylophone.pdf",
            thumbnail_key="boards/leak/xylophone.pdf", created_at=clock.now(),
        )
    )  # fmt: skip


def said(answer: Any, *, but: tuple[str, ...] = ()) -> set[str]:
    """Return which of the secrets an answer holds, in its words or its headers."""
    everything = f"{answer.get_data(as_text=True)}\n{answer.headers}".lower()
    return {word for word in SECRETS if word in everything and word not in but}


def addresses(app, secret, method):
    """Return every address of the boards with what was written in the run in its place."""
    posts = db.session.scalars(select(Post.id).where(Post.thread_id == secret.thread.id)).all()
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if not rule.endpoint.startswith("boards") or method not in rule.methods:
                continue
            known = {"language", *secret.ids}
            if not rule.arguments <= known:
                continue
            for post_id in posts if "post_id" in rule.arguments else [0]:
                parts = {**secret.ids, "post_id": post_id, "language": "en"}
                values = {name: parts[name] for name in rule.arguments}
                yield rule.endpoint, url_for(rule.endpoint, **values)


def browsers(app, secret, signed_in_as):
    yield "visitor", app.test_client()
    for name, person in secret.outsiders.items():
        yield name, signed_in_as(person)


QUERIES = (
    "?draft={key}", "?to=1&quote=1", "?to=2&quote=1", "?list=followed", "?list=bookmarks",
    "?list=drafts", "?list=threads", "?q=zanzibar", "?q=zanzibar&board={board_id}", "?at=2",
    "?show=unanswered&sdg=11.2", "?after={post_id}", "?before=99999999",
)  # fmt: skip


def test_no_page_of_the_boards_says_a_word_of_it(app, secret, signed_in_as):
    seen = set()
    for name, browser in browsers(app, secret, signed_in_as):
        # Their profile and their name are their own choice to show.
        for endpoint, path in addresses(app, secret, "GET"):
            but = (
                ("wilhelmina",) if endpoint in {"boards.show_person", "boards.list_people"} else ()
            )
            for query in ("", *(each.format(key=KEY, **secret.ids) for each in QUERIES)):
                answer = browser.get(path + query)
                typed = ("zanzibar",) if "zanzibar" in query else ()
                assert not said(answer, but=(*but, *typed)), (name, path + query)
                assert answer.status_code < 500
            seen.add(endpoint)
    assert {"boards.show_thread", "boards.serve_file", "boards.show_history"} <= seen


def test_no_form_of_the_boards_does_either(app, secret, signed_in_as):
    entered = {
        "title": "T", "body": "B", "text": "[@who](person:1) [a](file:1)", "key": KEY,
        "reply_to": "1", "act": "preview", "up_to": "9", "following": "followed", "on": "1",
        "reason": "insult", "words": "w",
    }  # fmt: skip
    for name, browser in browsers(app, secret, signed_in_as):
        token = token_on(browser, "/en/boards/mine" if name != "visitor" else "/en/sign-in")
        for endpoint, path in addresses(app, secret, "POST"):
            for extra in ({}, {"autosave": "1"}):
                answer = browser.post(
                    path,
                    data={**entered, **extra, "csrf_token": token},
                    headers={"X-Requested-With": "fetch"} if extra else {},
                )
                assert not said(answer), (name, endpoint)
                assert answer.status_code < 500, (name, endpoint)
    assert db.session.scalars(select(Post.number).where(Post.thread_id == secret.thread.id)).all()
    assert len(secret_posts(secret)) == 3


def secret_posts(secret):
    return db.session.scalars(select(Post.id).where(Post.thread_id == secret.thread.id)).all()


def test_what_is_out_of_reach_is_answered_as_what_is_not_there(app, secret, signed_in_as):
    nowhere = 99_999_999
    for name, browser in browsers(app, secret, signed_in_as):
        for part in (
            "threads/{}",
            "posts/{}",
            "boards/{}",
            "posts/{}/history",
            "threads/{}/answer",
        ):
            kind = part.split("/")[0]
            number = {
                "threads": secret.ids["thread_id"],
                "posts": secret.ids["post_id"],
                "boards": secret.ids["board_id"],
            }[kind]
            found, missing = (browser.get(f"/en/{part.format(n)}") for n in (number, nowhere))
            assert found.status_code == missing.status_code in {302, 303, 404}, (name, part)
            assert _plain(found, number) == _plain(missing, nowhere), (name, part)


def _plain(answer, number):
    text = answer.get_data(as_text=True) + answer.headers.get("Location", "")
    text = re.sub(r'value="[^"]{20,}"', "", text)
    return re.sub(rf"(threads|posts|boards)(/|%2F){number}\b", r"\1/N", text)


@pytest.mark.parametrize(
    "query",
    [
        "q=zanzibar", "q=ptarmigan", "q=quokka", "q=첩보", "q=kookaburra", "q=kooka", "q=xylophone",
        "q=Wilhelmina", "q=marsupial", 'q="ask the quokka"', "q=the&board={board_id}",
        "q=the&sdg=11.2", "q=the&kinds=questions", "q=the&language=ko", "q=zanzi -x",
    ],
)  # fmt: skip
def test_a_search_finds_and_counts_nothing_of_it(app, secret, signed_in_as, query):
    for name, browser in browsers(app, secret, signed_in_as):
        answer = browser.get(f"/en/boards/search?{query.format(**secret.ids)}")
        assert f"/threads/{secret.thread.id}" not in answer.text, name
        assert "<mark" not in answer.text, name
        rest = re.sub(r'value="[^"]*"|<title>.*?</title>', "", answer.text)
        typed = tuple(word for word in SECRETS if word in query.lower())
        assert not said(answer, but=typed), name
        assert "Not for others" not in rest


def test_members_do_find_it_all(secret, signed_in_as):
    """Or the tests above would say nothing."""
    browser = signed_in_as(secret.member)
    page = browser.get(f"/en/threads/{secret.thread.id}")
    assert {"zanzibar", "quokka", "wilhelmina", "xylophone", "kookaburra"} <= said(page)
    for word in ("zanzibar", "첩보", "quokka"):
        found = browser.get(f"/en/boards/search?q={word}").text
        assert f"/threads/{secret.thread.id}" in found
    assert browser.get(f"/media/boards/files/{secret.ids['file_id']}/full").status_code == 200
    assert "ptarmigan" in said(browser.get(f"/en/posts/{secret.ids['post_id']}/history"))
    assert "marsupial" not in said(page)


def test_programs_are_told_nothing_of_it(client, secret):
    for path in ("/en/boards/feed.atom", "/ko/boards/feed.atom", "/sitemap-boards/1.xml"):
        answer = client.get(path)
        assert not said(answer)
        assert f"/threads/{secret.thread.id}" not in answer.text
    assert client.get(f"/en/boards/{secret.board.id}/feed.atom").status_code == 404


# --- files, quotations, names ----------------------------------------------------------


def test_a_file_of_the_run_is_shown_by_no_post_elsewhere(secret, signed_in_as, client):
    number, stranger = secret.ids["file_id"], secret.outsiders["stranger"]
    body = f"![see](file:{number}) [read](file:{number})"
    thread = make_thread(board_of_site(BoardKind.GOOD_PRACTICE), stranger, "Look", body)
    for browser in (client, signed_in_as(stranger)):
        page = browser.get(f"/en/threads/{thread.id}")
        assert not said(page)
        assert f"/media/boards/files/{number}" not in page.text
    token = token_on(signed_in_as(stranger), "/en/boards/mine")
    for query in ("", f"?post={secret.ids['post_id']}", f"?key={KEY}"):
        answer = signed_in_as(stranger).post(
            f"/en/boards/preview{query}", data={"text": body, "csrf_token": token}
        )
        assert not said(answer)


def test_numbers_of_people_in_a_post_tell_no_names(secret, signed_in_as):
    stranger = secret.outsiders["stranger"]
    author = secret.ids["person_id"]
    thread = make_thread(board_of_site(), stranger, "Who", f"[@?](person:{author}) are you?")
    browser = signed_in_as(stranger)
    assert not said(browser.get(f"/en/threads/{thread.id}"))
    assert not said(browser.get(f"/en/posts/{first_post(thread).id}/history"))


# --- what people are told --------------------------------------------------------------


def digest_for(*people):
    for person in people:
        with unit_of_work():
            notifications.save_choices(
                db.session.get_one(Person, person.id),
                dict.fromkeys((Topic.FOLLOWED, Topic.REPLIES), How.DAILY),
                hour=8,
                weekday=0,
                now=clock.now(),
            )


def send_digests(now):
    for person_id in notifications.people_due(now):
        with unit_of_work():
            notifications.send_digest(db.session.get_one(Person, person_id), now=now)


def test_a_digest_names_nothing_its_reader_may_not_read_any_more(app, run_jobs, outbox):
    run = make_run(seats_taken=3)
    board = make_run_board(run)
    stays, leaves, author = make_person(), make_person(), make_person(full_name="Wilhelmina")
    enrolments = [make_enrolment(run, each) for each in (stays, leaves, author)]
    digest_for(stays, leaves)
    with unit_of_work():
        for each in (stays, leaves):
            follow_board(each, board.id, Following.FOLLOWED)
    make_thread(board, author, "Zanzibar ferries")
    make_thread(board, author, "Quokka, to be hidden")
    public = make_thread(board_of_site(), leaves, "For all")
    make_answer(public, author)
    run_jobs()
    assert not any("zanzibar" in mail.body.lower() for mail in outbox), "at its hour, not now"
    gone = db.session.scalars(select(Thread).where(Thread.board_id == board.id)).all()[1]
    _take(first_post(gone), PostState.HIDDEN)
    with unit_of_work():
        leave(db.session.merge(enrolments[1]), actor=leaves, now=clock.now())
    outbox.clear()
    send_digests(clock.now() + timedelta(days=2))
    run_jobs()
    mails = {mail.to[0]: f"{mail.subject}{mail.body}{mail.alternatives}" for mail in outbox}
    assert "Zanzibar" in mails[stays.email]
    assert "Quokka" not in mails[stays.email]
    assert "For all" in mails[leaves.email]
    assert "Zanzibar" not in mails[leaves.email]
    assert db.session.scalars(select(Notice.id).where(Notice.digest.is_not(None))).all() == []


def test_a_digest_of_nothing_that_may_be_read_is_not_sent(app, run_jobs, outbox):
    run = make_run(seats_taken=2)
    board = make_run_board(run)
    leaves, author = make_person(), make_person()
    enrolment = make_enrolment(run, leaves)
    make_enrolment(run, author)
    digest_for(leaves)
    with unit_of_work():
        follow_board(leaves, board.id, Following.FOLLOWED)
    make_thread(board, author, "Zanzibar ferries")
    run_jobs()
    with unit_of_work():
        leave(db.session.merge(enrolment), actor=leaves, now=clock.now())
    outbox.clear()
    send_digests(clock.now() + timedelta(days=2))
    run_jobs()
    assert outbox == []


def test_an_inbox_names_nothing_its_reader_may_not_read_any_more(app, run_jobs, signed_in_as):
    run = make_run(seats_taken=3)
    board = make_run_board(run)
    stays, leaves, author = make_person(), make_person(), make_person(full_name="Wilhelmina")
    enrolments = [make_enrolment(run, each) for each in (stays, leaves, author)]
    with unit_of_work():
        for each in (stays, leaves):
            follow_board(each, board.id, Following.FOLLOWED)
    make_thread(board, author, "Zanzibar ferries")
    quokka = make_thread(board, author, "Quokka, to be hidden")
    public = make_thread(board_of_site(), leaves, "For all")
    make_answer(public, make_person())
    run_jobs()
    staying, leaving = signed_in_as(stays), signed_in_as(leaves)
    for browser in (staying, leaving):
        assert said(browser.get("/en/notifications")) == {"zanzibar", "quokka", "wilhelmina"}
    _take(first_post(quokka), PostState.HIDDEN)
    with unit_of_work():
        leave(db.session.merge(enrolments[1]), actor=leaves, now=clock.now())
    page = staying.get("/en/notifications")
    assert said(page) == {"zanzibar", "wilhelmina"}
    assert page.text.count("This can no longer be read.") == 1
    assert page.text.count("/open") == 1
    page = leaving.get("/en/notifications")
    assert not said(page)
    assert "For all" in page.text
    assert page.text.count("This can no longer be read.") == 2
    assert page.text.count("/open") == page.text.count('aria-describedby="notice-') == 1


def test_an_inbox_asks_once_what_of_it_may_still_be_read(
    app, run_jobs, signed_in_as, count_statements
):
    reader, author = make_person(), make_person()
    thread = make_thread(board_of_site(), reader)
    browser = signed_in_as(reader)
    counts = []
    for answers in (1, 5):
        for _each in range(answers):
            make_answer(thread, author)
        run_jobs()
        with count_statements() as statements:
            assert browser.get("/en/notifications").text.count("/open") >= answers
        counts.append(len(statements))
    assert counts == [3, 3]


# --- what was everybody's --------------------------------------------------------------


@pytest.fixture
def public(app):
    board = make_board(BoardKind.IDEAS, readable_by=Audience.EVERYBODY, title=words("Ideas"))
    thread = make_thread(board, make_person(full_name="Wilhelmina"), "Zanzibar ferries", "Quokka.")
    _file(first_post(thread), make_person())
    return board, thread


@pytest.mark.parametrize("how", ["narrowed", "hidden"])
def test_nobody_is_answered_from_memory_what_is_everybodys_no_more(client, public, how):
    board, thread = public
    file_id = db.session.scalars(select(PostFile.id)).one()
    paths = {
        f"/en/boards/{board.id}", f"/en/threads/{thread.id}", f"/en/boards/{board.id}/feed.atom",
        "/en/boards/feed.atom", "/en/boards", "/sitemap-boards/1.xml",
        "/en/boards/search?q=ferries", f"/media/boards/files/{file_id}/full",
        f"/en/posts/{first_post(thread).id}",
    }  # fmt: skip
    before = {path: client.get(path) for path in paths}
    tags = {path: answer.headers.get("ETag", "") for path, answer in before.items()}
    held_it = {path for path, answer in before.items() if said(answer)}
    assert said(client.get(f"/en/threads/{thread.id}"))
    if how == "narrowed":
        db.session.get_one(Board, board.id).readable_by = Audience.SIGNED_IN
        db.session.commit()
    else:
        _take(first_post(thread), PostState.HIDDEN)
    for path in paths:
        for headers in ({}, {"If-None-Match": tags[path]}):
            answer = client.get(path, headers=headers)
            assert not said(answer), path
            assert answer.status_code != 304 or path not in held_it, path


@pytest.mark.parametrize("audience", [NoticeAudience.ALUMNI, NoticeAudience.INSTRUCTORS])
def test_a_notice_for_some_is_by_no_way_for_others(app, client, signed_in_as, audience):
    board = board_of_site(BoardKind.NOTICES)
    staff = make_person("staff")
    thread = make_thread(
        board, staff, "Zanzibar ferries", "Quokka.", kind=ThreadKind.NOTICE, audience=audience
    )
    post = first_post(thread)
    file = _file(post, staff)
    reader = make_person()
    make_enrolment(make_run(), reader)
    for browser in (client, signed_in_as(reader)):
        for path in (
            "/en/boards", f"/en/boards/{board.id}", f"/en/threads/{thread.id}",
            f"/en/posts/{post.id}", f"/en/posts/{post.id}/history", f"/en/posts/{post.id}/in/ko",
            f"/media/boards/files/{file.id}/full", "/en/boards/search?q=ferries",
            "/en/boards/feed.atom", f"/en/boards/{board.id}/feed.atom", "/sitemap-boards/1.xml",
            "/en/boards/related?q=ferries", f"/en/posts/{post.id}/report",
            f"/en/threads/{thread.id}/answer?to=1&quote=1",
        ):  # fmt: skip
            answer = browser.get(path)
            assert not said(answer), path

"""Writing through the forms: sent once, kept as typed, in the language it is written in."""

import re

import pytest
from sqlalchemy import select

from lms.boards.models import (
    BoardKind,
    Draft,
    Post,
    PostState,
    PostText,
    Thread,
    ThreadTag,
)
from lms.core import clock
from lms.core.db import db
from tests.factories import save
from tests.factories.accounts import make_person
from tests.factories.boards import (
    board_of_site,
    first_post,
    make_answer,
    make_thread,
)
from tests.forms import fill_in, token_on

KEY = re.compile(r'name="key"[^>]*value="([^"]+)"')
QUESTION = {
    "title": "버스 기사 급여는 어떻게 하나요?",
    "body": "마을버스 기사에게 급여를 어떻게 지급하는지 알고 싶습니다.",
}


def new_question(board):
    return f"/en/boards/{board.id}/new/question"


def ask(browser, board, **entered):
    path = new_question(board)
    return fill_in(browser, path, key=key_on(browser, path), act="post", **{**QUESTION, **entered})


def key_on(browser, path):
    return KEY.search(browser.get(path).text)[1]


@pytest.fixture
def board(app):
    return board_of_site()


@pytest.fixture
def author(app):
    return make_person()


def test_a_question_is_posted_in_the_language_it_is_written_in(board, author, signed_in_as):
    browser = signed_in_as(author)
    answer = ask(browser, board, sdg="11")
    post = db.session.scalars(select(Post)).one()
    assert (answer.status_code, answer.location) == (303, f"/en/posts/{post.id}")
    text = db.session.scalars(select(PostText)).one()
    assert (text.language, text.title) == ("ko", QUESTION["title"])
    tag = db.session.scalars(select(ThreadTag)).one()
    assert (tag.kind, tag.value) == ("sdg", "11")


def test_the_author_may_say_which_language_it_is(board, author, signed_in_as):
    ask(signed_in_as(author), board, title="Ok", body="Ok", language="vi")
    assert db.session.scalars(select(PostText)).one().language == "vi"


def test_a_double_click_and_the_way_back_are_one_post(board, author, signed_in_as):
    browser = signed_in_as(author)
    path = new_question(board)
    key, token = key_on(browser, path), token_on(browser, path)
    form = {"csrf_token": token, "key": key, "act": "post", **QUESTION}
    addresses = {browser.post(path, data=form).location for _time in range(2)}
    changed = browser.post(path, data={**form, "body": "Something else after all"})
    assert addresses == {changed.location}
    assert db.session.query(Thread).count() == 1


def test_what_is_missing_is_said_beside_the_field_and_all_is_kept(board, author, signed_in_as):
    answer = ask(signed_in_as(author), board, title="")
    assert answer.status_code == 422
    assert QUESTION["body"] in answer.text
    assert 'id="title-error"' in answer.text
    draft = db.session.scalars(select(Draft)).one()
    assert draft.body == QUESTION["body"]


def test_a_draft_saves_itself_and_becomes_the_post(board, author, signed_in_as):
    browser = signed_in_as(author)
    path = new_question(board)
    key, token = key_on(browser, path), token_on(browser, path)
    form = {"csrf_token": token, "key": key, **QUESTION}
    saved = browser.post(path, data={**form, "title": ""}, headers={"X-Autosave": "1"})
    assert saved.json["revision"] == 1
    again = browser.get(f"{path}?draft={key}")
    assert QUESTION["body"] in again.text
    browser.post(path, data={**form, "act": "post"})
    assert db.session.query(Draft).count() == 0
    late = browser.post(path, data=form, headers={"X-Autosave": "1"})
    assert late.status_code == 409
    assert db.session.query(Draft).count() == 0


def test_a_draft_is_its_writers_alone(board, author, signed_in_as):
    browser = signed_in_as(author)
    path = new_question(board)
    key = key_on(browser, path)
    fill_in(browser, path, key=key, act="save", **QUESTION)
    other = signed_in_as(make_person()).get(f"{path}?draft={key}")
    assert QUESTION["body"] not in other.text


def test_a_telephone_number_is_asked_about_once(board, author, signed_in_as):
    browser = signed_in_as(author)
    words = {"body": "Call our office under +82 51-888-1234 for the tender papers."}
    asked = ask(browser, board, **words)
    assert asked.status_code == 422
    assert "personal data" in asked.text
    assert db.session.query(Post).count() == 0
    assert ask(browser, board, checked="y", **words).status_code == 303


def test_a_resident_number_is_never_taken(board, author, signed_in_as):
    words = {"body": "주민등록번호 900101-1234568 입니다."}
    answer = ask(signed_in_as(author), board, checked="y", **words)
    assert answer.status_code == 422
    assert "resident registration number" in answer.text


def test_many_links_of_a_new_account_wait_for_a_moderator(board, signed_in_as):
    author = make_person(created_at=clock.now())
    links = " ".join(f"https://shop{n}.example/" for n in range(3))
    ask(signed_in_as(author), board, body=f"Look at these shops: {links}")
    thread = db.session.scalars(select(Thread)).one()
    assert thread.state == PostState.HELD


def test_a_case_is_told_in_its_parts(author, signed_in_as):
    board = board_of_site(BoardKind.GOOD_PRACTICE)
    path = f"/en/boards/{board.id}/new/case"
    browser = signed_in_as(author)
    told = {
        "title": "Night buses in Ulaanbaatar",
        "situation": "No buses ran after ten in the evening.",
        "tried": "Two lines every forty minutes.",
        "result": "Nine hundred passengers a night.",
    }
    answer = fill_in(browser, path, key=key_on(browser, path), act="post", **told)
    assert answer.status_code == 303
    text = db.session.scalars(select(PostText)).one()
    assert list(text.parts) == ["situation", "tried", "result"]


def test_notices_are_the_staffs(author, signed_in_as):
    board = board_of_site(BoardKind.NOTICES)
    path = f"/en/boards/{board.id}/new/notice"
    assert signed_in_as(author).get(path).status_code == 403
    browser = signed_in_as(make_person("staff"))
    answer = fill_in(
        browser,
        path,
        key=key_on(browser, path),
        act="post",
        title="Office closed",
        body="On 1 January.",
        audience="trainees",
        expires_on="2090-01-01",
    )
    assert answer.status_code == 303
    thread = db.session.scalars(select(Thread)).one()
    assert thread.audience == "trainees"
    assert thread.expires_at.isoformat() == "2090-01-01T14:59:59+00:00"


# --- answers ---------------------------------------------------------------------------


def test_an_answer_begins_with_the_words_it_speaks_to(board, author, signed_in_as):
    thread = make_thread(board, author)
    answer = make_answer(thread, make_person(full_name="Le Thi Hoa"), "We pay by the hour.")
    page = signed_in_as(author).get(f"/en/threads/{thread.id}/answer?to=2&quote=1").text
    assert f"[@Le Thi Hoa](person:{answer.author_id})" in page
    assert "&gt; We pay by the hour.\n\n</textarea>" in page, "what is typed next is no quotation"


def test_an_answer_is_numbered_and_leads_to_itself(board, author, signed_in_as):
    thread = make_thread(board, make_person())
    path = f"/en/threads/{thread.id}/answer"
    browser = signed_in_as(author)
    sent = fill_in(
        browser, path, key=key_on(browser, path), act="post", body="By the hour.", reply_to="1"
    )
    post = db.session.scalars(select(Post).where(Post.number == 2)).one()
    assert sent.location == f"/en/posts/{post.id}"
    assert post.reply_to == 1


def test_nobody_answers_in_a_locked_thread(board, author, signed_in_as):
    thread = make_thread(board, author)
    thread = db.session.get_one(Thread, thread.id)
    thread.is_locked = True
    save(thread)
    assert signed_in_as(author).get(f"/en/threads/{thread.id}/answer").status_code == 409


# --- changes ---------------------------------------------------------------------------


def edit(browser, post, **entered):
    return fill_in(browser, f"/en/posts/{post.id}/edit", act="post", **entered)


def test_two_who_change_a_post_see_both_versions(board, author, signed_in_as):
    post = first_post(make_thread(board, author))
    browser = signed_in_as(author)
    first = edit(browser, post, title="Pay", body="First version", revision="1")
    assert first.status_code == 303
    second = edit(browser, post, title="Pay", body="Second version", revision="1")
    assert second.status_code == 409
    assert "First version" in second.text
    assert "Second version" in second.text


def test_nobody_changes_the_post_of_another(board, author, signed_in_as):
    post = first_post(make_thread(board, author))
    assert signed_in_as(make_person()).get(f"/en/posts/{post.id}/edit").status_code == 403


def test_after_a_day_a_post_stays_as_it_is(board, author, signed_in_as):
    yesterday = clock.now().replace(year=clock.now().year - 1)
    post = first_post(make_thread(board, author, now=yesterday))
    assert signed_in_as(author).get(f"/en/posts/{post.id}/edit").status_code == 409


def test_a_post_is_taken_back_after_a_question(board, author, signed_in_as):
    post = first_post(make_thread(board, author))
    browser = signed_in_as(author)
    path = f"/en/posts/{post.id}/delete"
    assert db.session.get_one(Post, post.id).state == PostState.PUBLISHED
    assert fill_in(browser, path).location == f"/en/boards/{board.id}"
    assert db.session.get_one(Post, post.id).state == PostState.DELETED
    assert browser.get(path).status_code == 404

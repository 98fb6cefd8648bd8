"""Writing through the forms: sent once, kept as typed, in the language it is written in."""

import re

import pytest
from sqlalchemy import select

from lms.boards.models import (
    BoardKind,
    Draft,
    Moderation,
    Post,
    PostState,
    PostText,
    Thread,
    ThreadTag,
)
from lms.boards.queries.moderation import last_change
from lms.boards.rules.moderation import Seen
from lms.boards.rules.personal_data import DataKind, find
from lms.boards.services.moderation import release_post
from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from tests.factories import save
from tests.factories.accounts import make_person
from tests.factories.boards import (
    board_of_site,
    first_post,
    make_answer,
    make_post_file,
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
    empty = browser.post(path, data={**form, "title": "", "body": " "})
    assert addresses == {empty.location}
    assert db.session.query(Thread).count() == 1


@pytest.mark.parametrize("act", ["post", "save", "attach"])
def test_other_words_from_a_form_that_was_used_begin_a_form_of_their_own(
    act, board, author, signed_in_as
):
    browser = signed_in_as(author)
    path = new_question(board)
    key, token = key_on(browser, path), token_on(browser, path)
    form = {"csrf_token": token, "key": key, "act": "post", **QUESTION}
    browser.post(path, data=form)
    post = db.session.scalars(select(Post)).one()
    other = {"title": "Another question", "body": "Written in the tab beside it."}
    answer = browser.post(path, data={**form, **other, "act": act})
    assert answer.status_code == 409
    assert "Something else was already posted from this form" in answer.text
    assert f"/en/posts/{post.id}" in answer.text
    draft = db.session.scalars(select(Draft)).one()
    assert (draft.title, draft.body) == (other["title"], other["body"])
    assert KEY.search(answer.text)[1] == draft.key != key
    assert browser.post(path, data={**form, **other, "key": draft.key}).status_code == 303
    assert db.session.query(Thread).count() == 2
    assert db.session.query(Draft).count() == 0


def test_what_has_been_changed_since_is_still_known_as_posted(board, author, signed_in_as):
    browser = signed_in_as(author)
    path = new_question(board)
    form = {"csrf_token": token_on(browser, path), "key": key_on(browser, path), **QUESTION}
    post_address = browser.post(path, data={**form, "act": "post"}).location
    post = db.session.scalars(select(Post)).one()
    assert edit(browser, post, **{**QUESTION, "body": "Changed."}, revision="1").status_code == 303
    assert browser.post(path, data={**form, "act": "post"}).location == post_address


def test_words_whose_post_was_taken_back_are_not_thrown_away(board, author, signed_in_as):
    browser = signed_in_as(author)
    path = new_question(board)
    form = {"csrf_token": token_on(browser, path), "key": key_on(browser, path), **QUESTION}
    browser.post(path, data={**form, "act": "post"})
    fill_in(browser, f"/en/posts/{db.session.scalars(select(Post)).one().id}/delete")
    answer = browser.post(path, data={**form, "act": "post"})
    assert answer.status_code == 409
    assert db.session.scalars(select(Draft)).one().body == QUESTION["body"]


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
    assert (late.status_code, late.json["words"]) == (409, "This was posted already.")
    other = browser.post(path, data={**form, "body": "Other"}, headers={"X-Autosave": "1"})
    assert other.status_code == 409
    assert other.json["words"].startswith("Something else was already posted from this form.")
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


EXAMPLES = {
    DataKind.EMAIL: "bold@mail.mn",
    DataKind.PASSPORT: "여권 M12345678",
    DataKind.LONG_NUMBER: "4111-1111-1111-1111",
    DataKind.PHONE: "010-1234-5678",
    DataKind.PATIENT: "환자 45세 여성",
}


def test_each_kind_of_personal_data_is_asked_about_by_its_name(board, author, signed_in_as):
    body = "\n\n".join(EXAMPLES.values())
    assert {each.kind for each in find(body)} == {*DataKind} - {DataKind.RESIDENT_NUMBER}
    asked = ask(signed_in_as(author), board, body=body)
    assert asked.status_code == 422
    names = re.findall(r'<li><span class="quiet">([^<]*):</span> <bdi>', asked.text)
    assert len(set(names)) == len(EXAMPLES)
    assert all(names)


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


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2101-01-01", "9999-12-31"])
def test_a_notice_ends_on_a_day_every_clock_can_tell(app, signed_in_as, day):
    path = f"/en/boards/{board_of_site(BoardKind.NOTICES).id}/new/notice"
    browser = signed_in_as(make_person("staff"))
    told = {"title": "Office closed", "body": "On 1 January.", "audience": "all"}
    answer = fill_in(browser, path, key=key_on(browser, path), act="post", **told, expires_on=day)
    assert answer.status_code == 422
    assert "Give a day between 2000 and 2100." in answer.text
    assert f'value="{day}"' in answer.text
    assert db.session.scalars(select(Thread)).all() == []


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
    lock(thread)
    assert signed_in_as(author).get(f"/en/threads/{thread.id}/answer").status_code == 409


def lock(thread):
    thread = db.session.get_one(Thread, thread.id)
    thread.is_locked = True
    save(thread)


def test_what_was_written_while_a_thread_was_locked_is_shown_to_be_copied(
    board, author, signed_in_as
):
    thread = make_thread(board, author)
    browser = signed_in_as(author)
    path = f"/en/threads/{thread.id}/answer"
    key, token = key_on(browser, path), token_on(browser, path)
    lock(thread)
    form = {"csrf_token": token, "key": key, "body": "By the kilometre.\r\n<b>Since</b> 2007."}
    answer = browser.post(path, data={**form, "act": "post"})
    assert answer.status_code == 409
    assert "What you had written" in answer.text
    assert re.search(
        r"<textarea [^>]*readonly>\s*By the kilometre.\s+&lt;b&gt;Since&lt;/b&gt; 2007.</textarea>",
        answer.text,
    )
    assert key not in answer.text


def test_what_was_written_where_one_may_not_write_is_shown_to_be_copied(author, signed_in_as):
    path = f"/en/boards/{board_of_site(BoardKind.NOTICES).id}/new/notice"
    words = "The office is closed on the first day of the year."
    browser = signed_in_as(author)
    answer = fill_in(browser, "/en/boards/mine", send_to=path, act="post", title=words)
    assert answer.status_code == 403
    assert f"{words}</textarea>" in answer.text


def test_a_form_that_saves_itself_is_told_that_its_thread_was_locked(board, author, signed_in_as):
    thread = make_thread(board, author)
    browser = signed_in_as(author)
    path = f"/en/threads/{thread.id}/answer"
    form = {"csrf_token": token_on(browser, path), "key": key_on(browser, path), "body": "A bus."}
    lock(thread)
    locked = browser.post(path, data=form, headers={"X-Autosave": "1"})
    assert locked.status_code == 409
    assert locked.json == {"words": "This thread is locked: no more answers are taken."}
    gone = browser.post("/en/threads/999999/answer", data=form, headers={"X-Autosave": "1"})
    assert gone.status_code == 404
    assert gone.json["words"]


@pytest.mark.parametrize("to", ["0", "-1", "x", "99", "99999999999999999999"])
def test_an_answer_to_what_is_no_post_begins_empty(board, author, signed_in_as, to):
    thread = make_thread(board, author)
    shown = signed_in_as(author).get(f"/en/threads/{thread.id}/answer?to={to}&quote=1")
    assert shown.status_code == 200
    assert "(person:" not in shown.text


@pytest.mark.parametrize("post", ["0", "-1", "x", "99999999999999999999"])
def test_a_preview_for_what_is_no_post_names_no_files(author, board, signed_in_as, post):
    browser = signed_in_as(author)
    file = make_post_file(author, post_id=first_post(make_thread(board, author)).id)
    token = {"X-CSRFToken": token_on(browser, "/en/account")}
    data = {"text": f"Some **words** and [the plan](file:{file.id})"}
    shown = browser.post(f"/en/boards/preview?post={post}", data=data, headers=token)
    assert (shown.status_code, "<strong>words</strong>" in shown.text) == (200, True)
    assert "/media/boards/files/" not in shown.text


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


def release(post, moderator):
    with unit_of_work():
        seen = Seen(last_change(post.id).id, post.revision)
        release_post(post, "", moderator=moderator, seen=seen, now=clock.now())


def words_of(post):
    return db.session.scalars(select(PostText.body).where(PostText.post_id == post.id)).one()


@pytest.fixture
def read_first(board):
    """A board whose posts a moderator reads before others see them."""
    board.moderation = Moderation.PRE
    return save(board)


def test_what_a_moderator_has_let_through_stays_as_it_was_read(read_first, author, signed_in_as):
    browser = signed_in_as(author)
    ask(browser, read_first)
    post = db.session.scalars(select(Post)).one()
    assert post.state == PostState.HELD
    path = f"/en/posts/{post.id}/edit"
    changed = edit(browser, post, title="Pay", body="As it was read", revision="1")
    assert changed.status_code == 303
    under_way = {"csrf_token": token_on(browser, path), "title": "Pay", "revision": "2"}
    release(post, make_person("staff"))
    refused = browser.post(path, data={**under_way, "act": "post", "body": "Unread"})
    assert refused.status_code == 409
    assert "stay as they were read" in refused.text
    assert words_of(post) == "As it was read"
    assert browser.get(path).status_code == 409
    assert path not in browser.get(f"/en/threads/{post.thread_id}").text


def test_who_moderates_a_board_changes_their_own_post_on_it(read_first, signed_in_as):
    staff = make_person("staff")
    post = first_post(make_thread(read_first, staff))
    browser = signed_in_as(staff)
    assert f"/en/posts/{post.id}/edit" in browser.get(f"/en/threads/{post.thread_id}").text
    assert edit(browser, post, title="Pay", body="Changed", revision="1").status_code == 303
    assert words_of(post) == "Changed"


def test_a_post_is_taken_back_after_a_question(board, author, signed_in_as):
    post = first_post(make_thread(board, author))
    browser = signed_in_as(author)
    path = f"/en/posts/{post.id}/delete"
    assert db.session.get_one(Post, post.id).state == PostState.PUBLISHED
    assert fill_in(browser, path).location == f"/en/boards/{board.id}"
    assert db.session.get_one(Post, post.id).state == PostState.DELETED
    assert browser.get(path).status_code == 404

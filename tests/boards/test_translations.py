"""Posts in several languages: translated by people, improved, read beside the original."""

import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from threading import Barrier

import pytest
from sqlalchemy import select

from lms.accounts.models import Person
from lms.boards.models import (
    BlockedWord,
    BoardKind,
    Following,
    Moderation,
    Post,
    PostRevision,
    PostState,
    PostText,
    TextOrigin,
    ThreadKind,
    WordAction,
)
from lms.boards.services.changing import edit_post, lock_thread, take_from_sight
from lms.boards.services.marks import follow_thread
from lms.boards.services.translations import Basis, save_translation
from lms.boards.services.words import Words, add_text
from lms.core import clock
from lms.core.audit import history_of
from lms.core.db import db
from lms.core.errors import Conflict, Invalid
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.services import leave
from lms.notifications.models import Notice
from tests.factories import save
from tests.factories.accounts import make_person
from tests.factories.boards import (
    board_of_site,
    first_post,
    make_answer,
    make_post_file,
    make_run_board,
    make_thread,
)
from tests.factories.enrolment import make_enrolment, make_run
from tests.factories.organisations import make_affiliation, make_city
from tests.forms import fill_in, token_on

KOREAN = Words("ko", "킬로미터마다 냅니다.", "기사 급여는?")
HIDDEN = re.compile(r'name="(revision|of_revision)"[^>]*value="([^"]*)"')


@pytest.fixture
def author(app):
    return make_person(full_name="Nguyen Thi Mai")


@pytest.fixture
def peer(app):
    return make_person(full_name="Kim Peer")


@pytest.fixture
def thread(author):
    return make_thread(
        board_of_site(BoardKind.GOOD_PRACTICE),
        author,
        "Tài xế được trả thế nào?",
        "Theo **ki-lô-mét**.",
        language="vi",
    )


@pytest.fixture
def post(thread):
    return first_post(thread)


def put(post, words=KOREAN, *, by, revision=0, of_revision=1) -> bool:
    with unit_of_work():
        return save_translation(
            post, words, Basis(revision, of_revision), translator=by, now=clock.now()
        )


def draft(post, words=KOREAN) -> None:
    with unit_of_work():
        add_text(
            post, words, origin=TextOrigin.MACHINE, by_id=None, is_original=False, now=clock.now()
        )


def text_of(post, language="ko") -> PostText:
    db.session.expire_all()
    found = select(PostText).where(PostText.post_id == post.id, PostText.language == language)
    return db.session.scalars(found).one()


def path(post, language="ko") -> str:
    return f"/en/posts/{post.id}/translate/{language}"


def translate(browser, post, language="ko", *, opened=None, **entered):
    """Send the form of a translation as it was opened: now, or before."""
    hidden = dict(HIDDEN.findall(opened or browser.get(path(post, language)).text))
    words = {"title": KOREAN.title, "body": KOREAN.body}
    sent = {"act": "post", **hidden, **words, **entered}
    return fill_in(browser, path(post, language), **sent)


def words_on(html: str) -> str:
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


# --- added and improved ----------------------------------------------------------------


def test_a_translation_is_read_first_in_its_language_with_credit_and_original(
    post, thread, peer, signed_in_as, client
):
    assert translate(signed_in_as(peer), post).status_code == 303
    page = client.get(f"/ko/threads/{thread.id}").text
    assert re.search(r'<h1 lang="ko" dir="ltr">기사 급여는\?</h1>', page)
    shown = words_on(page)
    assert "Kim Peer" in shown
    assert shown.index("킬로미터마다") < shown.index("Theo ki-lô-mét")
    english = client.get(f"/en/threads/{thread.id}").text
    assert "Tài xế được trả thế nào?" in words_on(english)
    assert "킬로미터마다" not in english
    assert f"/en/posts/{post.id}/in/ko" in english


def test_the_same_sent_twice_is_one_translation(post, peer, signed_in_as):
    browser = signed_in_as(peer)
    opened = browser.get(path(post)).text
    for _time in range(2):
        assert translate(browser, post, opened=opened).status_code == 303
    assert text_of(post).revision == 1
    assert len(history_of(("post_text", text_of(post).id))) == 1
    assert not db.session.scalars(select(PostRevision)).all()


def test_two_at_once_are_shown_both_versions(post, peer, author, signed_in_as):
    browser = signed_in_as(peer)
    opened = browser.get(path(post)).text
    put(post, by=author)
    answer = translate(browser, post, opened=opened, body="거리에 따라 냅니다.")
    assert answer.status_code == 409
    assert "거리에 따라 냅니다." in answer.text
    assert KOREAN.body in answer.text
    assert text_of(post).body == KOREAN.body
    again = translate(browser, post, opened=answer.text, body="거리에 따라 냅니다.")
    assert again.status_code == 303
    assert text_of(post).body == "거리에 따라 냅니다."


def test_an_improvement_keeps_what_stood_there_and_who_wrote_it(
    post, peer, author, signed_in_as, client
):
    put(post, by=peer)
    assert put(post, Words("ko", "거리로 냅니다.", "급여는?"), by=author, revision=1)
    text = text_of(post)
    assert (text.origin, text.by_id, text.revision) == (TextOrigin.AUTHOR, author.id, 2)
    kept = db.session.scalars(select(PostRevision)).one()
    assert (kept.by_id, kept.body, kept.replaced_by_id) == (peer.id, KOREAN.body, author.id)
    shown = words_on(client.get(f"/en/posts/{post.id}/in/ko").text)
    assert "Translated from Vietnamese by the author" in shown
    assert "Earlier versions by: Kim Peer" in shown


def test_who_comes_second_changes_nothing(post, peer, author):
    assert put(post, by=peer)
    assert not put(post, Words("ko", "다른 글", "다른 제목"), by=author)
    assert text_of(post).body == KOREAN.body


def test_two_who_add_at_the_same_moment_make_one(app_of_its_own):
    app, gate = app_of_its_own, Barrier(2)
    with app.app_context():
        people = [make_person().id, make_person().id]
        thread = make_thread(board_of_site(), make_person(), language="vi")
        post_id = first_post(thread).id

    def add(person_id: int) -> bool:
        with app.app_context():
            gate.wait(10)
            post = db.session.get_one(Post, post_id)
            words = Words("ko", f"{person_id}", "제목")
            is_saved = put(post, words, by=db.session.get_one(Person, person_id))
            db.session.remove()
            return is_saved

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(add, people)) == [False, True]
    with app.app_context():
        text = db.session.scalars(select(PostText).where(PostText.language == "ko")).one()
        assert (text.body, text.revision) == (str(text.by_id), 1)


# --- the original goes on --------------------------------------------------------------


def change(post, author, body="Theo tháng.") -> None:
    with unit_of_work():
        words = Words("vi", body, "Tài xế được trả thế nào?")
        assert edit_post(post, words, revision=post.revision, editor=author, now=clock.now())


def test_a_file_added_to_a_post_leaves_its_translations_current(post, peer, author, client):
    put(post, by=peer)
    file = make_post_file(author, post_id=post.id, is_pending=True)
    with unit_of_work():
        words = Words("vi", "Theo **ki-lô-mét**.", "Tài xế được trả thế nào?")
        edit_post(post, words, revision=1, editor=author, now=clock.now(), files={file.id})
    assert db.session.get_one(Post, post.id).revision == 2
    shown = words_on(client.get(f"/en/posts/{post.id}/in/ko").text)
    assert "The original has changed since" not in shown


def test_a_translation_of_what_has_changed_since_says_so(post, peer, author, signed_in_as, client):
    put(post, by=peer)
    change(post, author)
    shown = words_on(client.get(f"/en/posts/{post.id}/in/ko").text)
    assert "The original has changed since" in shown
    browser = signed_in_as(peer)
    assert "Save it once it says" in browser.get(path(post)).text
    assert translate(browser, post).status_code == 303  # it stands as it is
    assert text_of(post).of_revision == 2
    shown = words_on(client.get(f"/en/posts/{post.id}/in/ko").text)
    assert "The original has changed since" not in shown
    assert not db.session.scalars(select(PostRevision).where(PostRevision.language == "ko")).all()


def test_a_form_opened_before_the_change_makes_no_translation_of_what_came_after(
    post, peer, author, signed_in_as
):
    browser = signed_in_as(peer)
    opened = browser.get(path(post)).text
    change(post, author)
    assert translate(browser, post, opened=opened).status_code == 303
    assert text_of(post).of_revision == 1


def test_no_form_can_speak_of_versions_to_come(post, peer, signed_in_as):
    translate(signed_in_as(peer), post, of_revision="900")
    assert text_of(post).of_revision == 1


def test_a_post_that_is_now_in_that_language_keeps_what_was_typed(post, peer, author, signed_in_as):
    browser = signed_in_as(peer)
    opened = browser.get(path(post)).text
    with unit_of_work():
        edit_post(post, KOREAN, revision=1, editor=author, now=clock.now())
    token = token_on(browser, "/en/boards")
    hidden = dict(HIDDEN.findall(opened))
    form = {"csrf_token": token, "title": "제목", "body": "타자한 글", "act": "post", **hidden}
    answer = browser.post(path(post), data=form)
    assert answer.status_code == 422
    assert "타자한 글" in answer.text
    assert browser.get(path(post)).status_code == 404


# --- what may stand in one -------------------------------------------------------------


@pytest.mark.parametrize(
    ("entered", "said"),
    [
        ({"body": ""}, "Fill in this field."),
        ({"title": " "}, "Fill in this field."),
        ({"body": "900101-1234567"}, "resident registration number"),
        ({"body": "도박 사이트"}, "not taken here"),
        ({"body": "싸구려 시계"}, "A moderator would have to look"),
        ({"body": "전화 010-1234-5678"}, "tick that it may be posted"),
    ],
)
def test_what_a_post_may_not_bear_a_translation_may_not(post, peer, signed_in_as, entered, said):
    for word, action in (("도박", WordAction.REFUSE), ("싸구려", WordAction.HOLD)):
        save(BlockedWord(word=word, action=action, created_by_id=peer.id, created_at=clock.now()))
    answer = translate(signed_in_as(peer), post, **entered)
    assert answer.status_code == 422
    assert said in answer.text
    assert entered.get("body", KOREAN.body) in answer.text
    assert db.session.scalar(select(PostText).where(PostText.language == "ko")) is None


def test_a_case_is_translated_part_by_part(author, peer, signed_in_as, client):
    case = {"situation": "Buses are full.", "tried": "Longer ones.", "result": "They are full."}
    thread = make_thread(board_of_site(BoardKind.GOOD_PRACTICE), author, kind=ThreadKind.QUESTION)
    post = first_post(thread)
    text = text_of(post, "en")
    with unit_of_work():
        text.body, text.parts = "", case
    browser = signed_in_as(peer)
    form = browser.get(path(post)).text
    assert 'name="situation"' in form
    assert 'name="body"' not in form
    assert 'name="ask"' not in form
    parts = {"situation": "버스가 찹니다.", "tried": "긴 버스.", "result": "찹니다."}
    wrong = translate(browser, post, **{**parts, "tried": ""})
    assert wrong.status_code == 422
    assert translate(browser, post, **parts).status_code == 303
    assert (text_of(post).parts, text_of(post).body) == (parts, "")
    assert "긴 버스." in client.get(f"/ko/threads/{thread.id}").text


def test_an_answer_has_no_title(thread, author, peer, signed_in_as):
    answer = make_answer(thread, author, "Từ năm 2007.", language="vi")
    browser = signed_in_as(peer)
    assert 'name="title"' not in browser.get(path(answer)).text
    assert translate(browser, answer, title="안 됩니다").status_code == 303
    assert text_of(answer).title == ""


def test_a_preview_saves_nothing(post, peer, signed_in_as):
    answer = translate(signed_in_as(peer), post, act="preview", body="**굵게**")
    assert answer.status_code == 200
    assert "<strong>굵게</strong>" in answer.text
    assert db.session.scalar(select(PostText).where(PostText.language == "ko")) is None


def test_hostile_words_of_a_translation_are_words(post, thread, peer, signed_in_as, client):
    hostile = "<script>alert(1)</script> [x](javascript:alert(1)) \u202egnp"
    translate(signed_in_as(peer), post, body=hostile, title='"><img src=x>')
    page = client.get(f"/ko/threads/{thread.id}").text
    for each in ("<script>alert", 'href="javascript', "<img src=x", "\u202e"):
        assert each not in page


# --- who -------------------------------------------------------------------------------


def test_who_may_only_read_does_not_translate(author, signed_in_as):
    notice = make_thread(board_of_site(BoardKind.NOTICES), make_person("staff"))
    browser = signed_in_as(make_person())
    assert browser.get(path(first_post(notice))).status_code == 403
    assert "/translate" not in browser.get(f"/en/threads/{notice.id}").text


def test_on_a_board_that_is_read_first_only_moderators_translate(author, peer, signed_in_as):
    board = board_of_site()
    board.moderation = Moderation.PRE
    save(board)
    thread = make_thread(board, author)
    post = first_post(thread)
    browser = signed_in_as(peer)
    assert browser.get(path(post)).status_code == 403
    assert "/translate" not in browser.get(f"/en/threads/{thread.id}").text
    assert signed_in_as(make_person("staff")).get(path(post)).status_code == 200


def test_strangers_of_a_run_find_nothing(author, signed_in_as, client):
    run = make_run()
    make_enrolment(run, author)
    post = first_post(make_thread(make_run_board(run), author, language="vi"))
    put(post, by=author)
    stranger = signed_in_as(make_person())
    for address in (path(post), f"/en/posts/{post.id}/in/ko", f"/en/posts/{post.id}/translate"):
        assert stranger.get(address).status_code == 404
    assert client.get(f"/en/posts/{post.id}/in/ko").status_code == 302


def test_a_locked_thread_is_translated_a_hidden_post_is_not(post, thread, peer, signed_in_as):
    with unit_of_work():
        lock_thread(thread, is_locked=True, actor=make_person("staff"), now=clock.now())
    browser = signed_in_as(peer)
    assert translate(browser, post).status_code == 303
    with unit_of_work():
        take_from_sight(post, thread, PostState.HIDDEN)
    assert browser.get(path(post)).status_code == 404
    with pytest.raises(Conflict):
        put(post, Words("zh", "按公里", "工资"), by=peer)


def test_the_language_of_the_original_is_none_to_translate_into(post, peer, signed_in_as):
    browser = signed_in_as(peer)
    assert browser.get(path(post, "vi")).status_code == 404
    assert browser.get(path(post, "xx")).status_code == 404
    with pytest.raises(Invalid):
        put(post, Words("vi", "Xin", "Chào"), by=peer)


def test_the_languages_of_a_reader_are_offered_first(post, peer, signed_in_as):
    make_affiliation(peer, make_city(training_languages=["mn", "ru"]))
    browser = signed_in_as(peer)
    choose = f"/posts/{post.id}/translate"
    assert browser.get(f"/ko{choose}").location.endswith("/translate/ko")
    put(post, by=peer)
    assert browser.get(f"/ko{choose}").location.endswith("/translate/mn")
    assert browser.get(f"/ko{choose}?to=fr").location.endswith("/translate/fr")
    assert browser.get(f"/ko{choose}?to=vi").location.endswith("/translate/mn")
    offered = re.findall(r'<option value="([a-z-]+)"', browser.get(path(post, "mn")).text)
    assert offered[:3] == ["en", "mn", "ru"]
    assert "vi" not in offered


# --- what follows ----------------------------------------------------------------------


def told(person) -> list[Notice]:
    return list(
        db.session.scalars(
            select(Notice).where(Notice.person_id == person.id, Notice.kind == "boards.translated")
        )
    )


def test_an_author_hears_once_who_has_translated_them(signed_in_as, author, post, outbox, run_jobs):
    peer = make_person(full_name="Kim Peer")
    put(post, by=peer)
    put(post, Words("ko", "고친 글", "제목"), by=peer, revision=1)
    assert len(told(author)) == 1
    inbox = words_on(signed_in_as(author).get("/en/notifications").text)
    assert "Kim Peer has translated what you wrote" in inbox
    assert "into Korean" in inbox
    run_jobs()
    mail = next(message for message in outbox if author.email in message.to)
    assert "Kim Peer" in mail.body
    assert KOREAN.body not in mail.body


def test_who_translates_themselves_or_wants_no_news_hears_nothing(post, thread, author, peer):
    put(post, by=author)
    with unit_of_work():
        follow_thread(author, thread.id, Following.MUTED, now=clock.now())
    put(post, Words("zh", "按公里", "工资"), by=peer)
    assert told(author) == []


def test_who_has_left_a_run_hears_nothing_of_its_board(author, peer):
    run = make_run(seats_taken=2)
    enrolment = make_enrolment(run, author)
    make_enrolment(run, peer)
    post = first_post(make_thread(make_run_board(run), author, language="vi"))
    with unit_of_work():
        leave(enrolment, actor=author, now=clock.now())
    put(post, by=peer)
    assert told(author) == []


def test_a_translation_is_found_by_its_words_and_an_improved_one_by_its_new(post, peer, client):
    put(post, by=peer)
    assert "기사 급여는" in client.get("/ko/boards/search?q=킬로미터").text
    put(post, Words("ko", "거리로", "급여"), by=peer, revision=1)
    assert f"/threads/{post.thread_id}" not in client.get("/ko/boards/search?q=킬로미터").text


# --- drafts of a machine ---------------------------------------------------------------


def test_a_draft_stands_below_the_original_and_says_nobody_checked_it(
    post, thread, peer, signed_in_as
):
    draft(post)
    page = signed_in_as(peer).get(f"/ko/threads/{thread.id}").text
    shown = words_on(page)
    assert '<h1 lang="vi"' in page
    assert shown.index("Theo ki-lô-mét") < shown.index("킬로미터마다")


def test_a_person_takes_a_draft_and_answers_for_it(post, peer, author, signed_in_as):
    draft(post)
    browser = signed_in_as(peer)
    opened = browser.get(path(post)).text
    assert KOREAN.body in opened
    assert "nobody has checked it" in opened
    assert translate(browser, post, opened=opened).status_code == 303
    text = text_of(post)
    assert (text.origin, text.by_id, text.revision) == (TextOrigin.PERSON, peer.id, 1)
    assert len(told(author)) == 1
    late = translate(signed_in_as(author), post, opened=opened, body="내가 쓴 글")
    assert late.status_code == 409


# --- cost ------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["in", "translate"])
def test_pages_of_a_translation_are_few_statements(
    post, peer, signed_in_as, count_statements, place
):
    make_affiliation(peer, make_city())
    put(post, Words("ko", f"[@M](person:{peer.id})", "제목"), by=make_person())
    for number in range(1, 4):
        put(post, Words("ko", f"{number}", "제목"), by=peer, revision=number)
    browser = signed_in_as(peer)
    browser.get(f"/en/posts/{post.id}/{place}/ko")
    with count_statements() as statements:
        assert browser.get(f"/en/posts/{post.id}/{place}/ko").status_code == 200
    assert len(statements) <= 8

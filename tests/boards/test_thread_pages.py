"""The page of a thread: what each reader sees of it, where they land, how far they have read."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from lms.boards.models import (
    BoardKind,
    NoticeAudience,
    PostRevision,
    PostState,
    TextOrigin,
    Thread,
    ThreadKind,
    ThreadMark,
)
from lms.boards.queries import post_numbered
from lms.boards.services.changing import accept_answer, edit_post, lock_thread, take_from_sight
from lms.boards.services.marks import note_read
from lms.boards.services.posting import publish
from lms.boards.services.words import Words, add_text
from lms.core import clock
from lms.core.audit import record_change
from lms.core.db import db
from lms.core.kept import forget_everything
from lms.core.unit_of_work import unit_of_work
from tests.factories.accounts import make_person
from tests.factories.boards import (
    board_of_site,
    first_post,
    make_answer,
    make_run_board,
    make_thread,
)
from tests.factories.enrolment import make_enrolment, make_run
from tests.factories.organisations import make_affiliation, make_city


@pytest.fixture
def asker(app):
    person = make_person(full_name="Nguyen Thi Mai")
    make_affiliation(person, make_city("haiphong", region="VN"), organisation="Transport office")
    return person


@pytest.fixture
def reader(app):
    return make_person(full_name="Bat")


@pytest.fixture
def thread(asker):
    return make_thread(board_of_site(), asker, "How are drivers paid?")


def path(thread, query: str = "", language: str = "en") -> str:
    return f"/{language}/threads/{thread.id}{query}"


def main_of(html: str) -> str:
    return html[html.index("<main") : html.index("</main>")]


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main_of(html))).split())


def hide(post, reason: str = "patient: It names Mrs Dorj of ward 3.") -> None:
    """Hide a post as a moderator does."""
    with unit_of_work():
        record_change(
            "post",
            post.id,
            old=post.state,
            new=PostState.HIDDEN,
            actor_id=None,
            now=clock.now(),
            reason=reason,
        )
        take_from_sight(post, post_thread(post), PostState.HIDDEN)


def post_thread(post):
    return db.session.get_one(Thread, post.thread_id)


def translate(post, words: Words, *, origin=TextOrigin.PERSON, by=None):
    with unit_of_work():
        add_text(
            post,
            words,
            origin=origin,
            by_id=by.id if by else None,
            is_original=False,
            now=clock.now(),
        )


# --- what is seen ----------------------------------------------------------------------


def test_posts_with_who_wrote_them_in_order(thread, asker, reader, signed_in_as):
    make_answer(thread, make_person("staff", full_name="Kim"), "By the *kilometre*.")
    make_answer(thread, asker, "Thank you.", reply_to=2)
    text = text_of(signed_in_as(reader).get(path(thread)).text)
    assert text.index("How are drivers paid?") < text.index("By the kilometre .")
    assert "Nguyen Thi Mai Haiphong, Vietnam Transport office" in text
    assert "Kim No. 2" in text.replace("Staff of the foundation ", "")
    assert "Answers no. 2" in text


def test_the_work_place_of_people_is_for_those_who_signed_in(asker, client):
    thread = make_thread(board_of_site(BoardKind.GOOD_PRACTICE), asker)
    text = text_of(client.get(path(thread)).text)
    assert "Nguyen Thi Mai Haiphong, Vietnam" in text
    assert "Transport office" not in text


def test_markup_in_a_post_is_words(thread, reader, signed_in_as):
    make_answer(thread, make_person(), "<script>alert(1)</script> [x](javascript:alert(1))")
    html = main_of(signed_in_as(reader).get(path(thread)).text)
    assert "<script>alert" not in html
    assert 'href="javascript' not in html


def test_an_accepted_answer_stands_under_its_question_and_at_its_place(
    thread, asker, reader, signed_in_as
):
    make_answer(thread, make_person(), "Monthly.")
    make_answer(thread, make_person(), "By the kilometre.")
    with unit_of_work():
        accept_answer(thread, 3, actor=asker, now=clock.now())
    html = main_of(signed_in_as(reader).get(path(thread)).text)
    assert html.count("By the kilometre.") == 2
    assert html.index("The accepted answer") < html.index("Monthly.")
    assert html.count('id="post-3"') == 1
    assert "Solved" in html


def test_an_accepted_answer_that_follows_anyway_is_shown_once(thread, asker, reader, signed_in_as):
    make_answer(thread, make_person(), "By the kilometre.")
    with unit_of_work():
        accept_answer(thread, 2, actor=asker, now=clock.now())
    html = signed_in_as(reader).get(path(thread)).text
    assert html.count("By the kilometre.") == 1
    assert "Accepted answer" in html


def test_a_hidden_post_is_a_line_to_others_and_whole_to_its_author_and_moderators(
    thread, reader, signed_in_as
):
    author = make_person()
    post = make_answer(thread, author, "Ask Mrs Dorj of ward 3.")
    hide(post)
    told = signed_in_as(reader).get(path(thread)).text
    assert "Dorj" not in told
    assert "A patient can be recognised" in told
    for person in (author, make_person("staff")):
        assert "Dorj" in signed_in_as(person).get(path(thread)).text


def test_a_waiting_post_is_seen_by_its_author_and_moderators_alone(thread, reader, signed_in_as):
    author = make_person()
    make_answer(thread, author, "Buy it here.", is_held=True)
    assert "Buy it here." not in signed_in_as(reader).get(path(thread)).text
    for person in (author, make_person("staff")):
        html = signed_in_as(person).get(path(thread)).text
        assert "Buy it here." in html
        assert "Waits for a moderator" in html


def test_what_was_taken_back_leaves_nothing(thread, reader, signed_in_as):
    post = make_answer(thread, make_person(), "Never mind.")
    with unit_of_work():
        take_from_sight(post, post_thread(post), PostState.DELETED)
    html = signed_in_as(make_person("staff")).get(path(thread)).text
    assert "Never mind." not in html
    assert 'id="post-2"' not in html


def test_a_case_is_read_in_its_parts(asker, reader, signed_in_as):
    parts = {"situation": "Two hundred *routes*.", "tried": "One card.", "result": "It works."}
    thread = make_thread(board_of_site(), asker, kind=ThreadKind.CASE)
    with unit_of_work():
        words = Words("en", "", "Buses", parts)
        edit_post(first_post(thread), words, revision=1, editor=asker, now=clock.now())
    text = text_of(signed_in_as(reader).get(path(thread)).text)
    assert text.index("Situation") < text.index("Two hundred routes") < text.index("What we tried")


def test_a_mention_has_the_name_of_today(thread, reader, signed_in_as):
    spoken_to, stranger = make_person(full_name="Aung"), make_person(full_name="Far away")
    make_answer(thread, spoken_to)
    make_answer(thread, make_person(), f"[@Somebody else](person:{spoken_to.id}) knows.")
    make_answer(thread, make_person(), f"[@who](person:{stranger.id}) is no concern of yours.")
    html = signed_in_as(reader).get(path(thread)).text
    assert "@Aung" in html
    assert "Somebody else" not in html
    assert "Far away" not in html
    spoken_to.full_name = "Aung San"
    db.session.commit()
    assert "@Aung San" in signed_in_as(reader).get(path(thread)).text


# --- languages -------------------------------------------------------------------------


def test_words_of_people_in_the_readers_language_come_first_a_machines_never(
    asker, reader, signed_in_as
):
    thread = make_thread(
        board_of_site(), asker, "Lương tài xế?", "Trả theo tháng hay theo ki-lô-mét?", language="vi"
    )
    browser = signed_in_as(reader)
    drafted = Words("en", "Machine words", "Drunk pay?")
    translate(first_post(thread), drafted, origin=TextOrigin.MACHINE)
    html = main_of(browser.get(path(thread)).text)
    assert '<h1 lang="vi" dir="ltr">Lương tài xế?</h1>' in html
    assert "Vietnamese" in html
    translate(first_post(thread), Words("ko", "월급인가요?", "기사 급여?"), by=reader)
    assert (
        '<h1 lang="ko" dir="ltr">기사 급여?</h1>' in browser.get(path(thread, language="ko")).text
    )


def test_the_languages_of_ones_city_come_before_the_original(asker, signed_in_as):
    reader = make_person()
    make_affiliation(reader, make_city(training_languages=["mn", "en"]))
    thread = make_thread(board_of_site(), asker, "Lương?", "Bao nhiêu?", language="vi")
    translate(first_post(thread), Words("mn", "Хэд вэ?", "Цалин?"))
    assert "Цалин?" in signed_in_as(reader).get(path(thread, language="ko")).text


def test_a_right_to_left_post_keeps_its_direction(thread, reader, signed_in_as):
    make_answer(thread, make_person(), "بالكيلومتر.", language="ar")
    assert 'lang="ar" dir="rtl"' in signed_in_as(reader).get(path(thread)).text


# --- pages and places ------------------------------------------------------------------


@pytest.fixture
def long_thread(thread):
    author = make_person()
    for number in range(2, 61):
        make_answer(thread, author, f"Answer {number}.")
    return db.session.get_one(Thread, thread.id)


def numbers_on(html: str) -> list[int]:
    return [int(number) for number in re.findall(r'id="post-(\d+)"', html)]


def test_a_long_thread_is_read_page_by_page(long_thread, reader, signed_in_as):
    browser = signed_in_as(reader)
    first = browser.get(path(long_thread)).text
    assert numbers_on(first) == list(range(1, 21))
    following = unescape(re.search(r'rel="next" href="([^"]+)"', first)[1])
    second = browser.get(following).text
    assert numbers_on(second) == list(range(21, 41))
    assert "How are drivers paid?" in second
    last = browser.get(path(long_thread, "?from=41")).text
    assert numbers_on(last) == list(range(41, 61))
    assert 'rel="next"' not in last


@pytest.mark.parametrize("at", [1, 20, 21, 60])
def test_a_post_is_found_at_its_place(long_thread, reader, signed_in_as, at):
    browser = signed_in_as(reader)
    post_id = post_numbered(long_thread.id, at).id
    led = browser.get(f"/en/posts/{post_id}")
    assert led.status_code == 302
    assert led.location.endswith(f"#post-{at}")
    assert f'id="post-{at}"' in browser.get(led.location).text


@pytest.mark.parametrize(
    "query", ["?at=0", "?at=-3", "?at=x", "?at=99999999999999999999", "?from="]
)
def test_a_number_that_makes_no_sense_is_a_page_all_the_same(
    long_thread, reader, signed_in_as, query
):
    assert numbers_on(signed_in_as(reader).get(path(long_thread, query)).text)


# --- how far one has read ---------------------------------------------------------------


def test_what_is_new_is_marked_where_it_begins(long_thread, reader, signed_in_as):
    browser = signed_in_as(reader)
    assert "You have read up to here" not in browser.get(path(long_thread)).text
    with unit_of_work():
        note_read(reader, long_thread.id, up_to=30, now=clock.now())
    html = main_of(browser.get(path(long_thread, "?from=21")).text)
    assert "You have read up to here: 30 new posts" in html
    assert html.index('id="post-30"') < html.index('id="new"') < html.index('id="post-31"')
    assert f"/threads/{long_thread.id}?at=31#new" in browser.get(path(long_thread)).text


def test_looking_notes_nothing(long_thread, reader, signed_in_as):
    signed_in_as(reader).get(path(long_thread, "?from=51"))
    assert db.session.get(ThreadMark, (reader.id, long_thread.id)) is None


# --- who gets there --------------------------------------------------------------------


def test_a_visitor_is_asked_to_sign_in_whether_there_is_a_thread_or_not(thread, client):
    for address in (path(thread), "/en/threads/999999", f"/en/posts/{first_post(thread).id}"):
        answer = client.get(address)
        assert answer.status_code == 302
        assert "/sign-in" in answer.location


def test_a_run_is_among_itself(asker, reader, signed_in_as):
    run = make_run()
    make_enrolment(run, asker)
    thread = make_thread(make_run_board(run), asker)
    make_enrolment(make_run(), reader)
    assert signed_in_as(asker).get(path(thread)).status_code == 200
    assert signed_in_as(reader).get(path(thread)).status_code == 404
    assert signed_in_as(reader).get(f"/en/posts/{first_post(thread).id}").status_code == 404
    assert signed_in_as(reader).get(f"/en/posts/{first_post(thread).id}/history").status_code == 404


def test_a_notice_for_some_is_not_there_for_others(reader, signed_in_as):
    board = board_of_site(BoardKind.NOTICES)
    staff = make_person("staff")
    thread = make_thread(
        board,
        staff,
        "Meeting",
        kind=ThreadKind.NOTICE,
        audience=NoticeAudience.INSTRUCTORS,
        expires_at=clock.now() - timedelta(hours=1),
    )
    assert signed_in_as(reader).get(path(thread)).status_code == 404
    html = signed_in_as(make_person("instructor")).get(path(thread)).text
    assert "For instructors" in html
    assert "Expired" in html


def test_search_engines_are_told_of_public_threads_alone(
    thread, asker, client, reader, signed_in_as
):
    shown = make_thread(board_of_site(BoardKind.GOOD_PRACTICE), asker, body="We *tried* one card.")
    html = client.get(path(shown, "?at=1")).text
    assert re.search(rf'<link rel="canonical" href="[^"]+/en/threads/{shown.id}">', html)
    assert '<meta name="description" content="We tried one card.">' in html
    assert 'content="noindex"' not in html
    assert '<meta name="robots" content="noindex">' in signed_in_as(reader).get(path(thread)).text


# --- answering -------------------------------------------------------------------------


def test_who_may_answer_finds_the_form_and_others_why_not(
    thread, asker, reader, signed_in_as, client
):
    assert 'name="body"' in signed_in_as(reader).get(path(thread)).text
    with unit_of_work():
        lock_thread(thread, is_locked=True, actor=make_person("staff"), now=clock.now())
    html = signed_in_as(reader).get(path(thread)).text
    assert 'name="body"' not in html
    assert "This thread is locked" in html
    shown = make_thread(board_of_site(BoardKind.GOOD_PRACTICE), asker)
    html = client.get(path(shown)).text
    assert "Sign in to answer" in html
    assert "<form" not in main_of(html)


# --- what it costs ---------------------------------------------------------------------


def test_a_page_costs_the_same_however_long_the_thread(
    thread, asker, signed_in_as, count_statements
):
    reader = make_person("staff")
    make_affiliation(reader, make_city())
    browser = signed_in_as(reader)
    texts = [f"Words {n}, [@A](person:{asker.id})." for n in range(80)]
    make_answer(thread, make_person(), texts[0])
    first_page = path(thread)
    browser.get(first_page)
    forget_everything()
    with count_statements() as few:
        assert browser.get(first_page).status_code == 200
    for words in texts[1:]:
        author = make_person()
        make_affiliation(author, make_city())
        post = make_answer(thread, author, words)
        translate(post, Words("ko", "말"))
    hide(post)
    second_page = path(thread, "?from=21")
    with count_statements() as many:
        assert browser.get(second_page).status_code == 200
    assert len(many) == len(few) <= 8


# --- history ---------------------------------------------------------------------------


def test_every_version_is_shown_with_what_changed(thread, asker, reader, signed_in_as):
    post = first_post(thread)
    for revision, body in enumerate(["Paid by the day?", "Paid by the week?"], start=1):
        with unit_of_work():
            words = Words("en", body, "How are drivers paid?")
            edit_post(post, words, revision=revision, editor=asker, now=clock.now())
    translate(post, Words("ko", "번역", "급여"))
    assert "Edited" in signed_in_as(reader).get(path(thread)).text
    html = main_of(signed_in_as(reader).get(f"/en/posts/{post.id}/history").text)
    assert "<del>day</del><ins>week</ins>" in html
    assert "We would like to hear" in html
    assert "번역" not in html


def rewrite(post, author, body):
    with unit_of_work():
        words = Words("en", body, "How are drivers paid?")
        edit_post(post, words, revision=post.revision, editor=author, now=clock.now())


def let_through(post):
    with unit_of_work():
        publish(post, actor_id=make_person("staff").id, now=clock.now())


def test_what_no_moderator_let_through_is_not_in_the_history_others_read(
    asker, reader, signed_in_as
):
    thread = make_thread(board_of_site(), asker, body="Mr Dorj steals.", is_held=True)
    post = first_post(thread)
    rewrite(post, asker, "The depot steals.")
    rewrite(post, asker, "Money is missing.")
    let_through(post)
    history = f"/en/posts/{post.id}/history"
    browsers = {
        "reader": signed_in_as(reader),
        "author": signed_in_as(asker),
        "staff": signed_in_as(make_person("staff")),
    }

    def seen(who, query=""):
        return main_of(browsers[who].get(history + query).text)

    assert "Mr Dorj" in seen("author")
    assert "Mr Dorj" in seen("staff")
    assert history in browsers["author"].get(path(thread)).text
    newest = max(int(each) for each in db.session.scalars(select(PostRevision.id)))
    for page in (seen("reader"), seen("reader", f"?before={newest + 1}")):
        assert "steals" not in page
        assert "<del>" not in page
    assert "Money is missing." in seen("reader")
    assert history not in browsers["reader"].get(path(thread)).text
    rewrite(post, asker, "Money was missing.")
    assert "<del>is</del><ins>was</ins>" in seen("reader")
    assert "steals" not in seen("reader")
    assert history in browsers["reader"].get(path(thread)).text


def test_what_others_have_read_stays_in_the_history_of_a_post_hidden_and_let_through_again(
    thread, asker, reader, signed_in_as
):
    post = first_post(thread)
    rewrite(post, asker, "Paid by the day?")
    hide(post)
    browser = signed_in_as(reader)
    history = f"/en/posts/{post.id}/history"
    assert browser.get(history).status_code == 404
    assert signed_in_as(asker).get(f"/en/posts/{post.id}/edit").status_code == 409
    let_through(post)
    assert "We would like to hear" in main_of(browser.get(history).text)


def test_a_page_of_history_ends(thread, asker, signed_in_as):
    post = first_post(thread)
    for revision in range(1, 15):
        with unit_of_work():
            words = Words("en", f"Version {revision}.", "T")
            edit_post(post, words, revision=revision, editor=asker, now=clock.now())
    browser = signed_in_as(asker)
    first = browser.get(f"/en/posts/{post.id}/history").text
    assert first.count('class="version"') == 10
    older = unescape(re.search(r'rel="next" href="([^"]+)"', first)[1])
    second = browser.get(older).text
    assert second.count('class="version"') == 5
    assert "We would like to hear" in second


@pytest.mark.parametrize("before", ["-1", "0", "1", str(2**63), "9" * 5000, "x", ""])
def test_history_before_what_never_was_is_a_page_all_the_same(thread, reader, signed_in_as, before):
    answer = signed_in_as(reader).get(f"/en/posts/{first_post(thread).id}/history?before={before}")
    assert answer.status_code == 200


def test_personal_data_taken_out_is_not_in_the_history_others_read(signed_in_as):
    author, reader, staff = make_person(), make_person(), make_person("staff")
    thread = make_thread(board_of_site(), author, body="Call Bat under +976 9911 2345.")
    post = first_post(thread)
    with unit_of_work():
        edit_post(
            post, Words("en", "Call the office.", "Whom to call"), revision=1, editor=author,
            now=clock.now(),
        )  # fmt: skip
    path = f"/en/posts/{post.id}/history"
    assert "9911" in signed_in_as(author).get(path).text
    assert "9911" in signed_in_as(staff).get(path).text
    seen = signed_in_as(reader).get(path).text
    assert "9911" not in seen
    assert "Call the office." in seen

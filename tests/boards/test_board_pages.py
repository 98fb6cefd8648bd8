"""The list of boards and the page of one: what is there for whom, in which order, at what cost."""

import re
from datetime import timedelta
from html import unescape

import pytest

from lms.boards.models import (
    BoardKind,
    Following,
    NoticeAudience,
    PostState,
    TagKind,
    TextOrigin,
    Thread,
    ThreadKind,
)
from lms.boards.services.changing import (
    accept_answer,
    lock_thread,
    pin_thread,
    take_from_sight,
)
from lms.boards.services.drafts import Written, save_draft
from lms.boards.services.marks import follow_thread, note_read, set_bookmark
from lms.boards.services.words import Words, add_text
from lms.core import clock
from lms.core.db import db
from lms.core.kept import forget_everything
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.models import EnrolmentState
from tests.factories import words
from tests.factories.accounts import make_person
from tests.factories.boards import (
    board_of_site,
    first_post,
    make_answer,
    make_board,
    make_run_board,
    make_thread,
)
from tests.factories.courses import make_course
from tests.factories.enrolment import make_enrolment, make_run
from tests.factories.organisations import make_affiliation, make_city

DAY = timedelta(days=1)


@pytest.fixture
def author(app):
    return make_person(full_name="Mai")


@pytest.fixture
def reader(app):
    return make_person(full_name="Bat")


@pytest.fixture
def browser(signed_in_as, reader):
    return signed_in_as(reader)


@pytest.fixture
def board(app):
    return board_of_site()


def main_of(html: str) -> str:
    return html[html.index("<main") : html.index("</main>")]


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main_of(html))).split())


def board_path(board, query: str = "") -> str:
    return f"/en/boards/{board.id}{query}"


def titles_on(html: str) -> list[str]:
    found = re.findall(r'class="thread-title">(.*?)</p>', main_of(html), re.DOTALL)
    shown = [re.sub(r'<span class="tag.*', "", each, flags=re.DOTALL) for each in found]
    return [unescape(re.sub(r"<[^>]+>", "", each)).strip() for each in shown]


def shown_titles(browser, board, query: str = "") -> list[str]:
    answer = browser.get(board_path(board, query))
    assert answer.status_code == 200
    return titles_on(answer.text)


# --- the list of boards ----------------------------------------------------------------


def test_everybody_finds_the_boards_that_are_theirs(client, author, reader, browser, signed_in_as):
    run = make_run(make_course(title=words("Smart ports")), cohort_no=3)
    make_enrolment(run, reader)
    make_run_board(run)
    visitor = text_of(client.get("/en/boards").text)
    assert "Good practice" in visitor
    assert "Everybody can read this." in visitor
    assert "Cooperation ideas" not in visitor
    assert "Smart ports" not in visitor
    member = text_of(browser.get("/en/boards").text)
    assert "Smart ports, cohort 3" in member
    assert "Only the people of this course run can read this." in member
    assert "Alumni" not in member
    assert "Smart ports" not in text_of(signed_in_as(author).get("/en/boards").text)
    make_enrolment(make_run(), author, state=EnrolmentState.COMPLETED)
    assert "Alumni" in text_of(signed_in_as(author).get("/en/boards").text)


def test_a_board_says_how_much_is_in_it_and_since_when(board, author, browser):
    make_thread(board, author)
    make_thread(board, author, is_held=True)
    listed = text_of(browser.get("/en/boards").text)
    row = listed[listed.index("Questions and answers") :]
    assert re.search(r"^.*? can read this. 1 thread Last post: ", row)


def test_what_is_new_on_a_board_is_marked_until_it_is_read(board, author, reader, browser):
    thread = make_thread(board, author)
    assert "is-unread" in browser.get("/en/boards").text
    with unit_of_work():
        note_read(reader, thread.id, up_to=1, now=clock.now())
    assert "is-unread" not in browser.get("/en/boards").text
    make_answer(thread, author)
    assert "is-unread" in browser.get("/en/boards").text
    with unit_of_work():
        follow_thread(reader, thread.id, Following.MUTED, now=clock.now())
    assert "is-unread" not in browser.get("/en/boards").text


def test_what_nobody_opened_for_long_is_no_news(board, author, browser):
    make_thread(board, author, now=clock.now() - 31 * DAY)
    assert "is-unread" not in browser.get("/en/boards").text
    assert "is-unread" not in browser.get(board_path(board)).text


def test_the_number_of_notices_is_that_of_those_one_may_read(browser):
    board = board_of_site(BoardKind.NOTICES)
    staff = make_person("staff")
    for audience in (NoticeAudience.ALL, NoticeAudience.INSTRUCTORS):
        make_thread(board, staff, kind=ThreadKind.NOTICE, audience=audience)
    listed = text_of(browser.get("/en/boards").text)
    assert re.search(r"Notices .*? 1 thread ", listed)


def test_boards_cost_the_same_however_many(browser, reader, author, count_statements):
    make_affiliation(reader, make_city())
    browser.get("/en/boards")
    with count_statements() as few:
        browser.get("/en/boards")
    for number in range(4):
        run = make_run(cohort_no=number + 2)
        make_enrolment(run, reader)
        make_thread(make_run_board(run), author)
    with count_statements() as many:
        assert "cohort 5" in browser.get("/en/boards").text
    assert len(many) == len(few) <= 8


# --- the page of a board ---------------------------------------------------------------


def test_pinned_threads_first_then_those_last_written_in(board, author, browser):
    now = clock.now()
    old, middle, _new = [
        make_thread(board, author, title, now=now - days * DAY)
        for title, days in (("Old", 3), ("Middle", 2), ("New", 1))
    ]
    make_answer(old, author, now=now)
    with unit_of_work():
        pin_thread(middle, is_pinned=True, actor=author, now=now)
    assert shown_titles(browser, board) == ["Middle", "Old", "New"]
    make_thread(board, author, "Waits", is_held=True)
    assert "Waits" not in shown_titles(browser, board)


def test_lists_are_cut_down_to_what_is_wanted(board, author, browser):
    make_thread(board, author, "Open")
    make_thread(board, author, "Case", kind=ThreadKind.CASE)
    make_thread(board, author, "Talk", kind=ThreadKind.DISCUSSION)
    answered = make_thread(board, author, "Answered")
    make_answer(answered, make_person())
    with unit_of_work():
        accept_answer(answered, 2, actor=author, now=clock.now())
    assert set(shown_titles(browser, board, "?show=questions")) == {"Open", "Answered"}
    assert shown_titles(browser, board, "?show=unanswered") == ["Open"]
    assert shown_titles(browser, board, "?show=cases") == ["Case"]
    assert len(shown_titles(browser, board, "?show=nonsense")) == 4
    assert "Solved" in text_of(browser.get(board_path(board)).text)


def test_a_tag_leads_to_what_has_it_a_goal_to_its_targets(board, author, browser):
    city = make_city("haiphong")
    make_thread(board, author, "Target", tags=frozenset({(TagKind.SDG, "11.2")}))
    make_thread(board, author, "Goal", tags=frozenset({(TagKind.SDG, "11")}))
    make_thread(board, author, "City", tags=frozenset({(TagKind.CITY, city.slug)}))
    make_thread(board, author, "Other", tags=frozenset({(TagKind.SDG, "1")}))
    assert set(shown_titles(browser, board, "?sdg=11")) == {"Target", "Goal"}
    assert shown_titles(browser, board, "?sdg=11.2") == ["Target"]
    found = text_of(browser.get(board_path(board, "?city=haiphong")).text)
    assert "Only about: Haiphong Show everything" in found
    assert "No thread fits." in text_of(browser.get(board_path(board, "?field=ZZZ")).text)


@pytest.mark.parametrize("query", ["?sdg=%25", "?sdg=11%27--", "?city=" + "x" * 500, "?field="])
def test_a_tag_that_is_none_is_left_out(board, author, browser, query):
    make_thread(board, author, "Here")
    assert shown_titles(browser, board, query) == ["Here"]


def test_a_title_is_in_the_readers_language_where_somebody_translated_it(board, author, browser):
    thread = make_thread(board, author, "Lương tài xế?", language="vi")
    assert shown_titles(browser, board) == ["Lương tài xế?"]
    page = main_of(browser.get(board_path(board)).text)
    assert '<span lang="vi" dir="ltr">Lương tài xế?</span>' in page
    assert "Vietnamese" in page
    for language, title, origin in (
        ("en", "Drunk pay?", TextOrigin.MACHINE),
        ("ko", "기사 급여?", TextOrigin.PERSON),
    ):
        with unit_of_work():
            add_text(
                first_post(thread),
                Words(language, "…", title),
                origin=origin,
                by_id=None,
                is_original=False,
                now=clock.now(),
            )
    assert shown_titles(browser, board) == ["Lương tài xế?"]
    assert titles_on(browser.get(f"/ko/boards/{board.id}").text) == ["기사 급여?"]


def test_a_board_is_read_page_by_page_and_nothing_is_skipped_or_repeated(board, author, browser):
    now = clock.now()
    for number in range(60):
        make_thread(board, author, f"Thread {number}", now=now - (number // 3) * DAY)
    with unit_of_work():
        pin_thread(db.session.query(Thread).first(), is_pinned=True, actor=author, now=now)
    seen, address = [], board_path(board)
    while address:
        html = browser.get(address).text
        seen.append(titles_on(html))
        following = re.search(r'rel="next" href="([^"]+)"', html)
        address = unescape(following[1]) if following else ""
    assert [len(page) for page in seen] == [25, 25, 10]
    assert len({title for page in seen for title in page}) == 60


@pytest.mark.parametrize(
    "query", ["?before=x", "?before=1.2", "?before=9.9.9", "?before=" + "9" * 99]
)
def test_a_place_that_makes_no_sense_is_the_first_page(board, author, browser, query):
    make_thread(board, author, "Here")
    assert shown_titles(browser, board, query) == ["Here"]


def test_expired_notices_are_kept_apart(browser):
    board = board_of_site(BoardKind.NOTICES)
    staff = make_person("staff")
    for title, days in (("Past", -1), ("Present", 1)):
        expires_at = clock.now() + days * DAY
        make_thread(board, staff, title, kind=ThreadKind.NOTICE, expires_at=expires_at)
    assert shown_titles(browser, board) == ["Present"]
    assert shown_titles(browser, board, "?show=expired") == ["Past"]


def test_who_may_write_finds_the_way_and_others_the_reason(client, author, browser, signed_in_as):
    notices = board_of_site(BoardKind.NOTICES)
    assert "Ask a question" in text_of(browser.get(board_path(board_of_site())).text)
    assert "Only the staff write on this board." in text_of(browser.get(board_path(notices)).text)
    assert "Sign in to write here" in text_of(client.get(board_path(notices)).text)
    staff = signed_in_as(make_person("staff"))
    assert "Write a notice" in text_of(staff.get(board_path(notices)).text)


def test_a_board_out_of_reach_is_as_if_it_were_not_there(client, browser, reader):
    run = make_run()
    board = make_run_board(run)
    assert browser.get(board_path(board)).status_code == 404
    assert browser.get(f"/en/runs/{run.id}/board").status_code == 404
    assert "/sign-in" in client.get(board_path(board)).location
    assert "/sign-in" in client.get("/en/boards/999999").location
    make_enrolment(run, reader)
    assert browser.get(f"/en/runs/{run.id}/board").location == board_path(board)


def test_a_board_has_the_name_it_was_given(browser):
    board = make_board(BoardKind.MATERIALS, title=words("Maps"), description=words("Of ports."))
    text = text_of(browser.get(board_path(board)).text)
    assert text.startswith("Home Boards Maps Maps Of ports.")


@pytest.mark.parametrize("query", ["", "?show=unanswered", "?sdg=11"])
def test_a_board_costs_the_same_however_many_threads(
    author, reader, browser, count_statements, query
):
    board = board_of_site()
    make_affiliation(reader, make_city())
    tags = frozenset({(TagKind.SDG, "11")})
    make_thread(board, author, tags=tags)
    browser.get(board_path(board, query))
    forget_everything()
    with count_statements() as few:
        browser.get(board_path(board, query))
    with count_statements() as again:
        browser.get(board_path(board, query))
    for _number in range(30):
        other = make_person()
        make_affiliation(other, make_city())
        make_thread(board, other, tags=tags)
    with count_statements() as many:
        assert 'rel="next"' in browser.get(board_path(board, query)).text
    assert len(again) < len(many) == len(few) <= 8


# --- one's own -------------------------------------------------------------------------


def mine(browser, which: str) -> str:
    answer = browser.get(f"/en/boards/mine?list={which}")
    assert answer.status_code == 200
    return answer.text


def test_ones_own_lists(board, author, reader, browser):
    own = make_thread(board, reader, "Mine")
    held = make_thread(board, reader, "Held", is_held=True)
    followed = make_thread(board, author, "Followed")
    for _number in range(3):
        last = make_answer(followed, author)
    with unit_of_work():
        note_read(reader, followed.id, up_to=2, now=clock.now())
        follow_thread(reader, followed.id, Following.FOLLOWED, now=clock.now())
        set_bookmark(last, reader, keeps=True, now=clock.now())
        save_draft(
            reader,
            "a-key-of-twenty-letters",
            board_id=board.id,
            thread_id=followed.id,
            written=Written(ThreadKind.QUESTION, "", "Half a thought", {}),
            now=clock.now(),
        )
    assert set(titles_on(mine(browser, "threads"))) == {"Mine", "Held"}
    assert "Waits for a moderator" in mine(browser, "threads")
    assert set(titles_on(mine(browser, "followed"))) == {"Followed", "Mine", "Held"} - {"Held"}
    assert "2 new posts" in mine(browser, "followed")
    kept = mine(browser, "bookmarks")
    assert f"/threads/{followed.id}?at=4#post-4" in kept
    assert "Half a thought" in mine(browser, "drafts")
    assert own.id != held.id


def test_what_was_typed_is_read_when_its_form_takes_no_more(board, author, reader, browser):
    locked, hidden = make_thread(board, author), make_thread(board, author)
    other = board_of_site(BoardKind.GOOD_PRACTICE)
    parts = {"situation": "Buses <b>late</b>.", "tried": "", "result": "None\n  yet.", "sdg": "11"}
    typed = [
        (locked.board_id, locked.id, Written(ThreadKind.QUESTION, "", "Paid\n" + "so " * 99, {})),
        (hidden.board_id, hidden.id, Written(ThreadKind.QUESTION, "", "<i>By the hour", {})),
        (other.id, None, Written(ThreadKind.CASE, "", "", parts)),
    ]
    with unit_of_work():
        for number, (board_id, thread_id, written) in enumerate(typed):
            save_draft(
                reader,
                f"key-{number}-of-twenty-letters",
                board_id=board_id,
                thread_id=thread_id,
                written=written,
                now=clock.now(),
            )
        lock_thread(locked, is_locked=True, actor=author, now=clock.now())
        take_from_sight(first_post(hidden), hidden, PostState.HIDDEN)
        other.closed_at = clock.now()
    page = main_of(mine(browser, "drafts"))
    links = [unescape(each) for each in re.findall(r'thread-title"><a href="([^"]+)"', page)]
    assert sorted(browser.get(link).status_code for link in links) == [404, 409, 409]
    assert page.count("<details>") == 3
    assert "Paid\n" + "so " * 99 in page
    assert "&lt;i&gt;By the hour" in page
    assert "Buses &lt;b&gt;late&lt;/b&gt;." in page
    assert "None\n  yet." in page
    assert ("Situation" in page, "Result" in page, "What we tried" in page) == (True, True, False)
    assert "Without words so far" not in page


def test_what_has_gone_out_of_reach_is_listed_nowhere(author, reader, browser):
    run = make_run()
    enrolment = make_enrolment(run, reader)
    board = make_run_board(run)
    thread = make_thread(board, reader, "Among ourselves")
    post = make_answer(thread, author)
    with unit_of_work():
        set_bookmark(post, reader, keeps=True, now=clock.now())
        save_draft(
            reader,
            "a-key-of-twenty-letters",
            board_id=board.id,
            thread_id=None,
            written=Written(ThreadKind.QUESTION, "Among ourselves", "", {}),
            now=clock.now(),
        )
    lists = ("threads", "followed", "bookmarks", "drafts")
    assert all("Among ourselves" in mine(browser, which) for which in lists)
    enrolment.state = EnrolmentState.WITHDRAWN
    db.session.commit()
    assert not any("Among ourselves" in mine(browser, which) for which in lists)


@pytest.mark.parametrize("which", ["threads", "followed", "bookmarks", "drafts"])
def test_ones_own_lists_cost_the_same_however_long(board, reader, browser, count_statements, which):
    def more(count: int) -> None:
        for number in range(count):
            thread = make_thread(board, reader)
            with unit_of_work():
                set_bookmark(first_post(thread), reader, keeps=True, now=clock.now())
                save_draft(
                    reader,
                    f"key-{thread.id}-{number}-of-twenty",
                    board_id=board.id,
                    thread_id=None,
                    written=Written(ThreadKind.QUESTION, "", "Words", {}),
                    now=clock.now(),
                )

    more(1)
    mine(browser, which)
    with count_statements() as few:
        mine(browser, which)
    more(30)
    with count_statements() as many:
        following = re.search(r'rel="next" href="([^"]+)"', mine(browser, which))
    assert len(many) == len(few) <= 8
    assert titles_on(browser.get(unescape(following[1])).text)

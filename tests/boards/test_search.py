"""Posts are found by what they say now, by those who may read them; the page of a search."""

import re
from datetime import timedelta

import pytest

from lms.boards import search_page
from lms.boards.models import (
    Audience,
    BoardKind,
    PostState,
    TagKind,
    TextOrigin,
    ThreadKind,
)
from lms.boards.queries.reach import Reach
from lms.boards.queries.search import Wish, found_posts
from lms.boards.rules.search import Kinds, query_of
from lms.boards.services.changing import accept_answer, delete_post, edit_post
from lms.boards.services.terms import forget_post, index_post
from lms.boards.services.words import Words, add_text
from lms.core import clock
from lms.core.kept import forget_everything
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.rules import busan_day
from tests.factories import words
from tests.factories.accounts import make_person, reader_of
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
from tests.forms import fill_in

VISITOR = Reach(None, busan_day(clock.now()))
STAFF = Reach(None, busan_day(clock.now()), is_staff=True)


@pytest.fixture
def author(app):
    return make_person(full_name="Tran Minh")


@pytest.fixture
def board(app):
    return make_board(BoardKind.IDEAS, readable_by=Audience.EVERYBODY, position=99)


def found(asked, reach=VISITOR, now=None, **wish):
    """Return the ids of the posts that are found, best first."""
    now = now or clock.now()
    return [each.post_id for each in found_posts(query_of(asked), Wish(**wish), reach, now).best]


def page(client, asked="", language="en", **args):
    return client.get(f"/{language}/boards/search", query_string={"q": asked, **args})


def hits_on(response):
    """Return the numbers of the threads a page shows, in order."""
    return [int(found) for found in re.findall(r'class="thread-title"><a href="/\w+/threads/(\d+)',
                                               response.text)]  # fmt: skip


# --- what is found ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked",
    [
        *("정책", "교통정책", "정책은", "du lieu", "DỮ LIỆU", "交通", "数据", "ສະອາດ"),
        *("clean water", '"clean water"'),
    ],
)  # fmt: skip
def test_a_post_is_found_in_whatever_language_it_was_written(author, board, asked):
    bodies = {
        "ko": "교통정책을 바꾸었습니다",
        "vi": "Dữ liệu mở của thành phố",
        "zh": "城市交通数据",
        "lo": "ນ້ຳສະອາດ",
        "en": "Clean water for all",
    }
    threads = [make_thread(board, author, "A", body, language=x) for x, body in bodies.items()]
    assert len(found(asked)) == 1
    assert found(asked)[0] in {first_post(thread).id for thread in threads}


def test_a_post_is_found_by_its_case_its_tags_and_its_title(author, board):
    make_city("gdansk-bay", name=words("Gdańsk Bay"))
    tags = ((TagKind.CITY, "gdansk-bay"), (TagKind.SDG, "11.2"))
    post = first_post(make_thread(board, author, "Tram by the sea", "", tags=tags))
    case = {"situation": "Sand on the rails", "ask": "How do you sweep?"}
    with unit_of_work():
        add_text(post, Words("vi", "", "", case), origin=TextOrigin.AUTHOR, by_id=author.id,
                 is_original=False, now=clock.now())  # fmt: skip
        index_post(post.id)
    assert found("tram sea") == found("gdansk") == found('"on the rails" sweep') == [post.id]


def test_a_translation_is_found_as_soon_as_it_is_there(author, board):
    post = first_post(make_thread(board, author, "Bus fares", "By the kilometre."))
    assert found("요금") == []
    with unit_of_work():
        add_text(post, Words("ko", "거리로 매긴 요금", "버스 요금"), origin=TextOrigin.PERSON,
                 by_id=author.id, is_original=False, now=clock.now())  # fmt: skip
        index_post(post.id)
    assert found("요금") == found("fares kilometre") == [post.id]


def test_words_that_were_changed_are_found_no_longer(author, board):
    post = first_post(make_thread(board, author, "Bus fares", "By the kilometre."))
    with unit_of_work():
        edit_post(post, Words("en", "By the zone.", "Tram fares"), revision=1, editor=author,
                  now=clock.now())  # fmt: skip
    assert found("kilometre") == found("bus") == []
    assert found("zone tram") == [post.id]


def test_indexing_twice_and_forgetting_twice_are_harmless(author, board):
    post = first_post(make_thread(board, author, "Bus fares"))
    with unit_of_work():
        index_post(post.id)
        index_post(post.id)
    assert found("fares") == [post.id]
    with unit_of_work():
        forget_post(post.id)
        forget_post(post.id)
    assert found("fares") == []


def test_what_is_not_seen_is_not_found(author, board):
    thread = make_thread(board, author, "Harbour", "visible")
    held = make_answer(thread, author, "harbour held", is_held=True)
    hidden = make_answer(thread, author, "harbour hidden")
    deleted = make_answer(thread, author, "harbour deleted")
    with unit_of_work():
        hidden.state = PostState.HIDDEN  # in whatever way: what is read must not hang on the index
    with unit_of_work():
        delete_post(deleted, author=author, now=clock.now())
    assert found("harbour", STAFF) == [first_post(thread).id]
    assert not set(found("harbour", STAFF)) & {held.id, hidden.id, deleted.id}
    with unit_of_work():
        thread.state = PostState.HIDDEN
    assert found("harbour", STAFF) == []


def test_notices_that_have_expired_or_are_for_others_are_not_found(author):
    notices = board_of_site(BoardKind.NOTICES)
    now = clock.now()
    make_thread(notices, author, "Old berths", kind=ThreadKind.NOTICE, expires_at=now)
    make_thread(notices, author, "Alumni berths", kind=ThreadKind.NOTICE, audience="alumni")
    assert found("old berths", now=now + timedelta(seconds=1)) == []
    assert found("alumni berths") == []
    assert len(found("alumni berths", STAFF)) == 1


def test_what_somebody_may_not_read_leaves_no_trace(author, board, client, signed_in_as):
    run = make_run(make_course())
    secret = make_thread(make_run_board(run), author, "Zanzibar plans", "Not for others.")
    trainee, second, stranger = make_person(), make_person(), make_person()
    make_enrolment(run, trainee)
    make_enrolment(make_run(make_course()), second)
    for outside in (client, signed_in_as(stranger), signed_in_as(second)):
        response = page(outside, "zanzibar")
        assert hits_on(response) == []
        assert "Not for others" not in response.text
        assert "No post has all of these words" in response.text
    assert hits_on(page(signed_in_as(trainee), "zanzibar")) == [secret.id]
    assert (
        search_page.related_threads(reader_of(stranger), "Zanzibar plans", None, clock.now()) == []
    )
    assert (
        len(search_page.related_threads(reader_of(trainee), "Zanzibar plans", None, clock.now()))
        == 1
    )


# --- order -----------------------------------------------------------------------------


def test_the_best_come_first(author, board):
    asker = make_person()
    plain = make_thread(board, author, "A", "ferry")
    thread = make_thread(board, asker, "B", "x")
    accepted = make_answer(thread, author, "ferry helped")
    liked = make_answer(thread, author, "ferry liked")
    newest = make_answer(thread, author, "ferry newest")
    titled = make_thread(board, author, "Ferry", "x")
    with unit_of_work():
        accept_answer(thread, accepted.number, actor=asker, now=clock.now())
        liked.likes = 5
    assert found("ferry") == [
        first_post(titled).id, accepted.id, liked.id, newest.id, first_post(plain).id,
    ]  # fmt: skip


def test_words_as_they_were_typed_come_before_those_without_particle(author, board):
    typed = first_post(make_thread(board, author, "A", "정책을 세우다", language="ko"))
    other = first_post(make_thread(board, author, "B", "정책이 서다", language="ko"))
    whole = first_post(make_thread(board, author, "C", "the port", language="en"))
    longer = first_post(make_thread(board, author, "D", "the ports", language="en"))
    assert found("정책을") == [typed.id, other.id]
    assert found("port") == [whole.id, longer.id]


# --- what narrows it -------------------------------------------------------------------


def test_a_search_is_narrowed(author, board):
    make_city("hanoi-x")
    there = make_person()
    make_affiliation(there, make_city("ulsan-x"))
    now = clock.now()
    old = first_post(make_thread(board, author, "Ferry", "a", now=now - timedelta(days=40),
                                 kind=ThreadKind.DISCUSSION))  # fmt: skip
    tags = ((TagKind.SDG, "11.2"), (TagKind.CITY, "hanoi-x"))
    tagged = first_post(make_thread(board, author, "Ferry", "b", kind=ThreadKind.DISCUSSION,
                                    tags=tags))  # fmt: skip
    question = make_thread(board, there, "Ferry", "c", language="vi")
    asked = first_post(question)
    answer = make_answer(question, author, "ferry d")
    assert len(found("ferry")) == 4
    assert found("ferry", until=now - timedelta(days=1)) == [old.id]
    assert old.id not in found("ferry", since=now - timedelta(days=1))
    assert found("ferry", tags=((TagKind.SDG, "11"),)) == [tagged.id]
    assert found("ferry", tags=tags) == [tagged.id]
    assert found("ferry", tags=((TagKind.SDG, "1"),)) == []
    assert found("ferry", city="ulsan-x") == found("ferry", language="vi") == [asked.id]
    assert set(found("ferry", kinds=Kinds.QUESTIONS)) == {asked.id, answer.id}
    assert found("ferry", kinds=Kinds.SOLVED) == []
    assert found("ferry", board_id=board_of_site().id) == []
    assert len(found("ferry", board_id=board.id)) == 4


def test_hostile_words_are_words(author, board, client):
    post = first_post(make_thread(board, author, "NEAR the OR port AND not", "x_y <b>port</b>"))
    for asked in ("near or and not", "NEAR(port)", "port* OR", '"port', "x_y"):
        assert found(asked) == [post.id], asked
    assert found("title_terms:port -zz") == []
    bare = ("' OR 1=1 --", "'; DROP TABLE posts; --", "\\", '""', "* *", "& | ! <-> :*", "\u202e")
    long = ("a" * 10_000, "가" * 10_000, "-" * 5000, '"' * 5001, "a b " * 2000, '-"a b" ' * 2000)
    for asked in (*bare, *long):
        assert page(client, asked).status_code == 200, asked
        found(asked)
    assert found("port\x00 near") == [post.id]


# --- the page --------------------------------------------------------------------------


def test_the_page_marks_what_was_found_in_its_language(author, board, client):
    body = "## Nước\n\nĐường phố **sạch** & an toàn <script>alert(1)</script>"
    thread = make_thread(board, author, "Thành phố xanh", body, language="vi")
    response = page(client, "duong sach")
    assert hits_on(response) == [thread.id]
    assert "<mark>Đường</mark> phố <mark>sạch</mark> &amp; an toàn" in response.text
    assert '<p lang="vi"' in response.text
    assert "&lt;script&gt;" in response.text
    assert "1 post found" in response.text
    assert 'name="robots" content="noindex"' in response.text
    assert "<mark>Thành</mark>" in page(client, "thanh pho").text


def test_a_translation_by_a_machine_is_said_to_be_one(author, board, client):
    post = first_post(make_thread(board, author, "Bus fares", "By the kilometre."))
    with unit_of_work():
        add_text(post, Words("ko", "거리로 매긴 요금", "버스 요금"), origin=TextOrigin.MACHINE,
                 by_id=None, is_original=False, now=clock.now())  # fmt: skip
        index_post(post.id)
    assert "Machine translation" in page(client, "거리로").text
    assert "버스 요금" not in page(client, "거리로").text, (
        "its title does not stand for the real one"
    )
    assert "Machine translation" not in page(client, "kilometre").text


def test_a_search_without_words_says_so_and_finds_nothing(client, board, author):
    make_thread(board, author, "Bus fares")
    assert "There is no word to look for" in page(client, "?! -fares").text
    assert hits_on(page(client, "?! -fares")) == []
    assert "Write a word to look for" in page(client, "", kinds="questions").text
    assert page(client).status_code == 200


def test_bad_days_and_choices_are_named_beside_their_field(client, board, author):
    make_thread(board, author, "Bus fares")
    for args in ({"since": "2026-13-40"}, {"since": "1066-01-01"}, {"board": "x"}, {"sdg": "99"},
                 {"since": "2026-02-02", "until": "2026-02-01"}, {"kinds": "no"}):  # fmt: skip
        response = page(client, "fares", **args)
        assert response.status_code == 422
        assert 'value="fares"' in response.text
        assert "field-error" in response.text
        assert hits_on(response) == []


def test_pages_follow_each_other_without_gap_or_repeat(client, board, author):
    thread = make_thread(board, author, "Zebra crossings", "x")
    for number in range(44):
        make_answer(thread, author, f"zebra {number}")
    first = page(client, "zebra", board=board.id)
    seen = re.findall(r"#post-(\d+)", first.text)
    assert "45 posts found" in first.text
    address = re.search(r'rel="next nofollow" href="([^"]+)"', first.text)
    while address:
        shown = client.get(address[1].replace("&amp;", "&"))
        seen += re.findall(r"#post-(\d+)", shown.text)
        address = re.search(r'rel="next nofollow" href="([^"]+)"', shown.text)
    assert len(seen) == len(set(seen)) == 45
    for odd in ("", "x", "-", "9-", "-1", "99999999999-1", "٣-٣"):
        assert len(hits_on(page(client, "zebra", after=odd))) == 20
    beyond = page(client, "zebra", after="0-1")
    assert hits_on(beyond) == []
    assert "There are no more posts." in beyond.text


def test_a_page_costs_the_same_however_much_is_found(
    client, signed_in_as, board, author, count_statements
):
    thread = make_thread(board, author, "Zebra crossings", "x")
    browser = signed_in_as(make_person())
    counts = []
    for _ in range(2):
        for each, asked in ((client, "zebra"), (browser, "zebra"), (browser, '"zebra" -"yak"')):
            page(each, asked)
            forget_everything()
            with count_statements() as statements:
                page(each, asked)
            counts.append(len(statements))
        for number in range(30):
            make_answer(thread, make_person(), f"zebra {number}")
    assert counts[:3] == counts[3:]
    assert max(counts) <= 8


def test_nobody_searches_without_end(client, board):
    for _ in range(30):
        assert page(client, "zebra").status_code == 200
    assert page(client, "zebra").status_code == 429
    assert page(client, "").status_code == 200


def test_threads_like_a_question_are_shown_while_it_is_typed(signed_in_as, client, board, author):
    solved = make_thread(board, author, "요금을 어떻게 걷습니까", "x", language="ko")
    make_thread(board, author, "Trams", "x")
    browser = signed_in_as(make_person())
    fragment = browser.get("/en/boards/related", query_string={"q": "버스 요금을 걷는 방법"})
    assert f"/threads/{solved.id}" in fragment.text
    assert "<html" not in fragment.text
    assert "Trams" not in fragment.text
    assert browser.get("/en/boards/related?q=").text.strip() == ""
    assert browser.get(f"/en/boards/related?q=x&board={2**63}").status_code == 200
    assert client.get("/en/boards/related?q=x").status_code == 302


def test_without_script_they_are_shown_when_the_form_comes_back(signed_in_as, board, author):
    solved = make_thread(board, author, "Paying drivers of small buses", "x")
    address = f"/en/boards/{board.id}/new/question"
    browser = signed_in_as(make_person())
    assert "related-title" not in browser.get(address).text
    sent = {"title": "How are drivers of small buses paid?", "body": ""}
    shown = fill_in(browser, address, **sent)
    assert shown.status_code == 422
    assert f"/threads/{solved.id}" in shown.text

"""Feeds, site maps and pages for search engines: valid, and of what visitors may read only."""

import re
from datetime import datetime, timedelta

import pytest
from defusedxml.ElementTree import fromstring
from werkzeug.http import http_date

from lms.boards.models import Audience, BoardKind, NoticeAudience, PostState, ThreadKind
from lms.boards.queries.feeds import last_of_each_part, public_threads
from lms.boards.services.changing import edit_post
from lms.boards.services.words import Words
from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
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
from tests.factories.enrolment import make_run

ATOM = {"a": "http://www.w3.org/2005/Atom"}
MAP = {"m": "http://www.sitemaps.org/schemas/sitemap/0.9"}
BASE = "http://127.0.0.1:8000"


@pytest.fixture
def author(app):
    return make_person(full_name="Nguyen Van An")


@pytest.fixture
def board(app):
    return make_board(BoardKind.IDEAS, readable_by=Audience.EVERYBODY, title=words("Ideas & more"))


def path_of(board, language="en") -> str:
    return f"/{language}/boards/{board.id}/feed.atom"


def feed_at(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    return fromstring(answer.data)


def titles(feed) -> list[str]:
    return [each.text for each in feed.findall("a:entry/a:title", ATOM)]


def test_a_feed_has_all_that_atom_asks_for(client, board, author):
    thread = make_thread(
        board, author, "차 <b>&", body="**정책** 을 묻습니다 " * 100, language="ko"
    )
    make_answer(thread, make_person(), "An answer is not a thread.")
    answer = client.get(path_of(board))
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = fromstring(answer.data)
    assert feed.tag == "{http://www.w3.org/2005/Atom}feed"
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    for element in (feed, *feed.findall("a:entry", ATOM)):
        for name in ("id", "title", "updated"):
            [found] = element.findall(f"a:{name}", ATOM)
            assert found.text.strip(), name
        assert element.find("a:id", ATOM).text.startswith("tag:127.0.0.1,2026-01-01:")
        assert datetime.fromisoformat(element.find("a:updated", ATOM).text).tzinfo
    assert feed.find("a:title", ATOM).text == "Ideas & more"
    assert feed.get(lang) == "en"
    links = {each.get("rel"): each.get("href") for each in feed.findall("a:link", ATOM)}
    assert links == {"self": BASE + path_of(board), "alternate": f"{BASE}/en/boards/{board.id}"}
    [entry] = feed.findall("a:entry", ATOM)
    assert entry.get(lang) == "ko"
    assert entry.find("a:title", ATOM).text == "차 <b>&"
    assert entry.find("a:author/a:name", ATOM).text == "Nguyen Van An"
    assert entry.find("a:link", ATOM).get("href") == f"{BASE}/en/threads/{thread.id}"
    summary = entry.find("a:summary", ATOM)
    assert summary.get("type") == "text"
    assert summary.text.startswith("정책 을 묻습니다")
    assert len(summary.text) <= 500
    assert author.email not in answer.text


def test_what_people_hide_in_words_comes_out_as_words(client, board, author):
    thread = make_thread(board, author, "]]> <x/>", body="a")
    with unit_of_work():
        edit_post(
            first_post(thread),
            Words("en", "<script>alert(1)</script> \ufffe\x0b]]>", "]]> <x/> \x00"),
            revision=1,
            editor=author,
            now=clock.now(),
        )
    feed = feed_at(client, path_of(board))
    assert titles(feed)[0].startswith("]]> <x/>")
    assert "<script>alert(1)</script>" in feed.find("a:entry/a:summary", ATOM).text


def test_names_stay_and_the_newest_thirty_come_first(client, board, author):
    now = clock.now()
    for number in range(32):
        make_thread(board, author, f"Thread {number}", now=now - timedelta(hours=40 - number))
    feed = feed_at(client, path_of(board))
    assert titles(feed) == [f"Thread {number}" for number in range(31, 1, -1)]
    ids = [each.text for each in feed.findall("a:entry/a:id", ATOM)]
    assert len(set(ids)) == 30
    korean = feed_at(client, path_of(board, "ko"))
    assert [each.text for each in korean.findall("a:entry/a:id", ATOM)] == ids
    assert korean.find("a:id", ATOM).text != feed.find("a:id", ATOM).text
    updated = [each.text for each in feed.findall("a:entry/a:updated", ATOM)]
    assert feed.find("a:updated", ATOM).text == max(updated)


def test_only_what_a_visitor_may_read_is_in_it_whoever_asks(client, signed_in_as, board, author):
    seen = make_thread(board, author, "Seen")
    make_thread(board, author, "Held", is_held=True)
    for state in (PostState.HIDDEN, PostState.DELETED):
        thread = make_thread(board, author, str(state))
        first_post(thread).state = thread.state = state
        db.session.commit()
    notice = {"kind": ThreadKind.NOTICE}
    make_thread(board, author, "For staff", audience=NoticeAudience.INSTRUCTORS, **notice)
    make_thread(board, author, "Over", expires_at=clock.now() - timedelta(minutes=1), **notice)
    closed = make_board(BoardKind.IDEAS, readable_by=Audience.SIGNED_IN)
    make_thread(closed, author, "For those signed in")
    of_run = make_run_board(make_run())
    make_thread(of_run, author, "Of a run")
    db.session.commit()
    staff = signed_in_as(make_person("staff"))
    for browser in (client, staff):
        assert titles(feed_at(browser, path_of(board))) == ["Seen"]
        everything = titles(feed_at(browser, "/en/boards/feed.atom"))
        assert "Seen" in everything
        assert not {"For those signed in", "Of a run", "Held", "For staff"} & set(everything)
        for other in (closed, of_run):
            assert browser.get(path_of(other)).status_code == 404
        assert browser.get("/en/boards/999999/feed.atom").status_code == 404
        addresses = browser.get("/sitemap-boards/1.xml").text
        assert re.findall(r"/en/threads/(\d+)<", addresses) == [str(seen.id)]


def test_narrowing_a_board_is_felt_at_once(client, board, author):
    make_thread(board, author)
    answer = client.get(path_of(board))
    assert "no-cache" in answer.headers["Cache-Control"]
    unchanged = client.get(path_of(board), headers={"If-None-Match": answer.headers["ETag"]})
    assert unchanged.status_code == 304
    board.readable_by = Audience.SIGNED_IN
    db.session.commit()
    tagged = {"If-None-Match": answer.headers["ETag"]}
    assert client.get(path_of(board), headers=tagged).status_code == 404
    assert titles(feed_at(client, "/en/boards/feed.atom")) == []


def test_who_asks_by_the_time_of_their_last_fetch_keeps_nothing_hidden(client, board, author):
    now = clock.now()
    make_thread(board, author, "Older", now=now - timedelta(days=2))
    hidden = make_thread(board, author, "Hidden later", now=now - timedelta(days=1))
    fetched = client.get(path_of(board))
    assert "Hidden later" in titles(fromstring(fetched.data))
    hidden.state = first_post(hidden).state = PostState.HIDDEN
    db.session.commit()
    since = {"If-Modified-Since": fetched.headers.get("Last-Modified") or http_date(now)}
    again = client.get(path_of(board), headers=since)
    assert again.status_code == 200
    assert titles(fromstring(again.data)) == ["Older"]
    both = {**since, "If-None-Match": fetched.headers["ETag"]}
    assert client.get(path_of(board), headers=both).status_code == 200


def test_a_new_thread_changes_the_tag(client, board, author):
    first = client.get(path_of(board))
    assert fromstring(first.data).findall("a:entry", ATOM) == []
    make_thread(board, author)
    again = client.get(path_of(board), headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200


def test_pages_name_their_feed_and_only_public_ones_are_for_search_engines(
    client, signed_in_as, board, author
):
    thread, member = make_thread(board, author, body="How buses are paid."), make_person()
    signed = board_of_site(BoardKind.QUESTIONS)
    signed.readable_by = Audience.SIGNED_IN
    db.session.commit()
    page = client.get(f"/en/boards/{board.id}").text
    assert f'type="application/atom+xml" title="Ideas &amp; more" href="{path_of(board)}"' in page
    assert "noindex" not in page
    assert 'rel="canonical"' in page
    assert "/en/boards/feed.atom" in client.get("/en/boards").text
    page = client.get(f"/en/threads/{thread.id}").text
    assert "noindex" not in page
    assert '<meta name="description" content="How buses are paid.">' in page
    other = make_thread(signed, author)
    browser = signed_in_as(member)
    for path in (f"/en/boards/{signed.id}", f"/en/threads/{other.id}"):
        page = browser.get(path).text
        assert "noindex" in page
        assert "application/atom+xml" not in page


def test_the_site_map_is_in_parts(app, client, board, author):
    threads = [make_thread(board, author).id for _each in range(5)]
    assert last_of_each_part(clock.now(), size=2) == [threads[1], threads[3]]
    rows = public_threads(clock.now(), first=threads[2], limit=2)
    assert [thread_id for thread_id, _at in rows] == threads[2:4]
    robots = client.get("/robots.txt")
    assert robots.mimetype == "text/plain"
    [address] = re.findall("Sitemap: (.*)", robots.text)
    answer = client.get(address.removeprefix(BASE))
    assert answer.status_code == 200, answer.data
    index = fromstring(answer.data)
    [part] = [each.text for each in index.findall("m:sitemap/m:loc", MAP)]
    found = fromstring(client.get(part.removeprefix(BASE)).data)
    places = [each.text for each in found.findall("m:url/m:loc", MAP)]
    assert len(places) == 15
    assert f"{BASE}/ko/threads/{threads[0]}" in places
    assert client.get(places[0].removeprefix(BASE)).status_code == 200


def test_a_feed_costs_the_same_whatever_is_in_it(client, board, author, count_statements):
    make_thread(board, author)
    with count_statements() as few:
        client.get(path_of(board))
    for _each in range(10):
        make_thread(board, author)
    with count_statements() as many:
        client.get(path_of(board))
    path = path_of(board)
    with count_statements() as kept:
        client.get(path)
    assert len(few) == len(many) <= 4
    assert len(kept) == 1

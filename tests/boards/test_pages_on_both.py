"""Pages of boards ask the same of SQLite and PostgreSQL, and are answered in the same order."""

from datetime import timedelta
from typing import Any

from flask import Flask

from lms.boards.models import Following, TagKind, Thread
from lms.boards.queries.about import tags_of, titles_of
from lms.boards.queries.board_page import board_lines, threads_of_board
from lms.boards.queries.mine import drafts_of, followed_threads, kept_posts, own_threads
from lms.boards.queries.reach import Reach
from lms.boards.queries.thread_page import Viewing, posts_of, texts_of, versions_of
from lms.boards.rules.pages import Filter, Tag
from lms.boards.services.changing import pin_thread
from lms.boards.services.marks import follow_thread, note_read, set_bookmark
from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.rules import busan_day
from tests.factories.accounts import make_person
from tests.factories.boards import board_of_site, first_post, make_answer, make_thread

DAY = timedelta(days=1)


def test_lists_and_pages_on_both_databases(app_of_its_own: Flask):
    with app_of_its_own.test_request_context():
        author, reader = make_person(), make_person()
        now = clock.now()
        board = board_of_site()
        tags = frozenset({(TagKind.SDG, "11.2"), (TagKind.CITY, "busan")})
        threads = [
            make_thread(board, author, f"No. {n}", now=now - n * DAY, tags=tags) for n in range(6)
        ]
        post = make_answer(threads[1], author, now=now)
        with unit_of_work():
            pin_thread(
                db.session.get_one(Thread, threads[4].id), is_pinned=True, actor=author, now=now
            )
            note_read(reader, threads[1].id, up_to=1, now=now)
            follow_thread(reader, threads[1].id, Following.FOLLOWED, now=now)
            set_bookmark(post, reader, keeps=True, now=now)
        reach = Reach(reader.id, busan_day(now))
        assert in_pages(board.id, reach, now) == [4, 1, 0, 2, 3, 5]
        lines = threads_of_board(
            board.id, reach, now, wanted=Filter.UNANSWERED, tag=None, after=None, limit=9
        )
        assert len(lines) == 5
        ids = [line.first_post_id for line in lines]
        assert set(titles_of(ids, ["en"])) == set(ids)
        assert len(tags_of([threads[0].id])[threads[0].id]) == 2
        asked = next(each for each in board_lines(reach, now) if each.head.id == board.id)
        assert (asked.threads, asked.has_unread) == (6, True)
        shown, reading = posts_of(Viewing(threads[1].id, 1, 25, [1], reader.id, False, None))
        assert [(line.number, line.is_kept) for line in shown] == [(1, False), (2, True)]
        assert (reading.last_read, reading.new_posts) == (1, 1)
        assert len(texts_of([line.id for line in shown])) == 2
        assert versions_of(first_post(threads[0]).id, before=None, limit=5) == []
        (followed,) = followed_threads(reader.id, reach, now, after=None, limit=5)
        assert followed.new_posts == 1
        (kept,) = kept_posts(reader.id, reach, now, after=None, limit=5)
        assert kept.number == 2
        assert own_threads(reader.id, reach, now, after=None, limit=5) == []
        assert drafts_of(reader.id, reach, after=None, limit=5) == []


def in_pages(board_id: int, reach: Reach, now: Any) -> list[int]:
    """Return the threads of a goal, two a page, by the number in their title."""
    found: list[Any] = []
    after = None
    while True:
        page = threads_of_board(
            board_id,
            reach,
            now,
            wanted=Filter.ALL,
            tag=Tag(TagKind.SDG, "11"),
            after=after,
            limit=2,
        )
        if not page:
            break
        found += page
        after = page[-1].place
    titles = titles_of([line.first_post_id for line in found], ["en"])
    return [int(titles[line.first_post_id].text.removeprefix("No. ")) for line in found]

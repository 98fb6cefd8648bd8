"""Boards at size: what a page asks for does not grow with threads and posts, and finds by index."""

import gzip
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import unquote

from babel.messages.pofile import read_po
from sqlalchemy import delete, event, func, insert, select, text

from lms.accounts.login import cookie_name
from lms.accounts.models import Person
from lms.accounts.services import start_session
from lms.boards.models import (
    BoardKind,
    Draft,
    Expertise,
    Post,
    PostBookmark,
    PostFile,
    PostReport,
    PostTerms,
    PostText,
    Thread,
    ThreadMark,
    ThreadTag,
)
from lms.boards.rules.messages import Place
from lms.boards.rules.search import terms_of
from lms.core import clock
from lms.core.audit import StatusEvent
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.lessons.models import IntakeState
from lms.organisations.models import Affiliation
from tests.factories.accounts import make_person
from tests.factories.boards import board_of_site, make_expertise
from tests.factories.courses import make_curriculum
from tests.factories.organisations import make_affiliation, make_city

FEW, MANY_THREADS, MANY_POSTS = 50, 3000, 2000
MOST_STATEMENTS = 8


@dataclass
class Talk:
    """A board of threads, a public one, notices, and a long thread; with who reads them."""

    board: int
    public: int
    notices: int
    thread: int
    first_post: int
    reader: Person
    staff: Person

    def pages(self, posts: int) -> dict[str, tuple[str, Person | None]]:
        """Return the pages of the boards, each with who opens it."""
        board, thread = f"/en/boards/{self.board}", f"/en/threads/{self.thread}"
        before = Place(0, clock.now() - timedelta(minutes=3 * 26), 10**9)
        by_reader = {
            "boards": "/en/boards",
            "board": board,
            **{f"board, {name}": f"{board}?show={name}" for name in TABS},
            "board, goal": f"{board}?sdg=11",
            "board, city": f"{board}?city=haiphong&show=unanswered",
            "board, older": f"{board}?before={before}",
            "notices": f"/en/boards/{self.notices}",
            "notices, expired": f"/en/boards/{self.notices}?show=expired",
            "thread": thread,
            "thread, middle": f"{thread}?from={posts // 2 + 1}",
            "thread, end": f"{thread}?from={posts}",
            "history": f"/en/posts/{self.first_post}/history",
            "new thread": f"{board}/new/question",
            **{f"mine, {name}": f"/en/boards/mine?list={name}" for name in OWN},
            "search": "/en/boards/search?q=bus",
            "related": "/en/boards/related?q=bus+lanes+of+cities",
            "people": "/en/people",
            "person": f"/en/people/{self.reader.id}",
        }
        by_staff = {
            **{f"moderation, {tab}": f"/en/manage/moderation?show={tab}" for tab in QUEUES},
            "thread, moderated": thread,
            "boards, managed": "/en/manage/boards",
        }
        by_visitor = {
            "public board": f"/en/boards/{self.public}",
            "feed": "/en/boards/feed.atom",
            "feed of a board": f"/en/boards/{self.public}/feed.atom",
            "site map": "/sitemap-boards.xml",
        }
        return {
            **{name: (path, self.reader) for name, path in by_reader.items()},
            **{name: (path, self.staff) for name, path in by_staff.items()},
            **{name: (path, None) for name, path in by_visitor.items()},
        }


TABS = ("questions", "unanswered", "cases")
OWN = ("threads", "followed", "bookmarks", "drafts")
QUEUES = ("held", "reported", "appeals", "hidden")


def begin() -> Talk:
    """Make the people and find the boards; nobody has written anything yet."""
    city = make_city("haiphong", region="VN")
    make_curriculum(code="CTY")
    reader, staff = make_person(), make_person("staff")
    make_affiliation(reader, city)
    make_expertise(reader)
    return Talk(
        board=board_of_site().id,
        public=board_of_site(BoardKind.GOOD_PRACTICE).id,
        notices=board_of_site(BoardKind.NOTICES).id,
        thread=0,
        first_post=0,
        reader=reader,
        staff=staff,
    )


def write(talk: Talk, threads: int, posts: int) -> None:
    """Let people write threads on each board; the last one becomes the long one."""
    people = some_people(max(5, threads // 10))
    first = next_id(Thread)
    rows = [
        _thread(first + number, number, talk, people[number % len(people)])
        for number in range(threads)
    ]
    long = rows[-1] | {"board_id": talk.board, "posts_count": posts, "answers": posts - 1}
    rows[-1] = long | {"kind": "question", "audience": "all", "expires_at": None}
    fill(Thread, rows)
    ids = [row["id"] for row in rows]
    fill(ThreadTag, [{"thread_id": id_, "kind": "sdg", "value": "11.2"} for id_ in ids])
    fill(ThreadTag, [{"thread_id": id_, "kind": "city", "value": "haiphong"} for id_ in ids])
    fill(ThreadTag, [{"thread_id": id_, "kind": "field", "value": "CTY"} for id_ in ids])
    talk.thread, talk.first_post = ids[-1], next_id(Post) + threads - 1
    _write_posts(talk, rows, people, posts)
    _mark(talk, ids, people)
    db.session.commit()


def some_people(count: int) -> list[int]:
    """Return new people who show what they know, each of the city there is."""
    now, first = clock.now(), next_id(Person)
    ids = list(range(first, first + count))
    person = {"state": "active", "full_name": "Ochir", "preferred_language": "en"}
    person |= {"time_zone": "Asia/Seoul", "email_confirmed_at": now, "created_at": now}
    fill(Person, [{**person, "id": id_, "email": f"many{id_}@example.org"} for id_ in ids])
    city_id = db.session.scalars(select(func.max(Affiliation.city_id))).one()
    fill(Affiliation, [{"person_id": id_, "city_id": city_id} for id_ in ids])
    knows = {"is_shown": True, "about": "I plan bus lanes.", "language": "en", "fields": []}
    knows |= {"languages": ["en"], "changed_at": now}
    fill(Expertise, [{**knows, "person_id": id_} for id_ in ids])
    return ids


def _thread(id_: int, number: int, talk: Talk, author_id: int) -> dict[str, Any]:
    board_id = (talk.board, talk.board, talk.public, talk.notices)[number % 4]
    is_notice = board_id == talk.notices
    at = clock.now() - timedelta(minutes=3 * number + 3)
    return {
        "id": id_,
        "board_id": board_id,
        "kind": "notice" if is_notice else ("question", "case", "discussion")[number % 3],
        "state": "published",
        "author_id": talk.reader.id if number % 5 == 0 else author_id,
        "audience": "trainees" if is_notice and number % 8 == 3 else "all",
        "expires_at": at if is_notice and number % 3 == 0 else None,
        "posts_count": 1,
        "answers": 0,
        "created_at": at,
        "last_post_at": at,
    }


def _write_posts(talk: Talk, threads: list[dict[str, Any]], people: list[int], posts: int) -> None:
    first = next_id(Post)
    places = [(thread["id"], 1, thread["author_id"]) for thread in threads]
    places += [(talk.thread, n, people[n % len(people)]) for n in range(2, posts + 1)]
    now, boards = clock.now(), {thread["id"]: thread["board_id"] for thread in threads}
    rows = [
        {
            "id": first + n,
            "thread_id": thread_id,
            "number": number,
            "author_id": author_id,
            "state": ("published", "published", "hidden", "held")[n % 4 if number > 1 else 0],
            "language": "en",
            "form_key": f"many-{first + n}",
            "reply_to": 1 if number > 1 else None,
            "created_at": now - timedelta(seconds=posts - number),
            "published_at": now - timedelta(seconds=posts - number),
        }
        for n, (thread_id, number, author_id) in enumerate(places)
    ]
    fill(Post, rows)
    fill(PostText, [text_ for row in rows for text_ in _texts(row, talk)])
    fill(
        PostTerms,
        [
            {
                "post_id": row["id"],
                "thread_id": row["thread_id"],
                "board_id": boards[row["thread_id"]],
                "title_terms": terms_of(["Bus lanes"] if row["number"] == 1 else []),
                "terms": terms_of(["Bus lanes in cities"]),
            }
            for row in rows
            if row["state"] == "published"
        ],
    )
    _say_why(rows)
    _attach(rows)


def _texts(post: dict[str, Any], talk: Talk) -> Iterator[dict[str, Any]]:
    """Yield what a post says in English, to somebody by name, and translated into Korean."""
    text_ = {"post_id": post["id"], "by_id": post["author_id"], "created_at": post["created_at"]}
    text_ |= {"changed_at": post["created_at"], "title": ""}
    for language, is_original, origin in (("en", True, "author"), ("ko", False, "person")):
        said = {"language": language, "is_original": is_original, "origin": origin}
        title = f"Bus lanes of cities, {post['id']}" if post["number"] == 1 else ""
        body = f"Look at [A](person:{talk.reader.id}), bus {post['id']}."
        yield {**text_, **said, "title": title, "body": body}


def _say_why(posts: list[dict[str, Any]]) -> None:
    """Let hidden posts be hidden with a reason, and some that are seen reported."""
    change = {"entity": "post", "old": "published", "new": "hidden", "reason": "insult"}
    hidden = [post for post in posts if post["state"] == "hidden"]
    at = clock.now()
    fill(StatusEvent, [{**change, "entity_id": post["id"], "at": at} for post in hidden])
    report = {"reason": "insult", "words": "", "state": "open", "created_at": at}
    seen = [post for post in posts if post["state"] == "published"][::2]
    fill(
        PostReport,
        [{**report, "post_id": post["id"], "reporter_id": post["author_id"]} for post in seen],
    )


def _attach(posts: list[dict[str, Any]]) -> None:
    file = {
        "state": IntakeState.READY,
        "name": "plan.pdf",
        "size": 9,
        "mimetype": "application/pdf",
    }
    file |= {"created_at": clock.now(), "storage_key": "boards/plan.pdf"}
    fill(
        PostFile,
        [{**file, "post_id": post["id"], "person_id": post["author_id"]} for post in posts[::3]],
    )


def _mark(talk: Talk, thread_ids: list[int], people: list[int]) -> None:
    """Let all follow threads and keep posts, among them the reader, who begins to answer too."""
    now, me, own = clock.now(), talk.reader.id, thread_ids[::100]
    firsts = dict(
        db.session.execute(
            select(Post.thread_id, Post.id).where(Post.thread_id.in_(thread_ids), Post.number == 1)
        ).all()
    )
    both = [(id_, people[n % len(people)]) for n, id_ in enumerate(thread_ids)]
    both += [(id_, me) for id_ in own]
    mark = {"last_read": 1, "following": "followed", "changed_at": now}
    fill(ThreadMark, [{**mark, "thread_id": id_, "person_id": who} for id_, who in both])
    fill(PostBookmark, [{"post_id": firsts[id_], "person_id": who, "at": now} for id_, who in both])
    draft = {"board_id": talk.board, "kind": "question", "saved_at": now, "content": {}}
    fill(
        Draft,
        [
            {**draft, "thread_id": id_, "person_id": who, "key": f"draft-{id_}-{who}"}
            for id_, who in both
        ],
    )


def next_id(table: Any) -> int:
    """Return an id no row has yet."""
    return (db.session.scalar(select(func.max(table.id))) or 0) + 1


def fill(table: Any, rows: Iterable[dict[str, Any]]) -> None:
    """Add many rows at once."""
    if rows := list(rows):
        db.session.execute(insert(table), rows)


def read_everything(talk: Talk, posts: int, browsers: Callable[..., Any], counting: Any) -> Any:
    """Return how many statements each page takes, opened a second time."""
    counts = {}
    for name, (path, who) in talk.pages(posts).items():
        browser = browsers(who)
        assert browser.get(path).status_code == 200, name
        with counting() as statements:
            assert browser.get(path).status_code == 200, name
        counts[name] = len(statements)
    return counts


def test_no_page_asks_more_of_much_talk_than_of_little(client, signed_in_as, count_statements):
    talk = begin()
    own = {who.id: signed_in_as(who) for who in (talk.reader, talk.staff)}
    own[None] = client
    ids = {talk.reader: talk.reader.id, talk.staff: talk.staff.id, None: None}

    def browser_of(who: Person | None) -> Any:
        return own[ids[who]]

    write(talk, FEW, FEW)
    few = read_everything(talk, FEW, browser_of, count_statements)
    write(talk, MANY_THREADS, MANY_POSTS)
    many = read_everything(talk, MANY_POSTS, browser_of, count_statements)
    assert many == few
    assert {name: count for name, count in many.items() if count > MOST_STATEMENTS} == {}


# --- what is kept is nobody's own ------------------------------------------------------


def test_of_what_is_kept_each_reader_has_their_own_keys(signed_in_as):
    talk = begin()
    write(talk, 4, 4)
    pages = [signed_in_as(make_person()).get(f"/en/threads/{talk.thread}").text for _ in range(2)]
    for field in ("csrf_token", "key"):
        found = [set(re.findall(rf'name="{field}"[^>]* value="([^"]+)"', page)) for page in pages]
        assert [len(each) for each in found] == [1, 1], field
        assert not found[0] & found[1], field


# --- found by index --------------------------------------------------------------------


@contextmanager
def noted() -> Iterator[list[tuple[str, Any]]]:
    """Note the SELECTs of a block with their values."""
    statements: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            statements.append((statement, values))

    engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def plan_of(statement: str, values: Any) -> str:
    """Return how the database goes about a statement, one step a line."""
    explain = "EXPLAIN QUERY PLAN"
    if db.engine.dialect.name == "postgresql":
        # Tables of some thousand rows may be read whole: what could not be found otherwise shows.
        db.session.execute(text("SET LOCAL enable_seqscan = off"))
        explain = "EXPLAIN"
    rows = db.session.connection().exec_driver_sql(f"{explain} {statement}", values)
    return "\n".join(str(row[-1]) for row in rows)


# A table of boards that is gone through from one end to the other.
WHOLE = re.compile(r"(?:SCAN|Seq Scan on) (?:threads|posts|post_texts|post_terms|thread_marks)\b.*")

BY_INDEX = {
    "board": "ix_threads_board_id_is_pinned",
    "board, older": "ix_threads_board_id_is_pinned",
    "board, questions": "ix_threads_board_id_kind",
    "board, unanswered": "ix_threads_unanswered",
    "thread": "uq_posts_thread_id_number|sqlite_autoindex_posts",
    "thread, middle": "uq_posts_thread_id_number|sqlite_autoindex_posts",
    "mine, threads": "ix_threads_author_id_created_at",
    "mine, followed": "thread_marks",
    "mine, bookmarks": "ix_post_bookmarks_person_id_at",
    "feed of a board": "ix_threads_board_id_id|pk_threads",
}


def test_pages_find_by_index(app_of_its_own):
    with app_of_its_own.app_context():
        talk = begin()
        write(talk, MANY_THREADS, MANY_POSTS)
        if db.engine.dialect.name == "postgresql":  # as its autovacuum does; SQLite is not told
            db.session.execute(text("ANALYZE"))
            db.session.commit()
        with unit_of_work():
            now = clock.now()
            tokens = {
                who.id: start_session(who, user_agent="", address="", now=now)
                for who in (talk.reader, talk.staff)
            }
            pages = {
                name: (path, tokens[who.id] if who else "")
                for name, (path, who) in talk.pages(MANY_POSTS).items()
            }
        db.session.remove()
        faults = {}
        for name, index in BY_INDEX.items():
            path, token = pages[name]
            browser = app_of_its_own.test_client()
            if token:
                browser.set_cookie(cookie_name(), token)
            with noted() as statements:
                assert browser.get(path).status_code == 200, name
            plans = "\n\n".join(plan_of(*each) for each in statements)
            if WHOLE.search(plans) or not re.search(index, plans):
                faults[name] = plans
        assert faults == {}, "\n\n\n".join(f"### {n}\n{f}" for n, f in faults.items())


# --- weight ----------------------------------------------------------------------------

# UX section 8 of boards, in bytes on the line, and requests.
MOST_HTML, MOST_TOTAL, MOST_REQUESTS = 20_000, 50_000, 8


def some_korean() -> Iterator[str]:
    """Yield texts of 150 words of Korean as people write it: what our own pages say."""
    with Path("lms/translations/ko/LC_MESSAGES/messages.po").open("rb") as file:
        said = [str(each.string) for each in read_po(file, locale="ko") if len(each.string) > 25]
    Random(1).shuffle(said)
    spoken = " ".join(said).split()
    for start in count(0, 150):
        yield " ".join(spoken[start : start + 150])


def weight_of(html: str) -> tuple[int, int, int]:
    """Return bytes of a page, bytes with all it loads at once, and the requests for that."""
    page = len(gzip.compress(html.encode(), 6))
    loaded = set(
        re.findall(r'(?:<link rel="(?:stylesheet|icon)"[^>]*href|<script[^>]*src)="([^"?]+)', html)
    )
    files = [Path(unquote(address).lstrip("/")) for address in loaded]
    packed = [len(gzip.compress(file.read_bytes(), 9)) for file in files]
    return page, page + sum(packed), 1 + len(files)


def test_full_pages_keep_to_their_weight(signed_in_as):
    talk = begin()
    write(talk, 120, 30)
    for post in db.session.scalars(select(Post).where(Post.thread_id == talk.thread)):
        post.state = "published"
    of_thread = select(Post.id).where(Post.thread_id == talk.thread)
    texts = select(PostText).where(PostText.language == "ko")
    for text_, body in zip(
        db.session.scalars(texts.where(PostText.post_id.in_(of_thread))),
        some_korean(),
        strict=False,
    ):
        text_.body = body
    for text_ in db.session.scalars(texts):
        text_.is_original = True
    db.session.execute(delete(PostText).where(PostText.language == "en"))
    db.session.commit()
    browser = signed_in_as(make_person())
    for path, row, rows in (
        (f"/ko/threads/{talk.thread}", "reading post-text", 20),
        (f"/ko/boards/{talk.board}", "thread-row", 25),
    ):
        html = browser.get(path).text
        assert html.count(row) >= rows
        weight, total, requests = weight_of(html)
        assert weight <= MOST_HTML, path
        assert total <= MOST_TOTAL, path
        assert requests <= MOST_REQUESTS, path

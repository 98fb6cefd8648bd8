"""Boards at size: one of 50,000 threads, a thread of 2,000 posts, a public board, a feed."""

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import insert, select, update

import config
from lms.accounts.models import Person
from lms.accounts.services import start_session
from lms.app import create_app
from lms.boards.models import (
    Audience,
    Board,
    BoardKind,
    Post,
    PostTerms,
    PostText,
    TagKind,
    Thread,
    ThreadMark,
    ThreadTag,
)
from lms.boards.rules.search import terms_of
from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work

Thing = TypeVar("Thing")

THREADS, PUBLIC_THREADS, LONG, LONG_PUBLIC = 50_000, 2_000, 2_000, 100
MINUTE = timedelta(minutes=1)

# Who reads and writes: nothing else happens to them in the data set.
READERS = range(1501, 1701)

COMMON, RARE = "transport", "funicular"
WORDS_OF_A_POST = 150


@dataclass(frozen=True)
class Talk:
    """Boards and threads to ask for, and the cookies of who reads them."""

    board: int
    public_board: int
    thread: int
    answered: int
    public_thread: int
    people: list[str]


def make(environ: dict[str, str]) -> Talk:
    """Add threads and posts to a data set and return what to ask for."""
    app = create_app(config.load({name: environ[name] for name in environ if "IEUM" in name}))
    with app.app_context():
        now = clock.now()
        with unit_of_work():
            talk = _fill(random.Random(7), now)
        db.session.remove()
        db.engine.dispose()
    return talk


def _fill(chance: random.Random, now: datetime) -> Talk:
    board, public = _board(BoardKind.QUESTIONS), _board(BoardKind.GOOD_PRACTICE)
    assert public.readable_by == Audience.EVERYBODY
    first = 1
    rows = [*_threads(first, THREADS, board.id, chance, now)]
    rows += _threads(first + THREADS, PUBLIC_THREADS, public.id, chance, now)
    long, long_public, answered = first + THREADS - 1, first + THREADS + PUBLIC_THREADS - 1, first
    for thread_id, count in ((long, LONG), (long_public, LONG_PUBLIC)):
        rows[thread_id - first] |= {"posts_count": count, "answers": count - 1}
    _insert(Thread, rows)
    counts = {row["id"]: row["posts_count"] for row in rows}
    _insert(ThreadTag, _tags(counts, chance))
    _insert_posts(rows, chance)
    # Half of them have read the long thread, in part: the page says what is new.
    _insert(
        ThreadMark,
        [
            {"person_id": n, "thread_id": long, "last_read": 1990, "changed_at": now}
            for n in READERS[::2]
        ],
    )
    # Whoever is new here may not write as often as the others.
    long_ago = now - timedelta(days=400)
    db.session.execute(update(Person).where(Person.id.in_(READERS)).values(created_at=long_ago))
    people = [db.session.get_one(Person, number) for number in READERS]
    return Talk(
        board=board.id,
        public_board=public.id,
        thread=long,
        answered=answered,
        public_thread=long_public,
        people=[start_session(p, user_agent="", address="", now=now) for p in people],
    )


def _board(kind: BoardKind) -> Board:
    return db.session.scalars(select(Board).where(Board.kind == kind)).one()


def _threads(
    first: int, count: int, board_id: int, chance: random.Random, now: datetime
) -> Iterator[dict[str, Any]]:
    """Yield threads of a year and more, the last one the newest; every other has an answer."""
    for number in range(count):
        kind = chance.choice(("question", "question", "question", "case", "discussion"))
        has_answer = chance.random() < 0.5
        is_solved = has_answer and kind == "question" and chance.random() < 0.5
        at = now - (count - number) * 10 * MINUTE
        yield {
            "id": first + number,
            "board_id": board_id,
            "kind": kind,
            "state": "published",
            "author_id": chance.randint(1, 1400),
            "posts_count": 1 + has_answer,
            "answers": int(has_answer),
            "accepted_number": 2 if is_solved else None,
            "is_pinned": number % 20_000 == 0,
            "created_at": at,
            "last_post_at": at,
        }


def _tags(thread_ids: Iterable[int], chance: random.Random) -> Iterator[dict[str, Any]]:
    for thread_id in thread_ids:
        for kind, value in (
            (TagKind.SDG, str(chance.randint(1, 17))),
            (TagKind.FIELD, f"C{chance.randint(1, 7)}"),
            (TagKind.CITY, f"city{chance.randrange(45)}"),
        ):
            if chance.random() < 0.6:
                yield {"thread_id": thread_id, "kind": kind, "value": value}


def _insert_posts(threads: Iterable[Mapping[str, Any]], chance: random.Random) -> None:
    posts, texts, terms = [], [], []
    post_id = 0
    for thread in threads:
        is_long = thread["posts_count"] > 2
        for number in range(1, thread["posts_count"] + 1):
            post_id += 1
            title = _title(thread["id"], chance) if number == 1 else ""
            body = _body(chance, WORDS_OF_A_POST if is_long else 20)
            posts.append(_post(post_id, number, thread, chance))
            texts.append(_text(post_id, title, body, thread["created_at"]))
            terms.append(
                {
                    "post_id": post_id,
                    "thread_id": thread["id"],
                    "board_id": thread["board_id"],
                    "title_terms": terms_of([title]),
                    "terms": terms_of([title, body]),
                }
            )
    _insert(Post, posts)
    _insert(PostText, texts)
    _insert(PostTerms, terms)


def _post(
    post_id: int, number: int, thread: Mapping[str, Any], chance: random.Random
) -> dict[str, Any]:
    at = thread["created_at"]
    return {
        "id": post_id,
        "thread_id": thread["id"],
        "number": number,
        "reply_to": chance.randint(1, number - 1) if number > 2 and chance.random() < 0.3 else None,
        "author_id": thread["author_id"] if number == 1 else chance.randint(1, 1400),
        "state": "published",
        "language": "en",
        "form_key": f"bench-{post_id}",
        "likes": chance.choice((0, 0, 0, 1, 5)),
        "created_at": at,
        "published_at": at,
    }


def _text(post_id: int, title: str, body: str, at: datetime) -> dict[str, Any]:
    return {
        "post_id": post_id,
        "language": "en",
        "is_original": True,
        "origin": "author",
        "title": title,
        "body": body,
        "created_at": at,
        "changed_at": at,
    }


_SYLLABLES = ("ka", "lo", "min", "ter", "sa", "rin", "do", "vel", "pu", "gan", "he", "sto")
_VOCABULARY = [f"{a}{b}{c}" for a in _SYLLABLES for b in _SYLLABLES for c in _SYLLABLES]


def _some_words(chance: random.Random, count: int) -> list[str]:
    """Return words as texts have them: a few often, most of them seldom."""
    top = len(_VOCABULARY)
    return [_VOCABULARY[int(top ** chance.random()) - 1] for _ in range(count)]


def _title(thread_id: int, chance: random.Random) -> str:
    found = _some_words(chance, 5)
    if thread_id % 5 == 0:
        found.append(COMMON)
    if thread_id % 10_000 == 0:
        found.append(RARE)
    return " ".join(found).capitalize() + "?"


def _body(chance: random.Random, count: int) -> str:
    """Return a text with what people use of Markdown: paragraphs, a list, something in bold."""
    found = _some_words(chance, count)
    if count < 50:
        return " ".join(found).capitalize() + "."
    begin, rest = " ".join(found[:60]), [" ".join(part) for part in _parts(found[60:], 15)]
    return f"{begin.capitalize()}.\n\n**{rest[0]}**\n\n" + "\n".join(f"* {one}" for one in rest[1:])


def _insert(table: Any, rows: Iterable[Mapping[str, Any]]) -> None:
    for part in _parts(rows, 5_000):
        db.session.execute(insert(table), part)


def _parts(things: Iterable[Thing], size: int) -> Iterator[list[Thing]]:
    rest = iter(things)
    while part := list(islice(rest, size)):
        yield part

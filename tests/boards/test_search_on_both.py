"""SQLite and PostgreSQL find the same posts in the same order: both what a slow count finds."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from threading import Barrier

from sqlalchemy import select

from lms.boards.models import Post, PostState, PostText, TextOrigin, Thread, ThreadKind
from lms.boards.models.board import Audience, Board, BoardKind
from lms.boards.queries.reach import Reach
from lms.boards.queries.related import related_threads
from lms.boards.queries.search import Candidate, Wish, found_posts
from lms.boards.rules.search import Query, folded_text, query_of, terms_of, terms_of_title
from lms.boards.services.terms import forget_post, index_post
from lms.boards.services.words import Words, add_text
from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.rules import busan_day
from tests.factories.accounts import make_person

POSTS = 300
QUERIES = 150
WORDS = {
    "ko": "교통정책을 교통정책이 정책 버스 버스를 항만 항만물류 물 빗물 물을 안전 보안 도시",
    "zh": "交通政策 公交 港口物流 数据安全 安全 水 污水处理 城市 智慧城市 管理",
    "vi": "dữ liệu giao thông xe buýt cảng đường phố nước sạch đô thị thông minh",
    "en": "transport policy bus buses port ports portal water waste-water safety data smart city a",
    "lo": "ນ້ຳສະອາດ ເມືອງ ທ່າເຮືອ ລົດເມ",
}
ASKED = [word for words in WORDS.values() for word in words.split()]
SIGNS = [
    *"\"*^:()'\\&|!-+",
    "NEAR",
    "OR",
    "AND",
    "NOT",
    "<->",
    "%",
    "_",
    "{terms}:",
    "po",
    "정",
    "城",
    "du",
]


def random_text(chance: random.Random, language: str, length: int) -> str:
    return " ".join(chance.choice(WORDS[language].split()) for _ in range(length))


def make_corpus(chance: random.Random, posts: int = POSTS) -> tuple[int, int]:
    """Make threads of one to six posts, some in two languages; return an open and a closed board.

    A third of the threads stand on a board that only its members read.
    """
    authors = [make_person() for _ in range(5)]
    now = clock.now()
    open_board = Board(
        kind=BoardKind.GOOD_PRACTICE,
        readable_by=Audience.EVERYBODY,
        writable_by=Audience.SIGNED_IN,
        created_at=now,
    )
    closed_board = Board(
        kind=BoardKind.ALUMNI,
        readable_by=Audience.MEMBERS,
        writable_by=Audience.MEMBERS,
        created_at=now,
    )
    with unit_of_work():
        db.session.add_all([open_board, closed_board])
        db.session.flush()
        made = 0
        while made < posts:
            count = chance.randint(1, min(6, posts))
            thread = Thread(
                board_id=chance.choice([open_board, open_board, closed_board]).id,
                kind=chance.choice([ThreadKind.QUESTION, ThreadKind.DISCUSSION]),
                state=chance.choices([PostState.PUBLISHED, PostState.HIDDEN], [9, 1])[0],
                author_id=authors[0].id,
                posts_count=count,
                answers=count - 1,
                accepted_number=chance.choice([None, *range(2, count + 1)]),
                created_at=now,
                last_post_at=now,
            )
            db.session.add(thread)
            db.session.flush()
            for number in range(1, count + 1):
                made += 1
                add_post(chance, thread, number, chance.choice(authors).id, made)
    with unit_of_work():
        for post_id in db.session.scalars(select(Post.id)).all():
            index_post(post_id)
    return open_board.id, closed_board.id


def add_post(chance: random.Random, thread: Thread, number: int, author_id: int, made: int) -> None:
    at = clock.now() - timedelta(days=POSTS - made)
    state = chance.choices([PostState.PUBLISHED, PostState.HIDDEN], [9, 1])[0]
    languages = chance.sample(list(WORDS), chance.choice([1, 1, 2]))
    post = Post(
        thread_id=thread.id,
        number=number,
        author_id=author_id,
        state=thread.state if number == 1 else state,
        language=languages[0],
        form_key=f"corpus-{made}",
        likes=chance.choice([0, 0, 1, 3, 4, 17]),
        created_at=at,
        published_at=at,
    )
    db.session.add(post)
    db.session.flush()
    for language in languages:
        db.session.add(
            PostText(
                post_id=post.id,
                language=language,
                is_original=language == languages[0],
                origin="author",
                title=random_text(chance, language, 4) if number == 1 else "",
                body=random_text(chance, language, chance.randint(1, 12)),
                created_at=at,
                changed_at=at,
            )
        )


@dataclass
class Known:
    """A post as the slow count knows it."""

    post: Post
    thread: Thread
    texts: list[PostText]

    def __post_init__(self) -> None:
        self.title = set(terms_of(text.title for text in self.texts))
        self.terms = set(terms_of(f"{text.title} {text.body}" for text in self.texts))
        self.folded = [folded_text([text.title, text.body]) for text in self.texts]

    def fits(self, query: Query) -> bool:
        return (
            has_all(self.terms, query)
            and not any(set(tokens) <= self.terms for tokens in query.excluded)
            and all(any(p.stands_in(text) for text in self.folded) for p in query.phrases)
            and not any(p.stands_in(text) for p in query.excluded_phrases for text in self.folded)
        )

    def score(self, query: Query) -> int:
        likes = sum(self.post.likes >= step for step in (1, 4, 16))
        as_typed = query.can_be_inexact and set(query.exact) <= self.terms
        accepted = self.thread.accepted_number == self.post.number
        return 8 * has_all(self.title, query) + likes + 4 * as_typed + 3 * accepted


def has_all(tokens: set[str], query: Query) -> bool:
    return all(
        any(token.startswith(term.token) for token in tokens)
        if term.is_prefix
        else term.token in tokens
        for term in query.wanted
    )


def known_posts(board_ids: set[int]) -> list[Known]:
    texts: dict[int, list[PostText]] = {}
    for text in db.session.scalars(select(PostText).order_by(PostText.id)):
        texts.setdefault(text.post_id, []).append(text)
    return [
        Known(post, thread, texts[post.id])
        for post, thread in db.session.execute(
            select(Post, Thread).join(Thread, Thread.id == Post.thread_id)
        )
        if post.state == thread.state == PostState.PUBLISHED and thread.board_id in board_ids
    ]


def queries(chance: random.Random) -> Iterator[str]:
    for _ in range(QUERIES):
        words = chance.choices(ASKED, k=chance.randint(1, 3))
        words += chance.choices(SIGNS, k=chance.choice([0, 0, 1, 2]))
        chance.shuffle(words)
        shape = chance.choice(["{}", "{}", '"{}"', "{} -{}", '{} -"{}"'])
        yield shape.format(" ".join(words), chance.choice(ASKED))


def test_random_queries_find_what_a_slow_count_finds(app_of_its_own):
    chance = random.Random(20)
    with app_of_its_own.app_context():
        open_board, closed_board = make_corpus(chance)
        now = clock.now()
        visitor, staff = Reach(None, busan_day(now)), Reach(None, busan_day(now), is_staff=True)
        found_any = 0
        for reach, boards in ((visitor, {open_board}), (staff, {open_board, closed_board})):
            known = known_posts(boards)
            for asked in queries(chance):
                query = query_of(asked)
                expected = [] if query.is_empty else [each for each in known if each.fits(query)]
                best = sorted(
                    (Candidate(e.score(query), e.post.id) for e in expected), reverse=True
                )
                assert found_posts(query, Wish(), reach, now).best == best, asked
                found_any += bool(best)
        assert found_any > QUERIES / 2, "the queries must find something to say anything"


def test_related_threads_share_the_rarer_tokens(app_of_its_own):
    with app_of_its_own.app_context():
        open_board, _closed_board = make_corpus(random.Random(7))
        now = clock.now()
        known = {k.thread.id: k for k in known_posts({open_board}) if k.post.number == 1}
        for title in ("교통정책을 어떻게", "xe buýt đường phố", "港口物流管理", "zzz qqq", ""):
            tokens = terms_of_title(title)
            found = related_threads(tokens, None, Reach(None, busan_day(now)), now)
            assert [each.thread_id for each in found] == best_related(tokens, known), title
            assert bool(found) == (title not in {"zzz qqq", ""})


def best_related(tokens: list[str], known: dict[int, Known]) -> list[int]:
    hits = {token: sum(token in k.title for k in known.values()) for token in tokens}
    weights = {
        thread_id: sum(1200 // hits[token] for token in tokens if token in k.title)
        * (2 if k.thread.answers else 1)
        for thread_id, k in known.items()
        if sum(token in k.title for token in tokens) >= max(2, -(-len(tokens) // 4))
    }
    best = sorted(weights, key=lambda each: (-weights[each], -each))[:5]
    return sorted(best, key=lambda each: not known[each].thread.answers)


def test_two_who_change_a_post_at_once_leave_it_found(app_of_its_own):
    with app_of_its_own.app_context():
        make_corpus(random.Random(1), posts=1)
        post_id = db.session.scalars(select(Post.id)).one()
        with unit_of_work():
            db.session.get_one(Post, post_id).state = PostState.PUBLISHED
            db.session.get_one(Thread, 1).state = PostState.PUBLISHED
            forget_post(post_id)
    together = Barrier(2)

    def translate(language: str) -> None:
        with app_of_its_own.app_context():
            together.wait()
            with unit_of_work():
                words = Words(language, f"zebra{language}")
                post = db.session.get_one(Post, post_id)
                add_text(post, words, origin=TextOrigin.PERSON, by_id=None, is_original=False,
                         now=clock.now())  # fmt: skip
                index_post(post_id)
            db.session.remove()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(translate, ("sw", "tr")))
    with app_of_its_own.app_context():
        now = clock.now()
        staff = Reach(None, busan_day(now), is_staff=True)
        found = found_posts(query_of("zebrasw zebratr"), Wish(), staff, now).best
        assert [each.post_id for each in found] == [post_id]

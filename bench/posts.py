"""Boards of 50,000 threads with three posts each, in Korean, English, Chinese and Vietnamese.

The words are made of real syllables and used as words are: a few in every post, most in a few.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import accumulate, islice

from sqlalchemy import insert

from lms.accounts.models import Person
from lms.boards.models import Audience, Board, BoardKind, Post, PostText, Thread
from lms.boards.rules.search import folded_text
from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work

THREADS, POSTS_OF_THREAD, BOARDS, PEOPLE = 50_000, 3, 20, 200
VOCABULARY = 6000
AT_ONCE = 2000

SYLLABLES = {
    "ko": "교통정책도시항만물류안전보건의료데이터관리사업환경주택수도버스철도행정교육문화산업",
    "zh": "交通政策城市港口物流安全卫生医疗数据管理项目环境住房供水行政财政教育文化",
    "vi": (
        "đô thị giao thông dữ liệu cảng nước sạch môi trường y tế an toàn quản lý đường phố xe "
        "buýt nhà ở công cộng hành chính tài giáo dục văn hóa du lịch kỹ thuật"
    ),
    "en": (
        "port bus ti wa ter ci ty plan rail tra ffic po li cy da ta hou sing he alth sa fe ro ad "
        "mar ket tour cul ture fi nance"
    ),
}  # fmt: skip
PARTICLES = ("", "", "을", "를", "이", "에서", "은", "의")


@dataclass
class Words:
    """The words of a language, the commonest first, and how they become a text."""

    language: str
    words: list[str]
    weights: list[float]

    @classmethod
    def of(cls, language: str, chance: random.Random) -> "Words":
        """Make up the words of a language."""
        syllables = SYLLABLES[language].split() if language in {"vi", "en"} else SYLLABLES[language]
        between = " " if language == "vi" else ""
        lengths = (2, 3) if language in {"vi", "en"} else (2, 2, 2, 3, 4)
        words: dict[str, None] = {}
        while len(words) < VOCABULARY:
            words[between.join(chance.choices(syllables, k=chance.choice(lengths)))] = None
        weights = accumulate(1 / (rank + 5) for rank in range(VOCABULARY))
        return cls(language, list(words), list(weights))

    def text(self, chance: random.Random, length: int) -> str:
        """Return a text of so many words."""
        chosen = chance.choices(self.words, cum_weights=self.weights, k=length)
        if self.language == "zh":
            return "，".join("".join(chosen[at : at + 4]) for at in range(0, length, 4)) + "。"
        if self.language == "ko":
            chosen = [word + chance.choice(PARTICLES) for word in chosen]
        return " ".join(chosen) + "."


@dataclass(frozen=True)
class Asked:
    """A query: as somebody types it, and the folded words that must stand in what it finds."""

    kind: str
    typed: str
    words: tuple[str, ...]


def make() -> dict[str, Words]:
    """Fill the database with boards, threads, posts and texts, none of them indexed yet."""
    chance = random.Random(50)
    languages = {language: Words.of(language, chance) for language in SYLLABLES}
    with unit_of_work():
        _people_and_boards()
    rows = _threads(languages, chance)
    while batch := list(islice(rows, AT_ONCE)):
        with unit_of_work():
            connection = db.session.connection()
            connection.execute(insert(Thread), [thread for thread, _posts, _texts in batch])
            connection.execute(insert(Post), [post for _t, posts, _x in batch for post in posts])
            connection.execute(
                insert(PostText), [text for _t, _p, texts in batch for text in texts]
            )
    return languages


def _people_and_boards() -> None:
    now = clock.now()
    for number in range(1, PEOPLE + 1):
        db.session.add(
            Person(
                id=number,
                email=f"writer{number}@example.org",
                state="active",
                full_name=f"Writer {number}",
                preferred_language="en",
                created_at=now,
            )
        )
    for number in range(BOARDS):
        db.session.add(
            Board(
                id=1000 + number,
                kind=BoardKind.IDEAS,
                readable_by=Audience.EVERYBODY,
                writable_by=Audience.SIGNED_IN,
                created_at=now,
            )
        )


def _threads(languages: dict[str, Words], chance: random.Random) -> Iterator[tuple]:  # type: ignore[type-arg]
    now = clock.now()
    words = list(languages.values())
    for number in range(1, THREADS + 1):
        at = now - timedelta(minutes=THREADS - number)
        thread = {
            "id": number,
            "board_id": 1000 + chance.randrange(BOARDS),
            "kind": chance.choice(["question", "discussion", "case"]),
            "state": "published",
            "author_id": chance.randint(1, PEOPLE),
            "posts_count": POSTS_OF_THREAD,
            "answers": POSTS_OF_THREAD - 1,
            "accepted_number": chance.choice([None, None, 2]),
            "created_at": at,
            "last_post_at": at,
        }
        posts, texts = [], []
        for place in range(1, POSTS_OF_THREAD + 1):
            post_id = (number - 1) * POSTS_OF_THREAD + place
            language = chance.choice(words)
            posts.append(
                {
                    "id": post_id,
                    "thread_id": number,
                    "number": place,
                    "author_id": chance.randint(1, PEOPLE),
                    "state": "published",
                    "language": language.language,
                    "form_key": f"bench-{post_id}",
                    "likes": chance.choice([0, 0, 0, 1, 5]),
                    "created_at": at,
                    "published_at": at,
                }
            )
            texts.append(
                {
                    "id": post_id,
                    "post_id": post_id,
                    "language": language.language,
                    "is_original": True,
                    "origin": "author",
                    "title": language.text(chance, 6) if place == 1 else "",
                    "body": language.text(chance, chance.randint(15, 90)),
                    "created_at": at,
                    "changed_at": at,
                }
            )
        yield thread, posts, texts


def queries(languages: dict[str, Words]) -> list[Asked]:
    """Return forty queries: common and rare words, one to four, and what is peculiar to each."""
    chance = random.Random(51)
    asked: list[Asked] = []
    for language, known in languages.items():
        ranks = {
            "common": [[3], [40]],
            "rare": [[2500], [5500]],
            "common and rare": [[5, 2000]],
            "several": [[chance.randrange(60) for _ in range(count)] for count in (2, 3, 4)],
        }
        for kind, each in ranks.items():
            asked += [_asked(f"{language}, {kind}", known, chosen) for chosen in each]
        asked += _peculiar(language, known)
    return asked


def _peculiar(language: str, known: Words) -> list[Asked]:
    short = [rank for rank, word in enumerate(known.words) if len(word) == 2]
    if language == "ko":
        said = _asked("ko, with a particle", known, [short[100]], lambda word: f"{word}에서")
        return [said, _asked("ko, two syllables", known, [short[300]])]
    if language == "zh":
        return [_asked("zh, two signs", known, [short[rank]]) for rank in (30, 300)]
    if language == "vi":
        kind = "vi, without accents"
        return [_asked(kind, known, each, _without_accents) for each in ([50], [50, 8])]
    begun = _asked("en, a beginning", known, [80], lambda word: word[:4])
    begun = replace(begun, words=(begun.words[0][:4],))
    return [_asked("en, in capitals", known, [50], str.upper), begun]


def _without_accents(word: str) -> str:
    return folded_text([word])


def _asked(
    kind: str, known: Words, ranks: list[int], typed: Callable[[str], str] | None = None
) -> Asked:
    words = [known.words[rank] for rank in ranks]
    folded = tuple(part for word in words for part in folded_text([word]).split())
    return Asked(kind, " ".join(map(typed, words) if typed else words), folded)

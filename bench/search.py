"""`make bench-search`: our index of posts beside the trigram indexes of both databases.

Everything in one run over the same 150,000 posts, so ratios can be compared. What the others find
is what somebody gets who asks them plainly: every word, the newest five hundred.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from sqlalchemy import insert, select, text

import config
from bench import posts
from bench.postgres import database
from lms.app import create_app
from lms.boards.models import PostTerms, PostText
from lms.boards.queries.reach import Reach
from lms.boards.queries.related import related_threads
from lms.boards.queries.search import NEWEST, Wish, found_posts, hits_of
from lms.boards.rules.search import folded_text, query_of, terms_of, terms_of_title
from lms.core import clock, migrations
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.rules import busan_day

ROUNDS = 3
ON_A_PAGE = 20

Find = Callable[[posts.Asked], list[int]]


@dataclass
class Engine:
    """One way to search: what it cost to make, and what it finds in what time."""

    name: str
    built: float  # seconds
    megabytes: float
    seconds: dict[str, list[float]] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)
    partly: list[str] = field(default_factory=list)
    page_ms: float = 0  # to read what a page of hits shows
    related_ms: float = 0  # to find threads like a title

    def measure(self, find: Find, asked: Sequence[posts.Asked], truth: "Truth") -> None:
        """Ask every query several times and compare with what there is to find."""
        for query in asked:
            found = set(find(query))  # what is read for the first time is not counted
            wanted = truth.newest(query)
            if wanted and not found & wanted:
                self.missed.append(query.typed)
            elif not wanted <= found:
                self.partly.append(query.typed)
            for _ in range(ROUNDS):
                started = time.perf_counter()
                find(query)
                self.seconds.setdefault(query.typed, []).append(time.perf_counter() - started)

    def at(self, share: float, without: Sequence[str] = ()) -> float:
        """Return in how many milliseconds a share of the queries was answered.

        To find nothing is quick: `without` leaves queries out that another cannot find.
        """
        taken = sorted(
            one for typed, each in self.seconds.items() if typed not in without for one in each
        )
        return taken[int(len(taken) * share)] * 1000


class Truth:
    """What there is to find, by looking at every text."""

    def __init__(self) -> None:
        rows = db.session.execute(select(PostText.post_id, PostText.title, PostText.body))
        self.texts = {
            post_id: f" {folded_text([title, body])}".replace("\n", " ")
            for post_id, title, body in rows
        }
        self.kept: dict[str, set[int]] = {}

    def newest(self, asked: posts.Asked) -> set[int]:
        """Return the newest posts in which all words stand, of words with spaces the beginning."""
        if asked.typed not in self.kept:
            words = [word if ord(word[0]) > 0x1000 else f" {word}" for word in asked.words]
            found = [n for n, each in self.texts.items() if all(word in each for word in words)]
            self.kept[asked.typed] = set(sorted(found)[-NEWEST:])
        return self.kept[asked.typed]


def ours(name: str, size: str) -> Engine:
    """Make our index and return what it cost."""
    started = time.perf_counter()
    rows = db.session.execute(
        select(PostText.post_id, PostText.title, PostText.body).order_by(PostText.post_id)
    ).all()
    with unit_of_work():
        for batch in _batches(rows):
            db.session.connection().execute(insert(PostTerms), [_terms(row) for row in batch])
    built = time.perf_counter() - started
    _settle()
    return Engine(name, built, _megabytes(size))


def _terms(row: Sequence) -> dict[str, object]:  # type: ignore[type-arg]
    post_id, title, body = row
    return {
        "post_id": post_id,
        "title_terms": terms_of([title]),
        "terms": terms_of([title, body]),
    }


def _batches(rows: Sequence) -> Iterator[Sequence]:  # type: ignore[type-arg]
    for at in range(0, len(rows), posts.AT_ONCE):
        yield rows[at : at + posts.AT_ONCE]


def theirs(name: str, size: str, *statements: str) -> Engine:
    """Make another index and return what it cost."""
    started = time.perf_counter()
    with unit_of_work():
        for statement in statements:
            db.session.execute(text(statement))
    built = time.perf_counter() - started
    _settle()
    return Engine(name, built, _megabytes(size))


def _settle() -> None:
    """Let the database know its data, as it does by itself after a while."""
    with unit_of_work():
        db.session.execute(text("ANALYZE"))


def _megabytes(size: str) -> float:
    return float(db.session.scalar(text(size)) or 0) / 1e6


def find_ours(asked: posts.Asked) -> list[int]:
    """Find as the page does, whatever a visitor may read."""
    now = clock.now()
    found = found_posts(query_of(asked.typed), Wish(), Reach(None, busan_day(now)), now)
    return [each.post_id for each in found.best]


def _measure_page(engine: Engine, asked: Sequence[posts.Asked]) -> None:
    """Measure what else a page of hits needs, and the threads shown beside a question."""
    now = clock.now()
    reach = Reach(None, busan_day(now))
    pages, related = [], []
    titles = db.session.scalars(select(PostText.title).where(PostText.title != "").limit(400)).all()
    for query, title in zip(asked, titles[::10], strict=True):
        found = find_ours(query)[:ON_A_PAGE]
        started = time.perf_counter()
        hits_of(found)
        between = time.perf_counter()
        related_threads(terms_of_title(title), None, reach, now)
        pages.append(between - started)
        related.append(time.perf_counter() - between)
    engine.page_ms, engine.related_ms = median(pages) * 1000, median(related) * 1000


def find_in_trigrams_of_sqlite(asked: posts.Asked) -> list[int]:
    """Find every word by FTS5's own trigrams."""
    words = " AND ".join(f'"{word}"' for word in asked.typed.split())
    statement = text(
        "SELECT rowid FROM bench_trigrams WHERE bench_trigrams MATCH :words"
        " ORDER BY rowid DESC LIMIT :newest"
    )
    return list(db.session.scalars(statement, {"words": words, "newest": NEWEST}))


def find_in_trigrams_of_postgresql(asked: posts.Asked) -> list[int]:
    """Find every word by pg_trgm."""
    words = [f"%{word}%" for word in asked.typed.split()]
    statement = text(
        "SELECT post_id FROM post_texts WHERE (title || ' ' || body) ILIKE ALL (:words)"
        " ORDER BY post_id DESC LIMIT :newest"
    )
    return list(db.session.scalars(statement, {"words": words, "newest": NEWEST}))


OURS_ON_SQLITE = (
    "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'post_terms%' OR name LIKE 'ix_post_terms%'"
)
TRIGRAMS_OF_SQLITE = "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'bench_trigrams%'"
OURS_ON_POSTGRESQL = "SELECT pg_total_relation_size('post_terms')"
TRIGRAMS_OF_POSTGRESQL = "SELECT pg_relation_size('bench_trigrams')"


@contextmanager
def _filled(folder: Path, url: str = "") -> Iterator[tuple[list[posts.Asked], Truth]]:
    """Give a database with the posts, the queries and what there is to find."""
    environ = {"IEUM_ENV": "testing", "IEUM_INSTANCE": str(folder), "IEUM_QUEUE_URL": ""}
    if url:
        environ["IEUM_DATABASE_URL"] = url
    app = create_app(config.load(environ))
    with app.app_context():
        migrations.upgrade(db.engine)
        languages = posts.make()
        yield posts.queries(languages), Truth()
        db.session.remove()
        db.engine.dispose()


def on_sqlite(folder: Path) -> list[Engine]:
    """Measure on SQLite."""
    with _filled(folder) as (asked, truth):
        own = ours("our terms, SQLite", OURS_ON_SQLITE)
        own.measure(find_ours, asked, truth)
        _measure_page(own, asked)
        trigrams = theirs(
            "FTS5 trigrams, SQLite",
            TRIGRAMS_OF_SQLITE,
            "CREATE VIRTUAL TABLE bench_trigrams"
            " USING fts5(words, content='', tokenize='trigram', detail=full)",
            "INSERT INTO bench_trigrams (rowid, words)"
            " SELECT post_id, title || ' ' || body FROM post_texts",
        )
        trigrams.measure(find_in_trigrams_of_sqlite, asked, truth)
        return [own, trigrams]


def on_postgresql(folder: Path, url: str) -> list[Engine]:
    """Measure on PostgreSQL."""
    with _filled(folder, url) as (asked, truth):
        own = ours("our terms, PostgreSQL", OURS_ON_POSTGRESQL)
        own.measure(find_ours, asked, truth)
        _measure_page(own, asked)
        trigrams = theirs(
            "pg_trgm, PostgreSQL",
            TRIGRAMS_OF_POSTGRESQL,
            "CREATE EXTENSION pg_trgm",
            "CREATE INDEX bench_trigrams ON post_texts"
            " USING gin ((title || ' ' || body) gin_trgm_ops)",
        )
        trigrams.measure(find_in_trigrams_of_postgresql, asked, truth)
        return [own, trigrams]


def table(pairs: Sequence[list[Engine]], asked: int) -> str:
    """Return the figures as Markdown: each of ours above its rival, and the ratios."""
    lines = [
        "| index | built in s | MB | p50 ms | p95 ms | finds nothing of | finds a part of |",
        "|---|---|---|---|---|---|---|",
    ]
    for pair in pairs:
        lines += [
            f"| {each.name} | {each.built:.0f} | {each.megabytes:.0f} | {each.at(0.5):.1f} "
            f"| {each.at(0.95):.1f} | {len(each.missed)} of {asked} | {len(each.partly)} |"
            for each in pair
        ]
        own, other = pair
        own_p50, own_p95, p50, p95 = (
            each.at(share, other.missed) for each in pair for share in (0.5, 0.95)
        )
        lines.append(
            f"| *ours, times the other where it finds* | {own.built / other.built:.2f} "
            f"| {own.megabytes / other.megabytes:.2f} | {own_p50 / p50:.2f} "
            f"| {own_p95 / p95:.2f} | | |"
        )
    return "\n".join(lines)


def report(pairs: Sequence[list[Engine]], asked: int) -> str:
    """Return everything that was measured."""
    count = posts.THREADS * posts.POSTS_OF_THREAD
    parts = [
        f"## Search over {posts.THREADS:,} threads, {count:,} posts",
        table(pairs, asked),
    ]
    for own, other in pairs:
        parts.append(
            f"{own.name}: a page of hits is read in {own.page_ms:.1f} ms, threads like a title are "
            f"found in {own.related_ms:.1f} ms (medians)."
        )
        parts += [
            f"{each.name} finds nothing of: {'; '.join(each.missed)}."
            for each in (own, other)
            if each.missed
        ]
    return "\n\n".join(parts) + "\n"


def main() -> int:
    """Measure and print; return 1 when a query of ours finds less than there is."""
    with tempfile.TemporaryDirectory() as folder, database() as url:
        (Path(folder) / "sqlite").mkdir()
        (Path(folder) / "postgresql").mkdir()
        pairs = [on_sqlite(Path(folder) / "sqlite")]
        if url:
            pairs.append(on_postgresql(Path(folder) / "postgresql", url))
    asked = len(pairs[0][0].seconds)
    sys.stdout.write(report(pairs, asked))
    if not url:
        sys.stdout.write("\nNo PostgreSQL answered, so its side is missing.\n")
    return 1 if any(own.missed for own, _other in pairs) else 0


if __name__ == "__main__":
    sys.exit(main())

"""The search index of posts: in step with what is seen (docs/decisions/0003, 0012)."""

from collections.abc import Iterator

from sqlalchemy import delete, insert, select, update

from lms.boards.models import Post, PostState, PostTerms, PostText, TagKind, ThreadTag
from lms.boards.rules.search import terms_of
from lms.core.db import db, execute, lock
from lms.core.text import TextInLanguages
from lms.courses.models import Curriculum
from lms.organisations.models import City


def index_post(post_id: int) -> None:
    """Have a post found by what it says now in all its languages; one that is not seen, by nothing.

    To be called after each change of its texts, tags or state; twice is harmless. Two who change
    the same post come one after the other.
    """
    post = lock(db.session.get_one(Post, post_id))
    if post.state != PostState.PUBLISHED:
        forget_post(post_id)
        return
    texts = list(db.session.scalars(select(PostText).where(PostText.post_id == post_id)))
    titles = [text.title for text in texts if text.title]
    words = [part for text in texts for part in (text.body, *(text.parts or {}).values())]
    tags = _words_of_tags(post.thread_id) if post.number == 1 else ()
    values = {"title_terms": terms_of(titles), "terms": terms_of([*titles, *words, *tags])}
    found = execute(update(PostTerms).where(PostTerms.post_id == post_id), values)
    if not found.rowcount:
        execute(insert(PostTerms), [{"post_id": post_id, **values}])


def forget_post(post_id: int) -> None:
    """Have a post found no longer."""
    db.session.flush()
    execute(delete(PostTerms).where(PostTerms.post_id == post_id))


def _words_of_tags(thread_id: int) -> Iterator[str]:
    """Yield the names of a thread's cities and fields; goals are numbers and only filtered by."""
    tags = db.session.execute(
        select(ThreadTag.kind, City.name, Curriculum.title, ThreadTag.value)
        .outerjoin(City, (ThreadTag.kind == TagKind.CITY) & (City.slug == ThreadTag.value))
        .outerjoin(
            Curriculum, (ThreadTag.kind == TagKind.FIELD) & (Curriculum.code == ThreadTag.value)
        )
        .where(ThreadTag.thread_id == thread_id, ThreadTag.kind != TagKind.SDG)
        .order_by(ThreadTag.kind, ThreadTag.value)
    )
    for kind, city, field, value in tags:
        name: TextInLanguages | None = city if kind == TagKind.CITY else field
        yield from (name.texts.values() if name else ())
        if kind == TagKind.FIELD:
            yield value

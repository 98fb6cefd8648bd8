"""Posts become part of a session's text, with credit to who wrote them, and by their leave.

The credit is words within the text: it names the author as they were called on that day, as a
printed book does, whatever they change later.
"""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _

from lms.accounts.models import Person
from lms.boards.models import Post, PostReading, PostState
from lms.boards.queries.expertise import titles_in_languages
from lms.boards.queries.readings import Author, reading_of
from lms.boards.queries.thread_page import TextLine
from lms.boards.rules.readings import escaped, quoted, said_in
from lms.core.audit import record_change
from lms.core.db import db, lock
from lms.core.errors import Conflict
from lms.core.text import TextInLanguages
from lms.courses.models import Course
from lms.i18n.languages import BY_CODE
from lms.lessons.models import Lesson
from lms.lessons.services.outline import append_to_text
from lms.notifications.models import Link
from lms.notifications.queries import was_told
from lms.notifications.services import notify

ENTITY = "post_reading"


# --- the words -------------------------------------------------------------------------


def blocks_of(
    post: Post,
    texts: Mapping[str, TextLine],
    author: Author,
    title: TextInLanguages,
    addresses: Mapping[str, str],
) -> dict[str, str]:
    """Return what is put into a session's text, by language: the words, and the credit below.

    `addresses` are those of the post by language of the pages.
    """
    return {
        language: f"{quoted(said_in(text.body, text.parts))}\n\n"
        f"{_credit(post, text, author, title, addresses)}"
        for language, text in texts.items()
    }


def _credit(
    post: Post,
    text: TextLine,
    author: Author,
    title: TextInLanguages,
    addresses: Mapping[str, str],
) -> str:
    order = [text.language, "en"]
    page = text.language if text.language in BY_CODE else "en"
    values = {
        "name": escaped(author.person.full_name),
        "day": f"{post.published_at or post.created_at:%Y-%m-%d}",
        "link": f"[{escaped(title.pick(order).text)}]({addresses[page]})",
    }
    with force_locale(BY_CODE[page].locale):
        if author.city is None:
            credit = _("Written by %(name)s on %(day)s: %(link)s", **values)
        else:
            city = escaped(author.city.pick(order).text)
            credit = _("Written by %(name)s, %(city)s, on %(day)s: %(link)s", city=city, **values)
        if not text.is_original and text.by_name:
            credit += "  \n" + _("Translated by %(name)s", name=escaped(text.by_name))
    return credit


# --- into a course ---------------------------------------------------------------------


def use_as_reading(
    post: Post,
    lesson: Lesson,
    course: Course,
    blocks: Mapping[str, str],
    *,
    revision: int,
    actor: Person,
    now: datetime,
) -> bool:
    """Put the words of a post at the end of a session's text, and tell who wrote them.

    Once for each session, however often it is asked for. False when somebody else has changed the
    session since `revision`. Raises Conflict when the author has not agreed, the post is not seen,
    or the session's version is no draft.
    """
    lock(post)
    if reading_of(post.id, lesson.id) is not None:
        return True
    if not post.may_be_reused:
        raise Conflict(_("Its author has not agreed that it is used as course material."))
    if post.state != PostState.PUBLISHED:
        raise Conflict(_("This post cannot be seen by others now."))
    if not blocks:
        raise Conflict(_("The text of this session is in none of the post's languages."))
    if not append_to_text(lesson, blocks, revision=revision):
        return False
    row = PostReading(post_id=post.id, lesson_id=lesson.id, by_id=actor.id, at=now)
    db.session.add(row)
    db.session.flush()
    record_change(
        ENTITY,
        row.id,
        old="",
        new=f"post {post.id} in lesson {lesson.id}",
        actor_id=actor.id,
        now=now,
    )
    if post.author_id != actor.id:
        _tell_author(post, lesson, course, now)
    return True


def _tell_author(post: Post, lesson: Lesson, course: Course, now: datetime) -> None:
    notify(
        db.session.get_one(Person, post.author_id),
        "boards.reading",
        context={
            "title": titles_in_languages([post.thread_id])[post.thread_id],
            "course_title": course.title,
            "post_id": post.id,
        },
        link=Link("boards.show_post", {"post_id": post.id}),
        group=course.code,
        key=f"boards.reading:{post.id}:{lesson.id}",
        now=now,
    )


# --- the author's leave ----------------------------------------------------------------


def ask_for_reuse(post: Post, *, actor: Person, now: datetime) -> bool:
    """Ask the author whether a post may be used as course material; False when that was asked.

    Nobody is asked twice for one post, nor for what they have agreed to or wrote themselves.
    """
    lock(post)
    key = _reuse_key(post)
    if post.may_be_reused or post.author_id == actor.id or was_told(post.author_id, key):
        return False
    record_change("post", post.id, old="", new="asked for reuse", actor_id=actor.id, now=now)
    notify(
        db.session.get_one(Person, post.author_id),
        "boards.reuse_asked",
        context={
            "title": titles_in_languages([post.thread_id])[post.thread_id],
            "name": actor.full_name,
            "post_id": post.id,
        },
        link=Link("boards.allow_reuse", {"post_id": post.id}),
        key=key,
        now=now,
    )
    return True


def was_asked(post: Post) -> bool:
    """Tell whether the author was asked whether the post may be used."""
    return was_told(post.author_id, _reuse_key(post))


def _reuse_key(post: Post) -> str:
    return f"boards.reuse_asked:{post.id}"


def allow_reuse(post: Post, *, actor: Person, now: datetime) -> None:
    """Let an author agree that their post is used as course material; harmless when they have."""
    lock(post)
    if post.may_be_reused:
        return
    post.may_be_reused = True
    record_change("post", post.id, old="", new="may be reused", actor_id=actor.id, now=now)
    db.session.flush()

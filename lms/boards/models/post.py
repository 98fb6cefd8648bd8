from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.boards.models.board import Board
from lms.boards.models.thread import PostState, Thread, ThreadKind
from lms.core.db import Base, UTCDateTime

WAITING = text("state = 'held'")
HIDDEN = text("state = 'hidden'")

# The parts of a case, in their order (DOMAIN 2.18).
CASE_PARTS = ("situation", "tried", "result", "ask")


class TextOrigin(StrEnum):
    AUTHOR = "author"  # who wrote the post, in any of its languages
    PERSON = "person"  # somebody who translates for others
    MACHINE = "machine"  # nobody has read it yet


class Post(Base):
    """A post. Its number says where it stands in its thread, and never changes.

    `form_key` comes from the form it was written in: sending that twice makes one post.
    """

    __tablename__ = "posts"
    __table_args__ = (
        UniqueConstraint("thread_id", "number"),
        UniqueConstraint("author_id", "form_key"),
        Index("ix_posts_author_id_published_at", "author_id", "published_at"),
        Index("ix_posts_held", "id", sqlite_where=WAITING, postgresql_where=WAITING),
        Index("ix_posts_hidden", "id", sqlite_where=HIDDEN, postgresql_where=HIDDEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"))
    number: Mapped[int]
    reply_to: Mapped[int | None]  # a number in the same thread
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    state: Mapped[PostState] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(20))
    form_key: Mapped[str] = mapped_column(String(64))
    likes: Mapped[int] = mapped_column(default=0)
    may_be_reused: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    edited_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    thread: Mapped[Thread] = relationship(lazy="raise_on_sql")
    author: Mapped[Person] = relationship(lazy="raise_on_sql")
    texts: Mapped[list["PostText"]] = relationship(lazy="raise_on_sql", back_populates="post")


class PostText(Base):
    """The words of a post in one language: its author's, or a translation with who made it.

    The title is that of the thread and empty with other posts than the first. A case has its words
    in `parts`, by the names of CASE_PARTS, and its `body` may be empty.
    """

    __tablename__ = "post_texts"
    __table_args__ = (UniqueConstraint("post_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    language: Mapped[str] = mapped_column(String(20))
    is_original: Mapped[bool]
    origin: Mapped[TextOrigin] = mapped_column(String(10))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    title: Mapped[str] = mapped_column(String(200), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    parts: Mapped[dict[str, str] | None] = mapped_column(JSON)
    # Of the original, when it was translated: an older one is out of date.
    of_revision: Mapped[int] = mapped_column(default=1)
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)

    post: Mapped[Post] = relationship(lazy="raise_on_sql", back_populates="texts")
    by: Mapped[Person | None] = relationship(lazy="raise_on_sql")


class PostRevision(Base):
    """The words of a post in one language as they were before a change. Rows are only added."""

    __tablename__ = "post_revisions"
    __table_args__ = (Index("ix_post_revisions_post_id_language", "post_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    language: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    parts: Mapped[dict[str, str] | None] = mapped_column(JSON)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # who had written it so
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)
    replaced_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    replaced_at: Mapped[datetime] = mapped_column(UTCDateTime)


class PostLike(Base):
    __tablename__ = "post_likes"

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class PostBookmark(Base):
    __tablename__ = "post_bookmarks"
    __table_args__ = (Index("ix_post_bookmarks_person_id_at", "person_id", "at"),)

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class Draft(Base):
    """What somebody is writing and has not posted: a thread, or an answer in one.

    `key` becomes the `form_key` of the post. `content` holds the form's other fields as sent.
    """

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("person_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    key: Mapped[str] = mapped_column(String(64))
    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id"), index=True)
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("threads.id"), index=True)
    kind: Mapped[ThreadKind] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    content: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    revision: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime)

    board: Mapped[Board] = relationship(lazy="raise_on_sql")
    thread: Mapped[Thread | None] = relationship(lazy="raise_on_sql")

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.boards.models.board import Board, Following
from lms.core.db import Base, UTCDateTime

PUBLISHED = text("state = 'published'")
UNANSWERED = text(
    "state = 'published' AND kind = 'question' AND accepted_number IS NULL AND answers = 0"
)


class ThreadKind(StrEnum):
    DISCUSSION = "discussion"
    QUESTION = "question"
    CASE = "case"
    NOTICE = "notice"


class PostState(StrEnum):
    """DOMAIN 2.18; drafts are rows of their own. A thread is in the state of its first post."""

    HELD = "held"  # waits for a moderator
    PUBLISHED = "published"
    HIDDEN = "hidden"  # by a moderator, with a reason
    DELETED = "deleted"  # by its author


class NoticeAudience(StrEnum):
    """Whom a notice is for, of those who may read its board."""

    ALL = "all"
    TRAINEES = "trainees"
    ALUMNI = "alumni"
    INSTRUCTORS = "instructors"
    FOCAL_POINTS = "focal_points"


class TagKind(StrEnum):
    SDG = "sdg"  # a goal, such as "11", or a target, such as "11.2"
    FIELD = "field"  # the code of a curriculum
    CITY = "city"  # the slug of a city


class Thread(Base):
    """A question, a case, a notice or a talk; its first post has the number 1.

    `posts_count` is the highest number given out, `answers` how many posts after the first are
    seen. The words of the title stand with the first post, in each of its languages.
    """

    __tablename__ = "threads"
    __table_args__ = (
        Index(
            "ix_threads_board_id_last_post_at_id",
            "board_id",
            "last_post_at",
            "id",
            sqlite_where=PUBLISHED,
            postgresql_where=PUBLISHED,
        ),
        Index(
            "ix_threads_unanswered",
            "board_id",
            "last_post_at",
            "id",
            sqlite_where=UNANSWERED,
            postgresql_where=UNANSWERED,
        ),
        # The order of a board's page, of all its threads and of one kind of them.
        Index(
            "ix_threads_board_id_is_pinned",
            "board_id",
            "is_pinned",
            "last_post_at",
            "id",
            sqlite_where=PUBLISHED,
            postgresql_where=PUBLISHED,
        ),
        Index(
            "ix_threads_board_id_kind",
            "board_id",
            "kind",
            "is_pinned",
            "last_post_at",
            "id",
            sqlite_where=PUBLISHED,
            postgresql_where=PUBLISHED,
        ),
        # The newest of a board, for its feed.
        Index(
            "ix_threads_board_id_id",
            "board_id",
            "id",
            sqlite_where=PUBLISHED,
            postgresql_where=PUBLISHED,
        ),
        Index("ix_threads_author_id_created_at", "author_id", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id"))
    kind: Mapped[ThreadKind] = mapped_column(String(20))
    state: Mapped[PostState] = mapped_column(String(20))
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    posts_count: Mapped[int] = mapped_column(default=1)
    answers: Mapped[int] = mapped_column(default=0)
    accepted_number: Mapped[int | None]
    is_pinned: Mapped[bool] = mapped_column(default=False)
    is_locked: Mapped[bool] = mapped_column(default=False)
    audience: Mapped[NoticeAudience] = mapped_column(String(20), default=NoticeAudience.ALL)
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # The session of the run whose task it is to take part here.
    task_lesson_id: Mapped[int | None] = mapped_column(ForeignKey("lessons.id"), index=True)
    escalated_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_post_at: Mapped[datetime] = mapped_column(UTCDateTime)

    board: Mapped[Board] = relationship(lazy="raise_on_sql")


class ThreadTag(Base):
    __tablename__ = "thread_tags"
    __table_args__ = (Index("ix_thread_tags_kind_value_thread_id", "kind", "value", "thread_id"),)

    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"), primary_key=True)
    kind: Mapped[TagKind] = mapped_column(String(10), primary_key=True)
    value: Mapped[str] = mapped_column(String(40), primary_key=True)


class ThreadMark(Base):
    """How far somebody has read a thread, and what they want to hear of it."""

    __tablename__ = "thread_marks"
    __table_args__ = (Index("ix_thread_marks_thread_id_following", "thread_id", "following"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"), primary_key=True)
    last_read: Mapped[int] = mapped_column(default=0)
    following: Mapped[Following] = mapped_column(String(10), default=Following.NORMAL)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)

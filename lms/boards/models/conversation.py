from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.core.db import Base, UTCDateTime

REPORTED = text("reported_at IS NOT NULL")


class ConversationKind(StrEnum):
    STAFF = "staff"  # a question to the staff
    PEOPLE = "people"  # two adults of one run


class ConversationState(StrEnum):
    """How far a question to the staff is; private messages stay open."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class Conversation(Base):
    """Messages between few: a person and the staff, or two people of one run.

    `pair` names the two and their run, so that there is one conversation between them.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        CheckConstraint("(kind = 'people') = (pair IS NOT NULL)", name="pair_of_two"),
        Index("ix_conversations_kind_state_last_message_at", "kind", "state", "last_message_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ConversationKind] = mapped_column(String(10))
    pair: Mapped[str | None] = mapped_column(String(60), unique=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("course_runs.id"), index=True)
    subject: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[ConversationState] = mapped_column(String(10))
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    messages_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_message_at: Mapped[datetime] = mapped_column(UTCDateTime)

    people: Mapped[list["ConversationPerson"]] = relationship(lazy="raise_on_sql")

    @property
    def is_question(self) -> bool:
        """Tell whether it is a question to the staff."""
        return self.kind == ConversationKind.STAFF


class ConversationPerson(Base):
    """Somebody in a conversation; the staff are in theirs by their role."""

    __tablename__ = "conversation_people"

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    last_read: Mapped[int] = mapped_column(default=0)
    is_blocked: Mapped[bool] = mapped_column(default=False)  # wants no more from the other

    person: Mapped[Person] = relationship(lazy="raise_on_sql")


class Message(Base):
    """One message. Staff read those of two people only once one of them has reported it."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "number"),
        UniqueConstraint("author_id", "form_key"),
        # Few among very many; staff look for them.
        Index(
            "ix_messages_reported_at",
            "reported_at",
            sqlite_where=REPORTED,
            postgresql_where=REPORTED,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    number: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    body: Mapped[str] = mapped_column(Text)
    form_key: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reported_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    reported_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    report_words: Mapped[str] = mapped_column(Text, default="")
    report_settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    hidden_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    author: Mapped[Person] = relationship(lazy="raise_on_sql", foreign_keys=author_id)

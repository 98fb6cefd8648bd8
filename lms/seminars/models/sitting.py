from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.core.db import Base, UTCDateTime
from lms.core.text import TextInLanguages, TextInLanguagesType
from lms.enrolment.models import CourseRun
from lms.lessons.models import Lesson, LessonKind, SpeakerInvitation


class SittingState(StrEnum):
    """DOMAIN 2.8, without what the clock tells of a scheduled sitting (open, live)."""

    PLANNED = "planned"
    SCHEDULED = "scheduled"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"
    ENDED = "ended"
    PROVISIONAL = "attendance_provisional"
    FINAL = "attendance_final"


class RoomKind(StrEnum):
    """Where people meet: nowhere yet, on site, behind a link, or in a room we open by its API."""

    NONE = "none"
    VENUE = "venue"
    LINK = "link"
    BIGBLUEBUTTON = "bigbluebutton"
    JITSI = "jitsi"


class RecordingPolicy(StrEnum):
    """Who may watch the recording: nobody, those who teach, those enrolled, everybody."""

    NONE = "none"
    INTERNAL = "internal"
    TRAINEES = "trainees"
    PUBLIC = "public"


class Sitting(Base):
    """A session held at a time by a run.

    `breaks` are [from, to) pairs in minutes from the start, so they move with it. `uid` and
    `sequence` are what calendars know it by: the number rises with every change they must hear of.
    `previous_*` are the times before the last move. `told_*` is what those concerned were last told
    of: the newest of several changes is told against it, and nothing twice.
    """

    __tablename__ = "sittings"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="times_in_order"),
        CheckConstraint(
            "guest_capacity IS NULL OR guests_taken <= guest_capacity", name="guests_in_capacity"
        ),
        Index("ix_sittings_run_id_starts_at", "run_id", "starts_at"),
        Index("ix_sittings_is_public_starts_at", "is_public", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("course_runs.id"))
    lesson_id: Mapped[int | None] = mapped_column(ForeignKey("lessons.id"), index=True)
    revision: Mapped[int] = mapped_column(default=1)
    uid: Mapped[str] = mapped_column(String(60), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    state: Mapped[SittingState] = mapped_column(String(30))
    kind: Mapped[LessonKind] = mapped_column(String(20))
    title: Mapped[TextInLanguages | None] = mapped_column(TextInLanguagesType)
    slot_name: Mapped[str] = mapped_column(String(80), default="")
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    previous_starts_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    previous_ends_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    change_reason: Mapped[str] = mapped_column(Text, default="")
    breaks: Mapped[list[list[int]]] = mapped_column(JSON, default=list)
    preparation: Mapped[TextInLanguages | None] = mapped_column(TextInLanguagesType)

    room_kind: Mapped[RoomKind] = mapped_column(String(20), default=RoomKind.NONE)
    room_address: Mapped[str] = mapped_column(String(1000), default="")
    room_passcode: Mapped[str] = mapped_column(String(100), default="")
    dial_in: Mapped[str] = mapped_column(String(300), default="")
    venue: Mapped[TextInLanguages | None] = mapped_column(TextInLanguagesType)
    meeting_point: Mapped[str] = mapped_column(String(300), default="")
    insurance: Mapped[str] = mapped_column(String(300), default="")
    asks_photo_consent: Mapped[bool] = mapped_column(default=False)
    check_in_code: Mapped[str] = mapped_column(String(12), default="")

    is_public: Mapped[bool] = mapped_column(default=False)
    guest_capacity: Mapped[int | None]
    guests_taken: Mapped[int] = mapped_column(default=0)

    recording_policy: Mapped[RecordingPolicy] = mapped_column(
        String(20), default=RecordingPolicy.NONE
    )
    allows_make_up: Mapped[bool] = mapped_column(default=True)
    recording_address: Mapped[str] = mapped_column(String(1000), default="")
    recording_seconds: Mapped[int] = mapped_column(default=0)
    # When the first second of the recording was spoken: what somebody missed is counted from it.
    recording_starts_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    recording_published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    recording_until: Mapped[date | None]

    told_sequence: Mapped[int] = mapped_column(default=0)
    told_state: Mapped[SittingState | None] = mapped_column(String(30))
    told_starts_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    told_ends_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    notified_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    final_due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    # When its plan or its state last changed: calendars are told.
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)

    run: Mapped[CourseRun] = relationship(lazy="raise_on_sql")
    lesson: Mapped[Lesson | None] = relationship(lazy="raise_on_sql")


class SittingRole(StrEnum):
    INSTRUCTOR = "instructor"
    MODERATOR = "moderator"
    INTERPRETER = "interpreter"


class InterpretingMode(StrEnum):
    """Consecutive halves the net time of a lecture; simultaneous has a channel of its own."""

    CONSECUTIVE = "consecutive"
    SIMULTANEOUS = "simultaneous"


class SittingPerson(Base):
    """Somebody who holds a sitting: with an account, invited by a link, or known by name only.

    An id is never given twice: the link of somebody taken out must not become another's.
    """

    __tablename__ = "sitting_people"
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sittings.id"), index=True)
    role: Mapped[SittingRole] = mapped_column(String(20))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    speaker_id: Mapped[int | None] = mapped_column(ForeignKey("speaker_invitations.id"))
    name: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = mapped_column(String(20), default="")
    mode: Mapped[InterpretingMode | None] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(80), default="")
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    person: Mapped[Person | None] = relationship(lazy="raise_on_sql")
    speaker: Mapped[SpeakerInvitation | None] = relationship(lazy="raise_on_sql")


class DayItem(Base):
    """Something of whole days in a run's timetable, without a clock: study in one's own time,
    a national holiday. Its days are days everywhere and never shift."""

    __tablename__ = "day_items"
    __table_args__ = (CheckConstraint("first_on <= last_on", name="days_in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("course_runs.id"), index=True)
    uid: Mapped[str] = mapped_column(String(60), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    title: Mapped[TextInLanguages] = mapped_column(TextInLanguagesType)
    first_on: Mapped[date]
    last_on: Mapped[date]
    is_cancelled: Mapped[bool] = mapped_column(default=False)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)


class HeadCount(Base):
    """People counted at a boarding of a field visit: before the bus leaves, nobody is missing."""

    __tablename__ = "head_counts"
    __table_args__ = (UniqueConstraint("sitting_id", "boarding"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sittings.id"), index=True)
    boarding: Mapped[str] = mapped_column(String(120))
    expected: Mapped[int]
    counted: Mapped[int]
    missing: Mapped[str] = mapped_column(Text, default="")
    counted_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    counted_at: Mapped[datetime] = mapped_column(UTCDateTime)

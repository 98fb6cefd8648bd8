from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base, UTCDateTime
from lms.enrolment.models import Enrolment


class AttendanceStatus(StrEnum):
    """DOMAIN 2.13. Late and left early are marks beside it: somebody late may still be present."""

    PRESENT = "present"
    PARTIAL = "partial"
    ABSENT = "absent"
    EXCUSED = "excused"
    MADE_UP = "made_up"


class PresenceSource(StrEnum):
    """Who says that somebody was connected or in the room."""

    LINK = "link"  # the personal link and the page behind it
    PLATFORM = "platform"  # the room itself, asked while it ran
    REPORT = "report"  # a platform's report, imported
    CODE = "code"  # the code shown in the room
    QR = "qr"
    INSTRUCTOR = "instructor"  # ticked, with a reason
    SIGN_SHEET = "sign_sheet"


class Presence(Base):
    """An interval in which somebody was connected or in the room: evidence, never a verdict.

    Without `left_at` it is a moment and counts nothing. `device` tells tabs and telephones of one
    person apart; `line_id` names the line of a report it was taken from.
    """

    __tablename__ = "presences"
    __table_args__ = (
        CheckConstraint("(enrolment_id IS NULL) <> (guest_id IS NULL)", name="of_one"),
        Index("ix_presences_sitting_id_enrolment_id", "sitting_id", "enrolment_id"),
        # A device that says the same again says nothing new.
        UniqueConstraint("sitting_id", "enrolment_id", "source", "device", "joined_at"),
        UniqueConstraint("sitting_id", "guest_id", "source", "device", "joined_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sittings.id"))
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("enrolments.id"), index=True)
    guest_id: Mapped[int | None] = mapped_column(ForeignKey("guests.id"), index=True)
    source: Mapped[PresenceSource] = mapped_column(String(20))
    device: Mapped[str] = mapped_column(String(60), default="")
    joined_at: Mapped[datetime] = mapped_column(UTCDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    line_id: Mapped[int | None] = mapped_column(ForeignKey("report_lines.id"), unique=True)
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    # Taken back (a wrong tick, a line matched anew) it stays to be seen and counts no more.
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Attendance(Base):
    """The verdict on one person in one sitting; its stage is the sitting's.

    `present_seconds` is the net time somebody was there, `credited_minutes` the recognised minutes
    that earns. What is excused or made up counts up to the whole beside them, before the caps that
    `progress` applies to sums. `evidence` names its sources, and what else decided.
    """

    __tablename__ = "attendances"
    __table_args__ = (UniqueConstraint("sitting_id", "enrolment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sittings.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), index=True)
    status: Mapped[AttendanceStatus] = mapped_column(String(20))
    is_late: Mapped[bool] = mapped_column(default=False)
    left_early: Mapped[bool] = mapped_column(default=False)
    present_seconds: Mapped[int] = mapped_column(default=0)
    credited_minutes: Mapped[int] = mapped_column(default=0)
    evidence: Mapped[str] = mapped_column(String(100), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime] = mapped_column(UTCDateTime)

    enrolment: Mapped[Enrolment] = relationship(lazy="raise_on_sql")


class CorrectionState(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"


class AttendanceCorrection(Base):
    """A change of a final verdict: proposed by one person with a reason, approved by another.

    The old values stay with it.
    """

    __tablename__ = "attendance_corrections"
    __table_args__ = (
        CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name="two_people"
        ),
        Index(
            "uq_attendance_corrections_open",
            "attendance_id",
            unique=True,
            sqlite_where=text("state = 'proposed'"),
            postgresql_where=text("state = 'proposed'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attendance_id: Mapped[int] = mapped_column(ForeignKey("attendances.id"))
    state: Mapped[CorrectionState] = mapped_column(String(20))
    old_status: Mapped[AttendanceStatus] = mapped_column(String(20))
    old_minutes: Mapped[int]
    new_status: Mapped[AttendanceStatus] = mapped_column(String(20))
    new_minutes: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class OutageCertificate(Base):
    """A focal point's word that power or line failed in somebody's city during a sitting: it lifts
    what they may make up (DOMAIN 3.1 rule 5)."""

    __tablename__ = "outage_certificates"
    __table_args__ = (UniqueConstraint("sitting_id", "enrolment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sittings.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    certified_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    certified_at: Mapped[datetime] = mapped_column(UTCDateTime)

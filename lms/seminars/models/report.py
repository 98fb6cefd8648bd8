from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, UTCDateTime


class ReportPlatform(StrEnum):
    ZOOM = "zoom"
    TEAMS = "teams"
    BIGBLUEBUTTON = "bigbluebutton"


class MatchedBy(StrEnum):
    """How a line of a report came to its person; nobody is ever guessed."""

    NOBODY = "nobody"
    EMAIL = "email"
    ALIAS = "alias"
    NAME = "name"
    HAND = "hand"
    NOT_A_PARTICIPANT = "not_a_participant"


class AttendanceReport(Base):
    """A report of a platform, as somebody handed it in; the same file twice is one report."""

    __tablename__ = "attendance_reports"
    __table_args__ = (UniqueConstraint("sitting_id", "content_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sittings.id"))
    platform: Mapped[ReportPlatform] = mapped_column(String(20))
    file_name: Mapped[str] = mapped_column(String(200))
    content_hash: Mapped[str] = mapped_column(String(64))
    zone: Mapped[str] = mapped_column(String(60))
    line_count: Mapped[int]
    imported_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    imported_at: Mapped[datetime] = mapped_column(UTCDateTime)


class ReportLine(Base):
    """One line of a report. What cannot be read or matched stays here until somebody settles it.

    `fingerprint` is what the line says; within one sitting it is there once, however many reports
    repeat it.
    """

    __tablename__ = "report_lines"
    __table_args__ = (UniqueConstraint("sitting_id", "fingerprint"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("attendance_reports.id"), index=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sittings.id"))
    number: Mapped[int]
    fingerprint: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(300), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    name_key: Mapped[str] = mapped_column(String(300), default="")
    joined_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    raw: Mapped[str] = mapped_column(Text)
    fault: Mapped[str] = mapped_column(String(40), default="")
    matched_by: Mapped[MatchedBy] = mapped_column(String(20), default=MatchedBy.NOBODY)
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("enrolments.id"), index=True)
    guest_id: Mapped[int | None] = mapped_column(ForeignKey("guests.id"))


class PersonAlias(Base):
    """An address or a name somebody goes by on a platform in a run, said by a person.

    Without an enrolment it is nobody's who is taught there: an interpreter, the host.
    """

    __tablename__ = "person_aliases"
    __table_args__ = (UniqueConstraint("run_id", "name_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("course_runs.id"))
    name_key: Mapped[str] = mapped_column(String(300))
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("enrolments.id"))
    said_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    said_at: Mapped[datetime] = mapped_column(UTCDateTime)

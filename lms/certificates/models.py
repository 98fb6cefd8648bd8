from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base, UTCDateTime
from lms.core.text import TextInLanguages, TextInLanguagesType
from lms.enrolment.models import Enrolment

STANDING = text("state IN ('queued', 'issued')")


class CertificateKind(StrEnum):
    COMPLETION = "completion"


class CertificateState(StrEnum):
    """DOMAIN 2.17. Queued: valid, its PDF is being drawn. Reissued: superseded by a newer one."""

    QUEUED = "queued"
    ISSUED = "issued"
    REISSUED = "reissued"
    REVOKED = "revoked"


class Certificate(Base):
    """What was certified, word for word: nothing here follows later changes of a name or title.

    `holder_language` tells which country's forms of shared characters the name is drawn in.
    """

    __tablename__ = "certificates"
    __table_args__ = (
        Index(
            "uq_certificates_standing",
            "enrolment_id",
            "kind",
            unique=True,
            sqlite_where=STANDING,
            postgresql_where=STANDING,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), index=True)
    kind: Mapped[CertificateKind] = mapped_column(String(20))
    state: Mapped[CertificateState] = mapped_column(String(20))
    number: Mapped[str] = mapped_column(String(60), unique=True)
    verification_code: Mapped[str] = mapped_column(String(40), unique=True)
    holder_name: Mapped[str] = mapped_column(String(200))
    holder_name_in_own_script: Mapped[str] = mapped_column(String(200), default="")
    holder_language: Mapped[str] = mapped_column(String(20), default="")
    course_code: Mapped[str] = mapped_column(String(20))
    course_title: Mapped[TextInLanguages] = mapped_column(TextInLanguagesType)
    languages: Mapped[list[str]] = mapped_column(JSON)
    recognised_minutes: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    issued_on: Mapped[date]
    issued_at: Mapped[datetime] = mapped_column(UTCDateTime)
    foundation_name: Mapped[TextInLanguages] = mapped_column(TextInLanguagesType)
    signatory_name: Mapped[TextInLanguages] = mapped_column(TextInLanguagesType)
    signatory_title: Mapped[TextInLanguages] = mapped_column(TextInLanguagesType)
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("certificates.id"))
    closing_reason: Mapped[str] = mapped_column(Text, default="")
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    pdf_key: Mapped[str] = mapped_column(String(200), default="")
    pdf_sha256: Mapped[str] = mapped_column(String(64), default="")
    is_sample: Mapped[bool] = mapped_column(default=False)

    enrolment: Mapped[Enrolment] = relationship(lazy="raise_on_sql")
    supersedes: Mapped["Certificate | None"] = relationship(
        lazy="raise_on_sql", remote_side="Certificate.id"
    )

    @property
    def is_standing(self) -> bool:
        """Tell whether it is valid, drawn or not."""
        return self.state in {CertificateState.QUEUED, CertificateState.ISSUED}

    @property
    def is_being_drawn(self) -> bool:
        """Tell whether it is valid and its PDF is not there yet."""
        return self.state == CertificateState.QUEUED

    @property
    def is_replaced(self) -> bool:
        """Tell whether a newer certificate was put in its place."""
        return self.state == CertificateState.REISSUED

"""Reads over certificates."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.certificates.models import Certificate, CertificateKind, CertificateState
from lms.core.db import db
from lms.core.text import TextInLanguages
from lms.enrolment.models import Enrolment
from lms.enrolment.rules import busan_day


@dataclass(frozen=True)
class CertificateRow:
    """A certificate as a line of a list."""

    id: int
    number: str
    state: CertificateState
    course_title: TextInLanguages
    holder_name: str
    holder_name_in_own_script: str
    languages: list[str]
    issued_on: date
    issued_at: datetime
    closed_at: datetime | None
    closing_reason: str
    is_drawn: bool
    is_sample: bool

    @property
    def is_standing(self) -> bool:
        """Tell whether it is valid, drawn or not."""
        return self.state in {CertificateState.QUEUED, CertificateState.ISSUED}

    @property
    def is_being_drawn(self) -> bool:
        """Tell whether it is valid and its PDF is not there yet."""
        return self.state == CertificateState.QUEUED


@dataclass(frozen=True)
class VerifiedCertificate:
    """What the public may learn of a certificate; the caller masks the name."""

    number: str
    state: CertificateState
    holder_name: str
    course_code: str
    course_title: TextInLanguages
    recognised_minutes: int
    starts_on: date
    ends_on: date
    issued_on: date
    foundation_name: TextInLanguages
    closed_at: datetime | None
    is_sample: bool

    @property
    def closed_on(self) -> date | None:
        """Return the day it was revoked or replaced, by Busan's calendar."""
        return None if self.closed_at is None else busan_day(self.closed_at)


_ROW = (
    Certificate.id,
    Certificate.number,
    Certificate.state,
    Certificate.course_title,
    Certificate.holder_name,
    Certificate.holder_name_in_own_script,
    Certificate.languages,
    Certificate.issued_on,
    Certificate.issued_at,
    Certificate.closed_at,
    Certificate.closing_reason,
    Certificate.pdf_key != "",
    Certificate.is_sample,
)


def _row(id_: int, number: str, state: str, *rest: Any) -> CertificateRow:
    return CertificateRow(id_, number, CertificateState(state), *rest)


def certificates_of_person(person_id: int) -> list[CertificateRow]:
    """Return a person's certificates, the newest first."""
    rows = db.session.execute(
        select(*_ROW)
        .join(Certificate.enrolment)
        .where(Enrolment.person_id == person_id)
        .order_by(Certificate.issued_at.desc(), Certificate.id.desc())
    )
    return [_row(*row) for row in rows]


def certificates_of_enrolment(enrolment_id: int) -> list[CertificateRow]:
    """Return the certificates of an enrolment, the newest first."""
    rows = db.session.execute(
        select(*_ROW)
        .where(Certificate.enrolment_id == enrolment_id)
        .order_by(Certificate.id.desc())
    )
    return [_row(*row) for row in rows]


def certificate_with_holder(certificate_id: int) -> Certificate | None:
    """Return a certificate with its enrolment, its holder and what it supersedes."""
    return db.session.scalar(
        select(Certificate)
        .options(
            # Not contains_eager: what is read again after a write must find its relations too.
            joinedload(Certificate.enrolment, innerjoin=True).joinedload(
                Enrolment.person, innerjoin=True
            ),
            joinedload(Certificate.supersedes),
        )
        .where(Certificate.id == certificate_id)
    )


def latest_certificate(enrolment_id: int) -> Certificate | None:
    """Return the newest certificate of completion of an enrolment, whatever became of it."""
    return db.session.scalar(
        select(Certificate)
        .where(
            Certificate.enrolment_id == enrolment_id,
            Certificate.kind == CertificateKind.COMPLETION,
        )
        .order_by(Certificate.id.desc())
        .limit(1)
    )


def successor_of(certificate: Certificate) -> CertificateRow | None:
    """Return the certificate that stands, or stood last, in the place of a reissued one."""
    row = db.session.execute(
        select(*_ROW)
        .where(
            Certificate.enrolment_id == certificate.enrolment_id, Certificate.id > certificate.id
        )
        .order_by(Certificate.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else _row(*row)


def certificate_by_code(code: str) -> VerifiedCertificate | None:
    """Return what the public may learn of the certificate with this code, in one statement."""
    row = db.session.execute(
        select(
            Certificate.number,
            Certificate.state,
            Certificate.holder_name,
            Certificate.course_code,
            Certificate.course_title,
            Certificate.recognised_minutes,
            Certificate.starts_on,
            Certificate.ends_on,
            Certificate.issued_on,
            Certificate.foundation_name,
            Certificate.closed_at,
            Certificate.is_sample,
        ).where(Certificate.verification_code == code)
    ).one_or_none()
    if row is None:
        return None
    number, state, *rest = row
    return VerifiedCertificate(number, CertificateState(state), *rest)

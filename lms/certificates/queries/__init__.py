"""Reads over certificates, what they are made from, and the record they stand in."""

from lms.certificates.queries.certificates import (
    CertificateRow,
    VerifiedCertificate,
    certificate_by_code,
    certificate_with_holder,
    certificates_of_enrolment,
    certificates_of_person,
    latest_certificate,
    successor_of,
)
from lms.certificates.queries.record import (
    HistoryLine,
    LessonLine,
    Record,
    history_lines,
    lesson_lines,
    record_of,
)
from lms.certificates.queries.sources import basis, foundation_on, holder_of, run_of

__all__ = [
    "CertificateRow",
    "HistoryLine",
    "LessonLine",
    "Record",
    "VerifiedCertificate",
    "basis",
    "certificate_by_code",
    "certificate_with_holder",
    "certificates_of_enrolment",
    "certificates_of_person",
    "foundation_on",
    "history_lines",
    "holder_of",
    "latest_certificate",
    "lesson_lines",
    "record_of",
    "run_of",
    "successor_of",
]

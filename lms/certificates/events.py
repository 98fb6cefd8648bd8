"""What certificates announce. Handlers run in the same transaction, after the rows are written."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class CertificateIssued:
    """A certificate is valid from now on, the first of its enrolment or in place of another.

    Its PDF is not drawn yet.
    """

    certificate_id: int
    enrolment_id: int
    at: datetime


@dataclass(frozen=True)
class CertificateRevoked:
    """A certificate is no longer valid, and no other stands in its place."""

    certificate_id: int
    enrolment_id: int
    at: datetime

"""Doors to certificates and to the record of one enrolment. `reader` is the `current_user`."""

from dataclasses import replace
from typing import Any

from flask_babel import gettext as _

from lms.certificates import queries
from lms.certificates.models import Certificate
from lms.core.errors import Conflict, NotFound
from lms.enrolment.queries import teaches_run


def get_certificate_for_reading(reader: Any, certificate_id: int) -> Certificate:
    """Return a certificate with its holder, to that holder and to staff; NotFound to others."""
    certificate = queries.certificate_with_holder(certificate_id)
    if certificate is None:
        raise NotFound
    if certificate.enrolment.person_id != reader.id and not reader.is_staff:
        raise NotFound
    return certificate


def get_certificate_for_change(reader: Any, certificate_id: int) -> Certificate:
    """Return a standing certificate with its holder, to staff; NotFound to others.

    Raises Conflict for one that no longer stands: nothing about it can be changed any more.
    """
    certificate = queries.certificate_with_holder(certificate_id)
    if certificate is None or not reader.is_staff:
        raise NotFound
    if not certificate.is_standing:
        raise Conflict(_("This certificate has been revoked or replaced in the meantime."))
    return certificate


def get_record(reader: Any, enrolment_id: int) -> queries.Record:
    """Return the record of an enrolment, to staff and to the instructors of its run.

    Instructors get it without the e-mail address. Raises NotFound to others.
    """
    record = queries.record_of(enrolment_id)
    if record is None:
        raise NotFound
    if reader.is_staff:
        return record
    if reader.teaches and teaches_run(reader.id, record.run_id):
        return replace(record, email="")
    raise NotFound


def can_change_certificates(reader: Any) -> bool:
    """Tell whether the reader may revoke and reissue."""
    return bool(reader.is_staff)

"""Jobs of this package."""

import hashlib
from datetime import datetime

from lms.certificates import queries, services
from lms.certificates.models import Certificate, CertificateState
from lms.certificates.render import CertificateFace, render_certificate
from lms.core import clock
from lms.core.unit_of_work import unit_of_work
from lms.jobs.queue import job
from lms.media.storage import storage
from lms.web.addresses import absolute_url


@job("certificates.render")
def render(certificate_id: int) -> None:
    """Draw the PDF of a certificate, unless that was done or it no longer stands."""
    draw(certificate_id, now=clock.now())


def draw(certificate_id: int, *, now: datetime) -> None:
    """Draw a certificate that waits for it and keep the PDF under the hash of its bytes.

    The same certificate always gives the same bytes, so doing it again after a crash anywhere
    in between finds or makes the same file.
    """
    certificate = queries.certificate_with_holder(certificate_id)
    if certificate is None or certificate.state != CertificateState.QUEUED:
        return
    pdf = render_certificate(face_of(certificate))
    sha256 = hashlib.sha256(pdf).hexdigest()
    key = f"certificates/{sha256}.pdf"
    storage().put(key, pdf)
    with unit_of_work():
        services.keep_pdf(certificate, key=key, sha256=sha256, now=now)


def face_of(certificate: Certificate) -> CertificateFace:
    """Return what the sheet shows; the certificate holds its holder and what it supersedes."""
    old = certificate.supersedes
    return CertificateFace(
        number=certificate.number,
        verification_code=certificate.verification_code,
        verify_url=absolute_url(
            f"/{certificate.languages[0]}/verify/{certificate.verification_code}"
        ),
        holder_name=certificate.holder_name,
        holder_name_own_script=certificate.holder_name_in_own_script,
        holder_language=certificate.holder_language,
        course_titles=certificate.course_title.texts,
        languages=tuple(certificate.languages),
        recognised_minutes=certificate.recognised_minutes,
        starts_on=certificate.starts_on,
        ends_on=certificate.ends_on,
        issued_on=certificate.issued_on,
        foundation_names=certificate.foundation_name.texts,
        signatory_name=certificate.signatory_name.texts,
        signatory_title=certificate.signatory_title.texts,
        is_sample=certificate.is_sample,
        supersedes_number=old.number if old is not None else "",
    )

"""Forms of this package."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice

from lms.certificates import rules
from lms.certificates.services import NAME_LIMIT, REASON_LIMIT
from lms.web.forms import Form, LineField, LongTextField

LANGUAGE_NAMES = {
    ("ko", "en"): _l("Korean and English"),
    ("zh", "en"): _l("Chinese and English"),
    ("en",): _l("English"),
}


class RevokeForm(Form):
    """Why, and the number once more: a certificate that is revoked stays revoked."""

    reason = LongTextField(_l("Reason"), limit=REASON_LIMIT)
    confirmation = LineField(_l("Certificate number"), limit=60)

    def confirms(self, number: str) -> bool:
        """Tell whether this very number was typed, and say so beside the field if not."""
        if rules.is_same_number(self.confirmation.data or "", number):
            return True
        message = _("Type the number of the certificate, %(number)s.", number=number)
        self.confirmation.errors = [*self.confirmation.errors, message]
        return False


class ReissueForm(Form):
    """What the new certificate says of its holder, in which languages, and why."""

    holder_name = LineField(_l("Name as in the passport"), limit=NAME_LIMIT)
    holder_name_in_own_script = LineField(
        _l("Name in the holder's own script"), limit=NAME_LIMIT, optional=True
    )
    languages = RadioField(
        _l("Languages of the certificate"),
        choices=[SelectChoice("-".join(codes), name) for codes, name in LANGUAGE_NAMES.items()],
    )
    reason = LongTextField(_l("Reason"), limit=REASON_LIMIT)

    def start_from(self, certificate: Any) -> "ReissueForm":
        """Show what the present certificate says."""
        self.holder_name.data = certificate.holder_name
        self.holder_name_in_own_script.data = certificate.holder_name_in_own_script
        self.languages.data = "-".join(certificate.languages)
        return self

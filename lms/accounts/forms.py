"""Forms around having an account."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    PasswordField,
    SelectChoice,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.widgets import EmailInput

from lms.accounts.rules import LONGEST_ADDRESS, normal_address
from lms.i18n.languages import PAGE_LANGUAGES
from lms.web.forms import Form, LineField, required


class AddressField(LineField):
    """An e-mail address; `address` is its one normal form, "" when it is none."""

    widget = EmailInput()

    def __init__(self, label: Any = None, **kw: Any) -> None:
        super().__init__(label, limit=LONGEST_ADDRESS, **kw)

    @property
    def address(self) -> str:
        """Return the address as it is stored and looked up."""
        return normal_address(self.data or "")

    def pre_validate(self, form: Any) -> None:
        """Refuse what cannot be an address, once something was entered at all."""
        if self.data and not self.address:
            raise ValidationError(
                _("Write an e-mail address in Latin letters, such as name@example.org.")
            )


class NameField(LineField):
    """A person's name, whole, in any script."""

    def pre_validate(self, form: Any) -> None:
        """Refuse what holds no letter of any script."""
        if self.data and not any(char.isalpha() for char in self.data):
            raise ValidationError(_("Write the name in letters."))


def full_name_field() -> NameField:
    """Return the field for the name that certificates will carry."""
    return NameField(_l("Full name, as in your passport"))


class SignUpForm(Form):
    full_name = full_name_field()
    email = AddressField(_l("E-mail address"))
    password = PasswordField(_l("Password"), [required()])
    collection_and_use = BooleanField(
        validators=[required(_l("Without this consent we cannot open an account."))]
    )
    photo_and_recording = BooleanField()
    alumni_news = BooleanField()
    # People do not see it; programs that fill in every field give themselves away.
    leave_empty = StringField(_l("Leave this field empty"))


class SignInForm(Form):
    email = AddressField(_l("E-mail address"))
    password = PasswordField(_l("Password"), [required()])


class AddressForm(Form):
    """Asks for nothing but an address: for a link by mail."""

    email = AddressField(_l("E-mail address"))


class NewPasswordForm(Form):
    password = PasswordField(_l("New password"), [required()])


class ChangePasswordForm(Form):
    old_password = PasswordField(_l("Current password"), [required()])
    password = PasswordField(_l("New password"), [required()])


class LanguageForm(Form):
    preferred_language = SelectField(
        _l("Language of mails"),
        choices=[SelectChoice(each.code, each.name) for each in PAGE_LANGUAGES],
    )

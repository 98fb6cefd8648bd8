"""What somebody wants to send: said in the headers of an upload, or with the file in a form."""

import binascii
from base64 import b64decode
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import IntegerField, SelectField
from wtforms.validators import NumberRange, Optional

from lms.core.errors import Invalid
from lms.i18n.languages import CONTENT_LANGUAGES, page_language
from lms.lessons.models import IntakePurpose
from lms.lessons.rules.intakes import OF_LESSONS
from lms.web.forms import Form, required

LARGEST_ID = 2**31 - 1
LONGEST_METADATA = 4096


@dataclass(frozen=True)
class FileWish:
    """A file that is to be sent, whatever for, by its name and size."""

    file_name: str
    size: int


def read_file_wish(described: str, length: str) -> FileWish:
    """Return the name and size of the headers Upload-Metadata and Upload-Length; raises Invalid."""
    metadata, size = read_metadata(described), read_number(length)
    if size is None:
        raise Invalid("", _("This is not readable."))
    return FileWish(metadata.get("filename", ""), size)


@dataclass(frozen=True)
class Wish:
    """What is to be sent, of the right shape; whether it is taken the services say."""

    lesson_id: int
    purpose: IntakePurpose
    file_name: str
    size: int
    material_id: int | None
    language: str


def read_wish(described: str, length: str) -> Wish:
    """Return the wish of the headers Upload-Metadata and Upload-Length; raises Invalid."""
    metadata = read_metadata(described)
    lesson_id = read_number(metadata.get("lesson_id", ""), most=LARGEST_ID)
    size = read_number(length)
    purpose = metadata.get("purpose", "")
    language = metadata.get("language") or page_language()
    if lesson_id is None or size is None or purpose not in OF_LESSONS:
        raise Invalid("", _("This is not readable."))
    if language not in CONTENT_LANGUAGES:
        raise Invalid("language", _("Choose a language of the list."))
    return Wish(
        lesson_id=lesson_id,
        purpose=IntakePurpose(purpose),
        file_name=metadata.get("filename", ""),
        size=size,
        material_id=read_number(metadata.get("material_id", ""), most=LARGEST_ID),
        language=language,
    )


def read_number(text: str, *, most: int = 2**53) -> int | None:
    """Return a whole number that is not negative, or None for anything else."""
    if not text.isascii() or not text.isdecimal() or len(text) > 16:
        return None
    number = int(text)
    return number if number <= most else None


def read_metadata(header: str) -> dict[str, str]:
    """Return the pairs of a header "key base64,key base64"."""
    if len(header) > LONGEST_METADATA:
        raise Invalid("", _("This is too long."))
    pairs = (pair.strip().partition(" ") for pair in header.split(","))
    try:
        return {key: b64decode(value, validate=True).decode() for key, _space, value in pairs}
    except (binascii.Error, ValueError) as error:
        raise Invalid("", _("This is not readable.")) from error


class SendFilesForm(Form):
    """Files sent whole, by a form that needs no script."""

    file = MultipleFileField(_l("Files"), validators=[required(_l("Choose a file."))])
    purpose = SelectField(choices=[each.value for each in OF_LESSONS])
    material_id = IntegerField(validators=[Optional(), NumberRange(1, LARGEST_ID)])
    language = SelectField(choices=list(CONTENT_LANGUAGES))

    def __init__(self) -> None:
        super().__init__()
        if not self.language.raw_data:
            self.language.data = page_language()

    @property
    def wanted(self) -> IntakePurpose:
        """Return what the files are to become; a material where that was not sent with them."""
        return IntakePurpose(self.purpose.data if not self.purpose.errors else "material")

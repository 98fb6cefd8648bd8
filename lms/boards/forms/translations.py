"""The form of a translation: a field for each part the original has."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField

from lms.boards.forms.posting import (
    LONGEST_BODY,
    LONGEST_PART,
    LONGEST_TITLE,
    PART_WORDS,
    PostTextField,
)
from lms.boards.models import CASE_PARTS
from lms.web.forms import LineField
from lms.web.saving import RevisedForm

# Some languages need half as many letters again for the same.
_LONGER = 1.5
# As the column of titles holds.
LONGEST_TRANSLATED_TITLE = min(200, int(LONGEST_TITLE * _LONGER))


class TranslationForm(RevisedForm):
    """The words of a post in another language, of each part the original has.

    `of_revision` is the version of the original that its translator sees.
    """

    of_revision = HiddenField()
    title = LineField(_l("Title"), limit=LONGEST_TRANSLATED_TITLE)
    situation = PostTextField(PART_WORDS["situation"], limit=int(LONGEST_PART * _LONGER))
    tried = PostTextField(PART_WORDS["tried"], limit=int(LONGEST_PART * _LONGER))
    result = PostTextField(PART_WORDS["result"], limit=int(LONGEST_PART * _LONGER))
    ask = PostTextField(PART_WORDS["ask"], limit=int(LONGEST_PART * _LONGER))
    body = PostTextField(_l("Translation"), limit=int(LONGEST_BODY * _LONGER))
    checked = BooleanField(_l("I have checked it: this may be posted"))

    def __init__(self, original: Mapping[str, Any], **values: Any) -> None:
        super().__init__(data=values)
        for name in ("title", *CASE_PARTS, "body"):
            if not original.get(name):
                del self[name]

    @property
    def seen_revision(self) -> int:
        """Return which version of the original was before its translator; 0 when it says none."""
        text = str(self.of_revision.data or "")
        return int(text) if text.isdecimal() and len(text) < 10 else 0

    @property
    def part_names(self) -> list[str]:
        """Return the names of the parts of a case, in their order; none for what is no case."""
        return [name for name in CASE_PARTS if name in self]

    @property
    def parts(self) -> dict[str, str] | None:
        """Return the parts of a case, in their order; None for what is no case."""
        return {name: self[name].data or "" for name in self.part_names} or None

    def said(self, name: str) -> str:
        """Return the words of a field; "" for one the original does not have."""
        return (self[name].data or "") if name in self else ""

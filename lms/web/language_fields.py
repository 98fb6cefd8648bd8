"""Form fields for one text in several languages: an input for each, sent as `title-ko`."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field
from wtforms.validators import ValidationError

from lms.core.text import TextInLanguages, clean_line, clean_post

LONGEST_TAG = 20


class TextInLanguagesField(Field):
    """A text with its translations. The source is the first language that is filled in.

    `languages` are those the form shows, the source first; set them before it is rendered.
    """

    def __init__(
        self,
        label: Any = None,
        *,
        limit: int = 200,
        is_long: bool = False,
        optional: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(label, **options)
        self.limit = limit
        self.is_long = is_long
        self.is_optional = optional
        self.languages: Sequence[str] = ()
        self.entered: dict[str, str] = {}

    def show_in(self, languages: Sequence[str]) -> None:
        """Offer these languages, after those the text is in already."""
        source = [self.data.source] if self.data else []
        self.languages = list(dict.fromkeys([*source, *languages, *self.entered]))

    def entered_in(self, language: str) -> str:
        """Return what stands in the input of a language."""
        return self.entered.get(language, "")

    def name_in(self, language: str) -> str:
        """Return the name of the input of a language."""
        return f"{self.name}-{language}"

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Take what was sent, or else the stored text."""
        self.process_errors: list[str] = []
        stored: TextInLanguages | None = getattr(data, "source", None) and data
        self.object_data = stored
        sent = self._sent(formdata) if formdata else {}
        if sent:
            self.raw_data = list(sent.values())
            self.entered = {tag: text for tag, text in sent.items() if text}
            self.data = self._text(stored)
        else:
            self.raw_data = []
            self.entered = dict(stored.texts) if stored else {}
            self.data = stored

    def _sent(self, formdata: Any) -> dict[str, str]:
        clean = clean_post if self.is_long else clean_line
        start = f"{self.name}-"
        return {
            key.removeprefix(start): clean(formdata[key])
            for key in formdata
            if key.startswith(start) and 0 < len(key) - len(start) <= LONGEST_TAG
        }

    def _text(self, stored: TextInLanguages | None) -> TextInLanguages | None:
        if not self.entered:
            return None
        keeps_source = stored is not None and stored.source in self.entered
        source = stored.source if stored and keeps_source else next(iter(self.entered))
        return TextInLanguages(source, self.entered)

    def pre_validate(self, form: Any) -> None:
        """Ask for the text in one language at least, and for no more than fits."""
        if not self.entered and not self.is_optional:
            raise ValidationError(str(_l("Fill in this field in one language at least.")))
        for text in self.entered.values():
            if len(text) > self.limit:
                raise ValidationError(_("Use at most %(max)d characters.", max=self.limit))

"""The base of every form: CSRF, messages in the reader's language, cleaned text."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import escape
from wtforms import StringField, TextAreaField
from wtforms.meta import DefaultMeta
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import Select

from lms.core.errors import Invalid
from lms.core.text import clean_line, clean_text
from lms.i18n.languages import page_locale


class _QuickSelect(Select):
    """A list of choices as WTForms writes it, at a sixth of the cost: some have a hundred."""

    @classmethod
    def render_option(cls, choice: Any, **attributes: Any) -> str:
        if attributes or choice.render_kw:
            return str(super().render_option(choice, **attributes))
        chosen = "selected " if choice.selected else ""
        value, label = escape(str(choice.value)), escape(choice.label or choice.value)
        return f'<option {chosen}value="{value}">{label}</option>'


class Form(FlaskForm):
    """A form whose domain refusals come back beside the field they speak of."""

    class Meta(FlaskForm.Meta):
        """WTForms keeps its own words once they are read; Flask-WTF reads their file each time."""

        @property
        def locales(self) -> list[str]:
            return [str(page_locale())]

        def get_translations(self, form: Any) -> Any:
            return DefaultMeta.get_translations(self, form)

        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Any:
            field = super().bind_field(form, unbound_field, options)
            if type(field.widget) is Select:
                field.widget = _QuickSelect(multiple=field.widget.multiple)
            return field

    def refuse(self, error: Invalid) -> None:
        """Show a service's refusal beside its field (or above the form when it has none)."""
        field = self._fields.get(error.field)
        if field is None:
            self.form_errors.append(error.message)
        else:
            field.errors = [*field.errors, error.message]


def _line(value: Any) -> Any:
    return clean_line(value) if isinstance(value, str) else value


def _text(value: Any) -> Any:
    return clean_text(value) if isinstance(value, str) else value


class LineField(StringField):
    """One line of text, cleaned before it is checked."""

    def __init__(self, label: Any = None, *, limit: int = 200, optional: bool = False, **kw: Any):
        checks = [Length(max=limit, message=_l("Use at most %(max)d characters."))]
        if optional:
            kw.setdefault("default", "")  # left out of what was sent, it is as good as empty
        else:
            checks.insert(0, _filled())
        checks.extend(kw.pop("validators", ()))
        super().__init__(label, checks, filters=(_line,), **kw)
        self.is_optional = optional


class LongTextField(TextAreaField):
    """Several lines of text, cleaned before they are checked."""

    def __init__(self, label: Any = None, *, limit: int = 4000, optional: bool = False, **kw: Any):
        checks = [Length(max=limit, message=_l("Use at most %(max)d characters."))]
        if optional:
            kw.setdefault("default", "")
        else:
            checks.insert(0, _filled())
        super().__init__(label, checks, filters=(_text,), **kw)
        self.is_optional = optional


def _filled() -> DataRequired:
    """Return the check that something is left after cleaning: spaces alone are nothing."""
    return DataRequired(_l("Fill in this field."))


def required(message: Any = None) -> InputRequired:
    """Return the check that something was entered."""
    return InputRequired(message or _l("Fill in this field."))

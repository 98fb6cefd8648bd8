"""What the fields of a sent form are called, found by their names alone.

A form that comes too late is shown to its writer before it is sent. Its view has not been called,
so the form is looked for among those of the view's package: the one that has the most of the
names is the one.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from wtforms import HiddenField
from wtforms.fields.core import UnboundField
from wtforms.widgets import HiddenInput

from lms.i18n.formats import language_name
from lms.web.forms import Form
from lms.web.language_fields import TextInLanguagesField


def labels_of(view: Any, names: Iterable[str]) -> dict[str, str]:
    """Return the labels of the fields a view was sent, by name; "" for what has none."""
    package = ".".join(view.__module__.split(".")[:2])
    wanted = list(dict.fromkeys(names))
    forms = [_fields(each) for each in _forms() if each.__module__.startswith(f"{package}.")]
    best = max(forms, key=lambda fields: sum(1 for n in wanted if _find(fields, n)), default={})
    return {name: _label(best, name) for name in wanted}


def _forms(base: type[Form] = Form) -> Iterator[type[Form]]:
    for each in base.__subclasses__():
        yield each
        yield from _forms(each)


def _fields(form: type[Form]) -> Mapping[str, UnboundField]:
    members = ((name, getattr(form, name, None)) for name in dir(form))
    return {name: field for name, field in members if isinstance(field, UnboundField)}


def _find(fields: Mapping[str, Any], name: str) -> Any:
    """Return the field: by its name, by that of its parts (title-en), or behind a prefix."""
    head, _dash, tail = name.partition("-")
    return fields.get(name) or fields.get(head) or fields.get(tail)


def _label(fields: Mapping[str, Any], name: str) -> str:
    field = _find(fields, name)
    if field is None or _is_hidden(field):
        return ""
    given = field.args[0] if field.args else field.kwargs.get("label")
    label = str(given) if given else ""
    _head, _dash, tag = name.partition("-")
    if label and tag and issubclass(field.field_class, TextInLanguagesField):
        return f"{label} ({language_name(tag)})"
    return label


def _is_hidden(field: UnboundField) -> bool:
    widget = field.kwargs.get("widget")
    return issubclass(field.field_class, HiddenField) or isinstance(widget, HiddenInput)

"""Forms that save themselves, and two people who edit the same thing.

A form marked `data-autosave` sends itself with the header `X-Autosave`; `revision` is the state
of the row it was made from. Who comes second is shown both versions; nothing of either is lost.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from wtforms import HiddenField

from lms.core import clock
from lms.core.errors import Invalid
from lms.core.text import TextInLanguages
from lms.i18n.formats import language_name
from lms.i18n.times import time_of_day
from lms.web.forms import Form

HEADER = "X-Autosave"


class RevisedForm(Form):
    """A form that knows which state of its row it was made from."""

    revision = HiddenField()

    @property
    def shown_revision(self) -> int:
        """Return the revision the form was made from; 0 when it does not say one."""
        sent = self.revision.raw_data
        text = str(sent[0]) if sent else ""
        return int(text) if text.isdecimal() and len(text) < 10 else 0

    def made_from(self, revision: int) -> None:
        """Let what is sent next count as made on this revision."""
        self.revision.data = str(revision)


@dataclass(frozen=True)
class Difference:
    """One field two people left with different words; `name` is the form's field."""

    name: str
    label: str
    mine: str
    theirs: str


@dataclass(frozen=True)
class Saving:
    """How one kind of form is saved, and what is shown of it.

    `save` writes and gives whether it could and the revision there is then; Invalid goes beside
    its field. `stored` is what is there now, by field, once somebody else was quicker. `show` is
    the page, and `done` where a saved form leads.
    """

    save: Callable[[], tuple[bool, int]]
    show: Callable[..., Any]
    stored: Callable[[], Mapping[str, Any]]
    done: Callable[[], str]


def answer_sent(form: RevisedForm, saving: Saving) -> Any:
    """Save a form that was sent, by its reader or by itself, and answer each in its way."""
    if not form.validate():
        return _refused(form, saving)
    try:
        is_saved, revision = saving.save()
    except Invalid as error:
        form.refuse(error)
        return _refused(form, saving)
    if is_saved and is_autosave():
        return saved_answer(revision)
    if is_saved:
        flash(_("Saved."), "ok")
        return redirect(saving.done(), 303)
    if is_autosave():
        return conflict_answer()
    form.made_from(revision)
    return saving.show(differing=differences(form, saving.stored())), 409


def _refused(form: RevisedForm, saving: Saving) -> Any:
    return refused_answer(form) if is_autosave() else (saving.show(), 422)


def is_autosave() -> bool:
    """Tell whether the form sent itself."""
    return request.headers.get(HEADER) == "1"


def saved_answer(revision: int) -> dict[str, Any]:
    """Return what a form that saved itself is told."""
    return {
        "revision": revision,
        "words": _("Saved at %(time)s", time=time_of_day(clock.now())),
    }


def refused_answer(form: Form) -> tuple[dict[str, Any], int]:
    """Return what a form that could not save itself is told: the fields to look at."""
    return {"fields": sorted(form.errors), "words": _("Not saved yet: something is missing.")}, 422


def conflict_answer() -> tuple[dict[str, Any], int]:
    """Return what a form is told when somebody else was quicker."""
    words = _("Somebody else changed this meanwhile. Save to see both versions.")
    return {"words": words}, 409


def closed_answer(words: str) -> dict[str, Any]:
    """Return what a form that saves itself is told where it can no longer be saved, and why."""
    return {"words": words or _("This can no longer be saved here. Copy what you wrote.")}


def signed_out_answer() -> tuple[dict[str, Any], int]:
    """Return what a form that saves itself is told once its reader is no longer signed in."""
    words = _("You are signed out. Your text stays here; sign in in another tab and go on.")
    told = {
        "error": "signed_out",
        "words": words,
        "sign_in": url_for("accounts.sign_in"),
        "link": _("Sign in in a new tab"),
    }
    return told, 401


def expired_answer() -> tuple[dict[str, Any], int]:
    """Return what a form that saves itself is told when its token no longer counts."""
    words = _("Somebody else is signed in now. Copy what you wrote before you leave this page.")
    return {"error": "expired_form", "other_reader": words}, 400


def differences(form: Form, stored: Mapping[str, Any]) -> list[Difference]:
    """Return the fields in which the form and what is stored now differ, in words."""
    found = []
    for field in form:
        if field.name not in stored:
            continue
        mine, theirs = _in_words(field.data), _in_words(stored[field.name])
        if mine != theirs:
            found.append(Difference(field.name, str(field.label.text), mine, theirs))
    return found


def _in_words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, TextInLanguages):
        return "\n".join(f"{language_name(tag)}: {text}" for tag, text in value.texts.items())
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, (list, tuple)):
        return ", ".join(str(part) for part in value)
    return str(value)

"""Who holds a sitting: somebody with an account, an invited speaker, or a name."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectChoice, SelectField

from lms.core.errors import Invalid
from lms.courses.forms import choices_of
from lms.lessons.forms.materials import language_choices
from lms.lessons.models import SpeakerInvitation, SpeakerState, TimeAnswer
from lms.seminars.models import InterpretingMode, SittingRole
from lms.seminars.queries.planning import Choice
from lms.seminars.rules.planning import said_it_suits
from lms.web.forms import Form, LineField

ROLES = {
    SittingRole.INSTRUCTOR: _l("Instructor"),
    SittingRole.MODERATOR: _l("Moderator"),
    SittingRole.INTERPRETER: _l("Interpreter"),
}
MODES = {
    InterpretingMode.CONSECUTIVE: _l("Consecutive: after the speaker"),
    InterpretingMode.SIMULTANEOUS: _l("Simultaneous: on a channel of its own"),
}


class HolderForm(Form):
    """Somebody who is to hold a sitting."""

    role = RadioField(_l("Role"), choices=choices_of(ROLES), default=SittingRole.INSTRUCTOR)
    person = SelectField(_l("Person or speaker"), default="")
    name = LineField(_l("Name of somebody else"), optional=True)
    language = SelectField(_l("Interprets into"), default="")
    mode = SelectField(_l("How they interpret"), default="")
    channel = LineField(_l("Channel"), limit=80, optional=True)
    is_confirmed = BooleanField(_l("They have confirmed the time"))

    def offer(
        self,
        people: Sequence[Choice],
        invitations: Sequence[SpeakerInvitation],
        starts_at: datetime,
    ) -> None:
        """Offer people with accounts, and the speakers invited to the lesson."""
        speakers = [each for each in invitations if each.state != SpeakerState.REVOKED]
        self.person.choices = [
            SelectChoice("", _("Somebody else, by name")),
            *(SelectChoice(f"speaker-{each.id}", _invited(each, starts_at)) for each in speakers),
            *(SelectChoice(f"person-{each.id}", _with_account(each)) for each in people),
        ]
        self.language.choices = [SelectChoice("", _("Choose a language")), *language_choices()]
        self.mode.choices = [SelectChoice("", _("Choose how")), *choices_of(MODES)]

    def refuse(self, error: Invalid) -> None:
        """Show a service's refusal beside the field people see first."""
        field = "mode" if error.field == "language" and self.language.data else error.field
        super().refuse(Invalid(field, error.message))

    @property
    def speaker_id(self) -> int | None:
        """Return the invitation of a speaker who was chosen."""
        return self._chosen("speaker-")

    @property
    def holder(self) -> dict[str, Any]:
        """Return who was named, as `add_holder` takes it; a name counts where nobody was chosen."""
        is_interpreter = self.role.data == SittingRole.INTERPRETER
        return {
            "person_id": self._chosen("person-"),
            "speaker_id": self.speaker_id,
            "name": "" if self.person.data else self.name.data,
            "language": self.language.data if is_interpreter else "",
            "mode": InterpretingMode(self.mode.data) if is_interpreter and self.mode.data else None,
            "channel": self.channel.data if is_interpreter else "",
        }

    def _chosen(self, kind: str) -> int | None:
        chosen = self.person.data or ""
        return int(chosen.removeprefix(kind)) if chosen.startswith(kind) else None


def _with_account(choice: Choice) -> str:
    if choice.is_busy:
        return _("%(name)s (holds another session at that time)", name=choice.name)
    if choice.teaches_run:
        return _("%(name)s (instructor of this run)", name=choice.name)
    return choice.name


def _invited(invitation: SpeakerInvitation, starts_at: datetime) -> str:
    if said_it_suits(invitation, starts_at):
        return _("%(name)s (invited speaker: the time suits)", name=invitation.name)
    if invitation.time_answer == TimeAnswer.DOES_NOT_FIT:
        return _("%(name)s (invited speaker: the time does not suit)", name=invitation.name)
    return _("%(name)s (invited speaker)", name=invitation.name)

"""Why a post is reported or hidden, what is decided on it, and the staff's list of words."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField

from lms.boards.forms.posting import PostTextField
from lms.boards.models import ReportReason, WordAction
from lms.boards.moderation_wording import REASONS
from lms.boards.rules.moderation import LONGEST_WORDS, Hiding, Seen
from lms.courses.forms import choices_of
from lms.web.forms import Form, LineField, required

LONGEST_WORD = 100


class ReasonForm(Form):
    """A reason of the list, with words of one's own."""

    reason = RadioField(_l("Reason"), [required(_l("Choose a reason."))])
    words = PostTextField(_l("In your words"), limit=LONGEST_WORDS, optional=True)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.reason.choices = choices_of({each.value: said for each, said in REASONS.items()})

    @property
    def chosen(self) -> ReportReason:
        """Return the reason that was chosen."""
        return ReportReason(self.reason.data)

    @property
    def hiding(self) -> Hiding:
        """Return the reason and the words as history keeps them."""
        return Hiding(self.chosen, self.words.data)


class _DecisionForm(Form):
    """A decision on a post in the state in which its moderator saw it."""

    seen = HiddenField()

    @property
    def state_seen(self) -> Seen:
        """Return in which state the post was shown."""
        return Seen.read(self.seen.data or "")


class HideForm(ReasonForm, _DecisionForm):
    """A post is hidden."""


class ReleaseForm(_DecisionForm):
    """A post can be seen, for the first time or again."""

    note = PostTextField(_l("A word to its author"), limit=LONGEST_WORDS, optional=True)


class LeaveForm(_DecisionForm):
    """A reported post stays as it is."""


class AppealForm(Form):
    """Why a hidden post should be seen again."""

    words = PostTextField(_l("Why should it be seen again?"), limit=LONGEST_WORDS)


DECISIONS = {"grant": _l("Show the post again"), "refuse": _l("Leave it hidden")}


class DecideForm(Form):
    """What is decided on an appeal, and why."""

    decision = RadioField(
        _l("Decision"), [required(_l("Choose a decision."))], choices=choices_of(DECISIONS)
    )
    answer = PostTextField(_l("Your reasons"), limit=LONGEST_WORDS)

    @property
    def grants(self) -> bool:
        """Tell whether the post is to be seen again."""
        return bool(self.decision.data == "grant")


ACTIONS = {
    WordAction.HOLD.value: _l("Posts with it wait for a moderator"),
    WordAction.REFUSE.value: _l("Posts with it are not taken"),
}


class WordForm(Form):
    """A word for the list."""

    word = LineField(_l("Word"), limit=LONGEST_WORD)
    action = RadioField(
        _l("What happens"), [required(_l("Choose what happens."))], choices=choices_of(ACTIONS)
    )

    @property
    def chosen(self) -> WordAction:
        """Return what is to happen to posts with the word."""
        return WordAction(self.action.data)

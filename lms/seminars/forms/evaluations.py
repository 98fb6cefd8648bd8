"""What is asked of those who were in a sitting."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice

from lms.i18n.languages import page_language
from lms.seminars.services.evaluations import Opinion
from lms.web.forms import Form, LongTextField, required

LONGEST_COMMENT = 2000

MARKS = [
    SelectChoice("5", _l("5: very good")),
    SelectChoice("4", _l("4: good")),
    SelectChoice("3", _l("3: fair")),
    SelectChoice("2", _l("2: poor")),
    SelectChoice("1", _l("1: very poor")),
]


def _mark(label: LazyString) -> RadioField:
    return RadioField(label, [required(_l("Choose a mark."))], choices=MARKS)


class EvaluationForm(Form):
    """Six marks and a remark; without interpreters that question falls away."""

    content = _mark(_l("The content"))
    instructor = _mark(_l("The instructor"))
    interpretation = _mark(_l("The interpretation"))
    materials = _mark(_l("The materials"))
    time_slot = _mark(_l("The time of day it was held at"))
    connection = _mark(_l("The connection: picture and sound"))
    comment = LongTextField(
        _l("What should be kept, what should change?"), limit=LONGEST_COMMENT, optional=True
    )

    def ask_of_interpretation(self, was_interpreted: bool) -> None:
        """Ask of interpretation only where there was any."""
        if not was_interpreted:
            del self.interpretation

    @property
    def opinion(self) -> Opinion:
        """Return what was entered."""
        interpretation = self.interpretation.data if self.interpretation is not None else None
        return Opinion(
            content=int(self.content.data),
            instructor=int(self.instructor.data),
            interpretation=int(interpretation) if interpretation else None,
            materials=int(self.materials.data),
            time_slot=int(self.time_slot.data),
            connection=int(self.connection.data),
            comment=self.comment.data,
            language=page_language(),
        )

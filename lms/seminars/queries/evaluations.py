"""What people thought of a sitting, as far as nobody can be told by it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select

from lms.core.db import db
from lms.seminars.models import Evaluation, EvaluationTurn
from lms.seminars.rules.evaluations import FEWEST, QUESTIONS, mean


@dataclass(frozen=True)
class Comment:
    """A remark and the language of the page it was written on."""

    text: str
    language: str


@dataclass(frozen=True)
class Summary:
    """How many answered, the mean of each question, and the remarks.

    Means and remarks of few are not here: each question is None below five marks.
    """

    answers: int
    means: dict[str, Decimal | None]
    comments: Sequence[Comment]


def summary_of(sitting_id: int) -> Summary:
    """Return what people thought of a sitting, in two statements."""
    columns = {name: getattr(Evaluation, name) for name in QUESTIONS}
    counted = [part for each in columns.values() for part in (func.count(each), func.sum(each))]
    answers, *sums = db.session.execute(
        select(func.count(), *counted).where(Evaluation.sitting_id == sitting_id)
    ).one()
    means = {
        name: mean(count, total or 0)
        for name, count, total in zip(columns, sums[::2], sums[1::2], strict=True)
    }
    return Summary(answers, means, _comments(sitting_id) if answers >= FEWEST else [])


def _comments(sitting_id: int) -> list[Comment]:
    rows = db.session.execute(
        select(Evaluation.comment, Evaluation.language)
        .where(Evaluation.sitting_id == sitting_id, Evaluation.comment != "")
        .order_by(Evaluation.id)
    )
    return [Comment(*row) for row in rows]


def has_evaluated(sitting_id: int, enrolment_id: int) -> bool:
    """Tell whether somebody has had their turn."""
    found = select(EvaluationTurn.id).where(
        EvaluationTurn.sitting_id == sitting_id, EvaluationTurn.enrolment_id == enrolment_id
    )
    return db.session.scalar(found) is not None

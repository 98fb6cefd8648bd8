"""The plan of a run, and one sitting for those who plan and hold it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import segno
from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.errors import Conflict, Invalid
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.permissions import get_run_for_management
from lms.seminars import permissions, queries
from lms.seminars.forms.sittings import HELD_KINDS, RECORDINGS, ROOMS, StepForm
from lms.seminars.manage.pages import DECIDING, TEACHING, bp
from lms.seminars.queries import HolderRow, SittingRow, planning
from lms.seminars.rooms.link import PLATFORM_WORDS, Platform, platform_of
from lms.seminars.rules import planning as rules
from lms.seminars.rules.sittings import STEPS, TO_COME, fault_of_scheduling, phase
from lms.seminars.services import sittings as services
from lms.seminars.services.steps import take_step
from lms.web.addresses import absolute_url
from lms.web.guards import requires_role

SITTING = "/sessions/<int:sitting_id>"
STEPS_OF_STAFF = ("scheduled", "postponed", "cancelled")


# --- the plan of a run -----------------------------------------------------------------


@dataclass(frozen=True)
class SittingLine:
    """A sitting as a line of the plan."""

    row: SittingRow
    phase: str
    holders: Sequence[HolderRow]
    gaps: Sequence[str]
    slides_due_on: date
    clashes: Sequence[rules.Engagement]


@dataclass(frozen=True)
class LessonLines:
    """A lesson with its sittings; without one that takes place it still has to be planned."""

    lesson: planning.PlannedLesson
    lines: Sequence[SittingLine]

    @property
    def is_planned(self) -> bool:
        """Tell whether it is held, or is to be."""
        return any(line.row.state != "cancelled" for line in self.lines)


@bp.get("/runs/<int:run_id>/sessions")
@requires_role(*TEACHING)
def list_sittings(run_id: int) -> Any:
    """Show the lessons of a run that are held at a time, when, and what is still missing."""
    run = get_run_for_management(current_user, run_id)
    lessons = planning.lessons_to_plan(run_id)
    lines = _lines(run_id, {lesson.id: lesson.slides for lesson in lessons})
    planned = [
        LessonLines(lesson, [line for line in lines if line.row.lesson_id == lesson.id])
        for lesson in lessons
    ]
    return render_template(
        "seminars/manage/list_sittings.html",
        run=run,
        planned=planned,
        extras=[line for line in lines if line.row.lesson_id is None],
        day_items=planning.day_items_of_run(run_id),
        unplanned=sum(not each.is_planned for each in planned),
        incomplete=sum(bool(line.gaps) for line in lines),
        kinds=HELD_KINDS,
    )


def _lines(run_id: int, slides: dict[int, int]) -> list[SittingLine]:
    now = clock.now()
    rows = queries.sittings_of_run(run_id)
    holders = queries.holders_of([row.id for row in rows])
    clashes = rules.clashes_of_holders(planning.engagements_around_run(run_id, now))
    return [
        SittingLine(
            row,
            row.phase(now),
            holders.get(row.id, ()),
            rules.gaps_of(
                row, holders.get(row.id, ()), has_slides=bool(slides.get(row.lesson_id or 0))
            ),
            rules.slides_due_on(row.starts_at, holders.get(row.id, ())),
            clashes.get(row.id, ()),
        )
        for row in rows
    ]


# --- one sitting -----------------------------------------------------------------------


@bp.get(SITTING)
@requires_role(*TEACHING)
def show_sitting(sitting_id: int) -> Any:
    """Show all there is to a sitting, on one page that fits a telephone."""
    return _sitting_page(sitting_id, StepForm())


def _sitting_page(sitting_id: int, form: StepForm, refusal: str = "") -> str:
    run, sitting = permissions.get_sitting_for_management(current_user, sitting_id)
    now = clock.now()
    row, repeats = planning.sitting_with_repeats(sitting)
    holders = queries.holders_of([sitting_id]).get(sitting_id, [])
    is_counted = row.kind in rules.WITH_HEAD_COUNT
    clashes = (
        rules.clashes_of_holders(planning.engagements_around_sitting(sitting_id, now))
        if current_user.is_staff and row.state in TO_COME
        else {}
    )
    return render_template(
        "seminars/manage/show_sitting.html",
        run=run,
        sitting=sitting,
        row=row,
        repeats=repeats,
        phase=row.phase(now),
        phases={each.id: phase(each.state, each.starts_at, each.ends_at, now) for each in repeats},
        holders=holders,
        kinds=HELD_KINDS,
        rooms=ROOMS,
        recordings=RECORDINGS,
        platform=_platform(sitting.room_address),
        breaks=_breaks(row),
        needed=rules.needed_minutes(
            row.recognised_minutes or 0, is_consecutive=rules.is_consecutive(holders)
        ),
        is_consecutive=rules.is_consecutive(holders),
        suggested=rules.suggested_minutes(row.minutes),
        is_counted=is_counted,
        head_counts=planning.head_counts_of(sitting_id) if is_counted else (),
        clashes=clashes.get(sitting_id, ()),
        is_to_come=row.state in TO_COME,
        has_begun=row.starts_at <= now,
        steps=[step for step in STEPS_OF_STAFF if step in STEPS[row.state]],
        fault=_fault(row, holders, now),
        changes=planning.history_of_sitting(sitting_id),
        form=form,
        refusal=refusal,
    )


def _platform(address: str) -> Any:
    """Return whose room an address leads to; "" when we do not know it."""
    platform = platform_of(address)
    return "" if platform == Platform.OTHER else PLATFORM_WORDS[platform]


def _breaks(row: SittingRow) -> list[tuple[datetime, datetime]]:
    return [
        (row.starts_at + timedelta(minutes=first), row.starts_at + timedelta(minutes=last))
        for first, last in row.breaks
    ]


def _fault(row: SittingRow, holders: Sequence[HolderRow], now: datetime) -> str:
    """Return what keeps a sitting from being announced, in words; "" when nothing does."""
    instructors = [holder for holder in holders if holder.role == "instructor"]
    fault = fault_of_scheduling(
        row.kind,
        row.room_kind,
        instructors=len(instructors),
        confirmed=sum(holder.confirmed_at is not None for holder in instructors),
        is_over=row.starts_at <= now,
    )
    return "" if fault is None else str(services.FAULTS[fault])


@bp.post(f"{SITTING}/state")
@requires_role(*DECIDING)
def change_sitting_state(sitting_id: int) -> Any:
    """Announce a sitting, postpone it or call it off; everybody concerned is told."""
    _run, sitting = permissions.get_sitting_for_change(current_user, sitting_id)
    form = StepForm()
    if not form.validate() or form.next_state is None:
        return _sitting_page(sitting_id, form, refusal=_("Choose one of the steps.")), 422
    try:
        with unit_of_work():
            take_step(
                sitting,
                form.next_state,
                revision=form.shown_revision,
                reason=form.reason.data or "",
                actor=current_user.person,
                now=clock.now(),
            )
    except Conflict as error:
        return _sitting_page(sitting_id, form, refusal=error.message), 409
    except Invalid as error:
        form.refuse(error)
        return _sitting_page(sitting_id, form), 422
    flash(_done(form.next_state), "ok")
    return redirect(url_for(".show_sitting", sitting_id=sitting_id), 303)


def _done(step: str) -> str:
    return {
        "scheduled": _("The session is scheduled. Everybody concerned is told."),
        "postponed": _("The session is postponed. Everybody concerned is told."),
        "cancelled": _("The session is cancelled. Everybody concerned is told."),
    }[step]


@bp.post(f"{SITTING}/remove")
@requires_role(*DECIDING)
def remove_sitting(sitting_id: int) -> Any:
    """Take out a sitting nobody was told of."""
    run, sitting = permissions.get_sitting_for_change(current_user, sitting_id)
    try:
        with unit_of_work():
            services.remove_sitting(sitting, actor=current_user.person, now=clock.now())
    except Conflict as error:
        return _sitting_page(sitting_id, StepForm(formdata=None), refusal=error.message), 409
    flash(_("The session is removed."), "ok")
    return redirect(url_for(".list_sittings", run_id=run.id), 303)


@bp.get(f"{SITTING}/check-in-code")
@requires_role(*TEACHING)
def show_check_in_code(sitting_id: int) -> Any:
    """Show the code people check in with, to put on the wall or on the screen."""
    run, sitting = permissions.get_sitting_for_management(current_user, sitting_id)
    row, _repeats = planning.sitting_with_repeats(sitting)
    address = absolute_url(
        url_for("seminars.check_in", sitting_id=sitting_id, code=sitting.check_in_code)
    )
    return render_template(
        "seminars/manage/show_check_in_code.html",
        run=run,
        row=row,
        code=sitting.check_in_code,
        qr=_modules_of(segno.make(address, error="m", micro=False)),
    )


@dataclass(frozen=True)
class QrDrawing:
    """A QR code as the path of a drawing, and the length of its sides."""

    size: int
    path: str


def _modules_of(code: Any) -> QrDrawing:
    rows = [list(row) for row in code.matrix]
    dark = [(x, y) for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark]
    return QrDrawing(len(rows), "".join(f"M{x} {y}h1v1h-1z" for x, y in dark))

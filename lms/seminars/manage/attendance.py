"""Who was there: one page that fits a telephone, for those who hold a sitting and for staff."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.access_log import record_access
from lms.core.errors import Conflict, Invalid
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.queries import RunHead
from lms.i18n.times import reader_zone
from lms.seminars import permissions
from lms.seminars.forms.attendance import TicksForm
from lms.seminars.manage.pages import DECIDING, TEACHING, bp
from lms.seminars.queries import SittingRow, sitting_row
from lms.seminars.queries.attendance import (
    Evidence,
    PersonInSitting,
    evidence_in,
    people_of_sitting,
)
from lms.seminars.rules.attendance import Attended, Verdict, differing_verdict
from lms.seminars.rules.sittings import Phase
from lms.seminars.services import attendance as services
from lms.seminars.services.ticks import TAKES_TICKS, tick, untick
from lms.web.guards import requires_role
from lms.web.limits import client_address

SITTING = "/sessions/<int:sitting_id>/attendance"
ON_A_DEVICE = frozenset({"link"})


@dataclass(frozen=True)
class Line:
    """Somebody as a line of the page. `sources` are those of the evidence, with how many devices.

    `differs` is what the evidence would come to, where that is not what is final.
    """

    person: PersonInSitting
    sources: Mapping[str, int]
    seen_since: datetime | None
    is_ticked: bool
    tick_reason: str
    differs: Verdict | None


@dataclass(frozen=True)
class Found:
    """A sitting as the page shows it."""

    run: RunHead
    row: SittingRow
    due_at: datetime | None
    lines: Sequence[Line]


@bp.route(SITTING, methods=["GET", "POST"])
@requires_role(*TEACHING)
def list_attendance(sitting_id: int) -> Any:
    """Show who was there and by what evidence, and take what is ticked by hand."""
    found = _find(sitting_id)
    form = TicksForm()
    form.offer(
        [line.person.enrolment_id for line in found.lines],
        [line.person.enrolment_id for line in found.lines if line.is_ticked],
    )
    if not form.is_submitted():
        _note(sitting_id, len(found.lines))
        return _page(found, form)
    if not form.validate():
        return _page(found, form), 422
    try:
        _save(sitting_id, form)
    except Invalid as error:
        form.refuse(error)
        return _page(found, form), 422
    except Conflict as error:
        form.form_errors.append(error.message)
        return _page(_find(sitting_id), form), 409
    flash(_("The ticks are saved."), "ok")
    return redirect(url_for(".list_attendance", sitting_id=sitting_id), 303)


def _save(sitting_id: int, form: TicksForm) -> None:
    """Change what differs from how the page was made, not what somebody else has ticked since."""
    now = clock.now()
    with unit_of_work():
        _run, sitting = permissions.get_sitting_for_management(current_user, sitting_id)
        stay = form.stay(sitting.starts_at, sitting.ends_at, reader_zone().name)
        added = form.now_ticked - form.were_ticked
        taken_back = form.were_ticked - form.now_ticked
        actor = current_user.person
        if taken_back:
            untick(sitting, taken_back, actor=actor, now=now)
        if added:
            tick(sitting, added, stay, reason=form.reason.data, actor=actor, now=now)


@bp.post(f"{SITTING}/final")
@requires_role(*DECIDING)
def make_attendance_final(sitting_id: int) -> Any:
    """Make attendance final, once the time to object is over."""
    _run, sitting = permissions.get_sitting_for_change(current_user, sitting_id)
    try:
        with unit_of_work():
            services.make_final(sitting, actor=current_user.person, now=clock.now())
    except Conflict as error:
        flash(error.message, "danger")
    else:
        flash(_("Attendance is final. It counts among the hours of those who came."), "ok")
    return redirect(url_for(".list_attendance", sitting_id=sitting_id), 303)


# --- the page --------------------------------------------------------------------------


def _find(sitting_id: int) -> Found:
    run, sitting = permissions.get_sitting_for_management(current_user, sitting_id)
    row = sitting_row(sitting_id)
    assert row is not None
    evidence = evidence_in(sitting_id)
    is_final = row.phase(clock.now()) == Phase.FINAL
    lines = [
        _line(person, evidence.get(person.enrolment_id, ()), row, is_final=is_final)
        for person in people_of_sitting(sitting_id, row.run_id)
    ]
    return Found(run, row, sitting.final_due_at, lines)


def _line(
    person: PersonInSitting, evidence: Sequence[Evidence], row: SittingRow, *, is_final: bool
) -> Line:
    devices = {(each.source, each.device) for each in evidence}
    sources = Counter(source for source, _device in devices)
    ticks = [each for each in evidence if each.source == "instructor"]
    return Line(
        person,
        {source: count if source in ON_A_DEVICE else 1 for source, count in sources.items()},
        min((each.joined_at for each in evidence), default=None),
        bool(ticks),
        ticks[-1].reason if ticks else "",
        _differs(person, evidence, row) if is_final else None,
    )


def _differs(
    person: PersonInSitting, evidence: Sequence[Evidence], row: SittingRow
) -> Verdict | None:
    """Return what evidence comes to where something else is final, unless a correction said so."""
    if person.status is None or "correction" in person.evidence.split():
        return None
    stays = [(each.joined_at, each.left_at) for each in evidence if each.left_at is not None]
    final = Attended(person.status, person.credited_minutes)
    return differing_verdict(row, stays, row.recognised_minutes or 0, final)


def _page(found: Found, form: TicksForm) -> str:
    now = clock.now()
    phase = found.row.phase(now)
    is_due = found.due_at is not None and found.due_at <= now
    return render_template(
        "seminars/manage/list_attendance.html",
        run=found.run,
        row=found.row,
        due_at=found.due_at,
        lines=found.lines,
        form=form,
        phase=phase,
        takes_ticks=phase in TAKES_TICKS,
        is_counted=phase in {Phase.PROVISIONAL, Phase.FINAL},
        counts=Counter(line.person.status for line in found.lines if line.person.status),
        may_be_final=phase == Phase.PROVISIONAL and is_due,
    )


def _note(sitting_id: int, count: int) -> None:
    with unit_of_work():
        record_access(
            actor_id=current_user.id,
            action="seminars_manage.list_attendance",
            subject=f"attendance of session {sitting_id}",
            count=count,
            now=clock.now(),
            address=client_address(),
        )

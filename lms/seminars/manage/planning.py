"""Planning sittings: one, a weekly series, and changing one that is still to come."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.errors import Invalid
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.permissions import get_run_for_change
from lms.enrolment.queries import RunHead
from lms.i18n.formats import hours, plain_in_language
from lms.organisations.queries import cities
from lms.seminars import permissions, queries
from lms.seminars.forms.sittings import (
    FIRST_YEAR,
    HELD_KINDS,
    LAST_YEAR,
    USUAL_LENGTH,
    SeriesForm,
    SittingForm,
    rooms_on_offer,
)
from lms.seminars.manage.pages import DECIDING, bp
from lms.seminars.queries import planning
from lms.seminars.queries.holidays import days_off
from lms.seminars.queries.slots import cities_of_run
from lms.seminars.rules import planning as rules
from lms.seminars.rules.sittings import ANNOUNCED, TO_COME
from lms.seminars.rules.slots import A_DAY, Place
from lms.seminars.services import sittings as services
from lms.web.guards import requires_role
from lms.web.saving import Saving, answer_sent

A_WEEK = timedelta(weeks=1)


def _words_of(lesson: planning.PlannedLesson) -> str:
    return _(
        "%(number)s %(title)s (%(kind)s, %(hours)s)",
        number=lesson.number,
        title=plain_in_language(lesson.title),
        kind=HELD_KINDS[lesson.kind],
        hours=hours(lesson.recognised_minutes),
    )


# --- one sitting -----------------------------------------------------------------------


@bp.route("/runs/<int:run_id>/sessions/new", methods=["GET", "POST"])
@requires_role(*DECIDING)
def create_sitting(run_id: int) -> Any:
    """Plan a sitting; lesson and time may be named in the address."""
    run = permissions.get_run_for_planning(current_user, run_id)
    lessons = planning.lessons_to_plan(run_id)
    form = SittingForm(data=_asked_for(lessons))
    form.choose_from([(lesson.id, _words_of(lesson)) for lesson in lessons])
    form.offer(rooms_on_offer(current_app.config))
    del form.reason
    if form.validate_on_submit():
        try:
            sitting_id = _plan(run, form)
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("The session is planned. Trainees see it once it is scheduled."), "ok")
            return redirect(url_for(".show_sitting", sitting_id=sitting_id), 303)
    page = render_template("seminars/manage/create_sitting.html", run=run, form=form)
    return page, 422 if form.errors else 200


def _plan(run: RunHead, form: SittingForm) -> int:
    row = get_run_for_change(current_user, run.id)
    chosen = planning.lessons_of_run(run.id, [form.lesson] if form.lesson else [])
    with unit_of_work():
        sitting = services.plan_sitting(
            row,
            chosen[0] if chosen else None,
            form.content,
            actor=current_user.person,
            now=clock.now(),
        )
        return sitting.id


def _asked_for(lessons: Sequence[planning.PlannedLesson]) -> dict[str, Any]:
    """Return what the address names; the end follows from what the lesson counts for."""
    asked = request.args.get("lesson", "")
    lesson = next((each for each in lessons if str(each.id) == asked), None)
    values: dict[str, Any] = {"lesson_id": str(lesson.id) if lesson else ""}
    starts_at = _moment(request.args.get("at", ""))
    if starts_at is not None:
        minutes = lesson.recognised_minutes if lesson else 0
        ends_at = starts_at + (timedelta(minutes=minutes) if minutes else USUAL_LENGTH)
        values |= {"day": starts_at.date(), "begins": starts_at.time(), "ends": ends_at.time()}
    return values


def _moment(written: str) -> datetime | None:
    """Read a minute on Busan's clock; None for anything else."""
    try:
        found = datetime.strptime(written, "%Y-%m-%dT%H:%M")  # noqa: DTZ007 - Busan's clock
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None


@bp.route("/sessions/<int:sitting_id>/edit", methods=["GET", "POST"])
@requires_role(*DECIDING)
def edit_sitting(sitting_id: int) -> Any:
    """Change a sitting that is still to come; people are told of a new time or place."""
    run, sitting = permissions.get_sitting_for_change(current_user, sitting_id)
    if request.method == "GET" and sitting.state not in TO_COME:
        flash(_("This session was held or cancelled; its plan can no longer be changed."), "warn")
        return redirect(url_for(".show_sitting", sitting_id=sitting_id), 303)
    form = SittingForm(obj=sitting, data=SittingForm.clock_of(sitting))
    form.change(sitting, is_announced=sitting.state in ANNOUNCED)
    form.offer(rooms_on_offer(current_app.config))
    show = partial(_edit_page, run, sitting, form)
    if request.method == "GET":
        form.made_from(sitting.revision)
        return show()

    def save() -> tuple[bool, int]:
        with unit_of_work():
            is_saved = services.change_sitting(
                sitting,
                form.content,
                revision=form.shown_revision,
                reason=form.reason.data or "" if form.reason is not None else "",
                actor=current_user.person,
                now=clock.now(),
            )
            return is_saved, sitting.revision

    def stored() -> dict[str, Any]:
        return form.stored(sitting)

    def done() -> str:
        return url_for(".show_sitting", sitting_id=sitting_id)

    return answer_sent(form, Saving(save, show, stored, done))


def _edit_page(run: RunHead, sitting: Any, form: SittingForm, **shown: Any) -> str:
    row, _repeats = planning.sitting_with_repeats(sitting)
    holders = queries.holders_of([sitting.id]).get(sitting.id, [])
    is_consecutive = rules.is_consecutive(holders)
    return render_template(
        "seminars/manage/edit_sitting.html",
        run=run,
        row=row,
        form=form,
        is_consecutive=is_consecutive,
        needed=rules.needed_minutes(row.recognised_minutes or 0, is_consecutive=is_consecutive),
        suggested=rules.suggested_minutes(row.minutes),
        **shown,
    )


# --- one a week ------------------------------------------------------------------------


@bp.route("/runs/<int:run_id>/sessions/series", methods=["GET", "POST"])
@requires_role(*DECIDING)
def plan_series(run_id: int) -> Any:
    """Plan one sitting a week for several lessons, after a look at the dates."""
    run = permissions.get_run_for_planning(current_user, run_id)
    lessons = planning.lessons_to_plan(run_id)
    form = SeriesForm()
    form.lessons.choices = [(str(lesson.id), _words_of(lesson)) for lesson in lessons]
    form.offer(rooms_on_offer(current_app.config))
    if request.method == "GET":
        planned = {row.lesson_id for row in queries.sittings_of_run(run_id)}
        form.lessons.data = [str(each.id) for each in lessons if each.id not in planned]
        return _series_page(run, form)
    if not form.validate():
        return _series_page(run, form), 422
    if not form.is_previewed:
        return _series_page(run, form, dates=_dates(run, form, lessons))
    try:
        count = _plan_all(run, form)
    except Invalid as error:
        form.refuse(error)
        return _series_page(run, form), 422
    flash(_("%(count)s sessions are planned.", count=count), "ok")
    return redirect(url_for(".list_sittings", run_id=run_id), 303)


def _plan_all(run: RunHead, form: SeriesForm) -> int:
    row = get_run_for_change(current_user, run.id)
    chosen = planning.lessons_of_run(run.id, form.chosen)
    with unit_of_work():
        made = services.plan_series(
            row, chosen, form.times_and_room, actor=current_user.person, now=clock.now()
        )
        return len(made)


def _series_page(run: RunHead, form: SeriesForm, **shown: Any) -> str:
    return render_template("seminars/manage/plan_series.html", run=run, form=form, **shown)


def _dates(
    run: RunHead, form: SeriesForm, lessons: Sequence[planning.PlannedLesson]
) -> list[tuple[planning.PlannedLesson, datetime, datetime, list[Any]]]:
    """Return when each lesson would be held, and for which cities that is a bad time, and why.

    Weeks are counted on Busan's clock, which never changes.
    """
    assert form.times is not None
    first, last = form.times
    chosen = [lesson for lesson in lessons if lesson.id in form.chosen]
    wanted = set(cities_of_run(run.id))
    rows = [row for row in cities() if row.id in wanted]
    names = {str(row.id): row.name for row in rows}
    places = [Place(str(row.id), row.time_zone, row.region) for row in rows]
    calendars = days_off(
        {place.region for place in places},
        first.date() - A_DAY,
        (last + len(chosen) * A_WEEK).date() + A_DAY,
    )
    found = []
    for week, lesson in enumerate(chosen):
        starts_at, ends_at = first + week * A_WEEK, last + week * A_WEEK
        poor = rules.unsuitable_for(places, starts_at, ends_at, calendars)
        found.append(
            (
                lesson,
                starts_at,
                ends_at,
                [(names[place.key], place, verdict) for place, verdict in poor],
            )
        )
    return found

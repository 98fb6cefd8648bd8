"""The staff's page of a run: its people with their figures, and the same as a file."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from flask import Blueprint, get_template_attribute, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from lms.core import clock
from lms.core.access_log import record_access
from lms.core.unit_of_work import unit_of_work
from lms.enrolment import permissions
from lms.enrolment.queries import RunHead
from lms.enrolment.queries.management import instructors_of
from lms.i18n.formats import (
    in_language,
    number,
    percent,
    plain_in_language,
    set_content_preferences,
)
from lms.i18n.languages import BY_CODE, content_preferences, localise, page_language
from lms.i18n.times import BUSAN, day, reader_zone
from lms.lessons.permissions import get_lesson_for_editing
from lms.progress.forms import ExportForm
from lms.progress.lesson_page import Places, lesson_page
from lms.progress.queries.preview import previewed
from lms.progress.queries.roster import ORDER_OF_STATES, Roster, RosterRow, Wanted, roster
from lms.web.csv_file import Cell, csv_file
from lms.web.guards import requires_role
from lms.web.limits import client_address

bp = localise(Blueprint("progress_manage", __name__, url_prefix="/<language:language>/manage"))

ON_PAGE = 40  # runs have 6 to 25 people (DOMAIN 0.3): nearly all fit on one page


@bp.get("/runs/<int:run_id>")
@requires_role("instructor", "staff", "admin")
def show_run(run_id: int) -> Any:
    """Show the people of a run: to staff of any, to instructors of their own."""
    return _run_page(permissions.get_run_for_management(current_user, run_id))


@bp.route("/runs/<int:run_id>/export", methods=["GET", "POST"])
@requires_role("instructor", "staff", "admin")
def export_run(run_id: int) -> Any:
    """Hand out the table as it was shown, once a reason is given; who, when and why is kept."""
    run = permissions.get_run_for_management(current_user, run_id)
    wanted = Wanted.read(request.args)
    form = ExportForm()
    if form.validate_on_submit():
        return _file(run, wanted, form.reason.data)
    table = roster(run.id, run.completion_percent, wanted, limit=0)
    page = render_template(
        "progress/manage/export_run.html",
        run=run,
        form=form,
        wanted=wanted,
        total=table.total,
        words=_filter_in_words(run, wanted, table, clock.now()),
    )
    return page, 422 if form.errors else 200


@bp.get("/preview/lessons/<int:lesson_id>")
@requires_role("instructor", "staff", "admin")
def preview_lesson(lesson_id: int) -> Any:
    """Show a session as a trainee will see it, in a language of choice; nothing is recorded."""
    found = get_lesson_for_editing(current_user, lesson_id)
    languages = list(dict.fromkeys([*BY_CODE, *found.version.languages]))
    chosen = request.args.get("in", "")
    language = chosen if chosen in languages else page_language()
    run, lesson = previewed(found, language, clock.now().date())
    set_content_preferences([language, *content_preferences()])
    here = url_for(".preview_lesson", lesson_id=1).removesuffix("1")
    places = Places(
        url_for(
            "lessons_manage.show_outline", code=found.course.code, version=found.version.number
        ),
        here,
        url_for("lessons_manage.serve_media", lesson_id=1, rendition="-").removesuffix("1/-"),
        f"?in={language}",
    )
    return lesson_page(
        run,
        lesson,
        places,
        template="progress/manage/preview_lesson.html",
        is_preview=True,
        language=language,
        languages_to_try=languages,
    )


def _run_page(run: RunHead) -> str:
    wanted = Wanted.read(request.args)
    page = min(max(1, request.args.get("page", 1, type=int)), 10_000)
    table = roster(
        run.id, run.completion_percent, wanted, offset=(page - 1) * ON_PAGE, limit=ON_PAGE
    )
    instructors = instructors_of(run.id)
    now = clock.now()
    _note("progress_manage.show_run", run, wanted, count=len(table.rows), now=now)
    return render_template(
        "progress/manage/show_run.html",
        run=run,
        wanted=wanted,
        table=table,
        instructors=instructors,
        lines=_lines(table, now),
        cities=[
            (city.slug, f"{plain_in_language(city.name) or _('no city')} ({city.count})")
            for city in table.cities
        ],
        page=page,
        pages=max(1, -(-table.total // ON_PAGE)),
        on_page=ON_PAGE,
    )


def _note(
    action: str, run: RunHead, wanted: Wanted, *, count: int, now: datetime, reason: str = ""
) -> None:
    with unit_of_work():
        record_access(
            actor_id=current_user.id,
            action=action,
            subject=f"run {run.id} {wanted.in_words}".strip(),
            count=count,
            now=now,
            address=client_address(),
            reason=reason,
        )


class Line(NamedTuple):
    """A row of the table as it is printed."""

    address: str
    name: str
    city: str
    state: str
    lessons: str
    hours: str
    rate: str
    moment: str
    ago: str


def _lines(table: Roster, now: datetime) -> list[Line]:
    """Return the rows in the reader's words; what many rows share is put into words once."""
    record = url_for("certificates_manage.show_record", enrolment_id=1).removesuffix("1")
    tag = cache(get_template_attribute("enrolment/_states.html", "enrolment_state"))
    city = cache(lambda id_: in_language(table.city_names.get(id_), quiet=True) or "–")
    hours = cache(lambda minutes: number(_hours(minutes)))
    rate = cache(lambda figures: percent(figures.percent))
    ago = cache(_days_ago)
    zone = ZoneInfo(reader_zone().name)
    today = now.astimezone(zone).date()
    return [
        Line(
            f"{record}{row.enrolment_id}",
            row.full_name,
            city(row.city_id),
            tag(row.state),
            f"{row.lessons_done} / {row.lessons_total}",
            f"{hours(row.figures.earned_minutes)} / {hours(row.figures.required_minutes)}",
            rate(row.figures),
            f"{row.last_activity_at:%Y-%m-%dT%H:%MZ}" if row.last_activity_at else "",
            ago((today - row.last_activity_at.astimezone(zone).date()).days)
            if row.last_activity_at
            else "",
        )
        for row in table.rows
    ]


def _days_ago(days: int) -> str:
    """Return how many days ago something was, by the reader's calendar."""
    if days <= 0:
        return _("today")
    if days == 1:
        return _("yesterday")
    return ngettext("%(num)s day ago", "%(num)s days ago", days)


# --- the file --------------------------------------------------------------------------


def _file(run: RunHead, wanted: Wanted, reason: str) -> Any:
    table = roster(run.id, run.completion_percent, wanted)
    now = clock.now()
    _note(
        "progress_manage.export_run",
        run,
        wanted,
        count=len(table.rows),
        now=now,
        reason=reason,
    )
    name = f"{run.course_code}-{run.cohort_no}-{now.astimezone(ZoneInfo(BUSAN)):%Y%m%d}.csv"
    return csv_file(name, _csv_rows(run, wanted, table, now))


def _csv_rows(
    run: RunHead, wanted: Wanted, table: Roster, now: datetime
) -> Iterator[Sequence[Cell]]:
    """Give the filter, the heads and the rows: the table of the page, nothing more."""
    words = _state_words()
    yield [_filter_in_words(run, wanted, table, now)]
    yield [
        _("Name"),
        _("City"),
        _("State"),
        _("Lessons done"),
        _("Lessons"),
        _("Hours earned"),
        _("Total hours"),
        _("Rate in percent"),
        _("Last activity (Busan, UTC+9)"),
    ]
    for row in table.rows:
        yield _csv_row(row, table, words)


def _csv_row(row: RosterRow, table: Roster, words: dict[str, str]) -> Sequence[Cell]:
    last = row.last_activity_at
    return [
        row.full_name,
        plain_in_language(table.city_names.get(row.city_id)),
        words[row.state],
        row.lessons_done,
        row.lessons_total,
        _hours(row.figures.earned_minutes),
        _hours(row.figures.required_minutes),
        float(row.figures.percent),
        f"{last.astimezone(ZoneInfo(BUSAN)):%Y-%m-%d %H:%M}" if last else "",
    ]


def _hours(minutes: int) -> float:
    """Return minutes as hours, one decimal, rounded down as on the page."""
    return minutes * 10 // 60 / 10


def _state_words() -> dict[str, str]:
    state_word = get_template_attribute("enrolment/_states.html", "enrolment_state_word")
    return {state: str(state_word(state)).strip() for state in ORDER_OF_STATES}


def _filter_in_words(run: RunHead, wanted: Wanted, table: Roster, now: datetime) -> str:
    words = _state_words()
    cities = {city.slug: plain_in_language(city.name) or _("no city") for city in table.cities}
    parts = [
        run.course_code,
        plain_in_language(run.course_title),
        _("Run %(number)s", number=run.cohort_no),
        _("City: %(name)s", name=cities.get(wanted.city, wanted.city) or _("all")),
        _("State: %(name)s", name=words.get(wanted.state, wanted.state) or _("all")),
        day(now.astimezone(ZoneInfo(BUSAN)).date()),
    ]
    return " · ".join(parts)

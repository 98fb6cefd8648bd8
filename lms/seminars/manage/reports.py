"""Reports of who was there: brought in as a file, and their names matched with people."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from lms.core import clock
from lms.core.access_log import record_access
from lms.core.errors import Invalid, NotFound
from lms.core.unit_of_work import unit_of_work
from lms.seminars import permissions
from lms.seminars.forms.reports import (
    NamesForm,
    ReportForm,
    asked_about,
    form_of_names,
    names_of,
)
from lms.seminars.manage.pages import TEACHING, bp
from lms.seminars.queries import sitting_row
from lms.seminars.queries.reports import (
    NameInReport,
    NamesInReport,
    lines_with,
    names_in_report,
    people_of,
    reports_of,
    roster_of,
)
from lms.seminars.rules.reports.report import MOST_BYTES, LineFault
from lms.seminars.services import reports
from lms.web.guards import requires_role
from lms.web.limits import client_address
from lms.web.requests import takes_large_bodies

ON_PAGE = 15
MOST_FAULTS = 100

# The file, and what a form puts around it.
LARGEST_FORM = MOST_BYTES + 100_000

PLATFORMS = {
    "zoom": "Zoom",
    "teams": "Microsoft Teams",
    "bigbluebutton": "BigBlueButton",
}

FAULTS: Mapping[LineFault, LazyString] = {
    LineFault.UNREADABLE: _l("This line is not like the others: it says no time."),
    LineFault.NO_NAME: _l("There is neither a name nor an address."),
    LineFault.UNREADABLE_TIME: _l("A time in it cannot be read."),
    LineFault.LEFT_BEFORE_JOINING: _l("It says they left before they joined."),
    LineFault.OTHER_DAY: _l("It is of another day."),
    LineFault.IN_WAITING_ROOM: _l("They were in the waiting room, which does not count."),
    LineFault.AWAY_BETWEEN: _l(
        "It is counted from the first coming to the last going, but they were away in between."
    ),
}


@bp.route("/sessions/<int:sitting_id>/reports", methods=["GET", "POST"])
@requires_role(*TEACHING)
@takes_large_bodies(LARGEST_FORM)
def import_report(sitting_id: int) -> Any:
    """Take the report of a platform, and lead to the names in it."""
    _run, sitting = permissions.get_sitting_for_management(current_user, sitting_id)
    form = ReportForm()
    form.offer_zones()
    if request.method == "GET" or not form.validate():
        return _import_page(sitting_id, form), 422 if form.errors else 200
    file = form.file.data
    try:
        with unit_of_work():
            report = reports.import_report(
                sitting,
                file.read(MOST_BYTES + 1),
                file.filename,
                form.zone.data,
                actor=current_user.person,
                now=clock.now(),
            )
            report_id = report.id
    except Invalid as error:
        form.refuse(error)
        return _import_page(sitting_id, form), 422
    flash(_("The report is imported."), "ok")
    return redirect(url_for(".match_report", report_id=report_id), 303)


def _import_page(sitting_id: int, form: ReportForm) -> str:
    run, sitting = permissions.get_sitting_for_management(current_user, sitting_id)
    return render_template(
        "seminars/manage/import_report.html",
        run=run,
        row=sitting_row(sitting_id),
        is_open=reports.takes_reports(sitting, clock.now()),
        form=form,
        reports=reports_of(sitting_id),
        platforms=PLATFORMS,
    )


@bp.route("/reports/<int:report_id>", methods=["GET", "POST"])
@requires_role(*TEACHING)
def match_report(report_id: int) -> Any:
    """Show whose the names of a report are, and take what is said of those still open."""
    run, sitting, report = permissions.get_report_for_matching(current_user, report_id)
    found = names_in_report(report_id)
    page = min(max(1, request.args.get("page", 1, type=int)), 10_000)
    shown = _asked_about(found) or found.unmatched[(page - 1) * ON_PAGE : page * ON_PAGE]
    people = people_of(sitting)
    roster = roster_of(sitting, people)
    proposed = {name.line_id: roster.suggest(name.name, name.email) for name in shown}
    form = form_of_names(shown, people, proposed)
    if form.validate_on_submit() and _match(report_id, form):
        return redirect(url_for(".match_report", report_id=report_id), 303)
    html = render_template(
        "seminars/manage/match_report.html",
        run=run,
        sitting=sitting,
        report=report,
        is_open=reports.takes_reports(sitting, clock.now()),
        found=found,
        shown=shown,
        form=form,
        page=page,
        pages=-(-len(found.unmatched) // ON_PAGE),
        people=names_of(people),
        faults=found.faults[:MOST_FAULTS],
        words=FAULTS,
        platforms=PLATFORMS,
    )
    _note(report_id, len(found.names))
    return html, 422 if form.errors else 200


def _asked_about(found: NamesInReport) -> list[NameInReport]:
    """Return the names something was sent of; what is settled meanwhile is not asked again.

    Which names were on the page is not counted off anew: somebody else may have settled some.
    """
    sent = asked_about(request.form)
    return [name for name in found.unmatched if name.line_id in sent]


def _match(report_id: int, form: NamesForm) -> bool:
    """Settle what was said of names; tell whether it could be."""
    said = form.said
    try:
        with unit_of_work():
            _run, sitting, _report = permissions.get_report_for_matching(current_user, report_id)
            lines = lines_with(report_id, said)
            reports.match_lines(
                sitting,
                [(line, said[line_id]) for line_id, line in lines.items()],
                actor=current_user.person,
                now=clock.now(),
            )
    except Invalid as error:
        form.refuse(error)
        return False
    if said:
        flash(ngettext("%(num)s name is settled.", "%(num)s names are settled.", len(said)), "ok")
    return True


def _note(report_id: int, count: int) -> None:
    with unit_of_work():
        record_access(
            actor_id=current_user.id,
            action="seminars_manage.match_report",
            subject=f"attendance report {report_id}",
            count=count,
            now=clock.now(),
            address=client_address(),
        )


@bp.post("/reports/<int:report_id>/names/<int:line_id>/unmatch")
@requires_role(*TEACHING)
def unmatch_line(report_id: int, line_id: int) -> Any:
    """Take back whose a name is: it waits to be said anew."""
    _run, sitting, _report = permissions.get_report_for_matching(current_user, report_id)
    line = lines_with(report_id, [line_id]).get(line_id)
    if line is None:
        raise NotFound
    with unit_of_work():
        reports.unmatch_line(sitting, line, actor=current_user.person, now=clock.now())
    flash(_("The name is open again."), "ok")
    return redirect(url_for(".match_report", report_id=report_id), 303)


@bp.post("/reports/<int:report_id>/discard")
@requires_role(*TEACHING)
def discard_report(report_id: int) -> Any:
    """Take a report back: its lines count no more."""
    _run, sitting, report = permissions.get_report_for_matching(current_user, report_id)
    sitting_id = sitting.id
    with unit_of_work():
        reports.discard_report(sitting, report, actor=current_user.person, now=clock.now())
    flash(_("The report is taken back. What it said counts no more."), "ok")
    return redirect(url_for(".import_report", sitting_id=sitting_id), 303)

"""Home, catalogue, course; enrolling and leaving."""

from collections.abc import Hashable, Mapping
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.errors import Conflict
from lms.core.unit_of_work import unit_of_work
from lms.courses import permissions as course_permissions
from lms.courses import queries as courses
from lms.courses.queries.curricula import curricula
from lms.enrolment import permissions, queries, rules, services
from lms.enrolment.forms import LeaveForm, filters_from
from lms.enrolment.queries import offers
from lms.i18n.formats import preferences, set_content_preferences
from lms.i18n.languages import content_preferences, localise
from lms.organisations import queries as organisations
from lms.web.guards import public, signed_in
from lms.web.page_cache import cached_for_visitors

bp = localise(Blueprint("enrolment", __name__, url_prefix="/<language:language>"))

ON_HOME = 6
ON_PAGE = 12


def _pages_version() -> str:
    return queries.pages_version(clock.now())


def _about_reader() -> Hashable:
    """Return what these pages show of a person: their runs, and the languages they read."""
    _prefer_languages_of_reader()
    is_confirmed = current_user.email_confirmed_at is not None
    return tuple(preferences()), frozenset(_reader_states().items()), is_confirmed


def _reader_states() -> Mapping[int, str]:
    """Return in which runs the reader is; asked once, for what is kept and for the page."""
    if "reader_states" not in g:
        g.reader_states = queries.enrolments_by_run(current_user.id)
    states: Mapping[int, str] = g.reader_states
    return states


def _prefer_languages_of_reader() -> None:
    """Let texts fall back to the training languages of the reader's city before English."""
    if current_user.is_authenticated and "reader_prefers" not in g:
        g.reader_prefers = True
        languages = organisations.training_languages_of(current_user.id)
        if languages is not None:
            set_content_preferences(content_preferences(city=languages))


@bp.get("/")
@public
@cached_for_visitors(_pages_version, about_reader=_about_reader)
def show_home() -> Any:
    """Show what can be joined now, the fields, and how far the partnership reaches."""
    _prefer_languages_of_reader()
    offered = courses.published_courses()
    found = offers.offers(offered, rules.CatalogueFilters(), now=clock.now())
    is_open = [offer for offer in found if offer.run and offer.run.is_open]
    upcoming = [offer for offer in found if offer.run and offer.run.bar == rules.Bar.UPCOMING]
    return render_template(
        "enrolment/show_home.html",
        offers=is_open[:ON_HOME],
        open_count=len(is_open),
        upcoming=upcoming[:ON_HOME],
        states=_reader_states(),
        fields=curricula(),
        course_count=len(offered),
        city_count=offers.count_cities(),
    )


@bp.get("/courses/")
@public
@cached_for_visitors(_pages_version, about_reader=_about_reader)
def list_courses() -> Any:
    """List the courses that fit the search and the filters of the address."""
    _prefer_languages_of_reader()
    offered = courses.published_courses()
    choices = offers.choices_of(offered)
    filters = filters_from(request.args, choices)
    found = offers.offers(offered, filters, now=clock.now())
    pages = max(1, -(-len(found) // ON_PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    return render_template(
        "enrolment/list_courses.html",
        filters=filters.given,
        filters_without=filters.without,
        choices=choices,
        offers=found[(page - 1) * ON_PAGE : page * ON_PAGE],
        total=len(found),
        page=page,
        pages=pages,
        states=_reader_states(),
    )


@bp.get("/courses/<code>")
@public
@cached_for_visitors(_pages_version, about_reader=_about_reader)
def show_course(code: str) -> Any:
    """Show a course with its runs."""
    return _course_page(code)


def _course_page(code: str, refusal: str = "") -> str:
    _prefer_languages_of_reader()
    course = course_permissions.get_course_for_viewing(current_user, code)
    before, after = courses.neighbours(course)
    runs = offers.runs_of_course(course.id, clock.now())
    return render_template(
        "enrolment/show_course.html",
        course=course,
        objectives=course.objectives.pick(preferences()) if course.objectives else None,
        modules=course.modules,
        # A pylon for each module, a hanger for each hour: none of it is built yet.
        spans=[(0, max(1, module.minutes // 60)) for module in course.modules],
        before=before,
        after=after,
        runs=runs,
        chosen=request.args.get("run", type=int),
        completion_percent=runs[0].completion_percent if runs else course.completion_percent,
        states=_reader_states(),
        cities=offers.cities_named(course.city_slugs),
        refusal=refusal,
    )


@bp.post("/runs/<int:run_id>/enrol")
@signed_in
def enrol(run_id: int) -> Any:
    """Enrol the reader and lead them to their course; or say on the course's page why not."""
    run = permissions.get_run_for_viewing(current_user, run_id)
    code = run.course.code
    try:
        with unit_of_work():
            services.enrol(current_user.person, run, now=clock.now())
    except Conflict as error:
        return _course_page(code, refusal=error.message), 409
    flash(_("You are enrolled. You can begin at once."), "ok")
    return redirect(url_for("progress.show_run", run_id=run_id), 303)


@bp.route("/runs/<int:run_id>/leave", methods=["GET", "POST"])
@signed_in
def leave(run_id: int) -> Any:
    """Ask once more, then take the reader out of the run."""
    enrolment = permissions.get_enrolment_for_leaving(current_user, run_id)
    back = redirect(url_for(".show_course", code=enrolment.run.course.code), 303)
    if enrolment.state in rules.LEFT_STATES:
        return back
    form = LeaveForm()
    if not form.validate_on_submit():
        page = render_template(
            "enrolment/leave.html", form=form, run=enrolment.run, course=enrolment.run.course
        )
        return page, 422 if form.errors else 200
    with unit_of_work():
        services.leave(
            enrolment,
            actor=current_user.person,
            now=clock.now(),
            reason=form.reason.data or "",
        )
    flash(_("You have left the run. What you did in it is kept."), "ok")
    return back

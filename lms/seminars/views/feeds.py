"""Timetables for the calendars people keep elsewhere: addresses to subscribe to, files to open."""

from datetime import datetime
from typing import Any

from flask import (
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.errors import NotFound
from lms.core.kept import Kept
from lms.core.unit_of_work import in_light_unit_of_work, unit_of_work
from lms.i18n.languages import page_language
from lms.i18n.times import reader_zone
from lms.organisations.queries import training_languages_of
from lms.seminars import permissions
from lms.seminars.calendar import MIMETYPE, Addressee, calendar_file, event_file
from lms.seminars.forms.feeds import FeedForm
from lms.seminars.queries import feeds as queries
from lms.seminars.rules.sittings import is_announced
from lms.seminars.services import feeds
from lms.seminars.views.pages import PAGE, bp
from lms.web.addresses import absolute_url
from lms.web.guards import public, signed_in
from lms.web.limits import check_limit

FEEDS = f"{PAGE}/timetable/feeds"
NEW_FEED = "calendar_feed"
MADE = "30/hour"
KEPT_SECONDS = 300

_files: Kept[str] = Kept(512)


# --- having one ------------------------------------------------------------------------


@bp.get(FEEDS)
@signed_in
def show_feeds() -> Any:
    """Show the reader's calendar feeds; the address of one just made, this once."""
    return render_template(
        "seminars/show_feeds.html",
        choices=queries.feed_choices(current_user.id),
        address=_new_address(),
    )


def _new_address() -> str:
    token = session.pop(NEW_FEED, "")
    return absolute_url(url_for(".serve_feed", token=token)) if token else ""


@bp.post(FEEDS)
@signed_in
def make_feed() -> Any:
    """Make a feed of all runs or of one; whatever the reader had of the same is dead."""
    form = FeedForm()
    if not form.validate():
        raise NotFound
    run_id = form.run_id.data
    if run_id is not None:
        permissions.get_run_for_feed(current_user, run_id)
    check_limit(MADE, "feeds", str(current_user.id))
    with unit_of_work():
        token = feeds.make_feed(current_user.person, run_id, now=clock.now())
    # In the cookie of this browser and not in the address: addresses of pages end up in logs.
    session[NEW_FEED] = token
    return redirect(url_for(".show_feeds", _anchor="new"), 303)


@bp.post(f"{FEEDS}/<int:feed_id>/revoke")
@signed_in
def revoke_feed(feed_id: int) -> Any:
    """End a feed; calendars get nothing from its address any more."""
    feed = permissions.get_feed_for_revoking(current_user, feed_id)
    with unit_of_work():
        feeds.revoke_feed(feed, actor=current_user.person, now=clock.now())
    flash(_("The address is ended. Calendars that used it get nothing from it any more."), "ok")
    return redirect(url_for(".show_feeds"), 303)


# --- what calendars fetch --------------------------------------------------------------


@bp.get("/calendar/<token>.ics")
@public
def serve_feed(token: str) -> Any:
    """Hand out a person's timetable to whoever has the address: calendars know no sign-in."""
    feed = permissions.get_feed_for_fetching(token)
    now = clock.now()
    if feeds.is_worth_noting(feed.fetched_at, now):
        in_light_unit_of_work(lambda: feeds.note_fetch(feed.id, now=now))
    response = Response(_file_of(feed, now), mimetype=MIMETYPE)
    response.headers["Cache-Control"] = f"private, max-age={KEPT_SECONDS}"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.add_etag()
    return response.make_conditional(request)


def _file_of(feed: queries.FoundFeed, now: datetime) -> str:
    """Return what a feed hands out, kept until something of it changes: calendars ask all day."""
    to = Addressee(feed.language, feed.time_zone, tuple(feed.city_languages or ()))
    days = queries.days_for(feed.person_id, feed.run_id, now)
    key = (
        current_app.config["BASE_URL"],
        to,
        feed.run_id,
        feed.catalogue_version,
        queries.revisions_for(feed.person_id, feed.run_id, now),
        tuple((day.uid, day.sequence, day.is_off, day.working_language) for day in days),
    )
    text = _files.get(key)
    if text is None:
        sittings = queries.sittings_for(feed.person_id, feed.run_id, now)
        text = _files.keep(key, calendar_file(feed.course_title, sittings, days, to=to, now=now))
    return text


# --- files to open ---------------------------------------------------------------------


@bp.get(f"{PAGE}/sessions/<int:sitting_id>.ics")
@public
def download_sitting(sitting_id: int) -> Any:
    """Send one sitting as a file for a calendar, to everybody who may know of it."""
    visit = permissions.get_sitting_for_viewing(current_user, sitting_id)
    if not is_announced(visit.sitting.state):
        raise NotFound
    text = event_file(visit.sitting, to=_reader(visit.city_languages), now=clock.now())
    return _file(text, f"{visit.sitting.course_code}-session-{sitting_id}.ics")


@bp.get(f"{PAGE}/runs/<int:run_id>/timetable.ics")
@signed_in
def download_timetable(run_id: int) -> Any:
    """Send the timetable of a run as a file: as it stands now, where a feed would go on."""
    run, _can_manage = permissions.get_run_for_timetable(current_user, run_id)
    now = clock.now()
    text = calendar_file(
        run.course_title,
        queries.sittings_told_of_run(run_id, now),
        queries.days_told_of_run(run_id, now),
        to=_reader(training_languages_of(current_user.id) or ()),
        now=now,
    )
    return _file(text, f"{run.course_code}-{run.cohort_no}-timetable.ics")


def _reader(city_languages: Any) -> Addressee:
    return Addressee(page_language(), reader_zone().name, city_languages)


def _file(text: str, name: str) -> Response:
    response = Response(text, mimetype=MIMETYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response

"""Language choice at the root, display choices, the zone chooser, health, robots."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from lms.core import clock
from lms.i18n.languages import BY_CODE, localise, preferred_language
from lms.i18n.times import BUSAN, is_zone, zone_choices
from lms.web.addresses import absolute_url
from lms.web.display import TEXT_SIZES, THEMES, keep
from lms.web.guards import local_path, public

root = Blueprint("root", __name__)
bp = localise(Blueprint("web", __name__, url_prefix="/<language:language>"))

SECURITY_TXT_LIFE = timedelta(days=180)

CONTINENTS = ("asia", "europe", "africa", "america", "oceania", "elsewhere")


@root.get("/")
@public
def choose_language() -> Any:
    """Lead to the home page in the reader's language."""
    response = redirect(url_for("enrolment.show_home", language=preferred_language()))
    response.headers["Vary"] = "Accept-Language, Cookie"
    response.headers["Cache-Control"] = "no-store"
    return response


@root.get("/healthz")
@public
def health() -> Any:
    """Say that this process answers."""
    return {"status": "ok"}


@root.get("/.well-known/security.txt")
@public
def security_txt() -> Any:
    """Say where to report a vulnerability (RFC 9116)."""
    expires = (clock.now() + SECURITY_TXT_LIFE).strftime("%Y-%m-%dT00:00:00Z")
    text = render_template("web/security.txt", expires=expires)
    return text, 200, {"Content-Type": "text/plain; charset=utf-8"}


@root.get("/robots.txt")
@public
def robots_txt() -> Any:
    """Tell search engines where the map of public threads is; pages say themselves what is kept."""
    text = f"User-agent: *\nSitemap: {absolute_url(url_for('boards.serve_site_map'))}\n"
    return text, 200, {"Content-Type": "text/plain; charset=utf-8"}


@bp.get("/display")
@public
def set_display() -> Any:
    """Keep a display choice and lead back to the page it was made on."""
    back = local_path(request.args.get("next")) or url_for("enrolment.show_home")
    response = redirect(back)
    _keep_choice(response, "text", [str(size) for size in TEXT_SIZES])
    _keep_choice(response, "theme", list(THEMES))
    _keep_choice(response, "language", list(BY_CODE))
    zone = request.args.get("zone")
    if zone is not None and (not zone or is_zone(zone)):
        keep(response, "zone", zone)
    response.headers["Cache-Control"] = "no-store"
    return response


def _keep_choice(response: Response, name: str, allowed: list[str]) -> None:
    value = request.args.get(name)
    if value is not None and (not value or value in allowed):
        keep(response, name, value)


@bp.get("/time-zone")
@public
def choose_zone() -> Any:
    """List the zones by continent, Busan first; each is a plain link."""
    choices = zone_choices()
    continents = {
        continent: [choice for choice in choices if choice.continent == continent]
        for continent in CONTINENTS
    }
    return render_template(
        "web/choose_zone.html",
        continents=continents,
        busan=BUSAN,
        back=local_path(request.args.get("next")) or url_for("enrolment.show_home"),
    )

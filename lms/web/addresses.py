"""Addresses of the page being made: as it can be opened again, in each language, in full."""

from flask import current_app, g, request, url_for

from lms.i18n.languages import page_language
from lms.web.guards import local_path


def readable_path() -> str:
    """Return the address of this page as it can be opened again.

    A form that came back with faults stands at an address that only takes posts; the page it was
    sent from shows the same.
    """
    kept: str | None = g.get("readable_path")  # asked for in every link that comes back here
    if kept is None:
        kept = g.readable_path = _find_readable_path()
    return kept


def _find_readable_path() -> str:
    rule = request.url_rule
    if rule is None or "GET" in (rule.methods or ()):
        return request.full_path.rstrip("?")
    return local_path(request.referrer) or url_for("enrolment.show_home")


def alternate_url(language: str) -> str:
    """Return the address of this same page in another language (its home page on error pages)."""
    rule, prefix = request.url_rule, f"/{page_language()}/"
    path = readable_path()
    if rule is None or "language" not in rule.arguments or not path.startswith(prefix):
        return url_for("enrolment.show_home", language=language)
    return f"/{language}/{path.removeprefix(prefix)}"


def absolute_url(path: str) -> str:
    """Return a path as an address of this site, whatever Host the request claimed."""
    return str(current_app.config["BASE_URL"]) + path

"""Notices as sentences, in the language of the page or mail and on its reader's clocks; topics."""

from collections.abc import Mapping
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from jinja2 import TemplateNotFound
from markupsafe import Markup, escape
from werkzeug.routing import BuildError

from lms.notifications.models import How, Topic
from lms.notifications.rules import revived

TOPIC_WORDS: Mapping[Topic, Any] = {
    Topic.REPLIES: _l("Answers to what you wrote"),
    Topic.MENTIONS: _l("Posts that mention you"),
    Topic.FOLLOWED: _l("New posts in threads and boards you follow"),
    Topic.MESSAGES: _l("Private messages, and questions to staff"),
    Topic.NOTICES: _l("Notices of the foundation"),
}
HOW_WORDS: Mapping[How, Any] = {
    How.AT_ONCE: _l("By mail at once"),
    How.DAILY: _l("In a daily digest"),
    How.WEEKLY: _l("In a weekly digest"),
    How.NEVER: _l("Not by mail"),
}


def words_of(kind: str, context: Mapping[str, Any]) -> Markup:
    """Return what a notice says, made by the template of its kind.

    An inbox holds notices for longer than a release lasts: a kind that is no more has no words.
    """
    package, name = kind.split(".")
    try:
        return Markup(render_template(f"{package}/notices/{name}.html", **revived(context)))
    except TemplateNotFound:
        return escape(_("This notification is from an earlier version of the site."))


def path_of(endpoint: str, values: Mapping[str, Any]) -> str:
    """Return where a notice leads; "" for a page that an earlier version of the site had."""
    try:
        return url_for(endpoint, **values)
    except (BuildError, KeyError):
        return ""

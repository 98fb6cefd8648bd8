"""What programs fetch of public boards: feeds, and the addresses search engines look at.

All of it is what a visitor may read, whoever asks: it is kept and handed on by others.
"""

from collections.abc import Callable
from typing import Any

from flask import Response, current_app, request, url_for
from flask_babel import gettext as _

from lms.boards.atom import Entry, Feed, atom, site_map, site_map_index
from lms.boards.permissions import get_public_board
from lms.boards.queries.feeds import (
    FeedEntry,
    last_of_each_part,
    newest_public,
    public_threads,
)
from lms.boards.queries.version import boards_version
from lms.boards.rules.telling import beginning
from lms.boards.views.pages import PAGE, bp
from lms.boards.wording import plain_board_name, purpose_words
from lms.core import clock
from lms.core.kept import Kept
from lms.i18n.languages import PAGE_LANGUAGES, html_lang, page_language
from lms.web.addresses import absolute_url
from lms.web.guards import public

ATOM = "application/atom+xml"
IN_A_FEED = 30
SUMMARY_LENGTH = 500
# Of threads: each has an address in every language of the pages, 4,500 in all.
IN_A_SITE_MAP = 1500

_feeds: Kept[bytes] = Kept(64)


@bp.get(f"{PAGE}/boards/<int:board_id>/feed.atom")
@public
def serve_board_feed(board_id: int) -> Any:
    """Hand out the newest threads of a board everybody reads; for any other it is not there."""

    def feed() -> Feed:
        now = clock.now()
        board = get_public_board(board_id, now)
        return Feed(
            key=f"boards/{board.id}/{page_language()}",
            address=_address("serve_board_feed", board_id=board.id),
            page=_address("show_board", board_id=board.id),
            lang=html_lang(page_language()),
            title=plain_board_name(board),
            subtitle=purpose_words(board).striptags(),
            entries=[_entry(row) for row in newest_public(board.id, now, limit=IN_A_FEED)],
        )

    return _sent(_kept(feed), ATOM)


@bp.get(f"{PAGE}/boards/feed.atom")
@public
def serve_feed() -> Any:
    """Hand out the newest threads of all boards everybody reads."""

    def feed() -> Feed:
        return Feed(
            key=f"boards/{page_language()}",
            address=_address("serve_feed"),
            page=_address("list_boards"),
            lang=html_lang(page_language()),
            title=_("Knowledge-sharing boards"),
            subtitle=_(
                "Questions, cases and answers of the people of Busan and its partner cities."
            ),
            entries=[_entry(row) for row in newest_public(None, clock.now(), limit=IN_A_FEED)],
        )

    return _sent(_kept(feed), ATOM)


def _kept(feed: Callable[[], Feed]) -> bytes:
    """Return the feed at this address, made once until something a visitor sees has changed."""
    key = (current_app.config["BASE_URL"], request.path, boards_version())
    return _feeds.get(key) or _feeds.keep(key, atom(feed()))


def _entry(row: FeedEntry) -> Entry:
    return Entry(
        key=f"threads/{row.thread_id}",
        address=_address("show_thread", thread_id=row.thread_id),
        lang=html_lang(row.language),
        title=row.title,
        summary=beginning(row.body, row.parts, SUMMARY_LENGTH),
        author=row.author_name,
        published_at=row.published_at,
        updated_at=row.updated_at,
    )


@bp.get("/sitemap-boards.xml")
@public
def serve_site_map() -> Any:
    """Name the parts of the map of public threads."""
    lasts = last_of_each_part(clock.now(), size=IN_A_SITE_MAP)
    starts = [1, *(last + 1 for last in lasts)]
    parts = [_address("serve_site_map_part", first=first) for first in starts]
    return _sent(site_map_index(parts), "application/xml")


@bp.get("/sitemap-boards/<int:first>.xml")
@public
def serve_site_map_part(first: int) -> Any:
    """Name the pages of public threads with ids from `first` on, in each language of the pages."""
    threads = public_threads(clock.now(), first=first, limit=IN_A_SITE_MAP)
    rows = [
        (_address("show_thread", thread_id=thread_id, language=language.code), at)
        for thread_id, at in threads
        for language in PAGE_LANGUAGES
    ]
    return _sent(site_map(rows), "application/xml")


def _address(view: str, **values: Any) -> str:
    return absolute_url(url_for(f".{view}", **values))


def _sent(text: bytes, mimetype: str) -> Any:
    """Answer with what may be kept, but only as long as asking again finds it unchanged.

    What a board's readers become fewer by, or a moderator hides, is gone with the next fetch.
    """
    response = Response(text, mimetype=mimetype)
    response.headers["Content-Type"] = f"{mimetype}; charset=utf-8"
    response.headers["Cache-Control"] = "public, no-cache"
    # Without a time of change: that of what is left can be older than what has been hidden.
    response.add_etag()
    return response.make_conditional(request)

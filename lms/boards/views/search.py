"""Posts looked for by their words, and threads like the one somebody is about to begin."""

from typing import Any

from flask import render_template, request
from flask_login import current_user

from lms.boards import search_page
from lms.boards.forms.search import SearchForm
from lms.boards.permissions import reach_of
from lms.boards.queries.boards import boards_of
from lms.boards.queries.composing import names_to_choose
from lms.boards.queries.related import RelatedThread
from lms.boards.views.boards import use_reading_order
from lms.boards.views.pages import PAGE, bp, number_named
from lms.boards.wording import plain_board_name
from lms.core import clock
from lms.core.text import clean_line
from lms.web.guards import public, signed_in
from lms.web.limits import check_limit, client_address

SEARCHES = "60/minute"
SEARCHES_OF_VISITORS = "30/minute"
RELATED = "120/minute"  # one for each pause in typing
LONGEST_TITLE = 300


@bp.get(f"{PAGE}/boards/search")
@public
def search_posts() -> Any:
    """Find posts by their words in any of their languages, on the boards the reader may read."""
    now = clock.now()
    languages = use_reading_order()
    boards = boards_of(reach_of(current_user, now))
    form = SearchForm(request.args)
    names = names_to_choose(boards[0].boards_version if boards else None)
    form.offer([(board.id, plain_board_name(board)) for board in boards], names)
    is_valid = form.validate()
    found = None
    if is_valid and form.q.data:
        _count_search()
        after = request.args.get("after", "")
        found = search_page.find(form, after, current_user, languages, now)
    page = render_template(
        "boards/search_posts.html",
        form=form,
        found=found,
        boards={board.id: board for board in boards},
        names=names,
    )
    return page if is_valid else (page, 422)


def _count_search() -> None:
    if current_user.is_authenticated:
        check_limit(SEARCHES, "search-posts", str(current_user.id))
    else:
        check_limit(SEARCHES_OF_VISITORS, "search-posts", client_address())


@bp.get(f"{PAGE}/boards/related")
@signed_in
def related_threads() -> Any:
    """Show, as a piece of a page, threads like a question that is being typed."""
    check_limit(RELATED, "related-threads", str(current_user.id))
    related, order = threads_like(request.args.get("q", ""), number_named("board"))
    return render_template("boards/_related.html", related=related, order=order)


@bp.app_template_global()
def threads_like(title: str | None, board_id: int | None) -> tuple[list[RelatedThread], list[str]]:
    """Return threads like a title that its reader may read, and the languages they read best."""
    line = clean_line(title or "", LONGEST_TITLE)
    if not line:
        return [], []
    found = search_page.related_threads(current_user, line, board_id, clock.now())
    return found, use_reading_order()

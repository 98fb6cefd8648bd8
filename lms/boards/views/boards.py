"""The list of boards, and the page of one with its threads."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import redirect, render_template, request, url_for
from flask_login import current_user

from lms.boards.permissions import (
    BAR_WORDS,
    get_board_for_reading,
    get_board_of_run,
    reach_of,
)
from lms.boards.queries.about import described, name_of_tag
from lms.boards.queries.board_page import (
    BoardLine,
    board_lines,
    following_of_board,
    threads_of_board,
)
from lms.boards.queries.boards import BoardHead
from lms.boards.queries.version import boards_version
from lms.boards.rules.access import is_of_site
from lms.boards.rules.messages import Place
from lms.boards.rules.pages import (
    ON_A_PAGE,
    TAG_KINDS,
    Filter,
    Tag,
    filter_named,
    filters_of,
    tag_named,
)
from lms.boards.rules.threads import kinds_on
from lms.boards.rules.translations import reading_order
from lms.boards.views.pages import PAGE, bp
from lms.boards.wording import (
    board_name,
    plain_board_name,
    purpose_words,
    reader_words,
    region_name,
    told_board_name,
)
from lms.core import clock
from lms.core.errors import NotFound
from lms.i18n.formats import set_content_preferences
from lms.i18n.languages import content_preferences, page_language
from lms.organisations.queries import training_languages_of
from lms.web.guards import ask_to_sign_in, public, signed_in
from lms.web.page_cache import cached_for_visitors

Found = TypeVar("Found")

for words in (
    board_name,
    plain_board_name,
    purpose_words,
    reader_words,
    region_name,
    told_board_name,
):
    bp.add_app_template_global(words)


@bp.get(f"{PAGE}/boards")
@public
@cached_for_visitors(boards_version)
def list_boards() -> Any:
    """Show the boards somebody may read: those of the site, theirs, and what else there is."""
    now = clock.now()
    use_reading_order()
    lines = board_lines(reach_of(current_user, now), now)
    return render_template(
        "boards/list_boards.html",
        site=[line for line in lines if is_of_site(line.head.kind)],
        own=[line for line in lines if _is_own(line)],
        others=[line for line in lines if not is_of_site(line.head.kind) and not _is_own(line)],
    )


def _is_own(line: BoardLine) -> bool:
    standing = line.head.standing
    is_theirs = standing.is_member or standing.teaches_run
    return is_theirs and not is_of_site(line.head.kind)


@bp.get(f"{PAGE}/boards/<int:board_id>")
@public
@cached_for_visitors(boards_version)
def show_board(board_id: int) -> Any:
    """Show the threads of a board, pinned ones first, then those last written in.

    Mails lead here: a visitor who may not see it is asked to sign in, whether there is such a
    board or not.
    """
    now = clock.now()
    board = found_or_none(lambda: get_board_for_reading(current_user, board_id, now))
    if board is None:
        return ask_to_sign_in()
    order = use_reading_order()
    wanted = filter_named(request.args.get("show", ""), board.kind)
    tag = tag_named((kind, request.args.get(name, "")) for name, kind in TAG_KINDS.items())
    after = Place.read(request.args.get("before", ""))
    found = threads_of_board(
        board.id,
        reach_of(current_user, now),
        now,
        wanted=wanted,
        tag=tag,
        after=after,
        limit=ON_A_PAGE + 1,
    )
    threads = found[:ON_A_PAGE]
    first_posts = {thread.id: thread.first_post_id for thread in threads}
    about = described(first_posts, order, board.boards_version)
    following = (
        following_of_board(current_user.id, board.id) if current_user.is_authenticated else None
    )
    return render_template(
        "boards/show_board.html",
        board=board,
        threads=threads,
        titles=about.titles,
        tags=about.tags,
        wanted=wanted,
        filters=filters_of(board.kind),
        tag=tag,
        name_of_tag=name_of_tag(tag) if tag and not threads else None,
        asked=_asked(wanted, tag),
        is_first=after is None,
        next_place=threads[-1].place if len(found) > ON_A_PAGE else None,
        following=following,
        now=now,
        kinds=kinds_on(board.kind, moderates=board.moderates) if board.can_write else (),
        bar_words=_bar_words(board),
    )


def _asked(wanted: Filter, tag: Tag | None) -> dict[str, str]:
    """Return what an address of the same list names."""
    names = {kind: name for name, kind in TAG_KINDS.items()}
    asked = {} if wanted == Filter.ALL else {"show": str(wanted)}
    return asked | ({names[tag.kind]: tag.value} if tag else {})


def _bar_words(board: BoardHead) -> str:
    is_told = board.bar is not None and current_user.is_authenticated
    return str(BAR_WORDS[board.bar]()) if is_told and board.bar else ""


@bp.get(f"{PAGE}/runs/<int:run_id>/board")
@signed_in
def board_of_run(run_id: int) -> Any:
    """Lead to the board of a run."""
    board = get_board_of_run(current_user, run_id, clock.now())
    return redirect(url_for(".show_board", board_id=board.id))


def found_or_none(door: Callable[[], Found]) -> Found | None:
    """Return what a door gives; None for a visitor, who may find it once they have signed in."""
    try:
        return door()
    except NotFound:
        if current_user.is_authenticated:
            raise
        return None


def use_reading_order() -> list[str]:
    """Show names of boards and cities in the languages of the reader, and return their order."""
    languages: tuple[str, ...] = ()
    if current_user.is_authenticated:
        languages = tuple(training_languages_of(current_user.id) or ())
    set_content_preferences(content_preferences(city=languages))
    return reading_order(page_language(), languages)

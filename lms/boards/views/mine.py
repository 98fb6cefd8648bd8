"""What is one's own on the boards: threads, what one follows and keeps, drafts."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import render_template, request
from flask_login import current_user

from lms.boards.forms.posting import PART_WORDS
from lms.boards.permissions import reach_of
from lms.boards.queries.about import titles_of
from lms.boards.queries.mine import (
    drafts_of,
    followed_threads,
    kept_posts,
    names_of_boards,
    own_threads,
)
from lms.boards.rules.messages import Place
from lms.boards.rules.pages import ON_A_PAGE, OwnList
from lms.boards.views.boards import use_reading_order
from lms.boards.views.pages import PAGE, bp
from lms.core import clock
from lms.web.guards import signed_in

_THREADS: Mapping[OwnList, Callable[..., Any]] = {
    OwnList.THREADS: own_threads,
    OwnList.FOLLOWED: followed_threads,
    OwnList.BOOKMARKS: kept_posts,
}


@bp.get(f"{PAGE}/boards/mine")
@signed_in
def list_mine() -> Any:
    """Show one of the reader's own lists, as far as they may still read what is in it."""
    now = clock.now()
    reach = reach_of(current_user, now)
    order = use_reading_order()
    wanted = next((each for each in OwnList if each == request.args.get("list")), OwnList.THREADS)
    after = Place.read(request.args.get("before", ""))
    if wanted == OwnList.DRAFTS:
        found = drafts_of(current_user.id, reach, after=after, limit=ON_A_PAGE + 1)
        board_ids = {draft.board_id for draft in found}
        titles = {}
    else:
        found = _THREADS[wanted](current_user.id, reach, now, after=after, limit=ON_A_PAGE + 1)
        board_ids = {line.thread.board_id for line in found}
        titles = titles_of([line.thread.first_post_id for line in found], order)
    lines = found[:ON_A_PAGE]
    return render_template(
        "boards/list_mine.html",
        wanted=wanted,
        lists=list(OwnList),
        lines=lines,
        part_words=PART_WORDS,
        titles=titles,
        boards=names_of_boards(reach, board_ids),
        is_first=after is None,
        next_place=lines[-1].place if len(found) > ON_A_PAGE else None,
        now=now,
    )

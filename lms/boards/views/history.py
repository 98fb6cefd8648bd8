"""What stood in a post before it was changed."""

from datetime import datetime
from typing import Any

from flask import render_template
from flask_login import current_user

from lms.boards.forms.posting import PART_WORDS
from lms.boards.permissions import PostView, get_post_for_reading
from lms.boards.queries import original_of
from lms.boards.queries.thread_page import Version, versions_of
from lms.boards.rules.differences import Piece, differences
from lms.boards.rules.personal_data import find
from lms.boards.views.pages import PAGE, bp, number_named
from lms.core import clock
from lms.core.kept import Kept
from lms.web.guards import signed_in

ON_A_PAGE = 10

_compared: Kept[list[Piece]] = Kept(500)


@bp.get(f"{PAGE}/posts/<int:post_id>/history")
@signed_in
def show_history(post_id: int) -> Any:
    """Show what an author wrote, each time they wrote it, the newest first, with what changed."""
    view = get_post_for_reading(current_user, post_id, clock.now())
    before = _before()
    found = versions_of(post_id, before=before, limit=ON_A_PAGE + 2, since=_since(view))
    versions = found if before else [_present(post_id), *found]
    shown = versions[: ON_A_PAGE + 1]
    return render_template(
        "boards/show_history.html",
        view=view,
        versions=[
            (version, _pieces(view, version, older))
            for version, older in zip(shown, [*shown[1:], None], strict=False)
        ][:ON_A_PAGE],
        next_id=shown[ON_A_PAGE - 1].id if len(shown) > ON_A_PAGE else None,
        is_first=not before,
    )


def _since(view: PostView) -> datetime | None:
    """Return from when on this reader may know what stood in a post; None from its beginning.

    What was replaced while it waited for a moderator was never let through. A hidden post is not
    changed: whatever was replaced after others first saw it, they have seen.
    """
    return None if view.is_author or view.moderates else view.post.published_at


def _before() -> int | None:
    """Return the version before which the page begins; what is no number of one is the newest."""
    return number_named("before")


def _present(post_id: int) -> Version:
    text = original_of(post_id)
    return Version(None, text.language, text.title, text.body, text.parts, text.changed_at)


def _pieces(view: PostView, version: Version, older: Version | None) -> list[Piece] | None:
    """Return a version as this reader may see it; None where it named somebody.

    Personal data that an author has taken out stays with them and the moderators.
    """
    sees_all = view.is_author or view.moderates
    if not sees_all and version.id is not None and find(_words(version)):
        return None
    is_left_out = not sees_all and older is not None and bool(find(_words(older)))
    return _changes(view.post.id, version, None if is_left_out else older)


def _changes(post_id: int, version: Version, older: Version | None) -> list[Piece]:
    """Return the words of a version, with what was changed from the one before it."""
    if older is None:
        return differences(_words(version), _words(version))
    key = (post_id, version.id, older.id, version.written_at)
    kept = _compared.get(key)
    return kept or _compared.keep(key, differences(_words(older), _words(version)))


def _words(version: Version) -> str:
    """Return everything a version says, a case with the names of its parts."""
    parts = version.parts or {}
    said = [f"{words}\n{parts[name]}" for name, words in PART_WORDS.items() if parts.get(name)]
    return "\n\n".join(filter(None, [version.title, *said, version.body]))

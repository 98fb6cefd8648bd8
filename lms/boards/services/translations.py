"""Posts put into other languages by people: added, improved, told to their authors."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from lms.accounts.models import Person
from lms.boards import queries
from lms.boards.models import Post, PostState, PostText, TextOrigin
from lms.boards.queries.expertise import titles_in_languages
from lms.boards.queries.translations import author_to_tell
from lms.boards.services.terms import index_post
from lms.boards.services.words import Words, add_text, replace_words
from lms.core.audit import record_change
from lms.core.db import db, lock
from lms.core.errors import Conflict, Invalid
from lms.notifications.models import Link
from lms.notifications.services import notify

ENTITY = "post_text"


@dataclass(frozen=True)
class Basis:
    """What a translation was made on: the revisions of the translation and of the original.

    A translation that nobody has made yet, or only a machine, has revision 0.
    """

    revision: int
    of_revision: int


def save_translation(
    post: Post, words: Words, basis: Basis, *, translator: Person, now: datetime
) -> bool:
    """Add a translation or improve the one there is; False when another person was quicker.

    The same words sent twice change nothing. What stood there is kept, and a machine's draft gives
    way to whoever looked at it. Raises Invalid on `body` for the language of the original,
    Conflict when the post is no longer seen.
    """
    lock(post)
    if post.state != PostState.PUBLISHED:
        raise Conflict(_("This post cannot be seen by others now."))
    if words.language == post.language:
        raise Invalid("body", _("The post itself is in this language now."))
    text = queries.text_in(post.id, words.language)
    before = text.origin if text is not None else ""
    is_new = before in {"", TextOrigin.MACHINE}
    if text is None:
        text = _added(post, words, translator, now)
        is_changed = True
    elif is_new or text.revision == basis.revision or _says(text, words):
        is_changed = replace_words(text, words, editor_id=translator.id, now=now)
    else:
        return False
    if is_new or is_changed:
        text.origin, text.by_id = _origin(post, translator), translator.id
        text.changed_at = now
        record_change(
            ENTITY,
            text.id,
            old=before,
            new=text.origin,
            actor_id=translator.id,
            now=now,
            reason=text.language,
        )
    # Who looks at a translation again and lets it stand has found that it still says the same; a
    # form does not speak of versions of the original that are to come.
    seen = max(1, min(basis.of_revision, post.revision))
    text.of_revision = seen if is_changed else max(seen, text.of_revision)
    db.session.flush()
    index_post(post.id)
    if is_new:
        _tell_author(post, text, translator, now)
    return True


def _says(text: PostText, words: Words) -> bool:
    return words == Words(text.language, text.body, text.title, text.parts)


def _added(post: Post, words: Words, translator: Person, now: datetime) -> PostText:
    return add_text(
        post,
        words,
        origin=_origin(post, translator),
        by_id=translator.id,
        is_original=False,
        now=now,
    )


def _origin(post: Post, translator: Person) -> TextOrigin:
    return TextOrigin.AUTHOR if translator.id == post.author_id else TextOrigin.PERSON


def _tell_author(post: Post, text: PostText, translator: Person, now: datetime) -> None:
    """Tell an author, once for each language, that somebody has translated what they wrote."""
    if translator.id == post.author_id:
        return
    author = author_to_tell(post, now)
    if author is None:
        return
    notify(
        author,
        "boards.translated",
        context={
            "name": translator.display_name,
            "title": titles_in_languages([post.thread_id])[post.thread_id],
            "language": text.language,
            "post_id": post.id,
        },
        link=Link("boards.show_post", {"post_id": post.id}),
        key=f"boards.translated:{post.id}:{text.language}",
        now=now,
    )

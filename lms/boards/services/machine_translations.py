"""Drafts a machine makes of posts when a reader asks: marked as such, never in anybody's place."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from lms.accounts.models import Person
from lms.boards import queries
from lms.boards.models import Post, PostState, PostText, TextOrigin
from lms.boards.queries.translations import DRAFT, draft_event
from lms.boards.rules.markdown_pieces import Piece, pieces_of, with_translations, words_among
from lms.boards.rules.translations import DraftState, draft_state, is_by_people
from lms.boards.services.terms import index_post
from lms.boards.services.words import Words, add_text
from lms.boards.translator import Translator, TranslatorUnavailable
from lms.core.audit import record_change
from lms.core.db import db, lock
from lms.core.errors import Conflict
from lms.core.text import clean_line, clean_post
from lms.jobs.queue import enqueue

# What one call carries, so that each is answered while it is waited for.
MOST_TEXTS, MOST_LETTERS = 25, 2000
LONGEST_DRAFT, LONGEST_TITLE = 60_000, 200


@dataclass(frozen=True)
class Source:
    """What a machine is to translate: the words of the author, of which revision."""

    words: Words
    revision: int


def ask_for_draft(post: Post, language: str, *, actor: Person, now: datetime) -> None:
    """Have a machine translate a post; harmless while it is at it, or when somebody has done so."""
    lock(post)
    if post.state != PostState.PUBLISHED:
        raise Conflict(_("This post cannot be seen by others now."))
    if not _is_wanted(post, language):
        return
    if draft_state(draft_event(post.id, language), now) == DraftState.ASKED:
        return
    _note(post.id, language, DraftState.ASKED, now, actor_id=actor.id)
    enqueue(
        "boards.translate_post",
        key=f"boards.translate_post:{post.id}:{language}",
        post_id=post.id,
        language=language,
    )
    db.session.flush()


def source_of_draft(post_id: int, language: str) -> Source | None:
    """Return what is to be translated; None where nobody needs a draft any more."""
    post = db.session.get_one(Post, post_id)
    if post.state != PostState.PUBLISHED or not _is_wanted(post, language):
        return None
    text = queries.original_of(post_id)
    return Source(Words(text.language, text.body, text.title, text.parts), post.revision)


def translated(
    words: Words, language: str, machine: Translator, *, between: Callable[[], None]
) -> Words:
    """Return words as a machine puts them; code, addresses and the structure stay as they are.

    `between` is called after each answer. Raises TranslatorUnavailable.
    """
    title = [Piece(words.title, is_words=bool(words.title))]
    body = pieces_of(words.body)
    parts = {name: pieces_of(text) for name, text in (words.parts or {}).items()}
    known: dict[str, str] = {}
    for batch in _batches(
        words_among([*title, *body, *(each for p in parts.values() for each in p)])
    ):
        answer = machine.translate(batch, words.language, language)
        known |= {text: said.strip() or text for text, said in zip(batch, answer, strict=True)}
        between()
    draft = Words(
        language,
        clean_post(with_translations(body, known)),
        clean_line(with_translations(title, known))[:LONGEST_TITLE],
        {name: clean_post(with_translations(p, known)) for name, p in parts.items()} or None,
    )
    if len(draft.everything) > LONGEST_DRAFT:
        raise TranslatorUnavailable("far more came back than was sent")
    return draft


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for text in texts:
        if batch and (len(batch) == MOST_TEXTS or sum(map(len, batch)) + len(text) > MOST_LETTERS):
            yield batch
            batch = []
        batch.append(text)
    if batch:
        yield batch


def keep_draft(post_id: int, words: Words, *, of_revision: int, now: datetime) -> None:
    """Keep what a machine made of a post, unless somebody has translated it meanwhile."""
    post = lock(db.session.get_one(Post, post_id))
    _note(post_id, words.language, DraftState.MADE, now)
    if post.state != PostState.PUBLISHED or not _is_wanted(post, words.language):
        return
    text = queries.text_in(post_id, words.language)
    if text is None:
        text = add_text(
            post, words, origin=TextOrigin.MACHINE, by_id=None, is_original=False, now=now
        )
    else:
        _redraft(text, words, now)
    text.of_revision = of_revision
    db.session.flush()
    index_post(post_id)


def _redraft(text: PostText, words: Words, now: datetime) -> None:
    """Put a newer draft in the place of one that nobody has looked at; no history is kept of it."""
    text.title, text.body = words.title, words.body
    text.parts = dict(words.parts) if words.parts else None
    text.revision += 1
    text.changed_at = now


def note_failure(post_id: int, language: str, *, now: datetime) -> None:
    """Note that a machine could not make a draft, so that its readers see it and may ask again."""
    _note(post_id, language, DraftState.FAILED, now)
    db.session.flush()


def _is_wanted(post: Post, language: str) -> bool:
    """Tell whether a draft would help: nobody has translated, and none is of this revision."""
    text = queries.text_in(post.id, language)
    return text is None or (not is_by_people(text) and text.of_revision < post.revision)


def _note(
    post_id: int, language: str, new: DraftState, now: datetime, *, actor_id: int | None = None
) -> None:
    record_change(DRAFT, post_id, old="", new=new, actor_id=actor_id, now=now, reason=language)

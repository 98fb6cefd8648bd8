"""The words of a post in one language: written, replaced, and what stood there before kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from lms.boards.models import Post, PostRevision, PostText, TextOrigin
from lms.core.db import db


@dataclass(frozen=True)
class Words:
    """What somebody has written, in which language; a case has its words in `parts`."""

    language: str
    body: str
    title: str = ""
    parts: Mapping[str, str] | None = None

    @property
    def everything(self) -> str:
        """Return all of it, for rules that look for something anywhere."""
        return "\n\n".join([self.title, self.body, *(self.parts or {}).values()])

    def beside(self, said: Iterable[str]) -> "Words":
        """Return them with what others read beside them, to be judged as one, not to be kept."""
        return replace(self, body="\n\n".join([self.body, *filter(None, said)]))


def add_text(
    post: Post,
    words: Words,
    *,
    origin: TextOrigin,
    by_id: int | None,
    is_original: bool,
    now: datetime,
) -> PostText:
    """Add the words of a post in a language it has none in."""
    text = PostText(
        post_id=post.id,
        language=words.language,
        is_original=is_original,
        origin=origin,
        by_id=by_id,
        title=words.title,
        body=words.body,
        parts=dict(words.parts) if words.parts else None,
        of_revision=post.revision,
        created_at=now,
        changed_at=now,
    )
    db.session.add(text)
    db.session.flush()
    return text


def replace_words(text: PostText, words: Words, *, editor_id: int, now: datetime) -> bool:
    """Put other words in the place of those of a language, and keep what stood there.

    False, and nothing kept, where they are the same. Lock the post before.
    """
    parts = dict(words.parts) if words.parts else None
    if (text.language, text.title, text.body, text.parts) == (
        words.language,
        words.title,
        words.body,
        parts,
    ):
        return False
    db.session.add(
        PostRevision(
            post_id=text.post_id,
            language=text.language,
            title=text.title,
            body=text.body,
            parts=text.parts,
            by_id=text.by_id,
            written_at=text.changed_at,
            replaced_by_id=editor_id,
            replaced_at=now,
        )
    )
    text.language = words.language
    text.title = words.title
    text.body = words.body
    text.parts = parts
    text.revision += 1
    text.changed_at = now
    db.session.flush()
    return True

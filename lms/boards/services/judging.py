"""What becomes of something somebody wants to post: seen at once, held, or not taken."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import func, select

from lms.accounts.models import Person, Role
from lms.accounts.queries import person_with_roles
from lms.accounts.rules import is_staff
from lms.boards import queries
from lms.boards.models import BlockedWord, Post, PostState, WordAction
from lms.boards.queries.files import files_of_post
from lms.boards.queries.moderation import blocked_words
from lms.boards.rules.personal_data import Finding, find, has_resident_number
from lms.boards.rules.posting import (
    Outcome,
    PostingFacts,
    Reason,
    Verdict,
    links_in,
    matched_words,
    verdict_on_posting,
)
from lms.boards.services.words import Words
from lms.core.db import db, lock
from lms.core.errors import Invalid

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def judge(author: Person, words: Words, *, own_host: str, now: datetime) -> bool:
    """Tell whether a new post has to wait for a moderator.

    Raises Invalid on `body` for what is not taken at all: too many posts, a word of the staff's
    list, a resident registration number. `own_host` is the name of this site.
    """
    check_resident_numbers(words)
    lock(author)  # several posts at once would each find the same few before them
    times = queries.posts_since(author.id, now - DAY)
    verdict = verdict_on_posting(
        PostingFacts(
            account_age=now - author.created_at,
            published_posts=_published_posts(author.id),
            posts_last_hour=sum(at > now - HOUR for at in times),
            posts_last_day=len(times),
            links=links_in(words.everything),
            own_host=own_host,
            words=_matched(words, blocked_words()),
            is_staff=_is_trusted(author),
        )
    )
    return _is_held(verdict)


def check_change(post: Post, author: Person, words: Words, *, own_host: str, now: datetime) -> None:
    """Raise Invalid on `body` for changed words that a post may not bear.

    What would make a new post wait is not added to one that others have read already; what stood
    there before may stay. How many somebody posts is not asked.
    """
    check_resident_numbers(words)
    listed, before = blocked_words(), _stored(post)
    stood = {word.id for word in _matched(before, listed)}
    links = links_in(words.everything)
    added = Counter(links) - Counter(links_in(before.everything))
    is_seen = post.state == PostState.PUBLISHED
    verdict = verdict_on_posting(
        PostingFacts(
            account_age=now - author.created_at,
            published_posts=_published_posts(author.id) - is_seen,
            posts_last_hour=0,
            posts_last_day=0,
            links=links if added else (),
            own_host=own_host,
            words=[
                word
                for word in _matched(words, listed)
                if word.action == WordAction.REFUSE or word.id not in stood
            ],
            is_staff=_is_trusted(author),
        )
    )
    if _is_held(verdict) and is_seen:
        raise Invalid("body", _words_of_waiting(verdict))


def check_listed_words(author: Person, words: Words, *, field: str, now: datetime) -> None:
    """Raise Invalid on `field` for words of the staff's list in what is no post.

    No moderator reads it before others do: words a post would wait for are not taken either.
    """
    verdict = verdict_on_posting(
        PostingFacts(
            account_age=now - author.created_at,
            published_posts=0,
            posts_last_hour=0,
            posts_last_day=0,
            words=_matched(words, blocked_words()),
            is_staff=_is_trusted(author),
        )
    )
    if _is_held(verdict, field=field):
        raise Invalid(field, _words_of_waiting(verdict))


def warnings_about(words: Words) -> Sequence[Finding]:
    """Return what looks like somebody's personal data, for the author to look at once more."""
    return [each for each in find(words.everything) if not each.is_refused]


def check_resident_numbers(words: Words, *, field: str = "body") -> None:
    """Raise Invalid on `field` where a resident registration number stands in the words."""
    if has_resident_number(words.everything):
        raise Invalid(
            field,
            _(
                "A resident registration number stands in the text. Such numbers may not be "
                "collected here: take it out."
            ),
        )


def _is_held(verdict: Verdict, *, field: str = "body") -> bool:
    if verdict.outcome == Outcome.REFUSED:
        raise Invalid(field, _words_of(verdict))
    return verdict.outcome == Outcome.HELD


def _words_of(verdict: Verdict) -> str:
    if verdict.reason == Reason.REFUSED_WORD:
        return _("These words are not taken here: %(words)s.", words=", ".join(verdict.words))
    if verdict.reason == Reason.TOO_MANY_TODAY:
        return _("New accounts may post 20 times a day. Your text is kept as a draft.")
    return _("That was a lot within an hour. Wait a little; your text is kept as a draft.")


def _words_of_waiting(verdict: Verdict) -> str:
    if verdict.reason == Reason.MANY_LINKS:
        return _("A moderator would have to look at so many links to other sites.")
    return _(
        "A moderator would have to look at these words: %(words)s.",
        words=", ".join(verdict.words),
    )


def _matched(words: Words, listed: Sequence[BlockedWord]) -> Sequence[BlockedWord]:
    return matched_words(words.everything, listed) if listed else ()


def _stored(post: Post) -> Words:
    """Return what stands in a post; what was sent for a change of it has not been judged yet."""
    text = queries.original_of(post.id)
    files = [each for each in files_of_post(post.id) if not each.is_pending]
    words = Words(text.language, text.body, text.title, text.parts)
    return words.beside(said for each in files for said in (each.alternative_text, each.name))


def _is_trusted(author: Person) -> bool:
    roles = {role.role for role in person_with_roles(author.id).roles}
    return is_staff(roles) or Role.INSTRUCTOR in roles


def _published_posts(author_id: int) -> int:
    seen = (
        select(func.count())
        .select_from(Post)
        .where(Post.author_id == author_id, Post.state == PostState.PUBLISHED)
    )
    return db.session.scalar(seen) or 0

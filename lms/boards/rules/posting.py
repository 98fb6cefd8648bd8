"""Whether what somebody sends is published at once, waits for a moderator, or is not taken."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import chain
from typing import Protocol, TypeVar

from markdown_it.token import Token

from lms.boards.models import BlockedWord, WordAction
from lms.core.text import normal
from lms.web.markdown_parser import RUNS_ON, parse

# An account is new while it is younger than this and has published fewer posts than that.
NEW_FOR = timedelta(days=7)
NEW_BELOW_POSTS = 3
MOST_LINKS_OF_NEW = 2

# Posts in an hour and in a day; whoever is known writes as much in a day as they find time for.
MOST_OF_NEW_AN_HOUR = 5
MOST_OF_NEW_A_DAY = 20
MOST_AN_HOUR = 30


class Outcome(StrEnum):
    """What becomes of a post."""

    ALLOWED = "allowed"
    HELD = "held"  # a moderator reads it first
    REFUSED = "refused"


class Reason(StrEnum):
    """Why a post is held or refused."""

    TOO_MANY_THIS_HOUR = "too_many_this_hour"
    TOO_MANY_TODAY = "too_many_today"
    REFUSED_WORD = "refused_word"
    HELD_WORD = "held_word"
    MANY_LINKS = "many_links"


@dataclass(frozen=True)
class PostingFacts:
    """What is known of a post and its author; the post itself is in none of the numbers.

    `is_staff` is true of staff of the foundation and of instructors. `links` are the hosts of
    `links_in`, `own_host` that of this site.
    """

    account_age: timedelta
    published_posts: int
    posts_last_hour: int
    posts_last_day: int
    links: Collection[str] = ()
    own_host: str = ""
    words: Collection[BlockedWord] = ()
    is_staff: bool = False

    @property
    def is_new(self) -> bool:
        """Whether nobody can know yet what this author writes."""
        is_young = self.account_age < NEW_FOR and self.published_posts < NEW_BELOW_POSTS
        return is_young and not self.is_staff

    @property
    def links_outside(self) -> int:
        """How many links lead away from this site and its subdomains."""
        own = _host_name(self.own_host)
        return sum(not (own and f".{host}".endswith(f".{own}")) for host in self.links)


@dataclass(frozen=True)
class Verdict:
    """What becomes of a post, why, and for which words of the staff's list."""

    outcome: Outcome
    reason: Reason | None = None
    words: tuple[str, ...] = ()


def verdict_on_posting(facts: PostingFacts) -> Verdict:
    """Return what becomes of a post.

    How many one may write and which words are refused holds for everybody: an account of the staff
    can be stolen too. Only others than staff and instructors are held.
    """
    if reason := _too_many(facts):
        return Verdict(Outcome.REFUSED, reason)
    if refused := _words(facts, WordAction.REFUSE):
        return Verdict(Outcome.REFUSED, Reason.REFUSED_WORD, refused)
    if facts.is_staff:
        return Verdict(Outcome.ALLOWED)
    if held := _words(facts, WordAction.HOLD):
        return Verdict(Outcome.HELD, Reason.HELD_WORD, held)
    if facts.is_new and facts.links_outside > MOST_LINKS_OF_NEW:
        return Verdict(Outcome.HELD, Reason.MANY_LINKS)
    return Verdict(Outcome.ALLOWED)


def _too_many(facts: PostingFacts) -> Reason | None:
    if facts.posts_last_hour >= (MOST_OF_NEW_AN_HOUR if facts.is_new else MOST_AN_HOUR):
        return Reason.TOO_MANY_THIS_HOUR
    if facts.is_new and facts.posts_last_day >= MOST_OF_NEW_A_DAY:
        return Reason.TOO_MANY_TODAY
    return None


def _words(facts: PostingFacts, action: WordAction) -> tuple[str, ...]:
    return tuple(word.word for word in facts.words if word.action == action)


# --- links -------------------------------------------------------------------------------

# Browsers take "\" for "/", and an address without its scheme as one of the page's scheme.
_ADDRESS = re.compile(r"\s*(?:https?:)?[/\\]{2,}([^/\\?#\s]+)", re.IGNORECASE)
_BARE = re.compile(r"(?:https?:[/\\]{2,}|\bwww\.(?=\w))([^/\\?#\s<>()\[\]\"']+)", re.IGNORECASE)
_FULL_STOPS = str.maketrans("。．｡", "...")


def links_in(text: str) -> list[str]:
    """Return the hosts that the links, images and bare addresses of a Markdown text lead to.

    In the order of the text, each as often as it stands there. What a link says of itself is not
    counted beside where it leads.
    """
    return list(chain.from_iterable(map(_hosts, parse(text))))


def _hosts(block: Token) -> Iterator[str]:
    within_link = 0
    for token in block.children or [block]:
        within_link += token.nesting if token.type in {"link_open", "link_close"} else 0
        address = token.attrs.get("href") or token.attrs.get("src")
        if address:
            found = _ADDRESS.match(str(address))
            yield from [_host_name(found[1])] if found else []
        elif not within_link:
            yield from map(_host_name, _bare_hosts(token.content))


def _bare_hosts(content: str) -> Iterator[str]:
    for found in _BARE.finditer(content):
        yield found[0] if found[0].lower().startswith("www.") else found[1]


def _host_name(authority: str) -> str:
    """Return a host as it is compared: "Guest@WWW.Busan.go.kr:443" is "www.busan.go.kr"."""
    host = normal("NFKC", authority.rpartition("@")[2]).translate(_FULL_STOPS).casefold()
    return re.sub(r":[0-9]*$", "", host).strip(".,;:!")


# --- words -------------------------------------------------------------------------------

_SPACES = re.compile(r"\s+")


class _HasWord(Protocol):
    @property
    def word(self) -> str: ...


Listed = TypeVar("Listed", bound=_HasWord)


def matched_words(text: str, words: Iterable[Listed]) -> list[Listed]:
    """Return which of the staff's words stand in a text, in the order of their list.

    Case, accents, full-width forms and unseen characters between letters make no difference. A
    word of a script with spaces is found as a whole only ("rating" is not in "operating"); one
    of a script without them, or of Hangul with its particles, wherever it stands.
    """
    folded = _folded(text)
    return [listed for listed in words if _stands_in(folded, _folded(listed.word))]


def listed_word(text: str) -> str:
    """Return a word as the list keeps it: without unseen characters, full width and capitals."""
    small = normal("NFKC", text).casefold()
    seen = "".join(char for char in small if unicodedata.category(char) != "Cf")
    return _SPACES.sub(" ", seen).strip()


def is_same_word(one: str, other: str) -> bool:
    """Tell whether two words are found in the same texts."""
    return _folded(one) == _folded(other)


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", normal("NFKC", text).casefold().replace("đ", "d"))
    seen = "".join(char for char in decomposed if not _is_unseen(char))
    return _SPACES.sub(" ", unicodedata.normalize("NFC", seen)).strip()


def _is_unseen(char: str) -> bool:
    """Tell whether a character is an accent or nothing to see; vowel signs are letters."""
    if "\u0300" <= char <= "\u036f" or "\ufe00" <= char <= "\ufe0f":
        return True
    return unicodedata.category(char) in {"Cf", "Cc"} and not char.isspace()


def _stands_in(text: str, word: str) -> bool:
    start = text.find(word) if word else -1
    while start >= 0:
        end = start + len(word)
        if not _goes_on(text[max(0, start - 1) : start], word[0]) and not _goes_on(
            word[-1], text[end : end + 1]
        ):
            return True
        start = text.find(word, start + 1)
    return False


def _goes_on(before: str, after: str) -> bool:
    """Tell whether a word goes on from one character to the next."""
    if RUNS_ON.match(before) or RUNS_ON.match(after):
        return False
    return before.isalnum() and after.isalnum()

"""A post in several languages: what stands beside what its reader sees first, what is offered."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from lms.boards.models import TextOrigin
from lms.i18n.languages import CONTENT_LANGUAGES, NEXT_OF

# After so long without a word of it, a draft can be asked for again.
PATIENCE = timedelta(minutes=10)


class DraftState(StrEnum):
    """What has become of a wish to have a post translated by a machine."""

    NONE = "none"  # nobody has asked
    ASKED = "asked"
    FAILED = "failed"
    MADE = "made"


def draft_state(event: tuple[DraftState, datetime] | None, now: datetime) -> DraftState:
    """Return how far a draft is by what was noted of it last; one that was lost was never asked."""
    if event is None or (event[0] == DraftState.ASKED and event[1] <= now - PATIENCE):
        return DraftState.NONE
    return event[0]


class _InLanguage(Protocol):
    @property
    def language(self) -> str: ...

    @property
    def is_original(self) -> bool: ...

    @property
    def origin(self) -> TextOrigin: ...


class _Dated(_InLanguage, Protocol):
    @property
    def of_revision(self) -> int: ...


Text = TypeVar("Text", bound=_InLanguage)


def reading_order(page_language: str, of_city: Sequence[str]) -> list[str]:
    """Return the languages somebody reads a post in, best first.

    Their page's, then those of their city; what is in none of them is read as it was written.
    """
    order: dict[str, None] = {}
    for language in (page_language, *of_city):
        order[language] = None
        if language in NEXT_OF:
            order[NEXT_OF[language]] = None
    return list(order)


def shown_first(texts: Sequence[Text], order: Sequence[str]) -> Text:
    """Return the words a reader sees first: by people, in their language; else the original.

    A machine's draft never stands in the place of what somebody wrote.
    """
    by_language = {text.language: text for text in texts if text.origin != TextOrigin.MACHINE}
    for language in order:
        if language in by_language:
            return by_language[language]
    return original_among(texts)


def original_among(texts: Sequence[Text]) -> Text:
    """Return the words of a post as its author wrote them."""
    return next(text for text in texts if text.is_original)


def by_people(texts: Sequence[Text]) -> list[Text]:
    """Return the translations that somebody made, in the order they came."""
    return [text for text in texts if not text.is_original and is_by_people(text)]


def is_by_people(text: _InLanguage) -> bool:
    """Tell whether somebody answers for the words, and not a machine alone."""
    return text.origin != TextOrigin.MACHINE


def text_among(texts: Sequence[Text], language: str) -> Text | None:
    """Return the words of a post in a language, whoever or whatever made them."""
    return next((text for text in texts if text.language == language), None)


def draft_beside(texts: Sequence[Text], first: Text, language: str) -> Text | None:
    """Return what a machine made of a post for a reader who sees it in another language first."""
    text = text_among(texts, language)
    return text if text and text is not first and text.origin == TextOrigin.MACHINE else None


def is_outdated(text: _Dated, original: _Dated) -> bool:
    """Tell whether the original was changed since a translation was made or last looked at."""
    return not text.is_original and text.of_revision < original.of_revision


def languages_to_offer(original: str, order: Sequence[str]) -> list[str]:
    """Return the languages a post can be translated into, those of its reader first."""
    wanted = [language for language in order if language in CONTENT_LANGUAGES]
    return [each for each in dict.fromkeys([*wanted, *CONTENT_LANGUAGES]) if each != original]


def language_to_begin_with(texts: Sequence[Text], order: Sequence[str]) -> str:
    """Return the language a reader is most likely to translate a post into.

    The first of theirs in which nobody has written it; where all are there, one to improve.
    """
    offered = languages_to_offer(original_among(texts).language, order)
    there = {text.language for text in by_people(texts)}
    return next((each for each in offered if each not in there), offered[0])

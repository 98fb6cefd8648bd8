"""Which languages there are, and which one this page and this reader use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from babel import Locale
from flask import Blueprint, Flask, g, has_request_context, request
from flask_babel import Babel
from flask_login import current_user
from werkzeug.routing import BaseConverter


@dataclass(frozen=True)
class PageLanguage:
    """A language the pages are offered in: address code, HTML tag, Babel locale, own name."""

    code: str
    html_lang: str
    locale: str
    name: str


PAGE_LANGUAGES = (
    PageLanguage("ko", "ko", "ko", "한국어"),
    PageLanguage("en", "en", "en", "English"),
    PageLanguage("zh", "zh-Hans", "zh_Hans", "中文"),
)
BY_CODE: Mapping[str, PageLanguage] = {language.code: language for language in PAGE_LANGUAGES}
DEFAULT = "ko"

# What courses, materials and captions can be in: the languages of the partner cities.
CONTENT_LANGUAGES = (
    "ko", "en", "zh", "zh-Hant", "ja", "vi", "id", "ms", "fil", "th", "km", "lo", "my", "mn",
    "ru", "kk", "uz", "hi", "bn", "ne", "si", "ar", "fa", "tr", "fr", "es", "pt", "el", "pl",
    "sw", "am",
)  # fmt: skip

RIGHT_TO_LEFT = {"ar", "fa", "ur", "he", "ps"}

# A language whose readers are first offered another (DOMAIN 3.4).
NEXT_OF = {"zh-Hant": "zh", "zh-Hans": "zh", "zh-Hant-TW": "zh", "zh-Hans-CN": "zh"}


class LanguageConverter(BaseConverter):
    """Matches the language part of an address."""

    regex = "|".join(BY_CODE)


def page_language() -> str:
    """Return the code of the language this page is in."""
    code: str | None = g.get("page_language")
    return code or preferred_language()


def page_locale() -> Locale:
    """Return how this page writes numbers, dates and names."""
    return _locale(page_language())


@cache
def _locale(code: str) -> Locale:
    return Locale.parse(BY_CODE[code].locale)


def preferred_language() -> str:
    """Return the page language this reader would choose: account, cookie, browser, Korean."""
    if not has_request_context():  # a job or a command: a refusal still needs its words
        return DEFAULT
    if current_user.preferred_language in BY_CODE:
        return str(current_user.preferred_language)
    cookie = request.cookies.get("language", "")
    if cookie in BY_CODE:
        return cookie
    return request.accept_languages.best_match(list(BY_CODE)) or DEFAULT


def html_lang(language: str) -> str:
    """Return the tag to write into `lang=` for a content language."""
    return BY_CODE[language].html_lang if language in BY_CODE else language


def direction(language: str) -> str:
    """Return "rtl" or "ltr" for a content language."""
    return "rtl" if language.split("-", maxsplit=1)[0] in RIGHT_TO_LEFT else "ltr"


def content_preferences(*, city: Sequence[str] = (), working: str = "") -> list[str]:
    """Return the languages to try for content, best first (DOMAIN 3.4).

    The page's language, the training languages of the reader's city, the working language of
    the run, English. The source comes last by itself (`TextInLanguages.pick`).
    """
    wanted = [page_language(), *city, working, "en"]
    order: list[str] = []
    for language in wanted:
        for candidate in (language, NEXT_OF.get(language, "")):
            if candidate and candidate not in order:
                order.append(candidate)
    return order


def localise(blueprint: Blueprint) -> Blueprint:
    """Give every address of the blueprint its language part, read before the view runs."""

    @blueprint.url_value_preprocessor
    def take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        g.page_language = (values or {}).pop("language", DEFAULT)

    return blueprint


def add_language_to_addresses(app: Flask) -> None:
    """Let `url_for` of a localised address work from any page, mail or error page."""

    @app.url_defaults
    def add_language(endpoint: str, values: dict[str, Any]) -> None:
        if "language" not in values and app.url_map.is_endpoint_expecting(endpoint, "language"):
            values["language"] = page_language()


def language_of_path() -> None:
    """Find the language of an address that matched no view, so its error page speaks it."""
    if "page_language" not in g:
        first = request.path.split("/", 2)[1]
        if first in BY_CODE:
            g.page_language = first


def init_app(app: Flask) -> None:
    """Register languages, times and formats on the application."""
    app.url_map.converters["language"] = LanguageConverter
    Babel(app, locale_selector=lambda: BY_CODE[page_language()].locale)
    add_language_to_addresses(app)
    app.before_request(language_of_path)

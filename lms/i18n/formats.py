"""Numbers, hours, sizes and texts in several languages, as the page shows them."""

from decimal import ROUND_DOWN, Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import format_decimal
from flask import g
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup, escape

from lms.core.text import TextInLanguages
from lms.i18n.languages import content_preferences, direction, html_lang, page_locale


def number(value: float | Decimal, decimals: int = 1) -> str:
    """Return a number rounded down: what is shown never exceeds what was earned."""
    return _number(str(value), decimals, page_locale())


@lru_cache(4096)  # a table says the same few hundred numbers over and over
def _number(value: str, decimals: int, locale: Locale) -> str:
    cut = Decimal(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_DOWN)
    return format_decimal(cut.normalize() if cut % 1 == 0 else cut, locale=locale)


def hours(minutes: int) -> str:
    """Return recognised minutes as hours, one decimal, rounded down."""
    tenths = minutes * 10 // 60
    text = number(Decimal(tenths) / 10)
    return ngettext("%(hours)s hour", "%(hours)s hours", 1 if tenths == 10 else 2, hours=text)


def percent(value: float | Decimal) -> str:
    """Return a share of 100 with one decimal, rounded down (DOMAIN 3.1 rule 2)."""
    return f"{number(value)}%"


def file_size(size: int) -> str:
    """Return bytes as KB or MB (decimal, as data plans are sold)."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} KB"
    return f"{format_decimal(round(size / 1_000_000, 1), locale=page_locale())} MB"


def clock_length(seconds: int) -> str:
    """Return a media length as m:ss or h:mm:ss."""
    minutes, rest = divmod(int(seconds), 60)
    whole, minutes = divmod(minutes, 60)
    return f"{whole}:{minutes:02}:{rest:02}" if whole else f"{minutes}:{rest:02}"


def language_name(code: str) -> str:
    """Return the name of a content language in the page's language."""
    locale = page_locale()
    return str(locale.languages.get(code.replace("-", "_"), code))


def set_content_preferences(preferences: list[str]) -> None:
    """Use this order for the rest of the request (a reader with a city, a run's page)."""
    g.content_preferences = preferences


def preferences() -> list[str]:
    """Return the order in which content languages are tried on this page."""
    chosen: list[str] | None = g.get("content_preferences")
    if chosen is None:
        chosen = g.content_preferences = content_preferences()
    return chosen


def in_language(text: TextInLanguages | None, *, quiet: bool = False) -> Markup:
    """Return the text for this reader; a fallback carries its language and a quiet label."""
    if text is None:
        return Markup()
    fragment = text.pick(preferences())
    if not fragment.is_fallback:
        return escape(fragment.text)
    return _foreign(escape(fragment.text), fragment.language, quiet=quiet)


def _foreign(body: Markup, language: str, *, quiet: bool, tag: str = "span") -> Markup:
    marked = Markup('<{} lang="{}" dir="{}">{}</{}>').format(
        Markup(tag), html_lang(language), direction(language), body, Markup(tag)
    )
    if quiet:
        return marked
    label = _("in %(language)s", language=language_name(language))
    note = Markup('<small class="fallback-note">({})</small>').format(label)
    return marked + Markup(" ") + note


def block_in_language(text: TextInLanguages | None, render: "object" = None) -> Markup:
    """Return a long text (rendered by `render`, if given) as a block in its own language."""
    if text is None:
        return Markup()
    fragment = text.pick(preferences())
    body = render(fragment.text) if callable(render) else escape(fragment.text)
    if not fragment.is_fallback:
        return Markup(body)
    shown = _(
        "Shown in %(language)s: no text in your language yet.",
        language=language_name(fragment.language),
    )
    note = Markup('<p class="fallback-note">{}</p>').format(shown)
    return note + _foreign(Markup(body), fragment.language, quiet=True, tag="div")


def plain_in_language(text: TextInLanguages | None) -> str:
    """Return the text for this reader as plain characters, for attributes and page titles."""
    return "" if text is None else text.pick(preferences()).text

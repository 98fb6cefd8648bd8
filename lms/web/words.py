"""The words of the page's language, as templates ask for them some fifty times a page.

Jinja's own callables find the catalogue, escape and fill in at every call; here a text without
gaps is made once for each language, and what the rows of a list have in common once a page.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, g
from flask_babel import get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from lms.i18n.languages import page_language


@dataclass
class Words:
    """The catalogue of a language, and the texts without gaps made from it so far."""

    catalogue: Any
    whole: dict[str, Markup] = field(default_factory=dict)


_words: dict[str, Words] = {}


def init_app(app: Flask) -> None:
    """Give templates `_`, `ngettext` and `once`."""
    app.jinja_env.newstyle_gettext = True  # type: ignore[attr-defined]
    app.jinja_env.globals.update(_=gettext, gettext=gettext, ngettext=ngettext, once=once)


@pass_eval_context
def gettext(context: EvalContext, text: str, /, **gaps: Any) -> str:
    """Return the text in the page's language, its gaps filled; escaped where the template is."""
    words = _of_page()
    if gaps:
        return _filled(context, words.catalogue.ugettext(text), gaps)
    said = words.whole.get(text)
    if said is None:
        said = words.whole[text] = Markup(words.catalogue.ugettext(text)) % {}
    return said if context.autoescape else str(said)


@pass_eval_context
def ngettext(context: EvalContext, one: str, many: str, num: int, /, **gaps: Any) -> str:
    """Return the form of the text that fits the number, which fills the gap `num`."""
    said = _of_page().catalogue.ungettext(one, many, num)
    return _filled(context, said, {"num": num, **gaps})


def once(say: Callable[..., str], *given: Hashable) -> str:
    """Return what a macro or a function says of these values, made once a page for each of them.

    For what the rows of a list have in common: a state, a kind, a mark.
    """
    made: dict[Hashable, str] = g.setdefault("made_once", {})
    key = (say, given, page_language())
    if key not in made:
        made[key] = say(*given)
    return made[key]


def _filled(context: EvalContext, text: str, gaps: dict[str, Any]) -> str:
    return (Markup(text) if context.autoescape else text) % gaps


def _of_page() -> Words:
    language = page_language()
    if language not in _words:
        _words[language] = Words(get_translations())
    return _words[language]

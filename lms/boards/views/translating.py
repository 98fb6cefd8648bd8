"""A post in other languages: read beside its original, translated by whoever may write there."""

from functools import partial
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.boards import composer
from lms.boards.forms.translations import TranslationForm
from lms.boards.permissions import (
    PostView,
    get_post_for_marking,
    get_post_for_reading,
    get_post_for_translating,
)
from lms.boards.queries.thread_page import TextLine, texts_of
from lms.boards.queries.translations import draft_event, earlier_translators
from lms.boards.rules.translations import (
    DraftState,
    draft_state,
    is_by_people,
    is_outdated,
    language_to_begin_with,
    languages_to_offer,
    original_among,
    text_among,
)
from lms.boards.services import judging, machine_translations
from lms.boards.services.translations import Basis, save_translation
from lms.boards.services.words import Words
from lms.boards.thread_page import readable
from lms.boards.translator import translator
from lms.boards.views.boards import found_or_none, use_reading_order
from lms.boards.views.pages import PAGE, bp
from lms.core import clock
from lms.core.errors import Invalid, NotFound, TooMany
from lms.core.unit_of_work import unit_of_work
from lms.i18n.languages import CONTENT_LANGUAGES
from lms.web.guards import ask_to_sign_in, public, signed_in
from lms.web.limits import check_limit
from lms.web.saving import Saving, answer_sent

TRANSLATIONS_OF_PERSON = "30/hour"
DRAFTS_OF_PERSON = "20/hour"


@bp.app_template_global()
def machine_translates() -> bool:
    """Tell whether this site was set up with a machine that translates."""
    return translator() is not None


@bp.get(f"{PAGE}/posts/<int:post_id>/in/<code>")
@public
def show_translation(post_id: int, code: str) -> Any:
    """Show a post in one language beside its original, with who translated it."""
    view = found_or_none(lambda: get_post_for_reading(current_user, post_id, clock.now()))
    if view is None:
        return ask_to_sign_in()
    use_reading_order()
    texts = texts_of([post_id])[post_id]
    original, text = original_among(texts), text_among(texts, code)
    if code not in CONTENT_LANGUAGES or text is original:
        raise NotFound
    words = readable([original, *([text] if text else [])])
    return render_template(
        "boards/show_translation.html",
        view=view,
        code=code,
        original=words[0],
        shown=words[1] if text else None,
        is_outdated=text is not None and is_outdated(text, original),
        earlier=earlier_translators(post_id, code, but=text.by_id) if text else (),
        draft_state=_draft_state(view, text, original, code),
    )


def _draft_state(
    view: PostView, text: TextLine | None, original: TextLine, code: str
) -> DraftState | None:
    """Return how far a machine is where a draft can be asked for; None where it cannot."""
    is_wanted = text is None or (not is_by_people(text) and is_outdated(text, original))
    if not is_wanted or not view.is_seen_by_all or translator() is None:
        return None
    return draft_state(draft_event(view.post.id, code), clock.now())


@bp.post(f"{PAGE}/posts/<int:post_id>/in/<code>")
@signed_in
def ask_for_draft(post_id: int, code: str) -> Any:
    """Have a machine translate a post for its readers; what it makes is marked as such."""
    view = get_post_for_marking(current_user, post_id, clock.now())
    if code not in CONTENT_LANGUAGES or translator() is None:
        raise NotFound
    check_limit(DRAFTS_OF_PERSON, "post-draft", str(current_user.id))
    with unit_of_work():
        machine_translations.ask_for_draft(
            view.post, code, actor=current_user.person, now=clock.now()
        )
    if code == view.post.language:
        return redirect(url_for(".show_post", post_id=post_id), 303)
    return redirect(url_for(".show_translation", post_id=post_id, code=code), 303)


@bp.get(f"{PAGE}/posts/<int:post_id>/translate")
@signed_in
def choose_translation(post_id: int) -> Any:
    """Lead to the form for the language that was chosen, at first for that of the reader."""
    view = get_post_for_translating(current_user, post_id, clock.now())
    order = use_reading_order()
    wanted = request.args.get("to", "")
    if wanted not in languages_to_offer(view.post.language, order):
        wanted = language_to_begin_with(texts_of([post_id])[post_id], order)
    return redirect(url_for(".translate_post", post_id=post_id, code=wanted))


@bp.route(f"{PAGE}/posts/<int:post_id>/translate/<code>", methods=["GET", "POST"])
@signed_in
def translate_post(post_id: int, code: str) -> Any:
    """Put a post into another language, or improve what somebody made of it."""
    view = get_post_for_translating(current_user, post_id, clock.now())
    if code not in CONTENT_LANGUAGES or (request.method == "GET" and code == view.post.language):
        raise NotFound
    texts = texts_of([post_id])[post_id]
    form = _form_of(texts, code)
    show = partial(_page, view, texts, code, form)
    if request.method == "GET":
        return show()
    if request.form.get("act") == "preview":
        return show(preview=composer.preview_of_words(_words_of(form, code)))

    def save() -> tuple[bool, int]:
        words = _words_of(form, code)
        _check_limit()
        _check_personal_data(form, words)
        with unit_of_work():
            judging.check_change(
                view.post, current_user.person, words, own_host=request.host, now=clock.now()
            )
            is_saved = save_translation(
                view.post,
                words,
                Basis(form.shown_revision, form.seen_revision),
                translator=current_user.person,
                now=clock.now(),
            )
        return is_saved, _revision_of(_present(post_id, code))

    def stored() -> dict[str, Any]:
        return _stored(_present(post_id, code))

    def done() -> str:
        return url_for(".show_post", post_id=post_id)

    return answer_sent(form, Saving(save, show, stored, done))


def _form_of(texts: list[TextLine], code: str) -> TranslationForm:
    original, present = original_among(texts), text_among(texts, code)
    form = TranslationForm(_stored(original), **_stored(present))
    if not form.is_submitted():
        form.made_from(_revision_of(present))
        form.of_revision.data = str(original.of_revision)
    return form


def _present(post_id: int, code: str) -> TextLine | None:
    return text_among(texts_of([post_id])[post_id], code)


def _revision_of(text: TextLine | None) -> int:
    """Return which version of a translation a form is made from; a machine's is none."""
    return text.revision if text is not None and is_by_people(text) else 0


def _stored(text: TextLine | None) -> dict[str, Any]:
    if text is None:
        return {}
    return {"title": text.title, "body": text.body, **(text.parts or {})}


def _words_of(form: TranslationForm, code: str) -> Words:
    return Words(code, form.said("body"), form.said("title"), form.parts)


def _check_personal_data(form: TranslationForm, words: Words) -> None:
    if not form.checked.data and judging.warnings_about(words):
        raise Invalid("checked", _("Look at it once more and tick that it may be posted."))


def _check_limit() -> None:
    """Refuse on the form, where nothing that was typed is lost."""
    try:
        check_limit(TRANSLATIONS_OF_PERSON, "translation", str(current_user.id))
    except TooMany as error:
        raise Invalid(
            "body", _("That was a lot within an hour. Wait a little and send it again.")
        ) from error


def _page(
    view: PostView, texts: list[TextLine], code: str, form: TranslationForm, **shown: Any
) -> str:
    order = use_reading_order()
    original, present = original_among(texts), text_among(texts, code)
    warnings = judging.warnings_about(_words_of(form, code)) if form.checked.errors else ()
    return render_template(
        "boards/translate_post.html",
        view=view,
        code=code,
        form=form,
        original=readable([original])[0],
        present=present,
        is_outdated=present is not None and is_outdated(present, original),
        offered=languages_to_offer(original.language, order),
        warnings=warnings,
        **shown,
    )

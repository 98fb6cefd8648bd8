"""Writing: threads, answers, changes of one's own posts. What is typed is kept, sent once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.boards import attaching, composer
from lms.boards.forms.posting import PostForm
from lms.boards.permissions import (
    ThreadView,
    get_board_for_writing,
    get_draft,
    get_thread_for_answering,
)
from lms.boards.queries import post_with_key
from lms.boards.queries.boards import BoardHead
from lms.boards.quoting import beginning_of_answer
from lms.boards.rules.files import LARGEST_FORM
from lms.boards.rules.threads import kinds_on
from lms.boards.services import drafts, judging, posting
from lms.boards.services.words import Words
from lms.boards.views.pages import PAGE, bp, number_named
from lms.core import clock
from lms.core.errors import Invalid, NotFound
from lms.core.secrets import new_token
from lms.core.unit_of_work import unit_of_work
from lms.web.guards import signed_in
from lms.web.markdown import markdown
from lms.web.requests import takes_large_bodies
from lms.web.saving import is_autosave, refused_answer, saved_answer

LONGEST_PREVIEW = 20_000


@dataclass(frozen=True)
class Place:
    """Where something is being written: how it is posted, and the page of its form."""

    board: BoardHead
    thread_id: int | None
    kind: Any
    post: Callable[[Words, bool], Any]
    show: Callable[..., str]
    address: Callable[[str], str]

    def page(
        self, form: PostForm, *, error: str = "", is_checked: bool = False, **shown: Any
    ) -> str:
        """Return the page of the form with its files; `is_checked` says what they still lack."""
        attaching.attach(
            form,
            "thread" if self.thread_id else "board",
            self.thread_id or self.board.id,
            kind=str(self.kind),
            files=attaching.files_written(form.key.data),
            error=error,
            is_checked=is_checked,
        )
        return self.show(**shown)


@bp.route(f"{PAGE}/boards/<int:board_id>/new/<kind>", methods=["GET", "POST"])
@signed_in
@takes_large_bodies(LARGEST_FORM)
def new_thread(board_id: int, kind: str) -> Any:
    """Begin a thread: a question, a case, a notice, a talk."""
    board = get_board_for_writing(current_user, board_id, clock.now())
    kinds = {str(each): each for each in kinds_on(board.kind, moderates=board.moderates)}
    if kind not in kinds:
        raise NotFound
    form = composer.thread_form(kinds[kind], _draft_named())

    def post(words: Words, is_held: bool) -> Any:
        new = composer.new_thread_of(form, kinds[kind], words)
        return posting.open_thread(
            board,
            current_user.person,
            new,
            key=form.sent_key,
            is_held=is_held,
            now=clock.now(),
        )

    def show(**shown: Any) -> str:
        return render_template("boards/new_thread.html", board=board, kind=kind, form=form, **shown)

    def address(key: str) -> str:
        return url_for(".new_thread", board_id=board_id, kind=kind, draft=key)

    return _page_or_taken(form, Place(board, None, kinds[kind], post, show, address))


@bp.route(f"{PAGE}/threads/<int:thread_id>/answer", methods=["GET", "POST"])
@signed_in
@takes_large_bodies(LARGEST_FORM)
def answer_thread(thread_id: int) -> Any:
    """Answer in a thread; by `to` and `quote` a certain post of it."""
    view = get_thread_for_answering(current_user, thread_id, clock.now())
    form = _answer_form(view)

    def post(words: Words, is_held: bool) -> Any:
        return posting.answer(
            view.board,
            view.thread,
            current_user.person,
            words,
            key=form.sent_key,
            is_held=is_held,
            now=clock.now(),
            reply_to=form.answered_number,
            may_be_reused=bool(form.may_be_reused.data),
        )

    def show(**shown: Any) -> str:
        return render_template("boards/answer_thread.html", view=view, form=form, **shown)

    def address(key: str) -> str:
        return url_for(".answer_thread", thread_id=thread_id, draft=key)

    place = Place(view.board, thread_id, view.thread.kind, post, show, address)
    return _page_or_taken(form, place)


def _answer_form(view: ThreadView) -> PostForm:
    if request.method == "POST" or request.args.get("draft"):
        return composer.answer_form(_draft_named())
    number = number_named("to")
    begun = beginning_of_answer(view, number, quotes="quote" in request.args) if number else None
    if begun is None:
        return composer.answer_form_of_reader(view, current_user.id)
    form = composer.answer_form(reply_to=str(number))
    # Not through the form's cleaning: without the empty line at the end, what is typed there
    # would go on within the quotation.
    form.body.data = begun
    return form


def _draft_named() -> Any:
    """Return the draft whose key stands in the address; one that has gone is an empty form."""
    key = request.args.get("draft", "")
    if request.method == "POST" or not key:
        return None
    try:
        return get_draft(current_user, key)
    except NotFound:
        return None


# --- what is sent ----------------------------------------------------------------------


def _page_or_taken(form: PostForm, place: Place) -> Any:
    if request.method == "GET":
        return place.page(form)
    form.key.data = form.sent_key
    if not composer.fits_draft(form):
        form.validate()
        return refused_answer(form) if is_autosave() else (place.page(form), 422)
    if is_autosave():
        return _answer_autosave(form, place)
    if attaching.is_about_files() or attaching.has_files():
        answer = _with_files(form, place)
        if answer is not None:
            return answer
    act = request.form.get("act", "post")
    if act == "save":
        return _kept(form, place)
    if act == "preview":
        return _previewed(form, place)
    return _posted(form, place)


def _with_files(form: PostForm, place: Place) -> Any:
    """Do what was asked about files; None when the form is to go on as without them."""
    if _save(form, place) is None:
        return _sent_before(form, place)
    refused = attaching.act_on_files(lambda: get_draft(current_user, form.key.data))
    if refused:
        return place.page(form, error=refused), 422
    if attaching.is_about_files():
        return redirect(f"{place.address(form.key.data)}#files", 303)
    return None


def _previewed(form: PostForm, place: Place) -> Any:
    files = attaching.named_files(attaching.ready_of_draft(form.key.data))
    return place.page(form, preview=composer.preview_of(form, files))


def _answer_autosave(form: PostForm, place: Place) -> Any:
    draft = _save(form, place)
    return saved_answer(draft.revision) if draft is not None else _told_of_post(form)


def _told_of_post(form: PostForm) -> Any:
    words = _(
        "Something else was already posted from this form. Press “Keep as a draft” to keep what "
        "stands here."
    )
    is_said = composer.is_said_in(_post_of(form), composer.words_of(form))
    return {"words": _("This was posted already.") if is_said else words}, 409


def _kept(form: PostForm, place: Place) -> Any:
    if _save(form, place) is None:
        return _sent_before(form, place)
    flash(_("Your draft is kept. You find it under “My boards”."), "ok")
    return redirect(place.address(form.key.data), 303)


def _save(form: PostForm, place: Place) -> Any:
    with unit_of_work():
        draft = drafts.save_draft(
            current_user.person,
            form.key.data,
            board_id=place.board.id,
            thread_id=place.thread_id,
            written=composer.written_of(form, place.kind),
            now=clock.now(),
        )
        attaching.describe(attaching.files_written(form.key.data))
        return draft


def _posted(form: PostForm, place: Place) -> Any:
    if post_with_key(current_user.id, form.key.data) is not None:
        return _sent_before(form, place)
    words = composer.words_of(form)
    try:
        if not form.validate():
            return _refused(form, place)
        files = attaching.files_written(form.key.data)
        judged = attaching.beside_files(words, files)
        warnings = () if form.checked.data else judging.warnings_about(judged)
        if warnings:
            return _refused(form, place, warnings=warnings)
        with unit_of_work():
            files = attaching.files_written(form.key.data)
            attaching.check(files)
            is_held = judging.judge(
                current_user.person,
                attaching.beside_files(words, files),
                own_host=request.host,
                now=clock.now(),
            )
            attaching.describe(files)
            post = place.post(words, is_held)
    except Invalid as error:
        # The second press of a double click may find that the first was the last for this hour.
        if post_with_key(current_user.id, form.key.data) is not None:
            return _sent_before(form, place)
        form.refuse(error)
        return _refused(form, place)
    # Another tab may have been quicker with the same form: then its post was returned.
    if not composer.is_said_in(post, words):
        return _sent_before(form, place)
    if post.published_at is None:
        flash(_("Thank you. A moderator looks at your post before others see it."), "info")
    return redirect(url_for(".show_post", post_id=post.id), 303)


def _refused(form: PostForm, place: Place, **shown: Any) -> Any:
    if _save(form, place) is None:
        return _sent_before(form, place)
    return place.page(form, is_checked=True, **shown), 422


def _sent_before(form: PostForm, place: Place) -> Any:
    """Lead to the post a form was used for; other words than its own get a form of their own."""
    post = _post_of(form)
    if not composer.is_said_in(post, composer.words_of(form)):
        form.key.data = new_token()
        _save(form, place)
        return place.page(form, posted=post), 409
    flash(_("This was posted already."), "info")
    return redirect(url_for(".show_post", post_id=post.id), 303)


def _post_of(form: PostForm) -> Any:
    post = post_with_key(current_user.id, form.key.data)
    assert post is not None
    return post


@bp.post(f"{PAGE}/boards/preview")
@signed_in
def preview_post() -> Any:
    """Return a text as it will be read, with the files of the form or post the address names."""
    text = request.form.get("text", "")[:LONGEST_PREVIEW]
    files = attaching.ready_to_name(request.args.get("key", ""), number_named("post"))
    return markdown(text, attaching.named_files(files), is_post=True)

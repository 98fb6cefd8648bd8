"""The pages of those who study: their runs, a run, a lesson, and its files."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request
from flask import url_for as address
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.errors import Invalid, NotFound
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.queries.management import instructors_of
from lms.i18n.formats import in_language, preferences, set_content_preferences
from lms.i18n.languages import content_preferences, localise
from lms.lessons.queries import LessonContent, caption, content_of_lesson, media_of_lesson
from lms.media.serving import send_media
from lms.progress import permissions, play_token, queries, rules, services
from lms.progress.forms import AnswerForm
from lms.progress.transcript import cues_of
from lms.web.display import keep
from lms.web.guards import signed_in

bp = localise(Blueprint("progress", __name__))

PAGE = "/<language:language>"
LESSON = f"{PAGE}/runs/<int:run_id>/lessons/<int:lesson_id>"
FILES = "/media/runs/<int:run_id>/lessons/<int:lesson_id>"

# The renditions to choose from, the usual one first; the poster is not watched.
QUALITIES = ("480p", "240p", "audio")


# --- pages -----------------------------------------------------------------------------


@bp.get(f"{PAGE}/my-learning")
@signed_in
def show_my_learning() -> Any:
    """Show what the reader studies, where to go on, and what they have completed."""
    learning = queries.my_learning(current_user.id)
    cards = [*learning.current, *learning.past]
    if cards:
        set_content_preferences(content_preferences(city=cards[0].run.city_languages or ()))
    return render_template("progress/show_my_learning.html", learning=learning)


@bp.get(f"{PAGE}/runs/<int:run_id>")
@signed_in
def show_run(run_id: int) -> Any:
    """Show a run to somebody enrolled in it: outline with ticks, and what completion takes."""
    run = _with_preferences(permissions.get_run_for_study(current_user, run_id))
    return render_template(
        "progress/show_run.html",
        run=run,
        outline=queries.outline(run),
        instructors=instructors_of(run_id),
    )


@bp.get(LESSON)
@signed_in
def show_lesson(run_id: int, lesson_id: int) -> Any:
    """Show a lesson: recording or reading, transcript, check question, the way on."""
    run, lesson = permissions.get_lesson_for_study(current_user, run_id, lesson_id)
    response = make_response(_lesson_page(run, lesson))
    quality = request.args.get("quality")
    if quality in QUALITIES:
        keep(response, "quality", quality)
    return response


@bp.route(f"{LESSON}/answer", methods=["GET", "POST"])
@signed_in
def answer_question(run_id: int, lesson_id: int) -> Any:
    """Judge the answer to the check question; a wrong one may be tried again at once."""
    run, lesson = permissions.get_lesson_for_study(current_user, run_id, lesson_id)
    if request.method == "GET":  # a refused answer, asked for in another language
        return redirect(_lesson_address(run_id, lesson_id, "question"))
    form = _answer_form(_question_of(run, lesson))
    standing = _judge(form, run, lesson) if form.validate() else None
    if standing is None:
        return _lesson_page(run, lesson, form=form), 422
    _tell(standing, _("That is right."))
    return redirect(_lesson_address(run_id, lesson_id, "question"), 303)


def _judge(
    form: AnswerForm, run: queries.StudiedRun, lesson: queries.StudiedLesson
) -> services.Standing | None:
    """Return where the reader stands after a right answer; None after a wrong one."""
    try:
        with unit_of_work():
            standing = services.answer_question(run, lesson, form.choice.data, now=clock.now())
    except Invalid as error:
        form.refuse(error)
        return None
    if standing.is_answered:
        return standing
    form.refuse(Invalid("choice", _("That is not the right answer. You may try again.")))
    return None


@bp.post(f"{LESSON}/read")
@signed_in
def mark_read(run_id: int, lesson_id: int) -> Any:
    """Tick a reading."""
    run, lesson = permissions.get_lesson_for_study(current_user, run_id, lesson_id)
    with unit_of_work():
        services.mark_read(run, lesson, now=clock.now())
    return redirect(_lesson_address(run_id, lesson_id, "done"), 303)


def _tell(standing: services.Standing, answer: str) -> None:
    if standing.course_is_complete:
        flash(_("You have completed the course. Your certificate is being made."), "ok")
    elif standing.is_complete:
        flash(f"{answer} {_('This lesson is complete.')}", "ok")
    else:
        flash(f"{answer} {_('Watch the recording to complete the lesson.')}", "ok")


def _lesson_address(run_id: int, lesson_id: int, anchor: str) -> str:
    return address(".show_lesson", run_id=run_id, lesson_id=lesson_id, _anchor=anchor)


def _with_preferences(run: queries.StudiedRun) -> queries.StudiedRun:
    order = content_preferences(city=run.city_languages or (), working=run.working_language)
    set_content_preferences(order)
    return run


# --- the lesson page -------------------------------------------------------------------


def _lesson_page(
    run: queries.StudiedRun, lesson: queries.StudiedLesson, form: AnswerForm | None = None
) -> str:
    _with_preferences(run)
    outline = queries.outline(run)
    place = outline.place_of(lesson.id)
    item = outline.items[place]
    content = content_of_lesson(lesson.id, run.catalogue_version)
    shown: dict[str, Any] = _player(run, item, content) if lesson.is_recording else {}
    return render_template(
        "progress/show_lesson.html",
        run=run,
        lesson=lesson,
        item=item,
        body=content.body,
        question=content.question,
        form=form or (_answer_form(content.question) if content.question else None),
        outline=outline,
        place=place,
        before=outline.items[place - 1] if place else None,
        after=outline.items[place + 1] if place + 1 < len(outline.items) else None,
        **shown,
    )


def _player(
    run: queries.StudiedRun, item: queries.OutlineItem, content: LessonContent
) -> dict[str, Any]:
    """Return what the player shows: renditions with sizes, captions, where to go on."""
    lesson = item.lesson
    media = {str(name): row for name, row in content.media.items()}
    renditions = [media[name] for name in QUALITIES if name in media]
    captions = content.captions
    spoken = _transcript_language(captions)
    return {
        "renditions": renditions,
        "chosen": _chosen(renditions),
        "saves_data": _saves_data(),
        "has_poster": "poster" in media,
        "captions": list(captions),
        "caption_language": next((code for code in preferences() if code in captions), ""),
        "transcript_language": spoken,
        "cues": cues_of(captions[spoken]) if spoken else (),
        "resume_at": rules.resume_position(item.record.last_position, lesson.duration_seconds),
        "start_at": _start_at(lesson.duration_seconds),
        "token": play_token.make_token(run.id, lesson.id, clock.now()) if run.is_recorded else "",
        "fastest": rules.FASTEST_RATE,
    }


def _chosen(renditions: Sequence[Any]) -> Any:
    """Return the rendition to play: asked for, kept from before, or fit for the connection."""
    wanted = [request.args.get("quality"), request.cookies.get("quality")]
    wanted.append("240p" if _saves_data() else "480p")
    by_name = {str(rendition.rendition): rendition for rendition in renditions}
    found = (by_name[name] for name in wanted if name in by_name)
    return next(found, None) or next(iter(renditions), None)


def _saves_data() -> bool:
    return request.headers.get("Save-Data", "").lower() == "on"


def _transcript_language(captions: Mapping[str, str]) -> str:
    for code in (request.args.get("transcript", ""), *preferences()):
        if code in captions:
            return code
    return next(iter(captions), "")


def _start_at(duration: int) -> int | None:
    """Return the second a link asked to start at, without a script."""
    second = request.args.get("at", type=int)
    return second if second is not None and 0 <= second < duration else None


def _question_of(run: queries.StudiedRun, lesson: queries.StudiedLesson) -> Any:
    question = content_of_lesson(lesson.id, run.catalogue_version).question
    if question is None:
        raise NotFound
    return question


def _answer_form(question: Any) -> AnswerForm:
    form = AnswerForm()
    form.choice.choices = [
        (at, in_language(text, quiet=True)) for at, text in enumerate(question.choices)
    ]
    return form


# --- files -----------------------------------------------------------------------------


@bp.get(f"{FILES}/<rendition>")
@signed_in
def serve_media(run_id: int, lesson_id: int, rendition: str) -> Any:
    """Stream a recording or its poster to somebody enrolled."""
    permissions.get_lesson_for_study(current_user, run_id, lesson_id)
    found = {str(name): row for name, row in media_of_lesson(lesson_id).items()}.get(rendition)
    if found is None:
        raise NotFound
    try:
        return send_media(found.storage_key, mimetype=found.mimetype)
    except FileNotFoundError as error:
        raise NotFound from error


@bp.get(f"{FILES}/captions/<language_code>.vtt")
@signed_in
def serve_captions(run_id: int, lesson_id: int, language_code: str) -> Any:
    """Send the captions of one language to somebody enrolled."""
    permissions.get_lesson_for_study(current_user, run_id, lesson_id)
    text = caption(lesson_id, language_code)
    if text is None:
        raise NotFound
    response = Response(text, mimetype="text/vtt")
    response.headers["Cache-Control"] = "private, max-age=3600"
    response.add_etag()
    return response.make_conditional(request)

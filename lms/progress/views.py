"""The pages of those who study: their runs, a run, a lesson, and its files."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request
from flask import url_for as address
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.text import clean_line
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.queries.management import instructors_of
from lms.i18n.formats import preferences, set_content_preferences
from lms.i18n.languages import content_preferences, localise
from lms.lessons.handing_out import send_material
from lms.lessons.player import QUALITIES
from lms.lessons.queries import (
    caption,
    content_of_lesson,
    media_of_lesson,
    outline_of_version,
)
from lms.media.serving import send_media
from lms.progress import permissions, queries, services
from lms.progress.catch_up_page import catch_up_page, form_of
from lms.progress.forms import AnswerForm, ThreeAnswersForm
from lms.progress.lesson_page import (
    Places,
    answer_form,
    lesson_page,
    visible_materials,
    with_preferences,
)
from lms.progress.queries.catch_up import CatchingUp
from lms.progress.queries.learning import my_learning
from lms.progress.queries.transcripts import find_in_transcripts
from lms.progress.services.catch_up import answer_questions
from lms.seminars.queries.attendance import provisional_minutes
from lms.seminars.queries.recordings import questions_of
from lms.seminars.queries.timetable import my_next_sittings, next_sitting_of_run
from lms.seminars.rules.recordings import QUESTIONS
from lms.web.display import keep
from lms.web.guards import signed_in

bp = localise(Blueprint("progress", __name__))

PAGE = "/<language:language>"
LESSON = f"{PAGE}/runs/<int:run_id>/lessons/<int:lesson_id>"
FILES = "/media/runs/<int:run_id>/lessons/<int:lesson_id>"

LONGEST_QUERY = 100


# --- pages -----------------------------------------------------------------------------


@bp.get(f"{PAGE}/my-learning")
@signed_in
def show_my_learning() -> Any:
    """Show what the reader studies, where to go on, and what they have completed."""
    learning = my_learning(current_user.id)
    cards = [*learning.current, *learning.past]
    if cards:
        set_content_preferences(content_preferences(city=cards[0].run.city_languages or ()))
    return render_template(
        "progress/show_my_learning.html",
        learning=learning,
        upcoming=my_next_sittings(current_user.id, clock.now()),
    )


@bp.get(f"{PAGE}/runs/<int:run_id>")
@signed_in
def show_run(run_id: int) -> Any:
    """Show a run to somebody enrolled in it: outline with ticks, and what completion takes."""
    run = with_preferences(permissions.get_run_for_study(current_user, run_id))
    return render_template(
        "progress/show_run.html",
        run=run,
        outline=queries.outline(run),
        provisional=provisional_minutes(run.id),
        upcoming=next_sitting_of_run(run_id, clock.now()),
        places=_places(run_id),
        instructors=instructors_of(run_id),
    )


@bp.get(f"{PAGE}/runs/<int:run_id>/search")
@signed_in
def search_transcripts(run_id: int) -> Any:
    """Find what is said in the recordings of a run, each place with the way to it."""
    run = with_preferences(permissions.get_run_for_study(current_user, run_id))
    query = clean_line(request.args.get("q", ""), LONGEST_QUERY)
    found = find_in_transcripts(run.version_id, run.catalogue_version, query, preferences())
    lessons = outline_of_version(run.version_id, run.catalogue_version)
    return render_template(
        "progress/search_transcripts.html",
        run=run,
        query=query,
        found=[(lesson, found[lesson.id]) for lesson in lessons if lesson.id in found],
        total=sum(places.total for places in found.values()),
    )


@bp.get(LESSON)
@signed_in
def show_lesson(run_id: int, lesson_id: int) -> Any:
    """Show a lesson: recording or reading, transcript, check question, the way on."""
    run, lesson = permissions.get_lesson_for_study(current_user, run_id, lesson_id)
    response = make_response(lesson_page(with_preferences(run), lesson, _places(run.run_id)))
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
    form = answer_form(_question_of(run, lesson))
    standing = _judge(form, run, lesson) if form.validate() else None
    if standing is None:
        return lesson_page(with_preferences(run), lesson, _places(run.run_id), form=form), 422
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


def _question_of(run: queries.StudiedRun, lesson: queries.StudiedLesson) -> Any:
    question = content_of_lesson(lesson.id, run.catalogue_version).question
    if question is None:
        raise NotFound
    return question


def _tell(standing: services.Standing, answer: str) -> None:
    if standing.course_is_complete:
        flash(_("You have completed the course. Your certificate is being made."), "ok")
    elif standing.is_complete:
        flash(f"{answer} {_('This lesson is complete.')}", "ok")
    else:
        flash(f"{answer} {_('Watch the recording to complete the lesson.')}", "ok")


def _places(run_id: int) -> Places:
    lesson = address(".show_lesson", run_id=run_id, lesson_id=1).removesuffix("1")
    files = f"/media/runs/{run_id}/lessons/"
    return Places(address(".show_run", run_id=run_id), lesson, files)


def _lesson_address(run_id: int, lesson_id: int, anchor: str) -> str:
    return address(".show_lesson", run_id=run_id, lesson_id=lesson_id, _anchor=anchor)


# --- making up for a session -----------------------------------------------------------


@bp.get(f"{PAGE}/sessions/<int:sitting_id>/catch-up")
@signed_in
def catch_up(sitting_id: int) -> Any:
    """Show what the reader missed of a session in its recording, and what makes up for it."""
    now = clock.now()
    known = permissions.get_sitting_for_catch_up(current_user, sitting_id, now)
    response = make_response(catch_up_page(known, now))
    quality = request.args.get("quality")
    if quality in QUALITIES:
        keep(response, "quality", quality)
    return response


@bp.route(f"{PAGE}/sessions/<int:sitting_id>/catch-up/answers", methods=["GET", "POST"])
@signed_in
def answer_catch_up(sitting_id: int) -> Any:
    """Judge the answers to the questions after a session; wrong ones may be tried again."""
    now = clock.now()
    known = permissions.get_sitting_for_catch_up(current_user, sitting_id, now)
    back = address(".catch_up", sitting_id=sitting_id, _anchor="questions")
    if request.method == "GET":  # refused answers, asked for in another language
        return redirect(back)
    questions = questions_of(sitting_id)
    if len(questions) < QUESTIONS:
        return redirect(back, 303)
    form = form_of(questions)
    try:
        if not form.validate() or not _judge_answers(form, known, now):
            return catch_up_page(known, now, form), 422
    except Conflict as error:
        flash(error.message, "warn")
    return redirect(back, 303)


def _judge_answers(form: ThreeAnswersForm, known: CatchingUp, now: datetime) -> bool:
    """Tell whether all answers are right; who has watched enough has made up for the session."""
    try:
        with unit_of_work():
            answered = answer_questions(known, form.answers, now=now)
    except Invalid as error:
        form.refuse(error)
        return False
    for position in answered.wrong:
        words = _("That is not the right answer. You may try again.")
        form.refuse(Invalid(f"question_{position}", words))
    if answered.wrong:
        return False
    if answered.standing.is_complete:
        flash(_("You have made up for this session."), "ok")
    else:
        flash(_("All three are right. Watch what you missed to make up for the session."), "ok")
    return True


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


@bp.get(f"{FILES}/materials/<int:material_id>/<form>")
@signed_in
def serve_material(run_id: int, lesson_id: int, material_id: int, form: str) -> Any:
    """Send a material's file to somebody enrolled, as long as they are to see it."""
    run, _lesson = permissions.get_lesson_for_study(current_user, run_id, lesson_id)
    content = content_of_lesson(lesson_id, run.catalogue_version)
    found = {material.id: material for material in visible_materials(content)}.get(material_id)
    if found is None:
        raise NotFound
    return send_material(found, form)


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

"""Good answers become part of a course: choosing the session, putting them in, asking for leave."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.boards.expertise_permissions import get_post_for_course
from lms.boards.forms.expertise import ReadingForm
from lms.boards.manage.pages import TEACHING, bp
from lms.boards.permissions import PostView, get_post_for_marking
from lms.boards.queries.expertise import titles_in_languages
from lms.boards.queries.readings import author_of, reading_of, reading_places, words_of
from lms.boards.rules.readings import languages_for
from lms.boards.services import readings as services
from lms.core import clock
from lms.core.text import TextInLanguages
from lms.core.unit_of_work import unit_of_work
from lms.courses.queries import managed_courses
from lms.i18n.languages import BY_CODE
from lms.lessons.permissions import get_lesson_for_editing
from lms.web.guards import requires_role
from lms.web.saving import Saving, answer_sent

POST = "/posts/<int:post_id>"


@bp.get(f"{POST}/reading")
@requires_role(*TEACHING)
def choose_reading(post_id: int) -> Any:
    """Choose the session a post becomes part of: first the course, then one of its draft.

    Every instructor who reads the post may look; who teaches no course finds none to choose.
    """
    view = get_post_for_marking(current_user, post_id, clock.now())
    courses = managed_courses(None if current_user.is_staff else current_user.id)
    drafts = [course for course in courses if course.in_work_state == "draft"]
    code = request.args.get("course", "")
    chosen = next((course for course in drafts if course.code == code), None)
    words = words_of(view.post)
    return render_template(
        "boards/manage/choose_reading.html",
        view=view,
        title=_title(view),
        courses=drafts,
        can_ask=bool(courses),
        chosen=chosen,
        places=reading_places(chosen.id, post_id, list(words)) if chosen else [],
        post_languages=list(words),
        was_asked=not view.post.may_be_reused and services.was_asked(view.post),
    )


@bp.route(f"{POST}/reading/<int:lesson_id>", methods=["GET", "POST"])
@requires_role(*TEACHING)
def use_as_reading(post_id: int, lesson_id: int) -> Any:
    """Show what would be put into a session's text, and put it there."""
    view = get_post_for_course(current_user, post_id, clock.now())
    found = get_lesson_for_editing(current_user, lesson_id)
    title = _title(view)
    form = ReadingForm()

    def show(**shown: Any) -> str:
        return render_template(
            "boards/manage/use_as_reading.html",
            view=view,
            title=title,
            found=found,
            form=form,
            blocks=_blocks(view, title, found.lesson),
            is_used=reading_of(post_id, lesson_id) is not None,
            **shown,
        )

    if request.method == "GET":
        form.made_from(found.lesson.revision)
        return show()

    def save() -> tuple[bool, int]:
        blocks = _blocks(view, title, found.lesson)
        with unit_of_work():
            is_saved = services.use_as_reading(
                view.post,
                found.lesson,
                found.course,
                blocks,
                revision=form.shown_revision,
                actor=current_user.person,
                now=clock.now(),
            )
            return is_saved, found.lesson.revision

    def done() -> str:
        return url_for("lessons_manage.edit_lesson", lesson_id=lesson_id, _anchor="text")

    return answer_sent(form, Saving(save, show, dict, done))


def _blocks(view: PostView, title: TextInLanguages, lesson: Any) -> dict[str, str]:
    """Return what would be put into the text of a session, by language."""
    words = words_of(view.post)
    languages = languages_for(list(words), lesson.body.texts if lesson.body else (), lesson.kind)
    return services.blocks_of(
        view.post,
        {language: words[language] for language in languages},
        author_of(view.post),
        title,
        {
            code: url_for("boards.show_post", post_id=view.post.id, language=code)
            for code in BY_CODE
        },
    )


def _title(view: PostView) -> TextInLanguages:
    return titles_in_languages([view.thread.id])[view.thread.id]


@bp.post(f"{POST}/ask-reuse")
@requires_role(*TEACHING)
def ask_for_reuse(post_id: int) -> Any:
    """Ask the author whether their post may be used as course material."""
    now = clock.now()
    view = get_post_for_course(current_user, post_id, now)
    with unit_of_work():
        is_asked = services.ask_for_reuse(view.post, actor=current_user.person, now=now)
    flash(_("The author is asked.") if is_asked else _("There is nothing to ask."), "info")
    return redirect(url_for(".choose_reading", post_id=post_id), 303)

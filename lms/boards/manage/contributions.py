"""What trainees post counts as the task of a discussion: which thread, and whose post."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.boards.expertise_permissions import (
    RunThread,
    get_contributor,
    get_post_for_counting,
    get_thread_for_task,
)
from lms.boards.forms.expertise import NO_SESSION, ReasonForm, TaskForm
from lms.boards.manage.pages import TEACHING, bp
from lms.boards.queries.contributions import contributors, discussions_of_run, task_of
from lms.boards.queries.expertise import titles_in_languages
from lms.boards.services import contributions as services
from lms.core import clock
from lms.core.access_log import record_access
from lms.core.errors import Conflict, Invalid
from lms.core.unit_of_work import unit_of_work
from lms.web.guards import requires_role
from lms.web.limits import client_address

THREAD = "/threads/<int:thread_id>"


@bp.route(f"{THREAD}/task", methods=["GET", "POST"])
@requires_role(*TEACHING)
def edit_task(thread_id: int) -> Any:
    """Say of which session it is the task to take part in a thread."""
    now = clock.now()
    found = get_thread_for_task(current_user, thread_id, now)
    lessons = discussions_of_run(found.run_id)
    form = TaskForm(lesson=found.thread.task_lesson_id or NO_SESSION)
    form.offer([(lesson.id, lesson.number, lesson.title) for lesson in lessons])
    if form.validate_on_submit():
        try:
            with unit_of_work():
                services.set_task(
                    found.thread,
                    form.lesson.data or None,
                    run_id=found.run_id,
                    actor=current_user.person,
                    now=now,
                )
        except (Conflict, Invalid) as error:
            form.refuse(Invalid("lesson", error.message))
        else:
            flash(_("Saved."), "ok")
            return redirect(url_for("boards.show_thread", thread_id=thread_id), 303)
    page = render_template(
        "boards/manage/edit_task.html",
        form=form,
        has_lessons=bool(lessons),
        **_head(found),
    )
    return page, 422 if form.errors else 200


def _head(found: RunThread) -> dict[str, Any]:
    thread = found.thread
    return {
        "board": found.board,
        "thread": thread,
        "title": titles_in_languages([thread.id]).get(thread.id),
    }


@bp.get(f"{THREAD}/contributions")
@requires_role(*TEACHING)
def list_contributions(thread_id: int) -> Any:
    """List who of the run has posted what in a thread, and whose post counts as its task."""
    now = clock.now()
    found = get_thread_for_task(current_user, thread_id, now)
    head, task = _head(found), task_of(found.thread)
    people = contributors(found.thread, found.run_id, task.id) if task else []
    page = render_template(
        "boards/manage/list_contributions.html", task=task, people=people, **head
    )
    with unit_of_work():
        record_access(
            actor_id=current_user.id,
            action="boards_manage.list_contributions",
            subject=f"thread {thread_id}",
            count=len(people),
            now=now,
            address=client_address(),
        )
    return page


@bp.post("/posts/<int:post_id>/contribution")
@requires_role(*TEACHING)
def count_post(post_id: int) -> Any:
    """Let a post count as the task of its thread's session."""
    now = clock.now()
    view, run_id = get_post_for_counting(current_user, post_id, now)
    thread_id = view.thread.id
    try:
        with unit_of_work():
            services.count_post(
                view.post, thread=view.thread, run_id=run_id, actor=current_user.person, now=now
            )
    except Conflict as error:
        flash(error.message, "warn")
    else:
        flash(_("It counts, and its author is told."), "ok")
    return redirect(url_for(".list_contributions", thread_id=thread_id), 303)


@bp.route(f"{THREAD}/contributions/<int:enrolment_id>/withdraw", methods=["GET", "POST"])
@requires_role(*TEACHING)
def withdraw_contribution(thread_id: int, enrolment_id: int) -> Any:
    """Ask why somebody's post no longer counts, and take it back."""
    now = clock.now()
    found, enrolment = get_contributor(current_user, thread_id, enrolment_id, now)
    form = ReasonForm()
    if form.validate_on_submit():
        with unit_of_work():
            services.withdraw(
                enrolment,
                found.thread,
                reason=form.reason.data,
                actor=current_user.person,
                now=now,
            )
        flash(_("It no longer counts, and its author is told why."), "ok")
        return redirect(url_for(".list_contributions", thread_id=thread_id), 303)
    page = render_template(
        "boards/manage/withdraw_contribution.html",
        form=form,
        name=enrolment.person.full_name,
        task=task_of(found.thread),
        **_head(found),
    )
    return page, 422 if form.errors else 200

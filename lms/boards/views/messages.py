"""What people write to the staff and to each other: the list, a conversation, its first message."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.boards import conversation_permissions as permissions
from lms.boards.forms.messages import MessageForm, QuestionForm, ReportForm
from lms.boards.queries.conversations import (
    ConversationRow,
    conversations_of,
    messages_in,
    parts_of_two,
)
from lms.boards.rules.messages import Bar, Place, bar_to_message
from lms.boards.rules.pages import LARGEST_NUMBER
from lms.boards.services import conversations, message_reports, questions
from lms.boards.views.pages import PAGE, bp
from lms.core import clock
from lms.core.errors import Conflict, TooMany
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.rules import busan_day
from lms.web.forms import Form
from lms.web.guards import signed_in
from lms.web.limits import check_limit

CONVERSATION = f"{PAGE}/messages/<int:conversation_id>"
ON_A_PAGE = 30

MESSAGES_OF_PERSON = "20/hour"
QUESTIONS_OF_PERSON = "10/day"
REPORTS_OF_PERSON = "20/hour"  # of posts and messages together


@bp.get(f"{PAGE}/messages")
@signed_in
def list_conversations() -> Any:
    """List the reader's conversations, the one written in last first."""
    after = Place.read(request.args.get("after", ""))
    found = conversations_of(current_user.id, after=after, limit=ON_A_PAGE + 1)
    return render_template(
        "boards/list_conversations.html",
        conversations=found[:ON_A_PAGE],
        is_first=after is None,
        next_place=found[ON_A_PAGE - 1].place if len(found) > ON_A_PAGE else None,
    )


@bp.route(f"{PAGE}/ask", methods=["GET", "POST"])
@signed_in
def ask_staff() -> Any:
    """Take a question to the staff."""
    form = QuestionForm()
    if form.validate_on_submit():
        try:
            check_limit(QUESTIONS_OF_PERSON, "question", str(current_user.id))
            with unit_of_work():
                asked = questions.ask_staff(
                    form.subject.data,
                    form.body.data,
                    form_key=form.sent_key,
                    actor=current_user.person,
                    now=clock.now(),
                )
                conversation_id = asked.id
        except TooMany as error:
            return too_many(
                form, error, partial(render_template, "boards/ask_staff.html", form=form)
            )
        flash(_("Your question is with the staff. You are told when they answer."), "ok")
        return redirect(url_for(".show_conversation", conversation_id=conversation_id), 303)
    page = render_template("boards/ask_staff.html", form=form)
    return page, 422 if form.errors else 200


def too_many(form: Form, error: TooMany, show: Callable[[], str]) -> Any:
    """Say above the form that it was sent too often; what was typed stays in it."""
    minutes = max(1, -(-error.retry_after // 60))
    form.form_errors.append(
        _(
            "You have written a lot in a short time. Your text is still here; "
            "send it again in %(minutes)d min.",
            minutes=minutes,
        )
    )
    return show(), 429, {"Retry-After": str(error.retry_after)}


@bp.route(CONVERSATION, methods=["GET", "POST"])
@signed_in
def show_conversation(conversation_id: int) -> Any:
    """Show the newest messages, or those before a number, and take another."""
    row = permissions.get_conversation_for_reading(current_user, conversation_id)
    form = MessageForm()
    if not form.validate_on_submit():
        return _conversation_page(row, form), 422 if form.errors else 200
    try:
        _write(conversation_id, form)
    except TooMany as error:
        return too_many(form, error, partial(_conversation_page, row, form))
    except Conflict as error:
        form.form_errors.append(error.message)
        row = permissions.get_conversation_for_reading(current_user, conversation_id)
        return _conversation_page(row, form), 409
    flash(_("Your message is sent."), "ok")
    return redirect(url_for(".show_conversation", conversation_id=conversation_id), 303)


def _write(conversation_id: int, form: MessageForm) -> None:
    check_limit(MESSAGES_OF_PERSON, "message", str(current_user.id))
    with unit_of_work():
        conversation, _part = permissions.get_conversation_for_writing(
            current_user, conversation_id
        )
        write = (
            questions.write_on if conversation.is_question else conversations.write_in_conversation
        )
        write(
            conversation,
            form.body.data,
            form_key=form.sent_key,
            actor=current_user.person,
            now=clock.now(),
        )


def _conversation_page(row: ConversationRow, form: MessageForm) -> str:
    before = request.args.get("before", LARGEST_NUMBER, type=int)
    before = min(max(before, 1), LARGEST_NUMBER)
    messages = messages_in(row.id, before=before, limit=ON_A_PAGE)
    return render_template(
        "boards/show_conversation.html",
        conversation=row,
        messages=messages,
        first=messages[0].number if messages else 1,
        is_newest=not messages or messages[-1].number >= row.messages_count,
        bar=_bar(row),
        form=form,
    )


def _bar(row: ConversationRow) -> Bar | None:
    if row.is_question or row.run_id is None or row.other_id is None:
        return None
    parts = parts_of_two(row.run_id, current_user.id, row.other_id)
    return Bar.OTHER if parts is None else bar_to_message(*parts, busan_day(clock.now()))


@bp.post(f"{CONVERSATION}/read")
@signed_in
def mark_conversation_read(conversation_id: int) -> Any:
    """Note that the reader has read up to a message; a link followed by a program notes nothing."""
    up_to = request.form.get("up_to", 0, type=int)
    with unit_of_work():
        conversation, part = permissions.get_conversation_for_writing(current_user, conversation_id)
        conversations.mark_read(conversation, part, up_to=up_to)
    return redirect(url_for(".show_conversation", conversation_id=conversation_id), 303)


@bp.post(f"{CONVERSATION}/reopen")
@signed_in
def reopen_question(conversation_id: int) -> Any:
    """Open one's own question again."""
    with unit_of_work():
        question = permissions.get_own_question(current_user, conversation_id)
        questions.reopen_question(question, actor=current_user.person, now=clock.now())
    flash(_("The question is open again."), "ok")
    return redirect(url_for(".show_conversation", conversation_id=conversation_id), 303)


@bp.post(f"{CONVERSATION}/block")
@signed_in
def block(conversation_id: int) -> Any:
    """Let the other write no more."""
    with unit_of_work():
        _two, part = permissions.get_conversation_of_two(current_user, conversation_id)
        conversations.block(part, now=clock.now())
    flash(_("They cannot write to you any more. They are not told."), "ok")
    return redirect(url_for(".show_conversation", conversation_id=conversation_id), 303)


@bp.post(f"{CONVERSATION}/unblock")
@signed_in
def unblock(conversation_id: int) -> Any:
    """Let the other write again."""
    with unit_of_work():
        _two, part = permissions.get_conversation_of_two(current_user, conversation_id)
        conversations.unblock(part, now=clock.now())
    flash(_("They can write to you again."), "ok")
    return redirect(url_for(".show_conversation", conversation_id=conversation_id), 303)


@bp.route(f"{PAGE}/messages/reports/<int:message_id>", methods=["GET", "POST"])
@signed_in
def report_message(message_id: int) -> Any:
    """Ask what is wrong with a message, and hand both to the staff."""
    message = permissions.get_message_for_reporting(current_user, message_id)
    conversation_id, body = message.conversation_id, "" if message.hidden_at else message.body
    form = ReportForm()
    show = partial(
        render_template,
        "boards/report_message.html",
        conversation_id=conversation_id,
        body=body,
        form=form,
    )
    if form.validate_on_submit():
        try:
            check_limit(REPORTS_OF_PERSON, "report", str(current_user.id))
        except TooMany as error:
            return too_many(form, error, show)
        with unit_of_work():
            message_reports.report_message(
                message, form.words.data, actor=current_user.person, now=clock.now()
            )
        flash(_("The staff will look at it. They see this message and nothing else."), "ok")
        return redirect(url_for(".show_conversation", conversation_id=conversation_id), 303)
    return show(), 422 if form.errors else 200


@bp.route(f"{PAGE}/runs/<int:run_id>/people/<int:person_id>/write", methods=["GET", "POST"])
@signed_in
def write_to(run_id: int, person_id: int) -> Any:
    """Write the first message to somebody of a run; later ones go on where that stands."""
    found = permissions.get_addressee(current_user, run_id, person_id)
    if found.conversation_id is not None and request.method == "GET":
        return redirect(url_for(".show_conversation", conversation_id=found.conversation_id))
    form = MessageForm()
    if not form.validate_on_submit():
        return _first_page(found, form), 422 if form.errors else 200
    try:
        check_limit(MESSAGES_OF_PERSON, "message", str(current_user.id))
        with unit_of_work():
            begun = conversations.write_to(
                run_id,
                found.person,
                form.body.data,
                form_key=form.sent_key,
                actor=current_user.person,
                now=clock.now(),
            )
            conversation_id = begun.id
    except TooMany as error:
        return too_many(form, error, partial(_first_page, found, form))
    except Conflict as error:
        form.form_errors.append(error.message)
        return _first_page(permissions.get_addressee(current_user, run_id, person_id), form), 409
    flash(_("Your message is sent."), "ok")
    return redirect(url_for(".show_conversation", conversation_id=conversation_id), 303)


def _first_page(found: permissions.Addressee, form: MessageForm) -> str:
    return render_template(
        "boards/write_to.html",
        run=found.run,
        person=found.person,
        bar=bar_to_message(found.writer, found.other, busan_day(clock.now())),
        form=form,
    )

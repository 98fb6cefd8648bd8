"""What waits for moderators: held and reported posts, appeals, and what they have hidden."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.boards.forms.moderation import DecideForm, HideForm, LeaveForm, ReleaseForm
from lms.boards.manage.pages import TEACHING, bp
from lms.boards.moderation_permissions import get_appeal_for_deciding, get_post_for_deciding
from lms.boards.moderation_wording import reason_words
from lms.boards.permissions import PostView, get_post_for_moderating, reach_of
from lms.boards.queries.expertise import titles_in_languages
from lms.boards.queries.files import linked_files
from lms.boards.queries.moderation import (
    AppealLine,
    ChangeLine,
    ReportLine,
    appeals_of,
    cases,
    changes_of,
    reports_of,
)
from lms.boards.queries.thread_page import texts_of
from lms.boards.rules.messages import Place
from lms.boards.rules.moderation import Hiding, Seen, Tab, due_at, may_decide_on_appeal
from lms.boards.services import moderation
from lms.boards.thread_page import parts_of, unnamed_files
from lms.core import clock
from lms.core.errors import Conflict
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.rules import busan_day
from lms.seminars.queries.attendance import holidays_at_home
from lms.web.forms import Form
from lms.web.guards import requires_role

CASE = "/moderation/posts/<int:post_id>"
ON_A_PAGE = 30


@bp.get("/moderation")
@requires_role(*TEACHING)
def list_moderation() -> Any:
    """List what waits on the boards somebody moderates, the longest wait first."""
    now = clock.now()
    tab = Tab.named(request.args.get("show", ""))
    after = Place.read(request.args.get("after", ""))
    found = cases(reach_of(current_user, now), tab, after=after, limit=ON_A_PAGE + 1)
    shown = found[:ON_A_PAGE]
    return render_template(
        "boards/manage/list_moderation.html",
        tab=tab,
        tabs=list(Tab),
        cases=shown,
        titles=titles_in_languages({each.thread_id for each in shown}),
        overdue=_overdue([each.since for each in shown], now) if tab != Tab.HIDDEN else set(),
        is_first=after is None,
        next_place=shown[-1].place if len(found) > ON_A_PAGE else None,
    )


def _overdue(moments: list[datetime], now: datetime) -> set[datetime]:
    """Return since when something has waited for longer than it should."""
    if not moments:
        return set()
    holidays = holidays_at_home(busan_day(min(moments)), busan_day(now))
    return {since for since in moments if due_at(since, holidays) < now}


@dataclass(frozen=True)
class _Case:
    """One post with all its moderator needs to decide."""

    view: PostView
    changes: list[ChangeLine]
    reports: list[ReportLine]
    appeals: list[AppealLine]

    @property
    def has_open_reports(self) -> bool:
        """Tell whether reports wait for a decision."""
        return any(each.state == "open" for each in self.reports)

    @property
    def appeal(self) -> AppealLine | None:
        """Return the appeal that waits for a decision."""
        return next((each for each in self.appeals if each.state == "open"), None)

    @property
    def may_decide_on_appeal(self) -> bool:
        """Tell whether this reader has not hidden the post themselves."""
        by = self.appeal.hidden_by_id if self.appeal else None
        return may_decide_on_appeal(by, current_user.id)

    @property
    def seen(self) -> Seen:
        """Return in which state the post is shown."""
        return Seen(self.changes[0].id, self.view.post.revision, len(self.reports))

    @property
    def is_hidden_by_reports(self) -> bool:
        """Tell whether no moderator has looked at it since reports have hidden it."""
        last = self.changes[0]
        is_looked_at = any(
            each.hiding_id == last.id and each.state == "refused" for each in self.appeals
        )
        return self.view.post.state == "hidden" and last.actor_id is None and not is_looked_at


@bp.get(CASE)
@requires_role(*TEACHING)
def show_case(post_id: int) -> Any:
    """Show a post with what was reported of it, how it came to its state, and what can be done."""
    return _page(get_post_for_moderating(current_user, post_id, clock.now()))


def _page(view: PostView, **sent: Form) -> str:
    """Return the page of a case; `sent` are forms with what is wrong in them."""
    post = view.post
    case = _Case(view, changes_of(post.id), reports_of(post.id), appeals_of(post.id))
    hide, release = sent.get("hide") or HideForm(None), sent.get("release") or ReleaseForm(None)
    text = texts_of([post.id])[post.id][0]  # as its author wrote it
    files = linked_files([post.id]).get(post.id, ())
    return render_template(
        "boards/manage/show_case.html",
        case=case,
        view=view,
        post=post,
        text=text,
        parts=parts_of(text, {}, files),
        files=unnamed_files(text, files),
        reports=[] if view.is_author else case.reports,
        hide_form=hide,
        release_form=release,
        decide_form=sent.get("decide") or DecideForm(None),
        history=[_readable(change) for change in case.changes],
    )


def _readable(change: ChangeLine) -> ChangeLine:
    """Return a line of the history as it is read: what was left as it is, and why it was hidden."""
    if change.new == change.old == "published":
        return replace(change, new="left")
    if change.new != "hidden":
        return change
    hiding = Hiding.read(change.reason)
    reason = " – ".join(filter(None, (reason_words(hiding.reason), hiding.words)))
    return replace(change, reason=reason)


@bp.post(f"{CASE}/hide")
@requires_role(*TEACHING)
def hide_post(post_id: int) -> Any:
    """Hide a post, with the reason its author is told."""
    view = get_post_for_deciding(current_user, post_id, clock.now())
    form = HideForm()
    if not form.validate():
        return _page(view, hide=form), 422
    return _decided(
        post_id,
        lambda now: moderation.hide_post(
            view.post, form.hiding, moderator=current_user.person, seen=form.state_seen, now=now
        ),
        _("The post is hidden, and its author is told why."),
    )


@bp.post(f"{CASE}/release")
@requires_role(*TEACHING)
def release_post(post_id: int) -> Any:
    """Let a post be seen that was held or hidden."""
    view = get_post_for_deciding(current_user, post_id, clock.now())
    form = ReleaseForm()
    if not form.validate():
        return _page(view, release=form), 422
    return _decided(
        post_id,
        lambda now: moderation.release_post(
            view.post,
            form.note.data,
            moderator=current_user.person,
            seen=form.state_seen,
            now=now,
        ),
        _("Others see the post now, and its author is told."),
    )


@bp.post(f"{CASE}/leave")
@requires_role(*TEACHING)
def leave_post(post_id: int) -> Any:
    """Leave a reported post as it is."""
    view = get_post_for_deciding(current_user, post_id, clock.now())
    form = LeaveForm()
    return _decided(
        post_id,
        lambda now: moderation.leave_post(
            view.post, moderator=current_user.person, seen=form.state_seen, now=now
        ),
        _("The post stays as it is, and the reports are settled."),
    )


@bp.post(f"{CASE}/appeals/<int:appeal_id>")
@requires_role(*TEACHING)
def decide_appeal(post_id: int, appeal_id: int) -> Any:
    """Decide on an appeal, as somebody who has not hidden the post."""
    now = clock.now()
    appeal = get_appeal_for_deciding(current_user, post_id, appeal_id, now)
    form = DecideForm()
    if not form.validate():
        return _page(get_post_for_deciding(current_user, post_id, now), decide=form), 422
    return _decided(
        post_id,
        lambda now: moderation.decide_appeal(
            appeal, form.answer.data, grants=form.grants, moderator=current_user.person, now=now
        ),
        _("Your decision is kept, and the author is told."),
    )


def _decided(post_id: int, decide: Callable[[datetime], None], told: str) -> Any:
    """Decide, and go back to the case; who comes second is told there who was first."""
    try:
        with unit_of_work():
            decide(clock.now())
    except Conflict as error:
        flash(error.message, "danger")
    else:
        flash(told, "ok")
    return redirect(url_for(".show_case", post_id=post_id), 303)

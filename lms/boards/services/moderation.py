"""Posts reported, hidden, released and appealed for. Of two who decide at once the second is told
who was first; the same decision sent twice is one."""

from datetime import datetime

from flask_babel import gettext as _

from lms.accounts.models import Person
from lms.boards.models import (
    AppealState,
    Post,
    PostAppeal,
    PostReport,
    PostState,
    ReportReason,
    ReportState,
    Thread,
)
from lms.boards.queries import moderation as queries
from lms.boards.rules.moderation import Hiding, Seen, hides_by_itself, may_decide_on_appeal
from lms.boards.services import telling_moderation as telling
from lms.boards.services.changing import take_from_sight
from lms.boards.services.posting import ENTITY, publish
from lms.core.audit import record_change
from lms.core.db import db, lock
from lms.core.errors import Conflict

REPORT, APPEAL = "post_report", "post_appeal"


def report_post(
    post: Post, reporter: Person, *, reason: ReportReason, words: str, now: datetime
) -> PostReport:
    """Report a post to the moderators and return the report; the first one of a person stands.

    Several reports by different people hide it until a moderator has looked. Raises Conflict
    when it cannot be seen any more.
    """
    lock(post)
    present = queries.report_of(post.id, reporter.id)
    if present is not None:
        return present
    if post.state != PostState.PUBLISHED:
        raise Conflict(_("This post cannot be seen by others now."))
    report = PostReport(
        post_id=post.id,
        reporter_id=reporter.id,
        reason=reason,
        words=words,
        state=ReportState.OPEN,
        created_at=now,
    )
    db.session.add(report)
    db.session.flush()
    record_change(
        REPORT,
        report.id,
        old="",
        new=ReportState.OPEN,
        actor_id=reporter.id,
        now=now,
        reason=str(Hiding(reason, words)),
    )
    telling.tell_of_report(post, queries.open_reports_of(post.id)[0], now=now)
    if hides_by_itself(queries.ages_of_reporters(post.id, now)):
        _hide(post, Hiding(None), actor_id=None, now=now)
    return report


def hide_post(post: Post, hiding: Hiding, *, moderator: Person, seen: Seen, now: datetime) -> None:
    """Hide a post from all but its author and the moderators; its open reports are upheld.

    With the first post its thread is hidden. What reports have hidden is hidden by the moderator
    from then on. Raises Conflict when it is not as the moderator saw it.
    """
    lock(post)
    if _is_done(post, PostState.HIDDEN, moderator, seen):
        return
    if post.state == PostState.HIDDEN:
        _check_no_appeal(post)
        _check_hidden_by_reports(post)
    _hide(post, hiding, actor_id=moderator.id, now=now)
    _decide_reports(post, ReportState.UPHELD, moderator, now)


def release_post(post: Post, words: str, *, moderator: Person, seen: Seen, now: datetime) -> None:
    """Let a post be seen that has waited or was hidden; its open reports are dismissed.

    With the first post its thread is seen. Raises Conflict when it is not as the moderator saw
    it, and while its author's appeal is open: somebody else decides on that.
    """
    lock(post)
    if _is_done(post, PostState.PUBLISHED, moderator, seen):
        return
    if post.state == PostState.PUBLISHED:
        raise Conflict(_("Others see this post already."))
    _check_no_appeal(post)
    was_held = post.state == PostState.HELD
    publish(post, actor_id=moderator.id, now=now, reason=words)
    _decide_reports(post, ReportState.DISMISSED, moderator, now)
    telling.tell_of_release(post, words, was_held=was_held, now=now)


def leave_post(post: Post, *, moderator: Person, seen: Seen, now: datetime) -> None:
    """Leave a reported post as it is: its open reports are dismissed, and history says by whom.

    Raises Conflict when it is not as the moderator saw it, or not seen by others.
    """
    lock(post)
    if _is_done(post, PostState.PUBLISHED, moderator, seen):
        return
    if post.state != PostState.PUBLISHED:
        raise Conflict(_("This post cannot be seen by others now."))
    if not _decide_reports(post, ReportState.DISMISSED, moderator, now):
        return
    record_change(ENTITY, post.id, old=post.state, new=post.state, actor_id=moderator.id, now=now)
    db.session.flush()


def appeal_hiding(post: Post, words: str, *, author: Person, now: datetime) -> PostAppeal:
    """Ask for a hidden post to be looked at again, and return the appeal.

    Once for each time it is hidden: the first one stands. Raises Conflict when it is not hidden.
    """
    lock(post)
    hiding = queries.last_hiding(post.id)
    if post.state != PostState.HIDDEN or hiding is None:
        raise Conflict(_("This post is not hidden now."))
    present = queries.appeal_against(hiding.id)
    if present is not None:
        return present
    appeal = PostAppeal(
        post_id=post.id,
        hiding_id=hiding.id,
        hidden_by_id=hiding.actor_id,
        words=words,
        state=AppealState.OPEN,
        created_at=now,
    )
    db.session.add(appeal)
    db.session.flush()
    record_change(APPEAL, appeal.id, old="", new=appeal.state, actor_id=author.id, now=now)
    telling.tell_of_appeal(post, appeal, now=now)
    return appeal


def decide_appeal(
    appeal: PostAppeal, answer: str, *, grants: bool, moderator: Person, now: datetime
) -> None:
    """Decide on an appeal, with the reason its author reads; granted, the post is seen again.

    Raises Conflict to who has hidden the post, when somebody else has decided, and when the post
    is hidden no longer.
    """
    post = lock(db.session.get_one(Post, appeal.post_id))
    lock(appeal)
    decided = AppealState.GRANTED if grants else AppealState.REFUSED
    if appeal.state != AppealState.OPEN:
        if appeal.decided_by_id == moderator.id and appeal.state == decided:
            return
        name = queries.name_of(appeal.decided_by_id)
        raise Conflict(_("%(name)s has decided on this appeal already.", name=name))
    if not may_decide_on_appeal(appeal.hidden_by_id, moderator.id):
        raise Conflict(_("You have hidden this post: somebody else decides on the appeal."))
    if post.state != PostState.HIDDEN:
        raise Conflict(_("This post is not hidden now."))
    appeal.state, appeal.answer = decided, answer
    appeal.decided_by_id, appeal.decided_at = moderator.id, now
    record_change(
        APPEAL,
        appeal.id,
        old=AppealState.OPEN,
        new=decided,
        actor_id=moderator.id,
        now=now,
        reason=answer,
    )
    if grants:
        publish(post, actor_id=moderator.id, now=now, reason=answer)
    reports = ReportState.DISMISSED if grants else ReportState.UPHELD
    _decide_reports(post, reports, moderator, now)
    telling.tell_of_decision(post, appeal, now=now)


def _hide(post: Post, hiding: Hiding, *, actor_id: int | None, now: datetime) -> None:
    record_change(
        ENTITY,
        post.id,
        old=post.state,
        new=PostState.HIDDEN,
        actor_id=actor_id,
        now=now,
        reason=str(hiding),
    )
    thread = lock(db.session.get_one(Thread, post.thread_id))
    take_from_sight(post, thread, PostState.HIDDEN)
    telling.tell_of_hiding(post, hiding, now=now)


def _decide_reports(post: Post, state: ReportState, moderator: Person, now: datetime) -> int:
    reports = queries.open_reports_of(post.id)
    for report in reports:
        report.state = state
        report.decided_by_id, report.decided_at = moderator.id, now
        record_change(
            REPORT, report.id, old=ReportState.OPEN, new=state, actor_id=moderator.id, now=now
        )
    db.session.flush()
    return len(reports)


def _is_done(post: Post, wanted: PostState, moderator: Person, seen: Seen) -> bool:
    """Tell whether this moderator has decided so before; Conflict when the post is another now."""
    if post.state == PostState.DELETED:
        raise Conflict(_("Its author has taken this post back."))
    last = queries.last_change(post.id)
    if last.id == seen.change_id:
        if post.revision != seen.revision:
            raise Conflict(_("Its author has changed this post meanwhile. Look at it once more."))
        if queries.count_reports(post.id) != seen.reports:
            raise Conflict(
                _("Somebody else has reported this post meanwhile. Look at it once more.")
            )
        return False
    if last.actor_id is None:
        raise Conflict(_("Several people have reported this post meanwhile. Look at it once more."))
    if last.actor_id == moderator.id and last.new == wanted:
        return True
    raise Conflict(_("%(name)s has decided on this post meanwhile.", name=last.actor))


def _check_no_appeal(post: Post) -> None:
    if queries.open_appeal_of(post.id) is not None:
        raise Conflict(_("Its author has appealed. Decide on the appeal instead."))


def _check_hidden_by_reports(post: Post) -> None:
    """Raise Conflict when a moderator has decided already that a hidden post stays hidden."""
    hiding = queries.last_hiding(post.id)
    if hiding is None:
        return
    if hiding.actor_id is not None:
        raise Conflict(_("%(name)s has hidden this post already.", name=hiding.actor))
    appeal = queries.appeal_against(hiding.id)
    if appeal is not None and appeal.state == AppealState.REFUSED:
        name = queries.name_of(appeal.decided_by_id)
        raise Conflict(_("%(name)s has decided on this appeal already.", name=name))

"""Speakers without an account: invited to a session by a link, and what they have answered."""

from typing import Any

from flask import Response, flash, redirect, render_template, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.access_log import record_access
from lms.core.errors import Invalid, NotFound
from lms.core.unit_of_work import unit_of_work
from lms.i18n.languages import page_language
from lms.lessons import permissions
from lms.lessons.forms.speakers import ANSWERS, SpeakerForm
from lms.lessons.manage.pages import TEACHING, bp
from lms.lessons.queries.materials import materials_of_lesson
from lms.lessons.queries.speakers import intakes_of_speaker
from lms.lessons.services import speakers
from lms.web.addresses import absolute_url
from lms.web.guards import requires_role
from lms.web.limits import check_limit, client_address

SPEAKER = "/speakers/<int:speaker_id>"
MAILS = "60/hour"
NEW_LINK = "speaker_link"


@bp.route("/lessons/<int:lesson_id>/speakers/new", methods=["GET", "POST"])
@requires_role(*TEACHING)
def invite_speaker(lesson_id: int) -> Any:
    """Invite somebody to speak in a session; the link is mailed, and shown once."""
    found = permissions.get_lesson_for_editing(current_user, lesson_id)
    form = SpeakerForm(language=page_language())
    if form.validate_on_submit():
        check_limit(MAILS, "speaker-mails", str(current_user.id))
        try:
            with unit_of_work():
                invitation, token = speakers.invite_speaker(
                    found, form.speaker, actor=current_user.person, now=clock.now()
                )
                speaker_id, language = invitation.id, invitation.language
        except Invalid as error:
            form.refuse(error)
        else:
            return _with_link(speaker_id, language, token)
    page = render_template("lessons/manage/invite_speaker.html", found=found, form=form)
    return page, 422 if form.errors else 200


def _with_link(speaker_id: int, language: str, token: str) -> Any:
    """Lead to the page of the invitation, which shows the link this once."""
    # In the cookie of this browser and not in the address: addresses of pages end up in logs.
    session[NEW_LINK] = {"of": speaker_id, "language": language, "token": token}
    return redirect(url_for(".show_speaker", speaker_id=speaker_id), 303)


def _new_link(speaker_id: int) -> str:
    link = session.get(NEW_LINK)
    if link is None or link["of"] != speaker_id:
        return ""
    del session[NEW_LINK]
    path = url_for("lessons.answer_time", token=link["token"], language=link["language"])
    return absolute_url(path)


@bp.get(SPEAKER)
@requires_role(*TEACHING)
def show_speaker(speaker_id: int) -> Any:
    """Show what a speaker was asked, has answered and has sent."""
    permissions.get_speaker_for_editing(current_user, speaker_id)
    now = clock.now()
    with unit_of_work():
        record_access(
            actor_id=current_user.id,
            action="lessons.show_speaker",
            subject=f"speaker {speaker_id}",
            count=1,
            now=now,
            address=client_address(),
        )
    invitation, found = permissions.get_speaker_for_editing(current_user, speaker_id)
    intakes = intakes_of_speaker(speaker_id)
    sent = {intake.material_id for intake in intakes}
    return render_template(
        "lessons/manage/show_speaker.html",
        invitation=invitation,
        found=found,
        link=_new_link(speaker_id),
        now=now,
        answers=ANSWERS,
        materials=[each for each in materials_of_lesson(found.lesson.id) if each.id in sent],
        unfinished=[intake for intake in intakes if intake.state != "ready"],
    )


@bp.get(f"{SPEAKER}/bio")
@requires_role(*TEACHING)
def download_bio(speaker_id: int) -> Any:
    """Hand out what a speaker says of themselves, as a text file."""
    invitation, _found = permissions.get_speaker_for_editing(current_user, speaker_id)
    if invitation.bio is None:
        raise NotFound
    text = invitation.bio.texts[invitation.bio.source]
    lines = [invitation.name, *filter(None, [invitation.position]), "", text, ""]
    response = Response("\n".join(lines), mimetype="text/plain")
    response.headers.set("Content-Disposition", "attachment", filename=f"speaker-{speaker_id}.txt")
    return response


@bp.post(f"{SPEAKER}/revoke")
@requires_role(*TEACHING)
def revoke_speaker(speaker_id: int) -> Any:
    """Let the link of an invitation lead nowhere from now on."""
    invitation, _found = permissions.get_speaker_for_editing(current_user, speaker_id)
    with unit_of_work():
        speakers.revoke_invitation(invitation, actor=current_user.person, now=clock.now())
    flash(_("The link no longer works."), "ok")
    return redirect(url_for(".show_speaker", speaker_id=speaker_id), 303)


@bp.post(f"{SPEAKER}/renew")
@requires_role(*TEACHING)
def renew_speaker(speaker_id: int) -> Any:
    """Mail a new link, for the one before to work no longer."""
    invitation, _found = permissions.get_speaker_for_editing(current_user, speaker_id)
    check_limit(MAILS, "speaker-mails", str(current_user.id))
    with unit_of_work():
        token = speakers.renew_invitation(invitation, actor=current_user.person, now=clock.now())
        language = invitation.language
    return _with_link(speaker_id, language, token)

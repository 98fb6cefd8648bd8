"""The pages of a guest speaker without an account: the time, files, consents; all behind a link."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import (
    Blueprint,
    flash,
    get_template_attribute,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _

from lms.core import clock
from lms.core.errors import Conflict, DomainError, Invalid, NotFound
from lms.core.unit_of_work import unit_of_work
from lms.i18n.languages import localise, page_language
from lms.i18n.times import is_zone, told_zone, use_zone
from lms.lessons import permissions
from lms.lessons.forms.speakers import ANSWERS, AboutSpeakerForm, SpeakerFilesForm, TimeForm
from lms.lessons.queries.speakers import intakes_of_speaker
from lms.lessons.rules.speakers import LARGEST_FORM, MOST_BYTES, MOST_FILES
from lms.lessons.services import intakes, speakers
from lms.media import uploads
from lms.web.guards import public
from lms.web.limits import check_limit
from lms.web.requests import takes_large_bodies

bp = localise(Blueprint("lessons", __name__, url_prefix="/<language:language>"))

View = TypeVar("View", bound=Callable[..., Any])

SPEAK = "/speak/<token>"
SENT_ANSWERS = "60/hour"
FILES_BEGUN = "60/hour"
FRAGMENT = "X-Fragment"


@bp.after_request
def keep_private(response: Any) -> Any:
    """Keep what stands behind a link out of caches and search engines."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def by_link(view: View) -> View:
    """Call a view with the invitation of a link that works; answer any other with one page."""

    @wraps(view)
    def with_speaker(token: str, **parts: Any) -> Any:
        try:
            found = permissions.get_speaker(token, clock.now())
        except NotFound:
            return _dead_link(404)
        if not found.is_live:
            return _dead_link(410)
        if found.invitation.time_zone:
            use_zone(found.invitation.time_zone)
        if request.method == "POST":
            check_limit(SENT_ANSWERS, "speaker", str(found.invitation.id))
        return view(found, token, **parts)

    return public(with_speaker)  # type: ignore[return-value]


def _dead_link(status: int) -> Any:
    return make_response(render_template("lessons/_dead_link.html"), status)


# --- the two pages ---------------------------------------------------------------------


@bp.route(SPEAK, methods=["GET", "POST"])
@by_link
def answer_time(found: permissions.FoundSpeaker, token: str) -> Any:
    """Ask whether the time suits the speaker, shown on their clock and on Busan's."""
    invitation = found.invitation
    form = TimeForm(answer=invitation.time_answer, note=invitation.time_note)
    form.fit(
        asks_time=invitation.starts_at is not None,
        time_zone=invitation.time_zone or told_zone(),
    )
    if "look" in request.form:  # at the time on another clock, before anything is said
        if is_zone(form.time_zone.data):
            use_zone(form.time_zone.data)
        return render_template("lessons/answer_time.html", found=found, form=form, token=token)
    if form.validate_on_submit():
        try:
            with unit_of_work():
                speakers.answer_time(
                    invitation,
                    form.chosen,
                    note=form.note.data,
                    time_zone=form.time_zone.data,
                    now=clock.now(),
                )
        except Conflict:
            return _dead_link(410)
        return redirect(url_for(".answer_materials", token=token), 303)
    page = render_template("lessons/answer_time.html", found=found, form=form, token=token)
    return page, 422 if form.errors else 200


@bp.route(f"{SPEAK}/materials", methods=["GET", "POST"])
@by_link
def answer_materials(found: permissions.FoundSpeaker, token: str) -> Any:
    """Ask for slides and hand-outs, a few words about the speaker, and two consents."""
    invitation = found.invitation
    form = AboutSpeakerForm(data=_said_before(invitation))
    if form.validate_on_submit():
        try:
            with unit_of_work():
                speakers.answer_about_speaker(
                    invitation, form.entered, language=page_language(), now=clock.now()
                )
        except Conflict:
            return _dead_link(410)
        return redirect(url_for(".thank_speaker", token=token), 303)
    return _materials_page(found, token, form=form), 422 if form.errors else 200


def _said_before(invitation: Any) -> dict[str, Any]:
    bio = invitation.bio
    return {
        "position": invitation.position,
        "bio": bio.texts[bio.source] if bio else "",
        "bio_language": bio.source if bio else page_language(),
        "recording": invitation.consents_to_recording_at is not None,
        "reuse": invitation.consents_to_reuse_at is not None,
    }


def _materials_page(
    found: permissions.FoundSpeaker,
    token: str,
    *,
    form: AboutSpeakerForm | None = None,
    files_form: SpeakerFilesForm | None = None,
) -> str:
    return render_template(
        "lessons/answer_materials.html",
        found=found,
        token=token,
        about_form=form or AboutSpeakerForm(formdata=None, data=_said_before(found.invitation)),
        form=files_form or form,
        files_form=files_form or SpeakerFilesForm(formdata=None),
        intakes=intakes_of_speaker(found.invitation.id),
        most_files=MOST_FILES,
        most_bytes=MOST_BYTES,
    )


@bp.get(f"{SPEAK}/thanks")
@by_link
def thank_speaker(found: permissions.FoundSpeaker, token: str) -> Any:
    """Say what was answered; as long as the link works, each answer can be corrected."""
    if found.invitation.answered_at is None:
        return redirect(url_for(".answer_time", token=token))
    return render_template(
        "lessons/thank_speaker.html",
        found=found,
        token=token,
        answers=ANSWERS,
        intakes=intakes_of_speaker(found.invitation.id),
    )


# --- files -----------------------------------------------------------------------------


def _may_send() -> bool:
    """Tell whether the link in the address works, before a large body is read."""
    try:
        permissions.get_speaker_for_sending((request.view_args or {})["token"], clock.now())
    except NotFound:
        return False
    return True


@bp.post(f"{SPEAK}/files")
@by_link
@takes_large_bodies(LARGEST_FORM, lets=_may_send)
def send_speaker_files(found: permissions.FoundSpeaker, token: str) -> Any:
    """Take files sent whole by a form that needs no script."""
    form = SpeakerFilesForm()
    if not form.validate():
        return _materials_page(found, token, files_form=form), 422
    check_limit(FILES_BEGUN, "speaker-files", str(found.invitation.id))
    try:
        for file in form.file.data:
            _receive(token, file, form.chosen_language)
    except NotFound:
        return _dead_link(410)
    except DomainError as error:
        form.refuse(error if isinstance(error, Invalid) else Invalid("file", error.message))
        found = permissions.get_speaker(token, clock.now())
        return _materials_page(found, token, files_form=form), 422
    flash(_("Your files have arrived. They are looked at now."), "ok")
    return redirect(url_for(".answer_materials", token=token), 303)


def _receive(token: str, file: Any, language: str) -> None:
    """Take one file as an upload that comes in one part."""
    found = permissions.get_speaker_for_sending(token, clock.now())
    size = uploads.size_of(file.stream)
    with unit_of_work():
        intake = intakes.begin_speaker_intake(
            found.edited,
            found.invitation,
            file_name=file.filename or "",
            size=size,
            language=language,
            now=clock.now(),
        )
        upload = intake.upload
    assert upload is not None
    uploads.append(upload, 0, file.stream, size)
    with unit_of_work():
        intakes.receive_done(intake, now=clock.now())


@bp.get(f"{SPEAK}/files/<int:intake_id>")
@by_link
def show_speaker_file(found: permissions.FoundSpeaker, token: str, intake_id: int) -> Any:
    """Show how far a file is: its row alone for the page that is open, or that page."""
    intake = permissions.get_speaker_file(found.invitation, intake_id)
    if not request.headers.get(FRAGMENT):
        return redirect(url_for(".answer_materials", token=token))
    row = get_template_attribute("lessons/_speaker_files.html", "speaker_file")
    return str(row(intake, token))


@bp.post(f"{SPEAK}/files/<int:intake_id>/remove")
@by_link
def remove_speaker_file(found: permissions.FoundSpeaker, token: str, intake_id: int) -> Any:
    """Take back a file, as long as nobody has worked on it."""
    intake = permissions.get_speaker_file(found.invitation, intake_id)
    try:
        with unit_of_work():
            intakes.take_back(intake)
    except Conflict as error:
        flash(error.message, "warning")
    else:
        flash(_("The file is taken back."), "ok")
    return redirect(url_for(".answer_materials", token=token), 303)

"""The recording of a sitting for those who manage the run: sent, timed, captioned, published."""

from typing import Any

from flask import flash, get_template_attribute, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.errors import Conflict, DomainError, Invalid
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.rules import busan_day
from lms.i18n.formats import language_name
from lms.i18n.languages import BY_CODE
from lms.lessons.services import intakes
from lms.lessons.transcript import cues_of
from lms.media import uploads
from lms.seminars.forms.recordings import (
    BeginForm,
    PublishForm,
    RecordingCaptionsForm,
    RecordingFileForm,
)
from lms.seminars.manage.pages import DECIDING, TEACHING, bp
from lms.seminars.permissions import get_sitting_for_change
from lms.seminars.queries import recordings as queries
from lms.seminars.recording_permissions import (
    get_recording_intake,
    get_sitting_for_recording,
    get_sitting_with_room_recording,
)
from lms.seminars.room_servers import servers
from lms.seminars.rooms.link import LONGEST_ADDRESS
from lms.seminars.rooms.unavailable import REASON_WORDS, RoomUnavailable
from lms.seminars.rules import recordings as rules
from lms.seminars.rules.presence import OVER
from lms.seminars.services import recordings as services
from lms.web.guards import requires_role
from lms.web.limits import check_limit
from lms.web.requests import takes_large_bodies

RECORDING = "/sessions/<int:sitting_id>/recording"
FILE = "/recording-files/<int:intake_id>"

LARGEST_FORM = 100_000_000
FRAGMENT = "X-Fragment"
ASKED = "20/minute"


@bp.get(RECORDING)
@requires_role(*TEACHING)
def show_recording(sitting_id: int) -> Any:
    """Show all there is to the recording of a sitting, and what keeps it from being published."""
    return _recording_page(sitting_id)


def _recording_page(sitting_id: int, form: Any = None, refusal: str = "") -> str:
    """Return the page, with the one of its forms that was sent, and why nothing was changed."""
    run, sitting = get_sitting_for_recording(current_user, sitting_id)
    recording = queries.recording_of(sitting_id)
    assert recording is not None
    row, now = recording.sitting, clock.now()
    begin = _own(form, BeginForm)
    begin.show(recording.begins_at)
    captions = queries.captions_of_sitting(sitting_id)
    captions_form = _own(form, RecordingCaptionsForm)
    captions_form.suggest(code for code in (row.working_language, *BY_CODE) if code not in captions)
    media = queries.media_of_sitting(sitting_id)
    consents = queries.consents_of(sitting)
    files = queries.intakes_of_sitting(sitting) if sitting.lesson_id else []
    obstacle = rules.obstacle_to_publishing(
        row.recording_policy,
        is_there=recording.is_there,
        is_under_way=any(each.state in queries.UNFINISHED for each in files),
        all_consent=all(each.given_at for each in consents),
    )
    return render_template(
        "seminars/manage/show_recording.html",
        run=run,
        row=row,
        recording=recording,
        renditions=[each for each in media if each.rendition != "poster"],
        has_poster=any(each.rendition == "poster" for each in media),
        files=files,
        captions={code: len(cues_of(text)) for code, text in captions.items()},
        consents=consents,
        is_over=row.phase(now) in OVER,
        is_published=rules.is_published(row, now),
        not_recorded=_minutes_not_recorded(recording),
        obstacle=str(services.OBSTACLES[obstacle]) if obstacle else "",
        has_server=row.room_kind == "bigbluebutton" and servers().bigbluebutton is not None,
        questions_asked=rules.QUESTIONS,
        begin=begin,
        captions_form=captions_form,
        publish=_own(form, PublishForm),
        file_form=_own(form, RecordingFileForm),
        form=form,
        refusal=refusal,
        today=busan_day(now),
    )


def _own(sent: Any, kind: Any) -> Any:
    return sent if isinstance(sent, kind) else kind(formdata=None)


def _minutes_not_recorded(recording: queries.Recording) -> int:
    if not recording.seconds or recording.begins_at is None:
        return 0
    return (
        rules.seconds_not_recorded(
            recording.sitting, begins_at=recording.begins_at, seconds=recording.seconds
        )
        // 60
    )


def _refused(sitting_id: int, form: Any, error: DomainError) -> tuple[str, int]:
    """Return the page once more, with what was entered and why it was not taken."""
    if isinstance(error, Invalid):
        form.refuse(error)
        return _recording_page(sitting_id, form), 422
    return _recording_page(sitting_id, form, refusal=error.message), 409


def _back(sitting_id: int, anchor: str = "") -> Any:
    return redirect(url_for(".show_recording", sitting_id=sitting_id, _anchor=anchor or None), 303)


# --- the file --------------------------------------------------------------------------


@bp.post(f"{RECORDING}/file")
@requires_role(*TEACHING)
@takes_large_bodies(LARGEST_FORM)
def send_recording(sitting_id: int) -> Any:
    """Take a recording sent whole by a form."""
    get_sitting_for_recording(current_user, sitting_id)
    form = RecordingFileForm()
    if not form.validate():
        return _recording_page(sitting_id, form), 422
    try:
        _receive(sitting_id, form.file.data)
    except (Invalid, Conflict) as error:
        return _refused(sitting_id, form, error)
    return _back(sitting_id, "file")


def _receive(sitting_id: int, file: Any) -> None:
    """Take the file as an upload that comes in one part."""
    _run, sitting = get_sitting_for_recording(current_user, sitting_id)
    size = uploads.size_of(file.stream)
    with unit_of_work():
        intake = services.begin_recording(
            sitting,
            current_user.person,
            file_name=file.filename or "",
            size=size,
            now=clock.now(),
        )
        upload = intake.upload
    assert upload is not None
    uploads.append(upload, 0, file.stream, size)
    with unit_of_work():
        intakes.receive_done(intake, now=clock.now())


@bp.get(FILE)
@requires_role(*TEACHING)
def show_recording_file(intake_id: int) -> Any:
    """Show how far a file is: its row alone for the page that is open, or that page."""
    sitting, intake = get_recording_intake(current_user, intake_id)
    if not request.headers.get(FRAGMENT):
        return redirect(url_for(".show_recording", sitting_id=sitting.id, _anchor="file"))
    row = get_template_attribute("seminars/manage/_recording_file.html", "recording_file")
    return str(row(intake))


@bp.post(f"{FILE}/retry")
@requires_role(*TEACHING)
def retry_recording_file(intake_id: int) -> Any:
    """Have a file prepared once more."""
    sitting, intake = get_recording_intake(current_user, intake_id)
    sitting_id = sitting.id
    with unit_of_work():
        intakes.retry_intake(intake)
    return _back(sitting_id, "file")


@bp.post(f"{FILE}/remove")
@requires_role(*TEACHING)
def remove_recording_file(intake_id: int) -> Any:
    """Take a file away that is not finished."""
    sitting, intake = get_recording_intake(current_user, intake_id)
    sitting_id = sitting.id
    with unit_of_work():
        intakes.cancel_intake(intake)
    return _back(sitting_id, "file")


@bp.post(f"{RECORDING}/begin")
@requires_role(*TEACHING)
def set_recording_start(sitting_id: int) -> Any:
    """Say when the first second of the recording was spoken."""
    _run, sitting = get_sitting_for_recording(current_user, sitting_id)
    form = BeginForm()
    if not form.validate():
        return _recording_page(sitting_id, form), 422
    try:
        with unit_of_work():
            services.set_recording_start(
                sitting,
                form.moment(sitting.starts_at),
                actor=current_user.person,
                now=clock.now(),
            )
    except (Invalid, Conflict) as error:
        return _refused(sitting_id, form, error)
    flash(_("Saved."), "ok")
    return _back(sitting_id, "begin")


@bp.post(f"{RECORDING}/remove")
@requires_role(*DECIDING)
def remove_recording(sitting_id: int) -> Any:
    """Delete a recording for good."""
    _run, sitting = get_sitting_for_change(current_user, sitting_id)
    try:
        with unit_of_work():
            services.remove_recording(sitting, actor=current_user.person, now=clock.now())
    except Conflict as error:
        return _refused(sitting_id, None, error)
    flash(_("The recording is deleted."), "ok")
    return _back(sitting_id)


# --- kept elsewhere --------------------------------------------------------------------


@bp.post(f"{RECORDING}/from-room")
@requires_role(*TEACHING)
def take_room_recording(sitting_id: int) -> Any:
    """Ask the server of the room for its recording, and offer that."""
    sitting = get_sitting_with_room_recording(current_user, sitting_id)
    check_limit(ASKED, "room-recordings", str(current_user.id))
    try:
        found = _found_on_server(sitting.uid)
        with unit_of_work():
            services.take_address(
                sitting, found.address, actor=current_user.person, now=clock.now()
            )
    except RoomUnavailable as error:
        refusal = str(REASON_WORDS[error.reason].hosting)
        return _recording_page(sitting_id, refusal=refusal), 503, {"Retry-After": "60"}
    except Conflict as error:
        return _refused(sitting_id, None, error)
    flash(_captions_in_words(found), "ok")
    return _back(sitting_id, "elsewhere")


def _found_on_server(meeting_id: str) -> services.RoomRecording:
    """Return the newest recording of a room; it asks a server, so no transaction is open.

    Raises RoomUnavailable, and Conflict while there is nothing to watch.
    """
    server = servers().bigbluebutton
    known = server.recordings(meeting_id) if server is not None else []
    found = services.newest_to_watch(known)
    if server is None or found is None or len(found.address) > LONGEST_ADDRESS:
        raise Conflict(
            _("The video server is still preparing the recording. Try again in an hour.")
            if known
            else _("The video server has no recording of this session.")
        )
    try:
        return found.with_captions(track.language for track in server.captions(found.id))
    except RoomUnavailable:
        return found


def _captions_in_words(found: services.RoomRecording) -> str:
    if found.captions is None:
        return _("The recording on the video server is offered.")
    if not found.captions:
        return _("The recording on the video server is offered. It has no captions there.")
    names = ", ".join(language_name(code) for code in found.captions)
    return _(
        "The recording on the video server is offered. Captions there: %(languages)s.",
        languages=names,
    )


# --- captions --------------------------------------------------------------------------


@bp.post(f"{RECORDING}/captions")
@requires_role(*TEACHING)
def add_recording_captions(sitting_id: int) -> Any:
    """Keep a caption file in one language, in place of what there was."""
    _run, sitting = get_sitting_for_recording(current_user, sitting_id)
    form = RecordingCaptionsForm()
    if not form.validate():
        return _recording_page(sitting_id, form), 422
    try:
        file = form.read()
        with unit_of_work():
            services.keep_captions(sitting, form.language_code.data, file)
    except (Invalid, Conflict) as error:
        return _refused(sitting_id, form, error)
    flash(_("The captions are kept."), "ok")
    return _back(sitting_id, "captions")


@bp.post(f"{RECORDING}/captions/<language_code>/remove")
@requires_role(*TEACHING)
def remove_recording_captions(sitting_id: int, language_code: str) -> Any:
    """Take the captions of a language away."""
    _run, sitting = get_sitting_for_recording(current_user, sitting_id)
    with unit_of_work():
        services.remove_captions(sitting, language_code)
    flash(_("The captions are removed."), "ok")
    return _back(sitting_id, "captions")


# --- out and back ----------------------------------------------------------------------


@bp.post(f"{RECORDING}/publish")
@requires_role(*DECIDING)
def publish_recording(sitting_id: int) -> Any:
    """Let those it is for watch the recording; everybody concerned is told."""
    _run, sitting = get_sitting_for_change(current_user, sitting_id)
    form = PublishForm()
    if not form.validate():
        return _recording_page(sitting_id, form), 422
    try:
        with unit_of_work():
            services.publish_recording(
                sitting, form.until.data, actor=current_user.person, now=clock.now()
            )
    except (Invalid, Conflict) as error:
        return _refused(sitting_id, form, error)
    flash(_("The recording is published. Everybody concerned is told."), "ok")
    return _back(sitting_id)


@bp.post(f"{RECORDING}/withdraw")
@requires_role(*DECIDING)
def withdraw_recording(sitting_id: int) -> Any:
    """Let nobody but those who manage the run watch the recording any more."""
    _run, sitting = get_sitting_for_change(current_user, sitting_id)
    with unit_of_work():
        services.withdraw_recording(sitting, actor=current_user.person, now=clock.now())
    flash(_("The recording is withdrawn."), "ok")
    return _back(sitting_id)

"""Files on their way in: begun, received, refused, given up, tried again."""

from datetime import datetime, timedelta

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from lms.accounts.models import Person
from lms.accounts.queries import person_with_roles
from lms.accounts.rules import is_staff
from lms.core.audit import record_change
from lms.core.db import db, lock
from lms.core.errors import Conflict, Invalid
from lms.core.text import TextInLanguages
from lms.courses.services.versions import lock_for_editing
from lms.i18n.formats import file_size
from lms.jobs.queue import enqueue
from lms.lessons.models import (
    Intake,
    IntakePurpose,
    IntakeState,
    Material,
    MaterialState,
    SpeakerInvitation,
)
from lms.lessons.queries import EditedLesson
from lms.lessons.queries.intakes import (
    expired_intakes,
    file_rows,
    held_by,
    intakes_given_up_before,
    is_waited_for,
    uncounted_intakes,
)
from lms.lessons.queries.materials import ENTITY, next_position
from lms.lessons.queries.speakers import sent_by_speaker
from lms.lessons.rules.intakes import (
    MOST_BYTES_UNFINISHED,
    MOST_UNFINISHED,
    is_taken,
    material_kind,
    title_of,
)
from lms.lessons.rules.materials import may_change
from lms.lessons.rules.speakers import MOST_BYTES, MOST_FILES
from lms.lessons.services import receiving
from lms.lessons.services.materials import remove_material
from lms.lessons.services.speakers import lock_live
from lms.media import uploads
from lms.media.kinds import SIZE_LIMITS, expected_kind
from lms.media.names import clean_file_name
from lms.media.refusals import Refusal

KEPT_TO_BE_SEEN = timedelta(days=30)
TOO_LATE = "too_late"  # by the time the file was ready, its place could no longer be changed

REFUSAL_WORDS: dict[str, LazyString] = {
    Refusal.EMPTY: _l("The file is empty. Choose it again, or another one."),
    Refusal.TOO_LARGE: _l("The file is too large. Make it smaller or split it."),
    Refusal.NOT_ACCEPTED: _l("Files of this type are not accepted here."),
    Refusal.WRONG_TYPE: _l(
        "The content of the file is not what its name says. Save it again in the program it was "
        "made with."
    ),
    Refusal.DAMAGED: _l("The file is damaged and cannot be opened. Make or export it again."),
    Refusal.ENCRYPTED: _l("The file is protected by a password. Save it without one."),
    Refusal.MACROS: _l("The file contains macros. Save it without macros."),
    Refusal.ACTIVE_CONTENT: _l(
        "The file contains something that would run or open by itself. Export it as a plain PDF."
    ),
    Refusal.POLYGLOT: _l(
        "Another file is hidden in this one. Save it again in the program it was made with."
    ),
    Refusal.REFERS_OUTSIDE: _l(
        "The file shows something that is kept elsewhere. Put everything into the file itself."
    ),
    Refusal.TOO_LARGE_INSIDE: _l("The file is far larger inside than outside. Make it simpler."),
    Refusal.TOO_MANY_PIXELS: _l("The image has more than 50 million pixels. Make it smaller."),
    Refusal.TOO_MANY_TRACKS: _l("The recording has too many tracks. Export it with one of each."),
    Refusal.TOO_LONG: _l("The recording is longer than six hours. Split it."),
    Refusal.NO_PICTURE: _l("The video has no picture. Send it as a sound file."),
    TOO_LATE: _l(
        "When the file was ready, the draft it was meant for could no longer be changed. Begin a "
        "new draft and send it again."
    ),
}


def begin_intake(
    edited: EditedLesson,
    person: Person,
    *,
    purpose: IntakePurpose,
    file_name: str,
    size: int,
    material: Material | None = None,
    language: str,
    now: datetime,
) -> Intake:
    """Begin to receive a file for a session, and return where it is to be sent.

    A material in full becomes a draft of its own unless one is given whose file it replaces; the
    light form needs one. Raises Invalid for a name or size that is not taken, Conflict where the
    version or the material cannot be changed, or more is under way than one person may send.
    """
    file_name = clean_file_name(file_name)
    _check_file(purpose, file_name, size)
    _check_place(edited, purpose, material, person.id)
    _check_room(person, size)
    if purpose == IntakePurpose.MATERIAL and material is None:
        material = _draft(
            edited, file_name, language, now, person_id=person.id, rights_holder=person.full_name
        )
    intake = _receiving(edited.lesson.id, purpose, file_name, size, now)
    intake.person_id = person.id
    intake.material_id = None if material is None else material.id
    db.session.flush()
    return intake


def begin_speaker_intake(
    edited: EditedLesson,
    speaker: SpeakerInvitation,
    *,
    file_name: str,
    size: int,
    language: str,
    now: datetime,
) -> Intake:
    """Begin to receive a file a speaker sends by their link; it becomes a draft of the session.

    Raises Invalid for a name or size that is not taken, Conflict where the link no longer works,
    or the speaker has sent as much as one may.
    """
    file_name = clean_file_name(file_name)
    _check_file(IntakePurpose.MATERIAL, file_name, size)
    lock_live(speaker, now)
    sent = sent_by_speaker(speaker.id)
    if sent.files >= MOST_FILES or sent.size + size > MOST_BYTES:
        raise Conflict(
            _(
                "At most %(files)d files of %(size)s in all can be sent. Take one back first.",
                files=MOST_FILES,
                size=file_size(MOST_BYTES),
            )
        )
    material = _draft(edited, file_name, language, now, rights_holder=speaker.name)
    intake = _receiving(edited.lesson.id, IntakePurpose.MATERIAL, file_name, size, now)
    intake.speaker_id = speaker.id
    intake.material_id = material.id
    db.session.flush()
    return intake


def begin_held_intake(
    lesson_id: int, owner_id: int, person: Person, *, file_name: str, size: int, now: datetime
) -> Intake:
    """Begin to receive a recording of a lesson as it was held once.

    `owner_id` is the row it is for; that this one may take a recording now, the caller has seen
    to. Once prepared it is announced by `HeldRecordingReady`. Raises Invalid and Conflict as
    `begin_intake` does.
    """
    file_name = clean_file_name(file_name)
    _check_file(IntakePurpose.HELD_RECORDING, file_name, size)
    _check_room(person, size)
    intake = _receiving(lesson_id, IntakePurpose.HELD_RECORDING, file_name, size, now)
    intake.person_id = person.id
    intake.owner_id = owner_id
    db.session.flush()
    return intake


def _receiving(
    lesson_id: int, purpose: IntakePurpose, file_name: str, size: int, now: datetime
) -> Intake:
    try:
        upload = uploads.begin_upload(file_name, size, now=now)
    except uploads.NoRoom:
        raise Conflict(
            _("There is no room for this file at the moment. Try again later.")
        ) from None
    intake = Intake(
        upload_id=upload.id,
        lesson_id=lesson_id,
        purpose=purpose,
        state=IntakeState.RECEIVING,
        file_name=file_name,
        size=size,
        created_at=now,
    )
    intake.upload = upload
    db.session.add(intake)
    return intake


def _check_file(purpose: IntakePurpose, file_name: str, size: int) -> None:
    kind = expected_kind(file_name)
    if kind is None or not is_taken(purpose, file_name):
        raise Invalid("file", str(REFUSAL_WORDS[Refusal.NOT_ACCEPTED]))
    if size <= 0:
        raise Invalid("file", str(REFUSAL_WORDS[Refusal.EMPTY]))
    if size > SIZE_LIMITS[kind]:
        most = file_size(SIZE_LIMITS[kind])
        raise Invalid("file", _("The file is too large: at most %(size)s are taken.", size=most))


def _check_place(
    edited: EditedLesson, purpose: IntakePurpose, material: Material | None, person_id: int
) -> None:
    if purpose == IntakePurpose.RECORDING:
        lock_for_editing(edited.version)
        return
    if material is None:
        if purpose == IntakePurpose.LIGHT_MATERIAL:
            raise Invalid("material_id", _("Say which material this is the light form of."))
        return
    if not may_fill(lock(material), person_id):
        raise Conflict(_("This material can no longer be changed. Take it back to draft first."))


def may_fill(material: Material, person_id: int | None) -> bool:
    """Tell whether somebody may put a file into a material in its present state.

    Without a person it is a speaker, who may what teachers may.
    """
    if person_id is None:
        return may_change(material.state, is_staff=False)
    roles = {held.role for held in person_with_roles(person_id).roles}
    return may_change(material.state, is_staff=is_staff(roles))


def _check_room(person: Person, size: int) -> None:
    lock(person)  # two requests at once would each find the room free
    held = held_by(person.id)
    if held.files >= MOST_UNFINISHED or held.size + size > MOST_BYTES_UNFINISHED:
        raise Conflict(
            _("Too many of your files are not finished yet. Let them finish, or remove some.")
        )


def _draft(
    edited: EditedLesson,
    file_name: str,
    language: str,
    now: datetime,
    *,
    person_id: int | None = None,
    rights_holder: str,
) -> Material:
    material = Material(
        lesson_id=edited.lesson.id,
        position=next_position(edited.lesson.id),
        kind=material_kind(file_name),
        state=MaterialState.DRAFT,
        title=TextInLanguages(language, {language: title_of(file_name)}),
        language=language,
        rights_holder=rights_holder,
        created_by_id=person_id,
        created_at=now,
    )
    db.session.add(material)
    db.session.flush()
    record_change(ENTITY, material.id, old="", new=material.state, actor_id=person_id, now=now)
    return material


# --- received, prepared ----------------------------------------------------------------


def receive_done(intake: Intake, *, now: datetime) -> None:
    """Have a file prepared once its last byte is there; asked again, or before, is harmless."""
    if receiving.note_all_here(intake, now=now):
        _let_prepare(intake)


def _let_prepare(intake: Intake) -> None:
    intake.percent = 0
    intake.finished_at = None
    enqueue("prepare_intake", key=f"intake:{intake.id}", intake_id=intake.id)


def note_percent(intake_id: int, percent: int) -> bool:
    """Note how far the preparing has come; False when it is no longer wanted."""
    noted = db.session.execute(
        update(Intake)
        .where(Intake.id == intake_id, Intake.state == IntakeState.WORKING)
        .values(percent=percent)
        .returning(Intake.id)
        .execution_options(synchronize_session=False)
    )
    return noted.first() is not None


def refuse_intake(intake: Intake, refusal: str, *, now: datetime) -> None:
    """Say why the file will not do, a word of REFUSAL_WORDS; its bytes go."""
    if receiving.refuse(intake, refusal):
        intake.finished_at = now


def fail_intake(intake: Intake, *, now: datetime) -> None:
    """Note that preparing the file was given up by fault of ours; it can be tried again."""
    if receiving.fail(intake):
        intake.finished_at = now


def retry_intake(intake: Intake) -> None:
    """Have a file prepared once more that was given up; in any other state nothing happens.

    Raises Conflict when its bytes have gone meanwhile.
    """
    if receiving.try_again(intake):
        _let_prepare(intake)


# --- away ------------------------------------------------------------------------------


def cancel_intake(intake: Intake) -> None:
    """Take a file away that is not finished, and the draft that was waiting for it alone.

    What is finished stays as it is.
    """
    lock(intake)
    if intake.state == IntakeState.READY:
        return
    receiving.drop_upload(intake)
    material_id = intake.material_id
    db.session.delete(intake)
    db.session.flush()
    if material_id is not None:
        _remove_empty(db.session.get_one(Material, material_id))


def take_back(intake: Intake) -> None:
    """Take back a file a speaker sent, finished or not; Conflict once its draft went further."""
    lock(intake)
    if intake.state != IntakeState.READY or intake.material_id is None:
        cancel_intake(intake)
        return
    material = lock(db.session.get_one(Material, intake.material_id))
    if material.state != MaterialState.DRAFT:
        raise Conflict(_("This file is in use already. Write to whoever invited you."))
    remove_material(material)


def _remove_empty(material: Material) -> None:
    lock(material)
    is_empty = not material.address and not file_rows(material.id)
    if is_empty and material.state == MaterialState.DRAFT and not is_waited_for(material.id):
        remove_material(material)


def tidy_intakes(now: datetime) -> None:
    """Take away what was never received in time, and what came to nothing thirty days ago.

    What was received to its last byte, and the line broke before that was noted, is prepared.
    """
    for intake in uncounted_intakes():
        receive_done(intake, now=now)
    db.session.flush()
    for intake in (
        *expired_intakes(now),
        *intakes_given_up_before(now - uploads.LIFE_ONCE_COMPLETE),
    ):
        cancel_intake(intake)
    uploads.purge_expired(now)

"""Doors to sessions, materials and files for those who make them. `reader` is `current_user`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lms.core.errors import NotAllowed, NotFound
from lms.courses.permissions import can_edit_course
from lms.lessons import queries
from lms.lessons.models import Intake, Material, SpeakerInvitation
from lms.lessons.queries import speakers
from lms.lessons.rules.speakers import LinkState, link_state


def get_lesson_for_editing(reader: Any, lesson_id: int) -> queries.EditedLesson:
    """Return a session with its module, version and course to those who may edit the course.

    Whether the version is still a draft, the services ask; NotFound to others.
    """
    found = queries.edited_lesson(lesson_id)
    if found is None or not can_edit_course(reader, found.course.id):
        raise NotFound
    return found


def get_material_for_editing(
    reader: Any, material_id: int
) -> tuple[Material, queries.EditedLesson]:
    """Return a material with its files, and its session, to those who may edit the course."""
    material = queries.material_with_files(material_id)
    if material is None:
        raise NotFound
    return material, get_lesson_for_editing(reader, material.lesson_id)


def get_material_for_deciding(
    reader: Any, material_id: int
) -> tuple[Material, queries.EditedLesson]:
    """Return a material to staff, who approve, release and withdraw; NotAllowed to teachers."""
    found = get_material_for_editing(reader, material_id)
    if not reader.is_staff:
        raise NotAllowed
    return found


def get_intake_for_sending(reader: Any, token: str) -> Intake:
    """Return the intake with its upload to whoever began it, while they may edit the course.

    NotFound to everybody else: the address of an upload lets nobody in.
    """
    intake = queries.intake_of_upload(token)
    if intake is None or intake.person_id != reader.id or intake.owner_id is not None:
        raise NotFound
    get_lesson_for_editing(reader, intake.lesson_id)
    return intake


def get_intake_for_viewing(reader: Any, intake_id: int) -> Intake:
    """Return an intake to those who may edit its course; NotFound for what is sent for another
    package's row, which has a door of its own."""
    intake = queries.intake_with_upload(intake_id)
    if intake is None or intake.owner_id is not None:
        raise NotFound
    get_lesson_for_editing(reader, intake.lesson_id)
    return intake


def get_place_for_sending(
    reader: Any, lesson_id: int, material_id: int | None
) -> tuple[queries.EditedLesson, Material | None]:
    """Return where a file is to go: a session, and one of its materials when that is named.

    To those who may edit the course; NotFound to others, and for a material of another session.
    """
    edited = get_lesson_for_editing(reader, lesson_id)
    if material_id is None:
        return edited, None
    material = queries.material_with_files(material_id)
    if material is None or material.lesson_id != lesson_id:
        raise NotFound
    return edited, material


# --- speakers without an account -------------------------------------------------------


@dataclass(frozen=True)
class FoundSpeaker:
    """An invitation by its link, the session it is to, and whether the link works."""

    invitation: SpeakerInvitation
    edited: queries.EditedLesson
    link: LinkState

    @property
    def is_live(self) -> bool:
        """Tell whether the link still works."""
        return self.link == LinkState.LIVE


def get_speaker(token: str, now: datetime) -> FoundSpeaker:
    """Return the invitation of a link, working or not. Raises NotFound for what never was one."""
    found = speakers.invited_by_token(token)
    if found is None:
        raise NotFound
    return FoundSpeaker(found.invitation, found.edited, link_state(found.invitation, now))


def get_speaker_for_sending(token: str, now: datetime) -> FoundSpeaker:
    """Return the invitation of a link that works; NotFound for any other."""
    found = get_speaker(token, now)
    if not found.is_live:
        raise NotFound
    return found


def get_speaker_intake(token: str, upload_token: str, now: datetime) -> Intake:
    """Return the intake of an upload, with it, to the speaker who began it; NotFound to others."""
    intake = queries.intake_of_upload(upload_token)
    speaker = get_speaker_for_sending(token, now).invitation
    if intake is None or intake.speaker_id != speaker.id:
        raise NotFound
    return intake


def get_speaker_file(speaker: SpeakerInvitation, intake_id: int) -> Intake:
    """Return a file on its way in to the speaker who sent it; NotFound to others."""
    intake = queries.intake_with_upload(intake_id)
    if intake is None or intake.speaker_id != speaker.id:
        raise NotFound
    return intake


def get_speaker_for_editing(
    reader: Any, invitation_id: int
) -> tuple[SpeakerInvitation, queries.EditedLesson]:
    """Return an invitation and its session to those who may edit the course; NotFound to others."""
    found = speakers.invited_speaker(invitation_id)
    if found is None or not can_edit_course(reader, found.edited.course.id):
        raise NotFound
    return found.invitation, found.edited

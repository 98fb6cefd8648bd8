"""States of a curriculum, and what keeps it from being published (DOMAIN 2.6)."""

from collections.abc import Iterable
from enum import StrEnum

from lms.courses.models import Curriculum, PublicationState
from lms.courses.rules.versions import STEPS, has_all_titles

# Nothing but this row keeps what a curriculum is, so a retired one comes back as a draft.
STEPS_OF_CURRICULUM = {**STEPS, PublicationState.RETIRED: (PublicationState.DRAFT,)}


class CurriculumFault(StrEnum):
    """What keeps a curriculum from its next state."""

    TITLE = "title"
    NO_COURSE = "no_course"
    ON_OFFER = "on_offer"


def steps_of_curriculum(state: PublicationState) -> list[PublicationState]:
    """Return the states a curriculum can be taken to."""
    return list(STEPS_OF_CURRICULUM[state])


def faults_of_step(
    curriculum: Curriculum, new: PublicationState, courses: Iterable[PublicationState]
) -> list[CurriculumFault]:
    """Return what keeps a curriculum with courses in these states from a new state.

    To be published it needs a title in Korean and English and a course on offer; to be retired,
    that none is.
    """
    is_offering = PublicationState.PUBLISHED in courses
    found = []
    if new == PublicationState.PUBLISHED:
        if not has_all_titles(curriculum.title):
            found.append(CurriculumFault.TITLE)
        if not is_offering:
            found.append(CurriculumFault.NO_COURSE)
    if new == PublicationState.RETIRED and is_offering:
        found.append(CurriculumFault.ON_OFFER)
    return found

"""States of a course's versions, and what keeps one from being published (DOMAIN 2.6, 2.7)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from lms.core.text import TextInLanguages
from lms.courses.models import CourseVersion, Module, PublicationState

STEPS: dict[PublicationState, tuple[PublicationState, ...]] = {
    PublicationState.DRAFT: (PublicationState.IN_REVIEW,),
    PublicationState.IN_REVIEW: (PublicationState.PUBLISHED, PublicationState.DRAFT),
    PublicationState.PUBLISHED: (PublicationState.RETIRED,),
    PublicationState.RETIRED: (),
}
# What the teaching staff may do by themselves; everything else is decided by staff.
STEPS_OF_TEACHERS = {
    (PublicationState.DRAFT, PublicationState.IN_REVIEW),
    (PublicationState.IN_REVIEW, PublicationState.DRAFT),
}
IN_WORK = (PublicationState.DRAFT, PublicationState.IN_REVIEW)

MUST_HAVE_TITLE_IN = ("ko", "en")
MOST_SDG_TARGETS = 3
SDG_TARGET = re.compile(r"(?:[1-9]|1[0-7])\.(?:[1-9]\d?|[a-f])")
CRS_CODE = re.compile(r"\d{5}")


class VersionFault(StrEnum):
    """What keeps a version from being published."""

    TITLE = "title"
    SDG = "sdg"
    CRS = "crs"
    NO_MODULES = "no_modules"
    THEORY = "theory"
    PRACTICE = "practice"
    MODULE_TITLE = "module_title"


@dataclass(frozen=True)
class FoundFault:
    """One thing to mend before publishing, and the module it is found in, if in one."""

    fault: StrEnum
    module_id: int | None = None
    lesson_id: int | None = None


def steps_of(state: PublicationState, *, is_staff: bool) -> list[PublicationState]:
    """Return the states a version can be taken to by such a reader."""
    return [new for new in STEPS[state] if is_staff or (state, new) in STEPS_OF_TEACHERS]


def pair_to_compare(versions: Sequence[CourseVersion]) -> tuple[CourseVersion, CourseVersion]:
    """Return an older and a newer one of versions that come newest first.

    What is on offer and what is in work, else the last two; of a single one, itself twice.
    """
    newest = versions[0]
    published = (each for each in versions if each.state == PublicationState.PUBLISHED)
    offered = next(published, None)
    if newest.state in IN_WORK and offered is not None:
        return offered, newest
    return versions[1] if len(versions) > 1 else newest, newest


def faults_of_version(version: CourseVersion, modules: Sequence[Module]) -> list[FoundFault]:
    """Return what keeps a version from being published, as far as course and modules tell.

    Titles in Korean and English, one to three SDG targets, a CRS code, and hours of theory and
    practice that are the sums of those of the modules (DOMAIN 2.7).
    """
    found = []
    if not has_all_titles(version.title):
        found.append(FoundFault(VersionFault.TITLE))
    if not 1 <= len(version.sdg_targets) <= MOST_SDG_TARGETS:
        found.append(FoundFault(VersionFault.SDG))
    if not CRS_CODE.fullmatch(version.crs_code):
        found.append(FoundFault(VersionFault.CRS))
    if not modules:
        found.append(FoundFault(VersionFault.NO_MODULES))
    if sum(module.theory_minutes for module in modules) != version.theory_minutes:
        found.append(FoundFault(VersionFault.THEORY))
    if sum(module.practical_minutes for module in modules) != version.practical_minutes:
        found.append(FoundFault(VersionFault.PRACTICE))
    found += [
        FoundFault(VersionFault.MODULE_TITLE, module_id=module.id)
        for module in modules
        if not has_all_titles(module.title)
    ]
    return found


def has_all_titles(title: TextInLanguages) -> bool:
    """Tell whether a title is there in every language the catalogue asks for."""
    return all(title.texts.get(language) for language in MUST_HAVE_TITLE_IN)

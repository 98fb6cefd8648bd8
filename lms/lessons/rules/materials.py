"""States of materials, who takes them where, and when trainees see one (DOMAIN 2.9)."""

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from lms.i18n.times import BUSAN
from lms.lessons.models import FileForm, MaterialKind, MaterialState

STEPS: Mapping[MaterialState, tuple[MaterialState, ...]] = {
    MaterialState.DRAFT: (MaterialState.SUBMITTED, MaterialState.WITHDRAWN),
    MaterialState.SUBMITTED: (
        MaterialState.APPROVED,
        MaterialState.DRAFT,
        MaterialState.WITHDRAWN,
    ),
    MaterialState.APPROVED: (MaterialState.RELEASED, MaterialState.WITHDRAWN),
    MaterialState.RELEASED: (MaterialState.WITHDRAWN,),
    MaterialState.WITHDRAWN: (),
}
"""From each state, those a material may be taken to; the usual next one comes first."""

# What the teaching staff do by themselves; of these, withdrawing only what they brought.
STEPS_OF_TEACHERS = {
    (MaterialState.DRAFT, MaterialState.SUBMITTED),
    (MaterialState.SUBMITTED, MaterialState.DRAFT),
}
STEPS_OF_OWNERS = {
    (MaterialState.DRAFT, MaterialState.WITHDRAWN),
    (MaterialState.SUBMITTED, MaterialState.WITHDRAWN),
}

EXPIRES_SOON = timedelta(days=30)
LONGEST_ADDRESS = 500
_FILE = re.compile(r"\bfile:([0-9]{1,9})\b")


class MaterialFault(StrEnum):
    """What keeps a material from being submitted, and from any step towards trainees."""

    NO_FILE = "no_file"
    ADDRESS = "address"
    RIGHTS_HOLDER = "rights_holder"
    ALTERNATIVE_TEXT = "alternative_text"


class MaterialFacts(Protocol):
    """What the decisions below are taken on."""

    @property
    def kind(self) -> MaterialKind: ...
    @property
    def state(self) -> MaterialState: ...
    @property
    def address(self) -> str: ...
    @property
    def alternative_text(self) -> str: ...
    @property
    def rights_holder(self) -> str: ...
    @property
    def valid_until(self) -> date | None: ...
    @property
    def release_at(self) -> datetime | None: ...
    @property
    def forms(self) -> Collection[FileForm]: ...


def steps_of(state: MaterialState, *, is_staff: bool, is_own: bool = False) -> list[MaterialState]:
    """Return the states such a reader may take a material to; `is_own` for what they brought."""
    return [
        new
        for new in STEPS[state]
        if is_staff
        or (state, new) in STEPS_OF_TEACHERS
        or (is_own and (state, new) in STEPS_OF_OWNERS)
    ]


def needs_reason(old: MaterialState, new: MaterialState, *, is_staff: bool) -> bool:
    """Tell whether one must say why: on withdrawing, and for staff on sending back."""
    if new == MaterialState.WITHDRAWN:
        return True
    return is_staff and (old, new) == (MaterialState.SUBMITTED, MaterialState.DRAFT)


def may_change(state: MaterialState, *, is_staff: bool) -> bool:
    """Tell whether such a reader may change what a material says or holds.

    What was submitted stays as it was looked at: who brought it takes it back first. What was
    withdrawn stays as it was for everybody.
    """
    if is_staff:
        return state != MaterialState.WITHDRAWN
    return state == MaterialState.DRAFT


def faults_of(material: MaterialFacts) -> list[MaterialFault]:
    """Return what keeps a material from being submitted."""
    found = []
    if material.kind == MaterialKind.LINK:
        if not is_web_address(material.address):
            found.append(MaterialFault.ADDRESS)
    elif FileForm.FULL not in material.forms:
        found.append(MaterialFault.NO_FILE)
    if not material.rights_holder:
        found.append(MaterialFault.RIGHTS_HOLDER)
    if material.kind == MaterialKind.IMAGE and not material.alternative_text:
        found.append(MaterialFault.ALTERNATIVE_TEXT)
    return found


def is_web_address(address: str) -> bool:
    """Tell whether an address leads to a page of the web, and says plainly to whose."""
    if len(address) > LONGEST_ADDRESS or any(char.isspace() or char == "\\" for char in address):
        return False
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(host) and "@" not in parts.netloc


def is_visible(material: MaterialFacts, *, now: datetime) -> bool:
    """Tell whether trainees see a material at this moment."""
    return (
        material.state == MaterialState.RELEASED
        and material.release_at is not None
        and material.release_at <= now
        and not is_expired(material.valid_until, now=now)
        and (FileForm.FULL in material.forms or is_web_address(material.address))
    )


def is_in_pack(material: MaterialFacts, *, now: datetime) -> bool:
    """Tell whether an interpreter who prepares for a session is handed a material."""
    is_decided = material.state in {MaterialState.APPROVED, MaterialState.RELEASED}
    return is_decided and not is_expired(material.valid_until, now=now)


def is_expired(valid_until: date | None, *, now: datetime) -> bool:
    """Tell whether the last day a material may be used on has passed in Busan."""
    return valid_until is not None and valid_until < busan_day(now)


def renumbered(text: str, numbers: Mapping[int, int | str]) -> str:
    """Return a reading in which `file:1` says what `numbers` has for 1, where it has something."""

    def other(found: re.Match[str]) -> str:
        number = int(found[1])
        return f"file:{numbers.get(number, number)}"

    return _FILE.sub(other, text)


def busan_day(now: datetime) -> date:
    """Return which day it is in Busan, where days of validity are reckoned."""
    return now.astimezone(ZoneInfo(BUSAN)).date()

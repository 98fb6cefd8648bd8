"""Why a room elsewhere cannot be entered, and what to tell those who wait before it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


class Reason(StrEnum):
    """One reason; `REASON_WORDS` turns it into sentences."""

    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    UNREADABLE = "unreadable"


class RoomUnavailable(Exception):
    """The server of a room did not do what it was asked.

    `detail` is for the operator: the key of BigBlueButton's refusal (`checksumError`), a status,
    the system's message. It is English, and nothing for a page of trainees.
    """

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason.value} ({detail})" if detail else reason.value)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True)
class ReasonWords:
    """What is wrong and what to do: for who wants to join, and for who holds the session."""

    joining: LazyString
    hosting: LazyString


REASON_WORDS: Mapping[Reason, ReasonWords] = {
    Reason.TIMEOUT: ReasonWords(
        joining=_l(
            "The video room did not answer in time. Wait a minute, then try again. If it still "
            "does not open, write to the coordinator of your course."
        ),
        hosting=_l(
            "The video server did not answer in time. Try again in a minute. If it stays so, put "
            "a link to another room into this session."
        ),
    ),
    Reason.UNREACHABLE: ReasonWords(
        joining=_l(
            "The video room cannot be reached at the moment; it is not your connection. Try "
            "again in a few minutes. If it still does not open, write to the coordinator of your "
            "course."
        ),
        hosting=_l(
            "The video server cannot be reached: it is switched off, or its address in the "
            "settings is wrong. Tell the administrator. To hold the session now, put a link to "
            "another room into it."
        ),
    ),
    Reason.REFUSED: ReasonWords(
        joining=_l(
            "The video room lets nobody in at the moment. Try again in a few minutes. If it "
            "still does not open, write to the coordinator of your course."
        ),
        hosting=_l(
            "The video server refused. If it refuses every session, the secret in the settings is "
            "not the server’s: tell the administrator. To hold the session now, put a link to "
            "another room into it."
        ),
    ),
    Reason.UNREADABLE: ReasonWords(
        joining=_l(
            "The video room has a fault. Try again in a few minutes. If it still does not open, "
            "write to the coordinator of your course."
        ),
        hosting=_l(
            "The video server gave an answer that cannot be used: it has a fault, or the address "
            "in the settings is not its own. Tell the administrator. To hold the session now, "
            "put a link to another room into it."
        ),
    ),
}

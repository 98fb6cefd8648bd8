"""Who is in the run with sessions held at a time: how they come, and what becomes of it.

People are named by their mailbox; all of it is invented.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from lms.demo.people import Stage
from lms.seminars.models import AttendanceStatus
from lms.seminars.services.evaluations import Opinion

# --- who is in the run -----------------------------------------------------------------

# How far each has come with the recordings in between.
STUDIED: Mapping[str, Stage] = {
    "trainee": Stage.HALF,
    "graduate": Stage.COMPLETED,
    "class01": Stage.HALF,
    "class02": Stage.EVERYTHING,
    "class03": Stage.COMPLETED,
    "class04": Stage.HALF,
    "class05": Stage.STARTED,
    "class06": Stage.QUESTION_MISSING,
    "class07": Stage.ENROLLED,
    "class12": Stage.NEARLY_DONE,
    "class13": Stage.STARTED,
    "class14": Stage.HALF,
    "class17": Stage.NEARLY_DONE,
    "class18": Stage.ENROLLED,
}

# For whom the afternoon in Busan is night.
FAR_AWAY = frozenset({"class17", "class18"})

# By language: name and channel.
INTERPRETERS = {
    "ko": ("TONGYEOKSA", "1"),
    "vi": ("PHIEN DICH VIEN", "2"),
    "mn": ("ORCHUULAGCH", "3"),
}


# --- how people come -------------------------------------------------------------------

# From joining to leaving, in minutes from the start; without an end to the end.
Stays = Sequence[tuple[int, int | None]]

WHOLE: Stays = ((-4, None),)
LATE: Stays = ((14, None),)
EARLY: Stays = ((-2, 90),)
HALF: Stays = ((-1, 50),)
LINE_CUT: Stays = ((-3, 25),)
TWO_DEVICES: Stays = ((-5, 40), (38, 70), (80, None))
NOT: Stays = ()


@dataclass(frozen=True)
class Turnout:
    """Who came to a sitting: all from start to end, but for those named with their stays.

    `names` are what some are called in the report, `by_code` tells that they checked in on site.
    """

    people: frozenset[str] = frozenset(STUDIED)
    but: Mapping[str, Stays] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    by_code: bool = False

    def stays(self) -> dict[str, Stays]:
        """Return the stays of everybody, in the order of the run; none for who did not come."""
        return {
            who: self.but.get(who, WHOLE if who in self.people else NOT) for who in sorted(STUDIED)
        }


# Nobody knows by itself whose these names are: one is told by hand, one is left to be told.
OFFICE = {"class14": "Transport office Surabaya"}
PHONE = {"class01": "iPhone"}


# --- what attendance became ------------------------------------------------------------

TICKED = ("class13",)
TICK_REASON = "Came to the second stop; the telephone was empty."

EXCUSES = (("detectors-2", "class06", "Called to a meeting of the ministry; the letter is there."),)
OUTAGES = (("detectors-2", "class01", "Power was out in two districts from 14:20 to 15:40."),)

# Who has seen the recording of what they slept through.
MAKES_UP = ("class17",)


class Correction(NamedTuple):
    """A correction of what was final, proposed by the instructor; staff may have approved it."""

    who: str
    status: AttendanceStatus
    reason: str
    is_approved: bool


CORRECTIONS: Mapping[str, Sequence[Correction]] = {
    "urban-growth": (
        Correction(
            "class05",
            AttendanceStatus.PRESENT,
            "Was kept in the waiting room by mistake; the moderator confirms it.",
            True,
        ),
        Correction(
            "class17",
            AttendanceStatus.EXCUSED,
            "It was one in the morning in Guayaquil, and no second slot was offered.",
            False,
        ),
    ),
}

# When each came to the sitting that is held now, in minutes from its start.
COME_NOW: Mapping[str, int] = {
    "class01": -6,
    "class03": -4,
    "class14": -3,
    "class06": -1,
    "class12": 1,
    "class04": 3,
    "graduate": 5,
    "class13": 11,
}

# --- what people thought ---------------------------------------------------------------

EVALUATORS = ("graduate", "class01", "class02", "class03", "class04", "class06", "class12")

OPINIONS: Mapping[str, Sequence[Opinion]] = {
    "urban-growth": (
        Opinion(5, 5, 4, 4, 4, 4, "The old photographs of the same crossing were the best.", "en"),
        Opinion(4, 5, 5, 4, 5, 3, "", "en"),
        Opinion(5, 4, None, 5, 4, 5, "더 많은 도시의 사례를 보고 싶습니다.", "ko"),
        Opinion(4, 4, 3, 4, 4, 4, "", "en"),
        Opinion(5, 5, 4, 3, 4, 2, "The line broke twice; the audio alone went well.", "en"),
        Opinion(3, 4, 4, 4, 5, 4, "", "en"),
    ),
    "bus-information": (
        Opinion(5, 5, 4, 5, 4, 4, "We will try the check of the stop order next week.", "en"),
        Opinion(4, 4, 4, 4, 3, 3, "", "en"),
        Opinion(5, 5, None, 5, 5, 5, "질문에 하나하나 답해 주셔서 좋았습니다.", "ko"),
        Opinion(5, 4, 3, 4, 4, 4, "", "en"),
        Opinion(4, 5, 4, 4, 4, 2, "Please send the slides a day earlier.", "en"),
        Opinion(4, 4, 5, 3, 4, 4, "", "en"),
        Opinion(5, 5, None, 4, 4, 4, "", "en"),
    ),
}

# --- guests of the public seminar ------------------------------------------------------


class Visitor(NamedTuple):
    """A guest of the public seminar."""

    name: str
    mailbox: str
    organisation: str
    language: str
    time_zone: str


GUESTS = (
    Visitor("ZOCHIN EMCH", "guest01", "District hospital", "en", "Asia/Ulaanbaatar"),
    Visitor("SUVILAGCH JISHEE", "guest02", "Nursing school", "en", "Asia/Ulaanbaatar"),
    Visitor("GO SONNIM", "guest03", "Public health centre", "ko", "Asia/Seoul"),
)

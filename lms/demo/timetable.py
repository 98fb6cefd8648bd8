"""The timetable of the demonstration's sessions held at a time, and who comes to which how.

Days are counted in working days from the day of loading, after DOMAIN 5.3, so that some sittings
are always over, one is held just now and others are to come. People are named by their mailbox.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from typing import Any, NamedTuple

from lms.core.text import TextInLanguages
from lms.demo.turnout import (
    EARLY,
    FAR_AWAY,
    HALF,
    LATE,
    LINE_CUT,
    NOT,
    OFFICE,
    PHONE,
    STUDIED,
    TWO_DEVICES,
    WHOLE,
    Turnout,
)
from lms.lessons.models import LessonKind
from lms.seminars.models import RecordingPolicy, RoomKind

AT_THREE = time(15)
AT_TEN_AT_NIGHT = time(22)  # morning in the Americas


def _texts(ko: str, en: str, zh: str) -> TextInLanguages:
    return TextInLanguages("ko", {"ko": ko, "en": en, "zh": zh})


# --- the sittings ----------------------------------------------------------------------


@dataclass(frozen=True)
class Plan:
    """A sitting of the demonstration: its day and time in Busan, and what else is set of it."""

    key: str
    day: int
    lesson: str = ""
    start: time = AT_THREE
    minutes: int = 120
    breaks: Sequence[Sequence[int]] = ()
    title: TextInLanguages | None = None
    kind: LessonKind = LessonKind.LIVE
    slot: str = ""
    speaker: str = ""  # who has no account
    interpreted_into: Sequence[str] = ("vi", "mn")
    turnout: Turnout | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def content(self) -> dict[str, Any]:
        """Return the columns of the sitting but for its times."""
        return {
            "kind": self.kind,
            "title": self.title,
            "slot_name": self.slot,
            "breaks": [list(each) for each in self.breaks],
            "room_kind": RoomKind.LINK,
            "room_address": f"https://meet.example/demo-{self.key}",
            "room_passcode": "demo",
            **self.more,
        }


PAUSE = ((55, 65),)
PAUSES = ((55, 65), (120, 130))

MOVED = "clinic-discussion"
CANCELLED = "question-hour"
RECORDED = "bus-information"
RECORDING = "from-bus-to-centre"  # the lesson that stands in for its recording

HELD_NOW = Plan(
    "clinic",
    0,
    "clinic",
    minutes=180,
    breaks=PAUSES,
    more={
        "preparation": _texts(
            "우리 도시의 병목 한 곳을 지도나 사진으로 준비하십시오.",
            "Bring one bottleneck of your city, on a map or in a photograph.",
            "请准备本市一处瓶颈的地图或照片。",
        ),
    },
)

PLANS = (
    Plan(
        "tech-check",
        -10,
        start=time(16),
        minutes=30,
        title=_texts("접속 점검과 오리엔테이션", "Tech check and orientation", "设备测试与说明会"),
        interpreted_into=(),
        turnout=Turnout(but={"class17": NOT, "class18": LATE}),
    ),
    Plan(
        "urban-growth",
        -9,
        "urban-growth",
        breaks=((0, 20),),  # the opening does not count
        turnout=Turnout(but={"class05": ((48, None),), "class17": NOT, "class13": TWO_DEVICES}),
    ),
    Plan(
        "detectors-1-asia",
        -6,
        "detectors-1",
        breaks=PAUSE,
        slot="Asia",
        turnout=Turnout(
            frozenset(STUDIED) - FAR_AWAY,
            but={"class07": NOT, "class04": TWO_DEVICES, "trainee": LATE},
            names=OFFICE,
        ),
    ),
    Plan(
        "detectors-1-americas",
        -6,
        "detectors-1",
        start=AT_TEN_AT_NIGHT,
        breaks=PAUSE,
        slot="Americas",
        interpreted_into=(),
        turnout=Turnout(FAR_AWAY, but={"class07": WHOLE}),
    ),
    Plan(
        "detectors-2",
        -5,
        "detectors-2",
        minutes=60,
        turnout=Turnout(but={"class17": NOT, "class01": LINE_CUT, "class06": NOT}, names=OFFICE),
    ),
    Plan(
        "bus-information",
        -4,
        "bus-information",
        breaks=PAUSE,
        turnout=Turnout(but={"trainee": HALF, "class17": NOT, "class05": EARLY}, names=OFFICE),
        more={"recording_policy": RecordingPolicy.TRAINEES},
    ),
    Plan(
        "check-a-line",
        -3,
        "check-a-line",
        breaks=PAUSE,
        interpreted_into=(),
        turnout=Turnout(but={"class17": NOT, "class13": NOT}, by_code=True),
        more={
            "room_kind": RoomKind.VENUE,
            "room_address": "",
            "room_passcode": "",
            "venue": _texts(
                "각 도시에서 고른 버스 노선의 첫 정류장",
                "The first stop of the bus line each city has chosen",
                "各城市所选公交线路的起点站",
            ),
            "meeting_point": "First stop of your line, at the shelter",
            "insurance": "Covered by each city's own policy for staff",
            "preparation": _texts(
                "노선의 데이터 파일을 인쇄하거나 휴대전화에 담아 오십시오.",
                "Bring the data file of your line, on paper or on a phone.",
                "请携带线路数据文件的打印件，或存入手机。",
            ),
        },
    ),
    Plan(
        "centre-tour",
        -1,
        "centre-tour",
        breaks=PAUSE,
        turnout=Turnout(but={"class17": NOT, "trainee": LATE}, names=OFFICE | PHONE),
        more={
            "venue": _texts(
                "각 도시의 교통정보서비스센터",
                "The traffic information centre of each city",
                "各城市的交通信息中心",
            ),
            "meeting_point": "Main entrance of your traffic information centre",
            "insurance": "Covered by each city's own policy for staff",
            "asks_photo_consent": True,
        },
    ),
    HELD_NOW,
    Plan(
        CANCELLED,
        1,
        start=time(11),
        minutes=60,
        title=_texts("질문 시간", "Question hour", "答疑时间"),
        interpreted_into=(),
    ),
    Plan(MOVED, 1, "clinic-discussion", breaks=PAUSE),
    Plan(
        "action-plan-asia",
        3,
        "action-plan",
        minutes=180,
        breaks=PAUSES,
        slot="Asia",
        more={
            "preparation": _texts(
                "여섯 달 안에 할 일 세 가지를 한 쪽에 적어 오십시오.",
                "Bring three steps for the next six months on one page.",
                "请用一页写出未来六个月的三项行动。",
            ),
        },
    ),
    Plan(
        "action-plan-americas",
        3,
        "action-plan",
        start=AT_TEN_AT_NIGHT,
        minutes=180,
        breaks=PAUSES,
        slot="Americas",
        interpreted_into=(),
    ),
    Plan(
        "closing",
        3,
        start=time(18, 10),
        minutes=30,
        title=_texts("수료식", "Closing ceremony", "结业典礼"),
        kind=LessonKind.CEREMONY,
    ),
)

MOVED_TO = 2
MOVE_REASON = (
    "The instructor has to be at the control centre that day: a marathon closes the bridge."
)
CANCEL_REASON = "Nobody has sent a question; write to the instructor at any time."

# First and last working day, None for the Sunday after; without a clock, the same everywhere.
DAY_ITEMS: Sequence[tuple[TextInLanguages, int, int | None]] = (
    (
        _texts(
            "녹화 강의 1·2: 원하는 시간에",
            "Recorded lectures 1 and 2: in your own time",
            "录播课1、2：自行安排时间学习",
        ),
        -9,
        None,
    ),
    (
        _texts(
            "녹화 강의 3~5: 원하는 시간에",
            "Recorded lectures 3 to 5: in your own time",
            "录播课3至5：自行安排时间学习",
        ),
        -4,
        None,
    ),
    (
        _texts(
            "실행계획 초안 작성: 원하는 시간에",
            "Draft of your action plan: in your own time",
            "撰写行动计划草案：自行安排时间",
        ),
        1,
        2,
    ),
)


class Boarding(NamedTuple):
    """People counted where they board, at a minute from the start of a sitting."""

    key: str
    minute: int
    where: str
    expected: int
    counted: int
    missing: str = ""


BOARDINGS = (
    Boarding("check-a-line", -12, "Ho Chi Minh City: first stop", 4, 4),
    Boarding("check-a-line", -9, "Phnom Penh: first stop", 2, 2),
    Boarding("check-a-line", -8, "Ulaanbaatar: first stop", 3, 3),
    Boarding(
        "check-a-line",
        -2,
        "Mumbai: first stop",
        2,
        1,
        "CHACHNI KALPANIK comes to the second stop",
    ),
    Boarding("centre-tour", -45, "Ulaanbaatar: bus from the city hall", 3, 3),
    Boarding(
        "centre-tour",
        -40,
        "Ho Chi Minh City: bus from the department",
        4,
        3,
        "LE VAN VI DU follows by taxi",
    ),
    Boarding("centre-tour", 135, "Ho Chi Minh City: bus back", 4, 4),
)

# --- the public seminar ----------------------------------------------------------------

SEMINAR = Plan(
    "medical-seminar",
    8,
    "heart",
    breaks=PAUSE,
    speaker="ILTGEGCH EMCH",
    interpreted_into=("mn", "ko"),
    more={
        "is_public": True,
        "guest_capacity": 80,
        "recording_policy": RecordingPolicy.PUBLIC,
        "preparation": _texts(
            "환자를 알아볼 수 있는 자료는 보여 주지 마십시오.",
            "Show nothing by which a patient could be recognised.",
            "请勿展示任何可能识别患者身份的资料。",
        ),
    },
)

"""Lecture 2: how the position travels from the bus to the centre."""

from __future__ import annotations

from lms.demo.slides import icons
from lms.demo.slides.pen import (
    DEEP,
    GANTRY,
    GANTRY_INK,
    INK,
    INK_2,
    LINE,
    LINE_2,
    OK,
    PAPER,
    SEA,
    SEA_WEAK,
    SURFACE,
    SURFACE_2,
    WARN_BG,
    Pen,
)
from lms.demo.slides.scenes import Lecture, Moment

lecture = Lecture("from-bus-to-centre", 2)


@lecture.opening(
    "버스에서 센터까지, 믿을 수 있는 메시지",
    "From the bus to the centre: messages you can trust",
    "从车辆到中心：可信的报文",
)
def opening(pen: Pen, at: Moment) -> None:
    icons.tower(pen, 740, 226, 130, "#72C7DD")
    icons.bus(pen, 560, 402, 96, "#72C7DD")
    pen.line([(590, 350), (722, 140)], GANTRY, 3, 9)


@lecture.scene(3, "이어진 고리", "A chain of links", "环环相扣")
def chain(pen: Pen, at: Moment) -> None:
    pen.line([(50, 290), (210, 290)], LINE, 3)
    icons.bus(pen, 126, 290, 118)
    icons.tower(pen, 300, 290, 120)
    icons.server(pen, 460, 246, 92)
    pen.arrow((196, 226), (262, 206), GANTRY, 4)
    pen.arrow((338, 206), (402, 226), GANTRY, 4)
    pen.label(120, 328, "차내 장치", "on-board unit", "车载终端", 17)
    pen.label(300, 328, "이동통신망", "mobile network", "移动网络", 17)
    pen.label(460, 328, "서버", "server", "服务器", 17)
    broken = at.step(2) > 0.5
    with pen.appearing(at.step(1)):
        icons.screen(pen, 620, 166, 108, 70)
        pen.line([(584, 180), (604, 162), (626, 172), (654, 150)], SEA, 4)
        icons.board(pen, 552, 262, 136, [("10", "", "–" if broken else "2분")], row_height=36)
        pen.arrow((514, 226), (556, 190), GANTRY, 4)
        pen.arrow((514, 266), (546, 286), GANTRY, 4)
        icons.person(pen, 770, 330, 92)
        pen.arrow((694, 290), (742, 290), GANTRY, 4)
        pen.label(650, 362, "운영자와 승객", "operators and passengers", "值班人员与乘客", 18)
    with pen.appearing(at.step(2)):
        pen.rect(212, 184, 40, 66, PAPER, radius=0)
        icons.cross(pen, 230, 216, 20)
        icons.bang(pen, 770, 196, 40)


FIELDS = [
    ("차량", "vehicle", "车辆", "1024"),
    ("시각", "time", "时间", "08:00:05"),
    ("위치", "position", "位置", "37.001, 128.002"),
    ("속도·방향", "speed, heading", "速度、方向", "31 km/h  ↗"),
    ("노선·운행편", "route, trip", "线路、班次", "10 / 07:40"),
]


@lecture.scene(3, "메시지의 내용", "What the message says", "报文的内容")
def message(pen: Pen, at: Moment) -> None:
    pen.rect(50, 112, 430, 300, SURFACE, SEA, 3, 10)
    for index, (ko, en, zh, value) in enumerate(FIELDS):
        y = 146 + index * 57
        if index:
            pen.line([(66, y - 32), (464, y - 32)], LINE, 2)
        pen.label(68, y - 10, ko, en, zh, 18, anchor="l")
        pen.text(462, y, value, 22, INK, "en", "rm", bold=True)
    with pen.appearing(at.step(1)):
        pen.rect(58, 178, 414, 52, None, GANTRY, 4, 6)
        icons.clock(pen, 570, 168, 36, 8.0)
        icons.tick(pen, 610, 140, 14)
        pen.label(720, 156, "측정한 시각", "measured", "测量时刻", 20)
        icons.clock(pen, 570, 270, 36, 8.06, LINE_2)
        icons.cross(pen, 610, 242, 14)
        pen.label(720, 258, "받은 시각", "received", "接收时刻", 20)
    with pen.appearing(at.step(2)):
        pen.rect(520, 334, 100, 58, SEA_WEAK, SEA, 2, 6)
        pen.text(570, 349, "UTC", 17, INK_2, "en")
        pen.text(570, 372, "08:00", 22, INK, "en", bold=True)
        pen.arrow((628, 362), (682, 362), GANTRY, 4)
        pen.rect(690, 334, 110, 58, PAPER, DEEP, 3, 6)
        pen.text(745, 349, "UTC+9", 17, INK_2, "en")
        pen.text(745, 372, "17:00", 22, INK, "en", bold=True)


@lecture.scene(3, "보고 주기", "How often to report", "上报间隔")
def interval(pen: Pen, at: Moment) -> None:
    for y, name, metres, gap in (
        (166, "10 s", "80 m", 48),
        (246, "20 s", "170 m", 101),
        (326, "60 s", "500 m", 298),
    ):
        pen.line([(150, y), (760, y)], SURFACE_2, 22)
        pen.text(96, y, name, 26, INK, "en", bold=True)
        x = 160.0
        while x <= 760:
            pen.circle(x, y, 8, SEA)
            x += gap
        pen.line([(160, y - 20), (160 + gap, y - 20)], GANTRY, 3)
        pen.text(170 + gap, y - 22, metres, 18, GANTRY_INK, "en", "lm", bold=True)
    pen.text(796, 100, "30 km/h", 21, INK_2, "en", "rm")
    with pen.appearing(at.step(1)):
        pen.rect(44, 122, 776, 152, None, OK, 4, 10)
        icons.tick(pen, 818, 124, 16)
    with pen.appearing(at.step(2)):
        for x in (300, 520, 690):
            pen.polygon([(x, 316), (x + 10, 326), (x, 336), (x - 10, 326)], GANTRY)
        pen.polygon([(150, 378), (160, 388), (150, 398), (140, 388)], GANTRY)
        pen.text(
            172,
            388,
            "도착·출발·문 열림   arrival, departure, doors · 到站、离站、开门",
            18,
            INK_2,
            "ko",
            "lm",
        )


@lecture.scene(2, "데이터의 양", "How much data", "数据量")
def volume(pen: Pen, at: Moment) -> None:
    for row in range(5):
        for column in range(6):
            icons.bus(pen, 78 + column * 48, 160 + row * 40, 38, number="")
    pen.text(198, 372, "500 × 15 s", 26, INK, "en", bold=True)
    pen.arrow((352, 236), (414, 236), GANTRY, 5)
    icons.server(pen, 478, 230, 96)
    pen.text(478, 330, "2,000 / min", 26, INK, "en", bold=True)
    icons.tick(pen, 534, 170, 16)
    with pen.appearing(at.step(1)):
        pen.polygon([(640, 160), (730, 160), (764, 194), (764, 300), (640, 300)], SEA_WEAK)
        pen.rect(668, 208, 64, 62, GANTRY, radius=8)
        pen.line([(700, 208), (700, 270)], PAPER, 3)
        pen.line([(668, 238), (732, 238)], PAPER, 3)
        pen.text(702, 330, "≈ 1 MB", 28, INK, "en", bold=True)
        pen.label(702, 366, "버스 한 대, 하루", "one bus, one day", "每车每天", 18)


@lecture.scene(2, "저장 후 전송", "Store and forward", "存储转发")
def store_and_forward(pen: Pen, at: Moment) -> None:
    pen.line([(60, 190), (800, 190)], LINE_2, 3)
    pen.rect(300, 132, 230, 116, WARN_BG, radius=6)
    pen.line([(300, 190), (530, 190)], LINE_2, 3, 8)
    pen.label(415, 222, "통신 두절", "no network", "网络中断", 17)
    for index in range(15):
        x = 86 + index * 50
        kept = 300 < x < 530
        pen.circle(x, 190, 9, PAPER if kept else SEA, SEA, 3)
        if kept:
            pen.arrow((x, 176), (560 + (x - 300) * 0.2, 146), GANTRY, 2, 6)
    pen.rect(556, 128, 84, 36, GANTRY, radius=4)
    pen.text(598, 146, "+ 5", 22, DEEP, "en", bold=True)
    with pen.appearing(at.step(1)):
        pen.line([(60, 352), (800, 352)], SURFACE_2, 20)
        icons.ghost_bus(pen, 300, 368, 92)
        icons.bus(pen, 560, 368, 92)
        pen.arrow((500, 326), (360, 326), LINE_2, 4, 8)
        icons.cross(pen, 430, 326, 18)
        icons.sheet(pen, 690, 282, 82, 3)
        icons.tick(pen, 776, 284, 15)


@lecture.scene(2, "거르기", "Refusing the impossible", "拒绝不合理数据")
def refusing(pen: Pen, at: Moment) -> None:
    pen.rect(390, 112, 22, 292, DEEP, radius=4)
    pen.rect(390, 340, 22, 46, PAPER, radius=0)
    icons.clock(pen, 94, 140, 24, 3.5, LINE_2)
    pen.text(140, 140, "2099", 24, INK, "en", "lm", bold=True)
    icons.ghost_bus(pen, 122, 226, 72)
    icons.wave(pen, 72, 230, 100)
    pen.text(94, 290, "200 km/h", 24, INK, "en", "lm", bold=True)
    for y in (140, 214, 290):
        pen.arrow((240, y), (352, y), LINE_2, 3)
        icons.cross(pen, 370, y, 15)
    icons.bus(pen, 130, 384, 86)
    pen.arrow((196, 363), (470, 363), OK, 4)
    with pen.appearing(at.step(1)):
        pen.line([(500, 352), (804, 352)], LINE_2, 3)
        for index, height in enumerate((22, 14, 176, 30, 18, 26)):
            pen.rect(
                516 + index * 48,
                352 - height,
                32,
                height,
                GANTRY if height > 100 else SEA,
                radius=2,
            )
        icons.wrench(pen, 690, 176, 46)
        pen.label(654, 376, "차량별 거부 건수", "refusals by vehicle", "各车被拒条数", 18)


@lecture.scene(2, "상태를 보는 한 화면", "One screen for health", "一屏看运行状态")
def health(pen: Pen, at: Moment) -> None:
    icons.screen(pen, 330, 246, 520, 268)
    pen.label(200, 150, "운행 예정", "should run", "应运行", 19)
    pen.text(200, 222, "120", 62, INK, "en", bold=True)
    pen.label(460, 150, "2분 내 보고", "reported, 2 min", "2分钟内上报", 19)
    pen.text(460, 222, "113", 62, SEA, "en", bold=True)
    pen.rect(110, 296, 440, 30, SURFACE_2, radius=4)
    pen.rect(110, 296, 440 * 0.942, 30, SEA, radius=4)
    pen.text(330, 352, "94 %", 26, INK, "en", bold=True)
    with pen.appearing(at.step(1)):
        pen.line([(506, 282), (506, 340)], GANTRY, 5)
        pen.text(506, 270, "90 %", 18, GANTRY_INK, "en", bold=True)
        icons.phone(pen, 712, 210, 128)
        for radius in (22, 36):
            pen.arc(760, 156, radius, -60, 40, GANTRY, 4)
        pen.label(712, 304, "차고지 확인", "call the depot", "联系车场", 19)


@lecture.scene(1, "통신 보호", "Protecting the link", "保护通信链路")
def protecting(pen: Pen, at: Moment) -> None:
    pen.line([(200, 232), (560, 232)], SEA, 26)
    pen.line([(200, 232), (560, 232)], SEA_WEAK, 12)
    icons.bus(pen, 140, 272, 132)
    icons.server(pen, 640, 232, 104)
    icons.lock(pen, 380, 222, 76)
    for index, x in enumerate((84, 134, 184)):
        icons.key(pen, x, 152, 32, GANTRY if index == 1 else LINE_2)
    pen.label(140, 314, "장치마다 다른 키", "own key for each unit", "一机一密", 18)
    pen.label(380, 300, "암호화", "encryption", "加密", 20)
    icons.person(pen, 500, 404, 58, LINE_2)
    icons.cross(pen, 522, 356, 15)
    pen.label(660, 366, "개인정보는 담지 않음", "no personal data", "不含个人信息", 18)


@lecture.scene(1, "세 가지 원칙", "Three principles", "三项原则")
def principles(pen: Pen, at: Moment) -> None:
    for x in (160, 427, 694):
        pen.rect(x - 112, 132, 224, 220, SURFACE, LINE, 2, 8)
    pen.rect(112, 176, 96, 60, SEA_WEAK, SEA, 3, 6)
    pen.line([(112, 180), (160, 212), (208, 180)], SEA, 3)
    for index in range(7):
        pen.circle(346 + index * 27, 206, 8, GANTRY if index == 6 else SEA)
    pen.line([(330, 206), (524, 206)], LINE, 2)
    icons.tick(pen, 694, 206, 34)
    pen.label(160, 290, "작게", "small", "简短", 25)
    pen.label(427, 290, "자주", "frequent", "及时", 25)
    pen.label(694, 290, "정직하게", "honest", "真实", 25)

"""Lecture 5: the sign at the stop, everybody who reads it, and the room behind it."""

from __future__ import annotations

from lms.demo.slides import icons
from lms.demo.slides.pen import (
    DANGER,
    DEEP,
    GANTRY,
    GANTRY_INK,
    INK,
    INK_2,
    LINE,
    LINE_2,
    ON_DEEP,
    PAPER,
    SEA,
    SEA_WEAK,
    SURFACE,
    SURFACE_2,
    Pen,
)
from lms.demo.slides.scenes import Lecture, Moment

lecture = Lecture("at-the-stop", 5)

SHORT = [("10", "시장광장", "2분"), ("27", "역", "5분"), ("3", "병원", "8분")]
ARRIVALS = [
    ("10", "시장광장 Market Sq.", "2분"),
    ("27", "역 Station", "5분"),
    ("3", "병원 Hospital", "8분"),
    ("10", "시장광장 Market Sq.", "14분"),
]


@lecture.opening("정류장에서, 누구에게나", "At the stop, for everyone", "站台信息，面向每一位乘客")
def opening(pen: Pen, at: Moment) -> None:
    icons.stop(pen, 780, 402, 150, "#72C7DD")
    icons.person(pen, 720, 402, 84, ON_DEEP)
    icons.bus(pen, 580, 402, 96, "#72C7DD")


@lecture.scene(3, "좋은 안내기", "A good display", "好的显示屏")
def display(pen: Pen, at: Moment) -> None:
    lit = at.step(2) > 0.5
    icons.board(pen, 190, 110, 474, ARRIVALS, "08:14" if lit else " ", 58)
    pen.label(96, 136, "몇 번", "which", "哪路", 20)
    pen.arrow((120, 176), (186, 176), GANTRY, 4)
    pen.label(752, 136, "몇 분", "when", "几分钟", 20)
    pen.arrow((730, 176), (670, 176), GANTRY, 4)
    pen.text(427, 408, "어디로 · where to · 开往哪里", 18, INK_2, "ko")
    with pen.appearing(at.step(1)):
        pen.arrow((740, 216), (740, 382), SEA, 5)
        pen.text(772, 232, "2", 22, INK, "en", bold=True)
        pen.text(772, 366, "14", 22, INK, "en", bold=True)
    with pen.appearing(at.step(2)):
        pen.rect(584, 114, 74, 32, None, GANTRY, 3, 6)


@lecture.scene(2, "잘 보이는 글자", "Letters that can be read", "看得清的文字")
def legible(pen: Pen, at: Moment) -> None:
    icons.person(pen, 90, 324, 100)
    icons.board(pen, 300, 190, 150, [("10", "", "2분")], row_height=50)
    pen.line([(375, 270), (375, 324)], LINE_2, 5)
    pen.line([(50, 324), (470, 324)], LINE, 3)
    pen.arrow((130, 356), (300, 356), GANTRY, 3)
    pen.arrow((300, 356), (130, 356), GANTRY, 3)
    pen.text(212, 384, "5 m", 28, INK, "en", bold=True)
    pen.arrow((470, 206), (470, 256), GANTRY, 3)
    pen.arrow((470, 256), (470, 206), GANTRY, 3)
    pen.text(484, 232, "5 cm", 28, INK, "en", "lm", bold=True)
    pen.text(240, 140, "1 / 100", 34, SEA, "en", bold=True)
    with pen.appearing(at.step(1)):
        samples = ((148, DEEP, PAPER, True), (232, "#B9C9CC", "#93A8AE", False))
        for y, back, ink, good in samples:
            pen.rect(590, y - 32, 170, 64, back, radius=6)
            pen.text(675, y, "10  2분", 32, ink, "ko", bold=True)
            (icons.tick if good else icons.cross)(pen, 790, y, 17)
        pen.rect(590, 284, 170, 56, DEEP, radius=6)
        pen.text(640, 312, "광장   →", 24, ON_DEEP, "ko")
        pen.text(728, 312, "2분", 24, LINE_2, "ko")
        icons.cross(pen, 790, 312, 17)
        for index, color in enumerate((DANGER, GANTRY, "#17663A")):
            pen.circle(618 + index * 46, 378, 15, color)
        icons.cross(pen, 790, 378, 17)


@lecture.scene(2, "소리로도 안내", "Information by voice", "语音提示")
def voice(pen: Pen, at: Moment) -> None:
    icons.board(pen, 70, 112, 230, SHORT, row_height=46)
    pen.rect(160, 276, 50, 120, LINE_2, radius=4)
    pen.circle(185, 306, 19, GANTRY, DEEP, 4)
    icons.sound(pen, 342, 186, 50)
    icons.person(pen, 286, 396, 108)
    pen.line([(300, 336), (330, 396)], PAPER, 7)
    pen.line([(300, 336), (330, 396)], INK, 3.5)
    pen.line([(50, 396), (410, 396)], LINE, 3)
    pen.line([(66, 306), (150, 306)], SEA, 2, 6)
    pen.arrow((80, 390), (80, 312), SEA, 3)
    pen.arrow((80, 312), (80, 390), SEA, 3)
    with pen.appearing(at.step(1)):
        pen.rect(456, 118, 358, 250, SEA_WEAK, SEA, 5, 20)
        for index in range(3):
            pen.rect(486 + index * 104, 216, 84, 72, PAPER, SEA, 2, 6)
        pen.rect(492, 138, 220, 58, DEEP, radius=5)
        pen.text(602, 156, "다음 · next · 下一站", 16, ON_DEEP, "ko")
        pen.text(602, 180, "시장광장", 21, GANTRY, "ko", bold=True)
        icons.sound(pen, 754, 168, 40)
        for x in (560, 668):
            icons.person(pen, x, 362, 92, SEA)


@lecture.scene(1, "저상버스 표시", "Marking low-floor buses", "标明低地板车")
def low_floor(pen: Pen, at: Moment) -> None:
    icons.board(pen, 50, 134, 356, SHORT, row_height=60)
    for y in (178, 298):
        pen.rect(262, y - 21, 42, 42, SEA, radius=5)
        icons.wheelchair(pen, 283, y, 36)
    pen.line([(430, 350), (820, 350)], LINE_2, 3)
    icons.bus(pen, 680, 350, 264, number="")
    pen.polygon([(548, 322), (562, 322), (528, 350), (502, 350)], GANTRY)
    pen.rect(704, 246, 54, 54, PAPER, DEEP, 3, 6)
    icons.wheelchair(pen, 731, 274, 44, SEA)
    icons.wheelchair(pen, 474, 314, 76, INK_2)
    pen.label(
        640, 386, "휠체어 이용자의 이동계획", "planning a wheelchair trip", "轮椅乘客的行程", 17
    )


def _code(pen: Pen, x: float, y: float, size: float) -> None:
    """Something that looks like a printed code and leads nowhere."""
    pen.rect(x, y, size, size, PAPER, INK, 3, 4)
    cell = (size - 16) / 9
    for row in range(9):
        for column in range(9):
            corner = (column < 3 and not 3 <= row <= 5) or (column > 5 and row < 3)
            if not corner and (row * 5 + column * 3 + row * column) % 4 < 2:
                pen.rect(x + 8 + column * cell, y + 8 + row * cell, cell, cell, INK, radius=0)
    for column, row in ((0, 0), (6, 0), (0, 6)):
        left, top = x + 8 + column * cell, y + 8 + row * cell
        pen.rect(left, top, cell * 3, cell * 3, INK, radius=1)
        pen.rect(left + cell * 0.7, top + cell * 0.7, cell * 1.6, cell * 1.6, PAPER, radius=0)
        pen.rect(left + cell, top + cell, cell, cell, INK, radius=0)


@lecture.scene(2, "화면이 없는 정류장", "Stops without a screen", "没有屏幕的站点")
def no_screen(pen: Pen, at: Moment) -> None:
    icons.stop(pen, 120, 396, 274)
    pen.rect(186, 150, 170, 206, PAPER, SEA, 4, 8)
    pen.text(271, 184, "10253", 34, GANTRY_INK, "en", bold=True)
    _code(pen, 211, 212, 120)
    pen.arrow((374, 250), (442, 250), GANTRY, 5)
    icons.phone(pen, 520, 250, 236)
    for row, (route, when) in enumerate((("10", "2분"), ("27", "5분"), ("3", "8분"))):
        y = 206 + row * 46
        pen.text(482, y, route, 22, INK, "en", "lm", bold=True)
        pen.text(560, y, when, 22, INK, "ko", "rm", bold=True)
        pen.line([(478, y + 22), (562, y + 22)], LINE, 2)
    with pen.appearing(at.step(1)):
        pen.text(720, 186, "10 KB", 44, SEA, "en", bold=True)
        for index in range(4):
            height = 16 + index * 16
            pen.rect(
                664 + index * 30,
                300 - height,
                22,
                height,
                GANTRY if index == 0 else SURFACE_2,
                radius=2,
            )
        pen.label(720, 336, "느린 통신망에서도", "on a slow network", "慢速网络也能用", 19)


@lecture.scene(2, "기후에 맞는 장비", "Equipment for the climate", "设备适应气候")
def climate(pen: Pen, at: Moment) -> None:
    cards = (
        (116, "더위", "heat", "高温"),
        (272, "염분", "salt", "盐雾"),
        (116, "폭풍", "storm", "风暴"),
        (272, "정전", "power cut", "停电"),
    )
    for index, (x, ko, en, zh) in enumerate(cards):
        y = 172 if index < 2 else 316
        pen.rect(x - 70, y - 60, 140, 130, SURFACE, LINE, 2, 8)
        pen.label(x, y + 32, ko, en, zh, 19)
    icons.sun(pen, 116, 148, 16)
    for y in (134, 149, 164):
        icons.wave(pen, 234, y, 76)
    for index in range(4):
        pen.line([(84 + index * 20, 278), (74 + index * 20, 304)], SEA, 4)
        pen.line([(100 + index * 20, 300), (94 + index * 20, 316)], SEA, 3)
    pen.polygon([(280, 270), (252, 304), (270, 304), (262, 332), (292, 294), (274, 294)], GANTRY)
    with pen.appearing(at.step(1)):
        pen.line([(590, 400), (590, 140)], LINE_2, 8)
        pen.polygon([(520, 152), (650, 112), (664, 142), (534, 182)], SEA)
        for share in (0.33, 0.66):
            pen.line(
                [(520 + 130 * share, 152 - 40 * share), (534 + 130 * share, 182 - 40 * share)],
                PAPER,
                2,
            )
        icons.sun(pen, 744, 136, 26)
        pen.rect(480, 214, 224, 118, "#EEF0EA", DEEP, 5, 8)
        for row, (route, when) in enumerate((("10", "2분"), ("27", "5분"))):
            pen.text(500, 246 + row * 50, route, 30, INK, "en", "lm", bold=True)
            pen.text(684, 246 + row * 50, when, 30, INK, "ko", "rm", bold=True)
        pen.label(736, 372, "전자종이", "e-paper", "电子纸", 19)


@lecture.scene(2, "자료가 끊겼을 때", "When the data stops", "数据中断时")
def no_data(pen: Pen, at: Moment) -> None:
    icons.board(
        pen, 470, 150, 320, [("10", "시장광장", "09:10"), ("27", "역", "09:16")], "09:04", 58
    )
    icons.tick(pen, 790, 152, 20)
    pen.label(630, 334, "예정 시각", "scheduled time", "计划时间", 22)
    icons.board(pen, 64, 150, 320, [("10", "시장광장", "3분"), ("27", "역", "6분")], "08:21", 58)
    pen.label(224, 334, "멈춘 숫자", "frozen number", "停住的数字", 22)
    with pen.appearing(at.step(1)):
        icons.cross(pen, 384, 152, 20)
        pen.line([(80, 306), (368, 168)], DANGER, 6)


@lecture.scene(4, "작은 관제실", "A small control room", "小型调度中心")
def control_room(pen: Pen, at: Moment) -> None:
    icons.screen(pen, 150, 172, 180, 104)
    pen.line([(80, 196), (124, 160), (168, 178), (222, 142)], SEA, 5)
    for x, y in ((124, 160), (196, 160)):
        pen.circle(x, y, 7, GANTRY)
    icons.screen(pen, 344, 172, 160, 104)
    for row in range(3):
        pen.line([(284, 146 + row * 26), (404, 146 + row * 26)], LINE_2, 4)
    for x in (170, 310):
        icons.person(pen, x, 372, 118)
    pen.rect(70, 318, 370, 16, DEEP, radius=4)
    pen.line([(90, 334), (90, 396)], DEEP, 8)
    pen.line([(420, 334), (420, 396)], DEEP, 8)
    with pen.appearing(at.step(1)):
        icons.ghost_bus(pen, 524, 172, 70)
        icons.cross(pen, 554, 130, 12)
        icons.bus(pen, 636, 172, 60, number="")
        icons.bus(pen, 676, 172, 60, number="")
        icons.board(pen, 744, 124, 70, [], row_height=30)
        pen.rect(744, 124, 70, 48, DEEP, radius=6)
        pen.text(528, 194, "무신호", 17, INK, "ko", bold=True)
        pen.text(528, 216, "silent · 无信号", 14, INK_2, "zh")
        pen.text(656, 194, "몰림", 17, INK, "ko", bold=True)
        pen.text(656, 216, "bunching · 串车", 14, INK_2, "zh")
        pen.text(776, 194, "꺼짐", 17, INK, "ko", bold=True)
        pen.text(776, 216, "dark · 黑屏", 14, INK_2, "zh")
    with pen.appearing(at.step(2)):
        icons.paper(pen, 536, 324, 100, 6)
        pen.text(536, 404, "기록 · log · 记录", 16, INK_2, "ko")
    with pen.appearing(at.step(3)):
        for index, wide in enumerate((170, 84, 52, 30)):
            pen.rect(624, 266 + index * 32, wide, 22, SEA if index else GANTRY, radius=2)
        icons.wrench(pen, 776, 358, 44)
        pen.text(712, 404, "원인 · causes · 原因", 16, INK_2, "ko")


@lecture.scene(1, "직접 서 보기", "Stand at the stop yourself", "亲自到站台看一看")
def visit(pen: Pen, at: Moment) -> None:
    pen.line([(60, 386), (794, 386)], LINE, 3)
    icons.stop(pen, 190, 386, 220)
    icons.board(pen, 246, 166, 220, SHORT[:2], row_height=46)
    pen.line([(356, 280), (356, 386)], LINE_2, 6)
    icons.person(pen, 570, 386, 124, SEA)
    icons.paper(pen, 610, 316, 40, 3)
    icons.person(pen, 730, 386, 124)
    icons.bubble(pen, 500, 134, 124, 82, (562, 252))
    pen.text(562, 174, "?", 48, SEA, "en", bold=True)
    icons.bubble(pen, 664, 134, 130, 82, (730, 252), SURFACE, LINE_2)
    icons.tick(pen, 706, 175, 18)
    icons.cross(pen, 754, 175, 18)


@lecture.scene(1, "하나의 약속", "One promise", "一份承诺")
def promise(pen: Pen, at: Moment) -> None:
    pen.line([(96, 330), (760, 330)], SURFACE_2, 16)
    icons.satellite(pen, 110, 190, 48)
    icons.bus(pen, 260, 338, 108)
    icons.tower(pen, 400, 320, 140)
    icons.server(pen, 530, 250, 84)
    icons.board(pen, 604, 200, 124, [("10", "", "2분")], row_height=40)
    pen.line([(662, 266), (662, 330)], LINE_2, 6)
    icons.person(pen, 770, 338, 108)
    for start, end in (
        ((134, 214), (220, 284)),
        ((310, 284), (366, 226)),
        ((430, 200), (482, 224)),
        ((578, 238), (600, 232)),
    ):
        pen.arrow(start, end, GANTRY, 4)
    pen.text(
        427,
        386,
        "위성에서 정류장까지 · From the satellite to the stop · 从卫星到站台",
        19,
        INK,
        "ko",
    )

"""Lecture 3: how an arrival time is predicted."""

from __future__ import annotations

from itertools import pairwise

from lms.demo.slides import icons
from lms.demo.slides.pen import (
    DANGER,
    DANGER_BG,
    DEEP,
    GANTRY,
    GANTRY_INK,
    INK,
    INK_2,
    LINE,
    LINE_2,
    OK_BG,
    ON_DEEP,
    PAPER,
    SEA,
    SEA_WEAK,
    SURFACE,
    SURFACE_2,
    Pen,
    Point,
    curve,
)
from lms.demo.slides.scenes import Lecture, Moment

lecture = Lecture("predicting-arrival", 3)


@lecture.opening(
    "도착시간은 어떻게 예측하는가", "How an arrival time is predicted", "到站时间如何预测"
)
def opening(pen: Pen, at: Moment) -> None:
    icons.clock(pen, 730, 150, 58, 10.15)
    icons.bus(pen, 470, 402, 96, "#72C7DD")
    icons.stop(pen, 770, 402, 96, "#72C7DD")
    pen.arrow((536, 372), (726, 372), GANTRY, 4, 10)


@lecture.scene(2, "가장 단순한 방법", "The simplest method", "最简单的方法")
def simplest(pen: Pen, at: Moment) -> None:
    pen.line([(50, 222), (804, 222)], SURFACE_2, 24, round_ends=False)
    icons.bus(pen, 130, 234, 100)
    icons.stop(pen, 720, 210, 96)
    pen.arrow((196, 170), (676, 170), GANTRY, 4)
    pen.text(436, 148, "1,500 m", 26, INK, "en", bold=True)
    pen.text(427, 296, "1,500 m  ÷  18 km/h  =  5 min", 34, INK, "en", bold=True)
    with pen.appearing(at.step(1)):
        for index in range(8):
            x = 250 + index * 56
            pen.rect(x - 20, 216, 40, 16, LINE_2, radius=5)
            pen.rect(x - 11, 206, 22, 12, LINE_2, radius=4)
        pen.rect(140, 336, 574, 66, DANGER_BG, DANGER, 2, 8)
        icons.cross(pen, 178, 369, 17)
        pen.label(446, 358, "출퇴근 시간에는 맞지 않음", "wrong at rush hour", "高峰时段不准", 21)


STOPS = (70.0, 240.0, 400.0, 560.0, 760.0)


@lecture.scene(3, "구간별 시간", "Time for each link", "分路段计时")
def links(pen: Pen, at: Moment) -> None:
    for index, (left, right) in enumerate(pairwise(STOPS)):
        pen.line([(left, 176), (right, 176)], (SEA, GANTRY, SEA, LINE_2)[index], 8)
        pen.text(
            (left + right) / 2,
            204,
            ("70 s", "95 s", "60 s", "110 s")[index],
            21,
            INK,
            "en",
            bold=True,
        )
    for x in STOPS:
        pen.circle(x, 176, 11, PAPER, SEA, 4)
    icons.bus(pen, 150, 164, 74)
    with pen.appearing(at.step(1)):
        for row, (ko, en, zh) in enumerate(
            (("평일", "weekday", "工作日"), ("주말·공휴일", "weekend, holiday", "周末、节假日"))
        ):
            y = 252 + row * 48
            pen.label(60, y + 10, ko, en, zh, 17, anchor="l")
            for hour in range(12):
                busy = (hour in (1, 2, 8, 9)) if row == 0 else (hour in (5, 6))
                pen.rect(280 + hour * 43, y, 39, 40, GANTRY if busy else SEA_WEAK, radius=3)
        for hour in range(0, 12, 3):
            pen.text(300 + hour * 43, 242, f"{6 + hour:02}", 15, INK_2, "en")
    with pen.appearing(at.step(2)):
        left = 60.0
        for seconds, color, ink in (
            (35, SEA, PAPER),
            (20, GANTRY, DEEP),
            (95, SEA, PAPER),
            (20, GANTRY, DEEP),
            (60, SEA, PAPER),
        ):
            wide = seconds * 2.35
            pen.rect(left, 362, wide - 4, 42, color, radius=3)
            pen.text(left + wide / 2 - 2, 382, str(seconds), 19, ink, "en", bold=True)
            left += wide
        pen.text(left + 12, 382, "= 230 s  ≈  4 min", 25, INK, "en", "lm", bold=True)


@lecture.scene(1, "정차 시간", "Time standing at a stop", "停靠时间")
def dwell(pen: Pen, at: Moment) -> None:
    for middle, people, seconds in ((230, 5, "30 s"), (624, 0, "0 s")):
        pen.line([(middle - 170, 330), (middle + 170, 330)], LINE, 3)
        icons.stop(pen, middle + 120, 330, 130)
        for index in range(people):
            icons.person(pen, middle + 84 - index * 26, 330, 62)
        pen.text(middle, 142, seconds, 44, GANTRY_INK if people else SEA, "en", bold=True)
    icons.bus(pen, 116, 330, 120)
    icons.bus(pen, 560, 330, 120)
    pen.arrow((628, 300), (708, 300), SEA, 4)
    pen.label(230, 364, "붐비는 정류장", "busy stop", "繁忙站点", 21)
    pen.label(624, 364, "한적한 정류장", "quiet stop", "冷清站点", 21)


@lecture.scene(2, "앞선 버스에서 배우기", "Learning from the buses ahead", "参考前车数据")
def ahead(pen: Pen, at: Moment) -> None:
    pen.line([(90, 120), (90, 392), (560, 392)], LINE_2, 3)
    usual: list[Point] = [
        (
            100 + x,
            330
            - 78 * (2.7 ** (-(((x - 120) / 70) ** 2)))
            - 64 * (2.7 ** (-(((x - 350) / 80) ** 2))),
        )
        for x in range(0, 450, 6)
    ]
    pen.line(usual, SEA, 5)
    pen.text(110, 370, "평소 · usual · 常态", 18, SEA, "ko", "lm", bold=True)
    for x, y in ((236, 196), (262, 182), (288, 190)):
        pen.circle(x, y, 10, GANTRY)
    pen.text(310, 172, "최근 3대 · last three · 最近三辆", 18, GANTRY_INK, "ko", "lm", bold=True)
    pen.text(70, 106, "s", 18, INK_2, "en")
    with pen.appearing(at.step(1)):
        pen.rect(606, 170, 88, 90, GANTRY, radius=4)
        pen.rect(606, 260, 88, 110, SEA, radius=4)
        pen.text(650, 214, "지금", 22, DEEP, "ko", bold=True)
        pen.text(650, 314, "평소", 22, PAPER, "ko", bold=True)
        pen.text(710, 206, "now", 19, INK_2, "en", "lm")
        pen.text(710, 232, "当前", 19, INK_2, "zh", "lm")
        pen.text(710, 304, "usual", 19, INK_2, "en", "lm")
        pen.text(710, 330, "常态", 19, INK_2, "zh", "lm")


@lecture.scene(3, "불확실성을 정직하게", "Honest about uncertainty", "如实反映不确定性")
def uncertainty(pen: Pen, at: Moment) -> None:
    pen.polygon([(110, 232), (760, 136), (760, 328)], SEA_WEAK)
    pen.line([(110, 232), (770, 232)], SEA, 4)
    for minutes, x in ((2, 176), (5, 273), (10, 436), (20, 760)):
        pen.line([(x, 224), (x, 240)], SEA, 3)
        pen.text(x, 344, f"{minutes} min", 18, INK_2, "en")
        pen.line([(x, 248), (x, 326)], LINE, 1.5, 4)
    icons.bus(pen, 84, 250, 84)
    with pen.appearing(at.step(1)):
        icons.board(pen, 118, 110, 168, [("10", "", "2분")], row_height=38)
        pen.arrow((182, 172), (178, 218), GANTRY, 3)
        icons.board(pen, 560, 110, 212, [("10", "", "14:32")], row_height=38)
        pen.text(668, 188, "예정 · scheduled · 计划", 17, INK, "ko", bold=True)
    with pen.appearing(at.step(2)):
        left = 210.0
        for index, value in enumerate(("5", "3", "6", "4")):
            pen.rect(left, 366, 44, 42, DEEP, radius=4)
            pen.text(left + 22, 386, value, 24, ON_DEEP, "en", bold=True)
            if index < 3:
                pen.arrow((left + 48, 386), (left + 72, 386), LINE_2, 3)
            left += 76
        icons.cross(pen, left + 8, 387, 18)


@lecture.scene(2, "특별한 경우", "Special cases", "特殊情况")
def special(pen: Pen, at: Moment) -> None:
    pen.rect(50, 118, 360, 232, SURFACE, LINE, 2, 8)
    icons.building(pen, 76, 330, 90, 130)
    pen.line([(50, 330), (410, 330)], LINE_2, 3)
    icons.bus(pen, 250, 328, 130)
    icons.board(pen, 196, 140, 196, [("10", "", "09:10")], row_height=42)
    pen.text(294, 226, "출발 예정 · departs · 计划发车", 16, INK, "ko")
    pen.label(230, 374, "기점 대기", "waiting at the terminal", "始发站候车", 18)
    with pen.appearing(at.step(1)):
        pen.rect(444, 118, 360, 232, SURFACE, LINE, 2, 8)
        pen.line([(470, 290), (780, 290)], LINE, 8)
        pen.line(
            [
                (470, 290),
                (540, 290),
                *curve((540, 290), (560, 180), (625, 180)),
                *curve((625, 180), (700, 180), (712, 290)),
                (780, 290),
            ],
            GANTRY,
            6,
        )
        pen.rect(596, 274, 60, 32, DANGER_BG, DANGER, 3, 4)
        pen.line([(606, 290), (646, 290)], DANGER, 5)
        for x in (500, 760):
            pen.circle(x, 290, 10, PAPER, SEA, 4)
        pen.circle(626, 326, 10, PAPER, LINE_2, 3)
        icons.cross(pen, 654, 328, 12)
        pen.label(624, 374, "우회: 서지 않는 정류장", "detour: skipped stop", "绕行：不停靠站", 18)


@lecture.scene(3, "매일 재기", "Measuring every day", "每天检验")
def measuring(pen: Pen, at: Moment) -> None:
    early = at.step(2) > 0.4
    with pen.appearing(at.step(1)):
        pen.rect(352, 122, 156, 240, OK_BG, radius=4)
        pen.text(430, 140, "± 1 min", 22, INK, "en", bold=True)
    bars = (8, 14, 26, 58, 118, 176, 150, 96, 54, 30, 16)
    for index, height in enumerate(bars):
        x = 144 + index * 52
        bad = early and index < 4
        pen.rect(x, 362 - height, 42, height, DANGER if bad else SEA, radius=2)
    pen.line([(110, 362), (750, 362)], LINE_2, 3)
    pen.line([(425, 362), (425, 374)], INK, 3)
    pen.text(425, 390, "0", 19, INK, "en", bold=True)
    pen.text(120, 390, "일찍 · early · 提前", 18, INK_2, "ko", "lm")
    pen.text(740, 390, "늦게 · late · 晚点", 18, INK_2, "ko", "rm")
    pen.text(750, 120, "예시 · example · 示例", 16, INK_2, "ko", "rm")
    with pen.appearing(at.step(2)):
        icons.person(pen, 190, 232, 66)
        icons.bus(pen, 288, 230, 72)
        icons.cross(pen, 226, 164, 14)


@lecture.scene(2, "작게 시작하기", "Starting small", "从简单做起")
def start_small(pen: Pen, at: Moment) -> None:
    steps = (
        ("평균", "average", "平均值"),
        ("시간대별", "by hour", "分时段"),
        ("앞선 버스", "buses ahead", "前车"),
    )
    for index, (ko, en, zh) in enumerate(steps):
        x, top = 56 + index * 158, 322 - index * 64
        pen.rect(x, top, 150, 400 - top, SEA_WEAK if index else SEA, SEA, 2, 4)
        ink = INK if index else PAPER
        pen.label(x + 75, top + 26, ko, en, zh, 20, ink, ink if index == 0 else INK_2)
    icons.tick(pen, 131, 290, 17)
    with pen.appearing(at.step(1)):
        pen.line([(576, 170), (576, 380), (804, 380)], LINE_2, 3)
        old = [(590, 232), (640, 220), (690, 238), (740, 226), (790, 230)]
        new = [(590, 300), (640, 310), (690, 322), (740, 330), (790, 342)]
        pen.line(old, LINE_2, 5)
        pen.line(new, GANTRY, 5)
        pen.text(790, 204, "기존 · old · 旧", 18, INK_2, "ko", "rm")
        pen.text(790, 362, "새 방법 · new · 新", 18, GANTRY_INK, "ko", "rm", bold=True)
        pen.label(690, 130, "오차 비교", "error, compared", "误差对比", 20)


@lecture.scene(1, "좋은 예측", "Good prediction", "好的预测")
def good(pen: Pen, at: Moment) -> None:
    for x in (128, 328, 528, 728):
        pen.rect(x - 90, 136, 180, 206, SURFACE, LINE, 2, 8)
    icons.sheet(pen, 86, 160, 84, 3)
    icons.bus(pen, 328, 218, 96)
    pen.arrow((290, 236), (374, 236), GANTRY, 3)
    icons.board(pen, 462, 172, 132, [("10", "", "2분")], row_height=40)
    for index, height in enumerate((20, 48, 34, 14)):
        pen.rect(682 + index * 25, 228 - height, 19, height, SEA, radius=2)
    pen.label(128, 284, "평소", "usual", "常态", 23)
    pen.label(328, 284, "최근", "recent", "近期", 23)
    pen.label(528, 284, "정직", "honest", "如实", 23)
    pen.label(728, 284, "측정", "measure", "检验", 23)

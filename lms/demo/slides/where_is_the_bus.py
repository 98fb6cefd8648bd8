"""Lecture 1: how a bus knows where it is."""

from __future__ import annotations

import math

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
    ON_DEEP,
    PAPER,
    SEA,
    SEA_WEAK,
    SURFACE,
    SURFACE_2,
    Pen,
    Point,
    along,
    curve,
    part,
)
from lms.demo.slides.scenes import Lecture, Moment

lecture = Lecture("where-is-the-bus", 1)


@lecture.opening(
    "버스는 자기 위치를 어떻게 아는가", "How a bus knows where it is", "公交车如何确定自身位置"
)
def opening(pen: Pen, at: Moment) -> None:
    icons.satellite(pen, 740, 150, 62, "#72C7DD")
    pen.line([(716, 190), (640, 330)], GANTRY, 3, 9)
    icons.bus(pen, 610, 402, 96, "#72C7DD")


@lecture.scene(2, "승객의 물음", "What the passenger asks", "乘客的疑问")
def passenger(pen: Pen, at: Moment) -> None:
    pen.line([(60, 300), (794, 300)], LINE, 3)
    icons.stop(pen, 150, 300, 160)
    icons.person(pen, 240, 300, 96)
    icons.bubble(pen, 280, 116, 250, 92, (262, 214))
    icons.clock(pen, 330, 162, 30, 10.15)
    pen.label(440, 150, "기다릴까?", "Wait?", "等不等？", 23)
    with pen.appearing(at.step(1)):
        parts = [
            (330, "위성", "satellite", "卫星"),
            (470, "버스", "bus", "车辆"),
            (610, "센터", "centre", "中心"),
            (750, "안내기", "sign", "信息牌"),
        ]
        icons.satellite(pen, 330, 332, 26)
        icons.bus(pen, 470, 352, 64, number="")
        icons.server(pen, 610, 332, 46)
        icons.board(pen, 712, 312, 76, [("10", "", "2")], row_height=26)
        for x, ko, en, zh in parts:
            pen.label(x, 380, ko, en, zh, 17)
        for x in (372, 516, 652):
            pen.arrow((x, 332), (x + 44, 332), GANTRY, 3)


SKY: list[tuple[Point, str]] = [
    ((150, 150), "GPS"),
    ((340, 128), "Galileo"),
    ((530, 128), "BeiDou"),
    ((710, 150), "GLONASS"),
]


@lecture.scene(3, "위성과 수신기", "Satellites and the receiver", "卫星与接收机")
def satellites(pen: Pen, at: Moment) -> None:
    pen.line(curve((40, 400), (427, 366), (814, 400)), LINE, 3)
    for place, name in SKY:
        pen.line([(place[0], place[1] + 22), (427, 340)], SEA, 2.5, 8)
        icons.satellite(pen, *place, 44)
        with pen.appearing(at.step(2)):
            side = -1 if place[0] < 427 else 1
            pen.text(place[0] + side * 46, place[1] + 36, name, 18, GANTRY_INK, "en", bold=True)
    with pen.appearing(at.step(1)):
        pen.circle(427, 358, 62, SEA_WEAK, SEA, 2)
        pen.line([(427, 358), (489, 358)], SEA, 2, 5)
        pen.text(500, 352, "5–10 m", 24, INK, "en", "lm", bold=True)
        pen.label(230, 340, "위성 4개 이상", "4 or more satellites", "四颗以上卫星", 20)
    icons.bus(pen, 427, 384, 92)


@lecture.scene(2, "신호가 나쁜 곳", "Where the signal is poor", "信号不良的地方")
def poor_signal(pen: Pen, at: Moment) -> None:
    pen.line([(40, 372), (430, 372)], LINE_2, 3)
    icons.building(pen, 60, 372, 92, 220)
    icons.building(pen, 318, 372, 92, 200)
    icons.satellite(pen, 270, 126, 36)
    pen.line([(262, 142), (318, 232), (206, 340)], GANTRY, 3)
    icons.bus(pen, 204, 372, 84)
    icons.ghost_bus(pen, 290, 352, 84)
    pen.arrow((228, 318), (272, 302), LINE_2, 3)
    pen.label(230, 394, "반사", "reflection", "反射", 19)
    with pen.appearing(at.step(1)):
        pen.polygon([(470, 372), (540, 210), (610, 176), (720, 196), (810, 372)], SURFACE_2)
        pen.rect(560, 312, 160, 60, DEEP, radius=26)
        pen.rect(560, 344, 160, 28, DEEP, radius=0)
        pen.line([(450, 372), (820, 372)], LINE_2, 3)
        icons.bus(pen, 640, 370, 76, "#72C7DD")
        icons.satellite(pen, 700, 126, 36)
        pen.line([(692, 142), (664, 196)], GANTRY, 3, 7)
        icons.cross(pen, 656, 212, 15)
        pen.label(640, 394, "터널", "tunnel", "隧道", 19)


@lecture.scene(
    2, "끊긴 구간 이어 가기", "Carrying on through the gap", "信号中断时的推算", moves=True
)
def gap(pen: Pen, at: Moment) -> None:
    road = [
        (60.0, 300.0),
        *curve((300, 300), (420, 300), (520, 262)),
        *curve((560, 246), (640, 216), (800, 216)),
    ]
    pen.line(road, LINE, 14)
    pen.rect(300, 210, 250, 126, SURFACE_2, LINE, 2, 16)
    pen.label(425, 232, "신호 없음", "no signal", "无信号", 18)
    pen.line([(300, 300), *curve((300, 300), (420, 300), (520, 262)), (550, 250)], LINE_2, 14)
    share = at.glide(9)
    for index in range(15):
        spot = index / 14
        if spot > share:
            break
        x, y = along(road, spot)
        hidden = 300 < x < 556
        pen.circle(x, y, 5, GANTRY if hidden else SEA)
    x, y = along(road, share)
    icons.bus(pen, x, y + 4, 78)
    pen.circle(120, 160, 26, None, INK, 6)
    for angle in range(0, 360, 45):
        turn = math.radians(angle)
        pen.line([(120, 160), (120 + math.cos(turn) * 22, 160 + math.sin(turn) * 22)], LINE_2, 2)
    pen.label(120, 206, "바퀴 센서", "wheel sensor", "轮速传感器", 18)
    pen.circle(300, 160, 20, None, SEA, 3)
    pen.arc(300, 160, 30, 200, 330, GANTRY, 4)
    pen.line([(300, 146), (300, 174)], SEA, 4)
    pen.label(350, 150, "자이로", "gyroscope", "陀螺仪", 18, anchor="l")
    pen.label(250, 380, "추정 위치", "estimated", "推算位置", 18)
    pen.circle(250 - 92, 388, 6, GANTRY)
    with pen.appearing(at.step(1)):
        icons.tick(pen, 640, 150, 18)
        pen.label(724, 140, "위치 보정", "corrected", "修正", 19)


ROUTE = [
    *curve((70, 372), (210, 368), (290, 286)),
    *curve((300, 276), (380, 196), (500, 214)),
    *curve((510, 216), (640, 236), (780, 150)),
]
RAW = [(0.06, -22), (0.17, 20), (0.28, -24), (0.40, 19), (0.51, -17), (0.62, 22), (0.72, -20)]


def _city(pen: Pen) -> None:
    pen.rect(40, 104, 774, 310, SURFACE, radius=8)
    for x in (150, 330, 560, 690):
        pen.line([(x, 104), (x - 40, 414)], PAPER, 9, round_ends=False)
    for y in (160, 250, 340):
        pen.line([(40, y + 16), (814, y - 26)], PAPER, 9, round_ends=False)


@lecture.scene(3, "맵매칭", "Map matching", "地图匹配")
def matching(pen: Pen, at: Moment) -> None:
    _city(pen)
    pen.line(ROUTE, SEA, 6)
    moved = at.step(1)
    for share, aside in RAW:
        x, y = along(ROUTE, share)
        start = (x + aside * 0.5, y + aside)
        if moved < 1:
            for side in (-1, 1):
                pen.line(
                    [(start[0] - 7, start[1] - 7 * side), (start[0] + 7, start[1] + 7 * side)],
                    INK_2,
                    3,
                )
        with pen.appearing(moved):
            pen.circle(*start, 3, LINE_2)
            pen.arrow(start, (x, y), LINE_2, 2)
            pen.circle(x, y, 7, GANTRY)
    stop_x, stop_y = along(ROUTE, 0.9)
    icons.stop(pen, stop_x, stop_y, 78)
    with pen.appearing(at.step(2)):
        x, y = along(ROUTE, RAW[-1][0])
        icons.bus(pen, x, y + 8, 66)
        icons.bubble(pen, 470, 292, 300, 96, (x, y + 24), PAPER)
        pen.text(492, 322, "10", 34, GANTRY_INK, "en", "lm", bold=True)
        pen.text(560, 322, "350 m", 30, INK, "en", "lm", bold=True)
        pen.text(620, 364, "시장광장 · Market Square · 市场广场", 16, INK_2, "ko")


@lecture.scene(2, "노선과 운행편에 연결", "Linking to route and trip", "关联线路与班次")
def sign_on(pen: Pen, at: Moment) -> None:
    pen.rect(70, 130, 300, 220, DEEP, radius=12)
    pen.rect(86, 146, 268, 188, PAPER, radius=6)
    for y, ko, en, zh, value in (
        (186, "노선", "route", "线路", "10"),
        (254, "운행편", "trip", "班次", "07:40"),
    ):
        pen.label(150, y - 8, ko, en, zh, 19)
        pen.rect(226, y - 26, 110, 50, SEA_WEAK, SEA, 2, 4)
        pen.text(281, y, value, 28, INK, "en", bold=True)
    pen.rect(120, 294, 200, 30, SEA, radius=4)
    pen.text(220, 309, "운행 시작 · Start · 发车", 16, PAPER, "ko")
    pen.label(220, 376, "운전자 단말기", "driver's terminal", "驾驶员终端", 19)
    with pen.appearing(at.step(1)):
        icons.bus(pen, 520, 212, 104)
        pen.arrow((582, 192), (672, 192), SEA, 4)
        icons.phone(pen, 720, 188, 112)
        pen.text(720, 182, "2분", 22, INK, "ko", bold=True)
        icons.tick(pen, 520, 142, 15)
        icons.ghost_bus(pen, 520, 352, 104)
        pen.line([(582, 332), (656, 332)], LINE_2, 3, 7)
        icons.cross(pen, 520, 280, 15)
        icons.phone(pen, 720, 328, 112)
        pen.text(720, 322, "–", 26, LINE_2, "en", bold=True)
        pen.label(520, 376, "미등록", "not signed on", "未登录", 19)


@lecture.scene(
    2, "도착과 출발의 기록", "Recording arrival and departure", "记录到站与离站", moves=True
)
def geofence(pen: Pen, at: Moment) -> None:
    pen.line([(50, 318), (804, 318)], SURFACE_2, 30, round_ends=False)
    pen.line([(50, 318), (804, 318)], LINE, 2, 10)
    pen.circle(427, 300, 118, None, SEA, 3)
    pen.line([(427, 300), (511, 217)], SEA, 2, 6)
    pen.text(540, 190, "r = 30–50 m", 22, INK, "en", "lm", bold=True)
    icons.stop(pen, 427, 300, 104)
    x = 110 + 302 * at.glide(3.5) + 328 * at.glide(4, start=5.0)
    icons.bus(pen, x, 334, 96)
    with pen.appearing(1.0 if x > 310 else 0.0):
        pen.circle(310, 318, 8, GANTRY)
        pen.text(232, 370, "08:14:20", 24, INK, "en", bold=True)
        pen.label(232, 396, "도착", "arrival", "到站", 16)
    with pen.appearing(1.0 if x > 544 else 0.0):
        pen.circle(544, 318, 8, GANTRY)
        pen.text(624, 370, "08:14:52", 24, INK, "en", bold=True)
        pen.label(624, 396, "출발", "departure", "离站", 16)
    with pen.appearing(at.step(1)):
        icons.sheet(pen, 690, 118, 100, 4)


@lecture.scene(1, "정류장 좌표는 현장에서", "Check stop positions on site", "站点坐标须现场核对")
def wrong_side(pen: Pen, at: Moment) -> None:
    pen.rect(40, 200, 774, 130, SURFACE_2, radius=0)
    pen.line([(40, 265), (814, 265)], PAPER, 4, 16)
    pen.arrow((120, 298), (230, 298), LINE_2, 4)
    pen.arrow((230, 232), (120, 232), LINE_2, 4)
    icons.bus(pen, 350, 322, 104)
    pen.line([(600, 208), (600, 324)], GANTRY, 3, 8)
    icons.stop(pen, 600, 198, 92, LINE_2)
    icons.cross(pen, 650, 130, 17)
    icons.stop(pen, 600, 412, 92)
    icons.tick(pen, 650, 350, 17)
    pen.label(200, 150, "길 건너편", "wrong side of the road", "马路对面", 20)
    pen.arrow((340, 152), (556, 140), LINE_2, 3)
    pen.label(200, 374, "타는 쪽", "boarding side", "上车一侧", 20)
    pen.arrow((340, 372), (556, 362), OK, 3)


@lecture.scene(2, "세 단계", "Three steps", "三个步骤")
def steps(pen: Pen, at: Moment) -> None:
    for index, x in enumerate((160, 427, 694)):
        pen.rect(x - 112, 122, 224, 186, SURFACE, LINE, 2, 8)
        pen.circle(x - 112, 122, 17, DEEP)
        pen.text(x - 112, 121, str(index + 1), 19, ON_DEEP, "en", bold=True)
    icons.satellite(pen, 160, 180, 48)
    pen.line(part(curve((350, 226), (420, 130), (504, 178)), 1), SEA, 6)
    for x, y in ((372, 200), (424, 168), (476, 166)):
        pen.circle(x, y, 7, GANTRY)
    pen.rect(630, 154, 128, 56, SEA_WEAK, SEA, 2, 6)
    pen.text(694, 181, "10 · 07:40", 23, INK, "en", bold=True)
    pen.label(160, 256, "위치", "locate", "定位", 23)
    pen.label(427, 256, "맞춤", "match", "匹配", 23)
    pen.label(694, 256, "연결", "link", "关联", 23)
    with pen.appearing(at.step(1)):
        icons.bus(pen, 300, 404, 92)
        icons.server(pen, 560, 376, 56)
        pen.arrow((366, 380), (508, 380), GANTRY, 4)

"""Lecture 4: sharing the data as GTFS and as a real-time feed."""

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
    ON_DEEP,
    PAPER,
    SEA,
    SEA_WEAK,
    SURFACE,
    SURFACE_2,
    WARN_BG,
    Pen,
)
from lms.demo.slides.scenes import Lecture, Moment

lecture = Lecture("open-feeds", 4)


@lecture.opening(
    "데이터 공유: GTFS와 실시간 정보",
    "Sharing the data: GTFS and real-time feeds",
    "数据共享：GTFS与实时数据",
)
def opening(pen: Pen, at: Moment) -> None:
    icons.sheet(pen, 640, 70, 96, 4, head=GANTRY)
    icons.sheet(pen, 700, 120, 96, 4, head="#72C7DD")
    icons.bus(pen, 640, 402, 96, "#72C7DD")


def _screens(pen: Pen) -> None:
    icons.board(pen, 60, 150, 150, [("10", "", "2분")], row_height=40)
    icons.phone(pen, 140, 330, 112)
    pen.text(140, 326, "2분", 20, INK, "ko", bold=True)
    icons.screen(pen, 720, 182, 132, 84)
    pen.line([(672, 200), (704, 168), (738, 190), (770, 160)], SEA, 5)
    pen.circle(704, 168, 6, GANTRY)
    icons.paper(pen, 720, 334, 76)
    pen.text(134, 236, "안내기 · sign · 信息牌", 16, INK_2, "ko")
    pen.text(140, 402, "휴대전화 · phone · 手机", 16, INK_2, "ko")
    pen.text(720, 262, "웹 지도 · web map · 地图", 16, INK_2, "ko")
    pen.text(720, 402, "길찾기 · planner · 出行规划", 16, INK_2, "ko")


@lecture.scene(2, "하나의 원본", "One source", "单一数据源")
def one_source(pen: Pen, at: Moment) -> None:
    _screens(pen)
    pen.circle(427, 256, 84, SEA_WEAK, SEA, 3)
    icons.server(pen, 427, 256, 86)
    for end in ((222, 190), (186, 318), (640, 192), (664, 322)):
        start = (427 + (end[0] - 427) * 0.46, 256 + (end[1] - 256) * 0.46)
        pen.arrow(start, end, GANTRY, 4)
    with pen.appearing(at.step(1)):
        for x, y in ((228, 154), (206, 352), (636, 152), (660, 356)):
            icons.sheet(pen, x - 30, y - 18, 52, 2, 2, LINE_2)
        pen.rect(352, 356, 150, 56, WARN_BG, GANTRY, 3, 8)
        pen.text(427, 383, "A ≠ B ≠ C", 26, INK, "en", bold=True)


@lecture.scene(
    4, "GTFS: 시간표의 공통 형식", "GTFS: an open timetable format", "GTFS：开放的时刻表格式"
)
def gtfs(pen: Pen, at: Moment) -> None:
    pen.rect(40, 116, 774, 302, SURFACE, LINE, 2, 10)
    pen.rect(56, 103, 108, 26, DEEP, radius=4)
    pen.text(110, 115, "gtfs.zip", 17, ON_DEEP, "en", bold=True)
    places = {
        "stops": (70, 140),
        "routes": (70, 282),
        "trips": (280, 282),
        "stop_times": (280, 140),
        "calendar": (490, 282),
    }
    names = {
        "stops": ("정류장", "站点"),
        "routes": ("노선", "线路"),
        "trips": ("운행편", "班次"),
        "stop_times": ("정차시각", "停靠时刻"),
        "calendar": ("운행일", "运行日期"),
    }
    for name, (x, y) in places.items():
        cue = 2 if name in {"stop_times", "calendar"} else 1
        strength = max(at.step(cue), 0.28)
        with pen.appearing(strength):
            icons.sheet(pen, x, y, 108, 3, head=GANTRY if cue == 2 else SEA)
            ko, zh = names[name]
            aside, below = (118, 30) if name == "stop_times" else (0, 98)
            pen.text(x + aside, y + below, name, 19, INK, "en", "lm", bold=True)
            pen.text(x + aside, y + below + 22, f"{ko} · {zh}", 16, INK_2, "ko", "lm")
    with pen.appearing(at.step(2)):
        for start, end in (
            ((178, 180), (276, 180)),
            ((334, 276), (334, 232)),
            ((178, 322), (276, 322)),
            ((486, 322), (392, 322)),
        ):
            pen.arrow(start, end, GANTRY_INK, 4)
    with pen.appearing(at.step(3)):
        icons.screen(pen, 700, 214, 190, 128)
        for row in range(5):
            pen.line([(612, 160 + row * 24), (788, 160 + row * 24)], LINE, 2)
        for column in range(1, 4):
            pen.line([(606 + column * 47, 156), (606 + column * 47, 272)], LINE, 2)
        pen.rect(608, 186, 45, 22, SEA_WEAK, SEA, 2, 0)
        pen.label(700, 330, "표 계산", "spreadsheet", "电子表格", 18)


@lecture.scene(2, "바뀌지 않는 번호", "Identifiers that stay", "编号保持不变")
def identifiers(pen: Pen, at: Moment) -> None:
    for x, name, color in (
        (150, ("시장", "Market", "市场"), LINE_2),
        (440, ("시장광장", "Market Square", "市场广场"), SEA),
    ):
        icons.stop(pen, x - 84, 250, 128, color)
        pen.rect(x - 50, 134, 198, 106, PAPER, color, 3, 6)
        pen.text(x + 49, 164, "10253", 30, GANTRY_INK, "en", bold=True)
        pen.label(x + 49, 198, *name, 19)
    pen.arrow((302, 200), (346, 200), GANTRY, 4)
    pen.text(706, 168, "ID = 10253", 30, INK, "en", bold=True)
    icons.tick(pen, 706, 212, 17)
    with pen.appearing(at.step(1)):
        pen.line([(110, 296), (744, 296)], LINE, 2)
        icons.sheet(pen, 120, 312, 84, 3)
        icons.bus(pen, 427, 372, 112)
        icons.board(pen, 624, 316, 140, [("10", "", "2분")], row_height=36)
        for x in (162, 427, 694):
            pen.text(x, 402, "10253", 21, GANTRY_INK, "en", bold=True)
        for x in (300, 550):
            pen.text(x, 350, "=", 38, SEA, "en", bold=True)


@lecture.scene(
    3, "GTFS Realtime의 세 메시지", "Three messages of GTFS Realtime", "GTFS Realtime的三类消息"
)
def realtime(pen: Pen, at: Moment) -> None:
    cards = (
        (160, "운행 갱신", "trip updates", "班次更新", 1),
        (427, "차량 위치", "vehicle positions", "车辆位置", 1),
        (694, "운행 알림", "service alerts", "服务提示", 2),
    )
    for x, ko, en, zh, cue in cards:
        pen.rect(x - 122, 118, 244, 256, SURFACE, LINE, 2, 8)
        pen.text(x, 322, ko, 22, INK, "ko", bold=True)
        pen.text(x, 349, f"{en} · {zh}", 15, INK_2, "zh")
        with pen.appearing(max(at.step(cue), 0.2)):
            if x == 160:
                icons.board(
                    pen, 72, 152, 176, [("10", "", "+3분"), ("27", "", "6분")], row_height=46
                )
            elif x == 427:
                pen.rect(330, 142, 194, 140, SURFACE_2, radius=6)
                for y in (176, 240):
                    pen.line([(330, y), (524, y - 12)], PAPER, 8, round_ends=False)
                pen.line([(356, 282), (420, 142)], PAPER, 8, round_ends=False)
                pen.line([(340, 252), (390, 222), (440, 222), (512, 160)], SEA, 6)
                icons.bus(pen, 440, 228, 64)
            else:
                icons.bang(pen, 694, 186, 74)
                pen.line([(620, 262), (768, 262)], SURFACE_2, 16)
                pen.arrow((650, 262), (744, 262), GANTRY, 4)


@lecture.scene(2, "신선한 데이터", "Fresh data", "及时更新")
def fresh(pen: Pen, at: Moment) -> None:
    pen.arc(180, 236, 84, -60, 240, SEA, 8)
    pen.polygon([(126, 152), (152, 172), (120, 184)], SEA)
    pen.text(180, 226, "30 s", 44, INK, "en", bold=True)
    pen.text(180, 272, "08:00:30", 20, INK_2, "en")
    pen.label(180, 362, "새 파일", "new file", "新文件", 20)
    pen.line([(340, 236), (800, 236)], LINE_2, 4)
    for x, seconds in ((360, "0"), (490, "30"), (620, "60"), (750, "90 s")):
        pen.line([(x, 226), (x, 246)], INK, 3)
        pen.text(x, 268, seconds, 20, INK, "en", bold=True)
    pen.line([(360, 236), (750, 236)], SEA, 8, round_ends=False)
    icons.board(pen, 430, 128, 190, [("10", "", "2분")], row_height=44)
    with pen.appearing(at.step(1)):
        pen.line([(750, 216), (750, 256)], GANTRY, 6)
        icons.board(pen, 570, 310, 210, [("10", "", "08:14")], row_height=44)
        pen.text(560, 344, "예정 · scheduled · 计划", 17, INK, "ko", "rm", bold=True)
        pen.arrow((752, 286), (742, 308), GANTRY, 4)


@lecture.scene(1, "여러 언어의 정류장 이름", "Stop names in several languages", "多语言站名")
def names(pen: Pen, at: Moment) -> None:
    icons.stop(pen, 130, 396, 250)
    pen.rect(190, 150, 330, 190, SEA, radius=10)
    pen.text(216, 196, "시장광장", 42, PAPER, "ko", "lm", bold=True)
    pen.text(216, 250, "Market Square", 26, PAPER, "en", "lm")
    pen.text(216, 294, "市场广场", 26, PAPER, "zh", "lm")
    pen.text(496, 318, "10253", 19, SEA_WEAK, "en", "rm")
    pen.rect(570, 150, 244, 190, SURFACE, LINE, 2, 8)
    pen.text(692, 174, "translations", 18, INK, "en", bold=True)
    for row, (code, word, lang) in enumerate(
        (("en", "Market Square", "en"), ("zh", "市场广场", "zh"), ("vi", "Quảng trường Chợ", "en"))
    ):
        y = 212 + row * 42
        pen.rect(586, y - 16, 42, 32, GANTRY, radius=4)
        pen.text(607, y, code, 18, DEEP, "en", bold=True)
        pen.text(640, y, word, 19, INK, lang, "lm")
    pen.label(355, 372, "현지어를 먼저", "local language first", "当地语言优先", 20)


@lecture.scene(1, "공개 전 검사", "Validate before publishing", "发布前先校验")
def validate(pen: Pen, at: Moment) -> None:
    icons.sheet(pen, 70, 146, 190, 4)
    pen.arrow((280, 232), (352, 232), GANTRY, 5)
    pen.circle(436, 218, 62, PAPER, SEA, 9)
    pen.line([(480, 264), (524, 312)], SEA, 13)
    pen.line([(408, 220), (428, 240), (466, 196)], GANTRY, 8)
    rows = (
        (154, True, "좌표", "coordinates", "坐标"),
        (232, False, "37.0, —", "", ""),
        (310, False, "08:10 → 08:07", "", ""),
    )
    for y, good, ko, en, zh in rows:
        pen.rect(570, y - 32, 240, 64, SURFACE, LINE, 2, 6)
        (icons.tick if good else icons.cross)(pen, 602, y, 16)
        if en:
            pen.label(712, y - 11, ko, en, zh, 19)
        else:
            pen.text(712, y, ko, 22, INK, "en", bold=True)
    pen.label(165, 374, "데이터 묶음", "data set", "数据包", 19)
    pen.label(440, 374, "검사 도구", "validator", "校验工具", 19)


@lecture.scene(2, "이용허락과 소통", "Licence and dialogue", "许可与反馈")
def licence(pen: Pen, at: Moment) -> None:
    icons.paper(pen, 150, 232, 116, 5)
    icons.tick(pen, 204, 300, 22)
    pen.label(150, 342, "개방 이용허락", "open licence", "开放许可", 20)
    for index, (x, y) in enumerate(((360, 168), (452, 168), (360, 292), (452, 292))):
        icons.phone(pen, x, y, 100)
        pen.circle(x, y - 8, 15, (SEA, GANTRY, GANTRY, SEA)[index])
    pen.arrow((226, 226), (312, 226), GANTRY, 4)
    pen.label(406, 370, "새로운 서비스", "new services", "新的应用", 20)
    with pen.appearing(at.step(1)):
        icons.person(pen, 600, 300, 90)
        pen.rect(700, 188, 104, 72, SEA_WEAK, SEA, 3, 6)
        pen.line([(700, 192), (752, 228), (804, 192)], SEA, 3)
        pen.arrow((630, 212), (692, 212), GANTRY, 4)
        pen.arrow((692, 244), (630, 244), SEA, 4)
        pen.label(700, 342, "오류 신고와 답변", "report and answer", "反馈与答复", 19)


@lecture.scene(1, "믿고 쓰는 데이터", "Data others can build on", "可信赖的数据")
def summary(pen: Pen, at: Moment) -> None:
    for x in (128, 328, 528, 728):
        pen.rect(x - 90, 136, 180, 206, SURFACE, LINE, 2, 8)
    icons.server(pen, 128, 204, 78)
    pen.text(328, 204, "10253", 34, GANTRY_INK, "en", bold=True)
    icons.clock(pen, 528, 204, 38, 8.0)
    icons.paper(pen, 728, 204, 62)
    icons.tick(pen, 756, 240, 14)
    pen.label(128, 284, "하나의 원본", "one source", "单一来源", 21)
    pen.label(328, 284, "고정 번호", "stable ID", "稳定编号", 21)
    pen.label(528, 284, "최신 자료", "fresh data", "及时更新", 21)
    pen.label(728, 284, "개방", "open", "开放", 21)

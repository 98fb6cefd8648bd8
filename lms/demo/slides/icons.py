"""The things that appear again and again: buses, stops, people, machines and marks."""

from __future__ import annotations

import math

from lms.demo.slides.pen import (
    DANGER,
    DEEP,
    GANTRY,
    INK,
    INK_2,
    LINE,
    LINE_2,
    OK,
    ON_DEEP,
    PAPER,
    SEA,
    SEA_WEAK,
    SURFACE_2,
    Pen,
)


def bus(
    pen: Pen, x: float, y: float, width: float = 100, body: str = SEA, number: str = "10"
) -> None:
    """A bus seen from its side, its wheels standing on (x, y), driving to the right."""
    unit = width / 100
    left, top = x - width / 2, y - 46 * unit
    pen.rect(left, top, width, 39 * unit, body, radius=7 * unit)
    for index in range(4):
        pen.rect(
            left + (6 + index * 17) * unit,
            top + 7 * unit,
            14 * unit,
            12 * unit,
            PAPER,
            radius=2 * unit,
        )
    pen.rect(left + 76 * unit, top + 6 * unit, 18 * unit, 15 * unit, SEA_WEAK, radius=3 * unit)
    pen.rect(left, top + 26 * unit, width, 3.5 * unit, GANTRY, radius=0)
    if number and width >= 70:
        pen.text(x + 35 * unit, top + 13.5 * unit, number, 12 * unit, DEEP, "en", bold=True)
    for wheel in (-28, 27):
        pen.circle(x + wheel * unit, y - 8 * unit, 8.5 * unit, INK)
        pen.circle(x + wheel * unit, y - 8 * unit, 3.5 * unit, LINE)


def ghost_bus(pen: Pen, x: float, y: float, width: float = 100, color: str = LINE_2) -> None:
    """A bus that is not where it seems, or not seen at all: an outline only."""
    unit = width / 100
    left, top = x - width / 2, y - 46 * unit
    pen.rect(left, top, width, 39 * unit, None, color, 2, 7 * unit)
    for wheel in (-28, 27):
        pen.circle(x + wheel * unit, y - 8 * unit, 8 * unit, PAPER, color, 2)


def person(pen: Pen, x: float, y: float, height: float = 70, color: str = INK_2) -> None:
    """Somebody standing with their feet on (x, y)."""
    head = height * 0.15
    pen.circle(x, y - height + head, head, color)
    pen.rect(
        x - height * 0.19,
        y - height * 0.66,
        height * 0.38,
        height * 0.40,
        color,
        radius=height * 0.13,
    )
    pen.rect(
        x - height * 0.13,
        y - height * 0.42,
        height * 0.11,
        height * 0.42,
        color,
        radius=height * 0.05,
    )
    pen.rect(
        x + height * 0.02,
        y - height * 0.42,
        height * 0.11,
        height * 0.42,
        color,
        radius=height * 0.05,
    )


def stop(pen: Pen, x: float, y: float, height: float = 110, color: str = SEA) -> None:
    """A stop: a pole with a round sign, standing on (x, y)."""
    radius = height * 0.17
    pen.line([(x, y), (x, y - height + radius)], LINE_2, max(height * 0.045, 2.5))
    pen.circle(x, y - height + radius, radius, color)
    wide, top = radius * 1.05, y - height + radius * 0.55
    pen.rect(x - wide / 2, top, wide, radius * 0.72, PAPER, radius=radius * 0.12)
    for side in (-1, 1):
        pen.circle(x + side * wide * 0.28, top + radius * 0.78, radius * 0.15, PAPER)


def satellite(pen: Pen, x: float, y: float, size: float = 40, color: str = SEA) -> None:
    for side in (-1, 1):
        pen.line([(x, y), (x + side * size * 0.95, y - side * size * 0.35)], LINE_2, 3)
        wing = (x + side * size * 0.72, y - side * size * 0.26)
        corners = []
        for across, up in ((-0.34, -0.2), (0.34, -0.2), (0.34, 0.2), (-0.34, 0.2)):
            corners.append(
                (
                    wing[0] + size * (across * 0.94 + up * 0.34),
                    wing[1] + size * (up * 0.94 - across * 0.34),
                )
            )
        pen.polygon(corners, color)
    pen.circle(x, y, size * 0.27, GANTRY)
    pen.circle(x, y, size * 0.12, PAPER)


def tower(pen: Pen, x: float, y: float, height: float = 100, color: str = SEA) -> None:
    """A mast of the mobile network."""
    top, foot = y - height, height * 0.24
    pen.line([(x - foot, y), (x, top), (x + foot, y)], color, 3.5)
    for share in (0.3, 0.55, 0.78):
        wide = foot * share
        pen.line([(x - wide, top + height * share), (x + wide, top + height * share)], color, 2.5)
    pen.circle(x, top, 5, GANTRY)
    for radius in (14, 24):
        for start in (-40, 140):
            pen.arc(x, top, radius, start, start + 80, color, 2.5)


def server(pen: Pen, x: float, y: float, width: float = 74, color: str = DEEP) -> None:
    """A server of the centre, its middle at (x, y)."""
    unit = width * 0.36
    for row in range(3):
        top = y - unit * 1.65 + row * unit * 1.12
        pen.rect(x - width / 2, top, width, unit, color, radius=4)
        pen.circle(x + width * 0.34, top + unit / 2, unit * 0.15, GANTRY)
        pen.line(
            [(x - width * 0.36, top + unit / 2), (x + width * 0.1, top + unit / 2)], LINE_2, 2.5
        )


def screen(
    pen: Pen, x: float, y: float, width: float = 110, height: float = 76, fill: str = PAPER
) -> None:
    """An operator's screen on its foot, its middle at (x, y)."""
    pen.rect(x - width / 2, y - height / 2, width, height, fill, DEEP, 4, 6)
    pen.line([(x, y + height / 2), (x, y + height / 2 + 10)], DEEP, 6)
    pen.line(
        [(x - width * 0.2, y + height / 2 + 12), (x + width * 0.2, y + height / 2 + 12)], DEEP, 4
    )


def phone(pen: Pen, x: float, y: float, height: float = 110, fill: str = PAPER) -> None:
    wide = height * 0.54
    pen.rect(x - wide / 2, y - height / 2, wide, height, fill, DEEP, 4, height * 0.09)
    pen.line([(x - wide * 0.13, y + height * 0.43), (x + wide * 0.13, y + height * 0.43)], DEEP, 3)


def building(
    pen: Pen, x: float, y: float, width: float, height: float, color: str = SURFACE_2
) -> None:
    """A building whose lower left corner is (x, y)."""
    pen.rect(x, y - height, width, height, color, LINE, 2, 2)
    rows, columns = int(height // 24), max(int(width // 22), 1)
    gap = width / columns
    for row in range(rows):
        for column in range(columns):
            pen.rect(
                x + gap * (column + 0.5) - 4.5, y - height + 10 + row * 24, 9, 12, LINE, radius=1
            )


def clock(
    pen: Pen, x: float, y: float, radius: float = 34, hour: float = 8.2, color: str = SEA
) -> None:
    pen.circle(x, y, radius, PAPER, color, max(radius * 0.11, 3))
    for turn, length in ((hour / 12, 0.5), (hour % 1, 0.72)):
        angle = turn * math.tau - math.pi / 2
        tip = (x + math.cos(angle) * radius * length, y + math.sin(angle) * radius * length)
        pen.line([(x, y), tip], color, max(radius * 0.1, 2.5))
    pen.circle(x, y, radius * 0.1, GANTRY)


def sheet(
    pen: Pen,
    x: float,
    y: float,
    width: float = 84,
    rows: int = 4,
    columns: int = 3,
    head: str = SEA,
) -> None:
    """A table of data whose upper left corner is (x, y)."""
    row_height = width * 0.2
    height = row_height * (rows + 1)
    pen.rect(x, y, width, height, PAPER, LINE_2, 2, 4)
    pen.rect(x, y, width, row_height, head, radius=4)
    for row in range(1, rows + 1):
        for column in range(columns):
            left = x + width * (column + 0.16) / columns
            right = x + width * (column + 0.78 - 0.2 * ((row + column) % 2)) / columns
            middle = y + row_height * (row + 0.5)
            pen.line([(left, middle), (right, middle)], LINE if column else LINE_2, 3)


def paper(pen: Pen, x: float, y: float, width: float = 70, lines: int = 4) -> None:
    """A written page, its middle at (x, y)."""
    height = width * 1.28
    left, top = x - width / 2, y - height / 2
    pen.rect(left, top, width, height, PAPER, LINE_2, 2.5, 4)
    for row in range(lines):
        middle = top + height * (row + 1) / (lines + 1)
        end = left + width * (0.82 if row % 2 == 0 else 0.6)
        pen.line([(left + width * 0.18, middle), (end, middle)], LINE_2, 2.5)


def tick(pen: Pen, x: float, y: float, radius: float = 15) -> None:
    pen.circle(x, y, radius, OK)
    pen.line(
        [
            (x - radius * 0.45, y),
            (x - radius * 0.1, y + radius * 0.36),
            (x + radius * 0.48, y - radius * 0.36),
        ],
        PAPER,
        radius * 0.22,
    )


def cross(pen: Pen, x: float, y: float, radius: float = 15) -> None:
    pen.circle(x, y, radius, DANGER)
    reach = radius * 0.38
    for side in (-1, 1):
        pen.line(
            [(x - reach, y - side * reach), (x + reach, y + side * reach)], PAPER, radius * 0.22
        )


def bang(pen: Pen, x: float, y: float, size: float = 36) -> None:
    """A warning triangle."""
    half = size / 2
    pen.polygon(
        [(x, y - half), (x + half * 1.12, y + half * 0.9), (x - half * 1.12, y + half * 0.9)],
        GANTRY,
    )
    pen.line([(x, y - half * 0.3), (x, y + half * 0.28)], DEEP, size * 0.1)
    pen.circle(x, y + half * 0.62, size * 0.06, DEEP)


def lock(pen: Pen, x: float, y: float, width: float = 44, color: str = SEA) -> None:
    pen.arc(x, y - width * 0.18, width * 0.3, 180, 360, color, width * 0.12)
    pen.rect(x - width / 2, y - width * 0.2, width, width * 0.72, color, radius=width * 0.1)
    pen.circle(x, y + width * 0.1, width * 0.09, PAPER)
    pen.line([(x, y + width * 0.1), (x, y + width * 0.28)], PAPER, width * 0.08)


def key(pen: Pen, x: float, y: float, size: float = 30, color: str = GANTRY) -> None:
    pen.circle(x, y, size * 0.28, None, color, size * 0.13)
    pen.line([(x + size * 0.28, y), (x + size, y)], color, size * 0.14)
    for share in (0.72, 0.94):
        pen.line([(x + size * share, y), (x + size * share, y + size * 0.24)], color, size * 0.12)


def wrench(pen: Pen, x: float, y: float, size: float = 40, color: str = INK_2) -> None:
    pen.line(
        [(x - size * 0.4, y + size * 0.4), (x + size * 0.2, y - size * 0.2)], color, size * 0.2
    )
    pen.arc(x + size * 0.36, y - size * 0.36, size * 0.26, -10, 280, color, size * 0.17)


def sun(pen: Pen, x: float, y: float, radius: float = 20, color: str = GANTRY) -> None:
    pen.circle(x, y, radius, color)
    for ray in range(8):
        angle = ray * math.tau / 8
        pen.line(
            [
                (x + math.cos(angle) * radius * reach, y + math.sin(angle) * radius * reach)
                for reach in (1.35, 1.75)
            ],
            color,
            radius * 0.2,
        )


def wave(pen: Pen, x: float, y: float, width: float, color: str = SEA) -> None:
    points = [(x + step, y + math.sin(step / 7) * 4) for step in range(0, int(width) + 1, 2)]
    pen.line(points, color, 3)


def sound(pen: Pen, x: float, y: float, size: float = 30, color: str = SEA) -> None:
    """A loudspeaker that sounds to the right."""
    pen.rect(x - size * 0.5, y - size * 0.2, size * 0.3, size * 0.4, color, radius=2)
    pen.polygon(
        [
            (x - size * 0.3, y - size * 0.2),
            (x, y - size * 0.48),
            (x, y + size * 0.48),
            (x - size * 0.3, y + size * 0.2),
        ],
        color,
    )
    for radius in (0.35, 0.65, 0.95):
        pen.arc(x, y, size * radius, -42, 42, color, size * 0.1)


def wheelchair(pen: Pen, x: float, y: float, size: float = 60, color: str = PAPER) -> None:
    """The sign of a place that wheelchairs reach, its middle at (x, y)."""
    unit = size / 60
    thick = 5.5 * unit
    pen.circle(x - 4 * unit, y - 24 * unit, 5.5 * unit, color)
    pen.line(
        [
            (x - 4 * unit, y - 15 * unit),
            (x - 3 * unit, y + 4 * unit),
            (x + 13 * unit, y + 4 * unit),
            (x + 20 * unit, y + 21 * unit),
        ],
        color,
        thick,
    )
    pen.line([(x - 4 * unit, y - 7 * unit), (x + 10 * unit, y - 7 * unit)], color, thick * 0.85)
    pen.arc(x - 2 * unit, y + 9 * unit, 17 * unit, 20, 245, color, thick)


def bubble(
    pen: Pen,
    x: float,
    y: float,
    width: float,
    height: float,
    tail: tuple[float, float],
    fill: str = SEA_WEAK,
    outline: str = SEA,
) -> None:
    """A speech bubble, upper left corner at (x, y), its tail pointing to `tail`."""
    base = min(max(tail[0], x + 24), x + width - 24)
    side = y + height if tail[1] > y else y
    pen.polygon([(base - 10, side - 2), (base + 10, side - 2), tail], outline)
    pen.rect(x, y, width, height, fill, outline, 2.5, 10)
    pen.polygon(
        [
            (base - 7, side - 4),
            (base + 7, side - 4),
            (tail[0], tail[1] - (5 if tail[1] > y else -5)),
        ],
        fill,
    )


def board(
    pen: Pen,
    x: float,
    y: float,
    width: float,
    rows: list[tuple[str, str, str]],
    time: str = "",
    row_height: float = 42,
) -> None:
    """A stop display: route, where to, and when. Upper left corner at (x, y)."""
    head = 36 if time else 14
    height = head + row_height * len(rows) + 12
    pen.rect(x, y, width, height, DEEP, radius=8)
    if time:
        pen.text(x + width - 16, y + 20, time, 20, ON_DEEP, "en", "rm", bold=True)
    for index, (route, place, when) in enumerate(rows):
        top = y + head + index * row_height
        middle = top + row_height / 2
        wide = min(54, row_height * 1.2)
        pen.rect(x + 12, top + 5, wide, row_height - 10, GANTRY, radius=4)
        pen.text(x + 12 + wide / 2, middle, route, row_height * 0.5, DEEP, "en", bold=True)
        pen.text(x + 26 + wide, middle, place, row_height * 0.46, ON_DEEP, "ko", "lm")
        pen.text(x + width - 14, middle, when, row_height * 0.52, ON_DEEP, "ko", "rm", bold=True)

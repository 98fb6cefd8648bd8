"""A pen that draws flat diagrams in the platform's colours, at twice the size for smooth edges."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 854, 480
SCALE = 2

# The tokens of the interface, by the same names.
PAPER, SURFACE, SURFACE_2 = "#FFFFFF", "#F3F7F7", "#E4EDEE"
INK, INK_2 = "#10242B", "#43575E"
LINE, LINE_2 = "#C8D4D7", "#6B7F86"
SEA, SEA_WEAK = "#0B5A73", "#DDEFF3"
DEEP, ON_DEEP, DEEP_LINE = "#0A2F3D", "#EAF4F6", "#2E4954"
GANTRY, GANTRY_INK = "#E8912D", "#8A4600"
OK, OK_BG = "#17663A", "#E2F3E8"
WARN_BG = "#FFF1D2"
DANGER, DANGER_BG = "#AD2218", "#FCE8E6"

Point = tuple[float, float]

# Position of each language's face in the Noto Sans CJK collection.
FACES = {"ko": 1, "en": 2, "zh": 2}


@lru_cache(maxsize=256)
def font(size: float, lang: str) -> ImageFont.FreeTypeFont:
    path = files("noto_cjk_sans_otc").joinpath("NotoSansCJK-Regular.ttc")
    return ImageFont.truetype(str(path), round(size * SCALE), index=FACES[lang])


def part(points: Sequence[Point], share: float) -> list[Point]:
    """The beginning of a line: the given share of its length."""
    lengths = [math.dist(a, b) for a, b in pairwise(points)]
    left = sum(lengths) * min(max(share, 0.0), 1.0)
    drawn = [points[0]]
    for (start, end), length in zip(pairwise(points), lengths, strict=True):
        if left <= 0:
            break
        along = min(left / length, 1.0) if length else 1.0
        x = start[0] + (end[0] - start[0]) * along
        drawn.append((x, start[1] + (end[1] - start[1]) * along))
        left -= length
    return drawn


def along(points: Sequence[Point], share: float) -> Point:
    """The point that lies at the given share of a line's length."""
    return part(points, share)[-1]


def curve(start: Point, bend: Point, end: Point, steps: int = 24) -> list[Point]:
    """A bent line through three points of control, as many short straight ones."""
    result = []
    for step in range(steps + 1):
        t = step / steps
        u = 1 - t
        result.append(
            (
                u * u * start[0] + 2 * u * t * bend[0] + t * t * end[0],
                u * u * start[1] + 2 * u * t * bend[1] + t * t * end[1],
            )
        )
    return result


class Pen:
    """Draws in units of the 854 x 480 picture."""

    def __init__(self, background: str = PAPER) -> None:
        self.image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), background)
        self._draw = ImageDraw.Draw(self.image)

    @contextmanager
    def appearing(self, share: float) -> Iterator[bool]:
        """What is drawn inside shows with this strength; nothing need be drawn when it is False."""
        if share <= 0:
            kept = self.image, self._draw
            self.image = Image.new("RGB", (1, 1))
            self._draw = ImageDraw.Draw(self.image)
            yield False
            self.image, self._draw = kept
            return
        before = self.image.copy() if share < 1 else None
        yield True
        if before is not None:
            self.image = Image.blend(before, self.image, share)
            self._draw = ImageDraw.Draw(self.image)

    def line(
        self,
        points: Sequence[Point],
        color: str = INK,
        width: float = 3,
        dash: float = 0,
        round_ends: bool = True,
    ) -> None:
        if len(points) < 2:
            return
        if dash:
            self._dashes(points, color, width, dash)
            return
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        self._draw.line(scaled, color, round(width * SCALE), joint="curve")
        if round_ends:
            for x, y in (points[0], points[-1]):
                self.circle(x, y, width / 2, color)

    def _dashes(self, points: Sequence[Point], color: str, width: float, dash: float) -> None:
        total = sum(math.dist(a, b) for a, b in pairwise(points))
        count = max(int(total / (dash * 2)), 1)
        for index in range(count):
            ends = [along(points, (index * 2 + side) * dash / total) for side in (0, 1)]
            self.line(ends, color, width, round_ends=False)

    def arrow(
        self,
        start: Point,
        end: Point,
        color: str = SEA,
        width: float = 3,
        dash: float = 0,
        share: float = 1,
    ) -> None:
        if share <= 0:
            return
        end = along([start, end], share)
        angle = math.atan2(end[1] - start[1], end[0] - start[0])
        size = 5 + width * 2.2
        neck = (end[0] - math.cos(angle) * size * 0.8, end[1] - math.sin(angle) * size * 0.8)
        self.line([start, neck], color, width, dash, round_ends=False)
        barbs = [
            (end[0] - math.cos(angle + turn) * size, end[1] - math.sin(angle + turn) * size)
            for turn in (0.45, -0.45)
        ]
        self.polygon([end, *barbs], color)

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str | None = None,
        outline: str | None = None,
        line: float = 2,
        radius: float = 4,
    ) -> None:
        box = [x * SCALE, y * SCALE, (x + width) * SCALE, (y + height) * SCALE]
        self._draw.rounded_rectangle(
            box, radius * SCALE, fill, outline, round(line * SCALE) if outline else 0
        )

    def circle(
        self,
        x: float,
        y: float,
        radius: float,
        fill: str | None = None,
        outline: str | None = None,
        line: float = 2,
    ) -> None:
        box = [value * SCALE for value in (x - radius, y - radius, x + radius, y + radius)]
        self._draw.ellipse(box, fill, outline, round(line * SCALE) if outline else 0)

    def arc(
        self, x: float, y: float, radius: float, start: float, end: float, color: str, width: float
    ) -> None:
        box = [value * SCALE for value in (x - radius, y - radius, x + radius, y + radius)]
        self._draw.arc(box, start, end, color, round(width * SCALE))

    def polygon(self, points: Sequence[Point], fill: str) -> None:
        self._draw.polygon([(x * SCALE, y * SCALE) for x, y in points], fill)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = 22,
        color: str = INK,
        lang: str = "ko",
        anchor: str = "mm",
        bold: bool = False,
    ) -> None:
        self._draw.text(
            (x * SCALE, y * SCALE),
            words,
            color,
            font(size, lang),
            anchor,
            stroke_width=size * SCALE / 50 if bold else 0,
            stroke_fill=color,
        )

    def label(
        self,
        x: float,
        y: float,
        ko: str,
        en: str,
        zh: str,
        size: float = 20,
        color: str = INK,
        second: str = INK_2,
        anchor: str = "m",
    ) -> None:
        """Name a thing in three languages: Korean above, English and Chinese below in one line."""
        self.text(x, y, ko, size, color, "ko", f"{anchor}m", bold=True)
        below = y + size * 1.12
        self.text(x, below, f"{en}·{zh}", size * 0.76, second, "zh", f"{anchor}m")

"""What a lecture is made of: its scenes in order, their headings, and the bridge beneath them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from PIL import Image

from lms.demo.slides.pen import (
    DEEP,
    DEEP_LINE,
    GANTRY,
    INK,
    INK_2,
    LINE,
    ON_DEEP,
    PAPER,
    SEA,
    SURFACE,
    Pen,
    curve,
)

FADE_SECONDS = 0.5
FADE_STEPS = 5
LECTURES_IN_COURSE = 5
COURSE_NAME = "버스정보 한 걸음씩  ·  Bus Information Step by Step  ·  一步步读懂公交信息"
DEMO_NAME = "데모 과정  ·  Demonstration course  ·  演示课程"


@dataclass(frozen=True)
class Moment:
    """A moment of a scene: seconds since it began, and when each of its cues begins."""

    seconds: float
    cue_starts: tuple[float, ...]

    def step(self, number: int) -> float:
        """How far the part of a cue has appeared, 0 to 1; the first is there at once."""
        if number == 0:
            return 1.0
        share = (self.seconds - self.cue_starts[number]) / FADE_SECONDS
        return round(min(max(share, 0.0), 1.0) * FADE_STEPS) / FADE_STEPS

    def glide(self, length: float, start: float = 0.5) -> float:
        """A movement that takes `length` seconds, slow at both ends."""
        share = min(max((self.seconds - start) / length, 0.0), 1.0)
        return share * share * (3 - 2 * share)


Draw = Callable[[Pen, Moment], None]


@dataclass(frozen=True)
class Scene:
    cues: int
    draw: Draw
    moves: bool = False  # something glides: each frame is drawn anew
    background: str = PAPER

    def look(self, at: Moment) -> tuple[float, ...]:
        """Two moments with the same look give the same picture."""
        steps = tuple(at.step(number) for number in range(self.cues))
        return (*steps, at.seconds) if self.moves else steps


@dataclass
class Lecture:
    """The scenes of one recorded session."""

    key: str
    number: int
    scenes: list[Scene] = field(default_factory=list)

    def scene(
        self, cues: int, ko: str, en: str, zh: str, *, moves: bool = False
    ) -> Callable[[Draw], Draw]:
        """Add a scene with its heading."""

        def add(draw: Draw) -> Draw:
            def with_heading(pen: Pen, at: Moment) -> None:
                heading(pen, ko, en, zh)
                draw(pen, at)

            self.scenes.append(Scene(cues, with_heading, moves))
            return draw

        return add

    def opening(self, ko: str, en: str, zh: str) -> Callable[[Draw], Draw]:
        """Add the first scene: the lecture's name, with an emblem drawn by the function."""

        def add(draw: Draw) -> Draw:
            def titled(pen: Pen, at: Moment) -> None:
                big_bridge(pen, self.number)
                pen.text(48, 44, COURSE_NAME, 15, ON_DEEP, "ko", "lm")
                pen.text(
                    48,
                    108,
                    f"{self.number} / {LECTURES_IN_COURSE}",
                    20,
                    GANTRY,
                    "en",
                    "lm",
                    bold=True,
                )
                pen.text(48, 152, ko, 38, PAPER, "ko", "lm", bold=True)
                pen.text(48, 202, en, 22, ON_DEEP, "en", "lm")
                pen.text(48, 236, zh, 22, ON_DEEP, "zh", "lm")
                pen.text(806, 456, DEMO_NAME, 14, ON_DEEP, "ko", "rm")
                draw(pen, at)

            self.scenes.append(Scene(1, titled, background=DEEP))
            return draw

        return add

    def picture(self, index: int, at: Moment) -> Image.Image:
        """One scene at one moment, at twice the size of the video."""
        scene = self.scenes[index]
        pen = Pen(scene.background)
        if scene.background == PAPER:
            small_bridge(pen, (index + 1) / len(self.scenes))
        scene.draw(pen, at)
        return pen.image


def heading(pen: Pen, ko: str, en: str, zh: str) -> None:
    pen.rect(36, 24, 7, 60, GANTRY, radius=2)
    pen.text(58, 41, ko, 30, INK, "ko", "lm", bold=True)
    pen.text(58, 74, f"{en}   |   {zh}", 18, INK_2, "zh", "lm")


def small_bridge(pen: Pen, share: float) -> None:
    """The suspension bridge under the drawing; its deck fills as the lecture goes on."""
    pen.rect(0, 430, 854, 50, SURFACE, radius=0)
    deck, top = 466, 436
    left, right = 260, 594
    cables = [
        curve((0, deck - 2), (170, deck - 4), (left, top)),
        curve((left, top), ((left + right) / 2, deck + 18), (right, top)),
        curve((right, top), (684, deck - 4), (854, deck - 2)),
    ]
    for cable in cables:
        pen.line(cable, LINE, 2)
        for x, y in cable[2:-2:3]:
            pen.line([(x, y), (x, deck)], LINE, 1, round_ends=False)
    for pylon in (left, right):
        pen.line([(pylon, top - 2), (pylon, 480)], LINE, 5, round_ends=False)
    pen.line([(0, deck), (854, deck)], LINE, 4, round_ends=False)
    pen.line([(0, deck), (854 * share, deck)], SEA, 4, round_ends=False)
    if share < 1:
        pen.circle(854 * share, deck, 6, GANTRY)


def big_bridge(pen: Pen, number: int) -> None:
    """The bridge of the whole course: one stretch of the deck for each lecture."""
    deck, top, left, right = 404, 268, 250, 640
    cables = [
        curve((0, deck - 14), (150, deck - 20), (left, top)),
        curve((left, top), ((left + right) / 2, deck + 92), (right, top)),
        curve((right, top), (730, deck - 20), (854, deck - 14)),
    ]
    for cable in cables:
        for x, y in cable[1:-1:2]:
            pen.line([(x, y), (x, deck)], DEEP_LINE, 1.5, round_ends=False)
        pen.line(cable, "#5E8794", 3)
    for pylon in (left, right):
        pen.line([(pylon, top - 6), (pylon, 440)], "#5E8794", 8, round_ends=False)
    pen.rect(0, 428, 854, 52, "#072430", radius=0)
    pen.line([(0, deck), (854, deck)], DEEP_LINE, 7, round_ends=False)
    reach = 854 * (number - 0.5) / LECTURES_IN_COURSE
    pen.line([(0, deck), (reach, deck)], "#72C7DD", 7, round_ends=False)
    pen.circle(reach, deck, 11, GANTRY)

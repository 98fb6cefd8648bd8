"""Frames as they are shown: upright (phones film sideways), in square pixels, and no larger."""

from __future__ import annotations

from fractions import Fraction

from av.filter import Graph
from av.video.format import VideoFormat
from av.video.frame import VideoFrame

from lms.media.kinds import PIXEL_LIMIT
from lms.media.refusals import Refusal, Refused

PIXELS = "yuv420p"

_TURNS = {90: ("transpose", "cclock"), -90: ("transpose", "clock"), 180: ("rotate", "PI")}


def shown_size(frame: VideoFrame, pixel_shape: Fraction | None) -> tuple[int, int]:
    """Return the width and height at which the frame is meant to be seen."""
    width, height = frame.width, frame.height
    if pixel_shape and Fraction(1, 8) < pixel_shape < 8:
        width = max(1, round(width * pixel_shape))
    return (height, width) if _turn(frame) % 180 else (width, height)


def fit(size: tuple[int, int], box: tuple[int, int]) -> tuple[int, int]:
    """Return the even size of the same shape that fits into the box and is no larger."""
    scale = min(1, box[0] / size[0], box[1] / size[1])
    return _even(size[0] * scale, box[0]), _even(size[1] * scale, box[1])


def _even(length: float, limit: int) -> int:
    return min(limit, max(16, 2 * round(length / 2)))


def _turn(frame: VideoFrame) -> int:
    """Return by how many degrees to turn the frame to the left, in quarters."""
    turn = 90 * round(frame.rotation / 90)
    return 180 if turn == -180 else turn


class Upright:
    """Brings each frame of a recording to one size, whatever the source changes on the way."""

    def __init__(self, width: int, height: int, box: tuple[int, int] | None) -> None:
        self.size = fit((width, height), box) if box and width and height else (0, 0)
        self._turned: dict[int, Graph] = {}

    def show(self, frame: VideoFrame) -> VideoFrame:
        """Return the frame at the recording's size; raises Refused when it is too large."""
        if frame.width * frame.height > PIXEL_LIMIT:
            raise Refused(Refusal.TOO_MANY_PIXELS)
        turn = _turn(frame)
        width, height = reversed(self.size) if turn % 180 else self.size
        scaled = frame.reformat(width=width, height=height, format=PIXELS)
        if turn not in _TURNS:
            return scaled
        if turn not in self._turned:
            self._turned[turn] = _turning(turn, width, height)
        scaled.pts, scaled.time_base = None, Fraction(1, 1000)
        self._turned[turn].vpush(scaled)
        return self._turned[turn].vpull()


def _turning(turn: int, width: int, height: int) -> Graph:
    graph = Graph()
    graph.link_nodes(
        graph.add_buffer(
            width=width, height=height, format=VideoFormat(PIXELS), time_base=Fraction(1, 1000)
        ),
        graph.add(*_TURNS[turn]),
        graph.add("buffersink"),
    ).configure()
    return graph

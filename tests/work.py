"""How much work something is, counted instead of timed: the same on any machine at any hour."""

import sys
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any


def times_the_work(act: Callable[[int], Any], *, of: int) -> float:
    """Return how many times as much work an act is for four times as many things.

    About four where each costs the same, sixteen where each is held against all others.
    """
    return lines_run(partial(act, 4 * of)) / lines_run(partial(act, of))


def lines_run(act: Callable[[], Any]) -> int:
    """Return how many lines of Python an act runs."""
    lines = 0

    def count(_frame: FrameType, event: str, _about: Any) -> Any:
        nonlocal lines
        lines += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        act()
    finally:
        sys.settrace(before)
    return lines

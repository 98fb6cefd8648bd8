"""Stretches of whole seconds: two that overlap or repeat hold their seconds once."""

from collections.abc import Iterable

Interval = tuple[int, int]


def merge(intervals: Iterable[Interval]) -> list[Interval]:
    """Return the same seconds as intervals that are in order and touch nowhere."""
    merged: list[Interval] = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def seconds_in(intervals: Iterable[Interval]) -> int:
    """Return how many seconds merged intervals hold."""
    return sum(end - start for start, end in intervals)


def newly_watched(sent: Iterable[Interval], known: Iterable[Interval]) -> list[Interval]:
    """Return the seconds of `sent` that are not in `known` (which is merged)."""
    fresh: list[Interval] = []
    for start, end in merge(sent):
        at = start
        for known_start, known_end in known:
            if known_end <= at:
                continue
            if known_start >= end:
                break
            if known_start > at:
                fresh.append((at, known_start))
            at = known_end
        if at < end:
            fresh.append((at, end))
    return fresh


def cut(intervals: Iterable[Interval], allowed: int) -> list[Interval]:
    """Return the earliest `allowed` seconds of merged intervals."""
    kept: list[Interval] = []
    for start, end in intervals:
        if allowed <= 0:
            break
        kept.append((start, min(end, start + allowed)))
        allowed -= end - start
    return kept

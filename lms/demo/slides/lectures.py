"""Finds the drawn lecture that belongs to a lesson of the demonstration course."""

from importlib import import_module

from lms.demo.slides.scenes import Lecture


def lecture(key: str) -> Lecture:
    """The lecture of a lesson: `where-is-the-bus` is drawn in `where_is_the_bus.py`."""
    found: Lecture = import_module(f"lms.demo.slides.{key.replace('-', '_')}").lecture
    return found


def scene_starts(key: str) -> set[int]:
    """The numbers, from 0, of the cues at which a scene begins."""
    starts, cue = set(), 0
    for scene in lecture(key).scenes:
        starts.add(cue)
        cue += scene.cues
    return starts

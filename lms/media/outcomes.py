"""What is made of uploaded files; known also where the libraries that make it are not loaded."""

from pathlib import Path
from typing import NamedTuple


class ImageForms(NamedTuple):
    """The forms of one picture, both WebP; width and height are those of `full`."""

    full: Path
    thumbnail: Path
    width: int
    height: int


class Renditions(NamedTuple):
    """The forms made of a recording, by the names that lessons give them; and its poster."""

    files: dict[str, Path]
    duration_seconds: float
    poster: Path | None

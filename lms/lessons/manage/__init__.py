"""Pages for those who make courses: outline, sessions, files, materials, captions, versions."""

from lms.lessons.manage import (  # noqa: F401 - they add their pages to bp
    caption_files,
    captions,
    consent,
    intakes,
    lesson,
    material_queue,
    materials,
    media,
    outline,
    pack,
    speakers,
    versions,
)
from lms.lessons.manage.pages import bp

__all__ = ["bp"]

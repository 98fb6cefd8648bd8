"""Pages for those who make courses: outline, sessions, files, materials, captions, versions."""

from lms.lessons.manage import media
from lms.lessons.manage.pages import bp

__all__ = ["bp", "media"]

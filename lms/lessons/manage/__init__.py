"""Pages for those who make courses: outline, sessions, files, materials, captions, versions."""

from lms.lessons.manage import lesson, media, outline  # noqa: F401 - they add their pages to bp
from lms.lessons.manage.pages import bp

__all__ = ["bp"]

"""What those who make courses have before them: a version in work, beside the one on offer."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from lms.accounts.models import Person
from lms.core.db import db
from lms.core.text import TextInLanguages
from lms.courses.models import Course, Module
from lms.courses.queries import modules_of
from lms.courses.services import curricula, versions
from lms.courses.services.modules import add_module
from lms.lessons.models import Lesson, LessonKind
from lms.lessons.queries import lessons_of_version
from lms.lessons.services import outline

OTHERS = {
    LessonKind.LIVE: ("실시간 질의응답", "Live questions and answers"),
    LessonKind.FIELD: ("환승센터 현장 방문", "A visit to the transfer centre"),
    LessonKind.BREAK: ("휴식", "A break"),
}


def begin_next_version(_numbers: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Begin the next version of the course people study, and change something of every kind."""
    course = db.session.scalars(select(Course).where(Course.code == "TRY-101")).one()
    version = versions.begin_version(course, actor=None, now=now)
    first = modules_of(version.id)[0]
    rows = {row.kind: row.id for row in lessons_of_version(version.id)}
    lesson = db.session.get_one(Lesson, rows[LessonKind.RECORDED])
    reading = db.session.get_one(Lesson, rows[LessonKind.READING])
    for language, text in reading.body.texts.items() if reading.body else ():
        written = f"{text}\n\n서면 2026"
        outline.change_text(reading, language, written, revision=reading.revision)
    module = add_module(version, TextInLanguages("ko", {"ko": "현장에서", "en": "On site"}))
    for kind, (ko, en) in OTHERS.items():
        outline.add_session(module, kind, TextInLanguages("ko", {"ko": ko, "en": en}))
    outline.move_lesson(lesson, db.session.get_one(Module, module.id), 1)
    return {
        "draft_version": version.id,
        "draft_module": first.id,
        "draft_lesson": lesson.id,
        "draft_reading": reading.id,
    }


def begin_curriculum(_numbers: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Let staff begin a curriculum that visitors do not see yet."""
    staff = db.session.scalars(select(Person).where(Person.email == "staff@pages.example")).one()
    curricula.create_curriculum(
        code="NEW",
        title=TextInLanguages("ko", {"ko": "기후와 도시"}),
        summary=TextInLanguages("ko", {"ko": "더운 여름을 나는 도시의 일."}),
        actor=staff,
        now=now,
    )
    return {}

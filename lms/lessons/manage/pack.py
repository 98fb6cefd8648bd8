"""What an interpreter prepares with: all of a session in one archive."""

from collections.abc import Iterator
from typing import Any

from flask import Response, stream_with_context
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.text import TextInLanguages
from lms.courses.queries import teachers_of
from lms.i18n.formats import clock_length
from lms.i18n.languages import PAGE_LANGUAGES
from lms.lessons.manage.pages import TEACHING, bp
from lms.lessons.pack import Packed, zipped
from lms.lessons.permissions import get_lesson_for_editing
from lms.lessons.queries import LessonContent, lesson_content
from lms.lessons.queries.materials import MaterialRow
from lms.lessons.rules.caption_files import parse_captions
from lms.lessons.rules.captions import to_subrip
from lms.lessons.rules.materials import is_in_pack
from lms.media.serving import content_disposition
from lms.web.guards import requires_role


@bp.get("/lessons/<int:lesson_id>/pack")
@requires_role(*TEACHING)
def download_pack(lesson_id: int) -> Any:
    """Send the materials, captions, transcript and texts of a session as one archive."""
    found = get_lesson_for_editing(current_user, lesson_id)
    now = clock.now()
    content = lesson_content(lesson_id)
    materials = [row for row in content.materials if is_in_pack(row, now=now)]
    files = [
        Packed("", "README.txt", _read_me(found, materials)),
        *_materials(materials),
        *_captions(content),
        *_texts(content.body),
    ]
    name = f"{found.course.code} {found.module.position}.{found.lesson.position}.zip"
    response = Response(stream_with_context(zipped(files, now=now)), mimetype="application/zip")
    response.headers["Content-Disposition"] = content_disposition(name, is_inline=False)
    return response


def _materials(materials: list[MaterialRow]) -> Iterator[Packed]:
    for material in materials:
        if file := material.file:
            yield Packed("materials/", file.name, "", file.storage_key, file.mimetype)


def _captions(content: LessonContent) -> Iterator[Packed]:
    for language, webvtt in content.captions.items():
        captions = parse_captions(webvtt)
        lines = [
            f"{clock_length(cue.start_ms // 1000)}\t{' '.join(cue.text.split())}"
            for cue in captions.cues
        ]
        yield Packed("captions/", f"captions.{language}.vtt", webvtt)
        yield Packed("captions/", f"captions.{language}.srt", to_subrip(captions))
        yield Packed("captions/", f"transcript.{language}.txt", "\n".join(lines) + "\n")


def _texts(body: TextInLanguages | None) -> Iterator[Packed]:
    for language, text in (body.texts if body else {}).items():
        yield Packed("texts/", f"text.{language}.md", text + "\n")


def _read_me(found: Any, materials: list[MaterialRow]) -> str:
    """Return what the archive is, in each language of the pages, one below the other."""
    names = ", ".join(row.person.full_name for row in teachers_of(found.course.id))
    links = [row for row in materials if row.address]
    parts = []
    for language in PAGE_LANGUAGES:
        order = [language.code, "en"]
        with force_locale(language.locale):
            lines = [
                found.lesson.title.pick(order).text,
                "",
                _("Course: %(course)s", course=found.version.title.pick(order).text),
                _("Module: %(module)s", module=found.module.title.pick(order).text),
                _("Instructors: %(names)s", names=names or "–"),
                "",
                _(
                    "For interpreters: the slides and handouts are in “materials”, what is said"
                    " in the recording is in “captions”, and the text of the session in “texts”."
                ),
                _(
                    "Agree on the terms with the instructor before the session. Glossaries are"
                    " among the materials, and what you agree on belongs there too."
                ),
                _("Do not pass these files on: the rights stay with those who made them."),
                *[f"{row.title.pick(order).text}: {row.address}" for row in links],
            ]
        parts.append("\n".join(lines))
    return f"\n\n{'-' * 40}\n\n".join(parts) + "\n"

"""The page of a lesson, for those who study it and for those who look at it before it is out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import render_template

from lms.core import clock
from lms.i18n.formats import in_language, set_content_preferences
from lms.i18n.languages import content_preferences
from lms.lessons.player import player_of
from lms.lessons.queries import LessonContent, content_of_lesson
from lms.lessons.queries.materials import MaterialRow
from lms.lessons.rules.materials import is_visible
from lms.progress import play_token, queries, rules
from lms.progress.forms import AnswerForm
from lms.web.markdown import LinkedFile, markdown


@dataclass(frozen=True)
class Places:
    """Where the pages around a lesson are, and its files: a lesson's number ends each address."""

    run: str
    lessons: str
    files: str
    query: str = ""

    def lesson(self, lesson_id: int) -> str:
        """Return the address of a lesson."""
        return f"{self.lessons}{lesson_id}{self.query}"

    def files_of(self, lesson_id: int) -> str:
        """Return where the files of a lesson begin."""
        return f"{self.files}{lesson_id}/"


def with_preferences(run: queries.StudiedRun) -> queries.StudiedRun:
    """Let the page speak of content as this reader of this run would have it."""
    order = content_preferences(city=run.city_languages or (), working=run.working_language)
    set_content_preferences(order)
    return run


def lesson_page(
    run: queries.StudiedRun,
    lesson: queries.StudiedLesson,
    places: Places,
    form: AnswerForm | None = None,
    template: str = "progress/show_lesson.html",
    **more: Any,
) -> str:
    """Return the page of a lesson; of one looked at before it is published too."""
    outline = queries.outline(run)
    place = outline.place_of(lesson.id)
    item = outline.items[place]
    content = content_of_lesson(lesson.id, run.catalogue_version)
    materials = visible_materials(content)
    shown: dict[str, Any] = _player(run, item, content) if lesson.is_recording else {}
    return render_template(
        template,
        run=run,
        lesson=lesson,
        item=item,
        body=content.body,
        read=partial(markdown, files=_files(materials, places.files_of(lesson.id))),
        materials=materials,
        question=content.question,
        form=form or (answer_form(content.question) if content.question else None),
        outline=outline,
        place=place,
        before=outline.items[place - 1] if place else None,
        after=outline.items[place + 1] if place + 1 < len(outline.items) else None,
        places=places,
        **shown,
        **more,
    )


def visible_materials(content: LessonContent) -> Sequence[MaterialRow]:
    """Return the materials trainees are handed at this moment, in order.

    The content is kept while nothing changes; what is released later or expires, time changes.
    """
    now = clock.now()
    return [material for material in content.materials if is_visible(material, now=now)]


def _files(materials: Sequence[MaterialRow], place: str) -> Callable[[int], LinkedFile | None]:
    """Return what finds the file a reading names, among those the reader may have.

    What may not be saved is shown where it is an image; a link to it would save it.
    """
    by_number = {material.id: material for material in materials}

    def find(number: int) -> LinkedFile | None:
        material = by_number.get(number)
        file = material.file if material else None
        if material is None or file is None or not (material.may_download or material.is_image):
            return None
        address = f"{place}materials/{number}/full"
        return LinkedFile(address, file.name, file.mimetype, file.size, file.width, file.height)

    return find


def _player(
    run: queries.StudiedRun, item: queries.OutlineItem, content: LessonContent
) -> dict[str, Any]:
    """Return what the player shows, where to go on, and what lets it record."""
    lesson = item.lesson
    return {
        "player": player_of(content.media.values(), content.captions, lesson.duration_seconds),
        "resume_at": rules.resume_position(item.record.last_position, lesson.duration_seconds),
        "token": play_token.make_token(run.id, lesson.id, clock.now()) if run.is_recorded else "",
        "fastest": rules.FASTEST_RATE,
    }


def answer_form(question: Any) -> AnswerForm:
    """Return the form with the answers to choose from, in the reader's words."""
    form = AnswerForm()
    form.choice.choices = [
        (at, in_language(text, quiet=True)) for at, text in enumerate(question.choices)
    ]
    return form

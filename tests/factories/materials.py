from typing import Any

from lms.core import clock
from lms.courses.services import note_catalogue_change
from lms.lessons.models import FileForm, Lesson, Material, MaterialFile
from lms.media.storage import storage
from tests.factories import next_number, save, words

EXTENSIONS = {"application/pdf": "pdf", "image/webp": "webp", "text/html": "html"}


def make_material(lesson: Lesson, *, file: bytes | None = b"%PDF-1.7", **values: Any) -> Material:
    """Make a material that trainees see, with a file unless told otherwise."""
    number = next_number()
    defaults: dict[str, Any] = {
        "position": number,
        "kind": "slides",
        "state": "released",
        "title": words(f"Slides {number}"),
        "language": "en",
        "rights_holder": "Busan Metropolitan City",
        "release_at": clock.now(),
        "created_at": clock.now(),
    }
    note_catalogue_change()  # as the services do: pages keep what a version showed
    material = save(Material(lesson_id=lesson.id, **{**defaults, **values}))
    if file is not None:
        make_file(material, file)
    return material


def make_file(
    material: Material,
    content: bytes = b"%PDF-1.7",
    *,
    form: FileForm = FileForm.FULL,
    mimetype: str = "application/pdf",
    **values: Any,
) -> MaterialFile:
    """Store one form of a material's file; its key is made from the content."""
    key = f"materials/{material.id}/{form}-{len(content)}.bin"
    storage().put(key, content)
    defaults: dict[str, Any] = {
        "name": f"slides.{EXTENSIONS.get(mimetype, 'bin')}",
        "storage_key": key,
        "size": len(content),
    }
    note_catalogue_change()
    return save(
        MaterialFile(
            material_id=material.id, form=form, mimetype=mimetype, **{**defaults, **values}
        )
    )


def make_link(lesson: Lesson, address: str = "https://example.org/", **values: Any) -> Material:
    return make_material(lesson, file=None, kind="link", address=address, **values)

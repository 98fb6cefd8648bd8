from lms.lessons.models.lesson import (
    CheckQuestion,
    Lesson,
    LessonCaption,
    LessonKind,
    LessonMedia,
    Rendition,
)
from lms.lessons.models.material import (
    FileForm,
    Intake,
    IntakePurpose,
    IntakeState,
    Licence,
    Material,
    MaterialFile,
    MaterialKind,
    MaterialState,
)

__all__ = [
    "CheckQuestion",
    "FileForm",
    "Intake",
    "IntakePurpose",
    "IntakeState",
    "Lesson",
    "LessonCaption",
    "LessonKind",
    "LessonMedia",
    "Licence",
    "Material",
    "MaterialFile",
    "MaterialKind",
    "MaterialState",
    "Rendition",
]

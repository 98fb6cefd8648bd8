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
from lms.lessons.models.speaker import SpeakerInvitation, SpeakerState, TimeAnswer

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
    "SpeakerInvitation",
    "SpeakerState",
    "TimeAnswer",
]

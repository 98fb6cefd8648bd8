from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base, UTCDateTime
from lms.core.text import TextInLanguages, TextInLanguagesType
from lms.media.models import Upload


class MaterialKind(StrEnum):
    """DOMAIN 2.9; captions are rows of their own."""

    SLIDES = "slides"
    HANDOUT = "handout"
    VIDEO = "video"
    IMAGE = "image"
    GLOSSARY = "glossary"
    LINK = "link"


class MaterialState(StrEnum):
    """DOMAIN 2.9. Released is seen by trainees from its moment of release on."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"


class Licence(StrEnum):
    """Under which terms a material may be used; KOGL is Korea's open government licence."""

    ALL_RIGHTS_RESERVED = "all-rights-reserved"
    CC_BY = "cc-by-4.0"
    CC_BY_SA = "cc-by-sa-4.0"
    CC_BY_NC = "cc-by-nc-4.0"
    CC_BY_NC_ND = "cc-by-nc-nd-4.0"
    KOGL_1 = "kogl-1"
    KOGL_4 = "kogl-4"
    PUBLIC_DOMAIN = "public-domain"


class Material(Base):
    """Something handed out with a session: slides, a hand-out, an image, a link."""

    __tablename__ = "materials"
    __table_args__ = (Index("ix_materials_lesson_id_position", "lesson_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"))
    position: Mapped[int]
    revision: Mapped[int] = mapped_column(default=1)
    kind: Mapped[MaterialKind] = mapped_column(String(20))
    state: Mapped[MaterialState] = mapped_column(String(20))
    title: Mapped[TextInLanguages] = mapped_column(TextInLanguagesType)
    language: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(500), default="")
    alternative_text: Mapped[str] = mapped_column(String(500), default="")
    rights_holder: Mapped[str] = mapped_column(String(200), default="")
    licence: Mapped[Licence] = mapped_column(String(30), default=Licence.ALL_RIGHTS_RESERVED)
    may_download: Mapped[bool] = mapped_column(default=True)
    valid_until: Mapped[date | None]
    release_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    files: Mapped[list["MaterialFile"]] = relationship(lazy="raise_on_sql")


class FileForm(StrEnum):
    """In which forms a material's file is kept: as given, lighter, and as a small picture."""

    FULL = "full"
    LIGHT = "light"
    THUMBNAIL = "thumbnail"


class MaterialFile(Base):
    """One form of a material's file; a row is there once the file can be handed out."""

    __tablename__ = "material_files"
    __table_args__ = (UniqueConstraint("material_id", "form"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    material_id: Mapped[int] = mapped_column(ForeignKey("materials.id"))
    form: Mapped[FileForm] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    storage_key: Mapped[str] = mapped_column(String(200), index=True)
    mimetype: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    width: Mapped[int | None]
    height: Mapped[int | None]


class IntakePurpose(StrEnum):
    """What an uploaded file becomes."""

    RECORDING = "recording"  # of the session
    HELD_RECORDING = "held_recording"  # of the session as one run has held it
    MATERIAL = "material"  # in full
    LIGHT_MATERIAL = "light_material"  # the form for poor lines of a material that is there


class IntakeState(StrEnum):
    """From the first byte to what people are served."""

    RECEIVING = "receiving"
    WAITING = "waiting"
    WORKING = "working"
    READY = "ready"
    REFUSED = "refused"  # the file will not do; `refusal` says why
    FAILED = "failed"  # our fault; can be tried again


class Intake(Base):
    """A file on its way in: who sends it (a person or a speaker), for what, and how far it is."""

    __tablename__ = "intakes"

    id: Mapped[int] = mapped_column(primary_key=True)
    upload_id: Mapped[int | None] = mapped_column(
        ForeignKey("uploads.id", ondelete="SET NULL"), unique=True
    )
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    speaker_id: Mapped[int | None] = mapped_column(ForeignKey("speaker_invitations.id"), index=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"), index=True)
    material_id: Mapped[int | None] = mapped_column(ForeignKey("materials.id"), index=True)
    # The row of a package above that the file is for; files do not know who stands above them.
    owner_id: Mapped[int | None]
    purpose: Mapped[IntakePurpose] = mapped_column(String(20))
    state: Mapped[IntakeState] = mapped_column(String(20))
    file_name: Mapped[str] = mapped_column(String(200))
    size: Mapped[int] = mapped_column(BigInteger)
    percent: Mapped[int] = mapped_column(default=0)
    refusal: Mapped[str] = mapped_column(String(40), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    upload: Mapped[Upload | None] = relationship(lazy="raise_on_sql")

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base, UTCDateTime
from lms.lessons.models import IntakeState
from lms.media.models import Upload


class PostFile(Base):
    """A file that goes with a post, or with the draft of one, from its first byte on.

    A picture is kept anew made, with a small one for the page; `alternative_text` says in words
    what it shows, `has_consent` that the people in it have agreed (DOMAIN 3.6). One that is sent
    while its post is being changed `is_pending`, seen by its sender alone, until that is saved.
    """

    __tablename__ = "post_files"
    __table_args__ = (
        CheckConstraint("post_id IS NULL OR draft_id IS NULL", name="of_post_or_draft"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"), index=True)
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("drafts.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    upload_id: Mapped[int | None] = mapped_column(
        ForeignKey("uploads.id", ondelete="SET NULL"), unique=True
    )
    state: Mapped[IntakeState] = mapped_column(String(20))
    refusal: Mapped[str] = mapped_column(String(40), default="")
    name: Mapped[str] = mapped_column(String(200))
    size: Mapped[int] = mapped_column(BigInteger)
    mimetype: Mapped[str] = mapped_column(String(100), default="")
    storage_key: Mapped[str] = mapped_column(String(200), default="", index=True)
    thumbnail_key: Mapped[str] = mapped_column(String(200), default="", index=True)
    width: Mapped[int | None]
    height: Mapped[int | None]
    alternative_text: Mapped[str] = mapped_column(String(500), default="")
    shows_people: Mapped[bool] = mapped_column(default=False)
    has_consent: Mapped[bool] = mapped_column(default=False)
    is_pending: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    upload: Mapped[Upload | None] = relationship(lazy="raise_on_sql")

from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base


class BoardsVersion(Base):
    """One row, made by a migration; its number grows with all that a visitor sees of boards."""

    __tablename__ = "boards_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base, UTCDateTime


class Role(StrEnum):
    """Site-wide roles. Everybody with an account may be a trainee; a focal point's right
    belongs to a city and lives in `organisations`."""

    INSTRUCTOR = "instructor"
    STAFF = "staff"
    ADMIN = "admin"


class PersonState(StrEnum):
    """DOMAIN 2.11, as far as this platform goes today."""

    INVITED = "invited"
    REGISTERED = "registered"
    ACTIVE = "active"
    DISABLED = "disabled"


class LinkKind(StrEnum):
    CONFIRM_EMAIL = "confirm_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - a kind of link, not a password
    INVITE_ADMIN = "invite_admin"


class ConsentItem(StrEnum):
    """DOMAIN section 4. Collection and use is required for an account, the others are not."""

    COLLECTION_AND_USE = "collection_and_use"
    PHOTO_AND_RECORDING = "photo_and_recording"
    ALUMNI_NEWS = "alumni_news"


class Person(Base):
    """A person with (or invited to) an account."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[PersonState] = mapped_column(String(20))
    full_name: Mapped[str] = mapped_column(String(200))
    name_in_own_script: Mapped[str] = mapped_column(String(200), default="")
    preferred_language: Mapped[str] = mapped_column(String(20))
    time_zone: Mapped[str] = mapped_column(String(60), default="")
    email_confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    birth_year: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    is_demo: Mapped[bool] = mapped_column(default=False)

    roles: Mapped[list["PersonRole"]] = relationship(lazy="raise_on_sql", back_populates="person")

    @property
    def display_name(self) -> str:
        """Return the name the person is greeted by: in their own script, if they gave one."""
        return self.name_in_own_script or self.full_name

    @property
    def awaits_confirmation(self) -> bool:
        """Tell whether the person has signed up, and the address is not confirmed yet."""
        return self.state == PersonState.REGISTERED


class PersonRole(Base):
    __tablename__ = "person_roles"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(String(20), primary_key=True)
    granted_at: Mapped[datetime] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship(lazy="raise_on_sql", back_populates="roles")


class LoginSession(Base):
    """A signed-in browser. Only the hash of its cookie is kept."""

    __tablename__ = "login_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    user_agent: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(64), default="")


class MailLink(Base):
    """A one-time link sent by mail, or printed for the first admin; kept as a hash."""

    __tablename__ = "mail_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    kind: Mapped[LinkKind] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Consent(Base):
    """A consent as it was given: item, form version, the language it was read in."""

    __tablename__ = "consents"
    __table_args__ = (UniqueConstraint("person_id", "item", "given_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    item: Mapped[ConsentItem] = mapped_column(String(40))
    version: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(20))
    given_at: Mapped[datetime] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    address: Mapped[str] = mapped_column(String(64), default="")

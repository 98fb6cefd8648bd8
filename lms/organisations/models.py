from datetime import date
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base
from lms.core.text import TextInLanguages, TextInLanguagesType


class Relation(StrEnum):
    SISTER = "sister"
    FRIENDSHIP = "friendship"
    PARTNER = "partner"


class City(Base):
    """A city, province or county with a tie to Busan (DOMAIN 2.2)."""

    __tablename__ = "cities"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[TextInLanguages] = mapped_column(TextInLanguagesType)
    region: Mapped[str] = mapped_column(String(2))
    time_zone: Mapped[str] = mapped_column(String(60))
    main_language: Mapped[str] = mapped_column(String(20))
    training_languages: Mapped[list[str]] = mapped_column(JSON)
    relation: Mapped[Relation] = mapped_column(String(20))
    relation_since: Mapped[str] = mapped_column(String(10), default="")
    oda: Mapped[str] = mapped_column(String(10))
    evidence: Mapped[str] = mapped_column(String(60), default="")


class Affiliation(Base):
    """Where a person works: city, organisation, position, as they write it."""

    __tablename__ = "affiliations"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    city_id: Mapped[int | None] = mapped_column(ForeignKey("cities.id"), index=True)
    organisation: Mapped[str] = mapped_column(String(200), default="")
    position: Mapped[str] = mapped_column(String(200), default="")

    city: Mapped[City | None] = relationship(lazy="raise_on_sql")


class FocalPoint(Base):
    """A person who speaks for a city, from a day to a day."""

    __tablename__ = "focal_points"
    __table_args__ = (UniqueConstraint("person_id", "city_id", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("cities.id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class FoundationProfile(Base):
    """The foundation's name and signatory from a day on (DOMAIN 2.1).

    `code` begins the numbers of its certificates.
    """

    __tablename__ = "foundation_profiles"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(10))
    name: Mapped[TextInLanguages] = mapped_column(TextInLanguagesType)
    signatory_name: Mapped[TextInLanguages] = mapped_column(TextInLanguagesType)
    signatory_title: Mapped[TextInLanguages] = mapped_column(TextInLanguagesType)
    valid_from: Mapped[date] = mapped_column(unique=True)

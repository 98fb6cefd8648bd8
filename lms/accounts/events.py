"""What happens to accounts that somebody must be told of."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class MailLinkMade:
    """A one-time link was made for a person and is to be mailed to them.

    `token` exists nowhere else: the database keeps its hash. `next_path` is the page the person
    was on their way to, `zone` the time zone they chose ("" when they have not).
    """

    person_id: int
    email: str
    full_name: str
    language: str
    kind: str
    token: str
    expires_at: datetime
    zone: str = ""
    next_path: str = ""


@dataclass(frozen=True)
class SignUpRepeated:
    """Somebody signed up with the address of an account that is in use; its owner is told."""

    person_id: int
    email: str
    full_name: str
    language: str


@dataclass(frozen=True)
class PasswordChanged:
    """A person's password was replaced, with the old one or by a link."""

    person_id: int
    email: str
    full_name: str
    language: str
    at: datetime
    zone: str = ""


@dataclass(frozen=True)
class PersonZoneChanged:
    """A person has chosen another time zone: what they were told in the old one misleads them."""

    person_id: int

"""One-time links sent by mail: made, used once, ended by a newer one of their kind."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import update

from lms.accounts import rules
from lms.accounts.events import MailLinkMade
from lms.accounts.models import LinkKind, MailLink, Person
from lms.core.db import db, lock
from lms.core.errors import Conflict
from lms.core.events import publish
from lms.core.secrets import new_token, token_hash


def send_link(person: Person, kind: LinkKind, *, next_path: str = "", now: datetime) -> None:
    """Make a one-time link and announce it; older ones of its kind no longer work."""
    token = make_link(person, kind, now=now)
    publish(
        MailLinkMade(
            person.id,
            person.email,
            person.full_name,
            person.preferred_language,
            str(kind),
            token,
            expires_at=now + rules.LIFE_OF_LINK[kind],
            zone=person.time_zone,
            next_path=next_path,
        )
    )


def make_link(person: Person, kind: LinkKind, *, now: datetime) -> str:
    """Make a one-time link and return its token, which is stored only as a hash."""
    lock(person)  # two links at once: the later one must see, and end, the other
    end_links(person, kind, now=now)
    token = new_token()
    db.session.add(
        MailLink(
            token_hash=token_hash(token),
            person_id=person.id,
            kind=kind,
            created_at=now,
            expires_at=now + rules.LIFE_OF_LINK[kind],
        )
    )
    return token


def end_links(person: Person, *kinds: LinkKind, now: datetime) -> None:
    """End the person's unused links of these kinds."""
    db.session.execute(
        update(MailLink)
        .where(MailLink.person_id == person.id, MailLink.kind.in_(kinds))
        .where(MailLink.used_at.is_(None), MailLink.expires_at > now)
        .values(expires_at=now)
    )


def use_link(link: MailLink, *, now: datetime) -> None:
    """Use up a link. Raises Conflict when it is used, ended or too old."""
    lock(link)
    if rules.link_state(link, now) != rules.LinkState.LIVE:
        raise Conflict(_("This link no longer works."))
    link.used_at = now

"""Doors to what belongs to one person: their links and their signed-in browsers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lms.accounts import queries, rules
from lms.accounts.models import LinkKind, LoginSession, MailLink, Person, PersonState
from lms.core.errors import NotFound


@dataclass(frozen=True)
class FoundLink:
    """A mail link that exists, whose it is, and whether it can still be used."""

    link: MailLink
    person: Person
    state: rules.LinkState

    @property
    def is_live(self) -> bool:
        """Tell whether the link can still be used."""
        return self.state == rules.LinkState.LIVE


def get_link_for_confirming(token: str, now: datetime) -> FoundLink:
    """Return the link that confirms an address. Raises NotFound for what never was one."""
    return _get_link(token, {LinkKind.CONFIRM_EMAIL}, now)


def get_link_for_new_password(token: str, now: datetime) -> FoundLink:
    """Return the link that sets a password. Raises NotFound for what never was one."""
    return _get_link(token, {LinkKind.RESET_PASSWORD, LinkKind.INVITE_ADMIN}, now)


def _get_link(token: str, kinds: set[LinkKind], now: datetime) -> FoundLink:
    found = queries.mail_link(token)
    if found is None or found[0].kind not in kinds or found[1].state == PersonState.DISABLED:
        raise NotFound
    link, person = found
    return FoundLink(link, person, rules.link_state(link, now))


def get_session_for_ending(reader: Any, session_id: int) -> LoginSession:
    """Return one of the reader's own sessions. Raises NotFound for anybody else's."""
    found = queries.session_of(reader.id, session_id)
    if found is None:
        raise NotFound
    return found

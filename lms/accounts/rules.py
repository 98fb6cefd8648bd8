"""Decisions about addresses, passwords, links and sessions. Facts in, verdict out."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path

from lms.accounts.models import ConsentItem, LinkKind, MailLink, Role
from lms.core.text import clean_line, normal

# How long a mail link lives.
LIFE_OF_LINK = {
    LinkKind.CONFIRM_EMAIL: timedelta(hours=24),
    LinkKind.RESET_PASSWORD: timedelta(hours=1),
    LinkKind.INVITE_ADMIN: timedelta(hours=1),
}

# Idle and absolute life of a login session (SECURITY row 51).
LIFE_OF_STAFF = (timedelta(minutes=30), timedelta(hours=12))
LIFE_OF_OTHERS = (timedelta(hours=12), timedelta(days=30))

# Without it there is no account; the others may be refused and withdrawn.
REQUIRED_CONSENT = ConsentItem.COLLECTION_AND_USE

SHORTEST_PASSWORD = 8
SHORTEST_PASSWORD_OF_STAFF = 12
LONGEST_PASSWORD = 256
LONGEST_ADDRESS = 254

SITE_NAMES = ("ieum", "이음")
COMMON_PASSWORDS = Path(__file__).parent / "data" / "common_passwords.txt"

# No quotes, commas or brackets before the @: valid on paper, and a way into mail headers.
_LOCAL_PART = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")


class LinkState(StrEnum):
    LIVE = "live"
    USED = "used"
    EXPIRED = "expired"


class PasswordFault(StrEnum):
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    COMMON = "common"
    HAS_ADDRESS = "has_address"
    HAS_SITE_NAME = "has_site_name"


def normal_address(typed: str) -> str:
    """Return an e-mail address in the one form it is stored and looked up in; "" when it is none.

    Capitals are folded before the @ as well: a phone that writes "Bat@…" must not make, or
    look for, another account than "bat@…". A domain in another script gets its IDNA form.
    """
    if len(typed) > 2 * LONGEST_ADDRESS:
        return ""
    folded = unicodedata.normalize("NFKC", clean_line(typed)).strip()
    local, at, domain = folded.lower().rpartition("@")
    try:
        domain = domain.casefold().rstrip(".").encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    address = local + at + domain
    if len(address) > LONGEST_ADDRESS or local.startswith(".") or ".." in address:
        return ""
    return address if _LOCAL_PART.fullmatch(local) and _DOMAIN.fullmatch(domain) else ""


def shortest_password(*, is_staff: bool) -> int:
    """Return how many characters a password must have at least."""
    return SHORTEST_PASSWORD_OF_STAFF if is_staff else SHORTEST_PASSWORD


def password_fault(password: str, *, address: str, is_staff: bool) -> PasswordFault | None:
    """Return why this password cannot be taken, or None.

    Length is asked, and that it is not what a guesser tries first. Nothing else: no kinds of
    characters, any script, spaces too.
    """
    plain = normal("NFKC", password)
    if len(plain) < shortest_password(is_staff=is_staff):
        return PasswordFault.TOO_SHORT
    if len(plain) > LONGEST_PASSWORD:
        return PasswordFault.TOO_LONG
    folded = plain.casefold()
    local = address.partition("@")[0]
    if (address and address in folded) or (len(local) > 3 and local in folded):
        return PasswordFault.HAS_ADDRESS
    if any(name in folded for name in SITE_NAMES):
        return PasswordFault.HAS_SITE_NAME
    return PasswordFault.COMMON if _is_common(folded) else None


def _is_common(folded: str) -> bool:
    """Tell whether it is a common password, plain or dressed up: busan2026!, aaaaaaaa."""
    bare = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)
    few = len(set(folded)) < 4
    return few or folded in _common_passwords() or bare in _common_passwords()


@cache
def _common_passwords() -> frozenset[str]:
    lines = COMMON_PASSWORDS.read_text(encoding="utf-8").split()
    return frozenset(unicodedata.normalize("NFKC", line).casefold() for line in lines)


def link_state(link: MailLink, now: datetime) -> LinkState:
    """Return whether a mail link can still be used."""
    if link.used_at is not None:
        return LinkState.USED
    return LinkState.LIVE if link.expires_at > now else LinkState.EXPIRED


def is_staff(roles: Iterable[str]) -> bool:
    """Tell whether somebody with these roles works in the foundation's office."""
    return bool(set(roles) & {Role.STAFF, Role.ADMIN})


def life_of_session(roles: Iterable[str]) -> tuple[timedelta, timedelta]:
    """Return how long a session of somebody with these roles may be idle, and last at all."""
    return LIFE_OF_STAFF if is_staff(roles) else LIFE_OF_OTHERS


def is_alive(
    created_at: datetime, last_seen_at: datetime, roles: Iterable[str], now: datetime
) -> bool:
    """Tell whether a login session that nobody has ended still counts."""
    idle, absolute = life_of_session(roles)
    return last_seen_at + idle > now and created_at + absolute > now


FIRST_BIRTH_YEAR = 1900


def birth_year_of(entered: str, now: datetime) -> int | None:
    """Return the year somebody says they were born in; None when it cannot be one."""
    text = entered.strip()
    if len(text) != 4 or not text.isdecimal():
        return None
    year = int(text)
    return year if FIRST_BIRTH_YEAR <= year <= now.year else None


# What browsers call themselves; the first that fits, for most also name the ones below them.
_BROWSERS = (
    ("SamsungBrowser", "Samsung Internet"),
    ("KAKAOTALK", "KakaoTalk"),
    ("MicroMessenger", "WeChat"),
    ("Whale", "Whale"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device_name(user_agent: str) -> str:
    """Return browser and system as people call them ("Firefox · Windows"); "" when unknown."""
    found = (
        next((name for mark, name in names if mark in user_agent), "")
        for names in (_BROWSERS, _SYSTEMS)
    )
    return " · ".join(filter(None, found))

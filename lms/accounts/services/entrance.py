"""Sign-up, confirmation of the address, and passwords new and changed."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from lms.accounts import passwords, queries, rules
from lms.accounts.events import PasswordChanged, SignUpRepeated
from lms.accounts.models import ConsentItem, LinkKind, MailLink, Person, PersonState
from lms.accounts.rules import REQUIRED_CONSENT
from lms.accounts.services.consents import give_consent, withdraw_consent
from lms.accounts.services.links import end_links, send_link, use_link
from lms.accounts.services.sessions import end_sessions
from lms.core.audit import record_change
from lms.core.db import db, lock
from lms.core.errors import Invalid
from lms.core.events import publish
from lms.jobs.queue import enqueue


@dataclass(frozen=True)
class SignUp:
    """What a visitor entered to have an account; the password is a hash already."""

    email: str
    full_name: str
    password_hash: str
    language: str
    consents: Collection[str]
    consent_version: str
    time_zone: str = ""
    address: str = ""
    next_path: str = ""


def ask_sign_up(entered: SignUp, *, now: datetime) -> None:
    """Take a sign-up, to be carried out by a job; raises Invalid without the required consent.

    Whether the address has an account is looked up there, so that the answer cannot tell by its
    time.
    """
    if REQUIRED_CONSENT not in entered.consents:
        raise Invalid(REQUIRED_CONSENT, _("Without this consent we cannot open an account."))
    enqueue("accounts.sign_up", entered=asdict(entered), at=now.isoformat())


def sign_up(entered: SignUp, *, now: datetime) -> Person:
    """Make a person who has still to confirm the address, and have the link for it sent.

    With the address of an account in use nothing changes and its owner is told by mail. With
    one that was never confirmed, what is entered now replaces what was: the latest mail counts.
    """
    person = _person_for(entered, now)
    if person.state != PersonState.REGISTERED:
        publish(
            SignUpRepeated(person.id, person.email, person.full_name, person.preferred_language)
        )
        return person
    person.full_name = entered.full_name
    person.password_hash = entered.password_hash
    person.preferred_language = entered.language
    person.time_zone = entered.time_zone
    _note_consents(person, entered, now)
    send_link(person, LinkKind.CONFIRM_EMAIL, next_path=entered.next_path, now=now)
    return person


def _note_consents(person: Person, entered: SignUp, now: datetime) -> None:
    for item in ConsentItem:
        if item in entered.consents:
            give_consent(
                person,
                item,
                version=entered.consent_version,
                language=entered.language,
                address=entered.address,
                now=now,
            )
        else:
            withdraw_consent(person, item, now=now)


def _person_for(entered: SignUp, now: datetime) -> Person:
    """Return the person of the address, made now if need be.

    Two sign-ups at once both find nobody; the database lets one in and the other takes that row.
    """
    present = queries.person_by_email(entered.email)
    if present is not None:
        return lock(present)
    person = Person(
        email=entered.email,
        state=PersonState.REGISTERED,
        full_name=entered.full_name,
        preferred_language=entered.language,
        created_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(person)
    except IntegrityError:
        present = queries.person_by_email(entered.email)
        assert present is not None
        return lock(present)
    record_change("person", person.id, old="", new=person.state, actor_id=person.id, now=now)
    return person


def ask_reset(email: str) -> None:
    """Have a link for a new password sent to the person of an address, if there is one.

    Whether there is one is looked up by the job, so that the answer cannot tell by its time.
    """
    enqueue("accounts.send_reset_link", email=email)


def send_reset_link(email: str, *, now: datetime) -> None:
    """Send the link for a new password; nothing happens when nobody has the address."""
    person = queries.person_by_email(email)
    if person is not None and person.state != PersonState.DISABLED:
        send_link(person, LinkKind.RESET_PASSWORD, now=now)


def send_confirmation(person: Person, *, next_path: str = "", now: datetime) -> None:
    """Send a new link for confirming the address to somebody who has signed up."""
    if lock(person).awaits_confirmation:
        send_link(person, LinkKind.CONFIRM_EMAIL, next_path=next_path, now=now)


def confirm_email(link: MailLink, person: Person, *, now: datetime) -> None:
    """Use up the link and make the account active. Raises Conflict when it was used meanwhile."""
    use_link(link, now=now)
    _activate(lock(person), now)


def _activate(person: Person, now: datetime) -> None:
    if person.email_confirmed_at is None:
        person.email_confirmed_at = now
    if person.state in {PersonState.REGISTERED, PersonState.INVITED}:
        _change_state(person, PersonState.ACTIVE, actor_id=person.id, now=now)


def _change_state(person: Person, new: PersonState, *, actor_id: int | None, now: datetime) -> None:
    record_change("person", person.id, old=person.state, new=new, actor_id=actor_id, now=now)
    person.state = new


def check_new_password(password: str, *, address: str, is_staff: bool) -> None:
    """Raise Invalid with what is wrong with a new password, if anything is."""
    fault = rules.password_fault(password, address=address, is_staff=is_staff)
    if fault is not None:
        raise Invalid("password", _why_not(fault, is_staff))


def new_password_hash(password: str, *, address: str, is_staff: bool) -> str:
    """Return the hash of a new password, or raise Invalid with what is wrong with it.

    To be called before the unit of work: it takes a fifth of a second, and nobody else could
    write meanwhile.
    """
    check_new_password(password, address=address, is_staff=is_staff)
    return passwords.hash_password(password)


def _why_not(fault: rules.PasswordFault, is_staff: bool) -> str:
    match fault:
        case rules.PasswordFault.TOO_SHORT:
            shortest = rules.shortest_password(is_staff=is_staff)
            return _("Use at least %(count)d characters.", count=shortest)
        case rules.PasswordFault.TOO_LONG:
            return _("Use at most %(count)d characters.", count=rules.LONGEST_PASSWORD)
        case rules.PasswordFault.HAS_ADDRESS:
            return _("Leave your e-mail address out of the password.")
        case rules.PasswordFault.HAS_SITE_NAME:
            return _("Leave the name of this site out of the password.")
        case rules.PasswordFault.COMMON:
            return _("This is among the first passwords anybody would try. Choose another one.")


def change_password(person: Person, password_hash: str, *, now: datetime) -> None:
    """Replace the password, end every session and open link of the person, and tell them.

    Whoever set a password for the first time is not told: they have only just done it.
    """
    had_one = bool(lock(person).password_hash)
    person.password_hash = password_hash
    end_links(person, LinkKind.RESET_PASSWORD, LinkKind.INVITE_ADMIN, now=now)
    end_sessions(person, actor_id=person.id, reason="password changed", now=now)
    old, new = ("set", "replaced") if had_one else ("", "set")
    record_change("password", person.id, old=old, new=new, actor_id=person.id, now=now)
    if had_one:
        publish(
            PasswordChanged(
                person.id,
                person.email,
                person.full_name,
                person.preferred_language,
                at=now,
                zone=person.time_zone,
            )
        )


def reset_password(link: MailLink, person: Person, password_hash: str, *, now: datetime) -> None:
    """Use up the link and replace the password.

    Who opened the link reads the mails of this address, so an account that was not confirmed
    yet is now. Raises Conflict when the link was used meanwhile.
    """
    use_link(link, now=now)
    change_password(person, password_hash, now=now)
    end_links(person, LinkKind.CONFIRM_EMAIL, now=now)
    _activate(person, now)

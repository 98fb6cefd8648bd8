"""Writes on people, their links, sessions, passwords, consents and roles."""

from lms.accounts.services.consents import give_consent, withdraw_consent
from lms.accounts.services.entrance import (
    SignUp,
    ask_reset,
    ask_sign_up,
    change_password,
    check_new_password,
    confirm_email,
    new_password_hash,
    reset_password,
    send_confirmation,
    send_reset_link,
    sign_up,
)
from lms.accounts.services.links import make_link, send_link
from lms.accounts.services.people import change_person, grant_role, invite_admin, revoke_role
from lms.accounts.services.sessions import (
    check_may_enter,
    end_session,
    end_sessions,
    start_session,
    touch_session,
)

__all__ = [
    "SignUp",
    "ask_reset",
    "ask_sign_up",
    "change_password",
    "change_person",
    "check_may_enter",
    "check_new_password",
    "confirm_email",
    "end_session",
    "end_sessions",
    "give_consent",
    "grant_role",
    "invite_admin",
    "make_link",
    "new_password_hash",
    "reset_password",
    "revoke_role",
    "send_confirmation",
    "send_link",
    "send_reset_link",
    "sign_up",
    "start_session",
    "touch_session",
    "withdraw_consent",
]

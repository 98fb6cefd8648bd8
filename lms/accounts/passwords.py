"""Password hashes: argon2id at the cost of the settings, never more than two at once."""

from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from flask_babel import gettext as _

from lms.core.errors import TooMany
from lms.core.text import normal

# Each takes 19 MiB and a fifth of a second of one core; a third would only slow down the two.
AT_ONCE = 2
LONGEST_WAIT_SECONDS = 15

_turns = BoundedSemaphore(AT_ONCE)


def hash_password(password: str) -> str:
    """Return the hash to store. The whole password counts, in its NFKC form."""
    with _Turn():
        return _hasher().hash(_normal(password))


def matches(stored: str | None, password: str) -> bool:
    """Tell whether the password is the one of a stored hash.

    Without a stored hash the answer is no, after the same work: how long it takes must not tell
    whether an address has an account.
    """
    hasher = _hasher()
    with _Turn():
        nothing = _hash_of_nothing(hasher)
        try:
            hasher.verify(stored or nothing, _normal(password))
        except (VerificationError, InvalidHashError):
            return False
    return bool(stored)


def _normal(password: str) -> str:
    return normal("NFKC", password)


def _hasher() -> PasswordHasher:
    return _hasher_of(**current_app.config["ARGON2"])


@cache
def _hasher_of(time_cost: int, memory_cost: int, parallelism: int) -> PasswordHasher:
    return PasswordHasher(time_cost, memory_cost, parallelism)


@cache
def _hash_of_nothing(hasher: PasswordHasher) -> str:
    return hasher.hash("no account has this password")


class _Turn:
    """One of the places at the hasher; raises TooMany when none comes free in time."""

    def __enter__(self) -> None:
        if not _turns.acquire(timeout=LONGEST_WAIT_SECONDS):
            raise TooMany(
                retry_after=LONGEST_WAIT_SECONDS,
                message=_("Very many people are signing in at this moment."),
            )

    def __exit__(self, *_problem: object) -> None:
        _turns.release()

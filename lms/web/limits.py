"""How often something may be tried. Counted in memory, or in Redis when a setting says so."""

import time
from typing import NoReturn

from flask import Flask, current_app, request
from limits import RateLimitItem, parse
from limits.storage import storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

from lms.core.errors import TooMany


def init_app(app: Flask) -> None:
    """Open the counter store."""
    storage = storage_from_string(app.config["RATE_LIMIT_STORAGE"])
    app.extensions["rate_limits"] = SlidingWindowCounterRateLimiter(storage)


def check_limit(rate: str, *key: str) -> None:
    """Count one try of `key` against `rate` ("10/minute"); raise TooMany when it is used up."""
    item = parse(rate)
    if not _limiter().hit(item, *key):
        _refuse(item, key)


def check_room(rate: str, *key: str) -> None:
    """Raise TooMany when `key` has used up `rate`, without counting this try."""
    item = parse(rate)
    if not _limiter().test(item, *key):
        _refuse(item, key)


def forget_tries(rate: str, *key: str) -> None:
    """Begin to count the tries of `key` against `rate` anew."""
    _limiter().clear(parse(rate), *key)


def _limiter() -> SlidingWindowCounterRateLimiter:
    limiter: SlidingWindowCounterRateLimiter = current_app.extensions["rate_limits"]
    return limiter


def _refuse(item: RateLimitItem, key: tuple[str, ...]) -> NoReturn:
    reset_at = _limiter().get_window_stats(item, *key).reset_time
    raise TooMany(retry_after=max(1, int(reset_at - time.time()) + 1))


def client_address() -> str:
    """Return the address a request came from, as the trusted proxy count allows."""
    return request.remote_addr or "unknown"

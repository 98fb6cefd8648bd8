"""How often something may be tried. Counted in memory, or in Redis when a setting says so."""

import time

from flask import Flask, current_app, request
from limits import parse
from limits.storage import storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

from lms.core.errors import TooMany


def init_app(app: Flask) -> None:
    """Open the counter store."""
    storage = storage_from_string(app.config["RATE_LIMIT_STORAGE"])
    app.extensions["rate_limits"] = SlidingWindowCounterRateLimiter(storage)


def check_limit(rate: str, *key: str) -> None:
    """Count one try of `key` against `rate` ("10/minute"); raise TooMany when it is used up."""
    limiter: SlidingWindowCounterRateLimiter = current_app.extensions["rate_limits"]
    item = parse(rate)
    if not limiter.hit(item, *key):
        reset_at = limiter.get_window_stats(item, *key).reset_time
        raise TooMany(retry_after=max(1, int(reset_at - time.time()) + 1))


def client_address() -> str:
    """Return the address a request came from, as the trusted proxy count allows."""
    return request.remote_addr or "unknown"

"""Asking a server elsewhere, in bounds: of time, of size, of where the answer may come from."""

import logging
import ssl
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from time import monotonic

import httpx

from lms.seminars.rooms.unavailable import Reason, RoomUnavailable

LARGEST_ANSWER = 1 << 20

# It writes every address it fetches at INFO; ours carry names and a checksum that stays valid.
logging.getLogger("httpx").setLevel(logging.WARNING)


@dataclass(frozen=True)
class Patience:
    """How many seconds a server is waited for: until it takes the call, and in all."""

    connect: float = 3.0
    total: float = 5.0


PATIENCE = Patience()

# httpx bounds each step, but neither the look-up of the name nor a server that sends a byte now
# and then. So the asking is done aside and the page waits for it no longer than it said; a server
# that hangs can take these threads, not those that answer pages.
_aside = ThreadPoolExecutor(max_workers=8, thread_name_prefix="room")


def fetch(address: str, patience: Patience = PATIENCE) -> bytes:
    """Return what a server answers to a GET; raises RoomUnavailable, in time.

    The address must come from the operator's settings. Only an answer of 200 is taken: a redirect
    would lead to a place the operator did not name.
    """
    answer = _aside.submit(_get, address, patience)
    try:
        return answer.result(timeout=patience.total)
    except TimeoutError:
        answer.cancel()
        raise RoomUnavailable(Reason.TIMEOUT) from None


def _get(address: str, patience: Patience) -> bytes:
    try:
        with (
            httpx.Client(
                verify=_certificates(),
                timeout=httpx.Timeout(patience.total, connect=patience.connect),
                headers={"Accept-Encoding": "identity"},  # nothing that unpacks without measure
            ) as client,
            client.stream("GET", address) as answer,
        ):
            if answer.status_code != httpx.codes.OK:
                raise RoomUnavailable(Reason.UNREADABLE, f"HTTP {answer.status_code}")
            return _body(answer, until=monotonic() + patience.total)
    except httpx.TimeoutException as error:
        raise RoomUnavailable(Reason.TIMEOUT) from error
    except httpx.ProtocolError as error:
        raise RoomUnavailable(Reason.UNREADABLE, str(error)) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise RoomUnavailable(Reason.UNREACHABLE, str(error)) from error


def _body(answer: httpx.Response, *, until: float) -> bytes:
    body = bytearray()
    for chunk in answer.iter_raw():
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise RoomUnavailable(Reason.UNREADABLE, "too large")
        if monotonic() > until:
            raise RoomUnavailable(Reason.TIMEOUT)
    return bytes(body)


@cache
def _certificates() -> ssl.SSLContext:
    """Read the list of certificate authorities once: it takes longer than the call."""
    return httpx.create_ssl_context()

"""Machines that translate, behind one face; without a setting there is none.

The one kind there is speaks as LibreTranslate does, a server the operator runs for themselves. What
people write leaves this site for that server alone.
"""

import json
import logging
import ssl
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from time import monotonic
from typing import Any, Protocol

import httpx
from flask import current_app

LARGEST_ANSWER = 1 << 20

# What LibreTranslate calls a language otherwise than we do.
_NAMES = {"zh-Hant": "zt", "fil": "tl"}

# It writes every address it asks at INFO.
logging.getLogger("httpx").setLevel(logging.WARNING)


class TranslatorUnavailable(Exception):
    """The server cannot be reached, takes too long, refuses, or answers with something else."""


class Translator(Protocol):
    """Something that puts texts into another language."""

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """Return texts in another language, in their order; raises TranslatorUnavailable."""
        ...


@dataclass(frozen=True)
class Patience:
    """How many seconds a server is waited for: until it takes the call, and in all."""

    connect: float = 3.0
    total: float = 30.0


PATIENCE = Patience()

# httpx bounds each step, but no server that sends a byte now and then. So the asking is done aside
# and the job waits for it no longer than it said.
_aside = ThreadPoolExecutor(max_workers=4, thread_name_prefix="translator")


@dataclass(frozen=True)
class LibreTranslate:
    """A server of LibreTranslate, or one that answers as it does."""

    url: str
    key: str
    patience: Patience

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """Return texts in another language, in their order; raises TranslatorUnavailable."""
        asked = {
            "q": list(texts),
            "source": _NAMES.get(source, source),
            "target": _NAMES.get(target, target),
            "format": "text",
            **({"api_key": self.key} if self.key else {}),
        }
        answer = _aside.submit(self._ask, asked)
        try:
            translated = answer.result(timeout=self.patience.total)
        except TimeoutError:
            answer.cancel()
            raise TranslatorUnavailable("no answer in time") from None
        if len(translated) != len(texts):
            raise TranslatorUnavailable("another number of texts came back")
        return translated

    def _ask(self, asked: Mapping[str, Any]) -> list[str]:
        until = monotonic() + self.patience.total
        try:
            with (
                httpx.Client(
                    verify=_certificates(),
                    timeout=httpx.Timeout(self.patience.total, connect=self.patience.connect),
                    headers={"Accept-Encoding": "identity"},  # nothing unpacks without measure
                ) as client,
                client.stream("POST", f"{self.url}/translate", json=asked) as answer,
            ):
                if answer.status_code != httpx.codes.OK:
                    raise TranslatorUnavailable(f"HTTP {answer.status_code}")
                return _texts_in(json.loads(_body(answer, until=until)))
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise TranslatorUnavailable(str(error)) from error


def _body(answer: httpx.Response, *, until: float) -> bytes:
    body = bytearray()
    for chunk in answer.iter_raw():
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise TranslatorUnavailable("too large")
        if monotonic() > until:
            raise TranslatorUnavailable("no answer in time")
    return bytes(body)


def _texts_in(answer: Any) -> list[str]:
    texts = answer.get("translatedText") if isinstance(answer, dict) else None
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise TranslatorUnavailable("no translation in the answer")
    return texts


@cache
def _certificates() -> ssl.SSLContext:
    """Read the list of certificate authorities once: it takes longer than the call."""
    return httpx.create_ssl_context()


def translator() -> Translator | None:
    """Return the machine this site was set up with, None without one."""
    url, key = current_app.config["TRANSLATOR_URL"], current_app.config["TRANSLATOR_KEY"]
    return LibreTranslate(url, key, PATIENCE) if url else None

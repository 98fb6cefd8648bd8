"""A stand-in for a LibreTranslate server, on loopback: its wire format and its moods."""

import contextlib
import json
import threading
from collections.abc import Iterator
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


class Mood(StrEnum):
    """How the server answers."""

    WELL = "well"
    HANGS = "hangs"
    DRIPS = "drips"
    ENDLESS = "endless"
    BROKEN = "broken"
    REDIRECTS = "redirects"
    GARBAGE = "garbage"
    NO_LIST = "no list"
    ONE_SHORT = "one short"
    BLOATED = "bloated"  # each text comes back as very many


class TranslationServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Call)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.mood = Mood.WELL
        self.asked: list[dict[str, Any]] = []
        self.closing = threading.Event()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Be gone: what hangs is let go, and nobody listens any more."""
        if not self.closing.is_set():
            self.closing.set()
            self.shutdown()
            self._thread.join()
            self.server_close()


class Call(BaseHTTPRequestHandler):
    server: TranslationServer

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append({"path": self.path, **asked})
        texts = [f"{asked['target']}({text})" for text in asked["q"]]
        moods = {
            Mood.WELL: lambda: self.send(200, {"translatedText": texts}),
            Mood.HANGS: self.server.closing.wait,
            Mood.DRIPS: self.drip,
            Mood.ENDLESS: self.go_on,
            Mood.BROKEN: lambda: self.send(500, {"error": "out of memory"}),
            Mood.REDIRECTS: lambda: self.send(302, {}),
            Mood.GARBAGE: lambda: self.send_bytes(200, b"<!doctype html><p>Welcome to nginx!"),
            Mood.NO_LIST: lambda: self.send(200, {"translatedText": {"0": "x"}}),
            Mood.ONE_SHORT: lambda: self.send(200, {"translatedText": texts[1:]}),
            Mood.BLOATED: lambda: self.send(200, {"translatedText": [t * 9000 for t in texts]}),
        }
        with contextlib.suppress(OSError):  # who asked has gone
            moods[self.server.mood]()

    def drip(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not self.server.closing.wait(0.02):
            self.wfile.write(b"z")

    def go_on(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not self.server.closing.is_set():
            self.wfile.write(b" " * (1 << 16))

    def send(self, status: int, answer: dict[str, Any]) -> None:
        self.send_bytes(status, json.dumps(answer).encode())

    def send_bytes(self, status: int, body: bytes) -> None:
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Say nothing: a test shows its own."""


@pytest.fixture
def translation_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[TranslationServer]:
    """A server of this test alone, in good order until `mood` says otherwise."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = TranslationServer()
    yield server
    server.close()

"""Eight clients ask for one page at once; the server's CPU time is divided by the answers."""

import http.client
import itertools
import json
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from secrets import token_hex
from urllib.parse import urlencode

from bench.server import Server

CLIENTS = 8
SECONDS = 4.0
WARM_UP = 24


@dataclass(frozen=True)
class Page:
    """A page to measure. `readers` are session cookies, who take turns where they are many.

    A `beat` is made from the play token of its page, if that has one, and its own number. A `form`
    is sent with the key of the client and its own number. Of what is `kept` each client asks
    whether it has changed, as who has it already.
    """

    name: str
    path: str
    bar: float
    readers: Sequence[str] = ()
    beat: Callable[[str, int], object] | None = None
    token_page: str = ""
    form: Callable[[str, int], dict[str, str]] | None = None
    kept: bool = False


def watched(token: str, number: int) -> object:
    """Return the next quarter of a minute, from the start again at the end of the lesson."""
    start = number * 15 % 1185
    return {"token": token, "intervals": [[start, start + 15]], "position": start + 15}


def answered(key: str, number: int) -> dict[str, str]:
    """Return an answer as its form sends it; each has a key of its own."""
    body = "By the kilometre, since 2007.\n\n* The city pays the drivers\n* The fare is the same"
    return {"key": f"{key}-{number}", "revision": "0", "body": body, "act": "post"}


def present(_token: str, _number: int) -> object:
    """Return what an open page of a session says every minute."""
    return {"tab": "tab-of-this-page"}


@dataclass(frozen=True)
class Figures:
    """What one run of a page gave."""

    per_second: float
    p95_ms: float
    cpu_ms: float
    kilobytes: float


@dataclass
class Client:
    """One connection kept open, as one reader."""

    port: int
    page: Page
    cookie: str
    latencies: list[float] = field(default_factory=list)
    size: int = 0
    play_token: str = ""
    csrf: str = ""
    beats: int = 0
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        self.headers = {"Accept-Encoding": "gzip"}
        self.cookies = {"ieum": self.cookie} if self.cookie else {}
        if self.page.beat is not None:
            self._prepare_beat()
        if self.page.form is not None:
            self._prepare_form()

    def _prepare_beat(self) -> None:
        """Read the page a beat belongs to: its form token and, of a lesson, its play token."""
        headers = {**self._headers(), "Accept-Encoding": "identity"}
        self.connection.request("GET", self.page.token_page, headers=headers)
        html = self._take(self.connection.getresponse()).decode()
        token = re.search(r'data-token="([^"]+)"', html)
        csrf = re.search(r'data-csrf="([^"]+)"', html)
        assert csrf, "the page of the beat has no form token"
        self.play_token = token[1] if token else ""
        self.headers |= {"X-CSRFToken": csrf[1], "Content-Type": "application/json"}

    def _prepare_form(self) -> None:
        """Read the page of a form for its token; the session that goes with that is kept."""
        headers = {**self._headers(), "Accept-Encoding": "identity"}
        self.connection.request("GET", self.page.token_page, headers=headers)
        html = self._take(self.connection.getresponse()).decode()
        found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', html)
        assert found, "the page of the form has no token"
        self.csrf, self.play_token = found[1], token_hex(12)

    def _headers(self) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {**self.headers, "Cookie": cookies} if cookies else self.headers

    def _take(self, response: http.client.HTTPResponse) -> bytes:
        """Read an answer and keep its cookies, as a browser does."""
        for line in response.headers.get_all("Set-Cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        if self.page.kept and response.status == 200:
            self.headers["If-None-Match"] = response.headers["ETag"]
        return response.read()

    def _send(self) -> None:
        if self.page.form is not None:
            self._send_form(self.page.form)
            return
        if self.page.beat is None:
            self.connection.request("GET", self.page.path, headers=self._headers())
            return
        said = json.dumps(self.page.beat(self.play_token, self.beats))
        self.beats += 1
        self.connection.request("POST", self.page.path, body=said, headers=self._headers())

    def _send_form(self, form: Callable[[str, int], dict[str, str]]) -> None:
        fields = {"csrf_token": self.csrf, **form(self.play_token, self.beats)}
        self.beats += 1
        headers = {**self._headers(), "Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request("POST", self.page.path, body=urlencode(fields), headers=headers)

    def ask(self) -> None:
        """Ask once and note how long the answer took."""
        started = time.perf_counter()
        is_first = "If-None-Match" not in self.headers
        self._send()
        response = self.connection.getresponse()
        body = self._take(response)
        wanted = 303 if self.page.form else 304 if self.page.kept and not is_first else 200
        if response.status != wanted:
            raise RuntimeError(f"{self.page.name}: {response.status} {body[:300]!r}")
        self.latencies.append(time.perf_counter() - started)
        self.size = len(body)


def measure(server: Server, page: Page) -> Figures:
    """Ask for the page for some seconds and return what it cost."""
    readers = page.readers or [""]
    cookies = itertools.islice(itertools.cycle(readers), max(CLIENTS, len(readers)))
    clients = [Client(server.port, page, cookie) for cookie in cookies]
    for _ in range(max(1, WARM_UP // len(clients))):
        for client in clients:
            client.ask()
    for client in clients:
        client.latencies.clear()
    cpu, started = server.cpu_seconds(), time.perf_counter()
    _all_at_once(clients, until=started + SECONDS)
    elapsed = time.perf_counter() - started
    latencies = sorted(one for client in clients for one in client.latencies)
    return Figures(
        per_second=len(latencies) / elapsed,
        p95_ms=latencies[int(len(latencies) * 0.95)] * 1000,
        cpu_ms=(server.cpu_seconds() - cpu) / len(latencies) * 1000,
        kilobytes=max(client.size for client in clients) / 1000,
    )


def _all_at_once(clients: Sequence[Client], *, until: float) -> None:
    """Let eight ask at a time; where there are more, each of the eight is several in turn."""

    def keep_asking(turns: Sequence[Client]) -> None:
        for client in itertools.cycle(turns):
            if time.perf_counter() >= until:
                return
            client.ask()

    threads = [
        threading.Thread(target=keep_asking, args=(clients[number::CLIENTS],))
        for number in range(CLIENTS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

"""A server killed in the middle of an upload costs at most the part that was under way."""

import hashlib
import http.client
import random
import socket
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from lms.accounts import services as accounts
from lms.accounts.login import cookie_name
from lms.accounts.models import Person, PersonRole, PersonState
from lms.core import clock
from lms.core.db import db
from lms.courses.models import CourseVersion, Module, PublicationState
from lms.lessons.models import Intake, IntakeState, Lesson
from tests.forms import TOKEN
from tests.site import PATIENCE, Site, a_site, wait_for

MIB = 1 << 20
CONTENT = random.Random(7).randbytes(50 * MIB)
HALF = 25 * MIB + 300_000  # in the middle of a part
PIECE = 16 << 10


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[Site]:
    """A site of its own, whose web server is killed, and whose worker leaves the files alone."""
    with a_site(tmp_path_factory.mktemp("killed")) as running:
        running.kill("worker")
        yield running


class Answer(NamedTuple):
    status: int
    headers: Any
    body: str


class Sender:
    """A client that counts every byte it hands to the line, and holds on in the middle once."""

    def __init__(self, site: Site, session: str) -> None:
        self.port = int(site.address.rsplit(":", 1)[1])
        self.cookies = [f"{site.read(cookie_name)}={session}"]
        self.sent = 0
        self.holds, self.goes_on = threading.Event(), threading.Event()
        page = self.ask("GET", "/en/account")
        self.cookies += [value.split(";")[0] for value in page.headers.get_all("Set-Cookie")]
        self.token = TOKEN.search(page.body)[1]

    def ask(self, method: str, address: str, body: bytes = b"", **headers: Any) -> Answer:
        own = {"Cookie": "; ".join(self.cookies), "Tus-Resumable": "1.0.0"}
        if method != "GET":
            own |= {"X-CSRFToken": self.token, "Content-Length": str(len(body))}
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            line.putrequest(method, address)
            for name, value in {**own, **headers}.items():
                line.putheader(name.replace("_", "-"), str(value))
            line.endheaders()
            self._send(line, body)
            with line.getresponse() as answer:
                return Answer(answer.status, answer.headers, answer.read().decode())
        finally:
            line.close()

    def _send(self, line: http.client.HTTPConnection, body: bytes) -> None:
        for at in range(0, len(body), PIECE):
            if self.sent > HALF and not self.holds.is_set():
                self.holds.set()
                self.goes_on.wait(PATIENCE)
            line.send(body[at : at + PIECE])
            self.sent += len(body[at : at + PIECE])

    def create(self, lesson_id: int) -> str:
        values = {"filename": "talk.mp4", "purpose": "material", "lesson_id": lesson_id}
        pairs = (f"{key} {b64encode(str(v).encode()).decode()}" for key, v in values.items())
        answer = self.ask(
            "POST",
            "/api/v1/uploads",
            Upload_Length=len(CONTENT),
            Upload_Metadata=",".join(pairs),
        )
        assert answer.status == 201, answer.body
        return answer.headers["Location"]

    def send_on(self, address: str, part_bytes: int, *, checked: bool) -> None:
        """Go on from where the server says the file ends, to its end or until the line is cut."""
        offset = int(self.ask("HEAD", address).headers["Upload-Offset"])
        while offset < len(CONTENT):
            answer = self.send_part(address, offset, part_bytes, checked=checked)
            assert answer.status == 204, answer.body
            offset = int(answer.headers["Upload-Offset"])

    def send_part(self, address: str, offset: int, part_bytes: int, *, checked: bool) -> Answer:
        part = CONTENT[offset : offset + part_bytes]
        headers = {"Content_Type": "application/offset+octet-stream", "Upload_Offset": offset}
        if checked:
            digest = b64encode(hashlib.sha256(part).digest()).decode()
            headers["Upload_Checksum"] = f"sha256 {digest}"
        return self.ask("PATCH", address, part, **headers)


def nobody_listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def settle() -> tuple[str, int]:
    """Make somebody of the staff who has signed in, and a session of a draft."""
    now = clock.now()
    person = Person(
        email=f"sender{random.random()}@example.org",
        state=PersonState.ACTIVE,
        full_name="Sender",
        preferred_language="en",
        time_zone="Asia/Seoul",
        email_confirmed_at=now,
        created_at=now,
    )
    db.session.add(person)
    db.session.flush()
    db.session.add(PersonRole(person_id=person.id, role="staff", granted_at=now))
    db.session.flush()
    lesson = db.session.query(Lesson).first()
    module = db.session.get_one(Module, lesson.module_id)
    db.session.get_one(CourseVersion, module.version_id).state = PublicationState.PUBLISHED
    token = accounts.start_session(person, user_agent="test", address="127.0.0.1", now=now)
    return token, lesson.id


@pytest.mark.parametrize(("part_bytes", "checked"), [(MIB, True), (len(CONTENT), False)])
def test_killed_in_the_middle_it_goes_on_where_it_was(site, part_bytes, checked):
    session, lesson_id = site.saved(settle)
    sender = Sender(site, session)
    address = sender.create(lesson_id)
    unsettled = min(part_bytes, MIB)
    part = Path(site.folder, "uploads", f"{address.rsplit('/', 1)[1]}.part")

    def send_until_cut() -> None:
        with pytest.raises((OSError, http.client.HTTPException)):
            sender.send_on(address, part_bytes, checked=checked)

    sending = threading.Thread(target=send_until_cut)
    sending.start()
    assert sender.holds.wait(PATIENCE)
    wait_for(lambda: part.stat().st_size > sender.sent - unsettled, "what was sent")
    site.kill("web")
    wait_for(lambda: nobody_listens(sender.port), "the end of the web server")
    sender.goes_on.set()
    sending.join(PATIENCE)
    kept = part.stat().st_size
    assert HALF - unsettled < kept < len(CONTENT)

    site.start("web")
    assert int(sender.ask("HEAD", address).headers["Upload-Offset"]) == kept
    sender.send_on(address, part_bytes, checked=checked)

    assert hashlib.sha256(part.read_bytes()).digest() == hashlib.sha256(CONTENT).digest()
    assert sender.sent - len(CONTENT) < 2_000_000
    state = site.read(lambda: db.session.query(Intake.state).order_by(Intake.id.desc()).first()[0])
    assert state == IntakeState.WAITING


@pytest.mark.parametrize("checked", [True, False])
def test_two_at_once_make_one_right_file(site, checked):
    session, lesson_id = site.saved(settle)
    both = [Sender(site, session) for _ in range(2)]
    address = both[0].create(lesson_id)
    together = threading.Barrier(2)
    answers: set[int] = set()

    def send_to_the_end(sender: Sender) -> None:
        sender.holds.set()  # this one never waits
        together.wait(PATIENCE)
        offset = 0
        while offset < len(CONTENT):
            with suppress(OSError):  # refused before its bytes, the line is closed on them
                answers.add(sender.send_part(address, offset, MIB, checked=checked).status)
            offset = int(sender.ask("HEAD", address).headers["Upload-Offset"])

    writers = [threading.Thread(target=send_to_the_end, args=[sender]) for sender in both]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(PATIENCE)
    part = Path(site.folder, "uploads", f"{address.rsplit('/', 1)[1]}.part")
    assert hashlib.sha256(part.read_bytes()).digest() == hashlib.sha256(CONTENT).digest()
    assert 204 in answers
    assert answers <= {204, 409, 423}

"""Sending files from a page in a real browser, on a line that is cut, by people who reload."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, Request, expect

from lms.accounts import login
from lms.accounts import services as accounts
from lms.accounts.models import Person, PersonRole, PersonState
from lms.core import clock
from lms.core.db import db
from lms.lessons.models import Intake, Material, MaterialFile
from lms.media.storage import storage
from tests.factories import next_number
from tests.media import corpus
from tests.site import Site, Watched, wait_for

pytestmark = pytest.mark.browser

SIZE = 8_000_000
LINE = 2_000_000  # bytes a second
MINUTE = 60_000


@dataclass
class Desk:
    """Somebody of the staff at the page of a session, and what left their browser."""

    site: Site
    page: Page
    line: CDPSession
    address: str
    sent: list[int] = field(default_factory=list)

    def note(self, request: Request) -> None:
        if request.method == "PATCH":
            self.sent.append(len(request.post_data_buffer or b""))

    def open(self) -> None:
        self.page.goto(self.address)

    def choose(self, *files: Path) -> None:
        self.page.locator("#materials input[type=file]").set_input_files(files)

    def connect(self, *, offline: bool = False) -> None:
        values = {"latency": 5, "downloadThroughput": -1, "uploadThroughput": LINE}
        self.line.send("Network.emulateNetworkConditions", {"offline": offline, **values})

    def wait_for_percent(self, percent: int) -> None:
        self.page.wait_for_function(
            "percent => document.querySelector('[data-progress]')?.value >= percent",
            arg=percent,
            polling=50,
        )

    def count(self) -> list[int]:
        """Return how many files are on their way in, and how many materials there are."""
        return self.site.read(
            lambda: [db.session.query(table).count() for table in (Intake, Material)]
        )

    def row(self) -> Any:
        return self.page.locator("#materials .upload .intake")


@pytest.fixture
def desk(site: Site, visit: Callable[..., Watched]) -> Desk:
    def sign_in() -> str:
        now = clock.now()
        person = Person(
            email=f"sender{next_number()}@example.org",
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
        return accounts.start_session(person, user_agent="test", address="127.0.0.1", now=now)

    name, token = site.read(login.cookie_name), site.saved(sign_in)
    visitor = visit()
    visitor.context.add_cookies([{"name": name, "value": token, "url": site.address}])
    page = visitor.page()
    page.set_default_timeout(20_000)
    page.on("dialog", lambda dialog: dialog.accept())
    line = visitor.context.new_cdp_session(page)
    line.send("Network.enable")
    desk = Desk(site, page, line, f"/en/manage/lessons/{site.ids['lesson']}")
    page.on("request", desk.note)
    desk.open()
    return desk


def document(folder: Path, name: str, size: int) -> Path:
    stream = b"<<>>stream\n" + name.encode() + b"0" * size + b"\nendstream"
    path = folder / name
    path.write_bytes(corpus.pdf(b"", stream))
    return path


def stored(site: Site, name: str) -> bytes:
    """Return what is handed out of the newest material made of a file of this name."""

    def read() -> bytes:
        row = (
            db.session.query(MaterialFile)
            .filter_by(name=name, form="full")
            .order_by(MaterialFile.id.desc())
            .first()
        )
        return b"".join(storage().read(row.storage_key, 0, row.size))

    return site.read(read)


def test_a_cut_line_and_a_reload_send_little_again(desk, tmp_path):
    path = document(tmp_path, "강의 자료.pdf", SIZE)
    size = path.stat().st_size
    desk.connect()
    desk.choose(path)
    desk.wait_for_percent(40)
    desk.connect(offline=True)
    expect(desk.row()).to_contain_text("It goes on by itself")
    desk.connect()
    desk.wait_for_percent(70)
    desk.open()  # in the middle, as when a laptop is opened again

    expect(desk.page.locator("#materials > .intake")).to_contain_text("Choose the same file again")
    desk.connect()
    desk.choose(path)
    expect(desk.page.locator("#materials > .intake")).to_have_count(0)
    expect(desk.row()).to_contain_text("Ready", timeout=MINUTE)

    assert hashlib.sha256(stored(desk.site, path.name)).digest() == (
        hashlib.sha256(path.read_bytes()).digest()
    )
    assert sum(desk.sent) - size < 3_000_000  # two breaks, at most one part of each
    assert desk.page.evaluate("Object.keys(localStorage).filter((key) => /upload/.test(key))") == []


def test_several_files_go_one_after_the_other_and_each_says_what_became_of_it(desk, tmp_path):
    liar = tmp_path / "photo.pdf"
    liar.write_bytes(corpus.HTML)
    wrong = tmp_path / "setup.exe"
    wrong.write_bytes(b"MZ")
    good = document(tmp_path, "plan.pdf", 1000)
    desk.choose(liar, wrong, good)
    rows = desk.row()
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("The content of the file is not what its name says.")
    expect(rows.nth(1)).to_contain_text("Files of this type are not accepted here.")
    expect(rows.nth(2)).to_contain_text("Ready")
    said = desk.page.locator("#materials [data-notice]")
    expect(said).to_contain_text("plan.pdf: Ready")
    rows.nth(1).get_by_role("button", name="Cancel").click()
    expect(rows).to_have_count(2)


def test_paused_continued_and_cancelled(desk, tmp_path):
    before = desk.count()
    path = document(tmp_path, "long.pdf", SIZE)
    desk.connect()
    desk.choose(path)
    desk.wait_for_percent(20)
    desk.row().get_by_role("button", name="Pause").click()
    expect(desk.row()).to_contain_text("Paused")
    expect(desk.row().get_by_role("button", name="Continue")).to_be_focused()
    desk.row().get_by_role("button", name="Continue").click()
    desk.wait_for_percent(50)
    desk.row().get_by_role("button", name="Cancel").click()
    expect(desk.row()).to_have_count(0)
    wait_for(lambda: desk.count() == before, "the server to let go of it")

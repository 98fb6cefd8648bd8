"""A whole site under test: web server and worker as `make run` starts them, and a browser.

`site` is one per test process, on its own port with its own files; tests that need people or
runs of their own make them with `site.saved(...)`, in its database.
"""

import email
import email.policy
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from sqlalchemy import select

import config
from lms.app import create_app
from lms.core import clock
from lms.core.db import db
from lms.core.text import TextInLanguages
from lms.core.unit_of_work import unit_of_work
from lms.courses.catalogue_reading import read
from lms.courses.models import CourseVersion, Module
from lms.courses.services.catalogue import import_catalogue
from lms.demo.media import make_clip
from lms.enrolment.models import CourseRun
from lms.lessons import services as lessons
from lms.lessons.models import LessonKind, Rendition
from lms.organisations.models import City, FoundationProfile
from tests.tables import give_tables

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0
CLIP_SECONDS = 12
CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)

CATALOGUE = {
    "curricula": [
        {
            "code": "CTY",
            "title": {"en": "Urban Transport", "ko": "도시교통", "zh": "城市交通"},
            "summary_en": "Moving a city.",
        }
    ],
    "courses": [
        {
            "code": "TRY-101",
            "level": "basic",
            "delivery": "online",
            "langs": ["en", "ko", "zh"],
            "sdg": ["11.2"],
            "crs": "21010",
            "cities": ["ulaanbaatar"],
            "prereq": "",
            "title": {
                "en": "Bus information in brief",
                "ko": "한눈에 보는 버스정보",
                "zh": "公交信息入门",
            },
            "objectives": {
                "en": ["Explain how a bus is found."],
                "ko": ["버스를 찾는 방법을 설명할 수 있다."],
                "zh": ["能够说明如何定位公交车。"],
            },
            "modules": [
                {
                    "en": "Where is the bus?",
                    "ko": "버스는 어디에?",
                    "zh": "公交车在哪里?",
                    "hours": {"L": 0, "R": 1, "P": 0, "D": 0, "F": 0},
                    "total": 1,
                }
            ],
            "curriculum": "CTY",
            "hours": {"L": 0, "R": 1, "P": 0, "D": 0, "F": 0},
            "total": 1,
            "theory": 1,
            "practical": 0,
        }
    ],
}

Made = TypeVar("Made")


def three(en: str, ko: str, zh: str) -> TextInLanguages:
    """Return a text in the three page languages, written in Korean first."""
    return TextInLanguages("ko", {"ko": ko, "en": en, "zh": zh})


@dataclass
class Site:
    """A running site: its address, its files, and an application on the same database."""

    address: str
    folder: Path
    app: Flask
    environ: dict[str, str]
    ids: dict[str, int] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def saved(self, make: Callable[[], Made]) -> Made:
        """Make something in the site's database and return what `make` returns."""
        with self.app.app_context(), unit_of_work():
            return make()

    def read(self, ask: Callable[[], Made]) -> Made:
        """Ask the site's database."""
        with self.app.app_context():
            return ask()

    def mails_to(self, address: str) -> list[email.message.EmailMessage]:
        """Return the mails that have left for an address, oldest first."""
        files = sorted((self.folder / "mail").glob("*.eml"))
        mails = [
            email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            for file in files
        ]
        return [mail for mail in mails if mail["To"] == address]

    def link_in_mail(self, address: str, containing: str) -> str:
        """Wait for a mail with a link and return the link."""
        pattern = re.compile(rf"{re.escape(self.address)}/\S*{containing}\S*")

        def find() -> str:
            for mail in reversed(self.mails_to(address)):
                body = mail.get_body(("plain",))
                found = pattern.search(body.get_content()) if body else None
                if found:
                    return found[0]
            return ""

        return wait_for(find, f"a mail to {address} with a link to {containing}")

    def start(self, name: str) -> None:
        """Start the web server or the worker."""
        command = {
            "web": [
                "granian",
                "--interface",
                "wsgi",
                "--host",
                "127.0.0.1",
                "--port",
                self.address.rsplit(":", 1)[1],
                "--workers",
                "1",
                "--blocking-threads",
                "16",
                "--no-access-log",
                "--log-level",
                "error",
                "wsgi:app",
            ],
            "worker": ["flask", "--app", "wsgi:app", "worker"],
        }[name]
        log = (self.folder / f"{name}.log").open("ab")
        self.processes[name] = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=self.environ,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()
        if name == "web":
            wait_for(self._answers, "the web server")

    def kill(self, name: str) -> None:
        """End a process and its children as a power cut would."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)

    def stop(self) -> None:
        """Stop what runs."""
        for name in list(self.processes):
            process = self.processes.pop(name)
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(20)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


def wait_for(ask: Callable[[], Made], what: str) -> Made:
    """Ask until the answer is true, within a minute."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        answer = ask()
        if answer:
            return answer
        time.sleep(0.1)
    raise AssertionError(f"waited in vain for {what}")


@contextmanager
def a_site(folder: Path, **environ: str) -> Iterator[Site]:
    """Run a site in a folder, with one course of a clip, a question and a reading."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{probe.getsockname()[1]}"
    own = {
        "IEUM_ENV": "testing",
        "IEUM_INSTANCE": str(folder),
        "IEUM_BASE_URL": address,
        **environ,
    }
    site = Site(address, folder, create_app(config.load(own)), {**os.environ, **own})
    with ExitStack() as afterwards:
        with site.app.app_context():
            give_tables(db.engine)
            afterwards.callback(db.engine.dispose)
        site.ids = site.saved(lambda: first_course(folder))
        afterwards.callback(site.stop)
        site.start("web")
        site.start("worker")
        yield site


def first_course(folder: Path) -> dict[str, int]:
    """Make the course every journey studies: one clip of seconds, one question, one reading."""
    today = clock.now().date()
    city = City(
        slug="ulaanbaatar",
        name=three("Ulaanbaatar", "울란바토르", "乌兰巴托"),
        region="MN",
        time_zone="Asia/Ulaanbaatar",
        main_language="mn-MN",
        training_languages=["mn", "en"],
        relation="friendship",
        oda="yes",
    )
    foundation = FoundationProfile(
        code="BGCF",
        name=three("Busan Global City Foundation", "부산글로벌도시재단", "釜山全球城市财团"),
        signatory_name=three("Sample Signatory", "견본 서명자", "样本签署人"),
        signatory_title=three("President", "대표이사", "代表理事"),
        valid_from=today - timedelta(days=3000),
    )
    db.session.add_all([city, foundation])
    import_catalogue(read(json.dumps(CATALOGUE).encode()), now=clock.now())
    module = db.session.scalars(select(Module)).one()
    clip = _clip(folder, module)
    reading = lessons.add_lesson(
        module,
        kind=LessonKind.READING,
        title=three("At the stop", "정류장에서", "在站台"),
        body=three("## Waiting\n\nLess of it.", "## 기다림\n\n줄이기.", "## 等待\n\n更少。"),
    )
    run = CourseRun(
        course_id=db.session.get_one(CourseVersion, module.version_id).course_id,
        course_version_id=module.version_id,
        cohort_no=1,
        state="running",
        starts_on=today - timedelta(days=3),
        ends_on=today + timedelta(days=60),
        enrolment_closes_at=clock.now() + timedelta(days=30),
        working_language="en",
        created_at=clock.now(),
    )
    db.session.add(run)
    db.session.flush()
    return {"run": run.id, "lesson": clip, "reading": reading.id, "city": city.id}


def _clip(folder: Path, module: Module) -> int:
    lesson = lessons.add_lesson(
        module,
        kind=LessonKind.RECORDED,
        title=three("From GPS to the stop", "GPS에서 정류장까지", "从GPS到站台"),
        recognised_minutes=60,
        duration_seconds=CLIP_SECONDS,
    )
    db.session.flush()
    video = folder / "clip.mp4"
    make_clip(video, CLIP_SECONDS)
    lessons.add_media(lesson, Rendition.P480, video)
    lessons.add_media(lesson, Rendition.P240, video)
    words = {
        "en": "The bus knows where it is.",
        "ko": "버스는 제 위치를 안다.",
        "zh": "公交车知道自己的位置。",
    }
    for language, said in words.items():
        lessons.add_caption(
            lesson,
            language,
            f"WEBVTT\n\n00:00.000 --> 00:05.000\n{said}\n\n00:05.000 --> 00:11.000\n{said}\n",
        )
    lessons.set_question(
        lesson,
        prompt=three(
            "Who knows where the bus is?", "버스의 위치를 아는 것은?", "谁知道公交车的位置?"
        ),
        choices=[
            three("The bus itself", "버스 자신", "公交车自己"),
            three("Nobody", "아무도 모른다", "没有人"),
        ],
        correct_choice=0,
        explanation=three("It has GPS.", "GPS가 있기 때문이다.", "因为有GPS。"),
    )
    return lesson.id


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The running site of this test process."""
    with a_site(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Browser]:
    """One headless Chromium for all tests of the process."""
    expect.set_options(timeout=PATIENCE * 1000)  # the machine does other work too
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path, args=list(CHROMIUM))
        yield chromium
        chromium.close()


@dataclass
class Watched:
    """A browser context whose requests, faults and policy violations are kept."""

    context: BrowserContext
    requests: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def page(self) -> Page:
        """Open a page."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("console", self._keep_error)
        return page

    def _keep_error(self, message: Any) -> None:
        # A page that is meant to be 404 says so on the console; that is no fault of it.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.faults.append(message.text)


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Callable[..., Watched]]:
    """Return a function that opens a browser context on the site.

    After the test no page may have asked another server, raised an error in a script or broken
    the content security policy.
    """
    opened: list[Watched] = []

    def open_context(**options: Any) -> Watched:
        context = browser.new_context(base_url=site.address, **options)
        watched = Watched(context)
        context.on("request", lambda request: watched.requests.append(request.url))
        opened.append(watched)
        return watched

    yield open_context
    for watched in opened:
        watched.context.close()
        strangers = [url for url in watched.requests if not _is_own(url, site)]
        assert strangers == []
        assert watched.faults == []


def _is_own(url: str, site: Site) -> bool:
    return url.startswith((site.address + "/", "data:", f"blob:{site.address}/"))

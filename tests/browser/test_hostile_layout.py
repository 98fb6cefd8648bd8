"""Hostile words on a narrow phone with large letters: nothing makes a page scroll sideways."""

from typing import Any

from sqlalchemy import select

from lms.accounts.models import Person
from lms.boards.models import Board, BoardKind, Thread, ThreadKind
from lms.boards.services import posting, questions
from lms.boards.services.posting import NewThread
from lms.boards.services.words import Words
from lms.core import clock
from lms.core.db import db
from lms.core.text import clean_line, clean_post
from lms.core.unit_of_work import unit_of_work
from tests.boards.test_hostile_posts import HOSTILE
from tests.browser.tabs import NARROW
from tests.factories.boards import as_staff
from tests.site import Site

TITLE = "W" * 150
LONGEST = 6000


def write(site: Site) -> tuple[int, int, int]:
    """Let somebody write it all: in a thread, and to the staff; give where it stands."""

    def make() -> tuple[int, int, int]:
        person = db.session.scalars(
            select(Person).where(Person.email == "graduate@pages.example")
        ).one()
        board = db.session.scalars(select(Board).where(Board.kind == BoardKind.IDEAS)).first()
        assert board is not None
        now, texts = clock.now(), [clean_post(each)[:LONGEST] for each in HOSTILE.values()]
        with unit_of_work():
            begun = posting.open_thread(
                as_staff(board),
                person,
                NewThread(ThreadKind.QUESTION, Words("en", texts[0], TITLE)),
                key="hostile-layout-thread",
                is_held=False,
                now=now,
            )
            for number, text in enumerate(texts):
                thread = db.session.get_one(Thread, begun.thread_id)
                words = Words("en", text)
                posting.answer(
                    as_staff(board),
                    thread,
                    person,
                    words,
                    key=f"hostile-layout-{number}",
                    is_held=False,
                    now=now,
                )
            asked = questions.ask_staff(
                clean_line(TITLE, 120),
                f"marmalade {'m' * 1500}",
                form_key="hostile-layout-question",
                actor=person,
                now=now,
            )
        return board.id, begun.thread_id, asked.id

    with site.app.app_context():
        return make()


def test_nothing_scrolls_sideways(site: Site, people: Any, tab_of: Any) -> None:
    board, thread, talk = write(site)
    tab = tab_of("graduate").tab
    tab.set_viewport_size(NARROW)  # as wide as the test before has left it
    for path in (
        f"/en/threads/{thread}",
        f"/en/threads/{thread}?at=25",
        f"/en/boards/{board}",
        "/en/boards",
        "/en/boards/search?q=marmalade",
        f"/en/boards/search?q={'m' * 150}",
        "/en/messages",
        f"/en/messages/{talk}",
        "/en/boards/mine",
    ):
        assert tab.goto(path).status == 200, path
        assert tab.evaluate("document.documentElement.dataset.text") == "150"
        assert tab.evaluate("document.documentElement.scrollWidth") <= 320, path

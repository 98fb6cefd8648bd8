"""Pages kept for visitors: cheap, and never of what has been changed, hidden or taken back."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import event

from lms.accounts.models import Person
from lms.boards.models import (
    BoardKind,
    Following,
    Post,
    PostState,
    ReportReason,
    TagKind,
    Thread,
    ThreadKind,
)
from lms.boards.queries.about import described
from lms.boards.queries.composing import names_to_choose
from lms.boards.queries.files import linked_files
from lms.boards.queries.thread_page import texts_of
from lms.boards.queries.version import number_of_version
from lms.boards.rules.moderation import Hiding
from lms.boards.services.changing import delete_post, edit_post, take_from_sight
from lms.boards.services.files import remove_file
from lms.boards.services.marks import follow_board, set_like
from lms.boards.services.posting import ENTITY, set_tags
from lms.boards.services.translations import Basis, save_translation
from lms.boards.services.version import READ_BY_VISITORS
from lms.boards.services.words import Words
from lms.core import clock
from lms.core.audit import record_change
from lms.core.db import Base, db
from lms.core.unit_of_work import unit_of_work
from tests.factories import save, words
from tests.factories.accounts import make_person
from tests.factories.boards import (
    board_of_site,
    first_post,
    make_answer,
    make_expertise,
    make_post_file,
    make_thread,
)
from tests.factories.organisations import make_affiliation, make_city

WORD = re.compile(r"[a-z_]+")
STAND_IN = re.compile(r"(?:name|token|unread|unread_words)-[0-9a-f]{32}")


class Scene:
    """A thread on a public board with everything a visitor can see of one."""

    def __init__(self) -> None:
        self.board = board_of_site(BoardKind.GOOD_PRACTICE)
        self.author, self.peer = make_person(full_name="Nguyen An"), make_person()
        self.city = make_city("haiphong")
        make_affiliation(self.author, self.city)
        make_expertise(self.author)
        self.thread = make_thread(self.board, self.author, "Tide gates", "Ours are of oak.")
        self.post = first_post(self.thread)
        self.answer = make_answer(self.thread, self.peer, "Ours are of steel.")
        self.file = make_post_file(self.peer, post_id=self.answer.id)
        with unit_of_work():
            set_tags(self.thread, [(TagKind.CITY, "haiphong")])
        self.paths = [
            "/en/boards",
            f"/en/boards/{self.board.id}",
            f"/en/threads/{self.thread.id}",
            f"/en/boards/{self.board.id}/feed.atom",
            "/en/boards/feed.atom",
        ]


@pytest.fixture
def scene(app):
    return Scene()


def seen(client, scene) -> dict[str, str]:
    """Return what a visitor reads at each address."""
    return {path: client.get(path).text for path in scene.paths}


@pytest.mark.parametrize("number", range(5))
def test_looked_at_again_a_page_costs_one_statement(scene, client, count_statements, number):
    path = scene.paths[number]
    first = client.get(path)
    with count_statements() as statements:
        again = client.get(path)
    assert len(statements) == 1
    assert first.status_code == again.status_code == 200
    assert first.data == again.data
    assert STAND_IN.search(again.text) is None


def edit(scene) -> None:
    revised = Words("en", "Ours are of bronze.", "Tide gates")
    edit_post(scene.post, revised, revision=1, editor=scene.author, now=clock.now())


def hide(post) -> None:
    take_from_sight(post, db.session.get_one(Thread, post.thread_id), PostState.HIDDEN)


def translate(scene) -> None:
    korean = Words("ko", "우리 것은 참나무입니다.", "수문")
    save_translation(scene.post, korean, Basis(0, 1), translator=scene.peer, now=clock.now())


def rename(scene) -> None:
    db.session.get_one(Person, scene.author.id).full_name = "Nguyen Binh"


CHANGES = {
    "edited": (edit, "Ours are of bronze.", "Ours are of oak."),
    "the answer hidden": (lambda scene: hide(scene.answer), "", "Ours are of steel."),
    "the thread hidden": (lambda scene: hide(scene.post), "", "Tide gates"),
    "taken back": (
        lambda scene: delete_post(scene.answer, author=scene.peer, now=clock.now()),
        "",
        "Ours are of steel.",
    ),
    "helpful": (
        lambda scene: set_like(scene.answer, scene.author, likes=True, now=clock.now()),
        "Helpful to 1 person",
        "",
    ),
    "translated": (translate, "/in/ko", ""),
    "its file removed": (
        lambda scene: remove_file(scene.file, actor=scene.peer, now=clock.now()),
        "",
        "plan.pdf",
    ),
    "its author renamed": (rename, "Nguyen Binh", "Nguyen An"),
    "the city renamed": (
        lambda scene: setattr(scene.city, "name", words("Hai Phong City")),
        "Hai Phong City",
        "Haiphong",
    ),
    "its tags taken off": (lambda scene: set_tags(scene.thread, []), "", "?city=haiphong"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_visitor_sees_each_change_at_once(scene, client, name):
    change, comes, goes = CHANGES[name]
    before = "".join(seen(client, scene).values())
    assert comes == "" or comes not in before
    assert goes in before
    with unit_of_work():
        for row in (scene.thread, scene.post, scene.answer, scene.file, scene.city):
            db.session.refresh(row)
        change(scene)
    after = "".join(seen(client, scene).values())
    assert comes in after
    assert goes == "" or goes not in after


def test_a_new_answer_is_there_at_once(scene, client):
    seen(client, scene)
    make_answer(scene.thread, scene.author, "And ours of concrete.")
    assert "And ours of concrete." in seen(client, scene)[f"/en/threads/{scene.thread.id}"]


def test_a_post_hidden_for_another_reason_says_so_at_once(scene, client):
    def hide_as(reason: ReportReason) -> str:
        with unit_of_work():
            hide(db.session.get_one(Post, scene.answer.id))
            why = str(Hiding(reason, ""))
            state = PostState.HIDDEN
            record_change(
                ENTITY,
                scene.answer.id,
                old=state,
                new=state,
                actor_id=None,
                now=clock.now(),
                reason=why,
            )
        return client.get(f"/en/threads/{scene.thread.id}").text

    assert "advertising" in hide_as(ReportReason.ADVERTISING).lower()
    assert "advertising" not in hide_as(ReportReason.INSULT).lower()


def test_a_notice_goes_by_the_clock_alone(app, client):
    board, now = board_of_site(BoardKind.NOTICES), clock.now()
    thread = make_thread(board, make_person("staff"), "Closed on Monday", kind=ThreadKind.NOTICE)
    thread.expires_at = now + timedelta(hours=1)
    save(thread)
    path = f"/en/boards/{board.id}"
    assert "Closed on Monday" in client.get(path).text
    with time_machine.travel(now + timedelta(hours=1, minutes=1), tick=False):
        assert "Closed on Monday" not in client.get(path).text


def test_what_was_rolled_back_changes_nothing(scene, client):
    before = seen(client, scene)
    with pytest.raises(ZeroDivisionError), unit_of_work():
        edit(scene)
        raise ZeroDivisionError
    assert seen(client, scene) == before


def test_what_was_rolled_back_is_not_counted_with_what_follows(app_of_its_own):
    with app_of_its_own.app_context():
        scene, number = Scene(), number_of_version()
        with pytest.raises(ZeroDivisionError), unit_of_work():
            edit(scene)
            raise ZeroDivisionError
        with unit_of_work():
            follow_board(scene.peer, scene.board.id, Following.MUTED)
        assert number_of_version() == number


def test_the_version_grows_once_and_last(scene):
    """Its row is locked from then on: whoever held it longer would hold up everybody's writing."""
    number = number_of_version()
    with unit_of_work():
        with db.session.begin_nested():
            rename(scene)
        assert number_of_version() == number
        edit(scene)
        db.session.flush()
        assert number_of_version() == number
    assert number_of_version() == number + 1


def test_every_table_everybody_reads_is_watched(scene, client, signed_in_as):
    read: set[str] = set()

    def note(_connection, _cursor, statement: str, *_more) -> None:
        read.update(WORD.findall(statement))

    def read_for_everybody() -> None:
        seen(client, scene)
        described({scene.thread.id: scene.post.id}, ["en"], version=0)
        texts_of([scene.post.id, scene.answer.id])
        linked_files([scene.answer.id])
        names_to_choose()

    connection = db.engines[None]
    event.listen(connection, "before_cursor_execute", note)
    read_for_everybody()
    event.remove(connection, "before_cursor_execute", note)
    tables = read & set(Base.metadata.tables)
    assert len(tables) > 12
    # What a visitor has read is in no table, and events count where they are of posts.
    assert tables - READ_BY_VISITORS == {"boards_versions", "thread_marks", "status_events"}

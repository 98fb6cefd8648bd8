"""Staff open, describe and close boards, and say who reads and writes there."""

import re
from itertools import product

import pytest
from sqlalchemy import select

from lms.boards.models import Audience, Board, BoardKind, Moderation
from lms.boards.rules.managing import fault_of_readers, fault_of_writers
from lms.boards.services.boards import BoardContent, change_board, open_board
from lms.core import clock
from lms.core.audit import history_of
from lms.core.db import db
from lms.core.errors import Invalid
from lms.core.unit_of_work import unit_of_work
from tests.factories import words
from tests.factories.accounts import make_person
from tests.factories.boards import (
    board_of_site,
    make_answer,
    make_board,
    make_run_board,
    make_thread,
)
from tests.factories.courses import make_course
from tests.factories.enrolment import make_run
from tests.factories.organisations import make_city
from tests.forms import fill_in, token_on

NOW = clock.now()
LIST = "/en/manage/boards"


@pytest.fixture
def staff(app):
    return make_person("staff")


@pytest.fixture
def browser(staff, signed_in_as):
    return signed_in_as(staff)


def content(**values) -> BoardContent:
    defaults = {
        "title": words("Water and waste"),
        "description": None,
        "position": 5,
        "readable_by": Audience.SIGNED_IN,
        "writable_by": Audience.SIGNED_IN,
        "moderation": Moderation.POST,
    }
    return BoardContent(**{**defaults, **values})


def sent(**values) -> dict[str, str]:
    """Return what the form sends; a box that is not ticked sends nothing."""
    filled = {
        "kind": "ideas",
        "curriculum": "",
        "city": "",
        "title-en": "Water and waste",
        "readable_by": "signed_in",
        "writable_by": "signed_in",
        "moderation": "post",
        "position": "5",
    }
    return {**filled, **{name.replace("__", "-"): value for name, value in values.items()}}


def newest() -> Board:
    return db.session.scalars(select(Board).order_by(Board.id.desc()).limit(1)).one()


def changes(board) -> list[tuple[str, str]]:
    return [(each.old, each.new) for each in history_of(("board", board.id))]


# --- rules -----------------------------------------------------------------------------


def test_the_rules_let_through_what_the_table_takes_and_refuse_the_rest(staff):
    of = {
        BoardKind.RUN: lambda: {"run_id": make_run().id},
        BoardKind.CURRICULUM: lambda: {"curriculum_id": make_course().curriculum_id},
        BoardKind.CITY: lambda: {"city_id": make_city().id},
    }
    order = [Audience.STAFF, Audience.MEMBERS, Audience.SIGNED_IN, Audience.EVERYBODY]
    taken = set()
    for kind, readers, writers in product(BoardKind, Audience, Audience):
        if fault_of_readers(kind, readers) or fault_of_writers(kind, readers, writers):
            said = content(readable_by=readers, writable_by=writers, is_public_meant=True)
            with unit_of_work(), pytest.raises(Invalid):
                open_board(kind, said, curriculum_id=1, city_id=1, actor=staff, now=NOW)
            continue
        make_board(kind, readable_by=readers, writable_by=writers, **of.get(kind, dict)())
        assert order.index(writers) <= order.index(readers)
        taken.add((kind, readers, writers))
    assert {writers for _kind, _readers, writers in taken} == {*Audience} - {Audience.EVERYBODY}
    of_run = {readers for kind, readers, _writers in taken if kind == BoardKind.RUN}
    assert of_run == {Audience.MEMBERS, Audience.STAFF}, "what was said among few stays there"
    with_members = {kind for kind, readers, _writers in taken if readers == Audience.MEMBERS}
    assert with_members == {BoardKind.RUN, BoardKind.CURRICULUM, BoardKind.ALUMNI}


# --- opening ---------------------------------------------------------------------------


def test_a_new_board_is_not_public_unless_somebody_chooses_it(browser):
    page = browser.get(f"{LIST}/new").text
    readers = page.partition('name="readable_by"')[2].partition("</select>")[0]
    assert re.findall(r'<option selected value="([^"]+)"', readers) == ["signed_in"]


def test_a_board_of_a_city_is_opened_once(browser, staff):
    city = make_city()
    entered = sent(kind="city", city=str(city.id), title__en="")
    answer = fill_in(browser, f"{LIST}/new", **entered)
    assert answer.status_code == 303
    board = newest()
    assert (board.kind, board.city_id, board.title) == (BoardKind.CITY, city.id, None)
    assert ("", "read by signed_in") in changes(board)
    page = browser.get(f"{LIST}/new").text
    assert f'<option value="{city.id}"' not in page
    with unit_of_work(), pytest.raises(Invalid) as refusal:
        open_board(BoardKind.CITY, content(), city_id=city.id, actor=staff, now=NOW)
    assert refusal.value.field == "city"
    assert db.session.query(Board).filter_by(city_id=city.id).count() == 1


def test_a_board_of_a_curriculum_is_opened(browser):
    course = make_course()
    entered = sent(
        kind="curriculum",
        curriculum=str(course.curriculum_id),
        readable_by="members",
        writable_by="members",
    )
    assert fill_in(browser, f"{LIST}/new", **entered).status_code == 303
    assert newest().curriculum_id == course.curriculum_id


def test_the_same_form_sent_twice_opens_one_board(browser):
    assert fill_in(browser, f"{LIST}/new", **sent()).status_code == 303
    count = db.session.query(Board).count()
    again = fill_in(browser, f"{LIST}/new", **sent())
    assert again.status_code == 422
    assert "There is a board with this title already." in again.text
    assert db.session.query(Board).count() == count


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"title__en": ""}, "Give the board a title"),
        ({"kind": "city"}, "Choose the city."),
        ({"kind": "curriculum"}, "Choose the curriculum."),
        ({"kind": "run"}, "Not a valid choice"),
        ({"readable_by": "members"}, "has no members of its own"),
        ({"kind": "notices"}, "Notices are written by the staff."),
        ({"readable_by": "staff"}, "Who writes here must be able to read here."),
        ({"writable_by": "everybody"}, "Not a valid choice"),
        ({"readable_by": "everybody"}, "Tick that everybody on the internet"),
        ({"position": "-1"}, "Give a number from 0 to 999."),
        ({"position": "x"}, "Not a valid integer"),
        ({"title__en": "x" * 121}, "Use at most 120 characters."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(browser, values, message):
    count = db.session.query(Board).count()
    answer = fill_in(browser, f"{LIST}/new", **sent(**{"description__en": "Of water.", **values}))
    assert answer.status_code == 422
    assert message in answer.text
    assert "Of water." in answer.text
    assert 'class="field-error"' in answer.text
    assert db.session.query(Board).count() == count


# --- changing --------------------------------------------------------------------------


def edit(browser, board, **values):
    path = f"{LIST}/{board.id}"
    entered = {"revision": str(board.revision), **sent(**values)}
    return browser.post(path, data={"csrf_token": token_on(browser, path), **entered})


def test_making_a_board_public_asks_for_a_tick_and_is_recorded(browser, client):
    board = make_board(BoardKind.IDEAS, title=words("Water and waste"), position=5)
    thread = make_thread(board, make_person())
    refused = edit(browser, board, readable_by="everybody")
    assert refused.status_code == 422
    assert client.get(f"/en/threads/{thread.id}").status_code == 302
    assert edit(browser, board, readable_by="everybody", is_public_meant="y").status_code == 303
    assert client.get(f"/en/threads/{thread.id}").status_code == 200
    assert changes(board) == [("read by signed_in", "read by everybody")]
    again = edit(browser, db.session.get_one(Board, board.id), readable_by="everybody")
    assert again.status_code == 303, "what is public already needs no tick"
    assert len(changes(board)) == 1


def test_narrowing_is_felt_on_the_next_page(browser, client, signed_in_as):
    board = make_board(BoardKind.IDEAS, readable_by=Audience.EVERYBODY)
    thread, reader = make_thread(board, make_person(), "Narrowed"), signed_in_as(make_person())
    assert client.get(f"/en/boards/{board.id}/feed.atom").status_code == 200
    assert "Narrowed" in reader.get("/en/boards/search?q=Narrowed").text
    answer = edit(browser, board, readable_by="staff", writable_by="staff")
    assert answer.status_code == 303
    assert client.get(f"/en/boards/{board.id}/feed.atom").status_code == 404
    assert reader.get(f"/en/threads/{thread.id}").status_code == 404
    assert f"/threads/{thread.id}" not in reader.get("/en/boards/search?q=Narrowed").text
    assert browser.get(f"/en/threads/{thread.id}").status_code == 200


def test_a_closed_board_is_read_and_not_written_on_until_it_is_open_again(browser, staff):
    board, member = board_of_site(BoardKind.IDEAS), make_person()
    thread = make_thread(board, member)
    assert edit(browser, board, is_closed="y").status_code == 303
    closed_at = db.session.get_one(Board, board.id).closed_at
    assert closed_at is not None
    assert "This board is closed" in browser.get(f"/en/boards/{board.id}").text
    assert browser.get(f"/en/threads/{thread.id}/answer").status_code == 409
    board = db.session.get_one(Board, board.id)
    assert edit(browser, board, is_closed="y", title__en="Other").status_code == 303
    board = db.session.get_one(Board, board.id)
    assert board.closed_at == closed_at, "closed once"
    assert edit(browser, board).status_code == 303
    assert db.session.get_one(Board, board.id).closed_at is None
    assert ("state open", "state closed") in changes(board)
    assert ("state closed", "state open") in changes(board)


def test_two_who_edit_at_once_see_both_versions(browser):
    board = make_board(BoardKind.IDEAS, title=words("Water"), position=5)
    revision = board.revision
    assert edit(browser, board, title__en="Theirs").status_code == 303
    path = f"{LIST}/{board.id}"
    data = {
        "revision": str(revision),
        **sent(title__en="Mine"),
        "csrf_token": token_on(browser, path),
    }
    answer = browser.post(path, data=data)
    assert answer.status_code == 409
    assert "Mine" in answer.text
    assert "Theirs" in answer.text
    assert db.session.get_one(Board, board.id).title.texts["en"] == "Theirs"


def test_a_run_s_board_stays_for_its_people_even_when_told_otherwise(staff):
    board = make_run_board(make_run())
    with unit_of_work(), pytest.raises(Invalid) as refusal:
        change_board(
            db.session.get_one(Board, board.id),
            content(readable_by=Audience.EVERYBODY, is_public_meant=True),
            revision=1,
            actor=staff,
            now=NOW,
        )
    assert refusal.value.field == "readable_by"


# --- who, and what it costs ------------------------------------------------------------


def test_only_staff_manage_boards(client, signed_in_as, browser):
    board = make_run_board(make_run())
    for path in (LIST, f"{LIST}/new", f"{LIST}/{board.id}"):
        assert client.get(path).status_code == 302
        assert signed_in_as(make_person("instructor")).get(path).status_code == 403
        assert browser.get(path).status_code == 200
    assert browser.get(f"{LIST}/999999").status_code == 404


def test_the_list_counts_threads_and_posts_that_wait(browser, count_statements):
    board, author = make_board(BoardKind.IDEAS, title=words("Counted")), make_person()
    thread = make_thread(board, author)
    make_thread(board, author, is_held=True)
    make_answer(thread, author, is_held=True)
    with count_statements() as few:
        page = browser.get(LIST).text
    row = page[page.index("Counted") :].split("</tr>")[0]
    assert 'data-label="Threads">1<' in row
    assert 'data-label="Posts that wait">2<' in row
    for _each in range(5):
        make_thread(make_board(BoardKind.IDEAS), author)
    with count_statements() as many:
        browser.get(LIST)
    assert len(few) == len(many) <= 8

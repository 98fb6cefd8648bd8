"""Files of posts are sent in parts: resumed, refused before their bytes, each their sender's."""

from base64 import b64encode
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.boards.models import BoardKind, Draft, Moderation, PostFile
from lms.boards.rules.files import LARGEST, MOST_FILES
from lms.boards.services.files import tidy_files
from lms.boards.services.posting import publish
from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.jobs.models import Job
from lms.lessons.models import IntakeState
from lms.media import uploads
from lms.media.models import Upload
from tests.factories import save
from tests.factories.accounts import make_person
from tests.factories.boards import board_of_site, first_post, make_thread
from tests.forms import token_on
from tests.media.made_files import pdf

ADDRESS = "/api/v1/post-files"
CONTENT = pdf() + b"\n" * 100_000
KEY = "k" * 24


class Sender:
    """Somebody who sends files, as a client of the protocol does."""

    def __init__(self, browser: FlaskClient) -> None:
        self.browser = browser
        self.token = token_on(browser, "/en/account")

    def ask(self, method: str, address: str, data: bytes = b"", **headers: Any) -> Any:
        own = {"Tus-Resumable": "1.0.0", "X-CSRFToken": self.token}
        named = {name.replace("_", "-"): str(value) for name, value in headers.items()}
        return self.browser.open(address, method=method, data=data, headers={**own, **named})

    def create(self, row: Any, size: int = len(CONTENT), **metadata: Any) -> Any:
        place = {"of": row.__tablename__.rstrip("s"), "row_id": row.id, "kind": "question"}
        values = {"filename": "요금표.pdf", "key": KEY, **place, **metadata}
        pairs = (f"{key} {b64encode(str(v).encode()).decode()}" for key, v in values.items())
        return self.ask("POST", ADDRESS, Upload_Length=size, Upload_Metadata=",".join(pairs))

    def send(self, address: str, offset: int, data: bytes) -> Any:
        kind = "application/offset+octet-stream"
        return self.ask("PATCH", address, data, Content_Type=kind, Upload_Offset=offset)


@pytest.fixture
def board(app):
    return board_of_site(BoardKind.GOOD_PRACTICE)


@pytest.fixture
def author(app):
    return make_person()


@pytest.fixture
def sender(author, signed_in_as):
    return Sender(signed_in_as(author))


def the_file() -> PostFile:
    return db.session.scalars(select(PostFile)).one()


def test_a_file_sent_before_a_word_was_kept_is_shown_with_its_draft(sender, board):
    thread = make_thread(board, make_person())
    for row, path in (
        (board, f"/en/boards/{board.id}/new/question?draft={KEY}"),
        (thread, f"/en/threads/{thread.id}/answer?draft={KEY[1:]}"),
        (thread, f"/en/threads/{thread.id}/answer"),
    ):
        sender.create(row, key=KEY if row is board else KEY[1:])
        assert "요금표.pdf" in sender.browser.get(path).text, path


def test_a_file_in_parts_with_a_break_goes_with_the_draft(sender, board, author, run_jobs):
    created = sender.create(board)
    assert created.status_code == 201
    address = created.headers["Location"]
    draft = db.session.scalars(select(Draft)).one()
    assert (draft.key, draft.person_id, draft.board_id) == (KEY, author.id, board.id)

    assert sender.send(address, 0, CONTENT[:40_000]).status_code == 204
    assert sender.send(address, 30_000, CONTENT[30_000:]).status_code == 409
    asked = sender.ask("HEAD", address)
    assert (asked.status_code, asked.headers["Upload-Offset"]) == (200, "40000")
    assert sender.send(address, 40_000, CONTENT[40_000:]).status_code == 204
    assert the_file().state == IntakeState.WAITING
    run_jobs()
    file = the_file()
    assert (file.state, file.draft_id, file.name) == (IntakeState.READY, draft.id, "요금표.pdf")
    assert db.session.query(Upload).count() == 0


def test_the_last_part_sent_twice_is_looked_at_once(sender, board):
    address = sender.create(board).headers["Location"]
    sender.send(address, 0, CONTENT)
    assert sender.send(address, len(CONTENT), b"").status_code == 204
    jobs = db.session.query(Job).filter(Job.kind == "boards.check_file")
    assert jobs.count() == 1


def test_somebody_else_of_the_same_role_finds_nothing(sender, board, signed_in_as, app):
    created = sender.create(board)
    address = created.headers["Location"]
    sender.send(address, 0, CONTENT[:100])
    other = Sender(signed_in_as(make_person()))
    assert other.ask("HEAD", address).status_code == 404
    assert other.send(address, 100, b"x").status_code == 404
    assert other.ask("DELETE", address).status_code == 404
    assert other.browser.get(f"/en/posts/files/{created.json['intake']}").status_code == 404
    visitor = app.test_client().head(address, headers={"Tus-Resumable": "1.0.0"})
    assert visitor.status_code == 401


def test_cancelled_its_row_and_bytes_are_gone(sender, board):
    address = sender.create(board).headers["Location"]
    sender.send(address, 0, CONTENT[:100])
    path = uploads.part_path(db.session.scalars(select(Upload)).one())
    assert path.exists()
    assert sender.ask("DELETE", address).status_code == 204
    assert db.session.query(PostFile).count() == 0
    assert not path.exists()
    assert sender.ask("HEAD", address).status_code == 404


@pytest.mark.parametrize(
    "wish, words",
    [
        ({"filename": "film.mp4"}, "Write a link"),
        ({"filename": "eicar.com"}, "not accepted"),
        ({"filename": "bus.pdf.exe"}, "not accepted"),
        ({"size": 0}, "empty"),
        ({"size": LARGEST + 1}, "too large"),
        ({"filename": "map.png", "size": 10_000_001}, "too large"),
        ({"key": "short"}, "not readable"),
        ({"row_id": "x"}, "not readable"),
    ],
)
def test_what_will_not_be_taken_is_refused_before_its_bytes(sender, board, wish, words):
    answer = sender.create(board, **wish)
    assert answer.status_code == 422
    assert words in answer.json["message"]
    assert db.session.query(Upload).count() == 0


def test_a_place_that_is_none_of_the_readers_is_not_found(sender, board):
    assert sender.create(board, of="person").status_code == 404
    assert sender.create(board, kind="notice").status_code == 404
    assert sender.create(board, row_id=999_999).status_code == 404


def test_a_post_has_so_many_files_and_no_more(sender, board):
    for _time in range(MOST_FILES):
        assert sender.create(board, size=1).status_code == 201
    assert sender.create(board, size=1).status_code == 409
    assert sender.create(board, size=1, key="m" * 24).status_code == 201


def test_what_is_not_posted_yet_has_so_much_room_and_no_more(sender, board):
    for number in range(8):
        assert sender.create(board, size=25_000_000, key=f"{number}" * 24).status_code == 201
    refused = sender.create(board, size=1)
    assert refused.status_code == 409
    assert "200" in refused.json["message"]


def test_ones_own_post_takes_a_file_for_a_day_and_that_of_others_none(
    sender, board, author, signed_in_as
):
    new = first_post(make_thread(board, author))
    assert sender.create(new, size=1).status_code == 201
    assert the_file().post_id == new.id
    assert Sender(signed_in_as(make_person())).create(new, size=1).status_code == 403
    old = first_post(make_thread(board, author, now=clock.now() - timedelta(hours=25)))
    assert sender.create(old, size=1).status_code == 409


def test_what_a_moderator_has_let_through_takes_no_more_files(sender, board, author):
    board.moderation = Moderation.PRE
    post = first_post(make_thread(save(board), author, is_held=True))
    begun = sender.create(post)
    assert begun.status_code == 201
    with unit_of_work():
        publish(post, actor_id=make_person("staff").id, now=clock.now())
    assert sender.send(begun.headers["Location"], 0, CONTENT).status_code == 409
    assert the_file().state == IntakeState.RECEIVING
    assert sender.create(post, size=1).status_code == 409


def test_a_form_that_was_posted_takes_no_more_files(sender, board, author):
    post = first_post(make_thread(board, author))
    post.form_key = KEY
    db.session.commit()
    assert sender.create(board, size=1).status_code == 409
    assert db.session.query(Draft).count() == 0


def test_what_was_never_sent_to_its_end_goes_and_what_was_is_looked_at(sender, board):
    left = sender.create(board).headers["Location"]
    whole = sender.create(board, size=3, filename="a.txt").json["intake"]
    row = db.session.get(PostFile, whole)
    uploads.part_path(db.session.get(Upload, row.upload_id)).write_bytes(b"abc")
    with unit_of_work():
        tidy_files(clock.now())
    assert db.session.get(PostFile, whole).state == IntakeState.WAITING
    assert sender.ask("HEAD", left).status_code == 200
    with unit_of_work():
        tidy_files(clock.now() + uploads.LIFE)
    assert sender.ask("HEAD", left).status_code == 404
    assert db.session.query(PostFile).count() == 1

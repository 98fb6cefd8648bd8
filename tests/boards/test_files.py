"""Files of posts through the forms and the door: kept, described, and no further than the post."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from lms.boards.models import BoardKind, Draft, Post, PostFile, PostState, Thread, WordAction
from lms.boards.queries import original_of
from lms.boards.services.blocked_words import add_word
from lms.boards.services.changing import take_from_sight
from lms.boards.services.drafts import purge_drafts
from lms.boards.services.files import tidy_files
from lms.core import clock
from lms.core.db import db
from lms.core.kept import forget_everything
from lms.core.unit_of_work import unit_of_work
from lms.lessons.models import IntakeState
from lms.media import uploads
from lms.media.storage import storage
from tests.factories.accounts import make_person
from tests.factories.boards import (
    board_of_site,
    first_post,
    make_answer,
    make_post_file,
    make_run_board,
    make_thread,
)
from tests.factories.enrolment import make_enrolment, make_run
from tests.factories.progress import make_study
from tests.forms import TOKEN, token_on
from tests.media.made_files import HTML, open_xml, pdf, picture

KEY = re.compile(r'name="key"[^>]*value="([^"]+)"')
SEEN = re.compile(r'name="seen" value="([^"]*)"')
REVISION = re.compile(r'name="revision"[^>]*value="(\d+)"')
WORDS = {"title": "How do you mark bus lanes?", "body": "Ours are painted red.", "checked": "1"}


class Writer:
    """Somebody at a form, without scripts: what they send goes to where the form says."""

    def __init__(self, browser: Any, path: str) -> None:
        self.browser, self.path = browser, path
        page = browser.get(path).text
        hidden = {"csrf_token": TOKEN, "key": KEY, "revision": REVISION}
        self.fields = {name: found.search(page)[1] for name, found in hidden.items()} | WORDS

    def send(self, act: str = "post", files: Any = (), **fields: Any) -> Any:
        sent = [(io.BytesIO(content), name) for name, content in files]
        data = {**self.fields, "act": act, **fields, "file": sent}
        return self.browser.post(self.path, data=data, content_type="multipart/form-data")


@pytest.fixture
def author(app):
    return make_person()


@pytest.fixture
def board(app):
    return board_of_site(BoardKind.GOOD_PRACTICE)


@pytest.fixture
def writer(author, board, signed_in_as):
    return Writer(signed_in_as(author), f"/en/boards/{board.id}/new/question")


def photo_with_place() -> bytes:
    image = Image.new("RGB", (640, 480), "teal")
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (35.0, 6.0, 0.0)}
    exif[0x010E] = "Taken at home"
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def files() -> list[PostFile]:
    return list(db.session.scalars(select(PostFile).order_by(PostFile.id)))


def content_of(answer: Any) -> bytes:
    return answer.get_data()


def address(file_id: int, form: str = "full") -> str:
    return f"/media/boards/files/{file_id}/{form}"


# --- by the form -----------------------------------------------------------------------


def test_without_scripts_a_file_is_attached_and_all_that_was_typed_is_kept(writer, run_jobs):
    answer = writer.send("attach", [("차선.pdf", pdf()), ("fares.csv", b"a,b\n1,2\n")])
    assert answer.status_code == 303
    assert answer.location.endswith("#files")
    draft = db.session.scalars(select(Draft)).one()
    assert (draft.title, draft.body) == (WORDS["title"], WORDS["body"])
    page = writer.browser.get(answer.location.partition("#")[0]).text
    assert "차선.pdf" in page
    assert "It is being checked" in page
    assert WORDS["body"] in page
    run_jobs()
    assert {file.state for file in files()} == {IntakeState.READY}
    posted = writer.send()
    post = db.session.scalars(select(Post)).one()
    assert posted.location == f"/en/posts/{post.id}"
    assert {(file.post_id, file.draft_id) for file in files()} == {(post.id, None)}


def test_chosen_and_posted_at_once_a_document_is_not_lost(writer, run_jobs):
    assert writer.send("post", [("plan.pdf", pdf())]).status_code == 303
    run_jobs()
    file = files()[0]
    assert (file.state, file.post_id) == (IntakeState.READY, db.session.query(Post).one().id)
    page = writer.browser.get(f"/en/posts/{file.post_id}", follow_redirects=True).text
    assert address(file.id) in page
    assert "plan.pdf" in page


def test_a_picture_without_words_keeps_its_post_back_with_all_that_was_typed(writer, run_jobs):
    answer = writer.send("post", [("lane.png", picture("PNG"))])
    file_id = files()[0].id
    assert answer.status_code == 422
    assert f'id="file-{file_id}-error"' in answer.text
    assert WORDS["body"] in answer.text
    assert db.session.query(Post).count() == 0
    run_jobs()
    again = writer.send("post", **{f"words-{file_id}": "A red lane beside a tram stop"})
    assert again.status_code == 303
    assert files()[0].alternative_text == "A red lane beside a tram stop"


def test_a_moderator_sees_the_pictures_of_what_they_decide_on(writer, run_jobs, signed_in_as):
    writer.send("attach", [("lane.png", picture("PNG")), ("team.png", picture("PNG"))])
    run_jobs()
    named, other = (file.id for file in files())
    said = {f"words-{file_id}": "A lane" for file_id in (named, other)}
    writer.send("post", body=f"Look: ![](file:{named})", **said)
    post = db.session.scalars(select(Post)).one()
    staff = signed_in_as(make_person("staff"))
    page = staff.get(f"/en/manage/moderation/posts/{post.id}").text
    assert page.count(address(named)) == page.count(address(other)) == 1


def test_people_in_a_picture_have_agreed_or_it_is_not_posted(writer, run_jobs):
    writer.send("attach", [("team.png", picture("PNG"))])
    run_jobs()
    file_id = files()[0].id
    said = {f"words-{file_id}": "Our drivers", f"people-{file_id}": "1"}
    refused = writer.send("post", **said)
    assert refused.status_code == 422
    assert "consent" in refused.text
    assert 'value="Our drivers"' in refused.text
    assert writer.send("post", **said, **{f"agreed-{file_id}": "1"}).status_code == 303
    assert (files()[0].shows_people, files()[0].has_consent) == (True, True)


def test_a_picture_is_made_anew_without_its_place(writer, board, run_jobs):
    writer.send("attach", [("home.jpg", photo_with_place())])
    run_jobs()
    file = files()[0]
    assert (file.name, file.mimetype, file.width) == ("home.webp", "image/webp", 640)
    for form in ("full", "thumbnail"):
        sent = content_of(writer.browser.get(address(file.id, form)))
        assert b"Exif" not in sent
        assert b"Taken at home" not in sent
        assert Image.open(io.BytesIO(sent)).format == "WEBP"


@pytest.mark.parametrize(
    "name, content, words",
    [
        (
            "eicar.pdf",
            b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-TEST-FILE!$H+H*",
            "not what its name says",
        ),
        (
            "eicar.txt",
            b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-TEST-FILE!$H+H*",
            "not what its name says",
        ),
        ("page.txt", HTML, "not what its name says"),
        ("sheet.xlsx", open_xml("xlsx", more={"xl/macrosheets/sheet1.xml": "<a/>"}), "macros"),
        ("both.pdf", pdf() + b"PK\x03\x04" + open_xml("docx"), "Another file is hidden"),
        ("broken.png", picture("PNG")[:60], "damaged"),
    ],
)
def test_what_could_harm_is_refused_with_why_and_never_served(
    writer, run_jobs, name, content, words
):
    writer.send("attach", [(name, content)])
    run_jobs()
    file = files()[0]
    assert file.state == IntakeState.REFUSED
    row = writer.browser.get(f"/en/posts/files/{file.id}").text
    assert words in row
    assert writer.browser.get(address(file.id)).status_code == 404
    assert writer.send("post").status_code == 422
    removed = writer.send(f"remove:{file.id}")
    assert (removed.status_code, files()) == (303, [])
    assert writer.send("post").status_code == 303


def test_what_is_not_taken_is_said_beside_the_field(writer):
    answer = writer.send("attach", [("film.mp4", b"....")])
    assert answer.status_code == 422
    assert 'id="file-error"' in answer.text
    assert WORDS["body"] in answer.text


def test_a_removed_file_is_gone_from_the_store(writer, run_jobs):
    writer.send("attach", [("plan.pdf", pdf())])
    run_jobs()
    key = files()[0].storage_key
    assert storage().exists(key)
    writer.send(f"remove:{files()[0].id}")
    assert not storage().exists(key)


def test_nobody_removes_the_file_of_another(writer, run_jobs, board, signed_in_as):
    writer.send("attach", [("plan.pdf", pdf())])
    file_id = files()[0].id
    other = Writer(signed_in_as(make_person()), writer.path)
    for act, told in (("remove", 303), ("retry", 422)):
        answers = [other.send(f"{act}:{each}").status_code for each in (file_id, 999_999)]
        assert answers == [told, told], "what others send is as good as not there"
    other.send("save", **{f"words-{file_id}": "Mine now"})
    assert [(file.id, file.alternative_text) for file in files()] == [(file_id, "")]


def test_a_file_removed_twice_takes_nothing_of_what_was_typed_along(
    author, board, signed_in_as, run_jobs
):
    post_id = first_post(make_thread(board, author)).id
    editing = Writer(signed_in_as(author), f"/en/posts/{post_id}/edit")
    editing.send("attach", [("plan.pdf", pdf())])
    file_id = files()[0].id
    for _press in range(2):
        shown = editing.send(f"remove:{file_id}", body="Half a sentence")
        assert (shown.status_code, files()) == (200, [])
        assert "Half a sentence" in shown.text
    gone = editing.send(f"retry:{file_id}", body="Half a sentence")
    assert gone.status_code == 422
    assert "The file is no longer here. Send it again." in gone.text
    assert "Half a sentence" in gone.text


def test_a_file_of_a_draft_removed_twice_is_removed(writer):
    writer.send("attach", [("plan.pdf", pdf())])
    file_id = files()[0].id
    assert [writer.send(f"remove:{file_id}").status_code for _press in range(2)] == [303, 303]
    assert db.session.scalars(select(Draft)).one().body == WORDS["body"]


def test_drafts_nobody_goes_on_with_take_their_files_along(writer, run_jobs):
    writer.send("attach", [("plan.pdf", pdf()), ("late.pdf", pdf(b"/Lang(en)"))])
    run_jobs()
    keys = [file.storage_key for file in files()]
    with unit_of_work():
        purge_drafts(clock.now() + timedelta(days=181))
    assert files() == []
    assert not any(storage().exists(key) for key in keys)


# --- judged with the words -------------------------------------------------------------

NUMBER = "900101-1234567"
IN_A_FILE = "stands in what is said of a file, or in its name"


def list_word(word: str, action: WordAction = WordAction.HOLD) -> None:
    staff = make_person("staff")
    with unit_of_work():
        add_word(word, action, actor=staff, now=clock.now())


def attached(writer: Writer, run_jobs: Any, *sent: tuple[str, bytes]) -> int:
    """Attach files and return the id of the last, looked at."""
    writer.send("attach", sent or [("lane.png", picture("PNG"))])
    run_jobs()
    return files()[-1].id


def test_a_resident_number_in_what_a_picture_shows_is_refused_beside_it(writer, run_jobs):
    file_id = attached(writer, run_jobs)
    refused = writer.send("post", **{f"words-{file_id}": f"The card of {NUMBER}"})
    assert refused.status_code == 422
    beside = refused.text.partition(f'id="file-{file_id}-error"')[2]
    assert IN_A_FILE in beside.partition("</p>")[0]
    assert db.session.query(Post).count() == 0
    assert writer.send("post", **{f"words-{file_id}": "A card"}).status_code == 303


def test_a_listed_word_in_what_a_picture_shows_holds_or_refuses(writer, run_jobs):
    list_word("casino")
    list_word("viagra", WordAction.REFUSE)
    file_id = attached(writer, run_jobs)
    refused = writer.send("post", **{f"words-{file_id}": "Viagra"})
    assert refused.status_code == 422
    assert "These words are not taken here: viagra." in refused.text
    assert writer.send("post", **{f"words-{file_id}": "Our casino"}).status_code == 303
    post = db.session.scalars(select(Post)).one()
    assert post.state == PostState.HELD
    assert original_of(post.id).body == WORDS["body"]


def test_a_listed_word_in_the_name_of_a_file_holds(writer, run_jobs):
    list_word("casino")
    attached(writer, run_jobs, ("The casino.pdf", pdf()))
    writer.send("post")
    assert db.session.scalars(select(Post)).one().state == PostState.HELD


def test_a_telephone_number_in_what_a_picture_shows_is_asked_about(writer, run_jobs):
    file_id = attached(writer, run_jobs)
    said = {f"words-{file_id}": "A poster: 010-1234-5678"}
    asked = writer.send("post", checked="", **said)
    assert asked.status_code == 422
    assert "01•-••••-••••" in asked.text
    assert writer.send("post", **said).status_code == 303


def test_a_name_with_a_resident_number_is_not_taken_at_all(author, board, signed_in_as):
    post_id = first_post(make_thread(board, author)).id
    editing = Writer(signed_in_as(author), f"/en/posts/{post_id}/edit")
    answer = editing.send("attach", [(f"{NUMBER}.pdf", pdf())])
    assert (answer.status_code, files()) == (422, [])
    assert IN_A_FILE in answer.text.partition('id="file-error"')[2]


def test_what_is_said_of_a_picture_is_judged_when_a_post_is_changed(
    author, board, signed_in_as, run_jobs
):
    list_word("casino")
    post_id = first_post(make_thread(board, author)).id
    editing = Writer(signed_in_as(author), f"/en/posts/{post_id}/edit")
    file_id = attached(editing, run_jobs)

    def change(words: str, **fields: Any) -> Any:
        return editing.send("post", **{f"words-{file_id}": words}, **fields)

    refused = change(NUMBER)
    assert refused.status_code == 422
    assert IN_A_FILE in refused.text.partition(f'id="file-{file_id}-error"')[2]
    would_wait = change("Our casino")
    assert would_wait.status_code == 422
    assert "A moderator would have to look at these words: casino." in would_wait.text
    asked = change("Call 010-1234-5678", checked="")
    assert asked.status_code == 422
    assert "01•-••••-••••" in asked.text
    assert files()[0].alternative_text == ""
    assert change("A red lane").status_code == 303
    assert files()[0].alternative_text == "A red lane"


def test_what_a_moderator_let_pass_with_a_file_stays(author, board, signed_in_as):
    list_word("casino")
    post = first_post(make_thread(board, author))
    make_post_file(author, post_id=post.id, name="casino.pdf")
    with unit_of_work():
        db.session.get_one(Post, post.id).published_at = clock.now()
    editing = Writer(signed_in_as(author), f"/en/posts/{post.id}/edit")
    assert editing.send("post", body="Said better").status_code == 303


def test_a_file_saved_before_a_word_was_listed_stays(author, board, signed_in_as):
    post = first_post(make_thread(board, author))
    make_post_file(author, post_id=post.id, name="casino.pdf")
    list_word("casino")
    editing = Writer(signed_in_as(author), f"/en/posts/{post.id}/edit")
    assert editing.send("post", body="Said better").status_code == 303


def test_a_name_that_is_not_taken_is_not_added_to_a_held_post(
    author, board, signed_in_as, run_jobs
):
    list_word("casino", WordAction.REFUSE)
    post = make_answer(make_thread(board, make_person()), author, is_held=True)
    editing = Writer(signed_in_as(author), f"/en/posts/{post.id}/edit")
    attached(editing, run_jobs, ("casino.pdf", pdf()))
    refused = editing.send("post", title="", body="Said better")
    assert refused.status_code == 422
    assert "casino" in refused.text


def test_a_name_that_would_wait_is_not_added_to_what_others_read(
    author, board, signed_in_as, run_jobs
):
    list_word("casino")
    post_id = first_post(make_thread(board, author)).id
    editing = Writer(signed_in_as(author), f"/en/posts/{post_id}/edit")
    file_id = attached(editing, run_jobs, ("The casino.pdf", pdf()))
    refused = editing.send("post")
    assert refused.status_code == 422
    assert "A moderator would have to look at these words: casino." in refused.text
    editing.send(f"remove:{file_id}")
    assert editing.send("post").status_code == 303


# --- in one's own post -----------------------------------------------------------------


def test_a_picture_added_to_a_post_is_seen_once_it_has_words(
    author, board, signed_in_as, run_jobs, app
):
    post_id = first_post(make_thread(board, author)).id
    editing = Writer(signed_in_as(author), f"/en/posts/{post_id}/edit")
    typed = editing.send("attach", [("lane.png", picture("PNG"))], body="Half a sentence")
    assert typed.status_code == 200
    assert "Half a sentence" in typed.text
    run_jobs()
    file_id = files()[0].id
    visitor = app.test_client()
    assert visitor.get(address(file_id)).status_code == 404
    assert editing.send("post").status_code == 422
    body = f"Here: ![A red lane](file:{file_id})"
    saved = editing.send("post", body=body, **{f"words-{file_id}": "A red lane"})
    assert saved.status_code == 303
    shown = visitor.get(address(file_id))
    assert shown.status_code == 200
    assert "public" in shown.headers["Cache-Control"]
    page = visitor.get(f"/en/posts/{post_id}", follow_redirects=True).text
    assert f'src="{address(file_id)}"' in page
    assert page.count(address(file_id)) == 1


def test_a_document_added_to_a_post_is_seen_once_the_change_is_saved(
    author, board, signed_in_as, run_jobs, app
):
    post_id = first_post(make_thread(board, author)).id
    editing = Writer(signed_in_as(author), f"/en/posts/{post_id}/edit")
    file_id = attached(editing, run_jobs, ("plan.pdf", pdf()))
    visitor = app.test_client()

    def seen() -> tuple[int, bool]:
        page = visitor.get(f"/en/posts/{post_id}", follow_redirects=True).text
        return visitor.get(address(file_id)).status_code, "plan.pdf" in page

    assert seen() == (404, False)
    own = editing.browser.get(address(file_id))
    assert (own.status_code, "public" in own.headers["Cache-Control"]) == (200, False)
    assert editing.send("post").status_code == 303
    assert seen() == (200, True)


def test_a_file_added_to_a_held_post_is_looked_at_before_others_see_it(
    author, board, signed_in_as, run_jobs
):
    post = make_answer(make_thread(board, make_person()), author, is_held=True)
    moderator = signed_in_as(make_person("staff"))
    case = f"/en/manage/moderation/posts/{post.id}"
    looked_at = moderator.get(case).text
    editing = Writer(signed_in_as(author), f"/en/posts/{post.id}/edit")
    attached(editing, run_jobs, ("plan.pdf", pdf()))
    words = {"title": "", "body": original_of(post.id).body}
    assert editing.send("post", **words).status_code == 303
    seen = {"csrf_token": TOKEN.search(looked_at)[1], "seen": SEEN.search(looked_at)[1]}
    moderator.post(f"{case}/release", data={**seen, "note": ""})
    assert db.session.get_one(Post, post.id).state == PostState.HELD
    assert "Its author has changed this post meanwhile." in moderator.get(case).text


def test_what_was_sent_for_a_change_nobody_saved_is_taken_away(author, board):
    post = first_post(make_thread(board, author))
    make_post_file(author, post_id=post.id, name="kept.pdf")
    make_post_file(author, post_id=post.id, name="left.pdf", is_pending=True)
    for later, left in (
        (timedelta(days=1), ["kept.pdf", "left.pdf"]),
        (uploads.LIFE_ONCE_COMPLETE, ["kept.pdf"]),
    ):
        with unit_of_work():
            tidy_files(clock.now() + later)
        assert [file.name for file in files()] == left


def test_a_post_names_no_file_of_another(author, board, writer, run_jobs, app):
    writer.send("attach", [("mine.pdf", pdf())])
    run_jobs()
    file_id = files()[0].id
    writer.send("post", key="z" * 24, body=f"[look](file:{file_id})")
    post = db.session.scalars(select(Post)).one()
    page = writer.browser.get(f"/en/posts/{post.id}", follow_redirects=True).text
    assert "look" in page
    assert address(file_id) not in page


# --- who is sent a file ----------------------------------------------------------------


@pytest.fixture
def of_run(app, run_jobs, signed_in_as):
    """A document in a run's board, posted by one of its trainees."""
    study = make_study()
    board = make_run_board(study.run)
    thread = make_thread(board, study.person)
    answering = Writer(signed_in_as(study.person), f"/en/threads/{thread.id}/answer")
    assert answering.send("post", [("plan.pdf", pdf())]).status_code == 303
    run_jobs()
    return study


def test_a_file_of_a_run_stays_in_the_run(of_run, app, signed_in_as):
    file_id = files()[0].id
    second = make_person()
    enrolment = make_enrolment(of_run.run, second, state="studying")
    outside = make_person()
    make_enrolment(make_run(cohort_no=9), outside)
    got = {
        "second": signed_in_as(second).get(address(file_id)),
        "staff": signed_in_as(make_person("staff")).get(address(file_id)),
        "stranger": signed_in_as(outside).get(address(file_id)),
        "instructor elsewhere": signed_in_as(make_person("instructor")).get(address(file_id)),
        "visitor": app.test_client().get(address(file_id)),
    }
    assert {who: answer.status_code for who, answer in got.items()} == {
        "second": 200,
        "staff": 200,
        "stranger": 404,
        "instructor elsewhere": 404,
        "visitor": 404,
    }
    sent = got["second"]
    assert sent.headers["Cache-Control"] == "private, no-cache"
    assert sent.headers["Content-Disposition"].startswith("attachment")
    assert "default-src 'none'" in sent.headers["Content-Security-Policy"]
    nothing = app.test_client().get(address(999_999)).text.replace("999999", str(file_id))
    assert nothing == got["visitor"].text

    enrolment = db.session.merge(enrolment)
    enrolment.state = "withdrawn"
    db.session.commit()
    tag = {"If-None-Match": sent.headers["ETag"]}
    assert signed_in_as(second).get(address(file_id), headers=tag).status_code == 404


def test_a_hidden_post_hides_its_files_and_a_deleted_one_takes_them(of_run, signed_in_as):
    file = files()[0]
    second = make_person()
    make_enrolment(of_run.run, second, state="studying")
    readers = {
        "second": signed_in_as(second),
        "author": signed_in_as(of_run.person),
        "staff": signed_in_as(make_person("staff")),
    }

    def seen() -> dict[str, int]:
        return {who: reader.get(address(file.id)).status_code for who, reader in readers.items()}

    hide(file.post_id, PostState.HIDDEN)
    assert seen() == {"second": 404, "author": 200, "staff": 200}
    hide(file.post_id, PostState.DELETED)
    assert seen() == {"second": 404, "author": 404, "staff": 404}


def test_a_held_post_shows_its_files_to_its_author_and_moderators(author, board, signed_in_as):
    thread = make_thread(board, make_person())
    post = make_answer(thread, author, is_held=True)
    file = make_post_file(author, post_id=post.id)
    assert signed_in_as(author).get(address(file.id)).status_code == 200
    assert signed_in_as(make_person("staff")).get(address(file.id)).status_code == 200
    assert signed_in_as(make_person()).get(address(file.id)).status_code == 404


def test_what_goes_with_a_draft_is_its_writers_alone(writer, app, run_jobs, signed_in_as):
    writer.send("attach", [("plan.pdf", pdf())])
    run_jobs()
    file_id = files()[0].id
    assert writer.browser.get(address(file_id)).status_code == 200
    assert signed_in_as(make_person("staff")).get(address(file_id)).status_code == 404
    assert signed_in_as(make_person()).get(f"/en/posts/files/{file_id}").status_code == 404
    assert app.test_client().get(address(file_id)).status_code == 404


def test_the_preview_shows_the_files_of_its_writer_and_of_nobody_else(
    writer, run_jobs, signed_in_as
):
    writer.send("attach", [("lane.png", picture("PNG"))])
    run_jobs()
    file_id, key = files()[0].id, writer.fields["key"]

    def preview(browser: Any) -> str:
        token = {"X-CSRFToken": token_on(browser, "/en/account")}
        data = {"text": f"![Lane](file:{file_id})"}
        return browser.post(f"/en/boards/preview?key={key}", data=data, headers=token).text

    assert address(file_id) in preview(writer.browser)
    assert address(file_id) not in preview(signed_in_as(make_person()))


def test_the_page_of_a_thread_costs_the_same_with_many_files(
    author, board, signed_in_as, count_statements
):
    thread = make_thread(board, author, body=f"[@A](person:{author.id})")
    page = f"/en/threads/{thread.id}"
    answering = Writer(signed_in_as(author), page)
    answering.path = f"{page}/answer"
    answering.send("attach", [("plan.pdf", pdf()), ("fares.csv", b"a,b\n")])

    def cost() -> int:
        forget_everything()
        with count_statements() as statements:
            shown = answering.browser.get(page)
        assert (shown.status_code, "fares.csv" in shown.text) == (200, True)
        return len(statements)

    cost()

    before = cost()
    for _time in range(5):
        post = make_answer(db.session.merge(thread), db.session.merge(author))
        for _file in range(3):
            make_post_file(author, post_id=post.id)
    assert cost() == before <= 8


def hide(post_id: int, state: PostState) -> None:
    with unit_of_work():
        post = db.session.get_one(Post, post_id)
        take_from_sight(post, db.session.get_one(Thread, post.thread_id), state)

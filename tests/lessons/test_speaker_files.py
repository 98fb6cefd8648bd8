"""What guest speakers send: whole by a form or in parts by tus, so much and no more, as drafts."""

import io
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from lms.core import clock
from lms.core.db import db
from lms.core.errors import Conflict
from lms.core.unit_of_work import unit_of_work
from lms.lessons.models import Intake, IntakeState, Lesson, Material, MaterialFile, MaterialState
from lms.lessons.permissions import get_speaker
from lms.lessons.rules.speakers import MOST_BYTES, MOST_FILES
from lms.lessons.services import intakes, speakers
from lms.media.storage import FolderStorage
from tests.factories.accounts import make_person
from tests.factories.courses import make_course, make_module
from tests.factories.lessons import make_lesson
from tests.factories.speakers import make_invitation
from tests.forms import fill_in, token_on
from tests.media import corpus

CONTENT = corpus.pdf()


@pytest.fixture(autouse=True)
def own_folders(request, tmp_path, monkeypatch):
    """Folders of this test alone: what other tests stored is not rolled back."""
    if "app" in request.fixturenames:
        app = request.getfixturevalue("app")
        monkeypatch.setitem(app.extensions, "storage", FolderStorage(tmp_path / "files"))
        (tmp_path / "uploads").mkdir()
        monkeypatch.setitem(app.config, "UPLOAD_FOLDER", str(tmp_path / "uploads"))


@pytest.fixture
def lesson(app) -> Lesson:
    return make_lesson(make_module(make_course(), position=2), kind="live")


@pytest.fixture
def link(lesson) -> str:
    """The token of a link that works, to a session of a published version."""
    return make_invitation(lesson, name="Ana Pérez")[1]


def send_whole(browser: Any, link: str, *files: tuple[str, bytes]) -> Any:
    data = {
        "csrf_token": token_on(browser, f"/en/speak/{link}/materials"),
        "language": "en",
        "file": [(io.BytesIO(content), name) for name, content in files],
    }
    answer = browser.post(f"/en/speak/{link}/files", data=data)
    answer.request.input_stream.close()  # the test client keeps what is large in a file of its own
    return answer


class Sender:
    """The script of a speaker's page, as a client of the protocol."""

    def __init__(self, browser: Any, link: str) -> None:
        self.browser = browser
        self.token = token_on(browser, f"/en/speak/{link}/materials")

    def ask(self, method: str, address: str, data: bytes = b"", **headers: Any) -> Any:
        own = {"Tus-Resumable": "1.0.0", "X-CSRFToken": self.token}
        named = {name.replace("_", "-"): str(value) for name, value in headers.items()}
        return self.browser.open(address, method=method, data=data, headers={**own, **named})

    def create(self, link: str, size: int = len(CONTENT), **metadata: Any) -> Any:
        values = {"filename": "plan.pdf", "purpose": "material", "lesson_id": 1, **metadata}
        pairs = (f"{key} {b64encode(str(v).encode()).decode()}" for key, v in values.items())
        address = f"/api/v1/speakers/{link}/uploads"
        return self.ask("POST", address, Upload_Length=size, Upload_Metadata=",".join(pairs))

    def send(self, address: str, offset: int, data: bytes) -> Any:
        kind = "application/offset+octet-stream"
        return self.ask("PATCH", address, data, Content_Type=kind, Upload_Offset=offset)


def begin(link: str, size: int = 10) -> int:
    found = get_speaker(link, clock.now())
    with unit_of_work():
        return intakes.begin_speaker_intake(
            found.edited,
            found.invitation,
            file_name="plan.pdf",
            size=size,
            language="en",
            now=clock.now(),
        ).id


def test_files_sent_whole_become_drafts_of_the_session(link, lesson, client, run_jobs):
    padded = corpus.pdf(b"/Lang(en)", b"<<>>stream\n" + b"0" * 3_000_000 + b"\nendstream")
    answer = send_whole(client, link, ("plan.pdf", CONTENT), ("long_plan.pdf", padded))
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "long_plan.pdf" in page
    run_jobs()
    assert {intake.state for intake in db.session.query(Intake)} == {IntakeState.READY}
    materials = db.session.query(Material).order_by(Material.id).all()
    assert [each.title.texts for each in materials] == [{"en": "plan"}, {"en": "long plan"}]
    for each in materials:
        assert (each.state, each.created_by_id) == (MaterialState.DRAFT, None)
        assert (each.lesson_id, each.rights_holder) == (lesson.id, "Ana Pérez")
    assert db.session.query(MaterialFile).count() == 2
    assert "Ready" in client.get(f"/en/speak/{link}/materials").text


def test_a_file_in_parts_goes_on_after_a_break(link, client, run_jobs):
    sender = Sender(client, link)
    created = sender.create(link)
    assert created.status_code == 201
    address = created.headers["Location"]
    assert sender.send(address, 0, CONTENT[:100]).status_code == 204
    assert sender.send(address, 50, CONTENT[50:]).status_code == 409
    assert sender.ask("HEAD", address).headers["Upload-Offset"] == "100"
    assert sender.send(address, 100, CONTENT[100:]).status_code == 204
    look = f"/en/speak/{link}/files/{created.json['intake']}"
    row = client.get(look, headers={"X-Fragment": "1"}).text
    assert 'data-state="waiting"' in row
    assert f'data-look="{look}"' in row
    run_jobs()
    assert 'data-state="ready"' in client.get(look, headers={"X-Fragment": "1"}).text
    assert client.get(look).location == f"/en/speak/{link}/materials"


def test_an_upload_belongs_to_one_link(link, lesson, client, signed_in_as):
    _other, others_link = make_invitation(lesson)
    sender = Sender(client, link)
    created = sender.create(link)
    address = created.headers["Location"]
    with_other_link = address.replace(link, others_link)
    for method in ("HEAD", "DELETE"):
        assert sender.ask(method, with_other_link).status_code == 404
    assert sender.send(with_other_link, 0, CONTENT).status_code == 404
    upload = address.rsplit("/", 1)[1]
    staff = signed_in_as(make_person("staff"))
    asked = staff.get(f"/api/v1/uploads/{upload}", headers={"Tus-Resumable": "1.0.0"})
    assert asked.status_code == 404
    path = f"/en/speak/{others_link}/files/{created.json['intake']}"
    assert client.get(path).status_code == 404
    assert fill_in(client, f"/en/speak/{others_link}", send_to=f"{path}/remove").status_code == 404
    assert sender.ask("DELETE", address).status_code == 204
    assert db.session.query(Material).count() == 0


@pytest.mark.parametrize("how", ["revoked", "renewed", "expired"])
def test_a_dead_link_takes_nothing_more(link, client, how):
    sender = Sender(client, link)
    address = sender.create(link).headers["Location"]
    found = get_speaker(link, clock.now()).invitation
    moment = found.expires_at if how == "expired" else clock.now()
    actor = make_person("staff")
    with unit_of_work():
        if how == "revoked":
            speakers.revoke_invitation(found, actor=actor, now=moment)
        elif how == "renewed":
            speakers.renew_invitation(found, actor=actor, now=moment)
    with time_machine.travel(moment, tick=False):
        assert sender.send(address, 0, CONTENT).status_code in {400, 404}
        assert sender.ask("HEAD", address).status_code == 404
        assert sender.create(link).status_code in {400, 404}
    assert db.session.query(Intake).one().state == IntakeState.RECEIVING


@pytest.mark.parametrize("name, content, said", [
    ("virus.exe", b"MZ", "Files of this type are not accepted here."),
    ("empty.pdf", b"", "The file is empty."),
    ("", b"", "Choose a file."),
])  # fmt: skip
def test_what_is_not_taken_is_refused_beside_the_field(link, client, name, content, said):
    answer = send_whole(client, link, (name, content))
    assert answer.status_code == 422
    assert said in answer.text
    assert db.session.query(Intake).count() == 0


def test_a_hostile_name_is_shown_as_text(link, client, lesson, signed_in_as):
    send_whole(client, link, ('"><svg onload=alert(1)>.pdf', CONTENT))
    staff = signed_in_as(make_person("staff"))
    invitation = get_speaker(link, clock.now()).invitation
    for browser, path in (
        (client, f"/en/speak/{link}/materials"),
        (client, f"/en/speak/{link}/thanks"),
        (staff, f"/en/manage/speakers/{invitation.id}"),
    ):
        assert "<svg onload" not in browser.get(path).text


def test_so_many_files_and_bytes_and_no_more(link, client):
    with pytest.raises(Conflict):
        for size in (150_000_000,) * (MOST_BYTES // 150_000_000 + 1):
            begin(link, size)
    db.session.query(Intake).delete()
    db.session.commit()
    for _ in range(MOST_FILES):
        begin(link)
    answer = send_whole(client, link, ("more.pdf", CONTENT))
    assert answer.status_code == 422
    assert "At most 10 files" in answer.text
    refused = db.session.query(Intake).first()
    refused.state = IntakeState.REFUSED  # it takes no room any more
    db.session.commit()
    begin(link)


def test_a_file_is_taken_back_until_somebody_works_with_it(link, client, run_jobs):
    send_whole(client, link, ("one.pdf", CONTENT), ("two.pdf", CONTENT))
    run_jobs()
    first, second = db.session.query(Intake).order_by(Intake.id)
    page, path = f"/en/speak/{link}/materials", f"/en/speak/{link}/files"
    assert fill_in(client, page, send_to=f"{path}/{first.id}/remove").status_code == 303
    (material,) = db.session.query(Material)
    material.state = MaterialState.SUBMITTED
    db.session.commit()
    fill_in(client, page, send_to=f"{path}/{second.id}/remove")
    assert "in use already" in client.get(page).text
    assert db.session.query(Material).count() == 1


def test_a_large_body_is_taken_only_from_who_holds_a_link(link, client):
    token = token_on(client, f"/en/speak/{link}/materials")
    for wrong in ("x" * 43, link[:-1]):
        data = {"csrf_token": token, "file": (io.BytesIO(b"0" * 3_000_000), "plan.pdf")}
        answer = client.post(f"/en/speak/{wrong}/files", data=data)
        answer.request.input_stream.close()
        assert answer.status_code == 413


def test_beginning_uploads_is_limited(link, client):
    with time_machine.travel(clock.now().replace(minute=1), tick=False):
        sender = Sender(client, link)
        answers = [sender.create(link, size=0).status_code for _ in range(61)]
    assert answers == [422] * 60 + [429]


def test_of_eleven_files_begun_at_once_ten_are_taken(app_of_its_own):
    with app_of_its_own.app_context():
        lesson = make_lesson(make_module(make_course(), position=2), kind="live")
        token = make_invitation(lesson)[1]

    def try_one(_number: int) -> bool:
        with app_of_its_own.app_context():
            try:
                begin(token)
            except Conflict:
                return False
            return True

    with ThreadPoolExecutor(MOST_FILES + 1) as threads:
        taken = list(threads.map(try_one, range(MOST_FILES + 1)))
    assert taken.count(True) == MOST_FILES


def test_what_was_never_sent_to_its_end_goes_in_time(link):
    begin(link)
    with unit_of_work():
        intakes.tidy_intakes(clock.now() + timedelta(days=8))
    assert db.session.query(Intake).count() == 0
    assert db.session.query(Material).count() == 0

"""Files on the ground: of a post in the trainee's run, of one for all, of a trainee's draft."""

from base64 import b64encode
from typing import Any

from lms.accounts.models import Person
from lms.boards.models import PostFile, ThreadKind
from lms.boards.services.drafts import draft_of_form
from lms.boards.services.files import begin_file
from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.lessons.models import IntakeState
from lms.media.storage import storage

KEY = "ground-files-of-a-draft"
DRAFT_FILE = {"file_id": "draft_file_id", "token": "post_file_token"}
PARTS: dict[str, dict[str, str]] = {
    "boards.serve_file": {"file_id": "run_file_id"},
    **dict.fromkeys(
        (
            "boards.show_file",
            "boards_uploads.show_post_file",
            "boards_uploads.receive_post_file_part",
            "boards_uploads.cancel_post_file",
        ),
        DRAFT_FILE,
    ),
}


def files_of_posts(ground: dict[str, Any], trainee: Person, others: Person) -> dict[str, Any]:
    """Return documents of two posts, and a file the trainee is sending with an answer."""
    trainee_id, others_id = trainee.id, others.id
    storage().put("boards/ground/plan.pdf", b"%PDF-1.7")
    with unit_of_work():
        of_run = _document(ground["answer_id"], others_id)
        public = _document(ground["public_post_id"], others_id)
        person = db.session.get_one(Person, trainee_id)
        draft = draft_of_form(
            person,
            KEY,
            board_id=ground["board_id"],
            thread_id=ground["thread_id"],
            kind=ThreadKind.QUESTION,
            now=clock.now(),
        )
        assert draft is not None
        sent = begin_file(draft, person, file_name="bus.pdf", size=9, now=clock.now())
        assert sent.upload is not None
        ids, token = (of_run.id, public.id, sent.id), sent.upload.token
    place = {"filename": "a.pdf", "of": "thread", "row_id": ground["thread_id"], "key": "k" * 24}
    return {
        "run_file_id": ids[0],
        "public_file_id": ids[1],
        "draft_file_id": ids[2],
        "post_file_token": token,
        "post_file_metadata": ",".join(
            f"{name} {b64encode(str(value).encode()).decode()}" for name, value in place.items()
        ),
    }


def _document(post_id: int, person_id: int) -> PostFile:
    file = PostFile(
        post_id=post_id,
        person_id=person_id,
        state=IntakeState.READY,
        name="plan.pdf",
        size=8,
        mimetype="application/pdf",
        storage_key="boards/ground/plan.pdf",
        created_at=clock.now(),
    )
    db.session.add(file)
    db.session.flush()
    return file

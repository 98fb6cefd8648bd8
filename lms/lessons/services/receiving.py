"""Files from their first byte to the work on them, whatever is to become of them.

A row tells of such a file: its `state`, why it was refused, and `upload_id` while the bytes are
kept. It is an `Intake` here; packages above have rows of their own.
"""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from lms.core.db import db, lock
from lms.core.errors import Conflict
from lms.lessons.models import IntakeState
from lms.media import uploads
from lms.media.models import Upload

UNDER_WAY = (IntakeState.WAITING, IntakeState.WORKING)


def upload_of(row: Any) -> Upload | None:
    """Return what holds the received bytes, while they are kept."""
    return None if row.upload_id is None else db.session.get(Upload, row.upload_id)


def drop_upload(row: Any) -> None:
    """Let go of what was received; the bytes go once the transaction has committed."""
    upload = upload_of(row)
    row.upload_id = None
    db.session.flush()
    if upload is not None:
        uploads.cancel(upload)


def note_all_here(row: Any, *, now: datetime) -> bool:
    """Note that the last byte is there: the file waits for its work. False before, and again."""
    lock(row)
    upload = upload_of(row)
    if row.state != IntakeState.RECEIVING or upload is None or not uploads.is_all_there(upload):
        return False
    uploads.complete(upload, now=now)
    _let_wait(row)
    return True


def begin_work(row: Any) -> bool:
    """Note that a file is being worked on; False when that is no longer wanted."""
    lock(row)
    if row.state not in UNDER_WAY or row.upload_id is None:
        return False
    row.state = IntakeState.WORKING
    return True


def refuse(row: Any, refusal: str) -> bool:
    """Say why a file will not do, a word of REFUSAL_WORDS; its bytes go. False once it is over."""
    lock(row)
    if row.state not in UNDER_WAY:
        return False
    row.state = IntakeState.REFUSED
    row.refusal = refusal
    drop_upload(row)
    return True


def fail(row: Any) -> bool:
    """Note that the work was given up by fault of ours; it can be tried again. False once over."""
    lock(row)
    if row.state not in UNDER_WAY:
        return False
    row.state = IntakeState.FAILED
    return True


def try_again(row: Any) -> bool:
    """Let a file that was given up wait once more; in any other state False, and nothing happens.

    Raises Conflict when its bytes have gone meanwhile.
    """
    lock(row)
    if row.state != IntakeState.FAILED:
        return False
    if row.upload_id is None:
        raise Conflict(_("The file is no longer here. Send it again."))
    _let_wait(row)
    return True


def _let_wait(row: Any) -> None:
    row.state = IntakeState.WAITING
    row.refusal = ""

"""What is sent of files with a post: where an upload belongs, what is said of each picture."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from lms.boards.forms.posting import KEY
from lms.boards.rules.files import MOST_WORDS
from lms.boards.services.files import Description
from lms.core.errors import Invalid
from lms.core.text import clean_line
from lms.lessons.forms.intakes import LARGEST_ID, read_metadata, read_number

FILES = "file"
ATTACH, REMOVE, RETRY = "attach", "remove:", "retry:"


@dataclass(frozen=True)
class PostFileWish:
    """A file that is to be sent, of the right shape; whether it is taken the services say."""

    file_name: str
    size: int
    of: str
    row_id: int
    kind: str
    key: str


def read_post_file_wish(described: str, length: str) -> PostFileWish:
    """Return the wish of the headers Upload-Metadata and Upload-Length; raises Invalid."""
    metadata, size = read_metadata(described), read_number(length)
    row_id = read_number(metadata.get("row_id", ""), most=LARGEST_ID)
    key = metadata.get("key", "")
    if size is None or row_id is None or not KEY.fullmatch(key):
        raise Invalid("", _("This is not readable."))
    return PostFileWish(
        metadata.get("filename", ""),
        size,
        metadata.get("of", ""),
        row_id,
        metadata.get("kind", ""),
        key,
    )


def read_descriptions(file_ids: Iterable[int], sent: Mapping[str, str]) -> dict[int, Description]:
    """Return what a form says of files; of those it has no field for, nothing."""
    return {
        file_id: Description(
            clean_line(sent[f"words-{file_id}"], MOST_WORDS),
            f"people-{file_id}" in sent,
            f"agreed-{file_id}" in sent,
        )
        for file_id in file_ids
        if f"words-{file_id}" in sent
    }


def file_acted_on(act: str, kind: str) -> int | None:
    """Return the id of the file a button is about, None for another button."""
    return read_number(act.removeprefix(kind), most=LARGEST_ID) if act.startswith(kind) else None

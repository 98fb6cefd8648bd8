"""What a player offers of a recording, to the reader of the page it stands on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from flask import request

from lms.i18n.formats import preferences
from lms.lessons.models import Rendition
from lms.lessons.transcript import Cue, cues_of

# The renditions to choose from, the usual one first; the poster is not watched.
QUALITIES = ("480p", "240p", "audio")


class StoredRendition(Protocol):
    """One form of a recording, whatever it is a recording of."""

    @property
    def rendition(self) -> Rendition: ...
    @property
    def storage_key(self) -> str: ...
    @property
    def mimetype(self) -> str: ...
    @property
    def size(self) -> int: ...


@dataclass(frozen=True)
class Player:
    """Renditions with sizes and the one to play, captions, the transcript, where to start."""

    renditions: Sequence[StoredRendition]
    chosen: StoredRendition | None
    saves_data: bool
    has_poster: bool
    captions: Sequence[str]
    caption_language: str
    transcript_language: str
    cues: Sequence[Cue]
    start_at: int | None


def player_of(
    stored: Iterable[StoredRendition], captions: Mapping[str, str], duration_seconds: int
) -> Player:
    """Return what is offered of a recording: as the address asks, or as it suits this reader."""
    by_name = {str(each.rendition): each for each in stored}
    renditions = [by_name[name] for name in QUALITIES if name in by_name]
    spoken = _transcript_language(captions)
    return Player(
        renditions=renditions,
        chosen=_chosen(by_name, renditions),
        saves_data=_saves_data(),
        has_poster="poster" in by_name,
        captions=list(captions),
        caption_language=next((code for code in preferences() if code in captions), ""),
        transcript_language=spoken,
        cues=cues_of(captions[spoken]) if spoken else (),
        start_at=_start_at(duration_seconds),
    )


def _chosen(
    by_name: Mapping[str, StoredRendition], renditions: Sequence[StoredRendition]
) -> StoredRendition | None:
    """Return the rendition to play: asked for, kept from before, or fit for the connection."""
    wanted = [request.args.get("quality"), request.cookies.get("quality")]
    wanted.append("240p" if _saves_data() else "480p")
    found = (by_name[name] for name in wanted if name in QUALITIES and name in by_name)
    return next(found, None) or next(iter(renditions), None)


def _saves_data() -> bool:
    return request.headers.get("Save-Data", "").lower() == "on"


def _transcript_language(captions: Mapping[str, str]) -> str:
    for code in (request.args.get("transcript", ""), *preferences()):
        if code in captions:
            return code
    return next(iter(captions), "")


def _start_at(duration: int) -> int | None:
    """Return the second a link asked to start at, without a script."""
    second = request.args.get("at", type=int)
    return second if second is not None and 0 <= second < duration else None

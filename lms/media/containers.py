"""Which container a recording is in, by its first bytes; FFmpeg is never left to guess."""

from typing import Final

from lms.media.kinds import FileKind

HEAD_BYTES: Final = 4096

# FFmpeg's names of the containers, and the extensions of what is in them, the usual one first.
CONTAINERS: dict[FileKind, dict[str, tuple[str, ...]]] = {
    FileKind.VIDEO: {"mov": ("mp4", "m4v", "mov"), "matroska": ("webm", "mkv")},
    FileKind.AUDIO: {"mov": ("m4a",), "mp3": ("mp3",), "wav": ("wav",), "ogg": ("ogg",)},
}

_FIRST_BOXES = {b"ftyp", b"moov", b"mdat", b"free", b"wide", b"skip", b"pnot"}
_PLAYLISTS = (b"#extm3u", b"ffconcat", b"[playlist]", b"<smil", b"<mpd", b"<asx", b"rtsptext")


def container_of(head: bytes) -> str | None:
    """Return FFmpeg's name of the container that begins so, or None when it is none of ours."""
    if head[4:8] in _FIRST_BOXES:
        return "mov"
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "matroska"
    if head.startswith(b"OggS"):
        return "ogg"
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return "wav"
    return "mp3" if _begins_as_mp3(head) else None


def _begins_as_mp3(head: bytes) -> bool:
    is_frame_of_layer_3 = len(head) > 3 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2
    return head.startswith(b"ID3") or is_frame_of_layer_3


def is_playlist(head: bytes) -> bool:
    """Tell whether it is a list of other files: a player would go and read those."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith(b"<?xml"):
        return any(mark in text for mark in (b"<smil", b"<mpd", b"<asx"))
    return text.startswith(_PLAYLISTS)

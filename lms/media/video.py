"""Recordings: what they hold, and the small forms they are made into for poor lines."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import av
from av.stream import Disposition
from av.video.frame import VideoFrame

from lms.media.containers import HEAD_BYTES, container_of
from lms.media.images import write_still
from lms.media.kinds import LENGTH_LIMIT_SECONDS, PIXEL_LIMIT, TRACK_LIMIT
from lms.media.outcomes import Renditions
from lms.media.refusals import Refusal, Refused
from lms.media.renditions import AUDIO_ONLY, FRAMES_A_SECOND, PICTURES, Output
from lms.media.soundtrack import Soundtrack
from lms.media.upright import Upright, fit, shown_size

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.packet import Packet
    from av.stream import Stream
    from av.video.stream import VideoStream

OnProgress = Callable[[int], object]

SILENCE_SECONDS = 10  # one percent of six hours takes minutes; silent, it would look dead
POSTER_AT = 0.1  # of the length: later than a title that fades in

# No other decoder is ever opened: most of FFmpeg's are old and were never meant for strangers.
_PICTURE_CODECS = {
    "h264", "hevc", "vp8", "vp9", "libdav1d", "av1", "mpeg4", "mjpeg", "prores", "h263",
}  # fmt: skip
_SOUND_CODECS = {
    "aac", "mp3", "mp3float", "opus", "libopus", "vorbis", "libvorbis", "flac", "alac",
    "ac3", "eac3", "amrnb", "amrwb", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be",
    "pcm_s32le", "pcm_f32le", "pcm_u8", "pcm_alaw", "pcm_mulaw",
}  # fmt: skip


class Probed(NamedTuple):
    """What a recording holds; the size is that of the picture as it is shown, 0 without one."""

    duration_seconds: float
    has_video: bool
    has_audio: bool
    width: int
    height: int


def probe(path: Path) -> Probed:
    """Say what the recording holds, decoding as little as possible.

    Raises Refused: DAMAGED, TOO_MANY_TRACKS, TOO_LONG, TOO_MANY_PIXELS, or NOT_ACCEPTED for
    pictures or sound in a form no recorder writes.
    """
    with _open(path) as source:
        picture, sound = _tracks(source)
        width, height = _shown_size(source, picture) if picture else (0, 0)
        duration = _duration(source)
        if duration > LENGTH_LIMIT_SECONDS:
            raise Refused(Refusal.TOO_LONG)
    return Probed(duration, picture is not None, sound is not None, width, height)


def convert(
    path: Path, out_dir: Path, *, on_progress: OnProgress = lambda _percent: None
) -> Renditions:
    """Write the forms of a recording into `out_dir` and tell `on_progress` of whole percents.

    "480p" and "240p" when there is a picture, "audio" when there is sound, and a poster. Each
    keeps the moments of the source, also where those come at no even pace; no picture is made
    larger. Raises Refused when it cannot be decoded, or turns out longer than it said.
    """
    probed = probe(path)
    with ExitStack() as open_files:
        source = open_files.enter_context(_open(path))
        making = _Making(source, probed, out_dir, on_progress)
        for output in making.outputs.values():
            open_files.enter_context(output)
        making.read_all()
    on_progress(100)
    files = {name: output.path for name, output in making.outputs.items()}
    return Renditions(files, round(making.end, 3), making.write_poster(out_dir / "poster.webp"))


def _open(path: Path) -> InputContainer:
    with path.open("rb") as file:
        container = container_of(file.read(HEAD_BYTES))
    if container is None:
        raise Refused(Refusal.WRONG_TYPE)
    try:
        return av.open(
            f"file:{path}", format=container, container_options={"protocol_whitelist": "file"}
        )
    except (av.FFmpegError, ValueError, MemoryError):
        raise Refused(Refusal.DAMAGED) from None


def _tracks(source: InputContainer) -> tuple[VideoStream | None, AudioStream | None]:
    """Return the first picture that moves and the first sound."""
    if len(source.streams) > TRACK_LIMIT:
        raise Refused(Refusal.TOO_MANY_TRACKS)
    picture = next(
        (s for s in source.streams.video if not s.disposition & Disposition.attached_pic), None
    )
    sound = next(iter(source.streams.audio), None)
    if picture is None and sound is None:
        raise Refused(Refusal.DAMAGED)
    if picture and (picture.codec_context is None or picture.codec.name not in _PICTURE_CODECS):
        raise Refused(Refusal.NOT_ACCEPTED)
    if sound and (sound.codec_context is None or sound.codec.name not in _SOUND_CODECS):
        raise Refused(Refusal.NOT_ACCEPTED)
    return picture, sound


def _duration(source: InputContainer) -> float:
    """Return the length in seconds; what a browser recorded live does not say it itself."""
    if source.duration and source.duration > 0:
        return source.duration / av.time_base
    end = 0.0
    for packet in _packets(source):
        if packet.pts is not None and packet.time_base:
            end = max(end, float((packet.pts + (packet.duration or 0)) * packet.time_base))
    return max(0.0, end - _start(source))


def _start(source: InputContainer) -> float:
    return (source.start_time or 0) / av.time_base


def _packets(source: InputContainer, *tracks: Stream) -> Iterator[Packet[Stream]]:
    try:
        yield from source.demux(*tracks)
    except av.FFmpegError:
        raise Refused(Refusal.DAMAGED) from None


def _shown_size(source: InputContainer, picture: VideoStream) -> tuple[int, int]:
    """Return width and height as shown, which only the first frame knows for certain."""
    if picture.codec_context.width * picture.codec_context.height > PIXEL_LIMIT:
        raise Refused(Refusal.TOO_MANY_PIXELS)
    for packet in _packets(source, picture):
        for frame in _decode(packet):
            assert isinstance(frame, VideoFrame)
            return shown_size(frame, picture.sample_aspect_ratio)
    raise Refused(Refusal.DAMAGED)


def _decode(packet: Packet[Stream]) -> list[VideoFrame | AudioFrame]:
    """Return the frames of a packet: none when it is broken, as single ones are on poor lines."""
    try:
        return packet.decode()  # type: ignore[return-value]
    except av.InvalidDataError:
        return []
    except av.FFmpegError:
        raise Refused(Refusal.DAMAGED) from None


class _Making:
    """One reading of the source, from which all forms are written at once."""

    def __init__(
        self, source: InputContainer, probed: Probed, out_dir: Path, on_progress: OnProgress
    ) -> None:
        self.picture, self.sound = _tracks(source)
        self.duration = probed.duration_seconds
        self.on_progress = on_progress
        self.percent, self.told_at = 0, time.monotonic()
        self.start = _start(source)
        self.packets = _packets(source, *(track for track in (self.picture, self.sound) if track))
        self.upright = Upright(probed.width, probed.height, PICTURES[0].box)
        self.soundtrack = Soundtrack(self.sound)
        self.outputs: dict[str, Output] = {}
        for form in (*PICTURES, AUDIO_ONLY):
            if self.sound if form.box is None else self.picture:
                size = form.box and fit(self.upright.size, form.box)
                layout = self.soundtrack.layout if self.sound else None
                self.outputs[form.name] = Output(out_dir, form, size=size, layout=layout)
        self.last_slot = -1
        self.last_shown: VideoFrame | None = None
        self.still: VideoFrame | None = None
        self.still_is_final = False

    @property
    def end(self) -> float:
        """How long the forms play, in seconds."""
        return max((self.last_slot + 1) / FRAMES_A_SECOND, self.soundtrack.seconds)

    def read_all(self) -> None:
        if self.picture:
            self.picture.thread_type = "AUTO"
        for packet in self.packets:
            for frame in _decode(packet):
                if isinstance(frame, VideoFrame):
                    self._show(frame)
                else:
                    self._lay(self.soundtrack.lay(frame, self._moment(frame)))
                self._tell_progress()
        self._lay(self.soundtrack.finish())
        self._hold_last_picture()
        if (self.picture and self.still is None) or (self.sound and not self.soundtrack.seconds):
            raise Refused(Refusal.DAMAGED)
        for output in self.outputs.values():
            output.finish()

    def _moment(self, frame: VideoFrame | AudioFrame) -> float | None:
        return None if frame.time is None else frame.time - self.start

    def _show(self, frame: VideoFrame) -> None:
        moment = self._moment(frame)
        slot = self.last_slot + 1 if moment is None else round(moment * FRAMES_A_SECOND)
        if slot <= self.last_slot:
            return  # more pictures a second than are sent on
        shown = self.upright.show(frame)
        self._keep_still(shown, slot / FRAMES_A_SECOND)
        self._send(shown, slot)
        self._check_length()

    def _hold_last_picture(self) -> None:
        """Show the last picture again at the end: without sound nothing else says how long."""
        last_slot = int(self.duration * FRAMES_A_SECOND) - 1
        if self.last_shown and last_slot / FRAMES_A_SECOND > self.end:
            self._send(self.last_shown, last_slot)

    def _send(self, shown: VideoFrame, slot: int) -> None:
        self.last_shown, self.last_slot = shown, slot
        for output in self.outputs.values():
            output.show(shown, slot)

    def _lay(self, parts: Iterator[AudioFrame]) -> None:
        for part in parts:
            self._check_length()
            for output in self.outputs.values():
                output.lay(part)

    def _check_length(self) -> None:
        if self.end > LENGTH_LIMIT_SECONDS + 60:
            raise Refused(Refusal.TOO_LONG)

    def _keep_still(self, shown: VideoFrame, moment: float) -> None:
        if self.still is None or not self.still_is_final:
            self.still_is_final = moment >= POSTER_AT * self.duration
            if self.still is None or self.still_is_final:
                self.still = shown

    def write_poster(self, path: Path) -> Path | None:
        """Write the still, if there was a picture; return where."""
        if self.still is None:
            return None
        write_still(self.still.to_image(), path)
        return path

    def _tell_progress(self) -> None:
        percent = min(99, int(100 * self.end / self.duration)) if self.duration else 0
        now = time.monotonic()
        if percent > self.percent or now - self.told_at >= SILENCE_SECONDS:
            self.percent, self.told_at = percent, now
            self.on_progress(percent)

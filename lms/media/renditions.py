"""The forms a recording is written in, small enough for poor lines, each into its own file."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.video.frame import PictureType, VideoFrame
from av.video.stream import VideoStream

from lms.media.soundtrack import SAMPLES_A_SECOND
from lms.media.upright import PIXELS

FRAMES_A_SECOND = 25  # at most: pictures keep their moments on a grid of this width
KEYFRAME_SECONDS = 5
QUALITY = 27  # x264's constant rate factor


class Form(NamedTuple):
    """One form, by the name lessons give it. Rates are in bits a second."""

    name: str
    file_name: str
    container: str
    box: tuple[int, int] | None  # None: sound alone
    picture_rate: int
    sound_rate: int
    is_mono: bool


PICTURES = (
    Form("480p", "480p.mp4", "mp4", (854, 480), 700_000, 64_000, is_mono=False),
    Form("240p", "240p.mp4", "mp4", (426, 240), 200_000, 48_000, is_mono=True),
)
AUDIO_ONLY = Form("audio", "audio.m4a", "ipod", None, 0, 40_000, is_mono=True)


class Output:
    """A file being written. Its index is put in front, so that it plays while it arrives."""

    def __init__(
        self, out_dir: Path, form: Form, *, size: tuple[int, int] | None, layout: str | None
    ) -> None:
        self.path = out_dir / form.file_name
        self._file = av.open(
            str(self.path), "w", format=form.container, options={"movflags": "+faststart"}
        )
        self._size = size
        # Both before the first packet: FFmpeg takes no more tracks after it.
        self._picture = self._add_picture(form, size) if size else None
        self._sound = self._add_sound(form, layout) if layout else None
        self._last_keyframe = -1

    def __enter__(self) -> Output:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def show(self, frame: VideoFrame, slot: int) -> None:
        """Write a picture at its place on the grid; there may be places without one."""
        if self._picture is None or self._size is None:
            return
        copy = frame.reformat(width=self._size[0], height=self._size[1], interpolation="BICUBIC")
        copy.pts, copy.time_base = slot, Fraction(1, FRAMES_A_SECOND)
        interval = slot // (KEYFRAME_SECONDS * FRAMES_A_SECOND)
        is_due = interval > self._last_keyframe
        copy.pict_type = PictureType.I if is_due else PictureType.NONE
        self._last_keyframe = interval
        self._file.mux(self._picture.encode(copy))

    def lay(self, frame: AudioFrame) -> None:
        """Write sound, which comes without gaps."""
        if self._sound is not None:
            self._file.mux(self._sound.encode(frame))

    def finish(self) -> None:
        """Write what the encoders still hold."""
        for track in (self._picture, self._sound):
            if track is not None:
                self._file.mux(track.encode(None))

    def _add_picture(self, form: Form, size: tuple[int, int]) -> VideoStream:
        track = self._file.add_stream("libx264", rate=FRAMES_A_SECOND)
        track.width, track.height = size
        track.pix_fmt = PIXELS
        track.time_base = Fraction(1, FRAMES_A_SECOND)
        track.codec_context.gop_size = KEYFRAME_SECONDS * FRAMES_A_SECOND
        track.options = {
            "preset": "veryfast",
            "profile": "main",
            "crf": str(QUALITY),
            "maxrate": str(form.picture_rate),
            "bufsize": str(2 * form.picture_rate),
            "forced-idr": "1",
        }
        return track

    def _add_sound(self, form: Form, layout: str) -> AudioStream:
        track = self._file.add_stream("aac", rate=SAMPLES_A_SECOND)
        track.codec_context.layout = "mono" if form.is_mono else layout
        track.codec_context.bit_rate = form.sound_rate
        return track

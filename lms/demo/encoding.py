"""Writes small MP4 files with PyAV: H.264 pictures, and narration carried over as it is."""

from __future__ import annotations

import io
from array import array
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from fractions import Fraction
from math import pi, sin
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.video.frame import PictureType, VideoFrame
from PIL import Image

FRAMES_A_SECOND = 10
SAMPLES_A_SECOND = 16_000
KEYFRAME_SECONDS = 5

Frame = tuple[Image.Image, bool]  # the picture, and whether a scene begins with it


def write_video(
    path: Path,
    frames: Iterable[Frame],
    size: tuple[int, int],
    *,
    narration: Path | None = None,
    quality: int = 30,
) -> None:
    """Encode the frames, ten a second, and put the narration beside them without touching it.

    A key frame stands at each scene and at least every five seconds, so that seeking is quick;
    the index stands at the front (faststart), so that playing starts before the file is complete.
    """
    with ExitStack() as open_files:
        out = open_files.enter_context(
            av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"})
        )
        video = out.add_stream("libx264", rate=FRAMES_A_SECOND)
        video.width, video.height = size
        video.pix_fmt = "yuv420p"
        video.time_base = Fraction(1, FRAMES_A_SECOND)
        video.codec_context.gop_size = FRAMES_A_SECOND * KEYFRAME_SECONDS
        video.codec_context.thread_count = 1  # the same bytes each time
        video.options = {
            "crf": str(quality),
            "preset": "veryslow",
            "profile": "main",
            "tune": "animation",
        }
        if narration:
            spoken = open_files.enter_context(av.open(str(narration)))
            source = spoken.streams.audio[0]
            audio = out.add_stream_from_template(source)
            for packet in spoken.demux(source):
                if packet.dts is not None:
                    packet.stream = audio
                    out.mux(packet)
        for number, (picture, begins) in enumerate(frames):
            frame = VideoFrame.from_image(_fit(picture, size))
            frame.pts = number
            frame.time_base = Fraction(1, FRAMES_A_SECOND)
            if begins:
                frame.pict_type = PictureType.I
            out.mux(video.encode(frame))
        out.mux(video.encode(None))


def _fit(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    return picture if picture.size == size else picture.resize(size, Image.Resampling.LANCZOS)


def write_audio(path: Path, samples: array[int], *, bit_rate: int = 32_000) -> None:
    """Encode mono 16-bit samples (16 kHz) as AAC."""
    with av.open(str(path), "w", format="ipod", options={"movflags": "+faststart"}) as out:
        stream = out.add_stream("aac", rate=SAMPLES_A_SECOND)
        stream.codec_context.layout = "mono"
        stream.codec_context.bit_rate = bit_rate
        for frame in _audio_frames(samples):
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


def _audio_frames(samples: array[int]) -> Iterator[AudioFrame]:
    block = 1024
    for start in range(0, len(samples), block):
        part = samples[start : start + block]
        frame = AudioFrame(format="s16", layout="mono", samples=len(part))
        frame.planes[0].update(part.tobytes().ljust(frame.planes[0].buffer_size, b"\0"))
        frame.sample_rate = SAMPLES_A_SECOND
        frame.pts = start
        frame.time_base = Fraction(1, SAMPLES_A_SECOND)
        yield frame


def tone(seconds: float, *, hertz: float = 330, loudness: float = 0.05) -> array[int]:
    """A quiet hum, for clips that need sound but have nothing to say."""
    peak = loudness * 32767
    return array(
        "h",
        (
            round(peak * sin(2 * pi * hertz * n / SAMPLES_A_SECOND))
            for n in range(round(seconds * SAMPLES_A_SECOND))
        ),
    )


def duration(path: Path) -> float:
    """How long a media file plays, in seconds."""
    with av.open(str(path)) as media:
        return (media.duration or 0) / av.time_base


def poster(picture: Image.Image, size: tuple[int, int], limit: int = 30_000) -> bytes:
    """A WebP still of at most `limit` bytes."""
    for quality in (90, 80, 70, 55, 40):
        still = io.BytesIO()
        _fit(picture, size).save(still, "WEBP", quality=quality, method=6)
        if still.tell() <= limit:
            break
    return still.getvalue()

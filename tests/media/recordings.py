"""Short recordings as cameras, phones and browsers make them, for the tests of the pipeline."""

from array import array
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame
from PIL import Image

SAMPLES_A_SECOND = 48_000
MILLISECOND = Fraction(1, 1000)


def write_recording(
    path: Path,
    *,
    size: tuple[int, int] | None = (320, 180),
    seconds: float = 2.0,
    moments: Sequence[int] | None = None,
    sound: str | None = "aac",
    silent_from: float | None = None,
    container: str | None = None,
    codec: str = "libx264",
) -> Path:
    """Write pictures at the given moments (milliseconds; else ten a second) and a hum.

    The left half of every picture is red, the right one blue.
    """
    container = container or {"m4a": "ipod", "mkv": "matroska"}.get(
        path.suffix[1:], path.suffix[1:]
    )
    moments = range(0, round(seconds * 1000), 100) if moments is None else moments
    with av.open(str(path), "w", format=container) as out:
        video = audio = None
        if size:
            video = out.add_stream(codec, rate=10)
            video.width, video.height = size
            video.pix_fmt = "yuv420p"
            video.codec_context.time_base = MILLISECOND
        if sound:
            audio = out.add_stream(sound, rate=SAMPLES_A_SECOND)
            audio.codec_context.layout = "mono"
        for moment in moments if video else ():
            frame = VideoFrame.from_image(halves(size))
            frame.pts, frame.time_base = moment, MILLISECOND
            out.mux(video.encode(frame))
        if video:
            out.mux(video.encode(None))
        if audio:
            for frame in hum(seconds, silent_from):
                out.mux(audio.encode(frame))
            out.mux(audio.encode(None))
    return path


def halves(size: tuple[int, int]) -> Image.Image:
    picture = Image.new("RGB", size, "red")
    picture.paste("blue", (size[0] // 2, 0, *size))
    return picture


def hum(seconds: float, gap_from: float | None = None):
    """Yield sound in frames; with a gap, the second half comes one second late."""
    block = 1024
    for start in range(0, round(seconds * SAMPLES_A_SECOND), block):
        frame = AudioFrame(format="s16", layout="mono", samples=block)
        wave = array("h", (8000 if (n // 60) % 2 else -8000 for n in range(start, start + block)))
        frame.planes[0].update(wave.tobytes())
        frame.sample_rate = SAMPLES_A_SECOND
        late = gap_from is not None and start >= gap_from * SAMPLES_A_SECOND
        frame.pts = start + (SAMPLES_A_SECOND if late else 0)
        frame.time_base = Fraction(1, SAMPLES_A_SECOND)
        yield frame


def turn_by_header(path: Path) -> Path:
    """Say in the header that the picture was filmed with the phone held upright."""
    data = bytearray(path.read_bytes())
    place = data.index(b"tkhd") + 4 + 40  # the matrix of a header of version 0
    quarter = [0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30]
    data[place : place + 36] = b"".join(n.to_bytes(4, signed=True) for n in quarter)
    path.write_bytes(data)
    return path


def moments_of(path: Path, kind: str) -> list[float]:
    """Return the moments at which pictures ("video") or sound ("audio") come, in seconds."""
    with av.open(str(path)) as media:
        stream = next(s for s in media.streams if s.type == kind)
        return [round(float(frame.pts * frame.time_base), 3) for frame in media.decode(stream)]

"""Sound on a clock of its own: evenly counted samples that stay beside their pictures."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream

from lms.media.refusals import Refusal, Refused

SAMPLES_A_SECOND = 48_000
SAMPLE_FORMAT = "fltp"

# Browsers stamp sound up to some hundredths of a second off. Following each stamp would put the
# encoder's clock back at times, which ends the file; so only what is further off is followed.
_TOLERANCE = SAMPLES_A_SECOND // 10


class Soundtrack:
    """Takes frames as they were recorded and gives them without gaps, in one format."""

    def __init__(self, track: AudioStream | None) -> None:
        is_mono = track is not None and track.codec_context.channels == 1
        self.layout = "mono" if is_mono else "stereo"
        self._samples = 0
        self._source: tuple[str, str, int] | None = None
        self._resampler = self._new_resampler()

    @property
    def seconds(self) -> float:
        """How much has been laid."""
        return self._samples / SAMPLES_A_SECOND

    def lay(self, frame: AudioFrame, moment: float | None) -> Iterator[AudioFrame]:
        """Yield the frame in parts, after silence where the recording has a gap.

        Without a moment it follows the one before; what would lie over that is left out.
        """
        due = self._samples if moment is None else round(moment * SAMPLES_A_SECOND)
        gap = due - self._samples
        if gap < -_TOLERANCE:
            return
        if gap > _TOLERANCE or (gap > 0 and not self._samples):
            yield from self._silence(gap)
        source = (frame.format.name, frame.layout.name, frame.sample_rate)
        if self._source not in {None, source}:
            yield from self.finish()
            self._resampler = self._new_resampler()
        self._source = source
        yield from self._count(self._resample(frame))

    def finish(self) -> Iterator[AudioFrame]:
        """Yield what the last frames left behind."""
        yield from self._count(self._resample(None))

    def _new_resampler(self) -> AudioResampler:
        return AudioResampler(SAMPLE_FORMAT, self.layout, SAMPLES_A_SECOND)

    def _resample(self, frame: AudioFrame | None) -> list[AudioFrame]:
        try:
            return [part for part in self._resampler.resample(frame) if part is not None]
        except (av.FFmpegError, ValueError):
            raise Refused(Refusal.DAMAGED) from None

    def _silence(self, samples: int) -> Iterator[AudioFrame]:
        while samples > 0:
            length = min(samples, SAMPLES_A_SECOND)
            frame = AudioFrame(format=SAMPLE_FORMAT, layout=self.layout, samples=length)
            frame.sample_rate = SAMPLES_A_SECOND
            for plane in frame.planes:
                plane.update(bytes(plane.buffer_size))
            samples -= length
            yield from self._count([frame])

    def _count(self, parts: list[AudioFrame]) -> Iterator[AudioFrame]:
        for part in parts:
            part.time_base = Fraction(1, SAMPLES_A_SECOND)
            part.pts = self._samples
            self._samples += part.samples
            yield part

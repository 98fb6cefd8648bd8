"""Speaks the English captions of the demonstration lectures, and sets all captions to that timing.

The caption files are the script: this reads the words of `captions/<key>.en.vtt`, speaks each cue,
writes `media/<key>.m4a`, gives the cues of every language the times of the spoken ones, and writes
the length of the lecture into course.json. It is run only when the script changes:

    pip install py-nanotts==0.1.1      # SVOX Pico, Apache-2.0; not needed to run the platform
    python -m lms.demo.narration
    python -m lms.demo.media lms/demo/content/media

The voice is a computer's, and the course says so (`audio.voice` is "synthetic").
Its timing differs a little from one run to the next, so the videos are always made anew after it.
"""

from __future__ import annotations

import importlib
import json
import re
import sys
from array import array
from math import ceil
from pathlib import Path
from typing import Any

import webvtt

from lms.demo.encoding import SAMPLES_A_SECOND, write_audio
from lms.demo.slides.lectures import scene_starts

CONTENT = Path(__file__).parent / "content"
VOICE, SPEED = "en-GB", 0.9
LEAD_SECONDS, CUE_PAUSE, SCENE_PAUSE, END_SECONDS = 1.0, 0.35, 0.9, 2.0
CAPTION_LINGERS = 0.8
READING_SPEED = 14.5  # characters a second; a cue spoken faster is followed by a longer pause

# Written words that the voice would read wrongly.
SAID = {
    r"(\d),(\d{3})": r"\1\2",
    r"km/h": "kilometres an hour",
    r"\bUTC\b": "U T C",
    r"\bGTFS Realtime\b": "G T F S real time",
    r"\bGTFS\b": "G T F S",
    r"\bGPS\b": "G P S",
    r"\bBeiDou\b": "bay doe",
    r"\bGLONASS\b": "glow nass",
}


def said(words: str) -> str:
    for written, spoken in SAID.items():
        words = re.sub(written, spoken, words)
    return words


def speak(words: str) -> array[int]:
    """The words as samples, without the silence at both ends and at an even loudness."""
    voice = importlib.import_module("py_nanotts").NanoTTS()
    samples = array("h", voice.speak(said(words), voice=VOICE, speed=SPEED, volume=0.5))
    if sys.byteorder == "big":
        samples.byteswap()
    loud = [index for index, value in enumerate(samples) if abs(value) > 160]
    samples = samples[max(loud[0] - 400, 0) : loud[-1] + 1600]
    gain = 0.7 * 32767 / max(abs(value) for value in samples)
    return array("h", (round(value * gain) for value in samples))


def narrate(key: str, starts: set[int]) -> int:
    """Speak one lecture, set the times of its captions, and return its length in whole seconds."""
    track: array[int] = array("h", bytes(2 * round(LEAD_SECONDS * SAMPLES_A_SECOND)))
    times: list[tuple[float, float]] = []
    cues = webvtt.read(str(CONTENT / "captions" / f"{key}.en.vtt")).captions
    for number, cue in enumerate(cues):
        if number:
            pause = SCENE_PAUSE if number in starts else CUE_PAUSE
            begun, words = times[-1][0], cues[number - 1].text
            pause = max(pause, begun + len(words) / READING_SPEED - len(track) / SAMPLES_A_SECOND)
            track.extend(array("h", bytes(2 * round(pause * SAMPLES_A_SECOND))))
        start = len(track) / SAMPLES_A_SECOND
        track.extend(speak(cue.text))
        times.append((start, len(track) / SAMPLES_A_SECOND))
    length = ceil(len(track) / SAMPLES_A_SECOND + END_SECONDS)
    track.extend(array("h", bytes(2 * (length * SAMPLES_A_SECOND - len(track)))))
    write_audio(CONTENT / "media" / f"{key}.m4a", track)
    nexts = [start - 0.05 for start, _ in times[1:]] + [float(length)]
    shown = [
        (start, min(max(end + CAPTION_LINGERS, start + len(cue.text) / READING_SPEED), until))
        for cue, (start, end), until in zip(cues, times, nexts, strict=True)
    ]
    for language in ("ko", "en", "zh"):
        retime(CONTENT / "captions" / f"{key}.{language}.vtt", shown)
    return length


def retime(path: Path, times: list[tuple[float, float]]) -> None:
    texts = [cue.text for cue in webvtt.read(str(path)).captions]
    blocks = ["WEBVTT"]
    for number, (text, (start, end)) in enumerate(zip(texts, times, strict=True), 1):
        blocks.append(f"{number}\n{clock_time(start)} --> {clock_time(end)}\n{text}")
    path.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")


def clock_time(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


def main() -> None:
    path = CONTENT / "course.json"
    course: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for module in course["modules"]:
        for lesson in module["lessons"]:
            if lesson["kind"] == "recorded":
                starts = scene_starts(lesson["key"])
                lesson["duration_seconds"] = narrate(lesson["key"], starts)
    path.write_text(json.dumps(course, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

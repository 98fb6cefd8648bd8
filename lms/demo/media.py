"""The demonstration courses' content: reads and checks it, and makes its videos.

`content/course.json` has the shape of one course of the catalogue (code, title, modules with hours)
and more for each lesson of a module:

    {"key", "kind": "recorded" | "reading", "title": {ko, en, zh}, "summary": {ko, en, zh},
     "source_language": "ko", "recognised_minutes": 12, "counts_for_hours": true,
     "duration_seconds": 137 (null for a reading), "has_audio": true,
     "audio": {"language": "en", "voice": "synthetic"} or null,
     "media": {"480p", "240p", "audio", "poster"}, "captions": {ko, en, zh},
     "body_files": {language: Markdown file} (readings; a language may be missing),
     "question": {"prompt": {ko, en, zh}, "choices": [{ko, en, zh}, ...], "correct": index from 0,
                  "explanation": {ko, en, zh}} or null}

`content/sessions.json` and `content/seminar.json` are courses of the same shape whose lessons are
held at a time: those have a kind of their own ("live", "practice" …) and nothing recorded, and
{"same_as": key} stands for a lesson of the first course.

Files are named from `content/`; `demo_courses()` gives them as absolute paths. The finished media
are kept in `content/media`. To make them again from the drawings in `lms/demo/slides`, the captions
and the kept narration:

    python -m lms.demo.media OUT_DIR

What is spoken is made by `lms.demo.narration`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lms.demo.encoding import Frame
    from lms.demo.slides.scenes import Lecture

CONTENT = Path(__file__).resolve().parent / "content"
HELD = ("sessions.json", "seminar.json")
HELD_KINDS = frozenset({"live", "practice", "field", "discussion"})
NOTHING_RECORDED: Mapping[str, Any] = {
    "duration_seconds": None,
    "audio": None,
    "media": {},
    "captions": {},
    "body_files": {},
    "question": None,
}
LANGUAGES = ("ko", "en", "zh")
RENDITIONS = {"480p": (854, 480), "240p": (426, 240)}
SCENE_LEAD = 0.4  # a scene shows a little before its first word


class ContentFault(ValueError):
    """Something is missing or wrong in the demonstration content; the message begins with where."""


# --- reading and checking ---------------------------------------------------------------


def demo_course() -> dict[str, Any]:
    """The recorded demonstration course with absolute paths; raises ContentFault when not whole."""
    return _read("course.json", {})


def demo_courses() -> list[dict[str, Any]]:
    """The demonstration courses with absolute paths, the recorded one first.

    Raises ContentFault when one of them is not whole.
    """
    recorded = demo_course()
    lessons = [lesson for module in recorded["modules"] for lesson in module["lessons"]]
    known = {lesson["key"]: lesson for lesson in lessons}
    return [recorded, *(_read(name, known) for name in HELD)]


def _read(name: str, known: Mapping[str, Any]) -> dict[str, Any]:
    course: dict[str, Any] = json.loads((CONTENT / name).read_text(encoding="utf-8"))
    try:
        _check_course(course, known)
    except ContentFault as fault:
        raise ContentFault(f"{name}: {fault}") from None
    return course


def _check_course(course: dict[str, Any], known: Mapping[str, Any]) -> None:
    for name in ("title", "summary"):
        _check_text(course[name], name)
    for index, objective in enumerate(course["objectives"]):
        _check_text(objective, f"objectives[{index}]")
    seen: set[str] = set()
    for number, module in enumerate(course["modules"]):
        place = f"modules[{number}]"
        _check_text({code: module.get(code) for code in LANGUAGES}, place)
        module["lessons"] = [
            _checked_lesson(lesson, known, f"{place}.lessons[{index}]")
            for index, lesson in enumerate(module["lessons"])
        ]
        for index, lesson in enumerate(module["lessons"]):
            where = f"{place}.lessons[{index}] ({lesson['key']}).key"
            _require(lesson["key"] not in seen, where, "is used twice")
            seen.add(lesson["key"])
    _check_hours(course)


def _require(holds: bool, place: str, fault: str) -> None:
    if not holds:
        raise ContentFault(f"{place} {fault}")


def _check_text(texts: dict[str, Any], place: str) -> None:
    for code in LANGUAGES:
        _require(bool((texts.get(code) or "").strip()), f"{place}.{code}", "is missing")


def _checked_lesson(lesson: dict[str, Any], known: Mapping[str, Any], place: str) -> dict[str, Any]:
    same_as = lesson.get("same_as")
    if same_as is None:
        _check_lesson(lesson, f"{place} ({lesson.get('key')})")
        return lesson
    _require(same_as in known, f"{place}.same_as", "names no lesson of the first course")
    return dict(known[same_as])


def _check_lesson(lesson: dict[str, Any], where: str) -> None:
    _check_text(lesson["title"], f"{where}.title")
    _check_text(lesson["summary"], f"{where}.summary")
    if lesson["kind"] in HELD_KINDS:
        lesson.update(NOTHING_RECORDED)
        return
    for group in ("media", "captions", "body_files"):
        lesson[group] = {
            name: _existing(file, f"{where}.{group}.{name}") for name, file in lesson[group].items()
        }
    if lesson["kind"] == "recorded":
        _check_recorded(lesson, where)
    else:
        _require(lesson["kind"] == "reading", f"{where}.kind", "is neither recorded nor reading")
        _require(
            lesson["source_language"] in lesson["body_files"],
            f"{where}.body_files",
            "lacks the source language",
        )


def _existing(file: str, place: str) -> Path:
    path = CONTENT / file
    _require(path.is_file() and path.stat().st_size > 0, place, f"names {file}, which is not there")
    return path


def _check_recorded(lesson: dict[str, Any], where: str) -> None:
    wanted = {*RENDITIONS, "poster"} | ({"audio"} if lesson["has_audio"] else set())
    _require(set(lesson["media"]) == wanted, f"{where}.media", f"should be {sorted(wanted)}")
    _require(set(lesson["captions"]) == set(LANGUAGES), f"{where}.captions", "lacks a language")
    _require((lesson["duration_seconds"] or 0) > 0, f"{where}.duration_seconds", "is not positive")
    question, place = lesson["question"], f"{where}.question"
    for name in ("prompt", "explanation"):
        _check_text(question[name], f"{place}.{name}")
    for index, choice in enumerate(question["choices"]):
        _check_text(choice, f"{place}.choices[{index}]")
    _require(len(question["choices"]) in {3, 4}, f"{place}.choices", "are not three or four")
    _require(
        question["correct"] in range(len(question["choices"])), f"{place}.correct", "is no choice"
    )


def _check_hours(course: dict[str, Any]) -> None:
    """Recognised minutes of the lessons make up the module's hours, and these the course's."""
    for number, module in enumerate(course["modules"]):
        minutes = sum(
            lesson["recognised_minutes"]
            for lesson in module["lessons"]
            if lesson["counts_for_hours"]
        )
        _require(
            minutes == round(module["total"] * 60),
            f"modules[{number}].total",
            f"differs from {minutes} recognised minutes",
        )
    total = round(sum(module["total"] for module in course["modules"]) * 60)
    _require(total == round(course["total"] * 60), "total", "differs from the modules")


# --- making ------------------------------------------------------------------------------


def scene_times(lecture: Lecture, cue_starts: list[float]) -> list[tuple[float, tuple[float, ...]]]:
    """When each scene begins, and the starts of its cues counted from there."""
    times, cue = [], 0
    for scene in lecture.scenes:
        own = cue_starts[cue : cue + scene.cues]
        start = max(own[0] - SCENE_LEAD, 0.0) if cue else 0.0
        times.append((start, tuple(begin - start for begin in own)))
        cue += scene.cues
    if cue != len(cue_starts):
        raise ContentFault(f"{lecture.key}: scenes cover {cue} of {len(cue_starts)} cues")
    return times


def frames(lecture: Lecture, cue_starts: list[float], seconds: int) -> Iterator[Frame]:
    """Every frame of a lecture; frames that look the same are the same picture."""
    from PIL import Image

    from lms.demo.encoding import FRAMES_A_SECOND
    from lms.demo.slides.scenes import Moment

    times = scene_times(lecture, cue_starts)
    index, shown, picture = -1, None, Image.new("RGB", (1, 1))
    for number in range(seconds * FRAMES_A_SECOND):
        now = number / FRAMES_A_SECOND
        begins = index + 1 < len(times) and now >= times[index + 1][0]
        index += begins
        start, starts = times[index]
        at = Moment(round(now - start, 3), starts)
        look = (index, lecture.scenes[index].look(at))
        if look != shown:
            shown = look
            drawn = lecture.picture(index, at)
            picture = drawn.resize(RENDITIONS["480p"], Image.Resampling.LANCZOS)
        yield picture, begins


def _seconds(clock: str) -> float:
    hours, minutes, seconds = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def make_lesson(lesson: dict[str, Any], out: Path) -> None:
    """Write the video in both sizes, the poster and the narration of one recorded session."""
    import webvtt

    from lms.demo.encoding import poster, write_video
    from lms.demo.slides.lectures import lecture as drawn_lecture
    from lms.demo.slides.scenes import Moment

    key, lecture = lesson["key"], drawn_lecture(lesson["key"])
    narration, kept = out / f"{key}.m4a", CONTENT / "media" / f"{key}.m4a"
    if narration != kept:
        shutil.copyfile(kept, narration)
    captions = webvtt.read(str(CONTENT / "captions" / f"{key}.en.vtt")).captions
    starts = [_seconds(cue.start) for cue in captions]
    pictures = list(frames(lecture, starts, lesson["duration_seconds"]))
    for name, size in RENDITIONS.items():
        write_video(out / f"{key}.{name}.mp4", pictures, size, narration=narration)
    still = lecture.picture(0, Moment(60.0, (0.0,)))
    (out / f"{key}.webp").write_bytes(poster(still, RENDITIONS["480p"]))


def make_clip(
    path: Path, seconds: int, *, width: int = 426, height: int = 240, audio: bool = True
) -> Path:
    """Write a short clip of this length: a bar that fills on a colour that changes each second."""
    from PIL import Image, ImageDraw

    from lms.demo.encoding import FRAMES_A_SECOND, tone, write_audio, write_video

    def pictures() -> Iterator[Frame]:
        for second in range(seconds):
            picture = Image.new("RGB", (width, height), ("#0A2F3D", "#0B5A73")[second % 2])
            bar = [0, height * 3 // 4, width * (second + 1) // seconds, height * 3 // 4 + 12]
            ImageDraw.Draw(picture).rectangle(bar, "#E8912D")
            for _ in range(FRAMES_A_SECOND):
                yield picture, False

    with tempfile.TemporaryDirectory() as folder:
        hum = Path(folder) / "hum.m4a"
        if audio:
            write_audio(hum, tone(seconds), bit_rate=8_000)
        write_video(
            Path(path), pictures(), (width, height), narration=hum if audio else None, quality=36
        )
    return Path(path)


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the media of the demonstration course.")
    parser.add_argument("out", type=Path, help="the folder to write to")
    parser.add_argument("--only", help="the key of one lesson")
    wanted = parser.parse_args()
    wanted.out.mkdir(parents=True, exist_ok=True)
    course = json.loads((CONTENT / "course.json").read_text(encoding="utf-8"))
    for module in course["modules"]:
        for lesson in module["lessons"]:
            if lesson["kind"] == "recorded" and wanted.only in {None, lesson["key"]}:
                make_lesson(lesson, wanted.out.resolve())


if __name__ == "__main__":
    main()

"""The demonstration course: whole, readable at a human speed, and small enough to carry."""

import json
import re
import shutil
from collections import Counter
from itertools import pairwise

import av
import pytest
import webvtt
from PIL import Image

from lms.demo import media
from lms.demo.slides.lectures import lecture

COURSE, *HELD = media.demo_courses()
LESSONS = [lesson for module in COURSE["modules"] for lesson in module["lessons"]]
RECORDED = [lesson for lesson in LESSONS if lesson["kind"] == "recorded"]
READINGS = [lesson for lesson in LESSONS if lesson["kind"] == "reading"]

MAXIMUM_BYTES = 14_000_000
# Characters a second that a caption may ask of its reader.
READING_SPEED = {"ko": 12, "en": 15, "zh": 12}


def in_seconds(clock: str) -> float:
    hours, minutes, rest = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def cues(lesson, language):
    return [
        (in_seconds(cue.start), in_seconds(cue.end), cue.text)
        for cue in webvtt.read(str(lesson["captions"][language])).captions
    ]


def by_key(lessons):
    return pytest.mark.parametrize("lesson", lessons, ids=lambda lesson: lesson["key"])


def test_the_course_gives_one_hour_in_three_modules():
    assert COURSE["is_demo"]
    assert (COURSE["code"], COURSE["curriculum"]) == ("DEM-101", "CTY")
    assert len(COURSE["modules"]) == 3
    assert len(RECORDED) == 5
    assert sum(lesson["recognised_minutes"] for lesson in LESSONS) == 60


@pytest.mark.parametrize("course", HELD, ids=lambda course: course["code"])
def test_courses_held_at_a_time_have_the_hours_of_their_modules(course):
    minutes = Counter()
    for module in course["modules"]:
        for lesson in module["lessons"]:
            minutes[HOURS_OF_KIND[lesson["kind"]]] += lesson["recognised_minutes"]

    assert course["is_demo"]
    assert minutes == {kind: hours * 60 for kind, hours in course["hours"].items() if hours}


HOURS_OF_KIND = {"live": "L", "recorded": "R", "practice": "P", "discussion": "D", "field": "F"}


@by_key(RECORDED)
@pytest.mark.parametrize("language", media.LANGUAGES)
def test_captions_follow_one_another_and_can_be_read_in_time(lesson, language):
    shown = cues(lesson, language)
    assert 12 <= len(shown) <= 30
    until = 0.0
    for start, end, text in shown:
        assert until <= start < end <= lesson["duration_seconds"]
        assert len(text) / (end - start) <= READING_SPEED[language], text
        until = end


@by_key(RECORDED)
def test_captions_of_all_languages_keep_the_same_time(lesson):
    times = {
        language: [(start, end) for start, end, _ in cues(lesson, language)]
        for language in media.LANGUAGES
    }
    assert times["ko"] == times["en"] == times["zh"]


@by_key(RECORDED)
def test_each_caption_file_is_written_in_its_own_script(lesson):
    script = {"ko": "[가-힣]", "zh": "[一-鿿]", "en": "[A-Za-z]"}
    for language, letters in script.items():
        for _, _, text in cues(lesson, language):
            assert re.search(letters, text), text
            if language != "ko":
                assert not re.search("[가-힣]", text), text


@by_key(RECORDED)
def test_scenes_cover_exactly_the_cues(lesson):
    drawn = lecture(lesson["key"])
    assert 8 <= len(drawn.scenes) <= 14
    starts = [start for start, _, _ in cues(lesson, "en")]
    times = media.scene_times(drawn, starts)
    assert [start for start, _ in times] == sorted({start for start, _ in times})


@by_key(RECORDED)
def test_media_play_as_long_as_the_course_says(lesson):
    for name in ("480p", "240p", "audio"):
        with av.open(str(lesson["media"][name])) as file:
            seconds = file.duration / av.time_base
            assert seconds == pytest.approx(lesson["duration_seconds"], abs=0.2)
            assert [stream.codec_context.name for stream in file.streams.audio] == ["aac"]
            if name in media.RENDITIONS:
                video = file.streams.video[0]
                assert (video.width, video.height) == media.RENDITIONS[name]
                assert (video.codec_context.name, video.pix_fmt) == ("h264", "yuv420p")
                keys = [
                    packet.pts * video.time_base
                    for packet in file.demux(video)
                    if packet.is_keyframe
                ]
                assert max(b - a for a, b in pairwise(keys)) <= 5


@by_key(RECORDED)
def test_playing_can_start_before_the_file_is_complete(lesson):
    for name in ("480p", "240p", "audio"):
        start = lesson["media"][name].read_bytes()[:200_000]
        assert b"moov" in start
        assert b"mdat" not in start or start.index(b"moov") < start.index(b"mdat")


def test_the_content_stays_small():
    files = [path for path in media.CONTENT.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= MAXIMUM_BYTES
    for lesson in RECORDED:
        assert lesson["media"]["poster"].stat().st_size <= 30_000
        with Image.open(lesson["media"]["poster"]) as poster:
            assert poster.size == (854, 480)
        assert lesson["media"]["240p"].stat().st_size < lesson["media"]["480p"].stat().st_size
        assert lesson["media"]["audio"].stat().st_size < lesson["media"]["240p"].stat().st_size


def test_every_file_of_the_content_is_used():
    used = {media.CONTENT / name for name in ("course.json", *media.HELD)}
    for lesson in LESSONS:
        for group in ("media", "captions", "body_files"):
            used |= set(lesson[group].values())
    assert {path for path in media.CONTENT.rglob("*") if path.is_file()} == used


def test_readings_are_long_enough_to_be_of_use_and_short_enough_to_be_read():
    for lesson in READINGS:
        assert 250 <= len(lesson["body_files"]["en"].read_text("utf-8").split()) <= 500
        assert 200 <= len(lesson["body_files"]["ko"].read_text("utf-8").split()) <= 500


def test_fall_back_and_right_to_left_writing_can_be_seen():
    languages = {lesson["key"]: set(lesson["body_files"]) for lesson in READINGS}
    assert "zh" not in languages["data-quality-routine"]
    assert "ar" in languages["on-board-equipment"]
    arabic = next(lesson for lesson in READINGS if lesson["key"] == "on-board-equipment")
    assert re.search("[؀-ۿ]{3}", arabic["body_files"]["ar"].read_text("utf-8"))


@pytest.mark.parametrize(
    "spoil, place",
    [
        (lambda course: course["title"].pop("zh"), "title.zh"),
        (
            lambda course: course["modules"][1]["lessons"][0]["question"].update(correct=4),
            "modules[1].lessons[0] (predicting-arrival).question.correct",
        ),
        (
            lambda course: course["modules"][0]["lessons"][1]["captions"].update(
                en="captions/none.vtt"
            ),
            "modules[0].lessons[1] (from-bus-to-centre).captions.en",
        ),
        (
            lambda course: course["modules"][2]["lessons"][0].update(recognised_minutes=13),
            "modules[2].total",
        ),
        (
            lambda course: course["modules"][2]["lessons"][1].update(key="at-the-stop"),
            "modules[2].lessons[1] (at-the-stop).key",
        ),
    ],
    ids=["a text", "an answer", "a file", "the hours", "a key"],
)
def test_a_fault_is_reported_with_its_place(spoil, place, tmp_path, monkeypatch):
    for folder in ("captions", "media", "readings"):
        (tmp_path / folder).symlink_to(media.CONTENT / folder)
    shutil.copy(media.CONTENT / "course.json", tmp_path)
    course = json.loads((tmp_path / "course.json").read_text("utf-8"))
    spoil(course)
    (tmp_path / "course.json").write_text(json.dumps(course), "utf-8")
    monkeypatch.setattr(media, "CONTENT", tmp_path)
    with pytest.raises(media.ContentFault) as fault:
        media.demo_courses()
    assert f" {place} " in str(fault.value)


def test_a_borrowed_lesson_has_to_be_there(tmp_path, monkeypatch):
    for file in media.CONTENT.iterdir():
        (tmp_path / file.name).symlink_to(file)
    course = json.loads((media.CONTENT / "sessions.json").read_text("utf-8"))
    course["modules"][2]["lessons"][1]["same_as"] = "no-such-lesson"
    (tmp_path / "sessions.json").unlink()
    (tmp_path / "sessions.json").write_text(json.dumps(course), "utf-8")
    monkeypatch.setattr(media, "CONTENT", tmp_path)
    with pytest.raises(
        media.ContentFault, match=r"sessions.json: modules\[2\].lessons\[1\].same_as"
    ):
        media.demo_courses()

"""Recordings are made into forms for poor lines that show and say the same at the same moment."""

import av
import pytest
from PIL import Image

from lms.media.refusals import Refusal, Refused
from lms.media.video import convert, probe
from tests.media.recordings import moments_of, turn_by_header, write_recording


@pytest.fixture
def out_dir(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def tracks_of(path):
    with av.open(str(path)) as media:
        return {stream.type: stream.codec_context for stream in media.streams}


def test_a_recording_gets_every_form_and_says_how_far_it_is(tmp_path, out_dir):
    path = write_recording(tmp_path / "a.mp4", size=(1280, 720), seconds=1.0)
    percents: list[int] = []
    made = convert(path, out_dir, on_progress=percents.append)
    assert set(made.files) == {"480p", "240p", "audio"}
    assert made.duration_seconds == pytest.approx(1.0, abs=0.05)
    assert percents == sorted(set(percents))
    assert percents[-1] == 100

    large, small, sound = (tracks_of(made.files[name]) for name in ("480p", "240p", "audio"))
    assert (large["video"].width, large["video"].height) == (854, 480)
    assert (small["video"].width, small["video"].height) == (426, 240)
    assert (large["video"].pix_fmt, large["video"].profile) == ("yuv420p", "Main")
    assert {name: codec.name for name, codec in sound.items()} == {"audio": "aac"}
    with Image.open(made.poster) as poster:
        assert (poster.format, poster.size) == ("WEBP", (854, 480))
    assert made.poster.stat().st_size <= 30_000
    start = made.files["480p"].read_bytes()
    assert start.index(b"moov") < start.index(b"mdat")


def test_a_recording_without_sound_gets_no_form_of_sound(tmp_path, out_dir):
    path = write_recording(tmp_path / "a.mp4", sound=None, moments=(0, 200), seconds=1.0)
    made = convert(path, out_dir)
    assert set(made.files) == {"480p", "240p"}
    assert set(tracks_of(made.files["480p"])) == {"video"}


def test_sound_alone_gets_only_the_form_of_sound(tmp_path, out_dir):
    path = write_recording(tmp_path / "a.mp3", size=None, sound="libmp3lame", seconds=0.5)
    made = convert(path, out_dir)
    assert (set(made.files), made.poster) == ({"audio"}, None)


def test_a_phone_held_upright_is_shown_upright_and_nothing_is_made_larger(tmp_path, out_dir):
    path = turn_by_header(write_recording(tmp_path / "a.mp4", seconds=0.5))
    assert probe(path)[3:] == (180, 320)
    made = convert(path, out_dir)
    with av.open(str(made.files["480p"])) as media:
        frame = next(media.decode(video=0))
        picture = frame.to_image()
    assert (picture.size, frame.rotation) == ((180, 320), 0)
    assert picture.getpixel((90, 20))[0] > 200
    assert picture.getpixel((90, 300))[2] > 200


def test_pictures_at_no_even_pace_keep_their_moments(tmp_path, out_dir):
    moments = (0, 20, 40, 520, 1720, 9000)
    path = write_recording(tmp_path / "a.mkv", moments=moments, seconds=2.0)
    made = convert(path, out_dir)
    assert moments_of(made.files["480p"], "video") == [0, 0.04, 0.52, 1.72, 9.0]
    with av.open(str(made.files["240p"])) as media:
        keys = [float(p.pts * p.time_base) for p in media.demux(video=0) if p.is_keyframe]
    assert keys == [0, 9.0]


def test_a_gap_in_the_sound_is_kept_as_silence(tmp_path, out_dir):
    path = write_recording(tmp_path / "a.mkv", seconds=2.0, silent_from=1.0)
    made = convert(path, out_dir)
    assert made.duration_seconds == pytest.approx(3.0, abs=0.05)
    with av.open(str(made.files["audio"])) as media:
        loud = [
            float(frame.pts * frame.time_base)
            for frame in media.decode(audio=0)
            if max(map(abs, memoryview(frame.planes[0]).cast("f"))) > 0.05
        ]
    assert not [moment for moment in loud if 1.1 < moment < 1.9]
    assert [moment for moment in loud if moment > 2.1]


def test_a_recording_that_is_longer_than_it_says_is_refused(tmp_path, out_dir):
    path = write_recording(tmp_path / "a.mkv", moments=(0, 7 * 3_600_000), sound=None)
    data = path.read_bytes()
    place = data.index(b"\x44\x89\x88") + 3  # the length, as a float of eight bytes
    path.write_bytes(data[:place] + b"\x40\x8f\x40\0\0\0\0\0" + data[place + 8 :])
    assert probe(path).duration_seconds == pytest.approx(1.0)
    with pytest.raises(Refused) as refused:
        convert(path, out_dir)
    assert refused.value.reason is Refusal.TOO_LONG


def test_what_holds_no_picture_that_can_be_decoded_is_refused(tmp_path):
    path = write_recording(tmp_path / "a.mp4", seconds=0.3, sound=None)
    data = bytearray(path.read_bytes())
    place = data.index(b"mdat")
    end = data.index(b"moov", place) - 4
    data[place + 4 : end] = bytes(end - place - 4)
    path.write_bytes(data)
    with pytest.raises(Refused) as refused:
        probe(path)
    assert refused.value.reason is Refusal.DAMAGED

"""Clips for tests, and the drawing of the lectures."""

import av
import pytest

from lms.demo import media
from lms.demo.slides.lectures import lecture
from lms.demo.slides.scenes import Moment


@pytest.mark.parametrize("audio", [True, False])
def test_a_clip_has_the_length_size_and_sound_asked_for(tmp_path, audio):
    path = media.make_clip(tmp_path / "clip.mp4", 12, audio=audio)
    with av.open(str(path)) as clip:
        assert clip.duration / av.time_base == pytest.approx(12, abs=0.15)
        assert (clip.streams.video[0].width, clip.streams.video[0].height) == (426, 240)
        assert len(clip.streams.audio) == audio
        assert sum(1 for _ in clip.decode(video=0)) == 120
    assert path.stat().st_size < 40_000


def test_a_scene_shows_its_parts_one_after_another():
    drawn = lecture("open-feeds")
    starts = (0.4, 5.0, 10.0, 15.0)
    before, after = (drawn.picture(2, Moment(seconds, starts)) for seconds in (1.0, 20.0))
    assert before.size == (1708, 960)
    assert before.tobytes() != after.tobytes()
    scene = drawn.scenes[2]
    assert scene.look(Moment(1.0, starts)) == scene.look(Moment(4.9, starts))
    assert scene.look(Moment(4.9, starts)) != scene.look(Moment(5.3, starts))


def test_a_lecture_whose_script_has_grown_is_refused():
    with pytest.raises(media.ContentFault, match="open-feeds: scenes cover 19 of 20 cues"):
        media.scene_times(lecture("open-feeds"), [float(cue) for cue in range(20)])

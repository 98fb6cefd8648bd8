"""A file made to harm ends the process that opens it, and nothing else."""

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from lms.media import sandbox
from lms.media.inspection import inspect
from lms.media.kinds import MIB
from lms.media.refusals import Refusal, Refused
from lms.media.sandbox import ChildFailed, convert_safely, inspect_safely, reencode_safely
from tests.media.made_files import EXTM3U, bomb, pdf, picture
from tests.media.recordings import write_recording


@pytest.fixture
def out_dir(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def limited(monkeypatch, name, **limits):
    monkeypatch.setattr(sandbox, name, {**getattr(sandbox, name), **limits})


def test_a_file_is_inspected_elsewhere_with_the_same_outcome(tmp_path):
    path = tmp_path / "upload"
    path.write_bytes(pdf())
    assert inspect_safely(path, "보고서.pdf") == inspect(path, "보고서.pdf")
    path.write_bytes(EXTM3U)
    with pytest.raises(Refused) as refused:
        inspect_safely(path, "a.mp4")
    assert refused.value.reason is Refusal.REFERS_OUTSIDE


def test_a_recording_is_converted_elsewhere_and_its_progress_heard_here(tmp_path, out_dir):
    path = write_recording(tmp_path / "a.mp4", seconds=0.5)
    percents: list[int] = []
    made = convert_safely(path, out_dir, on_progress=percents.append)
    assert set(made.files) == {"480p", "240p", "audio"}
    assert all(file.parent == out_dir for file in (*made.files.values(), made.poster))
    assert percents[-1] == 100


def test_a_picture_is_made_anew_elsewhere(tmp_path, out_dir):
    path = tmp_path / "upload"
    path.write_bytes(picture("PNG"))
    made = reencode_safely(path, out_dir)
    assert (made.width, made.height) == (60, 40)
    with Image.open(made.full) as full:
        assert full.format == "WEBP"


def test_whoever_stops_listening_stops_the_work(tmp_path, out_dir):
    class Withdrawn(Exception):
        pass

    def withdraw(percent):
        raise Withdrawn

    with pytest.raises(Withdrawn):
        convert_safely(write_recording(tmp_path / "a.mp4"), out_dir, on_progress=withdraw)


def test_a_picture_that_asks_for_too_much_memory_ends_its_process_alone(monkeypatch, tmp_path):
    limited(monkeypatch, "_PICTURES", RLIMIT_AS=150 * MIB)
    path = tmp_path / "upload"
    Image.new("RGB", (7000, 7000)).save(path, "PNG", compress_level=1)
    with pytest.raises(Refused) as refused:
        reencode_safely(path, tmp_path)
    assert refused.value.reason is Refusal.DAMAGED


def test_a_document_that_asks_for_too_much_time_ends_its_process_alone(monkeypatch, tmp_path):
    limited(monkeypatch, "_LOOKING", RLIMIT_CPU=1)
    path = tmp_path / "upload"
    path.write_bytes(pdf(b"", b"<<>>\nstream\n" + b"/E" * (30 << 20) + b"\nendstream"))
    with pytest.raises(Refused) as refused:
        inspect_safely(path, "a.pdf")
    assert refused.value.reason is Refusal.DAMAGED


def test_who_waits_for_a_long_percent_is_told_the_last_one_again(monkeypatch, tmp_path, out_dir):
    monkeypatch.setattr(sandbox, "BEAT_SECONDS", 0)
    percents: list[int] = []
    convert_safely(write_recording(tmp_path / "a.mp4"), out_dir, on_progress=percents.append)
    assert percents == sorted(percents)
    assert len(percents) > len(set(percents))


def test_a_process_that_falls_silent_is_ended(monkeypatch, tmp_path):
    monkeypatch.setattr(sandbox, "_LOOKING_SECONDS", 0)
    path = tmp_path / "upload"
    path.write_bytes(pdf())
    with pytest.raises(Refused) as refused:
        inspect_safely(path, "a.pdf")
    assert refused.value.reason is Refusal.DAMAGED


def test_what_is_no_fault_of_the_file_may_be_tried_again(tmp_path, out_dir):
    with pytest.raises(ChildFailed, match="FileNotFoundError"):
        convert_safely(tmp_path / "gone", out_dir)


def test_a_bomb_leaves_this_process_as_small_as_it_was(tmp_path):
    path = tmp_path / "upload"
    path.write_bytes(bomb())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Refused):
        inspect_safely(path, "a.pptx")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 8 * 1024


def test_the_child_knows_nothing_of_the_site(monkeypatch, tmp_path):
    monkeypatch.setenv("IEUM_SECRET_KEY", "not for strangers")
    with sandbox._child(str(tmp_path)) as child:
        environment = Path(f"/proc/{child.pid}/environ").read_bytes()
        child.kill()
    assert b"strangers" not in environment
    imports = "import json, sys, lms.media.child, lms.media.inspection, lms.media.video"
    program = f"{imports}; print(json.dumps(list(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    modules = set(json.loads(loaded.stdout))
    assert not modules & {"flask", "sqlalchemy", "lms.app", "lms.core.db"}


def test_asking_for_it_loads_none_of_the_libraries():
    program = "import json, sys, lms.media.sandbox; print(json.dumps(list(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert not set(json.loads(loaded.stdout)) & {"av", "PIL"}

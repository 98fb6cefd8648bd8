"""What is uploaded is looked into: honest files pass, every file made to harm is refused."""

import pytest

from lms.media.inspection import inspect
from lms.media.kinds import ACCEPTED, FileKind, expected_kind
from lms.media.refusals import Refusal, Refused
from tests.media.corpus import GOOD, HOSTILE
from tests.media.made_files import pdf, picture


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_refused_for_what_it_is(case, tmp_path):
    file_name, build, reason = HOSTILE[case]
    path = tmp_path / "upload"
    path.write_bytes(build(tmp_path))
    with pytest.raises(Refused) as refused:
        inspect(path, file_name)
    assert refused.value.reason is reason


@pytest.mark.parametrize("file_name", GOOD)
def test_an_honest_file_passes_as_what_it_is(file_name, tmp_path):
    extension, build = GOOD[file_name]
    path = tmp_path / "upload"
    path.write_bytes(build(tmp_path))
    found = inspect(path, file_name)
    assert (found.kind, found.mimetype) == ACCEPTED[extension]
    assert found.extension == extension


def test_every_accepted_type_has_an_honest_file():
    assert {extension for extension, _ in GOOD.values()} == set(ACCEPTED)


def test_every_refusal_has_a_hostile_file():
    assert {reason for _, _, reason in HOSTILE.values()} == set(Refusal) - {Refusal.TOO_LARGE}


def test_a_file_larger_than_its_kind_may_be_is_refused(tmp_path):
    path = tmp_path / "upload"
    path.write_bytes(picture("PNG"))
    with path.open("r+b") as file:
        file.truncate((30 << 20) + 1)
    with pytest.raises(Refused) as refused:
        inspect(path, "a.png")
    assert refused.value.reason is Refusal.TOO_LARGE


def test_two_letters_among_the_bytes_of_a_picture_are_no_script(tmp_path):
    path = tmp_path / "upload"
    stream = b"<</Length 20>>\nstream\n\x01\xfe/JS \x07\x90/EF<\x00\nendstream"
    path.write_bytes(pdf(b"", stream))
    assert inspect(path, "a.pdf").extension == "pdf"


@pytest.mark.parametrize(
    "file_name, kind",
    [
        ("강의.MP4", FileKind.VIDEO),
        ("a.pdf", FileKind.DOCUMENT),
        ("a.pdf.exe", None),
        ("a.exe. ", None),
        ("a.docm", None),
        ("mp4", None),
        ("", None),
    ],
)
def test_the_name_alone_says_whether_sending_it_is_worth_while(file_name, kind):
    assert expected_kind(file_name) is kind

"""Cleaning, fallback and search tokens of texts."""

import time
import unicodedata

import pytest

from lms.core.text import TextInLanguages, clean_line, clean_text, normal, search_tokens


def test_a_line_loses_overrides_controls_and_line_breaks():
    assert clean_line("a\u202egpj\x00\r\n b\U000e0041") == "agpj b"


def test_names_keep_their_script_and_are_composed():
    assert clean_line("김") == "김"
    assert clean_line("  Nguyễn  Thị Ánh ") == "Nguyễn Thị Ánh"


def test_what_bears_a_tower_of_marks_is_cleaned_in_no_time():
    tower = "a" + "\u0315\u0300" * 500_000  # as much as a form may hold: it took a quarter hour
    began = time.process_time()
    for clean in (clean_line, clean_text):
        assert 1 < len(clean(tower)) <= 31
    assert len(normal("NFKC", tower)) <= 31
    assert time.process_time() - began < 5


def test_marks_that_belong_there_stay():
    vocalised = "بِسْمِ اللَّهِ الرَّحْمَٰنِ " * 100  # and none of these is a tower
    for text in (vocalised, "ກຳ ចំ ষ্ট្រ ế" * 200, "한글" * 600, "e" + "\u0301" * 30):
        assert normal("NFC", text) == unicodedata.normalize("NFC", text)


def test_a_text_is_picked_by_preference_and_says_when_it_fell_back():
    text = TextInLanguages("ko", {"ko": "버스", "en": "bus"})
    assert (text.pick(["ko", "en"]).text, text.pick(["ko"]).is_fallback) == ("버스", False)
    assert (text.pick(["zh", "en"]).language, text.pick(["zh", "en"]).is_fallback) == ("en", True)
    assert text.pick(["vi"]).text == "버스"


def test_a_text_without_its_source_cannot_exist():
    with pytest.raises(ValueError, match="source"):
        TextInLanguages("ko", {"en": "bus"})


@pytest.mark.parametrize(
    "written, asked",
    [
        ("개인정보보안교육", "보안"),
        ("机器学习入门", "学习"),
        ("Dữ liệu giao thông", "du lieu"),
        ("Đường phố", "duong"),
        ("교통정책을", "정책"),
    ],
)
def test_words_are_found_inside_longer_ones_and_without_accents(written, asked):
    assert set(search_tokens(asked)) <= set(search_tokens(written))

"""Cleaning, fallback and search tokens of texts."""

import time
import unicodedata

import pytest

from lms.core.text import (
    TextInLanguages,
    clean_line,
    clean_text,
    normal,
    pairs,
    search_runs,
    search_tokens,
)


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


@pytest.mark.parametrize(
    "written",
    ["po\u200brt", "po\u00adrt", "\u202eport\u202c", "po\u2060r\u200dt", "ｐｏｒｔ", "PÓRT\ufe0f"],
)
def test_what_nobody_sees_hides_no_word(written):
    assert search_tokens(f"the {written} of") == ["the", "port", "of"]


def test_runs_say_which_of_them_are_cut_into_pairs():
    runs = [(run.text, run.is_paired) for run in search_runs("SDG목표 Đà Nẵng 물")]
    assert runs == [("sdg", False), ("목표", True), ("da", False), ("nang", False), ("물", True)]
    assert pairs("교통정책") == ["교통", "통정", "정책"]
    assert pairs("물") == ["물"]

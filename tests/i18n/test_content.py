"""Content falls back in one order, and says so (DOMAIN 3.4)."""

import pytest

from lms.core.text import TextInLanguages
from lms.i18n.formats import (
    block_in_language,
    file_size,
    hours,
    in_language,
    percent,
    set_content_preferences,
)
from lms.i18n.languages import content_preferences


@pytest.fixture
def english_page(app):
    with app.test_request_context("/en/"):
        from flask import g

        g.page_language = "en"
        yield


def test_the_order_of_languages(english_page):
    assert content_preferences(city=["mn", "en"], working="ko") == ["en", "mn", "ko"]
    assert content_preferences(city=["zh-Hant"]) == ["en", "zh-Hant", "zh"]


def test_own_language_is_plain_and_escaped(english_page):
    assert (
        in_language(TextInLanguages("en", {"en": "Ports & <ships>"})) == "Ports &amp; &lt;ships&gt;"
    )


def test_a_fallback_carries_its_language_and_a_quiet_label(english_page):
    shown = in_language(TextInLanguages("ko", {"ko": "항만"}))
    assert shown.startswith('<span lang="ko" dir="ltr">항만</span>')
    assert "in Korean" in shown


def test_arabic_runs_from_right_to_left(english_page):
    text = TextInLanguages("ar", {"ar": "ميناء"})
    assert '<span lang="ar" dir="rtl">ميناء</span>' in in_language(text)
    assert '<div lang="ar" dir="rtl">' in block_in_language(text)


def test_the_city_of_the_reader_comes_before_english(english_page):
    set_content_preferences(content_preferences(city=["vi"]))
    text = TextInLanguages("ko", {"ko": "항만", "vi": "Cảng"})
    assert 'lang="vi"' in in_language(text)


def test_what_is_shown_is_rounded_down(english_page):
    assert (percent(79.96), percent(80.0), percent(100)) == ("79.9%", "80%", "100%")
    assert (hours(60), hours(89), hours(1440)) == ("1 hour", "1.4 hours", "24 hours")


def test_sizes_are_those_of_data_plans(english_page):
    assert (file_size(480), file_size(48_000_000), file_size(1_250_000)) == (
        "1 KB",
        "48 MB",
        "1.2 MB",
    )

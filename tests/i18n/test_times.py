"""Two clocks on every time: the reader's first, Busan's second (DOMAIN 3.3)."""

from datetime import UTC, datetime
from zoneinfo import available_timezones

import pytest
from flask import g

from lms.i18n.times import city_of, is_zone, two_clocks

MOMENT = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)


@pytest.fixture
def shown(app):
    def show(zone: str, language: str = "en", start=MOMENT, end=None) -> str:
        with app.test_request_context(f"/{language}/", headers={"Cookie": f"zone={zone}"}):
            g.page_language = language
            return two_clocks(start, end).striptags()

    return show


@pytest.mark.parametrize(
    "zone, text",
    [
        ("Asia/Seoul", "Tue, 24 November 2026 14:00 (UTC+9)"),
        ("Asia/Kathmandu", "Tue, 24 November 2026 10:45 (UTC+5:45) · Busan 14:00"),
        ("Asia/Yangon", "Tue, 24 November 2026 11:30 (UTC+6:30) · Busan 14:00"),
        ("America/Guayaquil", "Tue, 24 November 2026 00:00 (UTC−5) · Busan 14:00"),
        (
            "America/Los_Angeles",
            "Mon, 23 November 2026 21:00 (UTC−8) · Busan Tue, 24 Nov 14:00",
        ),
        ("America/St_Johns", "Tue, 24 November 2026 01:30 (UTC−3:30) · Busan 14:00"),
    ],
)
def test_a_moment_on_both_clocks(shown, zone, text):
    assert shown(zone) == text


def test_the_order_of_a_date_is_that_of_the_language(shown):
    assert shown("Asia/Ulaanbaatar", "ko").startswith("2026년 11월 24일(화) 13:00 (UTC+8) · ")
    assert shown("Asia/Shanghai", "zh").startswith("2026年11月24日(周二) 13:00 (UTC+8) · ")


def test_a_span_names_the_day_again_when_it_crosses_midnight(shown):
    end = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    assert shown("Pacific/Auckland", start=MOMENT, end=end).startswith(
        "Tue, 24 November 2026 18:00–22:30 (UTC+13) · Busan 14:00–18:30"
    )
    late = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    assert "18:00 – Wed, 25 Nov 01:00 (UTC+13)" in shown("Pacific/Auckland", end=late)


def test_summer_time_moves_the_reader_not_busan(shown):
    summer = datetime(2026, 7, 14, 5, 0, tzinfo=UTC)
    assert "22:00 (UTC−7) · Busan Tue, 14 Jul 14:00" in shown("America/Los_Angeles", start=summer)


def test_zones_are_those_of_the_locked_package_not_of_the_machine(shown):
    # Since 20 September 2026; a machine of the year before still says UTC+1.
    assert "05:00 (UTC+0)" in shown("Africa/Casablanca")


@pytest.mark.parametrize("zone", ["", "Mars/Base", "../../etc/passwd", "Asia/Seoul%00", "x" * 5000])
def test_an_unknown_zone_falls_back_to_busan(shown, zone):
    assert "(UTC+9)" in shown(zone)


def test_every_zone_there_is_has_a_name_to_be_called_by(app):
    with app.test_request_context("/en/"):
        g.page_language = "en"
        assert not is_zone("Factory")
        assert all(city_of(zone) for zone in available_timezones() if is_zone(zone))

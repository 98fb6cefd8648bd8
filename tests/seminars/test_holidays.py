from datetime import date

import pytest

from lms.core.text import TextInLanguages
from lms.seminars import holidays
from lms.seminars.holidays import knows_holidays, public_holidays

# The days that follow the moon, as the states proclaimed or the almanacs reckon them.
MOON = [
    ("VN", "Lunar New Year", ["2026-02-17", "2027-02-06", "2028-01-26"]),
    ("MN", "Lunar New Year", ["2026-02-18", "2027-02-07", "2028-02-26"]),
    ("MM", "Myanmar New Year", ["2026-04-15", "2027-04-15", "2028-04-15"]),
    ("KH", "Khmer New Year", ["2026-04-14", "2027-04-14", "2028-04-13"]),
    ("KH", "Pchum Ben", ["2026-10-11", "2027-09-30", "2028-09-18"]),
    ("LA", "Lao New Year", ["2026-04-14", "2027-04-14", "2028-04-14"]),
    ("KR", "Korean New Year", ["2026-02-17", "2027-02-07", "2028-01-27"]),
    ("KR", "Chuseok", ["2026-09-25", "2027-09-15", "2028-10-03"]),
    ("CN", "Chinese New Year", ["2026-02-17", "2027-02-06", "2028-01-26"]),
    ("TR", "Eid al-Fitr", ["2026-03-20", "2027-03-09", "2028-02-26"]),
    ("ID", "Eid al-Fitr", ["2026-03-21", "2027-03-10", "2028-02-27"]),
    ("MA", "Eid al-Adha", ["2026-05-27", "2027-05-16", "2028-05-05"]),
    ("MN", "National Festival", ["2026-07-11", "2027-07-13", "2028-07-15"]),
]


@pytest.mark.parametrize(("region", "name", "days"), MOON)
def test_the_feasts_of_three_years_are_known(region, name, days):
    for written in days:
        day = date.fromisoformat(written)
        names = [
            each.name.texts["en"] for each in public_holidays(region, day.year) if each.on == day
        ]
        assert any(name in each for each in names), (region, day, names)


def test_names_come_in_english_in_the_local_language_and_in_chinese_where_known():
    tet = next(each for each in public_holidays("VN", 2027) if each.on == date(2027, 2, 6))
    assert set(tet.name.texts) == {"en", "vi"}
    seollal = next(each for each in public_holidays("KR", 2027) if each.on == date(2027, 2, 7))
    assert seollal.name == TextInLanguages("en", {"en": "Korean New Year", "ko": "설날"})
    taiwan = public_holidays("TW", 2027)[0].name.texts
    assert set(taiwan) == {"en", "zh-Hant", "zh"}
    assert set(public_holidays("NZ", 2027)[0].name.texts) == {"en"}


def test_what_is_not_known_is_said_to_be_so():
    assert public_holidays("QQ", 2027) == ()
    assert not knows_holidays("QQ", 2027)
    assert knows_holidays("VN", 2027)
    assert not knows_holidays("VN", 1800)


def test_a_year_is_read_once():
    first = public_holidays("KH", 2026)
    assert public_holidays("KH", 2026) is first
    holidays._kept.forget()
    assert public_holidays("KH", 2026) == first

from datetime import timedelta

import pytest

from lms.accounts import rules
from lms.accounts.rules import PasswordFault
from lms.core import clock


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("bat@gov.mn", "bat@gov.mn"),
        ("  Bat@GOV.MN. ", "bat@gov.mn"),
        ("ｂａｔ＠ｇｏｖ．ｍｎ", "bat@gov.mn"),  # a Korean or Chinese keyboard left on full width
        ("bat\u200b@gov.mn\ufeff", "bat@gov.mn"),
        ("o'brien+training@x-y.example", "o'brien+training@x-y.example"),
        ("jeong@부산.한국", "jeong@xn--or3bi2d.xn--3e0b707e"),
    ],
)
def test_one_address_has_one_form(typed, stored):
    assert rules.normal_address(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "bat",
        "@gov.mn",
        "bat@",
        "bat@gov",
        "bat@gov..mn",
        "a b@gov.mn",
        "bat@gov.mn\nBcc: all@gov.mn",
        "bat@gov.mn,other@gov.mn",
        '"bat"@gov.mn',
        "<bat@gov.mn>",
        ".bat@gov.mn",
        "b..at@gov.mn",
        "bat@" + "a" * 64 + ".mn",
        "a" * 300 + "@gov.mn",
        "x" * 2_000_000 + "@gov.mn",
    ],
)
def test_what_is_no_address_is_none(typed):
    assert rules.normal_address(typed) == ""


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("seven77", PasswordFault.TOO_SHORT),
        ("gantry of steel", None),
        ("부두에서 본 갈매기", None),
        ("🚢⚓🌉🐟🦀🐙🌊🛳", None),
        ("zwölf Möwen am Pier", None),
        ("q7!x" * 64, None),
        ("q7!x" * 64 + "z", PasswordFault.TOO_LONG),
        ("password1", PasswordFault.COMMON),
        ("busan2026!", PasswordFault.COMMON),
        ("1q2w3e4r", PasswordFault.COMMON),
        ("비밀번호1234", PasswordFault.COMMON),
        ("aaaaaaaaaaaa", PasswordFault.COMMON),
        ("my Ieum account", PasswordFault.HAS_SITE_NAME),
        ("oyunchimeg-1984", PasswordFault.HAS_ADDRESS),
        ("xx Oyunchimeg@gov.mn", PasswordFault.HAS_ADDRESS),
    ],
)
def test_passwords_are_judged_by_length_and_by_how_easily_they_are_guessed(password, fault):
    judged = rules.password_fault(password, address="oyunchimeg@gov.mn", is_staff=False)
    assert judged == fault


def test_a_short_first_part_of_an_address_may_stand_in_a_password():
    assert rules.password_fault("abacus and quay", address="ab@gov.mn", is_staff=False) is None


def test_staff_need_twelve_characters():
    eleven, twelve = "eleven lett", "twelve lette"
    assert rules.password_fault(eleven, address="", is_staff=True) == PasswordFault.TOO_SHORT
    assert rules.password_fault(twelve, address="", is_staff=True) is None
    assert rules.password_fault(eleven, address="", is_staff=False) is None


@pytest.mark.parametrize(
    ("roles", "idle", "age", "alive"),
    [
        ([], timedelta(hours=11), timedelta(days=29), True),
        ([], timedelta(hours=13), timedelta(days=1), False),
        ([], timedelta(minutes=1), timedelta(days=31), False),
        (["instructor"], timedelta(hours=11), timedelta(days=29), True),
        (["staff"], timedelta(minutes=29), timedelta(hours=11), True),
        (["staff"], timedelta(minutes=31), timedelta(hours=1), False),
        (["admin"], timedelta(minutes=1), timedelta(hours=13), False),
    ],
)
def test_a_session_ends_by_idleness_and_by_age(roles, idle, age, alive):
    now = clock.now()
    assert rules.is_alive(now - age, now - idle, roles, now) is alive


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge · Windows"),
        (
            "Mozilla/5.0 (Linux; Android 9; SM-J260) SamsungBrowser/16.0 Chrome/92.0 Safari/537.36",
            "Samsung Internet · Android",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Safari/604.1", "Safari · iPhone"),
        ("curl/8.5.0", ""),
    ],
)
def test_devices_are_named_as_people_call_them(user_agent, name):
    assert rules.device_name(user_agent) == name

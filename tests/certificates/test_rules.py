"""Numbers, codes people copy from paper, periods, and names that give away one letter only."""

from datetime import UTC, date, datetime

import pytest

from lms.certificates import rules

CODE = "4N49-N0X1-796H-J2GN-4TKS"


def test_a_number_tells_where_it_comes_from():
    number = rules.certificate_number("BGCF", 2026, "TRN-201", 3, 7)

    assert number == "BGCF-2026-TRN201-3-0007"


def test_codes_use_every_letter_and_all_their_bits():
    everything = sum(at << 5 * at for at in range(20))

    assert rules.verification_code(0) == "0000-0000-0000-0000-0000"
    assert rules.verification_code(2**100 - 1) == "ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ"
    assert rules.verification_code(everything) == "KJHG-FEDC-BA98-7654-3210"


@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        CODE.lower(),
        CODE.replace("-", ""),
        CODE.replace("-", " "),
        f"  {CODE}\t",
        CODE.replace("0", "O").replace("1", "l"),
        CODE.replace("1", "I").replace("0", "o"),
        CODE.replace("-", "–"),
        "４Ｎ４９－Ｎ０Ｘ１－７９６Ｈ－Ｊ２ＧＮ－４ＴＫＳ",
        f"https://learn.example.org/ko/verify/{CODE}",
        f"learn.example.org/en/verify/{CODE}/?text=130#main",
    ],
)
def test_a_code_is_found_however_it_is_typed(typed):
    assert rules.read_code(typed) == CODE


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "-",
        CODE[:-1],
        CODE + "0",
        CODE.replace("S", "U"),
        "BGCF-2026-TRN201-3-0007",
        "' OR 1=1 --",
        "٤" * 20,
        "é" * 20,
        "\N{CJK UNIFIED IDEOGRAPH-4E00}" * 20,
        "\x00" * 20,
    ],
)
def test_what_cannot_be_a_code_is_none(typed):
    assert rules.read_code(typed) == ""


def test_a_certificate_number_is_told_from_a_code():
    assert rules.is_number(" bgcf-2026-trn201-3-0007 ")
    assert not rules.is_number(CODE)
    assert rules.is_same_number("bgcf-2026-trn201 -3-0007", "BGCF-2026-TRN201-3-0007")
    assert not rules.is_same_number("BGCF-2026-TRN201-3-0008", "BGCF-2026-TRN201-3-0007")
    assert not rules.is_same_number("", "BGCF-2026-TRN201-3-0007")


@pytest.mark.parametrize(
    "preferred, languages",
    [
        ("ko", ["ko", "en"]),
        ("zh", ["zh", "en"]),
        ("zh-Hant", ["zh", "en"]),
        ("en", ["en"]),
        ("vi", ["en"]),
        ("", ["en"]),
    ],
)
def test_the_sheet_speaks_the_holders_language_and_english(preferred, languages):
    assert rules.languages_for(preferred) == languages
    assert tuple(languages) in rules.LANGUAGES


@pytest.mark.parametrize(
    "enrolled, completed, period",
    [
        # A cohort: enrolled before the start, judged after the end.
        ("2026-10-20T09:00", "2026-12-04T09:00", ("2026-11-03", "2026-11-20")),
        # An open run: joined later, completed long before the run ends.
        ("2026-11-05T09:00", "2026-11-09T09:00", ("2026-11-05", "2026-11-09")),
        # 15:30 UTC is already the next day in Busan.
        ("2026-11-05T15:30", "2026-11-09T15:30", ("2026-11-06", "2026-11-10")),
        # Within one evening.
        ("2026-11-05T09:00", "2026-11-05T09:30", ("2026-11-05", "2026-11-05")),
        # Opened before its first day.
        ("2026-10-20T09:00", "2026-10-25T09:00", ("2026-10-25", "2026-10-25")),
    ],
)
def test_the_period_is_the_runs_and_names_no_day_to_come(enrolled, completed, period):
    found = rules.training_period(
        date(2026, 11, 3),
        date(2026, 11, 20),
        enrolled_at=datetime.fromisoformat(enrolled).replace(tzinfo=UTC),
        completed_at=datetime.fromisoformat(completed).replace(tzinfo=UTC),
    )

    assert tuple(str(day) for day in found) == period


@pytest.mark.parametrize(
    "name, masked",
    [
        ("BATBAYAR DORJ", "B*** D***"),
        ("Suharto", "S***"),
        ("U", "U***"),
        ("홍길동", "홍***"),
        ("陈志远", "陈***"),
        ("Батбаярын Энхтуяа", "Б*** Э***"),
        ("Nguyễn Thị Phương Thảo", "N*** T*** P*** T***"),
        ("प्रिया शर्मा", "प*** श***"),
        ("ສົມພອນ ແກ້ວ", "ສົ*** ແ***"),
        ("E\u0301mile", "E\u0301***"),
        ("محمد علي", "م*** ع***"),
        ("  'Abd   al-Rahman ", "A*** a***"),
        ("<script>alert(1)</script>", "s***"),
        ("- ' .", "***"),
        ("", "***"),
    ],
)
def test_a_masked_name_shows_first_letters_and_not_how_many_follow(name, masked):
    assert rules.masked(name) == masked

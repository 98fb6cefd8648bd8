"""Whose the names in a report are: what settles it, and what is only proposed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.seminars.models import MatchedBy
from lms.seminars.rules.matching import Known, Roster, Who, fold, is_nobodys_name
from tests.work import times_the_work


def known(number: int, name: str, own: str = "", email: str = "") -> Known:
    return Known(Who(enrolment_id=number), name, own, email or f"p{number}@example.org")


BATBAYAR = known(1, "Batbayar Dorj", "Дорж Батбаяр", "b.dorj@example.mn")
NGUYEN = known(2, "Nguyễn Văn An", email="an@example.vn")
HONG = known(3, "Hong Gildong", "홍길동")
KIM_A = known(4, "Kim Minsu", "김민수")
KIM_B = known(5, "Kim Minsu", "김민수")
MONONYM = known(6, "Max")
GUEST = Known(Who(guest_id=7), "Ana Reyes", "", "ana@example.ph")

PEOPLE = [BATBAYAR, NGUYEN, HONG, KIM_A, KIM_B, MONONYM, GUEST]


def roster(**aliases: int | None) -> Roster:
    return Roster(PEOPLE, {fold(name.replace("_", " ")): id_ for name, id_ in aliases.items()})


@pytest.mark.parametrize(
    ("name", "email", "by", "who"),
    [
        ("Whatever", "B.Dorj@Example.MN", MatchedBy.EMAIL, BATBAYAR),
        ("iPhone", "b.dorj@example.mn", MatchedBy.EMAIL, BATBAYAR),
        ("Hong Gildong", "an@example.vn", MatchedBy.EMAIL, NGUYEN),
        ("BATBAYAR  DORJ", "", MatchedBy.NAME, BATBAYAR),
        ("batbayar dorj", "private@mail.example", MatchedBy.NAME, BATBAYAR),
        ("Дорж Батбаяр", "", MatchedBy.NAME, BATBAYAR),
        ("Nguyen Van An", "", MatchedBy.NAME, NGUYEN),
        ("ＮＧＵＹỄＮ Văn-An", "", MatchedBy.NAME, NGUYEN),
        ("홍길동", "", MatchedBy.NAME, HONG),
        ("Bataa (Batbayar Dorj)", "", MatchedBy.NAME, BATBAYAR),
        ("Batbayar Dorj (iPhone)", "", MatchedBy.NAME, BATBAYAR),
        ("홍길동（게스트）", "", MatchedBy.NAME, HONG),
        ("Max", "", MatchedBy.NAME, MONONYM),
        ("Ana Reyes", "", MatchedBy.NAME, GUEST),
        ("x", "ANA@example.ph", MatchedBy.EMAIL, GUEST),
    ],
)
def test_what_settles_whose_a_name_is(name, email, by, who):
    assert roster().match(name, email) == (by, who.who)


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("Kim Minsu", ""),  # two are called so
        ("Dorj Batbayar", ""),  # the words the other way round may be somebody else
        ("Batbayar", ""),
        ("Batbayar Dorjj", ""),
        ("Batbayar Dorj (Hong Gildong)", ""),  # two people in one name
        ("", ""),
        ("☆", ""),
        ("Stranger", "stranger@example.org"),
    ],
)
def test_what_does_not(name, email):
    assert roster().match(name, email) == (MatchedBy.NOBODY, Who())


@pytest.mark.parametrize(
    "name",
    [
        *("iPhone", "iphone 13", "iPhone13 Pro Max", "iPad Air", "user 2", "User2", "Guest"),
        *("Galaxy S21", "Galaxy Note20 Ultra", "SM-G991N Galaxy", "Redmi Note 9", "My iPhone"),
        *("Zoom user", "Participant 12", "123", "☆", "", "Host", "Xiaomi 11T", "Student A"),
        *("갤럭시S21", "갤럭시 노트 20", "아이폰", "사용자의 iPhone", "참가자 3", "用户的iPhone"),
    ],
)
def test_what_devices_are_called_is_nobodys_name(name):
    assert is_nobodys_name(name)
    people = [known(1, name or "x"), known(2, "Dorj")]
    assert Roster(people, {fold(name): 2}).match(name, "").matched_by == MatchedBy.NOBODY


@pytest.mark.parametrize(
    "name",
    [
        "Max",
        "Air",
        "Bataa's iPhone",
        "John Guest",
        "김철수의 iPhone",
        "Note",
        "학생회",
        "Li",
        "Tab",
    ],
)
def test_what_could_be_somebodys_name_is_not_taken_for_a_device(name):
    assert not is_nobodys_name(name)


def test_what_was_said_of_a_name_is_remembered_before_the_name_itself():
    said = roster(bataa=1, hong_gildong=2, interpreter=None)

    assert said.match("BATAA", "") == (MatchedBy.ALIAS, BATBAYAR.who)
    assert said.match("Hong Gildong", "") == (MatchedBy.ALIAS, NGUYEN.who)
    assert said.match("Interpreter", "") == (MatchedBy.NOT_A_PARTICIPANT, Who())
    assert said.match("Interpreter", "an@example.vn") == (MatchedBy.EMAIL, NGUYEN.who)


def test_what_two_are_called_is_nobodys_whatever_was_said_of_it():
    said = roster(kim_minsu=4)

    assert said.match("Kim Minsu", "") == (MatchedBy.NOBODY, Who())
    assert said.suggest("Kim Minsu", "")[0] == KIM_A.who


def test_an_address_is_remembered_before_the_name_beside_it():
    said = Roster(PEOPLE, {"two@mail.example": 5, "bataa": 1, "host@mail.example": None})

    assert said.match("Kim Minsu", "Two@Mail.Example") == (MatchedBy.ALIAS, KIM_B.who)
    assert said.match("iPhone", "two@mail.example") == (MatchedBy.ALIAS, KIM_B.who)
    assert said.match("Bataa", "two@mail.example") == (MatchedBy.ALIAS, KIM_B.who)
    assert said.match("Bataa", "host@mail.example") == (MatchedBy.NOT_A_PARTICIPANT, Who())
    assert said.match("Bataa", "third@mail.example") == (MatchedBy.ALIAS, BATBAYAR.who)


def test_a_device_is_only_proposed_for_whom_it_was_another_day():
    said = roster(iphone=2)

    assert said.match("iPhone", "") == (MatchedBy.NOBODY, Who())
    assert said.suggest("iPhone", "") == [NGUYEN.who]
    assert roster().suggest("iPhone", "") == []


def test_names_alike_are_proposed_the_likeliest_first():
    assert roster().suggest("Dorj Batbayar", "") == [BATBAYAR.who]
    assert roster().suggest("Gildong", "") == [HONG.who]
    assert roster().suggest("An Nguyen", "") == [NGUYEN.who]
    assert roster().suggest("Kim Minsuu", "") == [KIM_A.who, KIM_B.who]
    assert roster().suggest("Kim Minsu", "") == [KIM_A.who, KIM_B.who]
    assert roster().suggest("iPhone", "batbayar.dorj@mail.example") == [BATBAYAR.who]
    assert roster().suggest("Total Stranger", "") == []


def test_no_more_than_three_are_proposed():
    people = [known(number, f"Kim Minsu {letter}") for number, letter in enumerate("ABCDE", 1)]

    assert Roster(people, {}).suggest("Kim Minsu", "") == [Who(1), Who(2), Who(3)]


def test_a_guest_with_the_address_of_somebody_enrolled_is_that_person():
    guest = Known(Who(guest_id=9), "Bataa", "", "B.DORJ@example.mn")
    people = Roster([guest, BATBAYAR], {})

    assert people.match("x", "b.dorj@example.mn").who == BATBAYAR.who
    assert people.match("Bataa", "") == (MatchedBy.NOBODY, Who())


@given(st.text(max_size=60), st.text(max_size=60))
def test_folding_twice_changes_nothing_and_nothing_is_too_odd_to_match(name, email):
    assert fold(fold(name)) == fold(name)
    said = roster(bataa=1)
    assert said.match(name, email).matched_by in MatchedBy
    assert len(said.suggest(name, email)) <= 3


def test_many_names_are_matched_at_the_same_cost_each():
    people = Roster([known(n, f"Trainee Number{n}") for n in range(200)], {})

    def match(count):
        for number in range(count):
            people.match(f"Trainee Number{count + 1000 * number}", f"t{number}@example.org")

    assert times_the_work(match, of=200) < 4.5

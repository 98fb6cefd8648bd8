"""What is published at once, what waits for a moderator and what is refused; links and words."""

from datetime import timedelta
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.boards.models import BlockedWord, WordAction
from lms.boards.rules.posting import (
    Outcome,
    PostingFacts,
    Reason,
    Verdict,
    links_in,
    matched_words,
    verdict_on_posting,
)
from tests.work import lines_run

ALLOWED = Verdict(Outcome.ALLOWED)


def held(reason, *words):
    return Verdict(Outcome.HELD, reason, words)


def refused(reason, *words):
    return Verdict(Outcome.REFUSED, reason, words)


def verdict(days=100.0, published=0, hour=0, day=0, **more):
    return verdict_on_posting(
        PostingFacts(
            account_age=timedelta(days=days),
            published_posts=published,
            posts_last_hour=hour,
            posts_last_day=max(hour, day),
            own_host="ieum.busan.example",
            **more,
        )
    )


LINKS = ("a.example", "b.example", "a.example")
CASINO = BlockedWord(word="casino", action=WordAction.HOLD)
VIAGRA = BlockedWord(word="viagra", action=WordAction.REFUSE)


@pytest.mark.parametrize(
    "facts, expected",
    [
        ({"days": 0}, ALLOWED),
        # new is who is both young and has hardly written
        ({"days": 6.99, "published": 2, "links": LINKS}, held(Reason.MANY_LINKS)),
        ({"days": 7, "published": 2, "links": LINKS}, ALLOWED),
        ({"days": 6.99, "published": 3, "links": LINKS}, ALLOWED),
        ({"days": 1, "links": LINKS[:2]}, ALLOWED),
        ({"days": 1, "links": LINKS, "is_staff": True}, ALLOWED),
        # links within the site are none outside
        ({"days": 1, "links": (*LINKS[:2], "ieum.busan.example")}, ALLOWED),
        ({"days": 1, "links": (*LINKS[:2], "files.ieum.busan.example")}, ALLOWED),
        ({"days": 1, "links": (*LINKS[:2], "notieum.busan.example")}, held(Reason.MANY_LINKS)),
        # how many
        ({"days": 1, "hour": 4}, ALLOWED),
        ({"days": 1, "hour": 5}, refused(Reason.TOO_MANY_THIS_HOUR)),
        ({"days": 1, "day": 19}, ALLOWED),
        ({"days": 1, "day": 20}, refused(Reason.TOO_MANY_TODAY)),
        ({"hour": 5, "day": 20}, ALLOWED),
        ({"hour": 29, "day": 200}, ALLOWED),
        ({"hour": 30}, refused(Reason.TOO_MANY_THIS_HOUR)),
        ({"days": 1, "hour": 29, "is_staff": True}, ALLOWED),
        ({"days": 1, "hour": 30, "is_staff": True}, refused(Reason.TOO_MANY_THIS_HOUR)),
        # words
        ({"words": (CASINO,)}, held(Reason.HELD_WORD, "casino")),
        ({"words": (CASINO,), "is_staff": True}, ALLOWED),
        ({"words": (VIAGRA,)}, refused(Reason.REFUSED_WORD, "viagra")),
        ({"words": (VIAGRA,), "is_staff": True}, refused(Reason.REFUSED_WORD, "viagra")),
        ({"words": (CASINO, VIAGRA)}, refused(Reason.REFUSED_WORD, "viagra")),
        ({"days": 1, "words": (CASINO,), "links": LINKS}, held(Reason.HELD_WORD, "casino")),
        # the first thing that stands against it is said
        ({"hour": 30, "words": (VIAGRA,)}, refused(Reason.TOO_MANY_THIS_HOUR)),
    ],
)
def test_worked_cases(facts, expected):
    assert verdict(**facts) == expected


@given(
    days=st.floats(0, 30),
    facts=st.fixed_dictionaries(
        {
            "published": st.integers(0, 5),
            "hour": st.integers(0, 40),
            "day": st.integers(0, 60),
            "links": st.lists(st.sampled_from(LINKS), max_size=4),
            "words": st.lists(st.sampled_from([CASINO, VIAGRA]), max_size=2),
        }
    ),
)
def test_staff_are_never_held_and_time_only_ever_helps(days, facts):
    assert verdict(days=days, is_staff=True, **facts).outcome != Outcome.HELD
    kind = [Outcome.REFUSED, Outcome.HELD, Outcome.ALLOWED].index
    assert kind(verdict(days=days + 7, **facts).outcome) >= kind(verdict(days, **facts).outcome)


@pytest.mark.parametrize(
    "text, hosts",
    [
        ("The port of Busan, see page 12.", []),
        (
            "[rules](https://Busan.go.kr/eng) and <https://a.example/x>",
            ["busan.go.kr", "a.example"],
        ),
        ("https://a.example:8443/x?y=1 then www.b.example.", ["a.example", "www.b.example"]),
        ("[https://nice.example](https://evil.example)", ["evil.example"]),
        ("[a](&#104;ttps://evil.example)", ["evil.example"]),
        ("[a](https://busan.go.kr@evil.example/)", ["evil.example"]),
        (
            "[a](//evil.example) [b](/ko/boards) [c](#x) [d](file:12) [e](person:3)",
            ["evil.example"],
        ),
        ("![pixel](https://evil.example/p.gif)", ["evil.example"]),
        ("[a][1] and [b][1]\n\n[1]: https://a.example", ["a.example", "a.example"]),
        ("- x\n  - [a](HTTPS://a.example)\n\n> [b](http://b.example)", ["a.example", "b.example"]),
        ("| a |\n|---|\n| https://a.example |", ["a.example"]),
        ("`https://a.example`\n\n```\nhttps://b.example\n```", ["a.example", "b.example"]),
        ("https://evil．example https://evil。example", ["evil.example"] * 2),
        ("[mail](mailto:kim@a.example) [js](javascript:alert(1))", []),
        ("한글문장https://a.example을 보세요", ["a.example을"]),
    ],
)
def test_links_are_counted_by_where_they_lead(text, hosts):
    assert links_in(text) == hosts


@pytest.mark.parametrize(
    "text", ["https://[", "[a](https://[)", "www.", "https://@:80", "//", "[" * 500]
)
def test_broken_addresses_are_nothing_to_fall_over(text):
    assert isinstance(links_in(text), list)


class Listed(NamedTuple):
    word: str


def words(text, *listed):
    return [found.word for found in matched_words(text, map(Listed, listed))]


@pytest.mark.parametrize(
    "text, listed",
    [
        ("Best CASINO here", "casino"),
        ("best c\u200ba\u200ds\u2060i\u00adn\ufe0fo here", "casino"),
        ("ｃａｓｉｎｏ bonus", "casino"),
        ("Cásinö!", "casino"),
        ("the casino, of course", "Casino"),
        ("온라인카지노추천", "카지노"),
        ("카지노를 소개합니다", "카지노"),
        ("온라인 casino입니다", "casino"),
        ("카\u200b지\u200b노", "카지노"),
        ("카지노", "카지노"),
        ("网上赌场推荐", "赌场"),
        ("Đánh bạc online", "đánh bạc"),
        ("danh bac online", "đánh bạc"),
        ("cờ\n bạc", "cờ bạc"),
        ("КАЗИНО онлайн", "казино"),
        ("คาสิโนออนไลน์", "คาสิโน"),
        ("قمار بازی", "قمار"),
        ("call +82-10", "+82"),
        ("c++ and c#", "c#"),
        ("ﬁnance loan", "finance"),
    ],
)
def test_a_listed_word_is_found_however_it_is_dressed(text, listed):
    assert words(text, listed) == [listed]


@pytest.mark.parametrize(
    "text, listed",
    [
        ("operating theatre", "rating"),
        ("the ratings", "rating"),
        ("casinos", "casino"),
        ("교통 정책", "카지노"),
        ("a b", "ab"),
        ("anything", ""),
        ("anything", "\u200b"),
        ("", "casino"),
        ("автоказино", "казино"),
    ],
)
def test_a_word_within_another_is_not_that_word(text, listed):
    assert words(text, listed) == []


def test_words_come_in_the_order_of_the_list_and_as_they_were_given():
    assert words("viagra at the casino", "casino", "none", "viagra") == ["casino", "viagra"]
    assert matched_words("casino", [CASINO, VIAGRA]) == [CASINO]


def test_the_second_place_is_looked_at_too():
    assert words("casinos and a casino", "casino") == ["casino"]


@given(st.text(max_size=80))
def test_no_text_makes_the_rules_fall_over(text):
    assert isinstance(links_in(text), list)
    assert words(text, "casino", text) in ([], [text], ["casino"], ["casino", text], ["casino"] * 2)


@pytest.mark.parametrize(
    "work", [lambda text: words(text, "casino", "aaaa", "카지노"), links_in], ids=["words", "links"]
)
@pytest.mark.parametrize(
    "piece", ["casinos ", "a", "[a](//b.c)", "https://a.b ", "www.a", "가지카지", "e\u0301\u200b"]
)
def test_looking_for_words_and_links_takes_time_with_the_length(work, piece):
    steps = [lines_run(lambda n=n: work(piece * (n // len(piece)))) for n in (1500, 3000, 6000)]
    assert steps[1] < 2.3 * steps[0]
    assert steps[2] < 2.3 * steps[1]

"""Rules of the pages of boards: where a page begins, what differs, which words come first."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.boards.models import BoardKind, TagKind, TextOrigin
from lms.boards.rules.differences import Change, differences
from lms.boards.rules.pages import (
    Filter,
    PostPages,
    Tag,
    filter_named,
    page_of,
    tag_named,
)
from lms.boards.rules.translations import reading_order, shown_first


@given(st.integers(), st.integers(min_value=1, max_value=5000))
def test_every_post_is_on_one_page_and_neighbours_meet(number: int, count: int):
    page = PostPages.around(number, count)
    at = min(max(1, number), count)
    assert page.first <= at <= page.last
    assert page.following in {None, page.last + 1}
    assert page.previous is None or PostPages.around(page.previous, count).last == page.first - 1
    assert page.final == page_of(count)
    assert (page.following is None) == (page.first == page.final)


@given(st.text(max_size=200), st.text(max_size=200))
def test_pieces_make_both_texts_again(old: str, new: str):
    pieces = differences(old, new)
    assert "".join(text for change, text in pieces if change != Change.ADDED) == old
    assert "".join(text for change, text in pieces if change != Change.GONE) == new


def test_a_very_long_text_is_not_compared_word_by_word():
    old, new = "word, " * 5000, "word, " * 5000 + "more"
    assert len(differences(old, new)) == 2
    many_lines = "line\n" * 5000
    assert differences(many_lines, "") == [(Change.GONE, many_lines), (Change.ADDED, "")]


@pytest.mark.parametrize(
    "said, tag",
    [
        ({"sdg": "11.2"}, Tag(TagKind.SDG, "11.2")),
        ({"sdg": "", "city": "ho-chi-minh"}, Tag(TagKind.CITY, "ho-chi-minh")),
        ({"sdg": "%"}, None),
        ({"city": "x" * 41}, None),
        ({"field": "МФГ"}, None),
        ({}, None),
    ],
)
def test_what_an_address_says_a_thread_is_about(said, tag):
    assert tag_named((TagKind(kind), value) for kind, value in said.items()) == tag


def test_a_board_offers_the_lists_that_fit_it():
    assert filter_named("unanswered", BoardKind.RUN) == Filter.UNANSWERED
    assert filter_named("unanswered", BoardKind.NOTICES) == Filter.ALL
    assert filter_named("expired", BoardKind.RUN) == Filter.ALL


@dataclass
class Said:
    language: str
    is_original: bool = False
    origin: TextOrigin = TextOrigin.PERSON


@pytest.mark.parametrize(
    "page_language, of_city, others, first",
    [
        ("ko", ["vi"], ["ko", "en"], "ko"),
        ("en", ["mn"], ["ko", "mn"], "mn"),
        ("en", [], ["ko"], "vi"),
        ("ko", ["zh-Hant"], ["zh"], "zh"),
    ],
)
def test_which_words_come_first(page_language, of_city, others, first):
    texts = [Said("vi", is_original=True), *map(Said, others)]
    assert shown_first(texts, reading_order(page_language, of_city)).language == first


def test_a_machine_never_stands_before_the_author():
    texts = [Said("vi", is_original=True), Said("en", origin=TextOrigin.MACHINE)]
    assert shown_first(texts, ["en"]).language == "vi"

"""Posts that speak to people and quote other posts."""

import re

import pytest

from lms.web.markdown import LinkedPerson, markdown
from lms.web.markdown_parser import parse
from lms.web.markdown_quotes import LONGEST_QUOTE, MOST_MENTIONED, mentioned, quote
from tests.web.test_markdown import ATTACKS, BAD_ADDRESSES, assert_harmless

pytestmark = pytest.mark.usefixtures("app")

PEOPLE = {5: LinkedPerson("Lan", "/en/people/5"), 12: LinkedPerson("김민수")}


def shown(text: str) -> str:
    return str(markdown(text, None, PEOPLE.get, is_post=True)).strip()


# --- mentions ----------------------------------------------------------------------------


def test_a_mention_shows_the_present_name_and_not_what_was_written() -> None:
    assert shown("[@The mayor](person:5), see") == (
        '<p><a class="mention" href="/en/people/5">@Lan</a>, see</p>'
    )
    assert shown("[@x](person:12)") == '<p><span class="mention">@김민수</span></p>'


@pytest.mark.parametrize("target", ["person:9", "person:", "person:5x", "person:-5", "person:٥"])
def test_whoever_is_not_known_stays_as_words(target: str) -> None:
    assert shown(f"[@Lan]({target})") == "<p>@Lan</p>"
    assert markdown("[@Lan](person:5)", is_post=True).strip() == "<p>@Lan</p>"


def test_what_somebody_is_called_cannot_break_out() -> None:
    name = '"><img src=x onerror=alert(1)>'
    html = str(markdown("[@x](person:1)", None, lambda _: LinkedPerson(name, "/x"), is_post=True))
    assert_harmless(html)
    assert "<img" not in html


@pytest.mark.parametrize(
    "text, numbers",
    [
        ("[@b](person:2) [@a](person:1)\n\n- [@b](person:2)", [2, 1]),
        ("|[@a](person:1)|\n|-|\n|**[@b](person:2)**|", [1, 2]),
        ("`[@a](person:1)`\n\n```\n[@b](person:2)\n```\n\n    [@c](person:3)", []),
        ("> [@a](person:1)\n\n[@b](person:2)\n\n- > > [@c](person:3)\n\n  [@d](person:4)", [2, 4]),
        ("\\[@a](person:1) ![@b](person:2) [@c](person:x) person:4", []),
    ],
)
def test_who_is_spoken_to(text: str, numbers: list[int]) -> None:
    assert mentioned(text) == numbers


def test_a_list_of_everybody_speaks_to_the_first_only() -> None:
    text = " ".join(f"[@x](person:{number})" for number in range(1, 100))
    assert mentioned(text) == list(range(1, MOST_MENTIONED + 1))


# --- quotations --------------------------------------------------------------------------


def test_a_quotation_names_its_author_and_holds_their_words() -> None:
    text = (
        "# Buses\n\n**Ask** [the port](https://a.example) and [@Lan](person:5).\nSecond line\n\n"
        "> what others said\n\n- one\n- ![a map](file:7)\n\n3. three\n\n|a|b|\n|-|-|\n|c|d|\n\n"
        "```py\nx = '`'\n```"
    )
    assert quote(text, "Minh [Hà]", 12) == (
        "[@Minh \\[Hà\\]](person:12):\n"
        "> Buses\n>\n"
        "> Ask the port and [@Lan](person:5).\n> Second line\n>\n"
        "> - one\n> - a map\n> 3. three\n>\n"
        "> a / b\n>\n> c / d\n>\n"
        "> ```\n> x = '`'\n> ```\n\n"
    )


def test_who_is_quoted_is_spoken_to_and_those_they_spoke_to_are_not() -> None:
    assert mentioned(quote("[@Lan](person:5) see", "x", 12)) == [12]


@pytest.mark.parametrize("text", ["", "> only\n> others' words", "![](file:7)", "---"])
def test_where_there_are_no_words_only_the_author_is_named(text: str) -> None:
    assert quote(text, "Lan", 5) == "[@Lan](person:5):\n\n"


@pytest.mark.parametrize(
    "text, end",
    [
        ("One sentence here. " * 60, "here. …"),
        ("낱말 " * 400, "낱말 …"),
        ("字" * 2_000, "字 …"),
        ("重要的事情。" * 200, "。 …"),
        ("a\n\n" * 900, "a"),
    ],
)
def test_a_long_post_is_cut_where_it_reads_well(text: str, end: str) -> None:
    cut = quote(text, "Lan", 5)
    assert cut.rstrip().endswith(end)
    words = re.sub(r"[>\s]", "", cut)
    assert LONGEST_QUOTE // 4 < len(words) < LONGEST_QUOTE + 40


def test_code_that_is_cut_is_closed_and_a_mention_stays_whole() -> None:
    kinds = [token.type for token in parse(quote("````\n" + "```\nx\n" * 400, "L", 5) + "Reply")]
    assert "fence" in kinds
    assert kinds[-3:] == ["paragraph_open", "inline", "paragraph_close"]
    text = "a" * (LONGEST_QUOTE - 3) + " [@Lan](person:5)"
    assert "person" not in quote(text, "L", 5).split("\n", 1)[1]


WORDS_LIKE_MARKS = [
    "\\# a", "\\- a", "\\+ a", "1\\. a", "\\> a", "a\n\\===", "\\|a|\n\\|-|", "a|b\n\\-|-",
    "a|b\n:\\-|-", "\\~~~\na", "\\`\\`\\`\na", "\\[a]: https://b.example", "\\<https://b.example>",
    "\\*a\\*", "\\_a\\_", "\\[a](https://b.example)", "!\\[a](file:7)", "&amp;lt;b>", "\\\\*a\\*",
    "\\***", "a\n\\---", "&#10;&#10;# a", "`# a`", "`a\\`", "`` `a` ``",
]  # fmt: skip


@pytest.mark.parametrize("text", [*WORDS_LIKE_MARKS, *ATTACKS, *BAD_ADDRESSES])
def test_quoted_words_stay_words_and_within_their_quotation(text: str) -> None:
    tokens = parse(quote(text, "x](y) *_`<b>", 12) + "Reply")
    top = [token.type for token in tokens if token.level == 0 and token.nesting == 1]
    assert top in (
        ["paragraph_open", "blockquote_open", "paragraph_open"],
        ["paragraph_open", "paragraph_open"],
    )
    kinds = {token.type for token in tokens if token.nesting == 1} | {
        child.type for token in tokens for child in token.children or []
    }
    assert kinds <= {
        "paragraph_open", "blockquote_open", "text", "link_open", "link_close", "softbreak",
        *({"bullet_list_open", "list_item_open"} if text in ATTACKS else ()),
    }  # fmt: skip
    links = [
        child.attrs["href"]
        for token in tokens
        for child in token.children or []
        if child.type == "link_open"
    ]
    assert links == ["person:12"]


def test_a_quotation_can_be_quoted_again() -> None:
    first = quote("words", "Lan", 5)
    assert quote(f"{first}Answer", "Minh", 12) == (
        "[@Minh](person:12):\n> [@Lan](person:5):\n>\n> Answer\n\n"
    )

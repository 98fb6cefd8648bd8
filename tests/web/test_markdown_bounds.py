"""Hostile Markdown: what it becomes is safe and bounded, and reading it is work in proportion."""

from collections.abc import Callable, Iterable
from functools import partial
from html.parser import HTMLParser

import pytest

from lms.web.markdown import LinkedFile, LinkedPerson, markdown
from lms.web.markdown_faults import faults_of_reading
from lms.web.markdown_parser import REPEATED
from lms.web.markdown_quotes import mentioned, quote
from tests.web.test_markdown import ATTACKS, BAD_ADDRESSES, assert_harmless
from tests.work import lines_run

pytestmark = pytest.mark.usefixtures("app")

FILES = {7: LinkedFile("/files/7/map.png", "map.png", "image/png", 81_000, 640, 480)}
PEOPLE = {1: LinkedPerson("Lan", "/en/people/1")}
VOID = {"br", "hr", "img"}


def shown(text: str) -> str:
    return str(markdown(text, FILES.get, PEOPLE.get, is_post=True))


class Depth(HTMLParser):
    """How deep elements stand in one another; each must be closed in its turn."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.deepest = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
            self.deepest = max(self.deepest, len(self.open))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def depth_of(html: str) -> int:
    reader = Depth()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader.deepest


# --- safe --------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["{}", "> - {}\n> - [@x](person:1)", "# {}", "|a|\n|-|\n|{}|"])
def test_attacks_on_posts_stay_words(form: str) -> None:
    for attack in [*ATTACKS, *(f"[x]({each})" for each in BAD_ADDRESSES)]:
        assert_harmless(shown(form.format(attack)))


@pytest.mark.parametrize(
    "text",
    [
        "\u202egnp.exe [a](https://b.example/\u202egnp)",
        "\u200b[\u200b\u2060](javascript:x)\ufeff",
        "java\u200bscript:alert(1) [a](java\u00adscript:alert(1))",
        "[@\u202eimdA](person:1)",
        "\u2066\u2067\u2068 **a** \u2069",
        "\U0001f600 \U000e0001\U000e0041",
    ],
)
def test_letters_that_are_not_seen_change_nothing(text: str) -> None:
    assert_harmless(shown(text))


def test_towers_of_marks_lose_their_height_and_writing_keeps_its_own() -> None:
    marks = "".join(chr(0x300 + number) for number in range(40))
    assert shown(f"a{marks}b") == f"<p>a{marks[:4]}b</p>\n"
    for words in ("Tiê\u0301ng Viê\u0323t", "ປະເທດລາວ", "မြန်မာ", "ภาษาไทยที่นี่", "👩‍👩‍👧‍👦 ✍🏽"):
        assert shown(words) == f"<p>{words}</p>\n"


def test_a_post_keeps_its_lines_and_a_reading_joins_them() -> None:
    assert shown("one\ntwo  \nthree") == "<p>one<br>\ntwo<br>\nthree</p>\n"
    assert "<br" not in markdown("one\ntwo")
    assert "<br" not in shown("before\n![a](file:7)\nafter")


def test_the_headings_of_posts_stand_below_theirs_and_never_clash() -> None:
    html = shown("# A\n\n## B\n\n#### C")
    assert [html.count(f"<h{level}>") for level in (2, 3, 4)] == [0, 1, 2]
    assert "id=" not in html


def test_tables_of_many_posts_are_no_landmarks() -> None:
    html = shown("|a|\n|-|\n|b|")
    assert '<div class="table-scroll" role="group" tabindex="0" aria-label="' in html


def test_search_engines_are_not_led_by_posts() -> None:
    assert 'rel="noreferrer noopener nofollow ugc"' in shown("[a](https://b.example)")
    assert "nofollow" not in shown("[a](/en/courses)")


# --- bounded, and work in proportion -------------------------------------------------------

PIECES = [
    ">", "> ", "[", "![", "![](", "[](", "[a](", "[a](<", '[a](b "', "[a](b (", "*", "_", "*a ",
    "**a", "a**", "*a_ ", "_*", "*a **b ", "a*b ", "- ", "1. ", "`", "`a", "``a`", "<", "<a@b",
    "<http:a", "<!--", "&", "&amp;", "&#1", "\\", "\\[", "[]", "[a]", "[[a]", "[a][", "]", "](",
    "|", "|a", "|-", "a|\n-|\n", "|a|\n|-|\n|b\n", "|\n", "> - ", "- > ", "> > > a\n\n", "- a\n",
    "-\n", "# a\n", "a\n", "a\n-\n", "a\n|-\n", "a\n\n", "a  \n", "a\\\n", "    a\n", "```\n",
    "~~~\na\n", "[a]: b\n", '[a]: b "\n', "[a]:\n", "[a\n", "[a]: <", "[a]: b\n\n[a] ",
    "![a](file:7)", "![a](file:9)", "[@x](person:1) ", "![![]()", "[`", "[<", "*[", "가**(",
    "**가(나)**", "가", "\u0301", "\u202e", "\u200b", "\t", " ", "<b>", "---\n", "=\n",
]  # fmt: skip


def grown(size: int) -> dict[str, str]:
    """Return texts of about a size whose parts grow with it, by what they are."""
    side = int(size**0.5)
    return {
        "a wide table": "|a" * (size // 4) + "|\n" + "|-" * (size // 4) + "|\n",
        "a wide table of short rows": (
            "|a" * (size // 8) + "|\n" + "|-" * (size // 8) + "|\n" + "|\n" * (size // 4)
        ),
        "wide tables": ("|a" * 20 + "|\n" + "|-" * 20 + "|\n" + "|\n" * 60 + "\n") * (size // 200),
        "wide tables that others end": (
            ("|a" * 20 + "|\n" + "|-" * 20 + "|\n" + "|\n" * 30 + "# a\n") * (size // 150)
        ),
        "one long address, often": "[a]: /" + "b" * (size // 2) + "\n\n" + "[a] " * (size // 8),
        "one long title, often": (
            '[a]: file:7 "' + "b" * (size // 2) + '"\n\n' + "![a]\n\n" * (size // 12)
        ),
        "many definitions": "".join(f"[a{each}]: b\n" for each in range(size // 10)),
        "many names for one definition": "[a]: b\n\n" + "[" * (size // 2) + "]" * (size // 2),
        "emphasis in emphasis": "*a" * (size // 4) + "b*" * (size // 4),
        "emphasis in emphasis, spaced": "*a **b " * (size // 14) + "c* d** " * (size // 14),
        "strong in strong": "**a" * (size // 6) + " " + "b**" * (size // 6),
        "a list in a list": "".join("  " * each + "- a\n" for each in range(side)),
        "quotes in quotes": "".join("> " * each + "a\n" for each in range(side)),
        "lines that go on in a deep quote": "> " * 15 + "a\n" + "b\n" * (size // 2),
        "lines that go on in a deep list": "- " * 15 + "a\n" + "b\n" * (size // 2),
        "ticks of every length": "".join("`" * each + " " for each in range(1, side)),
        "stars of every length": "".join("*" * each + "a " for each in range(1, side)),
        "links in links": "[" * (size // 4) + "a" + "](b)" * (size // 5),
        "images in images": "![" * (size // 6) + "a" + "](b)" * (size // 6),
        "a title without end": '[a]: b "\n' + "a\n" * (size // 2),
        "a label without end": "[" + "a\n" * (size // 2),
        "an address of brackets": "[a](" + "(" * (size // 2) + ")" * (size // 2),
        "code in a quote": "> ```\n" + "> a\n" * (size // 4),
    }


SHAPES: dict[str, Callable[[int], str]] = {
    **{repr(piece): (lambda size, piece=piece: piece * (size // len(piece))) for piece in PIECES},
    **{name: (lambda size, name=name: grown(size)[name]) for name in grown(400)},
}


def test_what_is_shown_is_bounded() -> None:
    for name, shape in SHAPES.items():
        text = shape(2_000)
        html = shown(text)
        assert len(html) < 30 * len(text) + 2 * REPEATED, name
        assert depth_of(html) <= 40, name
        assert_harmless(html)


def test_one_long_address_is_not_repeated_without_end() -> None:
    html = shown("[a]: /" + "b" * 10_000 + "\n\n" + "[a] " * 5_000)
    assert html.count("<a ") == 3
    assert html.count("[a]") == 4_997


def test_emphasis_stays_where_it_can_be_seen() -> None:
    assert shown("***a* b**") == "<p><strong><em>a</em> b</strong></p>\n"
    html = shown("*a **b " * 100 + "c** d* " * 100)
    assert "<em>a <strong>b <em>a <strong>b" in html
    assert depth_of(html) <= 10


def test_a_table_with_gaps_is_one() -> None:
    html = shown("|a|b|c|d|\n|-|-|-|-|\n|1||||\n|2|\n\n|a|b|\n|-|-|\n" + "|\n" * 2)
    assert html.count("<table") == 2
    assert html.count("<td>") == 8 + 4


def quote_and_judge(text: str) -> None:
    mentioned(text)
    quote(text, "Lan", 1)
    faults_of_reading(text)


@pytest.mark.parametrize("act, names", [(shown, SHAPES), (quote_and_judge, grown(0))])
def test_a_longer_text_is_no_more_work_for_each_letter(
    act: Callable[[str], object], names: Iterable[str]
) -> None:
    act("what is done once is done")
    for name in names:
        short, long = SHAPES[name](250), SHAPES[name](1_000)
        for_each_letter = lines_run(partial(act, short)) / len(short)
        assert lines_run(partial(act, long)) / len(long) < 1.6 * for_each_letter, name


def test_the_longest_word_is_shown() -> None:
    assert shown("가" * 10_000) == f"<p>{'가' * 10_000}</p>\n"

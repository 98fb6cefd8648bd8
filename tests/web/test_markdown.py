"""Readings: what Markdown becomes, and what it can never become."""

import re
from html.parser import HTMLParser

import pytest
from flask import Flask

from lms.web.markdown import (
    ATTRIBUTES,
    CLASSES,
    FIXED_ATTRIBUTES,
    TAGS,
    LinkedFile,
    markdown,
)
from lms.web.markdown_faults import FaultKind, faults_of_reading
from lms.web.markdown_parser import LONGEST

MAP = LinkedFile("/files/7/map.png", "map.png", "image/png", 81_000, 640, 480)
SLIDES = LinkedFile("/files/8/slides.pdf", "slides.pdf", "application/pdf", 2_340_000)
FILES = {7: MAP, 8: SLIDES}

pytestmark = pytest.mark.usefixtures("app")


def shown(text: str) -> str:
    return str(markdown(text, FILES.get))


# --- words -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, bold",
    [
        ("**강조(A)**입니다", "강조(A)"),
        ("**“인용”**은", "“인용”"),
        ("그는**“인용”**이라 했다", "“인용”"),
        ("**重点（A）**是", "重点（A）"),
        ("**「引用」**です", "「引用」"),
        ("이것은**(중요)**하다", "(중요)"),
        ("**ຂໍ້ມູນ(A)**ນີ້", "ຂໍ້ມູນ(A)"),
    ],
)
def test_bold_ends_where_the_next_word_runs_on(text: str, bold: str) -> None:
    assert f"<strong>{bold}</strong>" in shown(text)


@pytest.mark.parametrize("text", ["*가(나)*다", "***가(나)***다", "**가(나)**와 **다(라)**를"])
def test_no_star_is_left_over(text: str) -> None:
    assert "*" not in shown(text)


@pytest.mark.parametrize(
    "text, html",
    [
        ("a * foo bar*", "<p>a * foo bar*</p>"),
        ('a*"foo"*', '<p>a*"foo"*</p>'),
        ("** is not an empty emphasis", "<p>** is not an empty emphasis</p>"),
        ("foo*bar*", "<p>foo<em>bar</em></p>"),
        ("foo_bar_baz", "<p>foo_bar_baz</p>"),
        ("한글_(주)_한글", "<p>한글_(주)_한글</p>"),
        ("가 ** 나 ** 다", "<p>가 ** 나 ** 다</p>"),
        ("*(*foo*)*", "<p><em>(<em>foo</em>)</em></p>"),
        ("**foo*bar**", "<p><strong>foo*bar</strong></p>"),
        ("foo***bar***baz", "<p>foo<em><strong>bar</strong></em>baz</p>"),
    ],
)
def test_other_emphasis_is_as_commonmark_has_it(text: str, html: str) -> None:
    assert shown(text).strip() == html


# --- headings and tables -----------------------------------------------------------------


def tags(html: str, pattern: str) -> list[str]:
    return re.findall(pattern, html)


@pytest.mark.parametrize(
    "text, levels",
    [
        ("# A\n## B\n### C\n#### D\n##### E", ["2", "3", "4", "4", "4"]),
        ("## A\n### B\n## C", ["2", "3", "2"]),
        ("A\n===\n\nB\n---", ["2", "3"]),
        ("###### A", ["2"]),
    ],
)
def test_headings_stand_below_that_of_the_page(text: str, levels: list[str]) -> None:
    assert tags(shown(text), r"<h(\d)") == levels


def test_headings_are_numbered_for_links_to_them() -> None:
    html = shown("# 개요\n\n## 개요\n\n> # 인용")
    assert tags(html, r'<h\d id="([^"]+)"') == ["s-1", "s-2", "s-3"]


def test_a_table_scrolls_in_its_own_named_frame() -> None:
    html = shown("|도시|인구|\n|---|--:|\n|부산|3|\n\nx\n\n|a|\n|-|\n|b|")
    assert html.count('<div class="table-scroll" role="region" tabindex="0"') == 2
    assert len(set(tags(html, r'aria-label="([^"]+)"'))) == 2
    assert '<table class="table">' in html
    assert '<th class="number" scope="col">인구</th>' in html
    assert '<td class="number">3</td>' in html
    assert "style" not in html


# --- files -------------------------------------------------------------------------------


def test_an_image_of_ours_is_a_figure_of_known_size() -> None:
    html = shown('![A map of the *port*](file:7 "The port & its lines")')
    assert "<p>" not in html
    (image,) = tags(html, "<img[^>]+>")
    for part in (
        'src="/files/7/map.png"',
        'alt="A map of the port"',
        'loading="lazy"',
        'width="640"',
        'height="480"',
    ):
        assert part in image
    assert "<figcaption>The port &amp; its lines</figcaption>" in html


def test_an_image_in_the_midst_of_words_parts_them() -> None:
    html = shown("Before\n![A map](file:7)\nafter **it**")
    assert re.sub(r"\s+|<img[^>]+>", "", html) == (
        "<p>Before</p><figure></figure><p>after<strong>it</strong></p>"
    )


@pytest.mark.parametrize(
    "text", ["- ![A map](file:7)", "> ![A map](file:7)", "1. x\n\n   ![A map](file:7)"]
)
def test_a_figure_may_stand_in_lists_and_quotations(text: str) -> None:
    assert "<figure><img" in shown(text).replace("\n", "")


@pytest.mark.parametrize(
    "text",
    ['**![A map](file:7 "c")**', '|![A map](file:7 "c")|\n|-|\n', '# ![A map](file:7 "c")'],
)
def test_where_no_figure_may_stand_the_image_stays_in_its_line(text: str) -> None:
    html = shown(text)
    assert "<figure" not in html
    assert 'alt="A map"' in html
    assert "<small>c</small>" in html


def test_a_file_is_offered_with_its_kind_and_size() -> None:
    link = '<a href="/files/8/slides.pdf" download="slides.pdf">'
    assert shown("[The slides](file:8)").strip() == (
        f"<p>{link}The slides <small>(PDF, 2.3 MB)</small></a></p>"
    )
    assert f"{link}slides.pdf <small>" in shown("[](file:8)")
    assert f"{link}The slides <small>" in shown("![The slides](file:8)")


@pytest.mark.parametrize(
    "target", ["file:9", "file:", "file:7x", "file:-7", "file:٧", "file:1" * 9]
)
def test_a_file_that_is_not_there_leaves_its_words(target: str) -> None:
    assert shown(f"[words]({target})").strip() == "<p>words</p>"
    assert shown(f"![words]({target})").strip() == "<p>words</p>"


def test_without_files_none_is_shown() -> None:
    assert markdown("![words](file:7)").strip() == "<p>words</p>"


def test_what_a_file_is_called_cannot_break_out() -> None:
    name = '"><script>alert(1)</script>.pdf'
    html = str(markdown("[](file:1)", lambda _: LinkedFile('/x"onclick=y', name, "a/b", 1)))
    assert_harmless(html)
    assert "&lt;script&gt;" in html


# --- links -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["https://example.org/a?b=c&d", "HTTP://example.org", "mailto:a@b.kr"]
)
def test_a_link_to_elsewhere_gives_nothing_away(address: str) -> None:
    html = shown(f"[words]({address})")
    assert 'rel="noreferrer noopener"' in html
    assert ">words</a>" in html


@pytest.mark.parametrize("address", ["/en/courses", "#s-1"])
def test_a_link_within_the_site_is_plain(address: str) -> None:
    assert shown(f"[words]({address})").strip() == f'<p><a href="{address}">words</a></p>'


BAD_ADDRESSES = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "<java\tscript:alert(1)>",
    "java&#10;script:alert(1)",
    "java&Tab;script:alert(1)",
    "&#106;avascript:alert(1)",
    "&#x6A&#x61&#x76ascript:alert(1)",
    "&#1;javascript:alert(1)",
    "<\x01javascript:alert(1)>",
    "<\u00a0javascript:alert(1)>",
    "<\u2028javascript:alert(1)>",
    "javascript&colon;alert(1)",
    "javascript%3Aalert(1)",
    "vbscript:x",
    "data:text/html,<script>alert(1)</script>",
    "data:image/svg+xml;base64,PHN2Zz4=",
    "data:image/png;base64,iVBORw0KGgo=",
    "//evil.example",
    "///evil.example",
    "/\\\\evil.example",
    "\\\\\\\\evil.example",
    "</\t/evil.example>",
    "</&#9;/evil.example>",
    "https:evil.example",
    "https:///evil.example",
    "file:///etc/passwd",
    "blob:https://x",
    "view-source:https://x",
    "ftp://x",
    "www.example.org",
]


@pytest.mark.parametrize("address", BAD_ADDRESSES)
@pytest.mark.parametrize("form", ["[words]({})", "![words]({})", "<{}>", "[words][r]\n\n[r]: {}"])
def test_any_other_address_leads_nowhere(form: str, address: str) -> None:
    html = shown(form.format(address))
    assert "<img" not in html
    for target in tags(html, 'href="([^"]*)"'):
        assert not re.match(r"/[\\/]", target), target
        assert re.match(r"/|#", target), target
    assert_harmless(html)


def test_an_image_from_elsewhere_is_only_linked() -> None:
    html = shown("![Their map](https://example.org/map.png)")
    assert "<img" not in html
    assert 'href="https://example.org/map.png"' in html
    assert ">Their map</a>" in html


def test_no_link_stands_in_a_link() -> None:
    html = shown("[![Their map](https://a.example/m.png)](https://b.example)")
    assert tags(html, 'href="([^"]+)"') == ["https://b.example"]
    assert "Their map" in html


# --- attacks -----------------------------------------------------------------------------

ATTACKS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example></sCrIpT>",
    "<scr<script>ipt>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src=x:alert(alt) onerror=eval(src) alt=xss>",
    '<svg onload=alert(1)><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<details open ontoggle=alert(1)>",
    "<form action=javascript:alert(1)><input type=submit>",
    "<a href=javascript:alert(1)>x</a>",
    "<style>@import '//evil.example';</style>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0>",
    "<object data=data:text/html,x><embed src=x>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;img src=x onerror=alert(1)&#62;",
    "`<script>alert(1)</script>`",
    '```"><script>alert(1)</script>\n<img src=x onerror=alert(1)>\n```',
    '[x](https://a.example "\\" onmouseover=alert(1) x=\\"")',
    '[x](<https://a.example/"onmouseover="alert(1)>)',
    '![x" onerror="alert(1)](file:7)',
    '![x](file:7 "<img src=x onerror=alert(1)>")',
    "![<img src=x onerror=alert(1)>](file:7)",
    "[<img src=x onerror=alert(1)>](file:8)",
    '# <b id="main" onclick=alert(1)>x</b>',
    "|<svg onload=alert(1)>|\n|-|\n|<img src=x onerror=alert(1)>|",
    "[a](javascript:alert(1)//https://b.example)",
    "[![x](javascript:alert(1))](data:text/html,x)",
    "<https://a.example/<script>alert(1)</script>>",
    "\0<scr\0ipt>alert(1)</script>",
]


MAY_BE_LED_TO = re.compile(r"https?://[^/]|mailto:|/(?![/\\])|#", re.IGNORECASE)


class Reader(HTMLParser):
    """Reads HTML as a browser would and holds it to the list of what may be in it."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        for name, value in attrs:
            if name == "class":
                assert value in CLASSES[tag]
            elif name in FIXED_ATTRIBUTES.get(tag, {}):
                assert value in FIXED_ATTRIBUTES[tag][name]
            else:
                assert name in ATTRIBUTES.get(tag, set()), (tag, name)
            if name in {"href", "src"}:
                assert MAY_BE_LED_TO.match(value or ""), value


def assert_harmless(html: str) -> None:
    Reader().feed(html)


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("form", ["{}", "x {} y", "> - {}", "**{}**"])
def test_attacks_stay_words(form: str, attack: str) -> None:
    assert_harmless(shown(form.format(attack)))


# --- bounds ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "piece",
    [
        ">",
        "[",
        "![",
        "[a](",
        "*a ",
        "**a",
        "- ",
        "1. ",
        "`",
        "<",
        "&",
        "[]",
        "> - ",
        "\\",
        "|",
        "a\n",
    ],
)
def test_nothing_nests_without_end(piece: str) -> None:
    html = shown(piece * 10_000)
    assert len(html) < 1_000_000
    faults_of_reading(piece * 10_000)


def test_a_wide_table_does_not_grow_without_bound() -> None:
    assert len(shown("|a" * 256 + "|\n" + "|-" * 256 + "|\n" + "|\n" * 5_000)) < 2_000_000


def test_what_is_too_long_is_cut() -> None:
    assert "end" not in shown("가" * LONGEST + "end")
    assert "end" in shown("가" * (LONGEST - 3) + "end")


# --- faults ------------------------------------------------------------------------------


def test_a_good_reading_has_no_faults() -> None:
    text = (
        "## A\n\n### B\n\n## C\n\n![A map](file:7)\n\n[The slides](file:8)\n\n"
        "|City|\n|-|\n|Busan|\n\n<https://example.org>"
    )
    assert faults_of_reading(text) == []


def test_faults_are_named_by_kind_and_line() -> None:
    text = (
        "# A\n\n### B\n\nx\n![](file:7)\n\n[**Here**](https://a.example).\n\n"
        "|a||\n|-|-|\n|b|c|\n\n- y [여기](file:8)\n- [点击这里。](file:8)"
    )
    found = [(fault.kind, fault.line) for fault in faults_of_reading(text)]
    assert found == [
        (FaultKind.SKIPPED_HEADING, 3),
        (FaultKind.IMAGE_WITHOUT_TEXT, 6),
        (FaultKind.VAGUE_LINK, 8),
        (FaultKind.TABLE_WITHOUT_HEADER, 10),
        (FaultKind.VAGUE_LINK, 14),
        (FaultKind.VAGUE_LINK, 15),
    ]


def test_an_image_gives_its_link_a_name() -> None:
    assert faults_of_reading("[![The port](file:7)](https://a.example)") == []


def test_every_fault_has_its_sentence(app: Flask) -> None:
    text = "### B\n\n# A\n\n![](file:7)\n\n[here](#s-1)\n\n|a||\n|-|-|\n|b|c|"
    with app.test_request_context("/en/"):
        said = {fault.kind: fault.message for fault in faults_of_reading(text)}
    assert set(said) == set(FaultKind)
    assert said[FaultKind.VAGUE_LINK] == "Line 7: say where the link “here” leads."


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("https://bus.example/a?b=1&c=2", "https://bus.example/a?b=1&amp;c=2"),
        ("자료는 https://bus.example/자료에서 보세요", "https://bus.example/"),
        ("자료는 https://bus.example/x에서 보세요", "https://bus.example/x"),
        ("(see https://bus.example/x).", "https://bus.example/x"),
        ("https://bus.example/a_(b) is it", "https://bus.example/a_(b)"),
        ("Look: HTTPS://bus.example/x, please", "HTTPS://bus.example/x"),
    ],
)
def test_a_pasted_address_in_a_post_is_a_link(written, address):
    html = str(markdown(written, is_post=True))
    assert f'<a href="{address}" rel="noreferrer noopener nofollow ugc">{address}</a>' in html
    assert "<a " not in markdown(written)


def test_no_link_stands_in_a_link_or_in_code():
    html = str(
        markdown("[at https://a.example](https://b.example) `https://c.example`", is_post=True)
    )
    assert html.count("<a ") == 1

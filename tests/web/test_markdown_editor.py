"""The field for Markdown in a real browser: its tools, pasting from word processors, preview."""

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask, render_template_string
from playwright.sync_api import Browser, Page, Route, expect
from werkzeug.datastructures import MultiDict

from lms.web.forms import Form, LongTextField
from lms.web.headers import CONTENT_SECURITY_POLICY
from lms.web.markdown import LinkedFile, markdown
from tests.site import ROOT

pytestmark = pytest.mark.browser

ADDRESS = "http://editor.test"
PAGE = """<!doctype html>
<html lang="en"><head><title>Editor</title>
<link rel="stylesheet" href="/static/base/app.css">
<link rel="stylesheet" href="/static/web/markdown_editor.css">
<link rel="stylesheet" href="/static/web/reading.css">
<script type="module" src="/static/web/markdown_editor.js"></script></head>
{% from "macros/markdown.html" import markdown_field %}
<body><main><h1>Editor</h1><form method="post" novalidate>
<input type="hidden" name="csrf_token" value="a-token">
{{ markdown_field(form.body, "/preview", files, lang="ko") }}
<button>Save</button></form></main></body></html>"""


def clipboard(program: str) -> str:
    """Return the HTML a program puts on the clipboard, shortened."""
    return (Path(__file__).parent / "clipboards" / f"{program}.html").read_text()


class ReadingForm(Form):
    body = LongTextField("Text", limit=200_000)


@dataclass(frozen=True)
class FileOfLesson:
    id: int
    name: str
    mimetype: str


FILES = [
    FileOfLesson(7, "map.png", "image/png"),
    FileOfLesson(8, "slides [2].pdf", "application/pdf"),
]


@dataclass
class Editor:
    """The page with the field, and what its preview has asked for."""

    page: Page
    asked: list[Any] = field(default_factory=list)
    answers: bool = True

    @property
    def text(self) -> str:
        return self.page.locator("textarea").input_value()

    def write(self, text: str) -> None:
        """Replace what the field holds; select what stands between ‹ and ›, else its end."""
        start, *rest = re.split("[‹›]", text)
        self.page.locator("textarea").fill("".join([start, *rest]))
        end = len(start) + len(rest[0]) if rest else len(start)
        self.page.locator("textarea").evaluate(
            "(field, [start, end]) => field.setSelectionRange(start, end)",
            [len(start), end],
        )

    def marked(self) -> str:
        """Return what the field holds, its selection between ‹ and ›."""
        ask = "field => [field.value, field.selectionStart, field.selectionEnd]"
        text, start, end = self.page.locator("textarea").evaluate(ask)
        return f"{text[:start]}‹{text[start:end]}›{text[end:]}"

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def undo(self) -> None:
        self.page.locator("textarea").press("Control+z")

    def paste(self, html: str) -> bool:
        """Paste HTML; tell whether the script has taken it, rather than leave it to the browser."""
        return bool(
            self.page.locator("textarea").evaluate(
                """(field, html) => {
                  field.focus();
                  const clipboardData = new DataTransfer();
                  clipboardData.setData("text/html", html);
                  const options = { clipboardData, bubbles: true, cancelable: true };
                  return !field.dispatchEvent(new ClipboardEvent("paste", options));
                }""",
                html,
            )
        )

    def pasted(self, html: str) -> str:
        self.write("")
        assert self.paste(html)
        return self.text

    def answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path == "/preview":
            self.asked.append(route.request)
            if not self.answers:
                route.abort()
                return
            (text,) = parse_qs(route.request.post_data or "", keep_blank_values=True)["text"]
            route.fulfill(body=str(markdown(text, find)), content_type="text/html; charset=utf-8")
        elif path.startswith("/static/"):
            route.fulfill(path=ROOT / path[1:])
        else:
            route.fulfill(status=404)


def find(number: int) -> LinkedFile | None:
    return LinkedFile("/map.png", "map.png", "image/png", 9, 1, 1) if number == 7 else None


@pytest.fixture
def edit_page(app: Flask) -> str:
    with app.test_request_context("/en/"):
        form = ReadingForm(MultiDict(), meta={"csrf": False})
        return render_template_string(PAGE, form=form, files=FILES)


@pytest.fixture
def editor(browser: Browser, edit_page: str) -> Iterator[Editor]:
    context = browser.new_context(base_url=ADDRESS)
    page = context.new_page()
    page.set_default_timeout(10_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    editor = Editor(page)
    context.route("**/*", editor.answer)
    headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY}
    context.route(
        f"{ADDRESS}/edit",
        lambda route: route.fulfill(
            body=edit_page, content_type="text/html; charset=utf-8", headers=headers
        ),
    )
    page.goto("/edit")
    expect(page.get_by_role("toolbar")).to_be_visible()
    expect(page.locator("[data-pastes]")).to_be_attached()
    yield editor
    context.close()
    assert faults == []


# --- tools -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "button, before, after",
    [
        ("Bold", "a ‹word› b", "a **‹word›** b"),
        ("Bold", "a‹ word ›b", "a **‹word›** b"),
        ("Bold", "a **‹word›** b", "a ‹word› b"),
        ("Bold", "‹›", "**‹bold words›**"),
        ("Heading", "a\n‹b›\nc", "a\n## b‹›\nc"),
        ("Heading", "## ‹b›", "### b‹›"),
        ("Heading", "### ‹b›", "b‹›"),
        ("List", "‹a\nb›\nc", "‹- a\n- b›\nc"),
        ("List", "- ‹a\n- b›", "‹a\nb›"),
        ("Numbered list", "- ‹a\n- b›", "‹1. a\n2. b›"),
        ("Quotation", "‹a\nb›\nc", "‹> a\n> b›\nc"),
        ("Quotation", "> ‹a\n> b›", "‹a\nb›"),
        ("Code", "a ‹word› b", "a `‹word›` b"),
        ("Code", "a `‹word›` b", "a ‹word› b"),
        ("Code", "x\n\n‹a\nb›", "x\n\n```\n‹a\nb›\n```"),
        ("Link", "see ‹the port› now", "see [the port](‹https://›) now"),
        ("Link", "‹https://example.org/a›", "[‹where it leads›](https://example.org/a)"),
        (
            "Table",
            "a‹›",
            "a\n\n| ‹Column 1› | Column 2 |\n| --- | --- |\n| Cell | Cell |\n| Cell | Cell |",
        ),
    ],
)
def test_a_tool_writes_its_marks_and_can_be_undone(
    editor: Editor, button: str, before: str, after: str
) -> None:
    """What is selected stands between ‹ and ›."""
    editor.write(before)
    editor.press(button)
    assert editor.marked() == after
    editor.undo()
    assert editor.text == before.replace("‹", "").replace("›", "")


@pytest.mark.parametrize(
    "key, after", [("Control+b", "a **‹word›** b"), ("Control+k", "a [word](‹https://›) b")]
)
def test_keys_do_as_the_tools_do(editor: Editor, key: str, after: str) -> None:
    editor.write("a ‹word› b")
    editor.page.locator("textarea").press(key)
    assert editor.marked() == after


def test_the_toolbar_is_one_stop_and_arrows_lead_through_it(editor: Editor) -> None:
    page = editor.page
    page.get_by_role("button", name="Bold").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Heading")).to_be_focused()
    page.keyboard.press("End")
    expect(page.get_by_role("button", name="Table")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Bold")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("File of this lesson")).to_be_focused()


def test_a_file_is_put_in_by_its_number(editor: Editor) -> None:
    editor.write("see ")
    editor.page.get_by_label("File of this lesson").select_option("slides [2].pdf")
    expect(editor.page.get_by_label("What the image shows")).to_be_hidden()
    editor.press("Insert")
    assert editor.text == "see [slides \\[2\\].pdf](file:8)"


def test_an_image_is_put_in_with_the_words_that_stand_for_it(editor: Editor) -> None:
    page = editor.page
    editor.write("a")
    page.get_by_label("File of this lesson").select_option("map.png")
    words = page.get_by_label("What the image shows")
    editor.press("Insert")
    expect(words).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("Say in words")
    assert editor.text == "a"
    words.fill("the [port]")
    words.press("Enter")
    expect(page.get_by_role("alert")).to_have_count(0)
    assert editor.marked() == "a\n\n![the \\[port\\]](file:7)‹›"
    assert page.url == f"{ADDRESS}/edit"


def test_a_file_that_has_arrived_can_be_put_in(editor: Editor) -> None:
    page = editor.page
    page.locator("form").evaluate(
        """form => form.dispatchEvent(new CustomEvent("files-changed", {detail: {files: [
          {id: 8, name: "slides.pdf", mimetype: "application/pdf"},
          {id: 9, name: "<b>photo</b>.jpg", mimetype: "image/jpeg"}]}}))"""
    )
    chosen = page.get_by_label("File of this lesson")
    expect(chosen.locator("option")).to_have_text(
        ["Choose a file", "slides.pdf", "<b>photo</b>.jpg"]
    )
    expect(chosen).to_have_value("9")
    page.get_by_label("What the image shows").fill("a photo")
    editor.press("Insert")
    assert editor.text == "![a photo](file:9)"


@pytest.mark.parametrize(
    "before, put_in, after",
    [
        ("ask ‹› now", "[@Lan](person:5)", "ask [@Lan](person:5)‹› now"),
        ("ask‹›", "> a\n\n", "ask\n\n> a\n\n‹›"),
    ],
)
def test_other_scripts_put_text_at_the_caret(
    editor: Editor, before: str, put_in: str, after: str
) -> None:
    editor.write(before)
    editor.page.locator("textarea").evaluate(
        """(field, text) =>
          field.dispatchEvent(new CustomEvent("insert-text", {detail: {text}}))""",
        put_in,
    )
    assert editor.marked() == after


@pytest.mark.parametrize("width", [320, 390])
def test_the_tools_fit_a_phone(editor: Editor, width: int) -> None:
    page = editor.page
    page.set_viewport_size({"width": width, "height": 700})
    page.get_by_label("File of this lesson").select_option("map.png")
    editor.press("Insert")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for control in page.locator("[data-tools] :is(button, input, select)").all():
        box = control.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["height"] >= 24


# --- pasting -----------------------------------------------------------------------------


def test_word_comes_over_with_its_structure(editor: Editor) -> None:
    assert editor.pasted(clipboard("word")) == (
        "## 버스정보 (BIS)\n\n"
        "**강조(A)**입니다. *기울임* [누리집](https://example.org/a%28b%29)\n\n"
        "### 준비\n\n"
        "- 하나\n"
        "  1. **둘**\n"
        "  2. 셋\n"
        "- 넷\n\n"
        "| 도시 | 인구 |\n"
        "| --- | --- |\n"
        "| 부산 \\| 釜山 | 3 백만 |\n\n"
        "끝 \\* \\_a\\_ \\<b>"
    )


def test_what_was_pasted_is_undone_at_once(editor: Editor) -> None:
    editor.write("before")
    editor.paste(clipboard("word"))
    assert editor.text.startswith("before\n\n## 버스정보")
    editor.undo()
    assert editor.text == "before"


MERGED = """<table><tr><th colspan=2>a</th><th>b</th></tr>
<tr><td rowspan=2>c</td><td>d</td><td>e</td></tr>
<tr><td>f</td><td>g</td></tr></table>"""

NESTED = "<ol><li>a<ul><li>b<ol><li>c</li></ol></li></ul><p>more</p></li><li>d</li></ol>"


@pytest.mark.parametrize(
    "html, text",
    [
        (clipboard("google_docs"), "Plain **bold** *slanted*\n\n- one\n  - one a\n- two\n3. three"),
        (clipboard("word_on_the_web"), "## 제목\n\n- 가\n  - 나"),
        (clipboard("hancom"), "**연수 안내**\n\n첫째 줄\\\n둘째 줄\n\n상자 안의 글"),
        (MERGED, "| a |   | b |\n| --- | --- | --- |\n| c | d | e |\n|   | f | g |"),
        (NESTED, "1. a\n   - b\n     1. c\n\n   more\n2. d"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<p><b>x</b></p><p># no heading</p>", "**x**\n\n\\# no heading"),
        ("<p><b>x</b></p><p>2026. 3. 1. 시작</p>", "**x**\n\n2026\\. 3. 1. 시작"),
        ("<p><b>x</b></p><p>- typed</p>", "**x**\n\n- typed"),
        ("<p>a</p><p>[x](javascript:y)</p>", "a\n\n[x\\](javascript:y)"),
        ("<p>a</p><p><a href='javascript:z'>z</a></p>", "a\n\nz"),
        ("<p><b>a</b></p><script>alert(1)</script><style>p{}</style>", "**a**"),
        ("<p><b>a</b></p><p style='display:none'>n</p>", "**a**"),
    ],
)
def test_other_programs_come_over_too(editor: Editor, html: str, text: str) -> None:
    assert editor.pasted(html) == text


@pytest.mark.parametrize(
    "html", ["", "<p>just words</p>", "<div>code();</div><div>more();</div>", "<img src=x>"]
)
def test_what_is_plain_is_left_to_the_browser(editor: Editor, html: str) -> None:
    assert not editor.paste(html)


def test_words_within_a_line_stay_in_it(editor: Editor) -> None:
    editor.write("see ‹› now")
    editor.paste("<span>the <b>port</b></span>")
    assert editor.text == "see the **port** now"


def test_what_was_pasted_is_shown_as_it_was(editor: Editor, app: Flask) -> None:
    html = str(markdown(editor.pasted(clipboard("word"))))
    for part in (
        '<h2 id="s-1">버스정보 (BIS)</h2>',
        "<strong>강조(A)</strong>입니다",
        "<ol>\n<li><strong>둘</strong></li>\n<li>셋</li>\n</ol>",
        "<td>부산 | 釜山</td>",
        "끝 * _a_ &lt;b&gt;",
    ):
        assert part in html


# --- preview -----------------------------------------------------------------------------


def test_the_preview_follows_with_the_forms_token(editor: Editor) -> None:
    shown = editor.page.locator("[data-shown]")
    editor.write("**강조(A)**입니다\n\n![지도](file:7)")
    expect(shown.locator("strong")).to_have_text("강조(A)")
    expect(shown.locator("figure img")).to_have_attribute("alt", "지도")
    expect(shown).to_have_attribute("lang", "ko")
    expect(shown).to_have_attribute("aria-live", "off")
    assert editor.asked[-1].headers["x-csrftoken"] == "a-token"
    assert editor.asked[-1].method == "POST"


def test_typing_asks_once_it_pauses(editor: Editor) -> None:
    editor.write("x")
    expect(editor.page.locator("[data-shown]")).to_have_text("x")
    before = len(editor.asked)
    editor.page.locator("textarea").press_sequentially("12345678")
    expect(editor.page.locator("[data-shown]")).to_have_text("x12345678")
    assert len(editor.asked) - before < 8


def test_without_connection_the_preview_says_so(editor: Editor) -> None:
    editor.answers = False
    editor.write("x")
    expect(editor.page.locator("[data-shown]")).to_contain_text("cannot be shown just now")
    assert editor.text == "x"


def test_a_closed_preview_asks_for_nothing(editor: Editor) -> None:
    editor.write("x")
    expect(editor.page.locator("[data-shown]")).to_have_text("x")
    editor.page.get_by_text("Preview").click()
    before = len(editor.asked)
    editor.write("y")
    editor.page.wait_for_timeout(900)
    assert len(editor.asked) == before


# --- the page ----------------------------------------------------------------------------


def test_without_script_there_is_the_field_alone(browser: Browser, edit_page: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_content(edit_page)
    expect(page.get_by_label("Text")).to_be_visible()
    expect(page.get_by_role("toolbar")).to_have_count(0)
    context.close()


def test_the_script_stays_light() -> None:
    scripts = [ROOT / "static/web" / f"markdown_{name}.js" for name in ("editor", "paste")]
    assert sum(len(gzip.compress(each.read_bytes())) for each in scripts) < 9_500

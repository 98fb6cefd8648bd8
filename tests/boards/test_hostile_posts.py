"""Whatever somebody types into any field of the boards is words: shown as such, found by search by
what is seen of it, harmless in pages, feeds and mails."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
from defusedxml.ElementTree import fromstring
from sqlalchemy import select

from lms.accounts.models import Person
from lms.boards.forms.files import read_descriptions
from lms.boards.models import (
    Audience,
    Board,
    BoardKind,
    Post,
    PostFile,
    PostState,
    PostText,
    ReportReason,
    Thread,
)
from lms.boards.queries.moderation import last_change
from lms.boards.rules.expertise import LONGEST_ABOUT
from lms.boards.rules.moderation import Hiding, Seen
from lms.boards.services import moderation
from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.lessons.models import IntakeState
from lms.media.names import clean_file_name
from tests.factories import save
from tests.factories.accounts import make_person
from tests.factories.boards import (
    board_of_site,
    first_post,
    make_answer,
    make_board,
    make_run_board,
    make_thread,
)
from tests.factories.conversations import make_adult, make_conversation, make_question
from tests.factories.enrolment import make_run

HOSTILE = {
    "script": "<script>alert(1)</script> marmalade",
    "attribute": "\"><img src=x onerror=alert(1)> marmalade ' onmouseover=alert(1) x='",
    "closed textarea": "</textarea></title></style><svg onload=alert(1)> marmalade",
    "links": "[marmalade](javascript:alert(1)) [b](JaVaScRiPt&colon;alert(1)) "
    "![c](data:text/html,x) <javascript:alert(1)> [d](vbscript:x) [e](//evil.example)",
    "override": "marm\u202ealade \u202dx\u202a\u2066\u2067y\u2068 marmalade",
    "zero width": "mar\u200bma\u200c\u2060la\ufeffde\u00ad \u200d\u200b",
    "zalgo": "".join(f"{char}" + "\u0336\u0301\u0322\u0347" * 12 for char in "marmalade"),
    "long word": "marmalade " + "a" * 10_000,
    "long Hangul": "marmalade " + "정" * 10_000,
    "emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 \U0001f1f0\U0001f1f7 "
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e007f marmalade \U0001f44d\U0001f3ff",
    "lone marks": "\u0301\u0300\u20dd\ufe0f marmalade \u094d\u0300",
    "deep quotes": ">" * 3000 + " marmalade",
    "brackets": "[" * 5000 + " marmalade " + "](" * 2000,
    "emphasis": "*_" * 3000 + " marmalade " + "`" * 2001,
    "table": "|a" * 900 + "\n" + "|-" * 900 + "\n" + "|marmalade " * 90,
    "list bomb": "\n".join("  " * depth + "- marmalade" for depth in range(120)),
    "template": "{{7*7}} {% raw %} ${7*7} #{7*7} marmalade",
    "format": "%s %(name)s %d %n {0} {name} {0.__class__} %% marmalade",
    "entities": "&amp;lt;script&amp;gt; &#x3c;script&#62; &lt;b&gt; &#0; marmalade",
    "breaks": "marmalade\r\nBcc: all@example.org\r\n\r\nHello\u2028x\u2029y\x0b\x0c\x85z",
    "NUL": "marmalade\x00\x01\x1b[31m\x7f\ufffe\uffff\x9f",
    "formula": '=HYPERLINK("http://evil.example";"marmalade")',
    "quotation marks": "marmalade'; DROP TABLE posts; -- \" OR NEAR(* ^ : (",
    "surrogates": "marmalade \U0010ffff \ue000 \U000f0000",
}
ACTS = re.compile(r"<script|<svg|\son\w+=|javascript:", re.IGNORECASE)
FORBIDDEN = {"javascript:", "vbscript:", "data:"}
# What writes over what stands around it, or is no text at all.
HARMFUL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202d\u202e\ufffe\uffff]")


@dataclass
class FormOnPage:
    """A form as a browser sees it: where it is sent, and what stands in it."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)


class Reading(HTMLParser):
    """Reads a page: its forms, and what in it would act."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[FormOnPage] = []
        self.harm: list[str] = []
        self._select = ""

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        for name, value in attrs:
            where = "".join((value or "").split()).lower()
            if name.startswith("on") or name == "style":
                self.harm.append(f"{tag} {name}")
            if name in {"href", "src", "action"} and where.startswith(tuple(FORBIDDEN)):
                self.harm.append(f"{tag} {name}={value}")
        if tag in {"iframe", "object", "embed", "base", "style"}:
            self.harm.append(tag)
        if tag == "script" and "src" not in given and "type" not in given:
            self.harm.append(tag)
        if tag == "form" and given.get("method", "").lower() == "post":
            self.forms.append(FormOnPage(given.get("action", "")))
        if self.forms:
            self._take(self.forms[-1], tag, given)

    def handle_endtag(self, tag):
        if tag == "form" and self.forms:
            self.forms.append(FormOnPage("closed"))

    def _take(self, form, tag, given):
        name = given.get("name") or ""
        kind = given.get("type", "text")
        if tag == "textarea" or (tag == "input" and kind == "text"):
            form.texts.append(name)
        elif tag == "input" and kind == "radio":
            form.fields.setdefault(name, given.get("value", ""))
        elif tag == "input" and kind in {"hidden", "number", "date"}:
            form.fields[name] = given.get("value") or ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and ("selected" in given or self._select not in form.fields):
            form.fields[self._select] = given.get("value", "")


def read(answer) -> Reading:
    """Read a page, after a look for what no page may hold."""
    text = answer.get_data(as_text=True)
    assert answer.status_code < 500
    reading = Reading()
    reading.feed(text)
    reading.close()
    assert reading.harm == []
    found = HARMFUL.search(text)
    assert found is None, ascii(text[max(0, found.start() - 80) : found.end() + 20])
    assert "\n\n" not in answer.headers.get("Location", "")
    return reading


def send_all(browser, path: str, text: str) -> int:
    """Fill in every field of every form of a page with a text; return how many were sent."""
    sent = 0
    for form in read(browser.get(path)).forms:
        if not form.texts:
            continue
        data = {**form.fields, **dict.fromkeys(form.texts, text), "checked": "1", "is_shown": "1"}
        for each in ("act", "preview"):
            if each == "preview" and "key" not in form.fields:
                continue
            act = "preview" if each == "preview" else "post"
            answer = browser.post(form.action or path, data={**data, "act": act})
            assert answer.status_code in {200, 302, 303, 409, 422}, (path, act)
            if answer.mimetype == "text/html":
                read(answer)
        sent += 1
    return sent


@dataclass
class Scene:
    """Everything that has a form to type into."""

    author: Person
    staff: Person
    forms: dict[str, list[str]]
    pages: dict[str, list[str]]
    board: Board


@pytest.fixture
def scene(app):
    run = make_run(seats_taken=3)
    long_ago = clock.now() - timedelta(days=400)
    author = make_adult(run)
    author.created_at = long_ago
    fellow, third = make_adult(run), make_adult(run)
    staff = make_person("staff", created_at=long_ago)
    board = make_board(BoardKind.IDEAS, readable_by=Audience.EVERYBODY)
    run_board = make_run_board(run)
    thread = make_thread(board, author)
    post = first_post(thread)
    case_post = make_answer(thread, author, "A second one.")
    other = make_answer(thread, fellow, "To be reported.")
    hidden = make_answer(thread, author, "To be appealed.")
    with unit_of_work():
        now = clock.now()
        moderation.hide_post(
            hidden, Hiding(ReportReason.OTHER, ""), moderator=make_person("staff"),
            seen=Seen(last_change(hidden.id).id, hidden.revision), now=now,
        )  # fmt: skip
    talk = make_conversation(run, fellow, author, "Well done.", "Thank you.")
    question = make_question(author)
    ids = {"t": thread.id, "b": board.id, "p": post.id, "c": talk.id}
    forms = {
        "author": [
            f"/en/boards/{board.id}/new/question", f"/en/boards/{board.id}/new/case",
            f"/en/boards/{board.id}/new/discussion", f"/en/boards/{run_board.id}/new/question",
            f"/en/threads/{thread.id}/answer", f"/en/posts/{case_post.id}/edit",
            f"/en/posts/{post.id}/edit", f"/en/posts/{post.id}/translate/ko",
            f"/en/posts/{other.id}/report", f"/en/posts/{hidden.id}/appeal", "/en/ask",
            f"/en/messages/{talk.id}", f"/en/messages/{question.id}",
            f"/en/runs/{run.id}/people/{third.id}/write", "/en/expertise/edit",
        ],
        "staff": [
            f"/en/boards/{board_of_site(BoardKind.NOTICES).id}/new/notice", "/en/manage/words",
            f"/en/manage/moderation/posts/{hidden.id}", f"/en/manage/questions/{question.id}",
            f"/en/manage/boards/{make_board(BoardKind.IDEAS).id}", "/en/manage/boards/new",
        ],
    }  # fmt: skip
    pages = {
        "author": [
            "/en/boards", "/en/boards/{b}", "/en/threads/{t}", "/en/posts/{p}/history",
            "/en/posts/{p}/in/ko", "/en/boards/mine", "/en/boards/mine?list=drafts", "/en/messages",
            "/en/messages/{c}", "/en/people", f"/en/people/{author.id}", "/en/notifications",
        ],
        "staff": [
            "/en/manage/boards", "/en/manage/words", "/en/manage/moderation",
            "/en/manage/moderation?show=reported", "/en/manage/moderation?show=appeals",
            "/en/manage/questions", f"/en/manage/questions/{question.id}",
            f"/en/manage/moderation/posts/{hidden.id}", f"/en/manage/moderation/posts/{other.id}",
            "/en/notifications",
        ],
    }  # fmt: skip
    pages = {who: [path.format(**ids) for path in paths] for who, paths in pages.items()}
    return Scene(author, staff, forms, pages, board)


@pytest.fixture
def browsers(scene, signed_in_as):
    return {"author": signed_in_as(scene.author), "staff": signed_in_as(scene.staff)}


@pytest.fixture
def told(run_jobs, outbox):
    """Return a function that gives the mails that leave."""

    def send():
        run_jobs()
        return outbox

    return send


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_whatever_is_typed_is_words(scene, browsers, client, told, text):
    for who, paths in scene.forms.items():
        for path in paths:
            assert send_all(browsers[who], path, text), path
    mails = told()
    is_long = len(text) > LONGEST_ABOUT
    for who, paths in scene.pages.items():
        for path in paths:
            answer = browsers[who].get(path)
            # What was too long to be kept shows nobody's page.
            assert answer.status_code == (404 if is_long and "/people/" in path else 200), path
            read(answer)
    for path in search_paths(text):
        answer = client.get(path)
        assert answer.status_code in {200, 422, 400 if "\0" in text else 200}, path[:80]
        read(answer)
    feed = client.get(f"/en/boards/{scene.board.id}/feed.atom")
    assert fromstring(feed.data).tag.endswith("feed")
    assert HARMFUL.search(feed.text) is None
    check_mails(mails)


def check_mails(mails):
    assert mails, "somebody was told of it"
    for mail in mails:
        message = mail.message()
        assert not message.get_all("Bcc")
        for name, value in message.items():
            assert "\n" not in re.sub(r"\n[ \t]", " ", str(value)), name
            assert HARMFUL.search(str(value)) is None
        for html, kind in mail.alternatives:
            assert kind == "text/html"
            assert not ACTS.search(html_tags(html))


def search_paths(text):
    typed = quote(text[:1500].encode("utf-8", "ignore"))
    return (f"/en/boards/search?q={typed}", f"/en/boards/search?q=marmalade&city={typed[:300]}")


def html_tags(html):
    return " ".join(re.findall(r"<[^>]*>", html))


def post_with(signed_in_as, board, author, text, title="A plain title"):
    browser = signed_in_as(author)
    path = f"/en/boards/{board.id}/new/question"
    [form] = [each for each in read(browser.get(path)).forms if "body" in each.texts]
    data = {**form.fields, "title": title, "body": text, "checked": "1", "act": "post"}
    return browser.post(path, data=data)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_it_is_found_by_the_words_that_are_seen(scene, signed_in_as, client, text):
    answer = post_with(signed_in_as, scene.board, scene.staff, text)
    assert answer.status_code == 303, [*re.findall(r'class="error[^>]*>([^<]+)', answer.text)]
    page = client.get("/en/boards/search?q=marmalade")
    read(page)
    thread = db.session.scalars(select(Thread).order_by(Thread.id.desc())).first()
    assert f"/threads/{thread.id}" in page.text


def test_templates_and_formats_stay_as_they_were_typed(scene, signed_in_as, client):
    typed = "{{7*7}} %(name)s %s {0} &amp;lt; <b> ${1}"
    post_with(signed_in_as, scene.board, scene.staff, f"`{typed}`", title=typed)
    thread = db.session.scalars(select(Thread).order_by(Thread.id.desc())).first()
    for path in (f"/en/threads/{thread.id}", f"/en/boards/{scene.board.id}"):
        text = unescape(re.sub(r"<[^>]+>", "", client.get(path).text))
        assert typed in text, path
    entry = fromstring(client.get(f"/en/boards/{scene.board.id}/feed.atom").data)
    assert typed in [each.text for each in entry.iter("{http://www.w3.org/2005/Atom}title")]


def test_names_and_words_of_files_are_words(scene, client):
    thread = make_thread(scene.board, scene.author, "Files", "See below.")
    post_id = first_post(thread).id
    for number, text in enumerate(HOSTILE.values()):
        said = read_descriptions([number], {f"words-{number}": text})[number]
        key = f"boards/hostile/{number}.webp"
        save(
            PostFile(
                post_id=post_id,
                person_id=scene.author.id,
                state=IntakeState.READY,
                name=clean_file_name(f"{text}.webp"),
                size=8,
                mimetype="image/webp",
                storage_key=key,
                thumbnail_key=key,
                width=4,
                height=4,
                alternative_text=said.alternative_text,
                created_at=clock.now(),
            )
        )
    page = client.get(f"/en/threads/{thread.id}")
    read(page)
    assert page.text.count("/media/boards/files/") >= len(HOSTILE)


def test_no_word_of_the_list_is_looked_for_beyond_its_length(scene, signed_in_as):
    """A word list full of odd words lets every post through that has none of them."""
    browser = signed_in_as(scene.staff)
    for text in HOSTILE.values():
        send_all(browser, "/en/manage/words", text.replace("marmalade", "")[:60] or "x")
    answer = post_with(signed_in_as, scene.board, scene.staff, "Nothing of that sort here at all.")
    assert answer.status_code in {303, 422}
    states = db.session.scalars(select(Post.state)).all()
    assert PostState.PUBLISHED in states
    assert db.session.scalars(select(PostText.id)).all()

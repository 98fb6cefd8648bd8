"""Drafts of a machine: asked of a real server on loopback, in good and bad order."""

import pytest
from sqlalchemy import select

from lms.boards import translator as adapter
from lms.boards.models import BoardKind, PostText, TextOrigin
from lms.boards.queries.expertise import titles_in_languages
from lms.boards.rules.markdown_pieces import pieces_of, with_translations, words_among
from lms.boards.services.changing import edit_post
from lms.boards.services.machine_translations import MOST_LETTERS, MOST_TEXTS
from lms.boards.services.translations import Basis, save_translation
from lms.boards.services.words import Words
from lms.boards.tasks import translate_post
from lms.boards.translator import LibreTranslate, Patience, TranslatorUnavailable
from lms.core import clock
from lms.core.audit import history_of
from lms.core.db import db
from lms.core.errors import Invalid
from lms.core.unit_of_work import unit_of_work
from lms.jobs.models import Job
from tests.boards.translation_server import Mood
from tests.factories.accounts import make_person
from tests.factories.boards import board_of_site, first_post, make_thread
from tests.forms import fill_in, token_on

BODY = """## Trả thế nào?

Theo **ki-lô-mét**, xem [bảng giá](https://example.org/gia?a=1) và `code()`.

- Xe nhỏ
- Xe lớn

```
khong dich dong nay
```

[@Mai](person:7) ![Ảnh](file:3)
"""


@pytest.fixture
def server(app, translation_server):
    before = {name: app.config[name] for name in ("TRANSLATOR_URL", "TRANSLATOR_KEY")}
    app.config |= {"TRANSLATOR_URL": translation_server.url, "TRANSLATOR_KEY": "k-1"}
    yield translation_server
    app.config |= before


@pytest.fixture
def author(app):
    return make_person()


@pytest.fixture
def reader(app):
    return make_person()


@pytest.fixture
def browser(reader, signed_in_as):
    return signed_in_as(reader)


@pytest.fixture
def post(author):
    board = board_of_site(BoardKind.GOOD_PRACTICE)
    return first_post(make_thread(board, author, "Trả thế nào?", BODY, language="vi"))


def ask(browser, post, code="en"):
    token = token_on(browser, "/en/boards")
    return browser.post(f"/en/posts/{post.id}/in/{code}", data={"csrf_token": token})


def texts(post, language="en") -> list[PostText]:
    db.session.expire_all()
    found = select(PostText).where(PostText.post_id == post.id, PostText.language == language)
    return list(db.session.scalars(found))


# --- what a machine is given -----------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        BODY,
        "",
        "\n\n  \n",
        "    code\n\tmore code\n\nwords",
        "> quoted [link](https://x.example) words\n> - list",
        "| a | b |\n|---|:-:|\n| words | 3 |\n",
        "~~~~\n```\nwords\n~~~~\nafter",
        "``` never closed\nwords",
        "[[[[a](((b]](c",
        "www.example.org and mail@example.org.",
        "한국어 문장.\r\n둘째 줄",
    ],
)
def test_a_text_in_pieces_is_the_text(text):
    assert with_translations(pieces_of(text), {}) == text


def test_code_addresses_and_marks_are_no_words():
    words = words_among(pieces_of(BODY))
    assert words == [
        "Trả thế nào?",
        "Theo **ki-lô-mét**, xem",
        "bảng giá",
        "và",
        "Xe nhỏ",
        "Xe lớn",
    ]
    assert words_among(pieces_of("| giá | 3 |\n|---|---|\n")) == ["giá"]
    assert words_among(pieces_of("Xem https://example.org/gia nhé")) == ["Xem", "nhé"]
    assert words_among(pieces_of("a\n\n    code\n\n    code\n\nb")) == ["a", "b"]


@pytest.mark.parametrize("unit", ["[", "![", "](", "`", "a@", "<", "> ", "* ", "| ", "[a](b)"])
def test_hostile_markdown_is_cut_in_time_with_its_length(unit):
    text = unit * (20_000 // len(unit))
    assert with_translations(pieces_of(text), {}) == text


# --- asked, made, read -----------------------------------------------------------------


def test_without_a_machine_nothing_is_offered(app, post, browser):
    assert app.config["TRANSLATOR_URL"] == ""
    for address in (f"/en/threads/{post.thread_id}", f"/en/posts/{post.id}/in/en"):
        assert "by machine" not in browser.get(address).text
    assert ask(browser, post).status_code == 404


def test_a_draft_is_made_when_a_reader_asks(server, post, browser, run_jobs, client):
    thread = f"/en/threads/{post.thread_id}"
    assert f'action="/en/posts/{post.id}/in/en"' in browser.get(thread).text
    answer = ask(browser, post)
    assert (answer.status_code, answer.location) == (303, f"/en/posts/{post.id}/in/en")
    assert "A machine is translating it" in browser.get(answer.location).text
    run_jobs()
    (text,) = texts(post)
    assert (text.origin, text.by_id, text.title) == (TextOrigin.MACHINE, None, "en(Trả thế nào?)")
    for kept in (
        "## en(Trả thế nào?)",
        "[en(bảng giá)](https://example.org/gia?a=1)",
        "`code()`",
        "- en(Xe nhỏ)\n- en(Xe lớn)",
        "khong dich dong nay",
        "[@Mai](person:7) ![Ảnh](file:3)",
    ):
        assert kept in text.body
    assert "en(khong" not in text.body
    shown = client.get(thread).text
    assert "nobody has checked it" in shown
    assert shown.index("Xe nhỏ</li>") < shown.index("en(Xe nhỏ)</li>")
    assert '<h1 lang="vi"' in shown
    asked = server.asked[0]
    assert (asked["path"], asked["source"], asked["target"]) == ("/translate", "vi", "en")
    assert asked["api_key"] == "k-1"


def test_asking_again_asks_once(server, post, browser, run_jobs):
    for _time in range(2):
        assert ask(browser, post).status_code == 303
    jobs = db.session.scalars(select(Job).where(Job.kind == "boards.translate_post")).all()
    assert len(jobs) == 1
    run_jobs()
    calls = len(server.asked)
    ask(browser, post)
    run_jobs()
    assert len(server.asked) == calls
    translate_post(post_id=post.id, language="en")  # a worker that does it a second time
    assert len(texts(post)) == 1


def test_a_draft_of_what_has_changed_is_made_anew(server, post, author, browser, run_jobs):
    ask(browser, post)
    run_jobs()
    with unit_of_work():
        words = Words("vi", "Theo tháng.", "Trả thế nào?")
        edit_post(post, words, revision=1, editor=author, now=clock.now())
    page = browser.get(f"/en/posts/{post.id}/in/en").text
    assert "The original has changed since" in page
    assert "Translate by machine" in page
    ask(browser, post)
    run_jobs()
    (text,) = texts(post)
    assert (text.body, text.of_revision, text.revision) == ("en(Theo tháng.)", 2, 2)


def test_no_draft_takes_the_place_of_a_person(server, post, reader, browser, run_jobs):
    ask(browser, post)
    with unit_of_work():
        words = Words("en", "By the kilometre.", "How?")
        save_translation(post, words, Basis(0, 1), translator=reader, now=clock.now())
    run_jobs()
    (text,) = texts(post)
    assert (text.origin, text.body) == (TextOrigin.PERSON, "By the kilometre.")
    assert not server.asked
    assert "Translate by machine" not in browser.get(f"/en/posts/{post.id}/in/en").text


def test_a_draft_gives_way_to_the_original_whose_language_was_guessed_wrongly(
    server, post, author, run_jobs, signed_in_as
):
    ask(signed_in_as(make_person()), post)
    run_jobs()
    (draft,) = texts(post)
    assert draft.origin == TextOrigin.MACHINE
    path = f"/en/posts/{post.id}/edit"
    told = {"title": "How?", "body": "By the kilometre.", "language": "en", "checked": "1"}
    editing = signed_in_as(author)
    late = fill_in(editing, path, act="post", revision="0", **told)
    assert (late.status_code, [text.origin for text in texts(post)]) == (409, ["machine"])
    assert fill_in(editing, path, act="post", revision="1", **told).status_code == 303
    (text,) = texts(post)
    assert (text.is_original, text.body) == (True, "By the kilometre.")
    assert texts(post, "vi") == []


def test_no_original_takes_the_language_somebody_has_translated_it_into(post, author, reader):
    with unit_of_work():
        words = Words("en", "By the kilometre.", "How?")
        save_translation(post, words, Basis(0, 1), translator=reader, now=clock.now())
    with pytest.raises(Invalid) as refused, unit_of_work():
        edit_post(post, words, revision=1, editor=author, now=clock.now())
    assert refused.value.field == "language"
    assert [text.origin for text in texts(post)] == [TextOrigin.PERSON]


def test_a_post_in_the_language_itself_is_not_sent_away(server, post, browser, run_jobs):
    assert ask(browser, post, "vi").status_code == 303
    assert ask(browser, post, "xx").status_code == 404
    run_jobs()
    assert not server.asked


def test_long_posts_go_in_several_calls(server, author, browser, run_jobs):
    body = "\n\n".join(f"Câu số {n} về xe buýt." for n in range(80))
    thread = make_thread(board_of_site(), author, "Dài", body, language="vi")
    ask(browser, first_post(thread))
    run_jobs()
    assert len(server.asked) == 4
    assert all(len(call["q"]) <= MOST_TEXTS for call in server.asked)
    assert all(sum(map(len, call["q"])) <= MOST_LETTERS for call in server.asked)
    (text,) = texts(first_post(thread))
    assert text.body.count("en(Câu số") == 80


def test_what_a_machine_says_is_no_markup(server, post, browser, run_jobs, client):
    with unit_of_work():
        texts(post, "vi")[0].body = "<script>alert(1)</script> \u202etxt"
    ask(browser, post)
    run_jobs()
    page = client.get(f"/en/posts/{post.id}/in/en").text
    assert "<script>alert" not in page
    assert "\u202e" not in texts(post)[0].body


def test_asking_has_its_measure(server, author, browser):
    posts = [
        first_post(make_thread(board_of_site(), author, f"Xe {n}", language="vi"))
        for n in range(21)
    ]
    assert [ask(browser, post).status_code for post in posts] == [303] * 20 + [429]


# --- a server in bad order -------------------------------------------------------------


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(adapter, "PATIENCE", Patience(0.3, 0.5))


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("mood", [mood for mood in Mood if mood != Mood.WELL])
def test_a_failure_says_so_and_can_be_tried_again(server, post, browser, run_jobs, mood):
    server.mood = mood
    page = ask(browser, post).location
    run_jobs()
    shown = browser.get(page).text
    assert "The machine could not translate it just now." in shown
    assert "Try again" in shown
    assert texts(post) == []
    server.mood = Mood.WELL
    ask(browser, post)
    run_jobs()
    assert len(texts(post)) == 1
    assert [event.new for event in history_of(("post_draft", post.id))] == [
        "asked", "failed", "asked", "made",
    ]  # fmt: skip


def test_a_server_that_is_gone_is_a_failure(server, post, browser, run_jobs):
    server.close()
    page = ask(browser, post).location
    run_jobs()
    assert "could not translate" in browser.get(page).text


def test_names_of_languages_are_those_of_the_server(server, app):
    LibreTranslate(server.url, "", Patience()).translate(["a"], "fil", "zh-Hant")
    assert (server.asked[0]["source"], server.asked[0]["target"]) == ("tl", "zt")
    assert "api_key" not in server.asked[0]
    with pytest.raises(TranslatorUnavailable):
        LibreTranslate("http://127.0.0.1:1", "", Patience()).translate(["a"], "en", "ko")


def test_no_title_of_a_machine_stands_where_nothing_marks_it(server, post, browser, run_jobs):
    ask(browser, post)
    run_jobs()
    titles = titles_in_languages([post.thread_id])[post.thread_id]
    assert titles.texts == {"vi": "Trả thế nào?"}
    related = browser.get("/en/boards/related?q=Trả thế nào").text
    assert "Trả thế nào?" in related
    assert "en(Trả" not in related
    board = board_of_site(BoardKind.GOOD_PRACTICE)
    assert "en(Trả" not in browser.get(f"/en/boards/{board.id}").text

"""What somebody typed is not lost when the session ends, or the token of the form does."""

import io
import logging
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser

import pytest
import time_machine
from werkzeug.test import encode_multipart

from lms.accounts import login, passwords
from lms.core import clock
from lms.core.db import db
from lms.courses.models import CourseTeacher
from lms.lessons.models import Lesson
from tests.factories import save, words
from tests.factories.accounts import make_person
from tests.factories.courses import make_course, make_module
from tests.factories.lessons import make_lesson
from tests.forms import fill_in, token_on

PASSWORD = "three ferries at dawn"
HERE = {"Origin": "http://localhost", "Referer": "http://localhost/en/account"}
ELSEWHERE = {"Origin": "https://evil.example", "Referer": "https://evil.example/"}
TEXT = "\r\n  항만의 배출을 줄이려면,\r\n\r\n\t“먼저” <재어> 보아야 & 합니다.\r\n" + (
    "버스 정류장에서 기다리는 시간은 도시마다 다릅니다. " * 400
)


@dataclass
class Sent:
    """A form of a page: where it leads, and what it sends."""

    action: str = ""
    method: str = "get"
    fields: list[tuple[str, str]] = field(default_factory=list)

    def named(self, name):
        return [value for key, value in self.fields if key == name]


class Forms(HTMLParser):
    """Reads the forms of a page as a browser does."""

    def __init__(self, html):
        super().__init__()
        self.found, self.form, self.area = [], None, None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form":
            self.form = Sent(given.get("action", ""), given.get("method", "get"))
            self.found.append(self.form)
        elif self.form and tag == "input" and given.get("name"):
            self.form.fields.append((given["name"], given.get("value") or ""))
        elif tag == "textarea":
            self.area = [given["name"], ""]

    def handle_data(self, data):
        if self.area:
            self.area[1] += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            name, text = self.area
            text = text.replace("\r\n", "\n").removeprefix("\n").replace("\n", "\r\n")
            if self.form:
                self.form.fields.append((name, text))
            self.area = None
        elif tag == "form":
            self.form = None


def form_of(answer, holding):
    """Return the form of a page that holds a field."""
    forms = [form for form in Forms(answer.text).found if form.named(holding)]
    assert len(forms) == 1, [form.action for form in Forms(answer.text).found]
    return forms[0]


def press(browser, form, **entered):
    """Send a form as it stands on the page, with what is entered into it."""
    data = {}
    for name, value in form.fields:
        data.setdefault(name, []).append(value)
    return send_in_parts(browser, form.action, {**data, **entered})


def send_in_parts(browser, address, data):
    """Send a form as browsers do that may hold files."""
    boundary, body = encode_multipart(data)
    kind = f"multipart/form-data; boundary={boundary}"
    return browser.post(address, data=body, content_type=kind, headers=HERE)


@pytest.fixture
def course(app):
    return make_course(modules=0, state="draft", code="BUS-101")


@pytest.fixture
def lesson(course):
    return make_lesson(make_module(course, title=words("A")), title=words("1"))


@pytest.fixture
def teacher(course):
    person = make_person(
        "instructor", email="bat@gov.example", password_hash=passwords.hash_password(PASSWORD)
    )
    save(CourseTeacher(course_id=course.id, person_id=person.id))
    return person


@pytest.fixture
def at():
    """Stop the clock; `at.shift` moves it."""
    with time_machine.travel(clock.now(), tick=False) as traveller:
        yield traveller


@pytest.fixture
def ended(client, teacher, lesson, at):
    """A browser in which somebody wrote until the session had ended, and its form's token."""
    fill_in(client, "/en/sign-in", email=teacher.email, password=PASSWORD)
    token = token_on(client, page_of(lesson))
    at.shift(timedelta(hours=13))
    return client, token


def page_of(lesson):
    return f"/en/manage/lessons/{lesson.id}/text/ko"


def stored(lesson):
    db.session.expire_all()
    body = db.session.get_one(Lesson, lesson.id).body
    return body.texts.get("ko", "") if body else ""


def written(token, **other):
    return {"csrf_token": token, "body": TEXT, "revision": "1", **other}


# --- the session has ended -------------------------------------------------------------


def test_a_long_text_outlives_the_session_and_is_sent_once_by_its_writer(ended, lesson, teacher):
    client, token = ended
    answer = client.post(page_of(lesson), data=written(token), headers=HERE)
    assert answer.status_code == 401
    assert answer.headers["Cache-Control"] == "no-store"
    assert "You are no longer signed in" in answer.text

    form = form_of(answer, "password")
    assert form.named("kept:body") == [TEXT]
    answer = press(client, form, email="bat@gov.example", password="not the right one")
    assert answer.status_code == 422
    assert "do not belong together" in answer.text
    assert "not the right one" not in answer.text

    form = form_of(answer, "password")
    assert form.named("kept:body") == [TEXT]
    answer = press(client, form, email="bat@gov.example", password=PASSWORD)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "You are signed in again" in answer.text
    assert f"in the name of {teacher.full_name}" in answer.text
    assert PASSWORD not in answer.text
    assert stored(lesson) == ""

    form = form_of(answer, "body")
    assert (form.action, form.method) == (page_of(lesson), "post")
    assert form.named("body") == [TEXT]
    assert press(client, form).status_code == 303
    assert "\t“먼저” <재어> 보아야 & 합니다.\n" in stored(lesson)
    assert stored(lesson).count("버스 정류장에서") == 400
    once = stored(lesson)
    press(client, form)
    assert stored(lesson) == once


def test_the_page_says_what_the_form_called_its_fields_and_who_sends(ended, lesson):
    client, token = ended
    answer = client.post(page_of(lesson), data=written(token), headers=HERE)
    answer = press(client, form_of(answer, "password"), email="bat@gov.example", password=PASSWORD)
    assert "<bdi>Text</bdi>" in answer.text
    assert "1 more detail" in answer.text
    assert page_of(lesson) in answer.text


@pytest.mark.parametrize(("language", "said"), [("ko", "ko"), ("zh", "zh-Hans")])
def test_the_page_speaks_the_language_of_the_form(ended, lesson, language, said):
    client, token = ended
    address = page_of(lesson).replace("/en/", f"/{language}/")
    answer = client.post(address, data=written(token), headers=HERE)
    assert f'<html lang="{said}"' in answer.text
    form = form_of(answer, "password")
    assert form.action == f"/{language}/sign-in"
    assert form.named("kept-to") == [address]


def test_many_values_of_one_name_keep_their_order_and_the_address_its_query(ended, lesson):
    client, token = ended
    data = written(token, part=["one", "two", " three "])
    answer = client.post(f"{page_of(lesson)}?page=2&q=항만", data=data, headers=HERE)
    answer = press(client, form_of(answer, "password"), email="bat@gov.example", password=PASSWORD)
    form = form_of(answer, "body")
    assert form.named("part") == ["one", "two", " three "]
    assert form.action == f"{page_of(lesson)}?page=2&q=%ED%95%AD%EB%A7%8C"


def test_files_are_named_to_be_chosen_again(ended, lesson):
    client, token = ended
    data = written(token, photo=(io.BytesIO(b"x"), "부두 <b>.png"))
    answer = client.post(page_of(lesson), data=data, headers=HERE)
    assert "부두 &lt;b&gt;.png" in answer.text
    answer = press(client, form_of(answer, "password"), email="bat@gov.example", password=PASSWORD)
    assert "부두 &lt;b&gt;.png" in answer.text
    assert "Choose these again" in answer.text


def test_hostile_words_are_text(ended, lesson):
    client, token = ended
    hostile = '</textarea></form><script>alert(1)</script>" onfocus=x \u202egnp'
    data = written(token, body=hostile, **{'"><img src=x>': "y"})
    answer = client.post(page_of(lesson), data=data, headers=HERE)
    form = form_of(answer, "password")
    assert form.named("kept:body") == [hostile]
    assert form.named('kept:"><img src=x>') == ["y"]
    answer = press(client, form, email="bat@gov.example", password=PASSWORD)
    assert form_of(answer, "body").named("body") == [hostile]
    assert "<script>alert" not in answer.text
    assert "<img src=x>" not in answer.text


def test_another_account_is_told_that_it_may_not_send_it(ended, lesson):
    client, token = ended
    make_person(email="other@gov.example", password_hash=passwords.hash_password(PASSWORD))
    answer = client.post(page_of(lesson), data=written(token), headers=HERE)
    form = form_of(answer, "password")
    answer = press(client, form, email="other@gov.example", password=PASSWORD)
    assert "Your account may not send this" in answer.text
    assert "먼저" in answer.text
    assert not [form for form in Forms(answer.text).found if form.named("body")]


def test_who_has_signed_in_in_another_tab_sends_it_from_this_one(ended, lesson):
    client, token = ended
    answer = client.post(page_of(lesson), data=written(token), headers=HERE)
    form = form_of(answer, "password")
    fill_in(client, "/en/sign-in", email="bat@gov.example", password=PASSWORD)
    answer = press(client, form, email="bat@gov.example", password=PASSWORD)
    assert answer.status_code == 400
    assert press(client, form_of(answer, "body")).status_code == 303
    assert "먼저" in stored(lesson)


def test_guessing_on_this_page_gets_slow_too(ended, lesson):
    client, token = ended
    form = form_of(client.post(page_of(lesson), data=written(token), headers=HERE), "password")
    tried = [press(client, form, email="bat@gov.example", password="no") for _ in range(7)]
    assert [answer.status_code for answer in tried] == [422] * 5 + [429] * 2
    assert form_of(tried[-1], "password").named("kept:body") == [TEXT]


# --- what is not kept ------------------------------------------------------------------


def test_passwords_and_tokens_are_never_kept(ended):
    client, token = ended
    entered = {"old_password": "old-secret-word", "password": "new-secret-word", "note": "x"}
    answer = client.post("/en/account", data={"csrf_token": token, **entered}, headers=HERE)
    assert answer.status_code == 302
    data = {"kept:password": "first-secret", "kept:Old_Password": "second-secret"}
    data |= {"kept:x-csrf_token": "third-secret", "kept:body": "Kept."}
    data |= {"csrf_token": token, "kept-to": "/en/account", "email": "a@b.example"}
    answer = client.post("/en/sign-in", data={**data, "password": "no-secret"}, headers=HERE)
    assert form_of(answer, "password").named("kept:body") == ["Kept."]
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example/en/account",
        "https://evil.example/en/account",
        "/\\evil.example/en/account",
        "javascript:alert(1)",
        "/en/cities/",
        "/en/no-such-place",
        "/api/v1/beats",
        "",
    ],
)
def test_a_kept_form_leads_only_to_what_takes_forms_here(ended, target):
    client, token = ended
    data = {"csrf_token": token, "kept-to": target, "kept:body": "Kept words."}
    entered = {"email": "bat@gov.example", "password": PASSWORD}
    answer = client.post("/en/sign-in", data=data | entered, headers=HERE)
    assert answer.status_code == 302
    assert answer.location == "/en/my-learning"


def test_what_leads_back_is_of_this_site(ended):
    client, token = ended
    data = {"csrf_token": token, "kept-to": "/en/account", "kept-from": "https://evil.example/"}
    answer = client.post("/en/sign-in", data=data | {"kept:body": "Kept."}, headers=HERE)
    assert "evil.example" not in answer.text


def test_nothing_is_kept_where_nothing_was_typed(ended):
    client, token = ended
    answer = client.post("/en/account/devices/end-others", data={"csrf_token": token})
    assert answer.status_code == 302


def test_what_cannot_be_sent_again_can_be_copied(ended, lesson):
    client, token = ended
    many = written(token, part=[f"part {n}" for n in range(950)])
    answer = client.post(page_of(lesson), data=many, headers=HERE)
    assert answer.status_code == 401
    assert "too long to be sent" in answer.text
    assert "먼저" in answer.text
    assert not [form for form in Forms(answer.text).found if form.named("password")]


def test_what_fits_fits_also_with_a_password(ended, lesson, app):
    client, token = ended
    most = "가" * ((app.config["MAX_CONTENT_LENGTH"] - 40_000) // 3)
    answer = send_in_parts(client, page_of(lesson), written(token, body=most))
    form = form_of(answer, "password")
    answer = press(client, form, email="bat@gov.example", password=PASSWORD)
    assert answer.status_code == 200
    assert form_of(answer, "body").named("body") == [most]


def test_what_was_typed_is_never_logged(ended, lesson, caplog):
    client, token = ended
    with caplog.at_level(logging.DEBUG):
        answer = client.post(page_of(lesson), data=written(token), headers=HERE)
        form = form_of(answer, "password")
        press(client, form, email="bat@gov.example", password="a wrong one")
        press(client, form, email="bat@gov.example", password=PASSWORD)
        client.post(page_of(lesson), data=written("old"), headers=HERE)
    assert "먼저" not in caplog.text
    assert PASSWORD not in caplog.text
    assert "a wrong one" not in caplog.text


def test_the_pages_cost_few_statements(ended, lesson, count_statements):
    client, token = ended
    with count_statements() as statements:
        answer = client.post(page_of(lesson), data=written(token), headers=HERE)
    assert len(statements) <= 2
    with count_statements() as statements:
        press(client, form_of(answer, "password"), email="bat@gov.example", password=PASSWORD)
    assert len(statements) <= 8


# --- the token no longer counts --------------------------------------------------------


def test_a_form_with_an_old_token_is_sent_again_with_a_fresh_one(signed_in_as, teacher, lesson):
    browser = signed_in_as(teacher)
    answer = browser.post(page_of(lesson), data=written("old"), headers=HERE)
    assert answer.status_code == 400
    assert stored(lesson) == ""
    form = form_of(answer, "body")
    assert form.named("body") == [TEXT]
    assert press(browser, form).status_code == 303
    assert "먼저" in stored(lesson)


def test_session_and_token_both_gone_still_lose_nothing(client, teacher, lesson):
    answer = client.post(page_of(lesson), data=written("old"), headers=HERE)
    assert answer.status_code == 400
    form = form_of(answer, "password")
    answer = press(client, form, email="bat@gov.example", password=PASSWORD)
    assert press(client, form_of(answer, "body")).status_code == 303
    assert "먼저" in stored(lesson)


@pytest.mark.parametrize(
    "headers",
    [
        ELSEWHERE,
        {},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Referer": "http://localhost/en/account"},
        {"Sec-Fetch-Site": "same-site"},
        {"Referer": "https://evil.example/http://localhost/"},
        {"Origin": "http://localhost.evil.example"},
    ],
)
def test_what_another_site_sends_is_not_even_shown(client, signed_in_as, teacher, lesson, headers):
    for browser in (client, signed_in_as(teacher)):
        answer = browser.post(page_of(lesson), data=written("old"), headers=headers)
        assert answer.status_code == 400
        assert "먼저" not in answer.text
        assert "This page has expired" in answer.text
    assert stored(lesson) == ""


def test_another_site_cannot_have_a_form_kept_for_the_next_who_signs_in(client, lesson):
    data = {"kept-to": page_of(lesson), "kept:body": "Planted words.", "email": "a@b.example"}
    answer = client.post("/en/sign-in", data=data | {"password": "x"}, headers=ELSEWHERE)
    assert answer.status_code == 400
    assert "Planted" not in answer.text


# --- forms that save themselves --------------------------------------------------------


def test_a_form_that_saves_itself_is_told_that_its_reader_is_signed_out(ended, lesson):
    client, token = ended
    headers = {**HERE, "X-Autosave": "1"}
    answer = client.post(page_of(lesson), data=written(token), headers=headers)
    assert answer.status_code == 401
    assert answer.json["sign_in"] == "/en/sign-in"
    assert "Your text stays here" in answer.json["words"]
    answer = client.post(page_of(lesson), data=written("old"), headers=headers)
    assert answer.status_code == 401
    assert stored(lesson) == ""


def test_a_form_that_saves_itself_is_told_that_its_token_is_old(signed_in_as, teacher, lesson):
    browser = signed_in_as(teacher)
    headers = {**HERE, "X-Autosave": "1"}
    answer = browser.post(page_of(lesson), data=written("old"), headers=headers)
    assert (answer.status_code, answer.json["error"]) == (400, "expired_form")
    assert stored(lesson) == ""


def test_the_session_of_before_stays_ended(ended, lesson):
    client, token = ended
    before = client.get_cookie(login.cookie_name()).value
    form = form_of(client.post(page_of(lesson), data=written(token), headers=HERE), "password")
    press(client, form, email="bat@gov.example", password=PASSWORD)
    assert client.get_cookie(login.cookie_name()).value != before
    assert client.post(page_of(lesson), data=written(token)).status_code == 400

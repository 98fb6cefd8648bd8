"""Good answers become part of a course: by their author's leave, with credit, once, and without
taking anything from the text that is there."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from lms.accounts.models import Person
from lms.boards.models import BoardKind, Post, PostReading, PostState, PostText, TextOrigin
from lms.boards.rules.readings import escaped, languages_for, quoted
from lms.boards.services.readings import use_as_reading
from lms.boards.services.words import Words, add_text
from lms.core import clock
from lms.core.db import db
from lms.core.text import TextInLanguages
from lms.core.unit_of_work import unit_of_work
from lms.courses.models import Course, CourseTeacher
from lms.courses.queries import newest_version
from lms.lessons.models import Lesson, LessonKind
from lms.lessons.services.outline import change_text
from lms.notifications.models import Notice
from lms.web.markdown import markdown
from tests.factories import save
from tests.factories.accounts import make_person
from tests.factories.boards import board_of_site, make_answer, make_run_board, make_thread
from tests.factories.courses import make_course, make_module
from tests.factories.enrolment import make_enrolment, make_run
from tests.factories.lessons import make_lesson
from tests.factories.organisations import make_affiliation, make_city
from tests.forms import token_on

NOW = clock.now().replace(microsecond=0)


# --- the words -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "post, lesson, kind, taken",
    [
        (["vi", "ko"], ["ko", "en"], LessonKind.READING, ("ko",)),
        (["vi", "ko"], [], LessonKind.READING, ("vi", "ko")),
        (["vi"], ["ko"], LessonKind.READING, ()),  # Vietnamese readers keep the whole, in Korean
        (["vi"], [], LessonKind.LIVE, ()),
        (["en"], ["en"], LessonKind.LIVE, ("en",)),
    ],
)
def test_words_go_where_a_text_is_in_their_language(post, lesson, kind, taken):
    assert languages_for(post, lesson, kind) == taken


@pytest.mark.parametrize(
    "words",
    [
        "```\nan open fence",
        "- a list\n  that goes on",
        "<div>\n\n<!-- open",
        "# A heading\n\n| a | b |\n|--|--|\n| 1 | 2 |",
        "[link](",
        "> a quote\n> > of a quote",
    ],
)
def test_whatever_words_leave_open_ends_with_them(words):
    html = str(markdown(f"Before\n\n{quoted(words)}\n\nWritten by An"))
    assert html.rstrip().endswith("<p>Written by An</p>")
    assert html.startswith("<p>Before</p>")
    assert html.count("<blockquote>") == html.count("</blockquote>") >= 1


def test_files_and_mentions_of_a_board_leave_their_words():
    said = quoted('See [the plan](file:12 "x"), [@An](person:3) and ![a bus](file:4)\n[a]: file:9')
    assert said == "> See the plan, @An and a bus\n>"


def test_a_name_says_just_itself():
    name = "**An** [x](https://evil.example) <b> `c` # & ~ |"
    assert str(markdown(escaped(name))).count("<") == 2
    assert "evil.example" in str(markdown(escaped(name)))


# --- into a course ---------------------------------------------------------------------


class Taken:
    """A draft of a course with a reading, its teacher, and an answer its author lets be used."""

    def __init__(self, *, may_be_reused: bool = True) -> None:
        self.teacher = make_person("instructor")
        self.course = make_course(state="draft")
        save(CourseTeacher(course_id=self.course.id, person_id=self.teacher.id))
        module = make_module(self.course, position=7)
        text = TextInLanguages("en", {"en": "Of buses.", "ko": "버스."})
        self.lesson = make_lesson(module, kind="reading", body=text, question=False)
        self.author = make_person(full_name="Nguyen Van A")
        make_affiliation(self.author, make_city("hcmc"))
        self.thread = make_thread(board_of_site(BoardKind.QUESTIONS), make_person())
        self.post = make_answer(
            self.thread, self.author, "We pay **by the kilometre**.", may_be_reused=may_be_reused
        )

    def use(self, blocks=None, revision: int | None = None) -> bool:
        with unit_of_work():
            return use_as_reading(
                self.post,
                self.lesson,
                self.course,
                blocks or {"en": "> By the kilometre\n\nWritten by An"},
                revision=self.lesson.revision if revision is None else revision,
                actor=self.teacher,
                now=NOW,
            )

    def texts(self) -> dict[str, str]:
        db.session.expire_all()
        body = db.session.get_one(Lesson, self.lesson.id).body
        assert body is not None
        return dict(body.texts)

    def told(self, kind: str) -> int:
        wanted = select(func.count(Notice.id)).where(
            Notice.person_id == self.author.id, Notice.kind == f"boards.{kind}"
        )
        return db.session.scalar(wanted) or 0

    @property
    def page(self) -> str:
        return f"/en/manage/posts/{self.post.id}/reading"


@pytest.fixture
def taken(app) -> Taken:
    return Taken()


def test_a_teacher_puts_an_answer_into_a_reading_with_credit_once(taken, signed_in_as):
    browser = signed_in_as(taken.teacher)
    listed = browser.get(taken.page, query_string={"course": taken.course.code})
    address = f"{taken.page}/{taken.lesson.id}"
    assert address in listed.text
    shown = browser.get(address).text
    assert "<strong>by the kilometre</strong>" in shown
    sent = {"revision": "1", "csrf_token": token_on(browser, address)}
    for _time in range(2):
        assert browser.post(address, data=sent).status_code == 303
    texts = taken.texts()
    assert texts["ko"] == "버스."
    assert texts["en"].startswith("Of buses.\n\n> We pay **by the kilometre**.\n\nWritten by")
    assert texts["en"].count("kilometre") == 1
    credit = texts["en"].rpartition("\n\n")[2]
    assert credit.startswith(f"Written by Nguyen Van A, Hcmc, on {NOW:%Y-}")
    assert f"(/en/posts/{taken.post.id})" in credit
    assert taken.told("reading") == 1
    assert db.session.scalar(select(func.count(PostReading.id))) == 1
    assert "part of the session" in browser.get(address).text
    assert "Used here" in browser.get(f"{taken.page}?course={taken.course.code}").text


def test_translations_by_people_go_with_their_credit_others_stay_out(taken, signed_in_as):
    def translate(language: str, body: str, origin: TextOrigin, by_id=None) -> PostText:
        with unit_of_work():
            return add_text(
                taken.post,
                Words(language, body),
                origin=origin,
                by_id=by_id,
                is_original=False,
                now=NOW,
            )

    translator = make_person(full_name="Kim *Translates*")
    translate("ko", "킬로미터당 지급합니다.", TextOrigin.PERSON, translator.id)
    translate("zh", "按公里支付。", TextOrigin.MACHINE)
    browser = signed_in_as(taken.teacher)
    address = f"{taken.page}/{taken.lesson.id}"
    sent = {"revision": "1", "csrf_token": token_on(browser, address)}
    assert browser.post(address, data=sent).status_code == 303
    texts = taken.texts()
    assert set(texts) == {"en", "ko"}
    assert "> 킬로미터당 지급합니다." in texts["ko"]
    assert f"/ko/posts/{taken.post.id}" in texts["ko"]
    assert r"Kim \*Translates\*" in texts["ko"]
    assert "Kim" not in texts["en"]


def test_the_credit_stays_when_the_author_takes_another_name(taken):
    assert taken.use()
    taken.author.full_name = "Tran Thi B"
    db.session.commit()
    assert "Written by An" in taken.texts()["en"]


def test_who_comes_after_another_edit_is_told_and_nothing_is_lost(taken, signed_in_as):
    browser = signed_in_as(taken.teacher)
    address = f"{taken.page}/{taken.lesson.id}"
    sent = {"revision": "1", "csrf_token": token_on(browser, address)}
    with unit_of_work():
        assert change_text(taken.lesson, "en", "Of trams.", revision=1)
    answer = browser.post(address, data=sent)
    assert answer.status_code == 409
    assert taken.texts()["en"] == "Of trams."
    assert db.session.scalar(select(func.count(PostReading.id))) == 0
    assert 'name="revision" type="hidden" value="2"' in answer.text
    assert browser.post(address, data={**sent, "revision": "2"}).status_code == 303
    assert taken.texts()["en"].startswith("Of trams.\n\n> We pay")


@pytest.mark.parametrize("state", ["in_review", "published"])
def test_only_a_draft_is_changed(taken, signed_in_as, state):
    newest_version(taken.course.id).state = state
    db.session.commit()
    browser = signed_in_as(taken.teacher)
    address = f"{taken.page}/{taken.lesson.id}"
    assert "Only a draft" in browser.get(address).text
    sent = {"revision": "1", "csrf_token": token_on(browser, taken.page)}
    assert browser.post(address, data=sent).status_code == 409
    assert taken.texts()["en"] == "Of buses."
    assert taken.course.code not in browser.get(taken.page).text


def test_what_is_not_seen_any_more_is_not_used(taken, signed_in_as):
    browser = signed_in_as(taken.teacher)
    token = token_on(browser, taken.page)
    taken.post.state = PostState.HIDDEN
    db.session.commit()
    sent = {"revision": "1", "csrf_token": token}
    assert browser.post(f"{taken.page}/{taken.lesson.id}", data=sent).status_code == 404
    assert taken.texts()["en"] == "Of buses."


def test_a_text_that_would_become_too_long_stays_as_it_is(taken, signed_in_as):
    with unit_of_work():
        change_text(taken.lesson, "en", "x" * 59_990, revision=1)
    browser = signed_in_as(taken.teacher)
    sent = {"revision": "2", "csrf_token": token_on(browser, taken.page)}
    assert browser.post(f"{taken.page}/{taken.lesson.id}", data=sent).status_code == 409
    assert taken.texts()["en"] == "x" * 59_990


# --- who may, and the author's leave ---------------------------------------------------


def test_who_reaches_the_pages(taken, signed_in_as):
    stranger, trainee = make_person("instructor"), make_person()
    for page in (taken.page, f"{taken.page}/{taken.lesson.id}"):
        assert signed_in_as(taken.teacher).get(page).status_code == 200
        assert signed_in_as(make_person("staff")).get(page).status_code == 200
        assert signed_in_as(trainee).get(page).status_code == 403
    none = signed_in_as(stranger)
    assert "None of your courses" in none.get(taken.page).text
    assert none.get(f"{taken.page}/{taken.lesson.id}").status_code == 403
    token = {"csrf_token": token_on(none, taken.page)}
    asked = none.post(f"/en/manage/posts/{taken.post.id}/ask-reuse", data=token)
    assert asked.status_code == 403
    save(CourseTeacher(course_id=make_course().id, person_id=stranger.id))
    other = signed_in_as(stranger)
    assert taken.course.code not in other.get(taken.page).text
    address = f"{taken.page}/{taken.lesson.id}"
    assert other.get(address).status_code == 404
    sent = {"revision": "1", "csrf_token": token_on(other, taken.page)}
    assert other.post(address, data=sent).status_code == 404
    assert taken.texts()["en"] == "Of buses."


def test_a_post_out_of_reach_is_not_found(taken, signed_in_as):
    run = make_run()
    author = make_person()
    make_enrolment(run, author)
    secret = make_answer(make_thread(make_run_board(run), author), author, may_be_reused=True)
    browser = signed_in_as(taken.teacher)
    for page in ("reading", f"reading/{taken.lesson.id}"):
        assert browser.get(f"/en/manage/posts/{secret.id}/{page}").status_code == 404


def test_without_the_author_s_leave_nothing_is_used_and_they_are_asked_once(
    app, signed_in_as, outbox, run_jobs
):
    taken = Taken(may_be_reused=False)
    address, browser = taken.author.email, signed_in_as(taken.teacher)
    token = {"csrf_token": token_on(browser, taken.page)}
    sent = {**token, "revision": "1"}
    assert browser.post(f"{taken.page}/{taken.lesson.id}", data=sent).status_code == 409
    for _time in range(2):
        ask = browser.post(f"/en/manage/posts/{taken.post.id}/ask-reuse", data=token)
        assert ask.status_code == 303
    assert taken.told("reuse_asked") == 1
    assert "They have been asked" in browser.get(taken.page).text
    page = f"/en/posts/{taken.post.id}/reuse"
    run_jobs()
    [mail] = [mail for mail in outbox if mail.to == [address]]
    assert page in mail.body
    assert browser.get(page).status_code == 403
    author = signed_in_as(taken.author)
    agreed = {"csrf_token": token_on(author, page)}
    for _time in range(2):
        assert author.post(page, data=agreed).status_code == 303
    assert "You have agreed" in author.get(page).text
    assert db.session.get_one(Post, taken.post.id).may_be_reused
    assert browser.post(f"{taken.page}/{taken.lesson.id}", data=sent).status_code == 303
    assert "kilometre" in taken.texts()["en"]


def test_the_pages_cost_no_more_for_many_courses(taken, signed_in_as, count_statements):
    browser = signed_in_as(make_person("staff"))
    listed = f"{taken.page}?course={taken.course.code}"
    address = f"{taken.page}/{taken.lesson.id}"
    costs = []
    for number in range(2):
        for _course in range(number * 5):
            make_course(state="draft")
            module = make_module(taken.course, position=20 + _course)
            make_lesson(module, kind="reading", question=False)
        with count_statements() as statements:
            browser.get(listed)
        costs.append(len(statements))
    assert costs[0] == costs[1] <= 8
    with count_statements() as statements:
        browser.get(address)
    assert len(statements) <= 8


def test_two_who_use_it_at_once_use_it_once(app_of_its_own):
    with app_of_its_own.app_context():
        taken = Taken()
        ids = taken.post.id, taken.lesson.id, taken.course.id, taken.teacher.id
        db.session.remove()
    barrier = Barrier(2)

    def use(_number: int) -> bool:
        with app_of_its_own.app_context():
            barrier.wait(30)
            try:
                with unit_of_work():
                    return use_as_reading(
                        db.session.get_one(Post, ids[0]),
                        db.session.get_one(Lesson, ids[1]),
                        db.session.get_one(Course, ids[2]),
                        {"en": "> Words\n\nWritten by An"},
                        revision=1,
                        actor=db.session.get_one(Person, ids[3]),
                        now=NOW,
                    )
            finally:
                db.session.remove()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(use, range(2))) == [True, True]
    with app_of_its_own.app_context():
        body = db.session.get_one(Lesson, ids[1]).body
        assert body.texts["en"].count("Written by An") == 1

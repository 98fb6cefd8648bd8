"""The outline editor by hand: modules and sessions added, moved, judged, published."""

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm.exc import ObjectDeletedError

from lms.core.db import db
from lms.core.text import TextInLanguages
from lms.core.unit_of_work import unit_of_work
from lms.courses.models import CourseTeacher, CourseVersion, Module
from lms.courses.permissions import get_module_for_editing
from lms.courses.queries import modules_of, newest_version, published_version
from lms.courses.services.modules import remove_module
from lms.lessons import services
from lms.lessons.models import Lesson, LessonCaption, Rendition
from lms.lessons.queries import lesson_content
from lms.lessons.queries.outline import edited_rows
from tests.factories import save, words
from tests.factories.accounts import make_person, reader_of
from tests.factories.courses import make_course, make_module
from tests.factories.lessons import make_lesson
from tests.factories.materials import make_material
from tests.forms import fill_in, token_on

AUTOSAVE = {"X-Autosave": "1"}

CAPTIONS = "WEBVTT\n\n00:01.000 --> 00:02.000\nHello.\n"


@pytest.fixture
def course(app):
    """A draft: module A with the sessions 1, 2 and 3, module B with 4, module C with none."""
    course = make_course(modules=0, state="draft", code="BUS-101")
    number = iter("1234")
    for position, (title, count) in enumerate((("A", 3), ("B", 1), ("C", 0)), 1):
        module = make_module(course, position=position, title=words(title))
        for place in range(1, count + 1):
            make_lesson(module, position=place, title=words(next(number)))
    return course


@pytest.fixture
def staff(app, signed_in_as):
    return signed_in_as(make_person("staff"))


@pytest.fixture
def teacher(course, signed_in_as):
    person = make_person("instructor")
    save(CourseTeacher(course_id=course.id, person_id=person.id))
    return signed_in_as(person)


PAGE = "/en/manage/courses/BUS-101"


def outline(course):
    """Return the sessions of each module by their titles: "A123 B4 C"."""
    version = newest_version(course.id)
    rows = edited_rows(version.id)
    return " ".join(
        module.title.texts["en"]
        + "".join(row.title.texts["en"] for row in rows if row.module_id == module.id)
        for module in modules_of(version.id)
    )


def module(title):
    return db.session.scalars(select(Module).where(Module.title == words(title))).one()


def session(title):
    return db.session.scalars(select(Lesson).where(Lesson.title == words(title))).one()


def send(browser, address, **entered):
    return fill_in(browser, PAGE, send_to=f"/en/manage{address}", **entered)


# --- added -----------------------------------------------------------------------------


def test_a_module_is_added_and_shown(course, teacher):
    answer = send(teacher, "/courses/BUS-101/modules", **{"title-en": "D", "title-ko": "라"})
    assert answer.status_code == 303
    assert outline(course) == "A123 B4 C D"
    assert answer.location.endswith(
        f"{PAGE}#module-{modules_of(newest_version(course.id).id)[-1].id}"
    )
    assert ">4. D</a>" in teacher.get(PAGE).text


def test_a_module_without_a_title_is_refused_on_the_same_page(course, teacher):
    answer = send(teacher, "/courses/BUS-101/modules", **{"title-en": " "})
    assert answer.status_code == 422
    assert 'href="#title"' in answer.text
    assert "1. A" in answer.text
    assert outline(course) == "A123 B4 C"


def test_a_session_is_added_last_and_filled_in(course, teacher):
    answer = send(
        teacher, f"/modules/{module('A').id}/sessions", kind="reading", **{"title-en": "5"}
    )
    assert answer.status_code == 303
    assert outline(course) == "A1235 B4 C"
    text = teacher.get(answer.location).text
    assert "1.4" in text


def test_a_session_without_a_title_is_refused_in_its_module(course, teacher):
    answer = send(teacher, f"/modules/{module('B').id}/sessions", kind="live", **{"title-en": ""})
    assert answer.status_code == 422
    assert '<details class="add" open>' in answer.text
    assert answer.text.count('<details class="add" open>') == 1
    assert '<option value="live" selected>' in answer.text


def test_a_kind_that_is_none_is_refused(course, teacher):
    answer = send(teacher, f"/modules/{module('B').id}/sessions", kind="party", **{"title-en": "5"})
    assert answer.status_code == 422
    assert outline(course) == "A123 B4 C"


def test_there_is_a_last_session_of_a_module(course, teacher):
    for position in range(4, 101):
        make_lesson(module("A"), position=position, question=False)
    answer = send(teacher, f"/modules/{module('A').id}/sessions", kind="live", **{"title-en": "5"})
    assert answer.status_code == 409
    moved = send(teacher, f"/lessons/{session('4').id}/move", module_id=module("A").id, position=1)
    assert moved.status_code == 409


# --- moved -----------------------------------------------------------------------------


@pytest.mark.parametrize("title, step, after", [
    ("2", "up", "A213 B4 C"), ("2", "down", "A132 B4 C"),
    ("1", "up", "A123 B4 C"), ("3", "down", "A12 B34 C"),
    ("4", "up", "A1234 B C"), ("4", "down", "A123 B C4"),
])  # fmt: skip
def test_a_session_goes_one_up_or_down_and_on_into_the_next_module(
    course, teacher, title, step, after
):
    lesson_id = session(title).id
    answer = send(teacher, f"/lessons/{lesson_id}/move", step=step)
    assert answer.location.endswith(f"{PAGE}#lesson-{lesson_id}")
    assert outline(course) == after


@pytest.mark.parametrize("title, to, after", [
    ("1", ("A", 3), "A231 B4 C"), ("3", ("A", 1), "A312 B4 C"), ("1", ("B", 1), "A23 B14 C"),
    ("1", ("B", 2), "A23 B41 C"), ("1", ("C", 200), "A23 B4 C1"),
])  # fmt: skip
def test_a_session_goes_to_a_place_of_a_module(course, teacher, title, to, after):
    name, position = to
    address = f"/lessons/{session(title).id}/move"
    answer = send(teacher, address, module_id=module(name).id, position=position)
    assert answer.status_code == 303
    assert outline(course) == after
    for each in modules_of(newest_version(course.id).id):
        places = select(Lesson.position).where(Lesson.module_id == each.id)
        assert sorted(db.session.scalars(places)) == list(range(1, len(outline_of(each)) + 1))


def outline_of(module):
    return db.session.scalars(select(Lesson).where(Lesson.module_id == module.id)).all()


def test_a_session_stays_in_its_version(course, teacher, staff):
    other = make_module(make_course(modules=0, state="draft"))
    address = f"/lessons/{session('1').id}/move"
    assert send(staff, address, module_id=other.id, position=1).status_code == 409
    assert send(teacher, address, module_id=other.id, position=1).status_code == 404
    for wrong in ({"module_id": "x"}, {"module_id": module("B").id, "position": 999}):
        assert send(staff, address, **wrong).status_code == 422
    assert outline(course) == "A123 B4 C"


@pytest.mark.parametrize("title, sent, after", [
    ("B", {"step": "up"}, "B4 A123 C"), ("B", {"step": "down"}, "A123 C B4"),
    ("A", {"step": "up"}, "A123 B4 C"), ("C", {"step": "down"}, "A123 B4 C"),
    ("A", {"position": "3"}, "B4 C A123"),
])  # fmt: skip
def test_a_module_goes_with_its_sessions(course, teacher, title, sent, after):
    assert send(teacher, f"/modules/{module(title).id}/move", **sent).status_code == 303
    assert outline(course) == after


# --- changed ---------------------------------------------------------------------------


def test_a_module_is_changed_and_two_lose_nothing(course, teacher):
    page = f"/en/manage/modules/{module('A').id}"
    entered = {"title-en": "Mine", "live_minutes": "30", "revision": "1"}
    assert fill_in(teacher, page, **entered | {"title-en": "Theirs"}).status_code == 303
    answer = fill_in(teacher, page, **entered)
    assert answer.status_code == 409
    assert 'value="Mine"' in answer.text
    assert "Theirs" in answer.text
    assert outline(course).startswith("Theirs123")
    assert fill_in(teacher, page, **entered | {"revision": "2"}).status_code == 303
    assert outline(course).startswith("Mine123")


def test_a_session_is_changed_and_two_lose_nothing(course, teacher):
    page = f"/en/manage/lessons/{session('1').id}"
    entered = {"title-en": "M", "kind": "live", "recognised_minutes": "45", "revision": "1"}
    assert fill_in(teacher, page, **entered | {"title-en": "T"}).status_code == 303
    answer = fill_in(teacher, page, **entered)
    assert answer.status_code == 409
    assert 'value="M"' in answer.text
    assert outline(course).startswith("AT23")
    assert fill_in(teacher, page, **entered | {"revision": "2"}).status_code == 303
    assert outline(course).startswith("AM23")


@pytest.mark.parametrize("what", ["modules", "lessons"])
def test_the_forms_save_themselves(course, teacher, what):
    row = module("A") if what == "modules" else session("1")
    page = f"/en/manage/{what}/{row.id}"
    token = token_on(teacher, page)

    def autosave(**entered):
        data = {"csrf_token": token, "kind": "live", "title-en": "New", **entered}
        return teacher.post(page, data=data, headers=AUTOSAVE)

    saved = autosave(revision="1")
    assert (saved.status_code, saved.json["revision"]) == (200, 2)
    refused = autosave(revision="2", **{"title-en": ""})
    assert (refused.status_code, refused.json["fields"]) == (422, ["title"])
    assert autosave(revision="1", **{"title-en": "Other"}).status_code == 409
    assert row.title.texts["en"] == "New"


def test_breaks_never_count_for_hours(course, teacher):
    lesson = session("1")
    page = f"/en/manage/lessons/{lesson.id}"
    entered = {"title-en": "Break", "kind": "break", "revision": "1"}
    answer = fill_in(teacher, page, recognised_minutes="15", **entered)
    assert answer.status_code == 422
    assert fill_in(teacher, page, recognised_minutes="", **entered).status_code == 303
    assert (lesson.kind, lesson.recognised_minutes) == ("break", 0)


def test_a_text_is_written_language_by_language(course, teacher):
    lesson = session("1")

    def write(language, **entered):
        return fill_in(teacher, f"/en/manage/lessons/{lesson.id}/text/{language}", **entered)

    preview = write("en", body="# Buses", revision="1", preview="1")
    assert preview.status_code == 200
    assert lesson.body is None
    assert write("en", body="# Buses", revision="1").status_code == 303
    assert write("ko", body="# 버스", revision="2").status_code == 303
    assert (lesson.body.source, dict(lesson.body.texts)) == (
        "en",
        {"en": "# Buses", "ko": "# 버스"},
    )
    answer = write("ko", body="# 전차", revision="2")
    assert answer.status_code == 409
    assert "# 전차" in answer.text
    assert "# 버스" in answer.text
    assert write("en", body="", revision="3").status_code == 303
    assert lesson.body == TextInLanguages("ko", {"ko": "# 버스"})
    assert teacher.get(f"/en/manage/lessons/{lesson.id}/text/xx").status_code == 404


def test_a_preview_is_shown_and_not_kept(course, teacher):
    answer = send(teacher, "/courses/BUS-101/text-preview", text="# Buses <script>")
    assert answer.status_code == 200
    assert "Buses" in answer.text
    assert "<script>" not in answer.text


def test_a_question_is_written_and_taken_out(course, teacher):
    lesson_id = session("1").id
    page = f"/en/manage/lessons/{lesson_id}/question"
    entered = {"prompt-en": "Which?", "choices-en": "Bus\nTram", "correct_choice": "1"}
    assert fill_in(teacher, page, **entered).status_code == 303
    question = lesson_content(lesson_id).question
    assert [choice.texts["en"] for choice in question.choices] == ["Bus", "Tram"]
    assert question.correct_choice == 1
    for wrong in ({"choices-en": "Bus"}, {"correct_choice": "5"}, {"choices-ko": "버스"}):
        assert fill_in(teacher, page, **entered | wrong).status_code == 422
    for _ in range(2):
        assert send(teacher, f"/lessons/{lesson_id}/question/remove").status_code == 303
    assert lesson_content(lesson_id).question is None


# --- removed ---------------------------------------------------------------------------


def test_an_empty_module_is_removed_and_one_with_sessions_stays(course, teacher):
    empty, full = module("C").id, module("A").id
    assert send(teacher, f"/modules/{empty}/remove").status_code == 303
    assert send(teacher, f"/modules/{full}/remove").status_code == 409
    assert outline(course) == "A123 B4"
    assert send(teacher, f"/modules/{empty}/remove").status_code == 404


def test_a_session_is_removed_with_what_it_holds(course, teacher):
    lesson = session("2")
    lesson_id = lesson.id
    with unit_of_work():
        services.add_caption(lesson, "en", "WEBVTT\n\n00:00.000 --> 00:02.000\nHi\n")
        services.add_media(lesson, Rendition.P480, b"film")
    address = f"/en/manage/lessons/{lesson_id}/remove"
    assert teacher.get(address).status_code == 200
    assert outline(course) == "A123 B4 C"
    assert fill_in(teacher, address).status_code == 303
    assert outline(course) == "A13 B4 C"
    assert db.session.scalar(select(func.count(LessonCaption.id))) == 0
    assert teacher.get(address).status_code == 404


def test_what_goes_between_door_and_act_is_not_there(course, app):
    found = get_module_for_editing(reader_of(make_person("staff")), module("C").id)
    db.session.connection().execute(delete(Module).where(Module.id == found.id))
    db.session.commit()
    with pytest.raises(ObjectDeletedError) as caught, unit_of_work():
        remove_module(found)
    with app.test_request_context("/en/manage/courses/BUS-101"):
        assert app.handle_user_exception(caught.value)[1] == 404


# --- judged and published --------------------------------------------------------------


def test_the_list_names_what_to_mend_and_leads_there(course, teacher):
    with unit_of_work():
        version = newest_version(course.id)
        version.title, version.crs_code = words("Buses", ko=""), ""
        session("4").kind = "reading"
    text = teacher.get(PAGE).text
    for words_of in (
        "The course needs a title in Korean and in English.",
        "Give the CRS purpose code.",
        "The theory hours of the modules do not add up to those of the course.",
        "This session has no recording yet.",
        "This reading has no text yet.",
        "The hours of its sessions are not the hours the module plans.",
        "This module has no sessions.",
        f'href="/en/manage/lessons/{session("1").id}"',
        f'href="/en/manage/modules/{module("A").id}"',
    ):
        assert words_of in text, words_of
    assert "Nothing is missing" not in text


def test_from_a_draft_to_trainees_and_back_by_hand(teacher, staff, client, course):
    with unit_of_work():
        for title in "1234":
            services.add_media(session(title), Rendition.P480, b"film")
        for title, minutes in (("A", 90), ("B", 30), ("C", 0)):
            module(title).recorded_minutes = minutes
        newest_version(course.id).theory_minutes = 120
    version_id = newest_version(course.id).id
    step = f"/versions/{version_id}/state"
    assert "Nothing is missing" in teacher.get(PAGE).text
    assert send(teacher, step, state="published").status_code == 409
    assert send(teacher, step, state="in_review").status_code == 303
    assert send(teacher, step, state="in_review").status_code == 303  # pressed twice
    assert send(teacher, step, state="published").status_code == 409  # staff's to decide
    assert send(staff, step, state="draft", reason="Mend the titles.").status_code == 303
    assert send(teacher, step, state="in_review").status_code == 303
    assert client.get("/en/courses/BUS-101").status_code == 404
    assert send(staff, step, state="published").status_code == 303
    assert client.get("/en/courses/BUS-101").status_code == 200
    assert "can no longer be changed" in teacher.get(PAGE).text
    answer = fill_in(teacher, PAGE, send_to=f"{PAGE}/versions")
    assert answer.status_code == 303
    assert newest_version(course.id).number == 2
    assert outline(course) == "A123 B4 C"
    old = teacher.get(f"{PAGE}?version=1").text
    assert "Add a module" not in old
    assert teacher.get(f"{PAGE}?version=3").status_code == 404
    assert send(staff, step, state="retired", reason="It is over.").status_code == 303
    assert client.get("/en/courses/BUS-101").status_code == 404


def test_a_version_with_faults_is_not_published(course, staff):
    with unit_of_work():
        newest_version(course.id).state = "in_review"
    step = f"/versions/{newest_version(course.id).id}/state"
    assert 'value="published"' not in staff.get(PAGE).text
    assert send(staff, step, state="published").status_code == 409
    assert send(staff, step, state="eaten").status_code == 422
    assert published_version(course.id) is None


@pytest.mark.parametrize("state", ["in_review", "published", "retired"])
def test_what_is_no_draft_refuses_every_change(course, staff, state):
    with unit_of_work():
        newest_version(course.id).state = state
    lesson, other = session("1").id, module("A").id
    before = everything()
    for address, sent in (
        ("/courses/BUS-101/modules", {"title-en": "D"}),
        (f"/modules/{other}/sessions", {"kind": "live", "title-en": "5"}),
        (f"/modules/{other}", {"title-en": "D", "revision": "1"}),
        (f"/modules/{other}/move", {"step": "down"}),
        (f"/modules/{module('C').id}/remove", {}),
        (f"/lessons/{lesson}", {"title-en": "5", "kind": "live", "revision": "1"}),
        (f"/lessons/{lesson}/move", {"step": "down"}),
        (f"/lessons/{lesson}/remove", {}),
        (f"/lessons/{lesson}/text/en", {"body": "New", "revision": "1"}),
        (f"/lessons/{lesson}/question", {"prompt-en": "?", "choices-en": "A\nB"}),
        (f"/lessons/{lesson}/question/remove", {}),
    ):
        token = token_on(staff, "/en/manage/courses/BUS-101/edit")
        answer = staff.post(f"/en/manage{address}", data={"csrf_token": token, **sent})
        assert answer.status_code == 409, address
    assert everything() == before


def everything():
    db.session.rollback()
    return [
        [tuple(map(repr, row)) for row in db.session.execute(select(*table.__table__.columns))]
        for table in (CourseVersion, Module, Lesson)
    ]


# --- how much it costs -----------------------------------------------------------------


@pytest.mark.parametrize("who", ["staff", "teacher"])
def test_two_hundred_sessions_cost_no_more_statements(course, request, who, count_statements):
    browser = request.getfixturevalue(who)
    counts = []
    for places in (range(5, 101), ()):
        with count_statements() as statements:
            assert browser.get(PAGE).status_code == 200
        counts.append(len(statements))
        for title in "AB":
            for position in places:
                make_lesson(module(title), position=position, question=position % 2 == 0)
    assert counts[0] == counts[1] <= 8


@pytest.mark.parametrize("who", ["staff", "teacher"])
def test_a_session_full_of_things_costs_no_more_statements(course, request, who, count_statements):
    browser = request.getfixturevalue(who)
    lesson = make_lesson(module("A"), position=9)
    page = f"/en/manage/lessons/{lesson.id}"
    counts = []
    for _ in range(2):
        with count_statements() as statements:
            assert browser.get(page).status_code == 200
        counts.append(len(statements))
        for number in range(5):
            make_material(lesson, position=number + 1)
        with unit_of_work():
            for language in ("ko", "en", "vi"):
                services.add_caption(lesson, language, CAPTIONS)
    assert counts[0] == counts[1] <= 8

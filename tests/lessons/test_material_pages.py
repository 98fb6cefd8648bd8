"""The pages of materials: what each reader may do there, and that it is kept."""

import io
import tracemalloc
import zipfile
from datetime import timedelta
from html import unescape

import pytest

from lms.accounts import login
from lms.accounts.services import start_session
from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.courses.models import Course, CourseTeacher
from lms.lessons import queries
from lms.lessons import services as lessons
from lms.lessons.models import FileForm, Lesson, Material
from lms.lessons.pack import Packed, zipped
from lms.media.storage import storage
from tests.factories import save, words
from tests.factories.accounts import make_person
from tests.factories.courses import make_course, make_module
from tests.factories.lessons import make_lesson
from tests.factories.materials import make_file, make_link, make_material
from tests.forms import fill_in, token_on

VTT = "WEBVTT\n\n00:01.000 --> 00:05.000\nThe bus comes.\n\n01:05.000 --> 01:09.000\nIt goes.\n"


@pytest.fixture
def course(app) -> Course:
    return make_course(modules=0)


@pytest.fixture
def lesson(course) -> Lesson:
    return make_lesson(make_module(course))


@pytest.fixture
def teacher(course):
    person = make_person("instructor", full_name="Kim Gangsa")
    save(CourseTeacher(course_id=course.id, person_id=person.id))
    return person


@pytest.fixture
def teaching(teacher, signed_in_as):
    return signed_in_as(teacher)


@pytest.fixture
def deciding(app, signed_in_as):
    return signed_in_as(make_person("staff"))


def page_of(browser, path: str, status: int = 200) -> str:
    response = browser.get(path)
    assert response.status_code == status, path
    return unescape(response.text)


def path_of(material: Material, act: str = "") -> str:
    return f"/en/manage/materials/{material.id}{act}"


# --- one material ----------------------------------------------------------------------


def test_a_link_is_added_described_submitted_approved_and_released(
    lesson, teacher, teaching, deciding
):
    answer = fill_in(
        teaching,
        f"/en/manage/lessons/{lesson.id}/links/new",
        **{"address": "https://data.example.org/", "title-en": "City data", "language": "en"},
    )
    assert answer.status_code == 303
    link = db.session.query(Material).one()
    page = page_of(teaching, path_of(link))
    assert "Say who holds the rights." in page
    assert "Not possible yet" in page

    filled = {
        "title-en": "City data", "title-ko": "도시 자료", "language": "ko", "revision": "1",
        "address": "https://data.example.org/ko", "rights_holder": "부산광역시",
        "licence": "kogl-1", "valid_until": "2090-12-31",
    }  # fmt: skip
    assert fill_in(teaching, path_of(link), **filled).status_code == 303
    assert (link.rights_holder, link.licence, link.language) == ("부산광역시", "kogl-1", "ko")
    assert (link.title.texts["ko"], link.revision) == ("도시 자료", 2)

    for browser, state in ((teaching, "submitted"), (deciding, "approved")):
        fill_in(browser, path_of(link), send_to=path_of(link, "/state"), state=state)
        assert link.state == state
    fill_in(
        deciding,
        path_of(link),
        send_to=path_of(link, "/state"),
        state="released",
        release_at="2026-01-02T09:00",
    )
    assert link.release_at.isoformat() == "2026-01-02T00:00:00+00:00", "nine o'clock in Busan"
    page = page_of(deciding, path_of(link))
    assert "Trainees see it" in page
    assert "Kim Gangsa" in page, "who submitted it, in the history"


def test_an_address_that_leads_elsewhere_comes_back_with_what_was_entered(lesson, teaching):
    path = f"/en/manage/lessons/{lesson.id}/links/new"
    data = {"address": "javascript:alert(1)", "title-en": "Bad", "language": "en"}
    answer = fill_in(teaching, path, **data)
    assert answer.status_code == 422
    assert "Give an address that begins with" in answer.text
    assert "javascript:alert(1)" in answer.text
    assert 'href="javascript:' not in answer.text


def test_a_form_that_saves_itself_is_told_and_a_conflict_shows_both(lesson, teaching):
    material = make_material(lesson, state="draft")
    data = {"title-en": "Slides", "language": "en", "kind": "slides", "licence": "cc-by-4.0"}
    csrf = token_on(teaching, path_of(material))

    def save_by_itself(**more):
        return teaching.post(
            path_of(material),
            data={**data, **more, "csrf_token": csrf},
            headers={"X-Autosave": "1"},
        )

    told = save_by_itself(revision="1", rights_holder="Busan")
    assert told.json["revision"] == 2
    assert save_by_itself(revision="1", rights_holder="Seoul").status_code == 409
    answer = fill_in(
        teaching, path_of(material), **{**data, "revision": "1", "rights_holder": "Seoul"}
    )
    assert answer.status_code == 409
    page = unescape(answer.text)
    assert "Somebody else saved this while you were editing" in page
    assert "Seoul" in page
    assert "Busan" in page
    assert material.rights_holder == "Busan"


def test_what_was_submitted_is_shown_to_its_makers_and_changed_by_staff(lesson, teaching, deciding):
    material = make_material(lesson, state="submitted")
    page = page_of(teaching, path_of(material))
    assert "Take it back to draft to change it." in page
    assert 'name="rights_holder"' not in page
    assert 'name="rights_holder"' in page_of(deciding, path_of(material))
    data = {"title-en": "Mine", "language": "en", "kind": "slides", "licence": "cc-by-4.0"}
    token = token_on(teaching, path_of(material))
    answer = teaching.post(path_of(material), data={**data, "revision": "1", "csrf_token": token})
    assert answer.status_code == 409
    assert material.title.texts["en"] != "Mine"


def test_an_image_that_was_submitted_cannot_lose_its_words(lesson, deciding):
    material = make_material(lesson, state="approved", kind="image", alternative_text="A bus")
    answer = fill_in(
        deciding,
        path_of(material),
        **{
            "title-en": "Bus", "language": "en", "kind": "image", "licence": "cc-by-4.0",
            "revision": "1", "rights_holder": "Busan", "alternative_text": "",
        },
    )  # fmt: skip
    assert answer.status_code == 422
    assert "Say in words what the image shows." in answer.text
    assert material.alternative_text == "A bus"


def test_withdrawing_without_a_reason_is_asked_again(lesson, deciding):
    material = make_material(lesson)
    answer = fill_in(
        deciding, path_of(material), send_to=path_of(material, "/state"), state="withdrawn"
    )
    assert answer.status_code == 422
    assert "Say why." in answer.text
    assert material.state == "released"
    fill_in(
        deciding,
        path_of(material),
        send_to=path_of(material, "/state"),
        state="withdrawn",
        reason="The figures are wrong.",
    )
    page = page_of(deciding, path_of(material))
    assert "The figures are wrong." in page
    assert "nothing is left to do" in page


@pytest.mark.parametrize("state", ["", "nonsense", "released"])
def test_a_step_there_is_not_changes_nothing(lesson, deciding, state):
    material = make_material(lesson, state="draft")
    answer = fill_in(deciding, path_of(material), send_to=path_of(material, "/state"), state=state)
    assert answer.status_code in {409, 422}
    assert material.state == "draft"


def test_a_teacher_cannot_approve(lesson, teaching):
    material = make_material(lesson, state="submitted")
    answer = fill_in(
        teaching, path_of(material), send_to=path_of(material, "/state"), state="approved"
    )
    assert answer.status_code == 403
    assert material.state == "submitted"


def test_a_material_moves_up_and_a_draft_is_removed(lesson, teaching):
    first, second = make_material(lesson), make_material(lesson, state="draft")
    page = path_of(second)
    fill_in(teaching, page, send_to=path_of(second, "/move"), step="up")
    assert (second.position, first.position) == (1, 2)
    assert fill_in(teaching, page, send_to=path_of(second, "/move"), step="x").status_code == 422
    assert "Remove this material" in page_of(teaching, path_of(second, "/remove"))
    fill_in(teaching, path_of(second, "/remove"))
    assert [row.id for row in queries.materials.materials_of_lesson(lesson.id)] == [first.id]
    assert teaching.get(path_of(first, "/remove")).status_code == 409


def test_those_who_make_it_see_its_file_in_any_state(lesson, teaching, signed_in_as):
    material = make_material(lesson, state="withdrawn", file=b"%PDF-1.7 x")
    path = f"/en/manage/media/lessons/{lesson.id}/materials/{material.id}/full"
    answer = teaching.get(path)
    assert (answer.status_code, answer.data) == (200, b"%PDF-1.7 x")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="slides.pdf"'
    for wrong in ("light", "FULL", "x"):
        assert teaching.get(path.replace("full", wrong)).status_code == 404
    other = make_lesson(make_module(make_course(modules=0)))
    elsewhere = path.replace(f"lessons/{lesson.id}/", f"lessons/{other.id}/")
    assert signed_in_as(make_person("staff")).get(elsewhere).status_code == 404
    assert signed_in_as(make_person("instructor")).get(path).status_code == 404


def test_the_page_of_a_material_costs_the_same_whatever_it_has(
    lesson, teaching, deciding, count_statements
):
    material = make_material(lesson, state="draft")
    teaching.get(path_of(material))
    with count_statements() as few:
        teaching.get(path_of(material))
    make_file(material, b"lighter", form=FileForm.LIGHT)
    make_file(material, b"small", form=FileForm.THUMBNAIL)
    for state in ("submitted", "draft", "submitted"):
        fill_in(teaching, path_of(material), send_to=path_of(material, "/state"), state=state)
    with count_statements() as many:
        teaching.get(path_of(material))
    assert len(few) == len(many) <= 8
    with count_statements() as of_staff:
        deciding.get(path_of(material))
    assert len(of_staff) <= 8


# --- the queue -------------------------------------------------------------------------

QUEUE = "/en/manage/materials"


def titled(lesson: Lesson, title: str, state: str, **values) -> Material:
    return make_material(lesson, title=words(title), state=state, **values)


def test_staff_find_what_waits_first_and_nothing_else(lesson, deciding):
    soon = clock.now().date() + timedelta(days=20)
    titled(lesson, "Expiring", "released", valid_until=soon)
    titled(lesson, "Lasting", "released")
    titled(lesson, "Ready", "approved")
    titled(lesson, "Asked", "submitted")
    titled(lesson, "Begun", "draft")
    page = page_of(deciding, QUEUE)
    assert page.index("Asked") < page.index("Ready") < page.index("Expiring")
    assert "Lasting" not in page
    assert "Begun" not in page
    assert "Begun" in page_of(deciding, f"{QUEUE}?state=draft")
    assert "Asked" not in page_of(deciding, f"{QUEUE}?state=draft")
    assert "Asked" in page_of(deciding, f"{QUEUE}?state=nonsense")


def test_instructors_find_those_of_their_own_courses_and_no_boxes(lesson, teaching):
    titled(lesson, "Mine", "submitted")
    titled(make_lesson(make_module(make_course(modules=0))), "Theirs", "submitted")
    page = page_of(teaching, QUEUE)
    assert "Mine" in page
    assert "Theirs" not in page
    assert 'name="chosen"' not in page


def test_several_are_approved_each_by_its_own_rules(lesson, deciding):
    good, bad = titled(lesson, "Good", "submitted"), titled(lesson, "Bad", "submitted")
    bad.rights_holder = ""
    gone = bad.id + 1000
    answer = fill_in(deciding, QUEUE, chosen=[good.id, bad.id, gone, good.id], state="approved")
    assert answer.status_code == 409
    page = unescape(answer.text)
    assert "1 material is changed." in page
    assert "Bad: Say who holds the rights." in page
    assert "It is no longer there." in page
    assert (good.state, bad.state) == ("approved", "submitted")
    answer = fill_in(deciding, QUEUE, chosen=[good.id], state="released")
    assert answer.status_code == 303
    assert good.state == "released"


def test_several_are_released_at_one_moment(lesson, deciding):
    both = [titled(lesson, title, "approved") for title in "AB"]
    fill_in(
        deciding,
        QUEUE,
        chosen=[each.id for each in both],
        state="released",
        release_at="2090-03-01T10:30",
    )
    assert {each.release_at.isoformat() for each in both} == {"2090-03-01T01:30:00+00:00"}


@pytest.mark.parametrize(
    "data",
    [
        {"state": "approved"},
        {"state": "withdrawn", "chosen": [1]},
        {"state": "approved", "chosen": ["x"]},
        {"state": "approved", "chosen": list(range(1, 43))},
    ],
)
def test_a_choice_that_cannot_be_is_refused(lesson, deciding, data):
    titled(lesson, "Asked", "submitted")
    assert fill_in(deciding, QUEUE, **data).status_code == 422


def test_the_queue_costs_the_same_however_long(lesson, deciding, count_statements):
    titled(lesson, "One", "submitted")
    deciding.get(QUEUE)
    with count_statements() as few:
        deciding.get(QUEUE)
    for number in range(45):
        titled(lesson, f"M{number}", "submitted")
    with count_statements() as many:
        page = page_of(deciding, QUEUE)
    assert len(few) == len(many) <= 8
    assert page.count('name="chosen"') == 40
    assert "Page 1 of 2" in page
    assert page_of(deciding, f"{QUEUE}?page=2").count('name="chosen"') == 6


# --- consents --------------------------------------------------------------------------


def test_an_instructor_gives_and_takes_back_their_own_consent(course, teacher, teaching):
    path = f"/en/manage/courses/{course.code}/consent"
    assert "Given" not in page_of(teaching, path)
    fill_in(teaching, path, reuse="y")
    row = db.session.get_one(CourseTeacher, (course.id, teacher.id))
    assert row.consents_to_reuse_at is not None
    assert row.consents_to_recording_at is None
    assert "Given" in page_of(teaching, path)
    fill_in(teaching, path)
    assert row.consents_to_reuse_at is None


def test_staff_see_that_who_brought_a_material_has_not_consented(
    lesson, course, teacher, teaching, deciding
):
    material = make_material(lesson, state="submitted", created_by_id=teacher.id)
    told = "Kim Gangsa brought it and has not consented to use in later runs."
    assert told in page_of(deciding, path_of(material))
    assert told not in page_of(teaching, path_of(material))
    fill_in(teaching, f"/en/manage/courses/{course.code}/consent", reuse="y")
    assert told not in page_of(deciding, path_of(material))


def test_nobody_consents_for_somebody_else(course, teacher, deciding):
    assert deciding.get(f"/en/manage/courses/{course.code}/consent").status_code == 404


# --- the interpreter's pack ------------------------------------------------------------


def pack_of(browser, lesson: Lesson) -> zipfile.ZipFile:
    answer = browser.get(f"/en/manage/lessons/{lesson.id}/pack")
    assert answer.status_code == 200
    return zipfile.ZipFile(io.BytesIO(answer.data))


def test_the_pack_holds_all_an_interpreter_prepares_with(lesson, teacher, teaching):
    titled(lesson, "A", "released", file=None)
    slides = titled(lesson, "B", "approved", file=None)
    make_file(slides, b"%PDF slides", name="발표 자료.pdf")
    twice = titled(lesson, "C", "released", file=None)
    make_file(twice, b"%PDF twice", name="발표 자료.pdf")
    draft = titled(lesson, "D", "draft", file=None)
    make_file(draft, b"%PDF draft", name="draft.pdf")
    make_link(lesson, "https://data.example.org/", title=words("City data"))
    lesson.body = words("# Read")
    db.session.commit()
    with unit_of_work():
        lessons.add_caption(lesson, "en", VTT)
    with pack_of(teaching, lesson) as pack:
        assert pack.testzip() is None
        assert set(pack.namelist()) == {
            "README.txt", "materials/발표 자료.pdf", "materials/발표 자료 (2).pdf",
            "captions/captions.en.vtt", "captions/captions.en.srt", "captions/transcript.en.txt",
            "texts/text.en.md", "texts/text.ko.md", "texts/text.zh.md",
        }  # fmt: skip
        assert pack.read("materials/발표 자료.pdf") == b"%PDF slides"
        assert pack.getinfo("materials/발표 자료.pdf").flag_bits & 0x800, "its name is in UTF-8"
        assert pack.getinfo("materials/발표 자료.pdf").compress_type == zipfile.ZIP_STORED
        assert b"1:05\tIt goes." in pack.read("captions/transcript.en.txt")
        assert b"00:01:05,000 --> 00:01:09,000" in pack.read("captions/captions.en.srt")
        read_me = pack.read("README.txt").decode()
    assert "Kim Gangsa" in read_me
    assert "https://data.example.org/" in read_me
    assert lesson.title.texts["ko"] in read_me


def test_a_file_the_store_has_lost_does_not_spoil_the_pack(lesson, teaching):
    material = make_material(lesson)
    storage().delete(queries.materials.material_row(material.id).file.storage_key)
    with pack_of(teaching, lesson) as pack:
        assert "materials/slides.pdf" not in pack.namelist()
        assert pack.testzip() is None


def test_the_pack_is_for_those_who_make_the_course(lesson, signed_in_as):
    path = f"/en/manage/lessons/{lesson.id}/pack"
    assert signed_in_as(make_person("instructor")).get(path).status_code == 404
    assert signed_in_as(make_person()).get(path).status_code == 403


def test_the_pack_takes_the_memory_of_one_part_whatever_the_sizes(app):
    part, parts = b"v" * (1 << 20), 48
    storage().put("materials/large.mp4", part * parts)
    film = Packed("materials/", "film.mp4", "", "materials/large.mp4", "video/mp4")
    with app.test_request_context():
        tracemalloc.start()
        try:
            sent = sum(len(piece) for piece in zipped([film, film], now=clock.now()))
            _now, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert sent > 2 * parts * len(part)
    assert most < 6 * len(part)


# --- whatever the database -------------------------------------------------------------


def test_the_pages_answer_on_both_databases(app_of_its_own):
    with app_of_its_own.app_context():
        lesson = make_lesson(make_module(make_course(modules=0)))
        material = make_material(lesson, state="submitted")
        make_link(lesson)
        course = queries.edited_lesson(lesson.id).course
        teacher = make_person("instructor")
        save(CourseTeacher(course_id=course.id, person_id=teacher.id))
        paths = [
            "materials", "materials?state=released", f"materials/{material.id}",
            f"lessons/{lesson.id}", f"lessons/{lesson.id}/pack", f"courses/{course.code}/consent",
        ]  # fmt: skip
        with unit_of_work():
            token = start_session(teacher, user_agent="", address="", now=clock.now())
        cookie = login.cookie_name()
        db.session.remove()
    browser = app_of_its_own.test_client()
    browser.set_cookie(cookie, token)
    answers = {path: browser.get(f"/en/manage/{path}").status_code for path in paths}
    assert {path: status for path, status in answers.items() if status != 200} == {}

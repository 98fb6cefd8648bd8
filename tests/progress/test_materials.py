"""What trainees are handed with a lesson: seen only while it is to be seen, on page and by link."""

from datetime import timedelta
from html import unescape

import pytest

from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.courses.models import Course
from lms.lessons.models import FileForm, Lesson, Licence, Material
from lms.lessons.services import materials as services
from tests.factories import words
from tests.factories.accounts import make_person
from tests.factories.courses import make_module
from tests.factories.lessons import make_lesson
from tests.factories.materials import make_file, make_link, make_material
from tests.factories.progress import Study, make_study

PDF = b"%PDF-1.7 slides"


@pytest.fixture
def study(app) -> Study:
    return make_study(lessons=2)


@pytest.fixture
def browser(study, signed_in_as):
    return signed_in_as(study.person)


def handed(study: Study, file: bytes | None = PDF, **values) -> Material:
    values.setdefault("title", words("Port slides"))
    return make_material(study.lessons[0], file=file, **values)


def lesson_path(study: Study, number: int = 0) -> str:
    return f"/en/runs/{study.run.id}/lessons/{study.lessons[number].id}"


def file_path(study: Study, material: Material, form: str = "full", number: int = 0) -> str:
    lesson = study.lessons[number].id
    return f"/media/runs/{study.run.id}/lessons/{lesson}/materials/{material.id}/{form}"


def page_of(browser, study: Study) -> str:
    response = browser.get(lesson_path(study))
    assert response.status_code == 200
    return unescape(response.text)


def is_handed_out(browser, study: Study, material: Material) -> bool:
    """Tell whether the page shows it and the link sends it, which must be one."""
    on_page = "Port slides" in page_of(browser, study)
    status = browser.get(file_path(study, material)).status_code
    assert (on_page, status) in {(True, 200), (False, 404)}
    return on_page


# --- seen ------------------------------------------------------------------------------


def test_a_material_is_named_with_its_type_its_size_and_whose_it_is(study, browser):
    material = handed(study, b"x" * 4_200_000, licence=Licence.CC_BY, language="ko")
    make_file(material, b"x" * 400_000, form=FileForm.LIGHT, name="slides light.pdf")
    page = page_of(browser, study)
    assert "PDF · 4.2 MB" in page
    assert "light: 400 KB" in page
    assert "Korean" in page
    assert "CC BY 4.0 · <bdi>Busan Metropolitan City</bdi>" in page
    assert "may not be copied on" not in page


def test_a_lesson_without_materials_says_nothing_of_them(study, browser):
    assert 'id="materials"' not in page_of(browser, study)


def test_a_file_is_saved_under_the_name_it_was_given(study, browser):
    material = handed(study, None)
    make_file(material, PDF, name="발표 자료.pdf")
    answer = browser.get(file_path(study, material))
    assert answer.data == PDF
    assert answer.mimetype == "application/pdf"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert "%EB%B0%9C%ED%91%9C%20%EC%9E%90%EB%A3%8C.pdf" in disposition
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_what_may_not_be_saved_is_shown(study, browser):
    material = handed(study, may_download=False)
    answer = browser.get(file_path(study, material))
    assert answer.headers["Content-Disposition"] == 'inline; filename="slides.pdf"'
    page = page_of(browser, study)
    assert "may not be copied on" in page
    assert f'{material.id}/full" hreflang="en" download' not in page


@pytest.mark.parametrize("mimetype", ["text/html", "application/xhtml+xml", "text/plain"])
def test_a_document_is_never_shown_as_a_page_of_ours(study, browser, mimetype):
    material = handed(study, None, may_download=False)
    make_file(material, b"<script>alert(1)</script>", mimetype=mimetype)
    answer = browser.get(file_path(study, material))
    assert answer.headers["Content-Disposition"].startswith("attachment;")


def test_an_image_is_a_small_picture_with_its_words(study, browser):
    material = handed(study, None, kind="image", alternative_text='A "bus" at the stop')
    for form, size in ((FileForm.FULL, 1600), (FileForm.THUMBNAIL, 320)):
        make_file(
            material, b"RIFF" * size, form=form, mimetype="image/webp", width=size, height=size // 2
        )
    response = browser.get(lesson_path(study)).text
    assert 'alt="A &#34;bus&#34; at the stop"' in response
    assert f'src="{file_path(study, material, "thumbnail")}"' in response
    assert 'width="320" height="160"' in response
    answer = browser.get(file_path(study, material, "thumbnail"))
    assert answer.headers["Content-Disposition"].startswith("inline;")


def test_a_link_leads_out_and_says_so(study, browser):
    make_link(study.lessons[0], "https://data.example.org/a?b=1&c=2", title=words("City data"))
    page = page_of(browser, study)
    assert 'href="https://data.example.org/a?b=1&c=2" rel="noreferrer noopener external"' in page


def test_a_browser_that_has_the_file_is_asked_whether_it_still_may(study, browser):
    material = handed(study)
    path = file_path(study, material)
    tag = browser.get(path).headers["ETag"]
    assert browser.get(path, headers={"If-None-Match": tag}).status_code == 304
    material.state = "withdrawn"
    touch(material)
    assert browser.get(path, headers={"If-None-Match": tag}).status_code == 404


def test_a_part_of_a_film_is_sent_alone_and_only_its_head_to_who_asks_for_that(study, browser):
    material = handed(study, None, kind="video")
    make_file(material, b"0123456789", mimetype="video/mp4", name="film.mp4")
    path = file_path(study, material)
    part = browser.get(path, headers={"Range": "bytes=2-4"})
    assert (part.status_code, part.data) == (206, b"234")
    head = browser.head(path)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == "10"


# --- no longer seen, not yet seen ------------------------------------------------------


def touch(material: Material) -> None:
    """Let the catalogue's version grow as the services do."""
    make_link(db.session.get_one(Lesson, material.lesson_id), state="draft")


def take(material: Material, state: str, **options) -> None:
    with unit_of_work():
        services.change_material_state(
            material, state, actor=None, is_staff=True, now=clock.now(), **options
        )


def test_what_is_withdrawn_is_gone_at_once(study, browser):
    material = handed(study)
    assert is_handed_out(browser, study, material)
    take(material, "withdrawn", reason="The rights have ended.")
    assert not is_handed_out(browser, study, material)


def test_what_is_released_is_there_at_once_and_not_before(study, browser):
    material = handed(study, state="approved", release_at=None)
    assert not is_handed_out(browser, study, material)
    take(material, "released", release_at=clock.now() + timedelta(hours=1))
    assert not is_handed_out(browser, study, material)
    take(material, "released", release_at=clock.now())
    assert is_handed_out(browser, study, material)


def test_time_alone_releases_and_expires(study, signed_in_as, monkeypatch):
    now = clock.now()
    material = handed(
        study,
        release_at=now + timedelta(hours=1),
        valid_until=(now + timedelta(days=2)).date(),
    )
    seen = []
    for later in (timedelta(0), timedelta(hours=2), timedelta(days=4)):
        monkeypatch.setattr(clock, "now", lambda later=later: now + later)
        seen.append(is_handed_out(signed_in_as(study.person), study, material))
    assert seen == [False, True, False]


@pytest.mark.parametrize("state", ["draft", "submitted", "approved", "withdrawn"])
def test_in_any_other_state_nobody_is_handed_it(study, browser, state):
    assert not is_handed_out(browser, study, handed(study, state=state))


def test_a_material_belongs_to_its_lesson_and_to_its_run(study, browser, signed_in_as):
    material = handed(study)
    assert browser.get(file_path(study, material)).status_code == 200
    assert browser.get(file_path(study, material, number=1)).status_code == 404
    for form in ("light", "FULL", "full.pdf", "..%2Ffull"):
        assert browser.get(file_path(study, material, form)).status_code == 404
    other = make_study(lessons=1)
    stranger = signed_in_as(other.person)
    assert stranger.get(file_path(study, material)).status_code == 404
    mixed = f"/media/runs/{other.run.id}/lessons/{other.lessons[0].id}/materials/{material.id}/full"
    assert stranger.get(mixed).status_code == 404


def test_who_has_left_the_run_is_handed_nothing_more(study, browser):
    material = handed(study)
    study.enrolment.state = "withdrawn"
    assert browser.get(file_path(study, material)).status_code == 404


def test_a_visitor_is_led_to_the_sign_in_page(study, client):
    assert client.get(file_path(study, handed(study))).status_code == 302


# --- in a reading ----------------------------------------------------------------------


def reading_of(study: Study) -> Lesson:
    course = db.session.get_one(Course, study.run.course_id)
    return make_lesson(
        make_module(course, position=90),
        kind="reading",
        question=False,
        duration_seconds=0,
        recognised_minutes=0,
    )


def text_of(browser, study: Study, reading: Lesson, text: str) -> str:
    """Write the reading and return what of the page is its text."""
    reading.body = words(text)
    make_link(reading, state="draft")  # the catalogue's version grows
    answer = browser.get(f"/en/runs/{study.run.id}/lessons/{reading.id}")
    assert answer.status_code == 200
    _before, _mark, rest = answer.text.partition('<div class="reading">')
    return rest.partition('id="materials"')[0]


def test_a_reading_shows_and_links_what_its_reader_may_have(study, browser):
    reading = reading_of(study)
    image = make_material(reading, file=None, kind="image", alternative_text="A map")
    make_file(image, b"RIFF", mimetype="image/webp", width=640, height=480)
    slides = make_material(reading, file=PDF)
    text = f"![Map of the port](file:{image.id})\n\n[The slides](file:{slides.id})"
    shown = text_of(browser, study, reading, text)
    place = f"/media/runs/{study.run.id}/lessons/{reading.id}/materials"
    assert f'src="{place}/{image.id}/full"' in shown
    assert f'href="{place}/{slides.id}/full"' in shown
    assert "(PDF, 1 KB)" in shown

    slides.state = image.state = "withdrawn"
    shown = text_of(browser, study, reading, text)
    assert place not in shown
    assert "The slides" in shown, "the words stay"


def test_a_reading_names_only_what_belongs_to_its_lesson(study, browser):
    elsewhere = handed(study)
    shown = text_of(browser, study, reading_of(study), f"[Slides](file:{elsewhere.id})")
    assert "/materials/" not in shown


def test_a_reading_gives_no_copy_of_what_may_not_be_saved(study, browser):
    reading = reading_of(study)
    slides = make_material(reading, file=PDF, may_download=False)
    shown = text_of(browser, study, reading, f"[Slides](file:{slides.id})")
    assert "/materials/" not in shown


# --- cost ------------------------------------------------------------------------------


def test_the_page_costs_the_same_with_more_materials(study, browser, count_statements):
    handed(study)
    path = lesson_path(study)
    browser.get(path)
    with count_statements() as few:
        browser.get(path)
    for _more in range(10):
        make_file(handed(study), b"light", form=FileForm.LIGHT)
    browser.get(path)
    with count_statements() as many:
        browser.get(path)
    assert len(few) == len(many) <= 4


def test_a_file_costs_what_its_door_costs(study, browser, count_statements):
    path = file_path(study, handed(study))
    browser.get(path)
    with count_statements() as statements:
        browser.get(path)
    assert len(statements) <= 3


def test_those_who_look_at_a_draft_see_it_as_trainees_will(study, signed_in_as):
    shown, hidden = handed(study), handed(study, title=words("Not yet"), state="approved")
    staff = signed_in_as(make_person("staff"))
    lesson = study.lessons[0].id
    page = staff.get(f"/en/manage/preview/lessons/{lesson}").text
    address = f"/en/manage/media/lessons/{lesson}/materials/{shown.id}/full"
    assert f'href="{address}"' in page
    assert "Not yet" not in page
    assert hidden.state == "approved"
    assert staff.get(address).data == PDF

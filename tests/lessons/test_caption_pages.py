"""Captions beside their recording: kept page by page, by those who make the course alone."""

import re
from html import unescape
from io import BytesIO

import pytest
from sqlalchemy import select

from lms.core.audit import StatusEvent
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.courses.models import CourseTeacher
from lms.lessons import services
from lms.lessons.models import LessonCaption, Rendition
from lms.lessons.queries.captions import tracks_of
from lms.lessons.rules.caption_files import parse_captions
from tests.factories import save
from tests.factories.accounts import make_person
from tests.factories.courses import make_course, make_module
from tests.factories.lessons import make_lesson
from tests.forms import fill_in, token_on

LONG = "WEBVTT\n\n" + "\n\n".join(
    f"00:{second:02}.000 --> 00:{second:02}.900\nLine {second}." for second in range(60)
)
SHORT = "WEBVTT\n\n00:01.000 --> 00:03.000\nOne.\n\n00:04.000 --> 00:06.000\nTwo.\n"


@pytest.fixture
def course(app):
    return make_course()  # published: captions stay open


@pytest.fixture
def lesson(course):
    lesson = make_lesson(make_module(course, position=2))
    with unit_of_work():
        services.add_media(lesson, Rendition.P240, b"v" * 1000)
    return lesson


@pytest.fixture
def teacher(course):
    person = make_person("instructor")
    save(CourseTeacher(course_id=course.id, person_id=person.id))
    return person


@pytest.fixture
def browser(teacher, signed_in_as):
    return signed_in_as(teacher)


def keep(lesson, text: str = SHORT, language: str = "en") -> None:
    with unit_of_work():
        services.add_caption(lesson, language, text)


def path(lesson, rest: str = "/en") -> str:
    return f"/en/manage/lessons/{lesson.id}/captions{rest}"


def form_on(browser, address: str) -> dict:
    """Return what a browser would send of the editor's form, without its buttons."""
    page = browser.get(address).text
    form = page[page.index("data-captions") : page.index("</form>", page.index("data-captions"))]
    hidden = re.findall(r'<input[^>]*type="hidden"[^>]*>', form)
    found = {
        re.search(r'name="([^"]+)"', tag)[1]: re.search(r'value="([^"]*)"', tag)[1]
        for tag in hidden
    }
    for name in ("start", "end"):
        found[name] = re.findall(rf'name="{name}" value="([^"]*)"', form)
    texts = re.findall(r"<textarea[^>]*>\r?\n?(.*?)</textarea>", form, re.DOTALL)
    return found | {"text": [unescape(text) for text in texts]}


def send(browser, address: str, form: dict, act: str = "save", **headers: str):
    return browser.post(address, data={**form, "act": act}, headers=headers)


def texts(lesson, language: str = "en") -> list[str]:
    return [cue.text for cue in parse_captions(tracks_of(lesson.id)[language].webvtt).cues]


# --- the editor ------------------------------------------------------------------------


def test_each_page_shows_its_captions_beside_the_recording(browser, lesson):
    keep(lesson, LONG)
    first, last = browser.get(path(lesson)).text, browser.get(path(lesson, "/en?page=3")).text
    assert "Line 24." in first
    assert "Line 25." not in first
    assert "Page 3 of 3" in last
    assert "Line 59." in last
    assert f"/en/manage/media/lessons/{lesson.id}/240p#t=00:00.000" in first
    assert f'<track kind="captions" src="{path(lesson, "/en.vtt")}" srclang="en"' in first


def test_paging_keeps_what_was_typed(browser, lesson):
    keep(lesson, LONG)
    form = form_on(browser, path(lesson, "/en?page=2"))
    form["text"][0] = "Mended <b>& kept"
    answer = send(browser, path(lesson, "/en?page=2"), form, "page-3")
    assert answer.status_code == 303
    assert answer.location.endswith("page=3")
    assert texts(lesson)[25] == "Mended <b>& kept"
    assert len(texts(lesson)) == 60
    assert form_on(browser, path(lesson, "/en?page=2"))["text"][0] == "Mended <b>& kept"


def test_a_caption_is_added_and_removed(browser, lesson):
    keep(lesson)
    answer = send(browser, path(lesson), form_on(browser, path(lesson)), "add-1")
    form = form_on(browser, answer.location)
    assert form["text"] == ["One.", "", "Two."]
    assert form["start"][1] == "00:03.000"
    form["text"][1] = "Between."
    form["end"][1] = "3.9"
    assert send(browser, path(lesson), form).status_code == 303
    assert texts(lesson) == ["One.", "Between.", "Two."]
    send(browser, path(lesson), form_on(browser, path(lesson)), "remove-0")
    assert texts(lesson) == ["Between.", "Two."]


def test_one_may_be_added_at_the_top(browser, lesson):
    keep(lesson)
    answer = send(browser, path(lesson), form_on(browser, path(lesson)), "add-0")
    assert form_on(browser, answer.location)["text"] == ["", "One.", "Two."]


def test_a_fault_keeps_nothing_and_loses_nothing(browser, lesson):
    keep(lesson)
    form = form_on(browser, path(lesson))
    form["text"][0], form["start"][1], form["end"][1] = "Changed.", "0.5", "soon"
    answer = send(browser, path(lesson), form)
    assert answer.status_code == 422
    assert texts(lesson) == ["One.", "Two."]
    assert "Caption 2: The start and end time are missing or cannot be read." in answer.text
    assert 'value="soon"' in answer.text
    assert ">Changed.</textarea>" in answer.text


def test_a_fault_does_not_keep_a_row_from_being_added(browser, lesson):
    keep(lesson)
    form = form_on(browser, path(lesson))
    form["end"][0] = "soon"
    answer = send(browser, path(lesson), form, "add-2")
    assert answer.status_code == 422
    assert answer.text.count("<textarea") == 3 + 1  # and the one its script copies


def test_all_are_moved_unless_one_would_leave_the_recording(browser, lesson):
    keep(lesson)
    address = path(lesson)
    send(browser, address, {**form_on(browser, address), "shift": "-0.8"}, "shift")
    assert "00:00.200 --> 00:02.200" in tracks_of(lesson.id)["en"].webvtt
    for shift, words in (
        ("-1", "would start before the recording does"),
        ("97", "starts after the recording has ended"),
        ("much", "Write seconds, such as 1.5 or -0.8."),
        ("", "Write seconds, such as 1.5 or -0.8."),
    ):
        answer = send(browser, address, {**form_on(browser, address), "shift": shift}, "shift")
        assert answer.status_code == 422
        assert words in answer.text
    assert "00:00.200 --> 00:02.200" in tracks_of(lesson.id)["en"].webvtt


def test_who_comes_second_is_shown_both_versions(browser, lesson, signed_in_as):
    keep(lesson)
    other = signed_in_as(make_person("staff"))
    mine, theirs = form_on(browser, path(lesson)), form_on(other, path(lesson))
    theirs["text"][0], mine["text"][0] = "Theirs.", "Mine."
    assert send(other, path(lesson), theirs).status_code == 303
    answer = send(browser, path(lesson), mine)
    assert answer.status_code == 409
    assert "Theirs." in answer.text
    assert ">Mine.</textarea>" in answer.text
    assert texts(lesson) == ["Theirs.", "Two."]
    again = re.search(r'name="revision"[^>]*value="(\d+)"', answer.text)[1]
    assert send(browser, path(lesson), {**mine, "revision": again}).status_code == 303
    assert texts(lesson) == ["Mine.", "Two."]


def test_the_same_form_twice_is_harmless(browser, lesson):
    keep(lesson)
    form = form_on(browser, path(lesson))
    form["text"][0] = "Changed."
    assert [send(browser, path(lesson), form).status_code for _ in range(2)] == [303, 303]
    assert tracks_of(lesson.id)["en"].revision == 2


def test_it_saves_itself_and_tells_the_faults_of_each_row(browser, lesson):
    keep(lesson)
    form = form_on(browser, path(lesson))
    form["text"][1] = "Two, " * 20
    answer = send(browser, path(lesson), form, "", **{"X-Autosave": "1"})
    assert answer.json["revision"] == 2
    assert answer.json["rows"][0] == []
    assert "A phone shows this in more than two lines." in [
        note["words"] for note in answer.json["rows"][1] if note["warning"]
    ]
    form |= {"revision": "2", "end": ["soon", "6"]}
    refused = send(browser, path(lesson), form, "", **{"X-Autosave": "1"})
    assert refused.status_code == 422
    assert not refused.json["rows"][0][0]["warning"]
    stale = send(
        browser,
        path(lesson),
        {**form, "revision": "1", "end": ["2", "5"]},
        "",
        **{"X-Autosave": "1"},
    )
    assert stale.status_code == 409


def test_the_last_caption_cannot_be_cleared_away(browser, lesson):
    keep(lesson)
    form = form_on(browser, path(lesson)) | {"text": ["", ""]}
    answer = send(browser, path(lesson), form)
    assert answer.status_code == 422
    assert "Leave one caption, or remove the whole language." in answer.text
    assert texts(lesson) == ["One.", "Two."]


def test_an_empty_form_of_somebody_takes_nothing_away(browser, lesson):
    keep(lesson)
    token = token_on(browser, path(lesson))
    assert browser.post(path(lesson), data={"csrf_token": token}).status_code in {409, 422}
    assert texts(lesson) == ["One.", "Two."]


def test_captions_begin_from_nothing(browser, lesson):
    form = form_on(browser, path(lesson, "/km"))
    assert form["text"] == [""]
    form["text"] = ["សួស្តី"]
    assert send(browser, path(lesson, "/km"), form).status_code == 303
    assert texts(lesson, "km") == ["សួស្តី"]


def test_a_translation_takes_over_times_and_keeps_what_is_said_already(browser, lesson):
    keep(lesson)
    answer = browser.get(path(lesson, "/start?to=vi&from=en"))
    assert answer.location.endswith("/captions/vi?from=en")
    form = form_on(browser, answer.location)
    assert form["start"] == ["00:01.000", "00:04.000"]
    assert (
        '<p class="cue-hint as-typed" lang="en" dir="ltr">Two.</p>'
        in browser.get(answer.location).text
    )
    form["text"] = ["", "Hai."]
    assert send(browser, answer.location, form).status_code == 303
    assert texts(lesson, "vi") == ["Hai."]
    assert form_on(browser, answer.location)["text"] == ["", "Hai."]


# --- files -----------------------------------------------------------------------------


def test_a_file_is_kept(browser, lesson):
    file = (BytesIO("1\n00:00:01,000 --> 00:00:03,000\n안녕하세요\n".encode("cp949")), "k.srt")
    answer = fill_in(browser, path(lesson, ""), language_code="ko", file=file)
    assert answer.location.endswith("/captions/ko")
    assert texts(lesson, "ko") == ["안녕하세요"]


def test_every_fault_is_told_by_its_line_and_what_was_sent_stays(browser, lesson):
    faulty = "WEBVTT\n\n00:03.000 --> 00:01.000\nOne.\n\nsoon --> 00:05.000\nTwo.\n"
    file = (BytesIO(faulty.encode()), "f.vtt")
    for sent in ({"pasted": faulty}, {"file": file}):
        answer = fill_in(browser, path(lesson, ""), language_code="en", **sent)
        assert answer.status_code == 422
        assert 'data-label="Line">3<' in answer.text
        assert 'data-label="Line">6<' in answer.text
        assert "Two.\n</textarea>" in unescape(answer.text)
    assert tracks_of(lesson.id) == {}


def test_nothing_sent_is_asked_for(browser, lesson):
    answer = fill_in(browser, path(lesson, ""), language_code="en", pasted="  ")
    assert answer.status_code == 422
    assert "Choose a file, or paste the captions below." in answer.text


def test_captions_there_are_are_replaced_only_when_that_is_meant(browser, lesson):
    keep(lesson)
    new = "WEBVTT\n\n00:01.000 --> 00:02.000\nOther.\n"
    file = (BytesIO(new.encode()), "new.vtt")
    answer = fill_in(browser, path(lesson, ""), language_code="en", file=file)
    assert answer.status_code == 422
    assert "There are 2 captions now, and 1 in what you sent." in answer.text
    assert "Other." in answer.text
    assert texts(lesson) == ["One.", "Two."]
    answer = fill_in(browser, path(lesson, ""), language_code="en", pasted=new, replaces="y")
    assert answer.status_code == 303
    assert texts(lesson) == ["Other."]
    assert tracks_of(lesson.id)["en"].revision == 2


def test_they_are_taken_along_as_either_kind(browser, lesson, course):
    keep(lesson)
    webvtt, subrip = (browser.get(path(lesson, f"/en.{kind}")) for kind in ("vtt", "srt"))
    assert webvtt.text == tracks_of(lesson.id)["en"].webvtt
    assert f'filename="{course.code}-{lesson.id}-en.vtt"' in webvtt.headers["Content-Disposition"]
    assert subrip.data.decode("utf-8-sig").startswith("1\n00:00:01,000 --> 00:00:03,000\nOne.\n")
    assert browser.get(path(lesson, "/ko.vtt")).status_code == 404


def test_a_language_is_removed(browser, lesson):
    keep(lesson)
    keep(lesson, SHORT, "ko")
    token = token_on(browser, path(lesson))
    answer = browser.post(path(lesson, "/en/remove"), data={"csrf_token": token})
    assert answer.status_code == 303
    assert list(tracks_of(lesson.id)) == ["ko"]
    again = browser.post(path(lesson, "/en/remove"), data={"csrf_token": token})
    assert again.status_code == 404


# --- who, and what is remembered -------------------------------------------------------


def test_history_says_who_did_what_once_a_sitting(browser, lesson, teacher):
    fill_in(browser, path(lesson, ""), language_code="en", pasted=SHORT)
    for text in ("A.", "B."):
        send(browser, path(lesson), form_on(browser, path(lesson)) | {"text": [text, "Two."]})
    token = token_on(browser, path(lesson))
    browser.post(path(lesson, "/en/remove"), data={"csrf_token": token})
    events = db.session.scalars(
        select(StatusEvent).where(StatusEvent.entity == "lesson_caption").order_by(StatusEvent.id)
    ).all()
    assert [event.new for event in events] == ["kept", "removed"]
    assert {event.actor_id for event in events} == {teacher.id}


def test_others_edit_are_told_too(browser, lesson, signed_in_as):
    keep(lesson)
    people = [make_person("staff"), make_person("admin")]
    for person in people:
        own = signed_in_as(person)
        form = form_on(own, path(lesson))
        form["text"][0] = person.email
        assert send(own, path(lesson), form).status_code == 303
    events = db.session.scalars(
        select(StatusEvent).where(StatusEvent.new == "edited").order_by(StatusEvent.id)
    )
    assert [event.actor_id for event in events] == [person.id for person in people]


def test_no_teacher_of_another_course_gets_there(lesson, signed_in_as):
    keep(lesson)
    stranger = signed_in_as(make_person("instructor"))
    for rest in ("", "/en", "/start?to=vi", "/en.vtt"):
        assert stranger.get(path(lesson, rest)).status_code == 404
    assert stranger.get(f"/en/manage/media/lessons/{lesson.id}/240p").status_code == 404


@pytest.mark.parametrize("rest", ["/zz", "/" + "x" * 300, "/EN"])
def test_a_language_nobody_teaches_in_is_not_there(browser, lesson, rest):
    assert browser.get(path(lesson, rest)).status_code == 404


def test_without_a_language_the_choice_is_offered_again(browser, lesson):
    for query in ("", "?to=zz", "?to=zz&from=xx"):
        answer = browser.get(path(lesson, f"/start{query}"))
        assert answer.location.endswith(path(lesson, ""))


def test_the_recording_is_streamed_to_its_makers(browser, lesson):
    address = f"/en/manage/media/lessons/{lesson.id}"
    answer = browser.get(f"{address}/240p", headers={"Range": "bytes=0-9"})
    assert (answer.status_code, answer.data) == (206, b"v" * 10)
    assert browser.get(f"{address}/480p").status_code == 404


def test_the_editor_costs_the_same_however_many_captions(browser, lesson, count_statements):
    for text in (SHORT, LONG):
        keep(lesson, text)
        with count_statements() as statements:
            assert browser.get(path(lesson)).status_code == 200
        assert len(statements) <= 8, statements
    assert db.session.scalars(select(LessonCaption.revision)).one() == 2


# --- on the page of the session --------------------------------------------------------


def test_the_session_says_what_captions_it_has(browser, lesson):
    page = browser.get(f"/en/manage/lessons/{lesson.id}").text
    assert "There are no captions yet." in page
    keep(lesson, "WEBVTT\n\n00:01.000 --> 00:01.100\nToo much to read at once.\n")
    page = browser.get(f"/en/manage/lessons/{lesson.id}").text
    assert "There are no captions yet." not in page
    assert "1 caption " in " ".join(page.split())
    assert "1 hard to read" in page
    assert "0:01 of 1:40" in page
    assert "ends early" in page
    assert f'href="{path(lesson, "/en.srt")}"' in page

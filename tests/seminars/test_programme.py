"""The programme of a run: every script as it is written, nothing executed, nothing only planned."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from pypdf import PdfReader

from lms.core.text import TextInLanguages
from tests.factories import words
from tests.factories.accounts import make_person
from tests.factories.enrolment import make_enrolment, make_run
from tests.factories.seminars import make_day_item, make_holder, make_sitting

START = datetime(2096, 11, 24, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def run(app):
    return make_run()


@pytest.fixture
def browser(run, signed_in_as):
    person = make_person(time_zone="America/Guayaquil")
    make_enrolment(run, person)
    return signed_in_as(person)


def document(browser, run, language="en") -> PdfReader:
    answer = browser.get(f"/{language}/runs/{run.id}/timetable.pdf")
    assert answer.status_code == 200
    assert "timetable.pdf" in answer.headers["Content-Disposition"]
    return PdfReader(io.BytesIO(answer.data))


def text_of(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def hold(run, title, **values):
    title = title if isinstance(title, TextInLanguages) else words(title)
    begin = values.pop("starts_at", START)
    return make_sitting(run, title=title, starts_at=begin, ends_at=begin + 2 * HOUR, **values)


@pytest.mark.parametrize(
    "language, expected",
    [
        ("en", ["Sat, 24 November 2096", "Guayaquil", "Busan", "01:00–03:00", "15:00–17:00"]),
        ("ko", ["2096년 11월 24일(토)", "부산", "01:00–03:00"]),
        ("zh", ["2096年11月24日(周六)", "釜山", "01:00–03:00"]),
    ],
)
def test_it_is_in_the_language_of_the_page(run, browser, language, expected):
    hold(run, words("Ports", ko="항만", zh="港口"))
    said = text_of(document(browser, run, language))
    title = {"en": "Ports", "ko": "항만", "zh": "港口"}[language]
    assert [each for each in [*expected, title] if each not in said] == []


def test_titles_and_names_of_all_scripts_are_drawn(run, browser):
    titles = {
        "mn": "Хотын тээвэр",
        "lo": "ການຂົນສົ່ງ",
        "km": "ការដឹកជញ្ជូន",
        "my": "သယ်ယူပို့ဆောင်ရေး",
        "ar": "النقل الحضري",
        "hi": "शहरी परिवहन",
        "vi": "Giao thông đô thị",
    }
    for number, (language, title) in enumerate(titles.items()):
        text = TextInLanguages(language, {language: title})
        sitting = hold(run, text, starts_at=START + number * 3 * HOUR)
        make_holder(sitting, make_person(full_name=title))
    reader = document(browser, run)
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"], "readable aloud"
    said = text_of(reader)
    for title in ("Хотын тээвэр", "Giao thông đô thị"):  # others are stored as they are drawn
        assert title in said


def test_a_letter_no_font_has_does_not_keep_the_rest_from_being_printed(run, browser):
    hold(run, "Smile 🫠 \U00018b00")
    hold(run, "Ports", starts_at=START + 3 * HOUR)
    assert "Ports" in text_of(document(browser, run))


def test_what_was_typed_is_printed_and_not_run(run, browser):
    hold(run, '#eval("1+1") *bold* $x$ `raw` <label> @ref // comment')
    said = text_of(document(browser, run))
    assert '#eval("1+1") *bold* $x$ `raw` <label> @ref // comment' in said


def test_it_says_what_changed_and_leaves_out_what_is_only_planned(run, signed_in_as):
    hold(run, "Called off", state="cancelled", change_reason="Flood")
    hold(run, "Idea", state="planned")
    make_day_item(run, "Study alone", date(2096, 11, 20), date(2096, 11, 23))
    said = text_of(document(signed_in_as(make_person("staff")), run))
    assert "Called off Cancelled" in said
    assert "Reason: Flood" in said
    assert "Idea" not in said
    assert "Tue, 20 November 2096 Study alone · until Fri, 23 Nov" in said


def test_sixty_sessions_go_over_several_pages_and_none_is_lost(run, browser):
    for number in range(60):
        hold(run, f"Number-{number:02}", starts_at=START + number * 30 * HOUR)
    reader = document(browser, run)
    assert len(reader.pages) > 2
    said = text_of(reader)
    assert [number for number in range(60) if f"Number-{number:02}" not in said] == []


def test_an_empty_run_has_a_programme_that_says_so(run, browser):
    assert "No session has been announced yet." in text_of(document(browser, run))

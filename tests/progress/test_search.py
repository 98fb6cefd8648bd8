"""What is said in the recordings of a run is found, by those who study it."""

import pytest

from lms.core.unit_of_work import unit_of_work
from lms.lessons import services as lessons
from lms.progress.queries.transcripts import MOST_OF_LESSON
from tests.factories.accounts import make_person
from tests.factories.progress import Study, make_study

SAID = {
    0: {
        "en": ["A bus sends its place.", "The centre computes", "arrival times."],
        "ko": ["버스가 위치를 보냅니다.", "센터가 계산합니다", "도착 시각을."],
    },
    1: {"zh": ["公交车发送位置。"], "vi": ["Xe buýt đến trạm."]},
}


def webvtt(lines: list[str]) -> str:
    cues = [
        f"00:{at * 7:02}.000 --> 00:{at * 7 + 6:02}.000\n{each}" for at, each in enumerate(lines)
    ]
    return "WEBVTT\n\n" + "\n\n".join(cues) + "\n"


@pytest.fixture
def study(app) -> Study:
    study = make_study(lessons=2)
    with unit_of_work():
        for number, languages in SAID.items():
            for language, lines in languages.items():
                lessons.add_caption(study.lessons[number], language, webvtt(lines))
    return study


@pytest.fixture
def browser(study, signed_in_as):
    return signed_in_as(study.person)


def search(browser, study: Study, query: str, language: str = "en") -> str:
    address = f"/{language}/runs/{study.run.id}/search"
    answer = browser.get(address, query_string={"q": query})
    assert answer.status_code == 200
    return answer.text


def link(study: Study, number: int, second: int, language: str, page: str = "en") -> str:
    lesson = study.lessons[number].id
    return (
        f'href="/{page}/runs/{study.run.id}/lessons/{lesson}'
        f'?at={second}&amp;transcript={language}#player"'
    )


def test_a_word_leads_to_its_moment(browser, study):
    page = search(browser, study, "compute")
    assert link(study, 0, 7, "en") in page
    assert "1 place found" in page


@pytest.mark.parametrize(
    "query, place",
    [
        ("위치", (0, 0, "ko")),
        ("도착 시각", (0, 14, "ko")),
        ("公交", (1, 0, "zh")),
        ("den tram", (1, 0, "vi")),
        ("ARRIVAL", (0, 14, "en")),
    ],
)
def test_it_is_found_in_every_script(browser, study, query, place):
    assert link(study, *place) in search(browser, study, query)


def test_a_sentence_over_two_captions_is_found_where_it_begins(browser, study):
    page = search(browser, study, "computes arrival")
    assert link(study, 0, 7, "en") in page
    assert "The centre computes arrival times." in page


def test_the_readers_language_is_told_first(browser, study):
    assert link(study, 0, 0, "ko", "ko") in search(browser, study, "버스", "ko")


def test_what_nobody_says_is_not_found(browser, study):
    for query in ("aeroplane", "bus arrival"):
        assert "Nothing like that is said" in search(browser, study, query)
    assert "Nothing like that is said" not in search(browser, study, "  ")


def test_of_many_places_the_first_are_shown(browser, study):
    with unit_of_work():
        lessons.add_caption(study.lessons[0], "en", webvtt(["Bus."] * (MOST_OF_LESSON + 2)))
    page = search(browser, study, "bus")
    assert page.count("transcript=en#player") == MOST_OF_LESSON
    assert "2 more places in this lesson" in page


def test_the_run_offers_the_search(browser, study):
    page = browser.get(f"/en/runs/{study.run.id}").text
    assert f'action="/en/runs/{study.run.id}/search"' in page


def test_it_costs_the_same_however_much_is_said(browser, study, count_statements):
    with count_statements() as statements:
        search(browser, study, "bus")
    assert len(statements) <= 5, statements
    with count_statements() as again:
        search(browser, study, "arrival")
    assert len(again) < len(statements)


def test_who_does_not_study_there_finds_no_run(study, signed_in_as):
    stranger = signed_in_as(make_person("staff"))
    assert stranger.get(f"/en/runs/{study.run.id}/search?q=bus").status_code == 404

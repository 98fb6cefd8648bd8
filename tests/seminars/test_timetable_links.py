"""Where timetables are met on the way: navigation, home, my learning, the page of a run."""

from datetime import timedelta

import pytest

from lms.core import clock
from tests.factories import words
from tests.factories.accounts import make_person
from tests.factories.progress import join, make_outline, make_run, make_study
from tests.factories.seminars import make_held_lesson, make_holder, make_sitting

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def page_of(browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.text


@pytest.fixture
def study(app):
    return make_study(person=make_person(full_name="Bat"))


@pytest.fixture
def browser(study, signed_in_as):
    return signed_in_as(study.person)


def section(html: str, name: str) -> str:
    """Return the part of a page under a heading, "" without it."""
    _before, _heading, after = html.partition(f'<section aria-labelledby="{name}">')
    return after.partition("</section>")[0]


def test_visitors_are_led_to_public_seminars_and_people_to_their_timetable(app, browser):
    home = page_of(app.test_client(), "/en/")
    assert home.count('href="/en/seminars"') == 3, "head, foot, and a word on the page"
    learning = page_of(browser, "/en/my-learning")
    assert 'href="/en/timetable"' in learning
    assert 'href="/en/seminars"' in page_of(browser, "/en/timetable")
    masthead = learning.partition("</header>")[0]
    assert 'href="/en/seminars"' not in masthead, "there is room for five places"


def test_what_comes_up_is_the_next_three_that_take_place(study, browser):
    assert section(page_of(browser, "/en/my-learning"), "upcoming") == ""
    now = clock.now()
    run = study.run
    for number, begins in enumerate((-HOUR / 2, DAY, 2 * DAY, 3 * DAY)):
        make_sitting(
            run,
            title=words(f"Number {number}"),
            starts_at=now + begins,
            ends_at=now + begins + HOUR,
        )
    for state in ("cancelled", "postponed", "planned"):
        make_sitting(run, title=words(f"Not held: {state}"), state=state, starts_at=now + HOUR)
    over = now - DAY
    make_sitting(run, title=words("Is over"), starts_at=over, ends_at=over + HOUR)
    coming = section(page_of(browser, "/en/my-learning"), "upcoming")
    assert [f"Number {number}" in coming for number in range(4)] == [True, True, True, False]
    assert "Not held" not in coming
    assert "Is over" not in coming
    assert coming.count("Join") == 1, "of the one that is on"
    assert coming.count("· Busan") == 3


def test_who_holds_a_session_sees_it_come_up_without_being_in_its_run(study, browser):
    other = make_sitting(make_run(), title=words("I speak there"))
    make_holder(other, study.person)
    assert "I speak there" in section(page_of(browser, "/en/my-learning"), "upcoming")


def test_the_sessions_of_a_run_given_up_do_not_come_up(study, browser):
    run = make_run(state="cancelled")
    join(run, study.person)
    make_sitting(run, title=words("Given up"))
    assert "Given up" not in page_of(browser, "/en/my-learning")


def test_a_run_leads_to_its_timetable_once_something_is_held_at_a_time(study, browser):
    path = f"/en/runs/{study.run.id}"
    assert f"{path}/timetable" not in page_of(browser, path)
    make_held_lesson(study.run)
    html = page_of(browser, path)
    assert f'href="{path}/timetable"' in html
    assert "No session is announced at the moment." in html
    make_sitting(study.run, title=words("Ports"))
    make_sitting(study.run, title=words("Later"), starts_at=clock.now() + 9 * DAY)
    coming = section(page_of(browser, path), "upcoming")
    assert "Ports" in coming
    assert "Later" not in coming


def test_what_comes_up_costs_the_same_however_much_it_is(study, browser, count_statements):
    for path in ("/en/my-learning", f"/en/runs/{study.run.id}"):
        make_sitting(study.run)
        with count_statements() as few:
            page_of(browser, path)
        for number in range(2, 12):
            make_sitting(study.run, starts_at=clock.now() + number * DAY)
            make_sitting(join(make_run(make_outline()), study.person).run)
        with count_statements() as many:
            page_of(browser, path)
        assert len(few) == len(many) <= 8

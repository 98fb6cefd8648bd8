"""The staff's table of a run: who sees it, what it counts, and the file that equals it."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import time_machine
from sqlalchemy import select

from lms.core import clock
from lms.core.access_log import AccessEntry
from lms.core.db import db
from lms.enrolment.models import RunInstructor
from lms.progress import manage
from lms.progress.models import EnrolmentProgress
from tests.factories import save, words
from tests.factories.accounts import make_person
from tests.factories.enrolment import make_run
from tests.factories.organisations import make_affiliation, make_city
from tests.factories.progress import Study, join, make_outline, make_study
from tests.forms import fill_in

REASON = "Report to the city council"


@pytest.fixture
def run(app):
    return make_run(make_outline(2))


@pytest.fixture
def staff(signed_in_as):
    return signed_in_as(make_person("staff"))


def enrol(run, name: str, city=None, state: str = "started", **figures) -> Study:
    person = make_person(full_name=name)
    if city is not None:
        make_affiliation(person, city)
    study = join(run, person, state=state)
    row = db.session.get_one(EnrolmentProgress, study.enrolment.id)
    for key, value in figures.items():
        setattr(row, key, value)
    db.session.commit()
    return study


@pytest.fixture
def people(run):
    """Bat and Anu of Ulaanbaatar, Linh of Hue, and Zoe of nowhere."""
    ulaanbaatar = make_city("ulaanbaatar", name=words("Ulaanbaatar"))
    hue = make_city("hue", name=words("Hue"))
    yesterday = clock.now() - timedelta(days=1)
    enrol(run, "Bat", ulaanbaatar, earned_minutes=30, lessons_done=1, last_activity_at=yesterday)
    enrol(run, "Anu", ulaanbaatar, "completed", earned_minutes=60, lessons_done=2)
    enrol(run, "Linh", hue, earned_minutes=59, last_activity_at=clock.now())
    enrol(run, "Zoe", None, "withdrawn")


def page_of(browser, path: str) -> str:
    response = browser.get(path)
    assert response.status_code == 200, path
    return unescape(response.text)


def names(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a[^>]*><bdi>([^<]+)', page)


# --- the table -------------------------------------------------------------------------


def test_everybody_stands_with_hours_rate_and_last_activity(run, people, staff):
    page = page_of(staff, f"/en/manage/runs/{run.id}")
    assert names(page) == ["Anu", "Bat", "Linh", "Zoe"]
    linh = page.partition("<bdi>Linh")[2].partition("</tr>")[0]
    assert "Hue" in linh
    assert "0 / 2" in linh
    assert "0.9 / 1" in linh, "59 of 60 minutes, rounded down"
    assert "98.3%" in linh
    assert ">today</time>" in linh
    assert "yesterday" in page.partition("<bdi>Bat")[2].partition("</tr>")[0]


def test_counts_are_links_to_the_lists_that_make_them_up(run, people, staff):
    page = page_of(staff, f"/en/manage/runs/{run.id}?city=ulaanbaatar")
    counts = dict(re.findall(r'<a class="chip" href="([^"]+)"[^>]*>[^<]*<strong>(\d+)', page))
    assert sorted(counts.values()) == ["1", "1", "2"]
    for address, count in counts.items():
        assert len(names(page_of(staff, address))) == int(count), address


@pytest.mark.parametrize(
    "query,shown",
    [
        ("?city=ulaanbaatar", ["Anu", "Bat"]),
        ("?city=none", ["Zoe"]),
        ("?state=started", ["Bat", "Linh"]),
        ("?city=hue&state=completed", []),
        ("?sort=hours", ["Anu", "Linh", "Bat", "Zoe"]),
        ("?sort=activity", ["Linh", "Bat", "Anu", "Zoe"]),
        ("?sort=city", ["Linh", "Anu", "Bat", "Zoe"]),
        ("?state=nonsense&sort=nonsense&page=-3", ["Anu", "Bat", "Linh", "Zoe"]),
    ],
)
def test_filter_and_order_stand_in_the_address(run, people, staff, query, shown):
    page = page_of(staff, f"/en/manage/runs/{run.id}{query}")
    assert names(page) == shown
    assert ("Nobody fits these conditions." in page) == (not shown)


def test_an_empty_run_says_so(run, staff):
    assert "Nobody has enrolled in this run yet." in page_of(staff, f"/en/manage/runs/{run.id}")


def test_long_lists_are_paged_and_keep_their_filter(run, people, staff, monkeypatch):
    monkeypatch.setattr(manage, "ON_PAGE", 1)
    page = page_of(staff, f"/en/manage/runs/{run.id}?state=started&page=2")
    assert names(page) == ["Linh"]
    assert "2 trainees" in page
    assert re.search(r'rel="prev" href="[^"]*state=started', page)


def test_the_table_costs_the_same_with_more_people(run, people, staff, count_statements):
    path = f"/en/manage/runs/{run.id}"
    with count_statements() as few:
        staff.get(path)
    for number in range(20):
        enrol(run, f"Person {number}", make_city())
    with count_statements() as many:
        staff.get(path)
    assert len(few) == len(many) <= 8


# --- who may ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "roles,teaches,status",
    [
        ((), False, 403),
        (("staff",), False, 200),
        (("admin",), False, 200),
        (("instructor",), False, 404),
        (("instructor",), True, 200),
    ],
)
def test_staff_see_every_run_and_instructors_their_own(run, signed_in_as, roles, teaches, status):
    person = make_person(*roles)
    if teaches:
        save(RunInstructor(run_id=run.id, person_id=person.id))
    browser = signed_in_as(person)
    response = browser.get(f"/en/manage/runs/{run.id}")
    assert response.status_code == status
    if status == 200:
        assert ("Change state" in response.text) == (roles != ("instructor",))
    assert browser.get(f"/en/manage/runs/{run.id}/export").status_code in {status, 302}


def test_trainees_and_visitors_do_not_come_in(run, client, signed_in_as):
    trainee = signed_in_as(make_study().person)
    for path in (f"/en/manage/runs/{run.id}", f"/en/manage/runs/{run.id}/export"):
        assert client.get(path).status_code == 302
        assert trainee.get(path).status_code == 403


# --- the file --------------------------------------------------------------------------


def export(browser, run, query: str = "", reason: str = REASON):
    return fill_in(browser, f"/en/manage/runs/{run.id}/export{query}", reason=reason)


def table_of(response) -> list[list[str]]:
    assert response.data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(response.data.decode("utf-8-sig"))))


@pytest.mark.parametrize("query", ["", "?state=started&sort=hours", "?city=ulaanbaatar"])
def test_the_file_equals_the_view(run, people, staff, query):
    response = export(staff, run, query)
    assert (response.status_code, response.mimetype) == (200, "text/csv")
    assert response.headers["Cache-Control"] == "no-store"
    (filter_, heads, *rows) = table_of(response)
    assert [row[0] for row in rows] == names(page_of(staff, f"/en/manage/runs/{run.id}{query}"))
    assert len(filter_) == 1
    assert heads[0] == "Name"
    assert all(len(row) == len(heads) for row in rows)


def test_the_first_row_names_the_filter(run, people, staff):
    (filter_, *_rest) = table_of(export(staff, run, "?state=started&city=hue"))
    assert "City: Hue" in filter_[0]
    assert "State: In training" in filter_[0]
    assert "Run 1" in filter_[0]


def test_a_state_nobody_is_in_is_named_by_its_word(run, people, staff):
    page = page_of(staff, f"/en/manage/runs/{run.id}/export?state=completed&city=hue")
    assert "0 trainees" in page
    assert "State: Completed" in page


def test_figures_are_numbers_rounded_down(run, people, staff):
    (_filter, _heads, *rows) = table_of(export(staff, run, "?city=hue"))
    assert rows[0][:8] == ["Linh", "Hue", "In training", "0", "2", "0.9", "1.0", "98.3"]


@time_machine.travel(datetime(2026, 3, 14, 16, 30, tzinfo=UTC), tick=False)
def test_times_in_the_file_are_busan_s(run, staff):
    enrol(run, "Bat", last_activity_at=clock.now())
    response = export(staff, run)
    assert table_of(response)[2][-1] == "2026-03-15 01:30"
    assert "20260315.csv" in response.headers["Content-Disposition"]


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_name_becomes_a_formula(run, staff, name):
    enrol(run, name)
    assert table_of(export(staff, run))[2][0] == f"'{name}"


def test_names_of_any_script_survive(run, staff):
    enrol(run, 'Nguyễn "Bát", 김민서 ສົມ')
    assert table_of(export(staff, run))[2][0] == 'Nguyễn "Bát", 김민서 ສົມ'


@pytest.mark.parametrize("reason", ["", "short", "         .", "x" * 501])
def test_an_export_needs_a_reason(run, people, staff, reason):
    response = export(staff, run, "?state=started", reason)
    assert response.status_code == 422
    assert "2 trainees" in unescape(response.text), "the filter stays"
    assert f'action="/en/manage/runs/{run.id}/export?state=started"' in response.text
    assert not entries("progress_manage.export_run")


def test_views_and_exports_are_kept_with_who_what_whose_and_why(run, people, staff):
    staff.get(f"/en/manage/runs/{run.id}")
    export(staff, run, "?state=started")
    (view,) = entries("progress_manage.show_run")
    (entry,) = entries("progress_manage.export_run")
    assert (view.subject, view.count, view.reason) == (f"run {run.id}", 4, "")
    assert (entry.subject, entry.count) == (f"run {run.id} state=started", 2)
    assert (entry.reason, entry.address, entry.actor_id) == (REASON, "127.0.0.1", view.actor_id)


def entries(action: str) -> list[AccessEntry]:
    return list(db.session.scalars(select(AccessEntry).where(AccessEntry.action == action)))

"""Timetables as people see them: whose, on which clocks, and what changed."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from pypdf import PdfReader

from lms.core import clock
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.models import RunInstructor
from lms.seminars.services import sittings as services
from lms.seminars.services.holders import remove_holder
from tests.factories import save, words
from tests.factories.accounts import make_person
from tests.factories.enrolment import make_enrolment, make_run
from tests.factories.organisations import make_affiliation, make_city
from tests.factories.seminars import (
    make_day_item,
    make_held_lesson,
    make_holder,
    make_sitting,
)
from tests.seminars.golden_times import SITTINGS, ZONES

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
NOON = datetime(2026, 11, 4, 3, tzinfo=UTC)  # in Busan


@pytest.fixture
def run(app):
    return make_run(state="running")


@pytest.fixture
def trainee(run):
    person = make_person(full_name="Bat", time_zone="Asia/Ulaanbaatar")
    make_enrolment(run, person)
    return person


@pytest.fixture
def browser(signed_in_as, trainee):
    return signed_in_as(trainee)


@pytest.fixture
def at_noon(monkeypatch):
    """Let it be noon of 4 November 2026 in Busan."""
    monkeypatch.setattr(clock, "now", lambda: NOON)


def text_of(html: str) -> str:
    main = html[html.index("<main") : html.index("</main>")]
    main = re.sub(r"<(select|svg)\b.*?</\1>", "", main, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def page(browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, answer.status_code
    return text_of(answer.text)


def golden_run(run):
    """Hold a session at each of the golden times; its title tells which."""
    for number, lines in enumerate(SITTINGS):
        make_sitting(
            run,
            starts_at=lines[0].starts_at,
            ends_at=lines[0].ends_at,
            title=words(f"Golden{number}"),
        )


# --- golden times ----------------------------------------------------------------------


@pytest.mark.parametrize("zone", ZONES)
def test_the_page_shows_the_hours_each_clock_shows(run, browser, zone):
    golden_run(run)
    html = browser.get(f"/en/runs/{run.id}/timetable?zone={zone}").text
    days = dict(re.findall(r'aria-labelledby="day-([\d-]+)">(.*?)</section>', html, re.DOTALL))
    days |= dict(
        re.findall(r'<section [^>]*labelledby="day-([\d-]+)"[^>]*>(.*?)</section>', html, re.DOTALL)
    )
    for number, lines in enumerate(SITTINGS):
        busan = next((line for line in lines if line.zone == "Asia/Seoul"), None)
        for line in lines:
            if line.zone != zone:
                continue
            rows = re.findall(r"<li class=\"session.*?</li>", days[str(line.first_day)], re.DOTALL)
            (row,) = [each for each in rows if f"Golden{number}" in each]
            said = " ".join(unescape(re.sub(r"<[^>]+>", "", row)).split())
            assert f"{line.span} {line.offsets}" in said
            if busan and zone != "Asia/Seoul":
                assert f"Busan {busan_side(line, busan)}" in said


def busan_side(line, busan) -> str:
    if line.first_day == busan.first_day:
        return busan.span
    return f"{busan.first_day:%a}, {busan.first_day.day} {busan.first_day:%b} {busan.span}"


@pytest.mark.parametrize("zone", ZONES)
def test_the_table_has_each_moment_three_times(run, browser, zone):
    golden_run(run)
    answer = browser.get(f"/en/runs/{run.id}/timetable.csv?zone={zone}")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    by_title = {row["Session"]: row for row in rows}
    for number, lines in enumerate(SITTINGS):
        row = by_title[f"Golden{number}"]
        assert row["Begins (UTC)"] == f"{lines[0].starts}+00:00"
        assert row["Ends (UTC)"] == f"{lines[0].ends}+00:00"
        for line in lines:
            if line.zone in {zone, "Asia/Seoul"}:
                assert row[f"Begins ({line.zone})"].startswith(line.first.replace(" ", "T"))
                assert row[f"Ends ({line.zone})"].startswith(line.last.replace(" ", "T"))


@pytest.mark.parametrize("zone", ZONES)
def test_the_programme_says_the_same(run, browser, zone):
    golden_run(run)
    said = programme(browser, f"/en/runs/{run.id}/timetable.pdf?zone={zone}")
    for number, lines in enumerate(SITTINGS):
        for line in lines:
            if line.zone == zone:
                before, _title, _after = said.partition(f"Golden{number} ")
                row = before[-120:]
                assert line.span in row
                assert line.offsets in row


def programme(browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.data)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


# --- whose -----------------------------------------------------------------------------


def test_a_run_is_for_those_in_it_and_those_who_manage_it(app, run, signed_in_as, trainee):
    make_sitting(run, title=words("Announced"))
    make_sitting(run, title=words("Idea"), state="planned")
    path = f"/en/runs/{run.id}/timetable"
    seen = page(signed_in_as(trainee), path)
    assert "Announced" in seen
    assert "Idea" not in seen
    staff = signed_in_as(make_person("staff"))
    assert "Idea Live session" in page(staff, path)
    assert "Planned, not announced" in page(staff, path)
    left = make_person()
    make_enrolment(run, left, state="withdrawn")
    for stranger in (make_person(), left, make_person("instructor")):
        for address in (path, f"{path}.pdf", f"{path}.csv"):
            assert signed_in_as(stranger).get(address).status_code == 404
    assert app.test_client().get(path).status_code == 302


def test_one_s_own_holds_all_runs_one_is_in_and_what_one_holds(app, run, signed_in_as, trainee):
    make_sitting(run, title=words("In my run"))
    other = make_run()
    later = clock.now() + 3 * DAY
    held = make_sitting(other, title=words("I speak"), starts_at=later, ends_at=later + HOUR)
    make_sitting(other, title=words("Not for me"))
    plan = make_sitting(other, title=words("Not yet said"), state="planned")
    for sitting in (held, plan):
        make_holder(sitting, trainee, role="interpreter", language="mn", mode="simultaneous")
    left = make_run()
    make_enrolment(left, trainee, state="dropped_out")
    make_sitting(left, title=words("Left behind"))
    seen = page(signed_in_as(trainee), "/en/timetable")
    assert "In my run" in seen
    assert "I speak" in seen
    for hidden in ("Not for me", "Not yet said", "Left behind"):
        assert hidden not in seen
    mine = page(signed_in_as(trainee), "/en/timetable?mine=1")
    assert "I speak" in mine
    assert "In my run" not in mine


def test_everybody_sees_what_is_public_and_nothing_of_how_to_get_in(app, run):
    secret = {"room_address": "https://meet.example/secret", "room_passcode": "4711-passcode"}
    make_sitting(run, title=words("Open to all"), is_public=True, **secret)
    make_sitting(run, title=words("Ours alone"), **secret)
    make_sitting(run, title=words("Not said"), is_public=True, state="planned")
    draft = make_run(state="draft")
    make_sitting(draft, title=words("Of a draft"), is_public=True)
    html = app.test_client().get("/en/seminars").text
    seen = text_of(html)
    assert "Open to all" in seen
    for hidden in ("Ours alone", "Not said", "Of a draft"):
        assert hidden not in seen
    for secret in ("meet.example", "passcode"):
        assert secret not in html


# --- what is said of each --------------------------------------------------------------


def row_of(seen: str, title: str, length: int = 400) -> str:
    return seen[max(0, seen.index(title) - 120) :][:length]


def test_cancelled_is_struck_and_said_with_its_reason(browser, run):
    make_sitting(run, title=words("Called off"), state="cancelled", change_reason="Flood")
    html = browser.get(f"/en/runs/{run.id}/timetable").text
    assert "<s>Called off</s>" in html
    row = row_of(text_of(html), "Called off")
    assert "Cancelled" in row
    assert "Reason: Flood" in row


def test_postponed_stands_at_the_time_people_knew(app, run, browser):
    staff = make_person("staff")
    sitting = make_sitting(run, title=words("Put off"))
    before = sitting.starts_at
    with unit_of_work():
        services.postpone(sitting, reason="Illness", actor=staff, now=clock.now())
    times = {"starts_at": before + 30 * DAY, "ends_at": before + 30 * DAY + HOUR}
    with unit_of_work():
        services.change_sitting(
            sitting, times, revision=sitting.revision, reason="", actor=staff, now=clock.now()
        )
    html = browser.get(f"/en/runs/{run.id}/timetable?zone=UTC").text
    assert f'id="day-{before.date()}"' in html
    assert f'id="day-{(before + 30 * DAY).date()}"' not in html
    row = row_of(text_of(html), "Put off")
    assert "Postponed" in row
    assert "The new time is to follow." in row
    assert "Illness" in row


def test_moved_names_the_old_time_on_both_clocks(app, run, browser):
    staff = make_person("staff")
    old = datetime(2096, 11, 24, 6, tzinfo=UTC)
    sitting = make_sitting(run, title=words("Moved on"), starts_at=old, ends_at=old + 2 * HOUR)
    times = {"starts_at": old + DAY, "ends_at": old + DAY + 2 * HOUR}
    with unit_of_work():
        services.change_sitting(
            sitting, times, revision=1, reason="Mayor", actor=staff, now=clock.now()
        )
    row = row_of(page(browser, f"/en/runs/{run.id}/timetable"), "Moved on")
    assert "Moved from Sat, 24 Nov 14:00–16:00 (Busan 15:00–17:00)." in row
    assert "Reason: Mayor" in row


def test_the_slots_of_one_session_name_each_other_and_do_not_clash(app, run, browser):
    lesson = make_held_lesson(run, title=words("Twice"))
    start = datetime(2096, 11, 24, 6, tzinfo=UTC)
    for slot, shift in (("Asia", 0), ("Americas", 1)):
        begin = start + shift * HOUR
        make_sitting(run, lesson, slot_name=slot, starts_at=begin, ends_at=begin + 2 * HOUR)
    seen = page(browser, "/en/timetable?from=2096-11-20")
    asia = row_of(seen, "Slot: Asia")
    assert "Also held at another time: Sat, 24 Nov 15:00–17:00." in asia
    assert "Also held at another time: Sat, 24 Nov 14:00–16:00." in seen
    assert "At the same time" not in seen


def test_another_slot_is_named_wherever_it_lies(app, run, browser):
    lesson = make_held_lesson(run)
    start = datetime(2096, 11, 21, 6, tzinfo=UTC)  # a Wednesday
    make_sitting(run, lesson, starts_at=start, ends_at=start + HOUR)
    make_sitting(run, lesson, starts_at=start + 30 * DAY, ends_at=start + 30 * DAY + HOUR)
    html = browser.get("/en/timetable?from=2096-11-21").text
    assert "Fri, 21 Dec 14:00–15:00" in text_of(html)
    week = browser.get("/en/timetable?from=2096-11-21&view=week").text
    assert week.count('<li class="slot-cell') == 1


def test_what_clashes_names_the_other_and_neighbours_do_not(app, run, browser, trainee):
    start = clock.now().replace(minute=0, second=0, microsecond=0) + DAY
    other = make_run()
    make_enrolment(other, trainee)
    make_sitting(run, title=words("Ports"), starts_at=start, ends_at=start + 2 * HOUR)
    make_sitting(other, title=words("Water"), starts_at=start + HOUR, ends_at=start + 3 * HOUR)
    make_sitting(run, title=words("Later"), starts_at=start + 3 * HOUR, ends_at=start + 4 * HOUR)
    off = {"state": "cancelled", "starts_at": start, "ends_at": start + 2 * HOUR}
    make_sitting(run, title=words("Called off"), **off)
    seen = page(browser, "/en/timetable")
    assert seen.count("At the same time:") == 2
    assert "At the same time: Water" in seen
    assert "At the same time: Ports" in seen


def test_day_items_are_the_same_days_on_every_clock(app, run, browser):
    make_day_item(run, "Study alone", date(2096, 11, 4), date(2096, 11, 8))
    make_day_item(run, "Given up", date(2096, 11, 5), is_cancelled=True)
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        html = browser.get(f"/en/timetable?zone={zone}&from=2096-11-05&view=week").text
        assert text_of(html).count("Study alone until Thu, 8 Nov") == 4  # Monday is the fifth
        assert "Given up" not in html
        listed = page(browser, f"/en/runs/{run.id}/timetable?zone={zone}")
        assert "Sun, 4 November 2096 Study alone until Thu, 8 Nov" in listed


def test_what_is_on_now_is_marked_and_leads_in(at_noon, run, browser):
    make_sitting(run, title=words("Begins soon"), starts_at=NOON + HOUR / 6, ends_at=NOON + HOUR)
    on = make_sitting(run, title=words("Is on"), starts_at=NOON - HOUR, ends_at=NOON + HOUR)
    over = NOON - 2 * HOUR
    make_sitting(run, title=words("Is over"), starts_at=over - HOUR, ends_at=over)
    html = browser.get("/en/timetable").text
    seen = text_of(html)
    assert "Live now Join : Is on" in seen
    assert "Open: starts soon Join : Begins soon" in seen
    assert "Join : Is over" not in seen
    assert f'href="/en/sessions/{on.id}"' in html
    assert "Today Wed, 4 November 2026" in seen


def test_the_sittings_of_a_cancelled_run_are_not_held(app, trainee, signed_in_as):
    run = make_run(state="cancelled")
    make_enrolment(run, trainee)
    make_sitting(run, title=words("Of a run given up"))
    row = row_of(page(signed_in_as(trainee), "/en/timetable"), "Of a run given up")
    assert "Cancelled" in row


# --- how one looks ---------------------------------------------------------------------


def test_another_clock_is_for_this_look_only(app, run, browser):
    start = datetime(2096, 11, 24, 6, tzinfo=UTC)
    make_sitting(run, title=words("Ports"), starts_at=start, ends_at=start + HOUR)
    path = f"/en/runs/{run.id}/timetable"
    there = browser.get(f"{path}?zone=Asia/Kathmandu")
    assert "11:45–12:45 UTC+5:45" in text_of(there.text)
    assert "Times are those of Kathmandu" in text_of(there.text)
    assert not [each for each in there.headers.getlist("Set-Cookie") if "zone" in each]
    assert "14:00–15:00 UTC+8" in page(browser, path)
    for nonsense in ("Mars/Base", "../../etc/passwd", "%00", ""):
        assert browser.get(f"{path}?zone={nonsense}").status_code in {200, 400}
    assert "14:00–15:00 UTC+8" in page(browser, f"{path}?zone=Mars/Base")


def test_clocks_of_partner_cities_are_offered(app, run, browser, trainee):
    make_affiliation(trainee, make_city("guayaquil", time_zone="America/Guayaquil"))
    html = browser.get("/en/timetable").text
    assert re.search(r'<option value="America/Guayaquil">Guayaquil \(UTC−5\)</option>', html)


@pytest.mark.parametrize("view", ["list", "week", "month"])
def test_each_layout_shows_the_day_and_goes_both_ways(at_noon, run, browser, view):
    make_sitting(run, title=words("Ports"), starts_at=NOON + HOUR, ends_at=NOON + 2 * HOUR)
    html = browser.get(f"/en/timetable?view={view}").text
    assert "Ports" in text_of(html)
    assert "Today" in text_of(html)
    steps = re.findall(
        r'href="(/en/timetable\?[^"]*from=[^"]*)"[^>]*>(?:<svg.*?</svg>)?(Earlier|Later)', html
    )
    assert {name for _address, name in steps} == {"Earlier", "Later"}
    for address, _name in steps:
        there = browser.get(unescape(address))
        assert there.status_code == 200
        assert "Ports" not in text_of(there.text)


def test_nonsense_in_an_address_shows_the_usual(at_noon, run, browser):
    make_sitting(run, title=words("Ports"), starts_at=NOON + HOUR, ends_at=NOON + 2 * HOUR)
    usual = page(browser, "/en/timetable")
    assert page(browser, "/en/timetable?view=year&from=9999-12-31&mine=maybe") == usual


def test_a_run_opens_where_it_has_something(at_noon, run, browser):
    later = NOON + 60 * DAY
    make_sitting(run, title=words("Ports"), starts_at=later, ends_at=later + HOUR)
    for view in ("week", "month"):
        assert "Ports" in page(browser, f"/en/runs/{run.id}/timetable?view={view}")


def test_an_empty_stretch_leads_to_the_next_session(at_noon, run, browser):
    later = NOON + 100 * DAY
    sitting = make_sitting(run, title=words("Ports"), starts_at=later, ends_at=later + HOUR)
    html = browser.get("/en/timetable").text
    assert "No session in these eight weeks." in text_of(html)
    way = unescape(re.search(r'href="([^"]+)">To the next one, on Fri, 12 February 2027', html)[1])
    assert "Ports" in page(browser, way)
    sitting.state = "cancelled"
    save(sitting)
    assert "See the public seminars" in page(browser, "/en/timetable")


# --- kept pages ------------------------------------------------------------------------


def test_visitors_see_a_public_seminar_change_at_once(app, run, monkeypatch):
    visitor, staff = app.test_client(), make_person("staff")
    lesson = make_held_lesson(run)
    with unit_of_work():
        times = {"starts_at": NOON + DAY, "ends_at": NOON + DAY + HOUR}
        monkeypatch.setattr(clock, "now", lambda: NOON)
        sitting = services.plan_sitting(
            run,
            lesson,
            {**times, "title": words("Ports"), "is_public": True, "room_kind": "link"},
            actor=staff,
            now=NOON,
        )
    assert "Ports" not in page(visitor, "/en/seminars")
    make_holder(sitting, staff)
    with unit_of_work():
        services.schedule(sitting, actor=staff, now=NOON)
    assert "Scheduled" in page(visitor, "/en/seminars")
    with unit_of_work():
        services.change_sitting(
            sitting, {"title": words("Harbours")}, revision=2, reason="", actor=staff, now=NOON
        )
    assert "Harbours" in page(visitor, "/en/seminars")
    second = make_holder(sitting, make_person(full_name="Second Speaker"))
    assert "Second Speaker" in page(visitor, "/en/seminars")
    with unit_of_work():
        remove_holder(second, actor=staff, now=NOON)
    assert "Second Speaker" not in page(visitor, "/en/seminars")
    for moment, said in (
        (NOON + DAY - HOUR / 4, "Open: starts soon"),
        (NOON + DAY, "Live now"),
        (NOON + DAY + HOUR, "Ended"),
    ):
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        assert said in page(visitor, "/en/seminars")
    monkeypatch.setattr(clock, "now", lambda: NOON)
    with unit_of_work():
        services.cancel(sitting, reason="Flood", actor=staff, now=NOON)
    assert "Cancelled" in page(visitor, "/en/seminars")
    assert "Reason: Flood" in page(visitor, "/en/seminars")


def test_a_seminar_that_is_no_longer_public_is_gone_for_visitors(at_noon, run, app):
    sitting = make_sitting(
        run, title=words("Ports"), is_public=True, starts_at=NOON + DAY, ends_at=NOON + DAY + HOUR
    )
    visitor = app.test_client()
    assert "Ports" in page(visitor, "/en/seminars")
    with unit_of_work():
        services.change_sitting(
            sitting,
            {"is_public": False},
            revision=1,
            reason="",
            actor=make_person("staff"),
            now=NOON,
        )
    assert "Ports" not in page(visitor, "/en/seminars")


# --- what it costs ---------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/en/runs/{run}/timetable", "/en/timetable", "/en/seminars"])
@pytest.mark.parametrize("query", ["", "?view=month", "?zone=Asia/Tehran"])
@pytest.mark.usefixtures("at_noon")
def test_sixty_sessions_cost_what_one_costs(run, browser, count_statements, path, query):
    address = path.format(run=run.id) + query
    lesson = make_held_lesson(run)

    def add(number: int) -> None:
        begin = NOON + number * 5 * HOUR
        values = {"starts_at": begin, "ends_at": begin + HOUR, "is_public": True}
        make_holder(make_sitting(run, lesson, **values), make_person("instructor"))

    add(0)
    make_day_item(run, "Study alone", NOON.date())
    with count_statements() as one:
        assert browser.get(address).status_code == 200
    for number in range(1, 60):
        add(number)
    with count_statements() as sixty:
        assert browser.get(address).text.count('href="/en/sessions/') >= 60
    assert len(one) == len(sixty) <= 8, sixty


def test_an_instructor_s_look_at_their_run_stays_within_the_statements(
    run, signed_in_as, count_statements
):
    teacher = make_person("instructor")
    save(RunInstructor(run_id=run.id, person_id=teacher.id))
    make_holder(make_sitting(run), teacher)
    browser, address = signed_in_as(teacher), f"/en/runs/{run.id}/timetable"
    for path in ("", ".pdf", ".csv"):
        with count_statements() as statements:
            assert browser.get(address + path).status_code == 200
        assert len(statements) <= 8, statements


def test_a_visitor_costs_one_statement_while_nothing_changes(app, run, count_statements):
    make_sitting(run, is_public=True)
    visitor = app.test_client()
    visitor.get("/en/seminars")
    with count_statements() as statements:
        assert visitor.get("/en/seminars").status_code == 200
    assert len(statements) == 1

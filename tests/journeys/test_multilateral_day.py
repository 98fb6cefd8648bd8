"""A multilateral day: planned in Busan, told in ten cities, attended, missed, made up, counted.

The pages are in the language of the readers; what is looked for in them are times, states and
addresses, never words.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from lms.core import clock
from lms.core.db import db
from lms.enrolment.models import Enrolment
from lms.progress.models import EnrolmentProgress
from lms.seminars.models import Attendance, Presence, Sitting
from tests.browser.thorough import THOROUGH
from tests.factories.seminars import make_presence
from tests.journeys.passing_time import let_pass, until
from tests.journeys.planning import Office, Plan
from tests.journeys.post import BUSAN, Mail, Post, on_clock
from tests.journeys.recording import catch_up, publish, send_recording, write_questions
from tests.journeys.seats import Seat
from tests.journeys.ten_cities import Attendee, Run, settle, sign_in
from tests.media.recordings import write_recording
from tests.site import Site, wait_for

PAGE_LANGUAGE = {"en": "en", "ko": "ko", "zh": "zh-Hans"}
TWO_HOURS = timedelta(hours=2)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
FILM_SECONDS = 4
# Three working days, with the longest holidays between them.
LONGEST_WAIT = 30 * DAY

# Status, late, left early, recognised minutes of 120.
PRESENT, ABSENT = ("present", False, False, 120), ("absent", False, False, 0)
LATE = ("present", True, False, 120)

# Marks in the order of the sessions; hours attended, excused and made up; the rate.
SHEET = {
    "hcmc": "present elsewhere present 4 0 0 100%",
    "bandarabbas": "late elsewhere present 4 0 0 100%",
    "guayaquil": "elsewhere present present 4 0 0 100%",
    "auckland": "present present present 4 0 0 100%",
    "mumbai": "made_up elsewhere present 2 0 2 50%",
    "yangon": "partial absent present 3.1 0 0 79.1%",
    "ulaanbaatar": "present elsewhere partial 2.6 0 0 66.6%",
}
# Of 360 live minutes at most 108 are made up; a session that is repeated counts once.
EARNED = {"hcmc": 240, "auckland": 240, "mumbai": 228, "yangon": 190, "ulaanbaatar": 160}


@pytest.mark.parametrize("language", ["en", "ko", "zh"] if THOROUGH else ["ko"])
def test_a_day_in_ten_cities(site: Site, visit: Any, language: str, tmp_path: Path) -> None:
    day = Day(site, visit, language, settle(site, language))
    day.plan()
    day.change()
    day.look_at_timetables()
    day.attend()
    day.count()
    day.certify_the_cut()
    day.put_recording_out(write_recording(tmp_path / "film.mp4", seconds=FILM_SECONDS))
    day.make_up()
    day.repeat()
    day.hold_the_moved_one()
    day.make_final()
    day.look_at_sheet()
    day.look_at_hours()


class Day:
    """The story of one run; each part goes on with what those before it have left."""

    def __init__(self, site: Site, visit: Any, language: str, run: Run) -> None:
        self.site, self.visit, self.language, self.run = site, visit, language, run
        self.post = Post(site)
        self.first_day = (clock.now().astimezone(ZoneInfo(BUSAN)) + 10 * DAY).date()
        self.seats: list[Seat] = []

    def open(self, who: str) -> Page:
        """Open a browser in which somebody has signed in."""
        page = sign_in(self.site, self.visit(), self.run.people[who]).page()
        page.set_default_timeout(20_000)
        return page

    def speaks(self, page: Page) -> None:
        """See that a page is in the language of the day."""
        expect(page.locator("html")).to_have_attribute("lang", PAGE_LANGUAGE[self.language])

    def address(self, path: str) -> str:
        """Return the address of a page in the language of the day."""
        return f"/{self.language}{path}"

    # --- planning ----------------------------------------------------------------------

    def plan(self) -> None:
        """Plan all lessons, the first one twice, and announce them; everybody is told when."""
        teacher = self.run.people["teacher"].person_id
        self.office = Office(self.open("office"), self.language, self.run.id, teacher)
        first, second, third = self.run.lessons
        asia = Plan(self.first_day, time(15), time(17), breaks="50-60", slot="Asia")
        americas = Plan(self.first_day + DAY, time(9), time(11), slot="Americas")
        self.asia = self.office.plan(first, asia)
        self.americas = self.office.plan(first, americas)
        weekly = Plan(self.first_day + 2 * DAY, time(15), time(17))
        assert self.office.plan_weekly(weekly) == 2
        self.weekly, self.called_off = self.sitting_of(second), self.sitting_of(third)
        for sitting_id in (self.asia, self.americas, self.weekly, self.called_off):
            self.office.announce(sitting_id)
        self.speaks(self.office.page)
        for who in self.run.trainees:
            mail = self.post.wait_for(who.email, f"/sessions/{self.asia}")
            self.tells(mail, who, at_busan(self.first_day, time(15)))

    def sitting_of(self, lesson_id: int) -> int:
        """Return the only session that holds a lesson."""
        wanted = select(Sitting.id).where(Sitting.lesson_id == lesson_id)
        return self.site.read(lambda: db.session.scalars(wanted).one())

    def tells(self, mail: Mail, who: Attendee, *starts: datetime) -> None:
        """See that a mail tells all these beginnings on its reader's clock and on Busan's."""
        for starts_at in starts:
            for zone in (who.zone, BUSAN):
                words = on_clock(starts_at, TWO_HOURS, zone, self.language)
                assert list(mail.lines(*words)), (words, mail.body)
        assert f'<html lang="{PAGE_LANGUAGE[self.language]}"' in mail.page

    def change(self) -> None:
        """Move one session and call one off; everybody hears when it was, when it is, and why."""
        why = {"moved": f"Holiday {self.run.id}", "cancelled": f"Flood {self.run.id}"}
        planned = self.first_day + 2 * DAY
        self.office.move(self.weekly, Plan(planned + DAY, time(16), time(18)), why["moved"])
        self.office.cancel(self.called_off, why["cancelled"])
        old, new = at_busan(planned, time(15)), at_busan(planned + DAY, time(16))
        off = at_busan(planned + 7 * DAY, time(15))
        for who in self.run.trainees:
            self.tells(self.post.wait_for(who.email, why["moved"]), who, old, new)
            cancelled = self.post.wait_for(who.email, why["cancelled"])
            self.tells(cancelled, who, off)
            assert "STATUS:CANCELLED" in cancelled.files[0]

    def look_at_timetables(self) -> None:
        """See the sessions on a trainee's days, and on those across the date line."""
        page = self.open("hcmc")
        page.goto(self.address(f"/runs/{self.run.id}/timetable"))
        off = page.locator(".slot.is-off")
        expect(off).to_have_count(1)
        expect(off.locator(self.link_to(self.called_off))).to_be_visible()
        begins = at_busan(self.first_day + DAY, time(9))
        for city in ("hcmc", "losangeles"):
            zone = self.run.people[city].zone
            page.goto(self.address(f"/runs/{self.run.id}/timetable?zone={zone}"))
            here = begins.astimezone(ZoneInfo(zone))
            entry = page.locator(f"section:has(#day-{here:%Y-%m-%d}) .slot").filter(
                has=page.locator(self.link_to(self.americas))
            )
            expect(entry.locator("time")).to_have_attribute("datetime", here.isoformat())
            expect(entry.locator(".slot-busan")).to_contain_text("09:00–11:00")

    def link_to(self, sitting_id: int) -> str:
        """Return the selector of the link to a session that its row of a timetable has."""
        return f".session-title a[href$='/{self.language}/sessions/{sitting_id}']"

    # --- attending ---------------------------------------------------------------------

    def attend(self) -> None:
        """Hold the first session: two devices, somebody late, a power cut."""
        self.pass_to(self.asia, -10)
        self.take_seat("hcmc").enter()
        on_phone = self.take_seat("hcmc", self.link_of("hcmc", self.asia)).enter()
        self.speaks(on_phone.page)
        in_yangon = self.take_seat("yangon").enter()
        self.pass_to(self.asia, 15)
        self.take_seat("bandarabbas", self.link_of("bandarabbas", self.asia)).enter()
        self.pass_to(self.asia, 30)
        in_yangon.cut()
        self.pass_to(self.asia, 75)
        self.take_seat("yangon").come_back()
        self.pass_to(self.asia, 118)
        self.was_there(self.asia, "vientiane", "ulaanbaatar", "casablanca", "auckland")
        self.leave_all()

    def pass_to(self, sitting_id: int, minutes: int) -> None:
        """Let time pass to so many minutes after a session has begun; open pages beat on."""
        time_left = until(self.site, sitting_id, minutes=minutes)
        on = [seat for seat in self.seats if seat.is_on]
        beating = [seat.who.enrolment_id for seat in on]
        let_pass(self.site, self.run.id, time_left, beating=beating)
        for seat in on:
            seat.beat()

    def link_of(self, city: str, sitting_id: int) -> str:
        """Wait for the reminder with somebody's own way into a session, and return it."""
        mail = self.post.wait_for(self.run.people[city].email, f"/sessions/{sitting_id}")
        return mail.link("/join/")

    def take_seat(self, city: str, link: str = "") -> Seat:
        """Have a device ready for the first session: signed in, or with no more than a link."""
        who, watched = self.run.people[city], self.visit()
        if not link:
            sign_in(self.site, watched, who)
        seat = Seat(who, watched, link or self.address(f"/sessions/{self.asia}"))
        self.seats.append(seat)
        return seat

    def was_there(self, sitting_id: int, *cities: str, minutes: int = 120) -> None:
        """Have people been in a session from its start, as those above."""

        def make() -> None:
            sitting = db.session.get_one(Sitting, sitting_id)
            until_at = sitting.starts_at + minutes * MINUTE
            for city in cities:
                enrolment = db.session.get_one(Enrolment, self.run.people[city].enrolment_id)
                make_presence(sitting, enrolment, left_at=until_at)

        self.site.saved(make)

    def leave_all(self) -> None:
        """Close all pages."""
        for seat in self.seats:
            if seat.is_on:
                seat.cut()

    # --- counting ----------------------------------------------------------------------

    def count(self) -> None:
        """End the first session: what was counted is provisional, and everybody is told."""
        self.pass_to(self.asia, 126)
        self.wait_for_state(self.asia, "attendance_provisional")
        verdicts = self.verdicts(self.asia)
        assert verdicts.pop("yangon") == ("partial", False, False, 70)
        assert verdicts.pop("bandarabbas") == LATE
        for city in ("mumbai", "guayaquil", "losangeles"):
            assert verdicts.pop(city) == ABSENT
        assert set(verdicts.values()) == {PRESENT}, verdicts
        assert self.minutes_on_devices("hcmc") > 2 * 110  # of which no more than 110 count
        due = self.sitting(self.asia).final_due_at
        for who in self.run.trainees:
            self.post.wait_for(who.email, f"{due:%Y-%m-%d %H:%M} UTC")
        page = self.open("yangon")
        page.goto(self.address(f"/sessions/{self.asia}"))
        own = page.locator("section[aria-labelledby=own]")
        self.speaks(page)
        expect(page.locator(".page-head .tag-due")).to_be_visible()
        expect(own.locator("dd").nth(1)).to_contain_text(re.compile(r"(?<!\d)7[23](?!\d)"))
        # Before the break and after it, and the last minutes.
        expect(own.locator("li time")).to_have_count(3)

    def minutes_on_devices(self, city: str) -> float:
        """Return how long somebody was in the first session, each device by itself."""
        wanted = select(Presence).where(
            Presence.sitting_id == self.asia,
            Presence.enrolment_id == self.run.people[city].enrolment_id,
        )
        return self.site.read(
            lambda: sum(
                (row.left_at - row.joined_at) / MINUTE for row in db.session.scalars(wanted)
            )
        )

    def wait_for_state(self, sitting_id: int, state: str) -> None:
        """Wait until the worker has taken a session to a state."""

        wait_for(lambda: self.sitting(sitting_id).state == state, f"the session to be {state}")

    def sitting(self, sitting_id: int) -> Any:
        """Return a session as it is kept now."""
        return self.site.read(lambda: db.session.get_one(Sitting, sitting_id))

    def verdicts(self, sitting_id: int) -> dict[str, tuple[str, bool, bool, int]]:
        """Return what was counted, by city."""
        city_of = {who.enrolment_id: city for city, who in self.run.people.items()}
        wanted = select(Attendance).where(Attendance.sitting_id == sitting_id)
        return self.site.read(
            lambda: {
                city_of[row.enrolment_id]: (
                    row.status, row.is_late, row.left_early, row.credited_minutes
                )
                for row in db.session.scalars(wanted)
            }
        )  # fmt: skip

    # --- what was missed ---------------------------------------------------------------

    def certify_the_cut(self) -> None:
        """Have who speaks for Yangon certify the power cut there."""
        page = self.open("speaker")
        page.goto(self.address(f"/sessions/{self.asia}/outages"))
        people = page.locator("main li[id^=a]")
        expect(people).to_have_count(1)  # nobody of another city
        people.locator("summary").click()
        people.locator("[name=reason]").fill("No power in the whole quarter, 45 minutes")
        people.locator("button[type=submit]").click()
        expect(people.locator(".tag-done")).to_be_visible()
        expect(people.locator("form")).to_have_count(0)

    def put_recording_out(self, film: Path) -> None:
        """Send the recording, ask three questions and publish it; who missed it is told."""
        page = self.open("teacher")
        send_recording(page, self.language, self.asia, film)
        write_questions(page, self.language, self.asia)
        publish(self.office.page, self.language, self.asia)
        mumbai = self.run.people["mumbai"]
        mail = self.post.wait_for(mumbai.email, f"/sessions/{self.asia}/catch-up")
        published_at = self.sitting(self.asia).recording_published_at
        day = published_at.astimezone(ZoneInfo(mumbai.zone)).date() + 7 * DAY
        until_at = datetime.combine(day, time(23, 59), ZoneInfo(mumbai.zone)).astimezone(UTC)
        assert list(mail.lines("23:59", f"{until_at:%Y-%m-%d %H:%M} UTC"))
        self.way_to_catch_up = mail.link("/catch-up")

    def make_up(self) -> None:
        """Have who was absent watch what they missed: it counts without anybody's word."""
        page = self.open("mumbai")
        catch_up(page, self.way_to_catch_up)
        assert self.verdicts(self.asia)["mumbai"] == ("made_up", False, False, 0)
        page.goto(self.address(f"/sessions/{self.asia}"))
        expect(page.locator("section[aria-labelledby=own] dl")).to_be_visible()
        expect(page.locator("section[aria-labelledby=own] li")).to_have_count(0)

    def repeat(self) -> None:
        """Hold the first session again for the Americas; who comes to both has come once."""
        self.pass_to(self.americas, -5)
        self.was_there(self.americas, "guayaquil", "losangeles", "auckland")
        self.pass_to(self.americas, 126)
        self.wait_for_state(self.americas, "attendance_provisional")

    def hold_the_moved_one(self) -> None:
        """Hold the session that was moved."""
        self.pass_to(self.weekly, -5)
        others = [city for city in self.run.cities if city != "ulaanbaatar"]
        self.was_there(self.weekly, *others)
        self.was_there(self.weekly, "ulaanbaatar", minutes=40)
        self.pass_to(self.weekly, 126)
        self.wait_for_state(self.weekly, "attendance_provisional")

    def make_final(self) -> None:
        """Let the time to object pass."""
        let_pass(self.site, self.run.id, LONGEST_WAIT)
        for sitting_id in (self.asia, self.americas, self.weekly):
            self.wait_for_state(sitting_id, "attendance_final")

    # --- the sheet ---------------------------------------------------------------------

    def look_at_sheet(self) -> None:
        """See marks and sums on the sheet of the run; no sum is rounded up."""
        page = self.office.page
        page.goto(self.address(f"/manage/runs/{self.run.id}/attendance"))
        self.speaks(page)
        for city, line in SHEET.items():
            assert self.line(page, city) == line.split(), city
        expect(page.locator("table.sheet tbody tr")).to_have_count(len(self.run.cities))

    def line(self, page: Page, city: str) -> list[str]:
        """Return a trainee's marks, and the sums beside them."""
        row = page.locator("table.sheet tbody tr").filter(
            has=page.get_by_text(city.upper(), exact=True)
        )
        marks = [each.get_attribute("class") or "" for each in row.locator("td.mark").all()]
        sums = row.locator("td.number").all_inner_texts()
        return [*(mark.split("mark-")[1] for mark in marks), *(each.strip() for each in sums)]

    def look_at_hours(self) -> None:
        """See what all this earned: of what was made up three tenths of the live hours count."""
        wait_for(lambda: self.earned() == EARNED, "the hours to be counted")
        page = self.open("mumbai")
        page.goto(self.address(f"/runs/{self.run.id}"))
        hours = page.locator("section[aria-labelledby=completion] progress")
        expect(hours).to_have_attribute("value", str(EARNED["mumbai"]))

    def earned(self) -> dict[str, int]:
        """Return the minutes people have earned in the course."""
        ids = {city: self.run.people[city].enrolment_id for city in EARNED}
        return self.site.read(
            lambda: {
                city: db.session.get_one(EnrolmentProgress, id_).earned_minutes
                for city, id_ in ids.items()
            }
        )


def at_busan(day: date, at: time) -> datetime:
    """Return a moment on Busan's clock."""
    return datetime.combine(day, at, ZoneInfo(BUSAN)).astimezone(UTC)

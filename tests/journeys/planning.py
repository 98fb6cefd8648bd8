"""What the course office does on the planning pages, whatever language they are in."""

from dataclasses import dataclass
from datetime import date, time

from playwright.sync_api import Page

ROOM = "https://meet.example/ten-cities"
SUBMIT = "main form[method=post] .actions button[type=submit]"


@dataclass(frozen=True)
class Plan:
    """When a session is to be held, on Busan's clock."""

    day: date
    begins: time
    ends: time
    breaks: str = ""
    slot: str = ""


@dataclass
class Office:
    """Somebody of the course office before the plan of a run."""

    page: Page
    language: str
    run_id: int
    teacher_id: int

    def press(self, selector: str) -> None:
        """Press a button or a link and wait for the page it leads to."""
        with self.page.expect_navigation():
            self.page.locator(selector).click()

    def open_plan(self) -> None:
        """Open the plan of the run."""
        self.page.goto(f"/{self.language}/manage/runs/{self.run_id}/sessions")

    def open_sitting(self, sitting_id: int) -> None:
        """Open the staff page of a session."""
        self.page.goto(f"/{self.language}/manage/sessions/{sitting_id}")

    def plan(self, lesson_id: int, plan: Plan) -> int:
        """Plan a session of the course, from its line in the plan; return its id."""
        self.open_plan()
        self.press(f"main a[href$='lesson={lesson_id}']")
        self._fill(plan)
        self.page.locator("[name=recording_policy]").select_option("trainees")
        self.press(SUBMIT)
        return int(self.page.url.rsplit("/", 1)[1])

    def plan_weekly(self, plan: Plan) -> int:
        """Plan one session a week for all that is not planned yet; return how many dates it saw."""
        self.open_plan()
        self.press("main a[href$='/sessions/series']")
        self._fill(plan)
        self.press(SUBMIT)
        dates = self.page.locator("#dates li time").count()
        self.press(SUBMIT)
        return dates

    def announce(self, sitting_id: int) -> None:
        """Name the teacher, who has confirmed, and schedule the session."""
        self.open_sitting(sitting_id)
        self.press("main a[href$='/people']")
        self.page.locator("[name=person]").select_option(f"person-{self.teacher_id}")
        self.page.locator("[name=is_confirmed]").check()
        self.press(SUBMIT)
        self.open_sitting(sitting_id)
        self.press("form:has([name=step][value=scheduled]) button")

    def move(self, sitting_id: int, plan: Plan, reason: str) -> None:
        """Give a session another time, and say why."""
        self.open_sitting(sitting_id)
        self.press(f"main a[href$='/sessions/{sitting_id}/edit']")
        self._fill(plan)
        self.page.locator("[name=reason]").fill(reason)
        self.press(SUBMIT)

    def cancel(self, sitting_id: int, reason: str) -> None:
        """Call a session off, and say why."""
        self.open_sitting(sitting_id)
        self.page.locator("[name=reason]").fill(reason)
        self.press("button[name=step][value=cancelled]")

    def _fill(self, plan: Plan) -> None:
        fill = {
            "day": plan.day.isoformat(),
            "begins": f"{plan.begins:%H:%M}",
            "ends": f"{plan.ends:%H:%M}",
            "breaks": plan.breaks,
            "slot_name": plan.slot,
        }
        for name, value in fill.items():
            self.page.locator(f"main [name={name}]").fill(value)
        self.page.locator("[name=room_kind][value=link]").check()
        self.page.locator("[name=room_address]").fill(ROOM)

"""Doing what happens at many moments in the order of time."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import count

from lms.enrolment.rules import BUSAN, busan_day
from lms.seminars.rules.working_days import SATURDAY

DAY = timedelta(days=1)

Step = Callable[[datetime], object]


class Agenda:
    """Steps, each with its moment; a step may add others that come after it."""

    def __init__(self) -> None:
        self._steps: list[tuple[datetime, int, Step]] = []
        self._numbers = count()

    def add(self, at: datetime, step: Step) -> None:
        """Have a step done at its moment; of several at one moment the first added comes first."""
        heappush(self._steps, (at, next(self._numbers), step))

    def run(self, until: datetime) -> None:
        """Do all steps up to a moment; what lies after it is not done."""
        while self._steps and self._steps[0][0] <= until:
            at, _number, step = heappop(self._steps)
            step(at)


class Days:
    """Days in Busan, counted in working days from that of a moment."""

    def __init__(self, now: datetime) -> None:
        self.today = busan_day(now)

    def on(self, count: int) -> date:
        """Return the working day so many after today, before it when negative; 0 is today."""
        day, step = self.today, DAY if count > 0 else -DAY
        for _each in range(abs(count)):
            day += step
            while day.weekday() >= SATURDAY:
                day += step
        return day

    def at(self, count: int, clock: time) -> datetime:
        """Return a time of day in Busan on such a working day."""
        return datetime.combine(self.on(count), clock, BUSAN).astimezone(UTC)

    def sunday_after(self, count: int) -> date:
        """Return the Sunday of the week of such a working day."""
        day = self.on(count)
        return day + (6 - day.weekday()) * DAY

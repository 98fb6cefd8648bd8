"""What clocks show at sittings, by `date` and `zdump` with the data of the locked tzdata (2026f).

Pages, tables, programmes, mails and calendars are held to these lines, never to our own code.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime


@dataclass(frozen=True)
class Golden:
    """A sitting in UTC, and what a clock in `zone` shows from its beginning to its end."""

    starts: str
    ends: str
    zone: str
    first: str
    last: str
    offset: str
    last_offset: str = ""

    @property
    def starts_at(self) -> datetime:
        return datetime.fromisoformat(self.starts).replace(tzinfo=UTC)

    @property
    def ends_at(self) -> datetime:
        return datetime.fromisoformat(self.ends).replace(tzinfo=UTC)

    @property
    def first_day(self) -> date:
        return date.fromisoformat(self.first[:10])

    @property
    def last_day(self) -> date:
        return date.fromisoformat(self.last[:10])

    @property
    def first_time(self) -> str:
        return self.first[11:]

    @property
    def last_time(self) -> str:
        return self.last[11:]

    @property
    def span(self) -> str:
        """Return the times of day as every English page, mail and programme writes them."""
        said = f"{self.first_time}–{self.last_time}"
        return said if self.first_day == self.last_day else f"{said} (+1 day)"

    @property
    def offsets(self) -> str:
        """Return the offset as English pages write it."""
        return f"{self.offset}, then {self.last_offset}" if self.last_offset else self.offset


def _of(starts: str, ends: str, *lines: tuple[str, ...]) -> tuple[Golden, ...]:
    return tuple(Golden(starts, ends, *line) for line in lines)


# Wednesday 15:00–17:00 in Busan.
WEDNESDAY = _of(
    "2026-11-04T06:00",
    "2026-11-04T08:00",
    ("Asia/Seoul", "2026-11-04 15:00", "2026-11-04 17:00", "UTC+9"),
    ("Asia/Tehran", "2026-11-04 09:30", "2026-11-04 11:30", "UTC+3:30"),
    ("Asia/Kathmandu", "2026-11-04 11:45", "2026-11-04 13:45", "UTC+5:45"),
    ("Asia/Yangon", "2026-11-04 12:30", "2026-11-04 14:30", "UTC+6:30"),
    ("Asia/Vientiane", "2026-11-04 13:00", "2026-11-04 15:00", "UTC+7"),
    ("Asia/Ulaanbaatar", "2026-11-04 14:00", "2026-11-04 16:00", "UTC+8"),
    ("America/Guayaquil", "2026-11-04 01:00", "2026-11-04 03:00", "UTC−5"),
    # Across midnight.
    ("America/Los_Angeles", "2026-11-03 22:00", "2026-11-04 00:00", "UTC−8"),
    ("America/St_Johns", "2026-11-04 02:30", "2026-11-04 04:30", "UTC−3:30"),
    ("Africa/Casablanca", "2026-11-04 06:00", "2026-11-04 08:00", "UTC+0"),
    ("Pacific/Auckland", "2026-11-04 19:00", "2026-11-04 21:00", "UTC+13"),
)
# Monday 09:00–11:00 in Busan is still Sunday on the other side of the date line.
MONDAY = _of(
    "2026-11-09T00:00",
    "2026-11-09T02:00",
    ("Asia/Seoul", "2026-11-09 09:00", "2026-11-09 11:00", "UTC+9"),
    ("Asia/Tehran", "2026-11-09 03:30", "2026-11-09 05:30", "UTC+3:30"),
    ("America/Guayaquil", "2026-11-08 19:00", "2026-11-08 21:00", "UTC−5"),
    ("America/Los_Angeles", "2026-11-08 16:00", "2026-11-08 18:00", "UTC−8"),
    ("Pacific/Pago_Pago", "2026-11-08 13:00", "2026-11-08 15:00", "UTC−11"),
    ("Pacific/Kiritimati", "2026-11-09 14:00", "2026-11-09 16:00", "UTC+14"),
)
# Morocco: an hour earlier in Ramadan (15 February to 22 March 2026), and since 20 September 2026
# always, so that Ramadan 2027 (8 February to 9 March) changes nothing any more.
BEFORE_RAMADAN = _of(
    "2026-02-11T06:00",
    "2026-02-11T08:00",
    ("Africa/Casablanca", "2026-02-11 07:00", "2026-02-11 09:00", "UTC+1"),
)
IN_RAMADAN = _of(
    "2026-02-18T06:00",
    "2026-02-18T08:00",
    ("Africa/Casablanca", "2026-02-18 06:00", "2026-02-18 08:00", "UTC+0"),
)
AFTER_RAMADAN = _of(
    "2026-03-25T06:00",
    "2026-03-25T08:00",
    ("Africa/Casablanca", "2026-03-25 07:00", "2026-03-25 09:00", "UTC+1"),
    # Los Angeles has gone over to summer time meanwhile.
    ("America/Los_Angeles", "2026-03-24 23:00", "2026-03-25 01:00", "UTC−7"),
)
IN_RAMADAN_OF_2027 = _of(
    "2027-02-17T06:00",
    "2027-02-17T08:00",
    ("Africa/Casablanca", "2027-02-17 06:00", "2027-02-17 08:00", "UTC+0"),
)
# Auckland leaves summer time at three in the morning of 5 April 2026.
LAST_OF_SUMMER = _of(
    "2026-04-03T06:00",
    "2026-04-03T08:00",
    ("Pacific/Auckland", "2026-04-03 19:00", "2026-04-03 21:00", "UTC+13"),
)
IN_THE_NIGHT_OF_THE_CHANGE = _of(
    "2026-04-04T13:00",
    "2026-04-04T16:00",
    ("Pacific/Auckland", "2026-04-05 02:00", "2026-04-05 04:00", "UTC+13", "UTC+12"),
    ("Asia/Seoul", "2026-04-04 22:00", "2026-04-05 01:00", "UTC+9"),
)
FIRST_OF_WINTER = _of(
    "2026-04-06T06:00",
    "2026-04-06T08:00",
    ("Pacific/Auckland", "2026-04-06 18:00", "2026-04-06 20:00", "UTC+12"),
)

SITTINGS = (
    WEDNESDAY,
    MONDAY,
    BEFORE_RAMADAN,
    IN_RAMADAN,
    AFTER_RAMADAN,
    IN_RAMADAN_OF_2027,
    LAST_OF_SUMMER,
    IN_THE_NIGHT_OF_THE_CHANGE,
    FIRST_OF_WINTER,
)
GOLDEN = tuple(line for lines in SITTINGS for line in lines)
ZONES = tuple(dict.fromkeys(line.zone for line in GOLDEN))

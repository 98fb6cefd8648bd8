"""What counting costs: a report of 20,000 lines taken in, a session of 200 counted anew."""

import csv
import io
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from zoneinfo import ZoneInfo

import config
from bench.sittings import IN_LARGE, INSTRUCTOR, Held
from lms.accounts.models import Person
from lms.app import create_app
from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.seminars.models import Sitting
from lms.seminars.services.attendance import recount
from lms.seminars.services.reports import import_report

LINES, ROUNDS = 20_000, 5
BUSAN = "Asia/Seoul"


@dataclass(frozen=True)
class Counting:
    """Seconds of CPU: reading a report as a table, taking it in, counting 200 people anew."""

    read: float
    imported: float
    recounted: float

    @property
    def ratio(self) -> float:
        """Return the CPU of taking a report in as a multiple of reading it."""
        return self.imported / self.read


def measure(environ: dict[str, str], held: Held) -> Counting:
    """Take in a report of a session, each person a hundred times, and count it before that."""
    app = create_app(config.load({name: environ[name] for name in environ if "IEUM" in name}))
    with app.app_context():
        raw = _report(db.session.get_one(Sitting, held.over))
        counting = Counting(
            read=median(_cpu(lambda: _read(raw)) for _ in range(ROUNDS)),
            recounted=median(_cpu(lambda: _recount(held.over)) for _ in range(ROUNDS)),
            imported=_cpu(lambda: _import(held.over, raw)),
        )
        db.session.remove()
        db.engine.dispose()
    return counting


def _cpu(act: Callable[[], object]) -> float:
    begin = time.process_time()
    act()
    return time.process_time() - begin


def _read(raw: bytes) -> int:
    return len(list(csv.reader(io.StringIO(raw.decode()))))


def _recount(sitting_id: int) -> None:
    with unit_of_work():
        recount(db.session.get_one(Sitting, sitting_id), clock.now())


def _import(sitting_id: int, raw: bytes) -> None:
    with unit_of_work():
        import_report(
            db.session.get_one(Sitting, sitting_id),
            raw,
            "report.csv",
            BUSAN,
            actor=db.session.get_one(Person, INSTRUCTOR),
            now=clock.now(),
        )


def _report(sitting: Sitting) -> bytes:
    """Return a Zoom report in which a bad line throws everybody out once a minute."""
    begin = sitting.starts_at.astimezone(ZoneInfo(BUSAN))
    lines = ["Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest"]
    for number in range(LINES):
        person = IN_LARGE[number % len(IN_LARGE)]
        joined = begin + timedelta(minutes=number // len(IN_LARGE), seconds=number % 7)
        left = joined + timedelta(seconds=50)
        email = f"person{person}@example.org" if person % 2 else ""
        lines.append(
            f"Trainee Number {person},{email},"
            f"{joined:%m/%d/%Y %I:%M:%S %p},{left:%m/%d/%Y %I:%M:%S %p},1,No"
        )
    return "\n".join(lines).encode()

"""The table of figures: medians of the rounds, as ratios to the floor of the same run."""

from collections import defaultdict
from statistics import median

from bench.attendance import LINES, Counting
from bench.files import Pipeline, Upload
from bench.load import Figures, Page

HEAD = """# What the pages cost

Written by `make bench`; do not edit. Data: 2,000 people, 100 courses, a run of 1,000. Each page is
asked for by eight clients at once, three rounds of four seconds, gzip on; figures are medians.
CPU is that of all server processes per answer. The floor is a bare Flask page with one query and
a 40-row Jinja table, on the same server in the same run: only the ratio to it travels from one
machine to another. The table of the run shows the first forty of its 1,000 people with counts over
all of them, and the look at it is entered in the access log before it is shown; so is a look at a
roll or a sheet. Timetables are lists, each of their sessions on two clocks. Presence is what the
open pages of 200 people say; a feed is an address from which calendars fetch five runs.

The board has 50,000 threads and 25 of them on a page; the long thread 2,000 posts of 150 words
each, 25 on a page, with the form of an answer below. A search looks through 106,000 posts for a
word in six titles, and for one in a fifth of all. Every answer is one more post of a thread, with
all that follows from it in the database.

The rule is 1.0 for pages of visitors and 2.5 for those of people who have signed in. Other bars are
of our own choice, a little above what was measured: lower for what open pages say all the time
(beat, presence), higher for pages of many rows, a composer with all its lists, and searches. Those
of a board (2.5), a long thread (4.0) and searches (5.0 and 8.0) were once set lower and never held.

"""


class Rows:
    """The figures of every page, round by round."""

    def __init__(self) -> None:
        self.figures: dict[str, list[Figures]] = defaultdict(list)
        self.bars: dict[str, float] = {}

    def add(self, page: Page, figures: Figures) -> None:
        """Add one round of a page."""
        self.figures[page.name].append(figures)
        self.bars[page.name] = page.bar

    def cpu(self, name: str) -> float:
        """Return the median CPU of a page in milliseconds."""
        return median(one.cpu_ms for one in self.figures[name])

    def ratio(self, name: str) -> float:
        """Return a page's CPU as a multiple of the floor's."""
        return self.cpu(name) / self.cpu("floor")

    def hold(self) -> bool:
        """Tell whether every page stays under its bar."""
        return all(self._holds(name) == "yes" for name in self.bars)

    def _holds(self, name: str) -> str:
        return "yes" if self.ratio(name) <= self.bars[name] else "NO"

    def text(self) -> str:
        """Return the figures as a Markdown table."""
        lines = [
            "| page | answers/s | p95 ms | CPU ms | KB | CPU, times the floor | bar | holds |",
            "|---|---|---|---|---|---|---|---|",
        ]
        for name, rounds in self.figures.items():
            lines.append(
                f"| {name} | {median(r.per_second for r in rounds):.0f} "
                f"| {median(r.p95_ms for r in rounds):.1f} | {self.cpu(name):.2f} "
                f"| {median(r.kilobytes for r in rounds):.1f} | {self.ratio(name):.2f} "
                f"| {self.bars[name]:.1f} | {self._holds(name)} |"
            )
        return "\n".join(lines) + "\n"


def of_attendance(counted: Counting, floor_ms: float) -> str:
    """Return what counting costs, as ratios within the run."""
    read_ms, recounted_ms = counted.read * 1000, counted.recounted * 1000
    return f"""
## Attendance

A report of {LINES:,} lines, 200 people thrown out a hundred times each, was read, matched with
people, kept line by line and counted in {counted.imported:.1f} s of CPU,
**{counted.ratio:.0f} times what reading the file as a table takes** ({read_ms:.0f} ms). A session
of 200 people is counted anew in {recounted_ms:.1f} ms, {recounted_ms / floor_ms:.1f} times the
floor.
"""


def of_files(sent: Upload, made: Pipeline) -> str:
    """Return what files cost, as ratios within the run."""
    return f"""
## Files

64 MB were sent as the browser sends them, in parts of 1 MB each with its checksum, one after the
other, over loopback; beside it the same bytes were written to the same disk in the same parts, each
forced to disk. **The upload reached {sent.share:.2f} of the plain write** ({sent.sent:.0f} of
{sent.plain:.0f} MB/s) and cost the server {sent.cpu_ms:.1f} ms of CPU for each MB.

A minute of 720p video became 480p, 240p and a poster in {made.made:.1f} s of CPU,
**{made.ratio:.1f} times what decoding it alone costs** ({made.decoded:.1f} s).
"""

"""`make bench`: measure the pages of the journeys and write docs/performance.md."""

import sys
import tempfile
from pathlib import Path

from bench import attendance, dataset, files, report, server, sittings, talk
from bench.load import Page, answered, measure, present, watched

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 3


def pages(ids: dataset.Ids) -> list[Page]:
    """Return what is measured, each with the bar it must stay under (times the floor's CPU)."""
    lesson = f"/en/runs/{ids.run}/lessons/{ids.lesson}"
    return [
        Page("home, visitor", "/en/", bar=1.0),
        Page("catalogue, visitor", "/en/courses/", bar=1.0),
        Page("course, visitor", f"/en/courses/{ids.course}", bar=1.0),
        Page("home, signed in", "/en/", readers=ids.trainees, bar=2.5),
        Page("catalogue, signed in", "/en/courses/", readers=ids.trainees, bar=2.5),
        Page("course, signed in", f"/en/courses/{ids.course}", readers=ids.trainees, bar=2.5),
        Page("lesson", lesson, readers=ids.trainees, bar=2.5),
        Page("My learning", "/en/my-learning", readers=ids.trainees, bar=2.5),
        Page(
            "beat",
            f"/api/v1/runs/{ids.run}/lessons/{ids.lesson}/watch",
            readers=ids.trainees,
            beat=watched,
            token_page=lesson,
            bar=1.0,
        ),
        Page("outline of 200 sessions", "/en/manage/courses/BEN-0", readers=ids.staff, bar=16.0),
        Page("run table of 1,000", f"/en/manage/runs/{ids.run}", readers=ids.staff, bar=4.0),
    ]


def pages_of_sessions(held: sittings.Held, staff: list[str]) -> list[Page]:
    """Return the pages of sessions held at a time."""
    some, live = held.people[:8], f"/en/sessions/{held.live}"
    feed = f"/calendar/{held.feed}.ics"
    sheet = f"/en/manage/runs/{held.small_run}/attendance"
    return [
        Page("session to come", f"/en/sessions/{held.scheduled}", readers=some, bar=2.5),
        Page("session, live", live, readers=some, bar=2.5),
        Page(
            "presence",
            f"/api/v1/sessions/{held.live}/presence",
            readers=held.people,
            beat=present,
            token_page=live,
            bar=1.2,
        ),
        Page("seminars, visitor", "/en/seminars", bar=1.0),
        Page("My timetable of 60", "/en/timetable", readers=some, bar=10.0),
        Page("run timetable of 60", f"/en/runs/{held.run}/timetable", readers=some, bar=10.0),
        Page("feed of 300", feed, bar=2.5),
        Page("feed of 300, unchanged", feed, bar=2.5, kept=True),
        Page("roll of 25", f"/en/manage/sessions/{held.small}/attendance", readers=staff, bar=6.0),
        Page("roll of 200", f"/en/manage/sessions/{held.over}/attendance", readers=staff, bar=16.0),
        Page("sheet of 25 × 20", sheet, readers=staff, bar=10.0),
    ]


def pages_of_boards(said: talk.Talk) -> list[Page]:
    """Return the pages of boards: of 50,000 threads, and of a thread of 2,000 posts."""
    some = said.people[:8]
    board, thread = f"/en/boards/{said.board}", f"/en/threads/{said.thread}"
    public = f"/en/boards/{said.public_board}"
    return [
        Page("boards", "/en/boards", readers=some, bar=2.5),
        Page("board of 50,000", board, readers=some, bar=3.5),
        Page("unanswered of 50,000", f"{board}?show=unanswered", readers=some, bar=3.5),
        Page("thread of 2,000, begin", thread, readers=some, bar=5.5),
        Page("thread of 2,000, middle", f"{thread}?from=1001", readers=some, bar=5.5),
        Page("thread of 2,000, end", f"{thread}?from=1976", readers=some, bar=5.5),
        Page("new thread", f"{board}/new/question", readers=some, bar=4.0),
        # Of many people: one may search sixty times a minute.
        Page("search, rare", f"/en/boards/search?q={talk.RARE}", readers=said.people, bar=8.0),
        Page("search, common", f"/en/boards/search?q={talk.COMMON}", readers=said.people, bar=12.0),
        Page(
            "answer",
            f"/en/threads/{said.answered}/answer",
            readers=said.people,
            form=answered,
            token_page=f"/en/threads/{said.answered}",
            bar=10.0,
        ),
        Page("boards, visitor", "/en/boards", bar=1.0),
        Page("public board, visitor", public, bar=1.0),
        Page("public thread, visitor", f"/en/threads/{said.public_thread}", bar=1.0),
        Page("feed of a board", f"{public}/feed.atom", bar=1.0),
    ]


def main() -> int:
    """Measure, print, write the report; return 1 when a bar is passed."""
    with tempfile.TemporaryDirectory() as folder:
        environ = server.environ(Path(folder))
        ids = dataset.make(environ)
        held = sittings.make(environ)
        said = talk.make(environ)
        asked = [*pages(ids), *pages_of_sessions(held, ids.staff), *pages_of_boards(said)]
        with server.platform(environ) as site, server.floor(environ) as bare:
            rows = report.Rows()
            for _ in range(ROUNDS):
                rows.add(Page("floor", "/", bar=1.0), measure(bare, Page("floor", "/", bar=1.0)))
                for page in asked:
                    rows.add(page, measure(site, page))
            sent = files.measure_upload(site, ids.staff[0], ids.draft_lesson, Path(folder))
        made = files.measure_pipeline(Path(folder))
        counted = attendance.measure(environ, held)
    text = rows.text() + report.of_attendance(counted, rows.cpu("floor"))
    text += report.of_files(sent, made)
    sys.stdout.write(text)
    (ROOT / "docs" / "performance.md").write_text(report.HEAD + text)
    return 0 if rows.hold() else 1


if __name__ == "__main__":
    sys.exit(main())

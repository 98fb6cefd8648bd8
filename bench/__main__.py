"""`make bench`: measure every page of the first journey and write docs/performance.md."""

import sys
import tempfile
from pathlib import Path

from bench import dataset, files, report, server
from bench.load import Page, measure

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
            token_page=lesson,
            bar=1.0,
        ),
        Page("outline of 200 sessions", "/en/manage/courses/BEN-0", readers=ids.staff, bar=16.0),
        Page("run table of 1,000", f"/en/manage/runs/{ids.run}", readers=ids.staff, bar=4.0),
    ]


def main() -> int:
    """Measure, print, write the report; return 1 when a bar is passed."""
    with tempfile.TemporaryDirectory() as folder:
        environ = server.environ(Path(folder))
        ids = dataset.make(environ)
        with server.platform(environ) as site, server.floor(environ) as bare:
            rows = report.Rows()
            for _ in range(ROUNDS):
                rows.add(Page("floor", "/", bar=1.0), measure(bare, Page("floor", "/", bar=1.0)))
                for page in pages(ids):
                    rows.add(page, measure(site, page))
            sent = files.measure_upload(site, ids.staff[0], ids.draft_lesson, Path(folder))
        made = files.measure_pipeline(Path(folder))
    text = rows.text() + report.of_files(sent, made)
    sys.stdout.write(text)
    (ROOT / "docs" / "performance.md").write_text(report.HEAD + text)
    return 0 if rows.hold() else 1


if __name__ == "__main__":
    sys.exit(main())

"""Hole: something odd in an address is let through to the database, or the page falls over.

Rule: whatever stands in any part of any address, the answer is a page, a way on or a refusal.
"""

import re
from collections.abc import Iterator
from urllib.parse import quote, quote_from_bytes

import pytest

from tests.architecture.source import python_files
from tests.holes.ground import Ground
from tests.holes.matrix import ROWS

HOSTILE = {
    "NUL behind a number": "1%00",
    "NUL": "%00",
    "negative": "-1",
    "zero": "0",
    "leading zero": "01",
    "fraction": "1.0",
    "past the largest number": str(2**63),
    "past the largest row": str(2**31),
    "Arabic digit": quote("١"),
    "way up": "..%2F",
    "way up, bare": "../",
    "long": "x" * 10_000,
    "many digits": "9" * 5000,
    "reading order": quote("a\u202egpj.exe"),
    "lone surrogate": quote_from_bytes("\ud800".encode("utf-8", "surrogatepass")),
    "no UTF-8": "%ff%fe",
    "line break": "a%0d%0aSet-Cookie:%20x=y",
    "markup": quote('"><svg onload=alert(1)>'),
    "quote": "'%20OR%201=1--",
    "template": quote("{{7*7}}"),
}

# What pages read from behind the "?".
QUERIES = {
    "accounts.sign_in": ("next",),
    "accounts.sign_up": ("next",),
    "boards.choose_translation": ("to",),
    "boards.list_conversations": ("after",),
    "boards.list_mine": ("list", "before"),
    "boards.list_people": ("field", "city", "lang", "after"),
    "boards.answer_thread": ("draft", "to", "quote"),
    "boards.new_thread": ("draft",),
    "boards.preview_post": ("key", "post"),
    "boards.related_threads": ("q", "board"),
    "boards.search_posts": (
        *("q", "board", "kinds", "language", "sdg", "field", "city", "author_city"),
        *("since", "until", "after"),
    ),
    "boards.show_board": ("show", "sdg", "field", "city", "before"),
    "boards.show_history": ("before",),
    "boards.show_person": ("after",),
    "boards.show_thread": ("from", "at"),
    "boards.show_conversation": ("before",),
    "boards_manage.choose_reading": ("course",),
    "boards_manage.list_message_reports": ("after",),
    "boards_manage.list_moderation": ("show", "after"),
    "boards_manage.list_questions": ("state", "after"),
    "boards_manage.show_question": ("before",),
    "certificates.find_certificate": ("code",),
    "enrolment.list_courses": ("q", "field", "level", "delivery", "lang", "sdg", "runs", "page"),
    "enrolment.show_course": ("run",),
    "enrolment_manage.create_run": ("course",),
    "enrolment_manage.list_runs": ("state", "page"),
    "lessons_manage.compare_versions": ("old", "new"),
    "lessons_manage.edit_captions": ("page", "new", "from"),
    "lessons_manage.start_captions": ("to", "from"),
    "lessons_manage.show_outline": ("version",),
    "notifications.list_notices": ("before",),
    "organisations.edit_profile": ("next",),
    "progress.catch_up": ("quality", "transcript", "at", "part"),
    "progress.search_transcripts": ("q",),
    "progress.show_lesson": ("quality", "transcript", "at"),
    "progress_manage.preview_lesson": ("in",),
    "progress_manage.show_run": ("city", "state", "sort", "page"),
    "seminars_manage.count_heads": ("count",),
    "seminars_manage.create_sitting": ("lesson", "at"),
    "seminars_manage.advise_slots": ("run", "day", "minutes", "city"),
    "seminars_manage.match_report": ("page",),
    "seminars_manage.show_sheet": ("city",),
    "seminars_manage.list_holidays": ("region", "year", "first_on", "last_on", "name-en"),
    "seminars.check_in": ("code",),
    "seminars.download_programme": ("zone",),
    "seminars.download_timetable_csv": ("zone",),
    "seminars.list_seminars": ("view", "from", "zone"),
    "seminars.show_my_timetable": ("view", "from", "zone", "mine"),
    "seminars.show_recording": ("quality", "transcript", "at"),
    "seminars.show_run_timetable": ("view", "from", "zone", "mine"),
    "web.choose_zone": ("next",),
    "web.set_display": ("next", "text", "theme", "language", "zone"),
}


def reader_of(endpoint: str) -> str:
    """Return somebody who is let in."""
    if endpoint.endswith(("sign_in", "sign_up")):
        return "visitor"
    return "staff" if "_manage." in endpoint else "trainee"


def parts(ground: Ground) -> Iterator[tuple[str, str, str]]:
    """Give the parts of addresses: endpoint, name, and the address with "VALUE" in its place.

    Numbers and languages are read by the router, the same way everywhere: one of each will do.
    """
    seen = set()
    for endpoint in ROWS:
        rule = next(ground.app.url_map.iter_rules(endpoint))
        plain = ground.address(endpoint).split("/")
        for at, piece in enumerate(rule.rule.split("/")):
            part = re.search("<(?:([a-z]+):)?([a-z_]+)>", piece)
            if part is None or (part[1] and part[0] in seen):
                continue
            seen.add(part[0])
            filled = [*plain[:at], piece.replace(part[0], "VALUE"), *plain[at + 1 :]]
            yield endpoint, part[2], "/".join(filled)


def ask(ground: Ground, endpoint: str, method: str, address: str) -> None:
    reader = reader_of(endpoint)
    data = {"csrf_token": ground.tokens[reader]} if method == "POST" else None
    answer = ground.browser_of(reader).open(address, method=method, data=data)
    assert answer.status_code < 500, address[:200]
    assert b"<svg onload" not in answer.data  # some answers are no text
    assert "x=y" not in answer.headers.getlist("Set-Cookie")


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_in_every_part_of_every_address(ground: Ground, value: str):
    tried = set()
    for endpoint, name, address in parts(ground):
        tried.add(name)
        for method in {each.method for each in ROWS[endpoint]}:
            ask(ground, endpoint, method, address.replace("VALUE", value))
    assert {"language", "run_id", "lesson_id", "code", "token", "rendition"} <= tried


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_behind_the_question_mark(ground: Ground, value: str):
    for endpoint, names in QUERIES.items():
        query = "&".join(f"{name}={value}" for name in names)
        ask(ground, endpoint, "GET", f"{ground.address(endpoint)}?{query}")


def test_whatever_pages_read_there_is_tried():
    read = {
        name
        for path in python_files()
        for name in re.findall(r'request\.args\.get\("(\w+)"', path.read_text())
    }
    assert read <= {name for names in QUERIES.values() for name in names}

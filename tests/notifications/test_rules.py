"""What a message says survives being kept as JSON; notices are sorted into days of the reader."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from lms.core.text import TextInLanguages
from lms.notifications.rules import by_day, plain, revived

MOMENTS = st.datetimes(timezones=st.just(UTC)) | st.none()
TEXTS = st.dictionaries(st.sampled_from(["ko", "en", "zh"]), st.text(min_size=1), min_size=1).map(
    lambda texts: TextInLanguages(next(iter(texts)), texts)
)
OTHERS = st.text() | st.integers() | st.booleans() | st.none() | st.lists(st.text())


@given(moment=MOMENTS, text=TEXTS, other=OTHERS)
def test_what_is_kept_as_json_comes_back(moment, text, other):
    context = {"starts_at": moment, "course_title": text, "other": other}
    assert revived(json.loads(json.dumps(plain(context)))) == context


def test_a_moment_is_told_in_utc_whatever_clock_it_was_worked_out_on():
    moment = datetime(2026, 11, 24, 5, tzinfo=timezone(timedelta(hours=9)))
    for said in (moment, moment.isoformat()):
        told = revived(plain({"until_at": said}))["until_at"]
        assert f"{told:%Y-%m-%d %H:%M %Z}" == "2026-11-23 20:00 UTC"


@dataclass
class Said:
    created_at: datetime


def test_days_are_those_of_the_readers_zone():
    late, early = (Said(datetime(2026, 11, 24, hour, tzinfo=UTC)) for hour in (15, 14))
    assert by_day([late, early], "Asia/Seoul") == [
        (date(2026, 11, 25), [late]),
        (date(2026, 11, 24), [early]),
    ]
    assert by_day([late, early], "Europe/Athens") == [(date(2026, 11, 24), [late, early])]
    assert by_day([], "Asia/Seoul") == []

"""Reports of Zoom, Teams and BigBlueButton as people save them: what they say, what is refused."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.seminars.models import ReportPlatform
from lms.seminars.rules.reports import read_report
from lms.seminars.rules.reports.moments import DaysNear, Order, moment_of, read_stamp, settle_order
from lms.seminars.rules.reports.report import (
    MOST_BYTES,
    Line,
    LineFault,
    Refusal,
    Report,
    ReportRefused,
    fingerprint,
)
from tests.work import times_the_work

SEOUL = ZoneInfo("Asia/Seoul")

# Tuesday 24 November 2026, 14:00 to 16:00 in Busan.
STARTS_AT = datetime(2026, 11, 24, 5, tzinfo=UTC)
ENDS_AT = datetime(2026, 11, 24, 7, tzinfo=UTC)


def read(text: str | bytes, zone: ZoneInfo = SEOUL, **when: datetime) -> Report:
    raw = text.encode() if isinstance(text, str) else text
    times = {"starts_at": STARTS_AT, "ends_at": ENDS_AT} | when
    return read_report(raw, zone=zone, **times)


def refused(text: str | bytes, **how: object) -> Refusal:
    with pytest.raises(ReportRefused) as error:
        read(text, **how)
    return error.value.reason


def at(hour: int, minute: int = 0, second: int = 0) -> datetime:
    """Return a moment of that day in Busan."""
    return datetime(2026, 11, 24, hour, minute, second, tzinfo=SEOUL).astimezone(UTC)


def said(report: Report) -> list[tuple[str, str, datetime, datetime | None]]:
    return [(line.name, line.email, line.joined_at, line.left_at) for line in report.lines]


def faults(report: Report) -> list[tuple[int, LineFault]]:
    return [(fault.number, fault.reason) for fault in report.faults]


ZOOM = """\
Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,In Waiting Room
Batbayar Dorj,b.dorj@example.mn,11/24/2026 01:55:00 PM,11/24/2026 02:40:00 PM,45,Yes,No
iPhone (Batbayar Dorj),,11/24/2026 02:38:00 PM,11/24/2026 03:10:00 PM,32,Yes,No
Batbayar Dorj,b.dorj@example.mn,11/24/2026 03:20:00 PM,11/24/2026 04:00:00 PM,40,Yes,No
"Nguyễn, Văn An",an@example.vn,11/24/2026 01:58:30 PM,11/24/2026 04:01:02 PM,123,Yes,No
"""

ZOOM_WITH_MEETING = """\
Topic,Meeting ID,Start Time,End Time,Duration (Minutes),Participants
"Port, rail and sea",812 3456 7890,11/24/2026 01:50:11 PM,11/24/2026 04:05:00 PM,135,21

"""

ZOOM_KOREAN = """\
회의 ID,주제,시작 시간,종료 시간,사용자 이메일,기간(분),참가자
812 3456 7890,스마트 항만,2026-11-24 13:50:11,2026-11-24 16:05:00,host@example.kr,135,21

이름(원래 이름),사용자 이메일,참가 시간,나간 시간,기간(분),게스트,대기실
홍길동,hong@example.kr,2026-11-24 오후 01:58:00,2026-11-24 오후 04:00:00,122,아니요,아니요
김민수 (iPhone),,2026. 11. 24. 오후 2:05:10,2026. 11. 24. 오후 3:00:00,55,예,아니요
김민수 (iPhone),,2026-11-24 13:51:00,2026-11-24 13:58:00,7,예,예
"""

# The form in which the meeting's columns stand before those of the participants, on each line.
ZOOM_CHINESE = """\
主题,类型,ID,主持人名称,主持人电子邮件,开始时间,结束时间,参会者,持续时间（分钟）,名称（原名）,电子邮件,\
加入时间,离开时间,持续时间（分钟）,访客,在等候室中
智慧港口,会议,812,朴主持,host@example.kr,2026/11/24 01:50:11 PM,2026/11/24 04:05:00 PM,21,135,\
王伟,wang@example.cn,2026/11/24 02:00:05 PM,2026/11/24 04:00:00 PM,120,是,否
"""

TEAMS = """\
1. Summary
Meeting title\tSmart ports
Attended participants\t3
Start time\t11/24/26, 1:50:11 PM
End time\t11/24/26, 4:05:02 PM
Meeting duration\t2h 14m 51s

2. Participants
Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole
Somchai J.\t11/24/26, 1:59:11 PM\t11/24/26, 4:00:02 PM\t1h 40m 51s\tsomchai@example.th\ts@x.th\t
Dorj (Guest)\t11/24/26, 2:12:00 PM\t11/24/26, 4:00:00 PM\t1h 48m\t\t\tAttendee

3. In-Meeting Activities
Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole
Somchai J.\t11/24/26, 1:59:11 PM\t11/24/26, 2:40:00 PM\t40m 49s\tsomchai@example.th\tAttendee
Somchai J.\t11/24/26, 3:00:00 PM\t11/24/26, 4:00:02 PM\t1h 2s\tsomchai@example.th\tAttendee
Dorj (Guest)\t11/24/26, 2:12:00 PM\t11/24/26, 4:00:00 PM\t1h 48m\t\tAttendee
"""

TEAMS_KOREAN = """\
1. 요약
모임 제목\t스마트 항만

2. 참가자
이름\t첫 번째 참가\t마지막 나감\t모임 참석 시간\t전자 메일\t참가자 ID(UPN)\t역할
홍길동\t26. 11. 24. 오후 1:58:00\t26. 11. 24. 오후 4:00:00\t2시간 2분\thong@example.kr\th@x.kr\t

3. 모임 내 활동
이름\t참가 시간\t나간 시간\t기간\t전자 메일\t역할
홍길동\t26. 11. 24. 오후 1:58:00\t26. 11. 24. 오후 4:00:00\t2시간 2분\thong@example.kr\t참석자

4. 참여
이름\t반응
홍길동\t3
"""

BIGBLUEBUTTON = """\
Name,Moderator,Activity Score,Talk Time,Webcam Time,Messages,Reactions,Poll Votes,Raise Hands,\
Join,Left,Duration,Which port is the oldest?
"Kim Minsu","TRUE","0","00:10:05","-","3","0","0","0",\
"11/24/2026, 01:50:00 PM","11/24/2026, 04:02:00 PM","02:12:00","-"
"Ana "Anita" Reyes","FALSE","4.2","-","-","1","2","1","0",\
"11/24/2026, 02:00:30 PM","11/24/2026, 04:00:30 PM","01:30:00","Busan"
"Still Here","FALSE","1","-","-","0","0","0","0","11/24/2026, 02:00:00 PM","-","01:59:00","-"
"Anonymous","","","","","","","","","","","","Busan
Incheon"
"""


# --- Zoom ------------------------------------------------------------------------------


def test_zoom_gives_a_line_for_each_time_somebody_joined():
    report = read(ZOOM)

    assert report.platform == ReportPlatform.ZOOM
    assert said(report) == [
        ("Batbayar Dorj", "b.dorj@example.mn", at(13, 55), at(14, 40)),
        ("iPhone (Batbayar Dorj)", "", at(14, 38), at(15, 10)),
        ("Batbayar Dorj", "b.dorj@example.mn", at(15, 20), at(16)),
        ("Nguyễn, Văn An", "an@example.vn", at(13, 58, 30), at(16, 1, 2)),
    ]
    assert report.faults == []
    assert [line.number for line in report.lines] == [2, 3, 4, 5]
    assert report.lines[1].raw.startswith("iPhone (Batbayar Dorj),,")


def test_zoom_with_the_meeting_above_says_the_same():
    assert said(read(ZOOM_WITH_MEETING + ZOOM)) == said(read(ZOOM))


def test_zoom_in_korean_with_half_days_and_a_waiting_room():
    report = read(ZOOM_KOREAN)

    assert said(report) == [
        ("홍길동", "hong@example.kr", at(13, 58), at(16)),
        ("김민수 (iPhone)", "", at(14, 5, 10), at(15)),
    ]
    assert faults(report) == [(7, LineFault.IN_WAITING_ROOM)]


def test_zoom_in_chinese_takes_the_participant_and_not_the_host():
    assert said(read(ZOOM_CHINESE)) == [("王伟", "wang@example.cn", at(14, 0, 5), at(16))]


def test_zoom_without_times_is_refused_with_that_reason():
    sums = "Name (Original Name),User Email,Total Duration (Minutes),Guest\nDorj,d@x.mn,92,Yes\n"

    assert refused(sums) == Refusal.NO_TIMES
    assert refused("이름(원래 이름),사용자 이메일,참가 시간(분)\n홍길동,h@x.kr,92\n") == (
        Refusal.NO_TIMES
    )


# --- Teams -----------------------------------------------------------------------------


def test_teams_counts_each_stay_and_not_from_first_to_last():
    report = read(TEAMS.encode("utf-16"))

    assert report.platform == ReportPlatform.TEAMS
    assert said(report) == [
        ("Somchai J.", "somchai@example.th", at(13, 59, 11), at(14, 40)),
        ("Somchai J.", "somchai@example.th", at(15), at(16, 0, 2)),
        ("Dorj (Guest)", "", at(14, 12), at(16)),
    ]
    assert report.faults == []


def test_teams_is_known_by_its_sections_in_any_language():
    assert said(read(TEAMS_KOREAN.encode("utf-16"))) == [
        ("홍길동", "hong@example.kr", at(13, 58), at(16))
    ]


def test_teams_saved_again_from_a_spreadsheet():
    lines = ['"' + line.replace("\t", '","') + '",,' for line in TEAMS.splitlines()]

    assert said(read("\r\n".join(lines))) == said(read(TEAMS))


def test_teams_without_the_single_stays_is_refused():
    assert refused(TEAMS.partition("3. In")[0]) == Refusal.NO_TIMES


# --- BigBlueButton ---------------------------------------------------------------------


def test_bigbluebutton_gives_a_line_for_each_person():
    report = read(BIGBLUEBUTTON)

    assert report.platform == ReportPlatform.BIGBLUEBUTTON
    assert said(report) == [
        ("Kim Minsu", "", at(13, 50), at(16, 2)),
        ('Ana Anita" Reyes"', "", at(14, 0, 30), at(16, 0, 30)),
        ("Still Here", "", at(14), None),
    ]


def test_bigbluebutton_tells_who_was_away_between():
    assert faults(read(BIGBLUEBUTTON))[0] == (3, LineFault.AWAY_BETWEEN)
    assert LineFault.AWAY_BETWEEN.is_warning


def test_bigbluebutton_is_known_by_its_shape_in_any_language():
    head = "이름,사회자,활동 점수,말한 시간,웹캠,메시지,반응,투표,손들기,참여함,나감,기간\n"
    row = '"홍길동","FALSE","1","-","-","0","0","0","0","{}","{}","02:00:00"\n'

    korean = row.format("2026. 11. 24. 오후 02:00:05", "2026. 11. 24. 오후 04:00:05")
    chinese = row.format("2026/11/24 14:00:05", "2026/11/24 16:00:05")
    for line in (korean, chinese):
        report = read(head + line)
        assert report.platform == ReportPlatform.BIGBLUEBUTTON
        assert said(report) == [("홍길동", "", at(14, 0, 5), at(16, 0, 5))]


# --- lines that are not as they should be ----------------------------------------------


def test_a_line_that_cannot_be_read_is_told_and_the_others_are_taken():
    lines = [
        "Somebody,s@x.org,yesterday,11/24/2026 04:00:00 PM,1,,",
        "Somebody,s@x.org,11/24/2026 02:00:00 PM,late,1,,",
        ",,11/24/2026 02:00:00 PM,11/24/2026 04:00:00 PM,1,,",
        "Backwards,,11/24/2026 03:00:00 PM,11/24/2026 02:00:00 PM,1,,",
        "Last week,,11/17/2026 02:00:00 PM,11/17/2026 04:00:00 PM,1,,",
        "no cells",
        "x" * 30_000,
        '"Unclosed,u@x.org,11/24/2026 02:00:00 PM,11/24/2026 04:00:00 PM',
        "After,,11/24/2026 02:00:00 PM,,,,",
    ]
    report = read(ZOOM + "\n".join(lines))

    assert faults(report) == [
        (6, LineFault.UNREADABLE_TIME),
        (7, LineFault.UNREADABLE_TIME),
        (8, LineFault.NO_NAME),
        (9, LineFault.LEFT_BEFORE_JOINING),
        (10, LineFault.OTHER_DAY),
        (11, LineFault.UNREADABLE),
        (12, LineFault.UNREADABLE),
        (13, LineFault.UNREADABLE),
    ]
    assert said(report)[4:] == [("After", "", at(14), None)]
    assert report.faults[5].raw == "no cells"
    assert max(len(fault.raw) for fault in report.faults) == 1000


def test_a_name_keeps_nothing_that_could_hide_in_it():
    report = read(ZOOM.replace("iPhone (", "iPho\u202ene\0 ("))

    assert report.lines[1].name == "iPhone (Batbayar Dorj)"


# --- times -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-24 14:05:09",
        "2026-11-24T14:05:09",
        "2026-11-24T05:05:09Z",
        "2026-11-24T05:05:09.123+00:00",
        "2026-11-24 12:05:09 +07:00",
        "2026/11/24 02:05:09 PM",
        "11/24/2026 02:05:09 PM",
        "11/24/2026, 2:05:09 p.m.",
        "11/24/26, 2:05:09\u202fPM",
        "24/11/2026 14:05:09",
        "24.11.2026, 14:05:09",
        "24-11-26 14.05.09",
        "2026. 11. 24. 오후 2:05:09",
        "26. 11. 24. 오후 2:05:09",
        "2026년 11월 24일 오후 2:05:09",
        "2026年11月24日 下午2:05:09",
        "2026年11月24日14:05:09",
        "2026-11-24 오후 14:05:09",
    ],
)
def test_times_as_they_are_written(text):
    stamp = read_stamp(text)
    assert stamp is not None
    order = settle_order([stamp], DaysNear(STARTS_AT, ENDS_AT, SEOUL))

    assert moment_of(stamp, order, SEOUL) == at(14, 5, 9)


@pytest.mark.parametrize(
    ("text", "hour"),
    [("11/24/2026 12:30 AM", 0), ("11/24/2026 12:30 PM", 12), ("2026-11-24 오전 12:30", 0)],
)
def test_noon_and_midnight(text, hour):
    stamp = read_stamp(text)

    assert stamp is not None
    assert (stamp.clock.hour, stamp.clock.minute) == (hour, 30)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "14:05:09",
        "2026-11-24",
        "2026-11-24 25:00:00",
        "2026-11-24 14:60",
        "11/24/2026 13:00 AM",
        "2026-11-2414:05",
        "2026-11-24 14:05 +99:00",
        "tomorrow at 2",
        "1" * 5000,
    ],
)
def test_what_is_no_time(text):
    assert read_stamp(text) is None


def test_a_time_on_another_clock_is_read_on_that_clock():
    there = ZOOM.replace("01:55", "11:55").replace("02:", "12:").replace("03:", "01:")
    report = read(there.replace("11:55:00 PM", "11:55:00 AM"), ZoneInfo("Asia/Ho_Chi_Minh"))

    assert report.lines[0].joined_at == at(13, 55)
    assert report.lines[1].joined_at == at(14, 38)


@pytest.mark.parametrize(
    ("day", "starts_at"),
    [
        ("03/04/2026", datetime(2026, 3, 4, 5, tzinfo=UTC)),
        ("03/04/2026", datetime(2026, 4, 3, 5, tzinfo=UTC)),
        ("05/05/2026", datetime(2026, 5, 5, 5, tzinfo=UTC)),
        ("26-03-04", datetime(2026, 3, 4, 5, tzinfo=UTC)),
    ],
)
def test_the_day_of_the_sitting_settles_what_a_date_means(day, starts_at):
    text = ZOOM.replace("11/24/2026", day)
    report = read(text, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))

    assert report.lines[0].joined_at == starts_at - timedelta(minutes=5)


def test_a_date_two_orders_could_mean_is_never_guessed():
    # Two days that are near a sitting of 10 October, each in one order only.
    near = DaysNear(
        datetime(2026, 10, 10, 5, tzinfo=UTC), datetime(2026, 10, 10, 7, tzinfo=UTC), SEOUL
    )
    stamps = [read_stamp("09/10/2026 14:00"), read_stamp("10/11/2026 14:00")]

    with pytest.raises(ReportRefused) as error:
        settle_order([stamp for stamp in stamps if stamp], near)
    assert error.value.reason == Refusal.AMBIGUOUS_DATES


def test_most_lines_say_what_the_order_is():
    near = DaysNear(STARTS_AT, ENDS_AT, SEOUL)
    stamps = [read_stamp("11/24/2026 14:00"), read_stamp("11/10/2026 14:00")]

    assert settle_order([stamp for stamp in stamps if stamp], near) == Order.MONTH_DAY_YEAR


def test_a_report_of_another_day_is_refused():
    assert refused(ZOOM.replace("11/24/2026", "11/17/2026")) == Refusal.OTHER_DAY


def test_a_report_in_another_zone_is_refused_when_nobody_would_have_been_there():
    assert refused(ZOOM, zone=ZoneInfo("America/Los_Angeles")) == Refusal.OTHER_TIME


# --- files -----------------------------------------------------------------------------

ENGLISH_WITH_KOREANS = ZOOM + "".join(
    f"{name},,11/24/2026 02:00:00 PM,11/24/2026 04:00:00 PM,120,Yes,No\n"
    for name in ("홍길동", "김민수", "이수현", "최똠방")
)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (ZOOM_KOREAN, "utf-8"),
        (ZOOM_KOREAN, "utf-8-sig"),
        (ZOOM_KOREAN, "utf-16"),
        (ZOOM_KOREAN, "utf-16-le"),
        (ZOOM_KOREAN, "cp949"),
        (ENGLISH_WITH_KOREANS.replace("ễ", "e").replace("ă", "a"), "cp949"),
        (ZOOM, "utf-16-le"),
        (ZOOM, "utf-16-be"),
        (ZOOM_CHINESE, "gb18030"),
        (ZOOM_CHINESE, "utf-16"),
    ],
)
def test_the_encodings_a_report_comes_in(text, encoding):
    assert said(read(text.encode(encoding))) == said(read(text))


def test_utf_16_with_the_other_mark():
    raw = b"\xfe\xff" + TEAMS.encode("utf-16-be")

    assert said(read(raw)) == said(read(TEAMS))


@pytest.mark.parametrize("encoding", ["cp1252", "cp1254", "shift_jis", "windows-1251"])
def test_an_encoding_that_could_only_be_guessed_is_refused(encoding):
    names = {
        "cp1252": "René Muñoz Ação",
        "cp1254": "Çağrı Şahin",
        "shift_jis": "山田太郎さん",
        "windows-1251": "Бат-Эрдэнэ Дорж",
    }
    raw = ZOOM.replace("Nguyễn, Văn An", names[encoding]).encode(encoding)

    assert refused(raw) == Refusal.UNREADABLE_ENCODING


@pytest.mark.parametrize("delimiter", [";", "\t"])
@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_other_delimiters_and_line_ends(delimiter, end):
    text = ZOOM.replace('"Nguyễn, Văn An"', "Nguyễn Văn An").replace(",", delimiter)

    assert said(read(text.replace("\n", end)))[:3] == said(read(ZOOM))[:3]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", Refusal.EMPTY),
        (b"\n\n  \n", Refusal.EMPTY),
        (b",,,\n,,\n", Refusal.EMPTY),
        (b"\xef\xbb\xbf", Refusal.EMPTY),
        (b"PK\x03\x04 a workbook", Refusal.WORKBOOK),
        (b"\xd0\xcf\x11\xe0 an older one", Refusal.WORKBOOK),
        (b"shopping\nmilk\neggs\n", Refusal.UNKNOWN),
        (ZOOM.encode().splitlines()[0], Refusal.NO_LINES),
        (b"Name,Join Time,Leave Time\nDorj,soon,later\n", Refusal.NO_LINES),
        (b"x" * (MOST_BYTES + 1), Refusal.TOO_LARGE),
        (b"x\n" * 30_001, Refusal.TOO_MANY_LINES),
    ],
)
def test_what_is_refused_and_why(raw, reason):
    assert refused(raw) == reason


def long_report(count: int) -> str:
    return ZOOM.splitlines()[0] + "\n" + "".join(
        f"Trainee {n // 3} (응우옌),t{n // 3}@example.org,"
        f"11/24/2026 02:{n % 60:02}:00 PM,11/24/2026 03:{n % 60:02}:00 PM,60,Yes,No\n"
        for n in range(count)
    )  # fmt: skip


def test_twenty_thousand_lines_are_read_and_each_costs_the_same():
    assert len(read(long_report(20_000)).lines) == 20_000
    assert times_the_work(lambda count: read(long_report(count)), of=500) < 4.5


# --- whatever comes --------------------------------------------------------------------


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=3000))
def test_no_bytes_do_more_than_be_refused(raw):
    try:
        read(raw)
    except ReportRefused as error:
        assert isinstance(error.reason, Refusal)  # noqa: PT017 - most bytes are, some are not


PIECES = [ZOOM, ZOOM_KOREAN, ZOOM_CHINESE, TEAMS, TEAMS_KOREAN, BIGBLUEBUTTON]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_damaged_report_does_no_more_either(data):
    raw = bytearray(data.draw(st.sampled_from(PIECES)).encode())
    for _ in range(data.draw(st.integers(1, 12))):
        place = data.draw(st.integers(0, len(raw) - 1))
        raw[place : place + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    try:
        report = read(bytes(raw))
    except ReportRefused:
        return
    for line in report.lines:
        assert line.left_at is None or line.joined_at <= line.left_at
        assert "\0" not in line.name + line.email + line.raw


# --- fingerprints ----------------------------------------------------------------------


def test_the_same_line_has_the_same_fingerprint_in_a_fuller_report():
    first, fuller = read(ZOOM), read(ZOOM_WITH_MEETING + ZOOM + "Late,,11/24/2026 03:00 PM,,,,\n")

    def prints(report: Report) -> list[str]:
        return [fingerprint(report.platform, line) for line in report.lines]

    assert prints(fuller)[:4] == prints(first)
    assert len(set(prints(fuller))) == 5


def test_a_fingerprint_is_of_what_a_line_says_and_not_of_where_it_stands():
    line = Line(2, "Dorj", "d@x.mn", at(14), at(16), "raw")
    same = Line(9, "Dorj", "D@X.mn", at(14), at(16), "another raw")

    assert fingerprint(ReportPlatform.ZOOM, line) == fingerprint(ReportPlatform.ZOOM, same)
    for other in (
        line._replace(name="Bold"),
        line._replace(email=""),
        line._replace(joined_at=at(14, 1)),
        line._replace(left_at=None),
    ):
        assert fingerprint(ReportPlatform.ZOOM, line) != fingerprint(ReportPlatform.ZOOM, other)
    assert fingerprint(ReportPlatform.ZOOM, line) != fingerprint(ReportPlatform.TEAMS, line)

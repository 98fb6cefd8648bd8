"""Caption files of many makers are read, every fault is found at its line, edits stay sound."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.errors import Invalid
from lms.core.unit_of_work import unit_of_work
from lms.lessons import queries, services
from lms.lessons.rules.caption_files import (
    MOST_BYTES,
    MOST_FAULTS,
    faults_of,
    parse_captions,
)
from lms.lessons.rules.captions import (
    MOST_CUES,
    CaptionFault,
    CaptionRefused,
    Captions,
    Cue,
    edit_cue,
    format_time,
    insert_cue,
    parse_time,
    remove_cue,
    shift_all,
    to_webvtt,
)
from tests.factories.courses import make_course, make_module
from tests.factories.lessons import make_lesson

KOREAN = """1
00:00:01,000 --> 00:00:04,500
시내버스는 자기 위치를
센터로 보냅니다.

2
00:00:05,000 --> 00:00:08,000
이제 시작하겠습니다.
"""
CHINESE = """1
00:00:01,000 --> 00:00:04,500
公交车把自己的位置
发送到中心。

2
00:00:05,000 --> 00:00:08,000
现在我们开始学习。
"""
ARABIC = """WEBVTT

٠٠:٠١٫٠٠٠ --> ٠٠:٠٤٫٥٠٠
تُرسل الحافلة موقعها
إلى المركز.

00:05.000 --> 00:08.000
لنبدأ الآن.
"""
VIETNAMESE = """WEBVTT - Bài một

NOTE Người dịch: Lan

00:01.000 --> 00:04.500 align:start position:10%
Xe buýt gửi vị trí của mình
về trung tâm.

00:05.000 --> 00:08.000
Chúng ta bắt đầu.
"""


def cues(raw):
    return [(cue.start_ms, cue.end_ms, cue.text) for cue in parse_captions(raw).cues]


def codes(raw, **known):
    return [(fault.line, fault.code.value) for fault in faults_of(raw, **known)]


def webvtt(*lines):
    return "\n".join(("WEBVTT", "", *lines, ""))


# --- what is read ----------------------------------------------------------------------


@pytest.mark.parametrize("text, first, second", [
    (KOREAN, "시내버스는 자기 위치를\n센터로 보냅니다.", "이제 시작하겠습니다."),
    (CHINESE, "公交车把自己的位置\n发送到中心。", "现在我们开始学习。"),
    (ARABIC, "تُرسل الحافلة موقعها\nإلى المركز.", "لنبدأ الآن."),
    (VIETNAMESE, "Xe buýt gửi vị trí của mình\nvề trung tâm.", "Chúng ta bắt đầu."),
])  # fmt: skip
def test_captions_in_every_script_are_read_and_written_back(text, first, second):
    for raw in (text, text.encode(), text.encode("utf-8-sig"), text.encode("utf-16")):
        assert cues(raw) == [(1000, 4500, first), (5000, 8000, second)]
        assert faults_of(raw) == []
    captions = parse_captions(text)
    assert parse_captions(to_webvtt(captions)) == captions


@pytest.mark.parametrize("text, encoding", [(KOREAN, "cp949"), (CHINESE, "gb18030")])
def test_a_file_from_an_older_windows_is_read_in_its_own_encoding(text, encoding):
    raw = text.replace("\n", "\r\n").encode(encoding)
    assert parse_captions(raw) == parse_captions(text)
    assert faults_of(raw) == []


def test_utf_16_of_either_order_is_read_by_its_mark():
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        raw = mark + KOREAN.replace("\n", "\r\n").encode(encoding)
        assert parse_captions(raw) == parse_captions(KOREAN)


@pytest.mark.parametrize("text, encoding", [
    ("Le café est déjà fermé, à côté", "latin-1"),
    ("Chúng ta bắt đầu", "utf-16-le"),
    ("Автобус отправляет место", "cp1251"),
    ("公車把自己的位置傳送到中心", "big5"),
    ("バスは位置を送ります", "shift_jis"),
])  # fmt: skip
def test_an_encoding_that_could_only_be_guessed_is_refused(text, encoding):
    raw = f"1\n00:00:01,000 --> 00:00:09,000\n{text}\n".encode(encoding)
    assert [code for _, code in codes(raw)] == ["unreadable_encoding"]
    assert cues(raw) == []


def test_the_line_of_a_broken_character_is_told():
    assert codes(webvtt("00:01 --> 00:02", "Good", "").encode() + b"\xff\xff\n") == [
        (6, "unreadable_encoding")
    ]
    assert codes(KOREAN.encode("utf-16")[:-3]) == [(8, "unreadable_encoding")]
    assert codes(webvtt("00:01 --> 00:02", "No\0thing")) == [(4, "unreadable_encoding")]


@pytest.mark.parametrize("text", [
    "WEBVTT\n00:01.000 --> 00:02.000\nHello",
    "\ufeff\n\nWEBVTT\tmade by hand\nKind: captions\n\n\n00:01.000 --> 00:02.000\nHello",
    "WEBVTT\r\rintro\r00:01,000 --> 00:02,000\rHello\r",
    webvtt("STYLE", "::cue { color: red }", "", "REGION", "id:x", "", "NOTE", "0:9 --> 0:10", "",
           "0:1 --> 0:2.0", "  Hello  "),
    "1\n00:00:01,000-->00:00:02,000 X1:10 X2:20\n{\\an8}<font color=\"red\"><b>Hello</b></font>\n",
    "00:00:01.000 --> 00:00:02.000\nHello\n\n2\n",
    "7\n\n1\n0:01 --> 0:02\n \n<i>Hello</i>",
    "1\n0:01 --> 0:02\n\nHello",
    "WEBVTT\n\n0:01 --> 0:02\n<c.yellow><00:01.500>Hel<00:01.700>lo</c>",
])  # fmt: skip
def test_what_is_only_untidy_is_passed_over(text):
    assert cues(text) == [(1000, 2000, "Hello")]
    assert faults_of(text) == []


def test_cues_without_an_empty_line_between_them_are_parted_by_their_times():
    assert cues("1\n0:01 --> 0:02\nOne\n2\n0:03 --> 0:04\nTwo\n") == [
        (1000, 2000, "One"), (3000, 4000, "Two"),
    ]  # fmt: skip


def test_words_cut_off_by_an_empty_line_are_not_lost():
    text = "1\n0:01 --> 0:04\nOne\n\ntwo\nthree\n\n2\n0:05 --> 0:06\nFour\n"
    assert cues(text) == [(1000, 4000, "One\ntwo\nthree"), (5000, 6000, "Four")]
    assert faults_of(text) == []


@pytest.mark.parametrize("written, shown", [
    ("<v Kim Minji>안녕하세요", "Kim Minji: 안녕하세요"),
    ("<v.loud R&amp;D>Go</v>", "R&D: Go"),
    ("AT&amp;T &lt;b&gt; &#44032;", "AT&T <b> 가"),
    ("3 < 5 and 7 > 2", "3 < 5 and 7 > 2"),
    ("one<br>two<br/>three", "one\ntwo\nthree"),
    ("a &#10;&#10; b", "a\nb"),
    ("next --> exit", "next --> exit"),
    ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
    ("<<b>script>alert(1)", "<script>alert(1)"),
    ("bell\x07 and \x1b[31m", "bell  and  [31m"),
])  # fmt: skip
def test_a_cue_holds_plain_words(written, shown):
    raw = webvtt("00:01 --> 00:09", written)
    assert cues(raw) == [(1000, 9000, shown)]
    kept = to_webvtt(parse_captions(raw))
    assert cues(kept) == cues(raw)
    assert kept.count("-->") == 1
    assert "<" not in kept


# --- what is wrong ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["", "hello", "WEBVTT\n\n", "\ufeff", "<html>\n<!-- no -- >\n", b""]
)
def test_what_holds_no_cue_is_no_caption_file(text):
    assert codes(text) == [(None, "not_captions")]


@pytest.mark.parametrize("lines, found", [
    (["0:01 --> x", "Hi"], (3, "time_unreadable")),
    (["0:01 -->", "Hi"], (3, "time_unreadable")),
    (["intro", "0:61 --> 0:99", "Hi"], (4, "time_unreadable")),
    (["-0:01 --> 0:02", "Hi"], (3, "time_unreadable")),
    (["0:01 --> 0:02", "Hi", "0:03 --> 0:0x", "Ho"], (5, "time_unreadable")),
    (["0:01 --> 0:02", "Hi", "", "2", "00:03,000 -> 00:04,000", "Ho"], (7, "time_unreadable")),
    (["0:01 --> 0:02", "Hi", "", "00:03,000 -> 00:04,000", "Ho"], (6, "time_unreadable")),
    (["Words", "", "0:01 --> 0:02", "Hi"], (3, "time_unreadable")),
    (["Words", "more", "", "0:01 --> 0:02", "Hi"], (3, "time_unreadable")),
    (["0:02 --> 0:01", "Hi"], (3, "end_before_start")),
    (["0:02 --> 0:02", "Hi"], (3, "end_before_start")),
    (["0:05 --> 0:06", "Hi", "", "0:01 --> 0:02", "Ho"], (6, "out_of_order")),
    (["0:01 --> 0:04", "Hi", "", "0:03 --> 0:06", "Ho"], (6, "overlap")),
    (["0:01 --> 0:04", "", "0:05 --> 0:06", "Ho"], (3, "empty_cue")),
    (["0:01 --> 0:04", "<i></i>"], (3, "empty_cue")),
    (["0:01 --> 0:09", *("a" * 40 for _ in range(25))], (3, "too_long_cue")),
    (["0:01 --> 0:09", "Hi", "a" * 85], (5, "too_long_line")),
    (["0:01 --> 0:09", "Hi", "가" * 41], (5, "too_long_line")),
    (["0:01 --> 0:02", "a" * 26], (3, "too_fast")),
    (["0:01 --> 0:02", "文" * 13], (3, "too_fast")),
    (["0:59 --> 1:01", "Hi", "", "1:00 --> 1:02", "Ho"], (6, "after_end")),
])  # fmt: skip
def test_each_fault_is_found_at_its_line(lines, found):
    assert found in codes(webvtt(*lines), length_ms=60_000)
    windows = webvtt(*lines).replace("\n", "\r\n").encode("utf-16")
    assert found in codes(windows, length_ms=60_000)


@pytest.mark.parametrize("words", ["a" * 25, "가" * 12, "ế́" * 25, "가 나 다 라 마 바 사 아"])
def test_what_can_be_read_in_time_is_no_fault(words):
    assert codes(webvtt("0:01 --> 0:02", words)) == []


def test_every_fault_is_told_and_only_some_of_them_keep_captions_out():
    found = faults_of(
        webvtt(
            *("0:09 --> 0:01", "Hi", ""),
            *("0:02 --> x", "Ho", ""),
            *("0:03 --> 0:04", "a" * 90, ""),
            "0:04 -->",
        )
    )
    assert [(fault.line, fault.code.value, fault.code.is_warning) for fault in found] == [
        (3, "end_before_start", False),
        (6, "time_unreadable", False),
        (9, "out_of_order", False),
        (9, "too_fast", True),
        (10, "too_long_line", True),
        (12, "time_unreadable", False),
    ]
    assert found[1].detail == "0:02 --> x"


def test_fifty_warnings_do_not_hide_an_error():
    blocks = [line for _ in range(80) for line in ("0:01 --> 0:02", "a" * 90, "")]
    found = faults_of(webvtt(*blocks, "0:01 --> ?"))
    assert len(found) == MOST_FAULTS
    assert (found[-1].line, found[-1].code) == (243, CaptionFault.TIME_UNREADABLE)


def test_captions_of_two_languages_at_once_are_only_a_warning():
    found = faults_of(webvtt("0:01 --> 0:04", "안녕", "", "0:01 --> 0:04", "Hello"))
    assert [fault.code for fault in found] == [CaptionFault.OVERLAP]
    assert found[0].code.is_warning


# --- what is meant to hurt -------------------------------------------------------------


def hostile():
    yield "a line of ten megabytes", "WEBVTT\n\n0:01 --> 0:02\n" + "a" * 10_000_000
    yield "a million cues", "WEBVTT\n\n" + "0:01 --> 0:02\na\n\n" * 1_000_000
    yield "a hundred thousand cues", "0:1-->0:2\na\n\n" * 100_000
    yield "a hundred thousand faults", "WEBVTT\n" + "\n--> \n" * 100_000
    yield "open tags", webvtt("0:01 --> 0:02", "<v " * 300_000)
    yield "spaces in a tag", webvtt("0:01 --> 0:02", "<v" + " " * 1_000_000 + "|")
    yield "open braces", "0:01 --> 0:02\n" + "{\\" * 500_000
    yield "marks upon marks", webvtt("0:01 --> 0:02", "a" + "\u0323\u0301" * 300_000)
    yield "a long number", webvtt("9" * 1_000_000 + " --> 0:02", "Hi")
    yield "ampersands", webvtt("0:01 --> 0:02", "&#" * 500_000)
    yield "lines of one letter", webvtt("0:01 --> 0:02", *("a" * 900_000))


@pytest.mark.parametrize("raw", [pytest.param(raw, id=name) for name, raw in hostile()])
def test_a_hostile_file_is_judged_in_little_room(raw):
    sent = raw.encode()
    tracemalloc.start()
    found = faults_of(sent)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert 0 < len(found) <= MOST_FAULTS
    assert peak < 16 * MOST_BYTES
    assert all(len(fault.detail) <= 60 for fault in found)


def test_a_file_too_large_is_refused_before_it_is_read():
    assert codes(b"\xff" * (MOST_BYTES + 1)) == [(None, "too_large")]


def test_the_longest_cue_is_kept_whole():
    captions = insert_cue(Captions(), start_ms=0, end_ms=1, text="x" * 500 + "\n" + "y" * 499)
    assert parse_captions(to_webvtt(captions)) == captions


def test_one_cue_too_many_is_told_at_its_line():
    block = "0:01 --> 0:02\na\n\n"
    assert all(fault.code.is_warning for fault in faults_of("WEBVTT\n\n" + block * MOST_CUES))
    many = "WEBVTT\n\n" + block * (MOST_CUES + 2)
    assert (3 + 3 * MOST_CUES, "too_many") in codes(many)
    assert len(parse_captions(many).cues) == MOST_CUES


# --- times -----------------------------------------------------------------------------


@pytest.mark.parametrize("text, ms", [
    ("1:02:03.450", 3_723_450), ("62.5", 62_500), ("01:02,5", 62_500), ("0", 0),
    (" 90:00 ", 5_400_000), ("100:00:00.000", 360_000_000), ("1:02.1239", 62_123), ("00:01", 1000),
    ("٠١:٠٢", 62_000), ("1:02,5", 62_500),
])  # fmt: skip
def test_a_time_is_read_as_people_write_it(text, ms):
    assert parse_time(text) == ms


@pytest.mark.parametrize(
    "text", ["", "x", "1:60", "1:60:00", "-1", "1:2:3:4", "1.", ".5", "1e3", "²"]
)
def test_what_is_no_time_is_refused(text):
    with pytest.raises(CaptionRefused) as caught:
        parse_time(text)
    assert caught.value.code == CaptionFault.TIME_UNREADABLE


@given(st.integers(0, 10**9))
def test_a_time_written_is_read_the_same(ms):
    assert parse_time(format_time(ms)) == ms


# --- edits -----------------------------------------------------------------------------

TWO = Captions((Cue(1000, 2000, "One"), Cue(3000, 4000, "Two")))


def test_a_cue_is_edited_and_moves_to_where_it_starts():
    edited = edit_cue(TWO, 0, start_ms=5000, end_ms=6000, text=" One\r\n\r\nmore ")
    assert edited.cues == (Cue(3000, 4000, "Two"), Cue(5000, 6000, "One\nmore"))
    assert TWO.cues[0] == Cue(1000, 2000, "One")


def test_a_cue_is_put_in_and_taken_out():
    three = insert_cue(TWO, start_ms=1000, end_ms=1500, text="Between")
    assert [cue.text for cue in three.cues] == ["One", "Between", "Two"]
    assert remove_cue(three, 1) == TWO


def test_all_cues_are_shifted_together():
    assert shift_all(shift_all(TWO, 700), -700) == TWO
    assert shift_all(TWO, -1000).cues[0] == Cue(0, 1000, "One")


@pytest.mark.parametrize("edit, code", [
    (lambda: edit_cue(TWO, 2, start_ms=0, end_ms=1, text="x"), CaptionFault.NO_SUCH_CUE),
    (lambda: remove_cue(TWO, -1), CaptionFault.NO_SUCH_CUE),
    (lambda: edit_cue(TWO, 0, start_ms=5, end_ms=5, text="x"), CaptionFault.END_BEFORE_START),
    (lambda: insert_cue(TWO, start_ms=0, end_ms=1, text=" \n\t"), CaptionFault.EMPTY_CUE),
    (lambda: insert_cue(TWO, start_ms=0, end_ms=1, text="x" * 1001), CaptionFault.TOO_LONG_CUE),
    (lambda: insert_cue(TWO, start_ms=-1, end_ms=1, text="x"), CaptionFault.BEFORE_START),
    (lambda: shift_all(TWO, -1001), CaptionFault.BEFORE_START),
    (
        lambda: insert_cue(Captions(TWO.cues[:1] * MOST_CUES), start_ms=0, end_ms=1, text="x"),
        CaptionFault.TOO_MANY,
    ),
])  # fmt: skip
def test_an_edit_that_could_not_be_kept_is_refused(edit, code):
    with pytest.raises(CaptionRefused) as caught:
        edit()
    assert caught.value.code == code


@given(
    st.lists(
        st.tuples(
            st.integers(0, 10**8),
            st.integers(1, 10**5),
            st.one_of(
                st.text(),
                st.text(alphabet="<>&-v/ b;#1\n:.{\\}"),
                st.sampled_from(["0:01 --> 0:02", "NOTE x", "42", "WEBVTT", "&amp;lt;", "{\\an8}"]),
            ),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_captions_written_are_read_the_same(drawn):
    captions = Captions()
    for start, length, text in drawn:
        captions = insert_cue(captions, start_ms=start, end_ms=start + length, text=f"{text}\n한글")
    assert parse_captions(to_webvtt(captions)) == captions
    assert all(fault.code.is_warning for fault in faults_of(to_webvtt(captions)))


@given(st.one_of(st.text(), st.binary(), st.text(alphabet="0123:.,-> \n\rNOTEWBVTSa<v>&;")))
def test_no_file_breaks_the_reading(raw):
    assert faults_of(raw) is not None
    captions = parse_captions(raw)
    assert parse_captions(to_webvtt(captions)) == captions


# --- keeping ---------------------------------------------------------------------------


@pytest.fixture
def lesson(app):
    with app.test_request_context("/en/"):
        yield make_lesson(make_module(make_course(modules=0)), duration_seconds=60)


def test_a_subrip_file_of_an_older_windows_is_kept_as_webvtt(lesson):
    with unit_of_work():
        services.add_caption(lesson, "ko", KOREAN.replace("\n", "\r\n").encode("cp949"))
    kept = queries.caption(lesson.id, "ko")
    assert kept.startswith("WEBVTT\n\n00:01.000 --> 00:04.500\n시내버스는")
    assert parse_captions(kept) == parse_captions(KOREAN)


def test_what_is_only_a_warning_does_not_keep_captions_out(lesson):
    with unit_of_work():
        services.add_caption(lesson, "en", webvtt("0:01 --> 0:02", "<b>" + "a" * 60))
    assert queries.caption(lesson.id, "en").endswith(f"\n{'a' * 60}\n")


@pytest.mark.parametrize("file, message", [
    (webvtt("0:01 --> 0:02", "a" * 60, "", "0:09 --> 0:08", "Hi"),
     "Line 6: The caption does not end after it starts."),
    (webvtt("1:00 --> 1:01", "Hi"), "Line 3: The caption starts after the recording has ended."),
    ("hello", "This is not a WebVTT or SubRip file with captions in it."),
    (b"a" * (MOST_BYTES + 1), "The file is larger than 2 MB."),
])  # fmt: skip
def test_a_refused_file_is_told_its_first_fault_and_nothing_is_kept(lesson, file, message):
    with pytest.raises(Invalid) as caught, unit_of_work():
        services.add_caption(lesson, "en", file)
    assert (caught.value.field, caught.value.message) == ("captions", message)
    assert queries.caption(lesson.id, "en") is None


def test_every_fault_has_words(lesson):
    assert all(str(services.CAPTION_FAULTS[code]) for code in CaptionFault)

"""Pages of captions: each cue stands on one, and a save replaces what stands on it alone."""

from hypothesis import given
from hypothesis import strategies as st

from lms.lessons.rules.caption_rows import (
    ON_PAGE,
    Row,
    Span,
    page_at,
    place_after,
    read_rows,
    replace_span,
    rows_of,
    spans_of,
    with_new_row,
)
from lms.lessons.rules.captions import CaptionFault, Captions, Cue, to_subrip

starts = st.lists(st.integers(0, 200), max_size=90).map(sorted)


def captions(*starts: int, length: int = 900) -> Captions:
    return Captions(tuple(Cue(start, start + length, f"Said at {start}") for start in starts))


@given(starts)
def test_every_cue_stands_on_one_page(moments):
    track = captions(*moments)
    spans = spans_of(track)
    pages = [[cue for cue in track.cues if span.holds(cue)] for span in spans]
    assert [cue for page in pages for cue in page] == list(track.cues)
    assert all(len(page) >= ON_PAGE for page in pages[:-1])
    for number, page in enumerate(pages, 1):
        assert {page_at(spans, cue.start_ms) for cue in page} <= {number}


@given(starts)
def test_saving_a_page_as_it_is_changes_nothing(moments):
    track = captions(*moments)
    for span in spans_of(track):
        read = read_rows(rows_of(track, span), track, span, length_ms=None)
        assert read.is_sound
        assert replace_span(track, span, read.cues) == track


def test_a_page_saved_twice_with_a_row_more_keeps_it_once():
    track = captions(*range(0, 60_000, 1000))
    span = spans_of(track)[1]
    rows = with_new_row(rows_of(track, span), 1)
    rows[1] = Row("25.5", "25.9", "New")
    for _ in range(2):
        read = read_rows(rows, track, span, length_ms=None)
        track = replace_span(track, span, read.cues)
    assert [cue.text for cue in track.cues].count("New") == 1
    assert len(track.cues) == 61


def faults(row: Row, span: Span, length_ms: int | None = None) -> tuple[CaptionFault, ...]:
    track = captions(0, 1000, 2000, 3000)
    return read_rows([row], track, span, length_ms=length_ms).faults[0]


def test_a_row_may_come_sooner_but_not_leave_its_page():
    span = Span(1000, 3000)  # holds the cue at two seconds
    assert faults(Row("1.9", "2.5", "Sooner"), span) == ()
    assert faults(Row("1.2", "1.9", "Sooner"), span) == (CaptionFault.OVERLAP,)
    assert faults(Row("0.5", "0.9", "Too soon"), span) == (CaptionFault.OUT_OF_ORDER,)
    assert faults(Row("1", "1.9", "As soon"), span) == (
        CaptionFault.OVERLAP,
        CaptionFault.OUT_OF_ORDER,
    )
    assert faults(Row("3", "3.5", "Too late"), span) == (CaptionFault.PAST_NEXT,)


def test_what_cannot_be_read_is_a_fault_and_a_row_without_words_is_none():
    span = Span()
    assert faults(Row("soon", "2", "Hi"), span) == (CaptionFault.TIME_UNREADABLE,)
    assert faults(Row("2", "1", "Hi"), span) == (CaptionFault.END_BEFORE_START,)
    assert faults(Row("9", "12", "Hi"), span, 5000) == (CaptionFault.AFTER_END,)
    assert faults(Row("9", "12", "x" * 1001), span) == (CaptionFault.TOO_LONG_CUE,)
    assert faults(Row("soon", "", " \n "), span) == ()


def test_a_translation_stands_beside_what_it_says():
    source, own = captions(0, 1000, 2000), Captions((Cue(1100, 1900, "둘째"),))
    rows = rows_of(own, Span(), source)
    assert [(row.text, row.hint) for row in rows] == [
        ("", "Said at 0"),
        ("둘째", "Said at 1000"),
        ("", "Said at 2000"),
    ]
    assert rows[2].start == "00:02.000"


def test_a_new_row_begins_where_the_one_before_ends():
    rows = [Row("00:01.000", "00:02.500", "One"), Row("00:04.000", "00:05.000", "Two")]
    assert with_new_row(rows, place_after(rows, 1000))[1] == Row("00:02.500", "00:05.500", "")
    assert with_new_row(rows, place_after(rows, -1))[0] == Row("00:00.000", "00:03.000", "")


def test_subrip_counts_hours_and_writes_commas():
    track = Captions((Cue(3_723_045, 3_725_000, "R&D\n연구"),))
    assert to_subrip(track) == "1\n01:02:03,045 --> 01:02:05,000\nR&D\n연구\n"

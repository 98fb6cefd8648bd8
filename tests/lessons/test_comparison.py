"""Two versions of a course side by side: what is other is named once, and rightly."""

import pytest

from lms.core.text import TextInLanguages
from lms.lessons.models import LessonKind
from lms.lessons.rules.changes import (
    AskedQuestion,
    FieldChanged,
    ListChanged,
    ModuleFacts,
    Moved,
    Outcome,
    Recording,
    RecordingReplaced,
    SessionFacts,
    TextChanged,
    VersionFacts,
)
from lms.lessons.rules.comparison import compare_versions
from lms.lessons.rules.word_differences import MOST_PARTS, Fate, word_differences
from tests.factories import words

RECORDED, READING, LIVE = LessonKind.RECORDED, LessonKind.READING, LessonKind.LIVE


def session(title, kind=RECORDED, **values):
    return SessionFacts(words(title), kind, **{"minutes": 30, **values})


def module(title, *sessions, **minutes):
    planned = dict.fromkeys(("live", "recorded", "practice", "discussion", "field"), 0)
    return ModuleFacts(words(title), {**planned, **minutes}, sessions)


def version(*modules, **content):
    return VersionFacts({"title": words("Buses"), "languages": ["en"], **content}, modules)


def parts(old, new):
    return [
        (part.outcome, part.place, part.title.texts["en"])
        for part in compare_versions(old, new).parts
    ]


def changes(old, new):
    """Return the changes of the only part that differs."""
    (part,) = compare_versions(old, new).parts
    return list(part.changes)


def of_session(old, new):
    return changes(version(module("M", old)), version(module("M", new)))


# --- what belongs together -------------------------------------------------------------


def test_the_same_is_nothing():
    one = version(module("A", session("1"), session("2")), module("B"))
    assert compare_versions(one, one).parts == ()


def test_an_added_session_moves_nobody():
    old = version(module("A", session("1"), session("2")))
    new = version(module("A", session("0"), session("1"), session("2")))
    assert parts(old, new) == [(Outcome.ADDED, "1.1", "0")]


def test_a_removed_session_stands_where_it_stood():
    old = version(module("A", session("1"), session("2"), session("3")), module("B"))
    new = version(module("A", session("1"), session("3", minutes=60)), module("B", live=30))
    assert parts(old, new) == [
        (Outcome.REMOVED, "1.2", "2"),
        (Outcome.CHANGED, "1.2", "3"),
        (Outcome.CHANGED, "2", "B"),
    ]


def test_a_renamed_session_is_known_by_its_place():
    old = version(module("A", session("1"), session("2"), session("3")))
    new = version(module("A", session("1"), session("Two"), session("3")))
    assert parts(old, new) == [(Outcome.CHANGED, "1.2", "Two")]
    assert [change.name for change in changes(old, new)] == ["title"] * 3  # in each language


def test_a_renamed_session_is_told_from_one_added_before():
    old = version(module("A", session("1"), session("2")))
    new = version(module("A", session("0"), session("1"), session("Two")))
    assert parts(old, new) == [(Outcome.ADDED, "1.1", "0"), (Outcome.CHANGED, "1.3", "Two")]


def test_another_kind_in_the_same_place_is_another_session():
    old = version(module("A", session("1"), session("2")))
    new = version(module("A", session("1"), session("Two", LIVE)))
    assert parts(old, new) == [(Outcome.REMOVED, "1.2", "2"), (Outcome.ADDED, "1.2", "Two")]


def test_the_same_title_with_another_kind_is_the_same_session():
    assert of_session(session("1"), session("1", LIVE)) == [FieldChanged("kind", RECORDED, LIVE)]


def test_sessions_of_one_title_are_taken_in_order():
    old = version(module("A", session("Break"), session("1"), session("Break")))
    new = version(module("A", session("Break"), session("1"), session("Break"), session("Break")))
    assert parts(old, new) == [(Outcome.ADDED, "1.4", "Break")]


def test_of_what_moved_the_fewest_are_named():
    titles = "12345"
    old = version(module("A", *map(session, titles)))
    new = version(module("A", *map(session, "51234")))
    assert changes(old, new) == [Moved("1.5", "1.1")]
    assert parts(old, new) == [(Outcome.MOVED, "1.1", "5")]


def test_a_session_goes_to_another_module_and_nothing_else_does():
    old = version(module("A", session("1"), session("2")), module("B", session("3")))
    new = version(module("A", session("1")), module("B", session("2"), session("3")))
    assert changes(old, new) == [Moved("1.2", "2.1")]


def test_modules_change_places_and_their_sessions_with_them():
    old = version(module("A", session("1")), module("B", session("2")), module("C"))
    new = version(module("C"), module("A", session("1")), module("B", session("2")))
    assert parts(old, new) == [(Outcome.MOVED, "1", "C")]
    assert changes(old, new) == [Moved("3", "1")]


def test_a_renamed_module_keeps_its_sessions():
    old = version(module("A", session("1")), module("B", session("2")))
    new = version(module("Alpha", session("1")), module("B", session("2")))
    assert parts(old, new) == [(Outcome.CHANGED, "1", "Alpha")]


def test_modules_come_and_go_with_their_sessions():
    old = version(module("A"), module("B", session("1"), session("2")), module("C"))
    new = version(module("A"), module("C"), module("D", session("2"), session("3")))
    assert parts(old, new) == [
        (Outcome.REMOVED, "2", "B"),
        (Outcome.REMOVED, "2.1", "1"),
        (Outcome.ADDED, "3", "D"),
        (Outcome.MOVED, "3.1", "2"),
        (Outcome.ADDED, "3.2", "3"),
    ]


def test_what_came_to_be_is_counted():
    old = version(module("A", *map(session, "1234")))
    new = version(module("A", session("4"), session("1", minutes=45), session("3")), module("B"))
    found = compare_versions(old, new)
    assert {outcome: found.count(outcome) for outcome in Outcome} == {
        Outcome.CHANGED: 1, Outcome.MOVED: 1, Outcome.ADDED: 1, Outcome.REMOVED: 1,
    }  # fmt: skip


def test_from_nothing_and_to_nothing():
    full = version(module("A", session("1")))
    assert parts(version(), full) == [(Outcome.ADDED, "1", "A"), (Outcome.ADDED, "1.1", "1")]
    assert parts(full, version()) == [(Outcome.REMOVED, "1", "A"), (Outcome.REMOVED, "1.1", "1")]


# --- what is other in one --------------------------------------------------------------


def test_what_the_course_says_comes_first():
    old = version(module("A"), level="basic", objectives=None)
    new = version(
        module("A", live=30), level="advanced", objectives=words("Plan."), languages=["vi", "en"]
    )
    course, _module = compare_versions(old, new).parts
    assert course.outcome == Outcome.CHANGED
    assert course.changes[0] == ListChanged("languages", ("vi",), ())
    assert FieldChanged("level", "basic", "advanced") in course.changes
    assert {change.language for change in course.changes if isinstance(change, TextChanged)} == {
        "ko", "en", "zh",
    }  # fmt: skip


def test_the_order_of_a_list_is_a_change():
    old, new = version(sdg_targets=["11.2", "9.1"]), version(sdg_targets=["9.1", "11.2"])
    assert changes(old, new) == [ListChanged("sdg_targets", (), ())]


def test_minutes_of_a_module_by_kind():
    old, new = version(module("A", live=30)), version(module("A", live=60))
    assert changes(old, new) == [FieldChanged("live_minutes", 30, 60)]


def test_a_text_changes_in_the_languages_it_changes_in():
    before = TextInLanguages("en", {"en": "Pay once.", "ko": "한 번 낸다.", "vi": "Trả một lần."})
    after = TextInLanguages("en", {"en": "Pay twice.", "ko": "한 번 낸다.", "zh": "付两次。"})
    found = of_session(session("1", READING, body=before), session("1", READING, body=after))
    assert [(change.name, change.language) for change in found] == [
        ("body", "en"), ("body", "vi"), ("body", "zh"),
    ]  # fmt: skip
    assert [piece.fate for piece in found[1].pieces] == [Fate.REMOVED]
    assert [piece.fate for piece in found[2].pieces] == [Fate.ADDED]


@pytest.mark.parametrize("old, new", [
    (None, Recording("a", 10, 60)), (Recording("a", 10, 60), None),
    (Recording("a", 10, 60), Recording("b", 10, 60)),
])  # fmt: skip
def test_a_recording_is_another_file(old, new):
    found = of_session(session("1", recording=old), session("1", recording=new))
    assert found == [RecordingReplaced(old, new)]


def test_captions_and_materials_come_and_go():
    found = of_session(
        session("1", captions=("en", "ko"), materials=("Slides",)),
        session("1", captions=("ko", "vi"), materials=("Slides", "Handout")),
    )
    assert found == [
        ListChanged("captions", ("vi",), ("en",)), ListChanged("materials", ("Handout",), ()),
    ]  # fmt: skip


def test_a_question_is_compared_by_its_words_and_its_answer():
    def asked(*choices, right=0, why=None):
        choices = tuple(TextInLanguages("en", {"en": each}) for each in choices)
        return AskedQuestion(words("Which?"), choices, right, why)

    old = session("1", question=asked("Bus", "Tram"))
    assert of_session(old, session("1", question=asked("Bus", "Tram", right=1))) == [
        FieldChanged("correct_choice", 0, 1)
    ]
    (changed,) = of_session(old, session("1", question=asked("Bus", "Train")))
    assert (changed.name, changed.language) == ("choices", "en")
    gone = of_session(old, session("1"))
    assert {change.name for change in gone} == {"prompt", "choices"}
    assert {piece.fate for change in gone for piece in change.pieces} == {Fate.REMOVED}


# --- word by word ----------------------------------------------------------------------


def marked(old, new):
    marks = {Fate.SAME: "{}", Fate.FOLDED: "({})", Fate.REMOVED: "-{}-", Fate.ADDED: "+{}+"}
    return "".join(marks[piece.fate].format(piece.text) for piece in word_differences(old, new))


@pytest.mark.parametrize("old, new, shown", [
    ("", "", ""),
    ("", "new", "+new+"),
    ("old", "", "-old-"),
    ("The bus stops.", "The tram stops.", "The -bus-+tram+ stops."),
    ("one two three", "one three", "one -two -three"),
    ("a b c", "x b y", "-a-+x+ b -c-+y+"),
    ("公交车改革", "公交改革方案", "公交-车-改革+方案+"),
    ("국제협력을 배운다", "국제협력이 배운다", "국제협력-을-+이+ 배운다"),
    ("ขนส่งสาธารณะ", "ขนส่งทางน้ำ", "-ขนส่งสาธารณะ-+ขนส่งทางน้ำ+"),
    ("# Head\n\nOne.\n", "# Head\n\nTwo.\n", "# Head\n\n-One-+Two+.\n"),
    ("One.", "One.\nTwo.", "One.+\nTwo.+"),
])  # fmt: skip
def test_words_and_characters(old, new, shown):
    assert marked(old, new) == shown


def test_the_pieces_are_both_texts():
    old = "The bus stops here.\nIt is late, and 버스가 늦는다.\n" * 20
    new = "A tram stops here.\nIt is not late, and 버스는 늦지 않는다.\n" * 21
    pieces = word_differences(old, new)
    assert "".join(piece.text for piece in pieces if piece.fate != Fate.ADDED) == old
    assert "".join(piece.text for piece in pieces if piece.fate != Fate.REMOVED) == new


def test_what_stayed_the_same_far_from_a_change_is_folded():
    same = " ".join(f"w{number}" for number in range(200))
    pieces = word_differences(f"Uno {same}", f"One {same}")
    assert [piece.fate for piece in pieces] == [
        Fate.REMOVED, Fate.ADDED, Fate.SAME, Fate.FOLDED,
    ]  # fmt: skip
    assert len(pieces[2].text.split()) <= 12
    between = word_differences(f"Uno {same} dos", f"One {same} two")
    assert [piece.fate for piece in between].count(Fate.FOLDED) == 1
    assert between[-3].fate == Fate.SAME


def test_a_passage_rewritten_beyond_measure_is_shown_as_replaced():
    old, new = "a " * MOST_PARTS, "b " * MOST_PARTS
    assert [piece.fate for piece in word_differences(old, new)] == [Fate.REMOVED, Fate.ADDED]

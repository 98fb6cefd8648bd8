"""What is other in one version of a course than in another, as its makers would say it."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import inf
from typing import Any

from lms.core.text import TextInLanguages
from lms.lessons.rules.changes import (
    AskedQuestion,
    Change,
    ChangedPart,
    Comparison,
    FieldChanged,
    ListChanged,
    ModuleFacts,
    Moved,
    Outcome,
    Part,
    Recording,
    RecordingReplaced,
    SessionFacts,
    TextChanged,
    VersionFacts,
)
from lms.lessons.rules.word_differences import word_differences

Item = ModuleFacts | SessionFacts
Place = tuple[int, int]  # of a module and a session in it, from 0; the module itself is its -1
Outline = Mapping[Place, Item]
Pairs = Mapping[Place, Place]


def compare_versions(old: VersionFacts, new: VersionFacts) -> Comparison:
    """Return what is other in the new version.

    The rows of a version are copies with numbers of their own, so modules and sessions are known
    by their title in its source language; those whose title changed, by where they stand between
    the known ones (a session also by its kind).
    """
    before, after = _outline_of(old), _outline_of(new)
    pairs = _pairs(before, after)
    found = [*_added_or_changed(before, after, pairs), *_removed(before, pairs)]
    parts = [part for _rank, part in sorted(found, key=lambda each: each[0])]
    course = tuple(_content_changes(old.content, new.content))
    if course:
        title = new.content["title"]
        parts = [ChangedPart(Part.COURSE, Outcome.CHANGED, title, changes=course), *parts]
    return Comparison(tuple(parts))


def _outline_of(version: VersionFacts) -> Outline:
    found: dict[Place, Item] = {}
    for m, module in enumerate(version.modules):
        found[m, -1] = module
        found |= {(m, s): session for s, session in enumerate(module.sessions)}
    return found


# --- what belongs together -------------------------------------------------------------


def _pairs(old: Outline, new: Outline) -> Pairs:
    """Return the place in the new outline of each part that is still there."""
    modules = _same_titles(_modules(old), _modules(new))
    modules |= _between_known(modules, _modules(old), _modules(new))
    pairs = dict(modules)
    for here, there in modules.items():
        pairs |= _same_titles(_sessions(old, here), _sessions(new, there))
    # What is no longer in its module may have gone to another.
    pairs |= _same_titles(_without(_sessions(old), pairs), _without(_sessions(new), pairs.values()))
    for here, there in modules.items():
        stayed = {
            old: new for old, new in pairs.items() if old[0] == here[0] and new[0] == there[0]
        }
        rest = _without(_sessions(old, here), pairs)
        pairs |= _between_known(stayed, rest, _without(_sessions(new, there), pairs.values()))
    return pairs


def _modules(outline: Outline) -> Outline:
    return {place: item for place, item in outline.items() if place[1] < 0}


def _sessions(outline: Outline, module: Place | None = None) -> Outline:
    return {
        place: item
        for place, item in outline.items()
        if place[1] >= 0 and (module is None or place[0] == module[0])
    }


def _without(outline: Outline, places: Iterable[Place]) -> Outline:
    taken = set(places)
    return {place: item for place, item in outline.items() if place not in taken}


def _same_titles(old: Outline, new: Outline) -> dict[Place, Place]:
    waiting: dict[str, list[Place]] = defaultdict(list)
    for place, item in new.items():
        waiting[_source_title(item)].append(place)
    return {
        place: waiting[_source_title(item)].pop(0)
        for place, item in old.items()
        if waiting[_source_title(item)]
    }


def _source_title(item: Item) -> str:
    return item.title.texts[item.title.source]


def _between_known(known: Pairs, old: Outline, new: Outline) -> dict[Place, Place]:
    """Pair what has no partner and stands after the same known part, one after another."""
    waiting: dict[tuple[Place | None, str], list[Place]] = defaultdict(list)
    for place, item in _without(new, known.values()).items():
        waiting[_last_before(known.values(), place), _kind(item)].append(place)
    found = {}
    for place, item in _without(old, known).items():
        before = _last_before(known, place)
        rest = waiting[known[before] if before else None, _kind(item)]
        if rest:
            found[place] = rest.pop(0)
    return found


def _last_before(places: Iterable[Place], place: Place) -> Place | None:
    return max((each for each in places if each < place), default=None)


def _kind(item: Item) -> str:
    return item.kind if isinstance(item, SessionFacts) else ""


# --- what is other ---------------------------------------------------------------------

Ranked = tuple[tuple[float, float, Place], ChangedPart]
NOWHERE: Place = (-1, -1)


def _added_or_changed(old: Outline, new: Outline, pairs: Pairs) -> Iterator[Ranked]:
    came_from = {there: here for here, there in pairs.items()}
    moved = _moved(pairs)
    for place, item in new.items():
        rank = (*place, NOWHERE)
        before = came_from.get(place)
        if before is None:
            yield rank, _part(Outcome.ADDED, place, item)
            continue
        changes = list(_changes(old[before], item))
        outcome = Outcome.CHANGED if changes else Outcome.MOVED
        if before in moved:
            changes = [Moved(_number(before), _number(place)), *changes]
        if changes:
            yield rank, _part(outcome, place, item, changes)


def _removed(old: Outline, pairs: Pairs) -> Iterator[Ranked]:
    for place, item in _without(old, pairs).items():
        yield _rank_of_gone(place, pairs), _part(Outcome.REMOVED, place, item)


def _rank_of_gone(place: Place, pairs: Pairs) -> tuple[float, float, Place]:
    """Return where in the new outline it would stand: after what it stood after."""
    module, session = place
    home = pairs.get((module, -1))
    if home is None:
        before = [pairs[m, -1][0] for m in range(module) if (m, -1) in pairs]
        return (before[-1] if before else -1, inf, place)
    stayed = [pairs[module, s] for s in range(session) if (module, s) in pairs]
    after = [there[1] for there in stayed if there[0] == home[0]]
    return (home[0], after[-1] if after else -1, place)


def _part(
    outcome: Outcome, place: Place, item: Item, changes: Sequence[Change] = ()
) -> ChangedPart:
    part = Part.MODULE if place[1] < 0 else Part.SESSION
    return ChangedPart(part, outcome, item.title, _number(place), tuple(changes))


def _number(place: Place) -> str:
    module, session = place
    return f"{module + 1}" if session < 0 else f"{module + 1}.{session + 1}"


def _moved(pairs: Pairs) -> set[Place]:
    """Return what left its module, or its order among those that stayed in it."""
    modules = {here: there for here, there in pairs.items() if here[1] < 0}
    moved = _out_of_order(modules)
    for here, there in modules.items():
        of_module = {o: n for o, n in pairs.items() if o[0] == here[0] and o[1] >= 0}
        stayed = {o: n for o, n in of_module.items() if n[0] == there[0]}
        moved |= _out_of_order(stayed) | (of_module.keys() - stayed.keys())
    return moved | {here for here in pairs if here[1] >= 0 and (here[0], -1) not in modules}


def _out_of_order(pairs: Pairs) -> set[Place]:
    """Return the fewest that must move for all to stand in the new order."""
    ordered = sorted(pairs)
    ends: list[Place] = []  # of the best rising run of each length, the lowest last place
    lengths = []
    for place in ordered:
        length = bisect_left(ends, pairs[place])
        ends[length : length + 1] = [pairs[place]]
        lengths.append(length)
    wanted = len(ends) - 1
    kept = set()
    for place, length in zip(reversed(ordered), reversed(lengths), strict=True):
        if length == wanted:
            kept.add(place)
            wanted -= 1
    return pairs.keys() - kept


# --- within one part -------------------------------------------------------------------


def _content_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for name in new:
        values = old[name], new[name]
        if any(isinstance(value, TextInLanguages) for value in values):
            yield from _text_changes(name, *values)
        elif isinstance(new[name], list):
            yield from _list_changes(name, *values)
        else:
            yield from _field_changes(name, *values)


def _changes(old: Item, new: Item) -> Iterator[Change]:
    yield from _text_changes("title", old.title, new.title)
    if isinstance(old, ModuleFacts) and isinstance(new, ModuleFacts):
        for kind, minutes in new.minutes.items():
            yield from _field_changes(f"{kind}_minutes", old.minutes[kind], minutes)
    elif isinstance(old, SessionFacts) and isinstance(new, SessionFacts):
        yield from _session_changes(old, new)


def _session_changes(old: SessionFacts, new: SessionFacts) -> Iterator[Change]:
    yield from _field_changes("kind", old.kind, new.kind)
    yield from _field_changes("recognised_minutes", old.minutes, new.minutes)
    if _key(old.recording) != _key(new.recording):
        yield RecordingReplaced(old.recording, new.recording)
    yield from _list_changes("captions", old.captions, new.captions)
    yield from _text_changes("body", old.body, new.body)
    yield from _question_changes(old.question, new.question)
    yield from _list_changes("materials", old.materials, new.materials)


def _key(recording: Recording | None) -> str:
    return recording.storage_key if recording else ""


def _question_changes(old: AskedQuestion | None, new: AskedQuestion | None) -> Iterator[Change]:
    yield from _text_changes("prompt", old.prompt if old else None, new.prompt if new else None)
    yield from _text_changes("choices", _one_below_other(old), _one_below_other(new))
    if old and new:
        yield from _field_changes("correct_choice", old.correct_choice, new.correct_choice)
    yield from _text_changes(
        "explanation", old.explanation if old else None, new.explanation if new else None
    )


def _one_below_other(question: AskedQuestion | None) -> TextInLanguages | None:
    if question is None:
        return None
    first = question.choices[0]
    texts = {
        tag: "\n".join(each.texts.get(tag, "") for each in question.choices) for tag in first.texts
    }
    return TextInLanguages(first.source, texts)


def _field_changes(name: str, old: Any, new: Any) -> Iterator[Change]:
    if old != new:
        yield FieldChanged(name, old, new)


def _list_changes(name: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    if list(old) != list(new):
        added = tuple(each for each in new if each not in old)
        yield ListChanged(name, added, tuple(each for each in old if each not in new))


def _text_changes(
    name: str, old: TextInLanguages | None, new: TextInLanguages | None
) -> Iterator[Change]:
    before = old.texts if old else {}
    after = new.texts if new else {}
    for language in dict.fromkeys([*before, *after]):
        texts = before.get(language, ""), after.get(language, "")
        if texts[0] != texts[1]:
            yield TextChanged(name, language, tuple(word_differences(*texts)))

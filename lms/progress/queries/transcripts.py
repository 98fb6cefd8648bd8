"""Search in what is said in the recordings of a course, by the catalogue's own tokens."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lms.core.kept import Kept
from lms.core.text import search_tokens
from lms.courses.rules.search import is_pair, is_syllable, words_of_query
from lms.lessons.queries.captions import captions_of_version
from lms.lessons.transcript import Cue, cues_of

MOST_OF_LESSON = 5


@dataclass(frozen=True)
class FoundPlaces:
    """Where in a lesson something is said: the first places, and how many there are."""

    language: str
    cues: Sequence[Cue]
    total: int


@dataclass(frozen=True)
class _Track:
    """What is said in a lesson in one language, with the tokens of each cue in one text."""

    lesson_id: int
    language: str
    cues: Sequence[Cue]
    tokens: Sequence[str]


_tracks: Kept[Sequence[_Track]] = Kept(16)


def find_in_transcripts(
    version_id: int, catalogue_version: int, query: str, preferences: Sequence[str]
) -> Mapping[int, FoundPlaces]:
    """Return by lesson where all words of a query are said, in one statement at the most.

    Of the languages it is said in the first of the preferences is told, each place once.
    """
    words = words_of_query(query)
    if not words:
        return {}
    found: dict[int, FoundPlaces] = {}
    tracks = _tracks_of(version_id, catalogue_version)
    for track in sorted(tracks, key=lambda track: _rank(track.language, preferences)):
        cues = [] if track.lesson_id in found else list(_places(track, words))
        if cues:
            found[track.lesson_id] = FoundPlaces(track.language, cues[:MOST_OF_LESSON], len(cues))
    return found


def _tracks_of(version_id: int, catalogue_version: int) -> Sequence[_Track]:
    key = (version_id, catalogue_version)
    kept = _tracks.get(key)
    if kept is not None:
        return kept
    made = []
    for lesson_id, language, webvtt in captions_of_version(version_id):
        cues = cues_of(webvtt)
        tokens = [f" {' '.join(search_tokens(cue.text))} " for cue in cues]
        made.append(_Track(lesson_id, language, cues, tokens))
    return _tracks.keep(key, made)


def _rank(language: str, preferences: Sequence[str]) -> int:
    return preferences.index(language) if language in preferences else len(preferences)


def _places(track: _Track, words: Sequence[str]) -> Iterator[Cue]:
    """Give the cues that say all words; a sentence may begin in one and end in the next."""
    missing = [[word for word in words if not _says(tokens, word)] for tokens in track.tokens]
    missing.append(list(words))
    for at, cue in enumerate(track.cues):
        rest, after = missing[at], missing[at + 1]
        if not rest:
            yield cue
        elif len(rest) < len(words) and after and not set(rest) & set(after):
            following = track.cues[at + 1]
            yield Cue(cue.second, cue.clock, f"{cue.text} {following.text}")


def _says(tokens: str, word: str) -> bool:
    if is_pair(word):
        return f" {word} " in tokens
    return word in tokens if is_syllable(word) else f" {word}" in tokens

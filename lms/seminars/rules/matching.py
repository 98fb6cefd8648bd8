"""Whose the names in a report are: said by an address, a remembered alias or the very name.

Everything else is for a person to say. Names alike are only proposed, and what telephones and
guests are called ("iPhone", "user 2") is nobody's name, whatever was said of it another day.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from lms.seminars.models import MatchedBy

MOST_SUGGESTIONS = 3
LONGEST_KEY = 300

# How much of two names must be the same for one to be proposed for the other.
_ALIKE = 0.5

_BRACKETED = re.compile(r"[(（\[【]([^()（）\[\]【】]*)[)）\]】]")
_PIECE = re.compile(r"[a-z]+|\d+|[^\W\da-z_]+")

# What stands in place of a name, and what may stand beside it.
_DEVICE = re.compile(
    "android|anonymous|attendee|audience|desktop|device|galaxy|guest|host|huawei|iphone|ipad|ipod|"
    "laptop|lenovo|macbook|meeting|mobile|motorola|nokia|notebook|oneplus|oppo|participant|pc|"
    "phone|pixel|poco|realme|redmi|room|samsung|student|tablet|telephone|trainee|unknown|user|"
    "username|users|viewer|visitor|vivo|xiaomi|zoom|"
    "갤럭시|게스트|노트북|사용자|손님|수강생|아이패드|아이폰|연수생|참가자|참석자|태블릿|학생|"
    "핸드폰|휴대폰|来宾|访客|客人|用户|手机|平板|平板电脑|电脑|参会者|参与者|学员|学生|苹果|华为|小米"
)
_BESIDE = re.compile(
    r"\d+|[a-z]|air|fe|max|mini|my|new|note|plus|pro|sm|tab|the|ultra|나의|내|노트|탭|플러스|프로|我的"
)


class Who(NamedTuple):
    """Somebody who may have been there: enrolled, or a guest of a public sitting."""

    enrolment_id: int | None = None
    guest_id: int | None = None


@dataclass(frozen=True)
class Known:
    """Somebody a line may be of, by what is known of their names."""

    who: Who
    full_name: str
    name_in_own_script: str
    email: str

    @property
    def keys(self) -> set[str]:
        """Return their names as they are compared."""
        return {fold(self.full_name), fold(self.name_in_own_script)} - {""}


class Match(NamedTuple):
    """Of whom a name is and what says so."""

    matched_by: MatchedBy
    who: Who = Who()


NO_MATCH = Match(MatchedBy.NOBODY)


@lru_cache(1000)  # each name of a report is folded for several questions in a row
def fold(name: str) -> str:
    """Return what of a name is compared: its words, without case, accents or marks."""
    folded = unicodedata.normalize("NFKC", name).casefold().replace("đ", "d").replace("ı", "i")
    decomposed = unicodedata.normalize("NFD", folded)
    # Accents go; the vowels of Thai, Lao and Hindi are marks too, and letters there.
    plain = "".join(char for char in decomposed if not 0x0300 <= ord(char) <= 0x036F)
    words = "".join(map(_letter_or_gap, unicodedata.normalize("NFC", plain)))
    return " ".join(words.split())[:LONGEST_KEY].rstrip()


def key_of(name: str) -> str:
    """Return what a name is remembered by: folded, or as it is where nothing is left of it."""
    return fold(name) or name[:LONGEST_KEY]


def alias_of(name: str, email: str) -> str:
    """Return what is remembered of a line once somebody has said whose it is: its address.

    Only where it has none its name, for two people may go by one name.
    """
    return email.lower() or key_of(name)


def _letter_or_gap(char: str) -> str:
    """Return a letter as it is, and what a mark leaves: O'Neil is one word, Kim-Lee is two."""
    if char.isalnum() or unicodedata.category(char).startswith("M"):
        return char
    return "" if char in "'’‘ʼ`" else " "


def is_nobodys_name(name: str) -> bool:
    """Tell whether a name is that of a device or stands in place of one: iPhone, Galaxy S21."""
    pieces = [piece.rstrip("의的") or piece for piece in _PIECE.findall(fold(name))]
    devices = [piece for piece in pieces if _DEVICE.fullmatch(piece)]
    others = [piece for piece in pieces if not _DEVICE.fullmatch(piece)]
    if devices:
        return all(map(_BESIDE.fullmatch, others))
    return all(map(str.isdecimal, others))


def readings(name: str) -> list[str]:
    """Return what a shown name may mean: the whole, what is outside brackets, each bracket.

    "Bataa (Batbayar Dorj)" is somebody renamed, "Dorj (Guest)" what Teams makes of a guest.
    """
    parts = [name, _BRACKETED.sub(" ", name), *_BRACKETED.findall(name)]
    return list(dict.fromkeys(fold(part) for part in parts if not is_nobodys_name(part)))


class Roster:
    """The people a report may speak of, and what was said of names in their run before."""

    def __init__(self, people: Iterable[Known], aliases: Mapping[str, int | None]) -> None:
        """Take the people, and for each remembered name its enrolment: None for nobody taught.

        A guest with the address of somebody enrolled is that person.
        """
        self._aliases = aliases
        self._by_email: dict[str, Who] = {}
        self._by_key: dict[str, set[Who]] = defaultdict(set)
        for person in sorted(people, key=lambda person: person.who.enrolment_id is None):
            if self._by_email.setdefault(person.email.casefold(), person.who) == person.who:
                for key in person.keys:
                    self._by_key[key].add(person.who)
        self._pairs = {key: _pairs(key) for key in self._by_key}

    def match(self, name: str, email: str) -> Match:
        """Return of whom a name is: by address, by alias, by the very name when one has it.

        What several are called is nobody's, though it was said to be of one of them: it may be of
        another today.
        """
        addressed = self._by_email.get(email.casefold()) if email else None
        if addressed is not None:
            return Match(MatchedBy.EMAIL, addressed)
        if email and (address := alias_of(name, email)) in self._aliases:
            return _by_alias(self._aliases[address])
        key = key_of(name)
        if is_nobodys_name(name) or len(self._by_key.get(key, ())) > 1:
            return NO_MATCH
        if key in self._aliases:
            return _by_alias(self._aliases[key])
        named = {who for key in readings(name) for who in self._by_key.get(key, ())}
        return Match(MatchedBy.NAME, named.pop()) if len(named) == 1 else NO_MATCH

    def suggest(self, name: str, email: str) -> list[Who]:
        """Return who a name may be of, the likeliest first; only a person can say so.

        First whose it was another day, then whose names are alike, in whatever order the words
        stand.
        """
        scores: dict[Who, float] = {}
        for reading in [*readings(name), *readings(email.partition("@")[0])]:
            for key, score in self._alike(_pairs(reading)):
                for who in self._by_key[key]:
                    scores[who] = max(score, scores.get(who, 0))
        said = self._aliases.get(key_of(name))
        if said is not None:
            scores[Who(enrolment_id=said)] = 2
        likely = sorted(scores, key=lambda who: (-scores[who], who.enrolment_id or 0))
        return likely[:MOST_SUGGESTIONS]

    def _alike(self, pairs: Counter[str]) -> Iterable[tuple[str, float]]:
        for key, others in self._pairs.items():
            score = 2 * (pairs & others).total() / (pairs.total() + others.total())
            if score >= _ALIKE:
                yield key, score


def _by_alias(enrolment_id: int | None) -> Match:
    if enrolment_id is None:
        return Match(MatchedBy.NOT_A_PARTICIPANT)
    return Match(MatchedBy.ALIAS, Who(enrolment_id=enrolment_id))


def _pairs(key: str) -> Counter[str]:
    """Return the pairs of letters of each word, its ends with a gap."""
    padded = [f" {word} " for word in key.split()]
    return Counter(word[i : i + 2] for word in padded for i in range(len(word) - 1))

"""The file of the foundation's names and signatories.

A list of objects: code (begins the numbers of certificates) · name, signatory_name,
signatory_title (each in ko, en and other languages) · valid_from (the day it begins to count).
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from lms.core.fault_finding import FaultFinder, FaultyFile, document_of

CODE = re.compile(r"[A-Z]{2,10}")
LONGEST_NAME = 200
MOST_PROFILES = 50

SOURCE = "ko"


@dataclass(frozen=True)
class ProfileEntry:
    """The foundation from a day on."""

    code: str
    name: dict[str, str]
    signatory_name: dict[str, str]
    signatory_title: dict[str, str]
    valid_from: date


def read(raw: bytes) -> list[ProfileEntry]:
    """Return the profiles of a file; raises FaultyFile with everything that is wrong with it."""
    return _Reader().profiles(document_of(raw))


class _Reader(FaultFinder):
    def profiles(self, document: Any) -> list[ProfileEntry]:
        entries = self.list_of("profiles", document, self.profile, least=1, most=MOST_PROFILES)
        first: dict[date, int] = {}
        for index, entry in enumerate(entries):
            if entry.valid_from in first and entry.valid_from != date.min:
                where = f"profiles[{first[entry.valid_from]}]"
                self.fault(f"profiles[{index}].valid_from", f"is that of {where} too")
            first.setdefault(entry.valid_from, index)
        if self.faults:
            raise FaultyFile(self.faults)
        return entries

    def profile(self, place: str, value: Any) -> ProfileEntry:
        texts = ("name", "signatory_name", "signatory_title")
        get = self.object(place, value, needed=("code", *texts, "valid_from")).get
        return ProfileEntry(
            code=self.matching(f"{place}.code", get("code"), CODE, "capital letters like BGCF"),
            **{name: self.texts(f"{place}.{name}", get(name), LONGEST_NAME) for name in texts},
            valid_from=self.day(f"{place}.valid_from", get("valid_from")),
        )

    def day(self, place: str, value: Any) -> date:
        text = self.text(place, value, 10)
        try:
            return date.fromisoformat(text) if text else date.min
        except ValueError:
            self.fault(place, "must be a day, like 2023-07-01")
            return date.min

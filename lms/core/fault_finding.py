"""Read JSON that people wrote, and collect everything that is wrong with it, by its place."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

from babel import localedata

from lms.core.text import clean_line

Item = TypeVar("Item")

# Every text has these.
NEEDED_LANGUAGES = ("en", "ko")

LARGEST = 4 * 1024 * 1024
LONGEST_CODE = 20
MOST_ITEMS = 60

LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?")


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a file: where (`courses[3].modules[1].hours.L`), and what."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class FaultyFile(Exception):
    """A file that cannot be taken; `faults` lists everything that is wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(map(str, self.faults)))


def document_of(raw: bytes) -> Any:
    """Return the JSON value of a file; raises FaultyFile when there is none to be had."""
    if len(raw) > LARGEST:
        raise FaultyFile([Fault("file", f"is larger than {LARGEST // 1024 // 1024} MB")])
    try:
        return json.loads(
            raw.decode("utf-8-sig"), parse_constant=_no_constant, object_pairs_hook=_no_repeats
        )
    except UnicodeDecodeError as error:
        message = f"is not UTF-8 (byte {error.start})"
    except RecursionError:
        message = "is nested too deeply"
    except ValueError as error:  # JSONDecodeError, absurd numbers, and the two below
        message = f"is not JSON that can be read: {error}"
    raise FaultyFile([Fault("file", message)])


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    repeated = [name for name, count in Counter(name for name, _ in pairs).items() if count > 1]
    if repeated:
        raise ValueError(f"the field {repeated[0][:40]!r} stands twice in one object")
    return dict(pairs)


class FaultFinder:
    """Walks a document and collects faults.

    What is missing or faulty is reported once, where it stands, and read as something empty:
    a value that is None was missing, and that has been said.
    """

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, place: str, message: str) -> None:
        """Note one fault."""
        self.faults.append(Fault(place, message))

    def object(
        self, place: str, value: Any, *, needed: Iterable[str], optional: Iterable[str] = ()
    ) -> dict[str, Any]:
        if value is None and place:
            return {}
        if not is_object(value):
            self.fault(place or "file", f"must be an object, is {kind_of(value)}")
            return {}
        needed, prefix = set(needed), f"{place}." if place else ""
        for name in sorted(needed - value.keys()):
            self.fault(f"{prefix}{name}", "is missing")
        for name in sorted(value.keys() - needed - set(optional)):
            self.fault(f"{prefix}{_printable(name)}", "is not a field of this format")
        for name in sorted(name for name, content in value.items() if content is None):
            self.fault(f"{prefix}{_printable(name)}", "is null")
        return dict(value)

    def list_of(
        self,
        place: str,
        value: Any,
        read_item: Callable[[str, Any], Item],
        *,
        least: int = 0,
        most: int = MOST_ITEMS,
    ) -> list[Item]:
        if value is None:
            return []
        if not isinstance(value, list):
            self.fault(place, f"must be a list, is {kind_of(value)}")
            return []
        if not least <= len(value) <= most:
            self.fault(place, f"must have {least} to {most} entries, has {len(value)}")
        items = []
        for index, item in enumerate(value[:most]):
            if item is None:
                self.fault(f"{place}[{index}]", "is null")
            items.append(read_item(f"{place}[{index}]", item))
        return items

    def set_of(
        self,
        place: str,
        value: Any,
        read_item: Callable[[str, Any], str],
        *,
        least: int = 0,
        most: int = MOST_ITEMS,
    ) -> list[str]:
        items = self.list_of(place, value, read_item, least=least, most=most)
        for item, count in Counter(items).items():
            if item and count > 1:
                self.fault(place, f"has {item} {count} times")
        return items

    def text(self, place: str, value: Any, longest: int) -> str:
        if value is None:
            return ""
        if not isinstance(value, str):
            self.fault(place, f"must be text, is {kind_of(value)}")
        elif not value:
            self.fault(place, "is empty")
        elif len(value) > longest:
            self.fault(place, f"is longer than {longest} characters")
        elif clean_line(value) != value:
            self.fault(
                place,
                "must be one clean line: composed (NFC), no control or hidden characters, "
                "no space around it or doubled",
            )
        else:
            return value
        return ""

    def texts(self, place: str, value: Any, longest: int) -> dict[str, str]:
        return {
            tag: self.text(f"{place}.{tag}", text, longest)
            for tag, text in self.languages(place, value).items()
        }

    def languages(self, place: str, value: Any) -> dict[str, Any]:
        """Return an object whose fields are languages, Korean and English among them."""
        known = [name for name in value if is_language(name)] if is_object(value) else []
        given = self.object(place, value, needed=NEEDED_LANGUAGES, optional=known)
        return {tag: given[tag] for tag in known}

    def matching(self, place: str, value: Any, pattern: re.Pattern[str], wanted: str) -> str:
        text = self.text(place, value, LONGEST_CODE)
        if text and not pattern.fullmatch(text):
            self.fault(place, f"must be {wanted}")
            return ""
        return text

    def one_of(self, place: str, value: Any, allowed: list[str]) -> str:
        text = self.text(place, value, LONGEST_CODE)
        if text and text not in allowed:
            self.fault(place, f"must be one of {', '.join(allowed)}")
        return text

    def flag(self, place: str, value: Any) -> bool:
        if value is not None and not isinstance(value, bool):
            self.fault(place, f"must be true or false, is {kind_of(value)}")
        return value is True


def is_object(value: Any) -> bool:
    """Tell whether a JSON value is an object."""
    return isinstance(value, dict)


def is_language(name: str) -> bool:
    """Tell whether a field's name is the tag of a language there are names for."""
    return bool(LANGUAGE.fullmatch(name)) and localedata.exists(name.replace("-", "_"))


def kind_of(value: Any) -> str:
    """Return what sort of JSON value this is, in words."""
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false"}
    if value is None:
        return "nothing"
    return names.get(type(value), "a number")


def _printable(name: str) -> str:
    return "".join(char if char.isprintable() else "�" for char in name[:40])

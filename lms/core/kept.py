"""A bounded memory of what was made, shared by the threads of a process.

A key holds the version of the data the thing was made from: what changes in the database is found
under another key, by every process.
"""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Any, Generic, TypeVar
from weakref import WeakSet

Thing = TypeVar("Thing")

_all: "WeakSet[Kept[Any]]" = WeakSet()


class Kept(Generic[Thing]):
    """Keeps things by what they were made from, and forgets what was not used for longest."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._things: OrderedDict[Hashable, Thing] = OrderedDict()
        self._lock = Lock()
        _all.add(self)

    def get(self, key: Hashable) -> Thing | None:
        """Return what is kept under the key."""
        with self._lock:
            thing = self._things.get(key)
            if thing is not None:
                self._things.move_to_end(key)
            return thing

    def keep(self, key: Hashable, thing: Thing) -> Thing:
        """Keep the thing and return it."""
        with self._lock:
            self._things[key] = thing
            while len(self._things) > self._capacity:
                self._things.popitem(last=False)
        return thing

    def forget(self) -> None:
        """Forget everything."""
        with self._lock:
            self._things.clear()


def forget_everything() -> None:
    """Empty every memory of this process: its database is another one now, or was rolled back."""
    for kept in tuple(_all):
        kept.forget()
